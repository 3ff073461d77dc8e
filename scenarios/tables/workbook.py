"""Workbooks of Excel, WPS and LibreOffice to sheets of text: .xlsx, .xlsm, .xlsb, .xls, .et, .ods.

python-calamine reads the values; formulas without a value are told by `flaws`.
"""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import python_calamine as calamine

from scenarios.tables.biff import biff_flaws
from scenarios.tables.flaws import Marks, marks_of
from scenarios.tables.sheet import MAX_BLANK_ROWS, Across, Merged, Sheet, SheetError
from scenarios.tables.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scenarios.tables.flaws import Flaws

MAX_UNPACKED = 300_000_000
"""Bytes a workbook may unpack to."""
MAX_MERGED = 200_000
"""Cells of one sheet that are filled from merged ones; a sheet merged whole has no more."""
_UNSAFE = (b"<!DOCTYPE", b"<!ENTITY")
_HEAD = 4_096
"""Bytes at the beginning of an XML part within which its declarations stand."""
_BINARY = b"\xd0\xcf\x11\xe0"
"""The first bytes of .xls and .et."""
_BINARY_PARTS = "xl/workbook.bin"
"""The part that only an .xlsb has."""
_PATIENCE_S = 120
"""Seconds a child may take to read an old workbook; the largest of 65,536 rows take 2."""
_PROBE = """
import contextlib, io, sys, python_calamine as calamine
with contextlib.suppress(Exception):  # told by the parent, which meets it too
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        sheet.merged_cell_ranges, sum(1 for _ in sheet.iter_rows())
"""
_UNREADABLE = (
    calamine.CalamineError, zipfile.BadZipFile, ParseError, KeyError, ValueError, EOFError,
    NotImplementedError, OSError, RuntimeError, zlib.error, struct.error, IndexError,
)  # fmt: skip
"""What calamine, olefile, zipfile and the XML reader raise when parts are missing or malformed."""


def workbook_sheets(raw: bytes) -> list[Sheet]:
    """The sheets of a workbook that hold anything; raises `SheetError` if it is none."""
    try:
        if _may_end_its_reader(raw) and not _survives(raw):
            raise SheetError("E204", detail="not a whole workbook · 工作簿已损坏或不完整")
        _refuse_dangerous(raw)
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        marks = _marks(raw, book)
        sheets = [
            _sheet(book, meta, marks.get(meta.name, Marks({}, [])))
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError:
        raise SheetError("E204", detail="protected by a password · 有密码保护") from None
    except _UNREADABLE:
        raise SheetError("E204", detail="not a whole workbook · 工作簿已损坏或不完整") from None
    return [sheet for sheet in sheets if sheet is not None]


def _may_end_its_reader(raw: bytes) -> bool:
    """Whether a workbook is of the kinds (.xls, .et, .xlsb) with which calamine may break down."""
    if raw.startswith(_BINARY):
        return True
    if not raw.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        return _BINARY_PARTS in parts.namelist()


def _survives(raw: bytes) -> bool:
    """Whether a child process reads a binary workbook to its end.

    A damaged one can end the process that reads it (seen with calamine 0.9.1).
    """
    done = subprocess.run(
        [sys.executable, "-c", _PROBE],
        input=raw,
        capture_output=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    return done.returncode == 0


def _refuse_dangerous(raw: bytes) -> None:
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            refuse_danger(parts)


def _marks(raw: bytes, book: calamine.CalamineWorkbook) -> dict[str, Marks]:
    """What the file itself says of the cells of every sheet, by its title."""
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            return marks_of(parts)
    titles = [meta.name for meta in book.sheets_metadata]
    found = zip(titles, biff_flaws(raw), strict=False)
    return {title: Marks(flaws, []) for title, flaws in found}


def refuse_danger(parts: zipfile.ZipFile) -> None:
    """Raise `SheetError` where unpacking would be unsafe: too large, or XML entities."""
    if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED // 1_000_000} MB"
        raise SheetError("E211", detail=f"it unpacks to more than {limit}")
    for part in parts.infolist():
        if part.filename.endswith((".xml", ".rels", ".kml")):
            with parts.open(part) as stream:
                refuse_entities(stream.read(_HEAD), part.filename)


def refuse_entities(head: bytes, name: str) -> None:
    """Raise `SheetError` where XML declares entities, which may unfold without end."""
    if any(mark in head[:_HEAD].upper() for mark in _UNSAFE):
        raise SheetError("E211", detail=f"XML entities in {name}")


def _sheet(
    book: calamine.CalamineWorkbook, meta: calamine.SheetMetadata, marks: Marks
) -> Sheet | None:
    sheet, flaws = book.get_sheet_by_name(meta.name), marks.flaws
    if sheet.start is None and not flaws:
        return None
    ranges = sheet.merged_cell_ranges or marks.merged
    merged = dict(_merged(ranges))
    left = sheet.start[1] if sheet.start else 0
    anchors = {place for place, _ in merged.values()}

    def rows() -> Iterator[tuple[int, list[str]]]:
        held: dict[tuple[int, int], str] = {}
        blank = 0
        lines: Iterable[list[Any]] = sheet.iter_rows() if sheet.start else ()
        for number, cells in enumerate(_long_enough(lines, left, flaws)):
            texts = [cell_text(value) for value in cells]
            for place in range(len(texts)):
                texts[place] = flaws.get((number, place), texts[place])
                if (number, place) in anchors:
                    held[number, place] = texts[place]
                elif (number, place) in merged and not texts[place]:
                    anchor, kind = merged[number, place]
                    texts[place] = kind(held.get(anchor, ""))
            blank = 0 if any(texts) else blank + 1
            if blank > MAX_BLANK_ROWS:
                return
            yield number + 1, texts

    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    return Sheet(clean(meta.name), rows, hidden=hidden)


def _long_enough(lines: Iterable[list[object]], left: int, flaws: Flaws) -> Iterator[list[Any]]:
    """Rows from column A on, as many and as long as the flawed cells ask for."""
    width = max((column for _, column in flaws), default=-1) + 1
    last = max((row for row, _ in flaws), default=-1)
    number = -1
    for number, cells in enumerate(lines):  # noqa: B007  # counted for the rows below
        row = [""] * left + cells
        yield row + [""] * (width - len(row))
    for _ in range(last - number):
        yield [""] * width


def _merged(
    ranges: list[tuple[tuple[int, int], tuple[int, int]]],
) -> Iterator[tuple[tuple[int, int], tuple[tuple[int, int], type[Merged]]]]:
    """Every cell that a merged one covers: its anchor, and whether it lies to the right of it."""
    left = MAX_MERGED
    for (top, first), (bottom, last) in ranges:
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0:
            return
        for row in range(top, bottom + 1):
            for column in range(first, last + 1):
                if (row, column) != (top, first):
                    yield (row, column), ((top, first), Across if column > first else Merged)


def cell_text(value: object) -> str:
    """A cell of a workbook as the text a person would have typed."""
    text = "" if value is None else clean(str(value)).strip()
    match value:
        case bool():
            text = "yes" if value else "no"
        case float() if value == value // 1 and abs(value) < 1e15:
            text = str(int(value))
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(sep=" ", timespec="minutes")
        case time():
            text = value.isoformat(timespec="minutes")
        case timedelta():
            minutes = round(value / timedelta(minutes=1))
            text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return text
