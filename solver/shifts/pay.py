"""What a person's work earns: overtime, lost rest days, statutory holidays (Labour Law art. 44)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.shifts.fit import week_overtime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.shift import LabourRules, RosterProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidHours:
    """One person's work by what is paid for it [s]; every second counts once."""

    normal_s: int = 0
    overtime_s: int = 0
    rest_day_s: int = 0
    holiday_s: int = 0

    def full_s(self, rules: LabourRules) -> int:
        """Seconds at the normal wage that cost as much."""
        hundredths = (
            100 * self.normal_s
            + rules.overtime_percent * self.overtime_s
            + rules.rest_day_percent * self.rest_day_s
            + rules.holiday_percent * self.holiday_s
        )
        return round(hundredths / 100)


def paid_hours(problem: RosterProblem, by_day: Mapping[int, int]) -> PaidHours:
    """Sort one person's paid seconds per day of the roster by their price.

    Holidays first. A week (Monday to Sunday) with more days of work than the rest days leave has
    no day in lieu of the rest: its last days that are no holidays are rest-day work. What then
    remains has the week's overtime.
    """
    weeks: dict[int, list[int]] = defaultdict(list)
    for day in sorted(by_day):
        weeks[problem.week(day)].append(day)
    overtime = rest = holiday = 0
    for days in weeks.values():
        usual = [day for day in days if day not in problem.holidays]
        lost = max(0, len(days) - problem.rules.max_days_run)
        kept = usual[: max(0, len(usual) - lost)]
        holiday += sum(by_day[day] for day in days if day in problem.holidays)
        rest += sum(by_day[day] for day in usual[len(kept) :])
        overtime += week_overtime(problem.rules, [by_day[day] for day in kept])
    return PaidHours(
        normal_s=sum(by_day.values()) - overtime - rest - holiday,
        overtime_s=overtime,
        rest_day_s=rest,
        holiday_s=holiday,
    )
