"""The door: a file to its sheets, by what it is called and by what it holds."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from models.errors import said
from scenarios.tables.kml import kml_sheets
from scenarios.tables.separated import separated_sheet
from scenarios.tables.sheet import SheetError
from scenarios.tables.text import decode
from scenarios.tables.vector import vector_sheets
from scenarios.tables.workbook import workbook_sheets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scenarios.tables.sheet import Sheet

TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (
    ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".xltx", ".xltm", ".xlt", ".ett", ".ots",
)  # fmt: skip
LAYERS = (".gpkg", ".kml", ".kmz")
MAPS = (".geojson", ".json", ".shp", *LAYERS)
READ = (*TEXTS, *BOOKS, *MAPS)
"""Suffixes of files that are read as tables."""
MANY = (*BOOKS, *LAYERS)
"""Files that may hold several tables."""
COMPANIONS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".xml", ".qmd")
"""Files that belong to a Shapefile of the same name."""
MAX_BYTES = 1_000_000_000
"""Bytes of a file of tables; a million rows take a tenth."""


def sheets_of(path: Path, encoding: str | None, known: Callable[[list[str]], int]) -> list[Sheet]:
    """The sheets of the file; `known` counts the headings a row of cells shows.

    Raises `SheetError`: not there, no plain file, or not what its name says.
    """
    suffix = path.suffix.lower()
    raw = file_bytes(path)
    if suffix in BOOKS:
        return _book(raw, suffix, encoding, known)
    if suffix in {".kml", ".kmz"}:
        return kml_sheets(raw)
    if suffix in MAPS:
        return vector_sheets(path, encoding)
    return [separated_sheet(raw, encoding, known)]


def _book(
    raw: bytes, suffix: str, encoding: str | None, known: Callable[[list[str]], int]
) -> list[Sheet]:
    """A workbook, or the text that many programs save under a workbook's name."""
    try:
        return workbook_sheets(raw)
    except SheetError as error:
        text = decode(raw, encoding) if raw and suffix in {".xls", ".et"} else None
        if error.code != "E204" or text is None:
            raise
        if text.lstrip().startswith("<"):
            detail = "a web page under the name of a workbook · 网页另存的文件"
            raise SheetError("E204", detail=detail) from None
        return [separated_sheet(raw, encoding, known)]


def file_bytes(path: Path) -> bytes:
    """The bytes of a plain file; raises `SheetError` for pipes, devices and what cannot be read."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise SheetError("E204", detail="not a plain file · 不是普通文件")
        if facts.st_size > MAX_BYTES:
            raise SheetError("E204", detail=f"> {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise SheetError("E204", detail=said(error)) from None


def leads_out(path: Path) -> bool:
    """Whether the file is a link to a place outside its folder."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve())
    except (RuntimeError, OSError):  # a link to itself: no file, as reading it will tell
        return False
