"""Queues at the bays: all routes of all problems drive at once, first come, first served.

A site is one place however many problems use it. A route that its waits make unlawful goes to
another facility; where none helps, it gives up tasks (`Reason.QUEUE`), as few as it can.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.day import Lost
from models.solution import Reason, Route, Serve, Solution, Use
from models.units import MAX_TIME
from solver.cost import legs
from solver.loads import left_behind, needed_visits
from solver.routing.base.gaps import begins, missing_gaps
from solver.routing.base.schedule import schedule
from solver.routing.search.line import Berth, Line, Stuck, UnderWay
from solver.routing.search.retime import remembered, retime_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.problem import RoutingProblem
    from models.solution import Schedule, Visit

Window = tuple[int, int]

ELSEWHERE = 8
"""So many other facilities, those with the least detour, are tried for a visit that has no bay in
time (chosen: farther ones bring nobody home earlier, and a city has a hundred)."""

MANY_LINES = 100
"""From so many routes on, a repaired one goes on from where it is wherever that is lawful, instead
of all routes beginning again (chosen: a district has half as many; of a city's, hundreds are
repaired, and each beginning takes a tenth of a second)."""

BEGUN_AGAIN = 40
"""So many repairs of a day of many routes begin it again; later ones go on, or give up a task that
a rescue may place (chosen: each beginning of a city's day takes a tenth of a second)."""


class Timed(NamedTuple):
    """A solution, and one schedule per route."""

    solution: Solution
    schedules: tuple[Schedule, ...]


@dataclass(frozen=True, slots=True)
class Queued:
    """Solutions timed together, `timed[p]` that of problem p, and what had to change.

    `moved` counts visits sent to another facility.
    """

    timed: tuple[Timed, ...]
    moved: int
    dropped: tuple[Lost, ...]


def schedule_solution(problem: RoutingProblem, solution: Solution) -> Timed:
    """Times of a problem's routes, which wait for each other where its facilities have few bays.

    The solution returned says which tasks were given up to the queue.
    """
    used = {v.facility for r in solution.routes for v in r.visits if isinstance(v, Use)}
    if not any(problem.facilities[number].bays for number in used):
        return Timed(solution, tuple(schedule(problem, route) for route in solution.routes))
    berths = [Berth(str(number), one.bays) for number, one in enumerate(problem.facilities)]
    return first_come([problem], [solution], [berths]).timed[0]


def first_come(
    problems: Sequence[RoutingProblem],
    solutions: Sequence[Solution],
    berths: Sequence[Sequence[Berth]],
    docks: Sequence[Sequence[Berth]] = (),
) -> Queued:
    """Times of all routes of all problems together; `berths[p][f]` is facility f of problem p.

    `docks[p][t]` is where task t is done, where tasks queue too (empty: they do not). One that
    finds no bay in time is done in another mode, or given up.

    Deterministic. Each repair changes one facility (each at most once per visit) or drops a task,
    so it ends. A route that breaks a law before any wait is left as it is, for the judge.
    """
    lines = [
        _line(problems[number], number, route)
        for number, solution in enumerate(solutions)
        for route in solution.routes
    ]
    tried: set[tuple[int, int, Route]] = set()
    dropped: list[Lost] = []
    moved = begun = 0
    way = UnderWay()
    many = len(lines) >= MANY_LINES
    while (stuck := _drive(problems, (berths, docks), lines, way)) is not None:
        line = lines[stuck.line]
        goes_on, anew = many, not many or begun < BEGUN_AGAIN
        other = _elsewhere(problems, lines, stuck, tried, line.pins) if goes_on else None
        if other is None and anew:
            other = _elsewhere(problems, lines, stuck, tried, {})
            goes_on = goes_on and other is None
        if other is not None:
            moved += 1
            lines[stuck.line] = other
        else:
            shorter = _shortened(problems[line.part], line, stuck, anew=anew)
            lines[stuck.line], tasks, held = shorter
            dropped += [Lost(line.part, task, stuck.site, stuck.wait) for task in tasks]
            goes_on = goes_on and held
        begun += not goes_on
        way = way.with_changed(stuck.line) if goes_on else UnderWay()
        for rest in lines if not goes_on else ():
            rest.restart()
    day = _collect(solutions, lines, dropped, moved)
    late = list(_late_passes(problems, day))
    if not late:
        return day
    again = first_come(problems, _without(problems, day, late), berths, docks)
    return replace(
        again, moved=day.moved + again.moved, dropped=(*day.dropped, *late, *again.dropped)
    )


def _line(problem: RoutingProblem, part: int, route: Route) -> Line:
    times = remembered(problem, route, {})
    if times is None:
        return Line(part, route, schedule(problem, route), lawful=False)
    return Line(part, route, times, lawful=True)


def _drive(
    problems: Sequence[RoutingProblem],
    places: tuple[Sequence[Sequence[Berth]], Sequence[Sequence[Berth]]],
    lines: Sequence[Line],
    way: UnderWay,
) -> Stuck | None:
    """Give every visit its bay in order of arrival; the first that cannot wait, or None.

    `places` are those of facilities and of tasks (empty: these do not queue). Goes on where the
    day is under `way` already.
    """
    berths, docks = places

    def limited(part: int, visit: Visit) -> bool:
        if isinstance(visit, Use):
            return berths[part][visit.facility].bays > 0
        return bool(docks) and docks[part][visit.task].bays > 0

    def berth(line: Line, number: int) -> Berth:
        visit = line.route.visits[number]
        if isinstance(visit, Use):
            return berths[line.part][visit.facility]
        return docks[line.part][visit.task]

    def arrival(number: int) -> Iterator[tuple[int, int, int]]:
        line = lines[number]
        coming = line.next_visit(limited)
        if coming is not None:
            yield coming[0] + berth(line, coming[1]).access_s, number, coming[1]

    if way.changed is None:
        way.free.update((one.site, [0] * one.bays) for own in (*berths, *docks) for one in own)
    free, coming = way.free, way.coming
    for number in range(len(lines)) if way.changed is None else [way.changed]:
        coming += arrival(number)
    heapq.heapify(coming)
    while coming:
        _, number, visit = heapq.heappop(coming)
        line = lines[number]
        site = berth(line, visit)
        bays = free[site.site]
        ready = bays[0] - site.access_s
        wait = ready - line.step_of(visit)[0]
        if wait > 0:
            if not line.lawful:
                line.pins[visit] = (0, MAX_TIME)
                coming.extend(arrival(number))
                heapq.heapify(coming)
                continue
            pins = line.pins | {visit: (ready, MAX_TIME)}
            times = _timed(problems[line.part], lines, line, pins)
            if times is None:
                return Stuck(number, visit, ready, site.site, wait)
            line.times = times
        begin, end = line.step_of(visit)
        line.pins[visit] = (begin, begin)
        heapq.heapreplace(bays, end - site.access_s)
        for entry in arrival(number):
            heapq.heappush(coming, entry)
    return None


def _timed(
    problem: RoutingProblem, lines: Sequence[Line], line: Line, pins: Mapping[int, Window]
) -> Schedule | None:
    """Lawful times with the pins: with gaps kept by windows alone, else by the others' times."""
    times = remembered(problem, line.route, pins)
    if times is not None or not problem.spacings:
        return times
    others = {
        task: at
        for other in lines
        if other is not line and other.part == line.part
        for task, at in begins(other.route, other.times).items()
    }
    return retime_among(problem, line.route, pins, others)


def _elsewhere(
    problems: Sequence[RoutingProblem],
    lines: Sequence[Line],
    stuck: Stuck,
    tried: set[tuple[int, int, Route]],
    pins: Mapping[int, Window],
) -> Line | None:
    """The route with the visit at another facility or in another mode, the earliest home.

    Its visits with `pins` stay where they are in time. None: none is lawful.
    """
    line = lines[stuck.line]
    problem = problems[line.part]
    tried.add((stuck.line, stuck.visit, line.route))
    best: Line | None = None
    for other in _instead(problem, line.route, stuck):
        visits = list(line.route.visits)
        visits[stuck.visit] = other
        route = Route(line.route.vehicle_type, tuple(visits))
        if (stuck.line, stuck.visit, route) in tried:
            continue
        if isinstance(other, Use) and _overfull(lines, problem, line, route, other.facility):
            continue
        times = remembered(problem, route, pins)
        if times is not None and (best is None or times.end < best.times.end):
            best = _pinned(problem, line.part, route, pins)
    if best is not None:
        tried.add((stuck.line, stuck.visit, best.route))
    return best


def _instead(problem: RoutingProblem, route: Route, stuck: Stuck) -> list[Visit]:
    """What may be done instead of a visit: another facility, or its task in a mode yet to come."""
    here = route.visits[stuck.visit]
    if isinstance(here, Use):
        near = near_facilities(problem, route, stuck.visit)
        return [Use(number) for number in near[:ELSEWHERE]]
    kind = route.vehicle_type
    return [
        Serve(here.task, number)
        for number, mode in enumerate(problem.tasks[here.task].modes)
        if number != here.mode
        and mode.tw_late >= stuck.ready
        and (not mode.vehicle_types or kind in mode.vehicle_types)
    ]


def near_facilities(problem: RoutingProblem, route: Route, visit: int) -> list[int]:
    """Other facilities that do for this visit, the least detour first."""
    here = route.visits[visit]
    if not isinstance(here, Use):
        return []
    able = [
        number
        for number, facility in enumerate(problem.facilities)
        if number != here.facility
        and facility.resets >= problem.facilities[here.facility].resets
        and not (facility.vehicle_types and route.vehicle_type not in facility.vehicle_types)
    ]
    rows, cols = legs(problem, route)
    matrix = problem.matrices[problem.vehicle_types[route.vehicle_type].profile]
    there, _ = matrix.pairs(
        np.full(len(able), rows[visit]), np.array([problem.facilities[n].enter for n in able], int)
    )
    back, _ = matrix.pairs(
        np.array([problem.facilities[n].leave for n in able], int),
        np.full(len(able), cols[visit + 1]),
    )
    order = np.argsort(there.astype(np.int64) + back, kind="stable")
    return [able[n] for n in order.tolist()]


def _overfull(
    lines: Sequence[Line], problem: RoutingProblem, line: Line, route: Route, facility: int
) -> bool:
    """Whether `facility` would take more than its day's limit, once `route` is driven instead."""
    limit = problem.facilities[facility].daily_capacity
    if not limit:
        return False
    taken = [0] * len(limit)
    for other in lines:
        if other.part == line.part and (other is line or Use(facility) in other.route.visits):
            for _, where, dim, amount in left_behind(
                problem, route if other is line else other.route
            ):
                taken[dim] += amount * (where == facility)
    return any(amount > most for amount, most in zip(taken, limit, strict=True))


def _pinned(problem: RoutingProblem, part: int, route: Route, pins: Mapping[int, Window]) -> Line:
    """A route under way whose visits with pins have had their bays."""
    line = _line(problem, part, route)
    line.times = remembered(problem, route, pins) or line.alone
    line.pins = {visit: pin for visit, pin in pins.items() if pin[0] == pin[1]}
    return line


def _shortened(
    problem: RoutingProblem, line: Line, stuck: Stuck, *, anew: bool
) -> tuple[Line, list[int], bool]:
    """The route with as few tasks less as the wait demands, those tasks, and whether it goes on.

    One task where one is enough: after the stuck visit or at it, else before it, where the route
    then queues anew (if it may); the last such. Else the last ones after it together.
    """
    visits = line.route.visits
    pins: dict[int, Window] = line.pins | {stuck.visit: (stuck.ready, MAX_TIME)}
    tasks = [n for n, visit in enumerate(visits) if isinstance(visit, Serve)]
    after = [n for n in reversed(tasks) if n >= stuck.visit]
    trials = [([number], pins) for number in after]
    trials += [([number], {}) for number in reversed(tasks) if anew and number < stuck.visit]
    trials += [(after[:count], pins) for count in range(2, len(after))]
    for gone, held in trials:
        kept = [(visit, held.get(n)) for n, visit in enumerate(visits) if n not in gone]
        left = _needed(problem, line.route.vehicle_type, kept)
        route = Route(line.route.vehicle_type, tuple(visit for visit, _ in left))
        own = {n: pin for n, (_, pin) in enumerate(left) if pin is not None}
        if not left or remembered(problem, route, own) is not None:
            break
    else:
        gone, route = tasks, Route(line.route.vehicle_type, ())
        own, held = {}, {}
    lost = [visit.task for n in gone if isinstance(visit := visits[n], Serve)]
    return _pinned(problem, line.part, route, own), lost, bool(held and route.visits)


def _needed(
    problem: RoutingProblem, kind: int, visits: list[tuple[Visit, Window | None]]
) -> list[tuple[Visit, Window | None]]:
    """The visits, with their pins, without facilities that would reset nothing."""
    return [visits[n] for n in needed_visits(problem, kind, [visit for visit, _ in visits])]


def _collect(
    solutions: Sequence[Solution], lines: Sequence[Line], dropped: Sequence[Lost], moved: int
) -> Queued:
    routes: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.route.visits:
            routes[line.part].append(line)
    timed = []
    for number, solution in enumerate(solutions):
        lost = {one.task: Reason.QUEUE for one in dropped if one.part == number}
        own = routes[number]
        timed.append(
            Timed(
                Solution(tuple(line.route for line in own), {**solution.unserved, **lost}),
                tuple(line.times for line in own),
            )
        )
    return Queued(tuple(timed), moved, tuple(dropped))


def _late_passes(problems: Sequence[RoutingProblem], day: Queued) -> Iterator[Lost]:
    """Second passes that a wait has brought too near to the first."""
    for number, (problem, own) in enumerate(zip(problems, day.timed, strict=True)):
        routes = zip(own.solution.routes, own.schedules, strict=True)
        begin = {task: at for route, one in routes for task, at in begins(route, one).items()}
        for task in {gap.second for gap in missing_gaps(problem, begin)}:
            yield Lost(number, task, "", 0)


def _without(
    problems: Sequence[RoutingProblem], day: Queued, lost: Sequence[Lost]
) -> tuple[Solution, ...]:
    """The solutions without these tasks."""
    shorter = []
    for number, (problem, (solution, _)) in enumerate(zip(problems, day.timed, strict=True)):
        gone = {one.task for one in lost if one.part == number}
        routes = []
        for route in solution.routes:
            kept: list[tuple[Visit, Window | None]] = [
                (visit, None)
                for visit in route.visits
                if not (isinstance(visit, Serve) and visit.task in gone)
            ]
            left = _needed(problem, route.vehicle_type, kept)
            if left:
                routes.append(Route(route.vehicle_type, tuple(visit for visit, _ in left)))
        shorter.append(
            Solution(tuple(routes), {**solution.unserved, **dict.fromkeys(gone, Reason.QUEUE)})
        )
    return tuple(shorter)
