"""A 3 x 3 town of 200 m blocks, written as OSM, and a small bureau in it.

Nodes 1..9 row by row from the south-west; ways 1-3 run east (south to north), 4-6 run north (west
to east). One degree of longitude is 100 km here, so that a block is 0.002 degrees.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from math import cos, pi, radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.district import District, Point, ShiftPattern, Site, SiteKind, Stream, Vehicle
from models.network import EARTH_RADIUS_M, RoadNetwork
from models.trade.rules import RuleProfile
from solver.roads.osm import read_osm
from solver.tasks.build import build_parts
from solver.tasks.ground import Ground, lay
from solver.trade.profile import load_profile

if TYPE_CHECKING:
    from solver.tasks.day import Day

LAT = 32.0
M_LAT = 180 / (pi * EARTH_RADIUS_M)
M_LON = M_LAT / cos(radians(LAT))
DAY = date(2026, 11, 22)
HOUR = 3600
WAYS = {1: (1, 2, 3), 2: (4, 5, 6), 3: (7, 8, 9), 4: (1, 4, 7), 5: (2, 5, 8), 6: (3, 6, 9)}
CARRIAGEWAY = {"highway": "residential", "width": "6"}


def lonlat(east_m: float, north_m: float) -> tuple[float, float]:
    """A place by metres from the town's south-west corner."""
    return 121.0 + east_m * M_LON, LAT + north_m * M_LAT


def grid(folder: Path, **tags: dict[str, str]) -> RoadNetwork:
    """The town; `w2={...}` adds tags to way 2, `all={...}` to every way."""
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    for node in range(1, 10):
        lon, lat = lonlat(200 * ((node - 1) % 3), 200 * ((node - 1) // 3))
        lines.append(f'<node id="{node}" lon="{lon:.8f}" lat="{lat:.8f}"/>')
    for way, nodes in WAYS.items():
        own = {**CARRIAGEWAY, "name": f"street {way}", **tags.get("all", {})}
        own |= tags.get(f"w{way}", {})
        lines.append(f'<way id="{way}">')
        lines += [f'<nd ref="{node}"/>' for node in nodes]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in own.items() if value]
        lines.append("</way>")
    path = folder / "town.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return read_osm(path)


def site(name: str, kind: str, east: float, north: float, **more: Any) -> Site:
    lon, lat = lonlat(east, north)
    return Site(id=name, name=name, kind=SiteKind(kind), lon=lon, lat=lat, **more)


def point(name: str, east: float, north: float, **more: Any) -> Point:
    lon, lat = lonlat(east, north)
    stream = more.pop("stream", Stream.RESIDUAL)
    fields: dict[str, Any] = {"demand_kg": 300, "service_s": 0, **more}
    return Point(id=name, name=name, lon=lon, lat=lat, stream=stream, **fields)


def vehicle(name: str, kind: str, *shifts: str, **more: Any) -> Vehicle:
    fields: dict[str, Any] = {"depot": "D", "overrides": {}, **more}
    return Vehicle(id=name, type=kind, shifts=shifts, **fields)


SHIFTS = (
    ShiftPattern(id="early", begin=4 * HOUR, end=12 * HOUR, meal=(7 * HOUR, 9 * HOUR)),
    ShiftPattern(id="mid", begin=12 * HOUR, end=20 * HOUR),
    ShiftPattern(id="night", begin=20 * HOUR, end=28 * HOUR),
)
SITES = (
    site("D", "depot", 100, 5),
    site("W", "water", 300, 5, service_s=1200),
    site("T", "tip", 100, 405, service_s=600),
    site("S", "station", 300, 395, service_s=600, bays=1, windows=((5 * HOUR, 22 * HOUR),)),
)


def bureau(*vehicles: Vehicle, **more: Any) -> District:
    fields: dict[str, Any] = {"sites": SITES, "shifts": SHIFTS, "costs": {}, **more}
    return District(
        id="town", name="Town", folder=Path(), roads="town.osm", profile="standard",
        vehicles=vehicles, **fields,
    )  # fmt: skip


@cache
def standard() -> RuleProfile:
    """The shipped profile, read once."""
    return load_profile("standard")


def rules_of(**operations: dict[str, Any]) -> RuleProfile:
    """The standard profile with fields of its operations replaced; `street` and `points` merge."""
    rules = standard()
    table = rules.model_dump(exclude_unset=True)
    for name, changes in operations.items():
        for key, value in changes.items():
            if isinstance(value, dict) and isinstance(table["operations"][name].get(key), dict):
                table["operations"][name][key] |= value | {"source": "memory"}
            else:
                table["operations"][name][key] = value
    return RuleProfile.model_validate(table)


def passes(*windows: str, **more: Any) -> dict[str, Any]:
    """A cadence with one pass per window, each finished inside it."""
    each = [{"windows": [window], "rule": "finish"} for window in windows]
    return {"source": "memory", "passes": each, **more}


SHORT = {"street": {"classes": {"IV": passes("04:00-12:00")}, "join_m": 0}}
"""Every block once in the morning, each a task of its own."""


def plan_day(
    network: RoadNetwork, district: District, rules: RuleProfile | None = None, **more: Any
) -> tuple[Ground, Day]:
    """Lay the district and build its day."""
    rules = standard() if rules is None else rules
    day = more.pop("day", DAY)
    ground = lay(district, network, rules, day)
    return ground, build_parts(district, ground, rules, day, **more)


__all__ = [
    "DAY", "HOUR", "SHIFTS", "SITES", "bureau", "grid", "lonlat", "passes", "plan_day", "point",
    "replace", "rules_of", "site", "standard", "vehicle",
]  # fmt: skip
