"""Links of the search's plan: put a visit into a route, take one out; compiled."""

from __future__ import annotations

from solver.routing.base.arrays import AT_COL, AT_ROW, CLASS, FREE, PROFILE, TASK, Tables
from solver.routing.base.compiled import inlined
from solver.routing.ruin.state import (
    COL,
    KIND,
    LEG,
    MODE,
    POOL,
    POOL_IDS,
    PRED,
    ROUTE,
    ROW,
    SECONDS,
    SUCC,
    State,
)


@inlined
def link(tab: Tables, st: State, u: int, mode: int) -> int:
    """Insert a visit after node `u`; its node."""
    node = place(tab, st, u, mode)
    measure(tab, st, u)
    measure(tab, st, node)
    return node


@inlined
def measure(tab: Tables, st: State, u: int) -> None:
    """Look up the leg after node `u`."""
    kind = st.route[st.node[u, ROUTE], KIND]
    row, col = st.node[u, ROW], st.node[st.node[u, SUCC], COL]
    st.hop[u, LEG] = tab.leg[tab.kinds[kind, CLASS], row, col]
    if tab.level > FREE:
        st.hop[u, SECONDS] = tab.time[tab.kinds[kind, PROFILE], row, col]


@inlined
def place(tab: Tables, st: State, u: int, mode: int) -> int:
    """Insert a visit after node `u`, its legs not yet looked up; its node."""
    node = tab.visit[mode, TASK]
    if node < 0:
        st.num[POOL] -= 1
        node = st.ids[POOL_IDS, st.num[POOL]]
    v = st.node[u, SUCC]
    st.node[u, SUCC] = st.node[v, PRED] = node
    st.node[node, PRED], st.node[node, SUCC] = u, v
    set_mode(tab, st, node, mode)
    st.node[node, ROUTE] = st.node[u, ROUTE]
    return node


@inlined
def set_mode(tab: Tables, st: State, node: int, mode: int) -> None:
    """Serve a node in another mode, or another facility; its legs are not looked up."""
    st.node[node, MODE] = mode
    st.node[node, ROW], st.node[node, COL] = tab.visit[mode, AT_ROW], tab.visit[mode, AT_COL]


@inlined
def unlink(tab: Tables, st: State, node: int) -> None:
    """Take a node out of its route; facility nodes go back to the pool."""
    u, v = st.node[node, PRED], st.node[node, SUCC]
    st.node[u, SUCC], st.node[v, PRED] = v, u
    st.node[node, ROUTE] = -1
    measure(tab, st, u)
    free(tab, st, node)


@inlined
def free(tab: Tables, st: State, node: int) -> None:
    """Give the node of a facility visit back to the pool."""
    if node >= tab.num_tasks:
        st.ids[POOL_IDS, st.num[POOL]] = node
        st.num[POOL] += 1
