"""Best facilities and best modes for a route whose order is given: dynamic programs; compiled."""

from __future__ import annotations

from solver.horizon.search.arrays import (
    AMOUNT,
    COL,
    FIRST_MODE,
    LATE_PRICE,
    MODE,
    OUT,
    OVER_PRICE,
    ROW,
    SLOT_KIND,
    SUCC,
    VARIANT,
    VIA,
    WHOLE,
    Plan,
    Weeks,
)
from solver.horizon.search.routes import measure, refresh, way, way_seconds
from solver.routing.base.arrays import AT_COL, AT_ROW, CAPACITY, MAX_OUT
from solver.routing.base.compiled import inner

NEVER = 1e18
"""Stands for "no way" where the least cost [mfen] is sought (chosen: above any sum of costs)."""

FULLEST = 3
"""A trip of a dynamic program holds at most so many vehicles full (chosen: no plan wants more)."""


@inner
def best_via(wk: Weeks, kind: int, row: int, col: int) -> int:
    """The facility near a row that makes the least detour on the way to a column; -1: none."""
    best, least = -1, wk.far
    for i in range(wk.close.shape[1]):
        facility = wk.close[row, i]
        if facility < 0:
            break
        cost = way(wk, kind, row, facility, col)
        if cost < least:
            best, least = facility, cost
    return best


@inner
def improve(wk: Weeks, pl: Plan, slot: int) -> None:
    """Give a route its best facilities, then its best modes, in the order it has."""
    depot = wk.num_tasks * wk.num_days + slot
    if pl.node[depot, SUCC] == depot:
        return
    if wk.num_facilities > 0:
        choose_facilities(wk, pl, slot)
    if pl.value.shape[1] > 1:
        choose_modes(wk, pl, slot)


@inner
def choose_facilities(wk: Weeks, pl: Plan, slot: int) -> None:
    """After which visits the route goes to a facility, overload and lateness priced.

    `value[i, 0]` is the least cost of detours and overload when one is visited after visit i - 1.
    """
    depot = wk.num_tasks * wk.num_days + slot
    kind = wk.slot[slot, SLOT_KIND]
    late = pl.price[LATE_PRICE] if pl.route[slot, OUT] > wk.kinds[kind, MAX_OUT] else 0.0
    count = 0
    u = pl.node[depot, SUCC]
    while u != depot:
        pl.line[count] = u
        count += 1
        u = pl.node[u, SUCC]
    pl.value[0, 0] = 0.0
    for end in range(1, count + 1):
        u = pl.line[end - 1]
        row, col = pl.node[u, ROW], pl.node[pl.node[u, SUCC], COL]
        via = best_via(wk, kind, row, col)
        pl.back[end, 0] = -1
        pl.value[end, 0] = NEVER
        best, start = _best_trip(wk, pl, kind, end)
        if via >= 0:
            detour = way(wk, kind, row, via, col) - way(wk, kind, row, -1, col)
            seconds = way_seconds(wk, kind, row, via, col) - way_seconds(wk, kind, row, -1, col)
            pl.value[end, 0] = best + detour + late * seconds
            pl.back[end, 0] = start
        if end == count and wk.end_empty == 0 and best < pl.value[end, 0]:
            via, pl.back[end, 0] = -1, start
        pl.line[wk.num_tasks + end] = via  # scratch behind the nodes
    changed = False
    end = count
    wanted = pl.line[wk.num_tasks + count]
    pl.node[depot, VIA] = -1
    for i in range(count, 0, -1):
        u = pl.line[i - 1]
        via = -1
        if i == end:
            via = wanted
            end = pl.back[i, 0]
            wanted = pl.line[wk.num_tasks + end] if end > 0 else -1
        if via != pl.node[u, VIA]:
            pl.node[u, VIA] = via
            measure(wk, pl, u)
            changed = True
    if changed:
        refresh(wk, pl, slot)


@inner
def _best_trip(wk: Weeks, pl: Plan, kind: int, end: int) -> tuple[float, int]:
    """Least cost up to visit `end` when its trip may begin after any facility; where it begins."""
    best, start = NEVER, end - 1
    i = end - 1
    for dim in range(wk.num_dims):
        pl.load[pl.line[end - 1], 1, dim] = 0
    last = pl.line[end - 1]
    while i >= 0:
        over = 0
        full = False
        for dim in range(wk.num_dims):
            most = wk.kinds[kind, CAPACITY + dim]
            pl.load[last, 1, dim] += wk.variant[pl.node[pl.line[i], VARIANT], AMOUNT + dim]
            load = pl.load[last, 1, dim]
            if load > most:
                over += (load - most) * WHOLE // max(most, 1)
            full = full or load > FULLEST * most
        value = pl.value[i, 0] + pl.price[OVER_PRICE] * over / WHOLE
        if value < best:
            best, start = value, i
        if full and i < end - 1:
            break
        i -= 1
    return best, start


@inner
def choose_modes(wk: Weeks, pl: Plan, slot: int) -> None:
    """Serve the route's tasks in their best modes, its order and facilities as they are."""
    depot = wk.num_tasks * wk.num_days + slot
    kind = wk.slot[slot, SLOT_KIND]
    count = 0
    u, v = depot, pl.node[depot, SUCC]
    while v != depot:
        task = v // wk.num_days
        low, high = wk.task[task, FIRST_MODE], wk.task[task + 1, FIRST_MODE]
        others, first = 1, 0
        if u != depot:
            before = u // wk.num_days
            first = wk.task[before, FIRST_MODE]
            others = wk.task[before + 1, FIRST_MODE] - first
        for mode in range(low, high):
            best, arg = NEVER, 0
            col = wk.visit[mode, AT_COL]
            for j in range(others):
                row = pl.node[depot, ROW] if u == depot else wk.visit[first + j, AT_ROW]
                value = float(way(wk, kind, row, pl.node[u, VIA], col))
                if u != depot:
                    value += pl.value[count - 1, j]
                if value < best:
                    best, arg = value, j
            pl.value[count, mode - low] = best + wk.visit_cost[kind, mode]
            pl.back[count, mode - low] = arg
        pl.line[count] = v
        count += 1
        u, v = v, pl.node[v, SUCC]
    first = wk.task[u // wk.num_days, FIRST_MODE]
    best, arg = NEVER, 0
    for j in range(wk.task[u // wk.num_days + 1, FIRST_MODE] - first):
        row = wk.visit[first + j, AT_ROW]
        value = pl.value[count - 1, j] + way(wk, kind, row, pl.node[u, VIA], pl.node[depot, COL])
        if value < best:
            best, arg = value, j
    _take_modes(wk, pl, slot, count, arg)


@inner
def _take_modes(wk: Weeks, pl: Plan, slot: int, count: int, arg: int) -> None:
    """Set the modes the dynamic program chose, from the last visit back."""
    changed = False
    for i in range(count - 1, -1, -1):
        node = pl.line[i]
        mode = wk.task[node // wk.num_days, FIRST_MODE] + arg
        arg = pl.back[i, arg]
        if mode != pl.node[node, MODE]:
            changed = True
            pl.node[node, MODE] = mode
            pl.node[node, ROW], pl.node[node, COL] = wk.visit[mode, AT_ROW], wk.visit[mode, AT_COL]
    if not changed:
        return
    measure(wk, pl, wk.num_tasks * wk.num_days + slot)
    for i in range(count):
        measure(wk, pl, pl.line[i])
    refresh(wk, pl, slot)
