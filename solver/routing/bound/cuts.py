"""Cuts around tasks: every set of them is entered at least once, and as often as its loads ask for.

What is left of the costs of legs after an assignment is raised once more (the additive bounds of
Fischetti and Toth 1992): sets that nothing enters for nothing, cycles of the assignment first, are
entered for the cheapest leg into them, until all hangs together (Edmonds 1967).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Costs = NDArray[np.float64]


def raise_cuts(rest: Costs, tasks: int, trips: Sequence[Costs]) -> tuple[Costs, Costs]:
    """Lower `rest` in place by the prices of cuts: what each task has of them, and what it lies in.

    `rest` are costs of legs from rows to columns, the tasks before facilities and depots, which no
    set holds. Whatever tasks of a set are served, it is entered at least once, and as often as
    the shares of a trip (`trips`, by load) that they take; both are told by task, and the larger
    counts.
    """
    shares, inside = np.zeros(tasks), np.zeros(tasks)
    while True:
        free = csr_array(rest[:tasks, :tasks] <= 0)
        count, label = connected_components(free, connection="strong")
        outside = np.r_[label, np.full(len(rest) - tasks, -1)][:, None] != label
        into = np.where(outside, rest[:, :tasks], np.inf).min(axis=0)
        price = np.full(count, np.inf)
        np.minimum.at(price, label, into)
        price[np.isinf(price)] = 0
        if not price.any():
            return shares, inside
        share = 1 / np.bincount(label)[label]
        for own in trips:
            share = np.where(np.bincount(label, weights=own)[label] > 1, own, share)
        shares += share * price[label]
        inside += price[label]
        rest[:, :tasks] -= np.where(outside, price[label], 0.0)
