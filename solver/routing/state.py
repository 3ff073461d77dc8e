"""The search's plan in hand: linked routes, and what insertion tests need of every node.

Nodes: the n tasks, then one depot node per route slot, then facility visits from a pool. A route
is a ring through its depot node. Sums reach from the last reset of a load (`pre`) and over the
whole stretch between two resets (`stretch`); times are kept as in Vidal et al. (2013).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.routing.arrays import (
    AT_COL,
    AT_ROW,
    AVAILABLE,
    CAPACITY,
    CLASS,
    DEMAND,
    DURATION,
    EARLY,
    END,
    FIXED,
    FREE,
    LATE,
    MAX_OUT,
    MEAL,
    PROFILE,
    RESETS,
    REST,
    SHIFT_EARLY,
    SHIFT_LATE,
    SIMULATED,
    START,
    TASK,
    WINDOWS,
    Tables,
)
from solver.routing.clock import simulate, wage
from solver.routing.compiled import inner

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]


SUCC, PRED, ROW, COL, MODE, ROUTE, TRIP, PLACE, TRIP_SIZE, NODE_COLUMNS = range(10)
"""Columns of `State.node`. ROW and COL: where its mode leaves and enters; MODE: -1 at depots;
ROUTE: -1 for tasks in none; TRIP: node its trip began with; PLACE: tasks before it in the trip;
TRIP_SIZE: tasks of the trip that begins here."""

PRE, STRETCH, LAST, CLOSER, LOAD_COLUMNS = range(5)
"""Last axis of `State.load`. PRE: load after the node; STRETCH: load of the whole stretch between
resets the next leg lies in; LAST: 1 where no reset follows; CLOSER: facility that resets next."""

KIND, SIZE, TRIPS_OF, COST, OUT, SLOT, SLOT_PLACE, ROUTE_MARK, TOUCHED_SLOT = range(9)
PAUSED, LAWFUL, BARRED, ROUTE_COLUMNS = range(9, 13)
"""Columns of `State.route`. OUT: seconds away; SLOT: free slots, stacked per type; SLOT_PLACE: a
slot's place in that stack, -1: in use; TOUCHED_SLOT: routes changed; PAUSED: seconds of pauses;
LAWFUL: keeps the laws of time; BARRED: to the task in hand."""

SLOT_FIRST, NUM_SLOTS = range(2)
"""Columns of `State.stack`, per type: where its stack of free slots begins, and its height."""

POOL_IDS, ABSENT_IDS, BEFORE_IDS, TODO, POSITIONS, VISITS, BARRED_IDS, NUM_ID_LISTS = range(8)
"""Rows of `State.ids`: free facility nodes, tasks in no route (now, and before the iteration),
and scratch: tasks to insert, nodes to insert after, mode ids of one route."""

KEY, ABSENCES, NODE_MARK, LEGS, NUM_INT_LISTS = range(5)
"""Rows of `State.ints`: sort keys, how often a task could not be placed, stamps, leg durations."""

ABSENT, ABSENT_BEFORE, TOUCHED, UNDO, POOL, STAMP, TRIPS, SERVED, TOTAL, MARK = range(10)
CURR_COST, CURR_REQUIRED, BEST_COST, BEST_REQUIRED, BLINK, STARTED = range(10, 16)
DELTA, AFTER, BY_MODE, VARIANT, FACILITY, SECOND, EXACT, NUM_COUNTERS = range(16, 24)
"""Entries of `State.num`: counters, and from DELTA on the best insertion of a task."""


class State(NamedTuple):
    """N nodes, R route slots, n tasks, D dimensions, K types. Few arrays: they compile faster."""

    node: Ids  # (N, NODE_COLUMNS)
    load: Ints  # (N, D, LOAD_COLUMNS)
    ends: Ints  # (N, 6) duration, earliest, latest start: up to the node, and from it on
    route: Ints  # (R, ROUTE_COLUMNS)
    taken: Ints  # (R + 1, F, D) loads left at facilities by each route and, last, by all
    stack: Ints  # (K, 2)
    ids: Ids  # (NUM_ID_LISTS, N + 9)
    ints: Ints  # (NUM_INT_LISTS, N + 9)
    undo: Ids  # sequences of touched routes
    value: Ints  # (N, modes) scratch of the dynamic program
    back: Ids  # (N, modes)
    best: Ids  # (N, 2) successors and modes of the best plan
    num: Ints  # (NUM_COUNTERS,)
    rng: NDArray[np.uint64]  # (1,)


def empty_state(tab: Tables, seed: int) -> State:
    """Room for a plan; the search fills it."""
    n, dims, facilities = tab.num_tasks, tab.num_dims, tab.num_facilities
    slots = int(tab.kinds[:, AVAILABLE].sum())
    nodes = n + slots + (2 * n + 2 * slots + 8 if facilities else 0)
    wide = max(tab.max_modes, facilities)

    def ids(*shape: int) -> Ids:
        return np.full(shape, -1, dtype=np.int32)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return State(
        node=ids(nodes, NODE_COLUMNS),
        load=ints(nodes, dims, LOAD_COLUMNS),
        ends=ints(nodes if tab.level >= WINDOWS else 1, 6),
        route=ints(slots, ROUTE_COLUMNS),
        taken=ints(slots + 1, facilities, dims) if tab.limited else ints(1, 1, 1),
        stack=ints(len(tab.kinds), 2),
        ids=ids(NUM_ID_LISTS, nodes + 9),
        ints=ints(NUM_INT_LISTS, nodes + 9),
        undo=ids(2 * nodes + 2 * slots),
        value=ints(nodes, wide),
        back=ids(nodes, wide),
        best=ids(nodes, 2),
        num=ints(NUM_COUNTERS),
        rng=np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64 or 1], dtype=np.uint64),
    )


@inner
def reset(tab: Tables, st: State) -> None:
    """Empty all routes; every task becomes absent."""
    n = tab.num_tasks
    slot = 0
    st.route[:] = 0
    for kind in range(len(tab.kinds)):
        count = tab.kinds[kind, AVAILABLE]
        st.stack[kind, SLOT_FIRST], st.stack[kind, NUM_SLOTS] = slot, count
        for number in range(count):
            node = n + slot
            st.route[slot, KIND] = kind
            st.node[node, ROW], st.node[node, COL] = tab.kinds[kind, START], tab.kinds[kind, END]
            st.node[node, ROUTE] = slot
            st.node[node, SUCC] = st.node[node, PRED] = st.node[node, TRIP] = node
            # the first slot lies on top
            st.route[st.stack[kind, SLOT_FIRST] + count - 1 - number, SLOT] = slot
            st.route[slot, SLOT_PLACE] = count - 1 - number
            slot += 1
    for task in range(n):
        st.node[task, ROUTE] = -1
        st.ids[ABSENT_IDS, task] = task
    for number in range(len(st.node) - n - slot):
        st.ids[POOL_IDS, number] = len(st.node) - 1 - number
    st.num[POOL] = len(st.node) - n - slot
    st.num[ABSENT] = n
    for slot in range(len(st.route)):
        refresh(tab, st, slot)


@inner
def refresh(tab: Tables, st: State, slot: int) -> bool:
    """Recompute everything about one route; False: it breaks a law of time."""
    depot = tab.num_tasks + slot
    was_cost, was_trips, was_size = (
        st.route[slot, COST],
        st.route[slot, TRIPS_OF],
        st.route[slot, SIZE],
    )
    cost = _forward(tab, st, slot, depot)
    _backward(tab, st, slot, depot)
    if tab.limited:
        _retake(tab, st, slot, depot)
    fits = True
    if st.route[slot, SIZE] == 0 and st.node[depot, SUCC] == depot:
        cost = 0
        st.route[slot, OUT] = st.route[slot, PAUSED] = 0
    if tab.level > FREE:
        fits = _time_route(tab, st, slot, depot)
        if st.node[depot, SUCC] != depot:
            cost += wage(tab, st.route[slot, KIND], st.route[slot, OUT])
    st.route[slot, COST] = cost
    st.num[TOTAL] += cost - was_cost
    st.num[TRIPS] += st.route[slot, TRIPS_OF] - was_trips
    st.num[SERVED] += st.route[slot, SIZE] - was_size
    _book_slot(st, slot, st.node[depot, SUCC] == depot)
    st.route[slot, LAWFUL] = fits
    return fits


@inner
def _forward(tab: Tables, st: State, slot: int, depot: int) -> int:
    """Loads, trips and places from the depot on; the route's cost without the clock."""
    kind = st.route[slot, KIND]
    leg = tab.leg[tab.kinds[kind, CLASS]]
    n, dims = tab.num_tasks, tab.num_dims
    for dim in range(dims):
        st.load[depot, dim, PRE] = tab.kinds[kind, CAPACITY + tab.num_dims + dim]
    cost = tab.kinds[kind, FIXED]
    size = 0
    trips = 0
    trip = u = depot
    place = 0
    while True:
        v = st.node[u, SUCC]
        cost += leg[st.node[u, ROW], st.node[v, COL]]
        if v == depot:
            break
        mode = st.node[v, MODE]
        cost += tab.visit_cost[kind, mode]
        st.node[v, ROUTE] = slot
        if v < n:
            for dim in range(dims):
                st.load[v, dim, PRE] = st.load[u, dim, PRE] + tab.tasks[v, DEMAND + dim]
            st.node[v, TRIP], st.node[v, PLACE] = trip, place
            place += 1
        else:
            facility = mode - tab.num_modes
            for dim in range(dims):
                st.load[v, dim, PRE] = (
                    0 if tab.facility[facility, RESETS + dim] else st.load[u, dim, PRE]
                )
            st.node[trip, TRIP_SIZE] = place
            trips += place > 0
            size += place
            trip, place = v, 0
            st.node[v, TRIP] = v
        u = v
    st.node[trip, TRIP_SIZE] = place
    st.route[slot, TRIPS_OF] = trips + (place > 0)
    st.route[slot, SIZE] = size + place
    return cost


