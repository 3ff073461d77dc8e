"""The model of a roster: who sits where, and the rows that labour law adds for a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from models.units import QUARTER
from solver.shifts.fit import clash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from models.shift import Duty, RosterProblem

OVERTIME_QUARTER = 40
"""A quarter-hour of overtime weighs so much (chosen)."""


@dataclass(eq=False)
class RosterModel:
    """The model under construction.

    `works[person, group]` are its decisions; `on[person, hours]` says that the person works in one
    of the groups of equal hours, `hours[h]` lists these groups. Laws look at hours only.
    """

    problem: RosterProblem
    groups: list[list[Duty]]
    hours: list[list[int]]
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    works: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    on: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    missing: list[cp_model.IntVar] = field(default_factory=list)
    costs: list[cp_model.LinearExpr] = field(default_factory=list)
    exclusions: dict[tuple[int, ...], list[list[int]]] = field(default_factory=dict)
    """Found for people who may work in the same hours: there are many of them."""

    @cached_property
    def never_both(self) -> NDArray[np.bool_]:
        """Whether nobody can work in both of two hours, shape (hours, hours)."""
        duties = [self.duty(number) for number in range(len(self.hours))]
        table = np.eye(len(duties), dtype=np.bool_)
        for (a, first), (b, second) in combinations(enumerate(duties), 2):
            table[a, b] = table[b, a] = clash(self.problem.rules, first, second) is not None
        return table

    def one_at_most(self, hours: Sequence[int]) -> bool:
        """Whether nobody can work in any two of these hours."""
        return bool(self.never_both[np.ix_(hours, hours)].all())

    def of_person(self, person: int) -> list[int]:
        """Hours in which the person may work, by beginning."""
        return [h for h in range(len(self.hours)) if (person, h) in self.on]

    def duty(self, hours: int) -> Duty:
        """A duty that stands for all of these hours."""
        return self.groups[self.hours[hours][0]][0]

    def by_day(self, person: int) -> dict[int, list[int]]:
        """The person's hours by day."""
        days: dict[int, list[int]] = defaultdict(list)
        for hours in self.of_person(person):
            days[self.duty(hours).day].append(hours)
        return days


def add_on(model: RosterModel, person: int) -> None:
    """Whether the person works in hours: in at most one of their groups."""
    for number, groups in enumerate(model.hours):
        works = [model.works[person, group] for group in groups if (person, group) in model.works]
        if len(works) == 1:
            model.on[person, number] = works[0]
        elif works:
            model.on[person, number] = model.cp.new_bool_var(f"on {person} {number}")
            model.cp.add(sum(works) == model.on[person, number])


def add_clashes(model: RosterModel, person: int) -> None:
    """No two duties at once, and the rest between two days' work."""
    hours = tuple(model.of_person(person))
    if hours not in model.exclusions:
        model.exclusions[hours] = list(_exclusions(model, hours))
    for chosen in model.exclusions[hours]:
        model.cp.add_at_most_one(model.on[person, number] for number in chosen)
    rules = model.problem.rules
    limit = rules.normal_day_s + rules.max_overtime_day_s
    for same_day in model.by_day(person).values():
        if len(same_day) > 1:
            model.cp.add(_paid(model, person, same_day) <= limit)


def _exclusions(model: RosterModel, hours: Sequence[int]) -> Iterator[list[int]]:
    """Sets of hours, given by beginning, of which a person works in one at most."""
    rest = max(model.problem.rules.min_rest_s, 0)
    for number, one in enumerate(hours):
        here = model.duty(one)
        near = [
            h
            for h in hours[:number]
            if model.duty(h).end + rest > here.begin or model.duty(h).day == here.day
        ]
        if model.one_at_most([*near, one]):
            yield [*near, one]
            continue
        sure = [h for h in near if model.duty(h).end > here.begin]
        yield [*sure, one]
        for other in near:
            if other not in sure and model.never_both[other, one]:
                yield [other, one]


