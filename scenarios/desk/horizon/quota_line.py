"""What the plans of a day, or of days in a row, bring the quotas of the year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from models.errors import HuanweiError
from scenarios.desk.year.plan import YearOrder, standing
from scenarios.district.read import read_tables
from scenarios.ledger.driven import trips_of
from solver.horizon.quota import done_by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from models.history.events import TripDone
    from models.plan import Plan
    from models.record import PlanText
    from models.year.calendar import YearCalendar


class Driven(NamedTuple):
    """A day's plan as quotas see it: its trips, and the operations that have routes."""

    day: date
    trips: tuple[TripDone, ...]
    operations: frozenset[str]


def driven_by(plan: Plan) -> Driven:
    """The trips of a plan."""
    operations = frozenset(route.operation for route in plan.routes)
    return Driven(plan.date, tuple(trips_of(plan, "")), operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLine:
    """A quota and the `days` of a year that are planned, in trips.

    Asked of the year, done before the first day, owed from it on. `planned` is what the year's
    calendar gives the days, `trips` what their plans drive.
    """

    title: PlanText
    definition: PlanText
    year: int
    days: int
    asked: int
    done: int
    owed: int
    planned: int
    trips: int
    offer: bool = False
    """Whether extra passes would be to be had, and were not asked for."""

    @property
    def short(self) -> int:
        """Trips less than the calendar gives the days; 0 where there are as many or more."""
        return max(0, self.planned - self.trips)


def quota_lines(
    folder: Path, plans: Sequence[Driven], ledger: str | None = None
) -> tuple[QuotaLine, ...]:
    """The quotas of the folder whose operations are planned, as known before the first day.

    `plans` are in order of their days; each year has lines of its own. Nothing where no quota is
    asked for, tables have mistakes or the ledger cannot be read: plans stand without it.
    """
    try:
        return tuple(
            line
            for year, days in groupby(plans, key=lambda one: one.day.year)
            for line in _of_year(folder, year, list(days), ledger)
        )
    except HuanweiError:
        return ()


def _of_year(
    folder: Path, year: int, plans: Sequence[Driven], ledger: str | None
) -> Iterator[QuotaLine]:
    first = plans[0].day
    calendar = standing(folder, YearOrder(year=year, today=first, ledger=ledger))
    reading = read_tables(folder, first, ("quotas",))
    if calendar is None or reading.rules is None:
        return
    asked = [row.to_domain(reading.rules) for _, row in reading.rows["quotas"]]
    known = {(one.operation, one.vehicle_type): one for one in asked if one.year == year}
    trips = [trip for plan in plans for trip in plan.trips]
    planned_for = frozenset[str]().union(*(plan.operations for plan in plans))
    dates = [plan.day for plan in plans]
    numbers = _numbers(calendar, dates)
    for one in calendar.quotas:
        if one.operation not in planned_for:
            continue
        today = one.days[numbers[0]].done
        quota = known[one.operation, one.vehicle_type]
        yield QuotaLine(
            title=one.title,
            definition=one.definition,
            year=year,
            days=len(plans),
            asked=one.trips,
            done=one.done - today,
            owed=one.owed + today,
            planned=sum(one.days[number].planned for number in numbers) + today,
            trips=sum(done_by_day(quota, trips, dates, dates[-1])),
            offer=not quota.extra and reading.rules.operations[quota.operation].street is not None,
        )


def _numbers(calendar: YearCalendar, dates: Sequence[date]) -> list[int]:
    """Places of dates among the days of a year."""
    places = {each.date: number for number, each in enumerate(calendar.days)}
    return [places[day] for day in dates]
