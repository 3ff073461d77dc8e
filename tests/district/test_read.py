"""What bureaus really send: Chinese headings, Excel, GBK, full-width digits, other datums."""

from datetime import date, datetime, time

import numpy as np
import openpyxl
import pytest

from models.district import SiteKind, Stream, Weather
from models.units import DAY
from scenarios.district import check_district, read_district
from solver.roads.crs import from_wgs84
from solver.roads.graphs import write_graphml
from tests.district.folders import TABLES, at, grid_osm, place, replace, write_good

PLAN_DAY = date(2026, 3, 18)


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


def rewrite(folder, file, text, encoding="utf-8"):
    (folder / file).write_bytes(text.encode(encoding))


def append(folder, text):
    with (folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def same(folder, other):
    """Whether two folders read as the same district."""
    one, two = (read_district(path, PLAN_DAY) for path in (folder, other))
    columns = ("sites", "vehicles", "points", "drivers", "streets", "closures", "orders")
    return [name for name in columns if getattr(one, name) != getattr(two, name)] == []


def test_a_good_folder_is_read_without_a_word(good):
    report = check_district(good, PLAN_DAY)
    assert (report.issues, report.warnings) == ((), ())
    assert report.fine
    assert report.figures["demand_residual_t"] == 0.84
    assert report.network.num_arcs == 48


def test_units_become_inside_units(good):
    replace(good, "facilities.csv", "bays,design_t", "bays,design_t,access_km,gate_fee_cny_t")
    replace(good, "facilities.csv", "10,2,50", "10,2,50,1.5,54.5")
    district = read_district(good, PLAN_DAY)
    station = district.site("S1")
    assert (station.kind, station.bays, station.design_kg) == (SiteKind.STATION, 2, 50_000)
    assert (station.service_s, station.access_m, station.gate_fee) == (600, 1500, 5_450_000)
    assert station.windows == ((5 * 3600, 22 * 3600),)
    assert station.streams == {Stream.RESIDUAL, Stream.KITCHEN}
    assert district.vehicles[4].overrides == {"waste_kg": 7500.0, "width_m": 2.45}
    assert district.points[0].windows == ((23_400, 32_400), (64_800, 73_800))
    assert district.shifts[1].end == 28 * 3600
    assert district.drivers[0].last_end == -12 * 3600  # 12:00 of the day before
    assert district.drivers[5].last_end == 4 * 3600  # 04:00+1 is this morning
    assert district.costs == {"diesel_cny_l": 8.0}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_are_found_out(good, tmp_path, encoding):
    other = write_good(tmp_path / "other")
    for file, text in TABLES.items():
        rewrite(other, file, text.replace("\n", "\r\n"), encoding)
    assert same(good, other)


def test_a_table_of_taiwan_is_no_table_of_odd_signs(good):
    text = TABLES["points.csv"].replace("号", "號").replace("饭店", "飯店")
    (good / "points.csv").write_bytes(text.encode("big5"))
    assert read_district(good, PLAN_DAY).points[0].name == "一號房"


def test_an_encoding_may_be_declared(good, tmp_path):
    other = write_good(tmp_path / "other")
    rewrite(other, "points.csv", TABLES["points.csv"], "utf-16-le")
    append(other, '\n[tables.points]\nencoding = "utf-16-le"\n')
    assert same(good, other)


def test_the_settings_may_be_saved_by_notepad(good, tmp_path):
    other = write_good(tmp_path / "other")
    text = (good / "district.toml").read_text(encoding="utf-8").replace("\n", "\r\n")
    rewrite(other, "district.toml", text, "utf-8-sig")
    assert same(good, other)


def test_semicolons_and_tabs_part_cells_too(good, tmp_path):
    other = write_good(tmp_path / "other")
    for file in ("facilities.csv", "crews.csv"):
        rewrite(other, file, TABLES[file].replace(",", "\t"))
    text = TABLES["streets.csv"].replace(",", ";")
    rewrite(other, "streets.csv", text)
    assert same(good, other)


CHINESE = f"""\
三星镇分类收集点,,,,,,,,,
# 单位见表头,,,,,,,,,
编号*,名 称,类别,垃圾类别,经度(度),纬度,垃圾量(公斤/日),服务时间(分钟),收运时间,仅本侧
B1,一号房,room,其他垃圾,{at(1, 1)},２４０,5,6:30~9:00;18:00—20:30,否
B2,二号房,room,干垃圾,{at(2, 1)},300,,,是

B3,三号房,room,生活垃圾,{at(1, 2)},120,,,
B4,四号房,room,residual,{at(2, 2)},"1,80",,,×
B5,饭店,restaurant,餐厨垃圾,{at(0, 1)},90,3,9:30至11:30,
B6,食堂,restaurant,湿垃圾,{at(3, 1)},200,4,9:30到11:30,
"""


def test_chinese_headings_words_and_full_width(good, tmp_path):
    other = write_good(tmp_path / "other")
    (other / "points.csv").unlink()
    text = CHINESE.replace('"1,80"', "180")
    rewrite(other, "收集点.csv", text, "gb18030")
    assert check_district(other, PLAN_DAY).warnings == ()
    assert same(good, other)


def test_rows_are_numbered_as_a_spreadsheet_does(good):
    (good / "points.csv").unlink()
    rewrite(good, "收集点.csv", CHINESE.replace('"1,80"', "很多"), "gb18030")
    (issue,) = check_district(good, PLAN_DAY).issues
    assert (issue.file, issue.row, issue.column) == ("收集点.csv", 8, "垃圾量(公斤/日)")
    assert issue.value == "很多"


def test_a_workbook_with_title_row_times_and_dates(good, tmp_path):
    other = write_good(tmp_path / "other")
    for file in ("crews.csv", "closures.csv"):
        (other / file).unlink()
    crews = openpyxl.Workbook()
    crews.active.append(["驾驶员名册"])
    crews.active.merge_cells("A1:G1")
    header, *rows = [line.split(",") for line in TABLES["crews.csv"].splitlines()]
    crews.active.append(header)
    for row in rows:
        crews.active.append(row)
    crews.active["J3"] = time(12, 0)
    crews.active["J4"] = datetime(2026, 3, 17, 12, 0)
    crews.active["H3"] = 80.0
    crews.active["G4"] = True
    crews.save(other / "crews.xlsx")
    closures = openpyxl.Workbook()
    closures.active.append(["路名", "开始日期", "结束日期", "原因"])
    closures.active.append(["东路4", datetime(2026, 3, 10), "2026.3.20", "施工"])
    closures.save(other / "封路.xlsx")
    assert same(good, other)


@pytest.mark.parametrize(
    ("text", "begin"),
    [("2026.3.1", (2026, 3, 1)), ("2026/03/01", (2026, 3, 1)), ("3月1日", (2026, 3, 1)),
     ("2026年3月1日", (2026, 3, 1)), ("12月30日", (2025, 12, 30)), ("20260301", (2026, 3, 1))],
)  # fmt: skip
def test_dates_as_people_write_them(good, text, begin):
    """A date without year is the one nearest to the plan's day."""
    replace(good, "closures.csv", "2026-03-10", text)
    assert read_district(good, PLAN_DAY).closures[0].begin == date(*begin)


@pytest.mark.parametrize(
    ("text", "windows"),
    [("24h", ((0, DAY),)), ("全天", ((0, DAY),)), ("22:00-04:00+1", ((79_200, 100_800),)),
     ("22:00-28:00", ((79_200, 100_800),)), ("22:00-次日04:00", ((79_200, 100_800),)),
     ("18:00-20:30;06:30-09:00", ((23_400, 32_400), (64_800, 73_800))),
     ("05:00-22:00", ((18_000, 79_200),))],
)  # fmt: skip
def test_hours_as_people_write_them(good, text, windows):
    replace(good, "facilities.csv", "05:00-22:00", text)
    assert read_district(good, PLAN_DAY).site("S1").windows == windows


def test_plates_are_compared_without_blanks_and_dots(good):
    replace(good, "vehicles.csv", "苏F12345", "苏f·12 345")
    assert read_district(good, PLAN_DAY).vehicles[0].plate == "苏F12345"


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "epsg:4549"])
def test_a_table_in_another_datum_lands_on_the_same_places(good, crs):
    for column, row in ((1, 1), (2, 1), (1, 2), (2, 2), (0, 1), (3, 1)):
        x, y = (float(axis[0]) for axis in from_wgs84(*place(column, row), crs))
        replace(good, "points.csv", at(column, row), f"{x:.7f},{y:.7f}")
    append(good, f'\n[tables.points]\ncrs = "{crs.upper()}"\n')
    report = check_district(good, PLAN_DAY)
    assert (report.issues, report.warnings) == ((), ())
    point = report.district.points[0]
    assert np.allclose((point.lon, point.lat), place(1, 1), atol=2e-5)


