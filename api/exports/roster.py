"""The files of a roster: roster.json, roster.xlsx, and a printable sheet per person."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from openpyxl import Workbook

from api.exports.folder import file_names
from api.exports.sheets import templates
from api.exports.whole import PlanFolderError, write_folder
from api.exports.xlsx import add_sheet
from api.words.i18n import section, title, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from api.exports.xlsx import Row
    from models.district import District
    from models.roster import RosterDocument, RosterDuty

ROSTER = "roster.json"
DUTY_COLUMNS = (
    "date", "route", "vehicle", "operation", "shift", "depot", "licence", "begin", "end", "crew",
    "missing", "blocked", "relaxation",
)  # fmt: skip
PERSON_COLUMNS = (
    "id", "name", "licence", "hours_h", "overtime_h", "month_overtime_h", "rest_day_h", "holiday_h",
    "pay_cny", "premium_cny", "days", "nights", "weekend_days", "standbys", "longest_run",
    "longest_nights", "least_rest_h", "alerts",
)  # fmt: skip


def refuse_strange_roster(out: Path) -> None:
    """Raise `PlanFolderError` unless `out` is free, empty, or an older roster."""
    if out.is_dir() and ((out / ROSTER).is_file() or not any(out.iterdir())):
        return
    if out.exists():
        raise PlanFolderError("E852" if out.is_dir() else "E853", out, "roster")


def write_roster(made: RosterDocument, district: District, out: Path, language: str) -> Path:
    """Write all files of the roster to the folder `out`, whole or not at all."""
    refuse_strange_roster(out)
    return write_folder(out.resolve(), _files(made, district, language))


def _files(made: RosterDocument, district: District, language: str) -> Iterator[tuple[str, bytes]]:
    yield ROSTER, (made.model_dump_json(indent=1) + "\n").encode()
    yield "roster.xlsx", roster_workbook(made, district, language)
    names = file_names(person.id for person in made.people)
    for name, page in _sheets(made, district, names, language):
        yield f"sheets/{name}.html", page


def roster_workbook(made: RosterDocument, district: District, language: str) -> bytes:
    """Calendar, duties, hours and fatigue, standby, violations as an XLSX file."""
    book = Workbook(write_only=True)
    sites = {site.id: site.name for site in district.sites}
    calendar = ("person", *(f"{day.date:%m-%d} {day.holiday}".strip() for day in made.days))
    tables: dict[str, tuple[tuple[str, ...], Iterable[Row]]] = {
        "calendar": (calendar, _calendar(made, language)),
        "duties": (DUTY_COLUMNS, _duties(made, sites, language)),
        "hours": (PERSON_COLUMNS, _people(made, language)),
        "standby": (("date", "shift", "standby"), _standby(made, language)),
        "violations": (
            ("code", "where", "excess", "detail"),
            ((one.code, one.where, one.excess, one.detail) for one in made.violations),
        ),
    }
    for key, (columns, rows) in tables.items():
        add_sheet(book, word("sheet", key, language), columns, rows, language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _names(made: RosterDocument) -> dict[str, str]:
    """People's names, with the id where several share one."""
    often = Counter(person.name for person in made.people)
    return {
        person.id: person.name if often[person.name] == 1 else f"{person.name} ({person.id})"
        for person in made.people
    }


def _calendar(made: RosterDocument, language: str) -> Iterator[Row]:
    """A row per person: the shift and vehicle of each day, standby in brackets."""
    cells: dict[tuple[str, object], list[str]] = defaultdict(list)
    for duty in made.duties:
        for member in duty.crew:
            cells[member, duty.date].append(f"{word('shift', duty.shift, language)} {duty.vehicle}")
    for call in made.standby:
        for member in call.people:
            cells[member, call.date].append(f"({word('shift', call.shift, language)})")
    names = _names(made)
    for person in made.people:
        days = (" / ".join(cells[person.id, day.date]) for day in made.days)
        yield (names[person.id], *days)


def _duties(made: RosterDocument, sites: dict[str, str], language: str) -> Iterator[Row]:
    names = _names(made)
    for duty in made.duties:
        rules = ", ".join(f"{word('rule', r, language)} {n}" for r, n in duty.blocked.items())
        rule, _, person = duty.relaxation.partition(" ")
        way = f"{word('rule', rule, language)}: {names.get(person, person)}" if rule else ""
        yield (
            duty.date.isoformat(), duty.route, duty.vehicle,
            title(made.titles, "operation", duty.operation, language),
            word("shift", duty.shift, language),
            sites.get(duty.depot, duty.depot), duty.licence, duty.begin, duty.end,
            "、".join(names.get(p, p) for p in duty.crew), duty.missing, rules, way,
        )  # fmt: skip


def _people(made: RosterDocument, language: str) -> Iterator[Row]:
    for one in made.people:
        yield (
            one.id, one.name, one.licence, one.hours_h, one.overtime_h, one.month_overtime_h,
            one.rest_day_h, one.holiday_h, one.pay_cny, one.premium_cny, one.days, one.nights,
            one.weekend_days, one.standbys, one.longest_run, one.longest_nights, one.least_rest_h,
            ", ".join(word("rule", rule, language) for rule in one.alerts),
        )  # fmt: skip


def _standby(made: RosterDocument, language: str) -> Iterator[Row]:
    names = _names(made)
    for call in made.standby:
        crew = "、".join(names.get(person, person) for person in call.people)
        yield call.date.isoformat(), word("shift", call.shift, language), crew


def _sheets(
    made: RosterDocument, district: District, names: dict[str, str], language: str
) -> Iterator[tuple[str, bytes]]:
    """(name below sheets/, page) of every person with work or standby."""
    template = templates().get_template("roster.html.j2")
    sites = {site.id: site.name for site in district.sites}
    work: dict[str, list[RosterDuty]] = defaultdict(list)
    for duty in made.duties:
        for member in duty.crew:
            work[member].append(duty)
    for person in made.people:
        calls = [call for call in made.standby if person.id in call.people]
        if not work[person.id] and not calls:
            continue
        rows = [
            (duty.begin.strftime("%m-%d %H:%M"), duty.end.strftime("%m-%d %H:%M"), " · ".join((
                title(made.titles, "operation", duty.operation, language), duty.vehicle, duty.route,
                sites.get(duty.depot, duty.depot))))
            for duty in sorted(work[person.id], key=lambda duty: duty.begin)
        ]  # fmt: skip
        rows += [
            (call.date.strftime("%m-%d"), word("shift", call.shift, language),
             word("sheet", "standby", language)) for call in calls
        ]  # fmt: skip
        text = template.render(
            made=made, person=person, rows=sorted(rows), language=language,
            column=section("column", language), ui=section("ui", language),
        )  # fmt: skip
        yield names[person.id], text.encode()
