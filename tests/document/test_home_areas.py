"""Home areas: new tasks belong to the vehicle that worked nearest to them in an earlier plan."""

from __future__ import annotations

from dataclasses import replace
from math import degrees

import pytest

from models.ids import TruckShift
from models.network import EARTH_RADIUS_M
from models.plan import PlanRoute, PlanStep, PlanTrip
from models.solution import Route, Serve, Solution
from solver.document.earlier import deal_alike, home_areas
from tests.line_town import line_town
from tests.stations.town import part, untimed

KM = degrees(1_000 / EARTH_RADIUS_M)
MOMENT = "2026-05-12T08:00:00+08:00"
OWN = part(line_town(spacings=()), vehicles=(("a", "b"),))


def at(east_km: float) -> tuple[float, float]:
    return 120 + east_km * KM, 0.0


def written(vehicle: str, *east_km: float, shift: str = "early") -> PlanRoute:
    steps = [
        PlanStep(kind="serve", arrive=MOMENT, depart=MOMENT, task=f"old {n}", to=at(east))
        for n, east in enumerate(east_km)
    ]
    return PlanRoute.model_construct(
        vehicle=vehicle, shift=shift, trips=[PlanTrip(load_kg=0, water_l=0, steps=steps)]
    )


def town(*east_km: float):
    refs = tuple(
        replace(ref, lon=at(east)[0], lat=at(east)[1])
        for ref, east in zip(OWN.refs, east_km, strict=True)
    )
    return replace(OWN, refs=refs)


def areas(own, *routes, homes=()):
    return {task: who.vehicle for task, who in home_areas(own, routes, dict(homes)).items()}


def test_a_new_task_lies_in_the_area_of_who_worked_nearest():
    found = areas(town(0.1, 0.9, 2.1, 3.9), written("a", 0, 1), written("b", 2, 3))
    assert found == {"t1": "a", "t2": "a", "t3": "b", "t4": "b"}


@pytest.mark.parametrize(("away_km", "known"), [(0.99, True), (1.01, False)])
def test_beyond_a_kilometre_nobody_is_at_home(away_km, known):
    found = areas(town(away_km, 9, 9, 9), written("a", 0))
    assert found == ({"t1": "a"} if known else {})


def test_who_did_a_task_needs_no_area_and_other_shifts_have_none_here():
    own = town(0, 0, 0, 0)
    home = {"t1": TruckShift("b", "early")}
    assert "t1" not in areas(own, written("a", 0), homes=home)
    assert areas(own, written("a", 0, shift="night")) == {}
    assert areas(own) == {}


def test_vehicles_keep_their_side_of_the_town_on_a_day_of_other_tasks():
    """In their order a would go east, where b worked before."""
    own = town(3.1, 2.9, 0.1, 0.2)
    told = home_areas(own, [written("a", 0, 0.3), written("b", 3, 3.2)], {})
    routes = tuple(Route(0, tuple(Serve(n, 0) for n in pair)) for pair in ((0, 1), (2, 3)))
    day = untimed(own, Solution(routes))
    assert deal_alike(day, told) == {(0, 0): "b", (0, 1): "a"}
    assert deal_alike(day, {}) == {(0, 0): "a", (0, 1): "b"}
