"""Rows of a district's tables by the names of their columns, whatever their headings are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.desk.folder.grid import Grid, corrected, grid_of, tables_of
from scenarios.district.words.cells import folded
from scenarios.district.words.headings import columns_named, pair_order, read_heading
from scenarios.tables.rewrite import LARGEST_ROW, Edits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

Value = str | float | None
"""What a cell is to hold: a text, or a number in the column's own unit (`demand_kg`: kg)."""
_PLACE = ("lon", "lat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A table's file with rows changed: `id` of the row, `base` the SHA-256 it was made on."""

    id: str
    file: str
    content: bytes
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a table: by number in the spreadsheet, cells by column."""

    grid: Grid
    rows: Mapping[int, Mapping[str, str]]

    @classmethod
    def of(cls, folder: Path, day: date, table: str) -> Rows | None:
        """The rows of a table below its header; None where the folder has no such table.

        Raises `HuanweiError` for a file that cannot be read, or that has no headings.
        """
        if table not in {one.table for one in tables_of(folder)}:
            return None
        grid = grid_of(folder, day, table, skip=0, most=LARGEST_ROW)
        if not grid.header:
            raise HuanweiError(
                f"{grid.place.file} has no headings of {table}.",
                zh=f"{grid.place.file} 中没有可识别的列名。",
            )
        named = [(at, columns_named(text, table)) for at, text in enumerate(grid.headings)]
        rows = {
            number: {
                column: cells[at].strip()
                for at, columns in named
                for column in columns
                if at < len(cells)
            }
            for number, cells in grid.rows
            if number > grid.header
        }
        return cls(grid=grid, rows=rows)

    def find(self, text: str, *columns: str) -> int:
        """The number of the row that has `text` in one of `columns`, the first first; 0: none."""
        wanted = folded(text)
        for column in columns:
            for number, cells in self.rows.items():
                if wanted and folded(cells.get(column, "")) == wanted:
                    return number
        return 0


def rewritten(
    folder: Path,
    day: date,
    found: Rows,
    *,
    changed: Mapping[int, Mapping[str, Value]] | None = None,
    added: Sequence[Mapping[str, Value]] = (),
) -> tuple[str, bytes, str]:
    """File, content and SHA-256 before of a table with cells `changed` by row, and rows `added`.

    Columns that the table does not have yet are put behind its last one. Raises `HuanweiError`.
    """
    table, grid = found.grid.place.table, found.grid
    wanted = [*(changed or {}).values(), *added]
    texts = list(grid.headings)
    known = set().union(*(columns_named(text, table) for text in texts))
    missing = [
        column for column in dict.fromkeys(name for one in wanted for name in one)
        if column not in known and any(one.get(column) not in {None, ""} for one in wanted)
    ]  # fmt: skip
    head = [(grid.header, len(texts) + at, column) for at, column in enumerate(missing)]
    texts += missing
    cells = [
        (number, at, text)
        for number, values in (changed or {}).items()
        for at, text in enumerate(_line(table, texts, values))
        if text is not None
    ]
    lines = [[text or "" for text in _line(table, texts, values)] for values in added]
    path = folder / grid.place.file
    base = hashlib.sha256(path.read_bytes()).hexdigest()
    edits = Edits(cells=[*head, *cells], added=lines)
    file, content = corrected(folder, day, table, edits)
    return file, content, base


def _line(table: str, texts: Sequence[str], values: Mapping[str, Value]) -> list[str | None]:
    """The cells of a row below these headings; None where nothing is said of one."""
    line: list[str | None] = [None] * len(texts)
    for at, text in enumerate(texts):
        columns = columns_named(text, table)
        if columns == set(_PLACE) and values.get("lon") is not None:
            order = _PLACE if pair_order(text, table) == "lonlat" else _PLACE[::-1]
            line[at] = ",".join(_text(values[column], 1) for column in order)
        for column in columns & values.keys():
            if len(columns) == 1:
                line[at] = _text(values[column], read_heading(text, table).factor)
    return line


def _text(value: Value, factor: float) -> str:
    """A value as it is typed into a column whose unit is `factor` of the usual one."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value / factor:.9g}"
