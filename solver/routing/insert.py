"""The one insertion test, where all laws of the search live: cheapest place of a task, or none."""

from __future__ import annotations

import math

from numba import njit

from solver.routing.arrays import FIXED, FREE, LENGTH, MAX_OUT, SHIFT_LATE, SIMULATED, Tables
from solver.routing.chance import draw
from solver.routing.clock import simulate, wage
from solver.routing.state import (
    BLINK,
    MARK,
    POOL,
    State,
    link,
    refresh,
    touch,
    unlink,
)

NUM_BESIDE = 60
"""Nearest tasks beside which an insertion is tried."""

DELTA, AFTER, MODE, VARIANT, FACILITY, SECOND = range(6)
PLAIN, FACILITY_FIRST, FACILITY_THEN = range(3)
"""Entries of `State.choice`; variants: [task], [facilities, task], [task, facilities]."""

NO_LIMIT = 2**61


@njit(cache=True)
def insert(tab: Tables, st: State, task: int, blink: float) -> bool:
    """Insert a task at its cheapest place, skipping places with chance `blink`; False: no place."""
    prize = tab.prize[task]
    st.choice[DELTA] = NO_LIMIT if prize < 0 else prize
    st.choice[AFTER] = -1
    scan(tab, st, task, list_near(tab, st, task), blink)
    if st.choice[AFTER] < 0:
        scan(tab, st, task, list_ends(tab, st), 0.0)
        if st.choice[AFTER] < 0:
            return False
    return carry_out(tab, st)


@njit(cache=True)
def list_near(tab: Tables, st: State, task: int) -> int:
    """Write to `positions` the places beside near tasks, at ends of their trips, in new routes."""
    n = tab.num_tasks
    st.num[MARK] += 1
    stamp = st.num[MARK]
    num = 0
    for i in range(min(tab.near.shape[1], NUM_BESIDE)):
        v = tab.near[task, i]
        slot = st.route[v]
        if slot < 0:
            continue
        trip = st.trip[v]
        depot = n + slot
        for u in (v, st.pred[v], trip, st.pred[trip], st.pred[depot]):
            if st.mark[u] != stamp and st.route[u] >= 0:
                st.mark[u] = stamp
                st.positions[num] = u
                num += 1
    for kind in range(len(st.num_slots)):
        if st.num_slots[kind] > 0:
            st.positions[num] = n + st.slots[st.slot_first[kind] + st.num_slots[kind] - 1]
            num += 1
    return num


@njit(cache=True)
def list_ends(tab: Tables, st: State) -> int:
    """Write to `positions` the first and last place of every route in use."""
    num = 0
    for slot in range(len(st.kind)):
        depot = tab.num_tasks + slot
        if st.succ[depot] != depot:
            st.positions[num] = depot
            st.positions[num + 1] = st.pred[depot]
            num += 2
    return num


@njit(cache=True)
def scan(tab: Tables, st: State, task: int, num: int, blink: float) -> None:
    """Keep in `choice` the cheapest of the `num` listed positions over all modes."""
    dims = tab.num_dims
    simple = tab.level == FREE and tab.limited == 0
    best = st.choice[DELTA]
    until = st.num[BLINK] if blink > 0 else num
    for i in range(num):
        if until == 0:
            until = int(math.log(1 - draw(st.rng)) / math.log(1 - blink))
            continue
        until -= 1
        u = st.positions[i]
        v = st.succ[u]
        slot = st.route[u]
        kind = st.kind[slot]
        fits = True
        for dim in range(dims):
            q = tab.demand[task, dim]
            if q > 0 and (
                st.stretch[u, dim] + q > tab.capacity[kind, dim]
                or (tab.end_empty[dim] and st.last[u, dim])
            ):
                fits = False
        if not fits and tab.num_facilities == 0:
            continue
        leg = tab.leg[tab.leg_class[kind]]
        base = tab.shift[kind, FIXED] if u == v else -leg[st.row[u], st.col[v]]
        for mode in range(tab.first[task], tab.first[task + 1]):
            legs = leg[st.row[u], tab.col[mode]] + leg[tab.row[mode], st.col[v]]
            delta = legs + base + tab.visit_cost[kind, mode]
            if delta >= best or legs >= tab.far or not tab.allowed[kind, mode]:
                continue
            if simple and fits:
                best = delta
                _choose(st, delta, u, mode, PLAIN, -1, -1)
            elif fits:
                best = _examine(tab, st, u, mode, PLAIN, -1, -1)
            else:
                best = _with_facility(tab, st, u, mode)
    if blink > 0:
        st.num[BLINK] = until


@njit(cache=True)
def _choose(
    st: State, delta: int, u: int, mode: int, variant: int, facility: int, second: int
) -> None:
    st.choice[DELTA], st.choice[AFTER], st.choice[MODE] = delta, u, mode
    st.choice[VARIANT], st.choice[FACILITY], st.choice[SECOND] = variant, facility, second


