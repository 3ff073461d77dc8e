"""Rows of a table set, added and taken out by the names of their columns, in the file as it lies.

A person sees a row, changes some of its cells, and others may change the table meanwhile: a row is
found again by what was seen of it, cells that nobody else touched are changed, and what would
overwrite somebody's cell is refused and told.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.desk.folder.grid import corrected, opened, tables_of
from scenarios.district.places import PLACED_TABLES
from scenarios.district.settings import read_settings
from scenarios.district.words.cells import names
from scenarios.district.words.header import find_header
from scenarios.district.words.headings import (
    PAIRS,
    TABLES,
    columns_of,
    pair_order,
    read_heading,
    required_columns,
)
from scenarios.district.words.messages import Findings, suggest
from scenarios.tables.rewrite import Edits
from solver.roads.crs import from_wgs84

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

Spot = tuple[float, float]
"""Longitude and latitude in WGS-84 [degrees]."""
DECIMALS_DEGREES = 7
"""Decimals of a degree that are written: 1 cm."""
DECIMALS_METRES = 2
"""Decimals of a metre that are written where the datum is a projection."""
BOM = "\ufeff"
"""Excel takes a CSV without it for GBK."""


class ConflictError(HuanweiError):
    """Somebody else changed what a person wants to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRow:
    """A row with other values.

    `row` is its number in the spreadsheet and `seen` its cells as the person saw them; `values`
    are texts by column; `at` is where it shall lie and `ring` the corners of its area, in WGS-84.
    """

    row: int
    seen: Sequence[str]
    values: Mapping[str, str] = field(default_factory=dict)
    at: Spot | None = None
    ring: Sequence[Spot] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A row to add: texts by column, where it lies or the corners of its area in WGS-84."""

    values: Mapping[str, str] = field(default_factory=dict)
    at: Spot | None = None
    ring: Sequence[Spot] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneRow:
    """A row to take out, as `SetRow` names it."""

    row: int
    seen: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What shall become of one table."""

    table: str
    put: Sequence[SetRow] = ()
    added: Sequence[NewRow] = ()
    gone: Sequence[GoneRow] = ()


@dataclass(slots=True)
class Layout:
    """Columns of a table as its file has them: position by column; `heads` are the headings.

    `pair` is the position and the order of a column that holds a whole place; `factors` are those
    of columns in another unit than usual (tonnes of a column in kg: 1000).
    """

    table: str
    header: int
    heads: list[str]
    places: dict[str, int]
    pair: tuple[int, str] | None = None
    factors: dict[str, float] = field(default_factory=dict)

    def texts(self, wish: SetRow | NewRow, crs: str) -> dict[int, str]:
        """Texts by position; columns that the file lacks come behind the others.

        Raises `HuanweiError` for columns that no such table has.
        """
        cells = {column: text.strip() for column, text in wish.values.items()}
        if wish.at is not None:
            cells |= _in_datum(self.table, wish.at, crs)
        if wish.ring:
            cells["area"] = ";".join(",".join(datum_texts(spot, crs)) for spot in wish.ring)
        found: dict[int, str] = {}
        for column, text in cells.items():
            _refuse_unknown(column, self.table)
            if self.pair is not None and column in PAIRS[self.pair[1]]:
                continue
            if column not in self.places:
                if not text:
                    continue
                self.places[column] = len(self.heads)
                self.heads.append(self._heading(column))
            found[self.places[column]] = self._in_unit(column, text)
        if self.pair is not None and {"lon", "lat"} & cells.keys():
            where, order = self.pair
            lon, lat = cells.get("lon", ""), cells.get("lat", "")
            found[where] = f"{lon},{lat}" if order == "lonlat" else f"{lat},{lon}"
        return found

    def _in_unit(self, column: str, text: str) -> str:
        """A number in the column's own unit; what is none is told by the check."""
        factor = self.factors.get(column, 1.0)
        try:
            return text if factor == 1 else f"{float(text) / factor:.9g}"
        except ValueError:
            return text

    def _heading(self, column: str) -> str:
        """The heading of a new column, in the language of the others."""
        facts = columns_of(self.table)[column]
        if any(head in columns_of(self.table) for head in self.heads) or not facts["names"]:
            return column
        return f"{facts['names'][0]}({facts['unit']})" if "unit" in facts else facts["names"][0]


