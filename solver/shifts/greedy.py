"""A first roster: duties in order of time, each seat to the person it costs least."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.shifts.fit import clash, is_helper, too_hot, unfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.district import Driver
    from models.ids import DutyId
    from models.shift import Duty, RosterProblem

AWAY_S = 28_800
"""A duty at another depot weighs so many seconds (chosen)."""

RARE_S = 57_600
"""A licence the duty does not need weighs so many seconds (chosen: it is kept for others)."""

NIGHT_S = 14_400
"""An earlier night weighs so many seconds (chosen: nights go round)."""


def greedy_roster(
    problem: RosterProblem, keep: Mapping[DutyId, tuple[str, ...]]
) -> dict[DutyId, tuple[str, ...]]:
    """Lawful crews by duty id; duties nobody can take are left out.

    Prefers whoever had the duty in `keep`, then the home depot, the licence that fits exactly, and
    the fewest hours.
    """
    people = [_Person(problem, driver) for driver in problem.drivers]
    crews: dict[DutyId, tuple[str, ...]] = {}
    for duty in sorted(problem.duties, key=lambda duty: (duty.begin, duty.end, str(duty.id))):
        crew: list[str] = []
        for seat in range(problem.seats(duty)):
            fits = [
                person
                for person in people
                if person.helper == (seat > 0)
                and person.driver.id not in crew
                and person.can_take(duty)
            ]
            if not fits:
                if seat == 0:
                    break
                continue
            best = min(fits, key=lambda person: person.rank(duty, keep.get(duty.id, ())))
            best.take(duty)
            crew.append(best.driver.id)
        if crew:
            crews[duty.id] = tuple(crew)
    return crews


class _Person:
    """What one person has been given so far, day by day."""

    def __init__(self, problem: RosterProblem, driver: Driver) -> None:
        self.problem = problem
        self.driver = driver
        self.helper = is_helper(driver)
        self.by_day: dict[int, list[Duty]] = defaultdict(list)
        self.nights: set[int] = set()
        self.worked: dict[int, int] = defaultdict(int)

    def rank(self, duty: Duty, kept: tuple[str, ...]) -> tuple[bool, int, str]:
        """Smaller is better; another depot, a rarer licence and nights before count as hours."""
        driver = self.driver
        away = bool(driver.home_depot and duty.depot and driver.home_depot != duty.depot)
        load = driver.hours_month_s + sum(self.worked.values())
        load += RARE_S * (driver.licence != duty.licence)
        if duty.is_night(self.problem.rules):
            load += NIGHT_S * (len(self.nights) + driver.nights_run)
        return driver.id not in kept, load + AWAY_S * away, driver.id

    def can_take(self, duty: Duty) -> bool:
        """Whether the duty is lawful after all earlier ones."""
        rules, day = self.problem.rules, duty.day
        if any(unfit(self.problem, self.driver, duty)):
            return False
        near = [*self.by_day.get(day - 1, []), *self.by_day.get(day, [])]
        if any(clash(rules, earlier, duty) for earlier in near):
            return False
        limit = rules.normal_day_s + rules.max_overtime_day_s
        too_long = self.worked.get(day, 0) + duty.paid_s > limit
        if too_long or too_hot(self.problem, [*self.by_day.get(day, []), duty]):
            return False
        if self._run(set(self.worked), day, self.driver.days_run) > rules.max_days_run:
            return False
        if (
            duty.is_night(rules)
            and self._run(self.nights, day, self.driver.nights_run) > rules.max_nights_run
        ):
            return False
        return self._overtime_with(duty) <= rules.max_overtime_month_s

    def take(self, duty: Duty) -> None:
        """Give the person the duty."""
        self.by_day[duty.day].append(duty)
        self.worked[duty.day] += duty.paid_s
        if duty.is_night(self.problem.rules):
            self.nights.add(duty.day)

    @staticmethod
    def _run(days: set[int], day: int, history: int) -> int:
        """Days in a row that end with `day`."""
        first = day
        while first - 1 in days:
            first -= 1
        return day - first + 1 + (history if first == 0 else 0)

    def _overtime_with(self, duty: Duty) -> int:
        """Overtime of the duty's month with it; 0 where it adds none."""
        before, after = self._overtime(duty, 0), self._overtime(duty, duty.paid_s)
        return after if after > before else 0

    def _overtime(self, duty: Duty, more: int) -> int:
        problem, rules = self.problem, self.problem.rules
        weeks: dict[int, list[int]] = defaultdict(list)
        for day, worked in self.worked.items():
            weeks[problem.week(day)].append(worked + (more if day == duty.day else 0))
        if duty.day not in self.worked:
            weeks[problem.week(duty.day)].append(more)
        month = problem.account(problem.week(duty.day))
        total = self.driver.overtime_month_s if month == 0 else 0
        for week, days in weeks.items():
            if problem.account(week) == month:
                over = sum(max(0, worked - rules.normal_day_s) for worked in days)
                above = sum(days) - rules.normal_week_s if rules.normal_week_s else 0
                total += max(over, above)
        return total