@njit(cache=True)
def _visits(tab: Tables, mode: int, variant: int, facility: int, second: int) -> tuple[int, ...]:
    """The up to three mode ids to insert, in order; -1: none."""
    first_id = tab.num_modes + facility if facility >= 0 else -1
    second_id = tab.num_modes + second if second >= 0 else -1
    if variant == FACILITY_FIRST:
        return second_id, first_id, int(mode)
    return int(mode), first_id, second_id


@njit(cache=True)
def _with_facility(tab: Tables, st: State, u: int, mode: int) -> int:
    """Try the task with a facility (two where one is not enough) beside it; the best delta."""
    if st.num[POOL] < 4:
        return st.choice[DELTA]
    kind = st.kind[st.route[u]]
    for variant in (FACILITY_FIRST, FACILITY_THEN):
        dim = _overflow(tab, st, u, mode, PLAIN, -1, -1)
        near = tab.tips_before if variant == FACILITY_FIRST else tab.tips_after
        for i in range(near.shape[2]):
            facility = near[mode, dim, i]
            if facility < 0:
                break
            second = -1
            rest = _overflow(tab, st, u, mode, variant, facility, second)
            if rest >= 0:
                second = near[tab.num_modes + facility, rest, 0]
                if second < 0 or _overflow(tab, st, u, mode, variant, facility, second) >= 0:
                    continue
                if not tab.allowed[kind, tab.num_modes + second]:
                    continue
            if tab.allowed[kind, tab.num_modes + facility]:
                _examine(tab, st, u, mode, variant, facility, second)
    return st.choice[DELTA]


@njit(cache=True)
def _overflow(
    tab: Tables, st: State, u: int, mode: int, variant: int, facility: int, second: int
) -> int:
    """First dimension in which the load would break a law, -1: none."""
    kind = st.kind[st.route[u]]
    task = tab.task[mode]
    for dim in range(tab.num_dims):
        q = tab.demand[task, dim]
        load = st.stretch[u, dim] + q
        if (facility >= 0 and tab.resets[facility, dim]) or (
            second >= 0 and tab.resets[second, dim]
        ):
            if variant == FACILITY_THEN:
                if st.pre[u, dim] + q > tab.capacity[kind, dim]:
                    return dim
                continue
            load -= st.pre[u, dim]
        if load > tab.capacity[kind, dim]:
            return dim
        if q > 0 and tab.end_empty[dim] and st.last[u, dim]:
            return dim
    return -1


@njit(cache=True)
def _examine(
    tab: Tables, st: State, u: int, mode: int, variant: int, facility: int, second: int
) -> int:
    """Cost and clock of one way to insert after `u`; keeps it when best; the best delta."""
    v = st.succ[u]
    slot = st.route[u]
    kind = st.kind[slot]
    leg = tab.leg[tab.leg_class[kind]]
    visits = _visits(tab, mode, variant, facility, second)
    delta = tab.shift[kind, FIXED] if u == v else -leg[st.row[u], st.col[v]]
    row = st.row[u]
    for visit in visits:
        if visit >= 0:
            step = leg[row, tab.col[visit]]
            if step >= tab.far:
                return st.choice[DELTA]
            delta += step + tab.visit_cost[kind, visit]
            row = tab.row[visit]
    step = leg[row, st.col[v]]
    delta += step
    best = st.choice[DELTA]
    if delta >= best or step >= tab.far:
        return best
    if tab.limited and not _leaves_room(tab, st, u, mode, variant, facility):
        return best
    if tab.level > FREE:
        out = _out_with(tab, st, u, visits)
        if out < 0:
            return best
        old = wage(tab, kind, st.out[slot]) if u != v else 0
        if tab.level == SIMULATED:
            if delta + wage(tab, kind, out) - old >= best:
                return best
            out = _simulated_with(tab, st, u, visits)
            if out < 0:
                return best
        delta += wage(tab, kind, out) - old
        if delta >= best:
            return best
    _choose(st, delta, u, mode, variant, facility, second)
    return delta


@njit(cache=True)
def _leaves_room(tab: Tables, st: State, u: int, mode: int, variant: int, facility: int) -> bool:
    """Whether facilities keep their daily capacity (chains are judged after the insertion)."""
    task = tab.task[mode]
    for dim in range(tab.num_dims):
        q = tab.demand[task, dim]
        closer = st.closer[u, dim]
        if variant == PLAIN or not tab.resets[facility, dim]:
            if closer >= 0 and 0 <= tab.daily[closer, dim] < st.taken[closer, dim] + q:
                return False
            continue
        more = q if closer == facility else st.pre[u, dim] + (q if variant == FACILITY_THEN else 0)
        if 0 <= tab.daily[facility, dim] < st.taken[facility, dim] + more:
            return False
    return True


