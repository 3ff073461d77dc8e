"""The road network a district names: a file, a place or a bounding box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import NetworkError
from scenarios.district.messages import Where
from scenarios.district.settings import FILE
from solver.roads.osm import read_osm

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork
    from scenarios.district.messages import Findings
    from scenarios.district.settings import Settings

_NO_STREET = ("holds no drivable road", "no road has coordinates")


def find_network(folder: Path, settings: Settings, findings: Findings) -> RoadNetwork | None:
    """The network that `settings.roads` names, or None and findings."""
    roads = settings.roads
    if not roads:
        return None  # reported with the settings
    if not (folder / roads).is_file():
        findings.add("E501", Where(FILE, 0, "roads"), roads)
        return None
    try:
        return read_osm(folder / roads)
    except NetworkError as error:
        text = str(error)
        code = "E503" if any(mark in text for mark in _NO_STREET) else "E502"
        detail = text.removeprefix(f"{folder / roads}: ")
        findings.add(code, Where(roads), detail=detail)
        return None
