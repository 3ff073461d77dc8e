"""What only the file itself says of a cell: errors, shares in percent, merged cells."""

import pytest

from scenarios.district import check_district
from scenarios.tables.files import sheets_of
from tests.tables.books import change, rows_of, write_book, write_ods, write_xlsb
from tests.tables.test_workbooks import DAY, found, same

CELL = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"


def told(folder):
    return [(i.code, i.row, i.column, i.value) for i in check_district(folder, DAY).issues]


@pytest.mark.parametrize("suffix", ["xlsb", "xlsx"])
def test_a_binary_workbook_is_read(good, other, suffix):
    write_xlsb(other / f"points.{suffix}", rows_of("points"))
    assert same(good, other)


@pytest.mark.parametrize(("code", "shown"), [(0x17, "#REF!"), (0x2A, "#N/A"), (0x07, "#DIV/0!")])
@pytest.mark.parametrize(
    ("text", "place"),
    [("240", (2, "demand_kg")), ("06:30-09:00;18:00-20:30", (2, "hours")), ("食堂", (7, "name"))],
)
def test_an_error_of_a_binary_workbook_is_told(other, code, shown, text, place):
    write_xlsb(other / "points.xlsb", rows_of("points"), {text: code})
    assert told(other) == [("E315", *place, shown)]


def test_a_damaged_binary_workbook_is_one_finding(other):
    write_xlsb(other / "whole.xlsb", rows_of("points"), {"240": 0x17})
    whole = (other / "whole.xlsb").read_bytes()
    (other / "whole.xlsb").unlink()
    for at in range(60, len(whole), 307):
        raw = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        (other / "points.xlsb").write_bytes(raw)
        assert len(told(other)) < 60


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0%;[Red]-0.0%"])
def test_a_share_is_no_weight(other, form):
    """The cell shows 24 %; its number is 0.24."""
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})

    def spoil(sheet):
        sheet["G2"] = 0.24
        sheet["G2"].number_format = form

    change(other / "points.xlsx", spoil)
    assert told(other) == [("E302", 2, "demand_kg", "24%")]


def test_a_share_of_an_open_document_is_no_weight(other):
    share = CELL.format('office:value-type="percentage" office:value="0.24"', "24%")
    write_ods(other / "points.ods", rows_of("points"), {"240": share})
    assert told(other) == [("E302", 2, "demand_kg", "24%")]


@pytest.mark.parametrize(
    ("form", "shown"), [("0%", "80%"), ("0.0%", "80%"), ("General", "0.8"), ('0.0"%"', "0.8")]
)
def test_a_share_reads_as_its_cell_shows_it(tmp_path, form, shown):
    path = tmp_path / "levels.xlsx"
    write_book(path, {"Sheet1": [["day", "point", "full"], ["2026-03-18", "B1", "0.8"]]})
    change(path, lambda sheet: setattr(sheet["C2"], "number_format", form))
    (sheet,) = sheets_of(path, None, len)
    assert [cells[2] for _, cells in sheet.rows()] == ["full", shown]


DOWN, RIGHT = "table:number-rows-spanned", "table:number-columns-spanned"
COVERED = "<table:covered-table-cell/>"


@pytest.mark.parametrize(
    ("first", "text", "covered", "wanted"),
    [
        (f'{DOWN}="2" office:value-type="string"', "饭店", "食堂", []),
        (f'{DOWN}="2" office:value-type="float" office:value="90"', "90", "200",
         [("E332", 7, "demand_kg")]),
        (f'{RIGHT}="2" office:value-type="string"', "饭店", "restaurant",
         [("E333", 6, "kind"), ("E333", 7, "kind")]),
    ],
    ids=["words", "amounts", "across"],
)  # fmt: skip
def test_merged_cells_of_an_open_document(other, first, text, covered, wanted):
    odd = {text: CELL.format(first, text), covered: COVERED}
    if RIGHT in first:
        odd["食堂"] = CELL.format(first, "食堂")
    write_ods(other / "points.ods", rows_of("points"), odd)
    assert found(other) == wanted
    if not wanted:
        names = [point.name for point in check_district(other, DAY).district.points]
        assert names[-2:] == ["饭店", "饭店"]


def test_hours_of_merged_cells_of_an_open_document_hold_for_all_rows(other):
    hours = CELL.format(f'{DOWN}="4" office:value-type="string"', "06:30-09:00")
    rows = rows_of("points")
    for row in rows[2:5]:
        row[8] = "covered"
    write_ods(other / "points.ods", rows, {rows[1][8]: hours, "covered": COVERED})
    points = check_district(other, DAY).district.points
    assert {point.windows for point in points[:4]} == {((23_400, 32_400),)}
