"""A filled cell is never read as empty: workbooks as offices keep them are read, or refused."""

from datetime import date, timedelta

import openpyxl
import pytest

from scenarios.district import check_district, read_district
from scenarios.district.read import read_folder
from tests.district.folders import TABLES, write_good
from tests.tables.books import change, rows_of, write_book, write_ods

DAY = date(2026, 3, 18)
COLUMNS = ("sites", "vehicles", "points", "drivers", "streets", "closures", "orders")


def same(folder, other):
    """Whether two folders read as the same district."""
    one, two = (read_district(path, DAY) for path in (folder, other))
    return [name for name in COLUMNS if getattr(one, name) != getattr(two, name)] == []


def found(folder):
    """Code, row and column of every error."""
    return [(i.code, i.row, i.column) for i in check_district(folder, DAY).issues]


def warned(folder):
    return [(w.code, w.row, w.value) for w in check_district(folder, DAY).warnings]


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "et", "xls", "xltx", "ett"])
def test_workbooks_are_read_whatever_they_are_called(good, other, suffix):
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})
    (other / "points.xlsx").rename(other / f"收集点.{suffix}")
    assert same(good, other)


def test_an_open_document_is_read(good, other):
    write_ods(other / "points.ods", rows_of("points"))
    assert same(good, other)


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "kmz"])
def test_a_damaged_archive_is_one_finding(other, suffix):
    """Every byte of the first part spoiled in turn: never another exception."""
    write_book(other / "a.xlsx", {"Sheet1": rows_of("points")})
    whole = (other / "a.xlsx").read_bytes()
    (other / "a.xlsx").unlink()
    for at in range(30, len(whole), 97):
        raw = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        (other / f"points.{suffix}").write_bytes(raw)
        read_folder(other, DAY)


def test_text_that_calls_itself_a_workbook_is_read_as_text(good, other):
    (other / "points.xls").write_text(TABLES["points.csv"].replace(",", "\t"), "gb18030")
    assert same(good, other)


def test_a_web_page_that_calls_itself_a_workbook_is_told(other):
    (other / "points.xls").write_text("<html><table><tr><td>id</td></tr></table></html>", "utf-8")
    (issue,) = check_district(other, DAY).issues
    assert issue.code == "E204"
    assert "网页" in issue.message_zh


FORMULAS = [
    ("G2", "=100*2", "demand_kg"), ("I2", '="06:30-"&"07:00"', "hours"),
    ("H2", "=2+2", "service_min"), ("A2", '="B"&1', "id"), ("B2", '="一号"', "name"),
    ("E2", "=121+0.083", "lon"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "formula", "column"), FORMULAS)
def test_a_formula_nobody_has_reckoned_is_told(other, cell, formula, column):
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})
    change(other / "points.xlsx", lambda sheet: sheet.__setitem__(cell, formula))
    issues = check_district(other, DAY).issues
    assert [(i.code, i.row, i.column, i.value) for i in issues] == [("E331", 2, column, formula)]
    assert "paste the values" in issues[0].hint_en


def test_formulas_in_an_open_document_are_told(other):
    odd = {"240": '<table:table-cell table:formula="of:=[.A1]*2"/>'}
    write_ods(other / "points.ods", rows_of("points"), odd)
    assert found(other) == [("E331", 2, "demand_kg")]


@pytest.mark.parametrize("shown", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "Err:502"])
@pytest.mark.parametrize(
    "value", ['office:value-type="string" office:string-value=""',
              'office:value-type="float" office:value="0"'],
)  # fmt: skip
def test_an_error_of_an_open_document_is_told_whatever_its_value(other, shown, value):
    """LibreOffice marks errors; other programs leave 0 or an empty text beside the formula."""
    text = f'<table:table-cell table:formula="of:=1/0" {value}><text:p>{shown}</text:p>'
    cells = {"06:30-09:00;18:00-20:30": f"{text}</table:table-cell>"}
    write_ods(other / "points.ods", rows_of("points"), cells)
    issues = check_district(other, DAY).issues
    assert [(i.code, i.row, i.column, i.value) for i in issues] == [("E315", 2, "hours", shown)]


