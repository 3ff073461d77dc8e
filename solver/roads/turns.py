"""Every turn of a network, whoever drives it: the graph whose nodes are arcs.

States 0..m-1 are the arcs. Each further state is an arc together with the arcs before it, where a
turn restriction by way must remember them (an automaton over banned sequences, Aho and Corasick
1975). Costs and permissions come later (`graph`), so that one topology, and one order of its
contraction hierarchy, serve all profiles and closures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models.network import NodeFlag, Turn, Who
from solver.roads.reading.restrictions import STRAIGHT_DEGREES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.network import RoadNetwork

LOOK_BACK_M = 12.0
"""Bearings are taken over so many metres of the arc (chosen: a kink at the corner does not
decide)."""


@dataclass(frozen=True, eq=False)
class Turns:
    """Edges of the turn graph, one row each, ordered by `frm`.

    `state_arc[s]` is the arc a vehicle has just driven in state s; `frm`, `to` are states; `kind`
    is a `Turn`; `choice` tells whether the node offers anything else; `banned` has bit `1 << Who`
    set for each rule against the turn. `leave[a]` is the state to go on from at the end of arc a
    after a stop or a service there, when nobody knows how the vehicle came: on the way of a banned
    path the one in which most is banned, so that no stop on it opens the path.
    """

    state_arc: NDArray[np.int32]
    frm: NDArray[np.int32]
    to: NDArray[np.int32]
    kind: NDArray[np.uint8]
    choice: NDArray[np.bool_]
    banned: NDArray[np.uint8]
    leave: NDArray[np.int32]

    @property
    def num_states(self) -> int:
        """Number of states."""
        return len(self.state_arc)

    @cached_property
    def first(self) -> list[int]:
        """First row of every state, and the number of rows: Python's own, for one look at a time.

        Each of the streets of a plan asks for a turn or more.
        """
        found: list[int] = np.searchsorted(self.frm, np.arange(self.num_states + 1)).tolist()
        return found

    @cached_property
    def into(self) -> list[int]:
        """The arc each row leads into."""
        arcs: list[int] = self.state_arc[self.to].tolist()
        return arcs


def list_turns(network: RoadNetwork) -> Turns:
    """All turns of `network`, banned ones marked. O(turns)."""
    frm, to = successors(network)
    banned = _banned_mask(network, frm, to)
    state_arc = leave = np.arange(network.num_arcs, dtype=np.int32)
    arc_frm, arc_to = frm, to
    if network.banned_paths:
        state_arc, frm, to, banned, leave = _remember_paths(network, frm, to, banned)
        arc_frm, arc_to = state_arc[frm], state_arc[to]
    others = arc_to != network.reverse[arc_frm]
    onward = np.bincount(frm, others, len(state_arc))
    return Turns(
        state_arc, frm.astype(np.int32), to.astype(np.int32),
        turn_kinds(network, arc_frm, arc_to), onward[frm] > 1, banned, leave,
    )  # fmt: skip


def turn_kinds(
    network: RoadNetwork, frm: NDArray[np.int32], to: NDArray[np.int32]
) -> NDArray[np.uint8]:
    """`Turn` from each arc of `frm` to the arc of `to` beside it, by the change of bearing."""
    start, end = _bearings(network)
    change = (start[to] - end[frm] + 540) % 360 - 180
    kinds = np.where(change > 0, Turn.RIGHT, Turn.LEFT).astype(np.uint8)
    kinds[np.abs(change) <= STRAIGHT_DEGREES] = Turn.STRAIGHT
    kinds[to == network.reverse[frm]] = Turn.U_TURN
    return kinds


def successors(network: RoadNetwork) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """All pairs (arc, arc leaving its head), ordered by the first."""
    leaving = np.argsort(network.tail, kind="stable")
    first = np.searchsorted(network.tail[leaving], np.arange(network.num_nodes + 1))
    counts = (first[1:] - first[:-1])[network.head]
    frm = np.repeat(np.arange(network.num_arcs), counts)
    offset = np.arange(len(frm)) - np.repeat(np.cumsum(counts) - counts, counts)
    to = leaving[np.repeat(first[network.head], counts) + offset]
    return frm.astype(np.int32), to.astype(np.int32)


def _banned_mask(
    network: RoadNetwork, frm: NDArray[np.int32], to: NDArray[np.int32]
) -> NDArray[np.uint8]:
    mask = np.zeros(len(frm), np.uint8)
    pair = frm.astype(np.int64) * network.num_arcs + to
    for who in Who:
        rows = network.banned_turns[network.banned_turns[:, 2] == who].astype(np.int64)
        mask[np.isin(pair, rows[:, 0] * network.num_arcs + rows[:, 1])] |= 1 << who
    return mask


def _remember_paths(
    network: RoadNetwork,
    frm: NDArray[np.int32],
    to: NDArray[np.int32],
    banned: NDArray[np.uint8],
) -> tuple[
    NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]
]:
    """Add a state per remembered beginning of a banned path and re-aim the turns there.

    Where several beginnings end with one arc, one more state stands for any of them (`leave`).
    """
    rules: dict[tuple[int, ...], int] = {}
    for *arcs, who in network.banned_paths:
        rules[tuple(arcs)] = rules.get(tuple(arcs), 0) | 1 << who
    beginnings = sorted({path[:k] for path in rules for k in range(2, len(path))})
    state_of = {path: network.num_arcs + i for i, path in enumerate(beginnings)}
    exits = _exits(frm, to, banned, {path[-1] for path in beginnings})

    to = to.copy()
    for path, state in state_of.items():
        if len(path) == 2:
            to[(frm == path[0]) & (to == path[1])] = state
    known: dict[int, list[tuple[int, ...]]] = {}
    for path in beginnings:
        known.setdefault(path[-1], []).append(path)
    many = sorted(arc for arc, paths in known.items() if len(paths) > 1)
    any_of = {arc: network.num_arcs + len(beginnings) + i for i, arc in enumerate(many)}
    leave = np.arange(network.num_arcs, dtype=np.int32)
    for arc, paths in known.items():
        leave[arc] = any_of.get(arc, state_of[paths[0]])
    more: list[tuple[int, int, int]] = []
    for state, paths in [
        *((state, [path]) for path, state in state_of.items()),
        *((any_of[arc], known[arc]) for arc in many),
    ]:
        for arc, mask in exits[paths[0][-1]]:
            aims: set[int] = set()
            rule = mask
            for path in paths:
                ends = [(*path, arc)[k:] for k in range(len(path))]
                aims |= set([state_of[end] for end in ends if end in state_of][:1])
                for end in ends:
                    rule |= rules.get(end, 0)
            target = arc if not aims else aims.pop() if len(aims) == 1 else int(leave[arc])
            more.append((state, target, rule))
    extra = np.array(more, np.int32).reshape(-1, 3)
    lasts = [path[-1] for path in beginnings] + many
    state_arc = np.concatenate([np.arange(network.num_arcs), lasts])
    return (
        state_arc.astype(np.int32),
        np.concatenate([frm, extra[:, 0]]),
        np.concatenate([to, extra[:, 1]]),
        np.concatenate([banned, extra[:, 2].astype(np.uint8)]),
        leave,
    )


def _exits(
    frm: NDArray[np.int32], to: NDArray[np.int32], banned: NDArray[np.uint8], arcs: set[int]
) -> dict[int, list[tuple[int, int]]]:
    """Turns out of `arcs`: next arc and ban mask."""
    out: dict[int, list[tuple[int, int]]] = {arc: [] for arc in arcs}
    for row in np.flatnonzero(np.isin(frm, list(arcs))).tolist():
        out[int(frm[row])].append((int(to[row]), int(banned[row])))
    return out


def _bearings(network: RoadNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compass bearing at the start and at the end of each arc [degrees, clockwise from north]."""
    xy = network.to_xy(network.point_lon, network.point_lat)
    first, last = network.point_start[:-1], network.point_start[1:] - 1
    begin, stop = _whole_arcs(network)
    start = _bearing(xy[first], _point_along(xy, first, stop, 1))
    end = _bearing(_point_along(xy, last, begin, -1), xy[last])
    return start, end


