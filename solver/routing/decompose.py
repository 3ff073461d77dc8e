"""Problems past some ten thousand places: compact parts, then routes with their neighbours, again.

Parts are problems of their own over the block of the matrix they need, so memory grows with the
parts in work, never with the whole. They run side by side in worker processes.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.problem import DenseMatrix, Facility, Mode, RoutingProblem
from models.solution import Reason, Route, Serve, Solution, Use
from models.units import MAX_TIME, UNREACHABLE
from solver.cost import cost
from solver.routing.arrays import space_windows
from solver.routing.running import CHUNK_WORK, Report, Search
from solver.routing.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.routing.ruin import Tuning
    from solver.stop import Stop

log = logging.getLogger(__name__)

HUGE = 10_000
"""Places above which a problem is solved in parts."""

PART_MODES = 3_000
LANDMARKS = 24

WARM_HEAT = 0.01
"""First temperature of a part that starts from a plan, as share of the median leg."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some tasks and vehicles of a whole, as a problem; `tasks` are their numbers in the whole."""

    problem: RoutingProblem
    tasks: list[int]
    initial: Solution | None = None


def is_huge(problem: RoutingProblem) -> bool:
    """Whether a dense matrix of the whole is out of the question."""
    modes = [mode for task in problem.tasks for mode in task.modes]
    return max(len({mode.leave for mode in modes}), len({mode.enter for mode in modes})) > HUGE


def solve_in_parts(
    problem: RoutingProblem,
    tuning: Tuning,
    *,
    workers: int,
    stop: Stop,
    seed: int,
    initial: Solution | None,
    report: Report,
) -> Solution:
    """Plan of a huge problem: all parts once, then groups of near routes until the budget ends."""
    whole = with_spaced_windows(problem)
    places = landmarks(whole)
    rng = np.random.default_rng(seed)
    state = Patchwork(whole, initial)
    iterations = 0
    with ExitStack() as stack:
        pool = None
        if workers > 1:
            context = multiprocessing.get_context("spawn")
            pool = stack.enter_context(
                ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupt)
            )
        try:
            queue = compact_groups(whole, places) if initial is None else []
            while queue or stop.used(iterations) < 1.0:
                first = bool(queue)
                groups = [queue.pop() for _ in range(min(workers, len(queue)))]
                if not first:
                    groups = state.near_groups(places, workers, rng)
                parts = [state.part(group, queue) for group in groups]
                chunk = _part_iterations(stop.used(iterations), first)
                heat = tuning if first else tuning._replace(first_heat=WARM_HEAT)
                jobs = [(part, heat, int(rng.integers(2**31)), chunk) for part in parts]
                answers = list(pool.map(solve_part, jobs)) if pool else [*map(solve_part, jobs)]
                for part, answer in zip(parts, answers, strict=True):
                    state.put_back(part, answer)
                iterations += chunk * len(parts)
                report(stop.used(iterations), iterations, state.value())
        except KeyboardInterrupt:
            log.warning("stopped by hand; keeping the best plan so far")
    return state.solution()


