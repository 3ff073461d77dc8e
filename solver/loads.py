"""What is on board along a route: the one walk over loads that every planner reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.problem import DimensionKind
from models.solution import Serve
from models.units import MAX_TIME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from models.problem import Dimension, RoutingProblem, Task
    from models.solution import Route, Visit

Load = tuple[int, ...]
"""Amount on board per dimension of the problem."""


def on_arrival(problem: RoutingProblem, kind: int, visits: Sequence[Visit]) -> list[Load]:
    """Load of a vehicle of type `kind` as it comes to each visit, and at last to its end depot.

    One entry per visit and one more.
    """
    load = problem.vehicle_types[kind].initial_load or (0,) * len(problem.dimensions)
    found = [load]
    for visit in visits:
        if isinstance(visit, Serve):
            demand = problem.tasks[visit.task].demand
            load = tuple(have + more for have, more in zip(load, demand, strict=True))
        else:
            resets = problem.facilities[visit.facility].resets
            load = tuple(0 if dim in resets else have for dim, have in enumerate(load))
        found.append(load)
    return found


def left_behind(problem: RoutingProblem, route: Route) -> Iterator[tuple[int, int, int, int]]:
    """What the route leaves at facilities: visit, facility, dimension, amount above 0."""
    arriving = on_arrival(problem, route.vehicle_type, route.visits)
    for number, visit in enumerate(route.visits):
        if not isinstance(visit, Serve):
            for dim in sorted(problem.facilities[visit.facility].resets):
                if amount := arriving[number][dim]:
                    yield number, visit.facility, dim, amount


def keeps_loads(problem: RoutingProblem, route: Route) -> bool:
    """Whether the vehicle is never too full, and home empty where it must be."""
    kind = problem.vehicle_types[route.vehicle_type]
    arriving = on_arrival(problem, route.vehicle_type, route.visits)
    full = any(
        isinstance(visit, Serve) and any(a > b for a, b in zip(load, kind.capacity, strict=True))
        for visit, load in zip(route.visits, arriving[1:], strict=True)
    )
    home = zip(problem.dimensions, arriving[-1], strict=True)
    return not full and not any(dim.end_empty and load for dim, load in home)


def needed_visits(problem: RoutingProblem, kind: int, visits: Sequence[Visit]) -> list[int]:
    """Places of the visits that do something: no facilities that would reset nothing."""
    arriving = on_arrival(problem, kind, visits)
    return [
        number
        for number, visit in enumerate(visits)
        if isinstance(visit, Serve)
        or any(arriving[number][dim] for dim in problem.facilities[visit.facility].resets)
    ]


def waste_by_dim(dims: Sequence[Dimension], tasks: Sequence[Task]) -> list[int | None]:
    """Waste of all tasks by dimension [kg]; None where a dimension is no waste."""
    return [
        sum(task.demand[number] for task in tasks) if dim.kind == DimensionKind.WASTE else None
        for number, dim in enumerate(dims)
    ]


def dealt(limit_kg: int, waste: Sequence[int | None], resets: Collection[int]) -> tuple[int, ...]:
    """A site's limit of a day by dimension: its streams share it as they share the day's waste.

    `resets` are the dimensions the site takes; the others have no limit, for nothing of them comes.
    """
    mine = {dim: kg for dim in resets if (kg := waste[dim]) is not None}
    total = sum(mine.values())
    equal = total == 0
    return tuple(
        MAX_TIME
        if dim not in mine
        else limit_kg // len(mine)
        if equal
        else limit_kg * mine[dim] // total
        for dim in range(len(waste))
    )
