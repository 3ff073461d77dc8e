"""A day with bad weather, closed streets and a holiday, told in one language at a time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from rich.console import Console

from api.exports.folder import file_names, plan_json
from api.exports.geojson import routes_geojson
from api.exports.geometry import Ground
from api.exports.mapdata import page_data
from api.exports.report import print_kpis
from api.exports.xlsx import plan_workbook
from api.words.i18n import LANGUAGES, way_out
from models.day import Budget, Request
from models.district import Closure, Weather
from models.plan import Plan, PlanTitles, PlanUnserved
from models.record import PlanText
from models.solution import Reason
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder
from solver.day.plan import plan_day

if TYPE_CHECKING:
    from pathlib import Path

    from models.district import District
    from solver.document.plan import DayPlan

DAY = date(2026, 10, 1)
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[DayPlan, District]:
    folder = tmp_path_factory.mktemp("words") / "district"
    write_demo(folder, size="tiny")
    loaded = load_folder(folder, DAY)
    network = loaded.network
    streets = sorted({network.street(arc) for arc in range(network.num_arcs)} - {""})
    shut = [Closure(name=name, begin=DAY, end=DAY) for name in [*streets[:4], "nowhere"]]
    district = replace(
        loaded.district, closures=(*shut,), weather=Weather(wind_grade=9, temperature_c=-8.0)
    )
    request = Request(
        day=DAY, budget=Budget(iterations=5), workers=1,
        only=frozenset({"sweep", "flush", "collect_residual"}),
    )  # fmt: skip
    return plan_day(district, network, loaded.rules, request), district


def names(made: tuple[DayPlan, District]) -> re.Pattern[str]:
    """Whatever the district or its map calls by a name."""
    found, district = made
    network = found.ground.network
    known = {network.street(arc) for arc in range(network.num_arcs)} | {district.name}
    for rows in (district.sites, district.points, district.drivers, district.vehicles):
        known |= {text for row in rows for text in (row.id, getattr(row, "name", None)) if text}
    known |= {one.name for one in found.plan.unserved} | {one.operator for one in district.streets}
    longest = sorted((one for one in known if one), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))


def terminal(made: tuple[DayPlan, District], language: str, out: Path) -> str:
    told = io.StringIO()
    print_kpis(made[0].plan, language, out, console=Console(file=told, width=300))
    return told.getvalue()


def workbook(made: tuple[DayPlan, District], language: str, _: Path) -> str:
    found, district = made
    content = plan_workbook(found.plan, found.ground.network, district, language)
    book = load_workbook(io.BytesIO(content), read_only=True)
    cells = (
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    )
    return "\n".join([*book.sheetnames, *cells])


def page(made: tuple[DayPlan, District], language: str, _: Path) -> str:
    """What the page's scripts pick of its pairs."""
    found, district = made
    plan, ground = found.plan, Ground(found.ground.network)
    ground.prepare(plan)
    ids = [*(one.id for one in plan.routes), *(f"driver-{one.driver}" for one in plan.roster)]
    data = page_data(plan, ground, district, file_names(ids), language)
    column = LANGUAGES.index(data["language"])
    pairs = [*data["notes"], data["verdict"], *(row[4] for row in data["unserved"])]
    pairs += [words for row in figures(data["kpis"]) for words in (row["label"], row.get("text"))]
    return "\n".join(pair[column] for pair in pairs if pair)


def figures(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for row in rows for one in (row, *figures(row.get("rows", [])))]


def causes(made: tuple[DayPlan, District], language: str, _: Path) -> str:
    found, district = made
    ground = Ground(found.ground.network)
    ground.prepare(found.plan)
    content = routes_geojson(found.plan, ground, district, language).decode()
    return "\n".join(re.findall(r'"relaxation":"([^"]*)"', content))


@pytest.mark.parametrize("told", [terminal, workbook, page, causes])
def test_english_has_no_chinese_but_names(made, tmp_path, told):
    text = names(made).sub("", told(made, "en", tmp_path))
    assert not [line for line in text.splitlines() if CHINESE.search(line)]


@pytest.mark.parametrize("told", [terminal, workbook, page, causes])
def test_chinese_is_told_in_chinese(made, tmp_path, told):
    text = told(made, "zh", tmp_path)
    for one in (*made[0].plan.notes, *(row.relaxation for row in made[0].plan.unserved)):
        if one.en != one.zh:
            assert one.en not in text
    assert CHINESE.search(text)


def test_notes_and_causes_are_in_the_plan_in_both_languages(made):
    plan, named = made[0].plan, names(made)
    texts = [*plan.notes, *(one.relaxation for one in plan.unserved if one.relaxation.en)]
    assert len(plan.notes) > 2
    for one in texts:
        assert not CHINESE.search(named.sub("", one.en)), one
        assert not SENTENCE.search(named.sub("", one.zh)), one
    because = {reason: set() for reason in Reason}
    for row in plan.unserved:
        because[row.reason].add((row.relaxation.zh, row.relaxation.en))
    assert ("风力 9 级，限值 5 级", "wind grade 9, limit 5") in because[Reason.WEATHER]
    assert ("封闭", "closed") in because[Reason.UNREACHABLE]
    assert any("国庆节" in note.zh and "National Day" in note.en for note in plan.notes)


def test_a_plan_of_an_earlier_version_is_read(made):
    text = plan_json(made[0].plan).decode()
    old = re.sub(r'\{"zh": ?("[^"]*"), ?"en": ?"[^"]*"\}', r"\1", text)
    assert old != text
    read = Plan.model_validate_json(old)
    assert read.notes == [PlanText(zh=one.zh, en=one.zh) for one in made[0].plan.notes]
    assert Plan.model_validate_json(plan_json(read)) == read


def test_a_cause_alone_is_told_as_it_is():
    row = PlanUnserved(
        task="t", operation="sweep", name="", reason=Reason.UNREACHABLE, lon=0, lat=0,
        relaxation=PlanText(zh="封闭", en="closed"),
    )  # fmt: skip
    assert [way_out(row, {}, one, PlanTitles()) for one in LANGUAGES] == ["封闭", "closed"]
