"""What OSM tags say of one way or node; defaults of the road class where they are silent."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from models.network import CLASSES
from solver.roads.reading.limits import DEFAULTS_FILE, KMH, METRES, Limits, limits, measure
from solver.roads.reading.rights import Rights, rights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.roads.reading.map_notes import MapNotes

CLASS_CODE = {name: code for code, name in enumerate(CLASSES)}
MAX_WIDTH_M = 100.0
"""A carriageway wider than so many metres is a slip of the pen; such a tag is not read (chosen)."""


NO_ROADS = frozenset({
    "", "no", "none", "path", "steps", "bridleway", "corridor", "construction", "proposed",
    "planned", "abandoned", "disused", "razed", "demolished", "dismantled", "historic",
    "platform", "bus_stop", "crossing", "elevator", "emergency_bay", "emergency_access_point",
    "escape", "raceway", "rest_area", "services", "busway", "bus_guideway", "via_ferrata",
    "ladder", "trailhead", "toll_gantry", "traffic_island", "centre_line", "turning_circle",
    "turning_loop", "passing_place", "street_lamp", "sidewalk", "stairs", "layby", "virtual",
})  # fmt: skip
"""Other `highway` values of the wiki and of extracts: nothing that our vehicles drive."""
WAYS = NO_ROADS | CLASS_CODE.keys()


class WayFacts(NamedTuple):
    """Columns of `RoadNetwork` that the arcs of one direction of a way share, in their units."""

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
    max_length_cm: int
    access: int
    hgv: int


@cache
def defaults() -> Mapping[str, object]:
    """Class defaults as read from `defaults.toml`."""
    return tomllib.loads(DEFAULTS_FILE.read_text(encoding="utf-8"))


def way_facts(
    tags: Mapping[str, str], notes: MapNotes, what: str
) -> tuple[WayFacts | None, WayFacts | None]:
    """Facts along and against a way whose `highway` is in `CLASSES`; None: not driven that way.

    `what` names the way where `notes` count what cannot be understood.
    """
    along, against = rights(tags, notes, what)
    oneway = along is None or against is None
    lane_m, speed_of_limit, class_width_m, class_lanes, class_speed = _class_defaults(
        tags["highway"], oneway
    )
    lanes = min(_lanes(tags), 16)
    width_m = _width(tags, notes, what)
    derived = lanes * lane_m if lanes else class_width_m
    speed = tags.get("maxspeed")
    limit = min(measure(speed, KMH) or 0.0, 120.0) if speed else 0.0

    def facts(mine: Rights, most: Limits) -> WayFacts:
        return WayFacts(
            highway=CLASS_CODE[tags["highway"]],
            width_dm=round(10 * (width_m or derived)),
            width_guessed=not width_m,
            lanes=lanes or class_lanes,
            lanes_guessed=not lanes,
            speed_kmh=max(5, round(limit * speed_of_limit)) if limit else class_speed,
            speed_guessed=not limit,
            oneway=oneway,
            bridge=tags.get("bridge", "no") != "no",
            tunnel=tags.get("tunnel", "no") != "no",
            access=mine.access,
            hgv=mine.hgv,
            **most._asdict(),
        )

    first = None if along is None else facts(along, limits(tags, notes, what))
    if against is None:
        return first, None
    most = limits(tags, notes, what, along=False)
    return first, first if along == against and _same(first, most) else facts(against, most)


def class_meant(text: str, notes: MapNotes, what: str) -> str:
    """The `highway` value of a text that is none as it stands: of a list the least road.

    An empty text, and a note, where a word of it is unknown.
    """
    words = [word.strip().lower() for word in text.split(";")]
    if not WAYS.issuperset(words):
        notes.add("classes_unread", f"{what} highway={text}")
        return ""
    return max(words, key=lambda word: CLASS_CODE.get(word, len(CLASS_CODE)))


def limit_of_speed(speed_kmh: int) -> str:
    """A `maxspeed` that `way_facts` reads back as `speed_kmh`; a round one where one is."""
    ratio = float(defaults()["speed_of_limit"])  # type: ignore[arg-type]
    near = round(speed_kmh / ratio)
    known = [limit for limit in range(near - 2, near + 3) if round(limit * ratio) == speed_kmh]
    rounder = sorted(known, key=lambda limit: (limit % 10 != 0, limit % 5 != 0, limit))
    return str(rounder[0]) if rounder else f"{speed_kmh / ratio:g}"


def _same(first: WayFacts | None, most: Limits) -> bool:
    """Whether the limits of the other direction are those of this one."""
    return first is not None and most == (
        first.max_weight_kg, first.max_height_cm, first.max_width_cm, first.max_length_cm,
    )  # fmt: skip


def _width(tags: Mapping[str, str], notes: MapNotes, what: str) -> float:
    """Tagged width of the carriageway [m]; 0 where none is tagged, or none that can be read."""
    for key in ("width", "est_width"):
        if text := tags.get(key):
            width = measure(text, METRES)
            if width is not None and 0 < width <= MAX_WIDTH_M:
                return width
            notes.add("widths_unread", f"{what} {key}={text}")
    return 0.0


def street_name(tags: Mapping[str, str]) -> str:
    """Name a driver reads on the sign; the road number where there is none."""
    return next((tags[k] for k in ("name", "name:zh", "official_name", "ref") if tags.get(k)), "")


def street_aliases(tags: Mapping[str, str]) -> set[str]:
    """Other names of the street, split where OSM joins several by a semicolon."""
    keys = ("name:zh", "name:zh-Hans", "name:zh-Hant", "name:en", "alt_name", "official_name",
            "short_name", "old_name", "loc_name", "ref")  # fmt: skip
    found = {part.strip() for key in keys if key in tags for part in tags[key].split(";")}
    return found - {"", street_name(tags)}


def signal_direction(tags: Mapping[str, str]) -> int:
    """1 or -1 when a signal faces only traffic along or against its way, 0 both."""
    stated = tags.get("traffic_signals:direction") or tags.get("direction")
    return {"forward": 1, "backward": -1}.get(stated or "", 0)


def _lanes(tags: Mapping[str, str]) -> int:
    match = re.match(r"\s*(\d+)", tags.get("lanes", ""))
    return int(match[1]) if match else 0


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
