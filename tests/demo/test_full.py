"""The full demo: every stream has stops, sites, vehicles - and served work in a judged plan."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from models.day import Budget
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder, plan_folder
from solver.day.plan import Request

if TYPE_CHECKING:
    from models.plan import Plan

DAY = date(2026, 5, 12)
WEEKLY = {"sidewalk_wash_small"}
"""Work that the smallest town has on some days of the week only."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("full") / "district"
    write_demo(folder, size="tiny", full=True)
    return folder


@pytest.fixture(scope="module")
def plan(folder) -> Plan:
    request = Request(day=DAY, budget=Budget(iterations=5), workers=1)
    return plan_folder(folder, request)[1].plan


def test_the_plan_breaks_no_law_and_leaves_nothing_but_streets_that_are_shut(plan):
    assert plan.violations == []
    assert {(task.operation, task.reason) for task in plan.unserved} <= {("sweep", "unreachable")}


def test_every_operation_of_the_profile_is_practised_and_has_served_work(folder, plan):
    """An operation without work makes this fail, whatever stream or service it is of."""
    served = Counter(
        route.operation
        for route in plan.routes
        for trip in route.trips
        for step in trip.steps
        if step.task is not None
    )
    operations = set(load_folder(folder, DAY).rules.operations)
    assert len(operations) >= 19
    assert operations - set(served) <= WEEKLY


@pytest.mark.parametrize("stream", ["recyclable", "construction"])
def test_what_comes_into_the_stations_of_a_stream_goes_on_to_its_plant(plan, stream):
    """Weights in = out: stations are cleared daily, to the kilogram."""
    hauled = sum(run.tonnes for run in plan.haul if run.stream == stream)
    tipped = plan.kpis["collected_t"][f"collect_{stream}"]
    assert hauled > 0
    assert round(hauled, 1) == tipped


def test_both_streams_of_the_villages_go_in_one_truck(plan):
    """Residual waste to a station, kitchen waste to its own sink, on one round."""
    (route,) = (one for one in plan.routes if one.operation == "collect_rural")
    tips = {step.facility for trip in route.trips for step in trip.steps if step.kind == "tip"}
    assert len(tips) >= 2


def test_the_core_is_washed_within_the_cadence(plan):
    """K2: 80 % of slow lanes, sidewalks and alleys of the core, each in its own rhythm."""
    assert plan.kpis["water_sweep_cadence_rate"] >= 0.8
    assert plan.kpis["water_sweep_rate"] < plan.kpis["water_sweep_cadence_rate"]
