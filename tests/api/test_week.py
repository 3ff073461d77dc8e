"""Days in a row: decided together, planned one by one, written as one folder, judged as one."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from api.exports.whole import StoppedEarlyError
from api.runner import write_week
from models.day import Budget, Request
from models.history.events import Absence
from scenarios.desk.calendar import HORIZON, read_horizon
from scenarios.desk.court.inputs import other_inputs
from scenarios.desk.day import load_folder
from scenarios.desk.horizon.week import WEEK_FILE, decide_week
from scenarios.desk.horizon.week_judge import judge_week
from scenarios.desk.judge import read_plan
from scenarios.fool.papers import fool_papers
from scenarios.ledger.append import Batch, Entry, append
from scenarios.ledger.store import open_ledger
from tests.district.folders import write_good

BEGIN, SECOND = date(2026, 3, 18), date(2026, 3, 19)
OPTIONS = ("--only", "flush,fog", "--iterations", "20", "--workers", "1", "--lang", "en")


def run(*words):
    """The exit code of a command."""
    return CliRunner().invoke(app, [str(word) for word in words]).exit_code


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The town of the readers' tests, every street of class I, with two days planned."""
    made = write_good(tmp_path_factory.mktemp("weeks") / "grid")
    (made / "streets.csv").write_text(
        "name,cleaning_class\n" + "".join(f"{kind}{n},I\n" for kind in ("东路", "北路")
                                          for n in range(1, 4)), encoding="utf-8"
    )  # fmt: skip
    words = ("plan", made, "--from", BEGIN, "--days", 2, *OPTIONS)
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return made


@pytest.fixture
def week(folder):
    return folder / "weeks" / BEGIN.isoformat()


@pytest.fixture
def copy(week, tmp_path):
    return shutil.copytree(week, tmp_path / "copy")


def edited(copy, name, change):
    """The copy with a document changed by hand."""
    told = json.loads((copy / name).read_text(encoding="utf-8"))
    change(told)
    (copy / name).write_text(json.dumps(told), encoding="utf-8")
    return copy


def test_the_judge_finds_nothing(week):
    assert run("judge", week, "--lang", "en") == 0


def test_half_the_streets_each_night(week):
    told = json.loads((week / HORIZON).read_text(encoding="utf-8"))
    visits = [one["visits"] for one in told["works"] if one["operation"] == "flush"]
    assert {len(days) for days in visits} == {1}
    assert {days[0] for days in visits} == {BEGIN.isoformat(), SECOND.isoformat()}


def test_a_day_planned_alone_has_the_weeks_work(folder, week, tmp_path):
    whole = read_plan(week / "plans" / SECOND.isoformat() / "plan.json")
    assert run("plan", folder, "--date", SECOND, "--out", tmp_path / "plan", *OPTIONS) == 0
    assert served(read_plan(tmp_path / "plan" / "plan.json")) == served(whole)


def served(plan):
    steps = (step for route in plan.routes for trip in route.trips for step in trip.steps)
    return {step.task for step in steps if step.task}


def test_what_was_missed_comes_first_next_week(folder, week, tmp_path):
    later = shutil.copytree(folder, tmp_path / "later")
    unit = json.loads((week / HORIZON).read_text(encoding="utf-8"))["works"][0]

    def forget(told):
        for day in told["days"]:
            if day["date"] in unit["visits"]:
                day["missed"].append(unit["unit"])

    edited(later / "weeks" / BEGIN.isoformat(), WEEK_FILE, forget)
    edited(later / "weeks" / BEGIN.isoformat(), HORIZON, lambda told: told["works"][0].update(
        last="2026-03-16"))  # fmt: skip
    begin = date(2026, 3, 20)
    request = Request(day=begin, budget=Budget(iterations=5), only=frozenset({"flush"}))
    told = decide_week(later, request, 2).told
    again = next(one for one in told.works if one.unit == unit["unit"])
    assert (again.last, again.visits[0]) == (date(2026, 3, 16), begin)


