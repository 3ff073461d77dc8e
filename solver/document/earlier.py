"""An older plan carried over to a day: who did what, and its routes as a place to begin from."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from models.ids import TruckShift
from models.network import EARTH_RADIUS_M
from models.problem import DimensionKind
from models.solution import Route, Serve, Solution, Use
from solver.cost import days_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.day import DrivenDay, DrivenRoute
    from models.ids import RouteId
    from models.part import Crew, Part
    from models.plan import Plan, PlanRoute, PlanStep
    from models.problem import RoutingProblem
    from models.solution import Visit

HOME_AREA_M = 1_000
"""A task so near [m] to work of an earlier plan lies in the area of who did that (chosen: a few
blocks)."""
RESETS = {
    "tip": DimensionKind.WASTE,
    "refill": DimensionKind.WATER,
    "charge": DimensionKind.ENERGY,
}


@dataclass(frozen=True, slots=True)
class Carried:
    """What an older plan says about a day's parts.

    `solutions` are its routes in terms of the parts, tasks and sites that no longer exist left
    out: a place to begin a search from, not a lawful plan. `vehicles[p][r]` drives route r of part
    p. `homes` names who did a task, by task id; `areas` who worked nearest to a task nobody did.
    """

    solutions: tuple[Solution, ...]
    vehicles: tuple[tuple[str, ...], ...]
    homes: Mapping[str, TruckShift]
    areas: Mapping[str, TruckShift] = field(default_factory=dict)


def task_homes(plan: Plan) -> dict[str, TruckShift]:
    """Who serves each task of a plan, by task id."""
    return {
        step.task: TruckShift(route.vehicle, route.shift)
        for route in plan.routes
        for step in steps_of(route)
        if step.kind == "serve" and step.task is not None
    }


def steps_of(route: PlanRoute) -> Iterator[PlanStep]:
    """All steps of a route, trip after trip."""
    return (step for trip in route.trips for step in trip.steps)


def carry_over(plan: Plan, parts: Sequence[Part]) -> Carried:
    """The plan's routes in these parts, by vehicle, shift, task and site ids.

    A route whose vehicle is gone goes to a spare one alike (type, shift, depot); where there is
    none its tasks are left for the search to place. A site that is gone is replaced by the
    nearest one that serves the same need.
    """
    by_operation: dict[str, list[PlanRoute]] = defaultdict(list)
    for route in plan.routes:
        by_operation[route.operation].append(route)
    found = [list(_routes(part, by_operation[part.operation])) for part in parts]
    homes = task_homes(plan)
    areas: dict[str, TruckShift] = {}
    for part in parts:
        areas |= home_areas(part, by_operation[part.operation], homes)
    return Carried(
        solutions=tuple(Solution(tuple(route for _, route in own)) for own in found),
        vehicles=tuple(tuple(vehicle for vehicle, _ in own) for own in found),
        homes=homes,
        areas=areas,
    )


def home_areas(
    part: Part, written: Sequence[PlanRoute], homes: Mapping[str, TruckShift]
) -> dict[str, TruckShift]:
    """Whose area each task of the part that is not in `homes` lies in, by task id.

    That of the vehicle, of one of its shifts, that worked nearest to it, up to HOME_AREA_M away.
    """
    shifts = {crew.shift for crew in part.crews}
    known = [
        (step.to, TruckShift(route.vehicle, route.shift))
        for route in written
        if route.shift in shifts
        for step in steps_of(route)
        if step.kind == "serve" and step.to is not None
    ]
    new = [n for n, task in enumerate(part.problem.tasks) if task.id not in homes]
    if not known or not new:
        return {}
    north = radians(1) * EARTH_RADIUS_M
    scale = np.array([north * cos(radians(known[0][0][1])), north])
    tree = cKDTree(np.array([place for place, _ in known]) * scale)
    here = np.array([(part.refs[n].lon, part.refs[n].lat) for n in new]) * scale
    away, nearest = tree.query(here)
    return {
        part.problem.tasks[n].id: known[at][1]
        for n, metres, at in zip(new, away.tolist(), nearest.tolist(), strict=True)
        if metres <= HOME_AREA_M
    }


def _routes(part: Part, written: Sequence[PlanRoute]) -> Iterator[tuple[str, Route]]:
    """Routes of one part and who drives them; those whose own vehicle is there come first."""
    free = {
        TruckShift(vehicle, crew.shift): kind
        for kind, crew in enumerate(part.crews)
        for vehicle in crew.vehicles
    }
    tasks = {task.id: number for number, task in enumerate(part.problem.tasks)}
    orphans = []
    for one in written:
        kind = free.pop(TruckShift(one.vehicle, one.shift), None)
        if kind is None:
            orphans.append(one)
        elif visits := _visits(part, kind, one, tasks):
            yield one.vehicle, Route(kind, visits)
    for one in orphans:
        spare = next(
            (duty for duty, kind in free.items() if _alike(part.crews[kind], one)),
            None,
        )
        if spare is not None and (visits := _visits(part, free[spare], one, tasks)):
            yield spare.vehicle, Route(free.pop(spare), visits)


def _alike(crew: Crew, written: PlanRoute) -> bool:
    """Whether vehicles of this crew may stand in for the route's own."""
    wanted = written.vehicle_type, written.shift, written.depot
    return (crew.catalogue, crew.shift, crew.depot) == wanted


