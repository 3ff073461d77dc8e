"""Boxes emptied by their level: from a sensor's row to the day, judged."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.commands.app import app
from models.horizon.week import HorizonDocument, Stopped, WeekLevel
from models.record import PlanText
from scenarios.desk.calendar import HORIZON
from scenarios.desk.horizon.levels import told_levels
from scenarios.desk.horizon.week import work_of
from scenarios.desk.horizon.week_judge import judge_week
from solver.horizon.deal import SOONER, choices
from solver.horizon.week import visits
from solver.judge.week import check_week
from tests.district.folders import at, write_good
from tests.horizon.test_week import MONDAY, cadence, unit

BEGIN = date(2026, 3, 18)


def days(*numbers):
    return [MONDAY + timedelta(n) for n in numbers]


def codes(own, chosen, due, *, length=7, shut=(), last=None):
    """What the judge finds in a week of one box that is due on a day."""
    level = WeekLevel(read=MONDAY, read_s=0, full_pm=500, begin_kg=0, due=due)
    told = HorizonDocument(
        district="town", district_id="town", begin=MONDAY, days=length,
        works=[work_of(own, last, chosen, level)],
        stopped=[
            Stopped(date=day, operation="flush", cause=PlanText(zh="", en="")) for day in shut
        ],
    )  # fmt: skip
    return [one.code for one in check_week(told)]


@pytest.mark.parametrize(
    ("due", "shut", "chosen"),
    [
        (0, [], [0, 3, 6]),
        (2, [], [2, 5]),
        (6, [], [6]),
        (7, [], []),
        (-4, [], [0, 3, 6]),  # overdue: at once
        (2, [2], [1, 4]),  # no work that day: the day before
        (0, [0], [1, 4]),  # or, where there is none, the day after
    ],
)
def test_a_box_comes_on_the_last_day_it_may_wait(due, shut, chosen):
    own = unit(cadence(every_days=3), 0)
    found = visits(own, days(*range(7)), last=None, stopped=days(*shut), due=days(due)[0])
    assert found == days(*chosen)
    assert codes(own, found, days(due)[0], shut=days(*shut)) == []


def test_a_box_emptied_too_late_or_forgotten_is_found_out():
    own = unit(cadence(every_days=3), 0)
    assert codes(own, days(3, 6), days(2)[0]) == ["WEEK_GAP"]
    assert codes(own, [], days(2)[0]) == ["WEEK_GAP"]
    assert codes(own, days(2), days(2)[0]) == ["WEEK_GAP"]  # and what comes in from then on


def test_neighbours_may_come_a_little_sooner_and_that_is_paid_for():
    own = unit(cadence(every_days=4), 0)
    (choice,) = choices([own], days(*range(7)), last={}, stopped={}, due={str(own.id): days(3)[0]})
    assert choice.days == (tuple(days(3)), tuple(days(2, 6)), tuple(days(1, 5)))
    assert choice.owed == pytest.approx((0, 1 / 4, 2 / 4))


@given(
    st.integers(1, 9), st.integers(-5, 25), st.integers(1, 21),
    st.sets(st.integers(0, 20), max_size=8),
)  # fmt: skip
def test_the_judge_finds_nothing_in_any_set_of_days_a_search_may_choose(every, due, length, rain):
    own, window = unit(cadence(every_days=every), 0), days(*range(length))
    shut = days(*sorted(day for day in rain if day < length))
    (choice,) = choices(
        [own], window, last={}, stopped={"flush": shut}, due={str(own.id): days(due)[0]}
    )
    assert len(choice.days) <= SOONER + 1
    for chosen in choice.days:
        assert codes(own, list(chosen), days(due)[0], length=length, shut=shut) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A town with two boxes of 500 kg for recyclables, a truck for them, and a night's readings."""
    made = write_good(tmp_path_factory.mktemp("levels") / "grid")
    points = made / "points.csv"
    head, *rows = points.read_text(encoding="utf-8").splitlines()
    boxes = [
        f"R1,一号箱,box,recyclable,{at(1, 1)},100,,,no,500",
        f"R2,二号箱,box,recyclable,{at(2, 2)},100,,,no,500",
        f"R3,三号箱,box,recyclable,{at(1, 2)},100,,,no,500",
    ]
    text = [f"{head},capacity_kg", *(f"{row}," for row in rows), *boxes]
    points.write_text("\n".join(text) + "\n", encoding="utf-8")
    sensors = made / "满溢记录.csv"
    sensors.write_text(
        "采集日期,采集时间,点位,满溢度\n2026-03-16,06:00,R1,10\n2026-03-17,12:00,一号箱,85\n"
        "2026-03-17,12:00,R2,5\n2026-03-18,18:00,R2,100\n", encoding="gbk",
    )  # fmt: skip
    assert run("ledger", "import", sensors, made, "--lang", "en")[0] == 0
    return made


def run(*words):
    """Exit code and output of a command."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def test_readings_say_what_a_box_holds_and_when_it_is_due(folder):
    """85 % at noon and half a day more: 475 kg of 500; a reading of the evening to come is none."""
    first, second = told_levels(folder, BEGIN)
    assert (first.point, first.level.begin_kg, first.level.due) == ("R1", 475, BEGIN)
    assert (second.point, second.level.begin_kg, second.level.full_pm) == ("R2", 75, 50)
    assert second.level.due > BEGIN + timedelta(1)
    code, output = run("ledger", "levels", folder, "--date", BEGIN, "--json")
    told = json.loads(output)
    assert (code, [one["point"] for one in told["boxes"]]) == (0, ["R1", "R2"])
    assert "475 kg" in run("ledger", "levels", folder, "--date", BEGIN, "--lang", "en")[1]
    assert "no fill level" in run("ledger", "levels", folder, "--date", "2025-01-01",
                                  "--lang", "en")[1]  # fmt: skip


def test_a_week_empties_the_full_box_first_and_its_judge_makes_the_level_again(folder):
    with (folder / "facilities.csv").open("a", encoding="utf-8") as file:
        file.write(f"S3,回收站,station,{at(3, 0)},05:00-22:00,recyclable,10,1,20\n")
    with (folder / "vehicles.csv").open("a", encoding="utf-8") as file:
        file.write("V7,苏F12351,rc_4,D1,early,collect_recyclable,yes,,\n")
    options = ("--only", "collect_recyclable", "--iterations", 5, "--workers", 1)
    assert run("plan", folder, "--from", BEGIN, "--days", 2, *options)[0] == 0
    week = folder / "weeks" / BEGIN.isoformat()
    works = {one["thing"]: one for one in json.loads((week / HORIZON).read_text())["works"]}
    assert works["R1"]["visits"] == [BEGIN.isoformat()]
    assert works["R2"]["visits"] == []  # nearly empty
    assert works["R3"]["level"] is None  # nobody read it: by the rota
    assert judge_week(week) == []
    works["R2"]["level"]["due"] = works["R1"]["level"]["due"]
    told = json.loads((week / HORIZON).read_text()) | {"works": list(works.values())}
    (week / HORIZON).write_text(json.dumps(told), encoding="utf-8")
    assert {one.code for one in judge_week(week)} == {"WEEK_GAP", "CLAIM"}
