"""Tables into the ledger: as bureaus write them, told at once, whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from models.errors import InputErrors
from models.history.events import Absence, FillLevel, TripDone, WeatherDay, Weighing
from scenarios.ledger.append import holding
from scenarios.ledger.intake import import_file
from scenarios.ledger.store import open_ledger
from tests.ledger.towns import write_district

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.history.events import Event
    from scenarios.ledger.intake import Intake
    from scenarios.ledger.store import Ledger

TODAY = date(2026, 5, 20)


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    write_district(tmp_path / "town")
    with open_ledger(tmp_path, ledger_url) as opened:
        yield opened


def take(
    ledger: Ledger, tmp_path: Path, text: str, *, name: str = "出车记录.csv",
    encoding: str = "utf-8", correct: bool = False,
) -> Intake:  # fmt: skip
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return import_file(ledger, path, tmp_path / "town", TODAY, correct=correct, person="王")


def kept(ledger: Ledger, kind: type[Event] = TripDone) -> list[Event]:
    with ledger.reading() as connection:
        return list(holding(connection, kind))


def codes(told: pytest.ExceptionInfo[InputErrors]) -> list[tuple[str, int]]:
    return [(issue.code, issue.row) for issue in told.value.issues]


TRIPS = """日期,车牌,作业,开始时间,结束时间,趟次,作业里程（公里）,用水量(L)
2026-05-11,苏F·11111,清扫,04:00,07:00,2,12.5,0
"""


def test_a_row_as_a_bureau_writes_it(ledger: Ledger, tmp_path: Path):
    """Plate for id, Chinese word for the operation, kilometres for metres; GBK as Excel saves."""
    text = """出车台账（5月）,,,,,,
日期,车牌号,作业类型,开始时间,结束时间,趟次,作业里程（公里）
2026/5/11,苏F·11111,机扫,4:00,次日01:00,2,12.5
合计,,,,,2,
"""
    done = take(ledger, tmp_path, text, encoding="gbk")
    assert done.written["trips"].new == 1
    assert kept(ledger) == [
        TripDone(
            day=date(2026, 5, 11), operation="sweep", vehicle="V1", vehicle_type="sw_l",
            begin_s=14_400, end_s=90_000, trips=2, work_m=12_500,
        )
    ]  # fmt: skip


def test_a_workbook_of_several_tables_is_read_whole(ledger: Ledger, tmp_path: Path):
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("气象")
    first.title = "五月"  # known by its headings
    first.append(["日期", "磅单号", "中转站", "车牌", "毛重(kg)", "皮重(kg)"])
    first.append([date(2026, 5, 11), "A-1", "五塘角站", "苏F11111", 12_000, 7_000])
    second.append(["日期", "最低气温", "降雨量(mm)", "降雪", "pm2.5"])
    second.append([date(2026, 5, 11), -1.5, 0.2, "否", 80])
    book.create_sheet("空白")
    path = tmp_path / "五月.xlsx"
    book.save(path)
    import_file(ledger, path, tmp_path / "town", TODAY)
    assert kept(ledger, Weighing) == [
        Weighing(
            day=date(2026, 5, 11), site="S01", vehicle="V1", net_kg=5_000, number="A-1",
            gross_kg=12_000, tare_kg=7_000,
        )
    ]  # fmt: skip
    assert kept(ledger, WeatherDay) == [
        WeatherDay(day=date(2026, 5, 11), low_dc=-15, rain_um=200, pm25=80)
    ]


def test_people_vehicles_and_sites_can_be_away(ledger: Ledger, tmp_path: Path):
    text = """类别,对象,开始日期,结束日期,原因