def test_a_zero_beside_a_formula_that_is_to_be_reckoned_is_no_zero(other):
    """XlsxWriter writes 0 as the value of every formula and asks Excel to reckon it."""
    import zipfile  # noqa: PLC0415

    write_book(other / "plain.xlsx", {"Sheet1": rows_of("points")})
    with (
        zipfile.ZipFile(other / "plain.xlsx") as plain,
        zipfile.ZipFile(other / "points.xlsx", "w") as made,
    ):
        for part in plain.namelist():
            raw = plain.read(part)
            raw = raw.replace(b'<c r="G2" t="n"><v>240</v>', b'<c r="G2"><f>100+140</f><v>0</v>')
            made.writestr(part, raw)
    (other / "plain.xlsx").unlink()
    assert found(other) == [("E331", 2, "demand_kg")]


def test_a_formula_with_a_value_is_its_value(good, other):
    """Excel keeps what it reckoned beside the formula; an empty text is a value too."""
    import zipfile  # noqa: PLC0415

    write_book(other / "plain.xlsx", {"Sheet1": rows_of("points")})
    with (
        zipfile.ZipFile(other / "plain.xlsx") as plain,
        zipfile.ZipFile(other / "points.xlsx", "w") as made,
    ):
        for part in plain.namelist():
            raw = plain.read(part)
            raw = raw.replace(b'<c r="G2" t="n"><v>240</v>', b'<c r="G2"><f>100+140</f><v>240</v>')
            raw = raw.replace(b'<c r="H3" />', b'<c r="H3" t="str"><f>IF(1,"","")</f><v></v></c>')
            made.writestr(part, raw)
            assert part != "xl/worksheets/sheet1.xml" or b"100+140" in raw
    (other / "plain.xlsx").unlink()
    assert same(good, other)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
@pytest.mark.parametrize(("cell", "column"), [("G2", "demand_kg"), ("I2", "hours"), ("A2", "id")])
def test_an_error_of_the_spreadsheet_is_told(other, error, cell, column):
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})

    def spoil(sheet):
        sheet[cell] = error
        sheet[cell].data_type = "e"

    change(other / "points.xlsx", spoil)
    assert ("E315", 2, column) in found(other)


def test_words_in_merged_cells_are_carried_down(good, other):
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})

    def merge(sheet):
        sheet.merge_cells("D2:D5")  # residual
        sheet.merge_cells("C2:C5")  # room
        sheet.merge_cells("I6:I7")  # hours of both restaurants

    change(other / "points.xlsx", merge)
    assert same(good, other)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [("G2:G4", [("E332", 3, "demand_kg"), ("E332", 4, "demand_kg")]),
     ("C3:D3", [("E333", 3, "stream")]), ("A2:A3", [("E401", 3, "id")])],
)  # fmt: skip
def test_other_merged_cells_are_told(other, cells, wanted):
    """One amount for three rows may be the sum; a word over two columns belongs to one of them."""
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})
    change(other / "points.xlsx", lambda sheet: sheet.merge_cells(cells))
    assert found(other) == wanted


@pytest.mark.parametrize("label", ["合计", "总 计", "小计：", "合计（公斤）", "Total", "共计6个点"])
def test_a_row_of_totals_is_left_out_with_a_note(good, other, label):
    rows = [*rows_of("points"), [label, "", "", "", "", "", "1130", "", "", ""]]
    write_book(other / "points.xlsx", {"Sheet1": rows})
    assert same(good, other)
    assert warned(other) == [("W222", 8, label)]


def test_headings_printed_on_every_page_are_no_rows(good, other):
    head, *rows = rows_of("points")
    write_book(other / "points.xlsx", {"Sheet1": [head, *rows[:3], head, *rows[3:]]})
    assert same(good, other)


