"""Zones: read in the table's datum, given to the tasks in them, added up, never overlapping."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.district import Zone
from scenarios.district import check_district, read_district
from scenarios.district.rows.zones import area
from solver.document.verdict import judge_plan
from solver.haul.hauler import Hauler
from solver.roads.crs import from_wgs84
from solver.tasks.zones import zones_at
from tests.day.test_skills_and_operators import PEOPLE, STREETS, planned, town  # noqa: F401
from tests.district.folders import write_good
from tests.tasks.town import SHORT, bureau, rules_of, vehicle

DAY = date(2026, 3, 18)
SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))


def zone(name, *corners, **more):
    return Zone(id=name, name=name, rings=(tuple(corners),), **more)


def test_a_place_lies_in_the_first_zone_that_holds_it():
    east = ((1.0, 0.0), (3.0, 0.0), (3.0, 2.0), (1.0, 2.0))
    zones = [zone("west", *SQUARE), zone("east", *east)]
    found = zones_at(zones, np.array([0.5, 1.5, 2.5, 4.0]), np.array([1.0, 1.0, 1.0, 1.0]))
    assert found.tolist() == [0, 0, 1, -1]


@pytest.mark.parametrize(
    "text",
    ["0,0;2,0;2,2;0,2", "0 0; 2 0 ;2 2；0 2", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))",
     "multipolygon(((0 0,2 0,2 2,0 2,0 0)))", "０，０;2,0;2,2;0,2"],
)  # fmt: skip
def test_an_area_is_read_in_every_writing(text):
    (ring,) = area(text)
    assert set(ring) == set(SQUARE)


@pytest.mark.parametrize(
    "text",
    ["", "0,0;1,1", "0,0;1,0;nowhere", "0,0;2,2;2,0;0,2", "POINT (1 1)", "POLYGON", "0,0;0,0;1,1",
     "POLYGON ((0 0, 9 0, 9 9, 0 0), (7 1, 8 1, 8 2, 7 1))", "1,2,3;4,5,6;7,8,9"],
)  # fmt: skip
def test_what_is_no_area_is_told_with_its_cell(tmp_path, text):
    folder = write_good(tmp_path / "grid")
    (folder / "zones.csv").write_text(f'id,area\nZ1,"{text}"\n', "utf-8")
    (issue,) = check_district(folder, DAY).issues
    assert (issue.file, issue.row, issue.column) == ("zones.csv", 2, "area")
    assert issue.code == ("E544" if text else "E301")


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_corners_are_of_the_tables_datum(tmp_path, crs):
    folder = write_good(tmp_path / "grid")
    corners = [(121.07, 31.10), (121.09, 31.10), (121.08, 31.12)]
    written = [from_wgs84(lon, lat, crs) for lon, lat in corners]
    text = ";".join(f"{lon[0]:.7f},{lat[0]:.7f}" for lon, lat in written)
    (folder / "片区.csv").write_text(f'编号,名称,范围\nZ1,东片,"{text}"\n', "utf-8")
    settings = (folder / "district.toml").read_text("utf-8")
    settings += f'\n[tables.zones]\ncrs = "{crs}"\n'
    (folder / "district.toml").write_text(settings, "utf-8")
    (read,) = read_district(folder, DAY).zones
    assert read.name == "东片"
    assert np.array(read.rings[0]) == pytest.approx(np.array(corners), abs=2e-7)


def test_a_zone_without_a_street_is_worth_a_look(tmp_path):
    folder = write_good(tmp_path / "grid")
    (folder / "zones.csv").write_text('id,area\nZ1,"80,40;81,40;81,41"\n', "utf-8")
    codes = {one.code for one in check_district(folder, DAY).warnings}
    assert "W544" in codes


def test_tasks_have_their_zone_and_figures_are_split_by_it(town):  # noqa: F811
    """All streets lie in one zone, whose operator cleans what the streets table leaves open."""
    whole = zone("全镇", (-180.0, -80.0), (180.0, -80.0), (180.0, 80.0), (-180.0, 80.0),
                 operator="镇属公司")  # fmt: skip
    plain = planned(town, rules_of(sweep=SHORT), streets=STREETS)
    made = planned(town, rules_of(sweep=SHORT), streets=STREETS, zones=(whole,))
    steps = [s for route in made.plan.routes for trip in route.trips for s in trip.steps]
    assert {s.zone for s in steps if s.kind == "serve"} == {"全镇"}
    assert {s.zone for s in steps if s.kind != "serve"} == {""}
    figures = made.plan.kpis
    told = {"served": figures["served"], "unserved": 0, "service_km": figures["service_km"]}
    assert figures["by_zone"] == {"全镇": told}
    assert set(figures["by_operator"]) == {"East Co", "West Co", "镇属公司"}
    assert "by_zone" not in plain.plan.kpis
    assert plain.plan.kpis["cost_cny"] == figures["cost_cny"]
    assert made.plan.violations == []
    out = planned(town, rules_of(sweep=SHORT), zones=(whole,),
                  streets=(replace(STREETS[0], width_m=1.0),))  # fmt: skip
    assert {one.zone for one in out.plan.unserved} == {"全镇"}


def test_a_plan_that_gives_its_work_to_another_zone_is_noticed(town):  # noqa: F811
    whole = zone("全镇", (-180.0, -80.0), (180.0, -80.0), (180.0, 80.0), (-180.0, 80.0))
    made = planned(town, rules_of(sweep=SHORT), zones=(whole,))
    dump = made.plan.model_dump()
    steps = [s for route in dump["routes"] for trip in route["trips"] for s in trip["steps"]]
    next(step for step in steps if step["kind"] == "serve")["zone"] = "别处"
    wrong = type(made.plan).model_validate(dump)
    district = bureau(vehicle("s", "sw_s", "early"), drivers=PEOPLE, zones=(whole,))
    hauler = Hauler(district, rules_of(sweep=SHORT), {})
    assert "CLAIM" not in {one.code for one in judge_plan(made.plan, made.day, hauler, made.ground)}
    assert "CLAIM" in {one.code for one in judge_plan(wrong, made.day, hauler, made.ground)}
