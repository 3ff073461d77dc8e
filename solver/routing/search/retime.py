"""One route alone with some of its facility visits pinned in time.

The route becomes a problem of its own - its tasks, one facility per visit, a matrix of its places -
so that the one clock of `solver/routing/base/schedule.py` times it under all laws of time.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from models.problem import DenseMatrix, RoutingProblem
from models.solution import Route, Serve, Use
from models.units import MAX_TIME, UNREACHABLE
from solver.cost import legs
from solver.loads import keeps_loads
from solver.routing.base.gaps import begins, missing_gaps, space_windows
from solver.routing.base.schedule import lawful_times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from models.problem import Facility, Task
    from models.solution import Schedule, Visit

Window = tuple[int, int]

MOST_KNOWN = 20_000
"""Times of so many routes of a problem are remembered (chosen: the day of a city asks for some
thousand)."""

_Known = dict[tuple["Route", tuple[tuple[int, Window], ...]], "Schedule | None"]
_KNOWN: WeakKeyDictionary[RoutingProblem, _Known] = WeakKeyDictionary()
"""Times by route and pins, forgotten with their problems."""


def remembered(
    problem: RoutingProblem, route: Route, pins: Mapping[int, Window]
) -> Schedule | None:
    """The times of `retime`, found once: a repaired queue drives most routes as before."""
    known = _KNOWN.setdefault(problem, {})
    key = route, tuple(sorted(pins.items()))
    if key not in known:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[key] = retime(problem, route, pins)
    return known[key]


def retime(
    problem: RoutingProblem,
    route: Route,
    pins: Mapping[int, Window],
    spans: Mapping[int, Window] | None = None,
) -> Schedule | None:
    """Times of `route` with visit v beginning inside `pins[v]`; None if a law breaks.

    Tasks with gaps to others begin inside their `spans` (by task; None: those that keep all gaps
    whatever the other routes do). Bays and daily capacities are not looked at here.
    """
    if spans is None:
        spans = space_windows(problem) if problem.spacings else {}
    alone = _alone(problem, route, pins, spans)
    if alone is None or not keeps_loads(*alone):
        return None
    return lawful_times(*alone)


def retime_among(
    problem: RoutingProblem,
    route: Route,
    pins: Mapping[int, Window],
    others: Mapping[int, int],
    *,
    lax: Lax | None = None,
) -> Schedule | None:
    """Times of `route` that keep its gaps to the passes that others begin at `others` [s].

    Looser than `retime`: what others leave free may be used. Later passes of the route itself wait
    until their gap is kept. Laws that `lax` names may be broken (None: not one).
    """
    spans = _spans(problem, route, others) if lax != Lax.GAPS else {}
    own = [one for one in problem.spacings if one.first in spans and one.second in spans]
    for _ in range(len(own) + 1):
        alone = _alone(problem, route, pins, spans)
        if alone is None or not (lax or keeps_loads(*alone)):
            return None
        times = lawful_times(loosened(alone[0], lax) if lax else alone[0], alone[1])
        if times is None:
            return None
        begin = begins(route, times)
        missing = missing_gaps(problem, begin) if lax != Lax.GAPS else []
        if not missing:
            return times
        for gap in missing:  # the first pass stays as early as it is, the second waits
            early, late = spans[gap.second]
            spans[gap.first] = spans[gap.first][0], begin[gap.first]
            spans[gap.second] = max(early, begin[gap.second] + gap.short), late
    return None


class Lax(IntEnum):
    """Laws a route may break and still be timed with its pauses: each adds one to those before."""

    LOADS = 1
    SHIFT = 2
    LATE = 3
    GAPS = 4


def loosened(problem: RoutingProblem, lax: Lax) -> RoutingProblem:
    """The problem with shifts without an end, and with windows without one."""
    if lax < Lax.SHIFT:
        return problem
    kinds = (
        replace(kind, tw_late=MAX_TIME, max_overtime=MAX_TIME - kind.max_duration)
        for kind in problem.vehicle_types
    )
    problem = replace(problem, vehicle_types=tuple(kinds))
    if lax < Lax.LATE:
        return problem
    return replace(
        problem,
        tasks=tuple(
            replace(task, modes=tuple(replace(mode, tw_late=MAX_TIME) for mode in task.modes))
            for task in problem.tasks
        ),
        facilities=tuple(
            replace(one, windows=(*one.windows[:-1], (one.windows[-1][0], MAX_TIME)))
            for one in problem.facilities
        ),
    )


def _spans(problem: RoutingProblem, route: Route, others: Mapping[int, int]) -> dict[int, Window]:
    """When the route's tasks may begin for gaps among them, and to what `others` do, to be kept."""
    spans = {}
    for visit in route.visits:
        if isinstance(visit, Serve):
            mode = problem.tasks[visit.task].modes[visit.mode]
            spans[visit.task] = mode.tw_early, mode.tw_late
    known = {task: (at, at) for task, at in others.items()} | spans
    for one in problem.spacings:
        if one.first in known and one.second in spans:
            early, late = spans[one.second]
            known[one.second] = spans[one.second] = (
                max(early, known[one.first][0] + one.min_gap), late,
            )  # fmt: skip
    for one in reversed(problem.spacings):
        if one.first in spans and one.second in known:
            early, late = spans[one.first]
            known[one.first] = spans[one.first] = (
                early, min(late, known[one.second][1] - one.min_gap),
            )  # fmt: skip
    return spans


def _alone(
    problem: RoutingProblem,
    route: Route,
    pins: Mapping[int, Window],
    spans: Mapping[int, Window],
) -> tuple[RoutingProblem, Route] | None:
    rows, cols = legs(problem, route)
    kind = problem.vehicle_types[route.vehicle_type]
    matrix = _in_order(problem.matrices[kind.profile].pairs(np.array(rows), np.array(cols)))
    tasks: list[Task] = []
    facilities: list[Facility] = []
    visits: list[Visit] = []
    for number, visit in enumerate(route.visits):
        if isinstance(visit, Serve):
            task = problem.tasks[visit.task]
            mode = task.modes[visit.mode]
            open_ = _inside(((mode.tw_early, mode.tw_late),), spans.get(visit.task))
            hours = _inside(open_, pins.get(number))
            if not hours:
                return None
            (early, late) = hours[0]
            visits.append(Serve(len(tasks), 0))
            alone = replace(
                mode, vehicle_types=frozenset(), enter=number, leave=number + 1,
                tw_early=early, tw_late=late,
            )  # fmt: skip
            tasks.append(replace(task, modes=(alone,)))
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
        matrices=(matrix,),
        dimensions=problem.dimensions,
        facilities=tuple(facilities),
        name=problem.name,
    )
    return own, Route(0, tuple(visits))


def _in_order(legs: tuple[NDArray[np.int32], NDArray[np.int32]]) -> DenseMatrix:
    """A matrix of a route that has its places in order: from each place only to the next one."""
    whole = []
    for own in legs:
        block = np.full((len(own), len(own)), UNREACHABLE, dtype=np.int32)
        np.fill_diagonal(block, own)
        whole.append(block)
    return DenseMatrix(*whole)


def _inside(windows: tuple[Window, ...], pin: Window | None) -> tuple[Window, ...]:
    """The windows cut to `pin`."""
    if pin is None:
        return windows
    cut = [(max(early, pin[0]), min(late, pin[1])) for early, late in windows]
    return tuple((early, late) for early, late in cut if early <= late)
