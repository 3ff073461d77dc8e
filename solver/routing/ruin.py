"""Slack induction by string removals over modes (Christiaens and Vanden Berghe 2020), compiled.

Ruin: remove strings of tasks near a random task, from trips near each other. Recreate: insert each
removed task at its cheapest place, trying every mode, with blinks. Accept by simulated annealing.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from solver.routing.arrays import Tables  # noqa: TC001
from solver.routing.chance import below, draw
from solver.routing.directions import improve_directions
from solver.routing.insert import drop_redundant, insert, over_daily
from solver.routing.state import (
    ABSENT,
    ABSENT_BEFORE,
    BEST_COST,
    BEST_REQUIRED,
    CURR_COST,
    CURR_REQUIRED,
    MARK,
    SERVED,
    TOTAL,
    TOUCHED,
    TRIPS,
    State,
    begin_change,
    link,
    refresh,
    reset,
    touch,
    undo,
    unlink,
)


class Tuning(NamedTuple):
    """Parameters of the search, named as in the paper."""

    mean_removed: float = 10.0
    max_string: int = 10
    split_chance: float = 0.5
    split_stop: float = 0.01
    blink: float = 0.01
    first_heat: float = 0.1
    last_heat: float = 0.001
    """First and last temperature as shares of the median distance between tasks."""


MAX_ABSENT_TRIED = 24
"""Tasks absent for long that an iteration tries to place again."""


@njit(cache=True)
def search(
    tab: Tables, st: State, tune: Tuning, iterations: int, heat: float, cooling: float
) -> float:
    """Run `iterations` of ruin and recreate from temperature `heat`; the temperature after them."""
    for _ in range(iterations):
        begin_change(st)
        fits = ruin(tab, st, tune)
        if fits:
            recreate(tab, st, tune.blink)
            for number in range(st.num[TOUCHED]):
                improve_directions(tab, st, st.touched[number])
        if fits and accept(tab, st, heat):
            keep_best(st)
        else:
            undo(tab, st)
        heat *= cooling
    return heat


@njit(cache=True)
def construct(tab: Tables, st: State, blink: float) -> None:
    """First plan: insert all absent tasks, and take it as current and best."""
    begin_change(st)
    sort_absent(tab, st, st.num[ABSENT])
    recreate_in_order(tab, st, st.num[ABSENT], blink)
    st.num[CURR_COST], st.num[CURR_REQUIRED], _ = _measure(tab, st)
    st.num[BEST_REQUIRED] = tab.num_tasks + 1
    keep_best(st)


@njit(cache=True)
def load_plan(tab: Tables, st: State, slots: np.ndarray, visits: np.ndarray) -> None:
    """Take up a plan: mode ids in `visits`, each in the route slot beside it, in order."""
    reset(tab, st)
    for number in range(len(slots)):
        depot = tab.num_tasks + slots[number]
        if tab.task[visits[number]] < 0 or st.route[tab.task[visits[number]]] < 0:
            link(tab, st, st.pred[depot], visits[number])
            if number + 1 == len(slots) or slots[number + 1] != slots[number]:
                refresh(tab, st, slots[number])
    _list_absent(tab, st)


@njit(cache=True)
def ruin(tab: Tables, st: State, tune: Tuning) -> bool:
    """Remove strings from trips near a random task; False: what is left breaks a law of time."""
    if st.num[SERVED] == 0:
        return True
    mean_size = st.num[SERVED] / st.num[TRIPS]
    longest = min(float(tune.max_string), mean_size)
    most = 4.0 * tune.mean_removed / (1.0 + longest) - 1.0
    strings = int(draw(st.rng) * most + 1.0)
    seed = below(st.rng, tab.num_tasks)
    st.num[MARK] += 1
    stamp = st.num[MARK]
    for i in range(-1, tab.near.shape[1]):
        task = seed if i < 0 else tab.near[seed, i]
        if st.route[task] < 0 or st.mark[st.trip[task]] == stamp:
            continue
        trip = st.trip[task]
        st.mark[trip] = stamp
        touch(tab, st, st.route[task])
        length = int(draw(st.rng) * min(longest, st.trip_size[trip]) + 1.0)
        remove_string(tab, st, tune, task, min(length, st.trip_size[trip]))
        strings -= 1
        if strings == 0:
            break
    fits = True
    for number in range(st.num[TOUCHED]):
        slot = st.touched[number]
        fits = refresh(tab, st, slot) and fits
        if tab.num_facilities > 0:
            fits = drop_redundant(tab, st, slot) and fits
    return fits


@njit(cache=True)
def remove_string(tab: Tables, st: State, tune: Tuning, task: int, length: int) -> None:
    """Remove `length` tasks in a row that include `task`, or, split, with some kept inside."""
    size = st.trip_size[st.trip[task]]
    kept = 0
    if length > 1 and length < size and draw(st.rng) < tune.split_chance:
        kept = 1
        while length + kept < size and draw(st.rng) < tune.split_stop:
            kept += 1
    place = st.place[task]
    span = length + kept
    low = max(0, place - span + 1)
    begin = low + below(st.rng, min(place, size - span) - low + 1)
    node = task
    for _ in range(place - begin):
        node = st.pred[node]
    hole = below(st.rng, length - 1) + 1 if kept > 0 else span
    for i in range(span):
        after = st.succ[node]
        if not hole <= i < hole + kept:
            unlink(tab, st, node)
            st.absent[st.num[ABSENT]] = node
            st.num[ABSENT] += 1
        node = after


@njit(cache=True)
def recreate(tab: Tables, st: State, blink: float) -> None:
    """Insert absent tasks at their cheapest places, in a random one of several orders."""
    num = st.num[ABSENT]
    old = st.num[ABSENT_BEFORE]
    tried = min(old, MAX_ABSENT_TRIED)
    for i in range(tried):  # a random choice of the tasks absent for long
        j = i + below(st.rng, old - i)
        st.absent[i], st.absent[j] = st.absent[j], st.absent[i]
    for i in range(old, num):  # then those just removed
        st.absent[tried + i - old], st.absent[i] = st.absent[i], st.absent[tried + i - old]
    count = tried + num - old
    sort_absent(tab, st, count)
    recreate_in_order(tab, st, count, blink)


@njit(cache=True)
def recreate_in_order(tab: Tables, st: State, count: int, blink: float) -> None:
    """Insert the first `count` absent tasks in their order; what finds no place stays absent."""
    st.todo[:count] = st.absent[:count]
    kept = 0
    for i in range(count):
        if not insert(tab, st, st.todo[i], blink):
            st.absent[kept] = st.todo[i]
            kept += 1
    for i in range(count, st.num[ABSENT]):
        st.absent[kept] = st.absent[i]
        kept += 1
    st.num[ABSENT] = kept


@njit(cache=True)
def sort_absent(tab: Tables, st: State, count: int) -> None:
    """Order the first `count` absent tasks: random, large, far, close, tight or early first."""
    timed = tab.level >= 2
    pick = below(st.rng, 13 if timed else 11)
    for i in range(count):
        task = st.absent[i]
        if pick < 4 or (tab.num_dims == 0 and pick < 8):
            st.key[i] = int(draw(st.rng) * 2**40)
        elif pick < 8:
            st.key[i] = -tab.demand[task, 0]
        elif pick < 10:
            st.key[i] = -tab.remote[task]
        elif pick < 11:
            st.key[i] = tab.remote[task]
        elif pick < 12:
            mode = tab.first[task]
            st.key[i] = tab.late[mode] - tab.early[mode]
        else:
            st.key[i] = tab.late[tab.first[task]]
    if count > 200:
        order = np.argsort(st.key[:count], kind="mergesort")
        st.todo[:count] = st.absent[:count]
        for i in range(count):
            st.absent[i] = st.todo[order[i]]
        return
    for i in range(1, count):
        key, task = st.key[i], st.absent[i]
        j = i
        while j > 0 and st.key[j - 1] > key:
            st.key[j], st.absent[j] = st.key[j - 1], st.absent[j - 1]
            j -= 1
        st.key[j], st.absent[j] = key, task


@njit(cache=True)
def _measure(tab: Tables, st: State) -> tuple[int, int, int]:
    """Cost with prizes lost, required tasks absent, and the sum of their absences."""
    cost = st.num[TOTAL]
    required = 0
    absences = 0
    for i in range(st.num[ABSENT]):
        task = st.absent[i]
        if tab.prize[task] < 0:
            required += 1
            absences += st.absences[task]
        else:
            cost += tab.prize[task]
    return cost, required, absences


@njit(cache=True)
def accept(tab: Tables, st: State, heat: float) -> bool:
    """Simulated annealing on cost; absent required tasks weigh first, by absence counters."""
    cost, required, absences = _measure(tab, st)
    if tab.limited and over_daily(tab, st):
        return False
    curr = st.num[CURR_REQUIRED]
    good = required < curr
    if required == curr:
        good = cost < st.num[CURR_COST] - heat * math.log(1.0 - draw(st.rng))
    if required > 0:
        for i in range(st.num[ABSENT_BEFORE]):
            absences -= st.absences[st.absent_before[i]]
        good = good or absences < 0
        for i in range(st.num[ABSENT]):
            st.absences[st.absent[i]] += tab.prize[st.absent[i]] < 0
    if good:
        st.num[CURR_COST], st.num[CURR_REQUIRED] = cost, required
    return good


@njit(cache=True)
def keep_best(st: State) -> None:
    """Copy the current plan when it is the best so far."""
    required, cost = st.num[CURR_REQUIRED], st.num[CURR_COST]
    best = st.num[BEST_REQUIRED]
    if required < best or (required == best and cost < st.num[BEST_COST]):
        st.num[BEST_REQUIRED], st.num[BEST_COST] = required, cost
        st.best_succ[:] = st.succ
        st.best_mode[:] = st.mode


@njit(cache=True)
def _list_absent(tab: Tables, st: State) -> None:
    """Absent tasks after routes were written."""
    num = 0
    for task in range(tab.num_tasks):
        if st.route[task] < 0:
            st.absent[num] = task
            num += 1
    st.num[ABSENT] = num
