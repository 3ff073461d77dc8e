"""Files of tables to grids of text: CSV in several encodings, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from datetime import datetime, time
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from scenarios.district.cells import folded, names
from scenarios.district.headings import TABLES, known_headings
from scenarios.district.messages import Where, nearest, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scenarios.district.messages import Findings

HEADER_ROWS = 20
"""Rows searched for the header."""
MAX_UNPACKED = 300_000_000
"""Bytes a workbook may unpack to."""
MAX_BLANK_ROWS = 2_000
"""Empty rows after which a sheet is taken to end."""
_UNSAFE = (b"<!DOCTYPE", b"<!ENTITY")
_READ = (".csv", ".xlsx", ".xlsm")
_NOT_READ = (".xls", ".et", ".ods", ".xlsb", ".numbers")
_MALFORMED = (
    OSError, zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError,
    TypeError, AttributeError, IndexError, EOFError, NotImplementedError, zlib.error,
)  # fmt: skip
"""What zipfile and openpyxl raise when parts of a workbook are missing or malformed."""

Grid = list[tuple[int, list[str]]]
"""Rows: the number a spreadsheet shows, and the text of the cells."""


def table_file(folder: Path, name: str, findings: Findings) -> Path | None:
    """The file of table `name`, under its English or a Chinese name; None if there is none."""
    stems = {folded(stem) for stem in (name, *names()["tables"][name]["files"])}
    named = sorted(path for path in folder.iterdir() if folded(path.stem) in stems)
    found = [path for path in named if path.suffix.lower() in _READ]
    if len(found) > 1:
        others = ", ".join(path.name for path in found)
        findings.add("E202", Where(found[0].name), others=others)
    old = [path for path in named if path.suffix.lower() in _NOT_READ]
    if old and not found:
        findings.add("E203", Where(old[0].name), old[0].suffix)
    return found[0] if found else None


def stray_files(folder: Path, findings: Findings) -> None:
    """Warn of tables nobody reads, such as `vehicle.csv`."""
    stems = {
        folded(stem): name for name in TABLES for stem in (name, *names()["tables"][name]["files"])
    }
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in {*_READ, *_NOT_READ}:
            continue
        if folded(path.stem) in stems or path.name.startswith((".", "~")):
            continue
        close = stems.get(nearest(folded(path.stem), stems), "")
        guess = suggest(f"{close}{path.suffix}", [f"{close}{path.suffix}"] if close else [])
        findings.add("W203", Where(path.name), **guess | {"known": ", ".join(TABLES)})


def csv_grid(path: Path, name: str, encoding: str | None, findings: Findings) -> Grid | None:
    """Rows of a CSV of table `name`; its separator is the one that shows the most headings."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        findings.add("E204", Where(path.name), detail=error.strerror)
        return None
    text = decode(raw, encoding)
    if text is None:
        words = {"encoding": encoding or "UTF-8 / GB18030", "stem": name}
        findings.add("E205", Where(path.name), encoding or "", **words)
        return None
    grid: Grid = []
    delimiter = max(",;\t", key=lambda sign: _headings(text, sign, name))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            grid.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        findings.add("E204", Where(path.name, len(grid) + 1), detail=error)
        return None
    return grid


def _headings(text: str, sign: str, name: str) -> int:
    """The most headings of table `name` that one of the top rows shows when cut at `sign`."""
    top = text.splitlines()[:HEADER_ROWS]
    return max((len(known_headings(row.split(sign), name)) for row in top), default=0)


def decode(raw: bytes, encoding: str | None) -> str | None:
    """The text, by `encoding`, else UTF-8 (with or without BOM), UTF-16 with BOM, GB18030."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        trials = ["utf-16"]
    elif encoding:
        trials = ["utf-8-sig" if folded(encoding) in {"utf-8", "utf8"} else encoding]
    else:
        trials = ["utf-8-sig", "gb18030"]
    for trial in trials:
        try:
            text = raw.decode("gb18030" if folded(trial) in {"gbk", "gb2312"} else trial)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" not in text:
            return text
    return None


def xlsx_grid(path: Path, findings: Findings) -> Grid | None:
    """Rows of the first sheet of a workbook, as a person would have typed them."""
    try:
        if (danger := _danger(path)) is not None:
            findings.add("E211", Where(path.name), detail=danger)
            return None
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            grid = list(_sheet_rows(sheet.iter_rows(values_only=True)))
            if len(book.worksheets) > 1:
                words = {"sheets": len(book.worksheets), "sheet": sheet.title}
                findings.add("W204", Where(path.name), **words)
            return grid
        finally:
            book.close()
    except _MALFORMED as error:
        findings.add("E204", Where(path.name), detail=f"not a workbook ({error})")
        return None


def _danger(path: Path) -> str | None:
    """What makes it unsafe to unpack the workbook, if anything."""
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
            return f"it unpacks to more than {MAX_UNPACKED // 1_000_000} MB"
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")):
                with parts.open(part) as stream:
                    head = stream.read(4096).upper()
                if any(mark in head for mark in _UNSAFE):
                    return f"XML entities in {part.filename}"
    return None


def _sheet_rows(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, list[str]]]:
    blank = 0
    for number, values in enumerate(rows, start=1):
        cells = [cell_text(value) for value in values]
        blank = 0 if any(cells) else blank + 1
        if blank > MAX_BLANK_ROWS:
            return
        yield number, cells


def cell_text(value: object) -> str:
    """A cell of a workbook as the text a person would have typed."""
    text = "" if value is None else str(value).strip()
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
    return text
