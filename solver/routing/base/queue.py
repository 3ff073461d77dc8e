"""Vehicles queue at facilities with few bays: first come, first served, all routes together."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Reason, Route, Schedule, Serve, Solution, StepKind, Use
from solver.routing.base.arrays import MAX_OUT, SHIFT_LATE, Tables
from solver.routing.base.schedule import route_arrays, schedule, timed
from solver.routing.base.tables import clock_tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import RoutingProblem


class _Timing:
    """One route in the queue's simulation: its departure stays, its visits may be held back."""

    def __init__(self, problem: RoutingProblem, tab: Tables, route: Route) -> None:
        self.tab, self.route = tab, route
        self.visits, self.legs = route_arrays(problem, tab, route)
        self.holds: NDArray[np.int64] = np.zeros(len(self.visits), dtype=np.int64)
        self.first = schedule(problem, route)
        self.schedule = self.first

    def hold(self, visit: int, until: int) -> bool:
        """Begin a visit no earlier than `until`; False: the route then breaks a law."""
        self.holds[visit] = until
        kind = self.route.vehicle_type
        later = timed(self.tab, self.route, (self.visits, self.legs, self.holds), self.first.begin)
        if later is None:
            return False
        self.schedule = later
        law = self.tab.kinds[kind]
        return bool(later.end <= law[SHIFT_LATE] and later.end - later.begin <= law[MAX_OUT])

    def arrivals(self) -> dict[int, tuple[int, int]]:
        """Begin and end of every facility visit as it stands."""
        return {
            step.visit: (step.begin, step.end)
            for step in self.schedule.steps
            if step.kind == StepKind.FACILITY
        }


def schedule_solution(
    problem: RoutingProblem, solution: Solution, *, bays: bool = True
) -> tuple[Solution, tuple[Schedule, ...]]:
    """Times of all routes; with `bays`, vehicles wait for each other where bays are few.

    Where a wait would make a route break a law, tasks are given up (Reason.QUEUE), the one that
    frees most time first, until everything fits; the solution returned says which.
    """
    limited = {n for n, facility in enumerate(problem.facilities) if facility.bays}
    used = {v.facility for r in solution.routes for v in r.visits if isinstance(v, Use)}
    if not bays or not limited & used:
        return solution, tuple(schedule(problem, route) for route in solution.routes)
    tab = clock_tables(problem)
    routes, unserved = list(solution.routes), dict(solution.unserved)
    while True:
        timings = [_Timing(problem, tab, route) for route in routes]
        broken = _serve_queue(problem, timings, limited)
        if broken < 0:
            return Solution(tuple(routes), unserved), tuple(t.schedule for t in timings)
        task = _dearest(problem, timings[broken])
        unserved[task] = Reason.QUEUE
        shorter = _without(problem, routes[broken], task)
        routes[broken : broken + 1] = [shorter] if shorter.visits else []


def _serve_queue(problem: RoutingProblem, timings: list[_Timing], limited: set[int]) -> int:
    """Give bays in order of arrival; the first route that breaks a law, -1: none."""
    bays = {f: [0] * problem.facilities[f].bays for f in limited}
    pending = [
        [i for i, v in enumerate(t.route.visits) if isinstance(v, Use) and v.facility in limited]
        for t in timings
    ]
    while any(pending):
        begin, number = min(
            (timings[n].arrivals()[visits[0]][0], n) for n, visits in enumerate(pending) if visits
        )
        visit = pending[number].pop(0)
        use = timings[number].route.visits[visit]
        assert isinstance(use, Use)
        free = bays[use.facility]
        if free[0] > begin and not timings[number].hold(visit, free[0]):
            return number
        heapq.heapreplace(free, timings[number].arrivals()[visit][1])
    return -1


def _dearest(problem: RoutingProblem, timing: _Timing) -> int:
    """The task whose leaving frees most time; optional tasks go first."""
    route, legs = timing.route, timing.legs
    best = (False, -1, -1)
    matrix = problem.matrices[problem.vehicle_types[route.vehicle_type].profile]
    for i, visit in enumerate(route.visits):
        if isinstance(visit, Serve):
            task = problem.tasks[visit.task]
            freed = int(legs[i] + legs[i + 1]) + task.modes[visit.mode].duration
            row, col = _around(problem, route, i)
            freed -= int(matrix.pairs(np.array([row]), np.array([col]))[0][0])
            best = max(best, (task.prize is not None, freed, visit.task))
    return best[2]


def _around(problem: RoutingProblem, route: Route, i: int) -> tuple[int, int]:
    """Row left before and column entered after visit `i`."""
    kind = problem.vehicle_types[route.vehicle_type]

    def place(visit: Serve | Use) -> tuple[int, int]:
        if isinstance(visit, Serve):
            mode = problem.tasks[visit.task].modes[visit.mode]
            return mode.enter, mode.leave
        return problem.facilities[visit.facility].enter, problem.facilities[visit.facility].leave

    row = place(route.visits[i - 1])[1] if i else kind.start
    col = place(route.visits[i + 1])[0] if i + 1 < len(route.visits) else kind.end
    return row, col


def _without(problem: RoutingProblem, route: Route, task: int) -> Route:
    """The route without a task, and without facility visits that have become idle."""
    visits = [v for v in route.visits if not (isinstance(v, Serve) and v.task == task)]
    kind = problem.vehicle_types[route.vehicle_type]
    load = list(kind.initial_load or (0,) * len(problem.dimensions))
    kept: list[Serve | Use] = []
    for visit in visits:
        if isinstance(visit, Serve):
            load = [a + b for a, b in zip(load, problem.tasks[visit.task].demand, strict=True)]
        else:
            resets = problem.facilities[visit.facility].resets
            if not any(load[dim] for dim in resets):
                continue
            load = [0 if dim in resets else have for dim, have in enumerate(load)]
        kept.append(visit)
    served = any(isinstance(visit, Serve) for visit in kept)
    return Route(route.vehicle_type, tuple(kept) if served else ())
