"""The road network a district names: a file, a place or a bounding box."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from models.day import Note
from models.errors import NetworkError
from scenarios.district.settings import FILE
from scenarios.district.words.cells import narrow
from scenarios.district.words.messages import Where
from solver.roads.cache import Cache
from solver.roads.download import Source, download_bbox, download_place

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork
    from scenarios.district.settings import OverpassIn, Settings
    from scenarios.district.words.messages import Findings

_NO_STREET = ("holds no drivable road", "no road has coordinates")
PLACE, BBOX = "place:", "bbox:"


def find_network(folder: Path, settings: Settings, findings: Findings) -> RoadNetwork | None:
    """The network that `settings.roads` names, or None and findings.

    A place or box is downloaded once, into a file of the folder, so that the folder stays whole
    when it is moved to a computer without a network.
    """
    roads = settings.roads
    if not roads:
        return None  # reported with the settings
    if roads.startswith((PLACE, BBOX)):
        path = _downloaded(folder, roads, settings.overpass, findings)
    else:
        path = folder / roads
        if not path.is_file():
            findings.add("E501", Where(FILE, 0, "roads"), roads)
            return None
    return None if path is None else _read(path, findings)


def _read(path: Path, findings: Findings) -> RoadNetwork | None:
    try:
        return Cache.from_environment().network(path)
    except NetworkError as error:
        text = str(error)
        code = "E503" if any(mark in text for mark in _NO_STREET) else "E502"
        zh = error.text("zh").removeprefix(f"{path}：")
        words = {"detail": text.removeprefix(f"{path}: "), "detail_zh": zh}
        findings.add(code, Where(path.name), **words)
        return None


def download_name(roads: str) -> str:
    """Name of the file that holds the roads of a place or box."""
    return f"roads-{hashlib.sha256(roads.encode()).hexdigest()[:8]}.osm.pbf"


def road_file(roads: str) -> str:
    """Name of the file below the folder that holds the roads of the setting `roads`."""
    return download_name(roads) if roads.startswith((PLACE, BBOX)) else roads


def _downloaded(folder: Path, roads: str, overpass: OverpassIn, findings: Findings) -> Path | None:
    """The file with the roads of a place or box, fetched if it is not there; None and findings."""
    where, path = Where(FILE, 0, "roads"), folder / download_name(roads)
    if path.is_file():
        return path
    kind, _, rest = roads.partition(":")
    box = _box(rest) if kind == "bbox" else None
    if not rest.strip() or (kind == "bbox" and box is None):
        findings.add("E507", where, roads)
        return None
    try:
        source = _source(overpass)
        if box is not None:
            return download_bbox(*box, path, source=source)
        return download_place(rest.strip(), path, source=source)
    except NetworkError as error:
        findings.add("E504", where, roads, detail=Note(error.text("zh"), str(error)))
    except OSError as error:
        findings.add("E504", where, roads, detail=error)
    return None


def _source(overpass: OverpassIn) -> Source:
    """Where to download from, and the folder that keeps the answers."""
    source, cache = Source(), Cache.from_environment().folder
    return replace(
        source,
        overpass_url=overpass.url or source.overpass_url,
        nominatim_url=overpass.nominatim or source.nominatim_url,
        cache_folder=cache / "overpass" if cache else source.cache_folder,
    )


def _box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees, if the text says so and the box is not empty."""
    try:
        west, south, east, north = (float(part) for part in narrow(text).split(","))
    except ValueError:
        return None
    fine = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if fine else None