def with_wishes(folder: Path, day: date, wishes: Wishes) -> tuple[str, bytes]:
    """The name and the new content of the file that holds a table, begun where there is none.

    Raises `ConflictError` where a row is not as it was seen, `HuanweiError` for what cannot be.
    """
    crs = crs_of(folder, day, wishes.table)
    if wishes.table not in {one.table for one in tables_of(folder)}:
        return f"{wishes.table}.csv", _begun(wishes, crs)
    _, _, sheet = opened(folder, day, wishes.table)
    rows = dict(sheet.rows())
    layout = layout_of(folder, day, wishes.table)
    width = len(layout.heads)
    cells: list[tuple[int, int, str]] = []
    for one in wishes.put:
        texts = layout.texts(one, crs)
        number = _found(layout, rows, one, set(texts))
        cells += [(number, column, text) for column, text in texts.items()]
    removed = [_found(layout, rows, one, None) for one in wishes.gone]
    added = [_row(layout.texts(one, crs)) for one in wishes.added]
    for column, head in enumerate(layout.heads[width:], start=width):
        cells.append((layout.header, column, head))
    edits = Edits(cells=cells, removed=removed, added=added)
    return corrected(folder, day, wishes.table, edits)


def layout_of(folder: Path, day: date, table: str) -> Layout:
    """The columns of a table; raises `HuanweiError` where the file has no row of headings."""
    place, _, sheet = opened(folder, day, table)
    header = find_header(sheet, table)
    if header is None:
        raise HuanweiError(
            f"{place.file} has no row of headings that are known.",
            zh=f"{place.file} 中没有可识别的表头。",
        )
    layout = Layout(table, header.number, list(header.texts), {})
    for at, text in enumerate(header.texts):
        heading, order = read_heading(text, table), pair_order(text, table)
        if heading.column is not None and heading.column not in layout.places:
            layout.places[heading.column] = at
            layout.factors[heading.column] = heading.factor
        elif heading.column is None and order is not None and layout.pair is None:
            layout.pair = (at, order)
    return layout


def rows_named(folder: Path, day: date, table: str, name: str) -> list[tuple[int, list[str]]]:
    """Rows with the id `name`, or the one with the number after a #: their numbers and cells."""
    layout, (_, _, sheet) = layout_of(folder, day, table), opened(folder, day, table)
    rows = [
        (number, [str(cell) for cell in cells])
        for number, cells in sheet.rows()
        if number > layout.header
    ]
    if name.startswith("#"):
        return [one for one in rows if str(one[0]) == name[1:] and any(one[1])]
    at = layout.places.get("id")
    return [one for one in rows if at is not None and _cell(one[1], at) == name]


def crs_of(folder: Path, day: date, table: str) -> str:
    """The datum of a table's places."""
    settings = read_settings(folder, day, Findings())
    return settings.crs_of(table) if settings is not None else "wgs84"


def datum_texts(at: Spot, crs: str) -> tuple[str, str]:
    """A place in WGS-84 as a table in `crs` holds it: longitude (or x) and latitude (or y)."""
    x, y = from_wgs84(at[0], at[1], crs)
    digits = DECIMALS_METRES if crs.startswith("epsg:") and crs != "epsg:4326" else DECIMALS_DEGREES
    return f"{float(x[0]):.{digits}f}", f"{float(y[0]):.{digits}f}"


