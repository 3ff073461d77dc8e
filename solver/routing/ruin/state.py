"""The search's plan in hand: linked routes, and what insertion tests need of every node.

Nodes: the n tasks, then one depot node per route slot, then facility visits from a pool. A route
is a ring through its depot node. Sums reach from the last reset of a load (`pre`) and over the
whole stretch between two resets (`stretch`); times are kept as in Vidal et al. (2013).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.routing.base.arrays import AVAILABLE, DEMAND, WINDOWS, Tables

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]


SUCC, PRED, ROW, COL, MODE, ROUTE, TRIP, PLACE, TRIP_SIZE, NODE_COLUMNS = range(10)
"""Columns of `State.node`. ROW and COL: where its mode leaves and enters; MODE: -1 at depots;
ROUTE: -1 for tasks in none; TRIP: node its trip began with; PLACE: tasks before it in the trip;
TRIP_SIZE: tasks of the trip that begins here."""

PRE, STRETCH, LAST, CLOSER, LOAD_COLUMNS = range(5)
"""Last axis of `State.load`. PRE: load after the node; STRETCH: load of the whole stretch between
resets the next leg lies in; LAST: 1 where no reset follows; CLOSER: facility that resets next."""

KIND, SIZE, TRIPS_OF, COST, OUT, SLOT, SLOT_PLACE, ROUTE_MARK, TOUCHED_SLOT = range(9)
PAUSED, LAWFUL, BARRED, OVER_OF, COUNTED, BUSY, ROUTE_COLUMNS = range(9, 16)
"""Columns of `State.route`. OUT: seconds away; SLOT: free slots, stacked per type; SLOT_PLACE: a
slot's place in that stack, -1: in use; TOUCHED_SLOT: routes changed; PAUSED: seconds of pauses;
LAWFUL: keeps the laws of time; BARRED: to the task in hand; OVER_OF: load above capacity; COUNTED:
how often the route was counted anew, the stamp of the bundles it serves; BUSY: seconds of driving
and of visits."""

LEG, SECONDS, SPARE = range(3)
"""Columns of `State.hop`: cost and duration of the leg after a node, kept because a look into a
large matrix is the slowest thing an iteration does; SPARE: the pay of the waiting there, which is
the most that an insertion may save."""

SLOT_FIRST, NUM_SLOTS = range(2)
"""Columns of `State.stack`, per type: where its stack of free slots begins, and its height."""

POOL_IDS, ABSENT_IDS, BEFORE_IDS, TODO, VISITS, BARRED_IDS, PLACES = range(7)
NEAR_BY, NUM_ID_LISTS = range(7, 9)
"""Rows of `State.ids`: free facility nodes, tasks in no route (now, and before the iteration),
and scratch: tasks to insert, mode ids of one route, routes barred to the task in
hand, nodes to insert it after, places in its list of near tasks."""

KEY, ABSENCES, NODE_MARK, TRIP_MARK, LEGS, NUM_INT_LISTS = range(6)
"""Rows of `State.ints`: sort keys, how often a task could not be placed, stamps of nodes and of the
trips that begin with them, leg durations."""

ABSENT, ABSENT_BEFORE, TOUCHED, UNDO, POOL, STAMP, TRIPS, SERVED, TOTAL, MARK = range(10)
CURR_COST, CURR_REQUIRED, BEST_COST, BEST_REQUIRED, BLINK, STARTED = range(10, 16)
OVER, CURR_OVER, PENALTY, TOLERATED = range(16, 20)
DELTA, AFTER, BY_MODE, VARIANT, FACILITY, SECOND, EXACT, BOUND, SLACK = range(20, 29)
DEMANDED, NUM_COUNTERS = range(29, 31)
"""Entries of `State.num`: counters, from OVER on load above capacity and its price, from DELTA on
the best insertion of a task. TOLERATED: so much of it. BOUND: cost a plan is accepted below;
SLACK: what better modes, and facilities, may save of it; DEMANDED: demands of all tasks in the
first dimension."""


class State(NamedTuple):
    """N nodes, R route slots, n tasks, D dimensions, K types, B bundles.

    Few arrays: they compile faster.
    """

    node: Ids  # (N, NODE_COLUMNS)
    load: Ints  # (N, D, LOAD_COLUMNS)
    hop: Ints  # (N, 3) of the leg after the node
    ends: Ints  # (N, 6) duration, earliest, latest start: up to the node, and from it on
    route: Ints  # (R, ROUTE_COLUMNS)
    taken: Ints  # (R + 1, F, D) loads left at facilities by each route and, last, by all
    stack: Ints  # (K, 2)
    ids: Ids  # (NUM_ID_LISTS, N + 9)
    ints: Ints  # (NUM_INT_LISTS, N + 9)
    undo: Ids  # sequences of touched routes, each ended by -1
    undo_hop: Ints  # (len(undo), 2) of the legs before its entries
    bundled: Ints  # (R, B) the stamp of a route where it serves tasks of a bundle
    value: Ints  # (N, modes) scratch of the dynamic program
    back: Ids  # (N, modes)
    best: Ids  # (N, 2) successors and modes of the best plan
    num: Ints  # (NUM_COUNTERS,)
    rng: NDArray[np.uint64]  # (1,)


def empty_state(tab: Tables, seed: int) -> State:
    """Room for a plan; the search fills it."""
    n, dims, facilities = tab.num_tasks, tab.num_dims, tab.num_facilities
    slots = int(tab.kinds[:, AVAILABLE].sum())
    nodes = n + slots + (2 * n + 2 * slots + 8 if facilities else 0)
    wide = max(tab.max_modes, facilities)

    def ids(*shape: int) -> Ids:
        return np.full(shape, -1, dtype=np.int32)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    counters = ints(NUM_COUNTERS)
    counters[DEMANDED] = tab.tasks[:n, DEMAND].sum() if dims else 0
    return State(
        node=ids(nodes, NODE_COLUMNS),
        load=ints(nodes, dims, LOAD_COLUMNS),
        hop=ints(nodes, 3),
        ends=ints(nodes if tab.level >= WINDOWS else 1, 6),
        route=ints(slots, ROUTE_COLUMNS),
        taken=ints(slots + 1, facilities, dims) if tab.limited else ints(1, 1, 1),
        stack=ints(len(tab.kinds), 2),
        ids=ids(NUM_ID_LISTS, nodes + 9),
        ints=ints(NUM_INT_LISTS, nodes + 9),
        undo=ids(2 * nodes + 2 * slots),
        undo_hop=ints(2 * nodes + 2 * slots, 2),
        bundled=ints(slots, len(tab.bundle_cost)),
        value=ints(nodes, wide),
        back=ids(nodes, wide),
        best=ids(nodes, 2),
        num=counters,
        rng=np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64 or 1], dtype=np.uint64),
    )
