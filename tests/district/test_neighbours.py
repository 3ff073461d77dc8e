"""Odd files, hours and numbers beside those that were once found: one clear finding each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from scenarios.district import check_district, read_district
from tests.district import folders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOURS, PRICE = "06:30-09:00;18:00-20:30", "diesel_cny_l = 8"
DAY = date(2026, 3, 18)


def link(name: str, target: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return change


def text(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: folders.replace(folder, name, old, new)


def more(name: str, raw: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes() + raw)

    return change


CASES = {
    "a table that links to itself": (link("points.csv", "points.csv"), "E204"),
    "a table that links to another link in a circle": (link("crews.csv", "./crews.csv"), "E204"),
    "settings that link to themselves": (link("district.toml", "district.toml"), "E102"),
    "roads that link to themselves": (link("roads.osm", "roads.osm"), "E501"),
    "settings with a zero byte": (more("district.toml", b'\nx = "\x00"\n'), "E106"),
    "settings of odd bytes": (more("district.toml", b"\n# \xff\xff\xff\x80\n"), "E103"),
    "hours before midnight": (text("points.csv", HOURS, "-2:00-3:00"), "E306"),
    "hours without an end": (text("points.csv", HOURS, "06:30-"), "E306"),
    "hours with a dash behind": (text("points.csv", HOURS, "06:30-09:00-"), "E306"),
    "hours of the clock without a colon": (text("points.csv", HOURS, "0630-0900"), "E306"),
    "hours of weekdays": (text("points.csv", HOURS, "周一至周五 06:30-09:00"), "E306"),
    "a price beyond every sum": (text("district.toml", PRICE, "diesel_cny_l = 1e308"), "E106"),
    "a price in fen of an empire": (text("district.toml", PRICE, "diesel_cny_l = 1e6"), "E106"),
    "a price that is no number": (text("district.toml", PRICE, "diesel_cny_l = nan"), "E106"),
    "weather without an end": (text("district.toml", "12.5", "inf"), "E106"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_one_clear_finding(name: str, tmp_path: Path):
    change, code = CASES[name]
    folder = folders.write_good(tmp_path / "town")
    change(folder)
    report = check_district(folder, date(2026, 3, 18))
    assert [one.code for one in report.issues][:1] == [code], report.issues
    assert len(report.issues) == 1 or code in {"E102", "E103"}
    assert all(one.hint_zh for one in report.issues)


@pytest.mark.parametrize(
    "hours", ["6:30至9:00", "06：30－09：00", "06:30--09:00", "22:00-次日02:00"]
)
def test_hours_as_people_write_them_are_read(hours: str, tmp_path: Path):
    folder = folders.write_good(tmp_path / "town")
    folders.replace(folder, "points.csv", HOURS, hours)
    assert check_district(folder, date(2026, 3, 18)).issues == ()


@pytest.mark.parametrize("begin", ["04:00:00", '"4点"', '"04：00"', '"4:00"'])
def test_a_shift_begins_as_people_and_toml_write_it(begin: str, tmp_path: Path):
    folder = folders.write_good(tmp_path / "town")
    folders.replace(folder, "district.toml", 'begin = "04:00"', f"begin = {begin}")
    assert read_district(folder, date(2026, 3, 18)).shifts[0].begin == 4 * 3600


@pytest.mark.parametrize(
    ("old", "new"),
    [('begin = "04:00"', "begin = 4"), ('end = "12:00"', "end = 43200"),
     ('begin = "04:00"', "begin = 4.5"), ('end = "12:00"', "end = true"),
     ('meal = "07:00-09:00"', "meal = [7, 9]"), ('meal = "07:00-09:00"', "meal = 7")],
)  # fmt: skip
def test_a_bare_number_is_no_time(old: str, new: str, tmp_path: Path):
    """Four o'clock, or four seconds after midnight? It was read as the seconds."""
    folder = folders.write_good(tmp_path / "town")
    folders.replace(folder, "district.toml", old, new)
    assert [one.code for one in check_district(folder, date(2026, 3, 18)).issues] == ["E306"]


