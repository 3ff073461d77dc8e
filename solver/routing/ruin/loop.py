"""Slack induction by string removals over modes (Christiaens and Vanden Berghe 2020), compiled.

Ruin: remove strings of tasks near a random task, from trips near each other. Recreate: insert each
removed task at its cheapest place, trying every mode, with blinks. Accept by simulated annealing;
what a plan may cost is drawn first, and a recreation that comes to more ends there.
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

from typing import NamedTuple

from solver.routing.base.arrays import (
    AVAILABLE,
    DAY_COST,
    FIXED,
    SAME_DAY,
    SIMULATED,
    WINDOWS,
    Tables,
)
from solver.routing.base.chance import below, draw
from solver.routing.base.compiled import entry, inlined, inner
from solver.routing.ruin.accept import accept, draw_bound, keep_best, learn_slack
from solver.routing.ruin.change import begin_change, touch, undo
from solver.routing.ruin.directions import improve_directions
from solver.routing.ruin.facility_visits import drop_redundant
from solver.routing.ruin.first_plan import construct
from solver.routing.ruin.links import unlink
from solver.routing.ruin.overload import learn_penalty
from solver.routing.ruin.recreate import recreate
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import (
    ABSENT,
    ABSENT_IDS,
    KIND,
    LAWFUL,
    MARK,
    NODE_MARK,
    NUM_SLOTS,
    PLACE,
    PRED,
    ROUTE,
    SERVED,
    SIZE,
    STARTED,
    SUCC,
    TOTAL,
    TOUCHED,
    TOUCHED_SLOT,
    TRIP,
    TRIP_SIZE,
    TRIPS,
    Ids,
    State,
)
from solver.routing.ruin.stretches import exchange_tails, turn_around
from solver.routing.ruin.vehicles import exchange_vehicles


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
    tail_chance: float = 0.3
    """Share of iterations that exchange the tails of two routes instead."""
    empty_chance: float = 0.0
    """Share of ruins that take a whole route apart, so that its vehicle may stay at home."""
    swap_chance: float = 0.0
    """Share of iterations in which a route gets the vehicle of another type instead."""
    overload: float = 0.0
    """Share of all demands tolerated above capacities at the first temperature; 0: none ever."""
    first_heat: float = 0.1
    last_heat: float = 0.001
    """First and last temperature as shares of the median distance between tasks."""


SHORT_TRIPS = Tuning()
FEW_TASKS = Tuning(first_heat=0.3, last_heat=0.003)
"""For up to `NUM_FEW` tasks: a hot start costs them little."""
TINY = FEW_TASKS._replace(tail_chance=0.0)
"""For up to `NUM_TINY` tasks: strings are as long as tails."""
LONG_TRIPS = Tuning(turn_chance=0.2, first_heat=0.3, last_heat=0.003)
"""Where trips have more than `long_trip` tasks."""
CROWDED_TRIPS = LONG_TRIPS._replace(overload=0.01)
"""Where their loads all but fill the fewest vehicles, too."""
ONE_ROUTE = LONG_TRIPS._replace(mean_removed=15.0, max_string=30, tail_chance=0.0)
"""A single vehicle has no other's tail to exchange, and short strings change too little of it."""
TIMED = Tuning(long_trip=1_000, tail_chance=0.2, first_heat=0.3, last_heat=0.003)
"""Where windows bind; reversed, hardly any stretch would keep its windows."""
DAY_PLANS = TIMED._replace(tail_chance=0.0)
"""Where pauses are simulated too: exchanged tails brought nothing there, and seldom fit."""


def tuning_for(tab: Tables, st: State, crowded: bool) -> Tuning:
    """The tuning for a problem by its shape.

    Routes are emptied where going out has a price, and change vehicles where types differ.
    """
    shaped = _tuning_by_shape(tab, st, crowded)
    if len(st.stack) > 1:
        shaped = shaped._replace(swap_chance=SWAP_CHANCE)
    priced = len(st.route) > 1 and (tab.kinds[:, [FIXED, DAY_COST]] > 0).any()
    return shaped._replace(empty_chance=EMPTY_CHANCE) if priced else shaped


def _tuning_by_shape(tab: Tables, st: State, crowded: bool) -> Tuning:
    """By its windows, the trips of its first plan, and its loads."""
    if tab.level >= WINDOWS:
        return DAY_PLANS if tab.level == SIMULATED else TIMED
    if st.num[SERVED] > SHORT_TRIPS.long_trip * st.num[TRIPS]:
        if len(st.route) == 1:
            return ONE_ROUTE
        return CROWDED_TRIPS if crowded else LONG_TRIPS
    if tab.num_tasks <= NUM_TINY:
        return TINY
    return FEW_TASKS if tab.num_tasks <= NUM_FEW else SHORT_TRIPS


SWAP_CHANCE = 0.02
"""A route gets a vehicle of another type with this chance, where there are several (measured by
`benchmarks/day_parts.py`)."""

