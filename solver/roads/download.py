"""Roads of a place or a box from Overpass, saved as an OSM file for `read_osm`.

OSMnx finds the place. Its own road query leaves out relations; ours asks for the turn restrictions
too, in squares Overpass can answer, and keeps every answer on disk.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil, cos, radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

import osmium
import requests
import shapely

from models.errors import NetworkError
from solver.folders import cache_folder
from solver.roads.osm import DRIVABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

Element = dict[str, Any]
_QUERY = (
    '[out:json][timeout:{timeout}];(way["highway"~"^({classes})$"](poly:\'{polygon}\');)->.w;'
    '.w out body;node(w.w);out body;rel(bw.w)["type"="restriction"];out body;'
)
SQUARE_KM = 40
"""A larger area is asked for in squares of this side [km]: 1,600 km2, below the 2,500 km2 up to
which OSMnx asks Overpass at once (as in `osmnx.settings.max_query_area_size`)."""
KM_PER_DEGREE = 111.2
"""A degree of latitude is so many kilometres long (by `models.network.EARTH_RADIUS_M`)."""
NAME = {"User-Agent": "huanwei (street plans of a sanitation bureau)"}
"""Overpass asks its callers to say who they are (usage policy of the public servers)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Addresses and cache of downloads. `timeout_s` is for one request."""

    overpass_url: str = "https://overpass-api.de/api"
    nominatim_url: str = "https://nominatim.openstreetmap.org/"
    cache_folder: Path = field(default_factory=lambda: cache_folder() / "overpass")
    timeout_s: int = 180


def download_place(
    name: str,
    path: Path | str,
    *,
    source: Source | None = None,
    classes: frozenset[str] = DRIVABLE,
) -> Path:
    """Save the roads within the place Nominatim knows as `name` to `path` (.osm or .osm.pbf).

    Raises `NetworkError` when the place is unknown or a server does not answer.
    """
    source = source or Source()
    with _failures(name, source.nominatim_url):
        area = _area_of(name, source)
    return _download(area, Path(path), source, classes)


def download_bbox(
    west: float,
    south: float,
    east: float,
    north: float,
    path: Path | str,
    *,
    source: Source | None = None,
    classes: frozenset[str] = DRIVABLE,
) -> Path:
    """Save the roads within a box in degrees (WGS-84) to `path` (.osm or .osm.pbf).

    Raises `NetworkError` when the box is empty or the server does not answer.
    """
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise NetworkError(
            f"box {west}, {south}, {east}, {north} is empty or off the globe. "
            "Give west, south, east, north in degrees.",
            zh=f"范围 {west}, {south}, {east}, {north} 为空或超出地球。请按度填写西、南、东、北。",
        )
    box = shapely.box(west, south, east, north)
    return _download(box, Path(path), source or Source(), classes)


def _area_of(name: str, source: Source) -> BaseGeometry:
    """Outline of the place Nominatim knows as `name`, by OSMnx, in degrees.

    OSMnx takes nearly a second to load, so that only who needs a place loads it.
    """
    import osmnx  # noqa: PLC0415

    wanted = {
        "nominatim_url": source.nominatim_url, "cache_folder": str(source.cache_folder),
        "use_cache": True, "requests_timeout": source.timeout_s, "doh_url_template": None,
    }  # fmt: skip
    before = {key: getattr(osmnx.settings, key) for key in wanted}
    try:
        for key, value in wanted.items():
            setattr(osmnx.settings, key, value)
        area: BaseGeometry = osmnx.geocode_to_gdf(name).geometry.iloc[0]
    finally:
        for key, value in before.items():
            setattr(osmnx.settings, key, value)
    return area


def _download(area: BaseGeometry, path: Path, source: Source, classes: frozenset[str]) -> Path:
    elements: dict[tuple[str, int], Element] = {}
    with _failures(path.name, source.overpass_url):
        for square in squares(area):
            query = _QUERY.format(
                timeout=source.timeout_s,
                classes="|".join(sorted(classes)),
                polygon=" ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in square.exterior.coords),
            )
            answer = _answer(query, source)
            elements |= {(e["type"], e["id"]): e for e in answer.get("elements", [])}
    if not any(kind == "way" for kind, _ in elements):
        raise NetworkError(
            f"{path.name}: Overpass knows no road there. Look at the place or box.",
            zh=f"{path.name}：Overpass 在该处没有道路，请检查地名或范围。",
        )
    _write(elements, path)
    return path


def _write(elements: dict[tuple[str, int], Element], path: Path) -> None:
    """Write nodes, ways, relations in the order of OSM files; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name("part-" + path.name)
    part.unlink(missing_ok=True)
    try:
        with osmium.SimpleWriter(str(part)) as writer:
            for element in _of("node", elements):
                place = (element["lon"], element["lat"])
                writer.add_node(osmium.osm.mutable.Node(location=place, **_common(element)))
            for element in _of("way", elements):
                writer.add_way(osmium.osm.mutable.Way(nodes=element["nodes"], **_common(element)))
            for element in _of("relation", elements):
                members = [(m["type"][0], m["ref"], m["role"]) for m in element["members"]]
                writer.add_relation(
                    osmium.osm.mutable.Relation(members=members, **_common(element))
                )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _of(kind: str, elements: dict[tuple[str, int], Element]) -> Iterable[Element]:
    return (elements[key] for key in sorted(elements) if key[0] == kind)


