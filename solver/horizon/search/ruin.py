"""Ruin: strings of visits near each other, on one day or with all their days; compiled."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from typing import NamedTuple

from solver.horizon.search.arrays import (
    FIRST_VISIT,
    MARK,
    NUM_TODO,
    NUM_TOUCHED,
    PATTERN,
    PRED,
    ROUTE,
    ROUTE_MARK,
    SERVED,
    SHUT,
    SIZE,
    STAMP,
    SUCC,
    TODO,
    TODO_DAY,
    TOUCHED_SLOT,
    USED,
    VARIANT,
    VARIANT_DAY,
    Plan,
    Weeks,
)
from solver.horizon.search.polish import improve
from solver.horizon.search.routes import book_work, refresh, switch, touch, unlink
from solver.routing.base.chance import below, draw
from solver.routing.base.compiled import inner


class Tuning(NamedTuple):
    """Parameters of the search, named as in SISR (Christiaens and Vanden Berghe 2020)."""

    mean_removed: float = 8.0
    max_string: float = 10.0
    split_chance: float = 0.5
    split_stop: float = 0.5
    blink: float = 0.01
    doubt: float = 0.1
    """Chance that an insertion passes over a pattern, however cheap it is."""
    free_chance: float = 0.5
    """Share of ruins that free the patterns of the tasks they hit; the others stay on one day."""
    spread_chance: float = 0.5
    """Share of those that hit near tasks on any day, not only on the seed's."""
    whole_chance: float = 0.05
    """Chance that the whole route of the seed goes and no other is opened in its place: a route
    too many on a day is never taken down string by string."""
    first_heat: float = 0.3
    last_heat: float = 0.01
    """First and last temperature as shares of the median leg."""
    long_route: int = 20
    """Visits from which a route may lose several strings at once, and is not emptied."""
    rise: float = 0.001
    """Share by which a price rises in an iteration whose plan breaks its law."""
    fall: float = 1.0
    """Share of that speed at which it falls."""


@inner
def ruin(wk: Weeks, pl: Plan, tune: Tuning) -> None:
    """Take strings of visits near a random one out of their routes; they are written to TODO."""
    pl.num[NUM_TODO] = 0
    if pl.num[SERVED] == 0:
        return
    longest = min(tune.max_string, pl.num[SERVED] / pl.num[USED])
    strings = int(draw(pl.rng) * (4.0 * tune.mean_removed / (1.0 + longest) - 1.0) + 1.0)
    whole = draw(pl.rng) < tune.whole_chance
    free = whole or draw(pl.rng) < tune.free_chance
    spread = free and draw(pl.rng) < tune.spread_chance
    seed = below(pl.rng, wk.num_tasks)
    pl.num[SHUT] = 0
    if pl.tasks[PATTERN, seed] < 0:
        return
    day = _a_day(wk, pl, seed)
    pl.num[MARK] += 1
    stamp = pl.num[MARK]
    for i in range(-1, wk.near.shape[1]):
        task = seed if i < 0 else wk.near[seed, i]
        if pl.tasks[PATTERN, task] < 0:
            continue
        node = task * wk.num_days + (_a_day(wk, pl, task) if spread and i >= 0 else day)
        slot = pl.node[node, ROUTE]
        if slot < 0 or pl.route[slot, ROUTE_MARK] == pl.num[STAMP] or pl.mark[node] == stamp:
            continue
        length = int(draw(pl.rng) * min(longest, float(pl.route[slot, SIZE])) + 1.0)
        length = min(length, pl.route[slot, SIZE])
        if pl.route[slot, SIZE] < tune.long_route:
            if whole and i < 0:
                length = pl.route[slot, SIZE]
                pl.num[SHUT] = 1
            pl.route[slot, ROUTE_MARK] = pl.num[STAMP]
        else:
            _mark_around(wk, pl, node, 2 * length, stamp)
        _remove_string(wk, pl, tune, node, length, free)
        strings -= 1
        if strings == 0:
            break
    for number in range(pl.num[NUM_TOUCHED]):
        refresh(wk, pl, pl.route[number, TOUCHED_SLOT])
        if wk.num_facilities > 0:
            improve(wk, pl, pl.route[number, TOUCHED_SLOT])


@inner
def _mark_around(wk: Weeks, pl: Plan, node: int, reach: int, stamp: int) -> None:
    """Stamp the visits up to `reach` steps from a node along its route."""
    for column in (SUCC, PRED):
        u = node
        for _ in range(reach):
            u = pl.node[u, column]
            if u >= wk.num_tasks * wk.num_days:
                break
            pl.mark[u] = stamp


@inner
def _a_day(wk: Weeks, pl: Plan, task: int) -> int:
    """A random day of the pattern a task has."""
    pattern = pl.tasks[PATTERN, task]
    first = wk.pattern[pattern, FIRST_VISIT]
    number = below(pl.rng, wk.pattern[pattern + 1, FIRST_VISIT] - first)
    return int(wk.variant[wk.visits[first + number], VARIANT_DAY])


@inner
def _remove_string(wk: Weeks, pl: Plan, tune: Tuning, node: int, length: int, free: bool) -> None:
    """Remove `length` visits in a row that include `node`, or, split, with some kept inside."""
    slot = pl.node[node, ROUTE]
    touch(wk, pl, slot)
    size = pl.route[slot, SIZE]
    kept = 0
    if 1 < length < size and draw(pl.rng) < tune.split_chance:
        kept = 1
        while length + kept < size and draw(pl.rng) < tune.split_stop:
            kept += 1
    span = length + kept
    nodes = wk.num_tasks * wk.num_days
    back = ahead = 0
    u = pl.node[node, PRED]
    while u < nodes and back < span - 1:
        u = pl.node[u, PRED]
        back += 1
    u = pl.node[node, SUCC]
    while u < nodes and ahead < span - 1:
        u = pl.node[u, SUCC]
        ahead += 1
    if back + ahead + 1 < span:  # other days' removals have been here
        span, kept = back + ahead + 1, 0
    least = max(0, span - 1 - ahead)
    begin = least + below(pl.rng, back - least + 1)
    u = node
    for _ in range(begin):
        u = pl.node[u, PRED]
    hole = below(pl.rng, length - 1) + 1 if kept > 0 else span
    for i in range(span):
        after = pl.node[u, SUCC]
        if not hole <= i < hole + kept:
            _remove(wk, pl, u, free)
        u = after


@inner
def _remove(wk: Weeks, pl: Plan, node: int, free: bool) -> None:
    """Take a visit out, and with it, when free, all other visits of its task."""
    task = node // wk.num_days
    variant = pl.node[node, VARIANT]
    book_work(wk, pl, variant, -1)
    unlink(wk, pl, node)
    number = pl.num[NUM_TODO]
    pl.tasks[TODO, number] = task
    pl.tasks[TODO_DAY, number] = variant
    pl.num[NUM_TODO] += 1
    if not free:
        return
    pl.tasks[TODO_DAY, number] = -1
    for day in range(wk.num_days):
        other = task * wk.num_days + day
        if pl.node[other, ROUTE] >= 0:
            touch(wk, pl, pl.node[other, ROUTE])
            book_work(wk, pl, pl.node[other, VARIANT], -1)
            unlink(wk, pl, other)
    switch(wk, pl, task, -1)
