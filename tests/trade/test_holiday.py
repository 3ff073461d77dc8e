"""Statutory holidays of China, and what they make of the price of work."""

from datetime import date

import pytest

from solver.trade.holiday import holiday_name, rules_on
from solver.trade.profile import load_profile

RULES = load_profile("standard")
LABOUR = RULES.labour
NATIONAL_DAY, WEDNESDAY = date(2026, 10, 1), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "元旦"),
        (date(2026, 2, 17), "春节"),
        (date(2026, 4, 5), "清明节"),
        (date(2026, 5, 1), "劳动节"),
        (date(2026, 6, 19), "端午节"),
        (date(2026, 9, 25), "中秋节"),
        (NATIONAL_DAY, "国庆节"),
    ],
)
def test_every_statutory_holiday_has_its_name(day, name):
    assert name in holiday_name(LABOUR, day)


def test_a_year_has_thirteen_statutory_days():
    """State Council, decision 795: thirteen days from 2025 on."""
    days = [date(2026, 1, 1).toordinal() + n for n in range(365)]
    assert sum(bool(holiday_name(LABOUR, date.fromordinal(day))) for day in days) == 13


def test_days_off_that_swap_with_a_weekend_are_no_holidays():
    """The 4th to 7th of October are days off, paid as rest days (Labour Law, article 44)."""
    assert [bool(holiday_name(LABOUR, date(2026, 10, day))) for day in range(1, 9)] == [
        *(True, True, True),
        *(False, False, False, False, False),
    ]


def test_a_region_adds_its_own_days_and_a_calendar_may_be_none():
    fair = LABOUR.model_copy(update={"more_holidays": (WEDNESDAY,)})
    assert holiday_name(LABOUR, WEDNESDAY) == ""
    assert holiday_name(fair, WEDNESDAY)
    abroad = LABOUR.model_copy(update={"holiday_calendar": ""})
    assert holiday_name(abroad, NATIONAL_DAY) == ""


def test_a_working_day_leaves_the_profile_as_it_is():
    assert rules_on(RULES, WEDNESDAY) is RULES


def test_on_a_holiday_every_hour_costs_three_times_the_wage():
    """Article 44: 300 %; overtime of such a day is paid as the holiday, not on top of it."""
    dear = rules_on(RULES, NATIONAL_DAY)
    assert dear.costs.driver_cny_h == pytest.approx(3 * RULES.costs.driver_cny_h)
    assert dear.costs.helper_cny_h == pytest.approx(3 * RULES.costs.helper_cny_h)
    assert dear.labour.overtime_factor == 1.0


def test_overtime_that_is_dearer_than_the_holiday_stays_dearer():
    """Factor 4 on a day of factor 2: an hour of overtime costs 4 wages either way."""
    labour = LABOUR.model_copy(update={"overtime_factor": 4.0, "holiday_factor": 2.0})
    dear = rules_on(RULES.model_copy(update={"labour": labour}), NATIONAL_DAY)
    wage = RULES.costs.driver_cny_h
    assert dear.costs.driver_cny_h * dear.labour.overtime_factor == pytest.approx(4 * wage)


def test_nothing_but_wages_changes():
    dear = rules_on(RULES, NATIONAL_DAY)
    wages = {"driver_cny_h", "helper_cny_h"}
    assert dear.costs.model_dump(exclude=wages) == RULES.costs.model_dump(exclude=wages)
    assert dear.model_dump(exclude={"costs", "labour"}) == RULES.model_dump(
        exclude={"costs", "labour"}
    )
