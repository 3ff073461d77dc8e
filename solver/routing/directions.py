"""Best modes and facilities for a route whose order is given: a dynamic program, compiled."""

from __future__ import annotations

from numba import njit

from solver.routing.arrays import FREE, Tables
from solver.routing.insert import over_daily
from solver.routing.state import State, refresh, set_mode

MAX_FACILITIES = 24
"""Facilities compared per visit; with more, visits keep theirs."""


@njit(cache=True)
def improve_directions(tab: Tables, st: State, slot: int) -> None:
    """Serve the route's tasks in their best modes, and visit the best facilities, in its order."""
    depot = tab.num_tasks + slot
    if st.succ[depot] == depot or (tab.max_modes == 1 and tab.num_facilities <= 1):
        return
    cost = _best_cost(tab, st, slot)
    if cost >= _leg_cost(tab, st, slot):
        return
    before = st.cost[slot]
    _swap(tab, st, slot)
    fits = refresh(tab, st, slot)
    over = tab.limited > 0 and over_daily(tab, st)
    if not fits or over or (tab.level > FREE and st.cost[slot] > before):
        _swap(tab, st, slot)
        refresh(tab, st, slot)


@njit(cache=True)
def _options(tab: Tables, st: State, node: int) -> tuple[int, int]:
    """Range of mode ids a node may take."""
    if node < tab.num_tasks:
        return tab.first[node], tab.first[node + 1]
    if tab.num_facilities > MAX_FACILITIES:
        return st.mode[node], st.mode[node] + 1
    return tab.num_modes, tab.num_modes + tab.num_facilities


@njit(cache=True)
def _same_kind(tab: Tables, mode: int, other: int) -> bool:
    """Whether facility `other` resets what `mode` resets; any two modes of a task do."""
    if mode < tab.num_modes or mode == other:
        return True
    for dim in range(tab.num_dims):
        if tab.resets[mode - tab.num_modes, dim] != tab.resets[other - tab.num_modes, dim]:
            return False
    return True


@njit(cache=True)
def _best_cost(tab: Tables, st: State, slot: int) -> int:
    """Cheapest legs and visits over all choices; `back` then holds the chosen mode of each node."""
    depot = tab.num_tasks + slot
    kind = st.kind[slot]
    leg = tab.leg[tab.leg_class[kind]]
    u, v = depot, st.succ[depot]
    while v != depot:
        low, high = _options(tab, st, v)
        begin, end = _options(tab, st, u) if u != depot else (0, 1)
        for mode in range(low, high):
            best = 2**61
            arg = 0
            if tab.allowed[kind, mode] and _same_kind(tab, st.mode[v], mode):
                col = tab.col[mode]
                for other in range(begin, end):
                    j = other - begin
                    row = tab.row[other] if u != depot else st.row[depot]
                    value = (st.value[u, j] if u != depot else 0) + leg[row, col]
                    if value < best:
                        best, arg = value, j
                best += tab.visit_cost[kind, mode]
            st.value[v, mode - low] = best
            st.back[v, mode - low] = arg
        u, v = v, st.succ[v]
    low, high = _options(tab, st, u)
    best = 2**61
    arg = 0
    for mode in range(low, high):
        value = st.value[u, mode - low] + leg[tab.row[mode], st.col[depot]]
        if value < best:
            best, arg = value, mode - low
    while u != depot:
        low, _ = _options(tab, st, u)
        before = st.back[u, arg]
        st.back[u, 0] = low + arg
        arg = before
        u = st.pred[u]
    return best


@njit(cache=True)
def _leg_cost(tab: Tables, st: State, slot: int) -> int:
    """Legs and visits of the route as it is."""
    depot = tab.num_tasks + slot
    kind = st.kind[slot]
    leg = tab.leg[tab.leg_class[kind]]
    cost = 0
    u = depot
    while True:
        v = st.succ[u]
        cost += leg[st.row[u], st.col[v]]
        if v == depot:
            return cost
        cost += tab.visit_cost[kind, st.mode[v]]
        u = v


@njit(cache=True)
def _swap(tab: Tables, st: State, slot: int) -> None:
    """Exchange the modes of the route with those in `back`."""
    depot = tab.num_tasks + slot
    v = st.succ[depot]
    while v != depot:
        mode = st.mode[v]
        set_mode(tab, st, v, st.back[v, 0])
        st.back[v, 0] = mode
        v = st.succ[v]
