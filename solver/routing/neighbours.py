"""Who is near whom: the tasks a ruin reaches from each task, and facilities on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.routing.arrays import (
    AT_COL,
    AT_ROW,
    DURATION,
    EARLY,
    FIRST,
    LATE,
    LEAST,
    PER_S,
    REMOTE,
    RESETS,
    START,
    WINDOWS,
    Tables,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUM_NEAR = 128
"""Nearest tasks listed per task: the reach of a ruin."""

NUM_NEAR_FACILITIES = 8
"""Facilities listed per visit and dimension."""

WAIT_WEIGHT, LATE_WEIGHT = 0.05, 0.2
"""Seconds of driving that a second of waiting or lateness between two tasks counts for (after
Vidal et al. 2013; a quarter of PyVRP's weights: long routes suffered from heavier ones)."""

BLOCK = 128
"""Tasks whose neighbours are sought at once: memory grows with it."""


def with_neighbours(tab: Tables) -> Tables:
    """Tables with near tasks and facilities filled in."""
    cheapest = tab.leg.min(axis=0)
    cols = tab.visit[: tab.num_modes, AT_COL]
    if tab.num_tasks:
        starts = cheapest[tab.kinds[:, START]].min(axis=0)[cols]
        tab.tasks[:-1, REMOTE] = np.minimum.reduceat(starts, tab.tasks[:-1, FIRST])
        visits = tab.visit_cost[:, : tab.num_modes].min(axis=0)
        tab.tasks[:-1, LEAST] = np.minimum.reduceat(visits, tab.tasks[:-1, FIRST])
    near, near_leg = _near_tasks(tab, cheapest)
    tips = [_near_facilities(tab, cheapest, leaving=leaving) for leaving in (True, False)]
    return tab._replace(near=near, near_leg=near_leg, tips=np.stack(tips))


def _near_tasks(
    tab: Tables, cheapest: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Nearest tasks of every task by the cheaper direction over all modes, and those legs.

    Where windows bind, tasks apart in time are farther. A lone task is its own neighbour: empty
    routes are tried after the nearest tasks.
    """
    first, n = tab.tasks[:, FIRST], tab.num_tasks
    width = min(NUM_NEAR, n - 1)
    if width <= 0:
        return np.zeros((n, n), dtype=np.int32), np.zeros((n, n), dtype=np.int64)
    rows, cols = tab.visit[: tab.num_modes, AT_ROW], tab.visit[: tab.num_modes, AT_COL]
    apart = _Apart(tab, cheapest) if tab.level >= WINDOWS else None
    near = np.zeros((n, width), dtype=np.int32)
    near_leg = np.zeros((n, width), dtype=np.int64)
    for low in range(0, n, BLOCK):
        high = min(low + BLOCK, n)
        modes = np.arange(first[low], first[high])
        there = cheapest[rows[modes, None], cols[None, :]].astype(np.int64)
        back = cheapest[rows[None, :], cols[modes, None]].astype(np.int64)
        legs = _least(np.minimum(there, back), first, low, high)
        far = legs
        if apart is not None:
            apart_too = np.minimum(there + apart.after(modes), back + apart.before(modes))
            far = _least(apart_too, first, low, high)
        far[np.arange(high - low), np.arange(low, high)] = 2**62
        chosen = np.argpartition(far, width - 1, axis=1)[:, :width]
        order = np.argsort(np.take_along_axis(far, chosen, axis=1), axis=1, kind="stable")
        near[low:high] = np.take_along_axis(chosen, order, axis=1)
        near_leg[low:high] = np.take_along_axis(legs, near[low:high], axis=1)
    return near, near_leg


def _least(
    of_modes: NDArray[np.int64], first: NDArray[np.int64], low: int, high: int
) -> NDArray[np.int64]:
    """Least entry per pair of tasks; rows are the modes of tasks `low` to `high`."""
    of_tasks = np.minimum.reduceat(of_modes, first[low:high] - first[low], axis=0)
    return np.minimum.reduceat(of_tasks, first[:-1], axis=1)


class _Apart:
    """What the windows of two modes add to the distance between them, as cost of a leg."""

    def __init__(self, tab: Tables, cheapest: NDArray[np.int32]) -> None:
        self.visit = tab.visit[: tab.num_modes]
        self.time = tab.time.min(axis=0)
        known = cheapest < tab.far
        self.rate = float(cheapest[known].sum() / max(self.time[known].sum(), 1))

    def after(self, modes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(len(modes), M): going on from each of `modes` to each mode."""
        return self._between(self.visit[modes, None], self.visit[None, :])

    def before(self, modes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(len(modes), M): coming to each of `modes` from each mode."""
        return self._between(self.visit[None, :], self.visit[modes, None])

    def _between(self, one: NDArray[np.int64], then: NDArray[np.int64]) -> NDArray[np.int64]:
        lasts = one[..., DURATION] + self.time[one[..., AT_ROW], then[..., AT_COL]]
        wait = np.maximum(then[..., EARLY] - one[..., LATE] - lasts, 0)
        late = np.maximum(one[..., EARLY] + lasts - then[..., LATE], 0)
        return (self.rate * (WAIT_WEIGHT * wait + LATE_WEIGHT * late)).astype(np.int64)


def _near_facilities(
    tab: Tables, cheapest: NDArray[np.int32], *, leaving: bool
) -> NDArray[np.int32]:
    """Facilities that reset each dimension, cheapest visit with its leg first; -1 fills up."""
    rows, cols = tab.visit[:, AT_ROW], tab.visit[:, AT_COL]
    near = np.full((len(rows), tab.num_dims, NUM_NEAR_FACILITIES), -1, dtype=np.int32)
    own = tab.visit_cost.min(axis=0)
    if tab.level >= WINDOWS:
        own = own + tab.kinds[:, PER_S].min() * tab.visit[:, DURATION]
    for dim in range(tab.num_dims):
        able = np.flatnonzero(tab.facility[:-1, RESETS + dim])
        ids = tab.num_modes + able
        if leaving:
            legs = cheapest[rows[:, None], cols[None, ids]]
        else:
            legs = cheapest[rows[None, ids], cols[:, None]]
        order = np.argsort(legs + own[ids], axis=1, kind="stable")[:, :NUM_NEAR_FACILITIES]
        near[:, dim, : order.shape[1]] = able[order]
    return near
