"""From ways to arcs: cut at junctions, barriers and restrictions, each stretch of street once.

Ways are never merged, so that every arc belongs to exactly one OSM way and one set of tags.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from models.network import NodeFlag, RoadNetwork, great_circle_m
from solver.roads.reading import tags as read
from solver.roads.reading.extract import Extract, OsmNode, Piece
from solver.roads.reading.junctions import WALLS, Bound, bind_minor, wall_turns
from solver.roads.reading.limits import NOTHING, Limits
from solver.roads.reading.restrictions import Roads, ban_turns, under_kept_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.roads.reading.restrictions import Line

SIGNAL_CLUSTER_M = 40
"""Signals at both ends of an arc shorter than so many metres are one stop, as between two
carriageways (chosen)."""
_LIMITS = Limits._fields


def build_network(extract: Extract) -> RoadNetwork:
    """Cut ways into arcs and lay the columns."""
    pieces = _pieces(extract)
    if not pieces:
        return _empty()
    bound = bind_minor(extract, pieces)
    arcs = _Arcs.of(pieces)
    names, name_of, aliases = _names(extract)
    row_of = np.array(arcs.row)
    tail, head = np.array(arcs.tail, np.int32), np.array(arcs.head, np.int32)
    ids = np.array([way.id for way in extract.ways], np.int64)[row_of]
    nodes = [extract.nodes[ref] for ref in arcs.node_index]
    roads = Roads.of(tail, head, ids, arcs.reverse, arcs.line_in(extract))
    rules = [under_kept_ids(rule, extract.twins, roads) for rule in extract.restrictions]
    banned = ban_turns(rules, roads, arcs.node_index, extract.notes)
    walls = wall_turns(bound, roads, arcs.node_index, arcs.piece)
    turns = np.concatenate([banned.turns, np.array(list(walls), np.int32).reshape(-1, 3)])
    flags = np.array([node.flags for node in nodes], np.uint8)
    flags[[arcs.node_index[ref] for ref in bound]] &= 255 - int(WALLS)
    lengths, geometry = arcs.measure(extract)
    return RoadNetwork(
        node_osm=np.fromiter(arcs.node_index, np.int64, len(nodes)),
        lon=np.array([node.lon for node in nodes]),
        lat=np.array([node.lat for node in nodes]),
        node_flags=flags,
        tail=tail,
        head=head,
        length_m=lengths,
        name=name_of[row_of],
        way=ids,
        signals=arcs.count_signals(extract, lengths, flags),
        reverse=np.array(arcs.reverse, np.int32),
        **geometry,
        names=names,
        aliases=aliases,
        banned_turns=np.unique(turns, axis=0),
        banned_paths=banned.paths,
        timed_bans=np.array(
            [ref for ref, i in arcs.node_index.items() if i in banned.timed], np.int64
        ),
        notes=tuple(sorted(extract.notes.counts.items())),
        examples=tuple(sorted(extract.notes.examples.items())),
        **_fact_columns(arcs, nodes, bound),
    )


_DTYPES: dict[str, type] = {
    "highway": np.uint8, "lanes": np.uint8, "speed_kmh": np.uint8, "access": np.uint8,
    "hgv": np.uint8, "width_guessed": np.bool_, "lanes_guessed": np.bool_,
    "speed_guessed": np.bool_, "oneway": np.bool_, "bridge": np.bool_, "tunnel": np.bool_,
}  # fmt: skip


def _names(
    extract: Extract,
) -> tuple[tuple[str, ...], np.ndarray, tuple[tuple[str, ...], ...]]:
    """Names of streets in order, the number of each way's name, and aliases by name."""
    street_names: list[str] = []
    aliases: dict[str, set[str]] = {}
    for way in extract.ways:
        name = read.street_name(way.tags)
        street_names.append(name)
        aliases.setdefault(name, set()).update(read.street_aliases(way.tags))
    names = ("", *sorted(set(street_names) - {""}))
    place = {name: i for i, name in enumerate(names)}
    others = tuple(tuple(sorted(aliases.get(name, set()))) if name else () for name in names)
    return names, np.array([place[name] for name in street_names], np.int32), others


def _fact_columns(
    arcs: _Arcs, nodes: list[OsmNode], bound: dict[int, Bound]
) -> dict[str, np.ndarray]:
    """Columns of facts, with the limits of the nodes at both ends of each arc."""
    columns: dict[str, np.ndarray] = {
        name: np.array([fact[i] for fact in arcs.facts], _DTYPES.get(name, np.int32))
        for i, name in enumerate(read.WayFacts._fields)
    }
    limited = [i for i, node in enumerate(nodes) if node.limits != NOTHING]
    refs = list(arcs.node_index) if limited else []
    ends = np.array([arcs.tail, arcs.head])
    for node in limited:
        at = np.flatnonzero((ends == node).any(axis=0))
        if (rule := bound.get(refs[node])) is not None:
            at = at[np.isin(np.array(arcs.piece)[at], list(rule.minor))]
        for name, most in zip(_LIMITS, nodes[node].limits, strict=True):
            if most:
                here = columns[name][at]
                columns[name][at] = np.where(here > 0, np.minimum(here, most), most)
    return columns


