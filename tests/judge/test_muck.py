"""Muck trucks on a grid one can walk: homes along the short way, a limit, hours, false plans."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import gpxpy
import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.errors import HuanweiError
from scenarios.desk.registers.muck import muck_day, muck_document
from scenarios.district import check_district
from solver.judge.muck import judge_muck
from solver.muck.ways import approve
from solver.roads.cache import Cache
from tests.district.folders import LAT0, LON0, at, place, write_good

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.desk.registers.muck import MuckStudy

DAY = date(2026, 3, 18)
PERMITS = f"""\
准运证号,运输企业,车牌,工地,经度,纬度,消纳场,物料,日运量_t,运输时段,主动安全,开始日期,有效期至
Z1,甲,苏F10001,一号工地,{at(0, 1)},N1,渣土,34,22:00-06:00+1,否,2026-01-01,2026-12-31
Z2,乙,苏F10002,一号工地,{at(0, 1)},N1,渣土,35,09:00-12:00;22:00-02:00+1,是,,2026-12-31
Z3,丙,苏F10003,一号工地,{at(0, 1)},N1,渣土,17,22:00-06:00+1,否,,2026-03-17
"""
DISPOSALS = f"""\
消纳场编号,名称,经度,纬度,日消纳量
N1,东场,{at(3, 1)},渣土:69;砖:5
"""


def home(number: int, column: float, row: float, tags: str) -> str:
    """A building of 40 m with its middle at a place of the grid, as OSM XML."""
    lon, lat = LON0 + column * 0.003, LAT0 + row * 0.0027
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    nodes = "".join(
        f'<node id="{number + k}" lon="{lon + 0.0002 * x:.6f}" lat="{lat + 0.0001 * y:.6f}"/>'
        for k, (x, y) in enumerate(corners)
    )
    refs = "".join(f'<nd ref="{number + k % 4}"/>' for k in range(5))
    return f'{nodes}<way id="{number}">{refs}{tags}</way>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Homes stand at the straight street between site and disposal, a school north of it."""
    good = write_good(tmp_path_factory.mktemp("muck") / "grid")
    home_tag = '<tag k="building" v="apartments"/>'
    school = '<tag k="amenity" v="school"/><tag k="building" v="school"/>'
    more = "".join(home(9000 + 10 * k, k + 0.5, 1.08, home_tag) for k in range(3))
    more += home(9200, 1.5, 2.08, school)
    roads = good / "roads.osm"
    roads.write_text(roads.read_text("utf-8").replace("</osm>", more + "</osm>"), "utf-8")
    (good / "permits.csv").write_text(PERMITS, "utf-8")
    (good / "disposals.csv").write_text(DISPOSALS, "utf-8")
    return good


@pytest.fixture(scope="module")
def study(folder) -> MuckStudy:
    return muck_day(folder, DAY)


