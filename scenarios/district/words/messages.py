"""Findings about a district folder: stable codes, both languages, a way out (`messages.toml`)."""

from __future__ import annotations

import difflib
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.day import Note
from models.errors import Issue, in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.trade.rules import RuleProfile, VehicleSpec
    from models.trade.work import Operation

MESSAGES_FILE = Path(__file__).with_name("messages.toml")
LISTED = 24
"""Known words named in a hint; more would not be read."""


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Templates `en`, `zh`, `hint_en`, `hint_zh` of every code."""
    return tomllib.loads(MESSAGES_FILE.read_text(encoding="utf-8"))


class Where(NamedTuple):
    """A place in the input; `row` as a spreadsheet counts, 0 where none applies."""

    file: str
    row: int = 0
    column: str = ""


MOST_OF_A_KIND = 200
"""Findings of one code in one column of a file that are listed; the rest is counted."""


@dataclass(slots=True)
class Findings:
    """Errors and warnings gathered while a folder is read; codes E… and W…."""

    issues: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    seen: set[Issue] = field(default_factory=set)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Findings met by code, file and column."""

    def add(self, code: str, where: Where, value: object = "", /, **words: object) -> None:
        """Note one finding; `words` fill the message and the hint of `code`.

        A `Note` among them gives each language its own text. Of one kind the first
        `MOST_OF_A_KIND` are kept and the rest counted.
        """
        kind = (code, where.file, where.column)
        if self.counts[kind] >= MOST_OF_A_KIND:
            self.counts[kind] += 1
            return
        issue = _issue(code, where, shown(value), words)
        if issue not in self.seen:
            self.seen.add(issue)
            self.counts[kind] += 1
            (self.issues if code.startswith("E") else self.warnings).append(issue)

    def full(self, code: str, where: Where) -> bool:
        """Whether a further finding of this kind would only be counted."""
        return self.counts[code, where.file, where.column] >= MOST_OF_A_KIND

    def met(self, code: str, file: str) -> bool:
        """Whether a file has a finding of this code without a column."""
        return self.counts[code, file, ""] > 0

    def errors(self) -> list[Issue]:
        """All errors, and per kind of which not all are kept the number of the others."""
        return [*self.issues, *self._counted("E")]

    def notes(self) -> list[Issue]:
        """All warnings, likewise."""
        return [*self.warnings, *self._counted("W")]

    def _counted(self, letter: str) -> Iterator[Issue]:
        for (code, file, column), met in self.counts.items():
            if met > MOST_OF_A_KIND and code.startswith(letter):
                words = {"kind": code, "count": f"{met - MOST_OF_A_KIND:,}"}
                yield _issue(f"{letter}299", Where(file, 0, column), code, words)


def _said(key: str, word: object, column: int) -> object:
    """A word in Chinese (column 0) or English (1); a `detail` may hold both halves."""
    if isinstance(word, Note):
        return word[column]
    return in_both(str(word))[column] if key == "detail" else word


def _issue(code: str, where: Where, value: str, words: Mapping[str, object]) -> Issue:
    words_zh, words_en = (
        {key: _said(key, one, column) for key, one in words.items()} for column in (0, 1)
    )
    text = {
        key: form.format_map(words_zh if key.endswith("zh") else words_en)
        for key, form in messages()[code].items()
    }
    return Issue(
        code=code,
        file=where.file,
        row=where.row,
        column=where.column,
        value=value,
        message_en=text["en"],
        message_zh=text["zh"],
        hint_en=text["hint_en"],
        hint_zh=text["hint_zh"],
    )


HAULING = Note("转运", "hauling")
"""What people call the one kind of work that is no operation of a rule profile."""


def called(what: Operation | VehicleSpec) -> Note:
    """What people call an operation or a vehicle type of the rule profile."""
    return Note(what.title_zh, what.title_en)


def types_called(rules: RuleProfile, names: Iterable[str]) -> Note:
    """Titles of vehicle types, each with the name that a table is to hold."""
    found = [(name, called(rules.vehicles[name])) for name in names if name in rules.vehicles]
    return Note(
        "、".join(f"{title.zh}（{name}）" for name, title in found),
        ", ".join(f"{title.en} ({name})" for name, title in found),
    )


def shown(value: object) -> str:
    """The value as a message shows it: one line, at most 60 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or an empty text."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def suggest(
    word: str, known: Iterable[str], chinese: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Words for a hint: the nearest known word, and the list of them.

    `chinese` gives some of them a name for `known_zh`.
    """
    words = list(known)
    close = nearest(word, words)
    listed = ", ".join(words[:LISTED]) + (", ..." if len(words) > LISTED else "")
    return {
        "nearest_en": f"Did you mean {close}? " if close else "",
        "nearest_zh": f"是否想写 {close}？" if close else "",
        "known": listed or "-",
        "known_zh": listed
        if not chinese
        else "、".join(f"{word}（{chinese[word]}）" if word in chinese else word for word in words),
    }
