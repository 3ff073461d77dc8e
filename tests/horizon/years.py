"""A bureau of two flushers and a year, small enough to add up by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from models.district import Driver, Vehicle
from models.history.events import TripDone
from models.units import CHINA
from models.year.quota import Quota, YearFacts
from scenarios.desk.year.document import year_document
from solver.horizon.calendar import calendar_days
from solver.horizon.quota import plan_quota
from solver.trade.profile import load_profile

if TYPE_CHECKING:
    from models.trade.rules import RuleProfile
    from models.year.calendar import YearCalendar

YEAR = 2026
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)


@cache
def rules() -> RuleProfile:
    return load_profile("standard")


def vehicle(name: str, kind: str = "fl_16", shifts: tuple[str, ...] = ("night",)) -> Vehicle:
    return Vehicle(id=name, type=kind, depot="D", shifts=shifts, overrides={})


def driver(name: str) -> Driver:
    return Driver(id=name, name=name, licence="B2")


def trip(day: date, vehicle: str = "F1", **changes: Any) -> TripDone:
    given = {"operation": "flush", "vehicle_type": "fl_16", "begin_s": 0}
    return TripDone(**({"day": day, "vehicle": vehicle} | given | changes))


def quota(trips: int, **changes: Any) -> Quota:
    """Flushing trips, at most one a vehicle and day."""
    return Quota(
        **({"year": YEAR, "operation": "flush", "trips": trips, "per_vehicle": 1} | changes)
    )


def year(*quotas: Quota, **changes: Any) -> YearFacts:
    """Two flushers, no drivers listed, no weather known, on 1 January."""
    given: dict[str, Any] = {
        "year": YEAR, "today": FIRST, "normals": (), "drivers": (), "rules": rules(),
        "holidays": {}, "trips": (), "weather": (), "absences": (),
        "vehicles": (vehicle("F1"), vehicle("F2")), "quotas": quotas,
    }  # fmt: skip
    return YearFacts(**(given | changes))


def calendar(facts: YearFacts) -> YearCalendar:
    """The calendar of the year, judged."""
    days = calendar_days(facts.year, facts.today, facts.weather, facts.normals)
    plans = [plan_quota(one, facts, days) for one in facts.quotas]
    return year_document(
        facts, days, plans, district="小区", district_id="t",
        created=datetime(YEAR, 1, 1, tzinfo=CHINA),
    )  # fmt: skip


def nth(day: int) -> date:
    """Day number `day` of the year, from 1."""
    return FIRST + timedelta(day - 1)
