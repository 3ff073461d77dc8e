"""The least relaxation that would serve a task left out, found by inserting it into a laxer copy.

From the smallest change to the largest: a longer shift, a site open longer, more tonnes at a site,
more vehicles. A trial keeps the plan's routes as they are and only inserts, so that nothing else
needs what it needs. Queues at the bays are left aside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.plan import Relaxation
from models.solution import Reason, Route, Serve, Solution, Use
from models.units import clock
from solver.routing.search.parts import tasks_of
from solver.routing.search.put_back import NO_LIMIT, Copy, Trials, near_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.day import DrivenDay
    from models.part import Part
    from models.problem import Facility, VehicleType

HELPED = (Reason.NO_TIME, Reason.NO_CAPACITY, Reason.WINDOW, Reason.STOPPED)
"""Reasons that more time, room or vehicles may remove."""
LONGER_MIN = (20, 40, 60, 90, 120)
OPEN_LONGER_MIN = (30, 60, 120)
MAX_TASKS, MAX_VEHICLES = 120, 9
"""Of a group that is tried, and of one type that are asked for."""


def least_relaxations(day: DrivenDay) -> dict[tuple[int, int], Relaxation]:
    """By part and task: the first change that serves it, where one is found. Deterministic."""
    trials = Trials()
    found: dict[tuple[int, int], Relaxation] = {}
    for driven in day.driven:
        part, solution = driven.part, driven.solution
        groups: dict[Reason, list[int]] = defaultdict(list)
        for task, reason in sorted(solution.unserved.items()):
            groups[reason].append(task)
        for reason in HELPED:
            if tasks := groups[reason][:MAX_TASKS]:
                own = _of_group(part, solution, tasks, trials)
                found |= {(driven.number, task): one for task, one in own.items()}
    return found


def _of_group(
    part: Part, solution: Solution, tasks: list[int], trials: Trials
) -> dict[int, Relaxation]:
    """The ladder, for tasks of one reason; what needs no change at all gets none."""
    near = near_routes(part.problem, solution, tasks)
    now = Copy(part.problem, solution, near)
    placed = now.served(part.problem, tasks, trials)
    waiting = [task for task in tasks if task not in placed]
    found: dict[int, Relaxation] = {}
    for step in (_longer_shifts, _longer_hours, _more_tonnes, _more_vehicles):
        for task, one in step(part, now, waiting, trials):
            found.setdefault(task, one)
        waiting = [task for task in waiting if task not in found]
    return found


def _longer_shifts(
    part: Part, now: Copy, waiting: list[int], trials: Trials
) -> Iterator[tuple[int, Relaxation]]:
    """All vehicles may stay out longer; each task names the vehicle that would."""
    left = list(waiting)
    for minutes in LONGER_MIN:
        kinds = tuple(_longer(kind, 60 * minutes) for kind in part.problem.vehicle_types)
        laxer = replace(part.problem, vehicle_types=kinds)
        served = now.served(laxer, left, trials)
        by_kind = Counter(route.vehicle_type for route in served.values())
        for task, route in served.items():
            kind = route.vehicle_type
            yield (
                task,
                Relaxation(
                    kind="shift",
                    id=part.crews[kind].catalogue,
                    shift=part.crews[kind].shift,
                    amount=minutes,
                    serves=by_kind[kind],
                ),
            )
        left = [task for task in left if task not in served]


def _longer(kind: VehicleType, seconds: int) -> VehicleType:
    return replace(kind, tw_late=kind.tw_late + seconds, max_overtime=kind.max_overtime + seconds)


def _longer_hours(
    part: Part, now: Copy, waiting: list[int], trials: Trials
) -> Iterator[tuple[int, Relaxation]]:
    """The sites with closing times stay open longer; each task names the one it is tipped at."""
    left = list(waiting)
    for minutes in OPEN_LONGER_MIN:
        laxer = replace(
            part.problem,
            facilities=tuple(_open_longer(one, 60 * minutes) for one in part.problem.facilities),
        )
        served = now.served(laxer, left, trials)
        uses = {task: _next_use(route, task) for task, route in served.items()}
        count = Counter(uses.values())
        for task, facility in uses.items():
            if facility is not None:
                close = part.problem.facilities[facility].windows[-1][1]
                yield (
                    task,
                    Relaxation(
                        kind="hours",
                        id=part.sites[facility],
                        amount=minutes,
                        until=clock(close + 60 * minutes),
                        serves=count[facility],
                    ),
                )
        left = [task for task in left if task not in served]


def _open_longer(facility: Facility, seconds: int) -> Facility:
    *first, (early, late) = facility.windows
    return replace(facility, windows=(*first, (early, late + seconds)))


def _next_use(route: Route, task: int) -> int | None:
    """The first facility after a task of the route; None: none follows."""
    after = False
    for visit in route.visits:
        if isinstance(visit, Use) and after:
            return visit.facility
        after = after or (isinstance(visit, Serve) and visit.task == task)
    return None


def _more_tonnes(
    part: Part, now: Copy, waiting: list[int], trials: Trials
) -> Iterator[tuple[int, Relaxation]]:
    """One site at a time takes whatever comes; the relaxation is what that is above its limit."""
    problem = part.problem
    left = list(waiting)
    for number, facility in enumerate(problem.facilities):
        if not facility.daily_capacity or not left:
            continue
        free = replace(facility, daily_capacity=(NO_LIMIT,) * len(problem.dimensions))
        facilities = (*problem.facilities[:number], free, *problem.facilities[number + 1 :])
        served = now.served(replace(problem, facilities=facilities), left, trials)
        kg = sum(map(problem.waste_kg, served))
        for task in served:
            yield (
                task,
                Relaxation(kind="quota", id=part.sites[number], amount=kg, serves=len(served)),
            )
        left = [task for task in left if task not in served]


def _more_vehicles(
    part: Part, now: Copy, waiting: list[int], trials: Trials
) -> Iterator[tuple[int, Relaxation]]:
    """Fresh vehicles for the tasks alone: of the type that serves most of them, fewest first."""
    problem = part.problem
    best: tuple[tuple[int, int, int], int, list[list[int]]] | None = None
    for kind in range(len(problem.vehicle_types)):
        spare = [MAX_VEHICLES * (other == kind) for other in range(len(problem.vehicle_types))]
        fresh = Copy(problem, now.plan, (), spare)
        served = fresh.served(problem, waiting, trials)
        routes = {frozenset(tasks_of(route)) for route in served.values()}
        loads = sorted((sorted(route) for route in routes), key=lambda own: (-len(own), own))
        rank = (-len(served), len(loads), problem.vehicle_types[kind].fixed_cost)
        if served and (best is None or rank < best[0]):
            best = (rank, kind, loads)
    if best is None:
        return
    total = 0
    for count, own in enumerate(best[2], start=1):
        total += len(own)
        for task in own:
            yield (
                task,
                Relaxation(
                    kind="vehicle",
                    id=part.crews[best[1]].catalogue,
                    shift=part.crews[best[1]].shift,
                    amount=count,
                    serves=total,
                ),
            )
