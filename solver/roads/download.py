"""Roads of a place or a box from Overpass, by OSMnx, saved as an OSM file for `read_osm`.

OSMnx finds the place, divides large areas, and keeps every answer on disk. Its own road query
leaves out relations; ours asks for the turn restrictions too.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import osmium
import osmnx
import requests
import shapely
from osmnx import _overpass
from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

from models.errors import NetworkError
from solver.roads.osm import DRIVABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

Element = dict[str, Any]
_QUERY = (
    '{settings};(way["highway"~"^({classes})$"](poly:\'{polygon}\');)->.w;.w out body;'
    'node(w.w);out body;rel(bw.w)["type"="restriction"];out body;'
)
_FAILURES = (requests.RequestException, InsufficientResponseError, ResponseStatusCodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Addresses and cache of downloads. `timeout_s` is for one request."""

    overpass_url: str = "https://overpass-api.de/api"
    nominatim_url: str = "https://nominatim.openstreetmap.org/"
    cache_folder: Path = Path.home() / ".cache" / "huanwei" / "overpass"
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
    with _settings(source), _failures(name, source.nominatim_url):
        area = osmnx.geocode_to_gdf(name).geometry.iloc[0]
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
            "Give west, south, east, north in degrees."
        )
    box = shapely.box(west, south, east, north)
    return _download(box, Path(path), source or Source(), classes)


def _download(area: BaseGeometry, path: Path, source: Source, classes: frozenset[str]) -> Path:
    elements: dict[tuple[str, int], Element] = {}
    with _settings(source), _failures(path.name, source.overpass_url):
        # OSMnx has no public door to a query of one's own that divides, waits and caches.
        for polygon in _overpass._make_overpass_polygon_coord_strs(area):  # noqa: SLF001
            query = _QUERY.format(
                settings=_overpass._make_overpass_settings(),  # noqa: SLF001
                classes="|".join(sorted(classes)), polygon=polygon,
            )  # fmt: skip
            answer = _overpass._overpass_request(OrderedDict(data=query))  # noqa: SLF001
            if "remark" in answer:
                raise InsufficientResponseError(str(answer["remark"]))
            elements |= {(e["type"], e["id"]): e for e in answer.get("elements", [])}
    if not any(kind == "way" for kind, _ in elements):
        raise NetworkError(f"{path.name}: Overpass knows no road there. Look at the place or box.")
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


@contextmanager
def _settings(source: Source) -> Iterator[None]:
    """OSMnx's global settings for the time of one download."""
    wanted = {
        "overpass_url": source.overpass_url, "nominatim_url": source.nominatim_url,
        "cache_folder": str(source.cache_folder), "use_cache": True,
        "requests_timeout": source.timeout_s, "doh_url_template": None,
        "overpass_rate_limit": "overpass-api.de" in source.overpass_url,
    }  # fmt: skip
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


@contextmanager
def _failures(what: str, url: str) -> Iterator[None]:
    """Tell a planner who did not answer, and what to do."""
    try:
        yield
    except _FAILURES as error:
        raise NetworkError(
            f"{what}: no usable answer from {url} ({error}). Check the address and the network, "
            "try again later, or export the roads yourself and give the .osm file."
        ) from error
