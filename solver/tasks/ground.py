"""A district laid on its road network: stops as ends of arcs, classes, overrides, closures."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.day import Note
from models.district import Stream
from solver.roads.graph import build_turn_graph
from solver.roads.snap import split_at_points
from solver.roads.split import split_arcs
from solver.roads.turns import list_turns
from solver.tasks.jobs import MAX_JOB_M
from solver.tasks.overrides import CLASS_NAMES, Streets, classify, select, widen
from solver.trade.vehicles import fleet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from models.district import District, Order
    from models.network import Profile, RoadNetwork
    from models.rules import RuleProfile

FAR_M = 100
"""A stop farther than this from its road is worth a note."""


class Place(NamedTuple):
    """A stop at the end of arcs: the one with the place on its right, the opposite one or -1."""

    right: int
    left: int
    distance_m: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Ground:
    """The network split at every stop, with what each arc and each place is for the day.

    Nodes from number `nodes_before_stops` on are the places where it was split. `order_arcs` are
    the arcs of orders on streets. `closures` maps closed arcs to the reason.
    """

    network: RoadNetwork
    nodes_before_stops: int
    streets: Streets
    sites: Mapping[str, Place]
    points: Mapping[str, Place]
    orders: Mapping[str, Place]
    order_arcs: Mapping[str, NDArray[np.int64]]
    closures: Mapping[int, str]
    notes: tuple[Note, ...]
    class_names: tuple[str, ...] = CLASS_NAMES

    @property
    def classes(self) -> NDArray[np.uint8]:
        """Code of the cleaning class of each arc, index into `class_names` (m,)."""
        return self.streets.classes

    def cleaning_class(self, arc: int) -> str:
        """I to IV, or an empty text for a street that is not cleaned."""
        return CLASS_NAMES[int(self.classes[arc])]

    def operator(self, arc: int) -> str:
        """Who cleans the street, or an empty text where nobody is named."""
        return self.streets.operators[int(self.streets.operator[arc])]

    def included(self, operation: str) -> NDArray[np.bool_]:
        """Arcs the operation serves whatever their class (m,)."""
        return self._marked(self.streets.included, operation)

    def excluded(self, operation: str) -> NDArray[np.bool_]:
        """Arcs the operation never serves (m,)."""
        return self._marked(self.streets.excluded, operation)

    def _marked(self, marks: Mapping[str, NDArray[np.bool_]], operation: str) -> NDArray[np.bool_]:
        found = marks.get(operation)
        return np.zeros(self.network.num_arcs, bool) if found is None else found


def lay(district: District, network: RoadNetwork, rules: RuleProfile, day: date) -> Ground:
    """Lay the district on the network: cut long arcs, split it at sites, points and orders.

    A stop lies on a road that the vehicles of the fleet which go there can drive. Raises
    `NetworkError` when the network has no road to snap to.
    """
    stops = _stops(district, rules)
    wide = long_arcs_cut(widen(network, district.streets))
    whole, odd = classify(wide, rules, district.streets)
    split, origin, places, notes = _snap(wide, district, rules, stops)
    streets = whole.on(origin)
    notes += odd
    found: dict[str, dict[str, Place]] = {"site": {}, "point": {}, "order": {}}
    for stop, place in zip(stops, places, strict=True):
        found[stop.table][stop.id] = place
    return Ground(
        network=split,
        nodes_before_stops=wide.num_nodes,
        streets=streets,
        sites=found["site"],
        points=found["point"],
        orders=found["order"],
        order_arcs=_order_arcs(split, district.orders, notes),
        closures=_closures(split, district, day, notes),
        notes=tuple(notes),
    )


class Stop(NamedTuple):
    """A place to snap, and the operations whose vehicles go there; all of them if `every`."""

    table: str
    id: str
    name: str
    lon: float
    lat: float
    operations: frozenset[str]
    every: bool


def _stops(district: District, rules: RuleProfile) -> list[Stop]:
    """Sites, points and orders with a place."""
    everybody = frozenset(rules.operations)
    by_stream: dict[Stream, frozenset[str]] = {
        stream: frozenset(
            name
            for name, rule in rules.operations.items()
            if rule.points is not None and stream in rule.points.streams
        )
        for stream in Stream
    }
    return [
        *(Stop("site", one.id, one.name, one.lon, one.lat, everybody, True)
          for one in district.sites),
        *(Stop("point", one.id, one.name, one.lon, one.lat, by_stream[one.stream], False)
          for one in district.points),
        *(Stop("order", one.id, "", one.lon or 0.0, one.lat or 0.0,
               frozenset({one.operation}), False)
          for one in district.orders if one.lon is not None),
    ]  # fmt: skip


def long_arcs_cut(network: RoadNetwork) -> RoadNetwork:
    """The network with arcs longer than MAX_JOB_M cut into equal pieces."""
    first = (network.reverse < 0) | (np.arange(network.num_arcs) < network.reverse)
    cuts: dict[int, list[int]] = {}
    for arc in np.flatnonzero(first & (network.length_m > MAX_JOB_M)).tolist():
        length = int(network.length_m[arc])
        num = ceil(length / MAX_JOB_M)
        cuts[arc] = [length * piece // num for piece in range(1, num)]
    return split_arcs(network, cuts).network if cuts else network


def _snap(
    network: RoadNetwork, district: District, rules: RuleProfile, stops: list[Stop]
) -> tuple[RoadNetwork, NDArray[np.int64], list[Place], list[Note]]:
    """Split the network at all stops; one round per set of roads that stops may lie on.

    Also the old arc of each new one (m,).
    """
    origin = np.arange(network.num_arcs)
    rounds: dict[tuple[frozenset[str], bool], list[int]] = {}
    fleet = _fleet_profiles(district, rules)
    for number, stop in enumerate(stops):
        names = frozenset(
            profile.name for name in stop.operations for profile in fleet.get(name, ())
        )
        rounds.setdefault((names, stop.every), []).append(number)
    cores = _cores(network, [one for name in rules.operations for one in fleet.get(name, ())])
    places: dict[int, Place] = {}
    notes: list[Note] = []
    for (names, every), members in rounds.items():
        usable = _usable([cores[name] for name in sorted(names)], network.num_arcs, every=every)
        lon = np.array([stops[number].lon for number in members])
        lat = np.array([stops[number].lat for number in members])
        network, snap = split_at_points(network, lon, lat, usable=usable)
        origin = origin[snap.origin]
        last = np.append(snap.first[1:] - 1, -1)  # an arc's end is the end of its last piece
        cores = {name: core[snap.origin] for name, core in cores.items()}
        places = {
            number: Place(int(last[place.right]), int(last[place.left]), place.distance_m)
            for number, place in places.items()
        }
        for number, right, left, metres in zip(
            members,
            snap.arc_right.tolist(),
            snap.arc_left.tolist(),
            snap.distance_m.tolist(),
            strict=True,
        ):
            places[number] = Place(right, left, round(metres))
        if snap.warning:
            notes.append(Note(f"地点偏离道路,坐标系可能有误:{snap.warning}", snap.warning))
    in_order = [places[number] for number in range(len(stops))]
    return network, origin, in_order, notes + _far(stops, in_order)


def _fleet_profiles(district: District, rules: RuleProfile) -> dict[str, list[Profile]]:
    """Road profiles of the fleet by operation."""
    found: dict[str, list[Profile]] = {}
    for truck in fleet(district, rules):
        for name in truck.operations:
            found.setdefault(name, []).append(truck.profile)
    return found


def _cores(network: RoadNetwork, profiles: list[Profile]) -> dict[str, NDArray[np.bool_]]:
    """Arcs each profile can drive there and back, by its name."""
    turns = list_turns(network)
    return {
        name: build_turn_graph(network, profile, turns=turns).core
        for name, profile in {one.name: one for one in profiles}.items()
    }


def _usable(
    cores: list[NDArray[np.bool_]], num_arcs: int, *, every: bool
) -> NDArray[np.bool_] | None:
    """Arcs that every one, or at least one, of the profiles can drive; None: any arc."""
    if not cores:
        return None
    whole = np.logical_and.reduce(cores) if every else np.zeros(num_arcs, bool)
    return whole if whole.any() else np.logical_or.reduce(cores)


def _far(stops: list[Stop], places: list[Place]) -> list[Note]:
    """A note on the stops far from any road."""
    far = [
        f"{stop.id} {stop.name}".strip()
        for stop, place in zip(stops, places, strict=True)
        if place.distance_m > FAR_M
    ]
    if not far:
        return []
    shown = "; ".join(far[:5]) + (" …" if len(far) > 5 else "")
    return [Note(
        f"{len(far)} 个地点距最近道路超过 {FAR_M} 米:{shown}",
        f"{len(far)} places are more than {FAR_M} m from a road: {shown}",
    )]  # fmt: skip


def _order_arcs(
    network: RoadNetwork, orders: tuple[Order, ...], notes: list[Note]
) -> dict[str, NDArray[np.int64]]:
    """Arcs of orders given by way id or name."""
    found: dict[str, NDArray[np.int64]] = {}
    for order in orders:
        if order.lon is not None:
            continue
        found[order.id] = np.flatnonzero(select(network, way_id=order.way_id, name=order.name))
        if not len(found[order.id]):
            place = order.name or order.way_id
            notes.append(Note(
                f"任务单 {order.id} 的道路 {place} 在路网中没有找到",
                f"order {order.id}: {place} is not in the road network",
            ))  # fmt: skip
    return found


def _closures(
    network: RoadNetwork, district: District, day: date, notes: list[Note]
) -> dict[int, str]:
    """Closed arcs of the day with the reason."""
    closed: dict[int, str] = {}
    for closure in district.closures:
        if not closure.begin <= day <= closure.end:
            continue
        arcs = np.flatnonzero(select(network, way_id=closure.way_id, name=closure.name))
        closed |= dict.fromkeys(arcs.tolist(), closure.reason or "closed")
        if not len(arcs):
            place = closure.name or closure.way_id
            notes.append(Note(
                f"封闭道路 {place} 在路网中没有找到", f"closure: {place} is not in the road network"
            ))  # fmt: skip
    return closed
