"""A part of a huge problem: some of its routes and tasks as a problem of its own, and its search.

A part holds only the block of the matrices that it needs, computed where it is searched, so memory
grows with the parts in work and not with the whole. Routes are costed there too: legs of the
block are legs of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.problem import DenseMatrix, Facility, Mode, RoutingProblem
from models.solution import Reason, Route, Serve, Solution
from solver.cost import cost, days
from solver.routing.base.schedule import schedule
from solver.routing.ruin.running import (
    CHUNK_WORK,
    FIRST_CHUNK,
    NUM_CHUNKS,
    Search,
    next_chunk,
)
from solver.stop import after

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from solver.routing.ruin.loop import Tuning
    from solver.stop import Stop


LEAST_TRIED = 1
"""A plan that leaves required tasks out is searched for so many iterations a task at least
(measured on pieces of a city: where vehicles are there, one places all but a few)."""

HARDLY = 1e-9
"""A share of a cooling that changes nothing of the heat (chosen)."""

COLD = 1 - 1e-9
"""A cooling is over from this share on (chosen: less is rounding)."""


@dataclass(frozen=True, slots=True)
class Share:
    """Some routes of the whole, and tasks in no route beside them."""

    routes: tuple[Route, ...]
    absent: tuple[int, ...]

    @property
    def tasks(self) -> list[int]:
        """All of them, as the whole numbers them."""
        return [*(task for route in self.routes for task in route.tasks), *self.absent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A share of the whole to be searched, with what it may use and for how long."""

    share: Share
    vehicles: tuple[int, ...]
    """Vehicles of each type that the part may use."""
    rooms: tuple[tuple[int, ...], ...]
    """Daily capacity that the part may use, per facility; empty: unlimited."""
    iterations: int
    used: float
    step: float
    """Share of the whole's budget used before, and by this round of parts."""
    middle: float
    """Median leg of the whole: all parts are equally hot."""
    seed: int
    seconds: float | None = None
    """So long instead of the iterations, tables included, where a clock is the budget."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Routes of a part as the whole numbers tasks, with their costs; what they leave out."""

    routes: tuple[Route, ...]
    costs: tuple[int, ...]
    unserved: dict[int, Reason]


def solve_part(
    whole: RoutingProblem, tuning: Tuning | None, order: Order, halted: Callable[[], bool]
) -> Answer:
    """Search a part from the plan it has; `halted` ends it early, but not a first plan."""
    clock = None if order.seconds is None else after(order.seconds)
    tasks = order.share.tasks
    problem = part_problem(whole, tasks, order.vehicles, order.rooms)
    number = {task: n for n, task in enumerate(tasks)}
    routes = tuple(renumbered(route, number) for route in order.share.routes)
    run = Search(problem, tuning, order.seed, Solution(routes) if routes else None, order.middle)
    if clock is None:
        plan = _iterated(run, order, halted, least=0 if routes else FIRST_CHUNK)
    else:
        plan = _clocked(run, order, halted, clock)
    found = run.solution(plan)
    return Answer(
        tuple(renumbered(route, tasks) for route in found.routes),
        tuple(alone(problem, route) for route in found.routes),
        {tasks[task]: reason for task, reason in found.unserved.items()},
    )


def alone(problem: RoutingProblem, route: Route) -> int:
    """Cost of a route without the day of its vehicle, which other routes may share."""
    whole = cost(problem, Solution((route,)), [schedule(problem, route)]).total
    return whole - days(problem, [route])


def detached(whole: RoutingProblem, order: Order) -> tuple[RoutingProblem, Order]:
    """A part and its order without the whole, small enough to travel to another machine."""
    tasks = order.share.tasks
    number = {task: n for n, task in enumerate(tasks)}
    share = Share(
        tuple(renumbered(route, number) for route in order.share.routes),
        tuple(number[task] for task in order.share.absent),
    )
    return part_problem(whole, tasks, order.vehicles, order.rooms), replace(order, share=share)


def attached(order: Order, answer: Answer) -> Answer:
    """What was found for a detached part, told in the whole's tasks; `order` is the whole's."""
    tasks = order.share.tasks
    return Answer(
        tuple(renumbered(route, tasks) for route in answer.routes),
        answer.costs,
        {tasks[task]: reason for task, reason in answer.unserved.items()},
    )


def _iterated(
    run: Search, order: Order, halted: Callable[[], bool], *, least: int
) -> NDArray[np.int32]:
    """The plan after the order's iterations, or once halted but not before `least` of them."""
    piece = max(CHUNK_WORK // max(run.tab.num_tasks, 1), FIRST_CHUNK)
    done, share = 0, order.step / order.iterations
    while done < order.iterations and (done < least or not halted()):
        count = min(piece, order.iterations - done)
        run.advance(count, order.used + share * done, share * count)
        done += count
    return _kept(run, order)


def _clocked(
    run: Search, order: Order, halted: Callable[[], bool], clock: Stop
) -> NDArray[np.int32]:
    """The plan when the order's seconds are over, and a little later where tasks wait in it."""
    begun = used = clock.used(0)
    piece, step = FIRST_CHUNK, 0.0
    while used < 1.0 and not halted():
        cooled = order.step * (used - begun) / (1.0 - begun)
        run.advance(piece, order.used + cooled, order.step * step)
        before, used = used, clock.used(run.iterations)
        piece, step = next_chunk(piece, used - before, min(1.0 - used, 1 / NUM_CHUNKS))
        piece = max(piece, 1)
    while run.lacks and run.iterations < LEAST_TRIED * len(order.share.tasks) and not halted():
        run.advance(FIRST_CHUNK, min(order.used + order.step, 1.0), HARDLY)
    return _kept(run, order)


def _kept(run: Search, order: Order) -> NDArray[np.int32]:
    """The plan the search stands at; the best one where the order ends the cooling.

    So the last pass leaves no part dearer than it was.
    """
    cooled = order.used + order.step >= COLD
    return run.plan() if cooled else run.current_plan()


def part_problem(
    whole: RoutingProblem,
    tasks: Sequence[int],
    vehicles: Sequence[int],
    rooms: Sequence[tuple[int, ...]],
) -> RoutingProblem:
    """Some tasks of the whole with their share of vehicles and daily capacities."""
    return small_matrix(
        replace(
            whole,
            tasks=tuple(whole.tasks[task] for task in tasks),
            vehicle_types=tuple(
                replace(kind, num_available=count)
                for kind, count in zip(whole.vehicle_types, vehicles, strict=True)
            ),
            facilities=tuple(
                replace(facility, daily_capacity=room)
                for facility, room in zip(whole.facilities, rooms, strict=True)
            ),
        )
    )


def small_matrix(problem: RoutingProblem) -> RoutingProblem:
    """The same problem over the block of its matrices that it uses."""
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


def renumbered(route: Route, number: Sequence[int] | dict[int, int]) -> Route:
    """The same route under other task numbers."""
    return Route(
        route.vehicle_type,
        tuple(
            Serve(number[visit.task], visit.mode) if isinstance(visit, Serve) else visit
            for visit in route.visits
        ),
    )
