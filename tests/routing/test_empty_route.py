"""Routes that are not needed go, where going out has a price."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.problem import DenseMatrix, Mode, RoutingProblem, Task, VehicleType
from solver.judge.routes import check
from solver.routing.ruin.loop import FEW_TASKS
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most

FAR_M, BLOCK_M, BINS = 4_000, 300, 25


def four_quarters(fixed_cost):
    """25 bins in each corner of a square, the depot in its middle, four trucks: one can do all.

    A string of ten bins that changes the truck pays the way to the corner again: only a whole
    route at once saves the price of going out.
    """
    rng = np.random.default_rng(1)
    corners = np.array([(0, 0), (FAR_M, 0), (0, FAR_M), (FAR_M, FAR_M)])
    middle = [[(FAR_M // 2, FAR_M // 2)]]
    places = np.concatenate(middle + [c + rng.integers(0, BLOCK_M, (BINS, 2)) for c in corners])
    metres = np.abs(places[:, None] - places[None]).sum(-1).astype(np.int32)
    truck = VehicleType(
        id="truck",
        capacity=(),
        start=0,
        end=0,
        num_available=4,
        tw_late=86_400,
        max_duration=36_000,
        fixed_cost=fixed_cost,
    )
    bins = tuple(
        Task(id=f"bin {n}", modes=(Mode(enter=n, leave=n, duration=60),), demand=())
        for n in range(1, len(places))
    )
    return RoutingProblem(
        tasks=bins,
        vehicle_types=(truck,),
        matrices=(DenseMatrix(metres // 5, metres),),
        dimensions=(),
    )


def trucks_out(problem, seed, **changed):
    engine = RuinEngine(tuning=FEW_TASKS._replace(**changed)) if changed else RuinEngine()
    outcome = engine.solve(problem, stop=at_most(3_000), seed=seed)
    assert not check(problem, outcome.solution, outcome.schedules)
    return len(outcome.solution.routes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_truck_that_is_not_needed_stays_at_home(seed):
    assert trucks_out(four_quarters(fixed_cost=3_000), seed) == 1


def test_strings_alone_leave_a_route_too_many():
    """Why routes are emptied: with seed 2 the search ends in a valley it cannot leave."""
    assert trucks_out(four_quarters(fixed_cost=3_000), 2, empty_chance=0.0) == 2


def test_a_truck_stays_at_home_all_day_rather_than_in_one_shift():
    """One route less saves nothing where the truck goes out in the other shift all the same.

    In a process without the compiler: compiled inner loops cannot be called one by one.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.routing.whole_days"],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        text=True,
    )
    assert json.loads(done.stdout) == {
        "two trucks in both shifts": [0, 3, 0, 3],
        "two early, one late": [0, 3, 4, 0],
    }
