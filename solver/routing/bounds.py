"""Lower bounds that cost little: a plan can say "at most x % above the optimum".

Services are summed in their cheapest mode. Deadheads are relaxed to an assignment: every task is
left once and entered once, and so are as many depots and facilities as there must be routes and
trips at least. Any plan's legs are such an assignment, so the cheapest one costs no more.

Where all tasks are edges on symmetric roads, both ends of each edge are matched to other ends
instead (the matching bound of Golden and Wong 1981 for CARP, with halves allowed so that an
assignment solves it); the larger of the two counts. O(tasks cubed) up to MOST_TASKS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from models.units import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem

    Costs = NDArray[np.float64]

MOST_TASKS = 1_200
"""Beyond, only services and fixed costs are counted."""

NEVER = 1e15


def lower_bound(problem: RoutingProblem) -> int | None:
    """A cost that no plan serving all tasks can go below, in the problem's unit.

    None where no cheap bound is known: optional tasks, or no vehicle.
    """
    if any(task.prize is not None for task in problem.tasks) or not problem.vehicle_types:
        return None
    if not problem.tasks:
        return 0
    routes, trips = fewest_routes_and_trips(problem)
    fixed = min(kind.fixed_cost for kind in problem.vehicle_types)
    total = _services(problem) + routes * fixed
    if len(problem.tasks) > MOST_TASKS:
        return total
    ends = _Ends(problem)
    deadheads = _directed(ends, routes, trips)
    if ends.symmetric:
        deadheads = max(deadheads, _matched(ends, routes, trips))
    # the small step back forgives floating point in sums of whole numbers
    return total + int(np.ceil(deadheads - 1e-6)) if deadheads < NEVER else total


def fewest_routes_and_trips(problem: RoutingProblem) -> tuple[int, int]:
    """No plan has fewer routes, or fewer trips with a task, by loads and hours alone."""
    routes = trips = 1
    resettable = {dim for facility in problem.facilities for dim in facility.resets}
    for dim in range(len(problem.dimensions)):
        load = sum(task.demand[dim] for task in problem.tasks)
        capacity = max(kind.capacity[dim] for kind in problem.vehicle_types)
        needed = -(-load // capacity) if capacity else 1
        trips = max(trips, needed)
        if dim not in resettable:
            routes = max(routes, needed)
    hours = max(kind.max_duration + kind.max_overtime for kind in problem.vehicle_types)
    work = sum(min(mode.duration for mode in task.modes) for task in problem.tasks)
    routes = max(routes, -(-work // hours)) if hours else routes
    return routes, max(routes, trips)


def _services(problem: RoutingProblem) -> int:
    return sum(
        min(
            mode.cost + kind.cost_per_m * mode.distance + kind.cost_per_s * mode.duration
            for mode in task.modes
            for kind in problem.vehicle_types
        )
        for task in problem.tasks
    )


@dataclass(frozen=True, eq=False)
class _Depots:
    """Cheapest legs between modes (M,) and depots or facilities, visits included."""

    start: Costs
    """Depot to mode."""
    home: Costs
    """Mode to depot, over a tip where vehicles come home empty."""
    trip_start: Costs
    """Depot or facility to mode."""
    trip_end: Costs
    """Mode to facility or depot."""


class _Ends:
    """Legs between modes, cheapest over vehicle types and over detours to facility or depot."""

    def __init__(self, problem: RoutingProblem) -> None:
        self.problem = problem
        modes = [mode for task in problem.tasks for mode in task.modes]
        self.enter = np.array([mode.enter for mode in modes], dtype=np.int64)
        self.leave = np.array([mode.leave for mode in modes], dtype=np.int64)
        self.task = np.repeat(
            np.arange(len(problem.tasks)), [len(task.modes) for task in problem.tasks]
        )
        self.depots = self._depots()
        direct = self._legs(self.leave, self.enter)
        fixed = min(kind.fixed_cost for kind in problem.vehicle_types)
        over_depot = self.depots.home[:, None] + self.depots.start + fixed
        over_facility = self.depots.trip_end[:, None] + self.depots.trip_start
        if problem.facilities:
            direct = np.minimum(direct, over_facility)
        self.between = np.minimum(direct, over_depot)

    @property
    def symmetric(self) -> bool:
        """Every task is an edge with two directions, every leg as long as its way back."""
        tasks = self.problem.tasks
        edges = all(
            len(task.modes) == 2
            and task.modes[0].enter == task.modes[1].leave
            and task.modes[0].leave == task.modes[1].enter
            for task in tasks
        )
        return edges and bool(np.array_equal(self._flipped(), self._flipped().T))

    def _flipped(self) -> Costs:
        """Leg costs between ends: row = the end left, column = the end entered."""
        return self.between[:, np.arange(len(self.task)) ^ 1]

    def _legs(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> Costs:
        cheapest = np.full((len(rows), len(cols)), NEVER)
        for profile, per_m, per_s in {
            (kind.profile, kind.cost_per_m, kind.cost_per_s) for kind in self.problem.vehicle_types
        }:
            seconds, metres = self.problem.matrices[profile].block(rows, cols)
            money = per_m * metres.astype(np.float64) + per_s * seconds.astype(np.float64)
            money[seconds >= UNREACHABLE] = NEVER
            cheapest = np.minimum(cheapest, money)
        return cheapest

    def _depots(self) -> _Depots:
        kinds, facilities = self.problem.vehicle_types, self.problem.facilities
        starts = np.array([kind.start for kind in kinds])
        ends = np.array([kind.end for kind in kinds])
        start = self._legs(starts, self.enter).min(axis=0)
        home = self._legs(self.leave, ends).min(axis=1)
        if not facilities:
            return _Depots(start, home, start, home)
        per_m = min(kind.cost_per_m for kind in kinds)
        per_s = min(kind.cost_per_s for kind in kinds)
        visit = np.array(
            [f.visit_cost + per_m * f.distance + per_s * f.duration for f in facilities]
        )
        into = np.array([facility.enter for facility in facilities])
        out = np.array([facility.leave for facility in facilities])
        to_facility = self._legs(self.leave, into) + visit
        from_facility = self._legs(out, self.enter).min(axis=0)
        if any(dimension.end_empty for dimension in self.problem.dimensions):
            home = (to_facility + self._legs(out, ends).min(axis=1)).min(axis=1)
        return _Depots(
            start,
            home,
            np.minimum(start, from_facility),
            np.minimum(home, to_facility.min(axis=1)),
        )


def _directed(ends: _Ends, routes: int, trips: int) -> float:
    """Cheapest assignment of what is left to what is entered; modes may differ at either end."""
    groups = np.flatnonzero(np.r_[True, ends.task[1:] != ends.task[:-1]])

    def per_task(costs: Costs, axes: Sequence[int]) -> Costs:
        for axis in axes:
            costs = np.minimum.reduceat(costs, groups, axis=axis)
        return costs

    between = per_task(ends.between, (0, 1))
    np.fill_diagonal(between, NEVER)
    depots = ends.depots
    return _assigned(
        between,
        start=[per_task(depots.start, (0,))] * routes
        + [per_task(depots.trip_start, (0,))] * (trips - routes),
        end=[per_task(depots.home, (0,))] * routes
        + [per_task(depots.trip_end, (0,))] * (trips - routes),
    )


def _matched(ends: _Ends, routes: int, trips: int) -> float:
    """Half the cheapest assignment of street ends to street ends, depots and facilities."""
    between = ends._flipped()  # noqa: SLF001
    pair = np.arange(len(ends.task))
    between[pair, pair] = between[pair, pair ^ 1] = NEVER
    depots = ends.depots
    outgoing = [depots.start[pair ^ 1]] * routes + [depots.trip_start[pair ^ 1]] * (trips - routes)
    incoming = [depots.home] * routes + [depots.trip_end] * (trips - routes)
    stands = [*outgoing, *incoming]
    return _assigned(between, start=stands, end=stands) / 2


def _assigned(between: Costs, *, start: Sequence[Costs], end: Sequence[Costs]) -> float:
    """Cost of the cheapest assignment; starts (rows) and ends (columns) never meet."""
    size, extra = len(between), len(start)
    costs = np.full((size + extra, size + extra), NEVER)
    costs[:size, :size] = between
    costs[size:, :size] = np.array(start)
    costs[:size, size:] = np.array(end).T
    rows, cols = linear_sum_assignment(costs)
    return float(costs[rows, cols].sum())
