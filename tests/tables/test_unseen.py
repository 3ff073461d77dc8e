"""Characters nobody can see are dropped on reading; exports hold whatever text is left."""

import itertools
from datetime import date

import pytest

from scenarios.district import check_district, read_district
from scenarios.tables.text import clean
from tests.district.folders import TABLES, replace, write_good

DAY = date(2026, 3, 18)
UNSEEN = [
    "\u200b", "\u202c", "\u202d", "\ufeff", "\u2060", "\u00ad", "\u200e", "\u061c", "\u180e",
    "\ufe0f", "\u3164", "\u034f", "\U000e0020", "\U000e0101", "\x00", "\x07", "\x0b", "\x0c",
    "\x1c", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\ufff9",
]  # fmt: skip


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


@pytest.mark.parametrize("char", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_dropped(char):
    assert clean(f"{char}B{char}1{char}") == "B1"


@pytest.mark.parametrize("text", ["一号房 A", "é", "🚛", "𠮷", "a\tb\nc", "ไทย", "①", "（甲）", ""])
def test_what_is_seen_stays(text):
    assert clean(text) == text


@pytest.mark.parametrize("char", ["\u200b", "\u202c", "\x0b", "\ufffe", "\ufe0f"], ids=ascii)
@pytest.mark.parametrize(
    "change",
    [("points.csv", "B2,", "B1{},", "id"), ("vehicles.csv", "苏F12346", "苏F{}12345", "plate"),
     ("crews.csv", "C2,", "{}C1,", "id"), ("orders.csv", "O2,", "O1{},", "id"),
     ("facilities.csv", "W1,", "D1{},", "id")],
)  # fmt: skip
def test_two_ids_that_look_alike_are_one(good, char, change):
    file, old, new, column = change
    replace(good, file, old, new.format(char))
    issues = check_district(good, DAY).issues
    assert [(i.code, i.row, i.column) for i in issues][:1] == [("E401", 3, column)]


@pytest.mark.parametrize(
    "change",
    [("vehicles.csv", "sw_l,D1", "sw_l,D1{0}"), ("points.csv", "240", "{0}240{0}"),
     ("points.csv", "id,name", "{0}{0}id,name"), ("vehicles.csv", "early,sweep", "ear{0}ly,sweep"),
     ("points.csv", "B1,一号房,room,residual", "B1,一号房,room,resi{0}dual"),
     ("district.toml", 'id = "early"', 'id = "ear{0}ly"'), ("facilities.csv", "05:00", "05{0}:00")],
)  # fmt: skip
@pytest.mark.parametrize("char", ["\u200b", "\u202d", "\ufeff", "\x1f"], ids=ascii)
def test_an_unseen_character_changes_nothing(good, tmp_path, change, char):
    file, old, new = change
    other = write_good(tmp_path / "other")
    replace(other, file, old, new.format(char))
    one, two = read_district(good, DAY), read_district(other, DAY)
    assert (one.vehicles, one.points, one.sites, one.shifts) == (
        two.vehicles, two.points, two.sites, two.shifts,
    )  # fmt: skip


def test_utf16_and_gbk_are_cleaned_too(good):
    text = TABLES["points.csv"].replace("一号房", "一\u200b号房")
    for encoding in ("utf-16", "gb18030"):
        (good / "points.csv").write_bytes(text.encode(encoding))
        assert read_district(good, DAY).points[0].name == "一号房"


def test_no_control_or_format_is_left_in_any_text():
    """Every character of the first planes: what stays can be written into XML."""
    import unicodedata  # noqa: PLC0415

    left = clean("".join(map(chr, itertools.chain(range(0xD800), range(0xE000, 0x20000)))))
    kinds = {unicodedata.category(char) for char in left} & {"Cc", "Cf", "Cs"}
    assert {char for char in left if unicodedata.category(char) in kinds} == {"\t", "\n", "\r"}
