"""A group of streams as a routing problem: a task per street, a dimension of load per stream.

Sorting sites are tips that cost what hauling a truck's waste on from there costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.problem import (
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from solver.echelons.groups import dealt, rooms
from solver.routing.base.matrices import graph, graph_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.echelons.network import EchelonNetwork, SortingSite
    from models.problem import Matrix
    from solver.echelons.groups import Group


@dataclass(frozen=True, eq=False)
class GroupProblem:
    """A group of streams as a routing problem, and the way back to the network."""

    group: Group
    problem: RoutingProblem
    streets: tuple[int, ...]
    """Street of each task."""
    trucks: tuple[tuple[int, tuple[int, ...]], ...]
    """Truck and its dealt chambers of each vehicle type."""
    sites: tuple[int, ...]
    """Sorting site of each facility."""


def group_problem(
    network: EchelonNetwork, group: Group, sites: tuple[int, ...] = (), *, scarce: bool = False
) -> GroupProblem:
    """The routing problem of a group that tips at these sites (none named: at all of them).

    Its unit are seconds. Where routes are `scarce`, trucks that others outdo are offered too.
    """
    open_sites = sites or tuple(range(len(network.sites)))
    streets = tuple(
        k
        for k, street in enumerate(network.streets)
        if any(street.litres[stream] for stream in group)
    )
    trucks = _able(network, group) if scarce else _roomy(network, group)
    places: dict[int, int] = {}

    def place(node: int) -> int:
        return places.setdefault(node, len(places))

    depot = place(network.depot)
    tasks = tuple(_task(network, k, group, place) for k in streets)
    prices = _haul_prices(network, group, trucks)
    tips = tuple(_tip(network.sites[k], prices[k], group, place) for k in open_sites)
    kinds = tuple(
        VehicleType(
            id=network.trucks[number].id,
            capacity=tuple(rooms(network.trucks[number], chambers)[s] for s in group),
            start=depot,
            end=depot,
            num_available=network.trucks[number].routes,
            max_duration=network.shift_s,
        )
        for number, chambers in trucks
    )
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=kinds,
        matrices=(_matrix(network, places),),
        dimensions=tuple(
            Dimension(
                name=network.streams[stream],
                kind=DimensionKind.WASTE,
                end_empty=True,
                stream=network.streams[stream],
            )
            for stream in group
        ),
        facilities=tips,
        name=network.name,
        cost_unit="s",
    )
    return GroupProblem(group, problem, streets, trucks, open_sites)


def _able(network: EchelonNetwork, group: Group) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Trucks the group may ride in with their dealt chambers, the roomiest first."""
    able = [
        (number, chambers)
        for number, truck in enumerate(network.trucks)
        if (chambers := dealt(network, truck, group)) is not None
    ]

    def room(one: tuple[int, tuple[int, ...]]) -> int:
        held = rooms(network.trucks[one[0]], one[1])
        return sum(held[s] for s in group)

    return tuple(sorted(able, key=lambda one: -room(one)))


def _roomy(network: EchelonNetwork, group: Group) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The trucks of `_able` without those that gain nothing.

    All seconds cost the same, so a truck another one outdoes in the room of every stream is left at
    home where there are enough of the other for each of its own routes.
    """
    able = [
        (number, chambers, tuple(rooms(network.trucks[number], chambers)[s] for s in group))
        for number, chambers in _able(network, group)
    ]

    def outdone(number: int, room: tuple[int, ...]) -> bool:
        return any(
            network.trucks[other].routes >= network.trucks[number].routes
            and all(more >= own for more, own in zip(wider, room, strict=True))
            and (wider != room or other < number)
            for other, _, wider in able
            if other != number
        )

    return tuple((number, chambers) for number, chambers, room in able if not outdone(number, room))


def _task(network: EchelonNetwork, k: int, group: Group, place: Callable[[int], int]) -> Task:
    """Street `k`, driven from either end once."""
    street = network.streets[k]
    ends = (place(street.tail), place(street.head))
    ways = [ends] if street.tail == street.head else [ends, ends[::-1]]
    modes = tuple(
        Mode(enter=a, leave=b, duration=street.seconds, distance=street.seconds) for a, b in ways
    )
    return Task(id=str(k), modes=modes, demand=tuple(street.litres[stream] for stream in group))


def _tip(site: SortingSite, visit_cost: int, group: Group, place: Callable[[int], int]) -> Facility:
    """A sorting site as a tip of all streams of the group, its approach driven both ways."""
    return Facility(
        id=site.id,
        enter=place(site.node),
        leave=place(site.node),
        resets=frozenset(range(len(group))),
        duration=2 * site.approach_s,
        distance=2 * site.approach_s,
        visit_cost=visit_cost,
    )


def _matrix(network: EchelonNetwork, places: Mapping[int, int]) -> Matrix:
    ways = [(s.tail, s.head, s.seconds) for s in network.streets]
    ways += [(head, tail, seconds) for tail, head, seconds in ways]
    tails, heads, weights = np.array(ways, dtype=np.int64).T
    vertices = np.array(list(places), dtype=np.int64)
    size = 1 + int(max(tails.max(), heads.max()))
    return graph_matrix(graph(size, tails, heads, weights), vertices, vertices)


def _haul_prices(
    network: EchelonNetwork, group: Group, trucks: tuple[tuple[int, tuple[int, ...]], ...]
) -> list[int]:
    """Seconds of hauling on, per site, what a truck of the roomiest type leaves in a visit."""
    total = {s: sum(street.litres[s] for street in network.streets) for s in group}
    visits = min(
        max(-(-total[s] // room[s]) for s in group)
        for room in (rooms(network.trucks[number], chambers) for number, chambers in trucks)
    )
    return [
        round(sum(total[s] / max(visits, 1) / network.load_l[s] * site.haul_s[s] for s in group))
        for site in network.sites
    ]
