"""A routing problem as flat arrays for compiled loops.

Mode ids: the modes of all tasks in order (`first[t]` to `first[t + 1]`), then one id per facility.
Places are renumbered to the rows and columns in use, near ones beside each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FREE, LENGTH, WINDOWS, SIMULATED = 0, 1, 2, 3
"""How much of the clock an insertion has to look at (`Tables.level`)."""

FIRST, PRIZE, REMOTE, SERVABLE, LEAST, AWAY, NEAREST, DEMAND = range(8)
"""Columns of `Tables.tasks`: first mode id, prize (-1: required), cheapest leg from a depot,
0 where no vehicle can serve it even alone, cheapest visit, cheapest leg from or to a depot, from or
to any other task, and from DEMAND on its demands."""

TASK, AT_ROW, AT_COL, DURATION, EARLY, LATE = range(6)
"""Columns of `Tables.visit`: task (-1: a facility), matrix row and column, seconds, and window."""

FIRST_WINDOW, RESETS = range(2)
"""Columns of `Tables.facility`; from RESETS on a 1 per dimension it resets, then daily limits."""

SHIFT_EARLY, SHIFT_LATE, MAX_OUT, REGULAR, PER_S, PER_OVERTIME, FIXED, MAX_WORK, REST = range(9)
MEAL, MEAL_EARLY, MEAL_LATE, CLASS, PROFILE, START, END, AVAILABLE = range(9, 17)
SAME_DAY, DAY_COST, DAY_PAID, LEAST_PAID, EVEN, PER_UNEVEN, CAPACITY = range(17, 24)
"""Columns of `Tables.kinds`; from CAPACITY on its capacities, then its initial loads. SAME_DAY: the
first type with the same vehicles; DAY_COST: the price of the day of each, but for DAY_PAID of them;
LEAST_PAID: seconds paid at least; EVEN: seconds it should be out, each less counts PER_UNEVEN."""


class Tables(NamedTuple):
    """What never changes in a search. K types, M modes, F facilities, n tasks, D dimensions."""

    num_tasks: int
    num_modes: int
    num_facilities: int
    num_dims: int
    level: int
    limited: int  # 1: some facility has a daily capacity
    far: int  # leg cost that stands for "no way"
    max_modes: int
    leg: NDArray[np.int32]  # (classes, rows, cols) cost of a leg, wages of driving in it [mfen]
    leg_to: NDArray[np.int32]  # (classes, cols, rows) the same: all legs to a place lie together
    time: NDArray[np.int32]  # (profiles, rows, cols) duration of a leg [s]
    time_to: NDArray[np.int32]  # (profiles, cols, rows) the same
    tasks: NDArray[np.int64]  # (n + 1, DEMAND + D)
    near: NDArray[np.int32]  # (n, NUM_NEAR) nearest tasks in space and time, nearest first
    near_leg: NDArray[np.int64]  # (n, NUM_NEAR) cheapest leg to or from them, any mode and class
    visit: NDArray[np.int64]  # (M + F, 6)
    visit_cost: NDArray[np.int64]  # (K, M + F) with wages [mfen]; FORBIDDEN: may not serve
    facility: NDArray[np.int64]  # (F + 1, RESETS + 2 D)
    window: NDArray[np.int64]  # (windows, 2) of facilities, one after the other
    tips: NDArray[np.int32]  # (2, M + F, D, near) facilities nearest after, before a visit
    kinds: NDArray[np.int64]  # (K, CAPACITY + 2 D)
    end_empty: NDArray[np.int64]  # (D,)
    bundle: NDArray[np.int32]  # (n, most of a task) bundles with a price per route; -1 fills up
    bundle_cost: NDArray[np.int64]  # (B,) that price [mfen]
