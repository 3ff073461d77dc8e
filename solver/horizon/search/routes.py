"""Routes of the plan in hand: links, sums, and how changes are taken back; compiled."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from solver.horizon.search.arrays import (
    ABSENT,
    AMOUNT,
    COL,
    COST,
    EXTRA,
    LATE,
    LEG,
    MODE,
    NUM_OUT,
    NUM_OUT_BEFORE,
    NUM_SWITCHED,
    NUM_TOUCHED,
    OUT,
    OUT_BEFORE,
    OUT_OF,
    OVER,
    OVERLOAD,
    PATTERN,
    PATTERN_COST,
    PRED,
    PRICE,
    ROUTE,
    ROW,
    SECONDS,
    SERVED,
    SIZE,
    SLOT_DAY,
    SLOT_KIND,
    STAMP,
    SUCC,
    SWITCHED,
    TASK_MARK,
    TOO_MUCH,
    TOTAL,
    TOUCH_MARK,
    TOUCHED_SLOT,
    UNDO_END,
    USED,
    VARIANT,
    VIA,
    WAS_PATTERN,
    WHOLE,
    WORK,
    Plan,
    Weeks,
)
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    CAPACITY,
    CLASS,
    DURATION,
    END,
    FIXED,
    MAX_OUT,
    PROFILE,
    START,
)
from solver.routing.base.compiled import inlined, inner


@inlined
def way(wk: Weeks, kind: int, row: int, via: int, col: int) -> int:
    """Cost of the way from a row to a column, over a facility where `via` names one."""
    leg = wk.leg[wk.kinds[kind, CLASS]]
    if via < 0:
        return int(leg[row, col])
    tip = wk.num_modes + via
    return (
        int(leg[row, wk.visit[tip, AT_COL]])
        + wk.visit_cost[kind, tip]
        + int(leg[wk.visit[tip, AT_ROW], col])
    )


@inlined
def way_seconds(wk: Weeks, kind: int, row: int, via: int, col: int) -> int:
    """Seconds of the way from a row to a column, over a facility where `via` names one."""
    if wk.timed == 0:
        return 0
    time = wk.time[wk.kinds[kind, PROFILE]]
    if via < 0:
        return int(time[row, col])
    tip = wk.num_modes + via
    return (
        int(time[row, wk.visit[tip, AT_COL]])
        + wk.visit[tip, DURATION]
        + int(time[wk.visit[tip, AT_ROW], col])
    )


@inner
def measure(wk: Weeks, pl: Plan, u: int) -> None:
    """Look up the way after node `u`."""
    kind = wk.slot[pl.node[u, ROUTE], SLOT_KIND]
    row, col = pl.node[u, ROW], pl.node[pl.node[u, SUCC], COL]
    pl.hop[u, LEG] = way(wk, kind, row, pl.node[u, VIA], col)
    pl.hop[u, SECONDS] = way_seconds(wk, kind, row, pl.node[u, VIA], col)


@inner
def place(wk: Weeks, pl: Plan, u: int, variant: int, task: int, mode: int) -> int:
    """Put a visit after node `u`; its node. The ways are not looked up."""
    node = task * wk.num_days + wk.variant[variant, 0]
    v = pl.node[u, SUCC]
    pl.node[u, SUCC] = pl.node[v, PRED] = node
    pl.node[node, PRED], pl.node[node, SUCC] = u, v
    pl.node[node, MODE], pl.node[node, VARIANT] = mode, variant
    pl.node[node, ROW], pl.node[node, COL] = wk.visit[mode, AT_ROW], wk.visit[mode, AT_COL]
    pl.node[node, ROUTE] = pl.node[u, ROUTE]
    return node


@inner
def unlink(wk: Weeks, pl: Plan, node: int) -> None:
    """Take a visit out of its route; a facility beside it stays."""
    u, v = pl.node[node, PRED], pl.node[node, SUCC]
    pl.node[u, SUCC], pl.node[v, PRED] = v, u
    if pl.node[u, VIA] < 0:
        pl.node[u, VIA] = pl.node[node, VIA]
    pl.node[node, ROUTE] = pl.node[node, VIA] = -1
    if u == v:
        pl.node[u, VIA] = -1
    measure(wk, pl, u)


@inlined
def overload(wk: Weeks, pl: Plan, kind: int, node: int) -> int:
    """Parts of a vehicle by which the trip of a node is too full [WHOLE]."""
    over = 0
    for dim in range(wk.num_dims):
        most = wk.kinds[kind, CAPACITY + dim]
        if pl.load[node, 1, dim] > most:
            over += (pl.load[node, 1, dim] - most) * WHOLE // max(most, 1)
    return over


@inner
def refresh(wk: Weeks, pl: Plan, slot: int) -> None:
    """Recompute everything that follows from a route's order, and the plan's sums."""
    depot = wk.num_tasks * wk.num_days + slot
    kind = wk.slot[slot, SLOT_KIND]
    was_late = max(pl.route[slot, OUT] - wk.kinds[kind, MAX_OUT], 0)
    pl.num[TOTAL] -= pl.route[slot, COST]
    pl.num[OVERLOAD] -= pl.route[slot, OVER]
    pl.num[SERVED] -= pl.route[slot, SIZE]
    pl.num[USED] -= pl.route[slot, SIZE] > 0
    cost, out, size = wk.kinds[kind, FIXED], 0, 0
    for dim in range(wk.num_dims):
        pl.load[depot, 0, dim] = 0
    u = depot
    while True:
        v = pl.node[u, SUCC]
        cost += pl.hop[u, LEG]
        out += pl.hop[u, SECONDS]
        if v == depot:
            break
        mode, variant = pl.node[v, MODE], pl.node[v, VARIANT]
        cost += wk.visit_cost[kind, mode]
        out += wk.visit[mode, DURATION] + wk.variant[variant, EXTRA]
        for dim in range(wk.num_dims):
            before = pl.load[u, 0, dim] if pl.node[u, VIA] < 0 else 0
            pl.load[v, 0, dim] = before + wk.variant[variant, AMOUNT + dim]
        size += 1
        u = v
    if size == 0:
        cost = out = 0
    over = 0
    while True:  # from the last visit back to the depot
        v = pl.node[u, SUCC]
        ends = v == depot or pl.node[u, VIA] >= 0
        for dim in range(wk.num_dims):
            pl.load[u, 1, dim] = pl.load[u, 0, dim] if ends else pl.load[v, 1, dim]
        if ends:
            over += overload(wk, pl, kind, u)
        if u == depot:
            break
        u = pl.node[u, PRED]
    late = max(out - wk.kinds[kind, MAX_OUT], 0)
    pl.route[slot, COST], pl.route[slot, OUT] = cost, out
    pl.route[slot, OVER], pl.route[slot, SIZE] = over, size
    pl.num[TOTAL] += cost
    pl.num[OVERLOAD] += over
    pl.num[LATE] += late - was_late
    pl.num[SERVED] += size
    pl.num[USED] += size > 0


@inner
def touch(wk: Weeks, pl: Plan, slot: int) -> None:
    """Remember a route as it is, once per iteration, before it changes."""
    if pl.route[slot, TOUCH_MARK] == pl.num[STAMP]:
        return
    pl.route[slot, TOUCH_MARK] = pl.num[STAMP]
    pl.route[pl.num[NUM_TOUCHED], TOUCHED_SLOT] = slot
    pl.num[NUM_TOUCHED] += 1
    depot = wk.num_tasks * wk.num_days + slot
    end = pl.num[UNDO_END]
    u = depot
    while True:
        pl.undo[end, 3] = pl.node[u, VIA]
        pl.undo_hop[end, LEG], pl.undo_hop[end, SECONDS] = pl.hop[u, LEG], pl.hop[u, SECONDS]
        u = pl.node[u, SUCC]
        pl.undo[end, 0] = -1 if u == depot else u
        pl.undo[end, 1], pl.undo[end, 2] = pl.node[u, MODE], pl.node[u, VARIANT]
        end += 1
        if u == depot:
            break
    pl.num[UNDO_END] = end


@inner
def begin_change(pl: Plan) -> None:
    """A new iteration: nothing touched yet."""
    pl.num[STAMP] += 1
    pl.num[NUM_TOUCHED] = pl.num[UNDO_END] = pl.num[NUM_SWITCHED] = 0
    pl.num[NUM_OUT_BEFORE] = pl.num[NUM_OUT]
    for i in range(pl.num[NUM_OUT]):
        pl.tasks[OUT_BEFORE, i] = pl.tasks[OUT_OF, i]


@inner
def switch(wk: Weeks, pl: Plan, task: int, pattern: int) -> None:
    """Give a task another pattern (-1: none), remembering the one before this iteration."""
    if pl.tasks[TASK_MARK, task] != pl.num[STAMP]:
        pl.tasks[TASK_MARK, task] = pl.num[STAMP]
        pl.tasks[WAS_PATTERN, task] = pl.tasks[PATTERN, task]
        pl.tasks[SWITCHED, pl.num[NUM_SWITCHED]] = task
        pl.num[NUM_SWITCHED] += 1
    set_pattern(wk, pl, task, pattern)


@inner
def set_pattern(wk: Weeks, pl: Plan, task: int, pattern: int) -> None:
    """Give a task a pattern, with its cost; none costs its prize, or counts as left out."""
    _count_pattern(wk, pl, task, -1)
    pl.tasks[PATTERN, task] = pattern
    _count_pattern(wk, pl, task, 1)


@inner
def _count_pattern(wk: Weeks, pl: Plan, task: int, sign: int) -> None:
    pattern, prize = pl.tasks[PATTERN, task], wk.task[task, PRICE]
    if pattern >= 0:
        pl.num[TOTAL] += sign * wk.pattern[pattern, PATTERN_COST]
    elif prize >= 0:
        pl.num[TOTAL] += sign * prize
    else:
        pl.num[ABSENT] += sign


@inner
def book_work(wk: Weeks, pl: Plan, variant: int, sign: int) -> None:
    """Count a visit's seconds of service to its day, or off it."""
    day = wk.variant[variant, 0]
    most = wk.most_work[day]
    pl.num[TOO_MUCH] -= max(pl.work[day] - most, 0)
    pl.work[day] += sign * wk.variant[variant, WORK]
    pl.num[TOO_MUCH] += max(pl.work[day] - most, 0)


