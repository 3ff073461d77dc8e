"""Files called as people and programs call them: read as the table meant, or told."""

import pytest

from scenarios.district.grids import table_meant
from tests.district.folders import TABLES
from tests.tables.test_workbooks import found, same, warned

MEANT = [
    "points (1).csv", "points - 副本.csv", "points.csv.csv", "2026年收集点.csv", "收集点v2.csv",
    "收集点表（2）.csv", "点位台账2026.csv", "收集点_20260318.csv", "Points-final.CSV",
]  # fmt: skip
OTHERS = ["waypoints", "checkpoints", "mystreets", "points_old_b", "roads", "2026", "新收集点"]


@pytest.mark.parametrize("file", MEANT)
def test_a_table_with_a_number_or_a_year_in_its_name_is_the_table(good, other, file):
    (other / file).write_text(TABLES["points.csv"], encoding="utf-8")
    assert same(good, other)


@pytest.mark.parametrize("stem", OTHERS)
def test_another_name_is_no_table(stem):
    assert table_meant(stem) == ""


def test_beside_the_table_itself_a_copy_is_a_stray(good):
    (good / "points (1).csv").write_text("x", encoding="utf-8")
    assert found(good) == []
    assert [code for code, _, _ in warned(good)] == ["W203"]


def test_two_copies_without_the_table_are_told(other):
    for number in (1, 2):
        (other / f"points ({number}).csv").write_text(TABLES["points.csv"], encoding="utf-8")
    assert ("E202", 0, "") in found(other)
