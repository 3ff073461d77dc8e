"""The cheapest place of a visit on its day, and the cheapest pattern of a task; compiled."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math

from solver.horizon.search.arrays import (
    AMOUNT,
    BLINK,
    BY_MODE,
    COL,
    EXTRA,
    FIRST_MODE,
    FIRST_PATTERN,
    FIRST_VARIANT,
    FIRST_VISIT,
    LATE_PRICE,
    LEG,
    MARK,
    OUT,
    OVER_PRICE,
    PATTERN_COST,
    PLACE,
    PRED,
    PRICE,
    ROUTE,
    ROW,
    SECONDS,
    SHUT,
    SLOT_KIND,
    SUCC,
    VARIANT_DAY,
    VIA,
    VIA_AFTER,
    VIA_BEFORE,
    WHOLE,
    WORK,
    WORK_PRICE,
    Plan,
    Weeks,
)
from solver.horizon.search.polish import NEVER, best_via
from solver.horizon.search.routes import book_work, measure, place, refresh, touch, way, way_seconds
from solver.routing.base.arrays import AT_COL, AT_ROW, CAPACITY, DURATION, FIXED, MAX_OUT
from solver.routing.base.chance import draw
from solver.routing.base.compiled import inlined, inner

MOST_NEAR = 20
"""An insertion is tried beside so many of the nearest visits of the day at most (chosen: p13 of
Cordeau, with 60 visits a day, ends 2.2 % above the best known after 15 CPU-s with 40, and 0.1 %
with 12, on one seed; a day of 30 visits wants most of them)."""

NEAREST = 40
"""Visits of tasks beyond so many nearest are looked at no more (chosen: tasks that may come on any
day have neighbours on all of them, and most of a day's nearest are far)."""

FEWEST = 4
"""Unless the day has shown fewer visits yet (chosen: a day needs some places)."""


@inlined
def blinks(pl: Plan, blink: float) -> bool:
    """Whether to skip one place, with chance `blink`: steps to the next are drawn."""
    if blink <= 0:
        return False
    pl.num[BLINK] -= 1
    if pl.num[BLINK] >= 0:
        return False
    pl.num[BLINK] = int(math.log(1 - draw(pl.rng)) / math.log(1 - blink))
    return True


@inner
def look(wk: Weeks, pl: Plan, task: int, low: int, high: int, blink: float) -> None:
    """Cheapest place of each variant `low` to `high` - 1 of a task, all of one day, over all modes.

    `delta` stays NEVER where there is none.
    """
    first = wk.task[task, FIRST_VARIANT]
    for at in range(low - first, high - first):
        pl.delta[at] = NEVER
    places = _places(wk, pl, task, wk.variant[low, VARIANT_DAY], blink)
    for i in range(places):
        try_place(wk, pl, task, low, high, pl.line[i])


@inlined
def _places(wk: Weeks, pl: Plan, task: int, day: int, blink: float) -> int:
    """Write the nodes behind which a task may come on a day to `line`; their number.

    Beside the nearest visits of the day, at the ends of their routes, and in an empty route of
    each type, unless those are shut.
    """
    pl.num[MARK] += 1
    stamp = pl.num[MARK]
    seen = places = 0
    for i in range(wk.near.shape[1]):
        v = wk.near[task, i] * wk.num_days + day
        slot = pl.node[v, ROUTE]
        if slot < 0:
            continue
        depot = wk.num_tasks * wk.num_days + slot
        for side in range(4):
            u = v if side < 2 else depot
            if side % 2 == 1:
                u = pl.node[u, PRED]
            if pl.mark[u] != stamp:
                pl.mark[u] = stamp
                if not blinks(pl, blink):
                    pl.line[places] = u
                    places += 1
        seen += 1
        if seen == MOST_NEAR or (i >= NEAREST and seen >= FEWEST):
            break
    kinds = len(wk.kinds) if pl.num[SHUT] == 0 else 0
    for kind in range(kinds):
        for slot in range(wk.first_slot[day * kinds + kind], wk.first_slot[day * kinds + kind + 1]):
            depot = wk.num_tasks * wk.num_days + slot
            if pl.node[depot, SUCC] == depot:
                if not blinks(pl, blink):
                    pl.line[places] = depot
                    places += 1
                break
    return places


@inlined
def try_place(wk: Weeks, pl: Plan, task: int, low: int, high: int, u: int) -> None:
    """Compare the ways to serve variants after node `u` with the best of each so far."""
    slot = pl.node[u, ROUTE]
    kind = wk.slot[slot, SLOT_KIND]
    v = pl.node[u, SUCC]
    base = wk.kinds[kind, FIXED] if u == v else -pl.hop[u, LEG]
    row, col = pl.node[u, ROW], pl.node[v, COL]
    at = low - wk.task[task, FIRST_VARIANT]
    worst = pl.delta[at]
    for k in range(1, high - low):
        worst = max(worst, pl.delta[at + k])
    for mode in range(wk.task[task, FIRST_MODE], wk.task[task + 1, FIRST_MODE]):
        own = float(base + wk.visit_cost[kind, mode])
        near = way(wk, kind, row, -1, wk.visit[mode, AT_COL])
        far = way(wk, kind, wk.visit[mode, AT_ROW], -1, col)
        if own + near + far >= worst or own >= NEVER or max(near, far) >= wk.far:
            continue
        if wk.num_facilities == 0:
            weigh(wk, pl, low, high, at, u, mode, -1, -1, own + near + far)
        else:
            _try_facilities(wk, pl, low, high, at, u, mode, own)


@inner
def _try_facilities(
    wk: Weeks, pl: Plan, low: int, high: int, at: int, u: int, mode: int, own: float
) -> None:
    """Ways to serve variants in a mode after node `u`: in its trip or the next, or a facility more.

    `own` is the cost without the ways before and after.
    """
    kind = wk.slot[pl.node[u, ROUTE], SLOT_KIND]
    v = pl.node[u, SUCC]
    nodes = wk.num_tasks * wk.num_days
    row, col = pl.node[u, ROW], pl.node[v, COL]
    to, out = wk.visit[mode, AT_COL], wk.visit[mode, AT_ROW]
    near, far = way(wk, kind, row, -1, to), way(wk, kind, out, -1, col)
    behind = best_via(wk, kind, out, col)
    beyond = way(wk, kind, out, behind, col) if behind >= 0 else wk.far
    ends = v >= nodes and wk.end_empty > 0
    if pl.node[u, VIA] < 0 and not ends:
        weigh(wk, pl, low, high, at, u, mode, -1, -1, own + near + far)
    if behind >= 0:
        weigh(wk, pl, low, high, at, u, mode, -1, behind, own + near + beyond)
    ahead = best_via(wk, kind, row, to)
    if u >= nodes or ahead < 0:
        return
    own += way(wk, kind, row, ahead, to)
    if not ends:
        weigh(wk, pl, low, high, at, u, mode, ahead, -1, own + far)
    elif behind >= 0:
        weigh(wk, pl, low, high, at, u, mode, ahead, behind, own + beyond)


@inlined
def weigh(
    wk: Weeks,
    pl: Plan,
    low: int,
    high: int,
    at: int,
    u: int,
    mode: int,
    before: int,
    after: int,
    cost: float,
) -> None:
    """Add what overload and lateness cost each variant; keep it where it is the best so far."""
    slot = pl.node[u, ROUTE]
    kind = wk.slot[slot, SLOT_KIND]
    v = pl.node[u, SUCC]
    out = -1
    for variant in range(low, high):
        found = at + variant - low
        if cost >= pl.delta[found]:
            continue
        more = 0
        for dim in range(wk.num_dims):
            amount = wk.variant[variant, AMOUNT + dim]
            more += _more_over(wk, pl, kind, u, v, before, after, dim, amount)
        delta = cost + pl.price[OVER_PRICE] * more / WHOLE
        if delta >= pl.delta[found]:
            continue
        if wk.timed:
            if out < 0:
                out = _out_with(wk, pl, kind, u, mode, before, after)
            was = pl.route[slot, OUT] - wk.kinds[kind, MAX_OUT]
            late = out + wk.variant[variant, EXTRA] - wk.kinds[kind, MAX_OUT]
            delta += pl.price[LATE_PRICE] * (max(late, 0) - max(was, 0))
            if delta >= pl.delta[found]:
                continue
        pl.delta[found] = delta
        pl.found[found, PLACE], pl.found[found, BY_MODE] = u, mode
        pl.found[found, VIA_BEFORE], pl.found[found, VIA_AFTER] = before, after


@inner
def _out_with(wk: Weeks, pl: Plan, kind: int, u: int, mode: int, before: int, after: int) -> int:
    """Seconds the route of `u` is out when a mode is served after it, between two facilities."""
    v = pl.node[u, SUCC]
    out = pl.route[pl.node[u, ROUTE], OUT] + wk.visit[mode, DURATION]
    out += way_seconds(wk, kind, pl.node[u, ROW], before, wk.visit[mode, AT_COL])
    out += way_seconds(wk, kind, wk.visit[mode, AT_ROW], after, pl.node[v, COL])
    return int(out - pl.hop[u, SECONDS] if u != v else out)


@inlined
def _more_over(
    wk: Weeks, pl: Plan, kind: int, u: int, v: int, before: int, after: int, dim: int, q: int
) -> int:
    """Overload more in one dimension when `q` is served after `u` between two facilities."""
    most = wk.kinds[kind, CAPACITY + dim]
    head = pl.load[u, 0, dim]
    whole = pl.load[u, 1, dim]
    inside = pl.node[u, VIA] < 0  # the trip goes on behind u
    tail = whole - head if inside else (pl.load[v, 1, dim] if v < wk.num_tasks * wk.num_days else 0)
    old = max(whole - most, 0)
    if not inside:
        old += max(tail - most, 0)
    if before < 0 and after < 0:
        new = max(head + q + tail - most, 0)
    elif before < 0:
        new = max(head + q - most, 0) + max(tail - most, 0)
    elif after < 0:
        new = max(head - most, 0) + max(q + tail - most, 0)
    else:
        new = max(head - most, 0) + max(q - most, 0) + max(tail - most, 0)
    return (new - old) * WHOLE // max(most, 1)


@inner
def carry_out(wk: Weeks, pl: Plan, task: int, variant: int) -> None:
    """Serve a variant at the best place found."""
    at = variant - wk.task[task, FIRST_VARIANT]
    u = pl.found[at, PLACE]
    slot = pl.node[u, ROUTE]
    touch(wk, pl, slot)
    pl.node[u, VIA] = pl.found[at, VIA_BEFORE]
    node = place(wk, pl, u, variant, task, pl.found[at, BY_MODE])
    pl.node[node, VIA] = pl.found[at, VIA_AFTER]
    measure(wk, pl, u)
    measure(wk, pl, node)
    book_work(wk, pl, variant, 1)
    refresh(wk, pl, slot)


@inner
def priced_work(wk: Weeks, pl: Plan, variant: int) -> float:
    """What a visit costs for making its day too long."""
    day = wk.variant[variant, VARIANT_DAY]
    above = pl.work[day] - wk.most_work[day]
    more = max(above + wk.variant[variant, WORK], 0) - max(above, 0)
    return pl.price[WORK_PRICE] * more


@inner
def best_pattern(wk: Weeks, pl: Plan, task: int, blink: float, doubt: float) -> int:
    """The pattern with the least cost over its days; -1: none, or leaving it out is cheaper.

    Each is passed over with chance `doubt`, if another can take its place.
    """
    low, end = wk.task[task, FIRST_VARIANT], wk.task[task + 1, FIRST_VARIANT]
    while low < end:  # the variants of a day lie together
        high = low + 1
        while high < end and wk.variant[high, VARIANT_DAY] == wk.variant[low, VARIANT_DAY]:
            high += 1
        look(wk, pl, task, low, high, blink)
        low = high
    best = other = -1
    least = NEVER if wk.task[task, PRICE] < 0 else float(wk.task[task, PRICE])
    next_least = least
    for pattern in range(wk.task[task, FIRST_PATTERN], wk.task[task + 1, FIRST_PATTERN]):
        cost = float(wk.pattern[pattern, PATTERN_COST])
        able = True
        for i in range(wk.pattern[pattern, FIRST_VISIT], wk.pattern[pattern + 1, FIRST_VISIT]):
            variant = wk.visits[i]
            delta = pl.delta[variant - wk.task[task, FIRST_VARIANT]]
            able = able and delta < NEVER  # a mended overload elsewhere must not hide it
            cost += delta + priced_work(wk, pl, variant)
        if not able or cost >= least:
            continue
        if doubt > 0 and draw(pl.rng) < doubt:
            if cost < next_least:
                other, next_least = pattern, cost
        else:
            best, least = pattern, cost
    return best if best >= 0 else other
