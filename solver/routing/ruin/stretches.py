"""Whole stretches of routes turned around or exchanged, where trips are long; compiled.

Strings of tasks change little of a trip of sixty. Reversing a stretch (2-opt) and exchanging the
tails of two routes (2-opt*, Potvin and Rousseau 1995) change it as a whole; modes follow in the
dynamic program over the new order, and tasks for which a trip is too full then are inserted anew.
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from solver.routing.base.arrays import CAPACITY, DEMAND, WINDOWS, Tables
from solver.routing.base.chance import below, draw
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.change import touch
from solver.routing.ruin.links import measure, unlink
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import (
    ABSENT,
    ABSENT_IDS,
    KIND,
    PLACE,
    PLACES,
    PRE,
    PRED,
    ROUTE,
    STRETCH,
    SUCC,
    TODO,
    TRIP,
    State,
)

NUM_ENDS = 20
"""So many of the nearest tasks may be the other end of a reversed stretch, or follow after an
exchange (chosen)."""


@inner
def turn_around(tab: Tables, st: State) -> bool:
    """Reverse the stretch between two near tasks of one trip; False: there is none, or no time."""
    first = below(st.rng, tab.num_tasks)
    if st.node[first, ROUTE] < 0 or tab.near.shape[1] == 0:
        return False
    last = tab.near[first, below(st.rng, min(NUM_ENDS, tab.near.shape[1]))]
    if st.node[last, ROUTE] < 0 or st.node[last, TRIP] != st.node[first, TRIP]:
        return False
    if st.node[first, PLACE] > st.node[last, PLACE]:
        first, last = last, first
    slot = st.node[first, ROUTE]
    touch(tab, st, slot)
    before, after = st.node[first, PRED], st.node[last, SUCC]
    node = first
    while node != after:
        succ = st.node[node, SUCC]
        st.node[node, SUCC], st.node[node, PRED] = st.node[node, PRED], succ
        node = succ
    st.node[before, SUCC], st.node[last, PRED] = last, before
    st.node[first, SUCC], st.node[after, PRED] = after, first
    node = before
    while True:  # the whole route: the depot is before and after
        measure(tab, st, node)
        node = st.node[node, SUCC]
        if node == after:
            return refresh(tab, st, slot)


@inner
def exchange_tails(tab: Tables, st: State) -> bool:
    """Let one route go on as another does from a near task, or went up to it, and that one as it.

    What is too much for a trip then is taken out beside the new leg. False: there is no such pair
    of routes, or no time.
    """
    first = below(st.rng, tab.num_tasks)
    if st.node[first, ROUTE] < 0 or tab.near.shape[1] == 0:
        return False
    last = tab.near[first, below(st.rng, min(NUM_ENDS, tab.near.shape[1]))]
    slot, other = st.node[first, ROUTE], st.node[last, ROUTE]
    if other < 0 or other == slot or st.route[slot, KIND] != st.route[other, KIND]:
        return False
    touch(tab, st, slot)
    touch(tab, st, other)
    depot, beside = tab.num_tasks + slot, tab.num_tasks + other
    loose = tab.num_facilities == 0 and tab.level < WINDOWS
    if loose and draw(st.rng) < 0.5:  # heads meet, and tails: neither tips nor windows would fit
        num = note(st, TODO, 0, st.node[depot, SUCC], st.node[first, SUCC], SUCC)
        num = note(st, TODO, num, last, beside, PRED)
        count = note(st, PLACES, 0, st.node[depot, PRED], first, PRED)
        before = st.ids[PLACES, count - 1] if count > 0 else beside
        count = note(st, PLACES, count, st.node[last, SUCC], beside, SUCC)
    else:
        num = note(st, TODO, 0, st.node[depot, SUCC], st.node[first, SUCC], SUCC)
        num = note(st, TODO, num, last, beside, SUCC)
        count = note(st, PLACES, 0, st.node[beside, SUCC], last, SUCC)
        before = st.ids[PLACES, count - 1] if count > 0 else beside
        count = note(st, PLACES, count, st.node[first, SUCC], depot, SUCC)
    chain(tab, st, TODO, num, depot)
    chain(tab, st, PLACES, count, beside)
    fits = refresh(tab, st, slot) and refresh(tab, st, other)
    return fits and _relieve(tab, st, first) and _relieve(tab, st, before)


@inlined
def note(st: State, row: int, num: int, node: int, end: int, column: int) -> int:
    """Add the nodes from `node` up to, without, `end` to a list of `num`; its new length."""
    while node != end:
        st.ids[row, num] = node
        num += 1
        node = st.node[node, column]
    return num


@inlined
def chain(tab: Tables, st: State, row: int, num: int, depot: int) -> None:
    """Make the list of nodes the route through a depot node."""
    u = depot
    for i in range(num):
        v = st.ids[row, i]
        st.node[u, SUCC], st.node[v, PRED] = v, u
        st.node[v, ROUTE] = st.node[depot, ROUTE]
        u = v
    st.node[u, SUCC], st.node[depot, PRED] = depot, u
    u = depot
    while True:
        measure(tab, st, u)
        u = st.node[u, SUCC]
        if u == depot:
            return


@inner
def _relieve(tab: Tables, st: State, node: int) -> bool:
    """Take out tasks after `node`, then before it, until the trip there is not too full."""
    slot = st.node[node, ROUTE]
    kind = st.route[slot, KIND]
    lighter = False
    for dim in range(tab.num_dims):
        over = st.load[node, dim, STRETCH] - tab.kinds[kind, CAPACITY + dim]
        while over > 0:
            out = st.node[node, SUCC]
            if out >= tab.num_tasks:
                out = node
                node = st.node[node, PRED]
            if out >= tab.num_tasks:
                return False
            over -= tab.tasks[out, DEMAND + dim]
            unlink(tab, st, out)
            st.ids[ABSENT_IDS, st.num[ABSENT]] = out
            st.num[ABSENT] += 1
            lighter = True
        if lighter:
            if not refresh(tab, st, slot):
                return False
            lighter = False
    return tab.num_facilities == 0 or _loads_fit(tab, st, slot)


@inner
def _loads_fit(tab: Tables, st: State, slot: int) -> bool:
    """Whether the route keeps its capacities all the way, and ends empty where it must."""
    depot = tab.num_tasks + slot
    law = tab.kinds[st.route[slot, KIND]]
    u = st.node[depot, SUCC]
    while u != depot:
        for dim in range(tab.num_dims):
            if st.load[u, dim, PRE] > law[CAPACITY + dim]:
                return False
        u = st.node[u, SUCC]
    for dim in range(tab.num_dims):
        if tab.end_empty[dim] and st.load[st.node[depot, PRED], dim, PRE] > 0:
            return False
    return True
