"""The search's plan in hand: linked routes, and what insertion tests need of every node.

Nodes: the n tasks, then one depot node per route slot, then facility visits from a pool. A route
is a ring through its depot node. Sums reach from the last reset of a load (`pre`) and over the
whole stretch between two resets (`stretch`); times are kept as in Vidal et al. (2013).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray  # noqa: TC002

from solver.routing.arrays import (
    FIXED,
    FREE,
    MAX_OUT,
    SHIFT_EARLY,
    SHIFT_LATE,
    SIMULATED,
    WINDOWS,
    Tables,
)
from solver.routing.clock import simulate, wage

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]


class State(NamedTuple):
    """N nodes, R route slots, n tasks, D dimensions, K types."""

    succ: Ids  # (N,)
    pred: Ids  # (N,)
    row: Ids  # (N,) where the node's mode leaves
    col: Ids  # (N,) where it enters
    mode: Ids  # (N,) mode id; -1 at depot nodes
    route: Ids  # (N,) -1: a task in no route
    trip: Ids  # (N,) depot or facility node the trip began with
    place: Ids  # (N,) number of tasks before it in its trip
    trip_size: Ids  # (N,) tasks of the trip that begins here
    pre: Ints  # (N, D) load after the node
    stretch: Ints  # (N, D) load of the whole stretch between resets the next leg lies in
    last: Ids  # (N, D) 1: no reset follows
    closer: Ids  # (N, D) facility that resets next, -1: none (kept where capacities are daily)
    head: Ints  # (N, 3) duration, earliest, latest start of the route up to the node
    tail: Ints  # (N, 3) the same from the node on
    kind: Ids  # (R,) vehicle type
    size: Ids  # (R,) tasks
    trips: Ids  # (R,)
    cost: Ints  # (R,)
    out: Ints  # (R,) seconds away
    taken: Ints  # (F, D) loads left at facilities (kept where capacities are daily)
    route_taken: Ints  # (R, F, D)
    slots: Ids  # (R,) free slots, stacked per type
    slot_place: Ids  # (R,) place in `slots`; -1: in use
    slot_first: Ids  # (K + 1,)
    num_slots: Ids  # (K,) free slots per type
    pool: Ids  # free facility nodes
    absent: Ids  # (n,) tasks in no route
    absent_before: Ids  # (n,)
    todo: Ids  # (n,)
    key: Ints  # (n,)
    absences: Ints  # (n,) how often a task could not be placed
    mark: Ints  # (N,) stamps
    route_mark: Ints  # (R,)
    touched: Ids  # (R,)
    undo: Ids  # sequences of touched routes
    positions: Ids  # (N,) nodes after which an insertion is tried
    choice: Ints  # (8,) best insertion of a task
    visits: Ids  # (N,) scratch: mode ids of one route
    legs: Ints  # (N + 1,) scratch: leg durations of one route
    value: Ints  # (N, modes) scratch of the dynamic program
    back: Ids  # (N, modes)
    best_succ: Ids  # (N,)
    best_mode: Ids  # (N,)
    num: Ints  # counters, see below
    rng: NDArray[np.uint64]  # (1,)


ABSENT, ABSENT_BEFORE, TOUCHED, UNDO, POOL, STAMP, TRIPS, SERVED, TOTAL = range(9)
MARK, CURR_COST, CURR_REQUIRED, BEST_COST, BEST_REQUIRED, BLINK, NUM_COUNTERS = range(9, 16)


def empty_state(tab: Tables, seed: int) -> State:
    """A plan with nothing served: all tasks absent, all slots free."""
    n, dims, modes = tab.num_tasks, tab.num_dims, tab.max_modes
    num_kinds, facilities = len(tab.available), tab.num_facilities
    slots = int(tab.available.sum())
    pool = 2 * n + 2 * slots + 8 if facilities else 1
    nodes = n + slots + pool
    timed = nodes if tab.level >= WINDOWS else 1
    wide = max(modes, facilities)

    def ids(*shape: int, fill: int = 0) -> Ids:
        return np.full(shape, fill, dtype=np.int32)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    state = State(
        *(ids(nodes, fill=-1) for _ in range(9)),
        ints(nodes, dims),
        ints(nodes, dims),
        ids(nodes, dims),
        ids(nodes, dims) if tab.limited else ids(1, 1),
        ints(timed, 3),
        ints(timed, 3),
        *(ids(slots) for _ in range(3)),
        *(ints(slots) for _ in range(2)),
        ints(facilities, dims),
        ints(slots, facilities, dims) if tab.limited else ints(1, 1, 1),
        ids(slots),
        ids(slots),
        np.concatenate([[0], np.cumsum(tab.available)]).astype(np.int32),
        ids(num_kinds),
        ids(pool),
        *(ids(n) for _ in range(3)),
        *(ints(n) for _ in range(2)),
        ints(nodes),
        ints(slots),
        ids(slots),
        ids(2 * nodes + 2 * slots),
        ids(nodes),
        ints(8),
        ids(nodes + 8),
        ints(nodes + 9),
        ints(nodes, wide),
        ids(nodes, wide),
        *(ids(nodes, fill=-1) for _ in range(2)),
        ints(NUM_COUNTERS),
        np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64 or 1], dtype=np.uint64),
    )
    reset(tab, state)
    return state


@njit(cache=True)
def reset(tab: Tables, st: State) -> None:
    """Empty all routes; every task becomes absent."""
    n = tab.num_tasks
    slot = 0
    for kind in range(len(tab.available)):
        st.num_slots[kind] = tab.available[kind]
        for number in range(tab.available[kind]):
            node = n + slot
            st.kind[slot] = kind
            st.row[node], st.col[node] = tab.start[kind], tab.end[kind]
            st.mode[node], st.route[node] = -1, slot
            st.succ[node] = st.pred[node] = st.trip[node] = node
            # the first slot lies on top
            st.slots[st.slot_first[kind] + tab.available[kind] - 1 - number] = slot
            st.slot_place[slot] = tab.available[kind] - 1 - number
            st.size[slot] = st.trips[slot] = 0
            st.cost[slot] = st.out[slot] = 0
            slot += 1
    for task in range(n):
        st.route[task] = -1
        st.absent[task] = task
    for number in range(len(st.pool)):
        st.pool[number] = n + slot + len(st.pool) - 1 - number
    st.taken[:] = 0
    st.route_taken[:] = 0
    st.num[:ABSENT_BEFORE] = n
    st.num[POOL] = len(st.pool)
    st.num[TRIPS] = st.num[SERVED] = st.num[TOTAL] = st.num[TOUCHED] = st.num[UNDO] = 0
    for slot in range(len(st.kind)):
        refresh(tab, st, slot)


@njit(cache=True)
def refresh(tab: Tables, st: State, slot: int) -> bool:
    """Recompute everything about one route; False: it breaks a law of time."""
    depot = tab.num_tasks + slot
    was_cost, was_trips, was_size = st.cost[slot], st.trips[slot], st.size[slot]
    cost = _forward(tab, st, slot, depot)
    _backward(tab, st, slot, depot)
    if tab.limited:
        _retake(tab, st, slot, depot)
    fits = True
    if st.size[slot] == 0 and st.succ[depot] == depot:
        cost = 0
        st.out[slot] = 0
    if tab.level > FREE:
        fits = _time_route(tab, st, slot, depot)
        if st.succ[depot] != depot:
            cost += wage(tab, st.kind[slot], st.out[slot])
    st.cost[slot] = cost
    st.num[TOTAL] += cost - was_cost
    st.num[TRIPS] += st.trips[slot] - was_trips
    st.num[SERVED] += st.size[slot] - was_size
    _book_slot(st, slot, st.succ[depot] == depot)
    return fits


@njit(cache=True)
def _forward(tab: Tables, st: State, slot: int, depot: int) -> int:
    """Loads, trips and places from the depot on; the route's cost without the clock."""
    kind = st.kind[slot]
    leg = tab.leg[tab.leg_class[kind]]
    n, dims = tab.num_tasks, tab.num_dims
    for dim in range(dims):
        st.pre[depot, dim] = tab.initial[kind, dim]
    cost = tab.shift[kind, FIXED]
    size = 0
    trips = 0
    trip = u = depot
    place = 0
    while True:
        v = st.succ[u]
        cost += leg[st.row[u], st.col[v]]
        if v == depot:
            break
        mode = st.mode[v]
        cost += tab.visit_cost[kind, mode]
        st.route[v] = slot
        if v < n:
            for dim in range(dims):
                st.pre[v, dim] = st.pre[u, dim] + tab.demand[v, dim]
            st.trip[v], st.place[v] = trip, place
            place += 1
        else:
            facility = mode - tab.num_modes
            for dim in range(dims):
                st.pre[v, dim] = 0 if tab.resets[facility, dim] else st.pre[u, dim]
            st.trip_size[trip] = place
            trips += place > 0
            size += place
            trip, place = v, 0
            st.trip[v] = v
        u = v
    st.trip_size[trip] = place
    st.trips[slot] = trips + (place > 0)
    st.size[slot] = size + place
    return cost


