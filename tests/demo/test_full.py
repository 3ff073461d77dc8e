"""The full demo: every stream has stops, sites, vehicles - and served work in a judged plan."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from api.commands.app import app
from models.day import Budget
from models.errors import HuanweiError
from scenarios.demo import write_demo
from scenarios.desk.court.remade import differences
from scenarios.desk.day import load_folder, plan_folder
from scenarios.desk.registers.bells import bells
from scenarios.desk.registers.manifests import manifests_of, sheets_document
from scenarios.desk.registers.muck import muck_day, muck_document
from scenarios.desk.registers.towns import town_report, towns_document
from scenarios.fool.fields import every_field
from scenarios.fool.papers import fool_papers
from solver.day.plan import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.plan import Plan

DOCS = Path(__file__).parents[2] / "docs"
STATES = {
    "en": {"planned", "decided", "told", "open"},
    "zh": {"已排", "可算", "可查", "未做"},
}
DAY = date(2026, 5, 12)
WEEKLY = {"sidewalk_wash_small"}
"""Work that the smallest town has on some days of the week only."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("full") / "district"
    write_demo(folder, size="tiny", full=True)
    return folder


@pytest.fixture(scope="module")
def plan(folder) -> Plan:
    request = Request(day=DAY, budget=Budget(iterations=5), workers=1)
    return plan_folder(folder, request)[1].plan


def tasks_served(plan: Plan) -> Counter[str]:
    """Tasks by operation."""
    steps = (
        (route.operation, step)
        for route in plan.routes
        for trip in route.trips
        for step in trip.steps
    )
    return Counter(operation for operation, step in steps if step.task is not None)


class System(NamedTuple):
    """A row of docs/systems.md; of three cells the words in code marks alone."""

    number: int
    name: str
    state: str
    commands: list[str]
    operations: list[str]
    figures: str
    laws: list[str]


def systems(page: Path) -> list[System]:
    """The rows of the page's table."""
    rows = []
    for line in page.read_text("utf-8").splitlines():
        if re.match(r"\| \d+ \|", line):
            number, name, state, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            commands, operations, figures, laws = cells
            marked = [re.findall(r"`([^`]+)`", cell) for cell in (commands, operations, laws)]
            rows.append(System(int(number), name, state, marked[0], marked[1], figures, marked[2]))
    return rows


def test_the_plan_breaks_no_law_and_leaves_nothing_but_streets_that_are_shut(plan):
    assert plan.violations == []
    assert {(task.operation, task.reason) for task in plan.unserved} <= {("sweep", "unreachable")}


def test_every_operation_of_the_profile_is_practised_and_has_served_work(folder, plan):
    """An operation without work makes this fail, whatever stream or service it is of."""
    served = tasks_served(plan)
    operations = set(load_folder(folder, DAY).rules.operations)
    assert len(operations) >= 19
    assert operations - set(served) <= WEEKLY


@pytest.mark.parametrize("stream", ["recyclable", "construction"])
def test_what_comes_into_the_stations_of_a_stream_goes_on_to_its_plant(plan, stream):
    """Weights in = out: stations are cleared daily, to the kilogram."""
    hauled = sum(run.tonnes for run in plan.haul if run.stream == stream)
    tipped = plan.kpis["collected_t"][f"collect_{stream}"]
    assert hauled > 0
    assert round(hauled, 1) == tipped


def test_both_streams_of_the_villages_go_in_one_truck(plan):
    """Residual waste to a station, kitchen waste to its own sink, on one round."""
    (route,) = (one for one in plan.routes if one.operation == "collect_rural")
    tips = {step.facility for trip in route.trips for step in trip.steps if step.kind == "tip"}
    assert len(tips) >= 2


def test_every_shop_on_the_bells_round_has_a_time_and_hours_of_ten_minutes(folder, plan):
    """The hours are what the points' rows need for the judge to hold the next plans to them."""
    made, found = bells(folder, plan, days=3, seed=1)
    assert len(found) == tasks_served(plan)["collect_bell"] == sum(len(t) for t in made.times)
    assert len({one.point for one in found}) == len(found)
    for one in found:
        begin, end = (60 * int(at[:2]) + int(at[3:]) for at in one.hours.split("-"))
        assert end - begin == 10
    assert len({(one.route, one.time) for one in found}) == len({(b.route, b.stop) for b in found})


@pytest.mark.parametrize(("language", "said"), [("zh", "未排 1 家"), ("en", "1 left out")])
def test_a_shop_whose_street_is_shut_is_told_beside_the_timetable(
    folder, plan, tmp_path, language, said
):
    """The first shop of the round taken for one that is left out; the others have their times."""
    route = next(one for one in plan.routes if one.operation == "collect_bell")
    shop = next(step for trip in route.trips for step in trip.steps if step.task is not None)
    document = json.loads(plan.model_dump_json(by_alias=True))
    document["unserved"].append({
        "task": shop.task, "operation": "collect_bell", "name": "关门的店", "reason": "unreachable",
        "relaxation": {"zh": "", "en": ""}, "lon": 0.0, "lat": 0.0,
    })  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    done = CliRunner().invoke(
        app, ["bells", str(folder), "--plan", str(tmp_path), "--lang", language]
    )
    assert done.exit_code == 0, done.output
    assert said in done.output
    assert "关门的店" in done.output