def test_the_weather_of_a_date_replaces_the_usual(good):
    append(good, "\n[[weather_days]]\ndate = 2026-03-18\nrain_mm = 20\nsnow = true\n")
    assert read_district(good, PLAN_DAY).weather == Weather(rain_mm=20, snow=True)
    assert read_district(good, date(2026, 3, 19)).weather == Weather(temperature_c=12.5)


def test_optional_tables_may_be_absent_or_empty(good):
    for file in ("points.csv", "crews.csv", "streets.csv", "orders.csv"):
        (good / file).unlink()
    (good / "closures.csv").write_text("way_id,name,begin,end,reason\n", encoding="utf-8")
    report = check_district(good, PLAN_DAY)
    assert (report.issues, report.warnings) == ((), ())


def test_what_looks_like_a_slip_is_warned_of(good):
    replace(good, "points.csv", "own_side", "own_sied")
    replace(good, "points.csv", "demand_kg", "垃圾量")
    replace(
        good, "facilities.csv", "P1,焚烧厂,plant,121.089,31.97,24h", "P1,厂,plant,121.089,31.97,"
    )
    replace(good, "closures.csv", "东路4", "东路44")
    replace(good, "streets.csv", "100,", "999,")
    (good / "vehicle.csv").write_text("id\n", encoding="utf-8")
    replace(good, "crews.csv", "early,yes,80,4", "early,no,80,4")
    report = check_district(good, PLAN_DAY)
    assert report.issues == ()
    listed = {(w.code, w.file, w.row, w.column, w.value) for w in report.warnings}
    assert listed == {
        ("W201", "points.csv", 1, "own_sied", ""),
        ("W202", "points.csv", 1, "垃圾量", ""),
        ("W203", "vehicle.csv", 0, "", ""),
        ("W301", "facilities.csv", 6, "hours", ""),
        ("W401", "crews.csv", 0, "", ""),
        ("W502", "closures.csv", 2, "name", "东路44"),
        ("W502", "streets.csv", 2, "way_id", "999"),
    }
    hints = " ".join(warning.hint_en for warning in report.warnings)
    for guess in ("own_side", "vehicles.csv", "东路4"):
        assert f"Did you mean {guess}?" in hints


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("100,,,II,,,,,,", [("cleaning_class", "II", "(I)")]),
        ("100,,,I,14,4,yes,一队,,", []),
        ("100,,,,,,,,fog,", []),
        ("100,,,,12,,no,,,", [("width_m", "12.0", "(14.0)"), ("core", "False", "(True)")]),
        ("100,,,,,,,二队,,", [("operator", "二队", "(一队)")]),
        (",北路1,,III,,,,,,", []),
        (",北路1,100,III,,,,,,", [("cleaning_class", "III", "(II)")]),
    ],
)
def test_two_rows_that_differ_on_one_street_are_warned_of(good, rows, told):
    (good / "streets.csv").write_text(TABLES["streets.csv"] + rows + "\n", encoding="utf-8")
    report = check_district(good, PLAN_DAY)
    assert report.issues == ()
    found = [one for one in report.warnings if one.code == "W412"]
    assert [(one.row, one.column, one.value) for one in found] == [
        (4, column, value) for column, value, _ in told
    ]
    assert all(was in one.message_en for one, (*_, was) in zip(found, told, strict=True))


