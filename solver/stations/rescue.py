"""Tasks given up to queues find another place: in routes with time left, or with idle vehicles."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.solution import Reason, Route, Solution
from solver.put_back import put_back
from solver.stations.queue import schedule_day
from solver.stations.retime import retime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.district import District
    from models.part import Part
    from models.problem import RoutingProblem, VehicleType
    from models.solution import Schedule
    from solver.stations.queue import TimedDay


def rescue(district: District, parts: Sequence[Part], day: TimedDay) -> TimedDay:
    """The day with as many of the tasks given up to queues as find another place.

    Every route keeps in hand what it waits now and, first, as much more as the vehicle that lost
    the tasks would have had to wait. Never leaves more tasks out, and changes nothing where it
    cannot leave out less. Deterministic.
    """
    for patient in (True, False):
        while (better := _tried(district, parts, day, patient=patient)) is not None:
            day = better
    return day


def _tried(
    district: District, parts: Sequence[Part], day: TimedDay, *, patient: bool
) -> TimedDay | None:
    """A day that leaves fewer tasks out; None: not found."""
    waits: dict[int, int] = defaultdict(int)
    for one in day.dropped if patient else ():
        waits[one.part] = max(waits[one.part], one.wait)
    solutions = [
        _with_lost(part.problem, solution, times, waits[number])
        for number, (part, solution, times) in enumerate(
            zip(parts, day.solutions, day.schedules, strict=True)
        )
    ]
    if all(new is old for new, old in zip(solutions, day.solutions, strict=True)):
        return None
    again = schedule_day(district, parts, solutions)
    if _left_out(again) >= _left_out(day):
        return None
    return replace(again, moved=day.moved + again.moved)


def _left_out(day: TimedDay) -> int:
    return sum(len(solution.unserved) for solution in day.solutions)


def _with_lost(
    problem: RoutingProblem, solution: Solution, times: Sequence[Schedule], spare_s: int
) -> Solution:
    """The solution with tasks lost to queues inserted; itself where there are none or no place."""
    lost = sorted(task for task, reason in solution.unserved.items() if reason == Reason.QUEUE)
    if not lost:
        return solution
    own, numbered = _in_hand(problem, solution, times, spare_s)
    found = put_back(own, numbered, lost)
    if found is None:
        return solution
    kinds = [*range(len(problem.vehicle_types)), *(r.vehicle_type for r in solution.routes)]
    routes = tuple(Route(kinds[route.vehicle_type], route.visits) for route in found.routes)
    return Solution(routes, found.unserved)


def _in_hand(
    problem: RoutingProblem, solution: Solution, times: Sequence[Schedule], spare_s: int
) -> tuple[RoutingProblem, Solution]:
    """Each route with a vehicle type of its own, its hours shorter by what queues cost it.

    The problem's types keep the vehicles at home. All hours are shorter by `spare_s`, too.
    """
    kinds = [_shorter(kind, spare_s) for kind in problem.vehicle_types]
    like: dict[int, set[int]] = {number: {number} for number in range(len(kinds))}
    routes = []
    for route, schedule in zip(solution.routes, times, strict=True):
        number = route.vehicle_type
        kinds[number] = replace(kinds[number], num_available=kinds[number].num_available - 1)
        like[number].add(len(kinds))
        routes.append(Route(len(kinds), route.visits))
        kinds.append(_own(problem, route, schedule, spare_s))

    def opened(allowed: frozenset[int]) -> frozenset[int]:
        return frozenset(one for kind in allowed for one in like[kind])

    own = replace(
        problem,
        vehicle_types=tuple(kinds),
        tasks=tuple(
            replace(
                task,
                modes=tuple(
                    replace(mode, vehicle_types=opened(mode.vehicle_types)) for mode in task.modes
                ),
            )
            for task in problem.tasks
        ),
        facilities=tuple(
            replace(one, vehicle_types=opened(one.vehicle_types)) for one in problem.facilities
        ),
    )
    return own, Solution(tuple(routes), solution.unserved)


def _own(problem: RoutingProblem, route: Route, schedule: Schedule, spare_s: int) -> VehicleType:
    """A vehicle for this route alone, home earlier by what queues cost it and `spare_s`.

    Never earlier than the route needs without any queue, or it would be taken apart.
    """
    kind = replace(problem.vehicle_types[route.vehicle_type], num_available=1)
    alone = retime(problem, route, {})
    if alone is None:
        return kind
    out = alone.end - alone.begin
    later = max(schedule.end - alone.end, 0) + spare_s
    longer = max(schedule.end - schedule.begin - out, 0) + spare_s
    return replace(
        kind,
        tw_late=max(kind.tw_late - later, alone.end),
        max_duration=max(kind.max_duration - longer, min(kind.max_duration, out)),
    )


def _shorter(kind: VehicleType, seconds: int) -> VehicleType:
    return replace(
        kind,
        tw_late=max(kind.tw_late - seconds, kind.tw_early),
        max_duration=max(kind.max_duration - seconds, 0),
    )
