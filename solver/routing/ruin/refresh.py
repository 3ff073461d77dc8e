"""Everything that follows from a route's order: cost, loads, trips, clock; compiled."""

from __future__ import annotations

from solver.routing.base.arrays import (
    AVAILABLE,
    CAPACITY,
    DAY_COST,
    DEMAND,
    DURATION,
    EARLY,
    END,
    FIXED,
    FREE,
    LATE,
    LEAST_PAID,
    MAX_OUT,
    MAX_WORK,
    MEAL,
    PER_OVERTIME,
    PER_S,
    RESETS,
    REST,
    SHIFT_EARLY,
    SHIFT_LATE,
    SIMULATED,
    START,
    WINDOWS,
    Tables,
)
from solver.routing.base.clock import idle_wage, short_of, simulate
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.overload import note_overload
from solver.routing.ruin.prices import day_of_next, torn
from solver.routing.ruin.state import (
    ABSENT,
    ABSENT_IDS,
    BUSY,
    CLOSER,
    COL,
    COST,
    COUNTED,
    KIND,
    LAST,
    LAWFUL,
    LEG,
    LEGS,
    MODE,
    NUM_SLOTS,
    OUT,
    OVER,
    PAUSED,
    PLACE,
    POOL,
    POOL_IDS,
    PRE,
    PRED,
    ROUTE,
    ROW,
    SECONDS,
    SERVED,
    SIZE,
    SLOT,
    SLOT_FIRST,
    SLOT_PLACE,
    SPARE,
    STRETCH,
    SUCC,
    TOTAL,
    TRIP,
    TRIP_SIZE,
    TRIPS,
    TRIPS_OF,
    VISITS,
    State,
)


@inner
def refresh(tab: Tables, st: State, slot: int) -> bool:
    """Recompute everything about one route; False: it breaks a law of time."""
    depot = tab.num_tasks + slot
    was_cost, was_trips, was_size = (
        st.route[slot, COST],
        st.route[slot, TRIPS_OF],
        st.route[slot, SIZE],
    )
    cost, fits = _forward(tab, st, slot, depot)
    empty = st.node[depot, SUCC] == depot
    if empty:
        cost, fits = 0, True
        st.route[slot, OUT] = st.route[slot, PAUSED] = st.route[slot, BUSY] = 0
    elif tab.level > FREE:
        fits = fits and _time_route(tab, st, slot, depot)
        route = st.route[slot]
        cost += idle_wage(tab, route[KIND], route[OUT], route[BUSY])
    _backward(tab, st, slot, depot)
    if tab.limited:
        _retake(tab, st, slot, depot)
    if tab.num_facilities == 0:
        note_overload(tab, st, slot, st.route[slot, KIND])
    st.route[slot, COST] = cost
    st.num[TOTAL] += cost - was_cost
    st.num[TRIPS] += st.route[slot, TRIPS_OF] - was_trips
    st.num[SERVED] += st.route[slot, SIZE] - was_size
    _book_slot(tab, st, slot, empty)
    st.route[slot, LAWFUL] = fits
    return fits


@inlined
def _forward(tab: Tables, st: State, slot: int, depot: int) -> tuple[int, bool]:
    """Loads, trips, places and times from the depot on.

    Returns the route's cost without the clock, and whether windows and shift are kept.
    """
    kind = st.route[slot, KIND]
    n, dims = tab.num_tasks, tab.num_dims
    for dim in range(dims):
        st.load[depot, dim, PRE] = tab.kinds[kind, CAPACITY + tab.num_dims + dim]
    cost = tab.kinds[kind, FIXED]
    st.route[slot, COUNTED] += 1
    size = 0
    trips = 0
    busy = 0
    trip = u = depot
    place = 0
    timed, fits = tab.level >= WINDOWS, True
    if timed:
        _begin_ends(tab, st, kind, depot)
    while True:
        v = st.node[u, SUCC]
        cost += st.hop[u, LEG]
        busy += st.hop[u, SECONDS]
        if v == depot:
            break
        mode = st.node[v, MODE]
        cost += tab.visit_cost[kind, mode]
        busy += tab.visit[mode, DURATION]
        st.node[v, ROUTE] = slot
        if timed:
            fits = _extend(tab, st, u, v) and fits
        if v < n:
            for dim in range(dims):
                st.load[v, dim, PRE] = st.load[u, dim, PRE] + tab.tasks[v, DEMAND + dim]
            st.node[v, TRIP], st.node[v, PLACE] = trip, place
            place += 1
            cost += torn(tab, st, v, slot)
            for i in range(tab.bundle.shape[1]):
                if tab.bundle[v, i] >= 0:
                    st.bundled[slot, tab.bundle[v, i]] = st.route[slot, COUNTED]
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
    st.route[slot, BUSY] = busy
    if timed:
        back = st.ends[u, 1] + st.ends[u, 0] + st.hop[u, SECONDS]
        fits = fits and back <= tab.kinds[kind, SHIFT_LATE]
    return cost, fits


@inlined
def _begin_ends(tab: Tables, st: State, kind: int, depot: int) -> None:
    """Leave the depot within the shift, and come home within it."""
    law = tab.kinds[kind]
    for at in (0, 3):
        st.ends[depot, at] = 0
        st.ends[depot, at + 1], st.ends[depot, at + 2] = law[SHIFT_EARLY], law[SHIFT_LATE]