def test_days_that_no_week_planned_went_by_the_rota(folder):
    """Three weeks later half the streets are due a night again, not all on the first as overdue."""
    begin = BEGIN + timedelta(21)
    request = Request(day=begin, budget=Budget(iterations=5), only=frozenset({"flush"}))
    works = decide_week(folder, request, 2).told.works
    assert {one.last for one in works} == {begin - timedelta(1), begin - timedelta(2)}
    assert {tuple(one.visits) for one in works} == {(begin,), (begin + timedelta(1),)}


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (HORIZON, lambda told: told["works"].pop(), "CLAIM"),
        (HORIZON, lambda told: told["works"][0].update(greatest_days=9), "CLAIM"),
        (HORIZON, lambda told: told["works"][0].update(visits=[]), "WEEK_GAP"),
        (HORIZON, lambda told: told["works"][0].update(visits=["2026-03-20"]), "WEEK_DAY"),
        (HORIZON, lambda told: told.update(days=3), "CLAIM"),
        (HORIZON, lambda told: told.update(out=[]), "CLAIM"),
        (WEEK_FILE, lambda told: told["days"][0].update(unserved=0, routes=9), "CLAIM"),
        (WEEK_FILE, lambda told: told["days"][0]["operations"][0].update(service_km=1), "CLAIM"),
        (WEEK_FILE, lambda told: told["days"][0].update(missed=["x"]), "CLAIM"),
        (WEEK_FILE, lambda told: told["days"].pop(), "CLAIM"),
    ],
)
def test_a_false_week_is_noticed(copy, name, change, code):
    assert code in {one.code for one in judge_week(edited(copy, name, change))}


def test_every_lie_in_the_documents_of_a_week_is_noticed(week):
    found = fool_papers(week, 1, lambda caught, share: None)
    assert len(found.tried) > 60
    assert found.unnoticed == []
    assert [one.name for one in found.believed] == ["week.json language"]  # of the page beside it


def test_another_promise_than_the_days_were_planned_by_is_noticed(copy):
    def swap(told):
        for one in told["works"]:
            one["visits"] = [
                SECOND.isoformat() if day == BEGIN.isoformat() else BEGIN.isoformat()
                for day in one["visits"]
            ]

    found = judge_week(edited(copy, HORIZON, swap))
    assert any(HORIZON in one.where for one in found)


def test_the_page_tells_each_street_and_its_days(week):
    page = (week / "week.html").read_text(encoding="utf-8")
    assert "东路1" in page
    assert "2026-03-19" in page


@pytest.mark.parametrize(
    "words", [("--date", BEGIN), ("--keep", "x"), ("--without", "V1"), ("--days", 40)]
)
def test_options_of_one_day_do_not_go_with_a_week(folder, words):
    done = CliRunner().invoke(app, ["plan", str(folder), "--from", str(BEGIN), *map(str, words)])
    assert done.exit_code == 2
    assert "--days" in done.stderr


def test_a_damaged_week_is_one_line(folder, tmp_path):
    later = shutil.copytree(folder, tmp_path / "later")
    (later / "weeks" / BEGIN.isoformat() / HORIZON).write_text("{", encoding="utf-8")
    done = CliRunner().invoke(app, ["plan", str(later), "--date", str(SECOND)])
    assert done.exit_code == 2
    assert "E611" in done.stderr


