"""What one person may do: each law alone, on duties of whole hours."""

from dataclasses import replace

import pytest

from models.shift import HeatLimit, Rule
from solver.shifts.fit import (
    broken,
    clash,
    longest_run,
    overtime_by_month,
    too_hot,
    unfit,
    week_overtime,
)
from tests.shifts.people import HOUR, RULES, driver, duty, roster_problem

HOT = replace(
    RULES,
    heat=(HeatLimit(from_c=35, max_s=6 * HOUR), HeatLimit(from_c=37, max_s=5 * HOUR,
                                                          out_of_window=True)),
    heat_window=(12 * HOUR, 15 * HOUR),
)  # fmt: skip


def keeps_out(person, work, **changes):
    return set(unfit(roster_problem([work], [person], **changes), person, work))


@pytest.mark.parametrize(
    ("held", "needed", "out"),
    [
        ("B2", "B2", set()),
        ("A2", "B2", set()),
        ("B2", "A2", {Rule.LICENCE}),
        ("C1", "B2", {Rule.LICENCE}),
        ("C1", "", set()),
        ("", "B2", set()),
    ],
)
def test_a_licence_covers_itself_and_smaller_ones_and_a_helper_needs_none(held, needed, out):
    assert keeps_out(driver("d", held), duty("x", 6, 12, needed)) == out


@pytest.mark.parametrize(
    ("person", "out"),
    [
        (driver("d", skills=frozenset({"arm"})), set()),
        (driver("d"), {Rule.SKILL}),
        (driver("d", ""), set()),
        (driver("d", skills=frozenset({"arm"}), available=False), {Rule.ABSENT}),
        (driver("d", skills=frozenset({"arm"}), shifts=("early", "late")), set()),
        (driver("d", skills=frozenset({"arm"}), shifts=("late",)), {Rule.WRONG_SHIFT}),
    ],
)
def test_skills_presence_and_shifts_are_asked_of_whom_they_bind(person, out):
    work = duty("x", 6, 12, skills=frozenset({"arm"}), shift="early")
    assert keeps_out(person, work) == out


@pytest.mark.parametrize(("day", "out"), [(0, set()), (1, {Rule.ABSENT}), (2, set())])
def test_leave_holds_on_its_own_day_only(day, out):
    work = duty("x", 24 * day + 6, 24 * day + 12)
    assert keeps_out(driver("d"), work, leave={"d": frozenset({1})}) == out


@pytest.mark.parametrize(("last_h", "out"), [(-5, set()), (-4.75, {Rule.REST_BETWEEN})])
def test_eleven_hours_lie_between_yesterday_and_today(last_h, out):
    """From 19:00 to 6:00 are eleven hours, from 19:15 they are not."""
    assert keeps_out(driver("d", last_end=round(last_h * HOUR)), duty("x", 6, 12)) == out


@pytest.mark.parametrize(("end", "out"), [(17, set()), (17.5, {Rule.OVERTIME_DAY})])
def test_a_day_has_eight_hours_and_three_of_overtime(end, out):
    assert keeps_out(driver("d"), duty("x", 6, end)) == out


def test_paid_time_counts_and_not_the_hours_between():
    """Twelve hours away, ten of them paid: two of overtime."""
    assert keeps_out(driver("d"), duty("x", 6, 18, work_s=10 * HOUR)) == set()


@pytest.mark.parametrize(
    ("before_h", "hours", "out"),
    [
        (34, 10, set()),
        (35, 10, {Rule.OVERTIME_MONTH}),
        (36, 8, set()),
        (40, 8, set()),
        (40, 9, {Rule.OVERTIME_MONTH}),
    ],
)
def test_a_month_has_36_hours_of_overtime_and_a_normal_day_adds_none(before_h, hours, out):
    person = driver("d", overtime_month_s=before_h * HOUR)
    assert keeps_out(person, duty("x", 6, 6 + hours)) == out


@pytest.mark.parametrize(
    ("day", "out"), [(0, {Rule.OVERTIME_MONTH}), (4, {Rule.OVERTIME_MONTH}), (7, set())]
)
def test_last_months_overtime_keeps_nobody_from_work_of_the_next_month(day, out):
    """Day 0 is a Monday, day 3 the month's last: day 4 is of a week that began before, day 7 not.

    Everything is used up on the first account, the hour over eight counts on its week's.
    """
    person = driver("d", overtime_month_s=36 * HOUR)
    work = duty("x", 24 * day + 6, 24 * day + 15)
    assert keeps_out(person, work, month_ends=frozenset({3})) == out
    problem = roster_problem([work], [person], month_ends=frozenset({3}))
    assert broken(problem, person, [work]) == out


