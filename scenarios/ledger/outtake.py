"""The ledger as tables that can be imported again, and as a summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from models.history.events import EVENTS, Absence, FillLevel, TripDone, WeatherDay, Weighing
from models.units import clock
from scenarios.district.words.headings import columns_of
from scenarios.ledger.append import holding
from scenarios.ledger.happened import batches
from scenarios.ledger.schema import METADATA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from models.history.events import Event
    from scenarios.ledger.store import Ledger

Cell = str | int | float | None
LATEST = 10
"""Batches that a summary names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """What a table holds: rows ever written, rows that hold, and the days they span."""

    table: str
    rows: int
    holding: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """One import or recorded plan."""

    made_at: datetime
    kind: str
    source: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the ledger holds."""

    address: str
    tables: tuple[TableFacts, ...]
    batches: tuple[BatchFacts, ...]


def overview(ledger: Ledger) -> Overview:
    """Tables with their numbers of rows, and the latest batches, newest first."""
    with ledger.reading() as connection:
        tables = tuple(_facts(connection, kind) for kind in EVENTS)
        names = ("made_at", "kind", "source", "person")
        query = sa.select(*(batches.c[name] for name in names)).order_by(batches.c.id.desc())
        latest = connection.execute(query.limit(LATEST)).mappings().all()
    return Overview(
        address=ledger.address, tables=tables, batches=tuple(BatchFacts(**row) for row in latest)
    )


def latest_batch(ledger: Ledger) -> int:
    """The number of the latest batch, 0 before the first: rows of events come in batches alone."""
    with ledger.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.max(batches.c.id))) or 0)


def _facts(connection: sa.Connection, kind: type[Event]) -> TableFacts:
    table = METADATA.tables[kind.table]
    later = table.alias("later")
    corrected = sa.exists().where(later.c.corrects == table.c.id)
    first, last = (table.c.begin, table.c.end) if "begin" in table.c else (table.c.day,) * 2
    count = sa.func.count()
    rows = connection.scalar(sa.select(count).select_from(table))
    query = sa.select(count, sa.func.min(first), sa.func.max(last))
    held, begin, end = connection.execute(query.where(~table.c.void, ~corrected)).one()
    return TableFacts(table=kind.table, rows=rows or 0, holding=held, first=begin, last=end)


def export_tables(
    ledger: Ledger, begin: date | None = None, end: date | None = None
) -> dict[str, list[dict[str, Cell]]]:
    """Rows that hold, of every table, in the columns and units of an import."""
    with ledger.reading() as connection:
        return {
            kind.table: [row_of(event) for event in holding(connection, kind, begin, end)]
            for kind in EVENTS
        }


def heading(table: str, column: str, language: str) -> str:
    """The heading of a column: in Chinese its first name there, with the unit in brackets."""
    facts: Mapping[str, Any] = columns_of(table)[column]
    if language != "zh":
        return column
    return f"{facts['names'][0]}({facts['unit']})" if "unit" in facts else str(facts["names"][0])


def row_of(event: Event) -> dict[str, Cell]:
    """The row of an import that makes this event, without empty cells."""
    cells = _cells(event) | {"note": event.note}
    return {name: value for name, value in cells.items() if value not in {"", None}}


def _cells(event: Event) -> dict[str, Cell]:
    match event:
        case TripDone():
            return {
                "number": event.number, "day": event.day.isoformat(),
                "operation": event.operation, "vehicle": event.vehicle,
                "vehicle_type": event.vehicle_type, "begin": _clock(event.begin_s),
                "end": _clock(event.end_s), "trips": event.trips,
                "work_km": event.work_m / 1_000 or None, "load_kg": event.load_kg or None,
                "water_l": event.water_l or None, "route": event.route, "plan": event.plan,
                "valid": "" if event.valid else "no",
            }  # fmt: skip
        case Weighing():
            return {
                "number": event.number, "day": event.day.isoformat(), "at": _clock(event.at_s),
                "site": event.site, "vehicle": event.vehicle, "stream": event.stream,
                "gross_kg": event.gross_kg, "tare_kg": event.tare_kg, "net_kg": event.net_kg,
            }  # fmt: skip
        case WeatherDay():
            return {
                "day": event.day.isoformat(), "low_c": _part(event.low_dc, 10),
                "rain_mm": _part(event.rain_um, 1_000), "wind_grade": event.wind_grade,
                "snow": _yes(event.snow), "pm25": event.pm25, "alert": _yes(event.alert),
                "forecast": _yes(event.forecast),
            }  # fmt: skip
        case Absence():
            return {
                "kind": event.kind, "what": event.what, "begin": event.begin.isoformat(),
                "end": event.end.isoformat(), "reason": event.reason,
            }  # fmt: skip
        case FillLevel():
            return {
                "day": event.day.isoformat(), "at": _clock(event.at_s), "point": event.point,
                "full_percent": event.full_pm / 10,
            }  # fmt: skip


def _clock(seconds: int | None) -> str:
    """HH:MM counted on after midnight (28:00)."""
    return "" if seconds is None else clock(seconds)


def _part(value: int | None, whole: int) -> float | None:
    return None if value is None else value / whole


def _yes(value: bool) -> str:
    return "yes" if value else ""
