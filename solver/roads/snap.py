"""Points to kerbs: which road a stop belongs to, from which side it is reached, and where it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from models.day import Note
from models.errors import NetworkError
from models.network import CLASSES, local_xy
from solver.roads.crs import from_wgs84, to_wgs84
from solver.roads.split import split_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.network import RoadNetwork

log = logging.getLogger(__name__)

SHARED_STOP_M = 5
"""Points within so many metres of each other along a road share one cut; no cut is nearer to a
junction (chosen)."""
FAR_M = 50.0
"""A point counts as far from every road beyond so many metres (chosen)."""
FAR_SHARE = 0.3
"""A larger share of points farther than `FAR_M` from any road tells of a wrong datum (chosen)."""
TIE_M = 1e-6
"""Distances within so many metres count as equal where only the nearest road counts (chosen: room
for rounding)."""
PREFER_M = 40.0
"""A better road is taken when it is at most so many metres farther than the nearest (chosen)."""
SUSPECT_M = 15.0
"""A larger median distance [m] is reported too, if another datum halves it (chosen: roads are dense
in town)."""
TUNNEL_PENALTY_M = 40.0
"""A tunnel counts as so many metres farther than it is (chosen: hardly any point lies in one)."""
FAST_PENALTY_M = 30.0
"""A fast road counts as so many metres farther than it is (chosen: nobody stops there)."""
UNNAMED_PENALTY_M = 5.0
"""A road without a name counts as so many metres farther than it is (chosen: addresses are on named
ones)."""
_FAST = ("motorway", "motorway_link", "trunk_link")


class Stands(IntEnum):
    """What a point's road is to it."""

    OPEN = 0
    """It can be served from there."""
    SHUT = 1
    """Its own street, which no vehicle that goes there may drive."""
    FAR = 2
    """No road is within reach of it; this is the nearest."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a stop may lie from its road [m].

    A point is served from an open road within `reach_m` that is at most `carry_m` farther than the
    nearest road of all; otherwise it stands on its own street, open or not.
    """

    reach_m: float = inf
    carry_m: float = inf


class Choice(NamedTuple):
    """Per point: arc, metres to it, share of the arc before it, side (1 right), `Stands`."""

    arc: NDArray[np.intp]
    distance: NDArray[np.float64]
    along: NDArray[np.float64]
    side: NDArray[np.int8]
    stands: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Snap:
    """Where k points lie on the cut network; a stop is at the END of its arc.

    `arc_right[i]` is the arc to stop on: the point lies at its right kerb (`side` 1), on its line
    (0), or, where no arc has it to its right, at its left (-1). `arc_left[i]` is the opposite arc
    that ends at the same place, -1 on one-way roads. `distance_m` is to the road's line. `origin`
    gives the old arc of each new arc, `first` the new arcs of each old one (`Split`).
    `stands` tells by a `Stands` code what the road is to the point.
    `warning` is None, or says that the datum looks wrong; `better_crs` then names what fits.
    """

    arc_right: NDArray[np.int32]
    arc_left: NDArray[np.int32]
    distance_m: NDArray[np.float64]
    side: NDArray[np.int8]
    origin: NDArray[np.int32]
    first: NDArray[np.int32]
    stands: NDArray[np.uint8]
    warning: Note | None = None
    better_crs: str = ""


