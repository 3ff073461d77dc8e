"""Reports follow plans: a trip taken from a plan holds until somebody tells what was driven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.history.events import TripDone
from scenarios.ledger.append import Entry, holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    import sqlalchemy as sa

    from models.history.events import Event

Work = tuple["date", str, str]
"""What a vehicle did on a day: day, vehicle, operation."""


def of_reported(connection: sa.Connection, events: Sequence[Event]) -> list[Entry]:
    """Voided entries of the trips of plans whose vehicle, day and operation are now reported."""
    told = [trip for trip in events if isinstance(trip, TripDone) and not trip.plan]
    work, keys = {_work(trip) for trip in told}, {trip.key for trip in told}
    return [
        Entry(held, void=True)
        for held in _of_days(connection, {trip.day for trip in told})
        if held.plan and _work(held) in work and held.key not in keys
    ]


def of_replanned(connection: sa.Connection, trips: Sequence[TripDone]) -> list[Entry]:
    """Voided entries of trips recorded from an earlier plan of the same days and operations."""
    work, keys = {(trip.day, trip.operation) for trip in trips}, {trip.key for trip in trips}
    return [
        Entry(held, void=True)
        for held in _of_days(connection, {trip.day for trip in trips})
        if held.plan and (held.day, held.operation) in work and held.key not in keys
    ]


def reported(connection: sa.Connection, days: Iterable[date]) -> set[Work]:
    """Work of these days that somebody has reported."""
    return {_work(held) for held in _of_days(connection, set(days)) if not held.plan}


def _work(trip: TripDone) -> Work:
    return trip.day, trip.vehicle, trip.operation


def _of_days(connection: sa.Connection, days: set[date]) -> Iterator[TripDone]:
    """Trips that hold on the days."""
    if not days:
        return
    for held in holding(connection, TripDone, min(days), max(days)):
        if isinstance(held, TripDone) and held.day in days:
            yield held