def test_rows_of_one_street_for_different_days_differ_rightly(good):
    head = "name,cleaning_class,begin,end\n"
    spans = "东路1,I,2026-03-01,2026-03-31\n东路1,II,2026-04-01,\n"
    (good / "streets.csv").write_text(head + spans, encoding="utf-8")
    assert check_district(good, PLAN_DAY).warnings == ()


def test_usual_tables_without_rows_are_warned_of(good):
    for file in ("points.csv", "crews.csv"):
        (good / file).write_text(TABLES[file].splitlines()[0] + "\n", encoding="utf-8")
    assert [w.code for w in check_district(good, PLAN_DAY).warnings] == ["W205", "W205"]


def test_streets_far_from_places_are_warned_of(good):
    text = (good / "points.csv").read_text(encoding="utf-8")
    for column, row in ((1, 1), (2, 1), (1, 2), (2, 2)):
        lon, lat = place(column, row)
        text = text.replace(at(column, row), f"{lon + STEP / 2:.6f},{lat + STEP / 2:.6f}")
    (good / "points.csv").write_text(text, encoding="utf-8")
    report = check_district(good, PLAN_DAY)
    assert [issue.code for issue in report.issues + report.warnings] == ["W501"]


def test_a_street_one_cannot_come_back_from_is_named(good):
    text = grid_osm().replace("</osm>", ISLAND + "</osm>")
    (good / "roads.osm").write_text(text, encoding="utf-8")
    (warning,) = check_district(good, PLAN_DAY).warnings
    assert (warning.code, warning.column) == ("W503", "roads")
    assert "1 street(s), 0.3 km" in warning.message_en
    assert "孤岛路" in warning.message_zh