def _visits(
    part: Part, kind: int, written: PlanRoute, tasks: Mapping[str, int]
) -> tuple[Visit, ...]:
    """The route's visits that still make sense for a vehicle type."""
    problem = part.problem
    sites = {site: number for number, site in enumerate(part.sites)}
    found: list[Visit] = []
    row = problem.vehicle_types[kind].start
    for step in steps_of(written):
        task = tasks.get(step.task or "") if step.kind == "serve" else None
        if task is not None:
            mode = _mode(problem, kind, task, step.mode or 0)
            if mode is not None:
                found.append(Serve(task, mode))
                row = problem.tasks[task].modes[mode].leave
        elif step.kind in RESETS:
            facility = sites.get(step.facility or "")
            if facility is None:
                facility = _nearest(problem, kind, row, RESETS[step.kind])
            if facility is not None:
                found.append(Use(facility))
                row = problem.facilities[facility].leave
    return tuple(found) if any(isinstance(visit, Serve) for visit in found) else ()


def _mode(problem: RoutingProblem, kind: int, task: int, wanted: int) -> int | None:
    """The wanted mode if the type may use it, else the first that it may use."""
    modes = problem.tasks[task].modes
    open_to = [number for number, mode in enumerate(modes) if problem.can_serve(kind, mode)]
    return wanted if wanted in open_to else next(iter(open_to), None)


def _nearest(problem: RoutingProblem, kind: int, row: int, need: DimensionKind) -> int | None:
    """The facility with the shortest way from `row` that resets all dimensions of a need."""
    dims = {n for n, dimension in enumerate(problem.dimensions) if dimension.kind == need}
    able = [
        number
        for number, facility in enumerate(problem.facilities)
        if dims and dims <= facility.resets
        if not facility.vehicle_types or kind in facility.vehicle_types
    ]
    if not able:
        return None
    matrix = problem.matrices[problem.vehicle_types[kind].profile]
    cols = np.array([problem.facilities[number].enter for number in able])
    durations, _ = matrix.block(np.array([row]), cols)
    inside = np.array([problem.facilities[number].duration for number in able])
    return able[int((durations[0] + inside).argmin())]


def fewest_out(day: DrivenDay, homes: Mapping[str, TruckShift]) -> dict[str, frozenset[str]]:
    """Of the vehicles of each day that types share, those that go out: no more than must.

    Those that `homes` names for most of the routes' tasks, else in their order.
    """
    out: Counter[str] = Counter()
    vehicles: dict[str, tuple[str, ...]] = {}
    known: Counter[str] = Counter()
    for own in day.driven:
        for name, count in days_out(own.part.problem, own.solution.routes).items():
            out[name] = max(out[name], count)
        kinds = own.part.problem.vehicle_types
        vehicles |= {k.day: c.vehicles for k, c in zip(kinds, own.part.crews, strict=True)}
        for (_, vehicle), tasks in _shared(list(own), homes).items():
            known[vehicle] += tasks
    return {
        name: frozenset(sorted(vehicles[name], key=lambda one: -known[one])[:count])
        for name, count in out.items()
    }


def deal_alike(
    day: DrivenDay,
    homes: Mapping[str, TruckShift],
    out: Mapping[str, frozenset[str]] | None = None,
) -> dict[RouteId, str]:
    """A vehicle for each route: within a type the one that `homes` names for most of its tasks.

    Where nobody did any, the vehicles of the type in their order. `out` names, by their day, those
    that may go out (None: all).
    """
    dealt: dict[RouteId, str] = {}
    for own in day.driven:
        for kind, crew in enumerate(own.part.crews):
            routes = [one for one in own if one.route.vehicle_type == kind]
            shared = _shared(routes, homes)
            name = own.part.problem.vehicle_types[kind].day
            able = out[name] if out is not None and name else frozenset(crew.vehicles)
            ranked = sorted(
                (-shared.get((one.id, vehicle), 0), one.id, place)
                for one in routes
                for place, vehicle in enumerate(crew.vehicles)
                if vehicle in able
            )
            taken: set[int] = set()
            for _, route, place in ranked:
                if route not in dealt and place not in taken:
                    dealt[route] = crew.vehicles[place]
                    taken.add(place)
    return dealt


def _shared(
    routes: Sequence[DrivenRoute], homes: Mapping[str, TruckShift]
) -> dict[tuple[RouteId, str], int]:
    """Tasks that a route and the older plan of a vehicle have in common, by route and vehicle."""
    found: dict[tuple[RouteId, str], int] = defaultdict(int)
    for one in routes:
        for visit in one.route.visits:
            if isinstance(visit, Serve):
                home = homes.get(one.part.problem.tasks[visit.task].id)
                if home is not None and home.shift == one.crew.shift:
                    found[one.id, home.vehicle] += 1
    return found
