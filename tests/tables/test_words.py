"""The product's own words are accepted where it asks for a code, in both languages."""

from datetime import date

import pytest

from api.words.i18n import words
from scenarios.district import check_district, read_district
from scenarios.district.words.cells import code, word
from scenarios.tables.text import clean
from tests.district.folders import replace, write_good

DAY = date(2026, 3, 18)
WORDS = words()
ASKED = {
    "operation": "operation",
    "vehicle_type": "vehicle_type",
    "stream": "stream",
    "site": "kind",
}
SHOWN = [
    (kind, key, text)
    for section, kind in ASKED.items()
    for key, texts in WORDS[section].items()
    for text in (key, *texts)
    if key != "order"  # work orders are no operation of their own
]


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


@pytest.mark.parametrize(("kind", "key", "text"), SHOWN, ids=str)
def test_a_word_that_is_shown_is_understood(kind, key, text):
    assert clean(text) == text
    read = code if kind in {"operation", "vehicle_type", "stream"} else word
    assert read(text, kind) == read(text.upper(), kind) == key


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("vehicles.csv", "V1,苏F12345,sw_l", "V1,苏F12345,大型扫路车"),
     ("vehicles.csv", "V1,苏F12345,sw_l", "V1,苏F12345,Large sweeper"),
     ("vehicles.csv", ",sweep,", ",机械清扫,"), ("vehicles.csv", ",sweep,", ",Sweeping,"),
     ("vehicles.csv", "sw_l,D1", "sw_l,停车场"), ("vehicles.csv", "sw_l,D1", "sw_l,d1"),
     ("vehicles.csv", "early;night", "早班;夜班"), ("vehicles.csv", "early;night", "Early;Night"),
     ("crews.csv", "张三,B2,D1,,early", "张三,B2,停车场,,早班"),
     ("orders.csv", "O1,flush", "O1,高压冲洗"), ("streets.csv", ",fog,flush", ",雾炮抑尘,Flushing"),
     ("facilities.csv", "P1,焚烧厂,plant", "P1,焚烧厂,Plant")],
)  # fmt: skip
def test_a_word_says_what_its_code_says(good, tmp_path, file, old, new):
    other = write_good(tmp_path / "other")
    replace(other, file, old, new)
    assert check_district(other, DAY).issues == ()
    one, two = read_district(good, DAY), read_district(other, DAY)
    for column in ("vehicles", "drivers", "orders", "streets", "sites"):
        assert getattr(one, column) == getattr(two, column)


def test_a_name_of_two_depots_is_not_guessed(good):
    replace(good, "facilities.csv", "W1,取水点,water", "D2,停车场,depot")
    replace(good, "vehicles.csv", "sw_l,D1", "sw_l,停车场")
    issues = [i for i in check_district(good, DAY).issues if i.code == "E402"]
    assert [(i.row, i.value) for i in issues] == [(2, "停车场")]


@pytest.mark.parametrize("text", ["haul", "转运", "Haul", "collect_residual;haul"])
def test_a_truck_may_be_told_to_haul(good, text):
    replace(good, "vehicles.csv", "collect_residual,", f"{text},")
    codes = [i.code for i in check_district(good, DAY).issues]
    assert "E405" not in codes
    assert "haul" in read_operations(good)


def read_operations(folder):
    from scenarios.district.read import read_folder  # noqa: PLC0415

    return read_folder(folder, DAY).rows["vehicles"].rows[4].operations
