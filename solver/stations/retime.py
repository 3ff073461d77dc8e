"""One route alone with some of its facility visits pinned in time.

The route becomes a problem of its own - its tasks, one facility per visit, a matrix of its places -
so that the one clock of `solver/routing/base/schedule.py` times it and the judge checks it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.problem import DenseMatrix, RoutingProblem
from models.solution import Route, Serve, Solution, Use
from solver.cost import legs
from solver.judge.routes import check
from solver.routing.base.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.problem import Facility, Task
    from models.solution import Schedule, Visit

Pins = "Mapping[int, tuple[int, int]]"


def retime(
    problem: RoutingProblem, route: Route, pins: Mapping[int, tuple[int, int]]
) -> Schedule | None:
    """Times of `route` with visit v beginning inside `pins[v]`; None if a law breaks.

    Bays and daily capacities are not looked at here.
    """
    alone = _alone(problem, route, pins)
    if alone is None:
        return None
    own, line = alone
    times = schedule(own, line)
    return None if check(own, Solution((line,)), [times]) else times


def _alone(
    problem: RoutingProblem, route: Route, pins: Mapping[int, tuple[int, int]]
) -> tuple[RoutingProblem, Route] | None:
    rows, cols = legs(problem, route)
    kind = problem.vehicle_types[route.vehicle_type]
    duration, distance = problem.matrices[kind.profile].block(np.array(rows), np.array(cols))
    tasks: list[Task] = []
    facilities: list[Facility] = []
    visits: list[Visit] = []
    for number, visit in enumerate(route.visits):
        if isinstance(visit, Serve):
            task = problem.tasks[visit.task]
            mode = replace(
                task.modes[visit.mode], vehicle_types=frozenset(), enter=number, leave=number + 1
            )
            visits.append(Serve(len(tasks), 0))
            tasks.append(replace(task, modes=(mode,)))
            continue
        facility = problem.facilities[visit.facility]
        windows = _inside(facility.windows, pins.get(number))
        if not windows:
            return None
        visits.append(Use(len(facilities)))
        facilities.append(
            replace(
                facility,
                windows=windows,
                bays=0,
                daily_capacity=(),
                vehicle_types=frozenset(),
                enter=number,
                leave=number + 1,
            )
        )
    own = RoutingProblem(
        tasks=tuple(tasks),
        vehicle_types=(replace(kind, start=0, end=len(route.visits), profile=0, num_available=1),),
        matrices=(DenseMatrix(duration.astype(np.int32), distance.astype(np.int32)),),
        dimensions=problem.dimensions,
        facilities=tuple(facilities),
        name=problem.name,
    )
    return own, Route(0, tuple(visits))


def _inside(
    windows: tuple[tuple[int, int], ...], pin: tuple[int, int] | None
) -> tuple[tuple[int, int], ...]:
    """The windows cut to `pin`."""
    if pin is None:
        return windows
    cut = [(max(early, pin[0]), min(late, pin[1])) for early, late in windows]
    return tuple((early, late) for early, late in cut if early <= late)
