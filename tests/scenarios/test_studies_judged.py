"""Studies made again from their district, their plans and what the search decided."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from api.studies import Work, comparison, merging, relocation, sites
from models.errors import InputErrors
from models.plan import Plan
from scenarios.demo import write_demo
from scenarios.desk.court.around import Around
from scenarios.desk.court.remade import untrue
from scenarios.desk.siting import merge
from scenarios.edits.read import scenarios_of
from scenarios.fool.papers import fool_papers
from solver.document.packed import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = date(2026, 5, 12)
MORE = """name = "more"
[[edits]]
do = "demand"
factor = 1.2
[[edits]]
do = "hours"
site = "S01"
hours = "05:00-23:00"
"""
FOLDERS = {"compare.json": "compare", "merge.json": "merge", "site.json": "site",
           "relocation.json": "relocation"}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small bureau with one study of each kind below its plans."""
    folder = tmp_path_factory.mktemp("studies") / "town"
    write_demo(folder, size="tiny")

    def work(name: str) -> Work:
        return Work(
            folder=folder, day=DAY, target=folder / "plans" / name, iterations=3, workers=1,
            news=lambda *_: None, stage=lambda *_: None,
        )  # fmt: skip

    only = frozenset({"collect_kitchen"})
    comparison(work("compare"), scenarios_of([MORE]), seeds=1, only=only)
    phasing = merge.Phasing(count=2, begin=DAY, every_days=7)
    found = merge.merging(folder, DAY, merge.MergeOrder(walk_m=250, phasing=phasing), seconds=30)
    merging(work("merge"), found, check=False, seeds=1)
    sites(work("site"), "water", seconds=30, may_close=True, check=False, seeds=1, only=None)
    relocation(work("relocation"), seconds=20, places=2, check=False)
    return folder


@pytest.mark.parametrize("name", FOLDERS)
def test_an_honest_study_is_blamed_for_nothing(town: Path, name: str):
    folder = town / "plans" / FOLDERS[name]
    answer = CliRunner().invoke(app, ["judge", str(folder), "--lang", "en"])
    assert (answer.exit_code, "No violations" in answer.output) == (0, True), answer.output


@pytest.mark.parametrize("name", FOLDERS)
def test_every_lie_about_a_study_is_noticed(town: Path, name: str):
    found = fool_papers(town / "plans" / FOLDERS[name], 1, lambda *_: None)
    assert len(found.tried) > 80
    assert [one.name for one in found.unnoticed] == []


def told_with(town: Path, name: str, change: Callable[[Any], None]) -> set[str]:
    """The codes and places the judge tells of a study after a change that fits in itself."""
    folder = town / "plans" / FOLDERS[name]
    told = json.loads((folder / name).read_bytes())
    change(told)
    return {one.where for one in untrue(name, told, Around(folder))}


def test_a_site_that_closes_though_somebody_uses_it_breaks_a_law(town: Path):
    """What was decided is judged, and not only compared with what follows from it."""

    def shut(told: Any) -> None:
        decided = next(one["decided"] for one in told["alternatives"] if one["kind"] == "cheapest")
        used = decided["assigned"][0][0][1]
        decided["open"][0].remove(used)

    places = told_with(town, "site.json", shut)
    assert any("violations" in place for place in places)


def test_a_plan_of_the_journal_that_lies_is_a_violation_of_its_scenario(town: Path):
    folder = town / "plans" / "compare"
    text = (folder / "results.jsonl").read_bytes()
    forged = [json.loads(line) for line in text.splitlines()]
    plan = json.loads(unpacked(forged[0]["result"]["plan"]))
    plan["kpis"]["cost_cny"] -= 100
    forged[0]["result"]["plan"] = packed(Plan.model_validate(plan))
    try:
        lines = "".join(f"{json.dumps(one)}\n" for one in forged)
        (folder / "results.jsonl").write_text(lines, encoding="utf-8")
        told = json.loads((folder / "compare.json").read_bytes())
        places = {one.where for one in untrue("compare.json", told, Around(folder))}
        assert "compare.json scenarios 1 violations" in places
    finally:
        (folder / "results.jsonl").write_bytes(text)


@pytest.mark.parametrize("gone", ["journal", "district"])
def test_a_study_whose_evidence_is_gone_cannot_be_judged(town: Path, tmp_path: Path, gone: str):
    folder = tmp_path / "compare"
    folder.mkdir()
    (folder / "compare.json").write_bytes((town / "plans/compare/compare.json").read_bytes())
    district = town
    if gone == "district":
        (folder / "results.jsonl").write_bytes((town / "plans/compare/results.jsonl").read_bytes())
        write_demo(district := tmp_path / "other", size="tiny")
        rows = (district / "points.csv").read_text("utf-8").splitlines()
        (district / "points.csv").write_text("\n".join(rows[:-1]), encoding="utf-8")
    told = json.loads((folder / "compare.json").read_bytes())
    with pytest.raises(InputErrors, match=r"results\.jsonl"):
        untrue("compare.json", told, Around(folder, district))


def test_a_packed_plan_that_was_cut_is_none():
    rng = random.Random(1)
    for text in ("", "x", "eJw", "".join(rng.choice("abcd") for _ in range(40))):
        with pytest.raises(ValueError, match=r"."):
            unpacked(text)
