"""`huanwei year` as its user runs it: tables, ledger, files, alarms, kill -9."""

from __future__ import annotations

import copy
import json
import multiprocessing
import random
import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest
from typer.testing import CliRunner

from api.commands.app import app
from api.exports.year import write_year, year_schema
from api.words.year import quota_sentence
from scenarios.demo import write_demo
from scenarios.desk.court.remade import differences
from scenarios.desk.horizon.quota_line import driven_by, quota_lines
from scenarios.desk.judge import read_plan
from scenarios.desk.year.plan import YearOrder, plan_year
from scenarios.district.read import read_tables
from scenarios.fool.fields import every_field
from scenarios.ledger.append import Batch, Entry, append
from scenarios.ledger.driven import record_plan
from scenarios.ledger.store import open_ledger
from solver.horizon.calendar import forecast, usual_weather
from solver.trade.profile import load_profile
from solver.trade.weather import stopped_by
from tests.horizon.years import FIRST, YEAR, trip
from tests.ledger.test_driven import TWO_TRIPS, write_plan
from tests.ledger.towns import write_district

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.process import BaseProcess

    from models.history.events import WeatherDay
    from models.year.calendar import YearCalendar

DOCS = Path(__file__).resolve().parents[2] / "docs"
QUOTAS = """年份,作业,趟次,计数方式,每车每日趟次
2026年,冲洗,365趟,趟,2
2025,冲洗,100,趟,2
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = write_district(tmp_path / "town")
    people = "id,name,licence\n" + "".join(f"P{n},王{n},B2\n" for n in range(4))
    (folder / "crews.csv").write_text(people, encoding="utf-8")
    (folder / "任务量.csv").write_text(QUOTAS, encoding="gbk")
    return folder


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["year", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.stdout


def codes(*words: object) -> list[tuple[str, int]]:
    told = json.loads(run(*words, "--json", code=2))
    return [(one["code"], one["row"]) for one in told["errors"]]


def drive(folder: Path, days: list[date], trips: int = 1) -> None:
    """The flusher's trips on these days, as the ledger has them."""
    rows = [Entry(trip(day, "F1", trips=trips)) for day in days]
    with open_ledger(folder) as ledger, ledger.writing() as connection:
        append(connection, rows, Batch(kind="import", source="test"), correct=False)


