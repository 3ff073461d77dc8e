"""Titles of a rule profile are what people read, everywhere: a new operation shows no raw key."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from rich.console import Console

from api.commands.progress import line_of
from api.exports.folder import plan_files
from api.exports.report import kpi_table
from api.words.i18n import kpi_label, title, words
from models.day import Budget
from models.district import Driver
from models.plan import PlanTitles
from solver.day.plan import Request, plan_day
from solver.trade.profile import load_profile, titles
from tests.tasks.test_new_operation import DISINFECT
from tests.tasks.town import DAY, bureau, grid, standard, vehicle

if TYPE_CHECKING:
    from models.day import News

OPERATION = {"zh": "消杀", "en": "Disinfection"}
VEHICLE = {"zh": "消杀车", "en": "Mist truck"}


@pytest.fixture(scope="module", params=["zh", "en"])
def written(request, tmp_path_factory):
    """The day's news, its plan and all its files in one language."""
    language, folder = request.param, tmp_path_factory.mktemp("titles")
    (folder / "ours.toml").write_text(DISINFECT, encoding="utf-8")
    rules, town = load_profile("ours.toml", folder), grid(folder)
    driver = Driver(id="d", name="d", licence="B2")
    district = replace(bureau(vehicle("m", "mist", "early"), drivers=(driver,)), language=language)
    news: list[News] = []
    order = Request(day=DAY, budget=Budget(iterations=10), workers=1, only=frozenset({"spray"}))
    made = plan_day(district, town, rules, order, news=news.append)
    assert made.plan.violations == []
    files = dict(plan_files(made.plan, made.ground.network, district, language, ""))
    return language, news, made.plan, files


def test_the_plan_document_holds_the_titles(written):
    plan = written[2]
    assert plan.titles.operation["spray"] == ("消杀", "Disinfection")
    assert plan.titles.vehicle_type["mist"] == ("消杀车", "Mist truck")


def test_sheets_drivers_and_tracks_show_the_titles(written):
    language, _, _, files = written
    pages = [body.decode() for name, body in files.items() if name.endswith(".html")]
    sheets = [page for page in pages if OPERATION[language] in page]
    assert len(sheets) >= 3, "the route's sheet, the one of all, and the driver's"
    assert any(VEHICLE[language] in page for page in sheets)
    (track,) = [body.decode() for name, body in files.items() if name.endswith(".gpx")]
    assert f"m {OPERATION[language]}" in track
    assert ">spray<" not in "".join(pages)


def test_the_map_shows_the_titles_in_both_languages(written):
    page = written[3]["map.html"].decode()
    assert json.dumps(["消杀", "Disinfection"], ensure_ascii=False, separators=(",", ":")) in page


def test_the_workbook_shows_the_titles(written):
    language, _, _, files = written
    book = load_workbook(io.BytesIO(files["plan.xlsx"]), read_only=True)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {OPERATION[language], VEHICLE[language]} <= cells
    assert "spray" not in cells
    assert "mist" not in cells


def test_the_terminal_shows_the_titles(written):
    language, news, plan, _ = written
    told = [line_of(one, language).title for one in news if one.detail]
    assert told
    assert all(line.endswith(OPERATION[language]) for line in told)
    out = io.StringIO()
    figures = {**plan.kpis, "collected_t": {"spray": 1.0}}
    shown = plan.model_copy(update={"kpis": figures})
    Console(file=out, width=200).print(kpi_table(shown, language))
    assert OPERATION[language] in out.getvalue()
    assert "spray" not in out.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_no_profile_says_and_old_plans_are_read_as_shipped(language):
    """Titles of the shipped profile stand in it alone; a plan without titles falls back on them."""
    column = ("zh", "en").index(language)
    nothing = PlanTitles()
    for kind, own in (("operation", standard().operations), ("vehicle_type", standard().vehicles)):
        for key, one in own.items():
            shipped = (one.title_zh, one.title_en)
            assert (
                title(nothing, kind, key, language) == shipped[column] == words()[kind][key][column]
            )
    assert title(nothing, "operation", "haul", language) == ("转运", "Haul")[column]
    assert title(nothing, "operation", "unheard", language) == "unheard"
    assert kpi_label("sweep", language, titles(standard())) == ("机械清扫", "Sweeping")[column]
