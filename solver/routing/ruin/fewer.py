"""A vehicle less: where others can do its work for less money, it stays at home.

Strings of tasks hardly ever empty a long route, and how many vehicles a long search ends with is
decided by its beginning. So after a short first search the fleet is closed but for those out, less
one; its tasks come into the other routes by their absence counters (Christiaens and Vanden Berghe
2020), and after a short search of that fleet the cheaper plan is gone on from, with all vehicles.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Solution
from solver.routing.base.arrays import AVAILABLE, DAY_COST, SAME_DAY, SIMULATED
from solver.routing.ruin.loop import NUM_FEW
from solver.routing.ruin.running import FIRST_CHUNK, decode, encode, next_chunk, run_stage
from solver.routing.ruin.state import SLACK, empty_state
from solver.stop import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.solution import Route
    from solver.routing.ruin.running import Report, Search
    from solver.stop import Stop

log = logging.getLogger(__name__)

FIRST = 0.15
"""The first search takes this share of the budget (measured by `benchmarks/day_parts.py`)."""

TRIED = 0.5
"""No vehicle is closed after this share of the budget (chosen: the rest cools once from what is
found)."""

PLACED = 0.1
"""The tasks of a closed vehicle find places within this share of the budget, or it is opened again
(measured on the demo's sweeping: what does is done in a hundredth)."""

BETTERED = 0.08
"""A fleet that can do all is searched for this share of the budget before its plan is compared
(chosen)."""

LEAST_WORK = 10
"""Vehicles are closed where a budget has so many iterations a task at least (chosen: in less the
first search comes to nothing)."""

COOL = 0.4
"""Tasks are placed at this place of a cooling and later ones (chosen: hotter, what is placed is
lost again)."""


def closes_vehicles(run: Search, stop: Stop) -> bool:
    """Whether a search from nothing should try with fewer vehicles: many tasks of a day's part."""
    many = run.tab.num_tasks > NUM_FEW and run.tab.level == SIMULATED
    priced = run.tuning.empty_chance > 0
    return many and priced and stop.used(LEAST_WORK * run.tab.num_tasks) <= 1


def run_with_fewer(run: Search, stop: Stop, seed: int, report: Report) -> NDArray[np.int32]:
    """Search until the budget is used or someone presses Ctrl-C, closing vehicles on the way."""
    try:
        run_stage(run, share(stop, 0.0, FIRST), stop, report)
        while (used := stop.used(run.iterations)) < TRIED:
            seed += 1
            if not _closed_one(run, stop, used, seed):
                break
            report(stop.used(run.iterations), run.iterations, run.best)
        begin = min(stop.used(run.iterations), 1.0)
        run_stage(run, share(stop, begin, 1.0, run.iterations), stop, report)
    except KeyboardInterrupt:
        log.warning("stopped by hand; keeping the best plan so far")
    return run.plan()


def _closed_one(run: Search, stop: Stop, used: float, seed: int) -> bool:
    """Whether the search goes on from a cheaper plan with a vehicle less."""
    less = with_one_less(run, seed)
    if less is None:
        return False
    _place_all(less, share(stop, used, used + PLACED, run.iterations))
    if less.best[0] == run.best[0]:
        used = stop.used(run.iterations + less.iterations)
        own = share(stop, used, used + BETTERED, run.iterations + less.iterations)
        run_stage(less, own, stop, lambda *_: None)
    run.iterations += less.iterations
    if less.best >= run.best:
        return False
    run.adopt(encode(run.tab, Solution(tuple(decode(less.tab, less.state, less.plan())))))
    return True


def with_one_less(run: Search, seed: int) -> Search | None:
    """The search with no more vehicles than its best plan has out, and one less; None: it has none.

    The one with the fewest tasks, over all shifts of its day. What it served is absent, or comes
    into other routes at once.
    """
    routes = defaultdict(list)
    for route in decode(run.tab, run.state, run.plan()):
        routes[route.vehicle_type].append(route)
    for own in routes.values():
        own.sort(key=_num_tasks, reverse=True)
    kinds = run.tab.kinds.copy()
    fewest: tuple[int, list[int]] | None = None
    for group in _days(kinds):
        out = max(len(routes[kind]) for kind in group)
        kinds[group, AVAILABLE] = np.minimum(kinds[group, AVAILABLE], out)
        last = sum(_num_tasks(routes[kind][-1]) for kind in group if len(routes[kind]) == out > 0)
        if out and (fewest is None or last < fewest[0]):
            fewest = last, group
    if fewest is None:
        return None
    kinds[fewest[1], AVAILABLE] = np.minimum(
        kinds[fewest[1], AVAILABLE], kinds[fewest[1], AVAILABLE].max() - 1
    )
    less = copy(run)
    less.tab = run.tab._replace(kinds=kinds)
    less.state, less.iterations = empty_state(less.tab, seed), 0
    less.state.num[SLACK] = run.state.num[SLACK]
    kept = tuple(route for own in routes.values() for route in own)
    less.adopt(encode(less.tab, Solution(kept)))
    return less


def _num_tasks(route: Route) -> int:
    return len(route.tasks)


def _days(kinds: NDArray[np.int64]) -> list[list[int]]:
    """Vehicle types in groups that are the same vehicles in several shifts."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number, kind in enumerate(kinds):
        shared = kind[DAY_COST] > 0
        groups[int(kind[SAME_DAY]) if shared else -1 - number].append(number)
    return list(groups.values())


def _place_all(less: Search, own: Stop) -> None:
    """Search until no required task is absent that may be served, or the budget is used."""
    chunk, used = FIRST_CHUNK, own.used(0)
    step = 0.0
    while less.lacks and used < 1.0:
        less.advance(chunk, COOL + (1 - COOL) * used, (1 - COOL) * step)
        before, used = used, own.used(less.iterations)
        chunk, step = next_chunk(chunk, used - before, min(max(1.0 - used, 0.0), 0.02))
        chunk = max(chunk, 1)
