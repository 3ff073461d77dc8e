"""From streets of a file to a `RoutingProblem` without turn costs.

Places are the nodes where a task begins or ends, depots and facilities: a mode enters at its tail
and leaves at its head, and deadheads are shortest paths over all streets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from models.problem import Mode, Task
from solver.routing.base.matrices import graph, graph_matrix

if TYPE_CHECKING:
    from models.problem import Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """An edge (`two_way`) or arc of a file; `demand` None: no service is due.

    `cost` is for driving through; `service_cost` is the whole cost of the served drive.
    """

    tail: str
    head: str
    two_way: bool
    cost: int
    service_cost: int = 0
    demand: tuple[int, ...] | None = None
    id: str = ""


@dataclass(frozen=True)
class NodeGraph:
    """Streets with numbered nodes; places are numbered as they are asked for."""

    streets: list[Street]
    nodes: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for street in self.streets:
            self.nodes.setdefault(street.tail, len(self.nodes))
            self.nodes.setdefault(street.head, len(self.nodes))

    def place(self, node: str) -> int:
        """Row and column of a node."""
        self.nodes.setdefault(node, len(self.nodes))
        return self.places.setdefault(node, len(self.places))

    def tasks(self) -> tuple[Task, ...]:
        """One task per required street: an edge has a mode per direction, a loop or arc one."""
        return tuple(self._task(street) for street in self.streets if street.demand is not None)

    def _task(self, street: Street) -> Task:
        ways = [(street.tail, street.head)]
        if street.two_way and street.tail != street.head:
            ways.append((street.head, street.tail))
        modes = tuple(
            Mode(
                enter=self.place(frm),
                leave=self.place(to),
                duration=street.service_cost,
                distance=street.service_cost,
            )
            for frm, to in ways
        )
        return Task(id=street.id, modes=modes, demand=street.demand or ())

    def matrix(self) -> Matrix:
        """Shortest paths between all places asked for so far."""
        ways = [(s.tail, s.head, s.cost) for s in self.streets]
        ways += [(s.head, s.tail, s.cost) for s in self.streets if s.two_way]
        tails = np.array([self.nodes[tail] for tail, _, _ in ways], dtype=np.int64)
        heads = np.array([self.nodes[head] for _, head, _ in ways], dtype=np.int64)
        weights = np.array([cost for _, _, cost in ways], dtype=np.int64)
        vertices = np.array([self.nodes[node] for node in self.places], dtype=np.int64)
        return graph_matrix(graph(len(self.nodes), tails, heads, weights), vertices, vertices)
