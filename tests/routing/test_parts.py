"""Problems too large to be solved whole: parts keep every law, and nothing is handed out twice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from models.units import UNREACHABLE
from solver.judge.routes import check
from solver.routing.base.matrices import GraphMatrix, graph
from solver.routing.search import decompose, patchwork
from solver.routing.search.engine import RuinEngine
from solver.routing.search.patchwork import Patchwork
from solver.stop import after, at_most
from tests.routing.towns import random_problem


@pytest.fixture
def in_parts(monkeypatch):
    """Everything from eleven modes on is huge, and parts are a few routes."""
    monkeypatch.setattr(decompose, "HUGE", 10)
    monkeypatch.setattr(patchwork, "PART_MODES", 5)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    monkeypatch.setattr(decompose, "LEAST_EFFORT", 5)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.usefixtures("in_parts")
def test_a_problem_in_parts_keeps_every_law(seed):
    problem = random_problem(seed, tasks=14)
    outcome = RuinEngine().solve(problem, stop=at_most(1_500))
    assert check(problem, outcome.solution, outcome.schedules) == []


@pytest.mark.usefixtures("in_parts")
def test_parts_in_worker_processes_give_the_same_plan_every_time():
    problem = random_problem(4, tasks=16)
    first, second = (RuinEngine(workers=2).solve(problem, stop=at_most(900)) for _ in range(2))
    assert first.solution == second.solution
    assert check(problem, first.solution, first.schedules) == []


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.usefixtures("in_parts")
def test_without_time_every_task_is_still_looked_at(workers):
    problem = two_villages()
    many = tuple(replace(kind, num_available=10) for kind in problem.vehicle_types)
    problem = replace(problem, vehicle_types=many)
    outcome = RuinEngine(workers=workers).solve(problem, stop=after(0.001))
    assert outcome.solution.unserved == {}
    assert check(problem, outcome.solution, outcome.schedules) == []


@pytest.mark.usefixtures("in_parts")
def test_a_plan_goes_on_from_the_one_given():
    problem = random_problem(2, tasks=14)
    first = RuinEngine().solve(problem, stop=at_most(1_500))
    second = RuinEngine().solve(problem, stop=at_most(300), initial=first.solution)
    assert second.cost.key <= first.cost.key


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("in_parts")
def test_parts_share_out_tasks_vehicles_and_daily_capacity_once(seed):
    problem = random_problem(seed, tasks=14)
    problem = replace(
        problem,
        facilities=tuple(
            replace(f, daily_capacity=(30,) * len(problem.dimensions)) for f in problem.facilities
        ),
    )
    plan = RuinEngine().solve(problem, stop=at_most(300)).solution
    for initial in (None, plan):
        state = Patchwork(problem, initial, np.random.default_rng(seed))
        orders = state.orders(2, 100, 0.0, 0.0)
        tasks = [task for order in orders for task in order.share.tasks]
        assert len(tasks) == len(set(tasks))
        for number, kind in enumerate(problem.vehicle_types):
            own = [
                sum(route.vehicle_type == number for route in order.share.routes)
                for order in orders
            ]
            given = [order.vehicles[number] for order in orders]
            assert sum(given) <= kind.num_available
            assert all(mine <= count for mine, count in zip(own, given, strict=True))
        for number, facility in enumerate(problem.facilities):
            for dim, limit in enumerate(facility.daily_capacity):
                assert sum(order.rooms[number][dim] for order in orders) <= limit


def test_a_cut_keeps_routes_whole_and_parts_compact(monkeypatch):
    """Two villages far apart, as large as a part: a cut runs between them."""
    monkeypatch.setattr(patchwork, "PART_MODES", 10)
    monkeypatch.setattr(patchwork, "JITTER", 0.0)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    problem = two_villages()
    for seed in range(5):
        orders = Patchwork(problem, None, np.random.default_rng(seed)).orders(2, 100, 0.0, 0.0)
        found = sorted(sorted(order.share.tasks) for order in orders)
        assert found == [list(range(5)), list(range(5, 10))]
    plan = RuinEngine().solve(problem, stop=at_most(100)).solution
    orders = Patchwork(problem, plan, np.random.default_rng(2)).orders(2, 100, 0.0, 0.0)
    assert {route for order in orders for route in order.share.routes} == set(plan.routes)


def two_villages():
    """Ten streets on a line, five about 0 and five about 10,000; two trucks of five streets."""
    where = np.array([*range(0, 100, 10), *range(10_000, 10_100, 10), 5_000])
    legs = np.abs(where[:, None] - where).astype(np.int32)
    return RoutingProblem(
        tasks=tuple(
            Task(
                id=f"street {n}",
                modes=(
                    Mode(enter=2 * n, leave=2 * n + 1, duration=10, distance=10),
                    Mode(enter=2 * n + 1, leave=2 * n, duration=10, distance=10),
                ),
                demand=(1,),
            )
            for n in range(10)
        ),
        vehicle_types=(VehicleType(id="truck", capacity=(5,), start=20, end=20, num_available=2),),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(Dimension(name="waste", kind=DimensionKind.WASTE),),
    )


@given(st.integers(0, 10_000))
def test_ways_computed_on_demand_are_the_shortest(seed):
    """Against Floyd and Warshall on random graphs, blocks and pairs, zero and no ways included."""
    rng = np.random.default_rng(seed)
    size, count = int(rng.integers(1, 9)), int(rng.integers(0, 25))
    tails, heads = rng.integers(0, size, size=(2, count))
    weights = rng.integers(0, 6, size=count)
    far = np.full((size, size), UNREACHABLE)
    np.minimum.at(far, (tails, heads), weights)
    np.fill_diagonal(far, 0)
    for via in range(size):
        far = np.minimum(far, far[:, via, None] + far[via])
    far = np.minimum(far, UNREACHABLE)
    vertices = np.arange(size)
    matrix = GraphMatrix(graph(size, tails, heads, weights), vertices, vertices[::-1].copy())
    assert (matrix.block(vertices, vertices)[0] == far[:, ::-1]).all()
    rows, cols = rng.integers(0, size, size=(2, 12))
    assert (matrix.pairs(rows, cols)[0] == far[rows, size - 1 - cols]).all()
    assert (matrix.block(rows, cols)[0] == far[rows][:, size - 1 - cols]).all()


def test_workers_share_out_only_what_is_large_and_has_routes_enough(monkeypatch):
    problem = two_villages()
    monkeypatch.setattr(decompose, "PARALLEL_MODES", 10)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    assert decompose.divides(problem, 2)
    assert not decompose.divides(problem, 1)
    assert not decompose.divides(problem, 3)  # ten streets in two full trucks
    monkeypatch.setattr(decompose, "PARALLEL_MODES", 11)
    assert not decompose.divides(problem, 2)
