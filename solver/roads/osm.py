"""OpenStreetMap files to `RoadNetwork`: streamed by pyosmium, as editors and mergers write them.

One id is one object: of several versions the newest counts, and deleted objects are gone.
"""

from __future__ import annotations

import bz2
import gzip
import logging
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import osmium

from models.errors import NetworkError
from models.network import CLASSES, FOOT_CLASSES, RoadNetwork
from solver.roads.reading import tags as read
from solver.roads.reading.arcs import build_network
from solver.roads.reading.extract import Extract, OsmNode, OsmWay
from solver.roads.reading.limits import limits
from solver.roads.reading.restrictions import Relation, read_restriction
from solver.roads.reading.rights import node_flags

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

DRIVABLE = frozenset(CLASSES) - FOOT_CLASSES | {"pedestrian"}
"""Classes read by default; add "footway" and "cycleway" for sidewalk machines."""
SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".pbf", ".osm.xml")
_UNREADABLE = (
    RuntimeError, ValueError, OSError, EOFError, zlib.error, osmium.InvalidLocationError,
)  # fmt: skip
_CHUNK = 1 << 22
"""So many bytes of a text file are looked through at a time (chosen: 4 MiB)."""
_DELETED = re.compile(
    rb"<(node|way|relation)\b(?=[^>]*\baction=[\"']delete[\"'])[^>]*\bid=[\"'](-?\d+)[\"']"
)


def read_osm(path: Path | str, *, classes: frozenset[str] = DRIVABLE) -> RoadNetwork:
    """Road network of an OSM file (`.osm`, `.osm.gz`, `.osm.bz2`, `.osm.pbf`).

    `classes` are the `highway` values to read, a subset of `CLASSES`. Raises `NetworkError` that
    names the file when it is missing, cut off, not OSM, or without roads.
    """
    path = Path(path)
    if unknown := sorted(classes - set(CLASSES)):
        raise NetworkError(
            f"unknown road classes {unknown}. Known: {', '.join(CLASSES)}.",
            zh=f"不认识的道路等级 {unknown}。可用：{'、'.join(CLASSES)}。",
        )
    if not path.is_file():
        raise NetworkError(
            f"{path}: no such road file. Look at the path, relative to the folder.",
            zh=f"{path}：没有这个道路文件，请检查路径（相对于文件夹）。",
        )
    if not path.name.lower().endswith(SUFFIXES):
        raise NetworkError(
            f"{path}: not a road file. Accepted: {', '.join(SUFFIXES)}.",
            zh=f"{path}：不是道路文件。可用：{'、'.join(SUFFIXES)}。",
        )
    try:
        extract = _read_extract(path, classes)
    except _UNREADABLE as error:
        raise NetworkError(
            f"{path}: cannot be read as OpenStreetMap data ({error}). The file may be cut off or "
            "of another format: download it again, or check it with `osmium fileinfo -e`.",
            zh=f"{path}：不是可读的 OpenStreetMap 数据。文件可能不完整或格式不符，"
            "请重新下载，或用 `osmium fileinfo -e` 检查。",
        ) from error
    if not extract.ways:
        raise NetworkError(
            f"{path}: holds no drivable road. Export `highway` ways for the district, with their "
            "nodes.",
            zh=f"{path}：没有可行驶的道路。请导出辖区的 `highway` 道路及其节点。",
        )
    network = build_network(extract)
    if not network.num_arcs:
        raise NetworkError(
            f"{path}: no road has coordinates. Export the nodes too (Overpass: `out body; >; out "
            "skel;`).",
            zh=f"{path}：道路没有坐标。请同时导出节点（Overpass：`out body; >; out skel;`）。",
        )
    log.info("%s: %d nodes, %d arcs", path.name, network.num_nodes, network.num_arcs)
    return network


class GuessReport(NamedTuple):
    """Shares of road length (0 to 1, each road piece once) for which the map says nothing."""

    length_km: float
    width: float
    width_without_lanes: float
    lanes: float
    speed: float
    name: float


def guess_report(network: RoadNetwork) -> GuessReport:
    """How much of `network` rests on defaults of the road class."""
    once = (network.reverse < 0) | (np.arange(network.num_arcs) < network.reverse)
    length = np.where(once, network.length_m, 0).astype(float)
    total = max(length.sum(), 1.0)
    columns = (
        network.width_guessed, network.width_guessed & network.lanes_guessed,
        network.lanes_guessed, network.speed_guessed, network.name == 0,
    )  # fmt: skip
    return GuessReport(float(total) / 1000, *(float(length[c].sum() / total) for c in columns))


class _Newest:
    """The newest version of each object of a kind, whatever the order of the file."""

    def __init__(self, kind: str, extract: Extract, deleted: set[tuple[str, int]]) -> None:
        self.kind, self.notes = kind, extract.notes
        self.deleted = {number for of, number in deleted if of == kind}
        self.versions: dict[int, int] = {}
        self.kept: dict[int, Any] = {}

    def keep(self, number: int, item: Any, made: Any) -> None:
        """Keep `made` of `item`, or nothing if it is None, unless a newer version is known.

        Of equal versions the later one counts, as merging tools append them.
        """
        version, known = item.version, self.versions.get(number)
        if known is not None:
            self.notes.add("objects_repeated", f"{self.kind} {number}")
            if version < known:
                return
        self.versions[number] = version
        if not item.visible or number in self.deleted:
            self.notes.add("objects_deleted", f"{self.kind} {number}")
            made = None
        if made is None:
            self.kept.pop(number, None)
        else:
            self.kept[number] = made


