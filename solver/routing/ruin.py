"""Slack induction by string removals over modes (Christiaens and Vanden Berghe 2020), compiled.

Ruin: remove strings of tasks near a random task, from trips near each other. Recreate: insert each
removed task at its cheapest place, trying every mode, with blinks. Accept by simulated annealing.
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math
from typing import NamedTuple

from solver.routing.arrays import (
    CAPACITY,
    DEMAND,
    EARLY,
    FIRST,
    LATE,
    NOT_ALLOWED,
    PRIZE,
    REMOTE,
    SERVABLE,
    TASK,
    WINDOWS,
    Tables,
)
from solver.routing.chance import below, draw
from solver.routing.change import begin_change, touch, undo
from solver.routing.compiled import entry, inlined, inner
from solver.routing.directions import improve_directions
from solver.routing.facility_visits import drop_redundant, over_daily
from solver.routing.insert import insert
from solver.routing.links import link, measure, unlink
from solver.routing.refresh import refresh, reset
from solver.routing.state import (
    ABSENCES,
    ABSENT,
    ABSENT_BEFORE,
    ABSENT_IDS,
    BEFORE_IDS,
    BEST_COST,
    BEST_REQUIRED,
    CURR_COST,
    CURR_REQUIRED,
    KEY,
    KIND,
    LAWFUL,
    LEG,
    MARK,
    MODE,
    NODE_MARK,
    PLACE,
    PRE,
    PRED,
    ROUTE,
    SERVED,
    STARTED,
    SUCC,
    TODO,
    TOTAL,
    TOUCHED,
    TOUCHED_SLOT,
    TRIP,
    TRIP_SIZE,
    TRIPS,
    Ids,
    State,
)


class Tuning(NamedTuple):
    """Parameters of the search, named as in the paper where it has them."""

    mean_removed: float = 10.0
    max_string: int = 10
    split_chance: float = 0.5
    split_stop: float = 0.01
    blink: float = 0.01
    long_trip: int = 30
    """Tasks from which a trip may lose several strings at once."""
    turn_chance: float = 0.0
    """Share of iterations that reverse a stretch instead of a ruin."""
    first_heat: float = 0.1
    last_heat: float = 0.001
    """First and last temperature as shares of the median distance between tasks."""
    cycles: int = 1
    """How often the budget cools from the first to the last temperature."""


SHORT_TRIPS = Tuning()
FEW_TASKS = Tuning(first_heat=0.3, last_heat=0.003, cycles=3)
"""Up to `NUM_FEW` tasks one cooling ends long before the budget does, and may end in the cold."""
LONG_TRIPS = Tuning(
    mean_removed=15.0, max_string=30, turn_chance=0.2, first_heat=0.3, last_heat=0.003
)
"""Where trips have more than `long_trip` tasks short strings change too little."""
TIMED = Tuning(mean_removed=15.0, max_string=30, long_trip=1_000, first_heat=0.3, last_heat=0.003)
"""Where windows bind; reversed, hardly any stretch would keep its windows."""


def tuning_for(tab: Tables, st: State) -> Tuning:
    """The tuning for a problem, by its windows and the trips of its first plan."""
    if tab.level >= WINDOWS:
        return TIMED
    if st.num[SERVED] > SHORT_TRIPS.long_trip * st.num[TRIPS]:
        return LONG_TRIPS
    return FEW_TASKS if tab.num_tasks <= NUM_FEW else SHORT_TRIPS


NUM_FEW = 300
"""Tasks up to which the budget is cut into several coolings."""

NUM_TURN_ENDS = 20
"""Nearest tasks that may be the other end of a reversed stretch."""

MAX_ABSENT_TRIED = 24
"""Tasks absent for long that an iteration tries to place again."""

TRIES, ALL_TRIES = 5, 1_000
"""Routes tried for a task before it stays out: in the search, and for the first plan."""


@entry
def search(
    tab: Tables, st: State, tune: Tuning, plan: Ids, iterations: int, heat: float, cooling: float
) -> None:
    """Run `iterations` of ruin and recreate from temperature `heat`.

    The first call builds the first plan on `plan`, rows of (route slot, mode id), maybe none.
    """
    if st.num[STARTED] == 0:
        construct(tab, st, tune.blink, plan)
    for _ in range(iterations):
        begin_change(st)
        if tune.turn_chance > 0 and draw(st.rng) < tune.turn_chance:
            fits = turn_around(tab, st)
        else:
            fits = ruin(tab, st, tune)
        if fits:
            recreate(tab, st, tune.blink)
            for number in range(st.num[TOUCHED]):
                slot = st.route[number, TOUCHED_SLOT]
                improve_directions(tab, st, slot)
                fits = fits and st.route[slot, LAWFUL] > 0
        if fits and accept(tab, st, heat):
            keep_best(st)
        else:
            undo(tab, st)
        heat *= cooling


@inner
def construct(tab: Tables, st: State, blink: float, plan: Ids) -> None:
    """First plan: `plan` as far as it keeps the laws, then all absent tasks inserted."""
    st.num[STARTED] = 1
    reset(tab, st)
    load_plan(tab, st, plan)
    list_absent(tab, st)
    begin_change(st)
    sort_absent(tab, st, st.num[ABSENT])
    recreate_in_order(tab, st, st.num[ABSENT], blink, ALL_TRIES)
    st.num[CURR_COST], st.num[CURR_REQUIRED], _ = _measure(tab, st)
    st.num[BEST_REQUIRED] = tab.num_tasks + 1
    keep_best(st)


@inner
def load_plan(tab: Tables, st: State, plan: Ids) -> None:
    """Take up the routes of `plan`; a route that breaks a law loses tasks from its end."""
    for number in range(len(plan)):
        slot = plan[number, 0]
        depot = tab.num_tasks + slot
        task = tab.visit[plan[number, 1], TASK]
        if task < 0 or st.node[task, ROUTE] < 0:
            link(tab, st, st.node[depot, PRED], plan[number, 1])
        if number + 1 == len(plan) or plan[number + 1, 0] != slot:
            fits = refresh(tab, st, slot)
            while not (fits and loads_fit(tab, st, slot)):
                node = st.node[depot, PRED]
                while node >= tab.num_tasks and node != depot:
                    node = st.node[node, PRED]
                unlink(tab, st, node if node != depot else st.node[depot, PRED])
                fits = refresh(tab, st, slot)
            drop_redundant(tab, st, slot)


@inner
def loads_fit(tab: Tables, st: State, slot: int) -> bool:
    """Whether a route given from outside keeps loads, types, ways and daily capacities."""
    depot = tab.num_tasks + slot
    if st.node[depot, SUCC] == depot:
        return True
    kind = st.route[slot, KIND]
    fits = tab.limited == 0 or not over_daily(tab, st)
    u = depot
    while True:
        v = st.node[u, SUCC]
        fits = fits and st.hop[u, LEG] < tab.far
        for dim in range(tab.num_dims):
            fits = fits and st.load[u, dim, PRE] <= tab.kinds[kind, CAPACITY + dim]
            if v == depot and tab.end_empty[dim]:
                fits = fits and st.load[u, dim, PRE] == 0
        if v == depot:
            return fits
        fits = fits and tab.visit_cost[kind, st.node[v, MODE]] < NOT_ALLOWED
        u = v


@inner
def ruin(tab: Tables, st: State, tune: Tuning) -> bool:
    """Remove strings from trips near a random task; False: what is left breaks a law of time.

    A long trip may lose several strings, apart from each other.
    """
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
        trip = st.node[task, TRIP]
        if (
            st.node[task, ROUTE] < 0
            or max(st.ints[NODE_MARK, trip], st.ints[NODE_MARK, task]) == stamp
        ):
            continue
        slot = st.node[task, ROUTE]
        touch(tab, st, slot)
        size = st.node[trip, TRIP_SIZE]
        length = min(int(draw(st.rng) * min(longest, size) + 1.0), size)
        if size < tune.long_trip:
            st.ints[NODE_MARK, trip] = stamp
            remove_string(tab, st, tune, task, length)
        else:
            mark_around(tab, st, task, 2 * length, stamp)
            remove_string(tab, st, tune, task, length)
            refresh(tab, st, slot)
        strings -= 1
        if strings == 0:
            break
    return close_gaps(tab, st)


@inlined
def mark_around(tab: Tables, st: State, task: int, reach: int, stamp: int) -> None:
    """Stamp the tasks up to `reach` steps from `task` along its trip."""
    for column in (SUCC, PRED):
        node = task
        for _ in range(reach):
            node = st.node[node, column]
            if node >= tab.num_tasks:
                break
            st.ints[NODE_MARK, node] = stamp


@inner
def close_gaps(tab: Tables, st: State) -> bool:
    """Recompute the touched routes without what was removed, nor idle facility visits."""
    fits = True
    for number in range(st.num[TOUCHED]):
        slot = st.route[number, TOUCHED_SLOT]
        fits = refresh(tab, st, slot) and fits
        if tab.num_facilities > 0:
            fits = drop_redundant(tab, st, slot) and fits
    return fits


@inner
def turn_around(tab: Tables, st: State) -> bool:
    """Reverse the stretch between two near tasks of one trip; False: there is none, or no time."""
    first = below(st.rng, tab.num_tasks)
    if st.node[first, ROUTE] < 0 or tab.near.shape[1] == 0:
        return False
    last = tab.near[first, below(st.rng, min(NUM_TURN_ENDS, tab.near.shape[1]))]
    if st.node[last, ROUTE] < 0 or st.node[last, TRIP] != st.node[first, TRIP]:
        return False
    if st.node[first, PLACE] > st.node[last, PLACE]:
        first, last = last, first
    slot = st.node[first, ROUTE]
    touch(tab, st, slot)
    before, after = st.node[first, PRED], st.node[last, SUCC]
    node = first
    while node != after:
        succ = st.node[node, SUCC]
        st.node[node, SUCC], st.node[node, PRED] = st.node[node, PRED], succ
        node = succ
    st.node[before, SUCC], st.node[last, PRED] = last, before
    st.node[first, SUCC], st.node[after, PRED] = after, first
    node = before
    while True:  # the whole route: the depot is before and after
        measure(tab, st, node)
        node = st.node[node, SUCC]
        if node == after:
            return refresh(tab, st, slot)


@inner
def remove_string(tab: Tables, st: State, tune: Tuning, task: int, length: int) -> None:
    """Remove `length` tasks in a row that include `task`, or, split, with some kept inside."""
    size = st.node[st.node[task, TRIP], TRIP_SIZE]
    kept = 0
    if length > 1 and length < size and draw(st.rng) < tune.split_chance:
        kept = 1
        while length + kept < size and draw(st.rng) < tune.split_stop:
            kept += 1
    place = st.node[task, PLACE]
    span = length + kept
    low = max(0, place - span + 1)
    begin = low + below(st.rng, min(place, size - span) - low + 1)
    node = task
    for _ in range(place - begin):
        node = st.node[node, PRED]
    hole = below(st.rng, length - 1) + 1 if kept > 0 else span
    for i in range(span):
        after = st.node[node, SUCC]
        if not hole <= i < hole + kept:
            unlink(tab, st, node)
            st.ids[ABSENT_IDS, st.num[ABSENT]] = node
            st.num[ABSENT] += 1
        node = after


@inner
def recreate(tab: Tables, st: State, blink: float) -> None:
    """Insert absent tasks at their cheapest places, in a random one of several orders."""
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
    recreate_in_order(tab, st, count, blink, TRIES)


@inlined
def recreate_in_order(tab: Tables, st: State, count: int, blink: float, tries: int) -> None:
    """Insert the first `count` absent tasks in their order; what finds no place stays absent."""
    for i in range(count):
        st.ids[TODO, i] = st.ids[ABSENT_IDS, i]
    kept = 0
    for i in range(count):
        if not insert(tab, st, st.ids[TODO, i], blink, tries):
            st.ids[ABSENT_IDS, kept] = st.ids[TODO, i]
            kept += 1
    for i in range(count, st.num[ABSENT]):
        st.ids[ABSENT_IDS, kept] = st.ids[ABSENT_IDS, i]
        kept += 1
    st.num[ABSENT] = kept


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


@inner
def _measure(tab: Tables, st: State) -> tuple[int, int, int]:
    """Cost with prizes lost, required tasks absent, and the sum of their absences."""
    cost = st.num[TOTAL]
    required = 0
    absences = 0
    for i in range(st.num[ABSENT]):
        task = st.ids[ABSENT_IDS, i]
        if tab.tasks[task, PRIZE] < 0:
            required += 1
            absences += st.ints[ABSENCES, task]
        else:
            cost += tab.tasks[task, PRIZE]
    return cost, required, absences


@inlined
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
            absences -= st.ints[ABSENCES, st.ids[BEFORE_IDS, i]]
        good = good or absences < 0
        for i in range(st.num[ABSENT]):
            st.ints[ABSENCES, st.ids[ABSENT_IDS, i]] += tab.tasks[st.ids[ABSENT_IDS, i], PRIZE] < 0
    if good:
        st.num[CURR_COST], st.num[CURR_REQUIRED] = cost, required
    return good


@inlined
def keep_best(st: State) -> None:
    """Copy the current plan when it is the best so far."""
    required, cost = st.num[CURR_REQUIRED], st.num[CURR_COST]
    best = st.num[BEST_REQUIRED]
    if required < best or (required == best and cost < st.num[BEST_COST]):
        st.num[BEST_REQUIRED], st.num[BEST_COST] = required, cost
        for node in range(len(st.node)):
            st.best[node, 0], st.best[node, 1] = st.node[node, SUCC], st.node[node, MODE]


@inner
def list_absent(tab: Tables, st: State) -> None:
    """List the tasks in no route, but for those no vehicle can serve."""
    num = 0
    for task in range(tab.num_tasks):
        if st.node[task, ROUTE] < 0 and tab.tasks[task, SERVABLE]:
            st.ids[ABSENT_IDS, num] = task
            num += 1
    st.num[ABSENT] = num
