"""Routes that exchange their vehicles, or get one that stood idle; compiled.

Tasks wander from route to route one string at a time, so a long route never comes to a vehicle of
another depot, shift or size that would do it cheaper: all of it has to go at once.
"""

from __future__ import annotations

from models.units import FORBIDDEN
from solver.routing.base.arrays import FIRST, TASK, Tables
from solver.routing.base.chance import below, draw
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.change import touch
from solver.routing.ruin.first_plan import loads_fit
from solver.routing.ruin.links import set_mode
from solver.routing.ruin.refresh import refresh
from solver.routing.ruin.state import (
    KIND,
    MODE,
    NUM_SLOTS,
    PLACES,
    ROUTE,
    SLOT,
    SLOT_FIRST,
    SUCC,
    TODO,
    State,
)
from solver.routing.ruin.stretches import chain, note

IDLE_CHANCE = 0.5
"""The other vehicle is an idle one with this chance, else that of another route (chosen)."""


@inner
def exchange_vehicles(tab: Tables, st: State) -> bool:
    """Let a route have the vehicle of another type, and its route, if it has one, have the first.

    False: there is none, or a route breaks a law then. Tasks take a mode open to their new type.
    """
    task = below(st.rng, tab.num_tasks)
    slot = st.node[task, ROUTE]
    if slot < 0:
        return False
    other = _other_vehicle(tab, st, st.route[slot, KIND])
    if other < 0:
        return False
    touch(tab, st, slot)
    touch(tab, st, other)
    depot, beside = tab.num_tasks + slot, tab.num_tasks + other
    num = note(st, TODO, 0, st.node[depot, SUCC], depot, SUCC)
    count = note(st, PLACES, 0, st.node[beside, SUCC], beside, SUCC)
    kind, kind_beside = st.route[slot, KIND], st.route[other, KIND]
    if not (_open(tab, st, TODO, num, kind_beside) and _open(tab, st, PLACES, count, kind)):
        return False
    chain(tab, st, TODO, num, beside)
    chain(tab, st, PLACES, count, depot)
    fits = refresh(tab, st, slot) and refresh(tab, st, other)
    return fits and loads_fit(tab, st, slot) and loads_fit(tab, st, other)


@inlined
def _other_vehicle(tab: Tables, st: State, kind: int) -> int:
    """Slot of a vehicle of another type: an idle one, or that of a random task; -1: none found."""
    if draw(st.rng) < IDLE_CHANCE:
        other = below(st.rng, len(tab.kinds))
        free_slots = st.stack[other, NUM_SLOTS]
        if other == kind or free_slots == 0:
            return -1
        return st.route[st.stack[other, SLOT_FIRST] + free_slots - 1, SLOT]
    slot = st.node[below(st.rng, tab.num_tasks), ROUTE]
    return slot if slot >= 0 and st.route[slot, KIND] != kind else -1


@inner
def _open(tab: Tables, st: State, row: int, num: int, kind: int) -> bool:
    """Whether a type may do all visits of a list, in another mode where it must."""
    for i in range(num):
        node = st.ids[row, i]
        mode = st.node[node, MODE]
        if tab.visit_cost[kind, mode] < FORBIDDEN:
            continue
        task = tab.visit[mode, TASK]
        if task < 0:
            return False
        best = tab.tasks[task, FIRST]
        for one in range(best, tab.tasks[task + 1, FIRST]):
            if tab.visit_cost[kind, one] < tab.visit_cost[kind, best]:
                best = one
        if tab.visit_cost[kind, best] >= FORBIDDEN:
            return False
        set_mode(tab, st, node, best)
    return True
