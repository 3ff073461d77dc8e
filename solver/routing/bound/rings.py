"""Cuts around depots and facilities: how often vehicles must drive out and back, at least.

The tasks beyond a distance need so many trips, each of which passes that ring outward, and back;
services that cross it carry some of them, deadheads the rest (aggregated cuts as in Belenguer and
Benavent 1998, at every distance). Heights are such that no leg climbs more than it costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import RoutingProblem

    Costs = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rings:
    """Rings and the deadheads through them; `low` and `high` are the heights of mode ends."""

    low: Costs
    high: Costs
    """Where a mode is met first and last on the way out (or, for ways back, the reverse); (M,)."""
    levels: Costs
    """Heights at which anything changes, from 0; (L,)."""
    driven: NDArray[np.int64]
    """Deadheads that pass between a level and the next, at least; (L - 1,)."""

    def bound(self, weights: Costs) -> float:
        """Cost of driving through the rings, each ring weighed by 0 to 1."""
        return float((weights * self.driven * np.diff(self.levels)).sum())

    def climbs(self, heights: Costs, weights: Costs) -> Costs:
        """What of each height counts when rings are weighed."""
        counted = np.r_[0.0, np.cumsum(weights * np.diff(self.levels))]
        return np.interp(heights, self.levels, counted)

    def passed(self, low: Costs, high: Costs) -> NDArray[np.int64]:
        """How many intervals from `low` to `high` pass each ring, shape (L - 1,)."""
        begun = np.searchsorted(np.sort(low), self.levels[:-1], side="right")
        ended = np.searchsorted(np.sort(high), self.levels[:-1], side="right")
        return begun - ended


def rings_around(
    problem: RoutingProblem, first: NDArray[np.int64], low: Costs, high: Costs, *, both: bool
) -> Rings:
    """Rings of tasks whose modes (of task t from `first[t]` on) lie at these heights.

    `both`: crossings out and back count together, and modes differ in direction alone.
    """
    climbs = np.ones(len(low), dtype=bool) if both else high > low
    inner, outer = np.minimum(low, high), np.maximum(low, high)
    begin = np.minimum.reduceat(np.where(climbs, inner, np.inf), first)
    end = np.maximum.reduceat(np.where(climbs, outer, 0.0), first)
    depth = np.minimum.reduceat(outer, first)
    crossing = begin < end
    levels = np.unique(np.r_[0.0, begin[crossing], end[crossing], depth])
    trips = _trips_beyond(problem, depth, levels[:-1])
    served = np.searchsorted(np.sort(begin[crossing]), levels[:-1], side="right")
    served -= np.searchsorted(np.sort(end[crossing]), levels[:-1], side="right")
    driven = np.maximum(trips - served, 0)
    if both:  # what goes out comes back: crossings are even
        driven = np.maximum(2 * trips - served, served % 2)
    return Rings(low, high, levels, driven)


def _trips_beyond(problem: RoutingProblem, depth: Costs, levels: Costs) -> NDArray[np.int64]:
    """Trips that tasks deeper than each level need by their loads."""
    order = np.argsort(depth, kind="stable")
    within = np.searchsorted(depth[order], levels, side="right")
    trips = (within < len(order)).astype(np.int64)
    for dim in range(len(problem.dimensions)):
        loads = np.array([problem.tasks[task].demand[dim] for task in order], dtype=np.int64)
        beyond = loads.sum() - np.r_[0, np.cumsum(loads)][within]
        capacity = max(kind.capacity[dim] for kind in problem.vehicle_types)
        if capacity:
            trips = np.maximum(trips, -(-beyond // capacity))
    return trips
