"""Places of a table: both numbers in one cell, degrees, minutes and seconds."""

import pytest

from scenarios.district import check_district, read_district
from tests.district.folders import TABLES, place
from tests.tables.books import rows_of
from tests.tables.test_workbooks import DAY, found, same

PAIR_HEADS = ["经纬度", "坐标", "lon,lat", "Location", "经度,纬度"]


@pytest.mark.parametrize("head", PAIR_HEADS)
@pytest.mark.parametrize(
    "form", ["{},{}", "{}, {}", "{} {}", "({}，{})", "{}E,{}N", "东经{}度;北纬{}度"]
)
def test_a_place_in_one_cell(good, other, head, form):
    write_pairs(other, head, form)
    assert same(good, other)


@pytest.mark.parametrize(
    ("head", "form"), [("纬度,经度", "{1},{0}"), ("lat,lng", "{1} {0}"), ("坐标", "{1}N {0}E")]
)
def test_a_place_in_one_cell_latitude_first(good, other, head, form):
    write_pairs(other, head, form)
    assert same(good, other)


def write_pairs(folder, head, form):
    lines = [f'id,name,kind,stream,"{head}",demand_kg,service_min,hours,own_side']
    for row in rows_of("points")[1:]:
        pair = form.format(row[4], row[5])
        lines.append(",".join([*row[:4], f'"{pair}"', *row[6:]]))
    (folder / "points.csv").write_text("\n".join(lines), encoding="utf-8")


WORDS = ["经度:{0},纬度:{1}", "纬度{1} 经度{0}", "东经{0}北纬{1}", "北纬{1}，东经{0}"]


@pytest.mark.parametrize("form", WORDS)
def test_words_say_which_half_is_which(good, other, form):
    write_pairs(other, "坐标", form)
    assert same(good, other)


@pytest.mark.parametrize("text", ["121.083", "东边", "121.083,31.97,5", "a,b"])
def test_a_cell_that_holds_no_place_is_told(other, text):
    write_pairs(other, "坐标", "{},{}")
    path = other / "points.csv"
    lon, lat = place(1, 1)
    path.write_text(path.read_text("utf-8").replace(f"{lon},{lat}", text), "utf-8")
    issues = [i for i in check_district(other, DAY).issues if i.row == 2]
    assert {(i.code, i.column) for i in issues} == {("E302", "坐标")}


DEGREES = [
    "121°4′58.8″", "121°4'58.8\"", "121度4分58.8秒", "121°04′58.8″E", "E121°4'58.8''",
    "东经121°4′58.8″", "121°4.98′", "121 4 58.8", "121:04:58.8", "121.083°", "121.083°E",
    "１２１°４′５８．８″", "121º4’58.8”",
]  # fmt: skip


@pytest.mark.parametrize("text", DEGREES)
def test_degrees_minutes_and_seconds(good, text):
    path = good / "points.csv"
    quoted = '"' + text.replace('"', '""') + '"'
    path.write_text(TABLES["points.csv"].replace("121.083,31.9727,240", f"{quoted},31.9727,240"),
                    encoding="utf-8")  # fmt: skip
    assert read_district(good, DAY).points[0].lon == pytest.approx(121.083)


@pytest.mark.parametrize("text", ["121°64′0″", "121°4′98″", "121°x", "°", "E", "121°4.5′30″"])
def test_degrees_that_make_no_sense_are_told(good, text):
    path = good / "points.csv"
    path.write_text(TABLES["points.csv"].replace("121.083,31.9727,240", f"{text},31.9727,240"),
                    encoding="utf-8")  # fmt: skip
    assert found(good) == [("E302", 2, "lon")]