车辆,苏F33333,2026-05-10,2026-05-12,检修
人员,王强,2026-05-11,2026-05-11,病假
设施,五塘角站,2026-05-15,2026-05-16,
"""
    take(ledger, tmp_path, text, name="缺勤.csv")
    assert [(one.kind, one.what) for one in kept(ledger, Absence)] == [
        ("vehicle", "F1"), ("driver", "P1"), ("site", "S01"),
    ]  # fmt: skip


def test_the_same_file_twice_adds_nothing(ledger: Ledger, tmp_path: Path):
    take(ledger, tmp_path, TRIPS)
    again = take(ledger, tmp_path, TRIPS)
    assert (again.written["trips"].new, again.written["trips"].same) == (0, 1)
    assert len(kept(ledger)) == 1


def test_a_longer_file_of_the_month_adds_what_is_new(ledger: Ledger, tmp_path: Path):
    take(ledger, tmp_path, TRIPS)
    more = take(ledger, tmp_path, TRIPS + "2026-05-12,苏F11111,清扫,04:00,07:00,1,3,0\n")
    assert (more.written["trips"].new, more.written["trips"].same) == (1, 1)


def test_other_values_of_one_trip_are_an_error_and_nothing_is_written(
    ledger: Ledger, tmp_path: Path
):
    take(ledger, tmp_path, TRIPS)
    other = TRIPS.replace(",2,12.5", ",3,12.5") + "2026-05-12,苏F11111,清扫,04:00,07:00,1,3,0\n"
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, other)
    (issue,) = told.value.issues
    assert (issue.code, issue.row) == ("E523", 2)
    assert "trips: 2 → 3" in issue.message_en
    assert "--correct" in issue.hint_zh
    assert [trip.trips for trip in kept(ledger)] == [2]


def test_a_correction_is_a_row_that_names_the_old_one(ledger: Ledger, tmp_path: Path):
    take(ledger, tmp_path, TRIPS)
    done = take(ledger, tmp_path, TRIPS.replace(",2,12.5", ",3,12.5"), correct=True)
    assert (done.written["trips"].new, done.written["trips"].corrected) == (0, 1)
    assert [trip.trips for trip in kept(ledger)] == [3]
    with ledger.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, corrects, trips FROM trips ORDER BY id")
        (first, none, two), (_, corrects, three) = rows
    assert (none, two, corrects, three) == (None, 2, first, 3)


def test_a_trip_that_never_was_is_voided_by_name(ledger: Ledger, tmp_path: Path):
    take(ledger, tmp_path, TRIPS)
    head, row = TRIPS.splitlines()
    voided = f"{head},作废\n{row},是\n"
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, voided)
    assert codes(told) == [("E523", 2)]
    take(ledger, tmp_path, voided, correct=True)
    assert kept(ledger) == []
    assert take(ledger, tmp_path, voided, correct=True).written["trips"].same == 1


def test_what_is_not_there_cannot_be_voided(ledger: Ledger, tmp_path: Path):
    head, row = TRIPS.splitlines()
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, f"{head},作废\n{row},是\n", correct=True)
    assert codes(told) == [("E527", 2)]


BAD = """编号,日期,车辆,作业,开始时间,结束时间,趟次
1,2026-13-11,V1,清扫,04:00,07:00,1
2,2026-05-11,V1,清扫,07:00,04:00,1
3,2026-05-11,V1,打扫,04:00,07:00,1
4,2026-05-11,V1,清扫,04:00,07:00,1.5
4,2026-05-11,V1,清扫,04:00,07:00,1
4,2026-05-11,V2,清扫,04:00,07:00,1
,2026-05-11,V1,清扫,,,1
,2026-05-11,V1,清扫,,,1
"""


def test_everything_wrong_is_told_at_once(ledger: Ledger, tmp_path: Path):
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, BAD)
    assert sorted(codes(told), key=lambda one: one[1]) == [
        ("E309", 2), ("E307", 3), ("E305", 4), ("E304", 5), ("E522", 7), ("E521", 9),
    ]  # fmt: skip
    assert kept(ledger) == []


@pytest.mark.parametrize(
    ("weights", "code"), [(",,", "E525"), ("9000,,", "E525"), ("9000,5000,3000", "E526"),
                          ("5000,9000,", "E526")],
)  # fmt: skip
def test_weights_that_do_not_add_up(ledger: Ledger, tmp_path: Path, weights: str, code: str):
    text = f"日期,站点,车辆,毛重,皮重,净重\n2026-05-11,S01,V1,{weights}\n"
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, text, name="磅单.csv")
    assert codes(told) == [(code, 2)]


def test_a_table_nobody_knows_is_told(ledger: Ledger, tmp_path: Path):
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, "日期,备注\n2026-05-11,无\n", name="表1.csv")
    assert [issue.code for issue in told.value.issues] == ["E524"]


def test_a_vehicle_with_one_operation_needs_no_word_for_it(ledger: Ledger, tmp_path: Path):
    take(ledger, tmp_path, "日期,车牌,趟次\n2026-05-11,苏F22222,3\n")
    assert kept(ledger)[0].operation == "sweep"
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, "日期,车牌,趟次\n2026-05-11,苏F99999,3\n")
    assert codes(told) == [("E528", 2)]


def test_a_strange_vehicle_is_kept_with_a_warning(ledger: Ledger, tmp_path: Path):
    text = "日期,车牌,作业,趟次\n2026-05-11,苏F99999,清扫,3\n"
    done = take(ledger, tmp_path, text)
    assert [issue.code for issue in done.warnings] == ["W521"]
    assert len(kept(ledger)) == 1


def test_a_measurement_follows_a_forecast_without_asking(ledger: Ledger, tmp_path: Path):
    head = "日期,降雨量(mm),预报\n"
    take(ledger, tmp_path, head + "2026-05-20,8,是\n", name="天气.csv")
    take(ledger, tmp_path, head + "2026-05-20,3,是\n", name="天气.csv")
    done = take(ledger, tmp_path, head + "2026-05-20,0,否\n", name="天气.csv")
    assert done.written["weather"].corrected == 1
    late = take(ledger, tmp_path, head + "2026-05-20,9,是\n", name="天气.csv")
    assert late.written["weather"].same == 1
    assert [one.rain_um for one in kept(ledger, WeatherDay)] == [0]


def test_a_day_that_has_not_come_is_a_slip_of_the_pen(ledger: Ledger, tmp_path: Path):
    """It is 20 May: a trip of 21 May is refused, weather of 21 May is a forecast or refused."""
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, TRIPS.replace("2026-05-11", "2026-05-21"))
    assert codes(told) == [("E529", 2)]
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, "日期,降雨量(mm)\n2026-05-21,3\n", name="天气.csv")
    assert codes(told) == [("E529", 2)]
    take(ledger, tmp_path, TRIPS.replace("2026-05-11", "2026-05-20"))
    assert len(kept(ledger)) == 1


def test_a_folder_that_is_no_district_is_told(ledger: Ledger, tmp_path: Path):
    path = tmp_path / "出车记录.csv"
    path.write_text(TRIPS, encoding="utf-8")
    with pytest.raises(InputErrors) as told:
        import_file(ledger, path, tmp_path / "nowhere", TODAY)
    assert told.value.issues[0].code == "E101"


def test_fill_levels_as_a_sensor_platform_writes_them(ledger: Ledger, tmp_path: Path):
    """Known by name or headings; a point the district does not have is kept, with a warning."""
    text = "采集日期,采集时间,箱号,满溢度(%)\n2026-05-19,06:30,X9,87.5\n2026-05-19,,X9,12\n"
    done = take(ledger, tmp_path, text, name="导出.csv")
    assert (done.written["levels"].new, [one.code for one in done.warnings]) == (2, ["W522"] * 2)
    assert kept(ledger, FillLevel) == [
        FillLevel(day=date(2026, 5, 19), point="X9", full_pm=120),
        FillLevel(day=date(2026, 5, 19), point="X9", full_pm=875, at_s=23_400),
    ]
    with pytest.raises(InputErrors) as told:
        take(ledger, tmp_path, text.replace("87.5", "-3"), name="满溢记录.csv")
    assert codes(told)[0][1] == 2


@pytest.mark.parametrize(
    ("kind", "what", "codes_of"),
    [
        ("车辆", "苏F22222", []),
        ("车辆", "苏F99999", ["W521"]),
        ("人员", "无名氏", ["W523"]),
        ("vehicle", "V77", ["W521"]),
        ("driver", "C99", ["W523"]),
    ],
)
def test_an_absence_of_somebody_unknown_is_kept_with_a_warning(
    ledger: Ledger, tmp_path: Path, kind: str, what: str, codes_of: list[str]
):
    text = f"类别,对象,开始日期,结束日期\n{kind},{what},2026-05-11,2026-05-12\n"
    done = take(ledger, tmp_path, text, name="停用.csv")
    assert [issue.code for issue in done.warnings] == codes_of
    assert done.written["absences"].new == 1
