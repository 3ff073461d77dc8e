"""OpenStreetMap files to `RoadNetwork`: streamed by pyosmium, cut at junctions.

A way is cut at its ends, at nodes shared by drivable ways, at barriers and where a turn
restriction sits; geometry between is kept. Ways are never merged, so that every arc belongs to
exactly one OSM way and one set of tags.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import osmium
import osmium.filter

from models.errors import NetworkError
from models.network import CLASSES, FOOT_CLASSES, NodeFlag, RoadNetwork, great_circle_m
from solver.roads import tags as read
from solver.roads.restrictions import Restriction, Roads, ban_turns, read_restriction

log = logging.getLogger(__name__)

DRIVABLE = frozenset(CLASSES) - FOOT_CLASSES | {"pedestrian"}
"""Classes read by default; add "footway" and "cycleway" for sidewalk machines."""
SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".pbf", ".osm.xml")
SIGNAL_CLUSTER_M = 40
"""Signals at both ends of a shorter arc are one stop, as between two carriageways."""


@dataclass(slots=True)
class OsmWay:
    """A drivable way: id, node ids, tags."""

    id: int
    refs: list[int]
    tags: dict[str, str]


@dataclass(slots=True)
class OsmNode:
    """A node of a drivable way: degrees, and what stands there."""

    lon: float
    lat: float
    flags: int = 0
    height_cm: int = 0
    signal_direction: int = 0


@dataclass(slots=True)
class Extract:
    """What a file says about roads, before it is cut into arcs."""

    ways: list[OsmWay] = field(default_factory=list)
    nodes: dict[int, OsmNode] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


def read_osm(path: Path | str, *, classes: frozenset[str] = DRIVABLE) -> RoadNetwork:
    """Road network of an OSM file (`.osm`, `.osm.gz`, `.osm.bz2`, `.osm.pbf`).

    `classes` are the `highway` values to read, a subset of `CLASSES`. Raises `NetworkError` that
    names the file when it is missing, cut off, not OSM, or without roads.
    """
    path = Path(path)
    if unknown := sorted(classes - set(CLASSES)):
        raise NetworkError(f"unknown road classes {unknown}. Known: {', '.join(CLASSES)}.")
    if not path.is_file():
        raise NetworkError(f"{path}: no such road file. Look at the path, relative to the folder.")
    if not path.name.lower().endswith(SUFFIXES):
        raise NetworkError(f"{path}: not a road file. Accepted: {', '.join(SUFFIXES)}.")
    try:
        extract = _read_extract(path, classes)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise NetworkError(
            f"{path}: cannot be read as OpenStreetMap data ({error}). The file may be cut off or "
            "of another format: download it again, or check it with `osmium fileinfo -e`."
        ) from error
    if not extract.ways:
        raise NetworkError(
            f"{path}: holds no drivable road. Export `highway` ways for the district, with their "
            "nodes."
        )
    network = _build(extract)
    if not network.num_arcs:
        raise NetworkError(
            f"{path}: no road has coordinates. Export the nodes too (Overpass: `out body; >; out "
            "skel;`)."
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


def _read_extract(path: Path, classes: frozenset[str]) -> Extract:
    """Two passes, so that the order of nodes and ways in the file does not matter."""
    extract = Extract()
    kinds = osmium.osm.WAY | osmium.osm.RELATION
    keys = osmium.filter.KeyFilter("highway", "type")
    item: Any
    for item in osmium.FileProcessor(str(path), kinds).with_filter(keys):
        if item.is_way():
            _add_way(extract, item, classes)
        elif (restriction := read_restriction(item, extract.notes)) is not None:
            extract.restrictions.append(restriction)
    wanted = {ref for way in extract.ways for ref in way.refs}
    node: Any
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
        if node.id in wanted and node.location.valid():
            _add_node(extract, node)
    return extract


def _add_way(extract: Extract, way: osmium.osm.Way, classes: frozenset[str]) -> None:
    tags = {tag.k: tag.v for tag in way.tags}
    if tags.get("highway") not in classes or tags.get("area") == "yes":
        return
    refs = [node.ref for node in way.nodes]
    refs = [ref for i, ref in enumerate(refs) if not i or ref != refs[i - 1]]
    if len(refs) > 1:
        extract.ways.append(OsmWay(way.id, refs, tags))


def _add_node(extract: Extract, node: osmium.osm.Node) -> None:
    place, tagged = node.location, len(node.tags) > 0
    if node.id in extract.nodes and not tagged:
        return  # Overpass exports list nodes twice, the second time without tags
    kept = extract.nodes[node.id] = OsmNode(place.lon, place.lat)
    if tagged:
        tags = {tag.k: tag.v for tag in node.tags}
        kept.flags = read.node_flags(tags)
        kept.height_cm = read.node_height_cm(tags)
        kept.signal_direction = read.signal_direction(tags)


def _build(extract: Extract) -> RoadNetwork:
    """Cut ways into arcs and lay the columns."""
    cuts = _cut_nodes(extract)
    node_index: dict[int, int] = {}
    arcs = _Arcs()
    facts: list[read.WayFacts] = []
    way_ids: list[int] = []
    street_names: list[str] = []
    aliases: dict[str, set[str]] = {}
    for row, way in enumerate(extract.ways):
        facts.append(read.way_facts(way.tags))
        way_ids.append(way.id)
        name = read.street_name(way.tags)
        street_names.append(name)
        aliases.setdefault(name, set()).update(read.street_aliases(way.tags))
        for piece in _pieces(way.refs, cuts, extract):
            arcs.add(row, piece, read.direction(way.tags), node_index)
    if not arcs.tail:
        return _empty()
    names = ("", *sorted(set(street_names) - {""}))
    place = {name: i for i, name in enumerate(names)}
    row_of = np.array(arcs.row)
    tail, head = np.array(arcs.tail, np.int32), np.array(arcs.head, np.int32)
    ids = np.array(way_ids, np.int64)[row_of]
    nodes = [extract.nodes[ref] for ref in node_index]
    banned = ban_turns(extract.restrictions, Roads.of(tail, head, ids), node_index, extract.notes)
    columns: dict[str, Any] = {
        name: np.array([fact[i] for fact in facts], _DTYPES.get(name, np.int32))[row_of]
        for i, name in enumerate(read.WayFacts._fields)
    }
    columns["max_height_cm"] = _lowest(columns["max_height_cm"], nodes, tail, head)
    flags = np.array([node.flags for node in nodes], np.uint8)
    lengths, geometry = arcs.measure(extract)
    return RoadNetwork(
        node_osm=np.fromiter(node_index, np.int64, len(node_index)),
        lon=np.array([node.lon for node in nodes]),
        lat=np.array([node.lat for node in nodes]),
        node_flags=flags,
        tail=tail,
        head=head,
        length_m=lengths,
        name=np.array([place[name] for name in street_names], np.int32)[row_of],
        way=ids,
        signals=arcs.count_signals(extract, lengths, flags),
        reverse=np.array(arcs.reverse, np.int32),
        **geometry,
        names=names,
        aliases=tuple(tuple(sorted(aliases.get(name, set()))) if name else () for name in names),
        banned_turns=banned.turns,
        banned_paths=banned.paths,
        notes=tuple(sorted(extract.notes.items())),
        **columns,
    )


_DTYPES: dict[str, type] = {
    "highway": np.uint8, "lanes": np.uint8, "speed_kmh": np.uint8, "access": np.uint8,
    "hgv": np.uint8, "width_guessed": np.bool_, "lanes_guessed": np.bool_,
    "speed_guessed": np.bool_, "oneway": np.bool_, "bridge": np.bool_, "tunnel": np.bool_,
}  # fmt: skip


@dataclass(slots=True)
class _Arcs:
    """Arcs as they are cut; `refs` are the OSM nodes from tail to head."""

    row: list[int] = field(default_factory=list)
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    reverse: list[int] = field(default_factory=list)
    refs: list[list[int]] = field(default_factory=list)
    along: list[int] = field(default_factory=list)

    def add(self, row: int, refs: list[int], direction: int, node_index: dict[int, int]) -> None:
        ends = [node_index.setdefault(ref, len(node_index)) for ref in (refs[0], refs[-1])]
        ways = [d for d in (1, -1) if direction in (0, d)]
        for way in ways:
            partner = len(self.row) + way if len(ways) == 2 else -1
            self.row.append(row)
            self.tail.append(ends[0] if way == 1 else ends[1])
            self.head.append(ends[1] if way == 1 else ends[0])
            self.refs.append(refs if way == 1 else refs[::-1])
            self.reverse.append(partner)
            self.along.append(way)

    def measure(self, extract: Extract) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Lengths [m], at least 1, and the geometry columns."""
        counts = np.array([len(refs) for refs in self.refs])
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        lon = np.array([extract.nodes[ref].lon for refs in self.refs for ref in refs])
        lat = np.array([extract.nodes[ref].lat for refs in self.refs for ref in refs])
        step = np.append(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), 0.0)
        step[start[1:] - 1] = 0.0
        lengths = np.maximum(1, np.rint(np.add.reduceat(step, start[:-1]))).astype(np.int32)
        return lengths, {"point_start": start, "point_lon": lon, "point_lat": lat}

    def count_signals(self, extract: Extract, lengths: np.ndarray, flags: np.ndarray) -> np.ndarray:
        """Signals passed on each arc, without those at its tail."""
        counts = np.zeros(len(self.row), np.uint8)
        signal = int(NodeFlag.SIGNAL)
        facing = {r: n.signal_direction for r, n in extract.nodes.items() if n.flags & signal}
        for arc, (refs, along) in enumerate(zip(self.refs, self.along, strict=True)):
            counts[arc] = sum(facing[ref] in (0, along) for ref in refs[1:] if ref in facing)
        near = (lengths < SIGNAL_CLUSTER_M) & (flags[np.array(self.tail)] & signal > 0)
        counts[near] = 0
        return counts


