"""Some cells changed, everything else as it was: encodings, separators, workbooks."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import HuanweiError
from scenarios.tables.rewrite import MOST_UNPACKED, Edits, is_written, rewritten
from scenarios.tables.separated import separated_sheet
from scenarios.tables.text import clean

KNOWN = {"id", "name", "编号", "名称"}


def known(cells):
    return len(KNOWN & set(cells))


def change(raw, suffix=".csv", title="", encoding=None, **edits):
    return rewritten(raw, suffix, title, Edits(**edits), encoding=encoding, known=known)


def rows_of(raw):
    return [cells for _, cells in separated_sheet(raw, None, known).rows()]


@pytest.mark.parametrize(
    ("raw", "codec"),
    [("编号,名称\n1,东\n".encode("gb18030"), "gb18030"),
     ("\ufeff编号,名称\r\n1,东\r\n".encode(), "utf-8"),
     ("编号;名称\n1;东\n".encode(), "utf-8"), ("编号\t名称\n1\t东\n".encode("utf-16"), "utf-16")],
)  # fmt: skip
def test_a_text_keeps_its_encoding_its_separator_and_its_ends_of_lines(raw, codec):
    made = change(raw, cells=[(2, 1, "西")])
    assert made.decode(codec) == raw.decode(codec).replace("东", "西")
    assert made[:3] == raw[:3]


def test_a_sign_the_encoding_has_not_is_refused():
    with pytest.raises(HuanweiError, match="cannot be written"):
        change(b"id,name\n1,x\n", encoding="ascii", cells=[(2, 1, "东")])


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8)


@example([["a", ""]], "\U000e0100")  # a variation mark: no one sees it, no reader keeps it
@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), min_size=1, max_size=6), TEXT)
def test_every_text_can_stand_in_a_cell_and_moves_no_other(rows, text):
    raw = change(b"id,name\n", added=rows)
    made = change(raw, cells=[(2, 1, text)])
    expected = [["id", "name"], *([clean(cell).strip() for cell in row] for row in rows)]
    expected[1][1] = clean(text).strip()
    assert rows_of(made) == expected


def test_a_cell_beyond_the_row_and_rows_taken_out():
    raw = b"id,name\n1\n2,b\n3,c\n"
    assert rows_of(change(raw, cells=[(2, 1, "a")], removed=[3])) == [
        ["id", "name"], ["1", "a"], ["3", "c"]]  # fmt: skip


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "车辆"
    sheet.append(["编号", "名称", "吨"])
    sheet.append(["001", "东", 1.5])
    sheet.append(["002", "西", "=C2*2"])
    sheet.merge_cells("B5:C5")
    book.create_sheet("别的").append(["别动"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_keeps_numbers_formulas_and_other_sheets():
    made = change(workbook(), ".xlsx", "车辆", cells=[(2, 2, "2.5"), (3, 0, "003"), (3, 1, "")])
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert [[cell.value for cell in row] for row in book["车辆"].iter_rows(max_row=3)] == [
        ["编号", "名称", "吨"], ["001", "东", 2.5], ["003", None, "=C2*2"]]  # fmt: skip
    assert book["别的"]["A1"].value == "别动"


def test_what_is_typed_is_never_a_formula():
    made = change(workbook(), ".xlsx", "车辆", cells=[(2, 1, "=1+1")])
    assert openpyxl.load_workbook(io.BytesIO(made))["车辆"]["B2"].data_type == "s"


def huge():
    """A workbook whose sheets would take more memory than a server has for one person."""
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/more.xml", b" " * MOST_UNPACKED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "written"),
    [("a.xlsx", workbook(), True), ("b.xlsx", huge(), False), ("c.csv", b"id", True),
     ("d.ods", b"", False), ("e.xlsx", b"PK", False)],
)  # fmt: skip
def test_what_can_be_changed_here_is_known_beforehand(tmp_path, name, raw, written):
    (tmp_path / name).write_bytes(raw)
    assert is_written(tmp_path / name) is written


@pytest.mark.parametrize(
    ("suffix", "raw", "cell", "match"),
    [(".xlsx", workbook(), (5, 2, "x"), "merged"), (".xlsx", workbook(), (2, 1, "\x07"), "signs"),
     (".ods", b"", (1, 0, "x"), "not changed here"), (".xlsx", b"PK", (1, 0, "x"), "cannot be"),
     (".xlsx", huge(), (2, 1, "x"), "too large"),
     (".csv", b"id", (0, 0, "x"), "no cell"), (".csv", b"id", (1, 20_000, "x"), "no cell")],
    ids=["merged", "bell", "ods", "cut off", "huge", "row 0", "far right"],
)  # fmt: skip
def test_what_cannot_be_changed_is_said(suffix, raw, cell, match):
    with pytest.raises(HuanweiError, match=match):
        change(raw, suffix, "车辆", cells=[cell])