def test_a_plan_without_a_bell_has_no_timetable(folder, plan):
    silent = plan.model_copy(update={"routes": []})
    with pytest.raises(HuanweiError, match="no round of collect_bell"):
        bells(folder, silent, days=1, seed=1)


@pytest.fixture(scope="module")
def sheets(folder, plan):
    return manifests_of(folder, plan, "construction")


def test_every_load_of_construction_waste_has_its_sheet_and_all_of_it_reaches_the_plant(sheets):
    told = sheets_document(sheets)
    assert sheets.violations == ()
    assert told["figures"]["collected_t"] == pytest.approx(told["figures"]["hauled_t"])
    assert told["figures"]["collected"] >= 1
    orders = {"A1", "A2"}  # appointments ride with the yards of the estates
    assert orders <= {origin["id"] for one in told["manifests"] for origin in one["from"]}
    assert all(one["plate"] and one["crew"] for one in told["manifests"])


@pytest.mark.parametrize("stream", ["kitchen", "residual", "recyclable", "hazardous"])
def test_every_stream_has_sheets_that_agree_with_the_plan(stream, folder, plan):
    """Trucks of two chambers tip each stream at its own site, maybe a trip later."""
    found = manifests_of(folder, plan, stream)
    assert found.violations == ()
    assert {one.stream for one in found.manifests} == {stream}


def test_sheets_of_a_stream_nobody_moves_name_the_way_out(folder, plan):
    with pytest.raises(HuanweiError, match="no such stream"):
        manifests_of(folder, plan, "gold")
    idle = plan.model_copy(update={"routes": [], "haul": []})
    with pytest.raises(HuanweiError, match="moves no construction"):
        manifests_of(folder, idle, "construction")


def test_every_village_is_collected_and_its_waste_reaches_the_plant_that_day(folder, plan):
    report = town_report(folder, plan)
    told = towns_document(report)["figures"]
    assert report.violations == ()
    assert told["due"] == told["served"] == told["places"] == 10
    assert told["tonnes"] == pytest.approx(told["cleared_t"], abs=0.02)
    assert 1 <= told["trips"] <= sum(one.trips for one in report.towns)


def test_a_district_without_towns_has_no_town_report(tmp_path, plan):
    write_demo(tmp_path / "town", size="tiny")
    with pytest.raises(HuanweiError, match="column town"):
        town_report(tmp_path / "town", plan)


@pytest.mark.parametrize("paper", ["manifests.json", "towns.json"])
def test_papers_of_a_plan_are_judged_as_they_are_written(paper, folder, plan, sheets, tmp_path):
    """Every field and every list of them forged once."""
    out = tmp_path / "plan" / "papers"
    out.mkdir(parents=True)
    (tmp_path / "plan" / "plan.json").write_text(plan.model_dump_json(by_alias=True), "utf-8")
    right = (
        sheets_document(sheets)
        if paper == "manifests.json"
        else towns_document(town_report(folder, plan))
    )
    (out / paper).write_text(json.dumps(right), encoding="utf-8")
    asked = ["judge", str(out), "--district", str(folder), "--lang", "en"]
    honest = CliRunner().invoke(app, asked)
    assert honest.exit_code == 0, honest.output
    found = fool_papers(out, 1, lambda caught, share: None, folder)
    assert len(found.tried) > 30
    assert found.unnoticed == []
    shutil.move(out, tmp_path / "papers")
    alone = CliRunner().invoke(app, ["judge", str(tmp_path / "papers"), *asked[2:]])
    assert alone.exit_code == 2, "of which plan?"


def test_every_muck_permit_has_lawful_ways_and_passes_less_than_the_fastest(folder):
    found = muck_day(folder, DAY)
    figures = muck_document(found)["figures"]
    assert found.violations == []
    assert figures["approved"] == figures["permits"] == 6
    assert figures["exposed_km"] <= figures["fastest_exposed_km"]
    assert figures["truck_h"] >= figures["fastest_h"] > 0


def test_muck_permits_are_judged_as_they_are_written(folder, tmp_path):
    out = tmp_path / "muck"
    command = ["muck", str(folder), "--date", DAY.isoformat(), "--out", str(out)]
    assert CliRunner().invoke(app, command).exit_code == 0
    asked = ["judge", str(out), "--district", str(folder), "--json"]
    assert CliRunner().invoke(app, asked).exit_code == 0
    document = json.loads((out / "muck.json").read_bytes())
    honest = json.dumps(document)
    for name, change in every_field(document, random.Random(1)):
        change(forged := json.loads(honest))
        assert list(differences("muck.json", forged, document)), name
    document["permits"][0]["ways"][0]["distance_m"] += 1
    (out / "muck.json").write_text(json.dumps(document), encoding="utf-8")
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 1
    assert "muck.json permits 1 ways 1 distance_m" in told.output
    assert CliRunner().invoke(app, ["judge", str(out)]).exit_code == 2, "of which district?"


