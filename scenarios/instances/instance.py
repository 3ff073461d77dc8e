"""What a benchmark file becomes, and the small tools every reader shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import InstanceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.problem import RoutingProblem


LARGEST = 1e9
PADDING = {0: " ", 0x1A: " "}
"""NUL padding and the end-of-file sign of old systems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A problem with what is needed to compare it with the literature.

    `cost / scale` is the published unit (10: one decimal, 1000: three, 5280: feet to miles).
    `places[k]` says which node or arc of the file row and column `k` of the matrix stand for.
    `notes` lists everything read otherwise than the file states.
    """

    problem: RoutingProblem
    family: str
    scale: int = 1
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def published(self, cost: int) -> float:
        """A cost in the unit the literature reports."""
        return cost / self.scale


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file with its 1-based number."""

    number: int
    text: str

    def fail(self, message: str) -> InstanceError:
        """The error to raise about this line."""
        text = repr(self.text.strip()[:80])
        return InstanceError(f"{message}: {text}", line=self.number, zh=f"不合格式：{text}")

    def integers(self, count: int | None = None) -> list[int]:
        """Whole numbers of the line; `count` of them when given."""
        return [self.whole(word) for word in self.words(count)]

    def numbers(self, count: int | None = None) -> list[float]:
        """Numbers of the line; `count` of them when given."""
        return [self.number_in(word) for word in self.words(count)]

    def words(self, count: int | None = None) -> list[str]:
        """Words of the line; `count` of them when given."""
        found = self.text.split()
        if count is not None and len(found) != count:
            raise self.fail(f"{count} values were expected, {len(found)} found")
        return found

    def number_in(self, word: str) -> float:
        """A word as a finite number of believable size, in plain digits."""
        try:
            value = float(word) if word.isascii() and "_" not in word else math.nan
        except ValueError:
            value = math.nan
        if math.isnan(value):
            raise self.fail(f"a number was expected, not {word!r}")
        if not abs(value) <= LARGEST:
            raise self.fail(f"{word} is no believable number")
        return value

    def whole(self, word: str) -> int:
        """A word as a whole number; 12.0 is one, 12.5 is not."""
        value = self.number_in(word)
        if not value.is_integer():
            raise self.fail(f"a whole number was expected, not {word!r}")
        return int(value)

    def natural(self, word: str) -> int:
        """A word as a whole number of 0 or more."""
        value = self.whole(word)
        if value < 0:
            raise self.fail(f"{word} is negative")
        return value


def lines(text: str) -> list[Line]:
    """All lines that hold anything, numbered as an editor shows them."""
    return [
        Line(number, content)
        for number, content in enumerate(text.translate(PADDING).splitlines(), start=1)
        if content.strip()
    ]


@dataclass(frozen=True, slots=True)
class Header:
    """`KEY : value` lines of a file, looked up by any of a key's spellings."""

    found: dict[str, Line]
    last: Line

    def line(self, *keys: str) -> Line | None:
        """The line of the first spelling that occurs."""
        return next((self.found[key] for key in keys if key in self.found), None)

    def text(self, *keys: str, default: str | None = None) -> str:
        """The value of a key."""
        line = self.line(*keys)
        if line is not None:
            return line.text.partition(":")[2].strip().strip('"')
        if default is None:
            raise self.last.fail(f"{' / '.join(keys)} is missing; the file may be cut off")
        return default

    def integer(self, *keys: str, default: int | None = None) -> int:
        """The value of a key as a whole number."""
        line = self.line(*keys)
        if line is None and default is not None:
            return default
        value = self.text(*keys)
        return (line or self.last).whole(value.split()[0] if value else "")

    def natural(self, *keys: str, default: int | None = None) -> int:
        """The value of a key as a whole number of 0 or more."""
        value = self.integer(*keys, default=default)
        if value < 0:
            raise (self.line(*keys) or self.last).fail("a negative number")
        return value


def header(rows: list[Line]) -> Header:
    """All `KEY : value` lines; the first of equal keys counts."""
    if not rows:
        raise InstanceError("the file is empty", line=1, zh="文件是空的")
    found: dict[str, Line] = {}
    for line in rows:
        key, colon, _ = line.text.partition(":")
        if colon:
            found.setdefault(key.strip().upper().replace(" ", "_"), line)
    return Header(found, rows[-1])


def after(rows: list[Line], *titles: str) -> Iterator[Line]:
    """Lines after the first one that begins with one of the titles (any case)."""
    begun = False
    for line in rows:
        if begun:
            yield line
        elif line.text.strip().upper().startswith(titles):
            begun = True
