"""What it costs to insert a task at one place, with facilities where it needs them; compiled."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math

from models.units import FORBIDDEN
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    CAPACITY,
    CLASS,
    DEMAND,
    DURATION,
    EARLY,
    FREE,
    LATE,
    LENGTH,
    MAX_OUT,
    PROFILE,
    RESETS,
    SHIFT_LATE,
    TASK,
    Tables,
)
from solver.routing.base.chance import draw
from solver.routing.base.clock import idle_wage, simulate
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.prices import going_out, torn
from solver.routing.ruin.state import (
    AFTER,
    BLINK,
    BUSY,
    BY_MODE,
    CLOSER,
    COL,
    DELTA,
    EXACT,
    FACILITY,
    KIND,
    LAST,
    LEG,
    LEGS,
    MODE,
    OUT,
    PAUSED,
    POOL,
    PRE,
    ROUTE,
    ROW,
    SECOND,
    SECONDS,
    SPARE,
    STRETCH,
    SUCC,
    VARIANT,
    VISITS,
    State,
)

PLAIN, FACILITY_FIRST, FACILITY_THEN = range(3)
"""Variants: [task], [facilities, task], [task, facilities]."""


@inlined
def visits_of(tab: Tables, mode: int, variant: int, facility: int, second: int) -> tuple[int, ...]:
    """The up to three mode ids to insert, in order; -1: none."""
    first_id = tab.num_modes + facility if facility >= 0 else -1
    second_id = tab.num_modes + second if second >= 0 else -1
    if variant == FACILITY_FIRST:
        return second_id, first_id, int(mode)
    return int(mode), first_id, second_id


@inlined
def choose(
    st: State, delta: int, u: int, mode: int, variant: int, facility: int, second: int
) -> None:
    """Take one way to insert for the best so far."""
    st.num[DELTA], st.num[AFTER], st.num[BY_MODE] = delta, u, mode
    st.num[VARIANT], st.num[FACILITY], st.num[SECOND] = variant, facility, second


@inlined
def blinks(st: State, blink: float) -> bool:
    """Whether to skip one way to insert, with chance `blink`: steps to the next are drawn."""
    if blink <= 0:
        return False
    st.num[BLINK] -= 1
    if st.num[BLINK] >= 0:
        return False
    st.num[BLINK] = int(math.log(1 - draw(st.rng)) / math.log(1 - blink))
    return True


@inner
def with_facility(tab: Tables, st: State, u: int, mode: int, blink: float) -> None:
    """Try the task with a facility (two where one is not enough) beside it, with blinks.

    At the edge of a trip several facilities are compared, inside one only the nearest.
    """
    if st.num[POOL] < 4:
        return
    dim = _overflow(tab, st, u, mode, PLAIN, -1, -1)
    v = st.node[u, SUCC]
    edge = u >= tab.num_tasks or v >= tab.num_tasks
    kind = st.route[st.node[u, ROUTE], KIND]
    of_class = tab.kinds[kind, CLASS]
    row, col = tab.visit[mode, AT_ROW], tab.visit[mode, AT_COL]
    base = tab.visit_cost[kind, mode]
    base += going_out(tab, st, kind) if u == v else -st.hop[u, LEG]
    base += torn(tab, st, tab.visit[mode, TASK], st.node[u, ROUTE])
    for variant in (FACILITY_FIRST, FACILITY_THEN):
        near = tab.tips[1 if variant == FACILITY_FIRST else 0]
        if variant == FACILITY_FIRST:
            delta = base + tab.leg[of_class, row, st.node[v, COL]]
        else:
            delta = base + tab.leg_to[of_class, col, st.node[u, ROW]]
        for i in range(near.shape[2] if edge else 1):
            facility = near[mode, dim, i]
            if facility < 0:
                break
            tip = tab.num_modes + facility
            if variant == FACILITY_FIRST:
                side = tab.leg_to[of_class, col, tab.visit[tip, AT_ROW]]
            else:
                side = tab.leg[of_class, row, tab.visit[tip, AT_COL]]
            least = delta + side + tab.visit_cost[kind, tip] - st.hop[u, SPARE]
            if least >= st.num[DELTA] or blinks(st, blink):
                continue
            second = -1
            rest = _overflow(tab, st, u, mode, variant, facility, second)
            if rest >= 0:
                second = near[tab.num_modes + facility, rest, 0]
                if second < 0 or _overflow(tab, st, u, mode, variant, facility, second) >= 0:
                    continue
            examine(tab, st, u, mode, variant, facility, second)


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
        if load > 0 and tab.end_empty[dim] and st.load[u, dim, LAST]:
            return dim
    return -1


@inner
def examine(
    tab: Tables, st: State, u: int, mode: int, variant: int, facility: int, second: int
) -> None:
    """Cost and clock of one way to insert after `u`; chosen when it is the best so far."""
    visits = visits_of(tab, mode, variant, facility, second)
    delta = _leg_delta(tab, st, u, visits) - st.hop[u, SPARE]
    if delta < st.num[DELTA]:
        delta += torn(tab, st, tab.visit[mode, TASK], st.node[u, ROUTE])
    if delta < st.num[DELTA]:
        weigh(tab, st, u, mode, variant, facility, second, delta + st.hop[u, SPARE])


@inner
def weigh(
    tab: Tables,
    st: State,
    u: int,
    mode: int,
    variant: int,
    facility: int,
    second: int,
    delta: int,
) -> None:
    """Clock of one way to insert after `u` that costs `delta` without it; chosen if the best."""
    if tab.limited and not _leaves_room(tab, st, u, mode, variant, facility):
        return
    if tab.level > FREE:
        visits = visits_of(tab, mode, variant, facility, second)
        delta += _clock_delta(tab, st, u, visits, st.num[DELTA] - delta)
    if delta < st.num[DELTA]:
        choose(st, delta, u, mode, variant, facility, second)


@inlined
def _leg_delta(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> int:
    """Cost of legs and visits when `visits` come after `u`; FORBIDDEN where there is no way.

    Legs to a visit are read from the transposed table: all of them, from any place, lie together.
    """
    v = st.node[u, SUCC]
    kind = st.route[st.node[u, ROUTE], KIND]
    of_class = tab.kinds[kind, CLASS]
    delta = going_out(tab, st, kind) if u == v else -st.hop[u, LEG]
    row = st.node[u, ROW]
    for visit in visits:
        if visit >= 0:
            step = tab.leg_to[of_class, tab.visit[visit, AT_COL], row]
            if step >= tab.far:
                return FORBIDDEN
            delta += step + tab.visit_cost[kind, visit]
            row = tab.visit[visit, AT_ROW]
    step = tab.leg[of_class, row, st.node[v, COL]]
    return delta + step if step < tab.far else FORBIDDEN


@inner
def _clock_delta(tab: Tables, st: State, u: int, visits: tuple[int, ...], limit: int) -> int:
    """Pay of waits, pauses and overtime more when `visits` come after `u`; FORBIDDEN: breaks a law.

    With pauses as they are now; EXACT: with the clock of the whole route, where `limit` allows.
    """
    slot = st.node[u, ROUTE]
    kind = st.route[slot, KIND]
    out, busy = _out_with(tab, st, u, visits)
    if out < 0:
        return FORBIDDEN
    old = 0
    if u != st.node[u, SUCC]:
        old = idle_wage(tab, kind, st.route[slot, OUT], st.route[slot, BUSY])
        out += st.route[slot, PAUSED]
    more = idle_wage(tab, kind, out, busy) - old
    if not st.num[EXACT] or more >= limit:
        return more
    out = _simulated_with(tab, st, u, visits)
    return idle_wage(tab, kind, out, busy) - old if out >= 0 else FORBIDDEN


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
def _out_with(tab: Tables, st: State, u: int, visits: tuple[int, ...]) -> tuple[int, int]:
    """Least seconds away, and busy ones, with `visits` after `u` (without pauses).

    -1, -1: that breaks a law of time.
    """
    v = st.node[u, SUCC]
    slot = st.node[u, ROUTE]
    kind = st.route[slot, KIND]
    law = tab.kinds[kind]
    profile = tab.kinds[kind, PROFILE]
    time_to = tab.time_to[profile]
    row = st.node[u, ROW]
    busy = st.route[slot, BUSY] - (st.hop[u, SECONDS] if u != v else 0)
    if tab.level == LENGTH:
        for visit in visits:
            if visit >= 0:
                busy += time_to[tab.visit[visit, AT_COL], row] + tab.visit[visit, DURATION]
                row = tab.visit[visit, AT_ROW]
        busy += tab.time[profile, row, st.node[v, COL]]
        return (busy, busy) if busy <= law[MAX_OUT] else (-1, -1)
    length, early, late = st.ends[u, 0], st.ends[u, 1], st.ends[u, 2]
    busy -= length
    for visit in visits:
        if visit >= 0:
            length += time_to[tab.visit[visit, AT_COL], row]
            if early + length > tab.visit[visit, LATE]:
                return -1, -1
            wait = max(tab.visit[visit, EARLY] - length - late, 0)
            early = max(tab.visit[visit, EARLY] - length, early) - wait
            late = min(tab.visit[visit, LATE] - length, late)
            length += wait + tab.visit[visit, DURATION]
            busy -= wait
            row = tab.visit[visit, AT_ROW]
    length += tab.time[profile, row, st.node[v, COL]]
    if early + length > st.ends[v, 5] or early + length > law[SHIFT_LATE]:
        return -1, -1
    out = length + max(st.ends[v, 4] - length - late, 0) + st.ends[v, 3]
    return (out, busy + length) if out <= law[MAX_OUT] else (-1, -1)


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
