"""A district laid on its road network: stops as ends of arcs, classes, overrides, closures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.roads.snap import split_at_points
from solver.tasks.day import Note
from solver.tasks.overrides import CLASS_NAMES, Streets, classify, select, widen
from solver.tasks.streets import MAX_JOB_M

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from models.district import District, Order
    from models.network import RoadNetwork
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

    `order_arcs` are the arcs of orders on streets. `closures` maps closed arcs to the reason.
    """

    network: RoadNetwork
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
    """Lay the district on the network: split it at sites, points and orders, and cut long arcs.

    Raises `NetworkError` when the network has no road to snap to.
    """
    stops = [order for order in district.orders if order.lon is not None]
    where: list[tuple[float, float]] = [
        *((site.lon, site.lat) for site in district.sites),
        *((point.lon, point.lat) for point in district.points),
        *((order.lon or 0.0, order.lat or 0.0) for order in stops),
    ]
    cuts = cut_points(network)
    lonlat = np.array([*where, *cuts.tolist()], float).reshape(-1, 2)
    split, snaps = split_at_points(network, lonlat[:, 0], lonlat[:, 1])
    places = [
        Place(int(right), int(left), round(float(metres)))
        for right, left, metres in zip(
            snaps.arc_right[: len(where)],
            snaps.arc_left[: len(where)],
            snaps.distance_m[: len(where)],
            strict=True,
        )
    ]
    split = widen(split, district.streets)
    streets, notes = classify(split, rules, district.streets)
    names = [
        *(f"{site.id} {site.name}" for site in district.sites),
        *(f"{point.id} {point.name}" for point in district.points),
        *(order.id for order in stops),
    ]
    notes += _far(names, places)
    first, second = len(district.sites), len(district.sites) + len(district.points)
    return Ground(
        network=split,
        streets=streets,
        sites=dict(zip((one.id for one in district.sites), places[:first], strict=True)),
        points=dict(zip((one.id for one in district.points), places[first:second], strict=True)),
        orders=dict(zip((one.id for one in stops), places[second:], strict=True)),
        order_arcs=_order_arcs(split, district.orders, notes),
        closures=_closures(split, district, day, notes),
        notes=tuple(notes),
    )


def cut_points(network: RoadNetwork) -> NDArray[np.float64]:
    """Places that cut arcs longer than MAX_JOB_M into equal pieces, lon and lat (k, 2)."""
    found: list[NDArray[np.float64]] = []
    first = (network.reverse < 0) | (np.arange(network.num_arcs) < network.reverse)
    for arc in np.flatnonzero(first & (network.length_m > MAX_JOB_M)).tolist():
        points = network.points(arc)
        xy = network.to_xy(points[:, 0], points[:, 1])
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
        num = int(np.ceil(network.length_m[arc] / MAX_JOB_M))
        goals = along[-1] * np.arange(1, num) / num
        found.append(np.column_stack([np.interp(goals, along, points[:, i]) for i in (0, 1)]))
    return np.concatenate(found) if found else np.zeros((0, 2))


def _far(names: list[str], places: list[Place]) -> list[Note]:
    """A note on the stops far from any road."""
    far = [name for name, place in zip(names, places, strict=True) if place.distance_m > FAR_M]
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
