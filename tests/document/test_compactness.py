"""Areas of routes by hand: triangles of km on the equator, where a degree is as long both ways."""

from __future__ import annotations

from dataclasses import replace
from math import degrees

import pytest

from models.day import DrivenDay
from models.network import EARTH_RADIUS_M
from models.part import TaskRef
from models.solution import Route, Serve, Solution
from solver.document.compactness import compactness
from tests.line_town import drive_through, line_town, task
from tests.stations.town import part

KM = degrees(1_000 / EARTH_RADIUS_M)
TOWN = line_town(tasks=tuple(replace(task(1 + n % 4), id=f"t{n}") for n in range(6)), spacings=())


def stop(east: float, north: float) -> TaskRef:
    return TaskRef(
        kind="point", name="", object_id="p", mode_arcs=((),), allowed_arcs=frozenset(),
        lon=120 + east * KM, lat=north * KM,
    )  # fmt: skip


def figures(places, *routes):
    own = part(TOWN)
    own = replace(own, refs=tuple(stop(*place) for place in places))
    driven = tuple(Route(0, tuple(Serve(number, 0) for number in route)) for route in routes)
    times = [[drive_through(TOWN, route) for route in driven]]
    return compactness(DrivenDay.of((own,), [Solution(driven)], times))["compactness"]["sweep"]


TRIANGLE = [(0, 0), (2, 0), (0, 2)]


@pytest.mark.parametrize(
    ("other", "overlap", "inside"),
    [
        pytest.param([(3, 0), (5, 0), (3, 2)], 0, 0, id="beside each other"),
        pytest.param(TRIANGLE, 1, 0, id="the same area, all places on its edge"),
        pytest.param([(0.2, 0.2), (1.2, 0.2), (0.2, 1.2)], 2 * 0.5 / 2.5, 3 / 6, id="inside"),
        pytest.param([(1, 0), (3, 0), (1, 2)], 2 * 0.5 / 4, 0, id="a quarter each"),
    ],
)
def test_areas_overlap_as_triangles_do(other, overlap, inside):
    """Half of 2 x 2 km is 2 km2; two of them share what lies in both, counted for each."""
    found = figures([*TRIANGLE, *other], (0, 1, 2), (3, 4, 5))
    assert found["area_overlap_share"] == pytest.approx(overlap, abs=1e-3)
    assert found["tasks_in_other_areas_share"] == pytest.approx(inside, abs=1e-3)


def test_one_route_overlaps_nothing_and_a_lone_place_has_no_area():
    found = figures([*TRIANGLE, *TRIANGLE], (0,))
    assert (found["area_overlap_share"], found["tasks_in_other_areas_share"]) == (0, 0)
    assert found["duty_spread_h"] == 0


def test_duties_have_a_mean_and_a_spread():
    """Task 0: 60 s there, 300 s, 60 s back; task 3: 240, 300, 240 s."""
    found = figures([*TRIANGLE, *TRIANGLE], (0,), (3,))
    assert found["duty_h"] == pytest.approx((420 + 780) / 2 / 3_600, abs=0.01)
    assert found["duty_spread_h"] == pytest.approx((780 - 420) / 2 / 3_600, abs=0.01)
