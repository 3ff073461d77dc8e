"""Matrices computed from a graph or from points; whole when small, block by block when large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.problem import DenseMatrix
from models.units import UNREACHABLE
from solver.routing.base.shortest import Ways, distance_block, distance_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.problem import Matrix

    Rounding = Callable[[NDArray[np.float64]], NDArray[np.float64]]

DENSE_LIMIT = 6_000
"""A matrix of up to so many rows is held whole (chosen: 300 MB at most, two tables of 32 bits)."""


def graph(
    num_vertices: int,
    tails: NDArray[np.int64],
    heads: NDArray[np.int64],
    weights: NDArray[np.int64],
) -> Ways:
    """Graph of directed arcs; of parallel arcs the cheapest counts."""
    order = np.lexsort((weights, heads, tails))
    tails, heads, weights = tails[order], heads[order], weights[order]
    first = np.ones(len(tails), dtype=bool)
    first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    tails, heads, weights = tails[first], heads[first], weights[first]
    starts = np.searchsorted(tails, np.arange(num_vertices + 1))
    return Ways(starts.astype(np.int32), heads.astype(np.int32), weights.astype(np.int64))


def graph_matrix(
    net: Ways, row_vertices: NDArray[np.int64], col_vertices: NDArray[np.int64]
) -> Matrix:
    """Shortest distances between vertices, as durations and as distances.

    A `DenseMatrix` up to DENSE_LIMIT rows, else a `GraphMatrix` of the same entries.
    """
    lazy = GraphMatrix(net, row_vertices, col_vertices)
    if max(len(row_vertices), len(col_vertices)) > DENSE_LIMIT:
        return lazy
    whole, _ = lazy.block(np.arange(len(row_vertices)), np.arange(len(col_vertices)))
    return DenseMatrix(whole, whole)


@dataclass(frozen=True, eq=False)
class GraphMatrix:
    """A matrix never held whole: one Dijkstra per row asked for, as far as its columns lie.

    Durations and distances are the same numbers. A compact block costs little: searches end with
    their last column.
    """

    ways: Ways
    row_vertices: NDArray[np.int64]
    col_vertices: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.row_vertices), len(self.col_vertices)

    def block(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances, shape (len(rows), len(cols))."""
        unique, back = np.unique(rows, return_inverse=True)
        found = distance_block(self.ways, self.row_vertices[unique], self.col_vertices[cols])
        entries: NDArray[np.int32] = found if len(unique) == len(rows) else found[back]
        return entries, entries

    def pairs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances of (rows[i], cols[i])."""
        entries = distance_pairs(self.ways, self.row_vertices[rows], self.col_vertices[cols])
        return entries, entries


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
