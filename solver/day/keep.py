"""Keep: a task stays with the vehicle that did it, unless moving it saves more than a surcharge.

The search problem says so in its own words: one vehicle type per vehicle, and every mode twice,
once for the task's own vehicle and once, dearer, for the others. Its solutions are mapped back;
plans are costed and judged on the problem without surcharges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.solution import Route, Serve, Solution
from solver.routing.search.put_back import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.part import Crew, Part
    from models.problem import Mode, Task
    from models.solution import Visit
    from solver.document.earlier import Carried


@dataclass(frozen=True, eq=False)
class Kept:
    """A part to search instead of another, and the way back.

    `original` is the part as it was. `kinds[k]` is the vehicle type there that type k belongs to,
    `modes[t][m]` the mode there of task t's mode m. `initial` is where the search begins.
    """

    part: Part
    original: Part
    kinds: tuple[int, ...]
    modes: tuple[tuple[int, ...], ...]
    initial: Solution

    def restore(self, solution: Solution) -> Solution:
        """A solution of the searched part as one of the original part."""
        return Solution(
            tuple(
                Route(self.kinds[route.vehicle_type], tuple(map(self._restored, route.visits)))
                for route in solution.routes
            ),
            solution.unserved,
        )

    def _restored(self, visit: Visit) -> Visit:
        if isinstance(visit, Serve):
            return Serve(visit.task, self.modes[visit.task][visit.mode])
        return visit


def keep(parts: Sequence[Part], carried: Carried, surcharge: int) -> tuple[Kept, ...]:
    """The parts with a surcharge [mfen] for every task that another vehicle takes over.

    Tasks that nobody did before, or whose vehicle is gone, are free to go anywhere.
    """
    return tuple(
        _kept(part, begin, drivers, carried.homes, surcharge)
        for part, begin, drivers in zip(parts, carried.solutions, carried.vehicles, strict=True)
    )


def _kept(
    part: Part,
    begin: Solution,
    drivers: Sequence[str],
    homes: Mapping[str, TruckShift],
    surcharge: int,
) -> Kept:
    crews, kinds = _split(part, homes)
    number_of = {
        TruckShift(vehicle, crew.shift): number
        for number, crew in enumerate(crews)
        for vehicle in crew.vehicles
    }
    tasks: list[Task] = []
    modes: list[tuple[int, ...]] = []
    for task in part.problem.tasks:
        home = number_of.get(homes[task.id]) if task.id in homes else None
        pairs = list(_modes(task, kinds, home, surcharge))
        tasks.append(replace(task, modes=tuple(mode for _, mode in pairs)))
        modes.append(tuple(number for number, _ in pairs))
    searched = _by_vehicle(part, tasks, crews, kinds)
    trucks = (
        TruckShift(driver, part.crews[route.vehicle_type].shift)
        for driver, route in zip(drivers, begin.routes, strict=True)
    )
    routes = tuple(
        _moved(searched, modes, number_of[truck], route)
        for truck, route in zip(trucks, begin.routes, strict=True)
    )
    return Kept(searched, part, tuple(kinds), tuple(modes), Solution(routes))


def _by_vehicle(
    part: Part, tasks: Sequence[Task], crews: Sequence[Crew], kinds: Sequence[int]
) -> Part:
    """The part with these tasks, and crews[k] as type k, some vehicles of its own type kinds[k]."""
    problem = part.problem
    types = tuple(
        replace(
            problem.vehicle_types[kind],
            id=f"{problem.vehicle_types[kind].id}/{'+'.join(crew.vehicles)}",
            num_available=len(crew.vehicles),
        )
        for crew, kind in zip(crews, kinds, strict=True)
    )
    facilities = tuple(
        replace(one, vehicle_types=members(one.vehicle_types, kinds)) for one in problem.facilities
    )
    return replace(
        part,
        problem=replace(problem, tasks=tuple(tasks), vehicle_types=types, facilities=facilities),
        crews=tuple(crews),
    )


def _moved(searched: Part, modes: Sequence[tuple[int, ...]], kind: int, route: Route) -> Route:
    """A route of the original part for type `kind` of the searched one."""
    visits: list[Visit] = []
    for visit in route.visits:
        if isinstance(visit, Serve):
            own = searched.problem.tasks[visit.task].modes
            number = next(
                number
                for number, original in enumerate(modes[visit.task])
                if original == visit.mode and searched.problem.can_serve(kind, own[number])
            )
            visits.append(Serve(visit.task, number))
        else:
            visits.append(visit)
    return Route(kind, tuple(visits))


def _split(part: Part, homes: Mapping[str, TruckShift]) -> tuple[list[Crew], list[int]]:
    """Who each new type is, and the type it was: who had tasks before stands alone."""
    busy = set(homes.values())
    crews: list[Crew] = []
    kinds: list[int] = []
    for kind, crew in enumerate(part.crews):
        alone = [(vehicle,) for vehicle in crew.vehicles if (vehicle, crew.shift) in busy]
        rest = tuple(vehicle for vehicle in crew.vehicles if (vehicle, crew.shift) not in busy)
        groups = [*alone, rest] if rest else alone
        crews += [replace(crew, vehicles=group) for group in groups]
        kinds += [kind] * len(groups)
    return crews, kinds


def _modes(
    task: Task, kinds: Sequence[int], home: int | None, surcharge: int
) -> Iterator[tuple[int, Mode]]:
    """(original number, mode): first for the vehicle that did the task, then dearer for others."""
    for number, mode in enumerate(task.modes):
        open_to = members(mode.vehicle_types, kinds) or frozenset(range(len(kinds)))
        if home is None:
            yield number, replace(mode, vehicle_types=members(mode.vehicle_types, kinds))
            continue
        if home in open_to:
            yield number, replace(mode, vehicle_types=frozenset({home}))
        if others := open_to - {home}:
            yield number, replace(mode, vehicle_types=others, cost=mode.cost + surcharge)
