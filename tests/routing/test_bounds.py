"""Lower bounds never exceed a proved optimum or any judged plan."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import best_known
from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Meal,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from scenarios.instances import parse_instance, read_instance
from solver.routing.bound.bounds import lower_bound, routes_by_the_clock
from solver.routing.bound.fleet import cheapest_fleet, fewest_routes_and_trips
from solver.routing.bound.fleet_classes import Pauses, pauses
from solver.routing.ortools.engine import OrToolsEngine
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.instances.samples import CARP, MCARPTIF
from tests.routing.every_plan import best_plan
from tests.routing.little_town import random_town
from tests.routing.tiny_days import tiny_day
from tests.routing.towns import cheapest, random_problem


def test_a_triangle_by_hand():
    """Served for 3 + 4; home from 3 costs 7: the bound meets the only plan."""
    assert lower_bound(parse_instance(CARP).problem) == 14


def test_dumps_count_as_often_as_loads_ask_for():
    """Demand 4 of 5: one route, one dump of 30; served for 5 + 6, from -3 to the depot 7."""
    problem = parse_instance(MCARPTIF).problem
    assert fewest_routes_and_trips(problem) == (1, 1)
    assert lower_bound(problem) == 5 + 6 + 30 + 7


@pytest.mark.parametrize("seed", range(40))
def test_never_above_the_cheapest_of_all_plans(seed):
    """Tiny towns with one truck type, edges on even or uneven roads, some tasks with prizes."""
    problem = tiny_town(seed)
    optional = [n for n, task in enumerate(problem.tasks) if task.prize is not None]
    plans = []
    for left in (set(c) for k in range(len(optional) + 1) for c in combinations(optional, k)):
        kept = tuple(t for n, t in enumerate(problem.tasks) if n not in left)
        prizes = sum(problem.tasks[n].prize for n in left)
        plans.append(prizes + (cheapest(replace(problem, tasks=kept)) if kept else 0))
    assert lower_bound(problem) <= min(plans)


def test_rings_count_the_trips_beyond_them():
    """Four streets from the end of a road of 100 back to it: each fills a truck of its own."""
    problem = lonely_streets()
    assert lower_bound(problem) == cheapest(problem) == 4 * (100 + 10 + 110)


def test_work_in_one_window_asks_for_vehicles_at_once():
    """Four services of 10 s between 100 and 110 s: four vehicles, though a day is long."""
    problem = lonely_streets()
    modes = [
        tuple(replace(m, tw_early=100, tw_late=100) for m in task.modes) for task in problem.tasks
    ]
    tasks = [replace(t, modes=m, demand=(0,)) for t, m in zip(problem.tasks, modes, strict=True)]
    timed = replace(problem, tasks=tuple(tasks))
    assert fewest_routes_and_trips(problem)[0] == 4  # by loads
    assert fewest_routes_and_trips(timed)[0] == 4  # by the window alone
    free = replace(problem, tasks=tuple(replace(t, demand=(0,)) for t in problem.tasks))
    assert fewest_routes_and_trips(free)[0] == 1


def test_driving_counts_in_hours_and_the_cheapest_vehicles_are_taken():
    """Services of 4 x 10 s and 100 s there and back: too much for one truck of 230 s."""
    problem = lonely_streets()
    small = replace(
        problem.vehicle_types[0], max_duration=230, num_available=3, fixed_cost=5, capacity=(9,)
    )
    dear = replace(small, id="dear", fixed_cost=50)
    free = replace(problem, vehicle_types=(dear, small))
    assert routes_by_the_clock(free, 1, 1)[0] == 2
    assert cheapest_fleet(free, 4) == 3 * 5 + 50


def test_an_optional_task_costs_its_prize_at_most():
    problem = lonely_streets()
    cheap = tuple(replace(task, prize=7) for task in problem.tasks)
    assert lower_bound(replace(problem, tasks=cheap)) == 4 * 7


@pytest.mark.parametrize("name", ["carp/kshs", "carp/gdb", "carp/val", "mcarp/mval", "mcgrp/mggdb"])
def test_never_above_the_best_known(name, shared):
    tight = []
    for path in sorted((shared / "instances" / name).iterdir()):
        instance = read_instance(path)
        best = best_known(path, instance.family)
        if best is not None:
            bound = instance.published(lower_bound(instance.problem))
            assert bound <= best.value, path.name
            tight.append(bound / best.value)
    assert sum(tight) / len(tight) > 0.85


@pytest.mark.parametrize("seed", range(4))
def test_never_above_a_judged_plan_with_many_laws(seed):
    problem = random_town(seed)
    required = [task for task in problem.tasks if task.prize is None]
    problem = type(problem)(
        tasks=tuple(required),
        vehicle_types=problem.vehicle_types,
        matrices=problem.matrices,
        dimensions=problem.dimensions,
        facilities=problem.facilities,
    )
    plan = OrToolsEngine().solve(problem, stop=at_most(5))
    assert 0 < lower_bound(problem) <= plan.cost.total


@pytest.mark.parametrize("seed", range(20))
def test_never_above_a_plan_of_our_own_whatever_the_laws(seed):
    problem = random_problem(seed)
    plan = RuinEngine().solve(problem, stop=at_most(300))
    if not plan.cost.required_unserved:
        assert lower_bound(problem) <= plan.cost.total


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_never_above_the_cheapest_of_all_plans_with_hours_and_shifts(seed, timed):
    """Tiny days whose every plan is tried: several vehicle types, windows, facilities, shifts."""
    problem = tiny_day(seed, tasks=3, timed=timed)
    tasks = tuple(replace(task, prize=None) for task in problem.tasks)
    problem = replace(problem, tasks=tasks)
    (left_out, money), _ = best_plan(problem)
    bound = lower_bound(problem)
    assert left_out or bound is None or bound <= money


@pytest.mark.parametrize(
    ("more", "longest", "slope", "free"),
    [
        ({}, 28_800, 0, 28_800),
        ({"max_work": 14_400, "rest_duration": 1_200}, 27_600, 1_200 / 13_200, 14_400),
        ({"meal": Meal(duration=1_800, tw_early=10_800, tw_late=18_000)}, 27_000, 0.2, 18_000),
        ({"meal": Meal(duration=1_800, tw_early=0, tw_late=28_800)}, 28_800, 0, 28_800),
    ],
)
def test_pauses_of_eight_hours_by_hand(more, longest, slope, free):
    """With rests: four hours, 20 minutes, 3 h 40; with a meal: who is out for 5 h may miss it."""
    kind = VehicleType(
        id="k", capacity=(), start=0, end=0, num_available=1, tw_late=28_800, max_duration=28_800
    )
    assert pauses(replace(kind, **more)) == Pauses(longest, pytest.approx(slope), free)


def test_vehicles_go_out_for_hours_of_work_and_pauses_are_paid():
    """Four services of 1,500 s, shifts of 4,000 s: two go out, and each stands once for 100 s."""
    problem = lonely_streets()
    tasks = tuple(
        replace(task, demand=(0,), modes=tuple(replace(m, duration=1_500) for m in task.modes))
        for task in problem.tasks
    )
    law = {"max_work": 2_000, "rest_duration": 100}
    kind = replace(
        problem.vehicle_types[0], max_duration=4_000, tw_late=4_000, fixed_cost=500,
        cost_per_m=0, cost_per_s=1, **law,
    )  # fmt: skip
    busy = replace(problem, tasks=tasks, vehicle_types=(kind,))
    # two vehicles have 3,900 s each for 6,000 s of services and the legs; each of them stands 100 s
    # in 1,900 s of work beyond the first 2,000 s
    found = lower_bound(busy)
    legs_and_pauses = found - 2 * 500 - 6_000
    assert 400 < legs_and_pauses < 700
    plan = RuinEngine().solve(busy, stop=at_most(200))
    assert plan.cost.required_unserved == 0
    assert found <= plan.cost.total < 1.1 * found


def lonely_streets():
    """Four dead ends, each from 100 to 110 from the depot; a truck holds one."""
    where = np.array([0, *(100, 110) * 4])
    legs = np.abs(where[:, None] - where)
    branch = np.arange(len(where)) // 2 + np.arange(len(where)) % 2
    apart = (branch[:, None] != branch) & (where[:, None] > 100) & (where > 100)
    legs = np.where(apart, 20, legs).astype(np.int32)
    return street_problem(legs, [(2 * n + 1, 2 * n + 2) for n in range(4)], [1] * 4, capacity=1)


def tiny_town(seed):
    """Four streets of a random graph, some one-way, some optional; one truck type."""
    rng = np.random.default_rng(seed)
    size = 6
    far = rng.integers(1, 60, size=(size, size))
    if seed % 2:
        far = np.minimum(far, far.T)
    np.fill_diagonal(far, 0)
    for via in range(size):
        far = np.minimum(far, far[:, via, None] + far[via])
    ends = [tuple(int(n) for n in rng.choice(size, 2, replace=False)) for _ in range(4)]
    demands = [int(q) for q in rng.integers(0, 4, size=4)]
    problem = street_problem(far.astype(np.int32), ends, demands, capacity=int(rng.integers(3, 7)))
    prizes = [int(p) if seed % 3 == 0 and p < 80 else None for p in rng.integers(0, 160, size=4)]
    tasks = tuple(replace(t, prize=p) for t, p in zip(problem.tasks, prizes, strict=True))
    truck = replace(problem.vehicle_types[0], fixed_cost=int(rng.integers(0, 20)))
    return replace(problem, tasks=tasks, vehicle_types=(truck,))


def street_problem(legs, ends, demands, *, capacity):
    """Edges between nodes of a matrix, the depot at node 0; a service is as long as its street."""
    tasks = []
    for n, ((one, other), demand) in enumerate(zip(ends, demands, strict=True)):
        length = int(legs[one, other])
        modes = [
            Mode(enter=a, leave=b, duration=length, distance=length)
            for a, b in ((one, other), (other, one))
        ]
        tasks.append(Task(id=f"street {n}", modes=tuple(modes), demand=(demand,)))
    return RoutingProblem(
        tasks=tuple(tasks),
        vehicle_types=(
            VehicleType(
                id="truck", capacity=(capacity,), start=0, end=0, num_available=4, cost_per_m=1
            ),
        ),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(Dimension(name="waste", kind=DimensionKind.WASTE),),
    )