def add_runs(model: RosterModel, person: int) -> None:
    """The weekly rest day, and no more nights in a row than allowed, history included."""
    rules, driver = model.problem.rules, model.problem.drivers[person]
    days = model.by_day(person)
    _add_run(model, person, days, rules.max_days_run, driver.days_run)
    nights = {
        day: [g for g in groups if model.duty(g).is_night(rules)] for day, groups in days.items()
    }
    _add_run(model, person, nights, rules.max_nights_run, driver.nights_run)


def add_heat(model: RosterModel, person: int) -> None:
    """Hours outdoors on a hot day; duties too hot alone have no variable."""
    problem = model.problem
    outdoor: dict[int, list[int]] = defaultdict(list)
    for group, (duty, *_) in enumerate(model.groups):
        if duty.outdoor and (person, group) in model.works:
            outdoor[duty.day].append(group)
    for day, groups in outdoor.items():
        limit = problem.rules.heat_limit(problem.temperatures.get(day))
        if limit is not None and len(groups) > 1:
            hours = sum(model.groups[g][0].paid_s * model.works[person, g] for g in groups)
            model.cp.add(hours <= limit.max_s)


def _add_run(
    model: RosterModel, person: int, days: Mapping[int, list[int]], limit: int, history: int
) -> None:
    busy: dict[int, cp_model.IntVar] = {}
    for day, groups in days.items():
        if not groups:
            continue
        busy[day] = model.cp.new_bool_var(f"busy {person} {day}")
        works = [model.on[person, group] for group in groups]
        if model.one_at_most(groups):
            model.cp.add(sum(works) <= busy[day])
        else:
            for work in works:
                model.cp.add_implication(work, busy[day])
    if 0 in busy or history:
        left = max(limit - history, 0)
        if all(day in busy for day in range(left + 1)):
            model.cp.add(sum(busy[day] for day in range(left + 1)) <= left)
    for first in sorted(busy):
        window = range(first, first + limit + 1)
        if all(day in busy for day in window):
            model.cp.add(sum(busy[day] for day in window) <= limit)


def add_overtime(model: RosterModel, person: int) -> cp_model.LinearExprT:
    """The monthly overtime account, overtime in the cost; returns the person's paid s."""
    problem, driver = model.problem, model.problem.drivers[person]
    rules = problem.rules
    weeks: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    paid: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    for day, groups in model.by_day(person).items():
        worked = _paid(model, person, groups)
        paid[problem.week(day)].append(worked)
        if _longest_day(model, groups) > rules.normal_day_s:
            over = model.cp.new_int_var(0, rules.max_overtime_day_s, f"overtime {person} {day}")
            model.cp.add(over >= worked - rules.normal_day_s)
            weeks[problem.week(day)].append(over)
    months: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    for week, worked_days in paid.items():
        month = problem.account(week)
        if rules.normal_week_s and len(worked_days) > 1:
            over = model.cp.new_int_var(0, 7 * 86_400, f"week {person} {week}")
            model.cp.add(over >= sum(weeks[week]))
            model.cp.add(over >= sum(worked_days) - rules.normal_week_s)
            months[month].append(over)
        else:
            months[month] += weeks[week]
    for month, overs in months.items():
        history = driver.overtime_month_s if month == 0 else 0
        if overs:
            model.cp.add(sum(overs) <= max(0, rules.max_overtime_month_s - history))
            quarters = model.cp.new_int_var(0, 100_000, f"overtime quarters {person} {month}")
            model.cp.add(QUARTER * quarters >= sum(overs))
            model.costs.append(OVERTIME_QUARTER * quarters)
    return sum(work for days in paid.values() for work in days)


def _longest_day(model: RosterModel, groups: Sequence[int]) -> int:
    """At least the paid seconds of any one person's lawful day with these hours."""
    paid = [model.duty(group).paid_s for group in groups]
    return max(paid) if model.one_at_most(groups) else sum(paid)


def _paid(model: RosterModel, person: int, groups: Sequence[int]) -> cp_model.LinearExprT:
    return sum(model.duty(g).paid_s * model.on[person, g] for g in groups)
