"""Tables of the good district in the shapes people keep them in."""

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from tests.district.folders import TABLES

Rows = list[list[str]]


def rows_of(table: str) -> Rows:
    """The rows of a table of the good district, header first."""
    return [line.split(",") for line in TABLES[f"{table}.csv"].splitlines()]


def value_of(text: str) -> object:
    """A number where the text is one."""
    try:
        return float(text)
    except ValueError:
        return text or None


def write_book(path: Path, sheets: dict[str, Rows]) -> openpyxl.Workbook:
    """A workbook of these sheets; it may be changed and saved again."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([value_of(text) for text in row])
    book.save(path)
    return book


def change(path: Path, edit) -> None:
    """Open a workbook, change its first sheet by `edit`, and save it."""
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def write_ods(path: Path, rows: Rows, odd: dict[str, str] | None = None) -> None:
    """A spreadsheet of LibreOffice; `odd` replaces cells by XML of their own."""
    lines = []
    for row in rows:
        cells = []
        for text in row:
            value = value_of(text)
            if odd and text in odd:
                cells.append(odd[text])
            elif text:
                kind = "float" if isinstance(value, float) else "string"
                number = f' office:value="{value}"' if kind == "float" else ""
                cells.append(
                    f'<table:table-cell office:value-type="{kind}"{number}>'
                    f"<text:p>{escape(text)}</text:p></table:table-cell>"
                )
            else:
                cells.append("<table:table-cell/>")
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{OFFICE}" '
        f'xmlns:table="{TABLE}" xmlns:text="{TEXT}" xmlns:calcext="{CALC}">'
        "<office:body><office:spreadsheet>"
        f'<table:table table:name="Sheet1">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{MANIFEST}">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", ODS)
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", manifest)


def _record(kind: int, body: bytes = b"") -> bytes:
    """A record of a binary workbook: numbers of seven bits a byte before its body."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size = len(body)
    return head + (bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def write_xlsb(path: Path, rows: Rows, errors: dict[str, int] | None = None) -> None:
    """A binary workbook of Excel; cells whose text is in `errors` hold the error of this number."""
    cells = _record(129) + _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1))
    cells += _record(145)
    for number, row in enumerate(rows):
        cells += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, text in enumerate(row):
            place, value = struct.pack("<II", column, 0), value_of(text)
            if errors and text in errors:
                cells += _record(3, place + bytes([errors[text]]))
            elif isinstance(value, float):
                cells += _record(5, place + struct.pack("<d", value))
            elif text:
                cells += _record(6, place + _wide(text))
    cells += _record(146) + _record(130)
    sheet = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1"))
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("xl/workbook.bin", b"".join(map(_record, (131, 143))) + sheet
                       + b"".join(map(_record, (144, 132))))  # fmt: skip
        parts.writestr("xl/worksheets/sheet1.bin", cells)
        parts.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/>'
            "</Relationships>",
        )
