"""The frame of a town: through roads, their carriageways and crossings, the river between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from scenarios.demo.names import Names

SIDE_M = 11.0
"""Middle of each carriageway of a dual road from the road's middle."""
RIVER_M = 120.0
"""Between the two roads along the river."""


@dataclass(frozen=True, slots=True)
class Line:
    """A through road from edge to edge of the town; `at` is its place across [m].

    `oneway` is 0, or 1 / -1 for driving with or against growing coordinates.
    """

    at: float
    road_class: str
    name: str
    vertical: bool
    oneway: int = 0
    core: bool = False

    @property
    def sides(self) -> tuple[float, ...]:
        """Offsets of its carriageways, growing; two for a dual road."""
        return (-SIDE_M, SIDE_M) if self.road_class == "primary" else (0.0,)

    def direction(self, side: int) -> int:
        """1 or -1 where the carriageway is one-way, 0 both; traffic keeps to the right."""
        if len(self.sides) == 1:
            return self.oneway
        east_or_north = 1 if side == 1 else -1
        return east_or_north if self.vertical else -east_or_north


@dataclass(slots=True)
class Piece:
    """A line between two crossings; `joins[side]` are (place along, node) of side streets."""

    line: Line
    begin: int
    """Number of the crossing line it starts at."""
    bridge: dict[str, str] | None = None
    joins: list[list[tuple[float, int]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Frame:
    """All through roads. Row `river` lies between ys[river] and ys[river + 1]."""

    xs: tuple[Line, ...]
    ys: tuple[Line, ...]
    river: int
    pieces: dict[tuple[bool, int, int], Piece]
    """(vertical, number of its line, number of the crossing line it starts at)"""

    def cells(self) -> list[tuple[int, int]]:
        """Blocks (column, row) between the lines, without the river."""
        rows = (j for j in range(len(self.ys) - 1) if j != self.river)
        return [(i, j) for j in rows for i in range(len(self.xs) - 1)]


def lay_frame(
    width_m: float, height_m: float, spacing_m: float, names: Names, rng: random.Random
) -> Frame:
    """Through roads of a town of this size, jittered, with a river in the lower third."""
    xs = _lines(width_m, spacing_m, names, rng, vertical=True)
    ys = _lines(height_m, spacing_m, names, rng, vertical=False)
    river = max(0, len(ys) // 3 - 1)
    while ys[river].road_class == "primary" and river + 1 < len(ys):
        river += 1
    south = ys[river]
    waterside = names.draw("road").removesuffix("路")
    bank = [Line(south.at + shift, "tertiary", f"{waterside}滨河{side}路", vertical=False)
            for shift, side in ((-RIVER_M / 2, "南"), (RIVER_M / 2, "北"))]  # fmt: skip
    ys = [*ys[:river], *bank, *ys[river + 1 :]]
    frame = Frame(tuple(xs), tuple(ys), river, {})
    _lay_pieces(frame, rng)
    return frame


def _lines(
    length_m: float, spacing_m: float, names: Names, rng: random.Random, *, vertical: bool
) -> list[Line]:
    """Lines across one axis: avenues in the middle and every third, ring roads outside."""
    count = max(3, round(length_m / spacing_m) + 1)
    step = length_m / (count - 1)
    middle = count // 2
    lines = []
    for k in range(count):
        jitter = 0.0 if k in (0, count - 1) else rng.uniform(-0.14, 0.14) * step
        from_middle = abs(k - middle)
        outside = k in (0, count - 1)
        if from_middle % 3 == 0 and not outside:
            road_class, kind = "primary", "avenue_ns" if vertical else "avenue_we"
        elif from_middle % 3 == 2 or outside:
            road_class, kind = "secondary", "road"
        else:
            road_class, kind = "tertiary", "road"
        name = names.draw(kind)
        name += "" if kind == "road" else ("路" if vertical else "大道")
        beside = from_middle == 1 and vertical and count > 4
        oneway = (1 if k > middle else -1) if beside else 0
        core = from_middle <= max(1, count // 4)
        lines.append(Line(k * step + jitter, road_class, name, vertical, oneway, core))
    return lines


def _lay_pieces(frame: Frame, rng: random.Random) -> None:
    """Pieces of all lines: bridges over the river, a few branch roads left out."""
    for i, line in enumerate(frame.xs):
        for j in range(len(frame.ys) - 1):
            over = j == frame.river
            bridge = _bridge(line, i) if over else None
            left_out = over and bridge is None
            if left_out or (not over and _gap(line, i, len(frame.xs), rng)):
                continue
            frame.pieces[True, i, j] = Piece(line, j, bridge, [[] for _ in line.sides])
    for j, line in enumerate(frame.ys):
        banks = j in (frame.river, frame.river + 1)
        for i in range(len(frame.xs) - 1):
            if not banks and _gap(line, j, len(frame.ys), rng):
                continue
            frame.pieces[False, j, i] = Piece(line, i, None, [[] for _ in line.sides])


def _bridge(line: Line, number: int) -> dict[str, str] | None:
    """Tags of the bridge of a line, None where a branch road ends at the water."""
    if line.road_class != "tertiary":
        return {"bridge": "yes", "layer": "1"}
    if not line.oneway and number % 4 == 3:
        return None
    return {"bridge": "yes", "layer": "1", "maxweight": "15" if line.oneway > 0 else "10"}


def _gap(line: Line, number: int, count: int, rng: random.Random) -> bool:
    """Whether a piece of a two-way branch road is missing: two blocks grew into one."""
    inside = 0 < number < count - 1
    return inside and line.road_class == "tertiary" and not line.oneway and rng.random() < 0.1
