"""Legs between tasks as a bound sees them: what a task's ends cost to leave and to enter."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.units import UNREACHABLE
from solver.routing.bound.rings import Rings, rings_around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import RoutingProblem

    Costs = NDArray[np.float64]

STRIPE = 256
"""So many rows of a matrix are looked at at a time (chosen: memory grows with it)."""
NEVER = 1e15
"""Stands for the cost [mfen] of leaving out a required task (chosen: above any plan's)."""


@dataclass(frozen=True, eq=False)
class Depots:
    """Cheapest legs between modes (M,) and depots or facilities, visits included."""

    start: Costs
    """Depot to mode."""
    home: Costs
    """Mode to depot, over a tip where every task makes vehicles come home over one."""
    trip_start: Costs
    """Depot or facility to mode."""
    trip_end: Costs
    """Mode to facility or depot."""


class Ends:
    """Legs between modes, cheapest over vehicle types and over detours to facility or depot."""

    def __init__(self, problem: RoutingProblem, *, visits: bool = True) -> None:
        """`visits`: a leg over a facility costs the visit too, and not its driving alone."""
        self.problem, self.visits = problem, visits
        ways = [
            list(dict.fromkeys((mode.enter, mode.leave) for mode in task.modes))
            for task in problem.tasks
        ]
        every = np.array([way for each in ways for way in each], dtype=np.int64)
        self.enter, self.leave = every[:, 0], every[:, 1]
        self.done, self.late = self._hours(ways)
        self.task = np.repeat(np.arange(len(ways)), [len(each) for each in ways])
        self.first = np.flatnonzero(np.r_[True, self.task[1:] != self.task[:-1]])
        self.depots = self._depots()
        self.fixed: float = min(kind.fixed_cost for kind in problem.vehicle_types)
        self.low = self.high = np.zeros(len(self.task))
        """Heights where modes begin and end; legs cost less by what they climb."""

    @property
    def tipped_home(self) -> bool:
        """Whether every task loads what vehicles must have tipped when they come home."""
        problem = self.problem
        return bool(problem.facilities) and any(
            dimension.end_empty and all(task.demand[dim] for task in problem.tasks)
            for dim, dimension in enumerate(problem.dimensions)
        )

    def tilted(self, low: Costs, high: Costs, *, back: bool) -> Ends:
        """The same legs without what they climb from `high`, where modes end, to `low`.

        `back`: heights count on the way back, from `low`, where modes end, to `high`.
        """
        other = copy(self)
        depots = self.depots
        if back:
            other.low, other.high = -high, -low
            other.depots = replace(depots, home=depots.home - low, trip_end=depots.trip_end - low)
        else:
            other.low, other.high = low, high
            other.depots = replace(
                depots, start=depots.start - low, trip_start=depots.trip_start - low
            )
        return other

    def direct(self, low: int, high: int) -> Costs:
        """Legs from modes `low` to `high` to all modes without a stop between."""
        climbed = np.maximum(self.low - self.high[low:high, None], 0)
        return self.legs(self.leave[low:high], self.enter) - climbed

    def over_stops(self, direct: Costs, low: int, high: int) -> Costs:
        """The same legs, over depot or facility where that is cheaper."""
        depots = self.depots
        over_depot = depots.home[low:high, None] + depots.start + self.fixed
        if self.problem.facilities:
            over_facility = depots.trip_end[low:high, None] + depots.trip_start
            direct = np.minimum(direct, over_facility)
        direct = np.where(self.done[low:high, None] > self.late, NEVER, direct)
        return np.minimum(direct, over_depot)

    def per_task(self) -> Costs:
        """Cheapest legs from any mode of a task to any of another, built in stripes."""
        rows = []
        stops = np.r_[self.first, len(self.task)]
        for begin in range(0, len(self.first), STRIPE):
            end = min(begin + STRIPE, len(self.first))
            low, high = int(stops[begin]), int(stops[end])
            some = self.over_stops(self.direct(low, high), low, high)
            some = np.minimum.reduceat(some, stops[begin:end] - low, axis=0)
            rows.append(np.minimum.reduceat(some, self.first, axis=1))
        return np.concatenate(rows)

    def edge_rings(self) -> Rings | None:
        """Rings where every task is an edge and every leg as long as its way back, else None."""
        pair = np.arange(len(self.task)) ^ 1
        if len(self.task) != 2 * len(self.first) or (np.diff(self.first) != 2).any():
            return None
        if (self.enter[pair] != self.leave).any():
            return None
        direct = self.direct(0, len(self.task))
        ways = flipped(direct)
        low = self.depots.trip_start
        high = low[pair]
        even = (low <= high[:, None] + direct).all() and (high <= self.depots.trip_end).all()
        if not (even and np.array_equal(ways, ways.T)) or low.max() >= NEVER:
            return None
        return rings_around(self.problem, self.first, low, high, both=True)

    def rings(self) -> list[Rings]:
        """Rings on the way out and on the way back; none where a mode cannot be reached."""
        direct = self.direct(0, len(self.task))
        out, back = self.depots.trip_start, self.depots.trip_end
        if max(out.max(), back.max()) >= NEVER:
            return []
        top = np.maximum((out - direct).max(axis=1), 0)
        end = np.maximum((back[:, None] - direct).max(axis=0), 0)
        return [
            rings_around(self.problem, self.first, out, top, both=False),
            rings_around(self.problem, self.first, back, end, both=False),
        ]

    def legs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64], number: int | None = None
    ) -> Costs:
        """Legs from rows to columns, cheapest over vehicle types, or of type `number` alone."""
        kinds = self.problem.vehicle_types
        cheapest = np.full((len(rows), len(cols)), NEVER)
        for profile, per_m, per_s in {
            (kind.profile, kind.cost_per_m, kind.cost_per_s)
            for kind in (kinds if number is None else (kinds[number],))
        }:
            seconds, metres = self.problem.matrices[profile].block(rows, cols)
            money = per_m * metres.astype(np.float64) + per_s * seconds.astype(np.float64)
            money[seconds >= UNREACHABLE] = NEVER
            cheapest = np.minimum(cheapest, money)
        return cheapest

    def _hours(self, ways: list[list[tuple[int, int]]]) -> tuple[Costs, Costs]:
        """When each way is done at the earliest, and begun at the latest [s]."""
        kinds = self.problem.vehicle_types
        open_at = min(kind.tw_early for kind in kinds)
        done = []
        late = []
        for task, own in zip(self.problem.tasks, ways, strict=True):
            for way in own:
                alike = [mode for mode in task.modes if (mode.enter, mode.leave) == way]
                done.append(min(max(m.tw_early, open_at) + m.duration for m in alike))
                late.append(max(mode.tw_late for mode in alike))
        return np.array(done, dtype=np.float64), np.array(late, dtype=np.float64)

    def _depots(self) -> Depots:
        kinds, facilities = self.problem.vehicle_types, self.problem.facilities
        starts = np.array([kind.start for kind in kinds])
        ends = np.array([kind.end for kind in kinds])
        start = self.legs(starts, self.enter).min(axis=0)
        home = self.legs(self.leave, ends).min(axis=1)
        if not facilities:
            return Depots(start, home, start, home)
        per_m = min(kind.cost_per_m for kind in kinds)
        per_s = min(kind.cost_per_s for kind in kinds)
        visit = np.array(
            [f.visit_cost + per_m * f.distance + per_s * f.duration for f in facilities]
        )
        visit = visit if self.visits else np.zeros(len(facilities))
        into = np.array([facility.enter for facility in facilities])
        out = np.array([facility.leave for facility in facilities])
        to_facility = self.legs(self.leave, into) + visit
        from_facility = self.legs(out, self.enter).min(axis=0)
        if self.tipped_home:
            home = (to_facility + self.legs(out, ends).min(axis=1)).min(axis=1)
        return Depots(
            start,
            home,
            np.minimum(start, from_facility),
            np.minimum(home, to_facility.min(axis=1)),
        )


def flipped(between: Costs) -> Costs:
    """Leg costs between ends of edges: row = the end left, column = the end entered."""
    return between[:, np.arange(len(between)) ^ 1]