@njit(cache=True)
def _backward(tab: Tables, st: State, slot: int, depot: int) -> None:
    """Loads of whole stretches between resets, from the end of the route back."""
    n, dims = tab.num_tasks, tab.num_dims
    v, w = st.pred[depot], depot
    while True:
        facility = st.mode[w] - tab.num_modes if w >= n and w != depot else -1
        for dim in range(dims):
            if w == depot or (facility >= 0 and tab.resets[facility, dim]):
                st.stretch[v, dim] = st.pre[v, dim]
                st.last[v, dim] = w == depot
                if tab.limited:
                    st.closer[v, dim] = facility
            else:
                st.stretch[v, dim] = st.stretch[w, dim]
                st.last[v, dim] = st.last[w, dim]
                if tab.limited:
                    st.closer[v, dim] = st.closer[w, dim]
        if v == depot:
            break
        v, w = st.pred[v], v


@njit(cache=True)
def _retake(tab: Tables, st: State, slot: int, depot: int) -> None:
    """Loads the route leaves at facilities."""
    for facility in range(tab.num_facilities):
        for dim in range(tab.num_dims):
            st.taken[facility, dim] -= st.route_taken[slot, facility, dim]
            st.route_taken[slot, facility, dim] = 0
    u = depot
    while st.succ[u] != depot:
        v = st.succ[u]
        if v >= tab.num_tasks:
            facility = st.mode[v] - tab.num_modes
            for dim in range(tab.num_dims):
                if tab.resets[facility, dim]:
                    st.route_taken[slot, facility, dim] += st.pre[u, dim]
                    st.taken[facility, dim] += st.pre[u, dim]
        u = v


