"""What the reader of workbooks does not tell of cells, so that their XML is asked.

Formulas never reckoned and errors, which it shows as empty; shares, of which it loses the sign of
percent; cells far away; and merged cells of open documents.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from scenarios.tables.sheet import Formula, SheetError
from scenarios.tables.xlsb import xlsb_errors

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

MAX_CELLS = 30_000_000
"""Cells between the corners of a sheet's filled cells; more would not fit the memory."""
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OF = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_OT = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_SUSPECT = re.compile(rb"""<(?:\w+:)?f[\s/>]|\st=["']e["']""")
_FILLED = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]+)([0-9]+)["'][^>]*[^/]><""")
_ERROR = re.compile(r"#(N/A|[A-Z]+/?\d?[!?])|Err:\d{3}", re.IGNORECASE)
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")

_PERCENT_FORMATS = {"9", "10"}
"""Number formats of shares that every workbook has (ECMA-376, 18.8.30)."""
_QUOTED = re.compile(r'"[^"]*"|\\.')

Place = tuple[int, int]
Flaws = dict[Place, str]
"""By row and column from 0: a `Formula`, the text of a spreadsheet's error, or a share as shown."""


class Marks(NamedTuple):
    """What the XML of a sheet says of its cells; `merged` are first and last cells of blocks."""

    flaws: Flaws
    merged: list[tuple[Place, Place]]


def marks_of(book: zipfile.ZipFile) -> dict[str, Marks]:
    """Marks of every sheet by its title; raises `SheetError` where cells lie too far apart."""
    names = set(book.namelist())
    if "xl/workbook.xml" in names:
        return {title: Marks(flaws, []) for title, flaws in _xlsx(book, names)}
    if "xl/workbook.bin" in names:
        return {title: Marks(dict(flaws), []) for title, flaws in xlsb_errors(book)}
    return dict(_ods(book)) if "content.xml" in names else {}


def _shares(book: zipfile.ZipFile, names: set[str]) -> set[str]:
    """Numbers of the cell styles that show a share in percent."""
    if "xl/styles.xml" not in names:
        return set()
    root = ET.fromstring(book.read("xl/styles.xml"))
    formats = set(_PERCENT_FORMATS)
    found: set[str] = set()
    for part in root:
        tag = part.tag.rpartition("}")[2]
        if tag == "numFmts":
            own = [(one.get("numFmtId") or "", one.get("formatCode") or "") for one in part]
            formats |= {number for number, code in own if "%" in _QUOTED.sub("", code)}
        elif tag == "cellXfs":
            found = {str(at) for at, one in enumerate(part) if one.get("numFmtId") in formats}
    return found


def _share(value: str) -> str:
    """A share as its cell shows it: 0.8 is 80%."""
    return f"{round(100 * float(value), 8):.10g}%"


def _xlsx(book: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, Flaws]]:
    outline = book.read("xl/workbook.xml")
    shares = _shares(book, names)
    shown = "|".join(sorted(shares)).encode()
    suspect = re.compile(_SUSPECT.pattern + (rb"""|\ss=["'](?:%s)["']""" % shown if shown else b""))
    links = {
        link.get("Id"): (link.get("Target") or "").lstrip("/").removeprefix("xl/")
        for link in ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    recalculated = bool(re.search(rb"""fullCalcOnLoad=["'](1|true)["']""", outline))
    for node in ET.fromstring(outline).iter():
        part = f"xl/{links.get(node.get(_R), '')}"
        if node.tag.endswith("}sheet") and part in names:
            raw = book.read(part)
            _spread(_FILLED.findall(raw))
            found = dict(_cells(raw, recalculated, shares)) if suspect.search(raw) else {}
            yield node.get("name") or "", found


def _spread(filled: list[tuple[bytes, bytes]]) -> None:
    """Raise if the corners of the filled cells are too far apart."""
    if not filled:
        return
    letters = max((column for column, _ in filled), key=lambda one: (len(one), one)).decode()
    rows, columns = max(int(row) for _, row in filled), column_of(letters) + 1
    _refuse_far(rows, columns, f"{letters}{rows}")


def _refuse_far(rows: int, columns: int, cell: str) -> None:
    if rows * columns > MAX_CELLS:
        raise SheetError("E212", cell=cell)


def column_of(letters: str) -> int:
    """Place of a column from 0: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - 64
    return place - 1


def _cells(raw: bytes, recalculated: bool, shares: set[str]) -> Iterator[tuple[Place, str]]:
    """Flawed cells of one sheet's XML, and those of the styles `shares`.

    A program that leaves reckoning to Excel (`recalculated`) may write 0 as the value.
    """
    row = column = -1
    for event, node in ET.iterparse(io.BytesIO(raw), ("start", "end")):
        tag = node.tag.rpartition("}")[2]
        if tag == "row" and event == "start":
            row, column = int(node.get("r") or row + 2) - 1, -1
        elif tag == "row":
            node.clear()  # the memory of a large sheet
        if tag != "c" or event == "start":
            continue
        column += 1
        if (place := _PLACE.fullmatch(node.get("r") or "")) is not None:
            row, column = int(place[2]) - 1, column_of(place[1])
        inner = {child.tag.rpartition("}")[2]: child for child in node}
        value = (inner["v"].text or "") if "v" in inner else ""
        if node.get("t") == "e":
            yield (row, column), value or "#N/A"
        elif "f" in inner and node.get("t") != "str" and (
            not value or (recalculated and value == "0")
        ):  # fmt: skip
            yield (row, column), Formula("=" + (inner["f"].text or ""))
        elif value and node.get("s") in shares and node.get("t", "n") == "n":
            yield (row, column), _share(value)


def _ods(book: zipfile.ZipFile) -> Iterator[tuple[str, Marks]]:
    for table in ET.fromstring(book.read("content.xml")).iter(f"{_OT}table"):
        found: Flaws = {}
        merged: list[tuple[Place, Place]] = []
        row = far = 0
        for line in table.iter(f"{_OT}table-row"):
            column, height = 0, int(line.get(f"{_OT}number-rows-repeated") or 1)
            for cell in line:
                filled = cell.get(f"{_OF}value-type") or cell.get(_CALC)
                formula = cell.get(f"{_OT}formula")
                width = int(cell.get(f"{_OT}number-columns-repeated") or 1)
                shown = "".join(cell.itertext()).strip()
                if cell.get(_CALC) == "error" or (formula and _ERROR.fullmatch(shown)):
                    found[row, column] = shown or "#N/A"
                elif formula is not None and not filled:
                    found[row, column] = Formula(formula)
                elif filled == "percentage":
                    found[row, column] = _share(cell.get(f"{_OF}value") or "0")
                down, right = (
                    int(cell.get(f"{_OT}number-{of}-spanned") or 1) for of in ("rows", "columns")
                )
                if down > 1 or right > 1:
                    merged.append(((row, column), (row + down - 1, column + right - 1)))
                column += width
                far = max(far, column) if filled else far
                if filled:
                    _refuse_far(row + height, far, f"{row + height} x {far}")
            row += height
        yield table.get(f"{_OT}name") or "", Marks(found, merged)
