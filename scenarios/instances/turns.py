"""From streets and turns of a file to a `RoutingProblem` with turn costs and bans inside.

Vertices of the search graph are ends of arcs (just driven), beginnings of required arcs (about to
be served) and stands: a depot or facility at a node, reached from every arc into the node and left
to every arc out of it without a turn cost. So a required arc enters at its beginning and leaves at
its end, the turn in between is paid by the matrix, and a required node has a mode per arc that
reaches it: it is served on arrival, and the turn onwards knows where the vehicle came from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from models.problem import Mode
from solver.routing.base.matrices import graph, graph_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.problem import Matrix

    TurnCost = Callable[["Way", "Way"], int | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of a street: `cost` to drive it, `service_cost` to drive and serve it.

    `shape` holds the points of its polyline, where the file has them.
    """

    tail: str
    head: str
    cost: int
    service_cost: int = 0
    shape: tuple[tuple[float, float], ...] = ()

    def reverse(self) -> Way:
        """The same street the other way."""
        return Way(self.head, self.tail, self.cost, self.service_cost, self.shape[::-1])


@dataclass(frozen=True)
class TurnGraph:
    """Ways with turn costs between them (None: the turn is banned)."""

    turn_cost: TurnCost
    ways: list[Way] = field(default_factory=list)
    begin: dict[int, int] = field(default_factory=dict)
    """Way -> vertex of its beginning; only ways with service have one."""
    stands: dict[str, int] = field(default_factory=dict)
    """Node -> vertex to reach it; the vertex to leave it is the next number."""
    rows: dict[int, int] = field(default_factory=dict)
    cols: dict[int, int] = field(default_factory=dict)

    def add(self, way: Way) -> int:
        """Number of a way, to be added before any place is asked for."""
        self.ways.append(way)
        return len(self.ways) - 1

    def close(self, required: list[int], stands: list[str]) -> None:
        """Number the vertices: ends of all ways, beginnings of required ways, stands."""
        for number in required:
            self.begin[number] = len(self.ways) + len(self.begin)
        for node in stands:
            self.stands.setdefault(node, len(self.ways) + len(self.begin) + 2 * len(self.stands))

    def serve(self, number: int) -> Mode:
        """Drive and serve a required way."""
        way = self.ways[number]
        return Mode(
            enter=self._col(self.begin[number]),
            leave=self._row(number),
            duration=way.service_cost,
            distance=way.service_cost,
        )

    def stop(self, node: str) -> tuple[Mode, ...]:
        """Serve a node: one mode per way that reaches it, one more where a stand is."""
        modes = [
            Mode(enter=self._col(number), leave=self._row(number))
            for number, way in enumerate(self.ways)
            if way.head == node
        ]
        if node in self.stands:
            enter, leave = self.stand(node)
            modes.append(Mode(enter=enter, leave=leave))
        return tuple(modes)

    def stand(self, node: str) -> tuple[int, int]:
        """Column and row of a depot or facility."""
        return self._col(self.stands[node]), self._row(self.stands[node] + 1)

    def matrix(self) -> Matrix:
        """Cheapest ways from rows to columns, turns included."""
        outgoing, incoming = defaultdict(list), defaultdict(list)
        for number, way in enumerate(self.ways):
            outgoing[way.tail].append(number)
            incoming[way.head].append(number)
        legs = [(begin, number, self.ways[number].cost) for number, begin in self.begin.items()]
        for number, way in enumerate(self.ways):
            for follower in outgoing[way.head]:
                turn = self.turn_cost(way, self.ways[follower])
                if turn is not None:
                    legs.append((number, *self._onto(follower, turn)))
        for node, reached in self.stands.items():
            left = reached + 1
            legs.append((left, reached, 0))  # not back: passing a stand must not save a turn
            legs += [(number, reached, 0) for number in incoming[node]]
            legs += [(left, *self._onto(number, 0)) for number in outgoing[node]]
        tails, heads, costs = np.array(legs, dtype=np.int64).T
        num_vertices = len(self.ways) + len(self.begin) + 2 * len(self.stands)
        return graph_matrix(
            graph(num_vertices, tails, heads, costs),
            np.array(list(self.rows), dtype=np.int64),
            np.array(list(self.cols), dtype=np.int64),
        )

    def _onto(self, number: int, turn: int) -> tuple[int, int]:
        """Vertex and cost of turning onto a way: its beginning if it has one, else its end."""
        if number in self.begin:
            return self.begin[number], turn
        return number, turn + self.ways[number].cost

    def _row(self, vertex: int) -> int:
        return self.rows.setdefault(vertex, len(self.rows))

    def _col(self, vertex: int) -> int:
        return self.cols.setdefault(vertex, len(self.cols))
