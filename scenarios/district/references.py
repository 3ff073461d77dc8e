"""What rows say of each other and of the rule profile: ids, depots, types, shifts, operations."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from models.district import SiteKind
from scenarios.district.reading import Rows
from scenarios.district.words.cells import folded, names, plate, word_aliases
from scenarios.district.words.messages import called, suggest, types_called
from solver.trade.vehicles import HAUL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from models.trade.rules import RuleProfile
    from scenarios.district.reading import Reading


MOST_ROWS = 20
"""Rows of one street that are compared with each other; more say it no better (chosen)."""


def check_references(reading: Reading) -> None:
    """Add findings about rows that do not fit together."""
    for name in (
        "facilities",
        "vehicles",
        "points",
        "crews",
        "orders",
        "contracts",
        "permits",
        "disposals",
    ):
        _unique(reading, name, "id")
    _unique(reading, "vehicles", "plate")
    _loads(reading)
    check_year(reading)
    _streets(reading)
    _supervisors(reading)
    _contracts(reading)
    _permits(reading)
    _hours(reading)
    _named(reading)
    _depots(reading)
    _shifts(reading)
    if reading.rules is not None:
        _types(reading, reading.rules)
        _operations(reading, reading.rules)


_SAID_OF_STREETS = ("cleaning_class", "width_m", "lanes", "core", "operator", "level")


def _streets(reading: Reading) -> None:
    """Two rows of one street that say different things on one day: the later row counts."""
    rows: dict[object, list[tuple[int, Any]]] = defaultdict(list)
    for number, row in reading.rows["streets"]:
        rows[row.way_id or folded(row.name), row.buffer_m > 0].append((number, row))
    for same in rows.values():
        for (first, one), (number, other) in itertools.combinations(same[:MOST_ROWS], 2):
            apart = (one.end or date.max) < (other.begin or date.min) or (
                (other.end or date.max) < (one.begin or date.min)
            )
            for column in () if apart else _SAID_OF_STREETS:
                before, now = getattr(one, column), getattr(other, column)
                if before is not None and now is not None and before != now:
                    where = reading.tables["streets"].where(number, column)
                    reading.findings.add("W412", where, now, first=first, before=before)


def _loads(reading: Reading) -> None:
    """No order is called like a load of another that comes in several: A#2 beside A."""
    patches = {row.id: number for number, row in reading.rows["orders"] if row.spread}
    for number, row in reading.rows["orders"]:
        whole, sign, load = row.id.rpartition("#")
        if sign and load.isdecimal() and whole in patches:
            where = reading.tables["orders"].where(number, "id")
            first = patches[whole]
            reading.findings.add("E401", where, row.id, what=where.column, first=first)


def _supervisors(reading: Reading) -> None:
    """Rooms that nobody watches are told in one line, where others name who does."""
    rooms = [point for _, point in reading.rows["points"] if point.kind == "room"]
    alone = [point.id for point in rooms if not point.supervisor]
    if alone and len(alone) < len(rooms):
        place = reading.tables["points"].where(0, "supervisor")
        shown = ", ".join(alone[:5]) + (" …" if len(alone) > 5 else "")
        reading.findings.add("W545", place, str(len(alone)), shown=shown)


def _contracts(reading: Reading) -> None:
    """Every contract is of a point; those that have ended are told in one line."""
    if "contracts" not in reading.tables:
        return
    table = reading.tables["contracts"]
    points = [point.id for _, point in reading.rows["points"]]
    if "points" in reading.tables and not reading.tables["points"].failed:
        _known(reading, "E541", "contracts", "point", frozenset(points), points)
    rows = sorted((row for _, row in reading.rows["contracts"]), key=lambda row: row.end)
    latest = {row.point: row for row in rows}  # of a point's contracts the one that ends last
    ended = [row.id for row in latest.values() if row.end < reading.day]
    if ended:
        shown = ", ".join(ended[:5]) + (" …" if len(ended) > 5 else "")
        reading.findings.add("W541", table.where(0, "end"), str(len(ended)), shown=shown)


def _permits(reading: Reading) -> None:
    """Every permit leads to a disposal site; those that do not hold are told in one line."""
    if "permits" not in reading.tables:
        return
    table = reading.tables["permits"]
    sites = [site.id for _, site in reading.rows["disposals"]]
    if "disposals" not in reading.tables or not reading.tables["disposals"].failed:
        _known(reading, "E542", "permits", "disposal", frozenset(sites), sites)
    day = reading.day
    rows = [row for _, row in reading.rows["permits"]]
    not_now = [row.id for row in rows if row.end < day or (row.begin or day) > day]
    if not_now:
        shown = ", ".join(not_now[:5]) + (" …" if len(not_now) > 5 else "")
        reading.findings.add("W542", table.where(0, "end"), str(len(not_now)), shown=shown)


def check_year(reading: Reading) -> None:
    """Add findings about quotas and months: of known things, each once."""
    rules = reading.rules
    for name in ("quotas", "climate"):
        first: dict[object, int] = {}
        for number, row in reading.rows[name]:
            quota = name == "quotas"
            key = (row.year, row.operation, row.vehicle_type) if quota else row.month
            if key in first:
                column = "year" if quota else "month"
                where = reading.tables[name].where(number, column)
                reading.findings.add("E533", where, first=first[key])
            first.setdefault(key, number)
    if rules is None:
        return
    _known(reading, "E403", "quotas", "vehicle_type", rules.vehicles)
    _known(reading, "E405", "quotas", "operation", rules.operations)
    for number, row in reading.rows["quotas"]:
        named = row.operations(rules)
        if len(named) != 1 and row.vehicle_type in rules.vehicles:
            where = reading.tables["quotas"].where(number, "vehicle_type")
            reading.findings.add(
                "E532", where, row.vehicle_type, operations=", ".join(named) or "-"
            )