@inner
def _backward(tab: Tables, st: State, slot: int, depot: int) -> None:
    """Loads of whole stretches between resets, from the end of the route back."""
    n, dims = tab.num_tasks, tab.num_dims
    v, w = st.node[depot, PRED], depot
    while True:
        facility = st.node[w, MODE] - tab.num_modes if w >= n and w != depot else -1
        for dim in range(dims):
            if w == depot or (facility >= 0 and tab.facility[facility, RESETS + dim]):
                st.load[v, dim, STRETCH] = st.load[v, dim, PRE]
                st.load[v, dim, LAST] = w == depot
                if tab.limited:
                    st.load[v, dim, CLOSER] = facility
            else:
                st.load[v, dim, STRETCH] = st.load[w, dim, STRETCH]
                st.load[v, dim, LAST] = st.load[w, dim, LAST]
                if tab.limited:
                    st.load[v, dim, CLOSER] = st.load[w, dim, CLOSER]
        if v == depot:
            break
        v, w = st.node[v, PRED], v


@inner
def _retake(tab: Tables, st: State, slot: int, depot: int) -> None:
    """Loads the route leaves at facilities."""
    for facility in range(tab.num_facilities):
        for dim in range(tab.num_dims):
            st.taken[-1, facility, dim] -= st.taken[slot, facility, dim]
            st.taken[slot, facility, dim] = 0
    u = depot
    while st.node[u, SUCC] != depot:
        v = st.node[u, SUCC]
        if v >= tab.num_tasks:
            facility = st.node[v, MODE] - tab.num_modes
            for dim in range(tab.num_dims):
                if tab.facility[facility, RESETS + dim]:
                    st.taken[slot, facility, dim] += st.load[u, dim, PRE]
                    st.taken[-1, facility, dim] += st.load[u, dim, PRE]
        u = v