def _cut_nodes(extract: Extract) -> set[int]:
    """OSM nodes where ways are cut."""
    uses: Counter[int] = Counter()
    for way in extract.ways:
        uses.update(way.refs)
    cuts = {ref for ref, count in uses.items() if count > 1}
    cuts |= {ref for way in extract.ways for ref in (way.refs[0], way.refs[-1])}
    cuts |= {ref for rule in extract.restrictions for ref in rule.via_nodes}
    stops = int(NodeFlag.BLOCKED | NodeFlag.PRIVATE_GATE)
    return cuts | {ref for ref, n in extract.nodes.items() if n.flags & stops or n.height_cm}


def _pieces(refs: list[int], cuts: set[int], extract: Extract) -> list[list[int]]:
    """Cut the nodes of a way; a node without coordinates leaves a gap."""
    pieces: list[list[int]] = []
    open_piece: list[int] = []
    for ref in refs:
        if ref not in extract.nodes:
            extract.notes["way_nodes_missing"] += 1
            pieces.append(open_piece)
            open_piece = []
            continue
        open_piece.append(ref)
        if ref in cuts:
            pieces.append(open_piece)
            open_piece = [ref]
    pieces.append(open_piece)
    return [piece for piece in pieces if len(piece) > 1]


def _lowest(
    height_cm: np.ndarray, nodes: list[OsmNode], tail: np.ndarray, head: np.ndarray
) -> np.ndarray:
    """Clear height of arcs with the restrictors at their ends [cm], 0 = none known."""
    at_node = np.array([node.height_cm for node in nodes], np.int32)
    limits = np.stack([height_cm, at_node[tail], at_node[head]]).astype(np.int32)
    limits[limits == 0] = np.iinfo(np.int32).max
    lowest = limits.min(axis=0)
    lowest[lowest == np.iinfo(np.int32).max] = 0
    return np.asarray(lowest, np.int32)


def _empty() -> RoadNetwork:
    """A network without a node, for a file whose ways have no coordinates."""
    integers = np.zeros(0, np.int32)
    columns: dict[str, Any] = {
        name: np.zeros(0, _DTYPES.get(name, np.int32)) for name in read.WayFacts._fields
    }
    return RoadNetwork(
        node_osm=np.zeros(0, np.int64), lon=np.zeros(0), lat=np.zeros(0),
        node_flags=np.zeros(0, np.uint8), tail=integers, head=integers, length_m=integers,
        name=integers, way=np.zeros(0, np.int64), signals=np.zeros(0, np.uint8),
        reverse=integers, point_start=np.zeros(1, np.int32), point_lon=np.zeros(0),
        point_lat=np.zeros(0), banned_turns=np.zeros((0, 3), np.int32), **columns,
    )  # fmt: skip
