"""A district folder to a `District`, or everything that is wrong with it."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from models.day import Note
from models.errors import InputErrors, expected
from scenarios.district.grids import Files, Source, find_tables
from scenarios.district.places import Spots
from scenarios.district.reading import Reading, Rows
from scenarios.district.references import check_references
from scenarios.district.rows.bureau import CrewIn, FacilityIn, VehicleIn
from scenarios.district.rows.columns import RowIn
from scenarios.district.rows.registers import ContractIn, DisposalIn, PermitIn
from scenarios.district.rows.work import ClosureIn, OrderIn, PointIn, StreetIn
from scenarios.district.rows.year import ClimateIn, QuotaIn
from scenarios.district.rows.zones import ZoneIn
from scenarios.district.settings import FILE, read_settings
from scenarios.district.sheets import Row, Table, read_table
from scenarios.district.words.headings import (
    REQUIRED_TABLES,
    TABLES,
    columns_of,
    required_columns,
)
from scenarios.district.words.messages import Findings, Where, suggest
from scenarios.district.work import check_work
from solver.trade.profile import load_profile
from solver.trade.vehicles import practised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from models.district import District


Read = TypeVar("Read", bound=RowIn)

MODELS: Mapping[str, type[RowIn]] = {
    "facilities": FacilityIn, "vehicles": VehicleIn, "points": PointIn, "crews": CrewIn,
    "streets": StreetIn, "closures": ClosureIn, "orders": OrderIn, "quotas": QuotaIn,
    "climate": ClimateIn, "contracts": ContractIn, "permits": PermitIn, "disposals": DisposalIn,
    "zones": ZoneIn,
}  # fmt: skip
UNIQUE = ("id", "plate")
"""Columns in which no two rows may have the same."""
MOST_FAILED = 10_000
"""Rows with a fault that are kept to look for depots among them."""
_RANGES = {
    "greater_than": "> {gt:g}", "greater_than_equal": ">= {ge:g}",
    "less_than": "< {lt:g}", "less_than_equal": "<= {le:g}",
}  # fmt: skip


def read_district(folder: Path, day: date) -> District:
    """The district in `folder` on `day`, in inside units and WGS-84.

    Raises `InputErrors` with everything that is wrong, at once. Roads are not looked at: see
    `check_district`.
    """
    return read_folder(folder, day).district()


def read_folder(folder: Path, day: date) -> Reading:
    """Read all that can be read of `folder`, and gather what is wrong."""
    reading = read_tables(folder, day, TABLES)
    if folder.is_dir():
        check_references(reading)
        if reading.rules is not None:
            own = (row.to_domain() for _, row in reading.rows["vehicles"])
            reading.rules = practised(reading.rules, own)
        check_work(reading)
    return reading


def read_tables(folder: Path, day: date, names: Sequence[str]) -> Reading:
    """The settings, the rules and the tables of these names, each looked at by itself."""
    reading = Reading(folder, day, Findings())
    if not folder.is_dir():
        reading.findings.add("E101", Where(str(folder)), folder.name)
        return reading
    reading.settings = read_settings(folder, day, reading.findings)
    if reading.settings is not None:
        _load_rules(reading)
    with _without_collector():
        files = find_tables(folder, reading.findings)
        for name in names:
            _read_rows(reading, name, files)
    return reading


@contextmanager
def _without_collector() -> Iterator[None]:
    """No search for circles of garbage meanwhile: rows have none, and a million take it long."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read_rows(reading: Reading, name: str, files: Files) -> None:
    """Read one table, its rows and their places."""
    findings = reading.findings
    source = files.sources.get(name)
    if source is None:
        if name in REQUIRED_TABLES and name not in files.failed:
            columns = ", ".join(required_columns(name))
            findings.add("E201", Where(f"{name}.csv"), stem=name, columns=columns)
        return
    encoding = reading.settings.encoding_of(name) if reading.settings else None
    table = read_table(files, source, name, encoding, findings)
    if table is None:
        return
    reading.tables[name] = table
    spots = Spots() if "lon" in columns_of(name) else None
    reading.rows[name] = Rows(_valid(table, MODELS[name], reading.context(), findings, spots))
    if spots is not None:
        crs = reading.settings.crs_of(name) if reading.settings else "wgs84"
        crs = "wgs84" if table.projected else crs
        abroad = reading.settings is not None and reading.settings.abroad
        reading.places[name] = spots.places(table, crs, findings, abroad=abroad)


