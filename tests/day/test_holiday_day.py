"""A day plan on a statutory holiday: dearer hours, told in a note, and the same to the judge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.runner import write_day
from models.day import Budget
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder
from scenarios.desk.judge import judge_folder
from solver.day.layout import ready_day
from solver.day.plan import Request

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan

WEDNESDAY, NATIONAL_DAY = date(2026, 9, 30), date(2026, 10, 1)
ONLY = frozenset({"collect_residual"})


def request(day: date) -> Request:
    return Request(day=day, budget=Budget(iterations=40), workers=1, only=ONLY)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    folder = tmp_path_factory.mktemp("holiday") / "district"
    write_demo(folder, size="tiny")
    out = folder / "plans" / "holiday"
    return write_day(folder, request(NATIONAL_DAY), out, language="zh")


def test_the_plan_says_that_hours_are_dear(made):
    assert "国庆节：法定节假日，当日人工费按 300% 计" in [note.zh for note in made[0].notes]


def test_wages_are_three_times_those_of_the_day_before(made):
    loaded = load_folder(made[1].parent.parent, WEDNESDAY)
    usual, dear = (
        ready_day(loaded.district, loaded.network, loaded.rules, request(day))
        for day in (WEDNESDAY, NATIONAL_DAY)
    )
    assert usual.day.notes == dear.day.notes[:-1]
    pairs = [
        (before, after)
        for one, other in zip(usual.day.parts, dear.day.parts, strict=True)
        for before, after in zip(
            one.problem.vehicle_types, other.problem.vehicle_types, strict=True
        )
    ]
    assert pairs
    for before, after in pairs:
        assert after.cost_per_s == pytest.approx(3 * before.cost_per_s, abs=2)
        assert after.cost_per_overtime_s == 0 < before.cost_per_overtime_s


def test_the_judge_counts_the_same_money(made):
    plan, out = made[0], made[1]
    found = judge_folder(out)
    assert found.as_written == ()
    assert found.retimed.kpis == plan.kpis
    assert found.retimed.notes == plan.notes
    assert [r.cost_cny for r in found.retimed.routes] == [r.cost_cny for r in plan.routes]
