"""What a change costs beside legs and visits: vehicles going out, streets taken apart; compiled."""

from __future__ import annotations

from solver.routing.base.arrays import AVAILABLE, DAY_COST, DAY_PAID, FIXED, SAME_DAY, Tables
from solver.routing.base.compiled import inlined, inner
from solver.routing.ruin.state import COUNTED, NUM_SLOTS, State


@inlined
def going_out(tab: Tables, st: State, kind: int) -> int:
    """What one more route of a type costs before it moves: its own price, and a day's if it is one.

    Vehicles of a day that are out in another shift, or paid for by other work, go out again free.
    """
    price = tab.kinds[kind, FIXED]
    if tab.kinds[kind, DAY_COST] > 0:
        price += day_of_next(tab, st, kind)
    return price


@inner
def day_of_next(tab: Tables, st: State, kind: int) -> int:
    """The price of a day where the next route of a type is a vehicle that is not out yet, or 0."""
    out = tab.kinds[kind, AVAILABLE] - st.stack[kind, NUM_SLOTS]
    most = tab.kinds[kind, DAY_PAID]
    for other in range(tab.kinds[kind, SAME_DAY], len(tab.kinds)):
        if other != kind and tab.kinds[other, SAME_DAY] == tab.kinds[kind, SAME_DAY]:
            most = max(most, tab.kinds[other, AVAILABLE] - st.stack[other, NUM_SLOTS])
    return tab.kinds[kind, DAY_COST] if out >= most else 0


@inlined
def torn(tab: Tables, st: State, task: int, slot: int) -> int:
    """Prices of the task's bundles that the route, as last counted, serves nothing of yet."""
    price = 0
    for i in range(tab.bundle.shape[1]):
        bundle = tab.bundle[task, i]
        if bundle >= 0 and st.bundled[slot, bundle] != st.route[slot, COUNTED]:
            price += tab.bundle_cost[bundle]
    return price
