"""Signed limits of weight, height, width and length, in all the units and forms mappers write.

A limit nobody can read is not "no limit": it closes the road to every vehicle, and is counted.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from solver.roads.reading.map_notes import MapNotes

DEFAULTS_FILE = Path(__file__).with_name("defaults.toml")
METRES = {
    "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "mtr": 1.0, "米": 1.0,
    "公尺": 1.0, "cm": 0.01, "厘米": 0.01, "公分": 0.01, "mm": 0.001, "毫米": 0.001, "dm": 0.1,
    "km": 1000.0, "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "'": 0.3048, "in": 0.0254,
    "inch": 0.0254, "inches": 0.0254, '"': 0.0254,
}  # fmt: skip
TONNES = {
    "t": 1.0, "to": 1.0, "tonne": 1.0, "tonnes": 1.0, "mt": 1.0, "吨": 1.0, "噸": 1.0, "公吨": 1.0,
    "公噸": 1.0, "kg": 0.001, "kgs": 0.001, "公斤": 0.001, "千克": 0.001, "lb": 0.000_453_592,
    "lbs": 0.000_453_592, "st": 0.907_185, "ton": 0.907_185, "tons": 0.907_185, "lt": 1.016_047,
    "cwt": 0.050_802,
}  # fmt: skip
"""A `ton` without further word may be metric, long or short; the short one is the safe side."""
KMH = {
    "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "km": 1.0, "公里": 1.0, "公里/小时": 1.0, "mph": 1.609_344,
    "knots": 1.852,
}  # fmt: skip
LENGTHS = dict(METRES)
"""Units of a vehicle's length: those of a height, but a bare 25 is 25 m."""
BASES = {
    "maxweight": "weight", "maxweightrating": "weight", "maxgcweight": "weight",
    "maxgcweightrating": "weight", "maxunladenweight": "weight", "maxtonnage": "weight",
    "maxload": "weight", "maxaxleload": "axle", "maxaxleweight": "axle", "maxbogieweight": "axle",
    "maxheight": "height", "maxwidth": "width", "maxlength": "length",
}  # fmt: skip
OPEN = frozenset({"yes", "permissive", "designated", "official", "public", "allowed", "unhindered"})
"""Words of access that let everybody pass."""
DESTINATION = frozenset({"destination", "delivery", "customers", "discouraged", "local"})
"""Words of access that let pass who has work there, as our vehicles have."""
NO_LIMIT = frozenset({
    "none", "no", "default", "unsigned", "no_sign", "no sign", "no_indications", "unlimited",
    "unrestricted", "",
})  # fmt: skip
OTHERS = frozenset({
    "bus", "psv", "coach", "tourist_bus", "minibus", "taxi", "share_taxi", "bicycle", "foot",
    "horse", "motorcycle", "moped", "mofa", "caravan", "trailer", "motorhome", "hazmat", "tank",
    "emergency", "agricultural", "forestry", "boat", "ship", "train", "tram", "lanes", "source",
    "note", "disabled", "atv", "hov", "carpool", "start_date",
})  # fmt: skip
"""Suffixes of a limit that bind others than our vehicles, or say nothing of a limit."""
CLOSED = 1
"""Under a limit of so many kg or cm no vehicle passes: it stands for one that cannot be read
(chosen: the least)."""
MOST_M = 20.0
"""Above it a number without a unit is no height in metres on any sign: see `_bare` (chosen)."""
MOST_T = 200.0
"""Above it a number without a unit is no weight in tonnes on any sign: see `_bare` (chosen)."""
MOST_LENGTH_M = 60.0
"""Above it a number without a unit is no vehicle's length in metres: see `_bare` (chosen; the
longest road trains have 53.5)."""
CENTIMETRES_FROM = 100.0
"""Bare numbers of height from here on are centimetres that lost their unit (chosen)."""
SMALL_UNIT = 0.005
"""In units below it, such as kilograms of a tonne, three digits after a comma are thousands
(chosen)."""
MILLIMETRES_FROM = 1_000.0
"""Bare numbers of height from here on are millimetres that lost their unit (chosen)."""
KILOGRAMS_FROM = 500.0
"""Bare numbers of weight from here on are kilograms that lost their unit (chosen)."""

