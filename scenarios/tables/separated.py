"""CSV and text of cells parted by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import itertools
from typing import TYPE_CHECKING

from scenarios.tables.sheet import Sheet, SheetError
from scenarios.tables.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEPARATORS = ",;\t"
TOP_ROWS = 20
"""Rows looked at to find the separator out."""


def separated_sheet(raw: bytes, encoding: str | None, known: Callable[[list[str]], int]) -> Sheet:
    """The cells of a CSV; its separator is the one that shows the most headings by `known`.

    Raises `SheetError` for bytes that are no text.
    """
    text = decode(raw, encoding)
    if text is None:
        raise SheetError("E205", encoding=encoding or "UTF-8 / GB18030")
    top = list(itertools.islice(io.StringIO(text), TOP_ROWS))

    def headings(sign: str) -> int:
        return max((known(row.rstrip("\r\n").split(sign)) for row in top), default=0)

    sign = max(SEPARATORS, key=headings)
    return Sheet("", lambda: _rows(text, sign))


def _rows(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        for number, cells in enumerate(reader, start=1):  # named in the error
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise SheetError("E204", row=number + 1, detail=error) from None
