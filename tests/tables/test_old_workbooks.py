"""Workbooks of the old binary kind (.xls, .et): an error in a cell is no empty cell."""

import struct
from datetime import date

import pytest

from scenarios.district import check_district, read_district
from scenarios.tables.biff import biff_flaws
from tests.district.folders import write_good

DAY = date(2026, 3, 18)


def test_a_workbook_of_1997_is_read(other, tmp_path, request):
    old = request.path.parent / "points97.xls"
    (other / "points.xls").write_bytes(old.read_bytes())
    good = write_good(tmp_path / "grid")
    assert read_district(other, DAY).points == read_district(good, DAY).points


@pytest.mark.parametrize("kept", [30, 700, 1_500, 4_000])
def test_a_workbook_of_1997_that_was_cut_off_is_told(other, request, kept):
    """The reader of old workbooks may end its process: a child reads them first."""
    old = request.path.parent / "points97.xls"
    (other / "points.xls").write_bytes(old.read_bytes()[:kept])
    (issue,) = check_district(other, DAY).issues
    assert (issue.code, issue.file) == ("E204", "points.xls")


OLD = {
    "errors97.xls": [("E315", 2, "hours", "#N/A"), ("E315", 3, "demand_kg", "#DIV/0!")],
    "formulas97.xls": [("E331", 2, "hours", "="), ("E331", 3, "demand_kg", "=")],
}
"""Workbooks of 1997: two errors; two formulas that the program that wrote them left unreckoned."""


@pytest.mark.parametrize("file", OLD)
@pytest.mark.parametrize("suffix", ["xls", "et"])
def test_flawed_cells_of_a_workbook_of_1997_are_told(other, request, file, suffix):
    raw = (request.path.parent / file).read_bytes()
    (other / f"points.{suffix}").write_bytes(raw)
    issues = check_district(other, DAY).issues
    assert [(i.code, i.row, i.column, i.value) for i in issues] == OLD[file]


def test_where_formulas_of_1997_were_reckoned_an_empty_text_is_empty(other, request):
    raw = (request.path.parent / "formulas97.xls").read_bytes()
    at = raw.rindex(struct.pack("<Q", 0xFFFF_0000_0000_0003))  # no result yet
    (other / "points.xls").write_bytes(raw[:at] + struct.pack("<d", 300.0) + raw[at + 8 :])
    points = read_district(other, DAY).points
    assert [(point.demand_kg, point.windows) for point in points[:2]] == [(240, ()), (300, ())]


@pytest.mark.parametrize("file", OLD)
def test_a_damaged_workbook_of_1997_never_ends_in_another_error(request, file):
    raw = (request.path.parent / file).read_bytes()
    for at in range(0, len(raw), 7):
        try:
            biff_flaws(raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :])
        except (OSError, ValueError, struct.error):
            continue
