"""The one insertion test, where all laws of the search live: cheapest place of a task, or none."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    AWAY,
    CAPACITY,
    CLASS,
    DEMAND,
    FIRST,
    FREE,
    LEAST,
    NEAREST,
    PRIZE,
    SIMULATED,
    WINDOWS,
    Tables,
)
from solver.routing.base.chance import draw
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.change import touch
from solver.routing.ruin.facility_visits import drop_redundant, over_daily
from solver.routing.ruin.links import link, unlink
from solver.routing.ruin.overload import price_beside, priced
from solver.routing.ruin.prices import going_out, torn
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import (
    AFTER,
    BARRED,
    BARRED_IDS,
    BY_MODE,
    COL,
    DELTA,
    DEMANDED,
    EXACT,
    FACILITY,
    KIND,
    LAST,
    LEG,
    MARK,
    NEAR_BY,
    NODE_MARK,
    NUM_SLOTS,
    PLACES,
    PRED,
    ROUTE,
    ROW,
    SECOND,
    SLOT,
    SLOT_FIRST,
    SPARE,
    STRETCH,
    SUCC,
    TRIP,
    TRIP_MARK,
    TRIPS,
    VARIANT,
    State,
)
from solver.routing.ruin.trial import PLAIN, blinks, choose, visits_of, weigh, with_facility

NUM_BESIDE = 60
"""An insertion is tried beside so many of the nearest tasks (chosen)."""

NUM_BESIDE_IN_TIME = 128
"""So many instead where windows bind and no pause is simulated (measured on two files of 1,000
customers in long routes: few of the nearest have room in their hours)."""

MOSTLY_FULL = 0.9
"""From this share of what the trips may carry, most of them have no room for a task (chosen)."""

EXACT_CHANCE = 0.01
"""Once all tries were in vain, every place is looked at with the whole clock with this chance per
try (chosen: it is slow)."""


@inlined
def insert(tab: Tables, st: State, task: int, blink: float, tries: int, room: int) -> bool:
    """Insert a task at its cheapest place, skipping places with chance `blink`.

    False: no place costs less than `room`, or less than leaving the task out.

    Places are compared by the pauses their routes take now. A route whose clock then breaks a law
    is barred to the task, and the next cheapest place is tried, `tries` times in all; then, always
    for a first plan and sometimes later, every place is tried with the clock of its whole route.
    """
    done = False
    num_barred = 0
    st.num[EXACT] = 0
    while not done and num_barred < tries:
        _look(tab, st, task, blink, room)
        if st.num[AFTER] < 0:
            break
        done = carry_out(tab, st)
        if not done:
            slot = st.node[st.num[AFTER], ROUTE]
            st.route[slot, BARRED] = 1
            st.ids[BARRED_IDS, num_barred] = slot
            num_barred += 1
    for i in range(num_barred):
        st.route[st.ids[BARRED_IDS, i], BARRED] = 0
    if not done and num_barred > 0 and draw(st.rng) < tries * EXACT_CHANCE:
        st.num[EXACT] = 1
        _look(tab, st, task, blink, room)
        done = st.num[AFTER] >= 0 and carry_out(tab, st)
    return done


@inner
def _look(tab: Tables, st: State, task: int, blink: float, room: int) -> None:
    """Cheapest place beside near tasks; where there is none, at the ends of all routes."""
    prize = tab.tasks[task, PRIZE]
    st.num[DELTA] = room if prize < 0 else min(prize, room)
    st.num[AFTER] = -1
    most = NUM_BESIDE_IN_TIME if tab.level == WINDOWS else NUM_BESIDE
    compare(tab, st, task, blink, min(tab.near.shape[1], most))
    if st.num[AFTER] < 0:
        compare(tab, st, task, 0.0, 0)


@inlined
def list_near(tab: Tables, st: State, task: int, most: int) -> int:
    """Where most trips are full, write to `near_by` which of the `most` nearest have room beside.

    Returns their number; -1: most trips have room, look beside all. The pass has no branches.
    """
    widest = 0
    if tab.num_dims > 0 and tab.num_facilities == 0 and not priced(st):
        for kind in range(len(tab.kinds)):
            widest = max(widest, tab.kinds[kind, CAPACITY + 0])
    if widest == 0 or st.num[DEMANDED] <= MOSTLY_FULL * st.num[TRIPS] * widest:
        return -1
    brim = widest - tab.tasks[task, DEMAND + 0]
    num = 0
    for i in range(most):
        st.ids[NEAR_BY, num] = i
        num += st.load[tab.near[task, i], 0, STRETCH] <= brim
    return num


@inlined
def list_places(
    tab: Tables, st: State, task: int, i: int, num_near: int, listed: bool, ends: bool
) -> int:
    """Write to `places` where to look in step `i`; their number.

    First beside the near tasks, those `listed` in `near_by` or all, and at the ends of their trips,
    then in an empty route per type; or at the `ends` of all routes.
    """
    num = 0
    if ends:
        depot = tab.num_tasks + i
        if st.node[depot, SUCC] != depot:
            st.ids[PLACES, 0], st.ids[PLACES, 1] = depot, st.node[depot, PRED]
            num = 2
    elif i >= num_near:
        free_slots = st.stack[i - num_near, NUM_SLOTS]
        if free_slots > 0:
            top = st.stack[i - num_near, SLOT_FIRST] + free_slots - 1
            st.ids[PLACES, 0] = tab.num_tasks + st.route[top, SLOT]
            num = 1
    else:
        rank = st.ids[NEAR_BY, i] if listed else i
        v = tab.near[task, rank]
        if st.node[v, ROUTE] >= 0:
            num = list_beside(tab, st, task, v, tab.near_leg[task, rank])
    return num


@inlined
def list_beside(tab: Tables, st: State, task: int, v: int, leg: int) -> int:
    """Write to `places` those beside a near task and at the ends of its trip that may pay.

    No task not looked at yet is nearer than `leg`; where pauses are, and near tasks are not in the
    order of their legs, than the nearest of all. Where the leg a place replaces, and the waiting
    there, are too short to make up for two such legs, or for that to a depot, it is passed over.
    """
    trip, u = st.node[v, TRIP], st.node[v, PRED]
    least = tab.tasks[task, LEAST] - st.num[DELTA]
    other = tab.tasks[task, NEAREST] if tab.level == SIMULATED else leg
    seen = st.ints[TRIP_MARK, trip] == st.num[MARK]
    before, after = st.hop[u, LEG] + st.hop[u, SPARE], st.hop[v, LEG] + st.hop[v, SPARE]
    if seen and max(before, after) <= leg + other + least:
        return 0  # what most near tasks come to
    st.ids[PLACES, 0], st.ids[PLACES, 1] = v, u
    listed = 2
    if not seen:
        st.ints[TRIP_MARK, trip] = st.num[MARK]
        st.ids[PLACES, 2], st.ids[PLACES, 3] = trip, st.node[trip, PRED]
        st.ids[PLACES, 4] = st.node[tab.num_tasks + st.node[v, ROUTE], PRED]
        listed = 5
    num = 0
    for i in range(listed):
        u = st.ids[PLACES, i]
        w = st.node[u, SUCC]
        if i == 2 and tab.level == WINDOWS:  # near tasks are not in the order of their legs
            leg = other = 0
        before = shortest(tab, st, task, u, leg if u == v else other)
        after = shortest(tab, st, task, w, leg if w == v else other)
        if st.hop[u, LEG] + st.hop[u, SPARE] > least + before + after:
            st.ids[PLACES, num] = u
            num += 1
    return num


@inlined
def shortest(tab: Tables, st: State, task: int, node: int, leg: int) -> int:
    """No leg between the task and a node is shorter; `leg` where that is another task."""
    if node < tab.num_tasks:
        return leg
    return tab.tasks[task, AWAY] if node < tab.num_tasks + len(st.route) else 0


@inlined
def has_room(tab: Tables, st: State, kind: int, task: int, u: int) -> bool:
    """Whether the stretch of load that node `u` ends has room for the task."""
    fits = True
    for dim in range(tab.num_dims):
        q = tab.tasks[task, DEMAND + dim]
        load = st.load[u, dim, STRETCH] + q
        if (q > 0 and load > tab.kinds[kind, CAPACITY + dim]) or (
            load > 0 and tab.end_empty[dim] and st.load[u, dim, LAST]
        ):
            fits = False
    return fits


@inner
def compare(tab: Tables, st: State, task: int, blink: float, most_near: int) -> None:
    """Choose the cheapest of all places to look at, over all modes of the task."""
    st.num[MARK] += 1
    stamp = st.num[MARK]
    simple = tab.level == FREE and tab.limited == 0
    first, last = tab.tasks[task, FIRST], tab.tasks[task + 1, FIRST]
    ends = most_near == 0
    num_near = list_near(tab, st, task, most_near)
    listed = num_near >= 0
    if not listed:
        num_near = most_near
    for i in range(len(st.route) if ends else num_near + len(st.stack)):
        num = list_places(tab, st, task, i, num_near, listed, ends)
        for j in range(num):
            u = st.ids[PLACES, j]
            slot = st.node[u, ROUTE]
            if st.ints[NODE_MARK, u] == stamp or st.route[slot, BARRED]:
                continue
            st.ints[NODE_MARK, u] = stamp
            kind = st.route[slot, KIND]
            fits = has_room(tab, st, kind, task, u)
            penalty = 0 if fits or tab.num_facilities > 0 else price_beside(tab, st, kind, task, u)
            penalty += torn(tab, st, task, slot)
            if penalty > 0 and penalty >= st.num[DELTA]:
                continue
            if blinks(st, blink):
                continue
            v = st.node[u, SUCC]
            row, col = st.node[u, ROW], st.node[v, COL]
            of_class = tab.kinds[kind, CLASS]
            base = penalty + (going_out(tab, st, kind) if u == v else -st.hop[u, LEG])
            most = st.num[DELTA] - base + st.hop[u, SPARE]
            for mode in range(first, last):
                if tab.visit_cost[kind, mode] >= most:
                    continue
                legs = (
                    tab.leg_to[of_class, tab.visit[mode, AT_COL], row]
                    + tab.leg[of_class, tab.visit[mode, AT_ROW], col]
                )
                delta = legs + base + tab.visit_cost[kind, mode]
                if delta - st.hop[u, SPARE] >= st.num[DELTA] or legs >= tab.far:
                    continue
                if not fits and tab.num_facilities > 0:
                    with_facility(tab, st, u, mode, blink)
                elif simple:
                    choose(st, delta, u, mode, PLAIN, -1, -1)
                else:
                    weigh(tab, st, u, mode, PLAIN, -1, -1, delta)


@inlined
def carry_out(tab: Tables, st: State) -> bool:
    """Insert as chosen; False, and nothing changed: it breaks a law of time or of a facility."""
    u = st.num[AFTER]
    slot = st.node[u, ROUTE]
    touch(tab, st, slot)
    visits = visits_of(tab, st.num[BY_MODE], st.num[VARIANT], st.num[FACILITY], st.num[SECOND])
    last = u
    for visit in visits:
        if visit >= 0:
            last = link(tab, st, last, visit)
    fits = refresh(tab, st, slot)
    if not fits or (tab.limited and over_daily(tab, st)):
        while last != u:
            before = st.node[last, PRED]
            unlink(tab, st, last)
            last = before
        refresh(tab, st, slot)
        return False
    if st.num[VARIANT] != PLAIN:
        drop_redundant(tab, st, slot)
    return True
