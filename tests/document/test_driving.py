"""Driving without work in figures, added up by hand over line town."""

from __future__ import annotations

from dataclasses import replace

from models.day import DrivenDay
from models.solution import Route, Serve, Solution
from solver.document.driving import driving
from tests.line_town import drive_through, line_town
from tests.stations.town import part

TOWN = line_town(spacings=())
STANDING = replace(
    TOWN,
    tasks=tuple(
        replace(task, modes=tuple(replace(mode, distance=0) for mode in task.modes))
        for task in TOWN.tasks
    ),
)
"""The same tasks as stops: nothing is driven in service."""

ROUTE = Route(0, (Serve(1, 0), Serve(3, 0)))
"""Out to place 2, on to 4 and home: 800 m and 480 s of driving, two services of 300 s and 50 m."""


def told(*pairs):
    """Figures of a day of (operation, problem) with one route each."""
    parts = [replace(part(problem), operation=name) for name, problem in pairs]
    times = [[drive_through(problem, ROUTE)] for _, problem in pairs]
    return driving(DrivenDay.of(parts, [Solution((ROUTE,))] * len(pairs), times))


def test_a_street_operation_has_shares_of_kilometres_and_of_hours():
    found = told(("sweep", TOWN))
    assert found["deadhead_share"] == round(800 / 900, 4)
    assert found["driving"]["sweep"] == {
        "service_km": 0.1,
        "deadhead_km": 0.8,
        "deadhead_h": 0.1,
        "deadhead_share": round(800 / 900, 4),
        "deadhead_time_share": round(480 / 1_080, 4),
    }


def test_collection_drives_between_stops_and_weighs_on_no_share():
    found = told(("collect", STANDING), ("sweep", TOWN))
    assert found["driving"]["collect"] == {"between_stops_km": 0.8, "between_stops_h": 0.1}
    assert found["deadhead_share"] == round(800 / 900, 4)
    assert told(("collect", STANDING))["deadhead_share"] == 0