@pytest.mark.parametrize("label", ["一片区小计", "北街合计：", "第一组总计"])
def test_totals_of_parts_are_left_out_with_a_note(good, other, label):
    head, *rows = rows_of("points")
    total = [label, "", "", "", "", "", "540"]
    write_book(other / "points.xlsx", {"Sheet1": [head, *rows[:2], total, *rows[2:]]})
    assert same(good, other)
    assert ("W222", 4, label) in warned(other)


def test_a_total_may_stand_above_the_rows_in_merged_cells_and_with_a_formula(good, other):
    head, *rows = rows_of("points")
    total = ["合计", "", "", "", "", "", "1130", "12", "", ""]
    write_book(other / "points.xlsx", {"Sheet1": [head, total, *rows]})

    def merge(sheet):
        sheet.merge_cells("A2:F2")
        sheet["G2"] = "=SUM(G3:G8)"

    change(other / "points.xlsx", merge)
    assert same(good, other)
    assert warned(other) == [("W222", 2, "合计")]


def test_a_point_called_total_with_all_its_cells_is_a_point(good):
    text = TABLES["points.csv"].replace("B1,一号房", "合计路口,一号房")
    (good / "points.csv").write_text(text, encoding="utf-8")
    assert read_district(good, DAY).points[0].id == "合计路口"


@pytest.mark.parametrize(
    "remark", ["注：单位为公斤", "备注: 每日一次", "制表人：张三", "填报人：李四"]
)
def test_remarks_below_the_table_are_left_out_with_a_note(good, other, remark):
    write_book(other / "points.xlsx", {"Sheet1": [*rows_of("points"), [], [remark]]})
    assert same(good, other)
    assert warned(other) == [("W223", 9, remark)]


def test_a_title_of_a_part_in_merged_cells_is_left_out_with_a_note(good, other):
    head, *rows = rows_of("points")
    write_book(other / "points.xlsx", {"Sheet1": [head, ["一、东片区"], *rows]})
    change(other / "points.xlsx", lambda sheet: sheet.merge_cells("A2:J2"))
    assert same(good, other)
    assert warned(other) == [("W223", 2, "一、东片区")]


GROUPS = ["编号", "名称", "类别", "垃圾类别", "坐标", "", "垃圾量", "服务时间", "收运", ""]
UNDER = ["", "", "", "", "经度", "纬度", "(公斤/日)", "(分钟)", "收运时间", "仅本侧"]
UNITS = ["", "", "", "", "度", "", "公斤", "分钟", "", ""]
FLAT = [
    "编号",
    "名称",
    "类别",
    "垃圾类别",
    "经度",
    "纬度",
    "垃圾量",
    "服务时间",
    "收运时间",
    "仅本侧",
]
ENGLISH = rows_of("points")[0]


