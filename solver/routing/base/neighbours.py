"""Who is near whom: the tasks a ruin reaches from each task, and facilities on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.units import FARTHEST
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    AWAY,
    END,
    FIRST,
    LEAST,
    NEAREST,
    REMOTE,
    RESETS,
    START,
    Tables,
)
from solver.routing.base.nearness import Nearness

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUM_NEAR = 128
"""So many nearest tasks are listed per task: the reach of a ruin (chosen)."""

NUM_NEAR_FACILITIES = 8
"""So many facilities are listed per visit and dimension (chosen)."""

BLOCK = 128
"""The neighbours of so many tasks are sought at once (chosen: memory grows with it)."""


def with_neighbours(tab: Tables) -> Tables:
    """Tables with near tasks and facilities filled in."""
    cheapest = tab.leg.min(axis=0)
    rows, cols = tab.visit[: tab.num_modes, [AT_ROW, AT_COL]].T
    if tab.num_tasks:
        starts = cheapest[tab.kinds[:, START]].min(axis=0)[cols]
        tab.tasks[:-1, REMOTE] = np.minimum.reduceat(starts, tab.tasks[:-1, FIRST])
        ends = cheapest[:, tab.kinds[:, END]].min(axis=1)[rows]
        back = np.minimum.reduceat(ends, tab.tasks[:-1, FIRST])
        tab.tasks[:-1, AWAY] = np.minimum(tab.tasks[:-1, REMOTE], back)
        visits = tab.visit_cost[:, : tab.num_modes].min(axis=0)
        tab.tasks[:-1, LEAST] = np.minimum.reduceat(visits, tab.tasks[:-1, FIRST])
    near, near_leg, tab.tasks[:-1, NEAREST] = _near_tasks(tab, cheapest)
    tips = [_near_facilities(tab, cheapest, leaving=leaving) for leaving in (True, False)]
    return tab._replace(near=near, near_leg=near_leg, tips=np.stack(tips))


def _near_tasks(
    tab: Tables, cheapest: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Nearest tasks of every task by the cheaper direction over all modes, and those legs.

    Last the shortest of all its legs to other tasks, which need not be that to the nearest.
    Where windows bind, tasks apart in time are farther. A lone task is its own neighbour: empty
    routes are tried after the nearest tasks.
    """
    n = tab.num_tasks
    width = min(NUM_NEAR, n - 1)
    if width <= 0:
        none = np.zeros((n, n), dtype=np.int64)
        return none.astype(np.int32), none, np.zeros(n, dtype=np.int64)
    nearness = Nearness.of(tab, cheapest)
    near = np.zeros((n, width), dtype=np.int32)
    near_leg = np.zeros((n, width), dtype=np.int64)
    shortest = np.zeros(n, dtype=np.int64)
    for low in range(0, n, BLOCK):
        high = min(low + BLOCK, n)
        legs, far = nearness.between(low, high)
        far[np.arange(high - low), np.arange(low, high)] = FARTHEST
        legs[np.arange(high - low), np.arange(low, high)] = FARTHEST
        shortest[low:high] = legs.min(axis=1)
        chosen = np.argpartition(far, width - 1, axis=1)[:, :width]
        order = np.argsort(np.take_along_axis(far, chosen, axis=1), axis=1, kind="stable")
        near[low:high] = np.take_along_axis(chosen, order, axis=1)
        near_leg[low:high] = np.take_along_axis(legs, near[low:high], axis=1)
    return near, near_leg, shortest


def _near_facilities(
    tab: Tables, cheapest: NDArray[np.int32], *, leaving: bool
) -> NDArray[np.int32]:
    """Facilities that reset each dimension, cheapest visit with its leg first; -1 fills up.

    The last of many is one without a daily limit, if there is any: the others may all be full.
    """
    rows, cols = tab.visit[:, AT_ROW], tab.visit[:, AT_COL]
    near = np.full((len(rows), tab.num_dims, NUM_NEAR_FACILITIES), -1, dtype=np.int32)
    own = tab.visit_cost.min(axis=0)
    for dim in range(tab.num_dims):
        able = np.flatnonzero(tab.facility[:-1, RESETS + dim])
        ids = tab.num_modes + able
        if leaving:
            legs = cheapest[rows[:, None], cols[None, ids]]
        else:
            legs = cheapest[rows[None, ids], cols[:, None]]
        order = np.argsort(legs + own[ids], axis=1, kind="stable")
        listed = order[:, :NUM_NEAR_FACILITIES]
        free = tab.facility[able, RESETS + tab.num_dims + dim] < 0
        if free.any() and len(able) > NUM_NEAR_FACILITIES:
            first_free = np.take_along_axis(order, free[order].argmax(axis=1)[:, None], axis=1)
            full = ~free[listed].any(axis=1)
            listed[full, -1] = first_free[full, 0]
        near[:, dim, : listed.shape[1]] = able[listed]
    return near
