"""Tasks given up to queues find another place: in routes with time left, or with idle vehicles."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.solution import Reason, Route, Solution
from solver.routing.search.put_back import members, near_routes, put_back
from solver.routing.search.retime import retime
from solver.stations.queue import schedule_day
from solver.stop import never

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from models.day import DrivenDay, DrivenPart, DrivenRoute
    from models.district import District
    from models.problem import RoutingProblem, VehicleType


def rescue(district: District, day: DrivenDay, late: Callable[[], bool] = never) -> DrivenDay:
    """The day with as many of the tasks given up to queues as find another place.

    Every route keeps in hand what it waits now and, first, as much more as the vehicle that lost
    the tasks would have had to wait. Never leaves more tasks out, and changes nothing where it
    cannot leave out less. Once it is `late`, nothing more is tried. Deterministic.
    """
    for patient in (True, False):
        while not late() and (better := _tried(district, day, patient=patient)) is not None:
            day = better
    return day


def _tried(district: District, day: DrivenDay, *, patient: bool) -> DrivenDay | None:
    """A day that leaves fewer tasks out; None: not found."""
    waits: dict[int, int] = defaultdict(int)
    for one in day.dropped if patient else ():
        waits[one.part] = max(waits[one.part], one.wait)
    solutions = [with_tasks(own, _lost(own), waits[own.number]) for own in day.driven]
    if all(new is own.solution for new, own in zip(solutions, day.driven, strict=True)):
        return None
    again = schedule_day(district, day.parts, solutions)
    if _left_out(again) >= _left_out(day):
        return None
    return replace(again, moved=day.moved + again.moved)


def _left_out(day: DrivenDay) -> int:
    return sum(len(own.solution.unserved) for own in day.driven)


def _lost(own: DrivenPart) -> list[int]:
    """Tasks given up to queues."""
    return sorted(task for task, why in own.solution.unserved.items() if why == Reason.QUEUE)


def with_tasks(
    own: DrivenPart,
    lost: Sequence[int],
    spare_s: int = 0,
    most_modes: int = 0,
    able: Collection[int] | None = None,
) -> Solution:
    """The solution with tasks it leaves out inserted; itself where there are none or no place.

    Routes keep what they wait now and `spare_s` in hand; `near_routes` with `most_modes` are tried,
    and vehicles at home, of the types that are `able` (None: all).
    """
    problem, solution = own.part.problem, own.solution
    if not lost:
        return solution
    kinds = [*range(len(problem.vehicle_types)), *(one.vehicle_type for one in solution.routes)]
    numbered = Solution(
        tuple(
            Route(number, route.visits)
            for number, route in enumerate(solution.routes, len(problem.vehicle_types))
        ),
        solution.unserved,
    )
    near = [
        number
        for number in near_routes(problem, solution, lost, most_modes)
        if able is None or solution.routes[number].vehicle_type in able
    ]
    found = put_back(_in_hand(own, kinds, spare_s, near, lost, able=able), numbered, lost, near)
    if found is None:
        return solution
    routes = tuple(Route(kinds[route.vehicle_type], route.visits) for route in found.routes)
    return Solution(routes, found.unserved)


def _in_hand(
    own: DrivenPart,
    kinds: Sequence[int],
    spare_s: int,
    near: Collection[int],
    lost: Sequence[int],
    *,
    able: Collection[int] | None,
) -> RoutingProblem:
    """A vehicle type for each route after the problem's own, which keep the vehicles at home.

    Hours of a route's type are shorter by what queues cost it, of all by `spare_s` too; `kinds` are
    the types that old and new ones were; types that are not `able` stay at home. Only the routes
    `near` and their tasks and those that are `lost` are told what is new: nothing else is looked
    at.
    """
    problem = own.part.problem
    out = Counter(route.vehicle_type for route in own.solution.routes)
    idle = (
        _paid_alone(
            _shorter(kind, spare_s),
            (kind.num_available - out[number]) * (able is None or number in able),
        )
        for number, kind in enumerate(problem.vehicle_types)
    )
    busy = (
        _own(driven, spare_s) if number in near else _alike(driven)
        for number, driven in enumerate(own)
    )
    touched = [task for number in near for task in own.solution.routes[number].tasks]
    tasks = list(problem.tasks)
    for task in (*lost, *touched):
        tasks[task] = replace(
            tasks[task],
            modes=tuple(
                replace(mode, vehicle_types=members(mode.vehicle_types, kinds))
                for mode in tasks[task].modes
            ),
        )
    return replace(
        problem,
        vehicle_types=(*idle, *busy),
        tasks=tuple(tasks),
        facilities=tuple(
            replace(one, vehicle_types=members(one.vehicle_types, kinds))
            for one in problem.facilities
        ),
    )


def _own(driven: DrivenRoute, spare_s: int) -> VehicleType:
    """A vehicle for this route alone, home earlier by what queues cost it and `spare_s`.

    Never earlier than the route needs without any queue, or it would be taken apart.
    """
    problem, route, schedule = driven.part.problem, driven.route, driven.schedule
    kind = _alike(driven)
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


def _alike(driven: DrivenRoute) -> VehicleType:
    """A vehicle for this route alone."""
    return _paid_alone(driven.part.problem.vehicle_types[driven.route.vehicle_type], 1)


def _paid_alone(kind: VehicleType, count: int) -> VehicleType:
    """So many vehicles of the type, each of which pays for its own day."""
    price = kind.fixed_cost + (kind.day_cost if kind.day else 0)
    return replace(kind, num_available=count, fixed_cost=price, day="")


def _shorter(kind: VehicleType, seconds: int) -> VehicleType:
    return replace(
        kind,
        tw_late=max(kind.tw_late - seconds, kind.tw_early),
        max_duration=max(kind.max_duration - seconds, 0),
    )
