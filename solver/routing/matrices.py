"""Matrices computed from a graph or from points; whole when small, block by block when large."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from models.problem import DenseMatrix
from models.units import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.problem import Matrix

    Rounding = Callable[[NDArray[np.float64]], NDArray[np.float64]]

DENSE_LIMIT = 6_000
CHUNK = 256
PAIRS_KEPT = 200_000


def graph(
    num_vertices: int,
    tails: NDArray[np.int64],
    heads: NDArray[np.int64],
    weights: NDArray[np.int64],
) -> csr_matrix:
    """Sparse graph of directed arcs; of parallel arcs the cheapest counts, zero weights stay."""
    order = np.lexsort((weights, heads, tails))
    tails, heads, weights = tails[order], heads[order], weights[order]
    first = np.ones(len(tails), dtype=bool)
    first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    tails, heads, weights = tails[first], heads[first], weights[first]
    starts = np.searchsorted(tails, np.arange(num_vertices + 1))
    return csr_matrix(
        (weights.astype(np.float64), heads, starts), shape=(num_vertices, num_vertices)
    )


def graph_matrix(
    net: csr_matrix, row_vertices: NDArray[np.int64], col_vertices: NDArray[np.int64]
) -> Matrix:
    """Shortest distances between vertices, as durations and as distances.

    A `DenseMatrix` up to DENSE_LIMIT rows, else a `GraphMatrix` of the same entries.
    """
    lazy = GraphMatrix(net, row_vertices, col_vertices)
    if max(len(row_vertices), len(col_vertices)) > DENSE_LIMIT:
        return lazy
    whole = lazy.rows(np.arange(len(row_vertices)), np.arange(len(col_vertices)))
    return DenseMatrix(whole, whole)


@dataclass(frozen=True, eq=False)
class GraphMatrix:
    """A matrix never held whole: one Dijkstra per row asked for, O(n log n) each.

    Durations and distances are the same numbers. Single pairs are remembered (the newest
    PAIRS_KEPT), because judge, cost and schedule ask for the same legs again.
    """

    net: csr_matrix
    row_vertices: NDArray[np.int64]
    col_vertices: NDArray[np.int64]
    _known: OrderedDict[int, int] = field(default_factory=OrderedDict, repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.row_vertices), len(self.col_vertices)

    def rows(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.int32]:
        """Entries of whole rows, shape (len(rows), len(cols))."""
        out = np.empty((len(rows), len(cols)), dtype=np.int32)
        targets = self.col_vertices[cols]
        for begin in range(0, len(rows), CHUNK):
            sources = self.row_vertices[rows[begin : begin + CHUNK]]
            found = dijkstra(self.net, indices=sources)[:, targets]
            np.minimum(found, UNREACHABLE, out=found)
            out[begin : begin + CHUNK] = found
        return out

    def block(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances, shape (len(rows), len(cols))."""
        unique, back = np.unique(rows, return_inverse=True)
        entries = self.rows(unique, cols)[back]
        return entries, entries

    def pairs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances of (rows[i], cols[i])."""
        width = len(self.col_vertices)
        keys = [int(row) * width + int(col) for row, col in zip(rows, cols, strict=True)]
        asked = np.array([key not in self._known for key in keys], dtype=bool)
        if asked.any():
            self._learn(rows[asked], cols[asked], width)
        entries = np.array([self._known[key] for key in keys], dtype=np.int32)
        while len(self._known) > PAIRS_KEPT:
            self._known.popitem(last=False)
        return entries, entries

    def _learn(self, rows: NDArray[np.int64], cols: NDArray[np.int64], width: int) -> None:
        unique, back = np.unique(rows, return_inverse=True)
        for begin in range(0, len(unique), CHUNK):
            found = dijkstra(self.net, indices=self.row_vertices[unique[begin : begin + CHUNK]])
            inside = np.flatnonzero((back >= begin) & (back < begin + CHUNK))
            entries = found[back[inside] - begin, self.col_vertices[cols[inside]]]
            for index, entry in zip(inside, np.minimum(entries, UNREACHABLE), strict=True):
                self._known[int(rows[index]) * width + int(cols[index])] = int(entry)


def point_matrix(points: NDArray[np.float64], rounding: Rounding, scale: int = 1) -> Matrix:
    """Straight distances x scale between points, shape (n, 2), rounded by `rounding`.

    A `DenseMatrix` up to DENSE_LIMIT points, else a `PointMatrix` of the same entries.
    """
    lazy = PointMatrix(points, rounding, scale)
    if len(points) > DENSE_LIMIT:
        return lazy
    every = np.arange(len(points))
    whole, _ = lazy.block(every, every)
    return DenseMatrix(whole, whole)


@dataclass(frozen=True, eq=False)
class PointMatrix:
    """Straight distances computed when asked for; durations are the same numbers."""

    points: NDArray[np.float64]
    rounding: Rounding
    scale: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.points), len(self.points)

    def block(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances, shape (len(rows), len(cols))."""
        return self._rounded(self.points[rows][:, None, :] - self.points[cols][None, :, :])

    def pairs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances of (rows[i], cols[i])."""
        return self._rounded(self.points[rows] - self.points[cols])

    def _rounded(self, gaps: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        # sqrt of the sum of squares: exact for whole coordinates, where hypot may be one ulp off
        length = np.sqrt(np.square(gaps).sum(axis=-1))
        entries = np.minimum(self.rounding(length * self.scale), UNREACHABLE).astype(np.int32)
        return entries, entries


def half_up(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nearest whole number, halves up (TSPLIB's nint)."""
    return np.floor(values + 0.5)


def truncated(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole part (the DIMACS convention after scaling); 1e-9 forgives floating point."""
    return np.floor(values + 1e-9)
