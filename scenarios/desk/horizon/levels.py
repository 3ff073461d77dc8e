"""How full boxes are: readings of the ledger, and by which day each of them has to be emptied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from models.errors import InputErrors
from models.history.events import FillLevel
from models.horizon.week import WeekLevel
from scenarios.district.read import read_tables
from scenarios.district.reading import sorted_issues
from scenarios.ledger.append import holding
from scenarios.ledger.store import has_ledger, open_ledger
from solver.trade.season import rules_in_season
from solver.trade.stocks import due_by, level_on
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.district import Point
    from models.trade.rules import RuleProfile
    from models.trade.work import Stock
    from scenarios.ledger.store import Ledger
    from solver.tasks.rota import Unit

OLDEST = 30
"""A reading counts for so many days (chosen: after a month its noise is as large as a box)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxLevel:
    """A box whose level was read: where it is, what it holds, by when it has to be emptied."""

    operation: str
    point: str
    name: str
    capacity_kg: int
    day_kg: int
    level: WeekLevel


def readings(folder: Path, begin: date, address: str | None = None) -> dict[str, FillLevel]:
    """The latest reading of each point before the end of the day before `begin`, or on its dawn.

    Readings of `begin` itself count where they have no time or are of its first hours. Nothing
    where the folder has no ledger.
    """
    if not has_ledger(folder, address):
        return {}
    with open_ledger(folder, address) as ledger:
        return readings_of(ledger, begin)


def readings_of(ledger: Ledger, begin: date) -> dict[str, FillLevel]:
    """As `readings`, of an open ledger."""
    found: dict[str, FillLevel] = {}
    with ledger.reading() as connection:
        for event in holding(connection, FillLevel, begin - timedelta(OLDEST), begin):
            assert isinstance(event, FillLevel)
            if event.day == begin and event.at_s:
                continue
            known = found.get(event.point)
            if known is None or _moment(known) < _moment(event):
                found[event.point] = event
    return found


def _moment(reading: FillLevel) -> tuple[date, int]:
    return reading.day, reading.at_s or 0


def level_of(stock: Stock, point: Point, reading: FillLevel, begin: date) -> WeekLevel:
    """What a reading of a box says at the beginning of a day."""
    at_s = reading.at_s or 0
    known = level_on(
        stock,
        read_kg=point.capacity_kg * reading.full_pm / 1_000,
        read=reading.day,
        read_s=at_s,
        day_kg=point.demand_kg,
        on=begin,
    )
    return WeekLevel(
        read=reading.day,
        read_s=at_s,
        full_pm=reading.full_pm,
        begin_kg=round(known.level_kg),
        due=due_by(stock, known, capacity_kg=point.capacity_kg, day_kg=point.demand_kg, on=begin),
    )


def levels_of(
    units: Sequence[Unit],
    points: Sequence[Point],
    rules: RuleProfile,
    read: Mapping[str, FillLevel],
    *,
    begin: date,
    last: Mapping[str, date],
) -> dict[str, WeekLevel]:
    """By unit, the level of each box that fills, was read, and was not emptied since."""
    by_id = {point.id: point for point in points}
    found = {}
    for unit in units:
        reading, point = read.get(unit.id.thing), by_id.get(unit.id.thing)
        if unit.arcs or reading is None or point is None:
            continue
        stock = _stock(rules, unit.id.operation, point)
        emptied = last.get(str(unit.id))
        if stock is not None and (emptied is None or emptied < reading.day):
            found[str(unit.id)] = level_of(stock, point, reading, begin)
    return found


def _stock(rules: RuleProfile, operation: str, point: Point) -> Stock | None:
    """How the point fills by the operation's rules; None: it does not, or nobody knows how fast."""
    work = rules.operations[operation].points
    return work.stock if work is not None and point.capacity_kg and point.demand_kg else None


def told_levels(folder: Path, begin: date, address: str | None = None) -> list[BoxLevel]:
    """All boxes of a folder whose level was read, the most urgent first.

    The readings speak for themselves: emptyings since then are not looked up. Raises `InputErrors`
    with everything that is wrong in the table of points.
    """
    reading = read_tables(folder, begin, ("points",))
    if reading.findings.issues or reading.rules is None:
        raise InputErrors(sorted_issues(reading.findings.errors()))
    points = [row.to_domain(lon=0.0, lat=0.0) for _, row in reading.rows["points"]]
    found = _boxes(reading.rules, points, readings(folder, begin, address), begin)
    return sorted(found, key=lambda one: (one.level.due, -one.level.begin_kg / one.capacity_kg))


def _boxes(
    rules: RuleProfile, points: Sequence[Point], read: Mapping[str, FillLevel], begin: date
) -> Iterator[BoxLevel]:
    for name, operation in rules_in_season(rules, begin).operations.items():
        work = operation.points
        for point in points:
            if point.id not in read or not collects(work, point.stream, point.kind):
                continue
            stock = _stock(rules, name, point)
            if stock is not None:
                yield BoxLevel(
                    operation=name,
                    point=point.id,
                    name=point.name,
                    capacity_kg=point.capacity_kg,
                    day_kg=point.demand_kg,
                    level=level_of(stock, point, read[point.id], begin),
                )