@dataclass(slots=True)
class _Arcs:
    """Arcs as they are cut; `refs` are the OSM nodes from tail to head."""

    row: list[int] = field(default_factory=list)
    piece: list[int] = field(default_factory=list)
    facts: list[read.WayFacts] = field(default_factory=list)
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    reverse: list[int] = field(default_factory=list)
    refs: list[list[int]] = field(default_factory=list)
    along: list[int] = field(default_factory=list)
    node_index: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: list[Piece]) -> _Arcs:
        """Lay one or two arcs per piece, the one along its way first."""
        arcs = cls()
        for number, piece in enumerate(pieces):
            arcs._add(number, piece)
        return arcs

    def _add(self, number: int, piece: Piece) -> None:
        index, refs = self.node_index, piece.refs
        ends = [index.setdefault(ref, len(index)) for ref in (refs[0], refs[-1])]
        two_way = piece.along is not None and piece.against is not None
        for way, facts in ((1, piece.along), (-1, piece.against)):
            if facts is None:
                continue
            back = way == -1
            self.reverse.append(len(self.row) + way if two_way else -1)
            self.row.append(piece.back_row if back and piece.back_row >= 0 else piece.row)
            self.piece.append(number)
            self.facts.append(facts)
            self.tail.append(ends[back])
            self.head.append(ends[not back])
            self.refs.append(refs[::-1] if back else refs)
            self.along.append(way)

    def line_in(self, extract: Extract) -> Callable[[int], Line]:
        """Points (lon, lat) of an arc from tail to head."""
        nodes = extract.nodes
        return lambda arc: [(nodes[ref].lon, nodes[ref].lat) for ref in self.refs[arc]]

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


def _pieces(extract: Extract) -> list[Piece]:
    """All stretches between cuts, each once, in the order of the ways."""
    cuts = _cut_nodes(extract)
    found: list[Piece] = []
    known: dict[tuple[int, ...], int] = {}
    for row, way in enumerate(extract.ways):
        along, against = read.way_facts(way.tags, extract.notes, f"way {way.id}")
        for refs in _cut(way.refs, cuts, extract):
            piece = Piece(row, refs, along, against)
            backwards = (refs[0], refs[1]) > (refs[-1], refs[-2])
            key = tuple(refs[::-1] if backwards else refs)
            at = known.setdefault(key, len(found))
            if at == len(found):
                found.append(piece)
                continue
            first = extract.ways[found[at].row]
            what = f"way {first.id} and way {way.id}, nodes {refs[0]} to {refs[-1]}"
            extract.notes.add("streets_repeated", what)
            again = piece if found[at].refs == refs else piece.flipped()
            both = _both(found[at], again)
            _note_twins(extract, (found[at], again), both)
            found[at] = both
    return found


def _note_twins(extract: Extract, pair: tuple[Piece, Piece], kept: Piece) -> None:
    """Remember under which id a way's stretch lives on, for the restrictions that name the way."""
    rows = {row for piece in pair for row in (piece.row, piece.back_row)} - {-1}
    for row in rows - {kept.row, kept.back_row}:
        extract.twins.setdefault(extract.ways[row].id, set()).add(extract.ways[kept.row].id)


def _both(first: Piece, second: Piece) -> Piece:
    """One stretch out of two that lie over the same nodes, the second turned like the first.

    Two opposite one-way lines are one street of two directions, and so is a way that comes back
    over itself; otherwise what either of them forbids is forbidden.
    """
    ways = [(piece.along is not None, piece.against is not None) for piece in (first, second)]
    opposite = not any(a and b for a, b in zip(*ways, strict=True))
    if opposite or first.row == second.row:
        along, against = first.along or second.along, first.against or second.against
        if along is not None and against is not None:
            along, against = along._replace(oneway=False), against._replace(oneway=False)
        owner = second.row if first.against is None else first.row
        return Piece(first.row, first.refs, along, against, owner)
    rank = [(piece.along or piece.against) for piece in (first, second)]
    row = second.row if rank[1] and rank[0] and rank[1].highway < rank[0].highway else first.row
    return Piece(
        row, first.refs, _strict(first.along, second.along), _strict(first.against, second.against)
    )


def _strict(one: read.WayFacts | None, other: read.WayFacts | None) -> read.WayFacts | None:
    """Facts of the higher class with the limits of both; None where one of them is not driven."""
    if one is None or other is None:
        return None
    better, worse = sorted((one, other), key=lambda facts: facts.highway)
    most: dict[str, Any] = {
        name: min((v for v in (getattr(better, name), getattr(worse, name)) if v), default=0)
        for name in _LIMITS
    }
    codes: dict[str, Any] = {
        name: max(getattr(one, name), getattr(other, name)) for name in ("access", "hgv")
    }
    return better._replace(**most, **codes)


def _cut_nodes(extract: Extract) -> set[int]:
    """OSM nodes where ways are cut."""
    uses: Counter[int] = Counter()
    for way in extract.ways:
        uses.update(way.refs)
    cuts = {ref for ref, count in uses.items() if count > 1}
    cuts |= {ref for way in extract.ways for ref in (way.refs[0], way.refs[-1])}
    cuts |= {ref for rule in extract.restrictions for ref in rule.via_nodes}
    for way in extract.ways:  # where a way turns back on itself
        if len(set(way.refs)) < len(way.refs):
            refs = way.refs
            cuts |= {refs[i] for i in range(1, len(refs) - 1) if refs[i - 1] == refs[i + 1]}
    stops = int(WALLS)
    return cuts | {r for r, n in extract.nodes.items() if n.flags & stops or n.limits != NOTHING}


def _cut(refs: list[int], cuts: set[int], extract: Extract) -> list[list[int]]:
    """Cut the nodes of a way; a node without coordinates leaves a gap."""
    pieces: list[list[int]] = []
    open_piece: list[int] = []
    for ref in refs:
        if ref not in extract.nodes:
            extract.notes.add("way_nodes_missing")
            pieces.append(open_piece)
            open_piece = []
            continue
        open_piece.append(ref)
        if ref in cuts:
            pieces.append(open_piece)
            open_piece = [ref]
    pieces.append(open_piece)
    return [piece for piece in pieces if len(piece) > 1]


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
