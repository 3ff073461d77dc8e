"""A year of a district folder: its quotas on its days, with what the ledger says was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from models.day import Note
from models.errors import HuanweiError, InputErrors
from models.history.events import Absence, TripDone, WeatherDay
from models.units import CHINA
from models.year.quota import YearFacts
from scenarios.desk.year.document import year_document
from scenarios.district.read import read_tables
from scenarios.district.reading import sorted_issues
from scenarios.district.references import check_year
from scenarios.ledger.append import holding
from scenarios.ledger.store import has_ledger, open_ledger
from solver.horizon.calendar import calendar_days, days_of
from solver.horizon.quota import plan_quota
from solver.trade.holiday import holiday_name

if TYPE_CHECKING:
    from pathlib import Path

    from models.history.events import Event
    from models.trade.rules import RuleProfile
    from models.year.calendar import YearCalendar
    from scenarios.district.reading import Reading
    from scenarios.ledger.store import Ledger

NEEDED = ("facilities", "vehicles", "crews", "quotas", "climate")
"""Tables a year is planned from; points and streets are the days' matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOrder:
    """Which year, as known on which day; `ledger` is a database's URL (None: as set, or none)."""

    year: int
    today: date
    ledger: str | None = None


def plan_year(folder: Path, order: YearOrder, ledger: Ledger | None = None) -> YearCalendar:
    """The calendar of the year, judged; what was done is read from `ledger` where it is open.

    Raises `InputErrors` with everything that is wrong in the tables, and `HuanweiError` where the
    folder asks for nothing in that year.
    """
    reading = read_tables(folder, order.today, NEEDED)
    if folder.is_dir():
        check_year(reading)
    if reading.findings.issues or reading.rules is None or reading.settings is None:
        raise InputErrors(sorted_issues(reading.findings.errors()))
    facts = _facts(reading, order, ledger)
    if not facts.quotas:
        raise HuanweiError(
            f"no quota for {order.year}: add rows to quotas.csv (docs/year.md)",
            zh=f"{order.year} 年没有任务量：请在 quotas.csv 中填写（见 docs/year.md）",
        )
    days = calendar_days(facts.year, facts.today, facts.weather, facts.normals)
    plans = [plan_quota(quota, facts, days) for quota in facts.quotas]
    return year_document(
        facts, days, plans,
        district=reading.settings.name,
        district_id=reading.settings.id or folder.resolve().name,
        created=datetime.now(CHINA).replace(microsecond=0),
    )  # fmt: skip


def standing(folder: Path, order: YearOrder, ledger: Ledger | None = None) -> YearCalendar | None:
    """The calendar of the year, or None where nothing is asked for, or tables have mistakes.

    For commands that only mention it: what they did stands without it.
    """
    reading = read_tables(folder, order.today, ("quotas",))
    if all(row.year != order.year for _, row in reading.rows["quotas"]):
        return None
    try:
        return plan_year(folder, order, ledger)
    except InputErrors:
        return None


def _facts(reading: Reading, order: YearOrder, ledger: Ledger | None) -> YearFacts:
    """What the tables and the ledger say."""
    rules = reading.rules
    assert rules is not None  # looked at before
    events = _events(reading.folder, order, ledger)
    quotas = [row.to_domain(rules) for _, row in reading.rows["quotas"]]
    return YearFacts(
        year=order.year,
        today=min(max(order.today, date(order.year, 1, 1)), date(order.year + 1, 1, 1)),
        quotas=tuple(quota for quota in quotas if quota.year == order.year),
        normals=tuple(row.to_domain() for _, row in reading.rows["climate"]),
        vehicles=tuple(row.to_domain() for _, row in reading.rows["vehicles"]),
        drivers=tuple(row.to_domain() for _, row in reading.rows["crews"]),
        rules=rules,
        holidays={day: name for day in days_of(order.year) if (name := _holiday(rules, day))},
        trips=tuple(one for one in events if isinstance(one, TripDone)),
        weather=tuple(one for one in events if isinstance(one, WeatherDay)),
        absences=tuple(one for one in events if isinstance(one, Absence)),
    )


def _holiday(rules: RuleProfile, day: date) -> Note | None:
    name = holiday_name(rules.labour, day)
    return Note(name, holiday_name(rules.labour, day, "en")) if name else None


def _events(folder: Path, order: YearOrder, ledger: Ledger | None) -> list[Event]:
    """Trips, weather and absences of the year; none where there is no ledger yet."""
    if ledger is None:
        if not has_ledger(folder, order.ledger):
            return []
        with open_ledger(folder, order.ledger) as own:
            return _events(folder, order, own)
    first, last = date(order.year, 1, 1), date(order.year, 12, 31)
    with ledger.reading() as connection:
        return [
            event
            for kind in (TripDone, WeatherDay, Absence)
            for event in holding(connection, kind, first, last)
        ]