_PRIMES = str.maketrans("′’‘ʹ`´″”“ʺ", "''''''" + '""""')
_NUMBER = r"(\d{1,3}(?: \d{3})+|\d+(?:[.,]\d+)?|[.,]\d+)"
_PREFIX = r"(?:(?:max|ca|approx)\.?|[<≤~=]+|[限总車车载載质質重高宽寬长長度量约約:轴軸]+)?\s*"
_SUFFIX = r"\s*(?:\(?(?:以下|以内|以上|含|及以下|及以上)\)?)?"
_PLAIN = re.compile(rf"{_PREFIX}{_NUMBER}\s*([^\d\s()]*?)\.?{_SUFFIX}")
_FEET = re.compile(r"(\d+)\s*(?:'|ft|feet|foot)\s*-?\s*(\d+(?:\.\d+)?)\s*(?:\"|''|in|inch|inches)?")
_METRES_CM = re.compile(r"(\d+)\s*(?:m|米)\s*(\d{1,2})(?:cm|公分|厘米)?")
_SIZE = re.compile(
    r"(weight|weightrating|gcweight|axleload|height|width|length)\s*(>=|>|=>|≥)\s*([^\s)&;]+"
    r"(?:\s*(?!and\b)[a-z公千吨米]+)?)"
)


class Limits(NamedTuple):
    """What a vehicle may measure at most [kg, cm]; 0 where nothing is known."""

    max_weight_kg: int = 0
    max_height_cm: int = 0
    max_width_cm: int = 0
    max_length_cm: int = 0


NOTHING = Limits()


def limits(tags: Mapping[str, str], notes: MapNotes, what: str, *, along: bool = True) -> Limits:
    """The strictest of all limits of a way or node for driving along it, or against it.

    Limits of certain hours hold always. `what` names the object in `notes`.
    """
    found: dict[str, float] = {}
    for key, text in tags.items():
        if not key.startswith("max") and not key.endswith("conditional"):
            continue
        base, *words = key.split(":")
        kind = BASES.get(base) or BASES.get(base.replace("_", ""))
        if kind and not _for_others(words, along=along):
            _take(found, kind, (key, text), notes, what)
        elif base in _MODES and not _for_others(words, along=along):
            for kind, most in _by_size(text, notes, f"{what} {key}={text}"):
                found[kind] = min(found.get(kind, most), most)
    if not found:
        return NOTHING
    if "axle" in found:
        weight = found["axle"] / axle_share()
        found["weight"] = min(found.get("weight", weight), weight)
    return Limits(
        _whole(found, "weight", 1000), _whole(found, "height", 100), _whole(found, "width", 100),
        _whole(found, "length", 100),
    )  # fmt: skip


_UNITS = {"weight": TONNES, "axle": TONNES, "height": METRES, "width": METRES, "length": LENGTHS}
_MODES = frozenset({"access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv"})


def measure(text: str, units: Mapping[str, float]) -> float | None:
    """The smallest of the quantities in `text`, in the base unit; None where it says none.

    A bare number is in the base unit. Lists are parted by `;`, `|` or `、`; one part that cannot
    be read spoils the whole.
    """
    if text.isascii() and text.isdigit():
        return _bare(float(text), units)
    plain = unicodedata.normalize("NFKC", text.translate(_PRIMES)).lower()
    plain = plain.translate(_PRIMES).replace("''", '"').strip()
    parts = [part.strip() for part in re.split(r"[;|、]|,\s+| / ", plain) if part.strip()]
    read = [_one(part, units) for part in parts]
    known = [value for value in read if value is not None]
    return min(known) if known and len(known) == len(read) else None


