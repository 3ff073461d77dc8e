"""Customizable contraction hierarchy over the turn graph, with 64-bit keys.

Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016). The order and
the chordal supergraph (metric-free, once per network) come from `pyroutingkit`. Customization and
search are ours, because RoutingKit's 32-bit weights cannot carry a distance beside the duration:
each key is duration and distance of the same path (`graph.METRES_BITS`). One source to all states
is one upward walk along the elimination tree and one sweep down the order (Delling et al., PHAST,
2011): no queue, linear in the arcs of the supergraph.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyroutingkit
from numba import njit

from solver.roads.graph import NO_KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.network import RoadNetwork
    from solver.roads.graph import TurnGraph
    from solver.roads.turns import Turns

_INF = int(NO_KEY)


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Chordal supergraph in rank space: arcs from `start[v]` to `start[v + 1]` lead up to `up`."""

    rank: NDArray[np.int32]
    start: NDArray[np.int32]
    up: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """`order` with keys of one graph: `up_key` climbs, `down_key` descends; -1 = no middle."""

    order: Order
    up_key: NDArray[np.int64]
    down_key: NDArray[np.int64]
    up_middle: NDArray[np.int32]
    down_middle: NDArray[np.int32]


def contract(network: RoadNetwork, turns: Turns) -> Order:
    """Nested-dissection order of the turn graph by inertial flow, and its supergraph."""
    at = network.head[turns.state_arc]
    topology = pyroutingkit.CCHTopology()
    with tempfile.TemporaryDirectory() as folder:
        topology.build(
            turns.frm.astype(np.uint32), turns.to.astype(np.uint32),
            network.lat[at].astype(np.float32), network.lon[at].astype(np.float32),
            turns.num_states,
        )  # fmt: skip
        topology.save(folder)
        rank, tail, head = (
            np.fromfile(Path(folder) / name, np.uint32).astype(np.int32)
            for name in ("rank", "tail", "head")
        )
    by_tail = np.lexsort((head, tail))
    start = np.searchsorted(tail[by_tail], np.arange(turns.num_states + 1))
    return Order(rank, start.astype(np.int32), head[by_tail])


def customize(graph: TurnGraph, order: Order) -> Hierarchy:
    """Keys of `graph` on the supergraph; one pass over its lower triangles."""
    rank = order.rank
    frm, to = rank[graph.turns.frm], rank[graph.turns.to]
    loop = frm == to
    columns = _customize(order.start, order.up, frm[~loop], to[~loop], graph.key[~loop])
    return Hierarchy(order, *columns)


@njit(cache=True, nogil=True)
def _find(start, up, low, high):  # type: ignore[no-untyped-def]
    """Supergraph arc from `low` up to `high`; it must exist."""
    lo, hi = start[low], start[low + 1]
    while lo < hi:
        mid = (lo + hi) // 2
        if up[mid] < high:
            lo = mid + 1
        else:
            hi = mid
    return lo


@njit(cache=True, nogil=True)
def _customize(start, up, frm, to, key):  # type: ignore[no-untyped-def]
    count = len(up)
    up_key = np.full(count, _INF, np.int64)
    down_key = np.full(count, _INF, np.int64)
    up_middle = np.full(count, -1, np.int32)
    down_middle = np.full(count, -1, np.int32)
    for e in range(len(frm)):
        if frm[e] < to[e]:
            a = _find(start, up, frm[e], to[e])
            up_key[a] = min(up_key[a], key[e])
        else:
            a = _find(start, up, to[e], frm[e])
            down_key[a] = min(down_key[a], key[e])
    for v in range(len(start) - 1):
        for i in range(start[v], start[v + 1]):
            x = up[i]
            a = start[x]
            for j in range(i + 1, start[v + 1]):
                y = up[j]
                while up[a] < y:
                    a += 1
                climb = down_key[i] + up_key[j]
                if climb < up_key[a]:
                    up_key[a] = climb
                    up_middle[a] = v
                descend = down_key[j] + up_key[i]
                if descend < down_key[a]:
                    down_key[a] = descend
                    down_middle[a] = v
    return up_key, down_key, up_middle, down_middle


