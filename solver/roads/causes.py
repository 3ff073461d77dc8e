"""Why a street is cut off: which kind of obstacle, lifted alone, would open a way in and out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from models.network import NodeFlag, Who
from solver.roads.graph import Verdict, allowed_turns, largest_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from solver.roads.graph import TurnGraph

_WALL_BITS = np.uint8(1 << Who.WALL | 1 << Who.GATE)
"""Marks the turns banned by walls and gates, a bit each (by `models.network.Who`)."""
_WALLS = np.uint8(NodeFlag.BLOCKED | NodeFlag.PRIVATE_GATE | NodeFlag.NO_HGV)


class Obstacle(StrEnum):
    """What keeps a vehicle from an arc."""

    ACCESS = "access"
    WIDTH = "width"
    HEIGHT = "height"
    WEIGHT = "weight"
    LENGTH = "length"
    CLOSED = "closed"
    BAN = "ban"
    """A turn restriction; those of certain hours count always."""
    BARRIER = "barrier"
    ONEWAY = "oneway"
    MAP = "map"
    """Nothing that could be lifted: the map has no way."""


_OF_VERDICT = {
    Verdict.ACCESS: Obstacle.ACCESS, Verdict.WIDTH: Obstacle.WIDTH,
    Verdict.HEIGHT: Obstacle.HEIGHT, Verdict.WEIGHT: Obstacle.WEIGHT,
    Verdict.LENGTH: Obstacle.LENGTH, Verdict.CLOSED: Obstacle.CLOSED,
}  # fmt: skip


class Cause(NamedTuple):
    """An obstacle; `node` is the OSM node where it stands, 0 where it is none's.

    `timed` tells of a turn restriction that holds at some hours; `before` of an obstacle on
    another street on the way.
    """

    obstacle: Obstacle
    node: int = 0
    timed: bool = False
    before: bool = False


@dataclass(slots=True)
class Causes:
    """Answers for one turn graph; what was looked up once is kept."""

    graph: TurnGraph
    _lifted: dict[Obstacle, NDArray[np.bool_]] = field(default_factory=dict)

    def of(self, arc: int) -> Cause | None:
        """Why `arc` cannot be driven there and back; None where it can."""
        verdict = Verdict(int(self.graph.verdict[arc]))
        if verdict == Verdict.FINE:
            return None
        if verdict in _OF_VERDICT:
            return Cause(_OF_VERDICT[verdict])
        for obstacle in (Obstacle.BAN, Obstacle.BARRIER, Obstacle.ONEWAY, *_OF_VERDICT.values()):
            if self._core(obstacle)[arc]:
                return self._placed(obstacle, arc)
        return Cause(Obstacle.MAP)

    def _core(self, obstacle: Obstacle) -> NDArray[np.bool_]:
        """Arcs that could be driven there and back without obstacles of this kind (m,)."""
        if obstacle not in self._lifted:
            self._lifted[obstacle] = self._without(obstacle)
        return self._lifted[obstacle]

    def _without(self, obstacle: Obstacle) -> NDArray[np.bool_]:
        graph, network, turns = self.graph, self.graph.network, self.graph.turns
        drivable = np.where(graph.verdict == Verdict.CUT_OFF, Verdict.FINE, graph.verdict)
        if obstacle == Obstacle.ONEWAY:
            return self._two_way(drivable == Verdict.FINE)
        if obstacle == Obstacle.BAN:
            turns = replace(turns, banned=turns.banned & _WALL_BITS)
        elif obstacle == Obstacle.BARRIER:
            turns = replace(turns, banned=turns.banned & ~_WALL_BITS)
            network = replace(network, node_flags=network.node_flags & ~_WALLS)
        else:
            lifted = next(code for code, kind in _OF_VERDICT.items() if kind == obstacle)
            drivable = np.where(graph.verdict == lifted, Verdict.FINE, drivable)
        used = allowed_turns(network, graph.profile, turns, drivable)
        return largest_part(turns, used, drivable == Verdict.FINE)

    def _two_way(self, drivable: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Arcs joined to the core when every street may be driven both ways."""
        graph, network = self.graph, self.graph.network
        walled = network.node_flags & _WALLS > 0
        through = drivable & ~walled[network.tail] & ~walled[network.head]
        ends = network.tail[through], network.head[through]
        shape = (network.num_nodes, network.num_nodes)
        matrix = sparse.csr_matrix((np.ones(through.sum(), np.int8), ends), shape=shape)
        _, part = connected_components(matrix, directed=False)
        home = part[network.tail[graph.core & through]]
        return through & np.isin(part[network.tail], home)

    def _placed(self, obstacle: Obstacle, arc: int) -> Cause:
        """The obstacle with the node at the border of the core where it stands."""
        at = sorted(self._nodes(obstacle), key=lambda node: self._distance(node, arc))
        before = obstacle not in {Obstacle.BAN, Obstacle.BARRIER}
        if not at:
            return Cause(obstacle, before=before)
        node = int(self.graph.network.node_osm[at[0]])
        return Cause(obstacle, node, node in self.graph.network.timed_bans, before)

    def _nodes(self, obstacle: Obstacle) -> Iterator[int]:
        """Nodes between the core and what is cut off, where an obstacle of this kind stands."""
        graph, network = self.graph, self.graph.network
        lost = graph.verdict == Verdict.CUT_OFF
        if obstacle == Obstacle.BAN:
            frm = graph.turns.state_arc[graph.turns.frm]
            to = graph.turns.state_arc[graph.turns.to]
            hit = (graph.turns.banned & ~_WALL_BITS > 0) & (lost[frm] | lost[to])
            yield from np.unique(network.head[frm[hit]]).tolist()
        elif obstacle == Obstacle.BARRIER:
            touched = np.zeros(network.num_nodes, np.bool_)
            touched[network.tail[lost]] = touched[network.head[lost]] = True
            walled = network.node_flags & _WALLS > 0
            frm = graph.turns.state_arc[graph.turns.frm]
            walled[network.head[frm[graph.turns.banned & _WALL_BITS > 0]]] = True
            yield from np.flatnonzero(touched & walled).tolist()

    def _distance(self, node: int, arc: int) -> float:
        network, pair = self.graph.network, [node, int(self.graph.network.tail[arc])]
        first, second = network.to_xy(network.lon[pair], network.lat[pair])
        return float(np.hypot(*(second - first)))
