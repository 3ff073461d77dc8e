"""Leave, candidate sites and people go through the reader of the district's tables."""

from datetime import date
from pathlib import Path

import pytest

from models.errors import InputErrors
from scenarios.desk.roster import RosterOrder, _leave
from scenarios.desk.siting.relocation_tables import read_census, read_lots
from scenarios.district import read_district
from tests.district.folders import write_good
from tests.tables.books import write_book, write_ods

DAY = date(2026, 3, 18)
LEAVE = [["driver", "from", "to"], ["C1", "2026-03-19", "2026-03-21"]]
CHINESE = [["请假登记表", "", ""], ["姓名", "开始日期", "结束日期"], ["张三", "3月19日", "3月21日"]]
LOTS = [["编号", "经度", "纬度", "占地(平方米)", "能力(吨)"], ["N1", "120.1", "31.2", "900", "50"]]
PEOPLE = [["小区", "经纬度", "人数"], ["一村", "120.1,31.2", "1200"], ["合计", "", "1200"]]


def write(path: Path, rows) -> Path:
    match path.suffix:
        case ".ods":
            write_ods(path, rows)
        case ".xlsx":
            write_book(path, {"Sheet1": rows})
        case _:
            lines = (",".join(f'"{cell}"' for cell in row) for row in rows)
            path.write_bytes("\n".join(lines).encode("gb18030"))
    return path


KINDS = pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods", ".txt"])


def away(folder, path):
    issues = []
    found = _leave(RosterOrder(begin=DAY, days=7, leave=path), read_district(folder, DAY), issues)
    return found, [(i.code, i.row, i.column, i.value) for i in issues]


@KINDS
@pytest.mark.parametrize("rows", [LEAVE, CHINESE], ids=["English", "Chinese"])
def test_leave_in_any_form(tmp_path, suffix, rows):
    found = away(write_good(tmp_path / "grid"), write(tmp_path / f"leave{suffix}", rows))
    assert found == ({"C1": frozenset({1, 2, 3})}, [])


def test_leave_that_makes_no_sense_is_told_at_once(tmp_path):
    rows = [*LEAVE[:1], ["C9", "2026-03-19", "2026-03-21"], ["C1", "soon", "2026-03-21"],
            ["C1", "2026-03-21", "2026-03-19"], ["C1", "", "2026-03-19"]]  # fmt: skip
    found = away(write_good(tmp_path / "grid"), write(tmp_path / "leave.csv", rows))
    assert found == ({}, [
        ("E309", 3, "from", "soon"), ("E310", 4, "to", "2026-03-19"), ("E301", 5, "from", ""),
        ("E803", 2, "driver", "C9"),
    ])  # fmt: skip


NO_LEAVE = [(b"a,b\n1,2\n", "E206"), (b"driver,from\nC1,1\n", "E207"), (b"\x80\xff", "E205")]


@pytest.mark.parametrize(("raw", "code"), NO_LEAVE)
def test_a_file_that_is_no_leave_is_told(tmp_path, raw, code):
    (tmp_path / "leave.csv").write_bytes(raw)
    _, issues = away(write_good(tmp_path / "grid"), tmp_path / "leave.csv")
    assert code in {one[0] for one in issues}
    _, issues = away(tmp_path / "grid", tmp_path / "nothing.csv")
    assert [one[0] for one in issues] == ["E204"]


@KINDS
def test_candidate_sites_in_any_form(tmp_path, suffix):
    (lot,) = read_lots(write(tmp_path / f"lots{suffix}", LOTS))
    assert (lot.id, lot.lon, lot.lat, lot.land_m2, lot.capacity_kg) == (
        "N1",
        120.1,
        31.2,
        900,
        50_000,
    )


def test_a_site_twice_is_told(tmp_path):
    with pytest.raises(InputErrors, match="E401"):
        read_lots(write(tmp_path / "lots.csv", [*LOTS, LOTS[1]]))


@KINDS
def test_people_in_any_form(tmp_path, suffix):
    assert read_census(write(tmp_path / f"people{suffix}", PEOPLE)) == [(120.1, 31.2, 1200.0)]
