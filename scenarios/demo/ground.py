"""A made-up town while it is laid: its frame, its bends, its names and the file it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.demo.osm_writer import OsmWriter
from scenarios.demo.plane import Bend, Place, between, distance

if TYPE_CHECKING:
    import random

    from scenarios.demo.lines import Frame
    from scenarios.demo.names import Names


@dataclass(frozen=True, slots=True)
class Inner:
    """A short way inside the crossing `at`, between the halves of the avenue it crosses."""

    at: tuple[int, int]
    vertical: bool
    frm: int
    to: int
    way: int
    of_two_avenues: bool


@dataclass(slots=True)
class Town:
    """A town while it is drawn."""

    frame: Frame
    bend: Bend
    rng: random.Random
    names: Names
    osm: OsmWriter = field(default_factory=lambda: OsmWriter(NOTE))
    crossings: dict[tuple[int, int, int, int], int] = field(default_factory=dict)
    """(x line, its side, y line, its side) -> node"""

    def node(self, place: Place) -> int:
        """New node at a place."""
        return self.osm.add_node(*self.bend.lonlat(place))

    def bent(self, frm: Place, to: Place) -> list[int]:
        """Nodes strictly between two places, so that long streets bend."""
        count = int(distance(frm, to) // STEP_M)
        return [self.node(between(frm, to, k / (count + 1))) for k in range(1, count + 1)]


NOTE = "A made-up town, no map of a real place. Free to use, CC0."


STEP_M = 70.0
