"""What OSM tags say of one way or node; defaults of the road class where they are silent."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.network import CLASSES, FOOT_CLASSES, Access, NodeFlag

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULTS_FILE = Path(__file__).with_name("defaults.toml")
CLASS_CODE = {name: code for code, name in enumerate(CLASSES)}

_NUMBER = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-zA-Z']*)")
_TO_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001, "km": 1000.0, "ft": 0.3048, "'": 0.3048}
_TO_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "lbs": 0.000_453_6, "st": 0.907}
_TO_KMH = {"": 1.0, "kmh": 1.0, "km": 1.0, "kph": 1.0, "mph": 1.609}
_OPEN = {"yes", "permissive", "designated", "official", "public"}
_DESTINATION = {"destination", "delivery", "customers"}
_PRIVATE = {"private", "permit", "residents", "agricultural", "forestry"}
_BLOCKING = {
    "block", "bollard", "chain", "cycle_barrier", "debris", "full-height_turnstile",
    "jersey_barrier", "kissing_gate", "log", "motorcycle_barrier", "planter", "rope", "stile",
    "sump_buster", "turnstile", "wall", "fence",
}  # fmt: skip
_GATES = {"gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "yes", "entrance"}


class WayFacts(NamedTuple):
    """Columns of `RoadNetwork` that all arcs of a way share, in their units."""

    highway: int
    width_dm: int
    width_guessed: bool
    lanes: int
    lanes_guessed: bool
    speed_kmh: int
    speed_guessed: bool
    oneway: bool
    bridge: bool
    tunnel: bool
    max_weight_kg: int
    max_height_cm: int
    max_width_cm: int
    access: int
    hgv: int


@cache
def defaults() -> Mapping[str, object]:
    """Class defaults as read from `defaults.toml`."""
    return tomllib.loads(DEFAULTS_FILE.read_text(encoding="utf-8"))


def way_facts(tags: Mapping[str, str]) -> WayFacts:
    """Facts of a way whose `highway` is in `CLASSES`."""
    road_class = tags["highway"]
    oneway = direction(tags) != 0
    ruled = _class_defaults(road_class, oneway)
    lane_m, speed_of_limit, class_width_m, class_lanes, class_speed = ruled
    lanes = min(_lanes(tags), 16)
    width_m = _metres(tags.get("width")) or _metres(tags.get("est_width"))
    derived = lanes * lane_m if lanes else class_width_m
    limit = min(quantity(tags.get("maxspeed"), _TO_KMH), 120.0)
    return WayFacts(
        highway=CLASS_CODE[road_class],
        width_dm=round(10 * (width_m or derived)),
        width_guessed=not width_m,
        lanes=lanes or class_lanes,
        lanes_guessed=not lanes,
        speed_kmh=max(5, round(limit * speed_of_limit)) if limit else class_speed,
        speed_guessed=not limit,
        oneway=oneway,
        bridge=tags.get("bridge", "no") != "no",
        tunnel=tags.get("tunnel", "no") != "no",
        max_weight_kg=round(1000 * quantity(tags.get("maxweight"), _TO_TONNES)),
        max_height_cm=round(100 * _metres(tags.get("maxheight"))),
        max_width_cm=round(100 * _metres(tags.get("maxwidth"))),
        access=_access(tags),
        hgv=_access(tags, hgv=True),
    )


def direction(tags: Mapping[str, str]) -> int:
    """1 when only along the way may be driven, -1 only against, 0 both."""
    value = tags.get("oneway", "")
    if value in {"yes", "true", "1"}:
        return 1
    if value in {"-1", "reverse"}:
        return -1
    if value in {"no", "false", "0"}:
        return 0
    implied = tags.get("junction") in {"roundabout", "circular"}
    return int(implied or tags.get("highway") in {"motorway", "motorway_link"})


def street_name(tags: Mapping[str, str]) -> str:
    """Name a driver reads on the sign; the road number where there is none."""
    return next((tags[k] for k in ("name", "name:zh", "official_name", "ref") if tags.get(k)), "")


def street_aliases(tags: Mapping[str, str]) -> set[str]:
    """Other names of the street, split where OSM joins several by a semicolon."""
    keys = ("name:zh", "name:zh-Hans", "name:zh-Hant", "name:en", "alt_name", "official_name",
            "short_name", "old_name", "loc_name", "ref")  # fmt: skip
    found = {part.strip() for key in keys for part in tags.get(key, "").split(";")}
    return found - {"", street_name(tags)}


def node_flags(tags: Mapping[str, str]) -> int:
    """`NodeFlag` bits of a node: signals and barriers."""
    flags = 0
    if "traffic_signals" in tags.get("highway", "").split(";"):
        flags |= NodeFlag.SIGNAL
    barrier = tags.get("barrier", "")
    stated = tags.get("motor_vehicle") or tags.get("vehicle") or tags.get("access") or ""
    if barrier in _BLOCKING and stated not in _OPEN | _DESTINATION:
        flags |= NodeFlag.BLOCKED
    if barrier in _GATES and stated == "no":
        flags |= NodeFlag.BLOCKED
    if barrier in _GATES and stated in _PRIVATE:
        flags |= NodeFlag.PRIVATE_GATE
    return int(flags)


def node_height_cm(tags: Mapping[str, str]) -> int:
    """Clear height under a height restrictor [cm], 0 where there is none."""
    return round(100 * _metres(tags.get("maxheight"))) if "barrier" in tags else 0


def signal_direction(tags: Mapping[str, str]) -> int:
    """1 or -1 when a signal faces only traffic along or against its way, 0 both."""
    stated = tags.get("traffic_signals:direction") or tags.get("direction")
    return {"forward": 1, "backward": -1}.get(stated or "", 0)


def quantity(text: str | None, units: Mapping[str, float]) -> float:
    """First number of a tag value in the base unit; 0 for words (`none`, `CN:urban`)."""
    match = _NUMBER.match(text or "")
    if not match:
        return 0.0
    factor = units.get(match[2].lower(), 0.0)
    return float(match[1].replace(",", ".")) * factor


def _metres(text: str | None) -> float:
    """Metres, with `12'6"` read as feet and inches; nonsense above 100 m is dropped."""
    metres = quantity(text, _TO_METRES)
    inches = re.match(r"\s*\d+'\s*(\d+)\"", text or "")
    metres += 0.0254 * float(inches[1]) if inches else 0.0
    return metres if metres <= 100 else 0.0


def _lanes(tags: Mapping[str, str]) -> int:
    match = re.match(r"\s*(\d+)", tags.get("lanes", ""))
    return int(match[1]) if match else 0


def _access(tags: Mapping[str, str], *, hgv: bool = False) -> int:
    """`Access` code for motor vehicles, or for heavy goods vehicles."""
    road_class = tags["highway"]
    keys = ("hgv", "goods", "motor_vehicle", "vehicle") if hgv else ("motor_vehicle", "vehicle")
    for key in keys:
        if (code := _code(tags.get(key, ""))) is not None:
            return Access.FOOT if code == Access.NO and key != "hgv" else code
    if road_class in FOOT_CLASSES:
        return Access.NO if tags.get("access") in {"no", "private"} else Access.FOOT
    code = _code(tags.get("access", ""))
    return Access.YES if code is None else code


def _code(value: str) -> Access | None:
    if value in _OPEN:
        return Access.YES
    if value in _DESTINATION:
        return Access.DESTINATION
    if value in _PRIVATE:
        return Access.PRIVATE
    return Access.NO if value in {"no", "emergency", "military"} else None


@cache
def _class_defaults(road_class: str, oneway: bool) -> tuple[float, float, float, int, int]:
    """(lane [m], speed as share of limit, width [m], lanes, speed [km/h]) of a class."""
    table = defaults()
    row = table["class"][road_class]  # type: ignore[index]
    way = "oneway" if oneway else "twoway"
    return (
        float(table["lane_m"]), float(table["speed_of_limit"]),  # type: ignore[arg-type]
        float(row["width_m"][way]), int(row["lanes"][way]), int(row["speed_kmh"]),
    )  # fmt: skip
