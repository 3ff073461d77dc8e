"""`huanwei merge` on the smallest demo and on a grid of streets one can walk by hand."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.errors import HuanweiError, InputErrors
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder
from scenarios.desk.siting.merge import MergeOrder, Phasing, merging, scenario_of
from scenarios.desk.siting.merge_document import figures, phases, scenario_toml
from scenarios.edits.read import read_scenario
from solver.edits.apply import apply_scenario
from tests.district.folders import LAT0, LON0, STEP_LON, write_good

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 5, 12)
RUNNER = CliRunner()


def beside(metres: float) -> str:
    """A place on the southernmost street, `metres` east of its west end (STEP_LON is 283 m)."""
    return f"{LON0 + metres / 283 * STEP_LON:.6f},{LAT0}"


POINTS = f"""\
id,name,kind,stream,lon,lat,demand_kg,capacity_kg
R1,一号,bins,residual,{beside(40)},260,
R2,二号,bins,residual,{beside(120)},260,
R3,三号,room,residual,{beside(130)},260,
R4,四号,bins,residual,{beside(500)},260,
K1,厨余,bins,kitchen,{beside(120)},90,
"""


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    folder = write_good(tmp_path / "grid")
    (folder / "points.csv").write_text(POINTS, encoding="utf-8")
    return folder


def test_two_bins_80_m_apart_become_one_and_nothing_else_does(grid):
    """R3 is another kind, R4 380 m away, K1 another stream; 100 households are 260 kg."""
    study = merging(grid, DAY)
    found = study.alternatives[0]
    assert [edit.model_dump()["points"] for edit in scenario_of(study, found).edits] in (
        [("R1", "R2")], [("R2", "R1")],
    )  # fmt: skip
    told = figures(study, found)
    assert (told["points"], told["stays"], told["households"]) == (4, 3, 400)
    assert told["walk_mean_before_m"] == 0
    assert told["walk_mean_after_m"] == pytest.approx(20, abs=1)  # a quarter walks 80 m
    assert told["gap_percent"] == 0
    assert found.violations == ()


@pytest.mark.parametrize("limits", [{"walk_m": 70}, {"point_kg": 500}])
def test_a_tighter_limit_leaves_all_points(grid, limits):
    study = merging(grid, DAY, MergeOrder(**limits))
    assert figures(study, study.alternatives[0])["stops_saved"] == 0


def test_half_the_walk_is_an_alternative_that_merges_less(grid):
    """80 m apart, 75 m asked for: nothing merges; alternatives that do the same are told once."""
    study = merging(grid, DAY, MergeOrder(walk_m=150))
    assert {one.kind: one.solution.stays for one in study.alternatives} == {
        "cheapest": 3,
        "near": 4,
        "rooms": 2,
    }
    assert all(one.violations == () for one in study.alternatives)


def test_sorting_rooms_alone_take_bins_of_their_stream_and_every_point_left_is_one(grid):
    """A room's 180 CNY a day: R2 and R3 go to R1 (beside whom fewest live), R4 becomes a room."""
    study = merging(grid, DAY)
    rooms = study.alternatives[-1]
    scenario = scenario_of(study, rooms)
    edits = [edit.model_dump() for edit in scenario.edits]
    assert [edit["points"] for edit in edits] == [("R1", "R2", "R3"), ("R4",)]
    assert {edit["kind"] for edit in edits} == {"room"}
    told = figures(study, rooms)
    assert (told["stays"], told["rooms"]) == (2, 2)
    assert 361.7 < told["cost_cny_day"] < 366  # 17 km walked, and more waste beside R1
    assert figures(study, study.alternatives[0])["rooms"] == 1
    assert rooms.violations == ()
    (grid / "rooms.toml").write_text(scenario_toml(scenario), encoding="utf-8")
    after = apply_scenario(load_folder(grid, DAY).district, read_scenario(grid / "rooms.toml"), DAY)
    told_points = [(one.id, one.kind, one.demand_kg) for one in after.points]
    assert told_points == [("R1", "room", 780), ("R4", "room", 260), ("K1", "bins", 90)]