def _whole_arcs(network: RoadNetwork) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First and last point of the uncut arc each arc is a piece of; pieces lie in a row.

    A stop cut near a corner must not change the angle of the corner.
    """
    goes_on = network.node_flags[network.head[:-1]] & int(NodeFlag.SPLIT) > 0
    goes_on &= network.head[:-1] == network.tail[1:]
    group = np.cumsum(np.append(True, ~goes_on)[: network.num_arcs]) - 1
    opens = np.flatnonzero(np.diff(group, prepend=-1))
    closes = np.append(opens[1:], network.num_arcs)
    return network.point_start[opens][group], network.point_start[closes][group] - 1


def _point_along(
    xy: NDArray[np.float64], begin: NDArray[np.int32], stop: NDArray[np.int32], step: int
) -> NDArray[np.float64]:
    """First point of each arc at least `LOOK_BACK_M` from `begin`, or the far end."""
    at = begin + step
    while True:
        near = np.hypot(*(xy[at] - xy[begin]).T) < LOOK_BACK_M
        move = near & (at != stop)
        if not move.any():
            return np.asarray(xy[at])
        at = np.where(move, at + step, at)


def _bearing(frm: NDArray[np.float64], to: NDArray[np.float64]) -> NDArray[np.float64]:
    dx, dy = (to - frm).T
    return np.asarray(np.degrees(np.arctan2(dx, dy)) % 360)
