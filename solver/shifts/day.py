"""The day's people: who drives which route."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import replace
from typing import TYPE_CHECKING

from models.shift import Duty, RosterProblem
from solver.shifts.fit import is_helper
from solver.shifts.roster import Budget, solve_roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from models.day import DrivenDay, DrivenRoute, Request
    from models.district import District
    from models.ids import DutyId
    from models.shift import LabourRules, Roster


DAY_BUDGET = Budget(seconds=20, deterministic=8)
"""Proves the crews of a large demo bureau's day in most cases; the clock is a brake for people."""


def day_budget(request: Request) -> Budget:
    """How hard to try at the day's crews: under an iteration budget no clock decides who drives."""
    unclocked = request.budget.iterations is not None
    return replace(DAY_BUDGET, seconds=math.inf) if unclocked else DAY_BUDGET


def route_duties(rules: LabourRules, day: DrivenDay) -> tuple[Duty, ...]:
    """A duty per route, with the checks before and after the trip."""
    return tuple(_duty(rules, one) for one in day)


def _duty(rules: LabourRules, one: DrivenRoute) -> Duty:
    crew = one.crew
    return Duty(
        id=one.id,
        begin=one.schedule.begin - rules.pre_trip_s,
        end=one.schedule.end + rules.post_trip_s,
        depot=crew.depot,
        shift=crew.shift,
        licence=crew.licence,
        crew=crew.people,
        skills=rules.skills(one.part.operation, crew.catalogue),
        outdoor=one.part.operation in rules.outdoor_operations,
    )


def assign_drivers(
    district: District,
    rules: LabourRules,
    duties: Iterable[Duty],
    day: date,
    *,
    without: frozenset[str] = frozenset(),
    keep: Mapping[DutyId, tuple[str, ...]] | None = None,
    budget: Budget = DAY_BUDGET,
) -> tuple[RosterProblem, Roster]:
    """Crews for one day's duties; `without` names people who are away.

    Helpers are planned where the district lists people without a licence, otherwise a crew is its
    driver.
    """
    problem = day_roster_problem(district, rules, duties, day, without=without)
    roster = solve_roster(problem, budget=budget, keep=keep)
    return problem, roster


def day_roster_problem(
    district: District,
    rules: LabourRules,
    duties: Iterable[Duty],
    day: date,
    *,
    without: frozenset[str] = frozenset(),
) -> RosterProblem:
    """One day's duties and the people for them."""
    temperature = district.weather.temperature_c
    left = monthrange(day.year, day.month)[1] - day.day
    return RosterProblem(
        duties=tuple(duties),
        drivers=tuple(driver for driver in district.drivers if driver.id not in without),
        rules=rules,
        first_weekday=day.weekday(),
        month_ends=frozenset({left}),
        helpers=any(is_helper(driver) for driver in district.drivers),
        temperatures={} if temperature is None else {0: temperature},
    )
