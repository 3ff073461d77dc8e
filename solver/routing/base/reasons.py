"""Why a task is unserved, found by trying it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Reason, Route, Serve, Solution, Use, served_tasks
from models.units import UNREACHABLE
from solver.routing.base.arrays import CAPACITY, DEMAND, EARLY, FIRST, LATE
from solver.routing.base.clock import simulate
from solver.routing.base.schedule import route_arrays

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from solver.routing.base.arrays import Tables

ORDER = (
    Reason.NO_VEHICLE_TYPE,
    Reason.TOO_LARGE,
    Reason.UNREACHABLE,
    Reason.WINDOW,
)
"""From the first hurdle to the last: a task's reason is the last hurdle one of its ways reaches."""


def hopeless(
    problem: RoutingProblem, tab: Tables, served: Collection[int] = ()
) -> dict[int, Reason]:
    """Tasks that no vehicle can serve, even alone, and the reason; those `served` are not asked."""
    return {
        task: reason
        for task in range(len(problem.tasks))
        if task not in served and (reason := alone(problem, tab, task)) is not None
    }


def alone(problem: RoutingProblem, tab: Tables, task: int) -> Reason | None:
    """The reason why a route with nothing but this task cannot exist; None: it can."""
    worst = 0
    for kind in range(len(problem.vehicle_types)):
        if problem.vehicle_types[kind].num_available == 0:
            continue
        for mode in range(len(problem.tasks[task].modes)):
            reached = _hurdle(problem, tab, kind, task, mode)
            if reached == len(ORDER):
                return None
            worst = max(worst, reached)
    return ORDER[worst]


def _hurdle(problem: RoutingProblem, tab: Tables, kind: int, task: int, mode: int) -> int:
    """How many hurdles of `ORDER` this way of serving the task takes."""
    if not problem.can_serve(kind, problem.tasks[task].modes[mode]):
        return 0
    demand, capacity, _ = loads(tab, kind, task)
    if (demand > capacity).any():
        return 1
    row = tab.visit[tab.tasks[task, FIRST] + mode]
    has_time = row[EARLY] <= row[LATE]  # or its gap to another pass leaves it none
    best = 2
    for route in _routes_alone(problem, tab, kind, Serve(task, mode)):
        visits, legs = route_arrays(problem, tab, route)
        if (legs >= UNREACHABLE).any():
            continue
        best = 3
        if not has_time:
            continue
        _, back = simulate(tab, kind, visits, legs, len(visits))
        if back >= 0:
            return len(ORDER)
    return best


def loads(
    tab: Tables, kind: int, task: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Demand of a task, capacity and initial load of a type, each of shape (D,)."""
    capacity, initial = np.split(tab.kinds[kind, CAPACITY:], 2)
    return tab.tasks[task, DEMAND:], capacity, initial


def _routes_alone(problem: RoutingProblem, tab: Tables, kind: int, serve: Serve) -> Iterator[Route]:
    """Shortest routes that serve one task with the facilities it needs."""
    demand, capacity, initial = loads(tab, kind, serve.task)
    before = set(np.flatnonzero(demand + initial > capacity).tolist())
    after = set(np.flatnonzero((tab.end_empty > 0) & (demand > 0)).tolist())
    for first in _covers(problem, kind, before):
        for last in _covers(problem, kind, after):
            yield Route(kind, (*first, serve, *last))


def _covers(problem: RoutingProblem, kind: int, dims: set[int]) -> Iterator[tuple[Use, ...]]:
    """Facility visits that reset `dims`: nothing, one, or one after the other."""
    if not dims:
        yield ()
        return
    open_to = [
        number
        for number, facility in enumerate(problem.facilities)
        if not facility.vehicle_types or kind in facility.vehicle_types
    ]
    for number in open_to:
        rest = dims - problem.facilities[number].resets
        if not rest:
            yield (Use(number),)
        elif rest != dims:
            for tail in _covers(problem, kind, rest):
                yield (Use(number), *tail)


def with_reasons(
    problem: RoutingProblem,
    tab: Tables,
    routes: Sequence[Route],
    lost: dict[int, Reason],
) -> Solution:
    """The solution with a reason for every task in no route."""
    served = served_tasks(routes)
    reasons = {}
    for task in range(len(problem.tasks)):
        if task in served:
            continue
        if task in lost:
            reasons[task] = lost[task]
        elif problem.tasks[task].prize is not None and _spare(problem, routes):
            reasons[task] = Reason.NOT_WORTH
        else:
            reasons[task] = Reason.NO_CAPACITY if tab.limited else Reason.NO_TIME
    return Solution(tuple(routes), reasons)


def out_of_search_time(problem: RoutingProblem, tab: Tables, found: Solution) -> Solution:
    """The solution in which `NO_TIME` is said only where no vehicle at home could do the task.

    A vehicle at home that can do it alone proves that the search ended too early.
    """
    out = [0] * len(problem.vehicle_types)
    for route in found.routes:
        out[route.vehicle_type] += 1
    idle = replace(
        problem,
        vehicle_types=tuple(
            replace(kind, num_available=max(kind.num_available - out[number], 0))
            for number, kind in enumerate(problem.vehicle_types)
        ),
    )
    reasons = {
        task: Reason.STOPPED
        if reason == Reason.NO_TIME and alone(idle, tab, task) is None
        else reason
        for task, reason in found.unserved.items()
    }
    return Solution(found.routes, reasons)


def _spare(problem: RoutingProblem, routes: Sequence[Route]) -> bool:
    """Whether a vehicle stays at home."""
    return len(routes) < sum(kind.num_available for kind in problem.vehicle_types)
