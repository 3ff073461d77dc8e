"""A month of a district: what its quotas ask, what the ledger says was done, what is ordered."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from models.history.events import Absence, TripDone, Weighing
from scenarios.desk.year.plan import YearOrder, standing
from scenarios.district.read import read_tables
from scenarios.ledger.append import holding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from models.history.events import Event
    from models.year.calendar import YearCalendar, YearDay
    from scenarios.district.rows.work import OrderIn
    from scenarios.ledger.store import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaOn:
    """A quota on a day, in trips: as planned on 1 January, planned now, done; why not, if so."""

    begun: int
    planned: int
    done: int
    stopped: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """A day of the month: its weather as the calendar has it, and what the ledger holds of it.

    `quotas` stand in the order of the month's. Only trips that count (`valid`) are added up.
    """

    day: date
    told: YearDay | None
    quotas: tuple[QuotaOn, ...]
    trips: int
    work_m: int
    weighed_kg: int
    away: int
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaMonth:
    """A quota and how far it is: in the year, and in this month, in trips."""

    operation: str
    title: tuple[str, str]
    trips: int
    done: int
    owed: int
    arrears: int
    begun_month: int
    done_month: int
    planned_month: int
    short: int
    """Trips that the rest of the year cannot bring; 0: it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The month that holds `first`; no quotas where none are asked for or tables have mistakes."""

    first: date
    quotas: tuple[QuotaMonth, ...]
    days: tuple[MonthDay, ...]


def month_of(folder: Path, first: date, today: date, ledger: Ledger) -> Month:
    """The month that begins on `first`, as it is known `today`."""
    order = YearOrder(year=first.year, today=today)
    year = standing(folder, order, ledger)
    last = first + timedelta(days=monthrange(first.year, first.month)[1] - 1)
    reading = read_tables(folder, first, ["orders"])
    orders = [row for _, row in reading.rows["orders"]]
    with ledger.reading() as connection:
        events = [
            event
            for kind in (TripDone, Weighing, Absence)
            for event in holding(connection, kind, first, last)
        ]
    days = tuple(
        _day(first + timedelta(days=number), year, events, orders)
        for number in range((last - first).days + 1)
    )
    return Month(first=first, quotas=tuple(_quotas(year, first)), days=days)


def _day(
    day: date, year: YearCalendar | None, events: list[Event], orders: list[OrderIn]
) -> MonthDay:
    trips = [one for one in events if isinstance(one, TripDone) and one.day == day and one.valid]
    weighed = [one for one in events if isinstance(one, Weighing) and one.day == day]
    away = {one.what for one in events if isinstance(one, Absence) and one.begin <= day <= one.end}
    at = (day - year.days[0].date).days if year is not None else 0
    return MonthDay(
        day=day,
        told=year.days[at] if year is not None else None,
        quotas=tuple(
            QuotaOn(
                begun=one.days[at].begun, planned=one.days[at].planned, done=one.days[at].done,
                stopped=(stop.zh, stop.en) if (stop := one.days[at].stopped) else ("", ""),
            )
            for one in (year.quotas if year is not None else ())
        ),
        trips=sum(one.trips for one in trips),
        work_m=sum(one.work_m for one in trips),
        weighed_kg=sum(one.net_kg for one in weighed),
        away=len(away),
        orders=tuple(one.id for one in orders if one.holds_on(day)),
    )  # fmt: skip


def _quotas(year: YearCalendar | None, first: date) -> Iterator[QuotaMonth]:
    span = f"{first:%Y-%m}"
    for one in year.quotas if year is not None else ():
        month = next(each for each in one.months if each.span == span)
        yield QuotaMonth(
            operation=one.operation, title=(one.title.zh, one.title.en), trips=one.trips,
            done=one.done, owed=one.owed, arrears=one.arrears, begun_month=month.begun,
            done_month=month.done, planned_month=month.planned,
            short=one.alarm.short if one.alarm else 0,
        )  # fmt: skip
