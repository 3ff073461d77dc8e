"""The search knows the cost of its plans to the last unit, whatever it did to get there."""

from dataclasses import replace

import pytest

from solver.cost import cost
from solver.routing.ruin import Tuning
from solver.routing.running import Search
from solver.routing.schedule import schedule_all
from tests.routing.test_parts import two_villages


@pytest.mark.parametrize("seed", range(5))
def test_a_whole_route_turned_around_is_measured_anew(seed):
    """One truck serves all: a stretch may reach from depot to depot."""
    problem = two_villages()
    truck = replace(problem.vehicle_types[0], capacity=(10,), num_available=1)
    problem = replace(problem, vehicle_types=(truck,))
    run = Search(problem, Tuning(turn_chance=1.0, first_heat=1.0, last_heat=1.0), seed, None)
    for _ in range(20):
        run.advance(20, 0.0, 0.0)
        found = run.solution(run.plan())
        paid = cost(problem, found, schedule_all(problem, found.routes)).total
        assert run.best[1] == paid


@pytest.mark.parametrize("seed", range(5))
def test_exchanged_tails_are_measured_anew(seed):
    """Two trucks of six streets, so that most exchanges make a trip too full."""
    problem = two_villages()
    truck = replace(problem.vehicle_types[0], capacity=(6,), num_available=3)
    problem = replace(problem, vehicle_types=(truck,))
    run = Search(problem, Tuning(tail_chance=0.9, first_heat=1.0, last_heat=1.0), seed, None)
    for _ in range(20):
        run.advance(20, 0.0, 0.0)
        found = run.solution(run.plan())
        paid = cost(problem, found, schedule_all(problem, found.routes)).total
        assert run.best[1] == paid