def _unique(reading: Reading, name: str, column: str) -> None:
    """Ids (from the raw rows, so that a row with another fault counts too) appear once."""
    if name not in reading.tables:
        return
    table = reading.tables[name]
    keyed = table.keys[column]
    clean = plate if column == "plate" else folded
    if len(set(map(clean, keyed.texts))) == len(keyed.texts):
        return
    first: dict[object, int] = {}
    for number, text in zip(keyed.numbers, keyed.texts, strict=True):
        key = clean(text)
        if key and key in first:
            where = table.where(number, column)
            reading.findings.add("E401", where, text, what=where.column, first=first[key])
        first.setdefault(key, number)


def _hours(reading: Reading) -> None:
    for number, site in reading.rows["facilities"]:
        if site.hours is None and site.kind in {SiteKind.PLANT, SiteKind.TIP}:
            reading.findings.add("W301", reading.tables["facilities"].where(number, "hours"))


def _known(reading: Reading, code: str, name: str, column: str, *known: Collection[str]) -> None:
    """Every entry of `column` is one of the first `known`; the last are those to choose from."""
    for number, row in reading.rows[name]:
        given = getattr(row, column)
        for entry in (given,) if isinstance(given, str) else given or ():
            if entry and entry not in known[0]:
                where = reading.tables[name].where(number, column)
                reading.findings.add(code, where, entry, **suggest(entry, sorted(known[-1])))


def _named(reading: Reading) -> None:
    """Names of depots and shifts, where they are written for ids, become the ids."""
    depots = _ids_by_name(
        (site.id, (site.name,)) for _, site in reading.rows["facilities"]
        if site.kind is SiteKind.DEPOT
    )  # fmt: skip
    patterns = reading.settings.shifts if reading.settings else ()
    words = names()["words"]["shift"]
    shifts = _ids_by_name((shift.id, words.get(shift.id, ())) for shift in patterns)
    for table, column in (("vehicles", "depot"), ("crews", "home_depot")):
        reading.rows[table] = Rows(
            (number, _with_ids(row, column, depots, shifts)) for number, row in reading.rows[table]
        )


def _ids_by_name(known: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Folded names that belong to one id only, and the ids themselves, to the id."""
    found: dict[str, set[str]] = defaultdict(set)
    own: dict[str, str] = {}
    for one, spellings in known:
        own[folded(one)] = one
        for spelling in spellings:
            found[folded(spelling)].add(one)
    return {text: min(ids) for text, ids in found.items() if text and len(ids) == 1} | own


def _with_ids(row: Any, column: str, depots: dict[str, str], shifts: dict[str, str]) -> Any:
    given = {column: getattr(row, column), "shifts": row.shifts}
    meant = {
        column: depots.get(folded(given[column]), given[column]),
        "shifts": tuple(dict.fromkeys(shifts.get(folded(name), name) for name in row.shifts)),
    }
    return row if meant == given else row.altered(**meant)


def _depots_given(reading: Reading) -> set[str]:
    """Ids of depots, and of rows with a fault that may be depots."""
    sites = reading.rows["facilities"]
    good = {site.id for _, site in sites if site.kind is SiteKind.DEPOT}
    for row in reading.tables["facilities"].failed:
        kind = word_aliases("kind").get(folded(row.cells.get("kind", "")), SiteKind.DEPOT)
        if kind == SiteKind.DEPOT:
            good.add(row.cells.get("id", ""))
    return good - {""}


def _depots(reading: Reading) -> None:
    if "facilities" not in reading.tables:
        return
    depots = _depots_given(reading)
    if not depots:
        reading.findings.add("E407", reading.tables["facilities"].where(0, "kind"))
        return
    listed = {site.id for _, site in reading.rows["facilities"] if site.kind is SiteKind.DEPOT}
    _known(reading, "E402", "vehicles", "depot", depots, listed)
    _known(reading, "E402", "crews", "home_depot", depots, listed)


def _shifts(reading: Reading) -> None:
    known = [shift.id for shift in reading.settings.shifts] if reading.settings else []
    if not known:
        return
    _known(reading, "E404", "vehicles", "shifts", known)
    _known(reading, "E404", "crews", "shifts", known)


def _types(reading: Reading, rules: RuleProfile) -> None:
    _known(reading, "E403", "vehicles", "type", rules.vehicles)


def _operations(reading: Reading, rules: RuleProfile) -> None:
    _known(reading, "E405", "vehicles", "operations", {*rules.operations, HAUL})
    _known(reading, "E405", "streets", "exclude", rules.operations)
    _known(reading, "E405", "streets", "include", rules.operations)
    streets = [one.street for one in rules.operations.values() if one.street is not None]
    _known(reading, "E415", "streets", "level", {name for one in streets for name in one.levels})
    _known(reading, "E405", "orders", "operation", rules.operations)
    for number, vehicle in reading.rows["vehicles"]:
        for name in vehicle.operations:
            operation = rules.operations.get(name)
            if operation is None or vehicle.type not in rules.vehicles:
                continue
            if vehicle.type not in operation.vehicle_types:
                where = reading.tables["vehicles"].where(number, "operations")
                reading.findings.add(
                    "E413", where, name,
                    operation=called(operation),
                    type=types_called(rules, [vehicle.type]),
                    types=types_called(rules, operation.vehicle_types),
                )  # fmt: skip