def _part_iterations(used: float, first: bool) -> int:
    """Iterations for a part: few at first, hardly any for parts the budget no longer covers."""
    if used >= 1.0:
        return 20
    whole = max(60 * CHUNK_WORK // PART_MODES, 200)
    return max(whole // 10, 200) if first else whole


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def solve_part(job: tuple[Part, Tuning, int, int]) -> Solution:
    """Search one part; runs in a worker process."""
    part, tuning, seed, iterations = job
    run = Search(part.problem, tuning, seed, part.initial)
    pieces = 20
    for number in range(pieces):
        run.advance(max(iterations // pieces, 1), number / pieces, 1 / pieces)
    return run.solution(run.plan())


def with_spaced_windows(problem: RoutingProblem) -> RoutingProblem:
    """The problem with its spacings written into windows, so that parts may forget them."""
    if not problem.spacings:
        return problem
    windows = space_windows(problem)
    tasks = list(problem.tasks)
    for number, (early, late) in windows.items():
        modes = [
            replace(mode, tw_early=max(mode.tw_early, early), tw_late=min(mode.tw_late, late))
            for mode in tasks[number].modes
            if max(mode.tw_early, early) <= min(mode.tw_late, late)
        ]
        if modes:
            tasks[number] = replace(tasks[number], modes=tuple(modes))
    return replace(problem, tasks=tuple(tasks), spacings=())


def landmarks(problem: RoutingProblem) -> NDArray[np.int32]:
    """Durations from a few far-apart tasks to every task, shape (n, LANDMARKS): coordinates."""
    rows = np.array([task.modes[0].leave for task in problem.tasks])
    cols = np.array([task.modes[0].enter for task in problem.tasks])
    matrix = problem.matrices[0]
    chosen = 0
    table = np.zeros((len(rows), LANDMARKS), dtype=np.int32)
    nearest = np.full(len(rows), UNREACHABLE)
    for number in range(LANDMARKS):
        durations, distances = matrix.block(rows[chosen : chosen + 1], cols)
        legs = durations[0] if durations[0].max(initial=0) else distances[0]
        table[:, number] = np.minimum(legs, MAX_TIME // 1_000)
        nearest = np.minimum(nearest, table[:, number])
        chosen = int(nearest.argmax())
    return table


def compact_groups(problem: RoutingProblem, places: NDArray[np.int32]) -> list[list[int]]:
    """Tasks in compact groups: halves along the landmark axis in which they differ most."""
    modes = np.array([len(task.modes) for task in problem.tasks])
    ready: list[list[int]] = []
    pending = [np.arange(len(modes))]
    while pending:
        group = pending.pop()
        if modes[group].sum() <= PART_MODES or len(group) < 2:
            ready.append(group.tolist())
            continue
        here = places[group].astype(np.int64)
        order = np.argsort(here[:, here.var(axis=0).argmax()], kind="stable")
        pending += [group[order[: len(order) // 2]], group[order[len(order) // 2 :]]]
    return ready


class Patchwork:
    """The plan of the whole while its parts are replaced."""

    def __init__(self, whole: RoutingProblem, initial: Solution | None) -> None:
        self.whole = whole
        self.routes: list[Route] = list(initial.routes) if initial else []
        self.costs: list[int] = [self._cost(route) for route in self.routes]
        served = {v.task for r in self.routes for v in r.visits if isinstance(v, Serve)}
        self.unserved: dict[int, Reason] = {
            task: Reason.STOPPED for task in range(len(whole.tasks)) if task not in served
        }

    def _cost(self, route: Route) -> int:
        plan = Solution((route,))
        return cost(self.whole, plan, [schedule(self.whole, route)]).total

    def value(self) -> tuple[int, int]:
        """Required tasks left out, and the cost."""
        prizes = [self.whole.tasks[task].prize for task in self.unserved]
        lost = sum(prize for prize in prizes if prize is not None)
        return sum(prize is None for prize in prizes), sum(self.costs) + lost

    def solution(self) -> Solution:
        """The plan in hand."""
        return Solution(tuple(self.routes), dict(sorted(self.unserved.items())))

    def near_groups(
        self, places: NDArray[np.int32], count: int, rng: np.random.Generator
    ) -> list[list[int]]:
        """Groups of whole near routes, one per worker, none in two; with unserved tasks nearby."""
        middles = np.array([places[_tasks(route)].mean(axis=0) for route in self.routes])
        size = [sum(len(self.whole.tasks[t].modes) for t in _tasks(r)) for r in self.routes]
        free = np.ones(len(self.routes), dtype=bool)
        groups = []
        for _ in range(count):
            if not free.any():
                break
            seed = int(rng.choice(np.flatnonzero(free)))
            far = np.abs(middles - middles[seed]).sum(axis=1)
            group: list[int] = []
            total = 0
            for number in np.argsort(far, kind="stable").tolist():
                if free[number] and (total == 0 or total + size[number] <= PART_MODES // 2):
                    free[number] = False
                    total += size[number]
                    group += _tasks(self.routes[number])
            groups.append(group)
        if groups and self.unserved:
            out = sorted(self.unserved)
            groups[0] += [int(t) for t in rng.permutation(out)[: PART_MODES // 10]]
        return groups

    def part(self, group: Sequence[int], waiting: Sequence[Sequence[int]]) -> Part:
        """Take a group's routes out of the plan as a problem of its own, warm-started by them."""
        mine = set(group)
        inside = [n for n, r in enumerate(self.routes) if mine & set(_tasks(r))]
        routes = [self.routes[n] for n in inside]
        number = {task: n for n, task in enumerate(group)}
        spare = self._spare_vehicles(len(group), sum(map(len, waiting)))
        used = np.bincount([r.vehicle_type for r in routes], minlength=len(spare))
        kinds = [
            replace(kind, num_available=int(used[n] + spare[n]))
            for n, kind in enumerate(self.whole.vehicle_types)
        ]
        share = len(group) / max(len(group) + sum(map(len, waiting)), 1)
        problem = replace(
            self.whole,
            tasks=tuple(self.whole.tasks[task] for task in group),
            vehicle_types=tuple(kinds),
            facilities=self._rooms(inside, share),
        )
        visits = [
            tuple(replace_task(v, number[v.task]) if isinstance(v, Serve) else v for v in r.visits)
            for r in routes
        ]
        initial = Solution(
            tuple(Route(r.vehicle_type, v) for r, v in zip(routes, visits, strict=True))
        )
        return Part(small_matrix(problem), list(group), initial if routes else None)

    def _spare_vehicles(self, size: int, waiting: int) -> list[int]:
        """Vehicles at home that a part of `size` tasks may take while `waiting` tasks wait."""
        out = np.bincount(
            [r.vehicle_type for r in self.routes], minlength=len(self.whole.vehicle_types)
        )
        left = [
            k.num_available - int(o) for k, o in zip(self.whole.vehicle_types, out, strict=True)
        ]
        return [max(n, 0) * size // max(size + waiting, 1) for n in left]

    def _rooms(self, inside: list[int], share: float) -> tuple[Facility, ...]:
        """Facilities with what the routes outside the part leave of their daily capacity."""
        taken = np.zeros((len(self.whole.facilities), len(self.whole.dimensions)), dtype=np.int64)
        for number, route in enumerate(self.routes):
            if number not in inside:
                add_loads(self.whole, route, taken)
        return tuple(
            replace(
                f,
                daily_capacity=tuple(
                    int(max(limit - int(t), 0) * share)
                    for limit, t in zip(f.daily_capacity, row, strict=True)
                ),
            )
            if f.daily_capacity
            else f
            for f, row in zip(self.whole.facilities, taken, strict=True)
        )

    def put_back(self, part: Part, answer: Solution) -> None:
        """Replace the part's routes by `answer` where that is better and the fleet allows it."""
        mine = set(part.tasks)
        inside = [n for n, r in enumerate(self.routes) if mine & set(_tasks(r))]
        routes = [
            Route(
                r.vehicle_type,
                tuple(
                    replace_task(v, part.tasks[v.task]) if isinstance(v, Serve) else v
                    for v in r.visits
                ),
            )
            for r in answer.routes
        ]
        costs = [self._cost(route) for route in routes]
        kept = [n for n in range(len(self.routes)) if n not in set(inside)]
        before = self._snapshot()
        self.routes = [self.routes[n] for n in kept] + routes
        self.costs = [self.costs[n] for n in kept] + costs
        for task in part.tasks:
            self.unserved.pop(task, None)
        for task, reason in answer.unserved.items():
            self.unserved[part.tasks[task]] = reason
        used = np.bincount(
            [r.vehicle_type for r in self.routes], minlength=len(self.whole.vehicle_types)
        )
        over = any(n > k.num_available for n, k in zip(used, self.whole.vehicle_types, strict=True))
        if over or self.value() > before[0]:
            _, self.routes, self.costs, self.unserved = before

    def _snapshot(
        self,
    ) -> tuple[tuple[int, int], list[Route], list[int], dict[int, Reason]]:
        return self.value(), self.routes, self.costs, dict(self.unserved)


def replace_task(visit: Serve, task: int) -> Serve:
    """The same visit under another task number."""
    return Serve(task, visit.mode)


def _tasks(route: Route) -> list[int]:
    return [visit.task for visit in route.visits if isinstance(visit, Serve)]


def add_loads(problem: RoutingProblem, route: Route, taken: NDArray[np.int64]) -> None:
    """Add what a route leaves at facilities to `taken`, shape (F, D)."""
    kind = problem.vehicle_types[route.vehicle_type]
    load = np.array(kind.initial_load or (0,) * len(problem.dimensions), dtype=np.int64)
    for visit in route.visits:
        if isinstance(visit, Use):
            dims = sorted(problem.facilities[visit.facility].resets)
            taken[visit.facility, dims] += load[dims]
            load[dims] = 0
        else:
            load += problem.tasks[visit.task].demand


def small_matrix(problem: RoutingProblem) -> RoutingProblem:
    """The same problem over the block of its matrices that it uses: small enough to send."""
    modes = [mode for task in problem.tasks for mode in task.modes]
    places: list[Mode | Facility] = [*modes, *problem.facilities]
    kinds = problem.vehicle_types
    rows, row_of = np.unique(
        np.array([p.leave for p in places] + [k.start for k in kinds]), return_inverse=True
    )
    cols, col_of = np.unique(
        np.array([p.enter for p in places] + [k.end for k in kinds]), return_inverse=True
    )
    row, col = row_of.tolist(), col_of.tolist()
    at = iter(range(len(places)))
    tasks = []
    for task in problem.tasks:
        moved = []
        for mode in task.modes:
            i = next(at)
            moved.append(replace(mode, leave=row[i], enter=col[i]))
        tasks.append(replace(task, modes=tuple(moved)))
    facilities = []
    for facility in problem.facilities:
        i = next(at)
        facilities.append(replace(facility, leave=row[i], enter=col[i]))
    return replace(
        problem,
        tasks=tuple(tasks),
        facilities=tuple(facilities),
        vehicle_types=tuple(
            replace(kind, start=row[len(places) + n], end=col[len(places) + n])
            for n, kind in enumerate(kinds)
        ),
        matrices=tuple(DenseMatrix(*matrix.block(rows, cols)) for matrix in problem.matrices),
    )
