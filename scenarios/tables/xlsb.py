"""Errors in the cells of binary workbooks (.xlsb): their reader shows them as empty.

Record numbers and layouts: Microsoft, [MS-XLSB] 2.1.4 and 2.4.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

_ROW, _SHEET = 0, 156
_CELL_ERROR, _FORMULA_ERROR = 3, 11
_FIXED = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A",
}  # fmt: skip
_LAST_BYTE = 0x80
"""A byte below it ends a number of several bytes, each of seven bits."""


def xlsb_errors(book: zipfile.ZipFile) -> Iterator[tuple[str, list[tuple[tuple[int, int], str]]]]:
    """Errors of every sheet with its title, each with its row and column from 0.

    Raises `struct.error`, `IndexError` or `ValueError` for parts that are cut off.
    """
    parts = set(book.namelist())
    links = {
        link.get("Id"): re.sub(r"^/?xl/", "", link.get("Target") or "")
        for link in ET.fromstring(book.read("xl/_rels/workbook.bin.rels"))
    }
    for kind, body in _records(book.read("xl/workbook.bin")):
        if kind != _SHEET:
            continue
        link, after = _text(body, 8)
        title, _ = _text(body, after)
        part = f"xl/{links.get(link, '')}"
        if part in parts:
            yield title, list(_errors(book.read(part)))


def _errors(raw: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    row = 0
    for kind, body in _records(raw):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
        elif kind in {_CELL_ERROR, _FORMULA_ERROR}:
            column, _, code = struct.unpack_from("<IIB", body)
            yield (row, column), _FIXED.get(code, "#N/A")


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Kinds and bodies of the records of a part."""
    at = 0
    while at < len(raw):
        kind, at = _number(raw, at, 2)
        size, at = _number(raw, at, 4)
        yield kind, raw[at : at + size]
        at += size


def _number(raw: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of at most `most` bytes, and the place behind it."""
    value = 0
    for byte in range(most):
        value |= (raw[at] & (_LAST_BYTE - 1)) << (7 * byte)
        at += 1
        if raw[at - 1] < _LAST_BYTE:
            break
    return value, at


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text that its length comes before, and the place behind it."""
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end
