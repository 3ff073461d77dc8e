"""Passes beyond the cadence, for trips that the year asks of a day: `quotas.csv` with `extra`."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.plan import PlanUnserved
from models.record import PlanText
from models.solution import Reason
from scenarios.desk.asked import ASKED
from scenarios.desk.day import unpack_inputs
from scenarios.desk.judge import judge_folder, read_plan
from tests.district.folders import replace, write_good

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan

DAY = date(2026, 3, 18)
QUOTAS = "year,operation,trips,counts,per_vehicle,extra\n2026,fog,2900,trip,10,{extra}\n"
FOG = ("--only", "fog", "--iterations", "300", "--workers", "1", "--lang", "en")


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every street of class II, which fog visits every other day; ten trips a day are asked."""
    made = write_good(tmp_path_factory.mktemp("extra") / "grid")
    replace(made, "streets.csv", "100,,,I,14,4,yes,一队,,\n,北路1,100,II,,,no,,fog,flush", "")
    roads = (made / "roads.osm").read_text(encoding="utf-8")
    (made / "roads.osm").write_text(roads.replace("tertiary", "secondary"), encoding="utf-8")
    (made / "quotas.csv").write_text(QUOTAS.format(extra="yes"), encoding="utf-8")
    return made


def planned(town: Path, day: date, out: Path, *words: object) -> tuple[dict[str, object], Plan]:
    answer = json.loads(run("plan", town, "--date", day, "--out", out, "--json", *FOG, *words))
    return answer, read_plan(out / "plan.json")


def served(plan: Plan) -> set[str]:
    steps = (step for route in plan.routes for trip in route.trips for step in trip.steps)
    return {step.task for step in steps if step.task}


def test_streets_that_are_not_due_get_a_pass_for_the_trips(town: Path, tmp_path: Path):
    """Half the streets are due; the others are offered, and all are done, due ones first."""
    days = []
    for name, extra in (("with", "yes"), ("without", "no")):
        (town / "quotas.csv").write_text(QUOTAS.format(extra=extra), encoding="utf-8")
        answer, plan = planned(town, DAY, tmp_path / name)
        assert (answer["unserved"], plan.violations) == (0, [])
        days.append(plan)
        assert any("beyond the cadence" in note.en for note in plan.notes) == (extra == "yes")
        assert ("bound_cny" in plan.kpis) == (extra == "no"), "none is proven with extra passes"
    more, usual = map(served, days)
    assert usual < more
    assert more == usual | served(planned(town, DAY + timedelta(1), tmp_path / "next")[1])
    kept = planned(town, DAY, tmp_path / "again", "--keep", tmp_path / "with")[1]
    assert (kept.unserved, kept.violations, served(kept)) == ([], [], usual), "asked for no more"
    assert days[0].kpis["tasks"] == days[0].kpis["served"] == len(more)


def test_the_plan_is_judged_by_what_was_asked_then(town: Path, tmp_path: Path):
    """The inputs say what was asked; an extra pass that is told as left out is nobody's task."""
    (town / "quotas.csv").write_text(QUOTAS.format(extra="yes"), encoding="utf-8")
    _, plan = planned(town, DAY, tmp_path / "plan")
    unpack_inputs(tmp_path / "plan", tmp_path / "inputs")
    asked = json.loads((tmp_path / "inputs" / ASKED).read_text(encoding="utf-8"))["asked"]
    assert [one["operation"] for one in asked] == ["fog"]
    assert not judge_folder(tmp_path / "plan").as_written
    lie = PlanUnserved(
        task="fog-100-1:2-1", operation="fog", name="", reason=Reason.NO_TIME,
        relaxation=PlanText(zh="", en=""), lon=121.08, lat=31.97,
    )  # fmt: skip
    told = plan.model_copy(update={"unserved": [lie]})
    (tmp_path / "plan" / "plan.json").write_text(told.model_dump_json(), encoding="utf-8")
    assert judge_folder(tmp_path / "plan").as_written
