"""The one insertion test, where all laws of the search live: cheapest place of a task, or none."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math

from solver.routing.arrays import (
    AT_COL,
    AT_ROW,
    CAPACITY,
    CLASS,
    DEMAND,
    DURATION,
    EARLY,
    FIRST,
    FIXED,
    FREE,
    LATE,
    LENGTH,
    MAX_OUT,
    PRIZE,
    PROFILE,
    RESETS,
    SHIFT_LATE,
    TASK,
    Tables,
)
from solver.routing.chance import draw
from solver.routing.clock import simulate, wage
from solver.routing.compiled import inner
from solver.routing.state import (
    AFTER,
    BARRED,
    BARRED_IDS,
    BLINK,
    BY_MODE,
    CLOSER,
    COL,
    DELTA,
    EXACT,
    FACILITY,
    KIND,
    LAST,
    LAWFUL,
    LEGS,
    MARK,
    MODE,
    NODE_MARK,
    NUM_SLOTS,
    OUT,
    PAUSED,
    POOL,
    POSITIONS,
    PRE,
    PRED,
    ROUTE,
    ROW,
    SECOND,
    SIZE,
    SLOT,
    SLOT_FIRST,
    STRETCH,
    SUCC,
    TRIP,
    VARIANT,
    VISITS,
    State,
    link,
    refresh,
    touch,
    unlink,
)

NUM_BESIDE = 60
"""Nearest tasks beside which an insertion is tried."""

PLAIN, FACILITY_FIRST, FACILITY_THEN = range(3)
"""Variants: [task], [facilities, task], [task, facilities]."""

EXACT_CHANCE = 0.01
"""Chance, per try, to look at every place with the whole clock once all tries were in vain."""

NO_LIMIT, FORBIDDEN = 2**60, 2**61
"""Where the search for the best insertion begins, and what no insertion may cost."""


@inner
def insert(tab: Tables, st: State, task: int, blink: float, tries: int) -> bool:
    """Insert a task at its cheapest place, skipping places with chance `blink`; False: no place.

    Places are compared by the pauses their routes take now. A route whose clock then breaks a law
    is barred to the task, and the next cheapest place is tried, `tries` times in all; then, always
    for a first plan and sometimes later, every place is tried with the clock of its whole route.
    """
    done = False
    num_barred = 0
    st.num[EXACT] = 0
    while not done and num_barred < tries:
        _look_near(tab, st, task, blink)
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
        _look_near(tab, st, task, blink)
        done = st.num[AFTER] >= 0 and carry_out(tab, st)
    return done


@inner
def _look_near(tab: Tables, st: State, task: int, blink: float) -> None:
    """Cheapest place beside near tasks; where there is none, at the ends of all routes."""
    prize = tab.tasks[task, PRIZE]
    st.num[DELTA] = NO_LIMIT if prize < 0 else prize
    st.num[AFTER] = -1
    scan(tab, st, task, list_near(tab, st, task), blink)
    if st.num[AFTER] < 0:
        scan(tab, st, task, list_ends(tab, st), 0.0)


@inner
def list_near(tab: Tables, st: State, task: int) -> int:
    """Write to `positions` the places beside near tasks, at ends of their trips, in new routes."""
    n = tab.num_tasks
    st.num[MARK] += 1
    stamp = st.num[MARK]
    num = 0
    for i in range(min(tab.near.shape[1], NUM_BESIDE)):
        v = tab.near[task, i]
        slot = st.node[v, ROUTE]
        if slot < 0:
            continue
        trip = st.node[v, TRIP]
        depot = n + slot
        for u in (v, st.node[v, PRED], trip, st.node[trip, PRED], st.node[depot, PRED]):
            if st.ints[NODE_MARK, u] != stamp and st.node[u, ROUTE] >= 0:
                st.ints[NODE_MARK, u] = stamp
                st.ids[POSITIONS, num] = u
                num += 1
    for kind in range(len(st.stack)):
        if st.stack[kind, NUM_SLOTS] > 0:
            st.ids[POSITIONS, num] = (
                n + st.route[st.stack[kind, SLOT_FIRST] + st.stack[kind, NUM_SLOTS] - 1, SLOT]
            )
            num += 1
    return num


@inner
def list_ends(tab: Tables, st: State) -> int:
    """Write to `positions` the first and last place of every route in use."""
    num = 0
    for slot in range(len(st.route)):
        depot = tab.num_tasks + slot
        if st.node[depot, SUCC] != depot:
            st.ids[POSITIONS, num] = depot
            st.ids[POSITIONS, num + 1] = st.node[depot, PRED]
            num += 2
    return num


@inner
def scan(tab: Tables, st: State, task: int, num: int, blink: float) -> None:
    """Keep in `choice` the cheapest of the `num` listed positions over all modes."""
    dims = tab.num_dims
    simple = tab.level == FREE and tab.limited == 0
    best = st.num[DELTA]
    until = st.num[BLINK] if blink > 0 else num
    for i in range(num):
        if until == 0:
            until = int(math.log(1 - draw(st.rng)) / math.log(1 - blink))
            continue
        until -= 1
        u = st.ids[POSITIONS, i]
        v = st.node[u, SUCC]
        slot = st.node[u, ROUTE]
        if st.route[slot, BARRED]:
            continue
        kind = st.route[slot, KIND]
        fits = True
        for dim in range(dims):
            q = tab.tasks[task, DEMAND + dim]
            if q > 0 and (
                st.load[u, dim, STRETCH] + q > tab.kinds[kind, CAPACITY + dim]
                or (tab.end_empty[dim] and st.load[u, dim, LAST])
            ):
                fits = False
        if not fits and tab.num_facilities == 0:
            continue
        leg = tab.leg[tab.kinds[kind, CLASS]]
        base = tab.kinds[kind, FIXED] if u == v else -leg[st.node[u, ROW], st.node[v, COL]]
        for mode in range(tab.tasks[task, FIRST], tab.tasks[task + 1, FIRST]):
            legs = (
                leg[st.node[u, ROW], tab.visit[mode, AT_COL]]
                + leg[tab.visit[mode, AT_ROW], st.node[v, COL]]
            )
            delta = legs + base + tab.visit_cost[kind, mode]
            if delta >= best or legs >= tab.far:
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


@inner
def _choose(
    st: State, delta: int, u: int, mode: int, variant: int, facility: int, second: int
) -> None:
    st.num[DELTA], st.num[AFTER], st.num[BY_MODE] = delta, u, mode
    st.num[VARIANT], st.num[FACILITY], st.num[SECOND] = variant, facility, second


@inner
def _visits(tab: Tables, mode: int, variant: int, facility: int, second: int) -> tuple[int, ...]:
    """The up to three mode ids to insert, in order; -1: none."""
    first_id = tab.num_modes + facility if facility >= 0 else -1
    second_id = tab.num_modes + second if second >= 0 else -1
    if variant == FACILITY_FIRST:
        return second_id, first_id, int(mode)
    return int(mode), first_id, second_id


@inner
def _with_facility(tab: Tables, st: State, u: int, mode: int) -> int:
    """Try the task with a facility (two where one is not enough) beside it; the best delta.

    At the edge of a trip several facilities are compared, inside one only the nearest.
    """
    if st.num[POOL] < 4:
        return st.num[DELTA]
    dim = _overflow(tab, st, u, mode, PLAIN, -1, -1)
    edge = u >= tab.num_tasks or st.node[u, SUCC] >= tab.num_tasks
    for variant in (FACILITY_FIRST, FACILITY_THEN):
        near = tab.tips[1 if variant == FACILITY_FIRST else 0]
        for i in range(near.shape[2] if edge else 1):
            facility = near[mode, dim, i]
            if facility < 0:
                break
            second = -1
            rest = _overflow(tab, st, u, mode, variant, facility, second)
            if rest >= 0:
                second = near[tab.num_modes + facility, rest, 0]
                if second < 0 or _overflow(tab, st, u, mode, variant, facility, second) >= 0:
                    continue
            _examine(tab, st, u, mode, variant, facility, second)
    return st.num[DELTA]


@inner
def _overflow(
    tab: Tables, st: State, u: int, mode: int, variant: int, facility: int, second: int
) -> int:
    """First dimension in which the load would break a law, -1: none."""
    kind = st.route[st.node[u, ROUTE], KIND]
    task = tab.visit[mode, TASK]
    for dim in range(tab.num_dims):
        q = tab.tasks[task, DEMAND + dim]
        load = st.load[u, dim, STRETCH] + q
        if (facility >= 0 and tab.facility[facility, RESETS + dim]) or (
            second >= 0 and tab.facility[second, RESETS + dim]
        ):
            if variant == FACILITY_THEN:
                if st.load[u, dim, PRE] + q > tab.kinds[kind, CAPACITY + dim]:
                    return dim
                continue
            load -= st.load[u, dim, PRE]
        if load > tab.kinds[kind, CAPACITY + dim]:
            return dim
        if q > 0 and tab.end_empty[dim] and st.load[u, dim, LAST]:
            return dim
    return -1


@inner
def _examine(
    tab: Tables, st: State, u: int, mode: int, variant: int, facility: int, second: int
) -> int:
    """Cost and clock of one way to insert after `u`; keeps it when best; the best delta."""
    visits = _visits(tab, mode, variant, facility, second)
    best = st.num[DELTA]
    delta = _leg_delta(tab, st, u, visits)
    if delta >= best:
        return best
    if tab.limited and not _leaves_room(tab, st, u, mode, variant, facility):
        return best
    if tab.level > FREE:
        delta += _clock_delta(tab, st, u, visits, best - delta)
        if delta >= best:
            return best
    _choose(st, delta, u, mode, variant, facility, second)
    return delta


@inner
def _leg_delta(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> int:
    """Cost of legs and visits when `visits` come after `u`; FORBIDDEN where there is no way."""
    v = st.node[u, SUCC]
    kind = st.route[st.node[u, ROUTE], KIND]
    leg = tab.leg[tab.kinds[kind, CLASS]]
    delta = tab.kinds[kind, FIXED] if u == v else -leg[st.node[u, ROW], st.node[v, COL]]
    row = st.node[u, ROW]
    for visit in visits:
        if visit >= 0:
            step = leg[row, tab.visit[visit, AT_COL]]
            if step >= tab.far:
                return FORBIDDEN
            delta += step + tab.visit_cost[kind, visit]
            row = tab.visit[visit, AT_ROW]
    step = leg[row, st.node[v, COL]]
    return delta + step if step < tab.far else FORBIDDEN


@inner
def _clock_delta(tab: Tables, st: State, u: int, visits: tuple[int, ...], limit: int) -> int:
    """Wages more when `visits` come after `u`; FORBIDDEN where a law of time breaks.

    With pauses as they are now; EXACT: with the clock of the whole route, where `limit` allows.
    """
    slot = st.node[u, ROUTE]
    kind = st.route[slot, KIND]
    out = _out_with(tab, st, u, visits)
    if out < 0:
        return FORBIDDEN
    old = 0
    if u != st.node[u, SUCC]:
        old = wage(tab, kind, st.route[slot, OUT])
        out += st.route[slot, PAUSED]
    more = wage(tab, kind, out) - old
    if not st.num[EXACT] or more >= limit:
        return more
    out = _simulated_with(tab, st, u, visits)
    return wage(tab, kind, out) - old if out >= 0 else FORBIDDEN


@inner
def _leaves_room(tab: Tables, st: State, u: int, mode: int, variant: int, facility: int) -> bool:
    """Whether facilities keep their daily capacity (chains are judged after the insertion)."""
    task = tab.visit[mode, TASK]
    for dim in range(tab.num_dims):
        q = tab.tasks[task, DEMAND + dim]
        closer = st.load[u, dim, CLOSER]
        if variant == PLAIN or not tab.facility[facility, RESETS + dim]:
            if (
                closer >= 0
                and 0
                <= tab.facility[closer, RESETS + tab.num_dims + dim]
                < st.taken[-1, closer, dim] + q
            ):
                return False
            continue
        more = (
            q
            if closer == facility
            else st.load[u, dim, PRE] + (q if variant == FACILITY_THEN else 0)
        )
        if (
            0
            <= tab.facility[facility, RESETS + tab.num_dims + dim]
            < st.taken[-1, facility, dim] + more
        ):
            return False
    return True


@inner
def _out_with(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> int:
    """Least seconds away with `visits` after `u` (without pauses); -1: breaks a law of time."""
    v = st.node[u, SUCC]
    slot = st.node[u, ROUTE]
    kind = st.route[slot, KIND]
    law = tab.kinds[kind]
    time = tab.time[tab.kinds[kind, PROFILE]]
    row = st.node[u, ROW]
    if tab.level == LENGTH:
        out = st.route[slot, OUT] - (time[row, st.node[v, COL]] if u != v else 0)
        for visit in visits:
            if visit >= 0:
                out += time[row, tab.visit[visit, AT_COL]] + tab.visit[visit, DURATION]
                row = tab.visit[visit, AT_ROW]
        out += time[row, st.node[v, COL]]
        return out if out <= law[MAX_OUT] else -1
    length, early, late = st.ends[u, 0], st.ends[u, 1], st.ends[u, 2]
    for visit in visits:
        if visit >= 0:
            length += time[row, tab.visit[visit, AT_COL]]
            if early + length > tab.visit[visit, LATE]:
                return -1
            wait = max(tab.visit[visit, EARLY] - length - late, 0)
            early = max(tab.visit[visit, EARLY] - length, early) - wait
            late = min(tab.visit[visit, LATE] - length, late)
            length += wait + tab.visit[visit, DURATION]
            row = tab.visit[visit, AT_ROW]
    length += time[row, st.node[v, COL]]
    if early + length > st.ends[v, 5] or early + length > law[SHIFT_LATE]:
        return -1
    out = length + max(st.ends[v, 4] - length - late, 0) + st.ends[v, 3]
    return out if out <= law[MAX_OUT] else -1


@inner
def _simulated_with(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> int:
    """Seconds away with `visits` after `u`, pauses and all; -1: breaks a law."""
    slot = st.node[u, ROUTE]
    depot = tab.num_tasks + slot
    time = tab.time[tab.kinds[st.route[slot, KIND], PROFILE]]
    num = 0
    row = st.node[depot, ROW]
    at = depot
    while True:
        if at != depot:
            st.ids[VISITS, num] = st.node[at, MODE]
            num += 1
        if at == u:
            for visit in visits:
                if visit >= 0:
                    st.ids[VISITS, num] = visit
                    num += 1
        at = st.node[at, SUCC]
        if at == depot:
            break
    for i in range(num):
        st.ints[LEGS, i] = time[row, tab.visit[st.ids[VISITS, i], AT_COL]]
        row = tab.visit[st.ids[VISITS, i], AT_ROW]
    st.ints[LEGS, num] = time[row, st.node[depot, COL]]
    depart, back = simulate(tab, st.route[slot, KIND], st.ids[VISITS], st.ints[LEGS], num)
    return back - depart if back >= 0 else -1


@inner
def carry_out(tab: Tables, st: State) -> bool:
    """Insert as chosen; False, and nothing changed: it breaks a law of time or of a facility."""
    u = st.num[AFTER]
    slot = st.node[u, ROUTE]
    touch(tab, st, slot)
    visits = _visits(tab, st.num[BY_MODE], st.num[VARIANT], st.num[FACILITY], st.num[SECOND])
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


@inner
def over_daily(tab: Tables, st: State) -> bool:
    """Whether a facility takes more than its daily capacity."""
    for facility in range(tab.num_facilities):
        for dim in range(tab.num_dims):
            if (
                0
                <= tab.facility[facility, RESETS + tab.num_dims + dim]
                < st.taken[-1, facility, dim]
            ):
                return True
    return False


@inner
def drop_redundant(tab: Tables, st: State, slot: int) -> bool:
    """Leave out facility visits the loads do not need; whether the route keeps the laws of time.

    A visit stays where only it makes the route lawful, as a pause for a meal may need it.
    """
    depot = tab.num_tasks + slot
    v = st.node[depot, SUCC]
    while v != depot:
        after = st.node[v, SUCC]
        if v >= tab.num_tasks and _redundant(tab, st, slot, v):
            before, mode = st.node[v, PRED], st.node[v, MODE]
            lawful = st.route[slot, LAWFUL]
            unlink(tab, st, v)
            if not refresh(tab, st, slot) and lawful:
                link(tab, st, before, mode)
                refresh(tab, st, slot)
        v = after
    return st.route[slot, LAWFUL] > 0


@inner
def _redundant(tab: Tables, st: State, slot: int, v: int) -> bool:
    """Whether a facility visit can go: cheaper, and no load breaks a law without it."""
    if st.route[slot, SIZE] == 0:
        return True
    kind = st.route[slot, KIND]
    u, w = st.node[v, PRED], st.node[v, SUCC]
    facility = st.node[v, MODE] - tab.num_modes
    for dim in range(tab.num_dims):
        if not tab.facility[facility, RESETS + dim]:
            continue
        if st.load[u, dim, PRE] + st.load[v, dim, STRETCH] > tab.kinds[kind, CAPACITY + dim]:
            return False
        if tab.end_empty[dim] and st.load[v, dim, LAST] and st.load[u, dim, PRE] > 0:
            return False
    leg = tab.leg[tab.kinds[kind, CLASS]]
    short = leg[st.node[u, ROW], st.node[w, COL]]
    return (
        short
        <= leg[st.node[u, ROW], st.node[v, COL]]
        + leg[st.node[v, ROW], st.node[w, COL]]
        + tab.visit_cost[kind, st.node[v, MODE]]
    )
