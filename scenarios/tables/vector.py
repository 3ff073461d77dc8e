"""Files of maps to sheets of text: GeoJSON, GeoPackage, Shapefile; attributes, then the place."""

from __future__ import annotations

import codecs
import contextlib
import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import ProjError
from shapely.errors import GEOSException

from scenarios.tables.sheet import Sheet, SheetError
from scenarios.tables.text import clean
from scenarios.tables.workbook import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_HEAD = 4_096
"""Bytes at the beginning of a GeoJSON within which its coordinate system stands."""
_NAMED_SYSTEM = re.compile(rb'"crs"\s*:\s*\{[^{}]*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]+)"')
_WESTERN = re.compile(
    r"(iso[-_ ]?8859[-_]?1|latin[-_]?1|8859_?1|(cp|ansi|windows)?[-_ ]?1252|88591)"
)
POINTS, AREAS = ("Point", "MultiPoint"), ("Polygon", "MultiPolygon")


def vector_sheets(path: Path, encoding: str | None) -> list[Sheet]:
    """Every layer as a sheet; a row's number is the feature's, counted as under a header.

    Raises `SheetError` for a file that is no map.
    """
    from pyogrio import list_layers  # noqa: PLC0415  # GDAL takes a third of a second
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's notes on what it mends by itself
            titles = [str(title) for title, _ in list_layers(path)]
            found = [_layer(path, title, encoding) for title in titles]
    except ProjError:
        raise SheetError("E204", detail="unknown coordinate system · 坐标系无法识别") from None
    except (DataSourceError, DataLayerError, ValueError, GEOSException):
        raise SheetError("E204", detail=_why(path)) from None
    return [sheet for sheet in found if sheet is not None]


def _why(path: Path) -> str:
    """What is wrong with a file that GDAL cannot read."""
    index = path.with_suffix(".shx")
    if path.suffix.lower() == ".shp" and not (
        index.is_file() or path.with_suffix(".SHX").is_file()
    ):
        return f"{index.name} is missing beside it · 缺少同名的 {index.name} 文件"
    kind = path.suffix.lower().removeprefix(".")
    return f"not a whole {kind} map, or not in UTF-8 · 不是完整的 {kind} 地图文件，或编码不是 UTF-8"


def _stated_system(path: Path) -> str:
    """The coordinate system that a GeoJSON names by itself; GDAL passes over unknown ones."""
    with path.open("rb") as file:
        named = _NAMED_SYSTEM.search(file.read(_HEAD))
    return named[1].decode("utf-8", "replace") if named else ""


def _layer(path: Path, title: str, encoding: str | None) -> Sheet | None:
    from pyogrio import raw as gdal  # noqa: PLC0415

    cut = path.suffix.lower() == ".shp"
    if path.suffix.lower() in {".geojson", ".json"} and (stated := _stated_system(path)):
        pyproj.CRS(stated)
    meta, _, shapes, fields = gdal.read(path, layer=title, encoding="ISO-8859-1" if cut else None)
    heads = [str(name) for name in meta["fields"]]
    if cut:
        heads, fields = _recoded(heads, fields, _page(path, encoding))
    heads = [clean(head).strip() for head in heads]
    texts = [[_text(value) for value in column.tolist()] for column in fields]
    count = len(shapes) if shapes is not None else len(texts[0]) if texts else 0
    if not count:
        return None
    places, projected = _places(shapes, meta["crs"]) if shapes is not None else ([], False)
    if places:
        heads += ["lon", "lat"]

    def rows() -> Iterator[tuple[int, list[str]]]:
        yield 1, heads
        for at in range(count):
            yield at + 2, [column[at] for column in texts] + (places[at] if places else [])

    return Sheet(clean(title), rows, placed=bool(places), projected=projected, cut=cut)


def _text(value: object) -> str:
    if isinstance(value, list | tuple | np.ndarray):
        return ";".join(_text(part) for part in value)
    if value is None or value != value:  # noqa: PLR0124  # NaN and NaT are not themselves
        return ""
    return cell_text(value)


def _places(shapes: NDArray[np.object_], crs: str | None) -> tuple[list[list[str]], bool]:
    """Longitude and latitude of every feature; none for layers without points and areas.

    Points are taken as they are, areas by a point inside. Coordinates in metres become WGS-84.
    What is no place beside others (a line, several points) is told by its kind, as no number.
    """
    read = shapely.from_wkb(shapes)
    if not {one.geom_type for one in read if one is not None} & {*POINTS, *AREAS}:
        return [], False
    odd = {at: one.geom_type for at, one in enumerate(read) if one is not None and _no_place(one)}
    read[list(odd)] = None
    area = np.array([one is not None and one.geom_type != "Point" for one in read])
    read[area] = shapely.point_on_surface(read[area])
    x, y = shapely.get_x(read), shapely.get_y(read)
    system = pyproj.CRS(crs) if crs else None
    projected = system is not None and system.is_projected
    if projected:
        x, y = pyproj.Transformer.from_crs(system, 4326, always_xy=True).transform(x, y)
    found = [
        ["", ""] if lon != lon else [f"{lon:.12g}", f"{lat:.12g}"]  # noqa: PLR0124
        for lon, lat in zip(x.tolist(), y.tolist(), strict=True)
    ]
    for at, kind in odd.items():
        found[at] = [kind, kind]
    return found, projected


def _no_place(shape: shapely.Geometry) -> bool:
    """Whether the shape is neither a point nor an area; points that lie apart are no place."""
    if shape.geom_type == "MultiPoint":
        return len({(one.x, one.y) for one in shape.geoms}) > 1
    return shape.geom_type not in {*POINTS, *AREAS}


def _page(path: Path, given: str | None) -> str:
    """Encoding of a Shapefile's attributes: as given, or as its .cpg says; else empty.

    A .cpg of Western letters says nothing: programs write it where nobody chose.
    """
    page = path.with_suffix(".cpg")
    named = given or (page.read_text("ascii", "ignore").strip() if page.is_file() else "")
    if not given and _WESTERN.fullmatch(named.lower()):
        return ""
    for name in (named, f"cp{re.sub(r'[^0-9]', '', named)}"):
        with contextlib.suppress(LookupError):
            codec = codecs.lookup(name).name if named else ""
            return "gb18030" if codec in {"gbk", "gb2312", "cp936"} else codec
    return ""


def _recoded(heads: list[str], fields: list[Any], page: str) -> tuple[list[str], list[Any]]:
    """Texts of a Shapefile, of which every byte was taken for a letter; UTF-8 or GBK if unknown.

    Which of the two it is shows in the bytes, whatever `page` says. A letter that was cut in two at
    the end is dropped.
    """
    words = {value for column in fields for value in column.tolist() if isinstance(value, str)}
    raw = {word: word.encode("latin-1", "ignore") for word in {*heads, *words}}
    codec = page
    if page in {"", "utf-8", "gb18030"}:
        codec = "utf-8" if all(map(_is_utf8, raw.values())) else "gb18030"
    read = {word: raw[word].decode(codec, "ignore") for word in raw}
    return [read[head] for head in heads], [
        np.array([read.get(value, value) if isinstance(value, str) else value
                  for value in column.tolist()], dtype=object)
        for column in fields
    ]  # fmt: skip


def _is_utf8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8, but for a letter cut in two at the end."""
    text = codecs.getincrementaldecoder("utf-8")()
    with contextlib.suppress(UnicodeDecodeError):
        text.decode(raw)
        return len(raw) >= 10 or not text.getstate()[0]
    return False
