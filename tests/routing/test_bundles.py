"""Streets as bundles: what counts beside money, added up by hand and by the compiled search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.errors import ProblemError
from models.problem import Bundle, Mode, Task
from models.solution import Route, Serve, Solution, Use
from solver.cost import cost
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all
from solver.routing.ruin.loop import Tuning
from solver.routing.ruin.running import Search
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.line_town import line_town, sweeper
from tests.routing.towns import random_problem

STREET = Bundle(id="street", per_route=100, per_run=10)
SQUARE = Bundle(id="square", per_route=1_000, per_run=1)
LANES = Bundle(id="lanes", per_route=5_000)


def bundled(*bundles, **changes):
    """Line town whose tasks 0.. belong to these bundles, each a tuple."""
    town = line_town(spacings=(), **changes)
    tasks = tuple(replace(task, bundles=own) for task, own in zip(town.tasks, bundles, strict=True))
    return replace(town, tasks=tasks)


TOWN = bundled((STREET,), (STREET, LANES), (SQUARE,), (LANES,))


def counted(problem, *routes):
    """What the routes count beside money; a visit is a task or "tip"."""
    made = tuple(
        Route(0, tuple(Use(0) if v == "tip" else Serve(v, 0) for v in route)) for route in routes
    )
    return cost(problem, Solution(made), schedule_all(problem, made)).apart


@pytest.mark.parametrize(
    ("routes", "apart"),
    [
        ([(0, 1)], 100 + 10 + 5_000),
        ([(0,), (1,)], 2 * (100 + 10) + 5_000),
        ([(0, 2, 1)], 100 + 2 * 10 + 1_000 + 1 + 5_000),
        ([(0, "tip", 1)], 100 + 2 * 10 + 5_000),
        ([(1, 3), (0,)], 2 * (100 + 10) + 5_000),
        ([(1,), (3,)], 100 + 10 + 2 * 5_000),
        ([(0, 3, 1)], 100 + 2 * 10 + 5_000),
    ],
)
def test_each_route_and_each_beginning_counts(routes, apart):
    assert counted(TOWN, *routes) == apart


def test_what_counts_is_no_money():
    route = (Route(0, (Serve(0, 0), Serve(2, 0), Serve(1, 0))),)
    bare = replace(TOWN, tasks=tuple(replace(task, bundles=()) for task in TOWN.tasks))
    told = cost(TOWN, Solution(route), schedule_all(TOWN, route))
    plain = cost(bare, Solution(route), schedule_all(bare, route))
    assert told.money == plain.money == plain.total
    assert told.total == told.money + told.apart > plain.total


@pytest.mark.parametrize("seed", range(12))
def test_the_search_counts_what_the_objective_does(seed):
    """To the last unit, on towns with all laws, whatever it took out and put in."""
    town = random_problem(seed)
    streets = [Bundle(id=f"street {n}", per_route=700, per_run=90) for n in range(3)]
    lanes = [Bundle(id=f"lanes {n}", per_route=1_100) for n in range(2)]
    tasks = tuple(
        replace(task, bundles=(streets[n % 3],) + (lanes[n % 2],) * (n % 4 > 0))
        for n, task in enumerate(town.tasks)
    )
    town = replace(town, tasks=tasks)
    run = Search(town, Tuning(empty_chance=0.1), seed, None)
    for _ in range(5):
        run.advance(20, 1e4, 1.0)
        found = run.solution(run.plan())
        assert run.best[1] == cost(town, found, schedule_all(town, found.routes)).total
        assert check(town, found, schedule_all(town, found.routes)) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_taken_up_again_costs_what_it_did(seed):
    """Stamps of streets that routes of before served are not those of the routes to come."""
    town = random_problem(seed)
    streets = [Bundle(id=f"street {n}", per_route=700, per_run=90) for n in range(6)]
    tasks = tuple(replace(task, bundles=(streets[n % 6],)) for n, task in enumerate(town.tasks))
    run = Search(replace(town, tasks=tasks), None, seed, None)
    for _ in range(30):
        run.advance(3, 0.5, 0.1)
        before = run.best
        run.adopt(run.plan())
        assert run.best == before


def test_a_place_of_two_bundles_is_two_places():
    """Tasks 0 and 1 stand at one place but belong to different streets: both legs are dear."""
    twin = Task(id="twin", modes=(Mode(enter=1, leave=1, duration=300),), demand=(4, 100))
    town = bundled((STREET,), (), (), ())
    tasks = (town.tasks[0], replace(twin, bundles=(SQUARE,)), *town.tasks[2:])
    assert counted(replace(town, tasks=tasks), (0, 1)) == 110 + 1_001


@pytest.mark.parametrize("price", [0, 100_000])
def test_whole_streets_win_where_they_gain_more_than_they_cost(price):
    """Two trucks of two tasks each: by place t1 t2 and t3 t4, by street t1 t3 and t2 t4."""
    odd, even = (Bundle(id=name, per_route=price) for name in ("odd", "even"))
    town = bundled(
        (odd,), (even,), (odd,), (even,),
        vehicle_types=(sweeper(capacity=(1_000, 200), num_available=2),), facilities=(),
    )  # fmt: skip
    town = replace(town, dimensions=tuple(replace(d, end_empty=False) for d in town.dimensions))
    found = RuinEngine().solve(town, stop=at_most(300), seed=1)
    assert check(town, found.solution, found.schedules) == []
    pairs = {frozenset(v.task for v in route.visits) for route in found.solution.routes}
    by_street = {frozenset({0, 2}), frozenset({1, 3})}
    assert (pairs == by_street) == (price > 0)


def test_a_bundle_of_bad_prices_is_refused():
    with pytest.raises(ProblemError, match="bundle street has a negative price"):
        Bundle(id="street", per_route=-1)
    with pytest.raises(ProblemError, match="task t1 is in two bundles with a price per run"):
        replace(TOWN.tasks[0], bundles=(STREET, SQUARE))
