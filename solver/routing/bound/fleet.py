"""How many vehicles any plan needs at least, by loads and hours, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from models.problem import RoutingProblem

SPARE = 0.005
"""Vehicles are crowded below this much room to spare in the fewest, as a share of all loads
(chosen)."""

MANY = 30
"""From so many tasks of a vehicle, small ones fill what room is left (chosen)."""

MOST_BEGINS = 64
"""So many beginnings of windows are looked at (chosen)."""


def fewest_routes_and_trips(problem: RoutingProblem) -> tuple[int, int]:
    """No plan has fewer routes, or fewer trips with a task, by required loads and hours alone."""
    required = [task for task in problem.tasks if task.prize is None]
    if not required:
        return 0, 0
    routes = trips = 1
    resettable = {dim for facility in problem.facilities for dim in facility.resets}
    for dim in range(len(problem.dimensions)):
        load = sum(task.demand[dim] for task in required)
        capacity = max(kind.capacity[dim] for kind in problem.vehicle_types)
        needed = -(-load // capacity) if capacity else 1
        trips = max(trips, needed)
        if dim not in resettable:
            routes = max(routes, needed)
    routes = max(routes, _at_once(problem))
    return routes, max(routes, trips)


def is_crowded(problem: RoutingProblem) -> bool:
    """Whether many required tasks all but fill the fewest vehicles they fit in, and none tips."""
    required = [task for task in problem.tasks if task.prize is None]
    if problem.facilities:
        return False
    for dim in range(len(problem.dimensions)):
        load = sum(task.demand[dim] for task in required)
        capacity = max(kind.capacity[dim] for kind in problem.vehicle_types)
        many = len(required) * capacity > MANY * load
        if many and load and -load % capacity < SPARE * load:
            return True
    return False


def _at_once(problem: RoutingProblem) -> int:
    """Vehicles that must be at work in some stretch of time: all day, or between windows."""
    required = [task for task in problem.tasks if task.prize is None]
    work = np.array([min(mode.duration for mode in task.modes) for task in required])
    early = np.array([min(mode.tw_early for mode in task.modes) for task in required])
    done = np.array([max(mode.tw_late + mode.duration for mode in task.modes) for task in required])
    fewest = -(-int(work.sum()) // max(longest_duty(problem), 1))
    begins = np.unique(early)
    for begin in begins[:: max(len(begins) // MOST_BEGINS, 1)]:
        order = np.flatnonzero(early >= begin)
        order = order[np.argsort(done[order], kind="stable")]
        stretch = np.maximum(done[order] - begin, 1)
        fewest = max(fewest, int(np.ceil(np.cumsum(work[order]) / stretch - 1e-9).max()))
    return fewest


def longest_duty(problem: RoutingProblem) -> int:
    """Seconds that the vehicle with the most time is out at most."""
    return max(
        min(kind.max_duration + kind.max_overtime, kind.tw_late - kind.tw_early)
        for kind in problem.vehicle_types
    )


def cheapest_fleet(problem: RoutingProblem, routes: int) -> int:
    """Fixed costs of so many vehicles, the cheapest there are."""
    total, left = 0, routes
    for kind in sorted(problem.vehicle_types, key=lambda kind: kind.fixed_cost):
        taken = min(kind.num_available, left)
        total += taken * kind.fixed_cost
        left -= taken
    return total