def conditionals(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of value and condition in `no @ (07:00-09:00); yes @ (weekend)`.

    A text without any condition is one value that holds always.
    """
    if "@" not in text:
        yield text.strip(), ""
        return
    depth, start = 0, 0
    for at, letter in enumerate(f"{text};"):
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth <= 0:
            value, _, condition = text[start:at].partition("@")
            if "@" in text[start:at]:
                yield value.strip(), condition.strip()
            start = at + 1


def by_size(condition: str) -> bool:
    """Whether a condition holds only for vehicles above a size."""
    return _SIZE.search(condition.lower()) is not None


@cache
def axle_share() -> float:
    """Share of its weight that a truck carries on its heaviest axle."""
    table = tomllib.loads(DEFAULTS_FILE.read_text(encoding="utf-8"))
    return float(table["axle_share"])


def _for_others(words: list[str], *, along: bool) -> bool:
    """Whether a limit with these suffixes does not bind us in this direction."""
    against = "backward" if along else "forward"
    return against in words or not OTHERS.isdisjoint(words)


def _take(
    found: dict[str, float], kind: str, tag: tuple[str, str], notes: MapNotes, what: str
) -> None:
    """Lower the limit of `kind` by what one tag says."""
    key, text = tag
    values = [text]
    if key.endswith(":conditional"):
        values = [value for value, _ in conditionals(text)]
        notes.add("conditions", f"{what} {key}={text}")
    for value in values:
        said = value.strip().lower()
        if said in NO_LIMIT or (said == "yes" and "signed" in key):
            continue
        most = measure(said, _UNITS[kind])
        if most is None:
            notes.add("limits_unread", f"{what} {key}={text}")
            most = 0.0
        found[kind] = min(found.get(kind, most), most)


def _by_size(text: str, notes: MapNotes, example: str) -> Iterator[tuple[str, float]]:
    """Limits in access rules such as `no @ (weight>7.5)`."""
    for value, condition in conditionals(text):
        if value.lower() in OPEN | DESTINATION:
            continue
        for name, _, size in _SIZE.findall(condition.lower()):
            kind = "weight" if "weight" in name else name.removesuffix("load")
            most = measure(size, _UNITS[kind])
            if most is None:
                notes.add("limits_unread", example)
                most = 0.0
            yield kind, most


def _one(part: str, units: Mapping[str, float]) -> float | None:
    """One quantity in the base unit."""
    if "'" in units:
        if match := _FEET.fullmatch(part):
            return 0.3048 * float(match[1]) + 0.0254 * float(match[2])
        if match := _METRES_CM.fullmatch(part):
            return float(f"{match[1]}.{match[2]}")
    match = _PLAIN.fullmatch(part)
    if match is None:
        return None
    text, unit = match[1].replace(" ", ""), match[2]
    if units.get(unit, 1.0) < SMALL_UNIT and re.fullmatch(r"\d{1,3},\d{3}", text):
        text = text.replace(",", "")  # 40,000 lbs
    number = float(text.replace(",", "."))
    return _bare(number, units) if not unit else _in(number, unit, units)


def _in(number: float, unit: str, units: Mapping[str, float]) -> float | None:
    factor = units.get(unit)
    return None if factor is None else number * factor


def _bare(number: float, units: Mapping[str, float]) -> float | None:
    """A number without a unit; one that no sign shows lost its unit, or says nothing."""
    if "m" in units and number > (MOST_LENGTH_M if units is LENGTHS else MOST_M):
        if number < CENTIMETRES_FROM:
            return None
        return number / (CENTIMETRES_FROM if number < MILLIMETRES_FROM else MILLIMETRES_FROM)
    if units is TONNES and number > MOST_T:
        return number / 1000 if number >= KILOGRAMS_FROM else None
    return number


def _whole(found: Mapping[str, float], kind: str, factor: int) -> int:
    return max(CLOSED, round(factor * found[kind])) if kind in found else 0
