"""`huanwei roster`: weeks from day plans, with the history, leave and heat of the people."""

import json
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from api.commands.app import app
from api.words.i18n import words
from models.horizon.week import HorizonDocument
from models.plan import Plan, PlanRoute
from models.roster import RosterDocument
from models.shift import Rule
from models.units import CHINA
from scenarios.desk.roster import RosterOrder, roster_folder
from scenarios.fool.papers import fool_papers
from solver.shifts.roster import Budget
from tests.district.folders import replace, write_good

MONDAY = date(2026, 3, 23)
QUICK = Budget(seconds=30, deterministic=2)
WORK = (("sweep", "V1", 1), ("flush", "V2", 1), ("sidewalk_wash", "V4", 3))


def plan_of(day, work=WORK):
    """A plan whose routes are out from 05:00 to 11:00."""
    times = [datetime(day.year, day.month, day.day, hour, tzinfo=CHINA) for hour in (5, 11)]
    routes = [
        PlanRoute(
            id=f"{operation}-{n}", part=n, vehicle=vehicle, vehicle_type="sw_l",
            operation=operation, shift="early", depot="D1", engine="ruin", crew=[],
            crew_needed=crew, licence="B2", depart=times[0], distance_m=1, service_m=1,
            deadhead_m=0, duration_s=6 * 3600, overtime_s=0, cost_cny=1, co2_kg=1, trips=[],
            **{"return": times[1]},
        )
        for n, (operation, vehicle, crew) in enumerate(work)
    ]  # fmt: skip
    return Plan(
        district="方格镇", district_id="grid", date=day, seed=1, engine="ruin", created=times[0],
        attribution="", language="zh", operations=[], kpis={}, notes=[], routes=routes,
        stations=[], haul=[], roster=[], unserved=[], violations=[],
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    path = write_good(tmp_path / "grid")
    write_plan(path, plan_of(MONDAY))
    return path


def write_plan(folder, plan, place=""):
    target = folder / place / "plans" / plan.date.isoformat()
    target.mkdir(parents=True)
    (target / "plan.json").write_text(plan.model_dump_json(by_alias=True), encoding="utf-8")


def rostered(folder, **changes):
    order = {"begin": MONDAY, "days": 7, "budget": QUICK} | changes
    return roster_folder(folder, RosterOrder(**order))[1]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_week_repeats_the_only_plan_and_staffs_every_route(folder):
    made = rostered(folder)
    assert [duty.id for duty in made.duties[:3]] == [
        "2026-03-23/sweep-0", "2026-03-23/flush-1", "2026-03-23/sidewalk_wash-2",
    ]  # fmt: skip
    assert len(made.duties) == 21
    assert (made.empty_seats, made.violations) == (0, [])
    assert sum(person.days for person in made.people) == 21
    assert {day.plan for day in made.days} == {MONDAY}


def test_each_day_repeats_its_own_plan_or_its_weekdays_or_its_kind(folder):
    saturday = MONDAY + timedelta(5)
    write_plan(folder, plan_of(saturday, WORK[:1]))
    made = rostered(folder, days=14)
    assert [day.plan for day in made.days] == ([MONDAY] * 5 + [saturday] * 2) * 2


def write_week(folder, begin, works):
    """A week from `begin` whose days have these works."""
    for n, work in enumerate(works):
        write_plan(folder, plan_of(begin + timedelta(n), work), f"weeks/{begin}")
    told = HorizonDocument(
        district="方格镇", district_id="grid", begin=begin, days=len(works), works=[]
    )
    (folder / "weeks" / str(begin) / "horizon.json").write_text(told.model_dump_json(), "utf-8")


def test_days_of_a_week_are_rostered_and_a_plan_of_a_day_alone_comes_first(folder):
    """Monday has a plan of its own; of two weeks that hold Wednesday the one begun later counts."""
    write_week(folder, MONDAY, [WORK[:1]] * 3)
    write_week(folder, MONDAY + timedelta(2), [WORK[:2]] * 2)
    made = rostered(folder, days=5)
    on = [sum(duty.date == day.date for duty in made.duties) for day in made.days]
    assert on == [3, 1, 2, 2, 2]


def test_an_unreadable_plan_of_a_week_is_named_with_its_folder(folder):
    write_week(folder, MONDAY, [WORK[:1]])
    bad = folder / "weeks" / str(MONDAY) / "plans" / str(MONDAY) / "plan.json"
    bad.write_text("{}", encoding="utf-8")
    result = run("roster", folder, "--from", MONDAY, "--lang", "en")
    assert result.exit_code == 2
    assert f"weeks/{MONDAY}/plans/{MONDAY}/plan.json" in "".join(result.output.split())


def written(folder, *more, begin=MONDAY):
    """A roster as the command writes it."""
    out = folder / "rosters" / str(begin)
    made = run("roster", folder, "--from", begin, "--days", 3, "--time", 5, *more)
    assert made.exit_code == 0, made.output
    return out


def test_every_lie_in_a_roster_is_noticed(folder):
    out = written(folder)
    honest = run("judge", out)
    assert honest.exit_code == 0, honest.output
    found = fool_papers(out, 1, lambda caught, share: None)
    assert len(found.tried) > 100
    assert found.unnoticed == []


def test_a_roster_is_judged_with_the_files_it_was_made_of(folder, tmp_path):
    """Leave below the district, an earlier roster beside it; swapped hands change neither."""
    leave = folder / "leave.csv"
    leave.write_text("driver,from,to\nC1,2026-03-01,2026-03-26\n", encoding="utf-8")
    earlier = rostered(folder, days=3)
    (tmp_path / "before.json").write_text(earlier.model_dump_json(), encoding="utf-8")
    more = "--leave", leave, "--history", tmp_path / "before.json", "--standby", 2
    out = written(folder, *more, begin=MONDAY + timedelta(3))
    told = json.loads((out / "roster.json").read_bytes())
    assert told["sources"]["leave"] == "leave.csv"
    assert run("judge", out).exit_code == 0
    told["sources"]["leave"] = told["sources"]["history"] = ""
    (out / "roster.json").write_text(json.dumps(told), encoding="utf-8")
    assert run("judge", out).exit_code == 1, "the hours of the week before are gone"
    told["sources"]["leave"] = "nowhere.csv"
    (out / "roster.json").write_text(json.dumps(told), encoding="utf-8")
    missing = run("judge", out, "--lang", "en")
    assert missing.exit_code == 2
    assert "nowhere.csv" in missing.output


@pytest.mark.parametrize("text", ["[]", "7", "{}", '{"days": 3}', "[" * 100_000])
def test_what_is_no_roster_is_one_clear_error(folder, text):
    out = written(folder)
    (out / "roster.json").write_text(text, encoding="utf-8")
    told = run("judge", out, "--lang", "en")
    assert told.exit_code == 2
    assert "roster.json" in told.output


def test_statutory_holidays_are_named_and_paid_three_times(folder):
    """Three duties of 6.5 h (05:00-11:00 and the checks) on seven days, three of them holidays."""
    made = rostered(folder, begin=date(2026, 9, 28))
    assert [day.holiday for day in made.days] == [""] * 3 + ["国庆节"] * 3 + [""]
    assert sum(one.hours_h for one in made.people) == 3 * 7 * 6.5
    assert sum(one.holiday_h for one in made.people) == 3 * 3 * 6.5
    assert sum(one.rest_day_h for one in made.people) == 0
    assert made.pay_cny == pytest.approx(45 * 6.5 * 3 * (4 + 3 * 3))
    assert made.premium_cny == pytest.approx(45 * 6.5 * 3 * 3 * 2)
    assert made.pay_cny == pytest.approx(sum(one.pay_cny for one in made.people))


def test_an_earlier_roster_without_pay_can_be_read(folder):
    made = json.loads(rostered(folder).model_dump_json())
    for one in (made, *made["people"], *made["days"]):
        for key in ("pay_cny", "premium_cny", "rest_day_h", "holiday_h", "holiday"):
            one.pop(key, None)
    assert RosterDocument.model_validate(made).pay_cny == 0


def test_the_days_before_count(folder):
    """C1 to C4 worked the six days before: all but C5 and C6 rest on the first day."""
    earlier = rostered(folder, begin=MONDAY - timedelta(6), days=6)
    four = {"crew": ["C1", "C2", "C3", "C4"]}
    every = [duty.model_copy(update=four) for duty in earlier.duties]
    path = folder / "before.json"
    path.write_text(earlier.model_copy(update={"duties": every}).model_dump_json())
    made = rostered(folder, days=1, history=path)
    assert {person for duty in made.duties for person in duty.crew} == {"C5", "C6"}
    (short,) = [duty for duty in made.duties if duty.missing]
    assert short.blocked[Rule.WEEKLY_REST] == 4
    assert short.relaxation.startswith("WEEKLY_REST C")


def test_a_roster_to_keep_is_kept(folder):
    first = rostered(folder)
    path = folder / "first.json"
    path.write_text(first.model_dump_json())
    again = rostered(folder, keep=path)
    assert again.changed == 0
    assert [duty.crew for duty in again.duties] == [duty.crew for duty in first.duties]


def test_nobody_works_or_stands_by_on_leave(folder):
    leave = folder / "leave.csv"
    leave.write_text("driver,from,to\nC1,2026-03-01,2026-03-24\n", encoding="utf-8")
    made = rostered(folder, leave=leave)
    away = {MONDAY, MONDAY + timedelta(1)}
    assert all("C1" not in duty.crew for duty in made.duties if duty.date in away)
    assert all("C1" not in call.people for call in made.standby if call.date in away)


def test_standby_is_by_people_who_are_free_and_in_turn(folder):
    made = rostered(folder, standby=1)
    for call in made.standby:
        busy = {p for duty in made.duties if duty.date == call.date for p in duty.crew}
        assert not busy & set(call.people)
    early = [call.people[0] for call in made.standby if call.shift == "early"]
    assert len(early) == 7
    assert len(set(early)) > 1


def test_at_forty_degrees_nobody_washes_pavements_and_the_roster_says_why(folder):
    replace(folder, "district.toml", "temperature_c = 12.5", "temperature_c = 40")
    made = rostered(folder, days=1)
    (short,) = [duty for duty in made.duties if duty.missing]
    assert short.operation == "sidewalk_wash"
    assert short.blocked["HEAT"] == 6


def test_the_command_writes_workbook_document_and_sheets(folder):
    result = run("roster", folder, "--from", MONDAY, "--days", 7, "--time", 5, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "21 duties, 0 empty seats" in result.output
    out = folder / "rosters" / MONDAY.isoformat()
    made = RosterDocument.model_validate_json((out / "roster.json").read_text("utf-8"))
    book = load_workbook(out / "roster.xlsx")
    calendar = book["Calendar"]
    assert (calendar.max_row, calendar.max_column) == (7, 8)
    assert book["Duties"].max_row == 22
    sheets = {path.stem for path in (out / "sheets").glob("*.html")}
    assert sheets == {person.id for person in made.people if person.days or person.standbys}
    again = run("roster", folder, "--from", MONDAY, "--days", 7, "--time", 5)
    assert again.exit_code == 0
    assert "排班完成" in again.output


def test_everything_wrong_is_said_at_once_and_nothing_is_written(folder):
    leave = folder / "leave.csv"
    leave.write_text("driver,from,to\nC9,2026-03-01,2026-03-24\nC1,soon,later\n", encoding="utf-8")
    (folder / "bad.json").write_text("{}")
    result = run(
        "roster", folder, "--from", MONDAY, "--leave", leave, "--history", folder / "bad.json",
        "--keep", folder / "none.json",
    )  # fmt: skip
    assert result.exit_code == 2
    assert [code for code in ("E803", "E804") if code in result.output] == ["E803", "E804"]
    assert result.output.count("E804") == 2
    assert not (folder / "rosters").exists()


def test_without_a_plan_the_way_out_is_named(tmp_path):
    result = run("roster", write_good(tmp_path / "grid"), "--from", MONDAY, "--lang", "en")
    assert result.exit_code == 2
    assert "huanwei plan" in result.output.replace("\n", " ")


def test_a_strange_folder_is_left_alone(folder):
    out = folder / "mine"
    out.mkdir()
    (out / "letter.txt").write_text("keep me")
    result = run("roster", folder, "--from", MONDAY, "--out", out)
    assert result.exit_code == 2
    assert [path.name for path in out.iterdir()] == ["letter.txt"]


def test_every_rule_has_words_in_both_languages():
    assert set(words()["rule"]) == {rule.value for rule in Rule}
    assert all(json.dumps(pair) and all(pair) for pair in words()["rule"].values())
