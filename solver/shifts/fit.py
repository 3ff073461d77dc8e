"""Whether a person may do a duty, alone and beside other duties: the laws the models share."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from models.shift import Rule
from models.units import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.district import Driver
    from models.shift import Duty, LabourRules, RosterProblem


def is_helper(driver: Driver) -> bool:
    """Whether the person only fills seats beside a driver."""
    return not driver.licence


def unfit(problem: RosterProblem, driver: Driver, duty: Duty) -> Iterator[Rule]:
    """Rules that keep the person from the duty whatever else they do."""
    rules = problem.rules
    if not is_helper(driver) and not rules.covers(driver.licence, duty.licence):
        yield Rule.LICENCE
    if not is_helper(driver) and not duty.skills <= driver.skills:
        yield Rule.SKILL
    if not driver.available or duty.day in problem.leave.get(driver.id, frozenset()):
        yield Rule.ABSENT
    if driver.shifts and duty.shift and duty.shift not in driver.shifts:
        yield Rule.WRONG_SHIFT
    if duty.begin - driver.last_end < rules.min_rest_s:
        yield Rule.REST_BETWEEN
    if duty.paid_s > rules.normal_day_s + rules.max_overtime_day_s:
        yield Rule.OVERTIME_DAY
    if too_hot(problem, [duty]):
        yield Rule.HEAT
    over = duty.paid_s - rules.normal_day_s
    this_month = problem.account(problem.week(duty.day)) == 0
    history = driver.overtime_month_s if this_month else 0
    if over > 0 and history + over > rules.max_overtime_month_s:
        yield Rule.OVERTIME_MONTH


def too_hot(problem: RosterProblem, duties: Sequence[Duty]) -> bool:
    """Whether the outdoor ones of one person's duties of one day break its limit of heat."""
    outdoor = [duty for duty in duties if duty.outdoor]
    if not outdoor:
        return False
    rules, day = problem.rules, outdoor[0].day
    limit = rules.heat_limit(problem.temperatures.get(day))
    if limit is None:
        return False
    early, late = (moment + day * DAY for moment in rules.heat_window)
    inside = any(duty.begin < late and duty.end > early for duty in outdoor)
    return sum(duty.paid_s for duty in outdoor) > limit.max_s or (limit.out_of_window and inside)


def clash(rules: LabourRules, first: Duty, second: Duty) -> Rule | None:
    """Why one person cannot do both duties, `first` beginning no later; None if they can."""
    gap = second.begin - first.end
    if gap < 0:
        return Rule.DOUBLE_BOOKED
    if first.day != second.day:
        return Rule.REST_BETWEEN if gap < rules.min_rest_s else None
    if second.end - first.begin > rules.max_span_s:
        return Rule.REST_BETWEEN
    limit = rules.normal_day_s + rules.max_overtime_day_s
    return Rule.OVERTIME_DAY if first.paid_s + second.paid_s > limit else None


def broken(problem: RosterProblem, driver: Driver, duties: Sequence[Duty]) -> set[Rule]:
    """All rules that one person's duties break together."""
    rules = problem.rules
    ordered = sorted(duties, key=lambda duty: (duty.begin, duty.end))
    found = {rule for duty in ordered for rule in unfit(problem, driver, duty)}
    found |= {
        rule
        for number, first in enumerate(ordered)
        for second in ordered[number + 1 :]
        if (rule := clash(rules, first, second))
    }
    by_day: dict[int, int] = defaultdict(int)
    for duty in ordered:
        by_day[duty.day] += duty.paid_s
    if any(too_hot(problem, [d for d in ordered if d.day == day]) for day in by_day):
        found.add(Rule.HEAT)
    if max(by_day.values(), default=0) > rules.normal_day_s + rules.max_overtime_day_s:
        found.add(Rule.OVERTIME_DAY)
    if overtime_by_month(problem, by_day, driver.overtime_month_s) > rules.max_overtime_month_s:
        found.add(Rule.OVERTIME_MONTH)
    if longest_run(set(by_day), driver.days_run) > rules.max_days_run:
        found.add(Rule.WEEKLY_REST)
    nights = {duty.day for duty in ordered if duty.is_night(rules)}
    if longest_run(nights, driver.nights_run) > rules.max_nights_run:
        found.add(Rule.NIGHTS)
    return found


def overtime_by_month(problem: RosterProblem, by_day: dict[int, int], history: int) -> int:
    """Overtime of the worst calendar month with new overtime [s]; month 0 begins with `history`.

    A week's overtime counts in the month of the week's first day inside the roster.
    """
    rules = problem.rules
    weeks: dict[int, list[int]] = defaultdict(list)
    for day in sorted(by_day):
        weeks[problem.week(day)].append(day)
    months: dict[int, int] = {}
    for week, days in weeks.items():
        over = week_overtime(rules, [by_day[day] for day in days])
        month = problem.account(week)
        if over:
            months[month] = months.get(month, 0 if month else history) + over
    return max(months.values(), default=0)


def week_overtime(rules: LabourRules, days: Sequence[int]) -> int:
    """Overtime of a week from the paid seconds of its days [s].

    The larger of its days' overtime and its hours above the weekly norm.
    """
    daily = sum(max(0, worked - rules.normal_day_s) for worked in days)
    return max(daily, sum(days) - rules.normal_week_s) if rules.normal_week_s else daily


def longest_run(days: set[int], history: int) -> int:
    """Most days in a row, counting `history` days up to the day before day 0."""
    if not days:
        return 0
    longest = run = 0
    for before, day in pairwise([-1, *sorted(days)]):
        run = run + 1 if day == before + 1 else 1
        if day == 0:
            run = history + 1
        longest = max(longest, run)
    return longest
