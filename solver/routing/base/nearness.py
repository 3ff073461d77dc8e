"""How near tasks are to each other, in distance and in time: a compiled loop over their modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.units import FARTHEST
from solver.routing.base.arrays import AT_COL, AT_ROW, DURATION, EARLY, FIRST, LATE, WINDOWS
from solver.routing.base.compiled import entry, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.routing.base.arrays import Tables

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]

WAIT_WEIGHT = 0.05
"""A second of waiting between two tasks counts for so many seconds of driving (after Vidal et al.
2013; a quarter of PyVRP's weight: long routes suffered from heavier ones)."""

LATE_WEIGHT = 0.2
"""A second of lateness between two tasks counts for so many seconds of driving (after Vidal et al.
2013; less than PyVRP's weight, as for waiting)."""


class Nearness(NamedTuple):
    """Cheapest legs and times over all kinds of vehicles, also transposed, and the modes' windows.

    `first[t]` to `first[t + 1]` are the modes of task t; `rate` is the cost of a second, 0 where no
    window binds.
    """

    leg: Ints
    leg_to: Ints
    time: Ints
    time_to: Ints
    first: Longs
    row: Longs
    col: Longs
    duration: Longs
    early: Longs
    late: Longs
    rate: float

    @classmethod
    def of(cls, tab: Tables, cheapest: Ints) -> Nearness:
        """Over the modes of `tab`; `cheapest` are its legs by the cheapest kind."""
        visit = np.ascontiguousarray(tab.visit[: tab.num_modes].T.astype(np.int64))
        time, rate = cheapest[:0], 0.0
        if tab.level >= WINDOWS:
            time = tab.time.min(axis=0)
            known = cheapest < tab.far
            rate = float(cheapest[known].sum() / max(time[known].sum(), 1))
        return cls(
            leg=np.ascontiguousarray(cheapest),
            leg_to=np.ascontiguousarray(cheapest.T),
            time=np.ascontiguousarray(time),
            time_to=np.ascontiguousarray(time.T),
            first=np.ascontiguousarray(tab.tasks[:, FIRST].astype(np.int64)),
            row=visit[AT_ROW],
            col=visit[AT_COL],
            duration=visit[DURATION],
            early=visit[EARLY],
            late=visit[LATE],
            rate=rate,
        )

    def between(self, low: int, high: int) -> tuple[Longs, Longs]:
        """Tasks `low` to `high` to every task: least leg, and least leg with what windows add.

        Of both directions and all modes; (high - low, number of tasks) each.
        """
        shape = (high - low, len(self.first) - 1)
        legs, apart = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64)
        _fill(self, low, legs, apart)
        return legs, apart


@inlined
def _apart(near: Nearness, one: int, drive: int, then: int) -> int:
    """What the windows of two modes add when `then` follows `one` after `drive` seconds."""
    lasts = near.duration[one] + drive
    wait = max(near.early[then] - near.late[one] - lasts, 0)
    late = max(near.early[one] + lasts - near.late[then], 0)
    return int(near.rate * (WAIT_WEIGHT * wait + LATE_WEIGHT * late))


@entry
def _fill(near: Nearness, low: int, legs: Longs, apart: Longs) -> None:
    for i in range(legs.shape[0]):
        for j in range(legs.shape[1]):
            least = far = FARTHEST
            for one in range(near.first[low + i], near.first[low + i + 1]):
                for other in range(near.first[j], near.first[j + 1]):
                    there = int(near.leg[near.row[one], near.col[other]])
                    back = int(near.leg_to[near.col[one], near.row[other]])
                    least = min(least, there, back)
                    if near.rate > 0.0:
                        drive = near.time[near.row[one], near.col[other]]
                        there += _apart(near, one, drive, other)
                        drive = near.time_to[near.col[one], near.row[other]]
                        back += _apart(near, other, drive, one)
                    far = min(far, there, back)
            legs[i, j], apart[i, j] = least, far
