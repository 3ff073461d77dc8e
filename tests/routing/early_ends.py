"""Recreations with and without a bound, side by side, in plain Python (see `test_recreate.py`).

Writes JSON: how many iterations were compared, and how many of them left a task out by choice.
"""

import json
import sys
from copy import deepcopy
from dataclasses import replace

import numba
import numpy as np

from models.units import BOUNDLESS
from solver.routing.ruin.accept import measure_plan
from solver.routing.ruin.change import begin_change, undo
from solver.routing.ruin.loop import ruin
from solver.routing.ruin.recreate import recreate
from solver.routing.ruin.running import Search
from solver.routing.ruin.state import ABSENT, SUCC
from tests.routing.towns import DAY_END, random_problem


def compare(seed: int) -> tuple[int, int]:
    """Iterations of one town compared, and how many of them left tasks out."""
    town = random_problem(seed, tasks=12, laws=False)
    prizes = np.random.default_rng(seed).integers(3_000, 30_000, size=12).tolist()
    tasks = (
        replace(task, prize=prize if prize < 12_000 else None)
        for task, prize in zip(town.tasks, prizes, strict=True)
    )
    truck = replace(town.vehicle_types[0], num_available=12, max_duration=DAY_END)
    town = replace(town, tasks=tuple(tasks), vehicle_types=(truck,))
    search = Search(town, None, seed, None)
    search.advance(10, 0.5, 0.1)
    tab, st = search.tab, search.state
    compared = left_out = 0
    for _ in range(10):
        begin_change(st)
        if ruin(tab, st, search.tuning):
            free, enough, short = deepcopy(st), deepcopy(st), deepcopy(st)
            assert recreate(tab, free, 0.0, BOUNDLESS)
            cost, required, _ = measure_plan(tab, free)
            if required == 0:
                assert recreate(tab, enough, 0.0, cost + 1)
                assert (enough.node[:, SUCC] == free.node[:, SUCC]).all()
                assert not recreate(tab, short, 0.0, cost)
                compared += 1
                left_out += int(free.num[ABSENT] > 0)
        undo(tab, st)
        search.advance(1, 0.5, 0.1)
    return compared, left_out


if __name__ == "__main__":
    assert numba.config.DISABLE_JIT
    totals = np.array([compare(seed) for seed in range(20)]).sum(axis=0)
    sys.stdout.write(json.dumps(totals.tolist()))