@pytest.mark.parametrize(
    ("celsius", "spans", "hot"),
    [
        (None, [(6, 15)], False),
        (34, [(6, 15)], False),
        (35, [(6, 12)], False),
        (35, [(6, 12), (13, 14)], True),
        (35, [(11, 14)], False),
        (37, [(6, 11)], False),
        (37, [(7, 12), (15, 15.25)], True),
        (37, [(9, 12)], False),
        (37, [(10, 12.25)], True),
        (37, [(15, 18)], False),
        (37, [(14.75, 17)], True),
    ],
)
def test_heat_bounds_the_outdoor_hours_and_from_37_degrees_shuts_noon(celsius, spans, hot):
    """35 degrees: six hours. 37: five, none of them between 12:00 and 15:00."""
    work = [duty(f"x{begin}", begin, end, outdoor=True) for begin, end in spans]
    known = {} if celsius is None else {0: celsius}
    assert too_hot(roster_problem(work, [], rules=HOT, temperatures=known), work) is hot
    inside = [replace(one, outdoor=False) for one in work]
    assert not too_hot(roster_problem(inside, [], rules=HOT, temperatures=known), inside)


def test_the_heat_of_tomorrow_is_tomorrows():
    """38 degrees on day 1 only: noon of day 0 is open, noon of day 1 is not."""
    work = [duty("today", 12, 14, outdoor=True), duty("tomorrow", 36, 38, outdoor=True)]
    problem = roster_problem(work, [driver("d")], rules=HOT, temperatures={1: 38.0})
    assert [too_hot(problem, [one]) for one in work] == [False, True]
    assert broken(problem, driver("d"), work) == {Rule.HEAT}


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        ((6, 10), (9, 12), Rule.DOUBLE_BOOKED),
        ((6, 10), (10, 14), None),
        ((6, 8), (17, 19), None),
        ((6, 8), (17, 19.25), Rule.REST_BETWEEN),
        ((6, 12), (12, 17), None),
        ((6, 12), (12, 17.5), Rule.OVERTIME_DAY),
        ((12, 20), (31, 36), None),
        ((12, 20), (30.5, 36), Rule.REST_BETWEEN),
        ((20, 30), (29, 36), Rule.DOUBLE_BOOKED),
    ],
)
def test_two_duties_of_one_person_do_not_clash(first, second, rule):
    """One day: 13 h from first to last, 11 h paid. Two days: 11 h of rest between."""
    assert clash(RULES, duty("a", *first), duty("b", *second)) == rule


@pytest.mark.parametrize(
    ("days", "history", "longest"),
    [
        (set(), 5, 0),
        ({0}, 0, 1),
        ({0}, 4, 5),
        ({1, 2}, 4, 2),
        ({0, 1, 3, 4, 5}, 0, 3),
        ({0, 1, 3, 4, 5}, 2, 4),
    ],
)
def test_days_before_the_roster_count_only_if_they_run_into_it(days, history, longest):
    assert longest_run(days, history) == longest


@pytest.mark.parametrize(
    ("days_run", "days", "out"),
    [(0, 6, set()), (0, 7, {Rule.WEEKLY_REST}), (5, 1, set()), (5, 2, {Rule.WEEKLY_REST})],
)
def test_after_six_days_comes_a_day_off(days_run, days, out):
    """Five hours a day: seven days are 35 hours, so nothing else is near its limit."""
    work = [duty(f"x{day}", 24 * day + 7, 24 * day + 12) for day in range(days)]
    person = driver("d", days_run=days_run)
    assert broken(roster_problem(work, [person]), person, work) == out


@pytest.mark.parametrize(
    ("begin", "nights", "out"), [(22, 5, set()), (22, 6, {Rule.NIGHTS}), (19.5, 6, set())]
)
def test_nights_in_a_row_end_and_an_evening_is_no_night(begin, nights, out):
    """The night begins at 22:00 and takes three hours: 19:30 to 24:00 has two of them."""
    work = [duty(f"x{day}", 24 * day + begin, 24 * day + begin + 4.5) for day in range(nights)]
    person = driver("d")
    assert broken(roster_problem(work, [person]), person, work) == out


@pytest.mark.parametrize(
    ("days", "over"),
    [([8, 8, 8, 8, 8], 0), ([10, 8, 8], 2), ([8] * 6, 8), ([10] * 4, 8), ([10] * 5, 10),
     ([9, 9, 9, 9, 9, 4], 9)],
)  # fmt: skip
def test_a_weeks_overtime_is_the_larger_of_both_accounts(days, over):
    """Hours over 8 a day, or over 40 a week: 9 x 5 + 4 = 49 is nine over, five by the day."""
    assert week_overtime(RULES, [day * HOUR for day in days]) == over * HOUR
    by_day = replace(RULES, normal_week_s=0)
    daily = sum(max(0, day - 8) for day in days)
    assert week_overtime(by_day, [day * HOUR for day in days]) == daily * HOUR


@pytest.mark.parametrize(
    ("work", "history", "over"),
    [
        ({0: 10}, 3, 5),
        ({0: 8}, 3, 0),
        ({0: 9, 1: 9}, 0, 2),
        ({0: 9, 7: 10}, 3, 4),
        ({0: 9, 7: 14}, 3, 6),
    ],
)
def test_each_month_has_its_own_account_of_overtime(work, history, over):
    """Day 0 is a Monday and the month's last day but three: day 7 is of the next month.

    `history` hours are on this month's account already; the worse month is told.
    """
    problem = roster_problem([], [], month_ends=frozenset({3}))
    by_day = {day: hours * HOUR for day, hours in work.items()}
    assert overtime_by_month(problem, by_day, history * HOUR) == over * HOUR
