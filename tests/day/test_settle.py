"""Both halves of a day: a folder with stations and plants to a judged plan, and back."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from api.runner import write_day
from models.day import Budget
from scenarios.demo import write_demo
from scenarios.desk.judge import judge_folder
from solver.day.plan import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from models.plan import Plan
    from scenarios.desk.judge import Judgement

DAY = date(2026, 5, 12)


def plan(folder: Path, out: Path, workers: int = 1) -> Plan:
    request = Request(
        day=DAY,
        budget=Budget(iterations=60),
        workers=workers,
        only=frozenset({"collect_residual"}),
    )
    return write_day(folder, request, out, language="zh").plan


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    folder = tmp_path_factory.mktemp("halves")
    write_demo(folder / "district", size="tiny")
    return plan(folder / "district", folder / "plan"), folder / "plan"


@pytest.fixture
def edit(made, tmp_path) -> Callable[[Callable[[Any], None]], Judgement]:
    """Changes the document by hand and has it judged."""

    def changed(change: Callable[[Any], None]) -> Judgement:
        (tmp_path / "inputs.zip").write_bytes((made[1] / "inputs.zip").read_bytes())
        document = json.loads((made[1] / "plan.json").read_text(encoding="utf-8"))
        change(document)
        (tmp_path / "plan.json").write_text(json.dumps(document), encoding="utf-8")
        return judge_folder(tmp_path)

    return changed


def codes(found: Judgement) -> set[str]:
    return {one.code for one in found.as_written}


def test_all_waste_reaches_a_plant_the_same_day(made):
    plan, _ = made
    assert plan.violations == []
    tipped = sum(station.taken_t for station in plan.stations)
    assert tipped > 0
    assert sum(run.tonnes for run in plan.haul) == pytest.approx(tipped)
    assert plan.kpis["staying_kg"] == plan.kpis["overflow_kg"] == plan.kpis["shortfall_kg"] == 0
    assert all(point.stock_t <= one.storage_t for one in plan.stations for point in one.series)


def test_every_tour_has_its_driver_and_the_roster_lists_it(made):
    plan, _ = made
    work = {name: row.driver for row in plan.roster for name in row.work}
    assert plan.tours
    assert all(tour.crew == [work[tour.id]] for tour in plan.tours)


def test_the_same_iterations_give_the_same_halves(made):
    folder = made[1].parent
    again = plan(folder / "district", folder / "again", workers=2)
    assert again.model_copy(update={"created": made[0].created}) == made[0]


def test_the_days_totals_are_routes_and_haul(made):
    figures = made[0].kpis
    routes_km = figures["service_km"] + figures["deadhead_km"]
    assert figures["day_km"] == pytest.approx(routes_km + figures["haul_km"], abs=0.2)
    assert figures["day_cost_cny"] == pytest.approx(
        figures["cost_cny"] + figures["haul_cost_cny"]
    )  # fmt: skip
    assert figures["haul_bound_cny"] <= figures["haul_cost_cny"]


def test_the_folder_as_written_is_lawful_and_its_haul_is_kept(made):
    found = judge_folder(made[1])
    assert found.as_written == ()
    assert found.retimed.violations == []
    assert found.retimed.haul == made[0].haul
    assert found.retimed.roster == made[0].roster
    assert found.retimed.kpis["haul_gap_share"] == made[0].kpis["haul_gap_share"]


def test_a_run_taken_out_leaves_waste_at_the_station(made, edit):
    found = edit(lambda document: document["haul"].pop())
    assert "NOT_CLEARED" in codes(found)
    assert found.retimed.kpis["staying_kg"] == 0, "a new timetable is made"