def test_each_part_of_the_day_has_a_way_there_and_back(study):
    """34 t are 2 trips of 17 t, 35 t are 3; Z3 ended yesterday."""
    first, second = study.works
    assert study.violations == []
    assert [(one.permit, one.trips) for one in study.works] == [("Z1", 2), ("Z2", 3)]
    assert [(way.night, way.loaded) for way in first.ways] == [(True, True), (True, False)]
    assert [(way.night, way.loaded) for way in second.ways] == [
        (True, True), (True, False), (False, True), (False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("s_km", "metres", "past"), [(0, 849, 849), (90, 849, 849), (300, 1449, 283)]
)
def test_the_price_of_homes_decides_between_straight_on_and_round_them(study, s_km, metres, past):
    """Straight on passes homes for 849 m; round two of them are two blocks of 300 m more.

    Round them takes more than 51 s longer, which 566 m are worth at 90 s/km, and less than 170 s.
    """
    rules = study.day.rules.model_copy(update={"homes_s_km": s_km})
    day = replace(study.day, rules=rules)
    works = approve(day, study.loaded.network, Cache(None))
    assert judge_muck(day, study.loaded.network, works) == []
    there = works[0].ways[0]
    assert (there.distance_m, there.exposed_m) == (metres, past)
    assert (there.fastest_m, there.fastest_exposed_m) == (849, 849)
    assert (there.duration_s > there.fastest_s) == (past < 849)
    by_day = works[1].ways[2]
    assert (by_day.distance_m, by_day.exposed_m) == (849, 0)


def test_a_dear_way_past_homes_is_a_false_plan(study):
    """The plan of free homes, told where homes are dear: the fastest it names would be cheaper."""
    round_them = replace(study.day, rules=study.day.rules.model_copy(update={"homes_s_km": 300}))
    works = approve(round_them, study.loaded.network, Cache(None))
    free = study.day.rules.model_copy(update={"homes_s_km": 0})
    assert codes(study, works, rules=free) == {"CLAIM"}


def codes(study, works=None, **changes):
    day = replace(study.day, **changes)
    return {one.code for one in judge_muck(day, study.loaded.network, works or study.works)}


def altered(study, **changes):
    """The works with another first permit."""
    first, *others = study.works
    return (replace(first, **changes), *others)


def with_way(study, **changes):
    """The works with another first way."""
    way, *others = study.works[0].ways
    return altered(study, ways=(replace(way, **changes), *others))


def test_false_plans_are_noticed(study):
    way = study.works[0].ways[0]
    back = int(study.loaded.network.reverse[way.arcs[-1]])
    assert "DRIVE_END" in codes(study, with_way(study, arcs=way.arcs[:-1]))
    assert "U_TURN" in codes(study, with_way(study, arcs=(*way.arcs, back)))
    assert "TURN_UNKNOWN" in codes(study, with_way(study, arcs=way.arcs[1:]))
    assert codes(study, with_way(study, arcs=(10**6,))) == {"ARC_UNKNOWN"}
    assert codes(study, with_way(study, duration_s=9_000)) >= {"TIME", "CLAIM"}
    assert "MUCK_TRIPS" in codes(study, with_way(study, duration_s=14_000))
    assert codes(study, with_way(study, distance_m=way.distance_m + 1)) == {"CLAIM"}
    assert codes(study, with_way(study, exposed_m=7)) == {"CLAIM"}
    assert codes(study, with_way(study, fastest_s=way.duration_s + 1)) == {"CLAIM"}
    assert codes(study, altered(study, trips=1)) == {"CLAIM"}
    assert codes(study, altered(study, ways=study.works[0].ways[:1])) == {"MUCK_WAY"}
    assert codes(study, altered(study, ways=study.works[0].ways * 2)) == {"MUCK_WAY"}
    assert codes(study, study.works[:1]) == {"MUCK_WAY"}
    assert codes(study, altered(study, permit="Z9")) == {"UNKNOWN", "MUCK_WAY"}
    assert "MUCK_INVALID" in codes(study, altered(study, permit="Z3"))
    elsewhere = int(study.loaded.network.num_arcs) - 1
    assert "MUCK_FAR" in codes(study, altered(study, site_arc=elsewhere))
    assert codes(study, altered(study, site_arc=-1)) == {"ARC_UNKNOWN"}


def test_a_shut_street_and_a_weak_bridge_are_noticed(study):
    way = study.works[0].ways[0]
    assert codes(study, closures=frozenset(way.arcs[:1])) == {"CLOSED"}
    assert codes(study, loaded=replace(study.day.loaded, width_m=9.0)) == {"WIDTH"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"hours": ((9 * 3600, 12 * 3600),)}, {"MUCK_DAYTIME", "MUCK_WAY"}),
        ({"hours": ((21 * 3600, 30 * 3600),)}, {"MUCK_HOURS", "MUCK_WAY"}),
        ({"hours": ((22 * 3600, 22 * 3600 + 1800),)}, {"MUCK_TRIPS"}),
        ({"material": "砖"}, {"MUCK_OVER"}),
        ({"material": "泥浆"}, {"MUCK_MATERIAL"}),
        ({"kg": 34_001}, {"CLAIM", "MUCK_OVER"}),
        ({"disposal": "N2"}, {"UNKNOWN", "MUCK_MATERIAL"}),
    ],
)
def test_permits_that_ask_for_too_much_are_found(study, change, found):
    first, *others = study.day.permits
    works = altered(study, hours=change.get("hours", first.hours))
    assert codes(study, works, permits=(replace(first, **change), *others)) == found


def test_night_hours_after_midnight_are_night(study):
    first, *others = study.day.permits
    works = altered(study, hours=((0, 6 * 3600),))
    assert codes(study, works, permits=(replace(first, hours=((0, 6 * 3600),)), *others)) == set()


def on_its_last_day(study, hours, kg=34_000):
    """The day with the first permit ending on it."""
    first, *others = study.day.permits
    return replace(study.day, permits=(replace(first, end=DAY, hours=hours, kg=kg), *others))


