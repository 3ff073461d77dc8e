"""Tables of the good district in the shapes people keep them in."""

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
