"""A plan whose stations overflow, with loads sent to other stations: where the search goes on.

A search that starts from an overfull plan would have to tear routes up; here whole loads change
their station, the cheapest change first, until every facility keeps its day's limit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from models.problem import DimensionKind
from models.solution import Route, Solution, Use
from solver.cost import cost
from solver.stations.deliveries import tipped_kg
from solver.stations.retime import retime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.part import Part
    from models.problem import RoutingProblem


class Move(NamedTuple):
    """A load sent elsewhere: extra money [mfen], route and visit (numbers), facility, kg."""

    extra: int
    route: int
    visit: int
    facility: int
    kg: int


def repoint(part: Part, solution: Solution) -> Solution:
    """`solution` with loads moved away from facilities above their daily capacity of waste.

    Every changed route stays lawful. What cannot move stays, for the search to settle.
    """
    problem = part.problem
    limits = {
        number: min(facility.daily_capacity[dim] for dim in _waste(problem) & facility.resets)
        for number, facility in enumerate(problem.facilities)
        if facility.daily_capacity and _waste(problem) & facility.resets
    }
    routes = list(solution.routes)
    taken: dict[int, int] = defaultdict(int)
    for route in routes:
        for visit, kg in tipped_kg(part, route).items():
            taken[_facility(route, visit)] += kg
    for full in [number for number, limit in limits.items() if taken[number] > limit]:
        moves = sorted(
            move
            for number, route in enumerate(routes)
            for move in _moves(part, number, route, full)
        )
        gone: set[tuple[int, int]] = set()
        for move in moves:
            if taken[full] <= limits[full]:
                break
            room = limits.get(move.facility)
            if (move.route, move.visit) in gone or (
                room is not None and taken[move.facility] + move.kg > room
            ):
                continue
            changed = _changed(routes[move.route], move.visit, move.facility)
            if retime(problem, changed, {}) is None:
                continue
            routes[move.route] = changed
            taken[full] -= move.kg
            taken[move.facility] += move.kg
            gone.add((move.route, move.visit))
    return replace(solution, routes=tuple(routes))


def _moves(part: Part, number: int, route: Route, full: int) -> Iterator[Move]:
    """Every other facility for every load the route tips at facility `full`."""
    problem = part.problem
    before: int | None = None
    for visit, kg in tipped_kg(part, route).items():
        if _facility(route, visit) != full:
            continue
        for other, facility in enumerate(problem.facilities):
            types = facility.vehicle_types
            if (
                other == full
                or not facility.resets >= problem.facilities[full].resets
                or (types and route.vehicle_type not in types)
            ):
                continue
            changed = _changed(route, visit, other)
            times = retime(problem, changed, {})
            if times is None:
                continue
            if before is None:
                own = retime(problem, route, {})
                if own is None:
                    return
                before = cost(problem, Solution((route,)), (own,)).total
            extra = cost(problem, Solution((changed,)), (times,)).total - before
            yield Move(extra, number, visit, other, kg)


def _changed(route: Route, visit: int, facility: int) -> Route:
    visits = list(route.visits)
    visits[visit] = Use(facility)
    return Route(route.vehicle_type, tuple(visits))


def _facility(route: Route, visit: int) -> int:
    use = route.visits[visit]
    if not isinstance(use, Use):
        raise TypeError(f"visit {visit} is no facility")
    return use.facility


def _waste(problem: RoutingProblem) -> frozenset[int]:
    return frozenset(
        dim for dim, kind in enumerate(problem.dimensions) if kind.kind == DimensionKind.WASTE
    )