@njit(cache=True)
def _out_with(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> int:
    """Least seconds away with `visits` after `u` (without pauses); -1: breaks a law of time."""
    v = st.succ[u]
    slot = st.route[u]
    kind = st.kind[slot]
    law = tab.shift[kind]
    time = tab.time[tab.profile[kind]]
    row = st.row[u]
    if tab.level == LENGTH:
        out = st.out[slot] - (time[row, st.col[v]] if u != v else 0)
        for visit in visits:
            if visit >= 0:
                out += time[row, tab.col[visit]] + tab.duration[visit]
                row = tab.row[visit]
        out += time[row, st.col[v]]
        return out if out <= law[MAX_OUT] else -1
    length, early, late = st.head[u, 0], st.head[u, 1], st.head[u, 2]
    for visit in visits:
        if visit >= 0:
            length += time[row, tab.col[visit]]
            if early + length > tab.late[visit]:
                return -1
            wait = max(tab.early[visit] - length - late, 0)
            early = max(tab.early[visit] - length, early) - wait
            late = min(tab.late[visit] - length, late)
            length += wait + tab.duration[visit]
            row = tab.row[visit]
    length += time[row, st.col[v]]
    if early + length > st.tail[v, 2] or early + length > law[SHIFT_LATE]:
        return -1
    out = length + max(st.tail[v, 1] - length - late, 0) + st.tail[v, 0]
    return out if out <= law[MAX_OUT] else -1


@njit(cache=True)
def _simulated_with(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> int:
    """Seconds away with `visits` after `u`, pauses and all; -1: breaks a law."""
    slot = st.route[u]
    depot = tab.num_tasks + slot
    time = tab.time[tab.profile[st.kind[slot]]]
    num = 0
    row = st.row[depot]
    at = depot
    while True:
        if at != depot:
            st.visits[num] = st.mode[at]
            num += 1
        if at == u:
            for visit in visits:
                if visit >= 0:
                    st.visits[num] = visit
                    num += 1
        at = st.succ[at]
        if at == depot:
            break
    for i in range(num):
        st.legs[i] = time[row, tab.col[st.visits[i]]]
        row = tab.row[st.visits[i]]
    st.legs[num] = time[row, st.col[depot]]
    depart, back = simulate(tab, st.kind[slot], st.visits, st.legs, num)
    return back - depart if back >= 0 else -1


@njit(cache=True)
def carry_out(tab: Tables, st: State) -> bool:
    """Insert as chosen; False, and nothing changed: a facility would take too much."""
    u = st.choice[AFTER]
    slot = st.route[u]
    touch(tab, st, slot)
    visits = _visits(
        tab, st.choice[MODE], st.choice[VARIANT], st.choice[FACILITY], st.choice[SECOND]
    )
    last = u
    for visit in visits:
        if visit >= 0:
            last = link(tab, st, last, visit)
    refresh(tab, st, slot)
    if tab.limited and over_daily(tab, st):
        while last != u:
            before = st.pred[last]
            unlink(tab, st, last)
            last = before
        refresh(tab, st, slot)
        return False
    if st.choice[VARIANT] != PLAIN:
        drop_redundant(tab, st, slot)
    return True


@njit(cache=True)
def over_daily(tab: Tables, st: State) -> bool:
    """Whether a facility takes more than its daily capacity."""
    for facility in range(tab.num_facilities):
        for dim in range(tab.num_dims):
            if 0 <= tab.daily[facility, dim] < st.taken[facility, dim]:
                return True
    return False


@njit(cache=True)
def drop_redundant(tab: Tables, st: State, slot: int) -> bool:
    """Leave out facility visits the loads do not need; False: the route breaks a law of time."""
    depot = tab.num_tasks + slot
    fits = True
    v = st.succ[depot]
    while v != depot:
        after = st.succ[v]
        if v >= tab.num_tasks and _redundant(tab, st, slot, v):
            unlink(tab, st, v)
            fits = refresh(tab, st, slot)
        v = after
    return fits


@njit(cache=True)
def _redundant(tab: Tables, st: State, slot: int, v: int) -> bool:
    """Whether a facility visit can go: cheaper, and no load breaks a law without it."""
    if st.size[slot] == 0:
        return True
    kind = st.kind[slot]
    u, w = st.pred[v], st.succ[v]
    facility = st.mode[v] - tab.num_modes
    for dim in range(tab.num_dims):
        if not tab.resets[facility, dim]:
            continue
        if st.pre[u, dim] + st.stretch[v, dim] > tab.capacity[kind, dim]:
            return False
        if tab.end_empty[dim] and st.last[v, dim] and st.pre[u, dim] > 0:
            return False
    leg = tab.leg[tab.leg_class[kind]]
    short = leg[st.row[u], st.col[w]]
    return (
        short
        <= leg[st.row[u], st.col[v]] + leg[st.row[v], st.col[w]] + tab.visit_cost[kind, st.mode[v]]
    )
