"""The clock of one route, compiled: waits, rests and meals, and when to leave the depot.

Pauses are taken at the place just left, as late as the law allows; a wait of `REST` counts as one.
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from models.units import UNREACHABLE
from solver.routing.base.arrays import (
    DURATION,
    EARLY,
    EVEN,
    FIRST_WINDOW,
    LATE,
    LEAST_PAID,
    MAX_OUT,
    MAX_WORK,
    MEAL,
    MEAL_EARLY,
    MEAL_LATE,
    PER_OVERTIME,
    PER_S,
    PER_UNEVEN,
    REGULAR,
    REST,
    SHIFT_EARLY,
    SHIFT_LATE,
    Tables,
)
from solver.routing.base.compiled import entry, inner

DRIVE, WAIT, SERVE, BREAK = range(4)
"""Kinds of recorded steps: rows (kind, begin, end, visit)."""

LATE_ENOUGH = 60
"""The latest departure is sought to so many seconds (chosen: plans are read in minutes)."""


class MealTime(IntEnum):
    """Where a meal still owed is eaten (`meal_place`)."""

    TOO_LATE = -1
    LATER = 0
    BEFORE_LEG = 1
    ON_ARRIVAL = 2


class Pause(IntEnum):
    """What a leg has to do with pauses (`pause`): those on arrival are taken by `drive`."""

    NOTHING = 0
    MEAL_ON_ARRIVAL = 1
    REST_ON_ARRIVAL = 2
    MEAL_EATEN = 3
    MEAL_EATEN_THEN_REST = 4  # eaten before the leg, and a rest on arrival


Ints = NDArray[np.int64]


@inner
def idle_wage(tab: Tables, kind: int, out: int, busy: int) -> int:
    """Pay for a route `out` seconds away, less that for its `busy` ones [mfen].

    Those of driving and of visits are paid in legs and visits; here waits, pauses, overtime, what
    lacks to the hours paid at least, and to an even duty.
    """
    law = tab.kinds[kind]
    over = law[PER_OVERTIME] * max(out - law[REGULAR], 0)
    return law[PER_S] * max(max(out, law[LEAST_PAID]) - busy, 0) + over + short_of(tab, kind, out)


@inner
def short_of(tab: Tables, kind: int, out: int) -> int:
    """What it counts that a route is out for less than an even duty [mfen]."""
    law = tab.kinds[kind]
    return law[PER_UNEVEN] * max(law[EVEN] - out, 0)


@inner
def opening(tab: Tables, mode: int, moment: int) -> int:
    """First moment from `moment` on at which the visit may begin; -1: never again."""
    if mode < tab.num_modes:
        if moment > tab.visit[mode, LATE]:
            return -1
        return max(moment, tab.visit[mode, EARLY])
    facility = mode - tab.num_modes
    for window in range(
        tab.facility[facility, FIRST_WINDOW], tab.facility[facility + 1, FIRST_WINDOW]
    ):
        if moment <= tab.window[window, 1]:
            return max(moment, tab.window[window, 0])
    return -1


@inner
def note(steps: Ints, kind: int, begin: int, end: int, visit: int) -> None:
    """Append a step to `steps`, whose first row counts them; nothing where it has no room."""
    if len(steps) == 0 or (end == begin and kind in (WAIT, BREAK)):
        return
    steps[0, 0] += 1
    row = steps[steps[0, 0]]
    row[0], row[1], row[2], row[3] = kind, begin, end, visit


@inner
def meal_place(law: Ints, now: int, arrive: int, begin: int, leave: int) -> int:
    """Where a meal still owed is eaten, as `MealTime` says."""
    if now >= law[MEAL_EARLY] and now <= law[MEAL_LATE]:
        due = leave > law[MEAL_LATE] or begin - arrive >= law[MEAL]
        return MealTime.BEFORE_LEG if due else MealTime.LATER
    if leave <= law[MEAL_LATE]:
        return MealTime.LATER
    if now > law[MEAL_LATE]:
        return MealTime.TOO_LATE
    return MealTime.BEFORE_LEG if arrive > law[MEAL_LATE] else MealTime.ON_ARRIVAL


@inner
def eat(law: Ints, now: int, since: int, idle: int, steps: Ints) -> tuple[int, int, int]:
    """A meal as soon as its window opens; now (-1: too late), since and idle after it."""
    sit = max(now, law[MEAL_EARLY])
    if law[MAX_WORK] > 0 and sit - now < law[REST] and sit - since > law[MAX_WORK]:
        return -1, since, idle
    note(steps, WAIT, now, sit, -1)
    note(steps, BREAK, sit, sit + law[MEAL], -1)
    done = sit + law[MEAL]
    return done, done if law[MEAL] >= law[REST] else since, idle + sit - now


@inner
def pause(
    tab: Tables, law: Ints, mode: int, leg: int, now: int, since: int, hungry: bool, steps: Ints
) -> tuple[int, int, int, int]:
    """Rests and meal before a leg: now (-1: a law breaks), since, idle, and a `Pause`."""
    service = tab.visit[mode, DURATION] if mode >= 0 else 0
    idle = 0
    there: int = Pause.NOTHING
    for _ in range(3):  # a meal, a rest, and go
        arrive = now + leg
        begin = opening(tab, mode, arrive) if mode >= 0 else arrive
        if begin < 0:
            return -1, since, idle, there
        if hungry and there == Pause.NOTHING:
            where = meal_place(law, now, arrive, begin, begin + service)
            if where == MealTime.TOO_LATE:
                return -1, since, idle, there
            if where == MealTime.BEFORE_LEG:
                now, since, idle = eat(law, now, since, idle, steps)
                there = Pause.MEAL_EATEN
                if now < 0:
                    return -1, since, idle, there
                continue
            there = Pause.MEAL_ON_ARRIVAL if where == MealTime.ON_ARRIVAL else Pause.NOTHING
        if law[MAX_WORK] == 0:
            break
        waits = begin - arrive >= law[REST]
        if (arrive if waits else begin + service) - since <= law[MAX_WORK]:
            break
        if now == since:
            meal_waits = there == Pause.MEAL_ON_ARRIVAL
            if mode < 0 or leg > law[MAX_WORK] or service > law[MAX_WORK] or meal_waits:
                return -1, since, idle, there
            rest = Pause.REST_ON_ARRIVAL if there == Pause.NOTHING else Pause.MEAL_EATEN_THEN_REST
            return now, since, idle, rest
        note(steps, BREAK, now, now + law[REST], -1)
        now += law[REST]
        since = now
    return now, since, idle, there


@entry
def drive(
    tab: Tables,
    kind: int,
    visits: NDArray[np.int32],
    legs: Ints,
    holds: Ints,
    num: int,
    depart: int,
    steps: Ints,
) -> tuple[int, int]:
    """Return to the depot and idle seconds when leaving at `depart`; (-1, 0): breaks a law.

    `visits` are mode ids, `legs` the `num` + 1 durations between them; visit i begins no earlier
    than `holds[i]` where that is given. Windows, rests and meals are laws here; shift and length
    of the route are judged by the caller.
    """
    law = tab.kinds[kind]
    now = since = depart
    idle = 0
    hungry = law[MEAL] > 0 and depart <= law[MEAL_EARLY]
    for i in range(num + 1):
        if legs[i] >= UNREACHABLE:
            return -1, 0
        mode = visits[i] if i < num else -1
        there: int = Pause.NOTHING
        if hungry or law[MAX_WORK] > 0:
            now, since, waited, there = pause(tab, law, mode, legs[i], now, since, hungry, steps)
            if now < 0:
                return -1, 0
            idle += waited
            hungry = hungry and there < Pause.MEAL_EATEN
        note(steps, DRIVE, now, now + legs[i], i)
        now += legs[i]
        if there == Pause.MEAL_ON_ARRIVAL:
            now, since, idle = eat(law, now, since, idle, steps)
            hungry = False
            if now < 0:
                return -1, 0
        if there in (Pause.REST_ON_ARRIVAL, Pause.MEAL_EATEN_THEN_REST):
            note(steps, BREAK, now, now + law[REST], -1)
            now += law[REST]
            since = now
        if i == num:
            break
        begin = opening(tab, mode, max(now, holds[i]) if i < len(holds) else now)
        if begin < 0:
            return -1, 0
        note(steps, WAIT, now, begin, -1)
        idle += begin - now
        if law[MAX_WORK] > 0 and begin - now >= law[REST]:
            since = begin
        now = begin + tab.visit[mode, DURATION]
        if law[MAX_WORK] > 0 and now - since > law[MAX_WORK]:
            return -1, 0
        note(steps, SERVE, begin, now, i)
    return now, idle


@inner
def leave_late(
    tab: Tables,
    kind: int,
    visits: NDArray[np.int32],
    legs: Ints,
    num: int,
    depart: int,
    exact: int,
) -> tuple[int, int]:
    """Latest departure (to `exact` seconds) that returns no later, and the return; -1: no way.

    A meal or rest that is not due any more on a later departure leaves a wait that none need have.
    """
    holds = legs[:0]
    steps = legs[:0].reshape((0, 4))
    back, idle = drive(tab, kind, visits, legs, holds, num, depart, steps)
    if back < 0 or idle == 0:
        return depart, back
    low = depart
    latest = high = middle = depart + idle  # often the only wait is for the first window
    while high - low > exact:
        later, rest = drive(tab, kind, visits, legs, holds, num, middle, steps)
        if 0 <= later <= back:
            low, back = middle, later
            if low + rest > latest:
                latest = high = middle = low + rest
                continue
        else:
            high = middle - 1
        middle = (low + high + 1) // 2
    return low, back


@entry
def simulate(
    tab: Tables, kind: int, visits: NDArray[np.int32], legs: Ints, num: int
) -> tuple[int, int]:
    """Departure and return of a route under all laws of time; return -1: it breaks one.

    Leaves as late as possible without returning later. Where the meal makes the day too long, it
    also tries to leave just after the meal's window opens (no meal is due then).
    """
    law = tab.kinds[kind]
    depart = law[SHIFT_EARLY]
    for _ in range(2):
        leave, back = leave_late(tab, kind, visits, legs, num, depart, LATE_ENOUGH)
        if law[MAX_OUT] < back - leave <= law[MAX_OUT] + LATE_ENOUGH:
            leave, back = leave_late(tab, kind, visits, legs, num, leave, 0)
        if back >= 0 and back <= law[SHIFT_LATE] and back - leave <= law[MAX_OUT]:
            return leave, back
        if law[MEAL] == 0 or law[MEAL_EARLY] < depart or law[MEAL_EARLY] >= law[SHIFT_LATE]:
            break
        depart = law[MEAL_EARLY] + 1
    return depart, -1