def test_a_year_is_written_whole_with_all_its_files(town: Path):
    told = run(town, "--year", "2026", "--today", "2026-01-01")
    assert "至少 365 趟" in told
    assert "出车或卸料、加水" in told, "what counts as a trip is told"
    out = town / "years" / "2026"
    names = {path.name for path in out.iterdir()}
    assert names == {"year.json", "year.xlsx", "year.zh.html", "year.en.html"}
    document = json.loads((out / "year.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, json.loads(year_schema()))
    assert document["quotas"][0]["planned"] == 365
    assert document["violations"] == []
    for language, word in (("zh", "道路冲洗"), ("en", "Flushing")):
        page = (out / f"year.{language}.html").read_text(encoding="utf-8")
        assert word in page
        assert "<svg" in page
        assert "http" not in page.replace("http://www.w3.org", ""), "nothing from the network"
    book = openpyxl.load_workbook(out / "year.xlsx")
    days = list(book["days" if "days" in book else "可作业日"].values)
    assert len(days) == 1 + 365
    assert len(list(book["各周"].values)) == 1 + 53


def test_the_published_schema_is_that_of_the_program():
    assert (DOCS / "year.schema.json").read_text(encoding="utf-8") == year_schema()


def test_what_is_in_the_ledger_is_taken_off(town: Path):
    drive(town, [date(2026, 1, 1) + timedelta(n) for n in range(100)])
    told = json.loads(run(town, "--year", "2026", "--today", "2026-04-11", "--json"))
    (flush,) = told["quotas"]
    assert (flush["done"], flush["owed"], flush["planned"]) == (100, 265, 265)
    assert flush["arrears"] == 0
    assert flush["alarm"] is None


@pytest.mark.parametrize("recorded", [False, True])
def test_a_days_plan_says_what_it_brings_the_quotas(town: Path, recorded: bool):
    """100 of 365 trips done; a flusher's outing of two trips, sweeping that no quota asks for.

    Once the plan is recorded as driven the line of the day is the same.
    """
    drive(town, [date(2026, 1, 1) + timedelta(n) for n in range(100)])
    washed = json.loads(json.dumps(TWO_TRIPS).replace("V1", "F1").replace("sweep", "flush"))
    plan = read_plan(write_plan(town, TWO_TRIPS, washed) / "plan.json")
    if recorded:
        with open_ledger(town) as ledger:
            record_plan(ledger, town / "plans" / "2026-05-12")
    (line,) = quota_lines(town, [driven_by(plan)])
    assert (line.asked, line.done, line.owed, line.trips) == (365, 100, 265, 2)
    assert (line.title.en, line.short) == ("Flushing", max(0, line.planned - 2))
    assert "加作业" in quota_sentence(replace(line, planned=9), "zh"), "there is a way out"
    assert "加作业" not in quota_sentence(replace(line, planned=9, offer=False), "zh")
    unasked = plan.model_copy(update={"routes": plan.routes[:1]})
    assert quota_lines(town, [driven_by(unasked)]) == ()


def test_plans_of_days_in_a_row_are_added_up_year_by_year(town: Path):
    """Two trips on each of three days over New Year; of 2027 nothing is asked."""
    washed = json.loads(json.dumps(TWO_TRIPS).replace("V1", "F1").replace("sweep", "flush"))
    one = driven_by(read_plan(write_plan(town, TWO_TRIPS, washed) / "plan.json"))
    days = [date(2026, 12, 30) + timedelta(n) for n in range(3)]
    own = [
        one._replace(day=day, trips=tuple(replace(each, day=day) for each in one.trips))
        for day in days
    ]
    (line,) = quota_lines(town, own)
    assert (line.year, line.days, line.trips) == (2026, 2, 4)
    (town / "ledger.sqlite").write_bytes(b"no ledger")
    assert quota_lines(town, own) == ()


def test_a_year_in_arrears_raises_its_alarm_on_its_day(town: Path):
    """Four drivers, 3.4 at work, fill three seats: 2 trips a day at most.

    On 2 July 183 days bring 366 of 365, on 3 July 364: one short.
    """
    calm = json.loads(run(town, "--year", "2026", "--today", "2026-07-02", "--json"))
    assert calm["quotas"][0]["alarm"] is None
    told = json.loads(run(town, "--year", "2026", "--today", "2026-08-01", "--json"))
    alarm = told["quotas"][0]["alarm"]
    assert (alarm["level"], alarm["since"]) == ("late", "2026-07-03")
    assert (alarm["short"], alarm["days"]) == (365 - 2 * 153, 153)
    assert (alarm["trips_a_day"], alarm["vehicles_a_day"]) == (3, 2)
    assert "警报" in run(town, "--year", "2026", "--today", "2026-08-01")
    page = town / "years" / "2026" / "year.en.html"
    assert "Alarm: Flushing cannot be met any more, since 2026-07-03" in page.read_text("utf-8")


def test_mistakes_in_the_tables_are_told_at_once(town: Path):
    (town / "任务量.csv").write_text(
        "year,operation,vehicle_type,trips,counts,per_km,season\n"
        "2026,flush,,365,trip,,6-9:1.5\n"
        "2026,flush,,365,trip,,13:2\n"
        "2026,flush,,365,km,,\n"
        "2026,,,365,trip,,\n"
        "2026,,lp,0,trip,,\n"
        "2026,dance,,365,trip,,\n"
        "2026,flush,,9,trip,,\n",
        encoding="utf-8",
    )
    found = codes(town, "--year", "2026")
    assert sorted(found, key=lambda one: one[1]) == [
        ("E531", 3), ("E301", 4), ("E301", 5), ("E303", 6), ("E405", 7), ("E533", 8),
    ]  # fmt: skip
    assert not (town / "years").exists()


def test_a_type_of_vehicle_stands_for_its_only_operation(town: Path):
    (town / "任务量.csv").write_text("年份,车型,趟次\n2026,fog,10\n2026,yh,10\n", encoding="utf-8")
    assert codes(town, "--year", "2026") == [("E532", 3)]
    (town / "任务量.csv").write_text("年份,车型,趟次\n2026,fog,10\n", encoding="utf-8")
    told = json.loads(run(town, "--year", "2026", "--today", "2026-01-01", "--json"))
    assert told["quotas"][0]["operation"] == "fog"
    assert told["quotas"][0]["alarm"]["short"] == 10, "the town has no fog cannon"


def test_a_year_without_quotas_and_a_strange_folder_are_told(town: Path, tmp_path: Path):
    assert codes(tmp_path / "nowhere", "--year", "2026")[0] == ("E101", 0)
    told = json.loads(run(town, "--year", "2031", "--json", code=2))
    assert "2031" in told["errors"][0]["message_zh"]
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "letter.txt").write_text("mine", encoding="utf-8")
    assert codes(town, "--year", "2026", "--out", strange)[0][0] == "E852"
    assert (strange / "letter.txt").read_text(encoding="utf-8") == "mine"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "town"
    write_demo(folder, size="tiny")
    return folder


def test_the_demo_plans_every_trip_of_its_year(demo: Path):
    since = time.process_time()
    made = plan_year(demo, YearOrder(year=2026, today=date(2026, 1, 1)))
    assert time.process_time() - since < 60
    assert made.violations == []
    assert [one.operation for one in made.quotas] == ["sweep", "flush", "fog"]
    for one in made.quotas:
        assert one.planned == one.trips
        assert one.alarm is None
        stopped = [day for day in one.days if day.stopped]
        assert not any(day.planned for day in stopped)
    assert sum(day.stopped is not None for day in made.quotas[1].days) > 100, "rain and frost"


def drive_on(
    made: YearCalendar, days: range, truth: Mapping[date, WeatherDay], address: str, demo: Path
) -> None:
    """These days are driven as planned where the weather as it came lets them, and both noted."""
    rules = load_profile("standard")
    trips, weather = list[Entry](), list[Entry]()
    for n in days:
        day = made.days[n].date
        weather.append(Entry(truth[day]))
        for one in made.quotas:
            lost = stopped_by(rules, one.operation, forecast(truth[day]))
            if one.days[n].planned and lost is None:
                work = {"operation": one.operation, "trips": one.days[n].planned}
                trips.append(Entry(trip(day, "F1", **work)))
    source = Batch(kind="import", source=str(days))
    with open_ledger(demo, address) as ledger, ledger.writing() as connection:
        append(connection, trips, source, correct=False)
        append(connection, weather, source, correct=False)


def test_a_year_of_other_weather_than_was_assumed_meets_its_quotas(demo: Path, tmp_path: Path):
    """Half a year is driven by the plan of 1 January, the rest planned anew each week.

    Rain and frost fall on other days than the usual year's. What they cost is caught up, so that on
    31 December everything is driven.
    """
    address = f"sqlite:///{tmp_path / 'year.sqlite'}"
    rows = [row for _, row in read_tables(demo, FIRST, ("climate",)).rows["climate"]]
    other = usual_weather(YEAR + 4, [row.to_domain() for row in rows])
    truth = {
        date(YEAR, day.month, day.day): replace(one, day=date(YEAR, day.month, day.day))
        for day, one in other.items()
    }
    steps = [0, *range(182, 365, 7), 365]
    lost = 0
    for begin, end in pairwise(steps):
        order = YearOrder(year=YEAR, today=FIRST + timedelta(begin), ledger=address)
        made = plan_year(demo, order)
        assert made.violations == []
        lost = max(lost, sum(one.arrears for one in made.quotas))
        drive_on(made, range(begin, end), truth, address, demo)
    made = plan_year(demo, YearOrder(year=YEAR, today=date(YEAR + 1, 1, 1), ledger=address))
    assert lost > 50, "the weather has cost something on the way"
    assert {one.operation: one.done - one.trips for one in made.quotas} == {
        "sweep": 0, "flush": 0, "fog": 0,
    }  # fmt: skip
    assert all(one.alarm is None for one in made.quotas)


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.scenarios.test_year"])


def write(calendar: YearCalendar, out: Path) -> None:
    """Write a calendar, in a process that a test may kill."""
    write_year(calendar, out, "zh")


def test_a_year_that_is_killed_leaves_the_old_one_or_the_new_one(town: Path):
    """Twenty moments of writing: there is always a whole calendar, and no draft stays for long."""
    made = plan_year(town, YearOrder(year=2026, today=date(2026, 1, 1)))
    out = town / "years" / "2026"
    write(made, out)

    def begun() -> BaseProcess:
        process = PROCESSES.Process(target=write, args=(made, out))
        process.start()
        return process

    begun().join()
    since = time.monotonic()
    begun().join()
    took = time.monotonic() - since
    for moment in range(20):
        process = begun()
        time.sleep(took * moment / 20)
        process.kill()
        process.join()
        held: dict[str, Any] = json.loads((out / "year.json").read_text("utf-8"))
        assert len(held["days"]) == 365
        assert openpyxl.load_workbook(out / "year.xlsx", read_only=True).sheetnames
    write(made, out)
    assert [path.name for path in out.parent.iterdir()] == ["2026"]


def test_a_year_is_judged_as_it_is_written(town: Path):
    run(town, "--year", "2026", "--today", "2026-03-01")
    out = town / "years" / "2026"
    honest = CliRunner().invoke(app, ["judge", str(out)])
    assert honest.exit_code == 0, honest.output
    document = json.loads((out / "year.json").read_bytes())
    for name, change in every_field(document, random.Random(1)):
        change(forged := copy.deepcopy(document))
        assert list(differences("year.json", forged, document)), name
    document["quotas"][0]["planned"] -= 1
    (out / "year.json").write_text(json.dumps(document), encoding="utf-8")
    told = CliRunner().invoke(app, ["judge", str(out), "--json"])
    assert told.exit_code == 1
    assert "year.json quotas 1 planned" in told.output
    (out / "year.json").write_text("[" * 100_000, encoding="utf-8")
    broken = CliRunner().invoke(app, ["judge", str(out), "--lang", "en"])
    assert broken.exit_code == 2
    assert "year.json" in broken.output
