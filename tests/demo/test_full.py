"""The full demo: every stream has stops, sites, vehicles - and served work in a judged plan."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from models.day import Budget
from scenarios.demo import write_demo
from scenarios.desk.day import plan_folder
from solver.day.plan import Request

if TYPE_CHECKING:
    from models.plan import Plan

DAY = date(2026, 5, 12)
STREAMS = ("collect_recyclable", "collect_hazardous", "collect_construction")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("full") / "district"
    write_demo(folder, size="tiny", full=True)
    request = Request(day=DAY, budget=Budget(iterations=20), workers=1, only=frozenset(STREAMS))
    return plan_folder(folder, request)[1].plan


def test_the_plan_breaks_no_law_and_leaves_nothing_of_the_further_streams(plan):
    assert plan.violations == []
    assert plan.unserved == []


@pytest.mark.parametrize("operation", STREAMS)
def test_every_further_stream_has_served_work(plan, operation):
    steps = Counter(
        route.operation
        for route in plan.routes
        for trip in route.trips
        for step in trip.steps
        if step.task is not None
    )
    assert steps[operation] > 0


@pytest.mark.parametrize("stream", ["recyclable", "construction"])
def test_what_comes_into_the_stations_of_a_stream_goes_on_to_its_plant(plan, stream):
    """Weights in = out: stations are cleared daily, to the kilogram."""
    hauled = sum(run.tonnes for run in plan.haul if run.stream == stream)
    tipped = plan.kpis["collected_t"][f"collect_{stream}"]
    assert hauled > 0
    assert round(hauled, 1) == tipped
