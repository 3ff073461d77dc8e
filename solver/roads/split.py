"""Cut arcs where vehicles stop, so that a stop is always at the END of an arc."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from models.errors import NetworkError
from models.network import ARC_COLUMNS, NodeFlag, RoadNetwork, great_circle_m

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


class Split(NamedTuple):
    """A cut network. Arc a of the old one became arcs `first[a]` to `first[a + 1] - 1`."""

    network: RoadNetwork
    first: NDArray[np.int32]

    def origin(self) -> NDArray[np.int32]:
        """Old arc of each new arc."""
        counts = np.diff(self.first)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def split_arcs(network: RoadNetwork, cuts: Mapping[int, Sequence[int]]) -> Split:
    """Cut arcs, and their reverses with them, at whole metres from the tail.

    `cuts[a]` ascends strictly within 1 … length - 1; only one arc of a pair may be named. Lengths
    of the pieces add up to the old length; banned turns and paths move to the pieces they mean.
    Raises `NetworkError` for cuts that are out of range, out of order, or named from both sides.
    """
    both = _with_reverses(network, cuts)
    counts = np.ones(network.num_arcs, np.int32)
    for arc in both:
        counts[arc] += len(both[arc])
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    old = np.repeat(np.arange(network.num_arcs), counts)
    columns: dict[str, Any] = {name: getattr(network, name)[old].copy() for name in ARC_COLUMNS}
    columns["reverse"] = _reverses(network, first, old)

    nodes = _Nodes(network)
    lines = [network.points(arc) for arc in range(network.num_arcs)]
    pieces: dict[int, list[NDArray[np.float64]]] = {}
    for arc, marks in sorted(cuts.items()):
        pieces[arc], ends = _cut_line(lines[arc], np.array(marks) / network.length_m[arc])
        added = [nodes.add(*end) for end in ends]
        _lay(columns, first[arc], marks, added)
        if (back := int(network.reverse[arc])) >= 0:
            pieces[back] = [line[::-1] for line in pieces[arc][::-1]]
            _lay(columns, first[back], both[back], added[::-1])
    geometry = [line for arc in range(network.num_arcs) for line in pieces.get(arc, [lines[arc]])]
    points = np.concatenate(geometry) if geometry else np.zeros((0, 2))
    new = replace(
        network, **nodes.columns(), **columns,
        point_start=np.concatenate([[0], np.cumsum([len(g) for g in geometry])]).astype(np.int32),
        point_lon=points[:, 0].copy(), point_lat=points[:, 1].copy(),
        banned_turns=_move_turns(network, first),
        banned_paths=tuple(_move_path(path, first) for path in network.banned_paths),
    )  # fmt: skip
    return Split(new, first)


class _Nodes:
    """Nodes of the old network and the new ones, which take ids below all others."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.added: list[tuple[float, float]] = []

    def add(self, lon: float, lat: float) -> int:
        self.added.append((lon, lat))
        return self.network.num_nodes + len(self.added) - 1

    def columns(self) -> dict[str, Any]:
        network, count = self.network, len(self.added)
        lowest = min(0, int(network.node_osm.min(initial=0)))
        xy = np.array(self.added).reshape(-1, 2)
        return {
            "node_osm": np.append(network.node_osm, lowest - 1 - np.arange(count)),
            "lon": np.append(network.lon, xy[:, 0]),
            "lat": np.append(network.lat, xy[:, 1]),
            "node_flags": np.append(
                network.node_flags, np.full(count, int(NodeFlag.SPLIT), np.uint8)
            ),
        }


def _with_reverses(network: RoadNetwork, cuts: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    both: dict[int, list[int]] = {}
    for arc, marks in cuts.items():
        length = int(network.length_m[arc])
        steps = [b - a for a, b in pairwise([0, *marks, length])]
        if min(steps) < 1 or int(network.reverse[arc]) in cuts:
            raise NetworkError(
                f"arc {arc} of {length} m cannot be cut at {list(marks)} m: cuts must ascend "
                "within it, and only one arc of a two-way road may name them.",
                zh=f"长 {length} 米的路段 {arc} 不能在 {list(marks)} 米处切开："
                f"切点须在路段内递增，双向道路只能指定一个方向。",
            )
        both[arc] = list(marks)
        if (back := int(network.reverse[arc])) >= 0:
            both[back] = [length - mark for mark in reversed(marks)]
    return both


def _lay(columns: dict[str, Any], start: int, marks: Sequence[int], nodes: list[int]) -> None:
    """Write ends, lengths and signals of the pieces of one arc, which begin at row `start`."""
    stop = start + len(marks) + 1
    length = int(columns["length_m"][start])
    columns["length_m"][start:stop] = np.diff([0, *marks, length])
    columns["head"][start : stop - 1] = nodes
    columns["tail"][start + 1 : stop] = nodes
    columns["signals"][start : stop - 1] = 0


def _reverses(
    network: RoadNetwork, first: NDArray[np.int32], old: NDArray[np.intp]
) -> NDArray[np.int32]:
    """Piece i of an arc faces piece k - 1 - i of its reverse."""
    back = network.reverse[old]
    offset = np.arange(len(old)) - first[old]
    facing = first[np.maximum(back, 0) + 1] - 1 - offset
    return np.where(back >= 0, facing, -1).astype(np.int32)


def _cut_line(
    line: NDArray[np.float64], shares: NDArray[np.float64]
) -> tuple[list[NDArray[np.float64]], list[tuple[float, float]]]:
    """Pieces of a line cut at `shares` of its length, and the points of the cuts."""
    lon, lat = line.T
    along = np.append(0.0, np.cumsum(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])))
    at = shares * along[-1]
    points = np.column_stack([np.interp(at, along, lon), np.interp(at, along, lat)])
    pieces, start = [], line[:1]
    taken = 1
    for mark, point in zip(at, points, strict=True):
        upto = max(taken, int(np.searchsorted(along, mark)))
        upto = min(upto, len(line) - 1)
        pieces.append(np.concatenate([start, line[taken:upto], point[None]]))
        start, taken = point[None], upto
    pieces.append(np.concatenate([start, line[taken:]]))
    return pieces, [(float(x), float(y)) for x, y in points]


def _move_turns(network: RoadNetwork, first: NDArray[np.int32]) -> NDArray[np.int32]:
    table = network.banned_turns
    moved = [first[table[:, 0] + 1] - 1, first[table[:, 1]], table[:, 2]]
    return np.stack(moved, axis=1).astype(np.int32)


def _move_path(path: tuple[int, ...], first: NDArray[np.int32]) -> tuple[int, ...]:
    """Last piece of the first arc, all pieces between, first piece of the last; `Who` stays."""
    frm, *via, to, who = path
    between = [piece for arc in via for piece in range(int(first[arc]), int(first[arc + 1]))]
    return (int(first[frm + 1]) - 1, *between, int(first[to]), who)
