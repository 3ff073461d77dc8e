"""`huanwei data`: what the map of a district can, the command line can."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from tests.district.folders import write_good


@pytest.fixture
def folder(tmp_path):
    return write_good(tmp_path / "grid")


def run(*words):
    done = CliRunner().invoke(app, ["data", *(str(word) for word in words)])
    return done.exit_code, done.output


def rows(folder, name):
    text = (folder / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_is_set_moved_added_removed_and_all_of_it_undone(folder):
    before = (folder / "points.csv").read_bytes()
    first = rows(folder, "points")[0]
    assert run("set", folder, "points", first["id"], "demand_kg=321", "--at", "119.98,31.8")[0] == 0
    now = rows(folder, "points")[0]
    assert (now["demand_kg"], now["lon"]) == ("321", "119.9800000")
    closure = ("name=中山路", "begin=2026-05-12", "end=2026-05-13")
    code, said = run("add", folder, "closures", *closure, "--json")
    assert (code, json.loads(said)["version"]["about"]) == (0, "closures.csv")
    assert rows(folder, "closures")[-1]["name"] == "中山路"
    assert run("remove", folder, "points", "#2")[0] == 0
    assert first["id"] not in {row["id"] for row in rows(folder, "points")}
    for _ in range(3):
        assert run("undo", folder)[0] == 0
    assert (folder / "points.csv").read_bytes() == before
    code, said = run("versions", folder, "--json")
    kept = json.loads(said)["versions"]
    assert [one["what"] for one in kept] == ["restored"] * 3 + ["corrected"] * 3 + ["found"]
    assert {one["who"] for one in kept} == {"huanwei", ""}
    assert run("undo", folder)[0] == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("set", "points", "nobody", "name=x"), "没有行 nobody"),
        (("set", "points", "#2", "name"), "列=内容"),
        (("set", "points", "#2", "colour=red"), "没有列 colour"),
        (("set", "points", "#2", "--at", "here"), "经度,纬度"),
        (("add", "nowhere", "id=x"), "没有表 nowhere"),
        (("remove", "vehicles", "#99"), "没有行 #99"),
    ],
)
def test_what_cannot_be_ends_with_2_and_changes_nothing(folder, words, told):
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    code, said = run(words[0], folder, *words[1:])
    assert code == 2
    assert told in said.replace("\n", "")
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_folder_that_is_no_district_is_refused(tmp_path):
    assert run("undo", tmp_path)[0] == 2
