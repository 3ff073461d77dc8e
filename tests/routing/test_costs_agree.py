"""The search knows the cost of its plans to the last unit, whatever it did to get there."""

from dataclasses import replace

import pytest

from solver.cost import cost
from solver.routing.base.schedule import schedule_all
from solver.routing.ruin.loop import Tuning
from solver.routing.ruin.running import Search
from tests.routing.test_parts import two_villages


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("capacity", "trucks", "moves"),
    [
        pytest.param(10, 1, {"turn_chance": 1.0}, id="a stretch may reach from depot to depot"),
        pytest.param(6, 3, {"tail_chance": 0.9}, id="most exchanged tails make a trip too full"),
    ],
)
def test_whole_stretches_are_measured_anew(seed, capacity, trucks, moves):
    problem = two_villages()
    truck = replace(problem.vehicle_types[0], capacity=(capacity,), num_available=trucks)
    problem = replace(problem, vehicle_types=(truck,))
    run = Search(problem, Tuning(**moves, first_heat=1.0, last_heat=1.0), seed, None)
    for _ in range(20):
        run.advance(20, 0.0, 0.0)
        found = run.solution(run.plan())
        paid = cost(problem, found, schedule_all(problem, found.routes)).total
        assert run.best[1] == paid