@inner
def _time_route(tab: Tables, st: State, slot: int, depot: int) -> bool:
    """Length of the route, and its time windows from both ends; False: it breaks a law."""
    kind = st.route[slot, KIND]
    time = tab.time[tab.kinds[kind, PROFILE]]
    law = tab.kinds[kind]
    fits = True
    if tab.level >= WINDOWS:
        fits = _time_ends(tab, st, kind, depot)
    if st.node[depot, SUCC] == depot:
        return True
    if tab.level == SIMULATED:
        num = list_route(tab, st, slot)
        depart, back = simulate(tab, kind, st.ids[VISITS], st.ints[LEGS], num)
        st.route[slot, OUT] = max(back - depart, 0)
        idle = max(back - depart - _least_out(tab, st, kind, depot), 0)
        st.route[slot, PAUSED] = min(idle, law[MEAL] + law[REST])
        return back >= 0
    out = 0
    if tab.level == WINDOWS:
        out = _least_out(tab, st, kind, depot)
    else:
        u = depot
        while True:
            v = st.node[u, SUCC]
            out += time[st.node[u, ROW], st.node[v, COL]]
            if v == depot:
                break
            out += tab.visit[st.node[v, MODE], DURATION]
            u = v
    st.route[slot, OUT] = out
    return fits and out <= law[MAX_OUT]