@pytest.mark.parametrize(
    "heads",
    [[GROUPS, UNDER], [["点位表"], GROUPS, UNDER], [FLAT, UNITS], [FLAT, ENGLISH],
     [FLAT, [str(n) for n in range(1, 11)]], [["点位表"], [], FLAT]],
    ids=["groups", "title and groups", "units", "two languages", "numbered", "title"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_headings_of_two_rows(good, other, heads, kind):
    rows = [*heads, *rows_of("points")[1:]]
    if kind == "csv":
        text = "\n".join(",".join(row) for row in rows)
        (other / "points.csv").write_text(text, encoding="utf-8")
    else:
        write_book(other / "points.xlsx", {"Sheet1": rows})
    assert same(good, other)


def test_headings_of_two_rows_in_merged_cells(good, other):
    write_book(other / "points.xlsx", {"Sheet1": [["点位"], GROUPS, UNDER, *rows_of("points")[1:]]})

    def merge(sheet):
        for cells in ("A1:J1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "I2:J2"):
            sheet.merge_cells(cells)

    change(other / "points.xlsx", merge)
    assert same(good, other)


def test_a_heading_in_merged_cells_counts_once(good, other):
    rows = [[*row[:9], "", row[9]] for row in rows_of("points")]
    write_book(other / "points.xlsx", {"Sheet1": rows})
    change(other / "points.xlsx", lambda sheet: sheet.merge_cells("I1:J1"))
    assert same(good, other)


def test_cells_without_a_heading_are_warned_of(other):
    rows = [[*row, extra] for row, extra in zip(rows_of("points"), ["", "", "夜间", *[""] * 4],
                                                strict=True)]  # fmt: skip
    write_book(other / "points.xlsx", {"Sheet1": rows})
    change(other / "points.xlsx", lambda sheet: sheet.__setitem__("L1", "备注"))
    assert warned(other) == [("W221", 3, "夜间")]


NOTES = [["说明"], ["本表由各片区上报"]]


def test_the_table_may_stand_on_another_sheet(good, other):
    write_book(other / "points.xlsx", {"说明": NOTES, "Sheet2": rows_of("points"), "Sheet3": []})
    assert same(good, other)
    assert warned(other) == [("W204", 0, "说明")]


def test_a_sheet_called_like_the_table_is_the_table(good, other):
    old = [*rows_of("points")[:3]]
    write_book(other / "points.xlsx", {"2025年": old, "收集点": rows_of("points")})
    assert same(good, other)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_is_shown_comes_before_a_hidden_one(good, other, state):
    sheets = {"old": rows_of("points")[:3], "Sheet1": rows_of("points")}
    write_book(other / "points.xlsx", sheets)
    change(other / "points.xlsx", lambda sheet: setattr(sheet, "sheet_state", state))
    assert same(good, other)
    assert ("W204", 0, "old") in warned(other)


def test_two_sheets_that_could_be_the_table_are_told(other):
    write_book(other / "points.xlsx", {"东片": rows_of("points")[:4], "西片": rows_of("points")})
    (issue,) = check_district(other, DAY).issues
    assert (issue.code, issue.value) == ("E213", "东片, 西片")


@pytest.mark.parametrize(
    ("file", "titles"),
    [("辖区.xlsx", ("设施", "车辆", "收集点", "人员", "道路", "封路", "工单")),
     ("all.xlsx", ("facilities", "vehicles", "points", "crews", "streets", "closures", "orders")),
     ("vehicles.xlsx", ("设施表", "车辆台账", "点位", "人员名单", "道路信息", "封路", "派单"))],
)  # fmt: skip
def test_one_workbook_may_hold_every_table(good, tmp_path, file, titles):
    whole = write_good(tmp_path / "whole")
    names = ("facilities", "vehicles", "points", "crews", "streets", "closures", "orders")
    for name in names:
        (whole / f"{name}.csv").unlink()
    sheets = {"封面": NOTES} | {
        title: rows_of(name) for title, name in zip(titles, names, strict=True)
    }
    write_book(whole / file, sheets)
    assert same(good, whole)
    assert check_district(whole, DAY).issues == ()


def test_a_table_in_a_file_and_on_a_sheet_is_told(good):
    write_book(good / "辖区.xlsx", {"车辆": rows_of("vehicles")})
    (issue,) = check_district(good, DAY).issues
    assert issue.code == "E202"
    assert "辖区.xlsx / 车辆" in issue.message_en


def test_a_cell_far_from_the_table_is_told_and_not_unfolded(other):
    write_book(other / "points.xlsx", {"Sheet1": rows_of("points")})
    change(other / "points.xlsx", lambda sheet: sheet.__setitem__("XFD1048576", "x"))
    (issue,) = check_district(other, DAY).issues
    assert issue.code == "E212"
    assert "XFD1048576" in issue.message_zh


def test_times_and_durations_of_a_workbook_are_read_as_typed(other):
    head, *rows = rows_of("points")
    write_book(other / "points.xlsx", {"Sheet1": [head, *rows]})
    assert read_district(other, DAY).points[0].id == "B1"
    book = openpyxl.Workbook()
    book.active.append(["id", "name", "licence", "last_end", "hours_month_h"])
    book.active.append(["C1", "张三", "B2", timedelta(hours=12), 80])
    (other / "crews.csv").unlink()
    book.save(other / "crews.xlsx")
    assert read_district(other, DAY).drivers[0].last_end == -12 * 3600
