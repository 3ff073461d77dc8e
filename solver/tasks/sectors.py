"""Sectors: a town cut into compact areas with given shares of its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def sectors(
    places: NDArray[np.float64], weights: NDArray[np.float64], shares: Sequence[float]
) -> NDArray[np.int64]:
    """The sector of each place: sector s holds about `shares[s]` (above 0) of all weight (n,).

    `places` are metres (n, 2), `weights` (n,) any unit of work. Recursive bisection across the
    longest extent, O(n log n) for each halving: a place more, or a longer street, moves borders a
    little and nothing else. Sectors run from west to east, or from south to north.
    """
    found = np.zeros(len(places), np.int64)

    def halve(members: NDArray[np.int64], first: int, last: int) -> None:
        """Deal `members` to the sectors first to last - 1."""
        if last - first == 1 or not len(members):
            found[members] = first
            return
        middle = (first + last) // 2
        share = sum(shares[first:middle]) / sum(shares[first:last])
        order = members[np.argsort(_along(places[members], weights[members]), kind="stable")]
        # A place goes to the side on which the larger half of its weight lies.
        centre = np.cumsum(weights[order]) - weights[order] / 2
        cut = int(np.searchsorted(centre, share * weights[members].sum()))
        halve(order[:cut], first, middle)
        halve(order[cut:], middle, last)

    halve(np.arange(len(places)), 0, len(shares))
    return found


def _along(places: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far east (of a tall area: north) each place lies along the longest extent [m] (n,)."""
    own = weights if weights.sum() > 0 else np.ones(len(places))
    apart = places - np.average(places, axis=0, weights=own)
    spread = (apart * own[:, None]).T @ apart
    axis = np.linalg.eigh(spread)[1][:, -1]
    leading = axis[int(np.argmax(np.abs(axis)))]
    return np.asarray(apart @ (axis if leading > 0 else -axis))