def split_at_points(
    network: RoadNetwork,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    usable: NDArray[np.bool_] | None = None,
    reach: Reach | None = None,
    crs: str = "wgs84",
) -> tuple[RoadNetwork, Snap]:
    """Cut the roads of points in WGS-84, so that each has an arc that ends at it.

    `usable` (m,) marks the arcs a vehicle can serve from, as `TurnGraph.core`; named roads are
    preferred, tunnels and motorways avoided. `crs` is what the points' source declared; it is only
    used to say which datum would fit better. Raises `NetworkError` when no arc is usable and points
    may be served from any distance.
    """
    usable = np.ones(network.num_arcs, np.bool_) if usable is None else usable
    back = network.reverse
    chosen, lines = _choose(network, np.asarray(lon, float), np.asarray(lat, float), usable, reach)
    arc, side = chosen.arc, chosen.side
    cuts, cut_of = _place_cuts(network, arc, chosen.along)
    new, first = split_arcs(network, {a: marks for a, marks in cuts.items() if marks})

    count = np.array([len(cuts[a]) for a in arc.tolist()], np.int64)
    ahead = first[arc] + cut_of
    facing = np.where((back[arc] >= 0) & (count > 0), first[back[arc]] + count - 1 - cut_of, -1)
    right_is_ahead = (side >= 0) | (facing < 0)
    right = np.where(right_is_ahead, ahead, facing)
    left = np.where(right_is_ahead, facing, ahead)
    seen = np.where(right_is_ahead, side, -side)
    old_usable = np.append(np.repeat(usable, np.diff(first)), False)
    swap = ~old_usable[right] & old_usable[left]
    right, left = np.where(swap, left, right), np.where(swap, right, left)
    left = np.where(old_usable[left] | (chosen.stands != Stands.OPEN), left, -1)
    warning, better = _datum_warning(lines, np.asarray(lon), np.asarray(lat), crs)
    snap = Snap(
        right.astype(np.int32), left.astype(np.int32), chosen.distance,
        np.where(swap, -seen, seen).astype(np.int8),
        np.repeat(np.arange(network.num_arcs, dtype=np.int32), np.diff(first)), first,
        chosen.stands, warning, better,
    )  # fmt: skip
    return new, snap


def choose_roads(
    network: RoadNetwork,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    usable: NDArray[np.bool_],
    reach: Reach,
) -> Choice:
    """The road of each point, as `split_at_points` chooses it, without cutting anything."""
    return _choose(network, lon, lat, usable, reach)[0]


def _choose(
    network: RoadNetwork,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    usable: NDArray[np.bool_],
    reach: Reach | None,
) -> tuple[Choice, _Lines]:
    """The road of each point, and the lines of all roads."""
    back, reach = network.reverse, Reach() if reach is None else reach
    lower = (back < 0) | (np.arange(network.num_arcs) < back)
    pairs = np.flatnonzero(lower & (usable | (usable[back] & (back >= 0))))
    if not len(pairs) and reach.carry_m == inf:
        raise NetworkError(
            "no road can be driven here, so no point can be reached.",
            zh="这里没有可行驶的道路，任何地点都无法到达。",
        )
    whole = np.flatnonzero(lower)
    lines = _Lines(network, pairs if reach.carry_m == inf else whole)
    nearest = lines.distances(lon, lat)
    arc, distance, along, side = lines.nearest(lon, lat, prefer_m=0.0)
    stays = np.zeros(len(lon), np.bool_)
    if len(pairs):
        opened = lines if len(pairs) == len(lines.pairs) else _Lines(network, pairs)
        best = opened.nearest(lon, lat)
        stays = best[1] <= np.minimum(nearest + reach.carry_m, reach.reach_m)
        arc, distance = np.where(stays, best[0], arc), np.where(stays, best[1], distance)
        along, side = np.where(stays, best[2], along), np.where(stays, best[3], side)
    stands = np.where(nearest > reach.reach_m, Stands.FAR, Stands.SHUT)
    stands = np.where(stays, Stands.OPEN, stands).astype(np.uint8)
    return Choice(arc, distance, along, side, stands), lines


