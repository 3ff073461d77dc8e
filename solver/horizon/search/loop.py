"""Slack induction by string removals over days and modes (Christiaens and Vanden Berghe 2020).

Vehicles of a day are hard; overload, lateness and a day's too much work have prices that learn, as
in Vidal et al. (2012). Only a plan without any of them, or with the least, is kept as the best.
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math

from models.units import BOUNDLESS
from solver.horizon.search.arrays import (
    ABSENT,
    AMOUNT,
    BEST,
    FIRST_VARIANT,
    FIRST_VISIT,
    HELD,
    KEY,
    LATE,
    LATE_PRICE,
    MODE,
    NUM_OUT,
    NUM_TODO,
    NUM_TOUCHED,
    OUT_OF,
    OVER_PRICE,
    OVERLOAD,
    PATTERN,
    PRICE,
    STARTED,
    SUCC,
    TODO,
    TODO_DAY,
    TOO_MUCH,
    TOTAL,
    TOUCHED_SLOT,
    VARIANT,
    VIA,
    WHOLE,
    WORK_PRICE,
    Ids,
    Plan,
    Weeks,
)
from solver.horizon.search.insert import best_pattern, carry_out, look
from solver.horizon.search.kept import entry
from solver.horizon.search.polish import NEVER, improve
from solver.horizon.search.routes import (
    begin_change,
    book_work,
    measure,
    place,
    refresh,
    reset,
    set_pattern,
    switch,
    undo,
)
from solver.horizon.search.ruin import Tuning, ruin
from solver.routing.base.chance import below, draw
from solver.routing.base.compiled import inner

MOST_TRIED = 8
"""An iteration tries to place again so many of the tasks that are left out for long (chosen)."""

SHIFT = 28_800
"""Seconds of a shift of 8 h (by law): so many late weigh as a vehicle of overload where no plan
keeps all laws."""


@entry
def search(
    wk: Weeks,
    pl: Plan,
    tune: Tuning,
    start: Ids,
    iterations: int,
    heat: float,
    cooling: float,
    slack: float,
) -> None:
    """Run `iterations` of ruin and recreate from temperature `heat`, each multiplying it.

    What a plan may cost is drawn before it is made; a recreation that costs `slack` more ends
    early. The first call builds the first plan on `start`, maybe no rows of slot, task, variant,
    mode, facility after it and pattern.
    """
    if pl.num[STARTED] == 0:
        pl.num[STARTED] = 1
        construct(wk, pl, start)
    for _ in range(iterations):
        begin_change(pl)
        ruin(wk, pl, tune)
        most = -heat * math.log(1.0 - draw(pl.rng))
        fits = recreate(wk, pl, tune, most + slack)
        if fits:
            for number in range(pl.num[NUM_TOUCHED]):
                improve(wk, pl, pl.route[number, TOUCHED_SLOT])
        if fits and accept(pl, most):
            hold(pl)
            keep_best(pl)
        else:
            undo(wk, pl)
        learn(pl, tune)
        heat *= cooling


@inner
def construct(wk: Weeks, pl: Plan, start: Ids) -> None:
    """The first plan: `start`, then all other tasks by their cheapest patterns."""
    reset(wk, pl)
    take_up(wk, pl, start)
    begin_change(pl)
    pl.num[NUM_TODO] = 0
    num = pl.num[NUM_OUT]
    for i in range(num):
        pl.tasks[TODO, i], pl.tasks[TODO_DAY, i] = pl.tasks[OUT_OF, i], -1
    pl.num[NUM_TODO] = num
    pl.num[NUM_OUT] = 0
    sort_todo(wk, pl)
    insert_all(wk, pl, 0.0, 0.0, NEVER)
    for slot in range(len(wk.slot)):
        improve(wk, pl, slot)
    hold(pl)
    for i in range(5):
        pl.num[BEST + i] = BOUNDLESS
    keep_best(pl)


@inner
def take_up(wk: Weeks, pl: Plan, start: Ids) -> None:
    """Build the routes of a plan given from outside; rows come with the patterns of their tasks."""
    last = -1
    u = 0
    for number in range(len(start)):
        slot, task, variant = start[number, 0], start[number, 1], start[number, 2]
        if slot != last:
            u = wk.num_tasks * wk.num_days + slot
            last = slot
        u = place(wk, pl, u, variant, task, start[number, 3])
        pl.node[u, VIA] = start[number, 4]
        book_work(wk, pl, variant, 1)
        set_pattern(wk, pl, task, start[number, 5])
    for slot in range(len(wk.slot)):
        u = wk.num_tasks * wk.num_days + slot
        while True:
            measure(wk, pl, u)
            u = pl.node[u, SUCC]
            if u >= wk.num_tasks * wk.num_days:
                break
        refresh(wk, pl, slot)
    pl.num[NUM_OUT] = 0
    for task in range(wk.num_tasks):
        if pl.tasks[PATTERN, task] < 0:
            pl.tasks[OUT_OF, pl.num[NUM_OUT]] = task
            pl.num[NUM_OUT] += 1


@inner
def recreate(wk: Weeks, pl: Plan, tune: Tuning, most: float) -> bool:
    """Insert what was removed, and some tasks left out for long, in a random one of several orders.

    False: a visit of a pattern that stays finds no place, or it costs `most` more than before.
    """
    tried = min(pl.num[NUM_OUT], MOST_TRIED)
    for _ in range(tried):
        i = below(pl.rng, pl.num[NUM_OUT])
        number = pl.num[NUM_TODO]
        pl.tasks[TODO, number], pl.tasks[TODO_DAY, number] = pl.tasks[OUT_OF, i], -1
        pl.num[NUM_TODO] += 1
        pl.num[NUM_OUT] -= 1
        pl.tasks[OUT_OF, i] = pl.tasks[OUT_OF, pl.num[NUM_OUT]]
    sort_todo(wk, pl)
    return insert_all(wk, pl, tune.blink, tune.doubt, most)


@inner
def insert_all(wk: Weeks, pl: Plan, blink: float, doubt: float, most: float) -> bool:
    """Insert the tasks of TODO in their order: one visit each, or all by the cheapest pattern.

    False: see `recreate`; insertions never save.
    """
    waiting = 0  # prizes of those not tried yet, which TOTAL holds
    for i in range(pl.num[NUM_TODO]):
        if pl.tasks[TODO_DAY, i] < 0:
            waiting += max(wk.task[pl.tasks[TODO, i], PRICE], 0)
    for i in range(pl.num[NUM_TODO]):
        if costlier(pl) - waiting > most:
            return False
        task, variant = pl.tasks[TODO, i], pl.tasks[TODO_DAY, i]
        if variant >= 0:
            look(wk, pl, task, variant, variant + 1, blink)
            if pl.delta[variant - wk.task[task, FIRST_VARIANT]] >= NEVER:
                return False
            carry_out(wk, pl, task, variant)
            continue
        waiting -= max(wk.task[task, PRICE], 0)
        pattern = best_pattern(wk, pl, task, blink, doubt)
        switch(wk, pl, task, pattern)
        if pattern < 0:
            pl.tasks[OUT_OF, pl.num[NUM_OUT]] = task
            pl.num[NUM_OUT] += 1
            continue
        for k in range(wk.pattern[pattern, FIRST_VISIT], wk.pattern[pattern + 1, FIRST_VISIT]):
            carry_out(wk, pl, task, wk.visits[k])
    return True


@inner
def sort_todo(wk: Weeks, pl: Plan) -> None:
    """Order TODO: random, large, many visits, far or close first."""
    count = pl.num[NUM_TODO]
    pick = below(pl.rng, 12)
    for i in range(count):
        task = pl.tasks[TODO, i]
        variant = wk.task[task, FIRST_VARIANT]
        if pick < 4 or (pick < 8 and wk.num_dims == 0):
            key = int(draw(pl.rng) * 2**40)
        elif pick < 8:
            key = -wk.variant[variant, AMOUNT]
        elif pick < 10:
            key = -wk.remote[task]
        elif pick < 11:
            key = wk.remote[task]
        else:
            key = wk.task[task, FIRST_VARIANT] - wk.task[task + 1, FIRST_VARIANT]
        pl.tasks[KEY, i] = key
    gap = 1
    while 3 * gap < count:
        gap = 3 * gap + 1
    while gap > 0:  # Shell's sort: almost always a handful, at first thousands
        for i in range(gap, count):
            key, task, day = pl.tasks[KEY, i], pl.tasks[TODO, i], pl.tasks[TODO_DAY, i]
            j = i
            while j >= gap and pl.tasks[KEY, j - gap] > key:
                pl.tasks[KEY, j] = pl.tasks[KEY, j - gap]
                pl.tasks[TODO, j] = pl.tasks[TODO, j - gap]
                pl.tasks[TODO_DAY, j] = pl.tasks[TODO_DAY, j - gap]
                j -= gap
            pl.tasks[KEY, j], pl.tasks[TODO, j], pl.tasks[TODO_DAY, j] = key, task, day
        gap //= 3


@inner
def hold(pl: Plan) -> None:
    """The plan in hand is the one the search stands at."""
    for i in range(5):
        pl.num[HELD + i] = pl.num[TOTAL + i]


@inner
def costlier(pl: Plan) -> float:
    """How much more the plan in hand costs than the one the search stands at, prices included."""
    more = float(pl.num[TOTAL] - pl.num[HELD + TOTAL])
    more += pl.price[OVER_PRICE] * (pl.num[OVERLOAD] - pl.num[HELD + OVERLOAD]) / WHOLE
    more += pl.price[LATE_PRICE] * (pl.num[LATE] - pl.num[HELD + LATE])
    return more + pl.price[WORK_PRICE] * (pl.num[TOO_MUCH] - pl.num[HELD + TOO_MUCH])


@inner
def accept(pl: Plan, most: float) -> bool:
    """Simulated annealing on cost and prices; tasks that must be served weigh first."""
    if pl.num[ABSENT] != pl.num[HELD + ABSENT]:
        return bool(pl.num[ABSENT] < pl.num[HELD + ABSENT])
    return bool(costlier(pl) < most)


@inner
def keep_best(pl: Plan) -> None:
    """Copy the plan in hand when it is the best so far: least left out, least broken, cheapest."""
    if pl.num[ABSENT] > pl.num[BEST + ABSENT]:
        return
    if pl.num[ABSENT] == pl.num[BEST + ABSENT]:
        broken = _broken(pl, TOTAL)
        best = _broken(pl, BEST)
        if broken > best or (broken == best and pl.num[TOTAL] >= pl.num[BEST + TOTAL]):
            return
    for i in range(5):
        pl.num[BEST + i] = pl.num[TOTAL + i]
    for node in range(len(pl.node)):
        pl.best[node, 0], pl.best[node, 1] = pl.node[node, SUCC], pl.node[node, MODE]
        pl.best[node, 2], pl.best[node, 3] = pl.node[node, VIA], pl.node[node, VARIANT]
    for task in range(len(pl.best_pattern)):
        pl.best_pattern[task] = pl.tasks[PATTERN, task]


@inner
def _broken(pl: Plan, at: int) -> int:
    """How much a plan breaks its laws; SHIFT seconds weigh as much as a vehicle of overload."""
    late = pl.num[at + LATE] + pl.num[at + TOO_MUCH]
    return int(pl.num[at + OVERLOAD] + late * WHOLE // SHIFT)


@inner
def learn(pl: Plan, tune: Tuning) -> None:
    """Raise the price of each law the plan breaks, lower that of each it keeps."""
    for i in range(3):
        share = tune.rise if pl.num[HELD + OVERLOAD + i] > 0 else -tune.rise * tune.fall
        price = pl.price[OVER_PRICE + i] * (1.0 + share)
        pl.price[OVER_PRICE + i] = min(max(price, 1e-3), 1e12)
