"""The judge of networks in two echelons: every litre taken once, kept apart, hauled on.

Drives are shortest ways over the network's streets, searched here anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from models.echelons.network import EMPTY, Pass, Tip
from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.echelons.network import ChamberRoute, EchelonNetwork, EchelonPlan

UNIT_S = 1e-6
"""A way of no seconds counts so many seconds in a sparse table, where 0 means no way (chosen: all
streets of a network together stay below half a second)."""


def check_echelons(network: EchelonNetwork, plan: EchelonPlan) -> list[Violation]:
    """All violations of a plan; with unknown indices it is judged no further."""
    unknown = list(_unknown(network, plan))
    if unknown:
        return unknown
    return [
        *_service(network, plan),
        *_fleet(network, plan),
        *(found for k, route in enumerate(plan.routes) for found in _loads(network, route, k)),
        *_driving(network, plan),
        *_hauls(network, plan),
    ]


def _unknown(network: EchelonNetwork, plan: EchelonPlan) -> Iterator[Violation]:
    streams = range(len(network.streams))
    for number, route in enumerate(plan.routes):
        where = f"route {number}"
        if route.truck not in range(len(network.trucks)):
            yield Violation(code="UNKNOWN", where=where, detail=f"truck {route.truck}")
        elif len(route.chambers) != len(network.trucks[route.truck].chambers):
            yield Violation(code="UNKNOWN", where=where, detail=f"chambers {route.chambers}")
        if any(stream not in streams and stream != EMPTY for stream in route.chambers):
            yield Violation(code="UNKNOWN", where=where, detail=f"chambers {route.chambers}")
        for visit, stop in enumerate(route.stops):
            known = (
                stop.site in range(len(network.sites))
                if isinstance(stop, Tip)
                else stop.street in range(len(network.streets))
                and all(stream in streams for stream in stop.streams)
            )
            if not known:
                yield Violation(code="UNKNOWN", where=where, visit=visit, detail=str(stop))
    for haul in plan.hauls:
        if haul.site not in range(len(network.sites)) or haul.stream not in streams:
            yield Violation(code="UNKNOWN", where="haul", detail=str(haul))


def _service(network: EchelonNetwork, plan: EchelonPlan) -> Iterator[Violation]:
    """Each stream of each street is taken once, by one truck."""
    times = Counter(
        (stop.street, stream)
        for route in plan.routes
        for stop in route.stops
        if isinstance(stop, Pass)
        for stream in stop.streams
    )
    for number, street in enumerate(network.streets):
        for stream, litres in enumerate(street.litres):
            where = f"street {number} {network.streams[stream]}"
            if litres and not times[number, stream]:
                yield Violation(code="UNSERVED_NO_REASON", where=where, excess=litres)
            if times[number, stream] > 1:
                yield Violation(code="SERVED_TWICE", where=where, excess=times[number, stream] - 1)


def _fleet(network: EchelonNetwork, plan: EchelonPlan) -> Iterator[Violation]:
    used = Counter(route.truck for route in plan.routes)
    for number, truck in enumerate(network.trucks):
        if (over := used[number] - truck.routes) > 0:
            yield Violation(code="FLEET", where=truck.id, excess=over)


def _loads(network: EchelonNetwork, route: ChamberRoute, number: int) -> Iterator[Violation]:
    """Every stream has chambers of its own, none is too full, all are empty at home."""
    truck = network.trucks[route.truck]
    where = f"route {number} ({truck.id})"
    room: dict[int, int] = defaultdict(int)
    for stream, chamber in zip(route.chambers, truck.chambers, strict=True):
        if stream != EMPTY:
            room[stream] += chamber * truck.press[stream]
    load: dict[int, int] = defaultdict(int)
    for visit, stop in enumerate(route.stops):
        if isinstance(stop, Tip):
            load.clear()
            continue
        for stream in stop.streams:
            load[stream] += network.streets[stop.street].litres[stream]
            name = network.streams[stream]
            if stream not in room:
                yield Violation(
                    code="STREAM_MIXED", where=where, visit=visit, detail=f"no chamber for {name}"
                )
            elif (over := load[stream] - room[stream]) > 0:
                yield Violation(code="LOAD", where=where, visit=visit, excess=over, detail=name)
    if left := sum(load.values()):
        yield Violation(code="NOT_EMPTY", where=where, excess=left)


def _driving(network: EchelonNetwork, plan: EchelonPlan) -> Iterator[Violation]:
    """Ways exist, routes end within the shift, and the seconds claimed are those driven."""
    from_nodes = _ways(network)
    total = 0
    for number, route in enumerate(plan.routes):
        driven = 0
        at = network.depot
        for stop in route.stops:
            if isinstance(stop, Tip):
                site = network.sites[stop.site]
                enter = leave = site.node
                inside = 2 * site.approach_s
            else:
                street = network.streets[stop.street]
                ends = (street.tail, street.head)
                enter, leave = ends if stop.forward else ends[::-1]
                inside = street.seconds
            driven += _leg(from_nodes, at, enter) + inside
            at = leave
        driven += _leg(from_nodes, at, network.depot)
        total += driven
        if driven > network.shift_s:
            yield Violation(code="SHIFT", where=f"route {number}", excess=driven - network.shift_s)
    if total != plan.collect_s:
        yield Violation(code="CLAIM", where="collect_s", detail=f"{plan.collect_s}, right {total}")


def _ways(network: EchelonNetwork) -> NDArray[np.float64]:
    """Seconds of the shortest way between any two nodes, shape (nodes, nodes)."""
    size = 1 + max(max(street.tail, street.head) for street in network.streets)
    best: dict[tuple[int, int], float] = {}
    for street in network.streets:
        for pair in ((street.tail, street.head), (street.head, street.tail)):
            best[pair] = min(best.get(pair, np.inf), max(street.seconds, UNIT_S))
    rows, cols = zip(*best, strict=True)
    table = coo_array((list(best.values()), (rows, cols)), shape=(size, size)).tocsr()
    return np.asarray(dijkstra(table, directed=True), dtype=np.float64)


def _leg(ways: NDArray[np.float64], frm: int, to: int) -> int:
    """Seconds of a way; a year where there is none, so that the shift tells."""
    found = ways[frm, to]
    return round(float(found)) if np.isfinite(found) else 365 * 86_400


def _hauls(network: EchelonNetwork, plan: EchelonPlan) -> Iterator[Violation]:
    """What comes to a site leaves it, in loads no larger than one holds, at the seconds claimed."""
    tipped: dict[tuple[int, int], int] = defaultdict(int)
    for route in plan.routes:
        load: dict[int, int] = defaultdict(int)
        for stop in route.stops:
            if isinstance(stop, Pass):
                for stream in stop.streams:
                    load[stream] += network.streets[stop.street].litres[stream]
                continue
            for stream, litres in load.items():
                tipped[stop.site, stream] += litres
            load.clear()
    hauled: dict[tuple[int, int], int] = defaultdict(int)
    total = 0
    for haul in plan.hauls:
        hauled[haul.site, haul.stream] += haul.litres
        total += haul.loads * network.sites[haul.site].haul_s[haul.stream]
        if (over := haul.litres - haul.loads * network.load_l[haul.stream]) > 0:
            yield Violation(
                code="LOAD", where=f"haul from {network.sites[haul.site].id}", excess=over
            )
    for site, stream in sorted(tipped.keys() | hauled.keys()):
        if tipped[site, stream] != hauled[site, stream]:
            yield Violation(
                code="HAUL_INFLOW",
                where=f"{network.sites[site].id} {network.streams[stream]}",
                excess=abs(tipped[site, stream] - hauled[site, stream]),
            )
    if total != plan.haul_s:
        yield Violation(code="CLAIM", where="haul_s", detail=f"{plan.haul_s}, right {total}")
