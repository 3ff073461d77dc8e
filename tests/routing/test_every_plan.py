"""Engines against the best of all plans: never below it, never unlawful, almost always at it.

The days are enumerated whole (every_plan.py); what the enumeration found passes the judge, too.
"""

from functools import cache

import pytest

from benchmarks.peers import PyVrpEngine
from models.solution import Reason, Serve, Solution
from solver.cost import Cost, cost
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all
from solver.routing.ortools.engine import OrToolsEngine
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.routing.every_plan import best_plan
from tests.routing.tiny_days import TICK, in_long, tiny_day

KINDS = [
    {"turns": turns, "timed": timed, "simple": simple}
    for turns in (False, True)
    for timed in (False, True)
    for simple in (False, True)
]
SIMPLE = [kind for kind in KINDS if kind["simple"]]
SEEDS = range(12)


@cache
def enumerated(seed, **kind):
    """A tiny day with its seconds and prices long, the key of its best plan, and that plan."""
    problem = tiny_day(seed, tasks=3 + seed % 2, **kind)
    key, routes = best_plan(problem)
    served = {v.task for route in routes for v in route.visits if isinstance(v, Serve)}
    left = set(range(len(problem.tasks))) - served
    return in_long(problem), key, Solution(routes, dict.fromkeys(left, Reason.NO_TIME))


def short(paid: Cost) -> tuple[int, int]:
    """A cost's key in the tiny day's money."""
    return paid.required_unserved, round(paid.total / TICK)


def named(kind):
    return "-".join(name for name, on in kind.items() if on) or "all laws"


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_the_best_of_all_plans_is_lawful_and_costs_what_we_say(kind):
    for seed in SEEDS:
        problem, key, best = enumerated(seed, **kind)
        times = schedule_all(problem, best.routes)
        assert check(problem, best, times) == [], seed
        assert short(cost(problem, best, times)) == key, seed


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_our_engine_finds_it(kind):
    missed = []
    for seed in SEEDS:
        problem, key, _ = enumerated(seed, **kind)
        plans = [RuinEngine().solve(problem, stop=at_most(300), seed=s) for s in (1, 2)]
        for plan in plans:
            assert check(problem, plan.solution, plan.schedules) == [], seed
            assert short(plan.cost) >= key, seed
        if min(short(plan.cost) for plan in plans) > key:
            missed.append(seed)
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_our_engine_keeps_it_when_begun_there(kind):
    for seed in SEEDS:
        problem, key, best = enumerated(seed, **kind)
        plan = RuinEngine().solve(problem, stop=at_most(64), initial=best)
        assert short(plan.cost) == key, seed


@pytest.mark.parametrize("kind", SIMPLE, ids=named)
def test_or_tools_finds_it(kind):
    missed = []
    for seed in SEEDS:
        problem, key, _ = enumerated(seed, **kind)
        assert OrToolsEngine().lacks(problem) == []
        plan = OrToolsEngine().solve(problem, stop=at_most(150))
        assert check(problem, plan.solution, plan.schedules) == [], seed
        assert short(plan.cost) >= key, seed
        if short(plan.cost) > key:
            missed.append(seed)
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_or_tools_is_lawful_and_never_below_it_whatever_it_is_given(kind):
    for seed in SEEDS:
        problem, key, _ = enumerated(seed, **kind)
        if not OrToolsEngine().lacks(problem):
            plan = OrToolsEngine().solve(problem, stop=at_most(20))
            assert check(problem, plan.solution, plan.schedules) == [], seed
            assert short(plan.cost) >= key, seed


@pytest.mark.parametrize("turns", [False, True])
def test_pyvrp_finds_it_where_everything_can_be_served(turns):
    """Days without windows in their own small money: PyVRP's penalties are made for such."""
    missed, seen = [], 0
    for seed in range(24):
        problem = tiny_day(seed, tasks=3 + seed % 2, turns=turns, simple=True)
        key, _ = best_plan(problem)
        if PyVrpEngine().lacks(problem) or key[0]:
            continue
        seen += 1
        plan = PyVrpEngine().solve(problem, stop=at_most(1_500))
        assert check(problem, plan.solution, plan.schedules) == [], seed
        assert plan.cost.key >= key, seed
        assert plan.trace[-1][1] == plan.cost.total, seed
        if plan.cost.key > key:
            missed.append(seed)
    assert seen >= 8
    assert len(missed) <= 1, missed
