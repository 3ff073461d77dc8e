"""A periodic problem as flat arrays for compiled loops, and the plan in hand.

T tasks, D days, n dimensions of load, K vehicle types, S route slots. A *visit* is node t * D + d:
task t on day d. A *variant* is a day of a task with the demand and seconds its visit has there;
patterns that leave the same gap before a day share it. The depot node of slot s is T * D + s.
Facilities are no nodes: `VIA` of a node names the one visited on the leg after it, or -1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]
Floats = NDArray[np.float64]

PRICE, FIRST_MODE, FIRST_PATTERN, FIRST_VARIANT = range(4)
"""Columns of `Weeks.task`; PRICE: cost of leaving it out for good (-1: it must be served)."""

PATTERN_COST, FIRST_VISIT = range(2)
"""Columns of `Weeks.pattern`."""

VARIANT_DAY, EXTRA, WORK, AMOUNT = range(4)
"""Columns of `Weeks.variant`: day, seconds more than the mode's, seconds of service, and from
AMOUNT on its demands."""

SLOT_DAY, SLOT_KIND = range(2)
"""Columns of `Weeks.slot`."""


class Weeks(NamedTuple):
    """What never changes in a search. Legs and kinds are those of `routing/base/arrays.py`."""

    num_tasks: int
    num_days: int
    num_dims: int
    num_modes: int
    num_facilities: int
    end_empty: int  # 1: routes end behind a facility
    timed: int  # 1: some vehicle has a limit of seconds out
    far: int
    leg: NDArray[np.int32]  # (classes, rows, cols)
    time: NDArray[np.int32]  # (profiles, rows, cols); one cell where not timed
    visit: Ints  # (M + F, 6) as in `Tables.visit`
    visit_cost: Ints  # (K, M + F)
    kinds: Ints  # (K, ...) as in `Tables.kinds`
    near: Ids  # (T, width) nearest tasks
    remote: Ints  # (T,) cheapest leg from a depot
    close: Ids  # (rows, few) facilities nearest after a row, -1 fills up
    task: Ints  # (T + 1, 4)
    pattern: Ints  # (P + 1, 2)
    visits: Ids  # variants of all patterns, one pattern after the other
    variant: Ints  # (V, AMOUNT + n)
    slot: Ids  # (S, 2)
    first_slot: Ids  # (D * K + 1,) slots of a day's type
    most_work: Ints  # (D,)


SUCC, PRED, MODE, ROUTE, VIA, ROW, COL, VARIANT, NODE_COLUMNS = range(9)
"""Columns of `Plan.node`. ROUTE: -1 for a visit in none; VARIANT: of a visit."""

LEG, SECONDS = range(2)
"""Columns of `Plan.hop`: cost and seconds of the way after a node, its facility included."""

COST, OUT, OVER, SIZE, TOUCH_MARK, ROUTE_MARK, TOUCHED_SLOT, ROUTE_COLUMNS = range(8)
"""Columns of `Plan.route`. OVER: parts of a vehicle above its capacity, in `WHOLE`s."""

WHOLE = 1 << 20
"""A whole vehicle of overload counts so much (chosen: fine enough for any load)."""

TOTAL, OVERLOAD, LATE, TOO_MUCH, ABSENT, SERVED, USED = range(7)
"""First entries of `Plan.num`: the plan in hand. TOTAL: cost with patterns and prizes; OVERLOAD
[WHOLE]; LATE: s out above the limit; TOO_MUCH: s of service above a day's limit; ABSENT: tasks left
out that must be served; SERVED: visits in routes; USED: routes with visits."""

HELD, BEST = range(7, 17, 5)
"""From HELD on the first five again, of the plan the search stands at; from BEST on of the best."""

STAMP, NUM_TOUCHED, UNDO_END, NUM_SWITCHED, NUM_OUT, NUM_OUT_BEFORE, NUM_TODO, MARK = range(17, 25)
BLINK, STARTED, SHUT, NUM_COUNTERS = range(25, 29)
"""Counters. BLINK: places until the next is skipped; SHUT: 1 where this iteration may open no
route."""

OVER_PRICE, LATE_PRICE, WORK_PRICE, NUM_PRICES = range(4)
"""Entries of `Plan.price`: of a whole vehicle of overload, a second late, a second too much."""

PLACE, BY_MODE, VIA_BEFORE, VIA_AFTER, FOUND_COLUMNS = range(5)
"""Columns of `Plan.found`: the best place of a variant: the node before it, its mode, facilities on
the ways before and after."""

PATTERN, WAS_PATTERN, OUT_OF, OUT_BEFORE, TASK_MARK, SWITCHED, TODO, TODO_DAY = range(8)
KEY, NUM_TASK_ROWS = range(8, 10)
"""Rows of `Plan.tasks`: pattern in hand (-1: left out), the one before this iteration, lists of
tasks left out now and before, stamps, tasks whose pattern was touched, tasks to insert, the visit
of each (-1: by any pattern), sort keys."""


class Plan(NamedTuple):
    """The plan in hand and scratch. N nodes, T tasks, V variants of a task at most."""

    node: Ids  # (N, NODE_COLUMNS)
    hop: Ints  # (N, 2)
    load: Ints  # (N, 2, n) up to the node since the last reset; of its whole trip
    mark: Ints  # (N,) stamps of places looked at
    route: Ints  # (S, ROUTE_COLUMNS)
    work: Ints  # (D,) seconds of service of a day
    tasks: Ints  # (NUM_TASK_ROWS, T + 1)
    undo: Ids  # (N + S, 4)
    undo_hop: Ints  # (N + S, 2)
    found: Ints  # (V, FOUND_COLUMNS)
    delta: Floats  # (V,) cost of the best place
    value: Floats  # (longest route + 2, modes)
    back: Ids  # the same shape
    line: Ids  # nodes of one route, then scratch
    best: Ids  # (N, 4) SUCC, MODE, VIA, VARIANT
    best_pattern: Ids  # (T,)
    price: Floats  # (NUM_PRICES,)
    num: Ints  # (NUM_COUNTERS,)
    rng: NDArray[np.uint64]  # (1,)


def empty_plan(weeks: Weeks, seed: int, max_modes: int) -> Plan:
    """Room for a plan; the search fills it."""
    tasks, days, dims = weeks.num_tasks, weeks.num_days, weeks.num_dims
    slots = len(weeks.slot)
    nodes = tasks * days + slots
    most = int(np.diff(weeks.task[:, FIRST_VARIANT]).max(initial=1))
    longest = tasks + 2

    def ids(*shape: int) -> Ids:
        return np.full(shape, -1, dtype=np.int32)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Plan(
        node=ids(nodes, NODE_COLUMNS),
        hop=ints(nodes, 2),
        load=ints(nodes, 2, dims),
        mark=ints(nodes),
        route=ints(slots, ROUTE_COLUMNS),
        work=ints(days),
        tasks=ints(NUM_TASK_ROWS, tasks + 1),
        undo=ids(nodes + slots, 4),
        undo_hop=ints(nodes + slots, 2),
        found=ints(most, FOUND_COLUMNS),
        delta=np.zeros(most),
        value=np.zeros((longest, max(max_modes, 1))),
        back=ids(longest, max(max_modes, 1)),
        line=ids(max(nodes, 2 * tasks) + 4),
        best=ids(nodes, 4),
        best_pattern=ids(tasks),
        price=np.zeros(NUM_PRICES),
        num=ints(NUM_COUNTERS),
        rng=np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64 or 1], dtype=np.uint64),
    )
