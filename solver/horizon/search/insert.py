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
from solver.routing.base.compiled import inner

MOST_NEAR = 40
"""An insertion is tried beside so many of the nearest visits of the day (chosen)."""


@inner
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
def look(wk: Weeks, pl: Plan, task: int, variant: int, blink: float) -> None:
    """Cheapest place of a variant of a task, over all modes; `delta` is NEVER where there is none.

    Beside the nearest visits of the day, at the ends of their routes, and in an empty route of
    each type.
    """
    at = variant - wk.task[task, FIRST_VARIANT]
    pl.delta[at] = NEVER
    day = wk.variant[variant, VARIANT_DAY]
    pl.num[MARK] += 1
    stamp = pl.num[MARK]
    seen = 0
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
                    try_place(wk, pl, task, variant, at, u)
        seen += 1
        if seen == MOST_NEAR:
            break
    kinds = len(wk.kinds)
    for kind in range(kinds):
        for slot in range(wk.first_slot[day * kinds + kind], wk.first_slot[day * kinds + kind + 1]):
            depot = wk.num_tasks * wk.num_days + slot
            if pl.node[depot, SUCC] == depot:
                if not blinks(pl, blink):
                    try_place(wk, pl, task, variant, at, depot)
                break


@inner
def try_place(wk: Weeks, pl: Plan, task: int, variant: int, at: int, u: int) -> None:
    """Compare the ways to serve a variant after node `u` with the best so far."""
    slot = pl.node[u, ROUTE]
    kind = wk.slot[slot, SLOT_KIND]
    v = pl.node[u, SUCC]
    f = pl.node[u, VIA]
    base = wk.kinds[kind, FIXED] if u == v else -pl.hop[u, LEG]
    row, col = pl.node[u, ROW], pl.node[v, COL]
    home = v >= wk.num_tasks * wk.num_days
    for mode in range(wk.task[task, FIRST_MODE], wk.task[task + 1, FIRST_MODE]):
        to, out = wk.visit[mode, AT_COL], wk.visit[mode, AT_ROW]
        own = float(base + wk.visit_cost[kind, mode])
        near, far = way(wk, kind, row, -1, to), way(wk, kind, out, -1, col)
        if own + near + far >= pl.delta[at] or own >= NEVER or max(near, far) >= wk.far:
            continue
        if wk.num_facilities == 0:
            weigh(wk, pl, variant, at, u, mode, -1, -1, own + near + far)
            continue
        behind = best_via(wk, kind, out, col)
        over_f = 0.0
        if behind >= 0:
            over_f = own + near + way(wk, kind, out, behind, col)
        if f >= 0 or (home and wk.end_empty):
            if behind >= 0:  # on the trip that ends here
                weigh(wk, pl, variant, at, u, mode, -1, behind, over_f)
        else:
            weigh(wk, pl, variant, at, u, mode, -1, -1, own + near + far)
            if behind >= 0:
                weigh(wk, pl, variant, at, u, mode, -1, behind, over_f)
        if u == v or u >= wk.num_tasks * wk.num_days:
            continue
        ahead = best_via(wk, kind, row, to)  # on the trip that begins here
        if ahead < 0:
            continue
        cost = own + way(wk, kind, row, ahead, to)
        if not (home and wk.end_empty):
            weigh(wk, pl, variant, at, u, mode, ahead, -1, cost + far)
        elif behind >= 0:
            cost += way(wk, kind, out, behind, col)
            weigh(wk, pl, variant, at, u, mode, ahead, behind, cost)


@inner
def weigh(
    wk: Weeks,
    pl: Plan,
    variant: int,
    at: int,
    u: int,
    mode: int,
    before: int,
    after: int,
    delta: float,
) -> None:
    """Add what overload and lateness cost; keep it when it is the best so far."""
    if delta >= pl.delta[at]:
        return
    slot = pl.node[u, ROUTE]
    kind = wk.slot[slot, SLOT_KIND]
    v = pl.node[u, SUCC]
    more = 0
    for dim in range(wk.num_dims):
        more += _more_over(
            wk, pl, kind, u, v, before, after, dim, wk.variant[variant, AMOUNT + dim]
        )
    delta += pl.price[OVER_PRICE] * more / WHOLE
    if delta >= pl.delta[at]:
        return
    if wk.timed:
        col = wk.visit[mode, AT_COL]
        out = pl.route[slot, OUT] + wk.visit[mode, DURATION] + wk.variant[variant, EXTRA]
        out += way_seconds(wk, kind, pl.node[u, ROW], before, col)
        out += way_seconds(wk, kind, wk.visit[mode, AT_ROW], after, pl.node[v, COL])
        if u != v:
            out -= pl.hop[u, SECONDS]
        most = wk.kinds[kind, MAX_OUT]
        delta += pl.price[LATE_PRICE] * (max(out - most, 0) - max(pl.route[slot, OUT] - most, 0))
        if delta >= pl.delta[at]:
            return
    pl.delta[at] = delta
    pl.found[at, PLACE], pl.found[at, BY_MODE] = u, mode
    pl.found[at, VIA_BEFORE], pl.found[at, VIA_AFTER] = before, after


@inner
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
def best_pattern(wk: Weeks, pl: Plan, task: int, blink: float) -> int:
    """The pattern with the least cost over its days; -1: none, or leaving it out is cheaper."""
    for variant in range(wk.task[task, FIRST_VARIANT], wk.task[task + 1, FIRST_VARIANT]):
        look(wk, pl, task, variant, blink)
    best = -1
    least = NEVER if wk.task[task, PRICE] < 0 else float(wk.task[task, PRICE])
    for pattern in range(wk.task[task, FIRST_PATTERN], wk.task[task + 1, FIRST_PATTERN]):
        cost = float(wk.pattern[pattern, PATTERN_COST])
        for i in range(wk.pattern[pattern, FIRST_VISIT], wk.pattern[pattern + 1, FIRST_VISIT]):
            variant = wk.visits[i]
            cost += pl.delta[variant - wk.task[task, FIRST_VARIANT]] + priced_work(wk, pl, variant)
        if cost < least:
            best, least = pattern, cost
    return best
