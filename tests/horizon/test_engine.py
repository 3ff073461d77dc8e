"""Which day gets what: towns one can add up by hand, every plan judged."""

from dataclasses import replace

from models.horizon.periodic import NO_PATTERN, Pattern
from models.solution import Reason
from solver.horizon.engine import solve
from solver.horizon.search.running import num_coolings
from solver.judge.days.horizon import check_horizon
from solver.stop import at_most
from tests.horizon.little_week import line

EITHER = ((0,), (1,))


def judged(problem, seed=1, iterations=300, initial=None):
    outcome = solve(problem, stop=at_most(iterations), seed=seed, initial=initial)
    assert not check_horizon(problem, outcome.plan, outcome.schedules)
    return outcome


def test_neighbours_share_a_day():
    """All four on one day: 4 out, 4 home; on two days it would be 8 and more."""
    assert judged(line(EITHER, EITHER, EITHER, EITHER)).cost == (0, 8)


def test_days_differ_where_a_vehicle_is_too_small_for_all():
    """Two fit: 3 and 4 on one day (8), 1 and 2 on the other (4)."""
    outcome = judged(line(EITHER, EITHER, EITHER, EITHER, capacity=2))
    assert outcome.cost == (0, 12)
    assert outcome.plan.chosen[0] == outcome.plan.chosen[1] != outcome.plan.chosen[2]


def test_the_cost_of_a_plan_that_breaks_laws_is_no_news():
    """Two stops that do not fit one vehicle on their only day: whoever waits for a cost waits."""
    told = []
    problem = line(((0,),), ((0,),), capacity=1)
    solve(problem, stop=at_most(100), progress=told.append)
    assert {news.cost for news in told} == {None}
    told.clear()
    solve(line(EITHER, EITHER), stop=at_most(100), progress=told.append)
    assert told[-1].cost == 4


def test_visits_of_a_task_are_linked():
    """Stop 2 is visited on both days, so stop 1 comes along on either for nothing."""
    assert judged(line(EITHER, ((0, 1),))).cost == (0, 8)


def test_a_pattern_may_cost():
    """Staying on day 1 is worth the second tour (2) where leaving it costs 5."""
    problem = line(((0,),), EITHER)
    kept = (Pattern(days=(0,), cost=5), Pattern(days=(1,)))
    problem = replace(problem, patterns=(problem.patterns[0], kept))
    outcome = judged(problem)
    assert (outcome.plan.chosen[1], outcome.cost) == (1, (0, 6))


def test_a_demand_may_depend_on_the_pattern():
    """Day 0 brings 11 kg for a vehicle of 10, day 1 only 9."""
    problem = line(EITHER)
    heavy = (Pattern(days=(0,), demands=((11,),)), Pattern(days=(1,), demands=((9,),)))
    assert judged(replace(problem, patterns=(heavy,))).plan.chosen == (1,)


def test_a_day_without_vehicles_is_no_day():
    problem = replace(line(EITHER, EITHER), fleets=((0,), (1,)))
    assert judged(problem).plan.chosen == (1, 1)


def test_a_task_whose_days_have_no_vehicle_is_left_out_with_a_reason():
    problem = replace(line(EITHER, ((0,),)), fleets=((0,), (1,)))
    outcome = judged(problem)
    assert outcome.plan.chosen == (1, NO_PATTERN)
    assert outcome.plan.unserved == {1: Reason.NO_VEHICLE_TYPE}


def test_a_task_that_is_not_worth_its_way_is_left_out():
    """Out and home is 2 for a prize of 1, twice if both days: the pattern of one visit counts 1."""
    outcome = judged(line(((0,), (0, 1)), prize=1))
    assert (outcome.plan.unserved, outcome.cost) == ({0: Reason.NOT_WORTH}, (0, 1))


def test_days_share_the_work_where_it_is_limited():
    """Four stops of 60 s each; 130 s a day at most, so that two come on either day."""
    problem = line(EITHER, EITHER, EITHER, EITHER)
    tasks = tuple(
        replace(task, modes=(replace(task.modes[0], duration=60),))
        for task in problem.every_day.tasks
    )
    problem = replace(
        problem, every_day=replace(problem.every_day, tasks=tasks), most_work_s=(130, 130)
    )
    outcome = judged(problem)
    assert sorted(len(day.routes[0].visits) for day in outcome.plan.days) == [2, 2]


def test_the_same_seed_gives_the_same_plan():
    problem = line(*[EITHER] * 9, ((0, 1),), capacity=4, vehicles=2)
    assert judged(problem, 7).plan == judged(problem, 7).plan


def test_a_search_goes_on_from_a_plan():
    problem = line(*[EITHER] * 9, ((0, 1),), capacity=4, vehicles=2)
    before = judged(problem)
    assert judged(problem, seed=3, iterations=1, initial=before.plan).cost <= before.cost


def test_a_budget_is_spent_on_one_to_four_coolings():
    """Of at least 15 iterations per square of the visits each, but for the only one."""
    assert [num_coolings(work * 15 * 100**2, visits=100) for work in (0.1, 2.2, 50)] == [1, 2, 4]
    assert num_coolings(1_000, visits=0) == 4