def _common(element: Element) -> dict[str, Any]:
    return {"id": element["id"], "tags": element.get("tags", {})}


def squares(area: BaseGeometry) -> list[shapely.Polygon]:
    """Simple polygons without holes that cover `area` (degrees), each below `SQUARE_KM` a side.

    A hole is asked for too: its roads are few, and Overpass takes outlines only.
    """
    west, south, east, north = area.bounds
    wide = KM_PER_DEGREE * cos(radians((south + north) / 2)) * (east - west)
    columns = max(1, ceil(wide / SQUARE_KM))
    rows = max(1, ceil(KM_PER_DEGREE * (north - south) / SQUARE_KM))
    pieces: list[shapely.Polygon] = []
    for row in range(rows):
        for column in range(columns):
            cell = shapely.box(
                west + column * (east - west) / columns, south + row * (north - south) / rows,
                west + (column + 1) * (east - west) / columns,
                south + (row + 1) * (north - south) / rows,
            )  # fmt: skip
            parts = shapely.get_parts(shapely.intersection(area, cell)).tolist()
            pieces += [shapely.Polygon(p.exterior) for p in parts if p.geom_type == "Polygon"]
    return pieces


def _answer(query: str, source: Source) -> dict[str, Any]:
    """What Overpass says to `query`, kept on disk by address and question."""
    url = f"{source.overpass_url.rstrip('/')}/interpreter"
    name = hashlib.sha256(f"{url} {query}".encode()).hexdigest()[:32]
    kept = source.cache_folder / f"{name}.json"
    if kept.is_file():
        known: dict[str, Any] = json.loads(kept.read_bytes())
        return known
    said = requests.post(url, data={"data": query}, headers=NAME, timeout=source.timeout_s)
    said.raise_for_status()
    answer: Any = said.json()
    if not isinstance(answer, dict) or "remark" in answer:
        raise requests.RequestException(f"it says {str(answer)[:200]}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_bytes(said.content)
    part.replace(kept)
    return dict(answer)


@contextmanager
def _failures(what: str, url: str) -> Iterator[None]:
    """Tell a planner who did not answer, and what to do.

    OSMnx raises `ValueError` for a place nobody knows and `TypeError` for one without an outline.
    """
    try:
        yield
    except (requests.RequestException, ValueError, TypeError) as error:
        raise NetworkError(
            f"{what}: no usable answer from {url} ({error}). Check the address and the network, "
            "try again later, or export the roads yourself and give the .osm file.",
            zh=f"{what}：{url} 没有给出可用的结果。请检查地址与网络，稍后再试，"
            "或自行导出道路并给出 .osm 文件。",
        ) from error
