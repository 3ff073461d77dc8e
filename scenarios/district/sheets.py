"""Tables as they lie in a folder, filed under their columns.

Rows keep the number a spreadsheet shows. Title rows above the header, rows that begin with `#`
and empty rows are skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.district.cells import narrow
from scenarios.district.grids import HEADER_ROWS, csv_grid, xlsx_grid
from scenarios.district.headings import (
    REQUIRED_TABLES,
    USUAL_TABLES,
    columns_of,
    known_headings,
    nearest_column,
    read_heading,
    required_columns,
)
from scenarios.district.messages import Where, suggest

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.district.grids import Grid
    from scenarios.district.messages import Findings

_ERROR_VALUES = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number in the spreadsheet and its cells that are not empty, by column."""

    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """A table read: `headings` by column as written; `broken` columns were reported already."""

    name: str
    file: str
    headings: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    faulty: bool = False
    """Some rows could not be filed."""

    def heading(self, column: str) -> str:
        """The column's heading as the file writes it."""
        return self.headings.get(column, column)

    def where(self, row: int = 0, column: str = "") -> Where:
        """A place in the table, the column under its own heading."""
        return Where(self.file, row, self.heading(column))


def read_table(path: Path, name: str, encoding: str | None, findings: Findings) -> Table | None:
    """Rows of text of the table in `path`; None (and findings) if it cannot be read at all."""
    if path.suffix.lower() == ".csv":
        grid = csv_grid(path, name, encoding, findings)
    else:
        grid = xlsx_grid(path, findings)
    return None if grid is None else _table(grid, name, path.name, findings)


def _table(grid: Grid, name: str, file: str, findings: Findings) -> Table | None:
    """Find the header, understand it, and file the cells under their columns."""
    if not any(any(cells) for _, cells in grid):
        _note_empty(Table(name, file), findings)
        return None
    at = _header_at(grid, name)
    if at is None:
        columns = ", ".join(required_columns(name) or columns_of(name))
        findings.add("E206", Where(file), rows=HEADER_ROWS, columns=columns)
        return None
    table = Table(name, file)
    number, header = grid[at]
    places = _places(table, number, header, findings)
    for number, cells in grid[at + 1 :]:
        if not any(cells) or (cells[0].startswith("#") and not _ERROR_VALUES.match(cells[0])):
            continue
        if any(cells[len(header) :]):
            words = {"cells": len(cells), "columns": len(header)}
            findings.add("E316", Where(file, number), cells[-1], **words)
            table.faulty = True
            continue
        row = Row(number, {})
        for column, place in places.items():
            if place < len(cells) and cells[place]:
                _file_cell(table, row, column, cells[place], findings)
        if row.cells:
            table.rows.append(row)
    if not table.rows and not table.faulty and not table.broken:
        _note_empty(table, findings)
    return table


def _note_empty(table: Table, findings: Findings) -> None:
    """An error where rows are needed, a warning where they are usual, else nothing."""
    if table.name in REQUIRED_TABLES:
        findings.add("E210", Where(table.file))
    elif table.name in USUAL_TABLES:
        findings.add("W205", Where(table.file))


def _file_cell(table: Table, row: Row, column: str, text: str, findings: Findings) -> None:
    if _ERROR_VALUES.fullmatch(narrow(text)):
        findings.add("E315", table.where(row.number, column), text)
        text = ""
    row.cells[column] = text


def _header_at(grid: Grid, name: str) -> int | None:
    """Index of the row with the most known headings, at least two (one in a one-column table)."""
    best, most = None, 0
    for at, (_, cells) in enumerate(grid[:HEADER_ROWS]):
        known = known_headings(cells, name)
        if len(known) > most and (len(known) > 1 or sum(map(bool, cells)) == 1):
            best, most = at, len(known)
    return best


def _places(table: Table, number: int, header: list[str], findings: Findings) -> dict[str, int]:
    """Position of every column that can be used; findings about the header."""
    places: dict[str, int] = {}
    for place, text in enumerate(header):
        if not text or text.startswith("#"):
            continue
        heading, where = read_heading(text, table.name), Where(table.file, number, text)
        column = heading.column
        if column is None:
            close = nearest_column(text, table.name)
            guess = [close] if close and close not in table.headings else []
            findings.add("W201", where, **suggest(close, guess))
        elif column in table.headings:
            findings.add("E208", where, others=f"{table.headings[column]}, {text}")
        elif heading.factor != 1:
            words = {"expected": column, "unit": heading.unit, "factor": f"{heading.factor:g}"}
            findings.add("E209", where, heading.unit, **words)
            table.headings[column] = text
            table.broken.add(column)
        else:
            table.headings[column] = text
            places[column] = place
            if heading.assumed:
                findings.add("W202", where, expected=column)
    for column in required_columns(table.name):
        if column not in table.headings:
            alias = columns_of(table.name)[column]["names"][0]
            findings.add("E207", Where(table.file, number, column), expected=column, alias=alias)
            table.broken.add(column)
    return places
