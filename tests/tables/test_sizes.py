"""Large tables: problems are counted, rows are not held twice, the collector is left as it was."""

import gc
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from scenarios.district import check_district, read_district
from tests.district.folders import LAT0, LON0, TABLES, write_good

DAY = date(2026, 3, 18)
HEAD = TABLES["points.csv"].splitlines()[0]
CHECK = """
import resource, sys
from datetime import date
from pathlib import Path
from scenarios.district import check_district
report = check_district(Path(sys.argv[1]), date(2026, 3, 18))
used = resource.getrusage(resource.RUSAGE_SELF)
print(len(report.issues), used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)
"""


def write_points(folder: Path, count: int, demand: str = "12") -> None:
    with (folder / "points.csv").open("w", encoding="utf-8") as file:
        file.write(HEAD + "\n")
        for n in range(count):
            lon, lat = LON0 + n % 90 * 1e-4, LAT0 + n // 90 % 80 * 1e-4
            file.write(f"B{n},点{n},room,residual,{lon:.4f},{lat:.4f},{demand},5,06:30-09:00,no\n")


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


def test_the_first_200_problems_of_a_kind_are_listed_and_the_others_counted(good):
    write_points(good, 1_000, demand="viel")
    issues = check_district(good, DAY).issues
    assert [i.code for i in issues].count("E302") == 200
    (count,) = [i for i in issues if i.code == "E299"]
    assert (count.value, count.column) == ("E302", "demand_kg")
    assert "800" in count.message_zh


def test_every_kind_and_column_has_its_own_count(good):
    write_points(good, 300, demand="viel")
    text = (good / "points.csv").read_text("utf-8").replace("room,residual", "room,x")
    (good / "points.csv").write_text(text, encoding="utf-8")
    codes = [i.code for i in check_district(good, DAY).issues]
    assert (codes.count("E302"), codes.count("E305"), codes.count("E299")) == (200, 200, 2)


def test_unknown_settings_are_counted_too(good):
    text = (good / "district.toml").read_text("utf-8")
    keys = "".join(f"k{n} = 1\n" for n in range(5_000))
    (good / "district.toml").write_text(keys + text, encoding="utf-8")
    begin = time.process_time()
    codes = [i.code for i in check_district(good, DAY).issues]
    assert codes.count("E104") <= 5_000
    assert time.process_time() - begin < 20


def test_rows_keep_their_places_where_others_have_none(good):
    text = TABLES["points.csv"].replace("B2,二号房,room,residual", "B2,二号房,room,x")
    (good / "points.csv").write_text(text, encoding="utf-8")
    assert {i.row for i in check_district(good, DAY).issues} == {3}
    (good / "points.csv").write_text(TABLES["points.csv"], encoding="utf-8")
    assert [order.lon for order in read_district(good, DAY).orders] == [None, 121.083]


@pytest.mark.parametrize("was", [True, False])
def test_the_collector_of_garbage_is_left_as_it_was(good, was):
    (gc.enable if was else gc.disable)()
    try:
        check_district(good, DAY)
        assert gc.isenabled() is was
    finally:
        gc.enable()


SIZES = [(1_000_000, "12", 0), (200_000, "viel", 201)]


@pytest.mark.slow
@pytest.mark.parametrize(("count", "demand", "found"), SIZES)
def test_a_million_points_and_many_bad_rows(good, count, demand, found):
    write_points(good, count, demand)
    done = subprocess.run([sys.executable, "-c", CHECK, good], capture_output=True, check=True)
    issues, seconds, gigabytes = map(float, done.stdout.split())
    assert issues == found
    assert seconds < 30
    assert gigabytes < 1
