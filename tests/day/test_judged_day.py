"""A planned day's document spoiled by hand: the judge names every law of haul, stations, people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from models.day import Budget
from models.plan import Plan
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder
from solver.day.plan import Request, plan_day
from solver.document.verdict import judge_plan, judge_side_by_side
from solver.haul.hauler import Hauler
from solver.haul.problem import haul_trucks
from solver.haul.travel import haul_travel

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.day.plan import DayPlan

DAY = date(2026, 5, 12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[DayPlan, Hauler]:
    folder = tmp_path_factory.mktemp("judged") / "district"
    write_demo(folder, size="tiny")
    loaded = load_folder(folder, DAY)
    request = Request(
        day=DAY, budget=Budget(iterations=60), workers=1, only=frozenset({"collect_residual"})
    )
    found = plan_day(loaded.district, loaded.network, loaded.rules, request)
    dealt = found.day.haul
    travel = haul_travel(loaded.district, found.ground, dealt, routers=found.day.routers)
    return found, Hauler(
        loaded.district, loaded.rules, travel, haul_trucks(loaded.district, dealt, loaded.rules)
    )


def codes(made: tuple[DayPlan, Hauler], change: Callable[[Any], Any]) -> set[str]:
    """Codes of the document after `change`."""
    found, hauler = made
    document = found.plan.model_dump(mode="json", by_alias=True)
    change(document)
    plan = Plan.model_validate(document)
    return {one.code for one in judge_plan(plan, found.day, hauler, found.ground)}


def later(text: str, hours: float) -> str:
    return (datetime.fromisoformat(text) + timedelta(hours=hours)).isoformat()


def every_run_to(plant: str) -> Callable[[Any], None]:
    return lambda document: [run.update(plant=plant) for run in document["haul"]] and None


def swap_at_five(document: Any) -> None:
    document["haul"][0].update(depart=f"{DAY}T05:00:00+08:00", swap_end=f"{DAY}T05:08:00+08:00")


def all_tip_at_noon(document: Any) -> None:
    for route in document["routes"]:
        tip = [s for trip in route["trips"] for s in trip["steps"] if s["kind"] == "tip"][-1]
        tip.update(arrive=f"{DAY}T11:30:00+08:00", depart=f"{DAY}T11:40:00+08:00")


def crew(*people: str) -> Callable[[Any], None]:
    """Puts people on the first route of the early shift."""

    def change(document: Any) -> None:
        route = next(one for one in document["routes"] if one["shift"] == "early")
        route["crew"] = list(people)

    return change


def same_driver_twice(document: Any) -> None:
    first, second = [one for one in document["routes"] if one["shift"] == "early"][:2]
    second["crew"] = first["crew"]


def out_all_day(document: Any) -> None:
    tour = document["tours"][0]
    tour["depart"] = later(tour["depart"], -8)


def collection_truck_hauls(document: Any) -> None:
    route = document["routes"][0]
    document["tours"][0].update(
        vehicle=route["vehicle"], depart=route["depart"], **{"return": route["return"]}
    )


CASES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a run less": (lambda document: document["haul"].pop(), "NOT_CLEARED"),
    "no haul at all": (lambda document: document.update(haul=[], tours=[]), "STOCK_OVER"),
    "docked before anything came": (swap_at_five, "STOCK_SHORT"),
    "more than the payload": (lambda document: document["haul"][0].update(tonnes=40), "LOAD"),
    "too much for one plant": (every_run_to("P1"), "PLANT_QUOTA"),
    "residual waste to the kitchen plant": (every_run_to("P5"), "STREAM_MIXED"),
    "a plant shut at night": (every_run_to("P4"), "GATE_CLOSED"),
    "all at the station at once": (all_tip_at_noon, "BAY_OVERLAP"),
    "out before the shift": (out_all_day, "SHIFT"),
    "no rest in a long tour": (out_all_day, "REST"),
    "longer than law and overtime": (out_all_day, "OVERTIME_DAY"),
    "a truck in two places": (collection_truck_hauls, "VEHICLE_TWICE"),
    "nobody on a route": (crew(), "CREW_SHORT"),
    "one driver on two routes": (same_driver_twice, "DOUBLE_BOOKED"),
    "a licence for cars": (crew("C034"), "LICENCE"),
    "a person on leave": (crew("C011"), "ABSENT"),
    "a person of another shift": (crew("C015"), "WRONG_SHIFT"),
    "the seventh day in a row": (crew("C003"), "WEEKLY_REST"),
    "home at ten, out at five": (crew("C012"), "REST_BETWEEN"),
    "a row that tells of other work": (lambda document: document["roster"].pop(), "ROSTER"),
    "another driver on a run": (lambda d: d["haul"][0].update(driver="C001"), "ROSTER"),
}


def test_two_processes_say_what_one_does(made):
    """A route is missing: tasks nobody serves are a law's, figures that do not add up a claim."""
    found, hauler = made
    plan = found.plan.model_copy(update={"routes": found.plan.routes[1:]})
    told = judge_plan(plan, found.day, hauler, found.ground)
    assert "CLAIM" in {one.code for one in told} != {"CLAIM"}
    assert judge_side_by_side(plan, found.day, hauler, found.ground) == told


def test_the_day_itself_is_lawful(made):
    assert codes(made, lambda _: None) == set()


@pytest.mark.parametrize("name", CASES)
def test_the_law_is_named(made, name):
    change, code = CASES[name]
    assert code in codes(made, change)


def test_a_station_above_its_design_is_named(made):
    found, hauler = made
    sites = tuple(
        replace(site, design_kg=10_000) if site.design_kg else site
        for site in hauler.district.sites
    )
    small = replace(hauler, district=replace(hauler.district, sites=sites))
    assert "STATION_OVER" in {
        one.code for one in judge_plan(found.plan, found.day, small, found.ground)
    }