def read_rows(
    path: Path, name: str, model: type[Read], day: date, findings: Findings, *, title: str = ""
) -> list[tuple[int, Read]]:
    """Rows of a table that lies alone in `path`, or in its sheet `title`, by number in the file.

    They are as `model` reads them; dates without a year lie near `day`. What is wrong is added to
    `findings`.
    """
    table = read_table(Files(), Source(path, title), name, None, findings)
    return [] if table is None else list(_valid(table, model, {"day": day}, findings))


def _valid(
    table: Table,
    model: type[Read],
    context: Mapping[str, Any],
    findings: Findings,
    spots: Spots | None = None,
) -> Iterator[tuple[int, Read]]:
    """The table's rows as `model` reads them; the others are told. `spots` gathers their places."""
    read: Callable[..., Read] = TypeAdapter(model).validator.validate_python
    unique = [column for column in UNIQUE if column in columns_of(table.name)]
    for row in table.rows:
        cells = row.cells
        for column in unique:
            if text := cells.get(column):
                table.keys[column].add(row.number, text)
        if "" in cells.values():
            cells = {column: text for column, text in cells.items() if text}
        try:
            made: Any = read(cells, context=context)
        except ValidationError as error:
            if spots is not None:
                spots.add_raw(row)
            if len(table.failed) < MOST_FAILED:
                table.failed.append(row)
            for detail in error.errors(include_url=False, include_input=False):
                _file_error(detail, table, row, findings)
        else:
            if spots is not None:
                spots.add(row.number, made.lon, made.lat)
            yield row.number, made


def _file_error(detail: ErrorDetails, table: Table, row: Row, findings: Findings) -> None:
    """Turn one of pydantic's errors about a row into a finding."""
    words: dict[str, Any] = dict(detail.get("ctx", {}))
    column = str(detail["loc"][0]) if detail["loc"] else str(words.get("column", ""))
    if column in table.broken or row.cells.get(column) == "":
        return  # reported with the header, or as the spreadsheet's error value
    where = table.where(row.number, column)
    value = row.cells.get(column, "")
    code: str = detail["type"]
    if code.startswith("E"):
        findings.add(code, where, value, **words)
    elif code == "missing" or not value:
        findings.add("E301", where, expected=column)
    elif code in _RANGES:
        findings.add("E303", where, value, limit=_RANGES[code].format_map(words))
    else:
        wanted = Note(*expected(detail))
        findings.add("E106", where, value, detail=wanted, expected=wanted)


def _load_rules(reading: Reading) -> None:
    """The rule profile with the district's costs, or its issues."""
    settings = reading.settings
    if settings is None:
        return
    try:
        rules = load_profile(settings.profile, reading.folder)
    except InputErrors as error:
        reading.findings.issues.extend(error.issues)
        return
    try:
        reading.rules = rules.with_costs(settings.costs)
    except ValidationError as error:
        reading.rules = rules
        for detail in error.errors():
            key = str(detail["loc"][0]) if detail["loc"] else ""
            where = Where(FILE, 0, f"costs.{key}".rstrip("."))
            value = settings.costs.get(key, "")
            if detail["type"] == "extra_forbidden":
                words = suggest(key, sorted(type(rules.costs).model_fields))
                reading.findings.add("E104", where, value, **words)
            else:
                wanted = Note(*expected(detail))
                reading.findings.add("E106", where, value, detail=wanted, expected=wanted)
