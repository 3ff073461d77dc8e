"""Tables into the ledger: everything wrong is told at once, and all rows are written or none."""

from __future__ import annotations

import getpass
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from models.errors import InputErrors
from models.history.events import Absence, FillLevel, TripDone
from scenarios.district.grids import table_named
from scenarios.district.read import read_rows, read_tables
from scenarios.district.words.cells import folded
from scenarios.district.words.header import find_header
from scenarios.district.words.headings import known_headings, required_columns
from scenarios.district.words.messages import Findings, Where, called, suggest
from scenarios.ledger.append import Batch, Entry, append
from scenarios.ledger.rows import MODELS, Book, known
from scenarios.ledger.supersede import of_reported
from scenarios.tables.files import file_bytes, sheets_of
from scenarios.tables.sheet import SheetError
from scenarios.tables.text import printable
from solver.trade.vehicles import operations_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.errors import Issue
    from models.history.events import Event
    from models.trade.rules import RuleProfile
    from scenarios.ledger.append import Written
    from scenarios.ledger.store import Ledger
    from scenarios.tables.sheet import Sheet

_TELLING = 2
"""Headings of its own by which a table is known (chosen: a date alone may be anything's)."""
_ANYWHERE = {"note", "void"}
"""Columns that every table has."""
DISTRICT_TABLES = ("facilities", "vehicles", "crews", "points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What an import did, by table.

    `repeated` are rows that stood in the file twice, `replaced` trips of plans that reports follow.
    """

    written: Mapping[str, Written]
    repeated: int
    replaced: int
    warnings: tuple[Issue, ...]


@dataclass(slots=True)
class _Rows:
    """The rows of one table of the file, by number, and the first row of every key."""

    table: str
    where: Where
    entries: list[Entry]
    numbers: list[int]
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class _District:
    """What rows are held against; `rules` is None where the district's cannot be read."""

    book: Book
    rules: RuleProfile | None
    works: Mapping[str, str]
    """The only operation of a vehicle, by id."""


def import_file(
    ledger: Ledger, path: Path, folder: Path, day: date, *,
    table: str = "", correct: bool = False, person: str = "",
) -> Intake:  # fmt: skip
    """Read every table of the file and write its rows to the ledger, all or none.

    `day` is today, near which dates without a year lie. Raises `InputErrors` with everything that
    is wrong, also rows that say otherwise than the ledger, unless `correct`.
    """
    findings = Findings()
    district = _district(folder, day, findings)
    read = [
        _read(path, (name, title), day, district, findings)
        for name, title in _tables(path, table, findings)
    ]
    if findings.issues:
        raise InputErrors(findings.errors())
    batch = Batch(
        kind="import", source=printable(path.name), person=person or getpass.getuser(),
        digest=hashlib.sha256(file_bytes(path)).hexdigest(),
    )  # fmt: skip
    written: dict[str, Written] = {}
    replaced = 0
    with ledger.writing() as connection:
        for rows in read:
            old = of_reported(connection, [one.event for one in rows.entries if not one.void])
            replaced += len(old)
            done = append(connection, [*rows.entries, *old], batch, correct=correct)
            _conflicts(rows, done, findings)
            written[rows.table] = done
        if findings.issues:
            raise InputErrors(findings.errors())
    repeated = sum(rows.repeated for rows in read)
    return Intake(
        written=written, repeated=repeated, replaced=replaced, warnings=tuple(findings.notes())
    )


def _tables(path: Path, table: str, findings: Findings) -> Iterator[tuple[str, str]]:
    """Names of the ledger's tables that the file holds, with the titles of their sheets."""
    file = Where(printable(path.name))
    if table and table not in MODELS:
        findings.add("E524", file, table, known=", ".join(MODELS))
        return
    try:
        sheets = [
            sheet
            for sheet in sheets_of(path, None, _most_known)
            if any(any(cells) for _, cells in sheet.rows())
        ]
    except SheetError as error:
        words = {"stem": path.stem} | error.words
        findings.add(error.code, Where(file.file, error.row), "", **words)
        return
    if not sheets:
        findings.add("E210", file)
    for sheet in sheets:
        name = table or _table_of(sheet, path)
        if name:
            yield name, sheet.title
        else:
            findings.add("E524", file, sheet.title, known=", ".join(MODELS))


def _most_known(cells: list[str]) -> int:
    return max(len(known_headings(cells, name)) for name in MODELS)


def _table_of(sheet: Sheet, path: Path) -> str:
    """The table a sheet holds: by its name or its file's, else by its headings; "" if unclear."""
    for text in (sheet.title, path.stem):
        if (name := table_named(text)) in MODELS:
            return name
    counts: dict[str, int] = {}
    for name in MODELS:
        header = find_header(sheet, name)
        if header is not None and set(required_columns(name)) <= header.columns:
            counts[name] = len(header.columns - _ANYWHERE)
    most = max(counts.values(), default=0)
    best = [name for name, count in counts.items() if count == most]
    return best[0] if len(best) == 1 and most >= _TELLING else ""


def _district(folder: Path, day: date, findings: Findings) -> _District:
    """The district's ids by every name rows may use, and what its vehicles do."""
    reading = read_tables(folder, day, DISTRICT_TABLES)
    if not folder.is_dir() or reading.settings is None:
        findings.issues.extend(reading.findings.errors())
    rows = {name: [row for _, row in reading.rows[name]] for name in DISTRICT_TABLES}
    plates = {known(row.plate): row.id for row in rows["vehicles"] if row.plate}
    book = Book(
        vehicles=plates | {known(row.id): row.id for row in rows["vehicles"]},
        types={row.id: row.type for row in rows["vehicles"]},
        sites=_named(rows["facilities"]),
        drivers=_named(rows["crews"]),
        points=_named(rows["points"]),
    )
    works: dict[str, str] = {}
    if reading.rules is not None:
        for row in rows["vehicles"]:
            able = operations_of(row.to_domain(), reading.rules, waste_kg=0)
            if len(able) == 1:
                (works[row.id],) = able
    return _District(book, reading.rules, works)


def _named(rows: Sequence[Any]) -> dict[str, str]:
    """Ids by name, where only one has it, and by id."""
    names: dict[str, set[str]] = {}
    for row in rows:
        names.setdefault(known(row.name), set()).add(row.id)
    alone = {name: min(ids) for name, ids in names.items() if name and len(ids) == 1}
    return alone | {known(row.id): row.id for row in rows}


def _read(
    path: Path, table: tuple[str, str], day: date, district: _District, findings: Findings
) -> _Rows:
    """The rows of a table (its name, its sheet's title) as entries, and what is wrong in them."""
    name, title = table
    rows = _Rows(name, Where(printable(path.name)), [], [])
    first: dict[str, int] = {}
    for number, row in read_rows(path, name, MODELS[name], day, findings, title=title):
        event = row.to_domain(district.book)
        where = Where(rows.where.file, number)
        if isinstance(event, TripDone):
            event = _of_operation(event, where, district, findings)
        _not_yet(event, where, day, findings)
        _strangers(event, where, district, findings)
        entry = Entry(event, void=row.void)
        before = first.setdefault(event.key, len(rows.entries))
        if before == len(rows.entries):
            rows.entries.append(entry)
            rows.numbers.append(number)
        elif not event.told_apart:
            findings.add("E521", where, event.vehicle, first=rows.numbers[before])
        elif rows.entries[before] != entry:
            findings.add("E522", where, event.key, first=rows.numbers[before])
        else:
            rows.repeated += 1
    return rows


def _of_operation(
    trip: TripDone, where: Where, district: _District, findings: Findings
) -> TripDone:
    """The trip with its operation: as the row says, or the only one of its vehicle."""
    if not trip.operation:
        if trip.vehicle in district.works:
            return replace(trip, operation=district.works[trip.vehicle])
        findings.add("E528", where._replace(column="operation"), trip.vehicle)
        return trip
    rules = district.rules
    if rules is None or trip.operation in rules.operations:
        return trip
    titles = {
        folded(title): key
        for key, one in rules.operations.items()
        for title in (one.title_zh, one.title_en)
    }
    if (key := titles.get(folded(trip.operation))) is not None:
        return replace(trip, operation=key)
    chinese = {key: called(one).zh for key, one in rules.operations.items()}
    words = suggest(trip.operation, rules.operations, chinese)
    findings.add("E305", where._replace(column="operation"), trip.operation, **words)
    return trip


def _not_yet(event: Event, where: Where, today: date, findings: Findings) -> None:
    """What is told of a day that has not come is a slip of the pen, but for forecasts and plans."""
    expected = getattr(event, "plan", "") or getattr(event, "forecast", False)
    if not isinstance(event, Absence) and not expected and event.day > today:
        findings.add("E529", where._replace(column="day"), event.day, today=today)


def _strangers(event: Event, where: Where, district: _District, findings: Findings) -> None:
    """Warn of what the district does not have: perhaps retired, perhaps a slip of the pen."""
    if isinstance(event, FillLevel):
        points = set(district.book.points.values())
        if event.point not in points:
            words = suggest(event.point, sorted(points))
            findings.add("W522", where._replace(column="point"), event.point, **words)
        return
    if isinstance(event, Absence):
        book = district.book
        known = {"vehicle": book.vehicles, "driver": book.drivers, "site": book.sites}[event.kind]
        if event.what not in known.values():
            code = "W521" if event.kind == "vehicle" else "W523"
            words = suggest(event.what, sorted(set(known.values())))
            findings.add(code, where._replace(column="what"), event.what, **words)
        return
    vehicle = getattr(event, "vehicle", "")
    if vehicle and vehicle not in district.book.types:
        words = suggest(vehicle, sorted(district.book.types))
        findings.add("W521", where._replace(column="vehicle"), vehicle, **words)


def _conflicts(rows: _Rows, done: Written, findings: Findings) -> None:
    """Findings about rows that say otherwise than the ledger."""
    for conflict in done.conflicts:
        where = Where(rows.where.file, rows.numbers[conflict.index])
        other = "; ".join(f"{name}: {old} → {new}" for name, (old, new) in conflict.fields.items())
        findings.add("E523", where, rows.entries[conflict.index].event.key, other=other)
    for index in done.unknown:
        where = Where(rows.where.file, rows.numbers[index], "void")
        findings.add("E527", where, rows.entries[index].event.key)
