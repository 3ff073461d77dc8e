"""The least relaxation that would serve a task left out, found by inserting it into a laxer copy.

From the smallest change to the largest: a longer shift, a site open longer, more tonnes at a site,
more vehicles. A trial keeps the plan's routes as they are and only inserts, so that nothing else
needs what it needs. Queues at the bays are left aside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.plan import Relaxation
from models.problem import DimensionKind
from models.solution import Reason, Route, Serve, Solution, Use
from models.units import UNREACHABLE, clock
from solver.routing.decompose import add_loads
from solver.routing.parts import small_matrix
from solver.routing.ruin import Tuning
from solver.routing.running import Search
from solver.routing.tables import space_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.part import Part
    from models.problem import Facility, Mode, RoutingProblem, VehicleType

HELPED = (Reason.NO_TIME, Reason.NO_CAPACITY, Reason.WINDOW, Reason.STOPPED)
"""Reasons that more time, room or vehicles may remove."""
LONGER_MIN = (20, 40, 60, 90, 120)
OPEN_LONGER_MIN = (30, 60, 120)
MAX_TASKS, MAX_ROUTES, MAX_VEHICLES = 120, 10, 9
"""Of a group that is tried, of those nearest to it, and of one type that are asked for."""
MAX_TRIALS = 300
"""Insertions over the whole day: the bound on the time this takes."""
NO_LIMIT = 2_000_000_000


@dataclass(slots=True)
class Trials:
    """How many are left."""

    left: int = MAX_TRIALS

    def take(self) -> bool:
        """Whether one more may be made."""
        self.left -= 1
        return self.left >= 0


def least_relaxations(
    parts: Sequence[Part], solutions: Sequence[Solution]
) -> dict[tuple[int, int], Relaxation]:
    """By part and task: the first change that serves it, where one is found. Deterministic."""
    trials = Trials()
    found: dict[tuple[int, int], Relaxation] = {}
    for number, (part, solution) in enumerate(zip(parts, solutions, strict=True)):
        groups: dict[Reason, list[int]] = defaultdict(list)
        for task, reason in sorted(solution.unserved.items()):
            groups[reason].append(task)
        for reason in HELPED:
            if tasks := groups[reason][:MAX_TASKS]:
                own = _of_group(part, solution, tasks, trials)
                found |= {(number, task): one for task, one in own.items()}
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


class Copy:
    """A few routes of a plan with room for more tasks; facilities as the other routes leave them.

    `spare` is None for the vehicles that are there, or the number of fresh ones of each type.
    """

    def __init__(
        self,
        problem: RoutingProblem,
        solution: Solution,
        near: Sequence[int],
        spare: Sequence[int] | None = None,
    ) -> None:
        self.plan = solution
        self.windows = space_windows(problem) if problem.spacings else {}
        self.routes = [solution.routes[number] for number in near]
        taken = np.zeros((len(problem.facilities), len(problem.dimensions)), dtype=np.int64)
        for number, route in enumerate(solution.routes):
            if number not in near:
                add_loads(problem, route, taken)
        self.outside = taken
        out = Counter(route.vehicle_type for route in solution.routes)
        mine = Counter(route.vehicle_type for route in self.routes)
        home = [k.num_available - out[n] for n, k in enumerate(problem.vehicle_types)]
        self.available = [
            max(count, 0) + mine[number]
            for number, count in enumerate(home if spare is None else spare)
        ]

    def served(
        self, problem: RoutingProblem, tasks: Sequence[int], trials: Trials
    ) -> dict[int, Route]:
        """The tasks that find a place, with the route each of them came into."""
        if not tasks or not trials.take():
            return {}
        modes = {
            visit.task: [(visit.mode, self._mode(problem, visit.task, visit.mode))]
            for route in self.routes
            for visit in route.visits
            if isinstance(visit, Serve)
        } | {task: list(self._open_modes(problem, task)) for task in tasks}
        own = [task for task, open_to in modes.items() if open_to]
        number = {task: n for n, task in enumerate(own)}
        copy = replace(
            problem,
            tasks=tuple(
                replace(problem.tasks[t], modes=tuple(mode for _, mode in modes[t]), prize=None)
                for t in own
            ),
            vehicle_types=tuple(
                replace(kind, num_available=count)
                for kind, count in zip(problem.vehicle_types, self.available, strict=True)
            ),
            facilities=tuple(self._rooms(problem)),
            spacings=(),
        )
        begin = (_with(route, lambda v: Serve(number[v.task], 0)) for route in self.routes)
        search = Search(small_matrix(copy), Tuning(blink=0.0), 1, Solution(tuple(begin)))
        found = [
            _with(route, lambda v: Serve(own[v.task], modes[own[v.task]][v.mode][0]))
            for route in search.solution(search.plan()).routes
        ]
        asked = set(tasks)
        return {task: route for route in found for task in tasks_of(route) if task in asked}

    def _mode(self, problem: RoutingProblem, task: int, mode: int) -> Mode:
        """A mode in the window that its gap to other passes leaves."""
        own = problem.tasks[task].modes[mode]
        early, late = self.windows.get(task, (own.tw_early, own.tw_late))
        early, late = max(own.tw_early, early), min(own.tw_late, late)
        return replace(own, tw_early=early, tw_late=late) if early <= late else own

    def _open_modes(self, problem: RoutingProblem, task: int) -> Iterator[tuple[int, Mode]]:
        """The modes whose windows the gaps leave open, with their numbers."""
        for number, own in enumerate(problem.tasks[task].modes):
            early, late = self.windows.get(task, (own.tw_early, own.tw_late))
            if max(own.tw_early, early) <= min(own.tw_late, late):
                yield number, self._mode(problem, task, number)

    def _rooms(self, problem: RoutingProblem) -> Iterator[Facility]:
        for facility, taken in zip(problem.facilities, self.outside.tolist(), strict=True):
            room = tuple(
                max(limit - kg, 0) if limit < NO_LIMIT else limit
                for limit, kg in zip(facility.daily_capacity, taken, strict=False)
            )
            yield replace(facility, daily_capacity=room, bays=0)


def _with(route: Route, change: Callable[[Serve], Serve]) -> Route:
    """A route with its services changed."""
    return Route(
        route.vehicle_type,
        tuple(change(visit) if isinstance(visit, Serve) else visit for visit in route.visits),
    )


def near_routes(
    problem: RoutingProblem, solution: Solution, tasks: Sequence[int]
) -> tuple[int, ...]:
    """The routes that come nearest to the tasks, in their order."""
    rows = np.array([problem.tasks[task].modes[0].leave for task in tasks])
    reach = []
    for number, route in enumerate(solution.routes):
        served = [v for v in route.visits if isinstance(v, Serve)]
        cols = np.array([problem.tasks[v.task].modes[v.mode].enter for v in served], dtype=int)
        matrix = problem.matrices[problem.vehicle_types[route.vehicle_type].profile]
        way = int(matrix.block(rows, cols)[0].min(initial=UNREACHABLE)) if served else UNREACHABLE
        reach.append((way, number))
    return tuple(sorted(number for _, number in sorted(reach)[:MAX_ROUTES]))


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
                    id=part.catalogue[kind],
                    shift=part.shifts[kind],
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
    waste = [n for n, dim in enumerate(problem.dimensions) if dim.kind == DimensionKind.WASTE]
    left = list(waiting)
    for number, facility in enumerate(problem.facilities):
        if not facility.daily_capacity or not left:
            continue
        free = replace(facility, daily_capacity=(NO_LIMIT,) * len(problem.dimensions))
        facilities = (*problem.facilities[:number], free, *problem.facilities[number + 1 :])
        served = now.served(replace(problem, facilities=facilities), left, trials)
        kg = sum(problem.tasks[task].demand[dim] for task in served for dim in waste)
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
                    id=part.catalogue[best[1]],
                    shift=part.shifts[best[1]],
                    amount=count,
                    serves=total,
                ),
            )


def tasks_of(route: Route) -> list[int]:
    """Tasks of a route in their order."""
    return [visit.task for visit in route.visits if isinstance(visit, Serve)]
