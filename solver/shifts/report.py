"""Hours and fatigue of each person under a roster."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from models.shift import Rule
from solver.shifts.fit import longest_run, overtime_by_month, week_overtime
from solver.shifts.pay import PaidHours, paid_hours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.district import Driver
    from models.shift import Duty, Roster, RosterProblem

WEEKEND = 5
"""The weekend begins on this weekday, Monday being 0 (by the calendar)."""
NEAR = 0.9
"""From this share of the month's overtime the limit counts as reached (chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """One person's paid hours, overtime, nights, weekends and rests [s].

    `month_overtime_s` is the most of a calendar month with new overtime, history included; `paid`
    sorts the same hours by their price;
    `least_rest_s` the shortest rest between two days' work (None: fewer than two);
    `alerts` limits that are reached.
    """

    person: str
    worked_s: int
    overtime_s: int
    month_overtime_s: int
    paid: PaidHours
    days: int
    nights: int
    weekend_days: int
    longest_run: int
    longest_nights: int
    least_rest_s: int | None
    alerts: tuple[Rule, ...]


def strains(problem: RosterProblem, roster: Roster) -> list[Strain]:
    """Everybody's, in the order of the drivers; people without work too."""
    duties = {duty.id: duty for duty in problem.duties}
    work: dict[str, list[Duty]] = defaultdict(list)
    for name, crew in roster.crews.items():
        for person in crew:
            work[person].append(duties[name])
    return [_strain(problem, driver, work[driver.id]) for driver in problem.drivers]


def _strain(problem: RosterProblem, driver: Driver, duties: Sequence[Duty]) -> Strain:
    rules = problem.rules
    by_day: dict[int, int] = defaultdict(int)
    promised: dict[int, int] = defaultdict(int)
    for duty in duties:
        by_day[duty.day] += duty.paid_s
        promised[duty.day] += max(duty.paid_s, rules.guaranteed_s)
    nights = {duty.day for duty in duties if duty.is_night(rules)}
    runs = longest_run(set(by_day), driver.days_run), longest_run(nights, driver.nights_run)
    month = overtime_by_month(problem, by_day, driver.overtime_month_s)
    rest = _least_rest(duties)
    reached = {
        Rule.OVERTIME_MONTH: month >= NEAR * rules.max_overtime_month_s > 0,
        Rule.WEEKLY_REST: runs[0] >= rules.max_days_run,
        Rule.NIGHTS: runs[1] >= rules.max_nights_run,
        Rule.REST_BETWEEN: rest is not None and rest <= rules.min_rest_s,
    }
    return Strain(
        person=driver.id,
        worked_s=sum(by_day.values()),
        overtime_s=_overtime(problem, by_day),
        month_overtime_s=month,
        paid=paid_hours(problem, promised),
        days=len(by_day),
        nights=len(nights),
        weekend_days=sum((day + problem.first_weekday) % 7 >= WEEKEND for day in by_day),
        longest_run=runs[0],
        longest_nights=runs[1],
        least_rest_s=rest,
        alerts=tuple(rule for rule, is_so in reached.items() if is_so),
    )


def _overtime(problem: RosterProblem, by_day: Mapping[int, int]) -> int:
    weeks: dict[int, list[int]] = defaultdict(list)
    for day, worked in by_day.items():
        weeks[problem.week(day)].append(worked)
    return sum(week_overtime(problem.rules, days) for days in weeks.values())


def _least_rest(duties: Sequence[Duty]) -> int | None:
    blocks: dict[int, tuple[int, int]] = {}
    for duty in duties:
        begin, end = blocks.get(duty.day, (duty.begin, duty.end))
        blocks[duty.day] = min(begin, duty.begin), max(end, duty.end)
    ordered = [blocks[day] for day in sorted(blocks)]
    rests = [later[0] - sooner[1] for sooner, later in pairwise(ordered)]
    return min(rests, default=None)
