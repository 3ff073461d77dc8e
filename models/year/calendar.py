"""The calendar document: what `year.json` holds. Days are ISO 8601, numbers are trips.

A quota's `days` stand in the order of the document's `days`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.plan import PlanViolation
from models.record import Moment, PlanText, Record
from models.year.quota import Counts

CALENDAR_VERSION = "1.0"


class YearDay(Record):
    """A day of the year and its weather; None where nothing is known or assumed."""

    date: date
    weekend: bool
    holiday: PlanText | None = None
    weather: Literal["", "seen", "forecast", "normals"] = ""
    """Where it is from: the ledger (seen, or a forecast), or the usual weather of the month."""
    low_c: float | None = None
    rain_mm: float | None = None
    wind_grade: int | None = None
    snow: bool = False
    alert: bool = False


class QuotaDay(Record):
    """What a day is to bring, and what it has brought."""

    planned: int
    """From today on."""
    done: int
    """In the ledger."""
    begun: int
    """What the plan of 1 January had for this day."""
    capacity: int
    """Trips that vehicles and drivers of the day can make; 0 on a day without work."""
    reserve: int
    """Of them kept back: for alerts, and all of them in the last days of the year."""
    vehicles: int
    stopped: PlanText | None = None
    """Why there is no work."""


class QuotaSpan(Record):
    """A month or a week of a quota."""

    span: str
    """2026-05, or 2026-W19 (ISO 8601)."""
    planned: int
    done: int
    begun: int
    capacity: int
    """Of its days from today on."""
    days: int
    """Days from today on on which work is possible."""


class QuotaAlarm(Record):
    """The rest of the year cannot bring the quota.

    `reserve`: not without what is kept back; `late`: not at all.
    """

    level: Literal["reserve", "late"]
    since: date
    """The first day on which this was so."""
    short: int
    """Trips that cannot be driven with what there is."""
    days: int
    """Days left on which work is possible."""
    trips_a_day: int
    """Needed on each of them."""
    vehicles_a_day: int
    """Needed on each of them, making as many trips as today's vehicles can."""
    vehicles: int
    """At most there on one of them."""


class QuotaYear(Record):
    """A quota and its year."""

    operation: str
    vehicle_type: str = ""
    title: PlanText
    trips: int
    counts: Counts
    definition: PlanText
    """What counts as a trip, in words."""
    done: int
    owed: int
    """What is still to be driven."""
    planned: int
    arrears: int
    """What the plan of 1 January had by yesterday, less what was done; below 0: ahead."""
    capacity: int
    """Trips that can be driven from today on, the reserve included."""
    reserve: int
    begin_by: date | None = None
    """If nothing is driven before it, this is the last day to begin with all vehicles."""
    alarm: QuotaAlarm | None = None
    months: list[QuotaSpan]
    weeks: list[QuotaSpan]
    days: list[QuotaDay]


class YearCalendar(Record):
    """What every day of a year brings its quotas."""

    schema_version: str = CALENDAR_VERSION
    district: str
    district_id: str
    year: int
    today: date
    created: Moment
    normals: list[str]
    """Where the usual weather is from; empty: none is known, no day is taken to be lost."""
    notes: list[PlanText]
    days: list[YearDay]
    quotas: list[QuotaYear]
    violations: list[PlanViolation]
