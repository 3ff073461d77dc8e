"""Facility visits of a plan: which are idle, and whether a facility takes too much; compiled."""

from __future__ import annotations

from solver.routing.base.arrays import (
    CAPACITY,
    CLASS,
    RESETS,
    Tables,
)
from solver.routing.base.compiled import inner
from solver.routing.ruin.links import link, unlink
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import (
    COL,
    KIND,
    LAST,
    LAWFUL,
    MODE,
    PRE,
    PRED,
    ROW,
    SIZE,
    STRETCH,
    SUCC,
    State,
)


@inner
def over_daily(tab: Tables, st: State) -> bool:
    """Whether a facility takes more than its daily capacity."""
    for facility in range(tab.num_facilities):
        for dim in range(tab.num_dims):
            if (
                0
                <= tab.facility[facility, RESETS + tab.num_dims + dim]
                < st.taken[-1, facility, dim]
            ):
                return True
    return False


@inner
def drop_redundant(tab: Tables, st: State, slot: int) -> bool:
    """Leave out facility visits the loads do not need; whether the route keeps the laws of time.

    A visit stays where only it makes the route lawful, as a pause for a meal may need it, and
    where the next facility could not take its load too.
    """
    depot = tab.num_tasks + slot
    v = st.node[depot, SUCC]
    while v != depot:
        after = st.node[v, SUCC]
        if v >= tab.num_tasks and _redundant(tab, st, slot, v):
            before, mode = st.node[v, PRED], st.node[v, MODE]
            lawful = st.route[slot, LAWFUL]
            unlink(tab, st, v)
            fits = refresh(tab, st, slot)
            if (lawful and not fits) or (tab.limited and over_daily(tab, st)):
                link(tab, st, before, mode)
                refresh(tab, st, slot)
        v = after
    return st.route[slot, LAWFUL] > 0


@inner
def _redundant(tab: Tables, st: State, slot: int, v: int) -> bool:
    """Whether a facility visit can go: cheaper, and no load breaks a law without it."""
    if st.route[slot, SIZE] == 0:
        return True
    kind = st.route[slot, KIND]
    u, w = st.node[v, PRED], st.node[v, SUCC]
    facility = st.node[v, MODE] - tab.num_modes
    for dim in range(tab.num_dims):
        if not tab.facility[facility, RESETS + dim]:
            continue
        if st.load[u, dim, PRE] + st.load[v, dim, STRETCH] > tab.kinds[kind, CAPACITY + dim]:
            return False
        if tab.end_empty[dim] and st.load[v, dim, LAST] and st.load[u, dim, PRE] > 0:
            return False
    leg = tab.leg[tab.kinds[kind, CLASS]]
    short = leg[st.node[u, ROW], st.node[w, COL]]
    return (
        short
        <= leg[st.node[u, ROW], st.node[v, COL]]
        + leg[st.node[v, ROW], st.node[w, COL]]
        + tab.visit_cost[kind, st.node[v, MODE]]
    )
