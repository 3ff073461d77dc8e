"""Changes of one iteration, and how they are taken back; compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.links import free, place
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import (
    ABSENT,
    ABSENT_BEFORE,
    ABSENT_IDS,
    BEFORE_IDS,
    LEG,
    MODE,
    PRED,
    ROUTE,
    ROUTE_MARK,
    SECONDS,
    STAMP,
    SUCC,
    TOUCHED,
    TOUCHED_SLOT,
    UNDO,
    State,
)

if TYPE_CHECKING:
    from solver.routing.base.arrays import Tables


@inlined
def touch(tab: Tables, st: State, slot: int) -> None:
    """Remember a route as it is, once per iteration, before it changes."""
    if st.route[slot, ROUTE_MARK] == st.num[STAMP]:
        return
    st.route[slot, ROUTE_MARK] = st.num[STAMP]
    st.route[st.num[TOUCHED], TOUCHED_SLOT] = slot
    st.num[TOUCHED] += 1
    depot = tab.num_tasks + slot
    end = st.num[UNDO]
    v = depot
    while True:
        st.undo_hop[end, LEG], st.undo_hop[end, SECONDS] = st.hop[v, LEG], st.hop[v, SECONDS]
        v = st.node[v, SUCC]
        if v == depot:
            break
        st.undo[end] = st.node[v, MODE]
        end += 1
    st.undo[end] = -1
    st.num[UNDO] = end + 1


@inlined
def begin_change(st: State) -> None:
    """A new iteration: nothing touched yet."""
    st.num[STAMP] += 1
    st.num[TOUCHED] = st.num[UNDO] = 0
    num = st.num[ABSENT]
    st.num[ABSENT_BEFORE] = num
    for i in range(num):
        st.ids[BEFORE_IDS, i] = st.ids[ABSENT_IDS, i]


@inner
def undo(tab: Tables, st: State) -> None:
    """Put all touched routes and the absent tasks back as they were."""
    for number in range(st.num[TOUCHED]):
        clear(tab, st, st.route[number, TOUCHED_SLOT])
    at = 0
    for number in range(st.num[TOUCHED]):
        slot = st.route[number, TOUCHED_SLOT]
        u = tab.num_tasks + slot
        while True:
            st.hop[u, LEG], st.hop[u, SECONDS] = st.undo_hop[at, LEG], st.undo_hop[at, SECONDS]
            at += 1
            if st.undo[at - 1] < 0:
                break
            u = place(tab, st, u, st.undo[at - 1])
        refresh(tab, st, slot)
    num = st.num[ABSENT_BEFORE]
    st.num[ABSENT] = num
    for i in range(num):
        st.ids[ABSENT_IDS, i] = st.ids[BEFORE_IDS, i]


@inner
def clear(tab: Tables, st: State, slot: int) -> None:
    """Take all nodes out of a route."""
    depot = tab.num_tasks + slot
    v = st.node[depot, SUCC]
    while v != depot:
        after = st.node[v, SUCC]
        st.node[v, ROUTE] = -1
        free(tab, st, v)
        v = after
    st.node[depot, SUCC] = st.node[depot, PRED] = depot
