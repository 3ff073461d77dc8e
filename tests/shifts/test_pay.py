"""Pay by art. 44 of the Labour Law: overtime 150 %, rest days 200 %, statutory holidays 300 %."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.haul.problem import haul_trucks
from solver.shifts.pay import PaidHours, paid_hours
from solver.trade.holiday import holiday_name, rules_on
from tests.shifts.people import HOUR, RULES, roster_problem
from tests.tasks.town import bureau, grid, plan_day, point, replace, standard, vehicle

NATIONAL_DAY = date(2026, 10, 1)
STATUTORY_2026 = [
    "01-01", "02-16", "02-17", "02-18", "02-19", "04-05", "05-01", "05-02", "06-19", "09-25",
    "10-01", "10-02", "10-03",
]  # fmt: skip


def paid(hours, holidays=()):
    """`hours` by day from Monday; `holidays` are days."""
    problem = roster_problem([], [], holidays=frozenset(holidays))
    return paid_hours(problem, {day: h * HOUR for day, h in enumerate(hours) if h})


def hours(*, normal=0, overtime=0, rest_day=0, holiday=0):
    return PaidHours(
        normal_s=normal * HOUR,
        overtime_s=overtime * HOUR,
        rest_day_s=rest_day * HOUR,
        holiday_s=holiday * HOUR,
    )


@pytest.mark.parametrize(
    ("week", "holidays", "found", "full"),
    [
        ((10,), (), hours(normal=8, overtime=2), 11),
        ((10,), (0,), hours(holiday=10), 30),
        ((8, 8, 8, 8, 8), (3,), hours(normal=32, holiday=8), 56),
        ((8, 8, 8, 8, 8, 8), (), hours(normal=40, overtime=8), 52),
        ((8, 8, 8, 8, 8, 8), (3,), hours(normal=40, holiday=8), 64),
        ((5, 5, 5, 5, 5, 5, 5), (), hours(normal=30, rest_day=5), 40),
        ((5, 5, 5, 5, 5, 5, 4), (6,), hours(normal=25, rest_day=5, holiday=4), 47),
        ((0, 5, 5, 5, 5, 5, 5, 5), (), hours(normal=35), 35),
    ],
)
def test_every_hour_is_paid_by_what_it_is(week, holidays, found, full):
    """A holiday's overtime is holiday; a seventh day of work in one week has no day in lieu."""
    assert paid(week, holidays) == found
    assert found.full_s(RULES) == full * HOUR


@given(
    st.lists(st.integers(0, 11), max_size=21),
    st.frozensets(st.integers(0, 20)),
)
def test_no_hour_is_lost_or_paid_below_the_wage(week, holidays):
    found = paid(week, holidays)
    parts = (found.normal_s, found.overtime_s, found.rest_day_s, found.holiday_s)
    assert sum(parts) == sum(week) * HOUR
    assert min(parts) >= 0
    assert sum(week) * HOUR <= found.full_s(RULES) <= 3 * sum(week) * HOUR
    assert found.holiday_s == sum(h * HOUR for day, h in enumerate(week) if day in holidays)


def test_the_statutory_holidays_are_thirteen_days_without_the_swapped_ones():
    every = [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(365)]
    labour = standard().labour
    found = [f"{day:%m-%d}" for day in every if holiday_name(labour, day)]
    assert found == STATUTORY_2026
    assert holiday_name(labour, NATIONAL_DAY) == "国庆节"


def test_the_profile_may_add_days_or_have_no_calendar():
    labour = standard().labour
    own = labour.model_copy(update={"more_holidays": (date(2026, 4, 19),)})
    assert holiday_name(own, date(2026, 4, 19))
    assert not holiday_name(labour, date(2026, 4, 19))
    assert not holiday_name(labour.model_copy(update={"holiday_calendar": ""}), NATIONAL_DAY)


def test_a_holiday_makes_work_dear_and_nothing_else(tmp_path):
    """Wages of routes and haul trucks are three times as high; overtime adds nothing to 300 %."""
    fleet = [vehicle("t1", "cp_8", "early"), vehicle("h1", "hl_15", "early")]
    town = bureau(*fleet, points=(point("p", 50, 0),))
    rules = standard()
    assert rules_on(rules, date(2026, 9, 30)) is rules
    dear = rules_on(rules, NATIONAL_DAY)
    days = [plan_day(grid(tmp_path), town, each)[1] for each in (rules, dear)]
    trucks = [
        haul_trucks(town, day.haul, each)[0] for day, each in zip(days, (rules, dear), strict=True)
    ]
    types = [day.parts[0].problem.vehicle_types[0] for day in days]
    assert [truck.cost_per_s for truck in trucks] == [1_250, 3_750], "45 and 135 CNY/h"
    assert [kind.cost_per_s for kind in types] == [2_639, 7_917], "95 and 285 CNY/h"
    assert [kind.cost_per_overtime_s for kind in types] == [1_320, 0]
    wages = {"cost_per_s": 0, "cost_per_overtime_s": 0}
    assert [truck.cost_per_overtime_s for truck in trucks] == [625, 0]
    assert replace(trucks[0], **wages) == replace(trucks[1], **wages)
    assert replace(types[0], **wages) == replace(types[1], **wages)
