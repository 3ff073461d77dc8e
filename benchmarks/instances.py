"""Which files are instances, and the best values known for them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BEST_KNOWN = "best_known.csv"
NOT_INSTANCES = {".sol", ".res", ".html", ".csv", ".md", ".json", ".jsonl", ".png", ".py"}
NOT_NAMES = {"readme_original.txt", "FORMAT.txt", "CARPLIB_FORMAT.txt", "capopt.txt", "os"}
NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class BestKnown:
    """A best known value as published: its number, its decimals, whether proved, its source."""

    value: float
    decimals: int
    proven: bool
    source: str

    def beaten_by(self, found: float) -> bool:
        """Whether a value is better, to the decimals published."""
        return round(found, self.decimals) < self.value

    def met_by(self, found: float) -> bool:
        """Whether a value is as good, to the decimals published."""
        return round(found, self.decimals) <= self.value

    def gap(self, found: float) -> float | None:
        """(found - best) / best; exactly 0 where equal to the decimals published.

        None where the best is 0 and was not met: no share of nothing.
        """
        if round(found, self.decimals) == self.value:
            return 0.0
        return (found - self.value) / self.value if self.value else None


def instance_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Files named, and those below folders named, in order of their names; solutions left out."""
    for path in paths:
        inside = sorted(path.rglob("*"), key=_natural) if path.is_dir() else [path]
        for file in inside:
            if path.is_dir() and (file.suffix in NOT_INSTANCES or file.name in NOT_NAMES):
                continue
            if file.is_file():
                yield file


def _natural(path: Path) -> tuple[tuple[int, int, str], ...]:
    """gdb2 before gdb10."""
    words: list[tuple[int, int, str]] = []
    text = ""
    number = ""
    for sign in str(path):
        if sign.isdigit():
            number += sign
            continue
        if number:
            words += [(1, 0, text), (0, int(number), "")]
            text, number = "", ""
        text += sign
    words.append((1, 0, text) if text else (0, 0, ""))
    if number:
        words.append((0, int(number), ""))
    return tuple(words)


def nearest_table(path: Path) -> Path | None:
    """The best_known.csv in the file's folder or the nearest one above."""
    for folder in path.resolve().parents:
        if (folder / BEST_KNOWN).is_file():
            return folder / BEST_KNOWN
    return None


def best_known(path: Path, family: str, table: Path | None = None) -> BestKnown | None:
    """The best known value of an instance file, from `table` or the nearest one above.

    Rows of the same file stem; the family must agree, and the folder's name decides between
    several sets. None where nothing is listed.
    """
    table = table or nearest_table(path)
    if table is None:
        return None
    rows = [row for row in _rows(table) if row[2] == path.stem and row[0] == family]
    here = [row for row in rows if row[1] == path.parent.name]
    rows = here or [row for row in rows if not row[1].endswith("-lex")]
    if not rows:
        return None
    _, group, _, text, proven, source = rows[0]
    if not NUMBER.fullmatch(text):
        raise HuanweiError(f"{table}: the best known value of {path.stem} is {text!r}, no number")
    return BestKnown(float(text), _decimals(table, family, group), proven == "yes", source)


def _decimals(table: Path, family: str, group: str) -> int:
    """Decimals a set's values are published to: a value may be whole by chance."""
    values = (row[3] for row in _rows(table) if row[:2] == (family, group))
    return max(len(text.partition(".")[2]) for text in values if NUMBER.fullmatch(text))


@lru_cache(maxsize=8)
def _rows(table: Path) -> tuple[tuple[str, str, str, str, str, str], ...]:
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(
            (row[0], row[1], row[2], row[3], row[4], row[5])
            for row in csv.reader(file)
            if len(row) >= 6 and row[0] != "family"
        )
