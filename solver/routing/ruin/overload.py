"""Trips too full for a while: load above capacity has a price that learns; compiled.

Where streets fill the vehicles almost wholly, the way from one good plan to the next leads through
too full trips. As in Vidal et al. (2012) load above capacity costs a penalty, which rises while
the plan in hand has more than is tolerated, less and less, and falls while it has not; only a
plan without any can be the best.
Not where facilities are, as a tip makes room, nor under windows, where loads seldom bind.
"""

from __future__ import annotations

import math

import numpy as np

from models.units import BOUNDLESS
from solver.routing.base.arrays import CAPACITY, DEMAND, WINDOWS, Tables
from solver.routing.base.chance import draw
from solver.routing.base.compiled import inlined
from solver.routing.ruin.state import (
    CURR_OVER,
    CURR_REQUIRED,
    OVER,
    OVER_OF,
    PENALTY,
    STRETCH,
    TOLERATED,
    State,
)

FIXED_POINT = 1_024
"""Penalties are kept in so many parts of a mfen per unit of load (chosen: a power of two, so that
dividing is a shift)."""

LEAST = 64
"""The penalty falls no lower than this [1/1,024 mfen per unit] (chosen: in whole numbers it can
rise again from here)."""

MOST = 2**36
"""The penalty rises no higher than this [1/1,024 mfen per unit] (chosen: times any load it fits 64
bits)."""

RISE = 100.0
"""The penalty rises by at most so many powers of e within a cooling (chosen)."""

FASTEST = 0.001
"""The penalty rises by at most this share in one iteration, however short the cooling (chosen)."""

FALL = 0.2
"""The penalty falls at this share of the speed at which it rises (chosen: overload is to become
rare)."""

UNTIL = 0.7
"""No overload is tolerated after this share of a cooling (chosen: the rest mends what is too
full)."""


def allow_overload(tab: Tables, st: State, middle: float) -> None:
    """Begin with a median leg of `middle` [mfen] for a mean demand, where overload is allowed."""
    if tab.num_facilities == 0 and tab.num_dims > 0 and tab.level < WINDOWS and tab.num_tasks > 0:
        demand = float(np.mean(tab.tasks[:-1, DEMAND : DEMAND + tab.num_dims]))
        penalty = int(FIXED_POINT * middle / max(demand, 1.0))
        st.num[PENALTY] = min(max(penalty, LEAST), MOST)


def tolerate(tab: Tables, st: State, share: float, cooled: float) -> None:
    """Let the penalty keep the overload below a share of all demands, less as it is `cooled`."""
    demand = float(tab.tasks[:-1, DEMAND : DEMAND + tab.num_dims].sum())
    st.num[TOLERATED] = int(share * max(1.0 - cooled / UNTIL, 0.0) * demand)


def rise_of(step: float) -> float:
    """Share by which the penalty rises in an iteration that is the share `step` of a cooling."""
    return min(RISE * step, FASTEST) if step > 0.0 else FASTEST


@inlined
def learn_penalty(st: State, rise: float) -> None:
    """Raise the penalty by the share `rise`, or lower it, by the plan in hand."""
    if st.num[PENALTY] > 0:
        share = rise if st.num[CURR_OVER] > st.num[TOLERATED] else -rise * FALL
        more = math.floor(st.num[PENALTY] * share + draw(st.rng))  # rounded by chance
        st.num[PENALTY] = min(max(st.num[PENALTY] + int(more), LEAST), MOST)


@inlined
def price(st: State, over: int) -> int:
    """Penalty of so much load above capacity [mfen]."""
    return over * st.num[PENALTY] // FIXED_POINT


@inlined
def priced(st: State) -> bool:
    """Whether a trip may get too full now, at a price.

    Not for a first plan, nor while required tasks are left out, which the counters of absences
    place better.
    """
    return st.num[PENALTY] > 0 and st.num[CURR_REQUIRED] == 0


@inlined
def price_beside(tab: Tables, st: State, kind: int, task: int, u: int) -> int:
    """Penalty of the load above capacity that the task adds to the trip of node `u`.

    BOUNDLESS where it may not get too full.
    """
    if not priced(st):
        return BOUNDLESS
    more = 0
    for dim in range(tab.num_dims):
        room = max(tab.kinds[kind, CAPACITY + dim] - st.load[u, dim, STRETCH], 0)
        more += max(tab.tasks[task, DEMAND + dim] - room, 0)
    return price(st, more)


@inlined
def note_overload(tab: Tables, st: State, slot: int, kind: int) -> None:
    """Load above capacity of a route without facility visits."""
    over = 0
    for dim in range(tab.num_dims):
        load = st.load[tab.num_tasks + slot, dim, STRETCH]
        over += max(load - tab.kinds[kind, CAPACITY + dim], 0)
    st.num[OVER] += over - st.route[slot, OVER_OF]
    st.route[slot, OVER_OF] = over
