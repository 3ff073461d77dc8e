"""Areas of routes by hand: triangles of km on the equator, where a degree is as long both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import degrees

import pytest

from models.day import DrivenDay
from models.network import EARTH_RADIUS_M
from models.part import TaskRef
from models.plan import Piece, PlanRoute, PlanStep, PlanTrip
from models.solution import Route, Serve, Solution
from models.units import timestamp
from solver.document.compactness import compactness
from tests.line_town import drive_through, line_town, task
from tests.roads.towns import arc, cross, town
from tests.stations.town import part

KM = degrees(1_000 / EARTH_RADIUS_M)
TOWN = line_town(tasks=tuple(replace(task(1 + n % 4), id=f"t{n}") for n in range(6)), spacings=())


def stop(east: float, north: float) -> TaskRef:
    return TaskRef(
        kind="point", name="", object_id="p", mode_arcs=((),), allowed_arcs=frozenset(),
        lon=120 + east * KM, lat=north * KM,
    )  # fmt: skip


NOON = timestamp(date(2026, 5, 12), 43_200)


def step(kind, *arcs):
    street = Piece(name="", distance_m=0, duration_s=0, arcs=list(arcs))
    return PlanStep(kind=kind, arrive=NOON, depart=NOON, streets=[street])


def told(*steps):
    """A route as written: that it drives these arcs is all that counts here."""
    return PlanRoute(
        id="r", part=0, vehicle="v", vehicle_type="sw_s", operation="sweep", shift="early",
        depot="d", engine="ruin", crew=[], crew_needed=1, licence="C1", depart=NOON, return_=NOON,
        distance_m=0, service_m=0, deadhead_m=0, duration_s=0, overtime_s=0, cost_cny=0, co2_kg=0,
        trips=[PlanTrip(load_kg=0, water_l=0, steps=list(steps))],
    )  # fmt: skip


def figures(places, *routes, written=None, network=None):
    own = part(TOWN)
    own = replace(own, refs=tuple(stop(*place) for place in places))
    driven = tuple(Route(0, tuple(Serve(number, 0) for number in route)) for route in routes)
    times = [[drive_through(TOWN, route) for route in driven]]
    day = DrivenDay.of((own,), [Solution(driven)], times)
    written = written or [told()] * len(routes)
    return compactness(day, written, network)["compactness"]["sweep"]


TRIANGLE = [(0, 0), (2, 0), (0, 2)]


@pytest.mark.parametrize(
    ("other", "overlap", "pairs", "inside"),
    [
        pytest.param([(3, 0), (5, 0), (3, 2)], 0, 0, 0, id="beside each other"),
        pytest.param(TRIANGLE, 1, 0.5, 0, id="the same area, all places on its edge"),
        pytest.param(
            [(0.2, 0.2), (1.2, 0.2), (0.2, 1.2)], 2 * 0.5 / 2.5, 0.5 / 2.5, 3 / 6, id="inside"
        ),
        pytest.param([(1, 0), (3, 0), (1, 2)], 2 * 0.5 / 4, 0.5 / 4, 0, id="a quarter each"),
    ],
)
def test_areas_overlap_as_triangles_do(other, overlap, pairs, inside):
    """Half of 2 x 2 km is 2 km2; two of them share what lies in both, counted for each."""
    found = figures([*TRIANGLE, *other], (0, 1, 2), (3, 4, 5))
    assert found["area_overlap_share"] == pytest.approx(overlap, abs=1e-3)
    assert found["hull_overlap"] == pytest.approx(pairs, abs=1e-3)
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


def test_arcs_of_two_routes_and_pieces_of_one(tmp_path):
    """Of five arcs one is driven by both routes; the first serves north and south, which meet in
    the middle, and the second two arms that a drive to the middle parts."""
    streets = cross(tmp_path)
    north, south, home = arc(streets, 1, 2), arc(streets, 4, 1), arc(streets, 2, 1)
    east, west = arc(streets, 1, 3), arc(streets, 5, 1)
    first = told(step("serve", south, north), step("drive", home))
    second = told(step("drive", home), step("serve", east), step("serve", west))
    found = figures([*TRIANGLE, *TRIANGLE], (0,), (1,), written=[first, second], network=streets)
    assert (found["arc_overlap"], found["pieces_per_route"]) == (0.2, 1)


def test_streets_that_do_not_meet_are_pieces_of_their_own(tmp_path):
    nodes = [(0.0, 0.0), (0.0, 100.0), (1_000.0, 0.0), (1_000.0, 100.0)]
    streets = town(tmp_path, nodes, [(ends, {"highway": "tertiary"}) for ends in ([1, 2], [3, 4])])
    arcs = [arc(streets, frm, to) for frm, to in ((1, 2), (3, 4), (2, 1))]
    route = told(step("serve", *arcs[:2]), step("serve", arcs[2]))
    found = figures([*TRIANGLE, *TRIANGLE], (0,), written=[route], network=streets)
    assert (found["arc_overlap"], found["pieces_per_route"]) == (0, 2)


def test_work_that_stands_still_has_no_pieces(tmp_path):
    streets = cross(tmp_path)
    route = told(step("drive", arc(streets, 1, 2)), step("serve"))
    found = figures([*TRIANGLE, *TRIANGLE], (0,), written=[route], network=streets)
    assert "pieces_per_route" not in found
