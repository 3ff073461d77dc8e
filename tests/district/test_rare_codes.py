"""Findings that only large or odd districts have: each is made, told in both languages, counted."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.commands.options import operations_of
from models.day import Budget, Request
from models.errors import HuanweiError, InputErrors
from scenarios.desk.day import plan_folder
from scenarios.desk.roster import RosterOrder, roster_folder
from scenarios.district import check_district, reachable
from tests.district.folders import TABLES, grid_osm, replace, write_good

if TYPE_CHECKING:
    from pathlib import Path

    from models.errors import Issue

DAY = date(2026, 3, 18)


def warned(folder: Path, code: str) -> list[Issue]:
    report = check_district(folder, DAY)
    assert report.issues == ()
    return [one for one in report.warnings if one.code == code]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_good(tmp_path / "grid")


def test_of_many_warnings_the_rest_is_counted(good: Path):
    rows = "".join(f",无名路{number},,,,,,,,\n" for number in range(205))
    (good / "streets.csv").write_text(TABLES["streets.csv"] + rows, encoding="utf-8")
    assert len(warned(good, "W502")) == 200
    (rest,) = warned(good, "W299")
    assert (rest.message_en.split()[0], rest.value) == ("5", "W502")


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ('<tag k="maxheight" v="low"/>', ("1 处限重", "way 103 maxheight=low")),
        ('<tag k="access" v="perhaps"/>', ("1 处通行标签", "way 103 access=perhaps")),
        ('<tag k="oneway" v="maybe"/>', ("1 处单行标签", "way 103 oneway=maybe")),
        ('<tag k="hgv:conditional" v="no @ (07:00-09:00)"/>', ("1 处按时段", "no @ (07:00")),
        ('<tag k="width" v="broad"/>', ("1 处路宽", "way 103 width=broad")),
    ],
)
def test_what_the_map_left_unclear_is_told_with_an_example(
    good: Path, tag: str, told: tuple[str, str]
):
    (good / "closures.csv").unlink()
    text = grid_osm().replace('v="东路4"/>', f'v="东路4"/>{tag}')
    (good / "roads.osm").write_text(text, encoding="utf-8")
    (one,) = warned(good, "W505")
    assert all(part in one.message_zh for part in told)
    assert told[1] in one.message_en


def test_of_many_unreachable_places_the_rest_is_counted(
    good: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reachable, "MOST", 0)
    text = grid_osm().replace('v="东路2"/>', 'v="东路2"/><tag k="access" v="no"/>')
    text = text.replace('v="北路2"/>', 'v="北路2"/><tag k="access" v="no"/>')
    (good / "roads.osm").write_text(text, encoding="utf-8")
    assert warned(good, "W504") == []
    (rest,) = warned(good, "W506")
    assert "另有" in rest.message_zh


def test_of_very_many_points_only_the_first_are_tried(good: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reachable, "MOST_TRIED", 2)
    (one,) = warned(good, "W508")
    assert (one.file, "2 points" in one.message_en) == ("points.csv", True)


def test_a_roster_needs_a_plan_of_a_day(good: Path):
    with pytest.raises(InputErrors, match="E801") as told:
        roster_folder(good, RosterOrder(begin=DAY, days=7))
    assert "huanwei plan" in told.value.issues[0].hint_zh


def test_a_price_that_is_none_is_told_once(good: Path):
    replace(good, "district.toml", "diesel_cny_l = 8", 'diesel_cny_l = "free"')
    (one,) = check_district(good, DAY).issues
    assert (one.code, one.column) == ("E106", "costs.diesel_cny_l")


@pytest.mark.parametrize("only", [{"nothing"}, {"sweep", "swep"}, {""}])
def test_a_plan_of_work_that_is_none_is_refused_before_it_begins(good: Path, only: set[str]):
    """It was an empty plan without violations, in the place of a good one."""
    request = Request(day=DAY, budget=Budget(iterations=1), workers=1, only=frozenset(only))
    with pytest.raises(HuanweiError) as told:
        plan_folder(good, request)
    assert "机械清扫（sweep）" in told.value.text("zh")
    assert "Sweeping (sweep)" in told.value.text("en")
    assert not re.search(r"[\u4e00-\u9fff]", told.value.text("en"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sweep,flush", {"sweep", "flush"}),
        ("机械清扫，高压冲洗", {"sweep", "flush"}),
        ("Sweeping; fog", {"sweep", "fog"}),
        (" sweep , ", {"sweep"}),
        ("nothing", {"nothing"}),
        ("", None),
        (None, None),
    ],
)
def test_work_is_named_in_the_products_words(text: str | None, found: set[str] | None):
    assert operations_of(text) == found
