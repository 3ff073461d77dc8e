"""A made-up Chinese town as an OSM file, for people who have no extract at hand.

Avenues with two carriageways and banned turns, a pair of one-way streets, a river with weak
bridges, superblocks with lanes and alleys, homes, schools and a market. The same seed and size
give the same bytes. Nothing in it is a real place.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from scenarios.demo.blocks import lay_blocks
from scenarios.demo.ground import Inner, Town
from scenarios.demo.lines import Line, Piece, lay_frame
from scenarios.demo.names import Names
from scenarios.demo.plane import Bend, Place

if TYPE_CHECKING:
    from pathlib import Path

TownSize = Literal["tiny", "small", "default", "large"]
SIZES_M: dict[TownSize, tuple[float, float, float]] = {
    "tiny": (1_600, 1_300, 520),
    "small": (2_800, 2_300, 640),
    "default": (6_000, 5_000, 760),
    "large": (11_000, 9_000, 760),
}
"""Width, height and mean spacing of through roads."""
STUB_M = 420.0
CONDITION = "(07:00-09:00,17:00-19:00)"
SIGNAL_CLASSES = frozenset({"primary", "secondary"})
LANES = {"primary": "3", "secondary": "4", "tertiary": "2"}
LIMITS = {"primary": "60", "secondary": "50", "tertiary": "40"}


@dataclass(slots=True)
class Ways:
    """One-way carriageways by (crossing node, vertical) they arrive at and leave from."""

    arrives: dict[tuple[int, bool], int] = field(default_factory=dict)
    leaves: dict[tuple[int, bool], int] = field(default_factory=dict)
    inner: list[Inner] = field(default_factory=list)


def town_text(*, seed: int = 1, size: TownSize = "default", scale: float = 1.0) -> str:
    """OSM XML of a town; `scale` multiplies its area, through roads lie as far apart as before."""
    rng = random.Random(seed)
    names = Names(rng)
    width_m, height_m, spacing_m = SIZES_M[size]
    longer = math.sqrt(scale)
    frame = lay_frame(longer * width_m, longer * height_m, spacing_m, names, rng)
    town = Town(frame, Bend.by(rng), rng, names)
    _lay_crossings(town)
    lay_blocks(town)
    ways = _lay_pieces(town)
    _lay_inner_links(town, ways)
    _lay_stubs(town)
    _ban_turns(town, ways)
    _lay_river(town)
    return town.osm.text()


def write_town(
    path: Path, *, seed: int = 1, size: TownSize = "default", scale: float = 1.0
) -> None:
    """Write a town, its area `scale` times as large, to an `.osm` file."""
    text = town_text(seed=seed, size=size, scale=scale)
    path.write_text(text, encoding="utf-8", newline="\n")


def _lay_crossings(town: Town) -> None:
    """A node where each two carriageways meet, with signals at the larger crossings."""
    for i, x in enumerate(town.frame.xs):
        for j, y in enumerate(town.frame.ys):
            signals = {x.road_class, y.road_class} <= SIGNAL_CLASSES
            for a, du in enumerate(x.sides):
                for b, dv in enumerate(y.sides):
                    node = town.node((x.at + du, y.at + dv))
                    town.crossings[i, a, j, b] = node
                    if signals:
                        town.osm.tag_node(node, {"highway": "traffic_signals"})


def _tags(line: Line, part: str = "") -> dict[str, str]:
    """Tags of a through road; `part` is its third, as in 人民中路."""
    name = line.name
    if part and line.road_class == "primary":
        name = (
            name.replace("路", f"{part}路")
            if line.vertical
            else name.replace("大道", f"{part}大道")
        )
    tags = {"highway": line.road_class, "name": name, "maxspeed": LIMITS[line.road_class]}
    if line.road_class != "tertiary" or line.core:
        tags["lanes"] = LANES[line.road_class]
    if line.road_class == "primary":
        tags["dual_carriageway"] = "yes"
    return tags


def _part(place: int, count: int, *, vertical: bool) -> str:
    """South, middle or north (west, middle or east) third of a line."""
    return ("南中北" if vertical else "西中东")[min(2, 3 * place // max(1, count - 1))]


def _lay_pieces(town: Town) -> Ways:
    """Lay ways of all pieces, one from crossing to crossing for each carriageway."""
    ways = Ways()
    for (vertical, number, begin), piece in town.frame.pieces.items():
        count = len(town.frame.ys if vertical else town.frame.xs)
        tags = _tags(piece.line, _part(begin, count, vertical=vertical)) | (piece.bridge or {})
        for side in range(len(piece.line.sides)):
            nodes = _carriageway(town, number, piece, side)
            direction = piece.line.direction(side)
            if direction < 0:
                nodes = nodes[::-1]
            own = tags | ({"oneway": "yes"} if direction else {})
            way = town.osm.add_way(nodes, own)
            if direction:
                ways.leaves[nodes[0], vertical] = way
                ways.arrives[nodes[-1], vertical] = way
    return ways


def _carriageway(town: Town, number: int, piece: Piece, side: int) -> list[int]:
    """Nodes of a carriageway from crossing to crossing, side streets and bends included."""
    line, vertical = piece.line, piece.line.vertical
    across = town.frame.ys if vertical else town.frame.xs
    first, last = across[piece.begin], across[piece.begin + 1]
    along = [first.at + first.sides[-1], last.at + last.sides[0]]
    ends = (len(first.sides) - 1, 0)
    at = line.at + line.sides[side]

    def place(t: float) -> Place:
        return (at, t) if vertical else (t, at)

    def crossing(which: int) -> int:
        other = (piece.begin + which, ends[which])
        key = (number, side, *other) if vertical else (*other, number, side)
        return town.crossings[key]

    stops = [(along[0], crossing(0)), *sorted(piece.joins[side]), (along[1], crossing(1))]
    nodes = [stops[0][1]]
    for (t0, _), (t1, node) in pairwise(stops):
        nodes += [*town.bent(place(t0), place(t1)), node]
    return nodes


def _lay_inner_links(town: Town, ways: Ways) -> None:
    """Short ways inside crossings, between the halves of the dual road that is crossed."""
    for i, x in enumerate(town.frame.xs):
        for j, y in enumerate(town.frame.ys):
            for line, other in ((x, y), (y, x)):
                if len(other.sides) == 1 or not _runs_through(town, i, j, line):
                    continue
                for side in range(len(line.sides)):
                    pair = [town.crossings[(i, side, j, k) if line.vertical else (i, k, j, side)]
                            for k in (0, 1)]  # fmt: skip
                    direction = line.direction(side)
                    nodes = pair if direction >= 0 else pair[::-1]
                    own = _tags(line) | ({"oneway": "yes"} if direction else {})
                    way = town.osm.add_way(nodes, own)
                    cross = len(line.sides) == 2
                    ways.inner.append(Inner((i, j), line.vertical, nodes[0], nodes[1], way, cross))


def _runs_through(town: Town, i: int, j: int, line: Line) -> bool:
    """Whether the line has a piece at this crossing; dual roads always link their halves."""
    number, other = (i, j) if line.vertical else (j, i)
    keys = [(line.vertical, number, begin) for begin in (other - 1, other)]
    return any(key in town.frame.pieces for key in keys)


def _lay_stubs(town: Town) -> None:
    """Avenues leave the town: two carriageways run together, then on as one to the map's edge."""
    xs, ys = town.frame.xs, town.frame.ys
    for lines, across in ((xs, ys), (ys, xs)):
        for number, line in enumerate(lines):
            if line.road_class != "primary":
                continue
            for far, sign in ((0, -1), (len(across) - 1, 1)):
                _lay_stub(town, line, (number, far), sign, across[far].at)


