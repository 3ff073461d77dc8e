"""Cases 10, 12, 13, 14 and 20: what people's tables hold, and what a reader must make of it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from scenarios.district import check_district, read_district
from tests.district.folders import TABLES, replace, write_good

HERE = Path(__file__).parent
DAY = date(2026, 3, 18)


def case(number: str) -> Path:
    return next(HERE.glob(f"{number}-*"))


def test_formulas_without_values_are_told_by_row_and_column():
    issues = check_district(case("10"), DAY).issues
    assert {i.code for i in issues} == {"E331"}
    assert {(i.file, i.row, i.column) for i in issues} == {
        ("points.xlsx", row, column) for row in range(2, 7) for column in ("hours", "service_min")
    }


def test_ids_that_look_alike_are_told():
    issues = check_district(case("12"), DAY).issues
    assert [(i.code, i.row, i.column) for i in issues] == [("E401", 3, "id"), ("E401", 4, "id")]


def test_a_control_character_in_a_name_is_gone():
    report = check_district(case("13"), DAY)
    assert report.issues == ()
    assert [point.name for point in report.district.points] == ["甲乙"]


@pytest.mark.parametrize("day", [date(2026, 3, 18), date(2026, 7, 1), date(2026, 12, 1)])
def test_years_are_chosen_together(day):
    (closure,) = read_district(case("14"), day).closures
    assert (closure.begin, closure.end) == (date(2026, 1, 10), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("begin", "end", "day", "wanted"),
    [("12月25日", "1月5日", "2026-01-02", ("2025-12-25", "2026-01-05")),
     ("12月25日", "1月5日", "2026-12-20", ("2026-12-25", "2027-01-05")),
     ("3月1日", "3月1日", "2026-03-18", ("2026-03-01", "2026-03-01")),
     ("2026-01-10", "11月30日", "2026-03-18", ("2026-01-10", "2026-11-30")),
     ("2025年11月1日", "2月1日", "2026-01-02", ("2025-11-01", "2026-02-01")),
     ("11月1日", "2026-02-01", "2026-03-18", ("2025-11-01", "2026-02-01")),
     ("7月1日", "6月30日", "2026-03-18", ("2025-07-01", "2026-06-30")),
     ("2026/3/18", "2026.3.20", "2026-03-18", ("2026-03-18", "2026-03-20")),
     ("20260318", "20260320", "2026-03-18", ("2026-03-18", "2026-03-20")),
     ("1月1日", "12月31日", "2026-06-30", ("2026-01-01", "2026-12-31"))],
)  # fmt: skip
def test_a_year_that_is_not_written(tmp_path, begin, end, day, wanted):
    good = write_good(tmp_path / "grid")
    (good / "crews.csv").unlink()  # their last shifts belong to one date
    replace(good, "closures.csv", "2026-03-10,2026-03-20", f"{begin},{end}")
    (closure,) = read_district(good, date.fromisoformat(day)).closures
    assert (closure.begin.isoformat(), closure.end.isoformat()) == wanted


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [("2026-03-20", "2026-03-10", "E310"), ("2月29日", "3月2日", "E309"), ("3月1日", "x", "E309"),
     ("46099", "2026-03-20", "E309"), ("3/18/2026", "2026-03-20", "E309"),
     ("18.03.2026", "2026-03-20", "E309"), ("26-03-18", "2026-03-20", "E309"),
     ("2026-03-18 08:00", "2026-03-20", "E309"), ("1月10日", "", "E301")],
)  # fmt: skip
def test_dates_that_make_no_span_are_told(tmp_path, begin, end, code):
    good = write_good(tmp_path / "grid")
    assert "2026-03-10,2026-03-20" in TABLES["closures.csv"]
    replace(good, "closures.csv", "2026-03-10,2026-03-20", f"{begin},{end}")
    assert [i.code for i in check_district(good, date(2026, 3, 18)).issues] == [code]


def test_the_word_haul_is_accepted():
    assert check_district(case("20"), DAY).issues == ()


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [("night,haul", "night,转运", []), ("night,haul", "night,HAUL", []),
     ("night,haul", "night,haul;haul", []), ("night,haul", "night,", []),
     ("night,haul", "night,hauling", ["E405"]),
     ("night,haul", "night,haul;collect_residual", ["E413"]),
     ("early,collect_residual", "early,haul", ["E409"])],
)  # fmt: skip
def test_the_word_haul_in_other_spellings_and_with_other_work(tmp_path, old, new, codes):
    """A hook lift can only haul; where the one compactor hauls nobody is left to collect."""
    town = tmp_path / "town"
    shutil.copytree(case("20"), town)
    replace(town, "vehicles.csv", old, new)
    assert [i.code for i in check_district(town, DAY).issues] == codes
