"""A file of tables with some cells changed, all others as they were."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

from models.errors import HuanweiError
from scenarios.tables.separated import lines_of, separator
from scenarios.tables.text import codec_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm")
MOST_UNPACKED = 40_000_000
"""Limits the bytes of XML of a workbook that is written: 800,000 cells take 0.6 GB meanwhile."""
LARGEST_ROW = 1_048_576
"""Rows a sheet can have (Excel)."""
LARGEST_COLUMN = 16_384
"""Columns a sheet can have (Excel)."""
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Changes of one sheet.

    `cells` are (row as a spreadsheet shows it, column from 0, text), `removed` rows have the
    numbers of before the change, `added` rows come below all others.
    """

    cells: Sequence[tuple[int, int, str]] = ()
    removed: Sequence[int] = ()
    added: Sequence[Sequence[str]] = ()


def is_written(path: Path) -> bool:
    """Whether a file can be changed here; others, and huge workbooks, in their own program."""
    suffix = path.suffix.lower()
    if suffix not in BOOKS:
        return suffix in TEXTS
    try:
        return _unpacked(path) <= MOST_UNPACKED
    except (OSError, zipfile.BadZipFile):
        return False


def _unpacked(book: Path | io.BytesIO) -> int:
    """Bytes of the XML of a workbook."""
    with zipfile.ZipFile(book) as parts:
        return sum(one.file_size for one in parts.infolist() if one.filename.endswith(".xml"))


def rewritten(
    raw: bytes, suffix: str, title: str, edits: Edits, *,
    encoding: str | None, known: Callable[[list[str]], int],
) -> bytes:  # fmt: skip
    """The file with the changes made in the sheet called `title` (workbooks).

    `known` counts headings, by which the separator of a text is found. Raises `HuanweiError` for
    kinds of files that are not written, and for cells that cannot be.
    """
    _refuse_far_cells(edits)
    match suffix.lower():
        case end if end in TEXTS:
            return _text(raw, edits, encoding, known)
        case end if end in BOOKS:
            return _book(raw, end, title, edits)
    raise HuanweiError(
        f"{suffix} files are not changed here: use their own program and upload the file again, "
        "or save it as .xlsx.",
        zh=f"此处不能修改 {suffix} 文件：请用原软件修改后重新上传，或另存为 .xlsx。",
    )


def _refuse_far_cells(edits: Edits) -> None:
    for row, column, _ in edits.cells:
        if not (1 <= row <= LARGEST_ROW and 0 <= column < LARGEST_COLUMN):
            raise HuanweiError(
                f"There is no cell in row {row}, column {column + 1}.",
                zh=f"没有第 {row} 行第 {column + 1} 列的单元格。",
            )


def _text(
    raw: bytes, edits: Edits, encoding: str | None, known: Callable[[list[str]], int]
) -> bytes:
    codec = codec_of(raw, encoding)
    if codec is None:
        raise HuanweiError("The file is no text that can be read.", zh="文件不是可读的文本。")
    held = raw.removeprefix(_BOM).decode(codec).encode()
    sign = separator(held, known)
    rows = list(csv.reader(lines_of(held), delimiter=sign))
    for row, column, value in edits.cells:
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend("" for _ in range(column + 1 - len(cells)))
        cells[column] = value
    gone = set(edits.removed)
    rows = [cells for number, cells in enumerate(rows, start=1) if number not in gone]
    out = io.StringIO(newline="")
    end = "\r\n" if b"\r\n" in held else "\n"
    csv.writer(out, delimiter=sign, lineterminator=end).writerows([*rows, *edits.added])
    try:
        return (_BOM if raw.startswith(_BOM) else b"") + out.getvalue().encode(codec)
    except UnicodeEncodeError as error:
        odd = error.object[error.start : error.end]
        raise HuanweiError(
            f"{odd!r} cannot be written in {codec}, the encoding of this file.",
            zh=f"此文件的编码 {codec} 无法写入 {odd!r}。",
        ) from None


def _book(raw: bytes, suffix: str, title: str, edits: Edits) -> bytes:
    try:
        _refuse_huge(_unpacked(io.BytesIO(raw)))
        book = openpyxl.load_workbook(io.BytesIO(raw), keep_vba=suffix == ".xlsm")
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise HuanweiError(
            f"The workbook cannot be changed ({error}).", zh="工作簿无法修改。"
        ) from None
    names = [name for name in book.sheetnames if name.strip() == title.strip()]
    sheet: Worksheet = book[names[0]] if names else book.worksheets[0]
    for row, column, value in edits.cells:
        _write(sheet, row, column, value)
    for row in sorted(set(edits.removed), reverse=True):
        sheet.delete_rows(row)
    for cells in edits.added:
        last = sheet.max_row
        for column, value in enumerate(cells):
            _write(sheet, last + 1, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _refuse_huge(size: int) -> None:
    if size > MOST_UNPACKED:
        told = f"{size // 1_000_000} MB", f"{MOST_UNPACKED // 1_000_000} MB"
        raise HuanweiError(
            "The workbook is too large to be changed here ({} of XML, at most {}): change it in "
            "its own program and upload it again, or save the sheet as .csv.".format(*told),
            zh="工作簿过大，无法在此修改（XML {}，上限 {}）：请用原软件修改后重新上传，"
            "或将该表另存为 .csv。".format(*told),
        )


def _write(sheet: Worksheet, row: int, column: int, value: str) -> None:
    cell = sheet.cell(row=row, column=column + 1)
    if isinstance(cell, MergedCell):
        raise HuanweiError(
            f"{cell.coordinate} is part of merged cells: change their first one.",
            zh=f"{cell.coordinate} 属于合并单元格，请修改其左上角的单元格。",
        )
    try:
        cell.value = _value(value)
    except IllegalCharacterError:
        raise HuanweiError(
            f"{cell.coordinate}: the text has signs that no workbook can hold.",
            zh=f"{cell.coordinate}：文本含有工作簿无法保存的字符。",
        ) from None
    if isinstance(cell.value, str) and cell.value.startswith("="):
        cell.data_type = "s"  # what a person types here is text, never a formula


def _value(text: str) -> str | int | float | None:
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