WRONG = {
    "a word for a number": ("12.5", '"warm"', "数字"),
    "too large a number": ("12.5", "99", "不大于 60 的数"),
    "a number for a word": ('name = "方格镇"', "name = 7", "文字"),
    "a list for a word": ('name = "方格镇"', "name = [1]", "文字"),
    "a number for yes or no": ("temperature_c = 12.5", "snow = 3", "true 或 false"),
    "a price below nothing": (PRICE, "diesel_cny_l = -8", "不小于 0 的数"),
    "a price in words": (PRICE, 'diesel_cny_l = "八"', "数字"),
    "a word of prices that is none": (PRICE, 'fixed_per = "week"', "'day'、'shift' 之一"),
    "a number for a word of prices": (PRICE, "fixed_per = 3", "'day'、'shift' 之一"),
    "shifts in words": ('id = "early"\nbegin = "04:00"', 'id = 3\nbegin = "04:00"', "文字"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_expected_is_told_in_one_language(name: str, tmp_path: Path):
    old, new, told = WRONG[name]
    folder = folders.write_good(tmp_path / "town")
    folders.replace(folder, "district.toml", old, new)
    report = check_district(folder, date(2026, 3, 18))
    (issue,) = [one for one in report.issues if one.code == "E106"]
    assert told in issue.message_zh
    assert not issue.column.endswith("float")
    assert "Input" not in issue.message_zh + issue.hint_zh
    assert "Input should be" in issue.message_en


def test_a_damaged_file_is_told_in_one_language(tmp_path: Path):
    folder = folders.write_good(tmp_path / "town")
    (folder / "points.csv").unlink()
    (folder / "points.xlsx").write_bytes(b"PK\x03\x04 cut off")
    more("district.toml", b"\nx = " + b"[" * 200)(folder)
    for one in check_district(folder, date(2026, 3, 18)).issues:
        assert " · " not in one.message_zh + one.message_en


PATCH = (
    "id,operation,window,lon,lat,demand_kg,spread,begin,end\n"
    "{id},collect_residual,05:00-11:00,{lon},31.9754,40000,yes,2026-03-18,2026-03-19\n"
    "{other},collect_residual,05:00-11:00,121.083,31.9754,300,,,\n"
)


def test_a_patch_of_several_loads_far_from_all_roads_is_told_once(tmp_path: Path):
    folder = folders.write_good(tmp_path / "d")
    text = PATCH.format(id="O1", lon=121.0915, other="O2")
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    told = [one for one in check_district(folder, DAY).warnings if one.code == "W504"]
    assert [(one.file, one.row) for one in told] == [("orders.csv", 2)]


def test_an_order_called_like_a_load_of_another_is_refused(tmp_path: Path):
    """The loads of A would be A#1 and so on."""
    folder = folders.write_good(tmp_path / "d")
    text = PATCH.format(id="A", lon=121.083, other="A#2")
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    told = check_district(folder, DAY).issues
    assert [(one.code, one.row, one.column) for one in told] == [("E401", 3, "id")]


def test_a_skill_of_haulers_that_nobody_has_is_told(tmp_path: Path):
    folder = folders.write_good(tmp_path / "d")
    (folder / "rules.toml").write_text(
        'extends = "standard"\n[labour]\nsource = "memory"\n'
        'operation_skills = { haul = ["高速"] }\n',
        encoding="utf-8",
    )
    folders.replace(folder, "district.toml", '"standard"', '"rules.toml"')
    folders.replace(folder, "vehicles.csv", "early,collect_residual", "early,haul")
    told = [one for one in check_district(folder, DAY).warnings if one.code == "W406"]
    assert [one.value for one in told] == ["高速"]
    assert "转运" in told[0].message_zh
    assert "hauling" in told[0].message_en
