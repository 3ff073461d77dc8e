"""How hard a day's crews are tried for."""

import math
from datetime import date

from models.day import Budget, Request
from solver.shifts.day import DAY_BUDGET, day_budget

DAY = date(2026, 5, 12)


def test_no_clock_decides_who_drives_a_day_that_is_to_be_repeated():
    """On a busy machine twenty seconds are over sooner: the demo had other drivers then."""
    by_count = day_budget(Request(day=DAY, budget=Budget(iterations=10)))
    assert (by_count.seconds, by_count.deterministic) == (math.inf, DAY_BUDGET.deterministic)
    assert day_budget(Request(day=DAY, budget=Budget(seconds=10))) == DAY_BUDGET
