"""Which plan the search goes on from: annealing on cost, and absence counters; compiled."""

from __future__ import annotations

import math

from models.units import BOUNDLESS
from solver.routing.base.arrays import PRIZE, Tables
from solver.routing.base.chance import draw
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.facility_visits import over_daily
from solver.routing.ruin.overload import price
from solver.routing.ruin.state import (
    ABSENCES,
    ABSENT,
    ABSENT_BEFORE,
    ABSENT_IDS,
    BEFORE_IDS,
    BEST_COST,
    BEST_REQUIRED,
    BOUND,
    CURR_COST,
    CURR_OVER,
    CURR_REQUIRED,
    MODE,
    OVER,
    SLACK,
    SUCC,
    TOTAL,
    State,
)

SLACK_OF_LATE = 1_024
"""The most that was saved is forgotten over so many iterations (chosen: some dozens of them save
much)."""


@inner
def measure_plan(tab: Tables, st: State) -> tuple[int, int, int]:
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
def draw_bound(st: State, heat: float) -> int:
    """Draw the cost the plan of this iteration must stay below, before it is made: annealing.

    Returned is what it must stay below until its modes and facilities are chosen anew. BOUNDLESS
    where tasks are absent, which weigh first.
    """
    st.num[BOUND] = st.num[CURR_COST] + math.ceil(-heat * math.log(1.0 - draw(st.rng)))
    if st.num[CURR_REQUIRED] > 0:
        return BOUNDLESS
    return st.num[BOUND] + st.num[SLACK]


@inlined
def learn_slack(st: State, saved: int) -> None:
    """Where facilities are: what modes and facilities chosen anew save at most, of late."""
    st.num[SLACK] = max(saved, st.num[SLACK] - st.num[SLACK] // SLACK_OF_LATE)


@inlined
def accept(tab: Tables, st: State) -> bool:
    """Simulated annealing on cost and overload; absent tasks weigh first, by absence counters."""
    cost, required, absences = measure_plan(tab, st)
    if tab.limited and over_daily(tab, st):
        return False
    curr = st.num[CURR_REQUIRED]
    good = required < curr
    if required == curr:
        good = cost + price(st, st.num[OVER] - st.num[CURR_OVER]) < st.num[BOUND]
    if required > 0:
        for i in range(st.num[ABSENT_BEFORE]):
            absences -= st.ints[ABSENCES, st.ids[BEFORE_IDS, i]]
        good = good or absences < 0
        for i in range(st.num[ABSENT]):
            st.ints[ABSENCES, st.ids[ABSENT_IDS, i]] += tab.tasks[st.ids[ABSENT_IDS, i], PRIZE] < 0
    if good:
        st.num[CURR_COST], st.num[CURR_REQUIRED] = cost, required
        st.num[CURR_OVER] = st.num[OVER]
    return good


@inlined
def keep_best(st: State) -> None:
    """Copy the current plan when it is the best so far, and no trip is too full."""
    if st.num[CURR_OVER] > 0:
        return
    required, cost = st.num[CURR_REQUIRED], st.num[CURR_COST]
    best = st.num[BEST_REQUIRED]
    if required < best or (required == best and cost < st.num[BEST_COST]):
        st.num[BEST_REQUIRED], st.num[BEST_COST] = required, cost
        for node in range(len(st.node)):
            st.best[node, 0], st.best[node, 1] = st.node[node, SUCC], st.node[node, MODE]
