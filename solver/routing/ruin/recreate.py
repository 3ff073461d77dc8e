"""Recreate: absent tasks inserted one by one, in a random one of several orders; compiled."""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from models.units import BOUNDLESS
from solver.routing.base.arrays import DEMAND, EARLY, FIRST, LATE, PRIZE, REMOTE, Tables
from solver.routing.base.chance import below, draw
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.insert import insert
from solver.routing.ruin.overload import price
from solver.routing.ruin.state import (
    ABSENT,
    ABSENT_BEFORE,
    ABSENT_IDS,
    CURR_OVER,
    KEY,
    OVER,
    TODO,
    TOTAL,
    State,
)

MAX_ABSENT_TRIED = 6
"""An iteration tries to place again so many of the tasks that are absent for long (measured on a
city's sweeping with a hundred of them: with 24 an iteration took three times as long and placed no
more)."""

TRIES = 5
"""A task stays out in the search after so many routes were tried in vain (chosen)."""

ALL_TRIES = 1_000
"""A task stays out of the first plan after so many routes were tried in vain (chosen: that is all
of them in most fleets)."""


@inner
def recreate(tab: Tables, st: State, blink: float, most: int) -> bool:
    """Insert absent tasks at their cheapest places, in a random one of several orders.

    False: the plan would cost `most` or more, overload included.
    """
    num = st.num[ABSENT]
    old = st.num[ABSENT_BEFORE]
    tried = min(old, MAX_ABSENT_TRIED, 4 + old // 8)
    for i in range(tried):  # a random choice of the tasks absent for long
        j = i + below(st.rng, old - i)
        st.ids[ABSENT_IDS, i], st.ids[ABSENT_IDS, j] = st.ids[ABSENT_IDS, j], st.ids[ABSENT_IDS, i]
    for i in range(old, num):  # then those just removed
        st.ids[ABSENT_IDS, tried + i - old], st.ids[ABSENT_IDS, i] = (
            st.ids[ABSENT_IDS, i],
            st.ids[ABSENT_IDS, tried + i - old],
        )
    count = tried + num - old
    sort_absent(tab, st, count)
    return recreate_in_order(tab, st, count, blink, TRIES, most)


@inlined
def recreate_in_order(
    tab: Tables, st: State, count: int, blink: float, tries: int, most: int
) -> bool:
    """Insert the first `count` absent tasks in their order; what finds no place stays absent.

    False, and the rest not tried: the plan would cost `most` or more, as insertions never save.
    """
    lost = 0
    for i in range(count, st.num[ABSENT]):
        lost += max(tab.tasks[st.ids[ABSENT_IDS, i], PRIZE], 0)
    for i in range(count):
        st.ids[TODO, i] = st.ids[ABSENT_IDS, i]
    kept = 0
    for i in range(count):
        task = st.ids[TODO, i]
        room = most - st.num[TOTAL] - price(st, st.num[OVER] - st.num[CURR_OVER]) - lost
        if not insert(tab, st, task, blink, tries, room):
            prize = tab.tasks[task, PRIZE]
            if most < BOUNDLESS and (prize < 0 or prize >= room):
                return False
            lost += max(prize, 0)
            st.ids[ABSENT_IDS, kept] = task
            kept += 1
    for i in range(count, st.num[ABSENT]):
        st.ids[ABSENT_IDS, kept] = st.ids[ABSENT_IDS, i]
        kept += 1
    st.num[ABSENT] = kept
    return True


@inner
def sort_absent(tab: Tables, st: State, count: int) -> None:
    """Order the first `count` absent tasks: random, large, far, close, tight or early first."""
    timed = tab.level >= 2
    pick = below(st.rng, 13 if timed else 11)
    for i in range(count):
        task = st.ids[ABSENT_IDS, i]
        if pick < 4 or (tab.num_dims == 0 and pick < 8):
            st.ints[KEY, i] = int(draw(st.rng) * 2**40)
        elif pick < 8:
            st.ints[KEY, i] = -tab.tasks[task, DEMAND + 0]
        elif pick < 10:
            st.ints[KEY, i] = -tab.tasks[task, REMOTE]
        elif pick < 11:
            st.ints[KEY, i] = tab.tasks[task, REMOTE]
        elif pick < 12:
            mode = tab.tasks[task, FIRST]
            st.ints[KEY, i] = tab.visit[mode, LATE] - tab.visit[mode, EARLY]
        else:
            st.ints[KEY, i] = tab.visit[tab.tasks[task, FIRST], LATE]
    gap = 1
    while 3 * gap < count:
        gap = 3 * gap + 1
    while gap > 0:  # Shell's sort: almost always a handful, at first thousands
        for i in range(gap, count):
            key, task = st.ints[KEY, i], st.ids[ABSENT_IDS, i]
            j = i
            while j >= gap and st.ints[KEY, j - gap] > key:
                st.ints[KEY, j] = st.ints[KEY, j - gap]
                st.ids[ABSENT_IDS, j] = st.ids[ABSENT_IDS, j - gap]
                j -= gap
            st.ints[KEY, j], st.ids[ABSENT_IDS, j] = key, task
        gap //= 3
