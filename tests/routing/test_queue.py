"""One law for bays: whoever comes first tips first, and as few tasks as can be are given up."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.solution import Reason, Route, Serve, Solution, Use
from solver.judge.routes import check
from solver.routing.search.engine import RuinEngine
from solver.routing.search.queue import schedule_solution
from solver.stop import at_most
from tests.line_town import line_town, sweeper
from tests.routing.towns import random_problem


def town(late, **changes):
    kind = sweeper(tw_late=late, num_available=2, meal=None, max_work=0)
    return line_town(vehicle_types=(kind,), spacings=(), **changes)


def test_a_problem_without_bays_is_timed_route_by_route():
    problem = town(40_000)
    free = replace(problem, facilities=tuple(replace(f, bays=0) for f in problem.facilities))
    plan = Solution(tuple(Route(0, (Serve(n, 0), Use(0))) for n in (0, 3)))
    solution, times = schedule_solution(free, plan)
    assert solution is plan
    assert [one.end - one.begin for one in times] == [1_140, 1_380]


def test_one_task_is_given_up_where_one_is_enough():
    """Both are at the tip at 420 s. The second, home at 2,280 s, waits 600 s: too late with t4."""
    problem = town(2_700)
    plan = Solution(
        (Route(0, (Serve(0, 0), Use(0))), Route(0, (Serve(1, 0), Use(0), Serve(3, 0), Use(0)))),
        {2: Reason.NO_TIME},
    )
    solution, times = schedule_solution(problem, plan)
    assert solution.unserved == {2: Reason.NO_TIME, 3: Reason.QUEUE}
    assert check(problem, solution, times) == []


@pytest.mark.parametrize("begun_again", [0, 1])
@pytest.mark.parametrize("seed", range(6))
def test_a_day_of_many_routes_is_lawful_however_seldom_it_begins_again(
    seed, begun_again, monkeypatch
):
    """Every day counts as one of many routes here, repaired on its way but for one time or none."""
    monkeypatch.setattr("solver.routing.search.queue.MANY_LINES", 1)
    monkeypatch.setattr("solver.routing.search.queue.BEGUN_AGAIN", begun_again)
    queued, plan = queued_town(seed)
    solution, times = schedule_solution(queued, plan)
    assert check(queued, solution, times) == []
    new = solution.unserved.keys() - plan.unserved.keys()
    assert {solution.unserved[task] for task in new} <= {Reason.QUEUE}


def queued_town(seed):
    """One bay each, visits four times as long, and a plan made without bays."""
    problem = random_problem(seed, tasks=16)
    slow = tuple(replace(f, bays=1, duration=4 * f.duration) for f in problem.facilities)
    free = replace(problem, facilities=tuple(replace(f, bays=0) for f in slow))
    plan = RuinEngine().solve(free, stop=at_most(40), seed=1).solution
    return replace(problem, facilities=slow), plan


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_after_the_queue_no_law_is_broken_and_no_task_is_missing(seed):
    queued, plan = queued_town(seed)
    solution, times = schedule_solution(queued, plan)
    assert check(queued, solution, times) == []
    new = {task for task in solution.unserved if task not in plan.unserved}
    assert all(solution.unserved[task] == Reason.QUEUE for task in new)
