"""Keep: a task stays with the vehicle that did it, unless moving it saves more than a surcharge.

The search problem says so in its own words: one vehicle type per vehicle, and every mode twice,
once for the task's own vehicle and once, dearer, for the others. Its solutions are mapped back;
plans are costed and judged on the problem without surcharges.

Locks are no price: a locked task has the modes of its own vehicle alone, nobody else's work is open
to a vehicle whose route is locked, and that route comes back as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.solution import Reason, Route, Serve, Solution, served_tasks
from solver.day.held import Held, as_written
from solver.routing.base.reasons import ORDER, alone
from solver.routing.base.tables import build_tables
from solver.routing.search.put_back import members

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from models.part import Crew, Part
    from models.problem import Mode, RoutingProblem, Task
    from models.solution import Visit
    from solver.document.earlier import Carried

NOTHING = Held({}, {}, {})
"""Stands where nothing is locked."""
FREE_PRIZE = 10**12
"""Costs a task that is left out beside locked ones so many mfen, 10 million CNY: more than any way
to serve it, and less than leaving out a locked one (chosen)."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A part to search instead of another, and the way back.

    `original` is the part as it was. `kinds[k]` is the vehicle type there that type k belongs to,
    `modes[t][m]` the mode there of task t's mode m. `initial` is where the search begins. `whole`
    are the routes that are locked, in terms of `part`.
    """

    part: Part
    original: Part
    kinds: tuple[int, ...]
    modes: tuple[tuple[int, ...], ...]
    initial: Solution
    whole: tuple[Route, ...] = ()
    tied: bool = False
    """Whether any lock is about this part: then its reasons are not those of the original."""

    def pinned(self, solution: Solution) -> Solution:
        """A solution of the searched part with its locked routes as they were."""
        if not self.whole:
            return solution
        kinds, done = {route.vehicle_type for route in self.whole}, served_tasks(self.whole)
        rest = tuple(route for route in solution.routes if route.vehicle_type not in kinds)
        left = {task: why for task, why in solution.unserved.items() if task not in done}
        return Solution((*self.whole, *rest), left)

    def restore(self, solution: Solution) -> Solution:
        """A solution of the searched part as one of the original part."""
        return Solution(
            tuple(
                Route(self.kinds[route.vehicle_type], tuple(map(self._restored, route.visits)))
                for route in solution.routes
            ),
            self._reasons(solution) if self.tied else solution.unserved,
        )

    def _reasons(self, solution: Solution) -> dict[int, Reason]:
        """Why tasks are left out, where the locks alone are why nobody may do one: no time."""
        problem, found = self.original.problem, dict(solution.unserved)
        told = [task for task, why in found.items() if why in {*ORDER, Reason.NOT_WORTH}]
        tab = build_tables(problem) if told else None
        for task in told:
            if tab is not None:
                found[task] = alone(problem, tab, task) or Reason.NO_TIME
        return found

    def _restored(self, visit: Visit) -> Visit:
        if isinstance(visit, Serve):
            return Serve(visit.task, self.modes[visit.task][visit.mode])
        return visit


def keep(
    parts: Sequence[Part], carried: Carried, surcharge: int | None, held: Held = NOTHING
) -> tuple[Kept, ...]:
    """The parts with a surcharge [mfen] for every task that another vehicle takes over.

    Tasks that nobody did before, or whose vehicle is gone, are free to go anywhere; without a
    surcharge (None) all are but those that are `held`. Where there are such, the others come after
    them: a vehicle with too little time leaves out what nobody locked.
    """
    homes = {} if surcharge is None else carried.homes
    return tuple(
        _kept(part, begin, drivers, homes, surcharge=surcharge or 0, held=held)
        for part, begin, drivers in zip(parts, carried.solutions, carried.vehicles, strict=True)
    )


def _kept(
    part: Part,
    begin: Solution,
    drivers: Sequence[str],
    homes: Mapping[str, TruckShift],
    *,
    surcharge: int,
    held: Held,
) -> Kept:
    crews, kinds = _split(part, {*homes.values(), *held.trucks})
    number_of = {
        TruckShift(vehicle, crew.shift): number
        for number, crew in enumerate(crews)
        for vehicle in crew.vehicles
    }
    barred = frozenset(number_of[truck] for truck in held.whole if truck in number_of)
    tied = not held.trucks.isdisjoint(number_of)
    if tied:  # somebody may have to do what locks leave to nobody
        crews.append(replace(part.crews[0], vehicles=()))
        kinds.append(0)
    tasks: list[Task] = []
    modes: list[tuple[int, ...]] = []
    first = any(number_of.get(truck) is not None for truck in held.homes.values())
    for task in part.problem.tasks:
        law = number_of.get(held.homes[task.id]) if task.id in held.homes else None
        home = number_of.get(homes[task.id]) if task.id in homes else None
        if law is not None:
            pairs = _locked(part.problem, task, kinds, law)
        else:
            pairs = list(_modes(task, kinds, home, surcharge))
            pairs = _open(pairs, len(kinds), barred) if tied else pairs
        free = first and law is None and task.prize is None
        prize = FREE_PRIZE if free else task.prize
        tasks.append(replace(task, modes=tuple(mode for _, mode in pairs), prize=prize))
        modes.append(tuple(number for number, _ in pairs))
    searched = _by_vehicle(part, tasks, crews, kinds)
    if tied:
        searched = _with_sites(searched, part, held, number_of)
    trucks = (
        TruckShift(driver, part.crews[route.vehicle_type].shift)
        for driver, route in zip(drivers, begin.routes, strict=True)
    )
    routes = tuple(
        _moved(searched, modes, number_of[truck], route)
        for truck, route in zip(trucks, begin.routes, strict=True)
    )
    whole = tuple(
        _moved(searched, modes, number_of[truck], as_written(part, number_of[truck], route))
        for truck, route in held.whole.items()
        if truck in number_of
    )
    kept = Kept(searched, part, tuple(kinds), tuple(modes), Solution(routes), whole, tied)
    return replace(kept, initial=kept.pinned(kept.initial))


def _locked(
    problem: RoutingProblem, task: Task, kinds: Sequence[int], law: int
) -> list[tuple[int, Mode]]:
    """Modes that type `law` may drive, for it alone; where there is none, one for nobody."""
    own = frozenset({law})
    found = [
        (number, replace(mode, vehicle_types=own))
        for number, mode in enumerate(task.modes)
        if problem.can_serve(kinds[law], mode)
    ]
    return found or [(0, replace(task.modes[0], vehicle_types=frozenset({len(kinds) - 1})))]


def _open(
    pairs: Sequence[tuple[int, Mode]], kinds: int, barred: frozenset[int]
) -> list[tuple[int, Mode]]:
    """Modes without the types of locked routes; where none is left, one for nobody (the last)."""
    found = []
    for number, mode in pairs:
        able = (mode.vehicle_types or frozenset(range(kinds - 1))) - barred
        if able:
            found.append((number, replace(mode, vehicle_types=able)))
    if not found:
        number, mode = pairs[0]
        found = [(number, replace(mode, vehicle_types=frozenset({kinds - 1})))]
    return found


def _with_sites(
    searched: Part, part: Part, held: Held, number_of: Mapping[TruckShift, int]
) -> Part:
    """The searched part with the sites of locked vehicles closed to them, but for their own."""
    problem = searched.problem
    locked = {number_of[truck]: truck for truck in held.trucks if truck in number_of}
    everybody = range(len(problem.vehicle_types))
    facilities = tuple(
        replace(
            one,
            vehicle_types=frozenset(
                kind
                for kind in one.vehicle_types or everybody
                if kind not in locked or held.may_tip(locked[kind], part, number)
            )
            or frozenset({everybody[-1]}),
        )
        for number, one in enumerate(problem.facilities)
    )
    return replace(searched, problem=replace(problem, facilities=facilities))


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
            day=crew.vehicles[0] if problem.vehicle_types[kind].day and crew.vehicles else "",
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
            numbers = [
                number
                for number, original in enumerate(modes[visit.task])
                if original == visit.mode and searched.problem.can_serve(kind, own[number])
            ]
            visits += [Serve(visit.task, number) for number in numbers[:1]]
        else:
            visits.append(visit)
    return Route(kind, tuple(visits))


def _split(part: Part, busy: Collection[TruckShift]) -> tuple[list[Crew], list[int]]:
    """Who each new type is, and the type it was: who is `busy`, with work before, stands alone.

    In all its shifts, so that types of one day are still the same vehicles.
    """
    known = {truck.vehicle for truck in busy}
    crews: list[Crew] = []
    kinds: list[int] = []
    for kind, crew in enumerate(part.crews):
        alone = [(vehicle,) for vehicle in crew.vehicles if vehicle in known]
        rest = tuple(vehicle for vehicle in crew.vehicles if vehicle not in known)
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
