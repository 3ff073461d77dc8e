"""A district outside China plans when it says so; `init` refuses what `plan` would refuse."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from models.errors import HuanweiError, InputErrors
from scenarios.district import check_district, write_template
from tests.district.folders import grid_osm, replace, write_good

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 3, 18)


def moved(text: str, east: float, north: float) -> str:
    """Road file with all its nodes moved by degrees."""

    def shift(match: re.Match[str]) -> str:
        lon, lat = float(match[1]) + east, float(match[2]) + north
        return f'lon="{lon:.6f}" lat="{lat:.6f}"'

    return re.sub(r'lon="([\d.]+)" lat="([\d.]+)"', shift, text)


@pytest.fixture
def berlin(tmp_path: Path) -> Path:
    path = tmp_path / "berlin.osm"
    path.write_text(moved(grid_osm(), -107.7, 20.5), encoding="utf-8")
    return path


def codes(folder: Path) -> set[str]:
    return {issue.code for issue in check_district(folder, DAY).issues}


def test_init_refuses_roads_abroad_unless_told_and_leaves_nothing(tmp_path: Path, berlin: Path):
    with pytest.raises(InputErrors) as caught:
        write_template(tmp_path / "new", roads=berlin)
    assert {issue.code for issue in caught.value.issues} == {"E314"}
    assert 'country = "DE"' in caught.value.issues[0].hint_en
    assert [path.name for path in tmp_path.iterdir()] == ["berlin.osm"]


@pytest.mark.parametrize("country", ["DE", "de", "ＤＥ"])
def test_a_district_that_says_its_country_is_fine(tmp_path: Path, berlin: Path, country: str):
    write_template(tmp_path / "new", roads=berlin, country=country)
    assert codes(tmp_path / "new") == set()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('country = "DE"', "", "E314"),
        ('country = "DE"', 'country = "CN"', "E314"),
        ('crs = "wgs84"', 'crs = "gcj02"', "E314"),
        ('country = "DE"', 'country = "Germany"', "E116"),
    ],
)
def test_what_is_not_said_or_cannot_be_is_a_finding(
    tmp_path: Path, berlin: Path, old: str, new: str, code: str
):
    write_template(tmp_path / "new", roads=berlin, country="DE")
    replace(tmp_path / "new", "district.toml", old, new)
    assert code in codes(tmp_path / "new")


def test_a_place_of_china_is_off_the_map_of_a_district_abroad(tmp_path: Path, berlin: Path):
    folder = write_good(tmp_path / "grid")
    (folder / "roads.osm").write_bytes(berlin.read_bytes())
    replace(folder, "district.toml", 'profile = "standard"', 'profile = "standard"\ncountry = "DE"')
    assert "E505" in codes(folder)


def test_init_refuses_roads_that_no_example_vehicle_may_drive(tmp_path: Path):
    path = tmp_path / "alleys.osm"
    narrow = '<tag k="width" v="2.2"/><tag k="highway"'
    path.write_text(grid_osm().replace('<tag k="highway"', narrow), encoding="utf-8")
    with pytest.raises(HuanweiError, match="drive no road"):
        write_template(tmp_path / "new", roads=path)
    assert not (tmp_path / "new").exists()
