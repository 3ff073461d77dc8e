"""Lines of a plan on the ground: arcs to points, thinned, and points in time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from models.network import CLASSES, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from models.network import RoadNetwork
    from models.plan import Plan, PlanStep

Line = list[tuple[float, float]]
DEGREE_M = 111_195.0
STEP_TOLERANCE_M = 1.5
PICTURE_TOLERANCE_M = 12.0
MAIN_CLASSES = frozenset(
    CLASSES.index(name) for name in ("motorway", "trunk", "primary", "secondary", "tertiary")
)


class Ground:
    """Points of arcs and steps, unpacked once; coordinates rounded to 5 decimals (about 1 m)."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self._lines: dict[int, Line] = {}
        self._thin_steps: dict[int, Line] = {}

    def arc(self, arc: int) -> Line:
        """Points of one arc from tail to head, [lon, lat]."""
        if arc not in self._lines:
            points = np.round(self.network.points(arc), 5).tolist()
            self._lines[arc] = [(lon, lat) for lon, lat in points]
        return self._lines[arc]

    def line(self, arcs: Iterable[int]) -> Line:
        """One line along consecutive arcs, without doubled points."""
        out: Line = []
        for arc in arcs:
            for point in self.arc(arc):
                if not out or out[-1] != point:
                    out.append(point)
        return out

    def prepare(self, plan: Plan) -> None:
        """Thin the lines of all steps of `plan`, for `thin_step`."""
        steps = [step for r in plan.routes for trip in r.trips for step in trip.steps]
        lines = thin([self.step(step) for step in steps], STEP_TOLERANCE_M)
        self._thin_steps = {id(step): line for step, line in zip(steps, lines, strict=True)}

    def thin_step(self, step: PlanStep) -> Line:
        """As `step`, with no more points than the eye needs (1.5 m)."""
        known = self._thin_steps.get(id(step))
        return thin([self.step(step)], STEP_TOLERANCE_M)[0] if known is None else known

    @cached_property
    def main_roads(self) -> tuple[list[Line], NDArray[np.float64]]:
        """Main roads for small pictures, one direction: thin lines, and the box of each.

        Pieces that follow each other are one line. Boxes are of shape (lines, 4): west, south,
        east, north.
        """
        network = self.network
        single = (network.reverse < 0) | (network.reverse > np.arange(network.num_arcs))
        arcs = np.flatnonzero(single & np.isin(network.highway, list(MAIN_CLASSES))).tolist()
        drawn = [line for line in map(self.arc, arcs) if len(line) > 1]
        merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(drawn)))
        lines = [[(lon, lat) for lon, lat in one.coords] for one in merged]
        lines = thin(sorted(lines), PICTURE_TOLERANCE_M)
        return lines, shapely.bounds([shapely.LineString(line) for line in lines]).reshape(-1, 4)

    def step(self, step: PlanStep) -> Line:
        """Where a step leads: along its arcs, or between its ends when it names none."""
        line = self.line(arc for piece in step.streets for arc in piece.arcs)
        if len(line) > 1:
            return line
        ends = [(round(p[0], 5), round(p[1], 5)) for p in (step.from_, step.to) if p is not None]
        return ends if len(ends) == 2 and ends[0] != ends[1] else ends[-1:] or line


def thin(lines: Sequence[Line], tolerance_m: float) -> list[Line]:
    """Douglas-Peucker for many lines at once: no point farther than `tolerance_m` from its line.

    Lines of fewer than two points are returned as they are.
    """
    out = list(lines)
    rows = [row for row, line in enumerate(lines) if len(line) > 2]
    if not rows:
        return out
    sizes = [len(lines[row]) for row in rows]
    points = np.concatenate([np.asarray(lines[row], dtype=np.float64) for row in rows])
    made = shapely.linestrings(points, indices=np.repeat(np.arange(len(rows)), sizes))
    kept = shapely.simplify(made, tolerance_m / DEGREE_M, preserve_topology=False)
    coordinates, owner = shapely.get_coordinates(kept, return_index=True)
    cuts = np.searchsorted(owner, np.arange(len(rows) + 1)).tolist()
    pairs = [(lon, lat) for lon, lat in coordinates.tolist()]
    for row, begin, end in zip(rows, cuts[:-1], cuts[1:], strict=True):
        out[row] = pairs[begin:end]
    return out


def reach(line: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Share of the line's length at each of its points, 0 to 1, shape (k,)."""
    lon, lat = np.asarray(line, dtype=np.float64).T
    lengths = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    total = float(lengths.sum())
    if total == 0:
        return np.linspace(0.0, 1.0, len(lon))
    return np.concatenate([[0.0], np.cumsum(lengths) / total])
