"""Tasks put back into a plan whose routes stay as they are: a small copy, and insertion into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Route, Serve, Solution
from models.units import NO_LIMIT, UNREACHABLE
from solver.routing.base.gaps import space_windows
from solver.routing.ruin.loop import Tuning
from solver.routing.ruin.running import Search
from solver.routing.search.parts import small_matrix
from solver.routing.search.patchwork import add_loads
from solver.stop import never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.problem import Facility, Mode, RoutingProblem

MAX_ROUTES = 10
"""So many routes are tried, of those nearest to the tasks (chosen)."""
MAX_TRIALS = 300
"""So many insertions are tried over the whole day (chosen: the bound on the time this takes)."""


@dataclass(slots=True)
class Trials:
    """How many are left, and whether it is too `late` for any."""

    left: int = MAX_TRIALS
    late: Callable[[], bool] = never

    @property
    def over(self) -> bool:
        """Whether no more may be made."""
        return self.left <= 0 or self.late()

    def take(self) -> bool:
        """Whether one more may be made."""
        self.left -= 1
        return self.left >= 0 and not self.late()


def put_back(
    problem: RoutingProblem,
    solution: Solution,
    tasks: Sequence[int],
    near: Sequence[int] | None = None,
) -> Solution | None:
    """The solution with the tasks inserted where no queue is reckoned with, into routes `near`.

    None: no task is asked for, there is no place, or a route that breaks a law of the problem was
    taken apart.
    """
    if not tasks:
        return None
    near = near_routes(problem, solution, tasks) if near is None else near
    found = Copy(problem, solution, near).driven(problem, tasks, Trials())
    placed = {task for route in found for task in route.tasks}.intersection(tasks)
    if not placed:
        return None
    routes = list(solution.routes)
    for route in found:  # also one that only drives elsewhere: others may have its room there
        own = set(route.tasks)
        old = next((n for n, one in enumerate(routes) if own & set(one.tasks)), None)
        if old is None:
            routes.append(route)
        else:
            routes[old] = route
    served = sorted(task for route in routes for task in route.tasks)
    before = [task for route in solution.routes for task in route.tasks]
    if served != sorted([*before, *placed]):
        return None
    left = {task: reason for task, reason in solution.unserved.items() if task not in placed}
    return Solution(tuple(routes), left)


class Copy:
    """A few routes of a plan with room for more tasks; facilities as the others leave them."""

    def __init__(
        self,
        problem: RoutingProblem,
        solution: Solution,
        near: Sequence[int],
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
        self.available = [max(count, 0) + mine[number] for number, count in enumerate(home)]

    def with_vehicles(self, available: Sequence[int]) -> Copy:
        """The same with other numbers of vehicles of each type."""
        other = copy(self)
        other.available = list(available)
        return other

    def served(
        self, problem: RoutingProblem, tasks: Sequence[int], trials: Trials
    ) -> dict[int, Route]:
        """The tasks that find a place, with the route each of them came into."""
        found, asked = self.driven(problem, tasks, trials), set(tasks)
        return {task: route for route in found for task in route.tasks if task in asked}

    def driven(self, problem: RoutingProblem, tasks: Sequence[int], trials: Trials) -> list[Route]:
        """The routes with the tasks that find a place, and new ones; none where none is tried."""
        if not tasks or not trials.take():
            return []
        modes = {
            visit.task: [(visit.mode, self._mode(problem, visit.task, visit.mode))]
            for route in self.routes
            for visit in route.visits
            if isinstance(visit, Serve)
        } | {task: list(self._open_modes(problem, task)) for task in tasks}
        own = [task for task, open_to in modes.items() if open_to]
        number = {task: n for n, task in enumerate(own)}
        small = replace(
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
        search = Search(small_matrix(small), Tuning(blink=0.0), 1, Solution(tuple(begin)))
        return [
            _with(route, lambda v: Serve(own[v.task], modes[own[v.task]][v.mode][0]))
            for route in search.solution(search.plan()).routes
        ]

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
    problem: RoutingProblem, solution: Solution, tasks: Sequence[int], most_modes: int = 0
) -> tuple[int, ...]:
    """The routes that come nearest to the tasks, in their order.

    `MAX_ROUTES` of them, and more while their tasks have no more than `most_modes` together.
    """
    rows = np.array([problem.tasks[task].modes[0].leave for task in tasks])
    reach = [(UNREACHABLE, number) for number in range(len(solution.routes))]
    for profile, matrix in enumerate(problem.matrices):
        own = [
            number
            for number, route in enumerate(solution.routes)
            if problem.vehicle_types[route.vehicle_type].profile == profile and route.tasks
        ]
        served = [
            [
                problem.tasks[visit.task].modes[visit.mode].enter
                for visit in solution.routes[number].visits
                if isinstance(visit, Serve)
            ]
            for number in own
        ]
        if not own:
            continue
        ways = matrix.block(rows, np.array([col for cols in served for col in cols]))[0]
        first = np.cumsum([0, *map(len, served[:-1])])
        for number, way in zip(own, np.minimum.reduceat(ways.min(axis=0), first), strict=True):
            reach[number] = int(way), number
    nearest = [number for _, number in sorted(reach)]
    modes = accumulate(
        sum(len(problem.tasks[task].modes) for task in solution.routes[number].tasks)
        for number in nearest
    )
    enough = sum(total <= most_modes for total in modes)
    return tuple(sorted(nearest[: max(MAX_ROUTES, enough)]))


def members(before: frozenset[int], kinds: Sequence[int]) -> frozenset[int]:
    """The new types of these original types; empty, for all, stays empty."""
    return frozenset(number for number, kind in enumerate(kinds) if kind in before)
