"""Whole streets in figures: line town's four tasks as pieces of streets, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.day import DrivenDay
from models.part import TaskRef
from models.solution import Route, Serve, Solution
from solver.document.street_figures import street_work
from tests.line_town import drive_through, line_town
from tests.stations.town import part

TOWN = line_town(spacings=())


def piece(name: str, number: int, **more) -> TaskRef:
    """A piece of 100 m; `number` is its arc."""
    fields = {"length_m": 100, "allowed_arcs": frozenset({number}), **more}
    return TaskRef(kind="street", name=name, object_id="1", mode_arcs=((),), **fields)


def figures(refs, *routes, crumb_m=40):
    """Figures of routes that serve tasks by their numbers."""
    own = replace(part(TOWN), refs=tuple(refs))
    driven = tuple(Route(0, tuple(Serve(task, 0) for task in route)) for route in routes)
    times = [[drive_through(TOWN, route) for route in driven]]
    found = street_work(DrivenDay.of((own,), [Solution(driven)], times), crumb_m)
    return found.get("street_work", {}).get("sweep", {})


def streets(names: str) -> list[TaskRef]:
    return [piece(name.strip("-"), number) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("names", "routes", "mean", "most", "returns"),
    [
        ("AABB", [(0, 1), (2, 3)], 1.0, 1, 0),
        ("AABB", [(0, 2), (1, 3)], 2.0, 2, 0),
        ("AAAB", [(0, 1, 2, 3)], 1.0, 1, 0),
        ("AAAB", [(0, 3, 1), (2,)], 1.5, 2, 1),
        ("A-A-", [(0, 1, 2, 3)], 1.0, 1, 1),
    ],
)
def test_vehicles_on_a_street_and_returns_to_it(names, routes, mean, most, returns):
    found = figures(streets(names), *routes)
    assert found["vehicles_per_street"] == mean
    assert found["most_vehicles_on_a_street"] == most
    assert found["street_returns"] == returns
    assert found["streets"] == len(set(names) - {"-"})


@pytest.mark.parametrize(("routes", "split"), [([(0, 2), (1, 3)], 1), ([(0, 1), (2, 3)], 0)])
def test_a_section_is_split_when_its_lanes_go_to_different_vehicles(routes, split):
    """Tasks 0 and 1 are lanes of one section; 2 is the same section in another pass."""
    lane = frozenset({7})
    refs = [piece("A", 0, allowed_arcs=lane), piece("A", 1, allowed_arcs=lane)]
    refs += [piece("A", 2, allowed_arcs=lane, pass_number=2), piece("A", 3)]
    found = figures(refs, *routes)
    assert (found["lane_sections"], found["split_sections"]) == (1, split)


@pytest.mark.parametrize(
    ("names", "routes", "crumb_m", "alone"),
    [
        ("ABAB", [(0, 2), (1, 3)], 40, 0),
        ("ABAB", [(0, 1, 2, 3)], 40, 1),
        ("ABAB", [(0, 1, 2, 3)], 30, 0),
        ("ABBB", [(0, 1, 2, 3)], 40, 0),
    ],
)
def test_a_crumb_is_alone_between_other_streets_unless_it_is_all_of_its_own(
    names, routes, crumb_m, alone
):
    refs = [replace(ref, length_m=30 if number == 0 else 100)
            for number, ref in enumerate(streets(names))]  # fmt: skip
    assert figures(refs, *routes, crumb_m=crumb_m)["crumbs_alone"] == alone


def test_where_no_street_has_a_name_there_is_nothing_to_tell():
    assert figures(streets("----"), (0, 1, 2, 3)) == {}