@pytest.mark.parametrize(
    ("hours", "kg", "approved", "found"),
    [
        (((22 * 3600, 30 * 3600),), 34_000, ((22 * 3600, 24 * 3600),), set()),
        (((22 * 3600, 24 * 3600),), 34_000, ((22 * 3600, 24 * 3600),), set()),
        (((23 * 3600, 30 * 3600),), 69_000, ((23 * 3600, 24 * 3600),), {"MUCK_TRIPS"}),
        (((25 * 3600, 29 * 3600),), 17_000, (), {"MUCK_TRIPS"}),
    ],
)
def test_a_permit_ends_at_midnight_of_its_last_day(study, hours, kg, approved, found):
    """69 t are five trips: not in the hour that is left; the day before, nothing is cut."""
    day = on_its_last_day(study, hours, kg)
    works = approve(day, study.loaded.network, Cache(None))
    assert works[0].hours == approved
    told = {one.code for one in judge_muck(day, study.loaded.network, works)} - {"MUCK_OVER"}
    assert told == found
    before = replace(day, day=date(2026, 3, 17))
    assert approve(before, study.loaded.network, Cache(None))[0].hours == hours


def test_hours_after_the_last_midnight_or_others_than_the_permits_are_false(study):
    first = study.works[0]
    day = on_its_last_day(study, first.hours)
    (late,) = judge_muck(day, study.loaded.network, study.works)
    assert (late.code, late.where, late.excess) == ("MUCK_INVALID", "Z1", 6 * 3600)
    assert codes(study, altered(study, hours=((22 * 3600, 29 * 3600),))) == {"CLAIM"}


def test_the_command_writes_page_json_and_a_track_for_each_valid_permit(folder, tmp_path):
    asked = ["muck", str(folder), "--date", str(DAY), "--out", str(tmp_path / "m")]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0, told.output
    assert "2 / 3" in told.output
    document = json.loads((tmp_path / "m" / "muck.json").read_text("utf-8"))
    assert document["figures"]["trips"] == 5
    assert document["disposals"][0]["approved_t"] == 69
    tracks = sorted((tmp_path / "m" / "gpx").iterdir())
    assert [path.name for path in tracks] == ["001-Z1.gpx", "002-Z2.gpx"]
    gpx = gpxpy.parse(tracks[1].read_text("utf-8"))
    assert len(gpx.tracks) == 4
    end = gpx.tracks[0].segments[0].points[-1]
    assert (end.longitude, end.latitude) == pytest.approx(place(3, 1), abs=0.0031)
    for language, text in (("zh", "苏F10002"), ("en", "loaded, to the disposal site")):
        assert text in (tmp_path / "m" / f"muck.{language}.html").read_text("utf-8")
    assert [way["name"] for way in document["permits"][0]["ways"][0]["streets"]] != []


def test_check_tells_wrong_permits_and_those_that_ended(folder, tmp_path):
    assert "W542" in {one.code for one in check_district(folder, DAY).warnings}
    for table, old, new, code in (
        ("permits.csv", "Z1,甲,苏F10001,一号工地," + at(0, 1) + ",N1",
         "Z1,甲,苏F10001,一号工地," + at(0, 1) + ",N8", "E542"),
        ("disposals.csv", "渣土:69;砖:5", "渣土 69", "E543"),
        ("disposals.csv", "渣土:69;砖:5", "渣土:69;渣土:5", "E543"),
        ("permits.csv", "Z2,", "Z1,", "E401"),
    ):  # fmt: skip
        good = (folder / table).read_text("utf-8")
        assert old in good
        (folder / table).write_text(good.replace(old, new), "utf-8")
        found = [one.code for one in check_district(folder, DAY).issues]
        (folder / table).write_text(good, "utf-8")
        assert found == [code]


def test_a_folder_without_permits_is_told_what_to_fill_in(tmp_path):
    with pytest.raises(HuanweiError, match=r"permits\.csv"):
        muck_day(write_good(tmp_path / "grid"), DAY)


def test_the_document_has_only_arcs_and_streets_of_the_map(study):
    document = muck_document(study)
    assert document["findings"] == []
    ways = [way for one in document["permits"] for way in one["ways"]]
    assert all(sum(s["metres"] for s in way["streets"]) == way["distance_m"] for way in ways)