@inner
def _least_out(tab: Tables, st: State, kind: int, depot: int) -> int:
    """Seconds away without any pause, from the ends of the route."""
    u = st.node[depot, PRED]
    time = tab.time[tab.kinds[kind, PROFILE]]
    delta = st.ends[u, 0] + time[st.node[u, ROW], st.node[depot, COL]]
    return delta + max(tab.kinds[kind, SHIFT_EARLY] - delta - st.ends[u, 2], 0)


@inner
def _time_ends(tab: Tables, st: State, kind: int, depot: int) -> bool:
    """Duration, earliest and latest start of every beginning and every end of the route."""
    time = tab.time[tab.kinds[kind, PROFILE]]
    law = tab.kinds[kind]
    for at in (0, 3):
        st.ends[depot, at] = 0
        st.ends[depot, at + 1], st.ends[depot, at + 2] = law[SHIFT_EARLY], law[SHIFT_LATE]
    fits = True
    u = depot
    while st.node[u, SUCC] != depot:
        v = st.node[u, SUCC]
        mode = st.node[v, MODE]
        delta = st.ends[u, 0] + time[st.node[u, ROW], st.node[v, COL]]
        wait = max(tab.visit[mode, EARLY] - delta - st.ends[u, 2], 0)
        fits = fits and st.ends[u, 1] + delta <= tab.visit[mode, LATE]
        st.ends[v, 0] = delta + wait + tab.visit[mode, DURATION]
        st.ends[v, 1] = max(tab.visit[mode, EARLY] - delta, st.ends[u, 1]) - wait
        st.ends[v, 2] = min(tab.visit[mode, LATE] - delta, st.ends[u, 2])
        u = v
    fits = fits and (
        st.ends[u, 1] + st.ends[u, 0] + time[st.node[u, ROW], st.node[depot, COL]]
        <= law[SHIFT_LATE]
    )
    v = depot
    while st.node[v, PRED] != depot:
        u = st.node[v, PRED]
        mode = st.node[u, MODE]
        delta = tab.visit[mode, DURATION] + time[st.node[u, ROW], st.node[v, COL]]
        wait = max(st.ends[v, 4] - delta - tab.visit[mode, LATE], 0)
        st.ends[u, 3] = delta + wait + st.ends[v, 3]
        st.ends[u, 4] = max(st.ends[v, 4] - delta, tab.visit[mode, EARLY]) - wait
        st.ends[u, 5] = min(st.ends[v, 5] - delta, tab.visit[mode, LATE])
        v = u
    return fits


@inner
def list_route(tab: Tables, st: State, slot: int) -> int:
    """Write the route's mode ids and leg durations to `visits` and `legs`; number of visits."""
    depot = tab.num_tasks + slot
    time = tab.time[tab.kinds[st.route[slot, KIND], PROFILE]]
    num = 0
    u = depot
    while True:
        v = st.node[u, SUCC]
        st.ints[LEGS, num] = time[st.node[u, ROW], st.node[v, COL]]
        if v == depot:
            return num
        st.ids[VISITS, num] = st.node[v, MODE]
        num += 1
        u = v


