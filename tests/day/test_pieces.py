"""Parts too large for one search: pieces of them are jobs like the small parts, and laws hold."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.runner import write_day
from models.day import Budget
from scenarios.demo import write_demo
from solver.day import parallel, pieces
from solver.day.parallel import Job, _lanes, _of_pass, _timed
from solver.day.pieces import Large, passes
from solver.day.plan import Request
from solver.routing.search import patchwork
from solver.routing.search.engine import RuinEngine
from solver.routing.search.parts import solve_part
from solver.stop import Pace, at_most
from tests.day.test_day_plan import DAY
from tests.line_town import line_town, sweeper
from tests.routing.towns import random_problem

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small_pieces(monkeypatch):
    """Everything of more than twenty tasks is large, and a piece is a few routes."""
    monkeypatch.setattr(parallel, "LARGE", 20)
    monkeypatch.setattr(patchwork, "PART_MODES", 150)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    monkeypatch.setattr(pieces, "PIECE_ITERATIONS", 2)


@pytest.mark.usefixtures("small_pieces")
def test_a_day_in_pieces_breaks_no_law_and_is_the_same_with_any_number_of_workers(tmp_path: Path):
    write_demo(tmp_path / "district", size="tiny")
    plans = []
    for workers in (1, 2):
        request = Request(
            day=DAY,
            budget=Budget(iterations=400),
            workers=workers,
            only=frozenset({"sweep", "collect_residual"}),
        )
        plan = write_day(
            tmp_path / "district", request, tmp_path / f"{workers}", language="zh"
        ).plan
        assert plan.violations == []
        assert plan.kpis["served"] + plan.kpis["unserved"] == plan.kpis["tasks"]
        plans.append(plan.model_copy(update={"created": DAY}))
    assert plans[0] == plans[1]
    assert plans[0].kpis["served"] > 0.9 * plans[0].kpis["tasks"]


def test_a_clock_is_shared_out_by_tasks_and_no_lane_gets_more_than_the_pass():
    problem = line_town(vehicle_types=(sweeper(num_available=4),), spacings=())
    jobs = [Job(0, problem, Budget(seconds=9.0)) for _ in range(3)]
    timed = _timed(jobs, Budget(seconds=9.0), 2)
    for lane in _lanes([job.weight for job in jobs], 2):
        assert math.isclose(sum(timed[n].budget.seconds or 0 for n in lane), 9.0)


def test_passes_of_large_parts_share_the_seconds_of_the_round():
    town = line_town(vehicle_types=(sweeper(num_available=4),), spacings=())
    large = {1: Large(town, None, 1, 3)}
    seconds = [_of_pass([town, town], large, Budget(seconds=60.0), n).seconds for n in range(3)]
    assert seconds == [40.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("budget", "workers", "expected"),
    [
        (Budget(iterations=10), 1, 1),
        (Budget(iterations=40 * 4 * 3), 9, 3),
        (Budget(iterations=10**9), 1, pieces.MOST_PASSES),
        (Budget(seconds=0.01), 1, 1),
        (Budget(seconds=0.1), 1, 2),
        (Budget(seconds=0.1), 2, 5),
    ],
)
def test_a_part_is_cut_anew_as_often_as_the_budget_gives_its_pieces_time(budget, workers, expected):
    town = line_town(vehicle_types=(sweeper(),), spacings=())
    assert len(town.tasks) == 4
    assert passes(town, budget, workers) == expected


def test_the_pace_of_a_plan_ends_stages_by_shares_and_never_without_a_clock():
    assert Pace().left(0.1) == math.inf
    late = replace(Pace(100.0), begin=Pace().begin - 60)
    assert late.left(0.5) == 0
    assert 39 < late.left(1.0) <= 40


def test_a_round_in_pieces_that_begins_from_a_plan_makes_it_no_dearer():
    """Pieces end their cooling with the best plan they saw, the one they began from included."""
    problem = random_problem(4, tasks=16)
    before = RuinEngine().solve(problem, stop=at_most(2_000))
    large = Large(problem, before.solution, 1, 1)
    orders = large.orders(0, Budget(iterations=20))
    for order in orders:
        large.patchwork.put_back(order, solve_part(large.problem, None, order, lambda: False))
    assert large.patchwork.value <= (before.cost.required_unserved, before.cost.total)