def _lay_stub(town: Town, line: Line, crossing: tuple[int, int], sign: int, edge: float) -> None:
    """One end of an avenue; `crossing` is its number and that of the last line it crosses."""
    number, far = crossing
    vertical = line.vertical

    def place(t: float) -> Place:
        return (line.at, t) if vertical else (t, line.at)

    merge, end = place(edge + sign * STUB_M / 2), place(edge + sign * STUB_M)
    merge_node = town.node(merge)
    tags = _tags(line) | {"name": line.name}
    for side in range(2):
        key = (number, side, far, 0) if vertical else (far, 0, number, side)
        nodes = [town.crossings[key], merge_node]
        outward = line.direction(side) == sign
        town.osm.add_way(nodes if outward else nodes[::-1], tags | {"oneway": "yes"})
    two_way = {k: v for k, v in tags.items() if k != "dual_carriageway"} | {"lanes": "4"}
    town.osm.add_way([merge_node, *town.bent(merge, end), town.node(end)], two_way)


def _ban_turns(town: Town, ways: Ways) -> None:
    """Restriction relations at crossings of avenues: no left turn, no U-turn.

    Inside a crossing of two avenues the four short links run anticlockwise, so the next link is
    the left turn. Where a single road crosses an avenue, its link is left turn and U-turn.
    """
    chance = town.rng.random
    after = {(link.at, link.frm): link for link in ways.inner if link.of_two_avenues}
    for link in ways.inner:
        onto = after.get((link.at, link.to))
        if link.of_two_avenues:
            if onto is not None and chance() < 0.5:
                _ban(town, link.way, ("node", link.to), onto.way, "no_left_turn")
            continue
        for near, far in ((link.frm, link.to), (link.to, link.frm)):
            arriving = ways.arrives.get((near, not link.vertical))
            leaving = ways.leaves.get((far, not link.vertical))
            if arriving is None or leaving is None or chance() > 0.6:
                continue
            if chance() < 0.5:
                _ban(town, arriving, ("node", near), link.way, "no_left_turn")
            else:
                _ban(town, arriving, ("way", link.way), leaving, "no_u_turn")


def _ban(town: Town, way: int, via: tuple[str, int], onto: int, rule: str) -> None:
    """Write one restriction; one in eight holds at rush hours only, one in ten frees buses."""
    tags = {"type": "restriction"}
    if town.rng.random() < 0.125:
        tags["restriction:conditional"] = f"{rule} @ {CONDITION}"
    else:
        tags["restriction"] = rule
    if town.rng.random() < 0.1:
        tags["except"] = "bus"
    members = [("way", way, "from"), (*via, "via"), ("way", onto, "to")]
    town.osm.add_relation(members, tags)


def _lay_river(town: Town) -> None:
    """The water between the two bank roads, from edge to edge."""
    south, north = town.frame.ys[town.frame.river : town.frame.river + 2]
    west, east = town.frame.xs[0].at - STUB_M, town.frame.xs[-1].at + STUB_M
    middle = (south.at + north.at) / 2
    lane = [(west, middle), (east, middle)]
    line = [town.node(lane[0]), *town.bent(*lane), town.node(lane[1])]
    town.osm.add_way(line, {"waterway": "river", "name": "青塘河"})
    low, high = south.at + 25, north.at - 25
    ring = [town.node((west, low)), *town.bent((west, low), (east, low)), town.node((east, low)),
            town.node((east, high)), *town.bent((east, high), (west, high)),
            town.node((west, high))]  # fmt: skip
    town.osm.add_way([*ring, ring[0]], {"natural": "water", "water": "river"})
