"""The least relaxation that would serve a task left out, found by inserting it into a laxer copy.

From the smallest change to the largest: a longer shift, a site open longer, more tonnes at a site,
more vehicles; a larger vehicle for what no vehicle can carry. A trial keeps the plan's routes as
they are and only inserts, so that nothing else needs what it needs. Queues at the bays are left
aside.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.plan import Relaxation
from models.problem import DimensionKind
from models.solution import Reason, Route, Solution, StepKind, Use
from models.units import NO_LIMIT, clock
from solver.routing.base.schedule import schedule
from solver.routing.search.put_back import Copy, Trials, near_routes
from solver.stop import never

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.day import DrivenDay
    from models.part import Part
    from models.problem import Facility, RoutingProblem, VehicleType


HELPED = (Reason.NO_TIME, Reason.NO_CAPACITY, Reason.WINDOW, Reason.STOPPED)
"""Reasons that more time, room or vehicles may remove."""
Step = Callable[..., "Iterator[tuple[int, Relaxation]]"]
"""A step of the ladder: what it finds for the tasks that wait."""
LONGER_MIN = (20, 40, 60, 90, 120)
"""By how much longer [min] shifts are tried, the shortest first (chosen)."""
OPEN_LONGER_MIN = (30, 60, 120)
"""By how much longer [min] sites are tried to stay open, the shortest first (chosen)."""
ROUND_MIN = 5
"""Closing times are asked for in steps of so many minutes (chosen)."""
MAX_TASKS = 120
"""So many tasks of one reason are tried, so that trials of a bad day end (chosen)."""
MAX_VEHICLES = 9
"""No more vehicles of one type than this are asked for (chosen: more is another fleet)."""


def least_relaxations(
    day: DrivenDay,
    ways: Mapping[str, int] = MappingProxyType({}),
    late: Callable[[], bool] = never,
) -> dict[tuple[int, int], Relaxation]:
    """By part and task: the first change that serves it, where one is found. Deterministic.

    `ways` is how long the way beyond its gateway is, by site [s]. Once it is `late`, no more trials
    are made: a task without advice is still told with its reason.
    """
    trials = Trials(late=late)
    found: dict[tuple[int, int], Relaxation] = {}
    for driven in day.driven:
        part, solution = driven.part, driven.solution
        groups: dict[Reason, list[int]] = defaultdict(list)
        for task, reason in sorted(solution.unserved.items()):
            if part.problem.tasks[task].prize is None:
                groups[reason].append(task)
        for reason in HELPED:
            if tasks := groups[reason][:MAX_TASKS]:
                own = _of_group(part, solution, reason, tasks, trials, ways=ways)
                found |= {(driven.number, task): one for task, one in own.items()}
        own = _larger_vehicles(part, groups[Reason.TOO_LARGE])
        found |= {(driven.number, task): one for task, one in own.items()}
    return found


def _of_group(
    part: Part,
    solution: Solution,
    reason: Reason,
    tasks: list[int],
    trials: Trials,
    *,
    ways: Mapping[str, int],
) -> dict[int, Relaxation]:
    """The ladder, for tasks of one reason; what needs no change at all gets none.

    Where a window is the reason, sites come before shifts: a longer shift that waits for a site to
    open again is no smaller change.
    """
    near = near_routes(part.problem, solution, tasks)
    now = Copy(part.problem, solution, near)
    placed = now.served(part.problem, tasks, trials)
    waiting = [task for task in tasks if task not in placed]
    found: dict[int, Relaxation] = {}
    hours = partial(_longer_hours, ways=ways)
    ladder: list[Step] = [_longer_shifts, hours, _more_tonnes, _more_vehicles]
    if reason == Reason.WINDOW:
        ladder[:2] = [hours, _longer_shifts]
    for step in ladder:
        for task, one in step(part, now, waiting, trials):
            found.setdefault(task, one)
        waiting = [task for task in waiting if task not in found]
    return found


def _larger_vehicles(part: Part, tasks: list[int]) -> dict[int, Relaxation]:
    """For tasks no vehicle can carry: the size that could, named after the largest there is."""
    problem = part.problem
    lacking: dict[int, list[int]] = defaultdict(list)
    for task in tasks:
        demand = problem.tasks[task].demand
        over = (
            (amount - max(kind.capacity[dim] for kind in problem.vehicle_types), dim)
            for dim, amount in enumerate(demand)
        )
        lacking[max(over)[1]].append(task)
    found = {}
    for dim, own in lacking.items():
        sizes = [kind.capacity[dim] for kind in problem.vehicle_types]
        largest = sizes.index(max(sizes))
        needed = sorted(problem.tasks[task].demand[dim] for task in own)
        for task in own:
            amount = problem.tasks[task].demand[dim]
            found[task] = Relaxation(
                kind="payload" if problem.dimensions[dim].kind == DimensionKind.WASTE else "tank",
                id=part.crews[largest].catalogue,
                shift=part.crews[largest].shift,
                amount=amount,
                serves=bisect_right(needed, amount),
            )
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
    part: Part, now: Copy, waiting: list[int], trials: Trials, ways: Mapping[str, int]
) -> Iterator[tuple[int, Relaxation]]:
    """The sites stay open longer; each task names the one it is late at, and until when.

    One hour for all tasks of a site: the one that the last of them needs, tried with all of them.
    """
    left = list(waiting)
    late: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for minutes in OPEN_LONGER_MIN:
        laxer = replace(
            part.problem,
            facilities=tuple(_open_longer(one, 60 * minutes) for one in part.problem.facilities),
        )
        served = now.served(laxer, left, trials)
        for task, route in served.items():
            visits = _late_visits(part.problem, laxer, route)
            # Late at two sites: no one of them open longer would do.
            if len(visits) == 1:
                [(visit, seconds)] = visits.items()
                late[visit][task] = seconds
        left = [task for task in left if task not in served]
    for (facility, last), own in late.items():
        minutes = ROUND_MIN * ceil(max(own.values()) / (60 * ROUND_MIN))
        place, site = part.problem.facilities[facility], part.sites[facility]
        longer = tuple(
            _open_longer(one, 60 * minutes) if number == facility else one
            for number, one in enumerate(part.problem.facilities)
        )
        # Each came into a day of its own above; not all may fit into one.
        together = now.served(replace(part.problem, facilities=longer), list(own), trials)
        close = last + place.duration - ways.get(site, 0)
        one = Relaxation(
            kind="hours",
            id=site,
            amount=minutes,
            until=clock(close + 60 * minutes),
            serves=len(together),
        )
        yield from ((task, one) for task in together)


def _open_longer(facility: Facility, seconds: int) -> Facility:
    return replace(
        facility, windows=tuple((early, late + seconds) for early, late in facility.windows)
    )


def _late_visits(
    problem: RoutingProblem, laxer: RoutingProblem, route: Route
) -> dict[tuple[int, int], int]:
    """Where a route comes too late for a facility's own hours, and by how many seconds at most.

    Every visit counts, those before and after the task asked for: the route as a whole needs them.
    Keys are the facility and when a visit there could begin at last.
    """
    late: dict[tuple[int, int], int] = {}
    for step in schedule(laxer, route).steps:
        visit = route.visits[step.visit] if step.kind == StepKind.FACILITY else None
        if not isinstance(visit, Use):
            continue
        hours = problem.facilities[visit.facility].windows
        if any(early <= step.begin <= end for early, end in hours):
            continue
        last = max(end for early, end in hours if end < step.begin)
        site = (visit.facility, last)
        late[site] = max(late.get(site, 0), step.begin - last)
    return late


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
    alone = Copy(problem, now.plan, ())
    for kind in range(len(problem.vehicle_types)):
        if not waiting or trials.over:
            break
        spare = [MAX_VEHICLES * (other == kind) for other in range(len(problem.vehicle_types))]
        served = alone.with_vehicles(spare).served(problem, waiting, trials)
        routes = {frozenset(route.tasks) for route in served.values()}
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
