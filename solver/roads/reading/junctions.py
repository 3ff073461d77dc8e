"""Barriers tagged on a junction: they stand at the mouth of the minor street, not on the main one.

A mapper who puts a bollard on the shared node of a street and a yard road closes the street for a
router. The barrier binds the streets of lower rank there; where nobody can tell which those are,
it binds all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from models.network import CLASSES, Access, NodeFlag, Who
from solver.roads.reading.limits import NOTHING
from solver.roads.reading.rights import FOOT_WALLS
from solver.roads.reading.tags import street_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.roads.reading.extract import Extract, OsmNode, Piece
    from solver.roads.reading.restrictions import Roads

WALLS = NodeFlag.BLOCKED | NodeFlag.PRIVATE_GATE | NodeFlag.NO_HGV
_BINDS = {NodeFlag.BLOCKED: Who.WALL, NodeFlag.PRIVATE_GATE: Who.GATE, NodeFlag.NO_HGV: Who.HGV}
_MAIN_FOR_STILES = CLASSES.index("residential")
"""A stile or turnstile on a street up to this class, where a footpath begins, is the footpath's."""
_MAIN_FOR_BOLLARDS = CLASSES.index("tertiary_link")
"""So is a bollard on a street up to this class: nobody bars a main street with one."""
_Street = tuple[str | int, int]


class Bound(NamedTuple):
    """The barrier of a node binds only these pieces, for whom `who` says."""

    minor: frozenset[int]
    who: tuple[Who, ...]


def bind_minor(extract: Extract, pieces: Sequence[Piece]) -> dict[int, Bound]:
    """Barriers, by OSM node, that do not bind all streets at their node."""
    walled = {
        ref
        for ref, node in extract.nodes.items()
        if node.flags & int(WALLS) or node.limits != NOTHING
    }
    arms: dict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces) if walled else ():
        for ref in (piece.refs[0], piece.refs[-1]):
            if ref in walled:
                arms[ref].append(number)
    found: dict[int, Bound] = {}
    for ref, numbers in arms.items():
        node = extract.nodes[ref]
        if len(numbers) > 2:
            minor = _minor(extract, pieces, numbers)
        elif ref in extract.other_refs and _of_the_footpath(node, pieces, numbers):
            minor = frozenset[int]()
        else:
            continue
        if len(minor) < len(set(numbers)):
            what = f"barrier={node.barrier}" if node.barrier else "a limit"
            street = next((name for n in numbers if (name := _name(extract, pieces[n]))), "")
            extract.notes.add("barriers_on_junctions", f"node {ref} {what} {street}".rstrip())
            who = tuple(one for flag, one in _BINDS.items() if node.flags & int(flag))
            found[ref] = Bound(minor, who)
    return found


def wall_turns(
    bound: Mapping[int, Bound], roads: Roads, node_index: Mapping[int, int], piece: Sequence[int]
) -> Iterator[tuple[int, int, int]]:
    """Turns into and out of minor streets that the barrier at their mouth forbids."""
    for ref, (minor, who) in bound.items():
        node = node_index[ref]
        for frm in roads.arriving.get(node, ()):
            for to in roads.leaving.get(node, ()):
                if piece[frm] != piece[to] and (piece[frm] in minor or piece[to] in minor):
                    yield from ((frm, to, int(one)) for one in who)


def _minor(extract: Extract, pieces: Sequence[Piece], numbers: Sequence[int]) -> frozenset[int]:
    """The pieces at a node that are not of its main streets; all of them when none is main."""
    arms: dict[_Street, list[int]] = defaultdict(list)
    for number in numbers:
        arms[_street(extract, pieces[number])].append(number)
    rank = {
        street: (
            min(_shut(pieces[n]) for n in own), min(_class(pieces[n]) for n in own), len(own) < 2,
        )
        for street, own in arms.items()
    }  # fmt: skip
    best = min(rank.values())
    minor = frozenset(n for street, own in arms.items() if rank[street] != best for n in own)
    return minor or frozenset(numbers)


def _street(extract: Extract, piece: Piece) -> _Street:
    """What a piece belongs to: a name on one class of road, else its way."""
    way = extract.ways[piece.row]
    return street_name(way.tags) or way.id, _class(piece)


def _name(extract: Extract, piece: Piece) -> str:
    return street_name(extract.ways[piece.row].tags)


def _class(piece: Piece) -> int:
    facts = piece.along or piece.against
    return len(CLASSES) if facts is None else facts.highway


def _shut(piece: Piece) -> bool:
    """Whether the public may not drive there anyway."""
    codes = [facts.access for facts in (piece.along, piece.against) if facts is not None]
    return min(codes, default=int(Access.NO)) >= Access.PRIVATE


def _of_the_footpath(node: OsmNode, pieces: Sequence[Piece], numbers: Sequence[int]) -> bool:
    """Whether a barrier on a street, where a footpath meets it, surely is the footpath's."""
    highest = max(_class(pieces[number]) for number in numbers)
    if node.barrier in FOOT_WALLS:
        return highest <= _MAIN_FOR_STILES
    return node.barrier in {"bollard", "block", "planter"} and highest <= _MAIN_FOR_BOLLARDS