@njit(cache=True)
def _time_route(tab: Tables, st: State, slot: int, depot: int) -> bool:
    """Length of the route, and its time windows from both ends; False: it breaks a law."""
    kind = st.kind[slot]
    time = tab.time[tab.profile[kind]]
    law = tab.shift[kind]
    fits = True
    if tab.level >= WINDOWS:
        fits = _time_ends(tab, st, kind, depot)
    if st.succ[depot] == depot:
        return True
    if tab.level == SIMULATED:
        num = list_route(tab, st, slot)
        depart, back = simulate(tab, kind, st.visits, st.legs, num)
        st.out[slot] = max(back - depart, 0)
        return back >= 0
    out = 0
    if tab.level == WINDOWS:
        u = st.pred[depot]
        delta = st.head[u, 0] + time[st.row[u], st.col[depot]]
        out = delta + max(law[SHIFT_EARLY] - delta - st.head[u, 2], 0)
    else:
        u = depot
        while True:
            v = st.succ[u]
            out += time[st.row[u], st.col[v]]
            if v == depot:
                break
            out += tab.duration[st.mode[v]]
            u = v
    st.out[slot] = out
    return fits and out <= law[MAX_OUT]


@njit(cache=True)
def _time_ends(tab: Tables, st: State, kind: int, depot: int) -> bool:
    """Duration, earliest and latest start of every beginning and every end of the route."""
    time = tab.time[tab.profile[kind]]
    law = tab.shift[kind]
    for ends in (st.head, st.tail):
        ends[depot, 0], ends[depot, 1], ends[depot, 2] = 0, law[SHIFT_EARLY], law[SHIFT_LATE]
    fits = True
    u = depot
    while st.succ[u] != depot:
        v = st.succ[u]
        mode = st.mode[v]
        delta = st.head[u, 0] + time[st.row[u], st.col[v]]
        wait = max(tab.early[mode] - delta - st.head[u, 2], 0)
        fits = fits and st.head[u, 1] + delta <= tab.late[mode]
        st.head[v, 0] = delta + wait + tab.duration[mode]
        st.head[v, 1] = max(tab.early[mode] - delta, st.head[u, 1]) - wait
        st.head[v, 2] = min(tab.late[mode] - delta, st.head[u, 2])
        u = v
    fits = fits and (
        st.head[u, 1] + st.head[u, 0] + time[st.row[u], st.col[depot]] <= law[SHIFT_LATE]
    )
    v = depot
    while st.pred[v] != depot:
        u = st.pred[v]
        mode = st.mode[u]
        delta = tab.duration[mode] + time[st.row[u], st.col[v]]
        wait = max(st.tail[v, 1] - delta - tab.late[mode], 0)
        st.tail[u, 0] = delta + wait + st.tail[v, 0]
        st.tail[u, 1] = max(st.tail[v, 1] - delta, tab.early[mode]) - wait
        st.tail[u, 2] = min(st.tail[v, 2] - delta, tab.late[mode])
        v = u
    return fits