ISLAND = """\
<node id="90" lon="121.1" lat="31.97"/><node id="91" lon="121.1" lat="31.97135"/>
<way id="900"><nd ref="90"/><nd ref="91"/><tag k="highway" v="tertiary"/>
<tag k="name" v="孤岛路"/></way>
"""


def test_roads_may_be_a_graph_that_osmnx_saved(good):
    before = check_district(good, PLAN_DAY)
    write_graphml(before.network, good / "roads.graphml")
    replace(good, "district.toml", '"roads.osm"', '"roads.graphml"')
    (good / "roads.osm").unlink()
    report = check_district(good, PLAN_DAY)
    assert (report.issues, report.warnings) == ((), ())
    assert report.figures == before.figures


def test_a_graph_that_is_none_is_an_error_of_the_roads(good):
    (good / "roads.graphml").write_text("<graphml", encoding="utf-8")
    replace(good, "district.toml", '"roads.osm"', '"roads.graphml"')
    (issue,) = check_district(good, PLAN_DAY).issues
    assert (issue.code, issue.file) == ("E502", "roads.graphml")


STEP = 0.0028


def test_an_operation_without_vehicles_leaves_its_streets(good):
    lines = TABLES["vehicles.csv"].splitlines()
    rewrite(good, "vehicles.csv", "\n".join(line for line in lines if "fog" not in line) + "\n")
    (one,) = check_district(good, PLAN_DAY).warnings
    assert (one.code, one.value) == ("W402", "fog")
    assert one.message_zh == "作业 雾炮抑尘 没有可用车辆，相应道路将不被作业"
    assert one.message_en.startswith("operation Fog cannon has no available vehicle")
    assert "雾炮车（fog）" in one.hint_zh
    assert "Fog cannon truck (fog)" in one.hint_en


def test_points_that_no_operation_serves_are_warned_of(good):
    replace(good, "points.csv", "residual", "sweepings")
    (one,) = check_district(good, PLAN_DAY).warnings
    assert (one.code, one.file, one.value) == ("W407", "points.csv", "sweepings")
    assert "1 with 240 kg" in one.message_en


def test_work_that_nobody_on_duty_can_do_is_warned_of(good):
    """Too much for one vehicle, hours without a shift, a type without a driver."""
    replace(good, "points.csv", "240", "9000")
    replace(good, "points.csv", "90,3,09:30-11:30", "90,3,13:30-16:00")
    replace(good, "orders.csv", "collect_residual,05:00-11:00", "collect_residual,21:00-22:00")
    for name in ("张三", "李四", "王五", "赵六", "钱七"):
        replace(good, "crews.csv", f"{name},B2", f"{name},C1")
    replace(good, "crews.csv", "孙八,A2", "孙八,")
    report = check_district(good, PLAN_DAY)
    assert report.issues == ()
    listed = [(w.code, w.file, w.row, w.column, w.value) for w in report.warnings]
    assert sorted(listed) == [
        ("W401", "crews.csv", 0, "", ""),
        ("W403", "points.csv", 2, "demand_kg", "9000"),
        ("W404", "orders.csv", 3, "window", "21:00-22:00"),
        ("W404", "points.csv", 6, "hours", "13:30-16:00"),
        *[("W405", "crews.csv", 0, "licence", "B2")] * 6,
    ]
    assert report.district.drivers[-1].licence == ""


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [("", "", {18, 19, 20}), ("2026-03-19", "", {19, 20}), ("", "2026-03-18", {18}),
     ("2026-03-19", "2026-03-19", {19})],
)  # fmt: skip
def test_an_order_is_work_of_its_days(tmp_path, begin, end, days):
    folder = write_good(tmp_path / "grid")
    (folder / "orders.csv").write_text(
        f"id,operation,window,name,begin,end\nO1,flush,05:00-11:00,东路2,{begin},{end}\n",
        encoding="utf-8",
    )
    known = {day for day in (18, 19, 20) if read_district(folder, date(2026, 3, day)).orders}
    assert known == days


def test_an_order_that_ends_before_it_begins_is_named(tmp_path):
    folder = write_good(tmp_path / "grid")
    text = "id,operation,window,name,begin,end\nO1,flush,05:00-11:00,东路2,2026-03-19,2026-03-18\n"
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    (issue,) = check_district(folder, PLAN_DAY).issues
    assert (issue.code, issue.file, issue.row, issue.column) == ("E310", "orders.csv", 2, "end")