def test_a_folder_with_other_things_is_left_alone(folder, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert run("plan", folder, "--from", BEGIN, "--days", 1, "--out", tmp_path, *OPTIONS) == 2
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_the_promise_reaches_the_district(folder):
    calendar = load_folder(folder, SECOND).district.calendar
    assert calendar is not None
    assert (calendar.begin, calendar.end) == (BEGIN, SECOND)
    assert load_folder(folder, date(2026, 3, 20)).district.calendar is None


def test_who_comes_home_late_begins_later(folder, tmp_path):
    """Back at half past four: the flusher misses its early shift, its driver rests from then."""
    town = shutil.copytree(folder, tmp_path / "town")
    week = town / "weeks" / BEGIN.isoformat()

    def late(told):
        for kind, what in (("vehicle", "V2"), ("driver", "C2")):
            told["out"].append({"kind": kind, "what": what, "date": str(BEGIN),
                                "begin": f"{BEGIN}T20:00:00+08:00",
                                "end": f"{SECOND}T04:30:00+08:00"})  # fmt: skip

    edited(week, HORIZON, late)
    district = load_folder(town, SECOND).district
    shifts = {one.id: one.shifts for one in district.vehicles}
    assert (shifts["V2"], shifts["V1"]) == (("night",), ("early",))
    assert next(one.last_end for one in district.drivers if one.id == "C2") == 16_200
    usual = load_folder(town, BEGIN).district
    assert {one.id: one.shifts for one in usual.vehicles}["V2"] == ("early", "night")
    assert {one.where for one in judge_week(week)} >= {"out"}


def test_a_week_stopped_after_its_first_day_is_not_written(folder, tmp_path):
    told = []
    request = Request(day=BEGIN, budget=Budget(iterations=5), workers=1, only=frozenset({"fog"}))
    with pytest.raises(StoppedEarlyError):
        write_week(
            folder, request, 2, tmp_path / "week", language="zh", news=told.append,
            stopped=lambda: any(one.stage == "week" for one in told),
        )  # fmt: skip
    assert not (tmp_path / "week").exists()


def gone(town, *absences):
    """Tell the town's ledger who is away."""
    with open_ledger(town) as ledger, ledger.writing() as connection:
        append(
            connection, [Entry(one) for one in absences], Batch(kind="import", source="away.csv"),
            correct=False,
        )  # fmt: skip


def test_a_day_on_its_own_heeds_the_ledger(folder, tmp_path, monkeypatch):
    """One of two fog cannons is in the workshop; who is in no table is told. Plans are judged by
    what was known when they were made, whatever the office's ledger says since."""
    town = shutil.copytree(folder, tmp_path / "town", ignore=shutil.ignore_patterns("weeks"))
    with (town / "vehicles.csv").open("a", encoding="utf-8") as rows:
        rows.write("V13,,fog,D1,early,fog,yes,,\n")
    span = {"begin": BEGIN - timedelta(3), "end": BEGIN}
    gone(town, *(Absence(kind="vehicle", what=name, **span) for name in ("V3", "V99")))
    fog = ("--only", "fog", *OPTIONS[2:])
    for day, there in ((BEGIN, {"V13"}), (SECOND, {"V3", "V13"})):
        made = tmp_path / day.isoformat()
        assert run("plan", town, "--date", day, "--out", made, *fog) == 0
        told = read_plan(made / "plan.json")
        assert {one.vehicle for one in told.routes} <= there
        assert run("judge", made) == 0
        by_ledger = [note.en for note in told.notes if "ledger" in note.en]
        assert [name in " ".join(by_ledger) for name in ("V3 ", "V99,")] == [day == BEGIN] * 2
    assert other_inputs(tmp_path / SECOND.isoformat(), town, SECOND) == []
    (town / "ledger.sqlite").rename(tmp_path / "elsewhere.sqlite")
    assert other_inputs(tmp_path / SECOND.isoformat(), town, SECOND) == [], "nobody was away"
    (tmp_path / "elsewhere.sqlite").rename(town / "ledger.sqlite")
    gone(town, Absence(kind="vehicle", what="V13", begin=BEGIN, end=SECOND))
    monkeypatch.setenv("HUANWEI_LEDGER", f"sqlite:///{town / 'ledger.sqlite'}")
    for day in (BEGIN, SECOND):
        assert run("judge", tmp_path / day.isoformat()) == 0


def test_who_is_away_is_not_driven(folder, tmp_path):
    """The only flusher is in the workshop on the second day: that day's streets wait, fog comes."""
    town = shutil.copytree(folder, tmp_path / "town", ignore=shutil.ignore_patterns("weeks"))
    gone(town, Absence(kind="vehicle", what="V2", begin=SECOND, end=SECOND + timedelta(5)))
    assert run("plan", town, "--from", BEGIN, "--days", 2, *OPTIONS) == 0
    made = town / "weeks" / BEGIN.isoformat()
    told = read_horizon(made / HORIZON)
    assert [(one.what, one.begin, one.end) for one in told.away] == [("V2", SECOND, SECOND)]
    assert [(one.operation, one.date) for one in told.stopped] == [("flush", SECOND)]
    assert {day for one in told.works for day in one.visits if one.operation == "flush"} == {BEGIN}
    assert judge_week(made) == []
    assert {one.id: one.available for one in load_folder(town, SECOND).district.vehicles} == {
        f"V{n}": n != 2 for n in range(1, 7)
    }
    edited(made, HORIZON, lambda told: told.update(away=[]))
    assert {one.code for one in judge_week(made)} == {"CLAIM"}


def test_an_absence_taken_back_holds_no_more(folder, tmp_path):
    """The flusher is mended: the week promised without it, the day and the week anew drive it."""
    town = shutil.copytree(folder, tmp_path / "town", ignore=shutil.ignore_patterns("weeks"))
    absence = Absence(kind="vehicle", what="V2", begin=SECOND, end=SECOND)
    gone(town, absence)
    words = ("plan", town, "--from", BEGIN, "--days", 2, *OPTIONS)
    assert run(*words) == 0
    mended = [Entry(absence, void=True)]
    with open_ledger(town) as ledger, ledger.writing() as connection:
        append(connection, mended, Batch(kind="import", source="back.csv"), correct=True)
    assert all(one.available for one in load_folder(town, SECOND).district.vehicles)
    made = tmp_path / "plan"
    assert run("plan", town, "--date", SECOND, "--out", made, *OPTIONS) == 0
    assert not [note.en for note in read_plan(made / "plan.json").notes if "V2" in note.en]
    assert run("judge", made) == 0
    assert judge_week(town / "weeks" / BEGIN.isoformat()) == [], "what was planned then was lawful"
    assert run(*words) == 0
    told = read_horizon(town / "weeks" / BEGIN.isoformat() / HORIZON)
    assert (told.away, told.stopped) == ([], [])
