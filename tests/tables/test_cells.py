"""Cells as people fill them in: read as they are meant, or one clear finding."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from scenarios.district.rows import columns

DAY = date(2026, 3, 18)


def read(kind, text):
    """The value of a cell, or the code of what is wrong with it."""
    adapter = TypeAdapter(getattr(columns, kind))
    try:
        return adapter.validate_python(text, context={"day": DAY})
    except ValidationError as error:
        return error.errors()[0]["type"]


NUMBERS = {
    "1,200": 1200, "1，200": 1200, "1 200": 1200, "1\u00a0200": 1200, "２４０": 240, "- 3": -3,
    "1e3": 1000, "10 20": "E302", "1 2": "E302", "1200 5": "E302", "12,5": "E302", "5吨": "E302",
    "3 km": "E302", "50%": "E302", "约240": "E302", "1'200": "E302", "二百": "E302", "#N/A": "E302",
    "3.10": 3.1, "½": "E302", "1_000": "E302", "0x10": "E302", "—": "E302", "无": "E302",
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_one_number(text):
    assert read("Number", text) == NUMBERS[text]


EAST = [
    "121°4′48″", "121度4分48秒", "东经121度4分48秒", "121 度 4 分 48 秒", "121 °4 ′48 ″",
    "121˚4ˊ48˝", "121°4´48´´", "121°4′48″东", "121°4m48s", "121d4m48s", "经度121.08", "121.08º",
    "东经121.08", "E121°4′48″", "１２１°４′４８″", "121°04.8′", "121-4-48",
]  # fmt: skip


@pytest.mark.parametrize("text", EAST)
def test_degrees_as_instruments_and_people_write_them(text):
    assert read("Degrees", text) == pytest.approx(121.08)


@pytest.mark.parametrize(
    ("text", "value"),
    [("31d58m12s", 31.97), ("31°58′12″S", -31.97), ("31.97S", -31.97), ("南纬31.97", -31.97),
     ("S31.97", -31.97), ("31°58′12″南", -31.97), ("北纬 31 度 58 分 12 秒", 31.97)],
)  # fmt: skip
def test_an_s_is_seconds_after_minutes_and_south_elsewhere(text, value):
    assert read("Degrees", text) == pytest.approx(value)


def hm(hours, minutes=0):
    return 3600 * hours + 60 * minutes


HOURS = {
    "6点30分-9点": [(hm(6, 30), hm(9))], "6点半-9点": [(hm(6, 30), hm(9))],
    "6时至9时": [(hm(6), hm(9))], "早上6:30-9:00": [(hm(6, 30), hm(9))],
    "06:30-09:00,18:00-20:30": [(hm(6, 30), hm(9)), (hm(18), hm(20, 30))],
    "06:30-09:00，18:00-20:30": [(hm(6, 30), hm(9)), (hm(18), hm(20, 30))],
    "06:30-09:00和18:00-20:30": [(hm(6, 30), hm(9)), (hm(18), hm(20, 30))],
    "22:00-次日凌晨5:00": [(hm(22), hm(29))], "22:00-第二日5:00": [(hm(22), hm(29))],
    "22:00-隔天5点": [(hm(22), hm(29))], "全日": [(0, hm(24))], "24小时开放": [(0, hm(24))],
    "不限": [(0, hm(24))], "0:00-24:00": [(0, hm(24))], "24h": [(0, hm(24))],
    "22:00-凌晨5:00": "E307", "0:00-0:00": "E307", "22:00-05:00": "E307",
    "下午6:00-8:00": "E306", "晚上8点-10点": "E306", "6:30am-9pm": "E306", "0630-0900": "E306",
    "Mo-Fr 06:30-09:00": "E306", "周一至周五6:30-9:00": "E306", "PH off": "E306", "关闭": "E306",
    "06:30-09:00; PH off": "E306", "0.25-0.375": "E306", "06:30": "E306", "夜间": "E306",
    "/": "E306", ";": "E306", "、": "E306", "—": "E306", "无": "E306",
    "6点70分-9点": "E306", "08:00-09:00+1": "E322", "22:00-02:00+1;01:00-03:00": "E308",
}  # fmt: skip


@pytest.mark.parametrize("text", HOURS)
def test_hours_as_people_write_them(text):
    wanted = HOURS[text]
    found = read("Hours", text)
    assert found == wanted if isinstance(wanted, str) else list(found) == wanted


DATES = [
    "2026/3/18 0:00", "2026-03-18 00:00:00", "2026年3月18号", "3月18号", "2026年 3月 18日",
    "2026 - 03 - 18", "２０２６－０３－１８", "20260318", "2026.3.18",
]  # fmt: skip
NO_DATES = [
    "3.1", "3.2", "12.3",  # a workbook keeps 3.10 and 3.20 so
    "46099", "3/18/2026", "18.03.2026", "26-03-18", "2026-03-18 08:00", "2026-02-30", "2026年3月",
    "民国115年3月18日", "长期", "2026-03-18至2026-03-20",
]  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_dates_as_programs_and_people_write_them(text):
    assert read("Day", text) == DAY


@pytest.mark.parametrize("text", NO_DATES)
def test_what_may_be_another_date_is_told(text):
    assert read("Day", text) == "E309"


@pytest.mark.parametrize(
    ("text", "value"),
    [("80", 80), ("80%", 80), ("８０％", 80), ("80 %", 80), ("0.8", 0.8), ("%", "E302"),
     ("80%%", "E302"), ("80‰", "E302")],
)  # fmt: skip
def test_a_share_with_or_without_its_sign(text, value):
    assert read("Percent", text) == value


def test_dates_without_a_year_that_lost_no_zero():
    assert [str(read("Day", text)) for text in ("3.18", "3.4", "3.10", "3月1日", "3-1")] == [
        "2026-03-18", "2026-03-04", "2026-03-10", "2026-03-01", "2026-03-01",
    ]  # fmt: skip


YES_NO = {
    "1.0": True,
    "0.0": False,
    "✔": True,
    "真": True,
    "off": False,
    "维修": "E311",
    "2": "E311",
}


@pytest.mark.parametrize("text", YES_NO)
def test_yes_and_no(text):
    assert read("YesNo", text) == YES_NO[text]