def test_the_core_is_washed_within_the_cadence(plan):
    """K2: 80 % of slow lanes, sidewalks and alleys of the core, each in its own rhythm."""
    assert plan.kpis["water_sweep_cadence_rate"] >= 0.8
    assert plan.kpis["water_sweep_rate"] < plan.kpis["water_sweep_cadence_rate"]


SYSTEMS = systems(DOCS / "systems.md")


@pytest.mark.parametrize(("page", "language"), [("systems.md", "en"), ("zh/systems.md", "zh")])
def test_every_one_of_the_25_systems_has_a_state_in_both_languages(page, language):
    rows = systems(DOCS / page)
    assert [row.number for row in rows] == list(range(1, 26))
    assert {row.state for row in rows} <= STATES[language]
    same = [(row.commands, row.operations, row.laws) for row in rows]
    assert same == [(row.commands, row.operations, row.laws) for row in SYSTEMS]
    numbers = [re.findall(r"\d[\d,.]*", row.figures.replace("K1 ", "")) for row in rows]
    assert all(numbers[n] for n, row in enumerate(SYSTEMS) if row.state == "planned")


def carried(plan: Plan) -> dict[str, float]:
    """Tonnes hauled of each stream that goes over stations."""
    told = dict.fromkeys(("residual", "recyclable", "construction"), 0.0)
    for run in plan.haul:
        told[run.stream] += run.tonnes
    return told


def orders_done(folder: Path, plan: Plan) -> dict[str, int]:
    """Orders of the table, those that are served counted 1."""
    rows = csv.DictReader((folder / "orders.csv").read_text("utf-8-sig").splitlines())
    done = {
        step.task.split("-")[1]
        for route in plan.routes
        for trip in route.trips
        for step in trip.steps
        if step.task is not None
    }
    return {row["id"]: int(row["id"] in done) for row in rows} or {"no order": 0}


def permits_driven(folder: Path) -> dict[str, int]:
    """Approved ways of muck trucks; none where there is no permit."""
    if len((folder / "permits.csv").read_text("utf-8").splitlines()) < 2:
        return {"no permit": 0}
    return {"permits": muck_document(muck_day(folder, DAY))["figures"]["approved"]}


WORK: dict[int, Callable[[Path, Plan], dict[str, float]]] = {
    7: lambda folder, plan: permits_driven(folder),
    14: lambda folder, plan: {one.id: one.taken_t for one in plan.stations},
    15: lambda folder, plan: carried(plan),
    22: orders_done,
}
"""What systems without an operation of their own show of their work."""


def idle(row: System, folder: Path, plan: Plan) -> list[str]:
    """What a system should do and does not."""
    served = tasks_served(plan)
    told: dict[str, float] = {name: served[name] for name in row.operations}
    told |= WORK[row.number](folder, plan) if row.number in WORK else {}
    assert told, "a planned system whose work nobody looks at"
    return [name for name, amount in told.items() if not amount]


PLANNED = [row for row in SYSTEMS if row.state == "planned"]


@pytest.mark.parametrize("row", SYSTEMS, ids=lambda row: row.name)
def test_a_system_names_laws_and_commands_that_exist(row):
    laws = re.findall(r"^\| `([A-Z_]+)`", (DOCS / "violations.md").read_text("utf-8"), re.MULTILINE)
    assert set(row.laws) <= set(laws)
    assert set(row.commands) <= set(get_command(app).commands)
    assert row.state != "planned" or (row.laws and row.commands)


@pytest.mark.parametrize("row", PLANNED, ids=lambda row: row.name)
def test_a_planned_system_has_served_work(row, folder, plan):
    assert idle(row, folder, plan) == []


@pytest.fixture(scope="module")
def bare(folder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """The town with nothing but some bins of residual waste and their trucks, planned."""
    town = tmp_path_factory.mktemp("bare") / "district"
    shutil.copytree(folder, town)
    kept = {
        "points.csv": lambda row: (row["kind"], row["stream"]) == ("bins", "residual"),
        "vehicles.csv": lambda row: "collect_residual" in row["operations"],
        **dict.fromkeys(("orders.csv", "permits.csv", "contracts.csv"), lambda row: False),
    }
    for name, keeps in kept.items():
        rows = list(csv.reader((town / name).read_text("utf-8-sig").splitlines()))
        left = [row for row in rows[1:] if keeps(dict(zip(rows[0], row, strict=True)))]
        with (town / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([rows[0], *left])
    request = Request(day=DAY, budget=Budget(iterations=5), workers=1)
    return town, plan_folder(town, request)[1].plan


@pytest.mark.parametrize("row", PLANNED, ids=lambda row: row.name)
def test_a_system_whose_rows_leave_the_tables_is_seen(row, bare):
    """The same look as above finds every system idle once its rows are gone."""
    assert idle(row, *bare) != []
