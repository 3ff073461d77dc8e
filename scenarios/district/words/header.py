"""Where a sheet's header is: one row, or two; then the upper groups, or the lower has the units."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.district.words.cells import folded, names, narrow
from scenarios.district.words.headings import columns_named, known_headings

if TYPE_CHECKING:
    from scenarios.tables.sheet import Sheet

HEADER_ROWS = 20
"""Rows searched for the header."""
_BRACKETS = re.compile(r"[(\[].*[)\]]")


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a sheet, the number of their (last) row and the columns they name."""

    number: int
    texts: list[str]
    columns: set[str]


def find_header(sheet: Sheet, name: str) -> Header | None:
    """The row, or the two rows, with the most headings of table `name`; None if there are none.

    At least two headings are known (one in a table of one column).
    """
    top = list(itertools.islice(sheet.rows(), HEADER_ROWS + 2))
    best: Header | None = None
    for number, cells in top[:HEADER_ROWS]:
        one = Header(number, cells, known_headings(cells, name))
        known = len(one.columns)
        if known > _count(best) and (known > 1 or sum(map(bool, cells)) == 1):
            best = one
    single = best
    for (number, cells), (below, lower) in itertools.pairwise(top[: HEADER_ROWS + 1]):
        two = _two_rows(cells, below, lower, name)
        units = single is not None and number == single.number and _explains(lower, name)
        if len(two.columns) > max(_count(best), 1) or (units and best is single):
            best = two
    if best is None:
        return None
    below_it = next((cells for number, cells in top if number == best.number + 1), [])
    return Header(best.number + _counted(below_it), best.texts, best.columns)


def _count(header: Header | None) -> int:
    return len(header.columns) if header else 0


def _two_rows(upper: list[str], number: int, lower: list[str], name: str) -> Header:
    """Two rows as one header; a group's title stands over the columns right of it too."""
    texts: list[str] = []
    group = ""
    for top, low in itertools.zip_longest(upper, lower, fillvalue=""):
        group = top or (group if low else "")
        texts.append(_heading(str(group), str(low), name))
    return Header(number, texts, known_headings(texts, name))


def _heading(group: str, low: str, name: str) -> str:
    """The heading of a column below a group's title: alone, with the title, or the title."""
    unit = low if _BRACKETS.fullmatch(narrow(low)) else f"({low})"
    trials = [low, f"{group}{unit}", f"{group}_{low}", f"{group}{low}"] if low else [group]
    known = [text for text in trials if columns_named(text, name)]
    return (known or [low or group])[0]


def _explains(cells: list[str], name: str) -> bool:
    """Whether a row below headings has nothing but units, remarks in brackets or headings."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_unit(cell) or columns_named(str(cell), name) for cell in filled)


def _unit(cell: str) -> bool:
    plain = folded(cell)
    units = names()["units"].values()
    return bool(_BRACKETS.fullmatch(plain)) or any(plain in scale for scale in units)


def _counted(cells: list[str]) -> bool:
    """Whether a row numbers its columns 1, 2, 3, ..."""
    filled = [narrow(cell).strip("()") for cell in cells if cell]
    return len(filled) > 2 and filled == [str(n) for n in range(1, len(filled) + 1)]