@inner
def clear(wk: Weeks, pl: Plan, slot: int) -> None:
    """Take all visits out of a route."""
    depot = wk.num_tasks * wk.num_days + slot
    v = pl.node[depot, SUCC]
    while v != depot:
        after = pl.node[v, SUCC]
        book_work(wk, pl, pl.node[v, VARIANT], -1)
        pl.node[v, ROUTE] = pl.node[v, VIA] = -1
        v = after
    pl.node[depot, SUCC] = pl.node[depot, PRED] = depot
    pl.node[depot, VIA] = -1


@inner
def undo(wk: Weeks, pl: Plan) -> None:
    """Put all touched routes and patterns back as they were."""
    for number in range(pl.num[NUM_TOUCHED]):
        clear(wk, pl, pl.route[number, TOUCHED_SLOT])
    at = 0
    for number in range(pl.num[NUM_TOUCHED]):
        slot = pl.route[number, TOUCHED_SLOT]
        u = wk.num_tasks * wk.num_days + slot
        while True:
            node = pl.undo[at, 0]
            pl.node[u, VIA] = pl.undo[at, 3]
            pl.hop[u, LEG], pl.hop[u, SECONDS] = pl.undo_hop[at, LEG], pl.undo_hop[at, SECONDS]
            at += 1
            if node < 0:
                break
            variant = pl.undo[at - 1, 2]
            task = node // wk.num_days
            u = place(wk, pl, u, variant, task, pl.undo[at - 1, 1])
            book_work(wk, pl, variant, 1)
        refresh(wk, pl, slot)
    for i in range(pl.num[NUM_SWITCHED]):
        task = pl.tasks[SWITCHED, i]
        set_pattern(wk, pl, task, pl.tasks[WAS_PATTERN, task])
    pl.num[NUM_OUT] = pl.num[NUM_OUT_BEFORE]
    for i in range(pl.num[NUM_OUT]):
        pl.tasks[OUT_OF, i] = pl.tasks[OUT_BEFORE, i]


@inner
def reset(wk: Weeks, pl: Plan) -> None:
    """Empty all routes; every task is left out."""
    for slot in range(len(wk.slot)):
        node = wk.num_tasks * wk.num_days + slot
        kind = wk.slot[slot, SLOT_KIND]
        pl.node[node, ROW], pl.node[node, COL] = wk.kinds[kind, START], wk.kinds[kind, END]
        pl.node[node, ROUTE] = slot
        pl.node[node, SUCC] = pl.node[node, PRED] = node
        measure(wk, pl, node)
        refresh(wk, pl, slot)
    for task in range(wk.num_tasks):
        pl.tasks[PATTERN, task] = -1
        _count_pattern(wk, pl, task, 1)
        pl.tasks[OUT_OF, task] = task
    pl.num[NUM_OUT] = wk.num_tasks


@inner
def slot_day(wk: Weeks, slot: int) -> int:
    """The day of a route slot."""
    return int(wk.slot[slot, SLOT_DAY])
