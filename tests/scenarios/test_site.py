"""`huanwei site` on the smallest full demo: every kind judged, and files a bureau can use."""

from __future__ import annotations

import csv
import json
from datetime import date

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.errors import HuanweiError
from scenarios.demo import write_demo
from scenarios.desk.siting.site import siting

DAY = date(2026, 5, 12)
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("site") / "town"
    write_demo(folder, size="tiny", full=True)
    return folder


def run(town, out, *words, check="--no-check"):
    asked = ["site", str(town), "--date", "2026-05-12", "--time", "8", "--out", str(out), check]
    done = RUNNER.invoke(app, [*asked, *words])
    assert done.exit_code == 0, done.output
    return json.loads((out / "site.json").read_text("utf-8"))


def test_rooms_reach_more_homes_than_today_and_come_as_rows_for_each_stream(town, tmp_path):
    told = run(town, tmp_path, "--kind", "room")
    best = told["alternatives"][0]
    assert best["violations"] == []
    assert best["covered_share"] > told["today"]["covered_share"]
    assert best["way_max"] <= told["limit"]
    cheapest = next(one for one in told["alternatives"] if one["kind"] == "cheapest")
    rows = list(csv.DictReader((tmp_path / "site-points.csv").read_text("utf-8-sig").splitlines()))
    assert {row["kind"] for row in rows} == {"room"}
    assert {row["stream"] for row in rows} == set(told["streams"])
    assert len(rows) == len(told["streams"]) * cheapest["new"]
    assert {row["hours"] for row in rows} == {";".join(told["hours"])}
    for language in ("zh", "en"):
        page = (tmp_path / f"site.{language}.html").read_text("utf-8")
        assert cheapest["sites"][0]["site"] in page


def test_water_points_hold_the_litres_of_the_day(town, tmp_path):
    told = run(town, tmp_path, "--kind", "water")
    assert told["needed"] > 10
    for one in told["alternatives"]:
        assert one["violations"] == []
        loads = sum(row["load"] for row in one["sites"])
        assert loads == pytest.approx(told["needed"] - told["out_of_reach"], abs=0.1)
        assert all(row["load"] <= row["capacity"] for row in one["sites"])


def test_a_depot_that_may_close_becomes_an_edit(town, tmp_path):
    told = run(town, tmp_path, "--kind", "depot", "--may-close")
    assert told["needed"] == pytest.approx(round(told["needed"]))  # whole vehicles
    assert all(one["violations"] == [] for one in told["alternatives"])


def test_chargers_hold_what_electric_trucks_use_at_work_and_from_stop_to_stop(town, tmp_path):
    """Bell, litter and toilet trucks use nothing standing: all of it is the way to the next stop.

    No plan tells when a vehicle is charged, so real plans value no charger.
    """
    told = run(town, tmp_path, "--kind", "charger", check="--check")
    assert told["needed"] > 1
    assert set(told["operations"]) >= {"collect_bell", "collect_litter", "clean_toilet"}
    for one in told["alternatives"]:
        assert (one["violations"], one["trucks"]) == ([], None)
        loads = sum(row["load"] for row in one["sites"])
        assert loads == pytest.approx(told["needed"] - told["out_of_reach"], abs=0.1)
        assert all(row["load"] <= row["capacity"] for row in one["sites"])


def test_a_town_without_electric_vehicles_needs_no_charger(tmp_path):
    town = tmp_path / "diesel"
    write_demo(town, size="tiny")
    with pytest.raises(HuanweiError, match="no vehicle of the district uses one"):
        siting(town, DAY, "charger")


def test_water_points_that_close_cost_what_real_plans_from_one_plan_of_today_say(town, tmp_path):
    words = ["--kind", "water", "--may-close", "--only", "fog", "--seeds", "1", "--iterations"]
    told = run(town, tmp_path, *words, "20", "--workers", "1", check="--check")
    assert "fog" in told["operations"]
    assert any(one["closed"] for one in told["alternatives"])
    for one in told["alternatives"]:
        assert one["trucks"]["violations"] == [0, 0]
        money = one["trucks"]["figures"]["total_cny"]
        assert one["real_cny_day"] == pytest.approx(one["sites_cny_day"] + money["value"], abs=0.02)
        if not one["new"] + one["closed"]:
            assert money["delta"] == 0, "the same district from the same plan"
    page = (tmp_path / "site.en.html").read_text("utf-8")
    assert "each gone on with from one plan of today" in page
