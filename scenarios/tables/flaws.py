"""Cells that look filled and hold no value: formulas never reckoned, errors, and cells far away.

The reader of workbooks gives an empty text for all of them, so the XML is asked.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from scenarios.tables.sheet import Formula, SheetError

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

Flaws = dict[tuple[int, int], str]
"""By row and column from 0: a `Formula`, or the text of a spreadsheet's error."""


def flaws_of(book: zipfile.ZipFile) -> dict[str, Flaws]:
    """Flaws of every sheet by its title; raises `SheetError` where cells lie too far apart."""
    names = set(book.namelist())
    if "xl/workbook.xml" in names:
        return dict(_xlsx(book, names))
    return dict(_ods(book)) if "content.xml" in names else {}


def _xlsx(book: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, Flaws]]:
    outline = book.read("xl/workbook.xml")
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
            found = dict(_cells(raw, recalculated)) if _SUSPECT.search(raw) else {}
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


def _cells(raw: bytes, recalculated: bool) -> Iterator[tuple[tuple[int, int], str]]:
    """Flawed cells of one sheet's XML.

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


def _ods(book: zipfile.ZipFile) -> Iterator[tuple[str, Flaws]]:
    for table in ET.fromstring(book.read("content.xml")).iter(f"{_OT}table"):
        found: Flaws = {}
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
                column += width
                far = max(far, column) if filled else far
                if filled:
                    _refuse_far(row + height, far, f"{row + height} x {far}")
            row += height
        yield table.get(f"{_OT}name") or "", found
