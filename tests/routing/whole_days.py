"""What is left in the routes of two shifts after one was emptied, as JSON; without the compiler."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from models.solution import Route, Serve, Solution
from solver.routing.ruin.change import begin_change
from solver.routing.ruin.loop import Tuning, empty_route
from solver.routing.ruin.running import Search
from solver.routing.ruin.state import KIND, SIZE
from tests.line_town import line_town, sweeper, task

EARLY = sweeper(id="early", meal=None, max_work=0, capacity=(), tw_late=9_000,
                num_available=2, day="v", day_cost=1_000)  # fmt: skip
LATE = replace(EARLY, id="late", tw_early=9_000, tw_late=18_000)


def left(*sizes: tuple[int, int]) -> list[int]:
    """Tasks in the slots of both types, two each, after a route was emptied.

    `sizes` are the routes before, as (type, tasks).
    """
    count = sum(size for _, size in sizes)
    problem = line_town(
        vehicle_types=(EARLY, LATE),
        facilities=(), dimensions=(), spacings=(),
        tasks=tuple(replace(task(1 + n % 4, demand=()), id=f"t{n}") for n in range(count)),
    )  # fmt: skip
    ids = iter(range(count))
    plan = Solution(
        tuple(Route(kind, tuple(Serve(next(ids), 0) for _ in range(size))) for kind, size in sizes)
    )
    run = Search(problem, Tuning(), 1, plan)
    begin_change(run.state)
    empty_route(run.tab, run.state)
    slots = sorted(range(len(run.state.route)), key=lambda slot: int(run.state.route[slot, KIND]))
    return [int(run.state.route[slot, SIZE]) for slot in slots]


if __name__ == "__main__":
    told = {
        "two trucks in both shifts": left((0, 1), (0, 3), (1, 1), (1, 3)),
        "two early, one late": left((0, 1), (0, 3), (1, 4)),
    }
    sys.stdout.write(json.dumps(told))
