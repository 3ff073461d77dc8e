"""False plans of several days: each breaks one law, and the judge says which."""

from dataclasses import replace

import pytest

from models.errors import ProblemError
from models.horizon.periodic import NO_PATTERN, Pattern, PeriodicPlan
from models.solution import Reason, Route, Serve, Solution
from solver.judge.days.horizon import check_horizon
from tests.horizon.little_week import line

TOWN = line(((0,), (1,)), ((0, 1),), ((0,), (1,)))


def trips(*days, chosen=(0, 0, 1), unserved=None):
    """One route a day over these tasks."""
    solutions = (Solution((Route(0, tuple(Serve(t, 0) for t in day)),)) for day in days)
    return PeriodicPlan(chosen, tuple(solutions), unserved or {})


def codes(plan, problem=TOWN):
    return [violation.code for violation in check_horizon(problem, plan)]


def test_a_plan_that_keeps_its_patterns_passes():
    assert codes(trips((0, 1), (1, 2))) == []


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (trips((0, 1), (1, 2), chosen=(2, 0, 1)), "PATTERN"),
        (trips((0, 1), (1, 2), unserved={0: Reason.NO_TIME}), "PATTERN"),
        (trips((0, 1), (1, 2), (1,)), "UNKNOWN"),
        (trips((0, 1), (1, 2, 9)), "UNKNOWN"),
        (trips((1,), (1, 2), chosen=(NO_PATTERN, 0, 1)), "UNSERVED_NO_REASON"),
        (trips((0, 1), (2,)), "UNSERVED_NO_REASON"),
        (trips((0, 1, 1), (1, 2)), "SERVED_TWICE"),
        (trips((0, 1, 2), (1, 2)), "OFF_DAY"),
    ],
)
def test_a_false_plan_is_noticed(plan, code):
    assert set(codes(plan)) == {code}


def test_a_day_has_its_own_vehicles():
    problem = replace(TOWN, fleets=((1,), (0,)))
    assert codes(trips((0, 1), (1, 2)), problem) == ["FLEET"]


def test_a_day_has_no_more_work_than_its_limit():
    tasks = tuple(
        replace(task, modes=(replace(task.modes[0], duration=60),)) for task in TOWN.every_day.tasks
    )
    problem = replace(TOWN, every_day=replace(TOWN.every_day, tasks=tasks), most_work_s=(120, 119))
    found = check_horizon(problem, trips((0, 1), (1, 2)))
    assert [(one.code, one.where, one.excess) for one in found] == [("DAY_WORK", "day 1", 1)]


def test_loads_are_those_of_the_pattern():
    heavy = (Pattern(days=(0, 1), demands=((3,), (11,))),)
    problem = replace(TOWN, patterns=(TOWN.patterns[0], heavy, TOWN.patterns[2]))
    found = check_horizon(problem, trips((0, 1), (1, 2)))
    assert [(one.code, one.excess) for one in found] == [("WATER", 2)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": ()},
        {"days": (1, 0)},
        {"days": (0,), "demands": ((1,), (1,))},
        {"days": (0,), "demands": ((-1,),)},
        {"days": (0,), "extra_s": (-1,)},
    ],
)
def test_a_pattern_that_cannot_be_is_never_born(wrong):
    with pytest.raises(ProblemError):
        Pattern(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"patterns": TOWN.patterns[:2]},
        {"patterns": (*TOWN.patterns[:2], ())},
        {"patterns": (*TOWN.patterns[:2], (Pattern(days=(2,)),))},
        {"patterns": (*TOWN.patterns[:2], (Pattern(days=(0,), demands=((1, 1),)),))},
        {"fleets": ()},
        {"fleets": ((1,), (1, 1))},
        {"most_work_s": (1,)},
    ],
)
def test_a_problem_that_cannot_be_is_never_born(wrong):
    with pytest.raises(ProblemError):
        replace(TOWN, **wrong)
