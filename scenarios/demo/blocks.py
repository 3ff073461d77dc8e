"""Inside the superblocks of a made-up town: lanes, alleys, homes, schools, a market, works."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scenarios.demo.plane import Place, between, distance

if TYPE_CHECKING:
    import random

    from scenarios.demo.ground import Town
    from scenarios.demo.lines import Piece

LANE_EVERY_M = 240.0
MARGIN_M = 18.0
"""Between the middle of a lane and the buildings' lot."""
DROP_SHARE = 0.16
ALLEY_SHARE = {"old_town": 0.5, "commercial": 0.25}
SLAB_M = (62.0, 14.0)
"""Length and depth of a block of flats; rows stand `ROW_M` apart."""
ROW_M = 58.0
KINDS = ("old_town", "estate", "estate", "estate", "commercial", "industrial")
LANDUSE = {"old_town": "residential", "estate": "residential", "commercial": "retail",
           "industrial": "industrial"}  # fmt: skip
SPECIAL = {"school": ("school", "小学"), "market": ("marketplace", "菜市场"),
           "hospital": ("hospital", "医院")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A superblock: its kind, its four sides and the lanes through it, growing."""

    kind: str
    column: int
    row: int
    west: float
    east: float
    south: float
    north: float
    us: tuple[float, ...]
    vs: tuple[float, ...]


def lay_blocks(town: Town) -> None:
    """Fill all superblocks; one has the market, every sixth a school."""
    cells = town.frame.cells()
    for number, (column, row) in enumerate(cells):
        block = _block(town, column, row)
        alleys = _lay_lanes(town, block)
        special = {len(cells) // 2: "market", len(cells) // 3: "hospital"}.get(number, "")
        if not special and number % 6 == 2:
            special = "school"
        _lay_buildings(town, block, alleys, special)


def _block(town: Town, column: int, row: int) -> Block:
    """Size, kind and lanes of a block; industry lies outside, shops in the middle."""
    rng, frame = town.rng, town.frame
    x0, x1 = frame.xs[column], frame.xs[column + 1]
    y0, y1 = frame.ys[row], frame.ys[row + 1]
    outside = column in (0, len(frame.xs) - 2) or row in (0, len(frame.ys) - 2)
    core = x0.core and x1.core and y0.core and y1.core
    kind = rng.choice(KINDS[2:] if outside else KINDS[:5])
    if kind == "estate" and core and rng.random() < 0.4:
        kind = "old_town"
    west, east = x0.at + x0.sides[-1], x1.at + x1.sides[0]
    south, north = y0.at + y0.sides[-1], y1.at + y1.sides[0]
    us, vs = _lanes(west, east, kind, rng), _lanes(south, north, kind, rng)
    return Block(kind, column, row, west, east, south, north, us, vs)


def _lanes(low: float, high: float, kind: str, rng: random.Random) -> tuple[float, ...]:
    """Places of the lanes across a block: closer in the old town, one or two elsewhere."""
    every = {"old_town": 0.75, "commercial": 0.9}.get(kind, 1.0) * LANE_EVERY_M
    count = max(1, round((high - low) / every) - 1)
    step = (high - low) / (count + 1)
    return tuple(low + step * (k + 1) + rng.uniform(-0.16, 0.16) * step for k in range(count))


def _lay_lanes(town: Town, block: Block) -> list[Place]:
    """Lanes through a block, joined to the roads around it; returns where alleys run."""
    rng = town.rng
    inside = {
        (k, m): town.node((u + rng.uniform(-14, 14), v + rng.uniform(-14, 14)))
        for k, u in enumerate(block.us)
        for m, v in enumerate(block.vs)
    }
    alleys: list[Place] = []
    for k, u in enumerate(block.us):
        stops = [(v, inside[k, m]) for m, v in enumerate(block.vs)]
        _lay_lane(town, block, u, stops, alleys, vertical=True)
    for m, v in enumerate(block.vs):
        stops = [(u, inside[k, m]) for k, u in enumerate(block.us)]
        _lay_lane(town, block, v, stops, alleys, vertical=False)
    return alleys


def _lay_lane(
    town: Town,
    block: Block,
    at: float,
    stops: list[tuple[float, int]],
    alleys: list[Place],
    *,
    vertical: bool,
) -> None:
    """One lane from side to side, with pieces left out and alleys branching off."""
    rng = town.rng
    low, high = _sides(town, block, vertical=vertical)
    edges = (block.south, block.north) if vertical else (block.west, block.east)

    def place(t: float) -> Place:
        return (at, t) if vertical else (t, at)

    ends: list[tuple[float, int] | None] = []
    for piece, side, edge in ((low, 0, edges[0]), (high, 1, edges[1])):
        if piece is None or rng.random() < DROP_SHARE / 2:
            ends.append(None)
            continue
        node = town.node(place(edge))
        piece.joins[-1 if side == 0 else 0].append((at, node))
        ends.append((edge, node))
    whole = [ends[0], *stops, ends[1]]
    tags = _lane_tags(town, block)
    run: list[int] = []
    for frm, to in pairwise(whole):
        inner = frm in stops and to in stops
        if frm is None or to is None or (inner and rng.random() < DROP_SHARE):
            _end_run(town, run, tags)
            run = []
            continue
        run = run or [frm[1]]
        if rng.random() < ALLEY_SHARE.get(block.kind, 0.15):
            middle = place(frm[0] + rng.uniform(0.35, 0.65) * (to[0] - frm[0]))
            run.append(town.node(middle))
            alleys += _lay_alley(town, block, middle, run[-1], vertical=vertical)
        run.append(to[1])
    _end_run(town, run, tags)


def _sides(town: Town, block: Block, *, vertical: bool) -> tuple[Piece | None, Piece | None]:
    """Pieces of road a lane meets at its lower and upper end; None where there is none."""
    pieces, column, row = town.frame.pieces, block.column, block.row
    if vertical:
        return pieces.get((False, row, column)), pieces.get((False, row + 1, column))
    return pieces.get((True, column, row)), pieces.get((True, column + 1, row))


def _lane_tags(town: Town, block: Block) -> dict[str, str]:
    """Tags of a lane: named in the old town and among shops, mostly not in estates."""
    rng = town.rng
    if block.kind == "estate":
        tags = {"highway": "living_street" if rng.random() < 0.5 else "residential"}
        return tags | ({"name": town.names.draw("lane")} if rng.random() < 0.35 else {})
    if block.kind == "industrial":
        return {"highway": "unclassified", "name": town.names.draw("lane")}
    tags = {"highway": "residential", "name": town.names.draw("lane")}
    return tags | ({"lanes": "2"} if rng.random() < 0.2 else {})


def _end_run(town: Town, run: list[int], tags: dict[str, str]) -> None:
    if len(run) > 1:
        town.osm.add_way(run, tags)


def _lay_alley(town: Town, block: Block, start: Place, node: int, *, vertical: bool) -> list[Place]:
    """A dead-end alley off a lane; returns two places on it."""
    rng = town.rng
    reach = rng.uniform(40, 78) * rng.choice((-1, 1))
    end = (start[0] + reach, start[1]) if vertical else (start[0], start[1] + reach)
    tags = {"highway": "service"}
    if block.kind == "old_town":
        tags |= {"service": "alley", "width": rng.choice(("2.8", "3.0", "3.0", "3.5"))}
        tags |= {"name": town.names.draw("lane")} if rng.random() < 0.6 else {}
    elif rng.random() < 0.3:
        tags["access"] = "private"
    town.osm.add_way([node, town.node(end)], tags)
    return [between(start, end, 0.5), end]


def _lay_buildings(town: Town, block: Block, alleys: list[Place], special: str) -> None:
    """Buildings of a block between its lanes, and the land use around them."""
    corners = [(block.west, block.south), (block.east, block.south), (block.east, block.north),
               (block.west, block.north)]  # fmt: skip
    inset = [between(corner, corners[k - 2], 0.02) for k, corner in enumerate(corners)]
    _lay_area(town, inset, {"landuse": LANDUSE[block.kind]})
    columns = pairwise([block.west, *block.us, block.east])
    lots = [(u, v) for u in columns for v in pairwise([block.south, *block.vs, block.north])]
    for number, ((west, east), (south, north)) in enumerate(lots):
        box = (west + MARGIN_M, south + MARGIN_M, east - MARGIN_M, north - MARGIN_M)
        if number == 0 and special:
            _lay_special(town, box, special)
        elif block.kind == "industrial":
            _lay_rectangle(town, box, {"building": "industrial"})
        else:
            _lay_slabs(town, block, box, alleys)


def _lay_slabs(
    town: Town, block: Block, box: tuple[float, float, float, float], alleys: list[Place]
) -> None:
    """Rows of flats facing south; low in the old town, high in estates."""
    rng = town.rng
    west, south, east, north = box
    rows = max(1, int((north - south) // ROW_M) + 1)
    columns = max(1, int((east - west) // (SLAB_M[0] + 16)))
    levels = {"old_town": (2, 4), "commercial": (4, 8)}.get(block.kind, (6, 11))
    for r in range(rows):
        for c in range(columns):
            u = west + (c + 0.5) * (east - west) / columns
            v = south + (r + 0.5) * (north - south) / rows
            near = min((distance((u, v), alley) for alley in alleys), default=99.0)
            if near < 34 or rng.random() < 0.15:
                continue
            shape = (u - SLAB_M[0] / 2, v - SLAB_M[1] / 2, u + SLAB_M[0] / 2, v + SLAB_M[1] / 2)
            kind = "retail" if block.kind == "commercial" and r == 0 else "apartments"
            tags = {"building": kind, "building:levels": str(rng.randint(*levels))}
            _lay_rectangle(town, shape, tags)


def _lay_special(town: Town, box: tuple[float, float, float, float], special: str) -> None:
    """A school, market or hospital on a lot of its own."""
    name = town.names.draw("estate")[:2]
    value, suffix = SPECIAL[special]
    _lay_rectangle(town, box, {"amenity": value, "name": name + suffix})
    west, south, east, north = box
    middle = ((west * 2 + east) / 3, (south * 2 + north) / 3,
              (west + east * 2) / 3, (south + north * 2) / 3)  # fmt: skip
    building = "retail" if special == "market" else special
    _lay_rectangle(town, middle, {"building": building, "building:levels": "4"})


def _lay_rectangle(
    town: Town, box: tuple[float, float, float, float], tags: dict[str, str]
) -> None:
    west, south, east, north = box
    if east - west > 8 and north - south > 8:
        _lay_area(town, [(west, south), (east, south), (east, north), (west, north)], tags)


def _lay_area(town: Town, corners: list[Place], tags: dict[str, str]) -> None:
    ring = [town.node(corner) for corner in corners]
    town.osm.add_way([*ring, ring[0]], tags)