def _in_datum(table: str, at: Spot, crs: str) -> dict[str, str]:
    if table not in PLACED_TABLES:
        raise HuanweiError(f"Rows of {table} have no place.", zh=f"表 {table} 的行没有位置。")
    return dict(zip(("lon", "lat"), datum_texts(at, crs), strict=True))


def _begun(wishes: Wishes, crs: str) -> bytes:
    """A new table with its first rows."""
    if wishes.table not in TABLES:
        raise HuanweiError(f"There is no table {wishes.table}.", zh=f"没有表 {wishes.table}。")
    if wishes.put or wishes.gone:
        raise _conflict(wishes.table, "the table is gone", "数据表已不存在")
    given = {column for one in wishes.added for column in one.values}
    given |= {"lon", "lat"} if any(one.at is not None for one in wishes.added) else set()
    given |= {"area"} if any(one.ring for one in wishes.added) else set()
    heads = [
        column
        for column in columns_of(wishes.table)
        if column in given or column in required_columns(wishes.table)
    ]
    places = {column: at for at, column in enumerate(heads)}
    layout = Layout(wishes.table, 1, heads, places)
    rows = [_row(layout.texts(one, crs)) for one in wishes.added]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([layout.heads, *rows])
    return (BOM + out.getvalue()).encode()


def _row(texts: Mapping[int, str]) -> list[str]:
    return [texts.get(at, "") for at in range(max(texts, default=-1) + 1)]


def _refuse_unknown(column: str, table: str) -> None:
    if column not in columns_of(table):
        words = suggest(column, columns_of(table))
        raise HuanweiError(
            f"The table {table} has no column {column}. {words['nearest_en']}"
            f"Columns: {words['known']}.",
            zh=f"表 {table} 没有列 {column}。{words['nearest_zh']}可用的列：{words['known']}。",
        )


def _found(
    layout: Layout, rows: Mapping[int, list[str]], wish: SetRow | GoneRow, touched: set[int] | None
) -> int:
    """The number by now of the row a wish names; `touched` are its cells (None: all)."""
    seen = _trimmed(wish.seen)
    here = _trimmed(rows.get(wish.row, []))
    if here == seen:
        return wish.row
    same = [number for number, cells in rows.items() if _trimmed(cells) == seen]
    if len(same) == 1:
        return same[0]
    now = _by_key(layout, rows, seen)
    if now is None:
        raise _conflict(
            f"{layout.table} {wish.row}", "the row is not there any more", "该行已不存在"
        )
    number, cells = now
    odd = [
        at
        for at in range(max(len(seen), len(cells)))
        if _cell(seen, at) != _cell(cells, at) and (touched is None or at in touched)
    ]
    if odd:
        told = "; ".join(f"{_cell(layout.heads, at)} = {_cell(cells, at)}" for at in odd)
        raise _conflict(f"{layout.table} {number}", f"now {told}", f"现为 {told}")
    return number


def _by_key(
    layout: Layout, rows: Mapping[int, list[str]], seen: list[str]
) -> tuple[int, list[str]] | None:
    """The row with the same id as the one seen, where the table has ids and one row has it."""
    at = layout.places.get(names()["tables"][layout.table].get("key", ""))
    if at is None or not _cell(seen, at):
        return None
    same = [(number, cells) for number, cells in rows.items() if _cell(cells, at) == seen[at]]
    return (same[0][0], _trimmed(same[0][1])) if len(same) == 1 else None


def _trimmed(cells: Sequence[str]) -> list[str]:
    """The cells without the empty ones at the end."""
    texts = [str(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _cell(cells: Sequence[str], at: int) -> str:
    return str(cells[at]) if at < len(cells) else ""


def _conflict(place: str, en: str, zh: str) -> ConflictError:
    return ConflictError(
        f"{place} was changed by somebody else meanwhile: {en}. Nothing was overwritten.",
        zh=f"{place} 已被他人修改：{zh}。未作覆盖。",
    )
