"""Best modes and facilities for a route whose order is given: a dynamic program, compiled."""

from __future__ import annotations

from models.units import FORBIDDEN
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    CLASS,
    FIRST,
    FREE,
    RESETS,
    Tables,
)
from solver.routing.base.compiled import inner
from solver.routing.ruin.facility_visits import over_daily
from solver.routing.ruin.links import measure, set_mode
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import COL, COST, KIND, LEG, MODE, PRED, ROW, SUCC, State

MAX_FACILITIES = 24
"""So many facilities are compared per visit; with more, visits keep theirs (chosen: the time grows
with their square)."""


@inner
def improve_directions(tab: Tables, st: State, slot: int) -> None:
    """Serve the route's tasks in their best modes, and visit the best facilities, in its order."""
    depot = tab.num_tasks + slot
    if st.node[depot, SUCC] == depot or (tab.max_modes == 1 and tab.num_facilities <= 1):
        return
    cost = _best_cost(tab, st, slot)
    if cost >= _leg_cost(tab, st, slot):
        return
    before = st.route[slot, COST]
    _swap(tab, st, slot)
    fits = refresh(tab, st, slot)
    over = tab.limited > 0 and over_daily(tab, st)
    if not fits or over or (tab.level > FREE and st.route[slot, COST] > before):
        _swap(tab, st, slot)
        refresh(tab, st, slot)


@inner
def _options(tab: Tables, st: State, node: int) -> tuple[int, int]:
    """Range of mode ids a node may take."""
    if node < tab.num_tasks:
        return tab.tasks[node, FIRST], tab.tasks[node + 1, FIRST]
    if tab.num_facilities > MAX_FACILITIES:
        return st.node[node, MODE], st.node[node, MODE] + 1
    return tab.num_modes, tab.num_modes + tab.num_facilities


@inner
def _same_kind(tab: Tables, mode: int, other: int) -> bool:
    """Whether facility `other` resets what `mode` resets; any two modes of a task do."""
    if mode < tab.num_modes or mode == other:
        return True
    for dim in range(tab.num_dims):
        if (
            tab.facility[mode - tab.num_modes, RESETS + dim]
            != tab.facility[other - tab.num_modes, RESETS + dim]
        ):
            return False
    return True


@inner
def _best_cost(tab: Tables, st: State, slot: int) -> int:
    """Cheapest legs and visits over all choices; `back` then holds the chosen mode of each node."""
    depot = tab.num_tasks + slot
    kind = st.route[slot, KIND]
    leg = tab.leg[tab.kinds[kind, CLASS]]
    u, v = depot, st.node[depot, SUCC]
    while v != depot:
        low, high = _options(tab, st, v)
        begin, end = _options(tab, st, u) if u != depot else (0, 1)
        for mode in range(low, high):
            best = FORBIDDEN
            arg = 0
            if tab.visit_cost[kind, mode] < FORBIDDEN and _same_kind(tab, st.node[v, MODE], mode):
                col = tab.visit[mode, AT_COL]
                for other in range(begin, end):
                    j = other - begin
                    row = tab.visit[other, AT_ROW] if u != depot else st.node[depot, ROW]
                    value = (st.value[u, j] if u != depot else 0) + leg[row, col]
                    if value < best:
                        best, arg = value, j
                best += tab.visit_cost[kind, mode]
            st.value[v, mode - low] = best
            st.back[v, mode - low] = arg
        u, v = v, st.node[v, SUCC]
    low, high = _options(tab, st, u)
    best = FORBIDDEN
    arg = 0
    for mode in range(low, high):
        value = st.value[u, mode - low] + leg[tab.visit[mode, AT_ROW], st.node[depot, COL]]
        if value < best:
            best, arg = value, mode - low
    while u != depot:
        low, _ = _options(tab, st, u)
        before = st.back[u, arg]
        st.back[u, 0] = low + arg
        arg = before
        u = st.node[u, PRED]
    return best


@inner
def _leg_cost(tab: Tables, st: State, slot: int) -> int:
    """Legs and visits of the route as it is."""
    depot = tab.num_tasks + slot
    kind = st.route[slot, KIND]
    cost = 0
    u = depot
    while True:
        v = st.node[u, SUCC]
        cost += st.hop[u, LEG]
        if v == depot:
            return cost
        cost += tab.visit_cost[kind, st.node[v, MODE]]
        u = v


@inner
def _swap(tab: Tables, st: State, slot: int) -> None:
    """Exchange the modes of the route with those in `back`."""
    depot = tab.num_tasks + slot
    v = st.node[depot, SUCC]
    while v != depot:
        mode = st.node[v, MODE]
        set_mode(tab, st, v, st.back[v, 0])
        st.back[v, 0] = mode
        measure(tab, st, st.node[v, PRED])
        v = st.node[v, SUCC]
    measure(tab, st, st.node[depot, PRED])
