"""Times for a solution: when each vehicle leaves, waits, serves, pauses and returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.solution import Schedule, Serve, Step, StepKind
from models.units import UNREACHABLE
from solver.cost import legs as route_legs
from solver.routing.base.arrays import DURATION, EARLY, FIRST, SHIFT_EARLY, Tables
from solver.routing.base.clock import BREAK, DRIVE, SERVE, WAIT, drive, simulate
from solver.routing.base.tables import clock_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Route

Times = tuple["NDArray[np.int32]", "NDArray[np.int64]", "NDArray[np.int64]"]

KINDS = {DRIVE: StepKind.DRIVE, WAIT: StepKind.WAIT, BREAK: StepKind.BREAK}


def schedule(problem: RoutingProblem, route: Route) -> Schedule:
    """Times of one route, as good as its laws allow.

    It leaves as late as possible without returning later; pauses are taken at the place just left,
    as late as the law allows. A route that cannot keep its laws is timed as it comes, without
    pauses, each service waiting for its window: the judge then says what breaks.
    """
    return lawful_times(problem, route) or as_it_comes(problem, route)


def lawful_times(problem: RoutingProblem, route: Route) -> Schedule | None:
    """Times of one route that keep windows, shift, rests and meal; None: there are none."""
    tab = clock_tables(problem)
    visits, legs = route_arrays(problem, tab, route)
    depart, back = simulate(tab, route.vehicle_type, visits, legs, len(visits))
    if back < 0:
        return None
    return timed(tab, route, (visits, legs, legs[:0]), int(depart))


def schedule_all(problem: RoutingProblem, routes: Sequence[Route]) -> tuple[Schedule, ...]:
    """Times of several routes, each for itself."""
    return tuple(schedule(problem, route) for route in routes)


def route_arrays(
    problem: RoutingProblem, tab: Tables, route: Route
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Mode ids of the visits, shape (v,), and durations of the legs [s], shape (v + 1,)."""
    visits = [
        tab.tasks[visit.task, FIRST] + visit.mode
        if isinstance(visit, Serve)
        else tab.num_modes + visit.facility
        for visit in route.visits
    ]
    rows, cols = route_legs(problem, route)
    matrix = problem.matrices[problem.vehicle_types[route.vehicle_type].profile]
    durations, _ = matrix.pairs(np.array(rows), np.array(cols))
    return np.array(visits, dtype=np.int32), durations.astype(np.int64)


def timed(tab: Tables, route: Route, times: Times, depart: int) -> Schedule | None:
    """Steps of a route that leaves at `depart`; None where a law of windows or pauses breaks.

    `times` are mode ids, leg durations, and the moments before which visits may not begin.
    """
    visits, legs, holds = times
    rows = np.zeros((6 * len(visits) + 12, 4), dtype=np.int64)
    back, _ = drive(tab, route.vehicle_type, visits, legs, holds, len(visits), depart, rows)
    if back < 0:
        return None
    steps = [Step(kind=StepKind.START, begin=depart, end=depart)]
    for kind, begin, end, visit in rows[1 : rows[0, 0] + 1].tolist():
        if kind == SERVE:
            serves = isinstance(route.visits[visit], Serve)
            name = StepKind.SERVE if serves else StepKind.FACILITY
        else:
            name = KINDS[kind]
        if name != StepKind.DRIVE or end > begin:
            steps.append(Step(kind=name, begin=begin, end=end, visit=visit))
    steps.append(Step(kind=StepKind.END, begin=int(back), end=int(back)))
    return Schedule(tuple(steps))


def as_it_comes(problem: RoutingProblem, route: Route) -> Schedule:
    """Times of a route that breaks laws: driven in order, waiting for windows, no pauses."""
    tab = clock_tables(problem)
    visits, legs = route_arrays(problem, tab, route)
    now = int(tab.kinds[route.vehicle_type, SHIFT_EARLY])
    steps = [Step(kind=StepKind.START, begin=now, end=now)]
    for number, leg in enumerate(legs.tolist()):
        arrive = now + (leg if leg < UNREACHABLE else 0)
        steps.append(Step(kind=StepKind.DRIVE, begin=now, end=arrive, visit=number))
        now = arrive
        if number == len(visits):
            break
        mode = int(visits[number])
        begin = max(now, int(tab.visit[mode, EARLY]))
        if begin > now:
            steps.append(Step(kind=StepKind.WAIT, begin=now, end=begin))
        now = begin + int(tab.visit[mode, DURATION])
        kind = StepKind.SERVE if mode < tab.num_modes else StepKind.FACILITY
        steps.append(Step(kind=kind, begin=begin, end=now, visit=number))
    steps.append(Step(kind=StepKind.END, begin=now, end=now))
    return Schedule(tuple(steps))
