"""Places are passed over only where nothing better can be: the bounds cut work, never a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.solution import Route, Serve, Solution
from solver.cost import cost
from solver.routing.base.arrays import AWAY, LEAST, NEAREST, SIMULATED
from solver.routing.base.schedule import schedule_all
from solver.routing.ruin.loop import Tuning
from solver.routing.ruin.running import Search
from solver.routing.ruin.state import BUSY, OUT, PAUSED, SIZE
from tests.line_town import line_town, sweeper, task
from tests.routing.towns import random_problem

NO_BLINKS = Tuning(blink=0.0)


def paused(seed: int):
    """A town of 14 tasks whose drivers rest, so that the clock is simulated."""
    town = random_problem(seed, tasks=14)
    types = tuple(
        replace(kind, max_work=3_000, rest_duration=600, cost_per_s=7)
        for kind in town.vehicle_types
    )
    return replace(town, vehicle_types=types)


@pytest.mark.parametrize("seed", range(10))
def test_without_bounds_the_same_plan_is_found(seed):
    town = paused(seed)
    cut, whole = (Search(town, NO_BLINKS, seed, None) for _ in range(2))
    assert cut.tab.level == SIMULATED
    whole.tab = whole.tab._replace(near_leg=np.zeros_like(whole.tab.near_leg))
    whole.tab.tasks[:, [AWAY, NEAREST]] = 0
    whole.tab.tasks[:, LEAST] = -(2**40)
    for run in (cut, whole):
        run.advance(300, 0.0, 0.5)
    assert cut.plan().tolist() == whole.plan().tolist()
    found = cut.solution(cut.plan())
    assert cut.best[1] == cost(town, found, schedule_all(town, found.routes)).total


def test_all_rests_of_a_long_route_count_as_pauses():
    """Four tasks of 300 s 60 s apart, a rest of 100 s after 800 s of work at most: two of them."""
    kind = sweeper(max_work=800, rest_duration=100, meal=None, capacity=())
    town = line_town(
        vehicle_types=(kind,), facilities=(), spacings=(), dimensions=(),
        tasks=tuple(task(place, demand=()) for place in range(1, 5)),
    )  # fmt: skip
    order = Solution((Route(0, tuple(Serve(number, 0) for number in range(4))),))
    run = Search(town, NO_BLINKS, 1, order)
    (slot,) = np.flatnonzero(run.state.route[:, SIZE] == 4)
    busy, out, pauses = run.state.route[slot, [BUSY, OUT, PAUSED]].tolist()
    assert busy == 4 * 300 + 8 * 60
    assert out - busy == pauses == 200
