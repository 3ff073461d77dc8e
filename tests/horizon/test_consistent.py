"""Consistent routes: everybody sees the same driver at about the same time, and it is judged."""

from dataclasses import replace

import pytest

from models.errors import HuanweiError
from scenarios.instances.weeks.convrp import parse_convrp
from solver.horizon.consistent import solve_consistent
from solver.judge.days.consistency import check_consistent
from solver.stop import at_most
from tests.instances.weeks_samples import CONVRP


def solved(problem, iterations=400, seed=1):
    return solve_consistent(problem, stop=at_most(iterations), seed=seed)


def limited(spread_s):
    return replace(parse_convrp(CONVRP).problem, spread_s=spread_s)


def test_the_lane_costs_what_it_says_and_is_lawful():
    """One driver goes out to the farthest of the day and back: 6 + 6 + 4, and six services of 1."""
    problem = limited(None)
    outcome = solved(problem)
    assert outcome.cost == 22_000
    assert {driver for day in outcome.plan.drivers for driver in day} == set(
        outcome.plan.drivers[0]
    )
    assert check_consistent(problem, outcome.plan, outcome.schedules) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_times_that_may_not_differ_cost_more_and_hold(seed):
    """On day 3 nobody is served on the way to 2, so that 2 is met a service earlier.

    At the same time to the second it takes a driver of its own: 4 + 6, 6 and 4, and 6 of service.
    """
    free, tight = solved(limited(None), seed=seed), solved(limited(0), 20_000, seed)
    assert free.spread_s >= 1_000
    assert (tight.spread_s, tight.cost) == (0, 26_000)
    assert check_consistent(limited(0), tight.plan, tight.schedules) == []


def test_the_same_seed_gives_the_same_plan():
    assert solved(limited(None)).plan == solved(limited(None)).plan


def test_what_no_vehicle_carries_is_said():
    problem = parse_convrp(CONVRP.replace("CAPACITY: 4", "CAPACITY: 0")).problem
    with pytest.raises(HuanweiError, match="no routes found"):
        solved(problem, 10)


def test_what_takes_longer_than_a_day_is_said():
    problem = parse_convrp(CONVRP.replace("DISTANCE: 50", "DISTANCE: 5")).problem
    with pytest.raises(HuanweiError, match="no routes found"):
        solved(problem, 10)
