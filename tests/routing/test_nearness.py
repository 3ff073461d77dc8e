"""Near tasks are those with the least leg, windows counted in; against plain loops."""

from itertools import product

import numpy as np
import pytest

from solver.routing.base.arrays import AT_COL, AT_ROW, DURATION, EARLY, LATE, TASK, WINDOWS
from solver.routing.base.nearness import LATE_WEIGHT, WAIT_WEIGHT, Nearness
from solver.routing.base.tables import build_tables
from tests.routing.tiny_days import tiny_day


def by_hand(tab, cheapest, one, other):
    """Least leg between two tasks, either way, in any modes; the same with what windows add."""
    modes = [np.flatnonzero(tab.visit[: tab.num_modes, TASK] == task) for task in (one, other)]
    legs, apart = [], []
    time = tab.time.min(axis=0) if tab.level >= WINDOWS else None
    for first, then in [*product(*modes), *product(*reversed(modes))]:
        a, b = tab.visit[first], tab.visit[then]
        leg = int(cheapest[a[AT_ROW], b[AT_COL]])
        legs.append(leg)
        if time is None:
            continue
        known = cheapest < tab.far
        rate = cheapest[known].sum() / max(time[known].sum(), 1)
        lasts = a[DURATION] + time[a[AT_ROW], b[AT_COL]]
        wait = max(b[EARLY] - a[LATE] - lasts, 0)
        late = max(a[EARLY] + lasts - b[LATE], 0)
        apart.append(leg + int(rate * (WAIT_WEIGHT * wait + LATE_WEIGHT * late)))
    return min(legs), min(apart or legs)


@pytest.mark.parametrize("seed", range(12))
def test_legs_and_windows_against_plain_loops(seed):
    tab = build_tables(tiny_day(seed, tasks=6, turns=seed % 2 == 1, timed=seed % 3 > 0))
    cheapest = tab.leg.min(axis=0)
    legs, apart = Nearness.of(tab, cheapest).between(0, tab.num_tasks)
    for one, other in product(range(tab.num_tasks), repeat=2):
        assert (legs[one, other], apart[one, other]) == by_hand(tab, cheapest, one, other)
    nearest = np.where(np.eye(tab.num_tasks, dtype=bool), 2**62, apart).min(axis=1)
    assert [apart[task, tab.near[task, 0]] for task in range(tab.num_tasks)] == nearest.tolist()
