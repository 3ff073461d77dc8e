"""`huanwei rounds` as its user runs it: laps by the rule profile, told, judged, and refused."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from tests.district.folders import replace, write_good

RULES = """\
extends = "standard"
[operations.flush.street.rounds]
source = "local rounds"
classes = ["I"]
hours = "06:00-20:00"
headway_min = {headway}
"""
OPTIONS = ("--date", "2026-03-18", "--only", "flush", "--iterations", "50")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The town of the readers' tests, every street of class I, flushed by one vehicle."""
    made = write_good(tmp_path_factory.mktemp("rounds") / "grid")
    rows = [f"{kind}{n},I" for kind in ("东路", "北路") for n in range(1, 4)]
    (made / "streets.csv").write_text("\n".join(["name,cleaning_class", *rows]), encoding="utf-8")
    replace(made, "district.toml", 'profile = "standard"', 'profile = "rules.toml"')
    return made


def told(folder, headway, *more):
    (folder / "rules.toml").write_text(RULES.format(headway=headway), encoding="utf-8")
    return CliRunner().invoke(app, ["rounds", str(folder), *OPTIONS, *more])


def lap_of(folder, headway):
    done = told(folder, headway, "--json")
    assert done.exit_code == 0, done.output
    (lap,) = json.loads(done.stdout)["laps"]
    return lap


def test_the_fewest_vehicles_keep_the_headway(folder):
    """Half the time from service to service needs twice the vehicles, on the same lap."""
    alone = lap_of(folder, 1_000)
    whole = -(-alone["gap_s"] // 60)
    assert len(alone["starts"]) == 1
    assert alone["violations"] == []
    assert len(lap_of(folder, whole // 2 + 1)["starts"]) == 2
    assert {name for name, _ in alone["streets"]} == {
        f"{kind}{n}" for kind in ("东路", "北路") for n in range(1, 4)
    }


@pytest.mark.parametrize(("language", "missing"), [("zh", "尚缺"), ("en", "are missing")])
def test_vehicles_that_are_missing_are_told(folder, language, missing):
    done = told(folder, 20, "--lang", language, "--streets")
    assert done.exit_code == 0, done.output
    assert missing in done.output
    assert "东路1" in done.output


def test_an_operation_without_rounds_is_refused(folder):
    done = told(folder, 60, "--only", "sweep")
    assert done.exit_code == 2
    assert "rounds]" in done.stderr


def test_streets_nobody_serves_are_refused(folder):
    """Fog cannons have rounds in the standard profile, but no wide street in this town."""
    done = told(folder, 60, "--only", "fog", "--lang", "en")
    assert done.exit_code == 2
    assert "no street of class I" in done.stderr
