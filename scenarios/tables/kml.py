"""KML and KMZ to sheets of text: a folder of placemarks is a sheet.

GDAL's reader turns Chinese names of data into underscores, so the XML is read here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import shapely
from shapely.errors import GEOSException

from scenarios.tables.sheet import Sheet, SheetError
from scenarios.tables.text import clean
from scenarios.tables.workbook import refuse_danger, refuse_entities

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNREADABLE = (
    GEOSException, zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError,
    NotImplementedError, OSError, RuntimeError,
)  # fmt: skip
"""What zipfile, the XML reader and a shape's making raise when parts are malformed."""
_DECLARED = re.compile(
    rb"""\s*<\?xml[^>]*encoding=["'](?:gbk|gb2312|gb18030|cp936)["'][^>]*\?>""", re.IGNORECASE
)
_FOLDERS = ("Document", "Folder")


def kml_sheets(raw: bytes) -> list[Sheet]:
    """Every folder with placemarks as a sheet; raises `SheetError` for a file that is no KML."""
    try:
        root = ET.fromstring(_document(raw))  # entities are refused before
        folders = list(_folders(root, ""))
        return [_sheet(title, marks) for title, marks in folders if marks]
    except ET.ParseError as error:
        line, column = error.position
        detail = (
            f"its XML breaks at line {line}, column {column} · 第 {line} 行第 {column} 列 XML 有误"
        )
        raise SheetError("E204", detail=detail) from None
    except _UNREADABLE:
        raise SheetError("E204", detail="not a whole KML · KML 文件已损坏或不完整") from None


def _document(raw: bytes) -> bytes:
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            refuse_danger(parts)
            names = [name for name in parts.namelist() if name.lower().endswith(".kml")]
            if not names:
                raise SheetError("E204", detail="no .kml inside · 其中没有 .kml 文件")
            raw = parts.read("doc.kml" if "doc.kml" in names else names[0])
    refuse_entities(raw, "KML")
    return _in_unicode(raw)


def _in_unicode(raw: bytes) -> bytes:
    """The XML in an encoding that its reader knows, which those of China are not."""
    declared = _DECLARED.match(raw)
    if declared is None:
        return raw
    return raw[declared.end() :].decode("gb18030").encode()


def _tag(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _folders(node: ET.Element, title: str) -> Iterator[tuple[str, list[ET.Element]]]:
    """Folders in order with the placemarks that lie directly in them."""
    marks: list[ET.Element] = []
    for child in node:
        tag = _tag(child)
        if tag == "name" and _tag(node) in _FOLDERS:
            title = clean(child.text or "").strip()
        elif tag == "Placemark":
            marks.append(child)
        elif tag in _FOLDERS:
            yield from _folders(child, title)
    yield title, marks


def _sheet(title: str, marks: list[ET.Element]) -> Sheet:
    read = [_placemark(mark) for mark in marks]
    heads: dict[str, int] = {}
    for cells, _ in read:
        for name in cells:
            heads.setdefault(name, len(heads))
    placed = any(place is not None for _, place in read)
    lines = [
        [cells.get(name, "") for name in heads] + (list(place or ("", "")) if placed else [])
        for cells, place in read
    ]

    def rows() -> Iterator[tuple[int, list[str]]]:
        yield 1, [*heads, *(["lon", "lat"] if placed else [])]
        yield from enumerate(lines, start=2)

    return Sheet(title, rows, placed=placed)


def _placemark(mark: ET.Element) -> tuple[dict[str, str], tuple[str, str] | None]:
    """The data of a placemark by name, and its place; a name of the data's own comes first."""
    cells: dict[str, str] = {}
    place: tuple[str, str] | None = None
    for node in mark.iter():
        match _tag(node):
            case "Data":
                value = next((child for child in node if _tag(child) == "value"), None)
                cells[clean(node.get("name") or "").strip()] = _text(value)
            case "SimpleData":
                cells[clean(node.get("name") or "").strip()] = _text(node)
            case "Point" | "Polygon" if place is None:
                place = _place(node)
    own = {"name": "", "description": ""}
    for child in mark:
        if _tag(child) in own:
            own[_tag(child)] = _text(child)
    named = {"name": own["name"], "note": own["description"]}
    return {key: text for key, text in named.items() if text and key not in cells} | cells, place


def _text(node: ET.Element | None) -> str:
    return "" if node is None else clean(node.text or "").strip()


def _place(shape: ET.Element) -> tuple[str, str] | None:
    """Longitude and latitude of a point, or of a point inside an area."""
    spots = next((node.text or "" for node in shape.iter() if _tag(node) == "coordinates"), "")
    corners = [spot.split(",")[:2] for spot in re.sub(r"\s*,\s*", ",", spots).split()]
    if _tag(shape) == "Point" and corners:
        return corners[0][0], corners[0][-1]  # the reader of cells tells what is no number
    if not corners or any(len(corner) < 2 for corner in corners):
        return None
    ring = [(float(x), float(y)) for x, y in corners]
    if len(ring) < 4:
        return None
    middle = shapely.Polygon(ring).representative_point()
    return f"{middle.x:.12g}", f"{middle.y:.12g}"