@inlined
def _extend(tab: Tables, st: State, u: int, v: int) -> bool:
    """Duration, earliest and latest start up to node `v` after `u`; False: too late for it."""
    mode = st.node[v, MODE]
    delta = st.ends[u, 0] + st.hop[u, SECONDS]
    opens, closes = tab.visit[mode, EARLY], tab.visit[mode, LATE]
    wait = max(opens - delta - st.ends[u, 2], 0)
    st.ends[v, 0] = delta + wait + tab.visit[mode, DURATION]
    st.ends[v, 1] = max(opens - delta, st.ends[u, 1]) - wait
    st.ends[v, 2] = min(closes - delta, st.ends[u, 2])
    return st.ends[u, 1] + delta <= closes


@inlined
def _precede(tab: Tables, st: State, v: int, w: int) -> None:
    """Duration, earliest and latest start from node `v` on, before `w`."""
    mode = st.node[v, MODE]
    opens, closes = tab.visit[mode, EARLY], tab.visit[mode, LATE]
    delta = tab.visit[mode, DURATION] + st.hop[v, SECONDS]
    wait = max(st.ends[w, 4] - delta - closes, 0)
    st.ends[v, 3] = delta + wait + st.ends[w, 3]
    st.ends[v, 4] = max(st.ends[w, 4] - delta, opens) - wait
    st.ends[v, 5] = min(st.ends[w, 5] - delta, closes)


@inlined
def _backward(tab: Tables, st: State, slot: int, depot: int) -> None:
    """Loads of whole stretches between resets, times and waits, from the end of the route back.

    `SPARE` of a leg is the pay of the waiting there: what lies there may fill it, and elsewhere
    saves nothing. Waits inside what comes before a leg, and inside what comes after, are the least
    there can be; `_spare_anywhere` tells of what may go anywhere.
    """
    n, dims = tab.num_tasks, tab.num_dims
    timed = tab.level >= WINDOWS
    loose, short = _spare_anywhere(tab, st, slot, depot)
    law = tab.kinds[st.route[slot, KIND]]
    rate = law[PER_S] + law[PER_OVERTIME]
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
        if timed:
            drive = st.hop[v, SECONDS] if v != w else 0
            wait = st.ends[w, 4] - st.ends[v, 0] - drive - st.ends[v, 2]
            st.hop[v, SPARE] = rate * (max(wait, 0) + loose) + short
        if v == depot:
            return
        if timed:
            _precede(tab, st, v, w)
        v, w = st.node[v, PRED], v


@inlined
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
    """Seconds a route that serves something is out, and of pauses; False: it breaks a law."""
    kind = st.route[slot, KIND]
    law = tab.kinds[kind]
    if tab.level == SIMULATED:
        num = list_route(tab, st, slot)
        depart, back = simulate(tab, kind, st.ids[VISITS], st.ints[LEGS], num)
        st.route[slot, OUT] = max(back - depart, 0)
        idle = max(back - depart - _least_out(tab, st, kind, depot), 0)
        rests = st.route[slot, BUSY] // law[MAX_WORK] if law[MAX_WORK] > 0 else 0
        st.route[slot, PAUSED] = min(idle, law[MEAL] + rests * law[REST])
        return back >= 0
    out = _least_out(tab, st, kind, depot) if tab.level == WINDOWS else st.route[slot, BUSY]
    st.route[slot, OUT] = out
    return out <= law[MAX_OUT]


@inlined
def _spare_anywhere(tab: Tables, st: State, slot: int, depot: int) -> tuple[int, int]:
    """Seconds that pauses make of a whole route beyond their length, which may go anywhere.

    And the pay of what lacks to the hours paid at least and to an even duty.
    """
    if tab.level < WINDOWS or st.node[depot, SUCC] == depot:
        return 0, 0
    kind, out = st.route[slot, KIND], st.route[slot, OUT]
    law = tab.kinds[kind]
    short = law[PER_S] * max(law[LEAST_PAID] - out, 0) + short_of(tab, kind, out)
    if tab.level < SIMULATED:
        return 0, short
    return max(out - _least_out(tab, st, kind, depot) - st.route[slot, PAUSED], 0), short


@inner
def _least_out(tab: Tables, st: State, kind: int, depot: int) -> int:
    """Seconds away without any pause, from the ends of the route."""
    u = st.node[depot, PRED]
    delta = st.ends[u, 0] + st.hop[u, SECONDS]
    return delta + max(tab.kinds[kind, SHIFT_EARLY] - delta - st.ends[u, 2], 0)


@inner
def list_route(tab: Tables, st: State, slot: int) -> int:
    """Write the route's mode ids and leg durations to `visits` and `legs`; number of visits."""
    depot = tab.num_tasks + slot
    num = 0
    u = depot
    while True:
        v = st.node[u, SUCC]
        st.ints[LEGS, num] = st.hop[u, SECONDS]
        if v == depot:
            return num
        st.ids[VISITS, num] = st.node[v, MODE]
        num += 1
        u = v


@inlined
def _book_slot(tab: Tables, st: State, slot: int, empty: bool) -> None:
    """Keep the stacks of free slots, and pay for the days of vehicles that go out."""
    kind = st.route[slot, KIND]
    first = st.stack[kind, SLOT_FIRST]
    place = st.route[slot, SLOT_PLACE]
    if not empty and place >= 0 and tab.kinds[kind, DAY_COST] > 0:
        st.num[TOTAL] += day_of_next(tab, st, kind)
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
    if empty and place < 0 and tab.kinds[kind, DAY_COST] > 0:
        st.num[TOTAL] -= day_of_next(tab, st, kind)


@inner
def reset(tab: Tables, st: State) -> None:
    """Empty all routes; every task becomes absent."""
    n = tab.num_tasks
    slot = 0
    st.route[:] = 0
    st.bundled[:] = 0  # or stamps of before would count as those of the routes to come
    st.num[TOTAL] = st.num[TRIPS] = st.num[SERVED] = st.num[OVER] = 0
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
