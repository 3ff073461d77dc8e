"""What a column's heading means: the column, and whether its unit is the expected one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scenarios.district.words.cells import folded, names
from scenarios.district.words.messages import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

TABLES: tuple[str, ...] = (
    "facilities", "vehicles", "points", "crews", "streets", "closures", "orders",
    "quotas", "climate", "contracts", "permits", "disposals", "zones",
)  # fmt: skip
REQUIRED_TABLES = ("facilities", "vehicles")
USUAL_TABLES = ("points", "crews")
PAIRS = {"lonlat": ("lon", "lat"), "latlon": ("lon", "lat")}
"""Columns that hold a place in one cell, and the columns they stand for."""
_BRACKETED = re.compile(r"(.+?)[(\[](.*)[)\]]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading understood: the column it names, or none.

    `unit` is the unit written, empty if none; `factor` turns its values into the column's unit
    and is 1 where the heading is as expected; `assumed` tells that a unit is missing.
    """

    column: str | None
    unit: str = ""
    factor: float = 1.0
    assumed: bool = False


def columns_of(table: str) -> Mapping[str, Mapping[str, Any]]:
    """Columns of `table` as `headers.toml` describes them, by name."""
    columns: Mapping[str, Mapping[str, Any]] = names()["tables"][table]["columns"]
    return columns


def required_columns(table: str) -> tuple[str, ...]:
    """Columns `table` cannot do without."""
    return tuple(names()["tables"][table]["required"])


@cache
def _bases(table: str) -> Mapping[str, str]:
    """Folded names without unit, and full names, to the column."""
    found: dict[str, str] = {}
    for column, facts in columns_of(table).items():
        found[column] = column
        base = column.removesuffix("_" + facts["unit"]) if "unit" in facts else column
        for name in (base, *facts["names"]):
            found.setdefault(folded(name).replace(" ", "_"), column)
    return found


def read_heading(text: str, table: str) -> Heading:
    """Understand one heading of `table`; blanks, case, width of letters and a * do not matter."""
    plain = re.sub(r"\s+", "_", text.strip().rstrip("*＊"))
    plain = folded(plain)
    if plain in columns_of(table):
        return Heading(plain)
    bases = _bases(table)
    for base, unit in _splits(plain):
        column = bases.get(base) or bases.get(base.replace("_", ""))  # 名 称
        if column is not None:
            heading = _with_unit(columns_of(table)[column], column, unit)
            if heading is not None:
                return heading
    for base, column in bases.items():  # 垃圾量kg
        if plain.startswith(base) and "unit" in columns_of(table)[column]:
            heading = _with_unit(columns_of(table)[column], column, plain[len(base) :])
            if heading is not None:
                return heading
    return Heading(None)


def _splits(plain: str) -> list[tuple[str, str]]:
    """Ways to read the text as a base and a unit, the likeliest first."""
    if (match := _BRACKETED.fullmatch(plain)) is not None:
        return [(match[1].rstrip("_"), match[2])]
    parts = plain.split("_")
    cuts = range(1, len(parts))
    return [(plain, ""), *(("_".join(parts[:cut]), "_".join(parts[cut:])) for cut in cuts)]


def _with_unit(facts: Mapping[str, Any], column: str, unit: str) -> Heading | None:
    """The heading of `column` with `unit` written after it; None if that makes no sense."""
    if "unit" not in facts:
        return Heading(column)  # a remark in brackets, such as 编号(必填)
    if not unit:
        return Heading(column, assumed=True)
    scale = names()["units"][facts["of"]]
    if unit not in scale:
        return None
    return Heading(column, unit, scale[unit] / scale[facts["unit"]])


def pair_order(text: str, table: str) -> str | None:
    """The pair column that a heading names (经纬度, "lon,lat"), if `table` has places."""
    if "lon" not in columns_of(table):
        return None
    plain = re.sub(r"[\s_]+", "", folded(text.strip().rstrip("*＊")))
    plain = re.sub(r"[(\[](wgs-?84|gps|gcj-?02|bd-?09|度|°)[)\]]$", "", plain)
    return next((order for order, known in names()["pairs"].items() if plain in known), None)


@cache
def columns_named(text: str, table: str) -> Set[str]:
    """Columns of `table` that a heading names: one, the two of a place, or none."""
    column = read_heading(text, table).column or pair_order(text, table)
    return frozenset() if column is None else frozenset(PAIRS.get(column, (column,)))


def known_headings(cells: list[str], table: str) -> set[str]:
    """Columns of `table` that these cells name."""
    return set().union(*(columns_named(str(cell), table) for cell in cells if cell.strip()))


def nearest_column(text: str, table: str) -> str:
    """The column of `table` whose name looks most like `text`, or an empty text."""
    bases = _bases(table)
    return bases.get(nearest(folded(text), bases), "")