@inner
def _book_slot(st: State, slot: int, empty: bool) -> None:
    """Keep the stacks of free slots."""
    kind = st.route[slot, KIND]
    first = st.stack[kind, SLOT_FIRST]
    place = st.route[slot, SLOT_PLACE]
    if empty and place < 0:
        st.route[first + st.stack[kind, NUM_SLOTS], SLOT] = slot
        st.route[slot, SLOT_PLACE] = st.stack[kind, NUM_SLOTS]
        st.stack[kind, NUM_SLOTS] += 1
    elif not empty and place >= 0:
        st.stack[kind, NUM_SLOTS] -= 1
        other = st.route[first + st.stack[kind, NUM_SLOTS], SLOT]
        st.route[first + place, SLOT] = other
        st.route[other, SLOT_PLACE] = place
        st.route[slot, SLOT_PLACE] = -1


@inner
def link(tab: Tables, st: State, u: int, mode: int) -> int:
    """Insert a visit after node `u`; its node."""
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


@inner
def set_mode(tab: Tables, st: State, node: int, mode: int) -> None:
    """Serve a node in another mode, or another facility."""
    st.node[node, MODE] = mode
    st.node[node, ROW], st.node[node, COL] = tab.visit[mode, AT_ROW], tab.visit[mode, AT_COL]


@inner
def unlink(tab: Tables, st: State, node: int) -> None:
    """Take a node out of its route; facility nodes go back to the pool."""
    u, v = st.node[node, PRED], st.node[node, SUCC]
    st.node[u, SUCC], st.node[v, PRED] = v, u
    st.node[node, ROUTE] = -1
    if node >= tab.num_tasks:
        st.ids[POOL_IDS, st.num[POOL]] = node
        st.num[POOL] += 1


@inner
def touch(tab: Tables, st: State, slot: int) -> None:
    """Remember a route as it is, once per iteration, before it changes."""
    if st.route[slot, ROUTE_MARK] == st.num[STAMP]:
        return
    st.route[slot, ROUTE_MARK] = st.num[STAMP]
    st.route[st.num[TOUCHED], TOUCHED_SLOT] = slot
    st.num[TOUCHED] += 1
    depot = tab.num_tasks + slot
    end = st.num[UNDO]
    v = st.node[depot, SUCC]
    while v != depot:
        st.undo[end] = st.node[v, MODE]
        end += 1
        v = st.node[v, SUCC]
    st.undo[end] = -1
    st.num[UNDO] = end + 1


@inner
def begin_change(st: State) -> None:
    """A new iteration: nothing touched yet."""
    st.num[STAMP] += 1
    st.num[TOUCHED] = st.num[UNDO] = 0
    num = st.num[ABSENT]
    st.num[ABSENT_BEFORE] = num
    st.ids[BEFORE_IDS, :num] = st.ids[ABSENT_IDS, :num]


@inner
def undo(tab: Tables, st: State) -> None:
    """Put all touched routes and the absent tasks back as they were."""
    for number in range(st.num[TOUCHED]):
        clear(tab, st, st.route[number, TOUCHED_SLOT])
    at = 0
    for number in range(st.num[TOUCHED]):
        slot = st.route[number, TOUCHED_SLOT]
        u = tab.num_tasks + slot
        while st.undo[at] >= 0:
            u = link(tab, st, u, st.undo[at])
            at += 1
        at += 1
        refresh(tab, st, slot)
    num = st.num[ABSENT_BEFORE]
    st.num[ABSENT] = num
    st.ids[ABSENT_IDS, :num] = st.ids[BEFORE_IDS, :num]


@inner
def clear(tab: Tables, st: State, slot: int) -> None:
    """Unlink all nodes of a route."""
    depot = tab.num_tasks + slot
    while st.node[depot, SUCC] != depot:
        unlink(tab, st, st.node[depot, SUCC])