@njit(cache=True, nogil=True)
def climb(start, up, up_key, source, key):  # type: ignore[no-untyped-def]
    """Keys from rank `source` to its ancestors in the elimination tree, into `key`."""
    key[source] = 0
    v = source
    while start[v] < start[v + 1]:
        for a in range(start[v], start[v + 1]):
            through = key[v] + up_key[a]
            key[up[a]] = min(key[up[a]], through)
        v = up[start[v]]


@njit(cache=True, nogil=True)
def sweep(start, up, down_key, key):  # type: ignore[no-untyped-def]
    """Keys of all ranks from those of the ancestors, from the top down."""
    for v in range(len(start) - 2, -1, -1):
        best = key[v]
        for a in range(start[v], start[v + 1]):
            best = min(best, key[up[a]] + down_key[a])
        key[v] = best


@njit(cache=True, nogil=True)
def fill_rows(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    start, up, up_key, down_key, sources, goal_start, goal, goal_key, duration, distance, none
):
    """Rows of the matrix: each target is a set of goals (rank, key added), the least counts."""
    key = np.empty(len(start) - 1, np.int64)
    for i in range(len(sources)):
        key[:] = _INF
        climb(start, up, up_key, sources[i], key)
        sweep(start, up, down_key, key)
        for j in range(len(goal_start) - 1):
            best = _INF
            for g in range(goal_start[j], goal_start[j + 1]):
                best = min(best, key[goal[g]] + goal_key[g])
            if best >= _INF:
                duration[i, j] = none
                distance[i, j] = none
            else:
                duration[i, j] = ((best >> 24) + 500) // 1000
                distance[i, j] = best & 0xFFFFFF


def path_ranks(hierarchy: Hierarchy, source: int, target: int) -> list[int]:
    """Ranks of the states from `source` to `target`, both in; empty when there is no way."""
    order = hierarchy.order
    forward = _climb_all(order, hierarchy.up_key, source)
    backward = _climb_all(order, hierarchy.down_key, target)
    meet = min(
        forward.keys() & backward.keys(), key=lambda v: forward[v][0] + backward[v][0], default=-1
    )
    if meet < 0 or forward[meet][0] + backward[meet][0] >= _INF:
        return []
    rising = [meet]
    while rising[-1] != source:
        rising.append(forward[rising[-1]][1])
    falling = [meet]
    while falling[-1] != target:
        falling.append(backward[falling[-1]][1])
    coarse = rising[::-1] + falling[1:]
    return _expand(hierarchy, coarse)


def _climb_all(order: Order, keys: NDArray[np.int64], source: int) -> dict[int, tuple[int, int]]:
    """Ancestors of `source` with key and the rank before."""
    found = {source: (0, source)}
    v = source
    while order.start[v] < order.start[v + 1]:
        for a in range(order.start[v], order.start[v + 1]):
            through = found[v][0] + int(keys[a]) if v in found else _INF
            above = int(order.up[a])
            if through < found.get(above, (_INF, -1))[0]:
                found[above] = (through, v)
        v = int(order.up[order.start[v]])
    return found


def _expand(hierarchy: Hierarchy, coarse: list[int]) -> list[int]:
    """Replace each shortcut by its two halves until only turns are left."""
    order = hierarchy.order
    path = [coarse[0]]
    stack = list(pairwise(coarse))[::-1]
    while stack:
        frm, to = stack.pop()
        a = int(_find(order.start, order.up, min(frm, to), max(frm, to)))
        middle = int((hierarchy.up_middle if frm < to else hierarchy.down_middle)[a])
        if middle < 0:
            path.append(to)
        else:
            stack += [(middle, to), (frm, middle)]
    return path
