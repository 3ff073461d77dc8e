"""Lower bounds never exceed a proved optimum or any judged plan."""

import pytest

from benchmarks.instances import best_known
from scenarios.instances import parse_instance, read_instance
from solver.routing.bounds import fewest_routes_and_trips, lower_bound
from solver.routing.ortools import OrToolsEngine
from solver.stop import at_most
from tests.instances.samples import CARP, MCARPTIF
from tests.routing.little_town import random_town


def test_a_triangle_by_hand():
    """Served for 3 + 4; home from 3 costs 7: the bound meets the only plan."""
    assert lower_bound(parse_instance(CARP).problem) == 14


def test_dumps_count_as_often_as_loads_ask_for():
    """Demand 4 of 5: one route, one dump of 30; served for 5 + 6, from -3 to the depot 7."""
    problem = parse_instance(MCARPTIF).problem
    assert fewest_routes_and_trips(problem) == (1, 1)
    assert lower_bound(problem) == 5 + 6 + 30 + 7


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
    assert sum(tight) / len(tight) > 0.8


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
