"""A district laid on its road network: stops as ends of arcs, classes, overrides, closures."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from models.day import Note
from solver.roads.reading.map_notes import worth_telling
from solver.roads.split import split_arcs
from solver.tasks.jobs import MAX_JOB_M
from solver.tasks.overrides import CLASS_NAMES, Streets, classify, select, widen
from solver.tasks.stopping import place_stops, stops_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from models.district import District, Order
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from solver.tasks.stopping import Place


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

    def level(self, arc: int) -> str:
        """The level of service of the street, or an empty text for that of its class."""
        return self.streets.levels[int(self.streets.level[arc])]

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

    A stop stands on its own street, or on another within reach that the vehicles of the fleet which
    go there can drive (`stopping`).
    """
    stops = stops_of(district, rules)
    told = [one for one in district.streets if one.holds(day)]
    wide = long_arcs_cut(widen(network, told))
    whole, odd = classify(wide, rules, told)
    split, origin, places, notes = place_stops(wide, district, rules, stops)
    streets = whole.on(origin)
    notes = [*worth_telling(network), *notes, *odd]
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


def long_arcs_cut(network: RoadNetwork) -> RoadNetwork:
    """The network with arcs longer than MAX_JOB_M cut into equal pieces."""
    first = (network.reverse < 0) | (np.arange(network.num_arcs) < network.reverse)
    cuts: dict[int, list[int]] = {}
    for arc in np.flatnonzero(first & (network.length_m > MAX_JOB_M)).tolist():
        length = int(network.length_m[arc])
        num = ceil(length / MAX_JOB_M)
        cuts[arc] = [length * piece // num for piece in range(1, num)]
    return split_arcs(network, cuts).network if cuts else network


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
        closed |= dict.fromkeys(arcs.tolist(), closure.reason)
        if not len(arcs):
            place = closure.name or closure.way_id
            notes.append(Note(
                f"封闭道路 {place} 在路网中没有找到", f"closure: {place} is not in the road network"
            ))  # fmt: skip
    return closed
