"""Small towns written as OSM XML and read through the real door.

Nodes are given in metres east and north of 121 E, 31 N; ids count from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

from models.network import EARTH_RADIUS_M
from solver.roads.osm import read_osm

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork

Tags = dict[str, str]
Way = tuple[list[int], Tags]
Rule = tuple[list[tuple[str, str, int]], Tags]
STREET = {"highway": "residential"}


def degrees(x: float, y: float) -> tuple[float, float]:
    metres = np.pi / 180 * EARTH_RADIUS_M
    return 121 + x / (metres * np.cos(np.radians(31))), 31 + y / metres


def write_town(
    path: Path,
    nodes: list[tuple[float, float]],
    ways: list[Way],
    rules: list[Rule] | None = None,
    node_tags: dict[int, Tags] | None = None,
) -> Path:
    """Ways get ids from 101, relations from 201."""
    root = ET.Element("osm", version="0.6")
    for i, (x, y) in enumerate(nodes, 1):
        lon, lat = degrees(x, y)
        item = ET.SubElement(root, "node", id=str(i), lon=f"{lon:.7f}", lat=f"{lat:.7f}")
        _tag(item, (node_tags or {}).get(i, {}))
    for i, (refs, tags) in enumerate(ways, 101):
        item = ET.SubElement(root, "way", id=str(i))
        for ref in refs:
            ET.SubElement(item, "nd", ref=str(ref))
        _tag(item, tags)
    for i, (members, tags) in enumerate(rules or [], 201):
        item = ET.SubElement(root, "relation", id=str(i))
        for role, kind, ref in members:
            ET.SubElement(item, "member", type=kind, ref=str(ref), role=role)
        _tag(item, {"type": "restriction", **tags})
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def town(folder: Path, *args: object, **kwargs: object) -> RoadNetwork:
    return read_osm(write_town(folder / "town.osm", *args, **kwargs))  # type: ignore[arg-type]


def arc(network: RoadNetwork, frm: int, to: int) -> int:
    """The arc from OSM node to OSM node."""
    found = np.flatnonzero(
        (network.node_osm[network.tail] == frm) & (network.node_osm[network.head] == to)
    )
    assert len(found) == 1, f"{len(found)} arcs from {frm} to {to}"
    return int(found[0])


def cross(folder: Path, rules: list[Rule] | None = None, **tags: str) -> RoadNetwork:
    """Cross town: node 1 in the middle, 2 north, 3 east, 4 south, 5 west, 100 m away each."""
    nodes = [(0.0, 0.0), (0.0, 100.0), (100.0, 0.0), (0.0, -100.0), (-100.0, 0.0)]
    ways = [([1, end], {**STREET, **tags}) for end in (2, 3, 4, 5)]
    return town(folder, nodes, ways, rules)


def _tag(item: ET.Element, tags: Tags) -> None:
    for key, value in tags.items():
        ET.SubElement(item, "tag", k=key, v=value)