class _Lines:
    """Lines of one arc per road piece in the local plane, in a tree."""

    def __init__(self, network: RoadNetwork, pairs: NDArray[np.intp]) -> None:
        self.network, self.pairs = network, pairs
        xy = network.to_xy(network.point_lon, network.point_lat)
        counts = np.diff(network.point_start)[pairs]
        rows = np.repeat(network.point_start[pairs], counts) + (
            np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        )
        index = np.repeat(np.arange(len(pairs)), counts)
        self.lines = shapely.linestrings(xy[rows], indices=index)
        self.tree = shapely.STRtree(self.lines)
        fast = np.isin(network.highway[pairs], [CLASSES.index(name) for name in _FAST])
        self.penalty = (
            TUNNEL_PENALTY_M * network.tunnel[pairs]
            + FAST_PENALTY_M * fast
            + UNNAMED_PENALTY_M * (network.name[pairs] == 0)
        )

    def points(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.object_]:
        """Points in the local plane."""
        return np.asarray(shapely.points(local_xy(lon, lat, self.network.origin)))

    def distances(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance of each point to the nearest road [m]."""
        points = self.points(lon, lat)
        (_, _), distance = self.tree.query_nearest(points, return_distance=True, all_matches=False)
        return np.asarray(distance)

    def nearest(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        *,
        prefer_m: float = PREFER_M,
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
        """Per point: arc, distance [m], share of the arc before it, side (1 right, -1 left).

        A better road is taken when it is at most `prefer_m` farther than the nearest.
        """
        points = self.points(lon, lat)
        reach = self.distances(lon, lat) + max(prefer_m, TIE_M)
        rows, found = self.tree.query(points, predicate="dwithin", distance=reach)
        score = shapely.distance(points[rows], self.lines[found])
        score += self.penalty[found] if prefer_m else 0.0
        order = np.lexsort((found, score, rows))
        best = found[order[np.searchsorted(rows[order], np.arange(len(points)))]]
        lines = self.lines[best]
        along = shapely.line_locate_point(lines, points)
        length = shapely.length(lines)
        before = shapely.line_interpolate_point(lines, np.maximum(along - 1, 0))
        after = shapely.line_interpolate_point(lines, np.minimum(along + 1, length))
        dx, dy = (shapely.get_coordinates(after) - shapely.get_coordinates(before)).T
        px, py = (shapely.get_coordinates(points) - shapely.get_coordinates(before)).T
        side = -np.sign(np.round(dx * py - dy * px, 6)).astype(np.int8)
        share = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
        return self.pairs[best], shapely.distance(points, lines), share, side


def _place_cuts(
    network: RoadNetwork, arc: NDArray[np.intp], along: NDArray[np.float64]
) -> tuple[dict[int, list[int]], NDArray[np.int64]]:
    """Cuts of each arc [m from its tail], and which of them each point uses."""
    cuts: dict[int, list[int]] = {}
    cut_of = np.zeros(len(arc), np.int64)
    metres = along * network.length_m[arc]
    group_start = -1.0
    for i in np.lexsort((metres, arc)).tolist():
        a, length = int(arc[i]), int(network.length_m[arc[i]])
        if a not in cuts:
            cuts[a], group_start = [], -1.0
        if length < 2:
            continue  # too short to cut: the stop is at the junction
        if group_start < 0 or metres[i] - group_start > SHARED_STOP_M:
            group_start = float(metres[i])
            margin = max(1, min(SHARED_STOP_M, length // 2))
            mark = min(max(round(group_start), margin), length - margin)
            if not cuts[a] or mark > cuts[a][-1]:
                cuts[a].append(mark)
        cut_of[i] = len(cuts[a]) - 1
    return cuts, cut_of


def _datum_warning(
    lines: _Lines,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    crs: str,
) -> tuple[Note | None, str]:
    """Warning and better datum, None and "" when the points fit the roads."""
    distance = lines.distances(lon, lat)
    far = bool(len(distance)) and np.mean(distance > FAR_M) > FAR_SHARE
    if not far and (not len(distance) or np.median(distance) <= SUSPECT_M):
        return None, ""
    stated = from_wgs84(lon, lat, crs)
    median = float(np.median(distance))
    others = [name for name in ("wgs84", "gcj02", "bd09") if name != crs]
    fits = {name: float(np.median(lines.distances(*to_wgs84(*stated, name)))) for name in others}
    best = min(fits, key=lambda name: fits[name])
    share = float(np.mean(distance > FAR_M))
    zh = (
        f"地点偏离道路，坐标系可能有误：{len(distance)} 个地点中 {share:.0%} "
        f"距道路超过 {FAR_M:.0f} 米"
        f"（按 {crs} 读取，中位数 {median:.0f} 米）。"
    )
    text = (
        f"{share:.0%} of {len(distance)} points lie farther than {FAR_M:.0f} m "
        f"from a road (median {median:.0f} m, read as {crs})."
    )
    if fits[best] < 0.5 * median:
        zh += f"按 {best} 读取，中位数为 {fits[best]:.0f} 米：请设置 crs = {best!r}。"
        text += f" Read as {best} the median is {fits[best]:.0f} m: set crs = {best!r}."
        log.warning(text)
        return Note(zh, text), best
    if not far:
        return None, ""
    text += " No other datum fits better: do the points belong to this map?"
    log.warning(text)
    return Note(zh + "换其他坐标系也不更近：这些地点是否属于这张地图？", text), ""
