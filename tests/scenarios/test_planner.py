"""The planner's commands on a small town: documents, pages, noise, errors."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from api.exports.planner.pages import (
    GROUPS,
    compare_page,
    edit_words,
    number,
    relocation_page,
    signed,
    unit_word,
    words,
)
from models.day import Budget
from models.edits import KINDS, Close, Edit, HoursEdit, Open, Scenario
from scenarios.demo import write_demo
from scenarios.desk.compare import BASE, UNITS, Series, difference, document, edits_of
from scenarios.desk.siting.relocate import prepare, read_settings, solve_study
from scenarios.desk.siting.relocation_document import relocation_document, scenario_of
from solver.judge.sites import check_location
from tests.scenarios.towns import district

DAY = date(2026, 5, 12)
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "tiny"
    write_demo(folder, size="tiny")
    return folder


@pytest.fixture(scope="module")
def study(town: Path):
    ready = prepare(town, DAY)
    return ready, solve_study(ready, seconds=10, places=4)


def test_the_study_has_lawful_alternatives_with_evidence(study):
    ready, result = study
    found = relocation_document(ready, result, {}, DAY)
    json.dumps(found)
    kinds = [one["kind"] for one in found["alternatives"]]
    assert "do_nothing" in kinds
    assert len(kinds) >= 2
    assert found["population"]["source"] == "buildings"
    for shown, one in zip(found["alternatives"], result.alternatives, strict=True):
        assert check_location(result.problem, one.solution) == list(one.violations)
        assert shown["bound_cny_day"] <= shown["cost_cny_day"]["total"]
        assert set(shown["robustness"]) >= {"percent", "cases", "plant_out_t", "station_out_t"}
        assert [phase["begin"] for phase in shown["phases"]] == [
            period["begin"] for period in found["periods"]
        ]
        edits = scenario_of(ready, result, one).edits
        assert len(edits) == len(shown["sites"]) + len(shown["closes"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_one_page_in_one_language(study, language):
    ready, result = study
    found = relocation_document(ready, result, {}, DAY)
    found["district"] = "<b>区</b>"
    page = relocation_page(found, ready.loaded.network, language)
    assert "<b>区</b>" not in page
    assert "src=" not in page
    assert not re.search(r"https?://", page)
    assert words(language)["alternatives"] in page
    if language == "en":
        text = re.sub(r"<[^>]+>", "", page.split("<main>")[1]).replace("&lt;b&gt;区", "")
        own = {site["name"] for site in found["stations"]}
        own |= {name for site in found["stations"] for name in site["sensitive_names"]}
        for name in own:
            text = text.replace(name, "")
        assert not re.search(r"[一-鿿]", text)


def test_every_word_has_both_languages():
    assert words("zh").keys() == words("en").keys()
    assert {f"f_{key}" for key in UNITS} <= words("zh").keys()


def test_the_command_writes_document_and_pages(town, tmp_path):
    done = RUNNER.invoke(
        app,
        ["relocate", str(town), "--date", "2026-05-12", "--no-check", "--time", "5",
         "--places", "3", "--out", str(tmp_path / "out")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"relocation.json", "relocation.zh.html", "relocation.en.html"}


def test_bad_settings_and_scenarios_end_with_2(town, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('[[edits]]\ndo = "close"\nsite = "nobody"\n', "utf-8")
    done = RUNNER.invoke(app, ["compare", str(town), str(bad), "--date", "2026-05-12"])
    assert done.exit_code == 2
    (town / "relocation.toml").write_text('stations = ["S99"]\npeak = 1\n', "utf-8")
    try:
        with pytest.raises(Exception, match="E702"):
            read_settings(town)
        (town / "relocation.toml").write_text('stations = ["S99"]\n', "utf-8")
        with pytest.raises(Exception, match="E701"):
            prepare(town, DAY)
    finally:
        (town / "relocation.toml").unlink()


def results(*costs: float) -> list[dict]:
    figures = [dict.fromkeys(UNITS, 1.0) | {"total_cny": cost} for cost in costs]
    return [
        {"figures": one, "stations": {"S1": [4.0, 3.0, 60]}, "violations": 0, "population": "file",
         "haul_planned": True,
         "sites": [["S1", "站", "station", 120.0, 31.0]]}
        for one in figures
    ]  # fmt: skip


def test_what_seeds_alone_can_do_is_noise():
    """Differences +10, -8, +1 say nothing; +10, +11, +12 do: t(2) = 4.30, 4.30 / sqrt 3 = 2.48."""
    base = [one["figures"] for one in results(100, 100, 100)]
    loose = difference(base, [one["figures"] for one in results(110, 92, 101)], "total_cny")
    assert (loose.delta, loose.noise) == (1.0, True)
    sure = difference(base, [one["figures"] for one in results(110, 111, 112)], "total_cny")
    assert (sure.delta, sure.noise) == (11.0, False)
    assert sure.spread == pytest.approx(2.484, abs=0.001)
    assert difference(base[:1], base[:1], "total_cny").noise is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_comparison_as_a_page(study, language, tmp_path):
    ready, _ = study
    grouped = {BASE: results(100, 100, 100), "1. <x>": results(110, 92, 101)}
    edit = Open(do="open", site="N", like="S1", lon=120.5, lat=31.0, capacity_t=75.0)
    series = Series(folder=tmp_path, day=DAY, budget=Budget(iterations=1), journal=tmp_path / "j")
    found = document(district(), series, [Scenario(name="<x>", edits=(edit,))], grouped)
    page = compare_page(found, ready.loaded.network, language)
    assert words(language)["noise"] in page
    assert "<x>" not in page
    assert "4.0 / 3" in page
    assert words(language)["do_open"] in page
    assert words(language)["sure_nothing"].format(name="1. &lt;x&gt;") in page


def test_every_figure_has_its_place_and_its_unit():
    assert sorted(key for keys in GROUPS.values() for key in keys) == sorted(UNITS)
    for language in ("zh", "en"):
        ui = words(language)
        assert all(unit_word(key, ui) or not unit for key, unit in UNITS.items())
        assert {f"do_{kind}" for kind in KINDS} <= ui.keys()
        keys = {name for edit in Edit.__subclasses__() for name in edit.model_fields}
        assert {f"k_{key}" for key in keys - {"do"}} <= ui.keys()


def test_edits_are_told_as_their_file_has_them():
    edit = HoursEdit(do="hours", site="S1", hours=((14_400, 43_200),))
    found = edits_of(Scenario(name="x", edits=(edit, Close(do="close", site="S2"))))
    assert found == [
        {"do": "hours", "site": "S1", "hours": ["04:00-12:00"]},
        {"do": "close", "site": "S2"},
    ]
    assert edit_words(found[0], words("en")) == "other hours: site S1, hours 04:00-12:00"


def test_figures_as_people_read_them():
    assert [number(x) for x in (0.04, 12.0, 12.34, 1234.5)] == ["0", "12", "12.3", "1,234"]
    assert [signed(x) for x in (0.0, 3.25, -2_000.0)] == ["0", "+3.2", "−2,000"]