EMPTY_CHANCE = 0.01
"""A ruin empties a route with this chance, where going out has a price: measured on the parts of
the demo's day (`benchmarks/day_parts.py`), where strings alone hardly ever empty a long route."""

DRAWN = 3
"""So many routes are drawn at random, and the one with the fewest tasks is emptied (measured by
`benchmarks/day_parts.py`)."""

NUM_TINY = 60
"""A problem of up to so many tasks counts as tiny (chosen)."""

NUM_FEW = 300
"""A problem of up to so many tasks counts as one of few (chosen)."""


@entry
def search(
    tab: Tables,
    st: State,
    tune: Tuning,
    plan: Ids,
    iterations: int,
    heat: float,
    cooling: float,
    rise: float,
) -> None:
    """Run `iterations` of ruin and recreate from temperature `heat`.

    Each multiplies it by `cooling`, and may raise the penalty for overload by the share `rise`.

    The first call builds the first plan on `plan`, rows of (route slot, mode id), maybe none.
    """
    if st.num[STARTED] == 0:
        construct(tab, st, plan)
    for _ in range(iterations):
        begin_change(st)
        most = draw_bound(st, heat)
        fits = take_out(tab, st, tune)
        if fits:
            fits = recreate(tab, st, tune.blink, most)
        if fits:
            before = st.num[TOTAL]
            for number in range(st.num[TOUCHED]):
                slot = st.route[number, TOUCHED_SLOT]
                improve_directions(tab, st, slot)
                fits = fits and st.route[slot, LAWFUL] > 0
            if tab.num_facilities > 0:
                learn_slack(st, before - st.num[TOTAL])
        if fits and accept(tab, st):
            keep_best(st)
        else:
            undo(tab, st)
        learn_penalty(st, rise)
        heat *= cooling


@inlined
def take_out(tab: Tables, st: State, tune: Tuning) -> bool:
    """Change the plan in one of the ways of a tuning, at random; False: it breaks a law then."""
    moves = tune.turn_chance + tune.tail_chance + tune.swap_chance
    chance = draw(st.rng) if moves > 0 else 1.0
    if chance < tune.turn_chance:
        return turn_around(tab, st)
    if chance < tune.turn_chance + tune.tail_chance:
        return exchange_tails(tab, st)
    if chance < moves:
        return exchange_vehicles(tab, st)
    if tune.empty_chance > 0 and draw(st.rng) < tune.empty_chance:
        return empty_route(tab, st)
    return ruin(tab, st, tune)


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


@inner
def empty_route(tab: Tables, st: State) -> bool:
    """Take out all tasks of the route with the fewest, of `DRAWN` with a random task each.

    Where its vehicle goes out in other shifts too, its routes there go as well: a day is paid once.
    """
    if st.num[SERVED] == 0:
        return True
    slot, fewest = -1, 0
    for _ in range(DRAWN):
        drawn = st.node[below(st.rng, tab.num_tasks), ROUTE]
        if drawn >= 0 and (slot < 0 or st.route[drawn, SIZE] < fewest):
            slot, fewest = drawn, st.route[drawn, SIZE]
    if slot < 0:
        return True
    take_apart(tab, st, slot)
    if tab.kinds[st.route[slot, KIND], DAY_COST] > 0:
        empty_other_shifts(tab, st, st.route[slot, KIND])
    return close_gaps(tab, st)


@inner
def empty_other_shifts(tab: Tables, st: State, kind: int) -> None:
    """Take apart, in each other shift of a type's vehicles, the route with the fewest tasks.

    Only where more vehicles are out than one less of the type: else none is paid for the less.
    """
    left = tab.kinds[kind, AVAILABLE] - st.stack[kind, NUM_SLOTS] - 1
    for other in range(tab.kinds[kind, SAME_DAY], len(tab.kinds)):
        if other == kind or tab.kinds[other, SAME_DAY] != tab.kinds[kind, SAME_DAY]:
            continue
        if tab.kinds[other, AVAILABLE] - st.stack[other, NUM_SLOTS] <= left:
            continue
        fewest = -1
        for slot in range(len(st.route)):
            if st.route[slot, KIND] != other or st.route[slot, SIZE] == 0:
                continue
            if fewest < 0 or st.route[slot, SIZE] < st.route[fewest, SIZE]:
                fewest = slot
        if fewest >= 0:
            take_apart(tab, st, fewest)


@inner
def take_apart(tab: Tables, st: State, slot: int) -> None:
    """Take out all tasks of a route; what it visits beside them stays until gaps are closed."""
    touch(tab, st, slot)
    depot = tab.num_tasks + slot
    node = st.node[depot, SUCC]
    while node != depot:
        after = st.node[node, SUCC]
        if node < tab.num_tasks:
            unlink(tab, st, node)
            st.ids[ABSENT_IDS, st.num[ABSENT]] = node
            st.num[ABSENT] += 1
        node = after


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
