"""The laws of consistency, each broken once by hand."""

from dataclasses import replace

import pytest

from models.horizon.consistent import ConsistentPlan, Seen
from models.solution import Step, StepKind
from scenarios.instances.weeks.convrp import parse_convrp
from solver.horizon.consistent import solve_consistent
from solver.judge.days.consistency import check_consistency, check_consistent
from solver.stop import at_most
from tests.instances.weeks_samples import CONVRP

PROBLEM = replace(parse_convrp(CONVRP).problem, spread_s=1_000)
FOUND = solve_consistent(PROBLEM, stop=at_most(400))


def codes(plan=FOUND.plan, schedules=FOUND.schedules, problem=PROBLEM):
    return {one.code for one in check_consistent(problem, plan, schedules)}


def seen(**days):
    return [{name: Seen(driver, at) for name, (driver, at) in day.items()} for day in days.values()]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (seen(mon={"a": ("x", 0)}, tue={"a": ("x", 300)}), []),
        (seen(mon={"a": ("x", 0)}, tue={"a": ("x", 301)}), [("OTHER_TIME", 1)]),
        (seen(mon={"a": ("x", 0)}, tue={"a": ("y", 0)}), [("OTHER_DRIVER", 1)]),
        (seen(mon={"a": ("x", 0)}, tue={"b": ("y", 900)}), []),
        (
            seen(mon={"a": ("x", 900)}, tue={}, wed={"a": ("y", 0)}, thu={"a": ("z", 0)}),
            [("OTHER_DRIVER", 2), ("OTHER_TIME", 600)],
        ),
    ],
)
def test_who_comes_when_is_compared_over_all_days(days, told):
    assert [(one.code, one.excess) for one in check_consistency(days, 300)] == told


def test_without_a_limit_times_are_free():
    days = seen(mon={"a": ("x", 0)}, tue={"a": ("x", 9_000)})
    assert list(check_consistency(days, None)) == []


def test_the_plan_found_keeps_all_laws():
    assert codes() == set()


def test_another_driver_on_a_day_is_found_out():
    drivers = (*FOUND.plan.drivers[:2], (77,))
    assert codes(replace(FOUND.plan, drivers=drivers)) == {"OTHER_DRIVER"}


def test_a_tighter_limit_is_found_out():
    assert codes(problem=replace(PROBLEM, spread_s=999)) == {"OTHER_TIME"}


@pytest.mark.parametrize("drivers", [((0,), (0,)), ((0,), (0, 1), (0,))])
def test_drivers_that_are_not_those_of_the_routes_are_found_out(drivers):
    assert codes(ConsistentPlan(FOUND.plan.plan, drivers)) == {"UNKNOWN"}


def test_a_visit_left_out_is_found_out():
    days = list(FOUND.plan.plan.days)
    days[0] = replace(days[0], routes=(replace(days[0].routes[0], visits=()),))
    plan = replace(FOUND.plan, plan=replace(FOUND.plan.plan, days=tuple(days)))
    assert "UNSERVED_NO_REASON" in codes(plan)


def test_one_driver_on_two_routes_of_a_day_is_found_out():
    day = FOUND.plan.plan.days[0]
    route = day.routes[0]
    two = tuple(replace(route, visits=(visit,)) for visit in route.visits)
    days = (replace(day, routes=two), *FOUND.plan.plan.days[1:])
    plan = ConsistentPlan(
        replace(FOUND.plan.plan, days=days), ((0,) * len(two), *FOUND.plan.drivers[1:])
    )
    schedules = ((FOUND.schedules[0][0],) * len(two), *FOUND.schedules[1:])
    assert "VEHICLE_TWICE" in codes(plan, schedules)


def test_waiting_to_be_on_time_is_found_out():
    """A driver who would be early may not stand still: nobody waits in this problem."""
    first = FOUND.schedules[0][0]
    late = [replace(step, begin=step.begin + 100, end=step.end + 100) for step in first.steps[1:]]
    wait = Step(kind=StepKind.WAIT, begin=first.begin, end=first.begin + 100)
    waited = replace(first, steps=(first.steps[0], wait, *late))
    assert "TIME" in codes(schedules=((waited,), *FOUND.schedules[1:]))
