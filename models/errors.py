"""Errors with the value, the place and a way out.

HuanweiError
├── ProblemError      a noun that cannot exist (bad numbers at birth)
├── NetworkError      roads: unreadable extract, no legal way
├── InstanceError     a malformed benchmark file (with its line number)
└── InputErrors       everything wrong with a district folder or a plan, gathered
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class HuanweiError(Exception):
    """Base of all errors a user can act on; the command line prints it and exits with 2.

    The message is English; `zh` is the same in Chinese, and empty where there is none yet.
    """

    def __init__(self, message: str = "", *, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh

    def text(self, language: str) -> str:
        """The message in "zh" or "en"."""
        return self.zh if self.zh and language == "zh" else str(self)


class ProblemError(HuanweiError):
    """A task, facility, vehicle type or problem that cannot exist."""


class NetworkError(HuanweiError):
    """Roads that cannot be read or driven."""


class InstanceError(HuanweiError):
    """A benchmark file that breaks its format; `line` is 1-based."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.message, self.line = message, line

    def __reduce__(self) -> tuple[Callable[..., InstanceError], tuple[str, int]]:
        """The same error in another process."""
        return _instance_error, (self.message, self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing wrong with the input, in both languages.

    `row` is the row as a spreadsheet shows it (the header is row 1); 0 where none applies.
    `hint` tells the way out.
    """

    code: str
    file: str
    row: int = 0
    column: str = ""
    value: str = ""
    message_en: str
    message_zh: str
    hint_en: str = ""
    hint_zh: str = ""

    def text(self, language: str) -> str:
        """One line for a person, in "zh" or "en"."""
        place = self.file
        if self.row:
            place += f" 第{self.row}行" if language == "zh" else f" row {self.row}"
        if self.column:
            place += f" [{self.column}]"
        if self.value:
            place += f" = {self.value!r}"
        message, hint = (
            (self.message_zh, self.hint_zh) if language == "zh" else (self.message_en, self.hint_en)
        )
        return f"{self.code} {place}: {message}" + (f" → {hint}" if hint else "")


class InputErrors(HuanweiError):
    """All problems of an input at once."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("\n".join(issue.text("en") for issue in issues))
        self.issues = tuple(issues)

    def __reduce__(
        self,
    ) -> tuple[Callable[..., InputErrors], tuple[type[InputErrors], tuple[Issue, ...]]]:
        """The same error in another process."""
        return _input_errors, (type(self), self.issues)


def _instance_error(message: str, line: int) -> InstanceError:
    return InstanceError(message, line=line)


def _input_errors(kind: type[InputErrors], issues: tuple[Issue, ...]) -> InputErrors:
    """An error of a kind whose own parameters are not known any more."""
    error = kind.__new__(kind)
    InputErrors.__init__(error, issues)
    return error


def file_trouble(error: OSError) -> str:
    """What the file system said, and of which file."""
    said = error.strerror or str(error)
    return f"{error.filename}: {said}" if error.filename else said