def _read_extract(path: Path, classes: frozenset[str]) -> Extract:
    """Two passes, so that the order of nodes, ways and versions in the file does not matter."""
    extract = Extract()
    kind = _format(path)
    file = osmium.io.File(str(path), kind)
    deleted = set(_deleted_in_editor(path, kind))
    ways, relations, nodes = (
        _Newest(kind, extract, deleted) for kind in ("way", "relation", "node")
    )
    item: Any
    for item in osmium.FileProcessor(file, osmium.osm.WAY | osmium.osm.RELATION):
        if item.is_way():
            if "highway" in item.tags:
                ways.keep(item.id, item, _way(extract, item, classes))
            elif item.version > 1:  # it may have been a road in a version before
                _was(ways, item)
        elif str(item.tags.get("type")).startswith("restriction"):
            relations.keep(item.id, item, _relation(item))
        elif item.version > 1:
            _was(relations, item)
    extract.ways = list(ways.kept.values())
    wanted = {ref for way in extract.ways for ref in way.refs}
    for item in osmium.FileProcessor(file, osmium.osm.NODE):
        if (number := item.id) in wanted:
            _add_node(nodes, number, item)
    extract.nodes = nodes.kept
    if kind == "pbf" and (missing := wanted - nodes.versions.keys()):
        extract.nodes |= _places_on_ways(file, missing)
    found = (read_restriction(one, extract.notes) for one in relations.kept.values())
    extract.restrictions = [rule for rule in found if rule is not None]
    return extract


def _format(path: Path) -> str:
    """The format as pyosmium names it, by the first bytes: names are often wrong or in capitals."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"\x1f\x8b"):
        return "osm.gz"
    if head.startswith(b"BZh"):
        return "osm.bz2"
    return "pbf" if path.name.lower().endswith("pbf") and not head.startswith(b"<") else "osm"


def _was(newest: _Newest, item: Any) -> None:
    """An object that is nothing to us: it undoes older versions of itself."""
    number, version = item.id, item.version
    if version >= newest.versions.get(number, -1):
        newest.versions[number] = version
        if newest.kept.pop(number, None) is not None:
            newest.notes.add("objects_repeated", f"{newest.kind} {number}")


def _way(extract: Extract, way: osmium.osm.Way, classes: frozenset[str]) -> OsmWay | None:
    """A road, or None for a way that is none; nodes of ways for people on foot are kept apart."""
    tags = {tag.k: tag.v for tag in way.tags}
    refs = [node.ref for node in way.nodes]
    if tags["highway"] not in read.WAYS:
        tags["highway"] = read.class_meant(tags["highway"], extract.notes, f"way {way.id}")
    if tags["highway"] not in classes or tags.get("area") == "yes":
        extract.other_refs.update(refs)
        return None
    refs = [ref for i, ref in enumerate(refs) if not i or ref != refs[i - 1]]
    return OsmWay(way.id, refs, tags) if len(refs) > 1 else None


def _relation(relation: osmium.osm.Relation) -> Relation:
    members = tuple((member.role, member.type, member.ref) for member in relation.members)
    return Relation(relation.id, {tag.k: tag.v for tag in relation.tags}, members)


def _add_node(nodes: _Newest, number: int, node: osmium.osm.Node) -> None:
    tagged, known = len(node.tags) > 0, nodes.kept.get(number)
    if known is not None and node.version == nodes.versions[number]:
        if not tagged:
            return  # Overpass exports list nodes twice, the second time without tags
        del nodes.versions[number]  # once with tags is once
    place = node.location
    made = OsmNode(place.lon, place.lat) if place.valid() else None
    if tagged and made is not None:
        tags = {tag.k: tag.v for tag in node.tags}
        what = f"node {number}"
        made.flags = node_flags(tags, nodes.notes, what)
        made.limits = limits(tags, nodes.notes, what)
        made.barrier = tags.get("barrier", "")
        made.signal_direction = read.signal_direction(tags)
    nodes.keep(number, node, made)


def _places_on_ways(file: osmium.io.File, missing: set[int]) -> dict[int, OsmNode]:
    """Nodes that a PBF tells with its ways alone (LocationsOnWays)."""
    found: dict[int, OsmNode] = {}
    way: Any
    for way in osmium.FileProcessor(file, osmium.osm.WAY):
        for node in way.nodes:
            if node.ref in missing and node.location.valid():
                found[node.ref] = OsmNode(node.location.lon, node.location.lat)
    return found


def _deleted_in_editor(path: Path, form: str) -> Iterator[tuple[str, int]]:
    """Objects that JOSM saved with `action="delete"`, which OSM tools do not look at."""
    opener: Any = {"osm.gz": gzip.open, "osm.bz2": bz2.open}.get(form, open)
    if form == "pbf":
        return
    with opener(path, "rb") as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<")
            for kind, number in _DELETED.findall(text):
                yield kind.decode(), int(number)
            rest = text[cut:]
