"""One road graph per size of vehicle, and matrices between the places of a part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from models.problem import DenseMatrix
from solver.roads.graph import build_turn_graph
from solver.roads.paths import Router, matrix, pairs
from solver.roads.turns import Turns, list_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.network import Profile, RoadNetwork
    from models.problem import Matrix
    from solver.roads.cache import Cache

DENSE_LIMIT = 6_000
"""A matrix of up to so many rows is held whole (chosen: 300 MB at most)."""


@dataclass(slots=True)
class Roads:
    """Routers of a network by profile name; turns and contraction order are made once.

    `cache` keeps orders and matrices between runs.
    """

    network: RoadNetwork
    closures: frozenset[int]
    cache: Cache
    routers: dict[str, Router] = field(default_factory=dict)
    _turns: Turns | None = None

    def router(self, profile: Profile) -> Router:
        """The router of a profile; raises `NetworkError` when it can drive nothing."""
        if profile.name not in self.routers:
            if self._turns is None:
                self._turns = list_turns(self.network)
            graph = build_turn_graph(self.network, profile, self.closures, turns=self._turns)
            known = next(iter(self.routers.values()), None)
            self.routers[profile.name] = (
                self.cache.router(graph)
                if known is None
                else Router.of(graph, known.hierarchy.order)
            )
        return self.routers[profile.name]

    def matrix(
        self,
        profile: Profile,
        row_arcs: NDArray[np.int32],
        col_arcs: NDArray[np.int32],
        col_to_end: NDArray[np.bool_],
    ) -> Matrix:
        """Legs between all places: held whole up to DENSE_LIMIT rows, else made when asked for."""
        router = self.router(profile)
        if max(len(row_arcs), len(col_arcs)) > DENSE_LIMIT:
            return RoadMatrix(router, row_arcs, col_arcs, col_to_end)
        return DenseMatrix(*self.cache.matrix(router, row_arcs, col_arcs, col_to_end))


@dataclass(frozen=True, eq=False, slots=True)
class RoadMatrix:
    """A matrix too large to hold: legs are computed when asked for."""

    router: Router
    row_arcs: NDArray[np.int32]
    col_arcs: NDArray[np.int32]
    col_to_end: NDArray[np.bool_]
    _known: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Pairs asked for before: routes are timed and costed again and again."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.row_arcs), len(self.col_arcs)

    def block(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances, shape (len(rows), len(cols))."""
        legs = matrix(self.router, self.row_arcs[rows], self.col_arcs[cols], self.col_to_end[cols])
        return legs.duration, legs.distance

    def pairs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances of (rows[i], cols[i]); one that is new is a search of its own."""
        asked = list(zip(rows.tolist(), cols.tolist(), strict=True))
        new = np.array([one for one in dict.fromkeys(asked) if one not in self._known], int)
        if len(new):
            row, col = new.T
            legs = pairs(self.router, self.row_arcs[row], self.col_arcs[col], self.col_to_end[col])
            found = zip(legs.duration.tolist(), legs.distance.tolist(), strict=True)
            self._known.update(zip(map(tuple, new.tolist()), found, strict=True))
        answers = np.array([self._known[one] for one in asked], np.int32).reshape(len(asked), 2)
        return answers[:, 0], answers[:, 1]


@dataclass(slots=True)
class Places:
    """Rows and columns of a part's matrices; each arc and each end of an arc once."""

    _rows: dict[int, int] = field(default_factory=dict)
    _cols: dict[tuple[int, bool], int] = field(default_factory=dict)

    def leave(self, arc: int) -> int:
        """Row of "at the end of `arc`"."""
        return self._rows.setdefault(arc, len(self._rows))

    def enter(self, arc: int, *, to_end: bool) -> int:
        """Column of the start, or of the end, of `arc`."""
        return self._cols.setdefault((arc, to_end), len(self._cols))

    def columns(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
        """Row arcs, column arcs, and whether a column is the end of its arc."""
        rows = np.fromiter(self._rows, np.int32, len(self._rows))
        cols = np.array([arc for arc, _ in self._cols], np.int32)
        return rows, cols, np.array([to_end for _, to_end in self._cols], bool)
