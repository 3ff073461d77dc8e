"""Keep: a task stays with the vehicle that did it, unless moving it saves more than a surcharge.

The search problem says so in its own words: one vehicle type per vehicle, and every mode twice,
once for the task's own vehicle and once, dearer, for the others. Its solutions are mapped back;
plans are costed and judged on the problem without surcharges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.solution import Route, Serve, Solution
from solver.document.earlier import Duty
from solver.routing.search.put_back import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.part import Part
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
    part: Part, begin: Solution, drivers: Sequence[str], homes: Mapping[str, Duty], surcharge: int
) -> Kept:
    vehicles, kinds = _split(part, homes)
    number_of = {
        Duty(vehicle, part.shifts[kind]): number
        for number, (own, kind) in enumerate(zip(vehicles, kinds, strict=True))
        for vehicle in own
    }
    tasks: list[Task] = []
    modes: list[tuple[int, ...]] = []
    for task in part.problem.tasks:
        home = number_of.get(homes[task.id]) if task.id in homes else None
        pairs = list(_modes(task, kinds, home, surcharge))
        tasks.append(replace(task, modes=tuple(mode for _, mode in pairs)))
        modes.append(tuple(number for number, _ in pairs))
    searched = _by_vehicle(part, tasks, vehicles, kinds)
    routes = tuple(
        _moved(searched, modes, number_of[Duty(driver, part.shifts[route.vehicle_type])], route)
        for driver, route in zip(drivers, begin.routes, strict=True)
    )
    return Kept(searched, part, tuple(kinds), tuple(modes), Solution(routes))


def _by_vehicle(
    part: Part, tasks: Sequence[Task], vehicles: Sequence[tuple[str, ...]], kinds: Sequence[int]
) -> Part:
    """The part with these tasks, and type k for the vehicles[k] of its own type kinds[k]."""
    problem = part.problem
    types = tuple(
        replace(
            problem.vehicle_types[kind],
            id=f"{problem.vehicle_types[kind].id}/{'+'.join(own)}",
            num_available=len(own),
        )
        for own, kind in zip(vehicles, kinds, strict=True)
    )
    facilities = tuple(
        replace(one, vehicle_types=members(one.vehicle_types, kinds)) for one in problem.facilities
    )
    return replace(
        part,
        problem=replace(problem, tasks=tuple(tasks), vehicle_types=types, facilities=facilities),
        vehicles=tuple(vehicles),
        shifts=tuple(part.shifts[kind] for kind in kinds),
        catalogue=tuple(part.catalogue[kind] for kind in kinds),
        crew=tuple(part.crew[kind] for kind in kinds),
        licence=tuple(part.licence[kind] for kind in kinds),
        depots=tuple(part.depots[kind] for kind in kinds),
        water_factor=tuple(part.water_factor[kind] for kind in kinds) if part.water_factor else (),
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


def _split(part: Part, homes: Mapping[str, Duty]) -> tuple[list[tuple[str, ...]], list[int]]:
    """Vehicles of each new type, and the type it was: who had tasks before stands alone."""
    busy = set(homes.values())
    vehicles: list[tuple[str, ...]] = []
    kinds: list[int] = []
    for kind, (own, shift) in enumerate(zip(part.vehicles, part.shifts, strict=True)):
        alone = [(vehicle,) for vehicle in own if (vehicle, shift) in busy]
        rest = tuple(vehicle for vehicle in own if (vehicle, shift) not in busy)
        groups = [*alone, rest] if rest else alone
        vehicles += groups
        kinds += [kind] * len(groups)
    return vehicles, kinds


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
