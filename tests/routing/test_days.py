"""Going out is paid by the day of a vehicle, a crew by the hours it is promised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.solution import Route, Serve, Solution
from solver.cost import cost, days, days_dealt, days_in_one, days_twice
from solver.routing.base.schedule import schedule_all
from solver.routing.bound.bounds import lower_bound
from solver.routing.ruin.loop import Tuning
from solver.routing.ruin.running import Search
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.line_town import line_town, sweeper, task
from tests.routing.towns import random_problem

EARLY = sweeper(id="early", meal=None, max_work=0, capacity=(), fixed_cost=10,
                day="v", day_cost=1_000, tw_late=1_000)  # fmt: skip
LATE = replace(EARLY, id="late", tw_early=1_000, tw_late=2_000)
OTHER = replace(EARLY, id="other", day="w", day_cost=500)


def town(*kinds, hours=((0, 900),) * 4):
    """Line town without loads; task n may begin in the n-th of these hours."""
    tasks = [task(place, demand=()) for place in range(1, 5)]
    return line_town(
        vehicle_types=kinds, facilities=(), dimensions=(), spacings=(),
        tasks=tuple(
            replace(one, modes=(replace(one.modes[0], tw_early=early, tw_late=late),))
            for one, (early, late) in zip(tasks, hours, strict=True)
        ),
    )  # fmt: skip


def routes(*kinds):
    """A route of each of these types."""
    return [Route(kind, (Serve(number, 0),)) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("out", "price"),
    [
        ((), 0),
        ((0,), 1_000),
        ((1,), 1_000),
        ((0, 1), 1_000),
        ((0, 0, 1), 2_000),
        ((0, 0, 1, 1), 2_000),
        ((0, 2), 1_500),
        ((0, 1, 2, 2), 2_000),
    ],
)
def test_vehicles_pay_once_a_day_as_many_as_the_shift_with_most_of_them(out, price):
    assert days(town(EARLY, LATE, OTHER), routes(*out)) == price


def test_days_that_other_work_pays_for_are_free():
    kinds = [replace(kind, day_paid=1) for kind in (EARLY, LATE)]
    assert days(town(*kinds), routes(0, 1)) == 0
    assert days(town(*kinds), routes(0, 0, 1)) == 1_000


def test_of_two_problems_of_a_day_the_one_with_more_vehicles_out_pays():
    """Two vehicles sweep early, one of them flushes late: 2,000, not 3,000."""
    done = [(town(EARLY), Solution(tuple(routes(0, 0)))), (town(LATE), Solution(tuple(routes(0))))]
    assert days_twice(done) == 1_000


@pytest.mark.parametrize("out", [(), (0,), (1,), (0, 1), (0, 0, 1), (0, 2), (0, 1, 2, 2)])
def test_a_day_dealt_to_its_shifts_costs_no_more(out):
    """Vehicle v may go out in two shifts, w in one: a bound may count 500 for each route."""
    problem = town(EARLY, LATE, OTHER)
    dealt = days_dealt(problem)
    assert [kind.fixed_cost for kind in dealt.vehicle_types] == [510, 510, 510]
    own = 10 * len(out)
    assert sum(dealt.vehicle_types[kind].fixed_cost for kind in out) <= own + days(
        problem, routes(*out)
    )


def test_of_two_problems_the_one_with_more_work_has_the_price_of_a_shared_day():
    small, large = town(LATE), town(EARLY, LATE, OTHER)
    small = replace(small, tasks=small.tasks[:1])
    told = days_in_one([small, large])
    assert told[1] is large
    assert [(kind.day, kind.day_cost) for kind in told[0].vehicle_types] == [("", 0)]
    assert days_in_one([large, small])[0] is large


@pytest.mark.parametrize(
    ("hours", "vehicles"),
    [
        (((0, 900),) * 4, 1),
        (((0, 900), (0, 900), (1_000, 1_900), (1_000, 1_900)), 1),
        (((0, 0),) * 4, 2),
    ],
)
def test_a_bound_pays_for_whole_days_of_vehicles_out_at_once(hours, vehicles):
    """Services of 300 s: two of them, begun by 0 s, fill 600 s of a shift; four need two vehicles.

    Two early and two late are one vehicle's work, which pays for its day once.
    """
    problem = town(EARLY, LATE, hours=hours)
    free = replace(
        problem,
        vehicle_types=tuple(replace(k, day="", day_cost=0) for k in problem.vehicle_types),
    )
    assert lower_bound(problem) - lower_bound(free) >= 1_000 * vehicles


@pytest.mark.parametrize(("paid_s", "seconds"), [(0, 780), (700, 780), (3_600, 3_600)])
def test_a_crew_is_paid_for_the_hours_it_is_promised(paid_s, seconds):
    """To place 4 and back, 480 s, and 300 s there."""
    problem = town(replace(LATE, tw_late=9_000, paid_s=paid_s, day=""), hours=((0, 9_000),) * 4)
    route = (Route(0, (Serve(3, 0),)),)
    found = cost(problem, Solution(route), schedule_all(problem, route))
    assert (found.duration, found.apart) == (seconds, 0)


@pytest.mark.parametrize(("even_s", "apart"), [(0, 0), (700, 0), (1_000, 3 * 220)])
def test_what_a_duty_lacks_counts_but_is_not_paid(even_s, apart):
    kind = replace(LATE, tw_late=9_000, even_s=even_s, cost_per_uneven_s=3, day="")
    problem = town(kind, hours=((0, 9_000),) * 4)
    route = (Route(0, (Serve(3, 0),)),)
    found = cost(problem, Solution(route), schedule_all(problem, route))
    assert (found.apart, found.money) == (apart, found.total - apart)


def test_who_is_out_early_goes_out_late_rather_than_another():
    """Task 0 is early. The others, late, are cheaper by a day for a vehicle that is out anyway."""
    rival = replace(LATE, id="rival", day="", fixed_cost=900)
    problem = town(EARLY, LATE, rival, hours=((0, 300), (1_000, 1_500), (1_000, 1_500), (0, 0)))
    problem = replace(problem, tasks=problem.tasks[:3])
    outcome = RuinEngine().solve(problem, stop=at_most(300))
    assert sorted(route.vehicle_type for route in outcome.solution.routes) == [0, 1]
    assert outcome.cost.fixed == 1_000 + 2 * 10


@pytest.mark.parametrize("seed", range(8))
def test_the_search_knows_what_days_and_promised_hours_cost(seed):
    """With a rest that nobody needs: where only windows are, times are known to a minute."""
    problem = random_problem(seed, tasks=16)
    kinds = tuple(
        replace(
            kind, id=f"{kind.id} {n}", fixed_cost=100 * n, day="v" if n < 2 else "", day_cost=9_000,
            day_paid=seed % 2, paid_s=6_000, even_s=9_000, cost_per_uneven_s=2, cost_per_s=3,
            max_work=20_000,
        )
        for n, kind in enumerate(problem.vehicle_types * 2)
    )  # fmt: skip
    tasks = tuple(
        replace(task, modes=tuple(replace(m, vehicle_types=frozenset()) for m in task.modes))
        for task in problem.tasks
    )
    sites = tuple(replace(one, vehicle_types=frozenset(), bays=0) for one in problem.facilities)
    problem = replace(problem, vehicle_types=kinds, tasks=tasks, facilities=sites)
    run = Search(problem, Tuning(empty_chance=0.2), seed, None)
    for _ in range(10):
        run.advance(30, 0.2, 0.1)
        found = run.solution(run.plan())
        assert run.best[1] == cost(problem, found, schedule_all(problem, found.routes)).total
