"""What a file says about roads, before it is cut into arcs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.roads.reading.limits import NOTHING, Limits
from solver.roads.reading.map_notes import MapNotes

if TYPE_CHECKING:
    from solver.roads.reading.restrictions import Restriction
    from solver.roads.reading.tags import WayFacts


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
    limits: Limits = NOTHING
    barrier: str = ""
    signal_direction: int = 0


@dataclass(slots=True)
class Extract:
    """What a file says about roads, before it is cut into arcs.

    `other_refs` are nodes of ways that are no roads here, such as footpaths; `twins` are, by
    the id of a way that lies over the same nodes as others, the ids its stretches are kept under.
    """

    ways: list[OsmWay] = field(default_factory=list)
    nodes: dict[int, OsmNode] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    other_refs: set[int] = field(default_factory=set)
    twins: dict[int, set[int]] = field(default_factory=dict)
    notes: MapNotes = field(default_factory=MapNotes)


@dataclass(slots=True)
class Piece:
    """A stretch of a way between cuts: its nodes, and row of the way and facts by direction."""

    row: int
    refs: list[int]
    along: WayFacts | None
    against: WayFacts | None
    back_row: int = -1

    def flipped(self) -> Piece:
        """The same stretch seen from its other end."""
        return Piece(self.row, self.refs[::-1], self.against, self.along)
