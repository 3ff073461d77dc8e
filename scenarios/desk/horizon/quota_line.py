"""What a day's plan brings the quotas of the year: done before it, owed, its own trips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.desk.horizon.year import YearOrder, standing
from scenarios.district.read import read_tables
from scenarios.ledger.driven import trips_of
from solver.horizon.quota import done_by_day

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan
    from models.record import PlanText


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLine:
    """A quota and a day, in trips: asked of the year, done before the day, owed from it on.

    `planned` is what the year's calendar gives the day, `trips` what the day's plan drives; `short`
    are trips that the plan drives less than the calendar gives it.
    """

    title: PlanText
    definition: PlanText
    asked: int
    done: int
    owed: int
    planned: int
    trips: int

    @property
    def short(self) -> int:
        """Trips less than the calendar gives the day; 0 where there are as many or more."""
        return max(0, self.planned - self.trips)


def quota_lines(folder: Path, plan: Plan, ledger: str | None = None) -> tuple[QuotaLine, ...]:
    """The quotas of the folder's year whose operations are in the plan, as known before the day.

    Nothing where no quota is asked for or tables have mistakes: the plan stands without it.
    """
    day = plan.date
    year = standing(folder, YearOrder(year=day.year, today=day, ledger=ledger))
    reading = read_tables(folder, day, ("quotas",))
    if year is None or reading.rules is None:
        return ()
    trips = list(trips_of(plan, ""))
    asked = [row.to_domain(reading.rules) for _, row in reading.rows["quotas"]]
    known = {(one.operation, one.vehicle_type): one for one in asked if one.year == day.year}
    planned_for = {route.operation for route in plan.routes}
    number = next(n for n, each in enumerate(year.days) if each.date == day)
    found = []
    for one in year.quotas:
        if one.operation not in planned_for:
            continue
        today = one.days[number]
        quota = known[one.operation, one.vehicle_type]
        found.append(
            QuotaLine(
                title=one.title,
                definition=one.definition,
                asked=one.trips,
                done=one.done - today.done,
                owed=one.owed + today.done,
                planned=today.planned + today.done,
                trips=done_by_day(quota, trips, [day], day)[0],
            )
        )
    return tuple(found)
