"""A vehicle whose work others can do for less money stays at home; else it goes out again."""

from dataclasses import replace

import numpy as np
import pytest

from models.solution import Route, Serve, Solution
from solver.judge.routes import check
from solver.routing.base.arrays import AVAILABLE
from solver.routing.base.schedule import schedule_all
from solver.routing.ruin import fewer
from solver.routing.ruin.fewer import closes_vehicles, run_with_fewer, with_one_less
from solver.routing.ruin.running import Search
from solver.stop import after, at_most
from tests.routing.test_empty_route import BINS, four_quarters
from tests.routing.towns import random_problem
from tests.routing.whole_days import EARLY, LATE, line_town, task


def corner_by_corner(sizes):
    """A truck for each number of bins, in their order."""
    first = np.cumsum([0, *sizes])
    return Solution(
        tuple(
            Route(0, tuple(Serve(n, 0) for n in range(begin, begin + size)))
            for begin, size in zip(first.tolist(), sizes, strict=False)
        )
    )


def test_the_truck_with_the_fewest_tasks_is_closed_and_its_tasks_come_to_others():
    run = Search(four_quarters(3_000), None, 1, corner_by_corner([BINS, BINS, 10, 2 * BINS - 10]))
    less = with_one_less(run, 1)
    assert int(less.tab.kinds[0, AVAILABLE]) == 3
    assert int(run.tab.kinds[0, AVAILABLE]) == 4
    assert less.best[0] == 0
    assert len(less.solution(less.plan()).routes) == 3
    assert len(run.solution(run.plan()).routes) == 4


def test_a_fleet_with_nobody_out_has_no_vehicle_to_close():
    run = Search(four_quarters(3_000), None, 1, None)
    while (less := with_one_less(run, 1)) is not None and less.tab.kinds[0, AVAILABLE]:
        run = less
    assert len(run.solution(run.plan()).routes) == 1
    assert less.best[0] == 4 * BINS


def test_a_vehicle_is_closed_in_all_shifts_of_its_day():
    """Two vehicles out early, one late: one vehicle is left in both shifts."""
    tasks = tuple(task(1 + n, demand=()) for n in range(3))
    problem = line_town(
        vehicle_types=(EARLY, LATE), facilities=(), dimensions=(), spacings=(), tasks=tasks
    )
    plan = Solution(tuple(Route(kind, (Serve(n, 0),)) for n, kind in enumerate((0, 0, 1))))
    less = with_one_less(Search(problem, None, 1, plan), 1)
    assert less.tab.kinds[:, AVAILABLE].tolist() == [1, 1]


@pytest.mark.parametrize("seed", [3, 8])
def test_searching_with_fewer_keeps_all_laws_and_is_the_same_every_time(seed):
    problem = random_problem(seed, tasks=40)
    open_to_all = tuple(replace(one, bays=0) for one in problem.facilities)
    problem = replace(problem, facilities=open_to_all)
    plans = []
    for _ in range(2):
        run = Search(problem, None, seed, None)
        plans.append(run.solution(run_with_fewer(run, at_most(600), seed, lambda *_: None)))
    assert plans[0] == plans[1]
    assert check(problem, plans[0], schedule_all(problem, plans[0].routes)) == []


def test_only_many_tasks_of_a_day_are_searched_with_fewer(monkeypatch):
    run = Search(four_quarters(3_000), None, 1, None)
    assert not closes_vehicles(run, after(100.0))
    monkeypatch.setattr(fewer, "NUM_FEW", 10)
    monkeypatch.setattr(fewer, "SIMULATED", run.tab.level)
    assert closes_vehicles(run, after(100.0))
    assert not closes_vehicles(run, at_most(999))
    assert closes_vehicles(run, at_most(1_000))
    assert not closes_vehicles(Search(four_quarters(0), None, 1, None), after(100.0))
