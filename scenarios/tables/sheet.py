"""A sheet of text, and what is wrong with a file that holds none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BLANK_ROWS = 2_000
"""Empty rows after which a sheet is taken to end."""


class SheetError(Exception):
    """A file that cannot be read as sheets; `code` and `words` are those of `messages.toml`."""

    def __init__(self, code: str, *, row: int = 0, **words: object) -> None:
        super().__init__(code)
        self.code, self.row, self.words = code, row, words


class Formula(str):
    """A cell that holds a formula and no value: its program never reckoned it."""

    __slots__ = ()


class Merged(str):
    """A cell filled from the first one of merged cells."""

    __slots__ = ()


class Across(Merged):
    """A cell filled from the left within merged cells."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, layer or list of a file.

    `rows` begins again at each call: the number a spreadsheet shows, and the text of the cells.
    `placed` tells that the last two cells are a geometry's longitude and latitude, in WGS-84 if
    `projected`, else in the datum of the table. `cut` tells that headings may be cut off after ten
    bytes, `hidden` that its program does not show it.
    """

    title: str
    rows: Callable[[], Iterator[tuple[int, list[str]]]]
    placed: bool = False
    projected: bool = False
    cut: bool = False
    hidden: bool = False
