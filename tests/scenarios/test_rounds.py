"""`huanwei rounds` as its user runs it: laps by the rule profile, told, judged, and refused."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.day import Budget, Request
from models.solution import Reason, StepKind
from models.trade.sourced import Cadence
from scenarios.desk.day import plan_folder
from scenarios.desk.horizon.rounds import cyclic
from solver.trade.profile import load_profile
from tests.district.folders import TABLES, replace, write_good

RULES = """\
extends = "standard"
[operations.flush.street.rounds]
source = "local rounds"
classes = ["I"]
hours = "06:00-20:00"
headway_min = {headway}
"""
IN_DAY = """\
extends = "standard"
[operations.flush]
bans = []
[operations.flush.street.classes.I]
source = "local rounds"
headway_min = 100
late_min = 20
every_days = 1
passes = [{ windows = ["05:00-11:00"] }]
"""
MINUTE = 60
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


@pytest.fixture(scope="module")
def driven(folder, tmp_path_factory):
    """A day plan that comes by every street at most every 100 and 20 min, with its order."""
    made = tmp_path_factory.mktemp("day") / "grid"
    made.mkdir()
    for path in folder.iterdir():
        (made / path.name).write_bytes(path.read_bytes())
    (made / "rules.toml").write_text(IN_DAY, encoding="utf-8")
    (made / "crews.csv").unlink()
    more = "".join(f"V{n},,fl_16,D1,early,flush,yes,,\n" for n in range(11, 16))
    (made / "vehicles.csv").write_text(TABLES["vehicles.csv"] + more, encoding="utf-8")
    request = Request(
        day=date(2026, 3, 18), budget=Budget(iterations=200), workers=1, only=frozenset({"flush"})
    )
    return plan_folder(made, request)[1]


def begins(day):
    """When each pass of each place begins, by the parts' tasks."""
    found = defaultdict(dict)
    for one in day:
        for step in one.schedule.steps:
            if step.kind is StepKind.SERVE:
                task = one.part.problem.tasks[one.route.visits[step.visit].task]
                if task.headway:
                    found[task.headway.place][task.headway.number] = step.begin
    return found


def test_a_day_plan_comes_by_within_the_headway(driven):
    found = begins(driven.halves.timed)
    assert {one.code for one in driven.plan.violations} <= {"CREW_SHORT"}  # the town has no people
    assert {one.reason for one in driven.plan.unserved} <= {Reason.UNREACHABLE}
    assert found
    for passes in found.values():
        times = [5 * 60 * MINUTE, *(passes[n] for n in sorted(passes)), 11 * 60 * MINUTE]
        assert max(b - a for a, b in pairwise(times)) <= 120 * MINUTE


def test_its_vehicles_do_other_work_of_the_day_too(driven):
    """The order stands in a route with passes of cyclic work."""
    routes = [
        {step.task.split("-")[1] for trip in route.trips for step in trip.steps if step.task}
        for route in driven.plan.routes
    ]
    assert any("O1" in one and len(one) > 1 for one in routes)


def test_rounds_and_a_cadence_that_say_the_same_are_one_lap():
    """The standard fog cannon has rounds on class I; class II and a level come by every hour."""
    work = load_profile("standard").operations["fog"].street
    one = {"source": "memory", "passes": [{"windows": ["06:00-20:00"]}], "late_min": 10}
    classes = {
        name: Cadence.model_validate(one | {"headway_min": minutes})
        for name, minutes in (("I", 120), ("II", 60))
    }
    levels = {"market": classes["II"]}
    hours = (6 * 60 * MINUTE, 20 * 60 * MINUTE)
    assert cyclic(work.model_copy(update={"classes": classes, "levels": levels})) == [
        (("I",), (), hours, 120, 10), (("II",), ("market",), hours, 60, 10),
    ]  # fmt: skip
