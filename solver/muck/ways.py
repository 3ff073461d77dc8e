"""Approved ways of muck trucks: fastest plus a price of passing homes by night, schools by day.

A price is seconds per kilometre on the arcs that pass them, so that the cheapest way is the fastest
way of a network on which those arcs take longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from models.errors import NetworkError
from models.trade.muck import MuckDay, MuckWay, MuckWork, Permit, minutes_of
from models.units import DAY
from solver.roads.graph import METRES_BITS, NO_KEY, TurnGraph, build_turn_graph
from solver.roads.paths import Router, leg_millis, unpack
from solver.roads.snap import Reach, choose_roads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.network import RoadNetwork
    from models.trade.muck import Disposal
    from solver.roads.cache import Cache


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Roads of a truck, loaded or empty: the plain graph, the fastest, and the priced by night."""

    graph: TurnGraph
    fastest: Router
    priced: dict[bool, Router]


def approve(day: MuckDay, network: RoadNetwork, cache: Cache) -> tuple[MuckWork, ...]:
    """Trips and ways of the permits that hold on the day, in their order.

    Where a permit has no lawful way, that way is missing: the judge tells it. Raises `NetworkError`
    where the truck can drive no road at all.
    """
    held = [one for one in day.permits if one.holds_on(day.day)]
    if not held:
        return ()
    roads = {loaded: _roads(day, network, loaded, cache) for loaded in (True, False)}
    usable = roads[True].graph.core & roads[False].graph.core
    sites = _arcs(network, held, usable)
    tips = dict(
        zip((one.id for one in day.disposals), _arcs(network, day.disposals, usable), strict=True)
    )
    payload_kg = round(1000 * day.rules.payload_t)
    return tuple(
        MuckWork(
            permit=one.id,
            trips=-(-one.kg // payload_kg),
            hours=hours_on(one, day.day),
            site_arc=site,
            disposal_arc=tips[one.disposal],
            ways=tuple(_ways(day, roads, one, site, tips[one.disposal])),
        )
        for one, site in zip(held, sites, strict=True)
    )


def hours_on(permit: Permit, day: date) -> tuple[tuple[int, int], ...]:
    """The permit's hours [s] that begin on a day; on its last one they end at midnight."""
    if day != permit.end:
        return permit.hours
    return tuple((begin, min(end, DAY)) for begin, end in permit.hours if begin < DAY)


def _roads(day: MuckDay, network: RoadNetwork, loaded: bool, cache: Cache) -> Roads:
    graph = build_turn_graph(network, day.loaded if loaded else day.empty, day.closures)
    fastest = cache.router(graph)
    order = fastest.hierarchy.order
    rules = day.rules
    priced = {
        night: Router.of(_dearer(graph, past, s_km), order)
        for night, past, s_km in (
            (True, day.homes, rules.homes_s_km), (False, day.schools, rules.schools_s_km),
        )
    }  # fmt: skip
    return Roads(graph, fastest, priced)


def _dearer(graph: TurnGraph, past: NDArray[np.bool_], s_km: float) -> TurnGraph:
    """The graph with `s_km` more for every kilometre of the arcs `past` (m,)."""
    millis = np.rint(graph.network.length_m * past * s_km).astype(np.int64)
    extra = millis << METRES_BITS
    key = np.where(
        graph.key >= NO_KEY, NO_KEY, graph.key + extra[graph.turns.state_arc[graph.turns.to]]
    )
    return replace(graph, key=key, arc_key=graph.arc_key + extra)


def _arcs(
    network: RoadNetwork, places: Sequence[Permit | Disposal], usable: NDArray[np.bool_]
) -> list[int]:
    """The arc at whose end a truck stands at each place: the nearest it may drive."""
    lon, lat = np.array([one.lon for one in places]), np.array([one.lat for one in places])
    if not usable.any() or not len(places):
        return [0] * len(places)
    found = choose_roads(network, lon, lat, usable, Reach()).arc
    return [arc if usable[arc] else int(network.reverse[arc]) for arc in found.tolist()]


def _ways(
    day: MuckDay, roads: dict[bool, Roads], permit: Permit, site: int, tip: int
) -> Iterator[MuckWay]:
    """Ways there and back, for the parts of the day that the permit's hours touch."""
    dark = minutes_of((day.rules.night,))
    touched = sorted(
        {minute in dark for minute in minutes_of(hours_on(permit, day.day))}, reverse=True
    )
    for night, loaded in product(touched, (True, False)):
        one = roads[loaded]
        begin, end = (site, tip) if loaded else (tip, site)
        past = day.homes if night else day.schools
        try:
            arcs = unpack(one.priced[night], begin, end, to_end=True)
            fastest = unpack(one.fastest, begin, end, to_end=True)
        except NetworkError:
            continue  # no way: MUCK_WAY of the judge
        yield MuckWay(
            loaded=loaded, night=night, arcs=tuple(arcs),
            duration_s=round(leg_millis(one.graph, arcs, from_arc=begin) / 1000),
            distance_m=_metres(one.graph, arcs), exposed_m=_metres(one.graph, arcs, past),
            fastest_s=round(leg_millis(one.graph, fastest, from_arc=begin) / 1000),
            fastest_m=_metres(one.graph, fastest),
            fastest_exposed_m=_metres(one.graph, fastest, past),
        )  # fmt: skip


def _metres(graph: TurnGraph, arcs: Sequence[int], past: NDArray[np.bool_] | None = None) -> int:
    length = graph.network.length_m
    return sum(int(length[arc]) for arc in arcs if past is None or past[arc])
