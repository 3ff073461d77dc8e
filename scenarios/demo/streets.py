"""Streets, road works and orders of the demo bureau's day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.district import StreetRule
from scenarios.demo.points import WEIGHTS, suitable_arcs
from scenarios.demo.survey import truck_arcs
from solver.tasks.overrides import CLASS_NAMES, classify

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    from models.trade.rules import RuleProfile
    from scenarios.demo.survey import Survey
    from scenarios.demo.tables import Cell, Tables

BUFFER_M = 250
STREET_WORK = "sweep;flush;fog;sidewalk_wash"
"""What other operators do on their streets; the full demo has more of it."""
MORE_STREET_WORK = "slow_lane_wash;alley_wash;sidewalk_wash_small;sprinkle"
CLOSED_FROM, CLOSED_TO = "2026-01-01", "2027-12-31"
MAX_TRIES = 25


def lay_streets(found: Survey, tables: Tables, *, excluded: str = STREET_WORK) -> None:
    """Core and outer streets, a premium road with its surroundings, other operators' streets."""
    if found.core_streets:
        hub = max(found.core_streets, key=lambda street: (_metres(found, street), street))
        row: dict[str, Cell] = {"name": hub, "buffer_m": BUFFER_M, "core": "yes",
                                "note": "精品保洁路段及周边"}  # fmt: skip
        tables.add("streets", row)
    for street in found.core_streets:
        tables.add("streets", {"name": street, "core": "yes", "note": "核心区"})
    for way in found.core_ways:
        tables.add("streets", {"way_id": way, "core": "yes", "note": "核心区"})
    for street in found.outer_streets:
        tables.add("streets", {"name": street, "cleaning_class": "IV", "note": "外围道路"})
    for way in found.outer_ways:
        tables.add("streets", {"way_id": way, "cleaning_class": "IV", "note": "外围道路"})
    network = found.network
    own = set(network.way[found.own].tolist())
    for way in sorted(set(network.way.tolist()) - own):
        row = {"way_id": way, "operator": "其他单位", "exclude": excluded}
        tables.add("streets", row)


def _metres(found: Survey, street: str) -> int:
    """Length of a named street in care [m]."""
    network = found.network
    named = network.name == network.names.index(street)
    return int(network.length_m[named & found.own].sum())


def cleaning_classes(
    found: Survey, tables: Tables, rules: RuleProfile
) -> tuple[list[str], NDArray[np.bool_]]:
    """Cleaning class and core of each arc under the rows of `streets` (m,).

    The class is "" on other operators' streets.
    """
    overrides = [
        StreetRule(
            way_id=int(row["way_id"]) if "way_id" in row else None,
            name=str(row["name"]) if "name" in row else None,
            buffer_m=int(row.get("buffer_m", 0)),
            cleaning_class=str(row["cleaning_class"]) if "cleaning_class" in row else None,
            core=True if "core" in row else None,
        )
        for row in tables.rows["streets"]
        if "exclude" not in row
    ]
    streets = classify(found.network, rules, overrides)[0]
    own = zip(streets.classes, found.own, strict=True)
    return [CLASS_NAMES[code] if mine else "" for code, mine in own], streets.core


def lay_closure(found: Survey, tables: Tables, rules: RuleProfile) -> Survey:
    """Road works on a short street that nobody else needs to get through.

    Returns the survey without the closed arcs, so that no stop is laid there. A network in which
    every street is needed has no road works.
    """
    network = found.network
    arcs = suitable_arcs(found, {"tertiary": 1.0, "residential": 1.0, "unclassified": 1.0})
    order = sorted(arcs.tolist(), key=lambda arc: (found.distance_m[arc], arc))
    for arc in order[:: max(1, len(order) // MAX_TRIES)]:
        closed = np.flatnonzero(network.way == network.way[arc])
        if not 2 <= len(closed) <= 8:
            continue
        left = truck_arcs(network, rules, closed.tolist()) & found.own
        if int((found.truck & ~left).sum()) > len(closed):
            continue
        reason = f"{network.street(arc)}综合整治" if network.street(arc) else "道路综合整治"
        row: dict[str, Cell] = {"way_id": int(network.way[arc]), "begin": CLOSED_FROM,
                                "end": CLOSED_TO, "reason": reason}  # fmt: skip
        tables.add("closures", row)
        return replace(found, truck=left)
    return found


def lay_orders(found: Survey, tables: Tables, rng: random.Random) -> None:
    """A spill on a street after noon, a heap of waste in the morning."""
    network = found.network
    arcs = suitable_arcs(found, {"secondary": 1.0, "tertiary": 1.0, "residential": 0.2})
    near = sorted(arcs.tolist(), key=lambda arc: (found.distance_m[arc], arc))
    spill = near[len(near) // 8]
    tables.add("orders", {
        "id": "O1", "operation": "sweep", "window": "12:30-15:30",
        "way_id": int(network.way[spill]), "name": network.street(spill), "service_min": 15,
        "note": "路面抛洒污染",
    })  # fmt: skip
    heap = suitable_arcs(found, WEIGHTS)
    arc = min(heap.tolist(), key=lambda arc: (abs(found.distance_m[arc] - 500), arc))
    lon, lat = found.point(arc, rng.uniform(0.3, 0.7), 5.0)
    tables.add("orders", {
        "id": "O2", "operation": "collect_residual", "window": "09:30-14:30", "lon": lon,
        "lat": lat, "demand_kg": 600, "service_min": 12, "note": "菜市场周边垃圾清运",
    })  # fmt: skip
