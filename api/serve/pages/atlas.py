"""The page of a district's map: its tables at their places, to look at and to change."""

from datetime import datetime
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.exports.page import script_json
from api.serve.office import office_of
from api.serve.pages.data import DATUMS
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.v1.found import district_folder
from api.serve.visitors import visitor_in
from api.words.i18n import section, words
from models.account import Need
from models.units import CHINA
from scenarios.desk.folder.atlas import ON_MAP
from scenarios.district.words.headings import columns_of

router = APIRouter(route_class=Door, include_in_schema=False)
CHOICES = {
    "facilities": {"kind": "site", "status": "status"},
    "points": {"stream": "stream", "own_side": "yes_no"},
    "orders": {"operation": "operation"},
    "streets": {"cleaning_class": "cleaning_class", "core": "yes_no"},
}
"""Columns of which the page offers the words, by table, and where these words stand."""


@router.get("/data/{district}/map")
@needs(Need.LOOK)
def show_map(request: Request, district: str) -> Response:
    """The map of a district; who may edit can change it."""
    folder = district_folder(request, district)
    language, visitor = language_of(request), visitor_in(request)
    office = office_of(request)
    mine = visitor.may(Need.EDIT)
    told = {
        "language": language, "form": visitor.form, "district": district, "edit": mine,
        "open_failed": section("ui", language)["open_failed"],
        "w": section("atlas", language), "tables": _titles(language),
        "glyph": section("glyph", language), "site": section("site", language),
        "highway": section("highway", language), "choices": choices(language),
        "columns": columns(language),
        "versions": {key: text for key, text in section("desk", language).items()
                     if key.startswith("rev_")},
    }  # fmt: skip
    return page(
        request, "atlas", 200, district=office.library.district_document(district, folder),
        w=section("atlas", language), mayedit=mine, datums=DATUMS,
        datum=office.library.datum(folder), today=datetime.now(CHINA).date().isoformat(),
        told=Markup(script_json(told)),
    )  # fmt: skip


@cache
def choices(language: str) -> dict[str, dict[str, dict[str, str]]]:
    """Words a person may choose from, by table and column, with their titles."""
    own: dict[str, dict[str, str]] = {
        "cleaning_class": {key: key for key in ("I", "II", "III", "IV")},
        "yes_no": {key: section("atlas", language)[key] for key in ("yes", "no")},
        "status": {key: section("atlas", language)[f"status_{key}"]
                   for key in ("open", "planned", "closing", "closed")},
    }  # fmt: skip
    return {
        table: {column: own.get(name) or section(name, language) for column, name in found.items()}
        for table, found in CHOICES.items()
    }


@cache
def columns(language: str) -> dict[str, dict[str, str]]:
    """What a column is called, by table."""
    return {
        table: {
            column: _title(facts, column, language) for column, facts in columns_of(table).items()
        }
        for table in ON_MAP
    }


def _title(facts: Any, column: str, language: str) -> str:
    if language != "zh":
        return column.replace("_", " ")
    unit = f"（{facts['unit']}）" if "unit" in facts else ""
    return f"{facts['names'][0]}{unit}" if facts["names"] else column


def _titles(language: str) -> dict[str, str]:
    at = ("zh", "en").index(language)
    return {table: words()["desk"][f"table_{table}"][at] for table in ON_MAP}
