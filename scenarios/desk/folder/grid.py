"""A district's tables as grids: which there are, what stands in their cells, cells corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.district.grids import choose_sheet, find_tables
from scenarios.district.settings import read_settings
from scenarios.district.words.header import find_header
from scenarios.district.words.headings import TABLES, known_headings
from scenarios.district.words.messages import Findings
from scenarios.tables.rewrite import Edits, is_written, rewritten
from scenarios.tables.sheet import SheetError
from scenarios.tables.text import printable

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scenarios.district.grids import Source
    from scenarios.tables.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAt:
    """Where a table lies: its file, and its sheet in a workbook. Not every kind can be changed."""

    table: str
    file: str
    sheet: str
    changeable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of a table as a spreadsheet shows them.

    `header` is the number of the row of headings (0: none was found), `headings` their texts;
    `rows` are (number, cells); `total` counts all rows that hold anything.
    """

    place: TableAt
    header: int
    headings: list[str]
    rows: list[tuple[int, list[str]]]
    total: int

    def part(self, skip: int, most: int) -> Grid:
        """Of the rows here up to `most` after the first `skip`."""
        return replace(self, rows=self.rows[skip : skip + most])


def tables_of(folder: Path) -> list[TableAt]:
    """The tables of a district's folder, in the order of their names in the format."""
    sources = find_tables(folder, Findings()).sources
    return [_place(name, sources[name]) for name in TABLES if name in sources]


def _place(table: str, source: Source) -> TableAt:
    return TableAt(
        table=table,
        file=printable(source.path.name),
        sheet=source.title,
        changeable=is_written(source.path),
    )


def grid_of(folder: Path, day: date, table: str, *, skip: int, most: int) -> Grid:
    """Up to `most` filled rows of a table after the first `skip`; raises `HuanweiError`."""
    place, _, sheet = opened(folder, day, table)
    header = find_header(sheet, table)
    try:
        filled = [(number, cells) for number, cells in sheet.rows() if any(cells)]
    except SheetError as error:
        raise _unreadable(place.file, error) from None
    return Grid(
        place=place, header=header.number if header else 0,
        headings=header.texts if header else [], total=len(filled),
        rows=[(number, [str(cell) for cell in cells])
              for number, cells in islice(filled, skip, skip + most)],
    )  # fmt: skip


def corrected(folder: Path, day: date, table: str, edits: Edits) -> tuple[str, bytes]:
    """The name and the new content of the file that holds a table; raises `HuanweiError`."""
    place, path, sheet = opened(folder, day, table)
    content = rewritten(
        path.read_bytes(), path.suffix, sheet.title, edits, encoding=_encoding(folder, day, table),
        known=lambda cells: len(known_headings(cells, table)),
    )  # fmt: skip
    return place.file, content


def opened(folder: Path, day: date, table: str) -> tuple[TableAt, Path, Sheet]:
    """Where a table lies, its file and its sheet; raises `HuanweiError` where none can be read."""
    files, findings = find_tables(folder, Findings()), Findings()
    source = files.sources.get(table)
    if source is None:
        raise HuanweiError(f"The district has no table {table}.", zh=f"辖区没有表 {table}。")
    place = _place(table, source)
    try:
        encoding = _encoding(folder, day, table)
        sheets = files.sheets(
            source.path, encoding, lambda cells: len(known_headings(cells, table))
        )
        sheet = choose_sheet(sheets, source, table, findings) if sheets else None
    except SheetError as error:
        raise _unreadable(place.file, error) from None
    if sheet is None:
        told = findings.errors()
        raise HuanweiError(
            told[0].text("en") if told else f"{place.file} holds no rows.",
            zh=told[0].text("zh") if told else f"{place.file} 中没有内容。",
        )
    return place, source.path, sheet


def _encoding(folder: Path, day: date, table: str) -> str | None:
    settings = read_settings(folder, day, Findings())
    return settings.encoding_of(table) if settings else None


def _unreadable(file: str, error: SheetError) -> HuanweiError:
    detail = " ".join(str(word) for word in error.words.values())
    return HuanweiError(
        f"{file} cannot be read ({error.code} {detail}).",
        zh=f"{file} 无法读取（{error.code} {detail}）。",
    )
