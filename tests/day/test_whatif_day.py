"""What-ifs of a day from folder to judged plan: changed, kept to, compared, swept."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from api.commands.app import app
from api.runner import write_day
from api.words.i18n import way_out
from models.day import Budget
from models.edits import Demand, Quota, Without
from models.plan import Plan, PlanTitles, PlanUnserved, Relaxation
from models.record import PlanText
from scenarios.demo import write_demo
from scenarios.desk.judge import judge_folder, read_plan
from scenarios.desk.outages import NOTHING
from scenarios.desk.whatif import plan_name, what_if
from solver.day.plan import Request
from solver.document.difference import difference, figures, taken_kg
from solver.document.earlier import task_homes
from tests.edits.test_whatif import bureau
from tests.tasks.town import standard

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 5, 12)
ONLY = frozenset({"sweep", "collect_residual"})


def plan(district: Path, name: str, **fields: Any) -> Plan:
    request = Request(day=DAY, budget=Budget(iterations=60), workers=1, only=ONLY, **fields)
    out = district / "plans" / name
    return write_day(district, request, out, language="zh").plan


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("what if") / "district"
    write_demo(folder, size="tiny")
    return folder


@pytest.fixture(scope="module")
def base(district: Path) -> Plan:
    return plan(district, DAY.isoformat())


@pytest.fixture(scope="module")
def without_station(district: Path, base: Plan) -> Plan:
    return plan(district, "s", what_if=what_if(["S01"]), before=base)


def run(*arguments: object):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_an_unchanged_day_kept_to_moves_only_what_saves_money(district, base):
    kept = plan(district, "k", before=base, keep=True)
    told = kept.difference
    assert told.keep
    assert told.assignment.kept + told.assignment.moved == base.kpis["served"]
    saved = base.kpis["cost_cny"] - kept.kpis["cost_cny"]
    assert saved >= told.assignment.moved * standard().costs.moved_task_cny
    crews = {(r.vehicle, r.shift): r.crew for r in base.routes}
    assert all(r.crew == crews[r.vehicle, r.shift] for r in kept.routes)


def test_without_a_vehicle_its_tasks_move_and_the_others_stay(district, base):
    gone = "CP_12-01"
    homes = task_homes(base)
    own = {task for task, home in homes.items() if home.vehicle == gone}
    made = plan(district, "v", what_if=what_if([gone]), before=base, keep=True)
    moved = {one.task for one in made.difference.assignment.moves}
    assert own
    assert all(route.vehicle != gone for route in made.routes)
    assert own <= moved | set(made.difference.assignment.lost)
    assert len(moved - own) <= 0.05 * len(homes)


def test_the_plan_without_a_station_is_judged_on_the_changed_district(district, without_station):
    """Its only station gone, the waste goes straight to the plants, and nothing to the station."""
    assert without_station.what_if == (Without(do="without", ids=("S01",)),)
    assert without_station.violations == []
    found = judge_folder(district / "plans" / "s")
    assert found.as_written == ()
    assert found.retimed.what_if == without_station.what_if
    assert found.retimed.unserved == without_station.unserved
    taken = taken_kg(without_station)
    assert "S01" not in taken
    assert sum(kg for site, kg in taken.items() if site.startswith("P")) > 0


@pytest.mark.parametrize("name", [DAY.isoformat(), "s"])
def test_a_plan_judged_and_written_again_is_the_same_document(
    district, base, without_station, tmp_path, name
):
    """All but the moment it was made: figures of the search, the what-if, the difference too."""
    shutil.copytree(district / "plans" / name, tmp_path / "plan")
    before = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    result = run("judge", tmp_path / "plan", "--write")
    assert result.exit_code == 0, result.output
    after = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    assert list(after["kpis"]) == list(before["kpis"])
    assert after | {"created": before["created"]} == before
    is_base = name == DAY.isoformat()
    assert ("unbalanced" in before["kpis"], before["difference"] is None) == (is_base, is_base)


def test_the_difference_follows_a_route_taken_out(district, without_station, tmp_path):
    shutil.copytree(district / "plans" / "s", tmp_path / "plan")
    document = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    del document["routes"][-1]
    (tmp_path / "plan" / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    made, told = judge_folder(tmp_path / "plan").retimed, without_station.difference
    served = next(one for one in made.difference.figures if one.key == "served")
    assert served.value == made.kpis["served"] < without_station.kpis["served"]
    assert served.base == next(one.base for one in told.figures if one.key == "served")
    taken = taken_kg(made)
    assert all(one.value_t == taken.get(one.id, 0) / 1_000 for one in made.difference.sites)
    assert made.difference.sites != told.sites
    assert [one.base_t for one in made.difference.sites] == [one.base_t for one in told.sites]
    assert made.difference.assignment == told.assignment


def test_tasks_keep_their_ids_where_a_site_is_left_out(base, without_station):
    ids = [
        {*task_homes(one), *(each.task for each in one.unserved)} for one in (base, without_station)
    ]
    assert ids[0] == ids[1]


def test_the_difference_adds_up(base, without_station):
    told = without_station.difference
    by_key = {one.key: one for one in told.figures}
    assert by_key["cost_cny"].base == base.kpis["cost_cny"]
    assert by_key["served"].value == without_station.kpis["served"]
    sites = {one.id: one for one in told.sites}
    assert sites["S01"].base_t > 0 == sites["S01"].value_t
    assert sites["S01"].value_ratio is None
    count = told.assignment
    assert count.kept + count.moved + count.gone + len(count.lost) == base.kpis["served"]
    assert count.kept + count.moved + count.new == without_station.kpis["served"]


def test_a_plan_against_itself_differs_in_nothing(base, without_station):
    for one in (base, without_station):
        told = difference(one, one, bureau(), keep=False)
        assert all(each.base == each.value for each in told.figures)
        assert (told.assignment.moved, told.assignment.kept_share) == (0, 1.0)


def test_figures_of_one_plan_only_are_told_with_a_gap():
    found = {one.key: (one.base, one.value) for one in figures({"a": 1, "x": {}}, {"b": 2.5})}
    assert found == {"b": (None, 2.5), "a": (1.0, None)}


def test_the_workbook_has_the_difference(district, without_station):
    book = load_workbook(district / "plans" / "s" / "plan.xlsx", read_only=True)
    assert {"对比", "站厂变化", "换车任务"} <= set(book.sheetnames)
    moved = list(book["换车任务"].iter_rows(min_row=2, values_only=True))
    assert len(moved) == without_station.difference.assignment.moved


@pytest.mark.parametrize(
    ("least", "zh", "en"),
    [
        (Relaxation(kind="shift", id="sw_l", shift="early", amount=40, serves=3),
         "中大型扫路车(早班)延时 40 分钟,可完成 3 项",
         "40 min more for Large sweeper (Early): serves 3"),
        (Relaxation(kind="hours", id="S01", amount=60, until="18:00", serves=2),
         "站 开放至 18:00,可完成 2 项", "站 open until 18:00: serves 2"),
        (None, "宽 2 米", "2 m wide"),
    ],
)  # fmt: skip
def test_a_way_out_is_said_in_words(least, zh, en):
    task = PlanUnserved(
        task="t", operation="sweep", name="", reason="no_time", lon=0, lat=0, least=least,
        relaxation=PlanText(zh="", en="") if least else PlanText(zh="宽 2 米", en="2 m wide"),
    )  # fmt: skip
    told = [way_out(task, {"S01": "站"}, language, PlanTitles()) for language in ("zh", "en")]
    assert told == [zh, en]


def test_the_command_finds_the_days_plan_and_names_the_folder(district, base):
    result = run(
        "plan", district, "--date", DAY, "--iterations", 20, "--workers", 1, "--lang", "en",
        "--only", "collect_residual", "--demand-factor", 1.1, "--quota", "P4=0",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    made = read_plan(district / "plans" / "2026-05-12-quota-P4-0-demand-1.1" / "plan.json")
    assert made.what_if == (
        Quota(do="quota", site="P4", tonnes=0), Demand(do="demand", factor=1.1)
    )  # fmt: skip
    assert made.difference.base_created == base.created
    assert "Against the plan of 2026-05-12" in result.output


def test_the_command_tells_everything_wrong_at_once_and_ends_with_2(district):
    result = run("plan", district, "--date", DAY, "--without", "S99", "--without", "CP-12-1",
                 "--quota", "S01=4", "--demand-factor", -1, "--lang", "en")  # fmt: skip
    assert result.exit_code == 2
    for text in ("S99", "CP-12-1", "CP_12-01", "S01", "P1", "-1.0", "E602", "E604"):
        assert text in result.output
    result = run("plan", district, "--date", DAY, "--quota", "P1", "--quota", "P2=much")
    assert result.exit_code == 2
    assert result.output.count("E604") == 2


def test_keep_and_against_two_plans_is_refused(district, tmp_path):
    result = run("plan", district, "--keep", tmp_path / "a", "--against", tmp_path / "b",
                 "--lang", "en")  # fmt: skip
    assert result.exit_code == 2
    assert "not both" in result.output
    result = run("plan", district, "--keep", tmp_path / "a", "--lang", "en")
    assert result.exit_code == 2
    assert "E601" in result.output


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ((), "2026-05-12"),
        (what_if(["S01", "V/3"]), "2026-05-12-without-S01-without-V_3"),
        (what_if(quota_t={"P1": 0}, demand_factor=1.3), "2026-05-12-quota-P1-0-demand-1.3"),
    ],
)
def test_a_what_if_has_a_folder_of_its_own(change, name):
    assert plan_name(DAY, change) == name


def test_long_names_are_cut_and_stay_different():
    names = {plan_name(DAY, what_if([f"V{n}" for n in range(20, last)])) for last in range(40, 50)}
    assert len(names) == 10
    assert all(len(name) <= 60 for name in names)


def test_a_sweep_tells_each_plant_in_turn_and_goes_on_where_it_stopped(district, base, tmp_path):
    arguments = ("whatif", district, "--date", DAY, "--each", "station", "--iterations", 10,
                 "--workers", 1, "--only", "collect_residual", "--lang", "en",
                 "--out", tmp_path)  # fmt: skip
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "whatif.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in document["runs"]] == [NOTHING, "S01"]
    nothing, station = document["runs"]
    assert nothing["extra_cny"] == nothing["extra_km"] == 0
    assert station["extra_cny"] == round(station["cny"] - nothing["cny"])
    assert [one["violations"] for one in document["runs"]] == [0, 0]
    journal = (tmp_path / "results.jsonl").read_bytes()
    assert run(*arguments).exit_code == 0
    assert (tmp_path / "results.jsonl").read_bytes() == journal
    table = (tmp_path / "whatif.en.md").read_text(encoding="utf-8").splitlines()
    assert len(table) == 4
    assert len({line.count("|") for line in table}) == 1


def test_a_sweep_of_nothing_known_names_what_there_is(district):
    result = run("whatif", district, "--each", "station,truck")
    assert result.exit_code == 2
    assert "station,plant,vehicle,driver" in result.output
