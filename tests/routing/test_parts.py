import pytest

from solver.check import check
from solver.routing import decompose
from solver.routing.ruin_engine import RuinEngine
from solver.stop import at_most
from tests.routing.towns import random_problem


@pytest.mark.parametrize("seed", range(6))
def test_a_problem_in_parts_keeps_every_law(monkeypatch, seed):
    monkeypatch.setattr(decompose, "HUGE", 10)
    monkeypatch.setattr(decompose, "PART_MODES", 16)
    monkeypatch.setattr(decompose, "CHUNK_WORK", 10)
    problem = random_problem(seed, tasks=14)
    outcome = RuinEngine().solve(problem, stop=at_most(1_500))
    assert check(problem, outcome.solution, outcome.schedules) == []


def test_two_workers_give_the_same_plan_every_time():
    problem = random_problem(4, tasks=16)
    first, second = (RuinEngine(workers=2).solve(problem, stop=at_most(600)) for _ in range(2))
    assert first.solution == second.solution
    assert check(problem, first.solution, first.schedules) == []
