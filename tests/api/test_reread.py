"""What people read of a plan (workbook, sheets, tracks) and its inputs, before the judge."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner

from api.commands.app import app
from tests.district import folders

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with a plan of its waste collection."""
    folder = folders.write_good(tmp_path_factory.mktemp("reread") / "town")
    words = ("--date", "2026-03-18", "--only", "collect_residual", "--iterations", "3")
    done = CliRunner().invoke(app, ["plan", str(folder), *words, "--workers", "1"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def plan(town: Path, tmp_path: Path) -> Path:
    return shutil.copytree(town / "plans" / "2026-03-18", tmp_path / "plan")


def verdict(plan: Path, *words: str) -> tuple[int, list[tuple[str, str]]]:
    """The exit code of the judge, and the codes and places it tells."""
    done = CliRunner().invoke(app, ["judge", str(plan), "--json", *words])
    told = json.loads(done.stdout)["as_written"]
    return done.exit_code, [(one["code"], one["where"]) for one in told]


def cell(plan: Path, change: int) -> None:
    """The workbook with its first number of kilometres changed, saved by another program."""
    book = openpyxl.load_workbook(plan / "plan.xlsx")
    sheet = book["线路"]
    number = next(one for one in sheet[2] if isinstance(one.value, float))
    number.value += change
    book.save(plan / "plan.xlsx")


def text(name: str, old: str, new: str) -> object:
    def change(plan: Path) -> None:
        path = next(plan.glob(name))
        told = path.read_text(encoding="utf-8")
        assert old in told
        path.write_text(told.replace(old, new, 1), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda plan: cell(plan, 1), "plan.xlsx 线路 2"),
        (lambda plan: (plan / "plan.xlsx").write_bytes(b"PK"), "plan.xlsx"),
        (text("sheets/collect*.html", "V5", "V9"), "sheets/"),
        (text("sheets/driver*.html", "05:", "06:"), "sheets/driver"),
        (text("gpx/*.gpx", 'lat="31.97', 'lat="31.98'), "gpx/"),
        (text("routes.geojson", "V5", "V9"), "routes.geojson"),
    ],
    ids=["a number of the workbook", "half a workbook", "a plate", "an hour", "a track", "a route"],
)
def test_a_file_that_is_not_the_plans_is_told(plan, change, where):
    change(plan)
    code, told = verdict(plan)
    assert code == 1
    assert [(code, place.startswith(where)) for code, place in told] == [("FILE", True)], told


def test_what_is_only_saved_again_or_left_out_is_the_plans(plan):
    cell(plan, 0)
    shutil.rmtree(plan / "gpx")
    assert verdict(plan) == (0, [])


def test_a_plan_written_in_english_is_read_in_english(town, tmp_path):
    words = ("--only", "collect_residual", "--iterations", "3", "--workers", "1", "--lang", "en")
    out = tmp_path / "plan"
    asked = ["plan", str(town), "--date", "2026-03-18", *words, "--out", str(out)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert verdict(out) == (0, [])


def test_inputs_that_are_not_the_districts_are_told(town, plan):
    """A lighter load in the plan's own inputs; the district named, or else nobody can know."""
    assert verdict(plan, "--district", str(town)) == (0, [])
    packed = plan / "inputs.zip"
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["closures.csv"] += b"\n"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert verdict(plan) == (0, [])
    assert verdict(plan, "--district", str(town)) == (1, [("INPUTS", "closures.csv")])
