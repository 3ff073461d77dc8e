"""Tables as text: any separator, encoding and quote, remarks below, another table below."""

import pytest

from scenarios.district import check_district
from tests.district.folders import TABLES
from tests.tables.test_workbooks import DAY, found, same, warned

POINTS = TABLES["points.csv"]


def write(folder, text, encoding="utf-8"):
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    (folder / "points.csv").write_bytes(raw)


SHAPES = {
    "semicolons": POINTS.replace(";", "、").replace(",", ";"),
    "tabs": POINTS.replace(",", "\t"),
    "bars": POINTS.replace(";", "、").replace(",", "|"),
    "full-width commas": POINTS.replace(",", "，"),
    "a line for Excel": "sep=;\n" + POINTS.replace(";", "、").replace(",", ";"),
    "old line ends": POINTS.replace("\n", "\r"),
    "UTF-16 of Windows": POINTS.encode("utf-16-le"),
    "UTF-16 of a Mac": POINTS.encode("utf-16-be"),
    "a zero byte": POINTS.replace("一号房", "一\0号房"),
    "a zero byte of GBK": POINTS.replace("一号房", "一\0号房").encode("gbk"),
    "all quoted": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in POINTS.splitlines()
    ),
    "commas behind": POINTS.replace("\n", ",,\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_text_in_any_shape_is_the_table(good, other, name):
    write(other, SHAPES[name])
    assert same(good, other)


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("一号房", '"一号房', 2),
        ("食堂", '"食堂', 7),
        ("三号房", '"三号房', 4),
        ("四号房,", '四号房,"', 5),
    ],
)
def test_a_quote_that_nothing_closes_is_one_error_in_its_row(other, old, new, row):
    write(other, POINTS.replace(old, new))
    (issue,) = check_district(other, DAY).issues
    assert (issue.code, issue.row) == ("E204", row)
    assert "引号" in issue.message_zh


@pytest.mark.parametrize(
    "name", ['一"号房', '一"号"房', '"一\n号房"', '"一""号房"', '"一, 二, 三"']
)
def test_quotes_that_harm_nothing_are_read(other, name):
    write(other, POINTS.replace("一号房", name))
    assert found(other) == []


REMARKS = [
    "注：单位为公斤\n1. 厨余每日一次\n2、其余隔日",
    "说明\n以上数据由各片区上报",
    "以上数据截至2026年3月",
    "数据来源：城管局",
    "更新日期：2026-03-01",
    "统计截止2026年2月",
    "单位：公斤",
]


@pytest.mark.parametrize("text", REMARKS)
def test_remarks_of_several_lines_are_left_out_with_notes(good, other, text):
    write(other, f"{POINTS}\n{text}\n")
    assert same(good, other)
    assert {code for code, _, _ in warned(other)} == {"W223"}
    assert len(warned(other)) == text.count("\n") + 1


@pytest.mark.parametrize("title", ["一、东片区收集点", "(二) 西片", "东片区", "城东街道"])
def test_a_title_of_a_part_is_left_out_with_a_note(good, other, title):
    head, *rows = POINTS.splitlines()
    write(other, "\n".join([head, title, *rows]))
    assert same(good, other)
    assert warned(other) == [("W223", 2, title)]


@pytest.mark.parametrize("text", ["B9", "九号房", "平安街12号"])
def test_a_row_of_one_cell_that_may_be_a_point_is_an_error(other, text):
    write(other, f"{POINTS}{text}\n")
    assert {(code, row) for code, row, _ in found(other)} == {("E301", 8)}


@pytest.mark.parametrize(
    "label", ["共6个点", "共 6 处", "平均", "平均值", "∑", "Σ", "Average", "本月合计"]
)
def test_other_rows_of_figures_are_left_out_with_a_note(good, other, label):
    write(other, f"{POINTS}{label},,,,,,1130,,,\n")
    assert same(good, other)
    assert [(code, row) for code, row, _ in warned(other)] == [("W222", 8)]


@pytest.mark.parametrize("table", ["vehicles", "crews", "facilities", "streets"])
@pytest.mark.parametrize("title", ["", "车辆台账\n", "\n\n"])
def test_another_table_below_is_one_error(other, table, title):
    write(other, f"{POINTS}{title}{TABLES[f'{table}.csv']}")
    (issue,) = check_district(other, DAY).issues
    assert (issue.code, issue.column) == ("E215", "")
    assert ("vehicles" if "车辆" in title else table) in issue.message_en
