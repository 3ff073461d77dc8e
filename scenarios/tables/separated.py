"""CSV and text of cells parted by commas, semicolons, tabs, bars or full-width commas."""

from __future__ import annotations

import csv
import itertools
import re
from typing import TYPE_CHECKING

from scenarios.tables.sheet import Sheet, SheetError
from scenarios.tables.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEPARATORS = ",;\t|，"
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
TOP_ROWS = 20
"""Rows looked at to find the separator out."""
_SWALLOWED = 2
"""Separators in a cell of several lines from which on it has swallowed rows (chosen)."""


def separated_sheet(raw: bytes, encoding: str | None, known: Callable[[list[str]], int]) -> Sheet:
    """The cells of a CSV; its separator is the one that shows the most headings by `known`.

    Raises `SheetError` for bytes that are no text.
    """
    text = decode(raw, encoding)
    if text is None:
        raise SheetError("E205", encoding=encoding or "UTF-8 / GB18030")
    held = text.encode()
    del text
    sign = separator(held, known)
    return Sheet("", lambda: _rows(held, sign))


def separator(held: bytes, known: Callable[[list[str]], int]) -> str:
    """The sign between the cells of a text (UTF-8) that shows the most headings by `known`."""
    top = list(itertools.islice(lines_of(held), TOP_ROWS))

    def headings(sign: str) -> int:
        return max((known(row.rstrip("\r\n").split(sign)) for row in top), default=0)

    return max(SEPARATORS, key=headings)


def lines_of(held: bytes) -> Iterator[str]:
    """The lines with their ends, decoded one by one: a large text is held once and small."""
    return (match[0].decode() for match in _LINE.finditer(held))


def _rows(held: bytes, sign: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    reader = csv.reader(lines_of(held), delimiter=sign)
    open_quote = held.count(b'"') % 2 == 1
    try:
        for number, cells in enumerate(reader, start=1):  # named in the error
            if open_quote and any(_swallows(cell, sign) for cell in cells):
                raise _endless(number)
            yield number, [cell.strip() for cell in cells]
    except csv.Error:
        raise _endless(number + 1) from None


def _swallows(cell: str, sign: str) -> bool:
    """Whether a cell with a quote that nothing closes has taken rows below it for its text."""
    return cell.count(sign) >= _SWALLOWED and ("\n" in cell or "\r" in cell)


def _endless(row: int) -> SheetError:
    detail = 'a cell without end; look for a single " · 单元格没有结束，请检查单个的引号'
    return SheetError("E204", row=row, detail=detail)
