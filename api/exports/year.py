"""The files of a year: year.json, year.xlsx, a page in each language."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from openpyxl import Workbook

from api.exports.planner.year import year_page
from api.exports.whole import PlanFolderError, write_folder
from api.exports.xlsx import add_table
from api.words.i18n import LANGUAGES, word
from api.words.violations import finding, law
from api.words.year import alarm, sentences, weather, weekday
from models.year.calendar import CALENDAR_VERSION, YearCalendar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.exports.xlsx import Row
    from models.year.calendar import QuotaSpan

YEAR = "year.json"


def year_schema() -> str:
    """JSON Schema (draft 2020-12) of the calendar document; docs/year.schema.json is a copy."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"huanwei:year:{CALENDAR_VERSION}",
        **YearCalendar.model_json_schema(by_alias=True, mode="serialization"),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def refuse_strange_year(out: Path) -> None:
    """Raise `PlanFolderError` unless `out` is free, empty, or an older calendar."""
    if out.is_dir() and ((out / YEAR).is_file() or not any(out.iterdir())):
        return
    if out.exists():
        raise PlanFolderError("E852" if out.is_dir() else "E853", out, "year")


def write_year(made: YearCalendar, out: Path, language: str) -> Path:
    """Write all files of the calendar to the folder `out`, whole or not at all."""
    refuse_strange_year(out)
    return write_folder(out.resolve(), _files(made, language))


def _files(made: YearCalendar, language: str) -> Iterator[tuple[str, bytes]]:
    yield YEAR, (made.model_dump_json(indent=1) + "\n").encode()
    yield "year.xlsx", year_workbook(made, language)
    for one in LANGUAGES:
        yield f"year.{one}.html", year_page(made, one).encode()


def year_workbook(made: YearCalendar, language: str) -> bytes:
    """Summary, months, weeks, days and violations as an XLSX file."""
    book = Workbook(write_only=True)
    titles = [one.title.text(language) for one in made.quotas]
    spans = ("begun", "done", "planned", "days", "capacity")
    quota = [word("year", key, language) for key in ("quota", "span", *spans)]
    tables: dict[str, tuple[list[str], Iterator[Row]]] = {
        "summary": (_headings(("quota", "note"), language), _summary(made, language)),
        "months": (quota, _spans(made, "months", language)),
        "weeks": (quota, _spans(made, "weeks", language)),
        "days": (
            [
                *_headings(("date", "weekday", "holiday", "weather"), language),
                *(
                    f"{title} {word('year', key, language)}"
                    for title in titles
                    for key in ("begun", "done", "planned", "capacity", "stopped")
                ),
            ],
            _days(made, language),
        ),
        "laws": (_headings(("code", "law", "where", "detail"), language), _laws(made, language)),
    }
    for key, (headings, rows) in tables.items():
        widths = [60 if key == "summary" and n else 18 for n in range(len(headings))]
        add_table(book, word("year", key, language), headings, rows, widths=widths)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(keys: tuple[str, ...], language: str) -> list[str]:
    return [word("year", key, language) for key in keys]


def _summary(made: YearCalendar, language: str) -> Iterator[Row]:
    for quota in made.quotas:
        for text in (*sentences(quota, made, language), alarm(quota, language)):
            if text:
                yield quota.title.text(language), text


def _spans(made: YearCalendar, name: str, language: str) -> Iterator[Row]:
    for quota in made.quotas:
        found: list[QuotaSpan] = getattr(quota, name)
        for one in found:
            amounts = (one.begun, one.done, one.planned, one.days, one.capacity)
            yield (quota.title.text(language), one.span, *amounts)


def _days(made: YearCalendar, language: str) -> Iterator[Row]:
    for n, day in enumerate(made.days):
        cells: list[object] = [
            day.date,
            weekday(day.date, language),
            day.holiday.text(language) if day.holiday else "",
            weather(day, language),
        ]
        for quota in made.quotas:
            one = quota.days[n]
            stopped = one.stopped.text(language) if one.stopped else ""
            cells += [one.begun, one.done, one.planned, one.capacity, stopped]
        yield tuple(cells)


def _laws(made: YearCalendar, language: str) -> Iterator[Row]:
    for one in made.violations:
        yield one.code, law(one, language), one.where, finding(one.detail, language)
