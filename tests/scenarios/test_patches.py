"""Dump patches of a folder by the plans of its days, as a bureau runs it: plan, plan, report."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from tests.district.folders import write_good

ORDERS = """\
id,operation,window,name,lon,lat,demand_kg,begin,end,spread
T1,collect_residual,08:00-18:00,河东图斑,121.083,31.9781,16001,2026-03-18,2026-03-19,yes
O1,collect_residual,08:00-18:00,工单,121.083,31.9781,300,,,
"""
DAYS = ("2026-03-18", "2026-03-19")


def run(*words):
    return CliRunner().invoke(app, [*map(str, words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Both days planned: 8,000 and 8,001 kg of the patch, in loads of the smallest truck's 3 t."""
    good = write_good(tmp_path_factory.mktemp("patches") / "grid")
    (good / "orders.csv").write_text(ORDERS, encoding="utf-8")
    for day in DAYS:
        done = run("plan", good, "--date", day, "--only", "collect_residual", "--iterations", 20,
                   "--workers", 1)  # fmt: skip
        assert done.exit_code == 0, done.output
    return good


def test_the_plans_of_all_days_clear_the_patch_by_its_deadline(folder):
    told = json.loads(run("patches", folder, "--json").stdout)
    (patch,) = told["patches"]
    assert [(one["share_kg"], one["cleared_kg"]) for one in patch["days"]] == [
        (8_000, 8_000), (8_001, 8_001),
    ]  # fmt: skip
    assert (patch["kg"], patch["cleared_kg"], patch["behind_kg"]) == (16_001, 16_001, 0)
    assert told["violations"] == []


def test_a_plan_that_leaves_a_load_is_behind_and_the_command_says_so(folder, tmp_path):
    """Its first load taken for another's: 2,667 kg of the second day's three loads are missing."""
    text = (folder / "plans" / DAYS[1] / "plan.json").read_text("utf-8")
    assert '"collect_residual-T1#1"' in text
    false = tmp_path / "false"
    false.mkdir()
    (false / "plan.json").write_text(
        text.replace('"collect_residual-T1#1"', '"collect_residual-O1"'), encoding="utf-8"
    )
    plans = ("--plan", folder / "plans" / DAYS[0], "--plan", false)
    done = run("patches", folder, *plans, "--lang", "en")
    assert done.exit_code == 1
    assert "T1 2026-03-19" in done.output
    assert "behind its deadline 2667" in " ".join(done.output.split())
    alone = json.loads(run("patches", folder, "--plan", false, "--json").stdout)
    assert alone["figures"]["behind_kg"] == 2_667


@pytest.mark.parametrize(
    ("plans", "said"),
    [((DAYS[0], DAYS[0]), "a second plan of 2026-03-18"), (("none",), "plan.json")],
)
def test_odd_plans_are_refused(folder, plans, said):
    named = [word for one in plans for word in ("--plan", folder / "plans" / one)]
    done = run("patches", folder, *named, "--lang", "en")
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_a_folder_without_plans_or_patches_is_told(tmp_path):
    good = write_good(tmp_path / "grid")
    done = run("patches", good, "--lang", "en")
    assert (done.exit_code, "no plan of a day" in done.stderr) == (2, True)
