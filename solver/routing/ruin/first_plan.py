"""The first plan of a search: what it is given, as far as lawful, then all else; compiled."""

from __future__ import annotations

from models.units import BOUNDLESS, FORBIDDEN
from solver.routing.base.arrays import CAPACITY, SERVABLE, TASK, Tables
from solver.routing.base.compiled import inner
from solver.routing.ruin.accept import keep_best, measure_plan
from solver.routing.ruin.change import begin_change
from solver.routing.ruin.facility_visits import drop_redundant, over_daily
from solver.routing.ruin.links import link, unlink
from solver.routing.ruin.recreate import ALL_TRIES, recreate_in_order, sort_absent
from solver.routing.ruin.refresh import refresh, reset
from solver.routing.ruin.state import (
    ABSENT,
    ABSENT_IDS,
    BEST_REQUIRED,
    CURR_COST,
    CURR_OVER,
    CURR_REQUIRED,
    KIND,
    LEG,
    MODE,
    OVER,
    PENALTY,
    PRE,
    PRED,
    ROUTE,
    STARTED,
    SUCC,
    Ids,
    State,
)


@inner
def construct(tab: Tables, st: State, plan: Ids) -> None:
    """First plan: `plan` as far as it keeps the laws, then all absent tasks inserted."""
    st.num[STARTED] = 1
    penalty = st.num[PENALTY]
    st.num[PENALTY] = 0
    reset(tab, st)
    load_plan(tab, st, plan)
    list_absent(tab, st)
    begin_change(st)
    sort_absent(tab, st, st.num[ABSENT])
    recreate_in_order(tab, st, st.num[ABSENT], 0.0, ALL_TRIES, BOUNDLESS)
    st.num[CURR_COST], st.num[CURR_REQUIRED], _ = measure_plan(tab, st)
    st.num[CURR_OVER] = st.num[OVER]
    st.num[PENALTY] = penalty
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
        fits = fits and tab.visit_cost[kind, st.node[v, MODE]] < FORBIDDEN
        u = v


@inner
def list_absent(tab: Tables, st: State) -> None:
    """List the tasks in no route, but for those no vehicle can serve."""
    num = 0
    for task in range(tab.num_tasks):
        if st.node[task, ROUTE] < 0 and tab.tasks[task, SERVABLE]:
            st.ids[ABSENT_IDS, num] = task
            num += 1
    st.num[ABSENT] = num