@pytest.mark.parametrize("more", ["", 'kind = ""'])
def test_one_point_without_a_kind_is_no_merging(grid, more):
    text = f'[[edits]]\ndo = "merge_points"\npoints = ["R1"]\n{more}\n'
    (grid / "one.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors, match="two points"):
        read_scenario(grid / "one.toml")


def test_phases_are_zones_with_a_date_each_and_the_edits_keep_it(tmp_path):
    town = tmp_path / "tiny"
    write_demo(town, size="tiny")
    asked = Phasing(count=3, begin=date(2026, 6, 1), every_days=14)
    order = MergeOrder(walk_m=300, point_kg=4_000, phasing=asked)
    study = merging(town, DAY, order)
    found = study.alternatives[0]
    told = phases(study, found)
    assert [one["begin"] for one in told] == ["2026-06-01", "2026-06-15", "2026-06-29"]
    assert sum(one["stops_saved"] for one in told) == len(study.points) - found.solution.stays
    assert told[-1]["stays"] == found.solution.stays
    before = load_folder(town, DAY).district
    stays = [
        sum(p.stream == "residual" and p.kind != "restaurant" for p in
            apply_scenario(before, scenario_of(study, found), day).points)
        for day in (DAY, date(2026, 6, 1), date(2026, 6, 20), date(2026, 7, 1))
    ]  # fmt: skip
    saved = [stays[0] - count for count in stays]
    assert saved == [0, *(len(study.points) - one["stays"] for one in told)]


def test_the_edits_make_the_day_the_table_tells(tmp_path):
    town, out = tmp_path / "tiny", tmp_path / "out"
    write_demo(town, size="tiny")
    done = RUNNER.invoke(
        app, ["merge", str(town), "--date", "2026-05-12", "--no-check", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    report = json.loads((out / "merge.json").read_text("utf-8"))
    rows = list(csv.DictReader((out / "merge.csv").read_text("utf-8-sig").splitlines()))
    stays = {row["point"] for row in rows if row["stays"] == "yes"}
    assert len(stays) == report["figures"]["stays"] < report["figures"]["points"] == len(rows)
    assert {row["goes_to"] for row in rows} == stays
    assert report["violations"] == []
    assert report["trucks"] is None
    before = load_folder(town, DAY).district
    after = apply_scenario(before, read_scenario(out / "merge.toml"), DAY)
    gone = {one.id for one in before.points} - {one.id for one in after.points}
    assert gone == {row["point"] for row in rows} - stays
    assert sum(p.demand_kg for p in after.points) == sum(p.demand_kg for p in before.points)


def test_trucks_are_planned_before_and_after(grid):
    words = ["--seeds", "1", "--iterations", "5", "--workers", "1", "--json"]
    done = RUNNER.invoke(app, ["merge", str(grid), "--date", "2026-05-12", *words])
    assert done.exit_code == 0, done.output
    trucks = json.loads(done.stdout)["report"]["trucks"]
    assert trucks["violations"] == [0, 0]
    assert trucks["figures"]["duty_h"]["base"] > 0
    ranks = {one["kind"]: one["rank"] for one in json.loads(done.stdout)["report"]["alternatives"]}
    assert sorted(ranks.values()) == [1, 2, 3]
    page = (grid / "plans" / "merge-2026-05-12" / "merge.en.html").read_text("utf-8")
    assert "Half the walk" in page
    assert "R1" in page


def test_a_wrong_operation_and_a_folder_without_points_name_the_way_out(grid):
    with pytest.raises(HuanweiError, match=r"collect_gold: no such operation.*collect_residual"):
        merging(grid, DAY, MergeOrder(operation="collect_gold"))
    with pytest.raises(HuanweiError, match="sweep collects from 0 points"):
        merging(grid, DAY, MergeOrder(operation="sweep"))
    done = RUNNER.invoke(app, ["merge", str(grid), "--operation", "sweep", "--out", str(grid)])
    assert done.exit_code == 2
    assert not (grid / "merge.json").exists()