@njit(cache=True)
def list_route(tab: Tables, st: State, slot: int) -> int:
    """Write the route's mode ids and leg durations to `visits` and `legs`; number of visits."""
    depot = tab.num_tasks + slot
    time = tab.time[tab.profile[st.kind[slot]]]
    num = 0
    u = depot
    while True:
        v = st.succ[u]
        st.legs[num] = time[st.row[u], st.col[v]]
        if v == depot:
            return num
        st.visits[num] = st.mode[v]
        num += 1
        u = v


@njit(cache=True)
def _book_slot(st: State, slot: int, empty: bool) -> None:
    """Keep the stacks of free slots."""
    kind = st.kind[slot]
    first = st.slot_first[kind]
    place = st.slot_place[slot]
    if empty and place < 0:
        st.slots[first + st.num_slots[kind]] = slot
        st.slot_place[slot] = st.num_slots[kind]
        st.num_slots[kind] += 1
    elif not empty and place >= 0:
        st.num_slots[kind] -= 1
        other = st.slots[first + st.num_slots[kind]]
        st.slots[first + place] = other
        st.slot_place[other] = place
        st.slot_place[slot] = -1


@njit(cache=True)
def link(tab: Tables, st: State, u: int, mode: int) -> int:
    """Insert a visit after node `u`; its node."""
    node = tab.task[mode]
    if node < 0:
        st.num[POOL] -= 1
        node = st.pool[st.num[POOL]]
    v = st.succ[u]
    st.succ[u] = st.pred[v] = node
    st.pred[node], st.succ[node] = u, v
    set_mode(tab, st, node, mode)
    st.route[node] = st.route[u]
    return node


@njit(cache=True)
def set_mode(tab: Tables, st: State, node: int, mode: int) -> None:
    """Serve a node in another mode, or another facility."""
    st.mode[node] = mode
    st.row[node], st.col[node] = tab.row[mode], tab.col[mode]


@njit(cache=True)
def unlink(tab: Tables, st: State, node: int) -> None:
    """Take a node out of its route; facility nodes go back to the pool."""
    u, v = st.pred[node], st.succ[node]
    st.succ[u], st.pred[v] = v, u
    st.route[node] = -1
    if node >= tab.num_tasks:
        st.pool[st.num[POOL]] = node
        st.num[POOL] += 1


@njit(cache=True)
def touch(tab: Tables, st: State, slot: int) -> None:
    """Remember a route as it is, once per iteration, before it changes."""
    if st.route_mark[slot] == st.num[STAMP]:
        return
    st.route_mark[slot] = st.num[STAMP]
    st.touched[st.num[TOUCHED]] = slot
    st.num[TOUCHED] += 1
    depot = tab.num_tasks + slot
    end = st.num[UNDO]
    v = st.succ[depot]
    while v != depot:
        st.undo[end] = st.mode[v]
        end += 1
        v = st.succ[v]
    st.undo[end] = -1
    st.num[UNDO] = end + 1


@njit(cache=True)
def begin_change(st: State) -> None:
    """A new iteration: nothing touched yet."""
    st.num[STAMP] += 1
    st.num[TOUCHED] = st.num[UNDO] = 0
    num = st.num[ABSENT]
    st.num[ABSENT_BEFORE] = num
    st.absent_before[:num] = st.absent[:num]


@njit(cache=True)
def undo(tab: Tables, st: State) -> None:
    """Put all touched routes and the absent tasks back as they were."""
    for number in range(st.num[TOUCHED]):
        clear(tab, st, st.touched[number])
    at = 0
    for number in range(st.num[TOUCHED]):
        slot = st.touched[number]
        u = tab.num_tasks + slot
        while st.undo[at] >= 0:
            u = link(tab, st, u, st.undo[at])
            at += 1
        at += 1
        refresh(tab, st, slot)
    num = st.num[ABSENT_BEFORE]
    st.num[ABSENT] = num
    st.absent[:num] = st.absent_before[:num]


@njit(cache=True)
def clear(tab: Tables, st: State, slot: int) -> None:
    """Unlink all nodes of a route."""
    depot = tab.num_tasks + slot
    while st.succ[depot] != depot:
        unlink(tab, st, st.succ[depot])
