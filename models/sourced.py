"""Tables of a rule profile: every number with its source, times and windows on the clock."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from models.units import DAY

TAG = re.compile(
    r"\b(P\d{1,2}|S\d|D\d{1,2}|[A-K]\d{1,2}|X|memory|brief \d+\.\d+|law [\w. ()]+|local .+)"
)
"""A source: a page (P4), a seed (S3), a row of the domain brief (A36), X (computed there),
`memory` (experience, no document), `brief 5.3` (a section), `law ...`, `local ...` (the user's)."""

_CLOCK = re.compile(r"^\s*(\d{1,2})[:：](\d{2})\s*(?:\+(\d))?\s*$")


def parse_clock(value: object) -> int:
    """Seconds after midnight of "HH:MM"; hours from 24 on, or "+1", mean the next day.

    Raises `ValueError` on anything else.
    """
    if isinstance(value, int):
        return value
    match = _CLOCK.match(str(value))
    if not match or int(match[2]) > 59 or int(match[1]) > 48:
        raise ValueError(f'"{value}" is not a time; write "04:30", next day "28:30" or "04:30+1"')
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0) * DAY


def parse_window(value: object) -> tuple[int, int]:
    """A window [begin, end] in s from "04:00-07:00". Raises `ValueError` with the way out."""
    if isinstance(value, list | tuple) and len(value) == 2:
        begin, end = parse_clock(value[0]), parse_clock(value[1])
    else:
        parts = re.split(r"[-~–—]", str(value))
        if len(parts) != 2:
            raise ValueError(f'"{value}" is not a window; write "04:00-07:00"')
        begin, end = parse_clock(parts[0]), parse_clock(parts[1])
    if begin >= end:
        raise ValueError(
            f'window "{value}" closes before it opens; over midnight write "22:00-29:00"'
        )
    if end - begin > DAY:
        raise ValueError(f'window "{value}" is longer than a day; write the hours of one day')
    return begin, end


Window = Annotated[tuple[int, int], BeforeValidator(parse_window)]


class Rule(BaseModel):
    """A frozen table of the profile; unknown keys are errors, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Rule):
    """A table with numbers: `source` names where they come from.

    One text for the whole table, or one text per key; then every number that is given needs one.
    """

    source: str | dict[str, str]

    @model_validator(mode="after")
    def _every_number_has_a_source(self) -> Sourced:
        texts = {"": self.source} if isinstance(self.source, str) else self.source
        for key, text in texts.items():
            if not TAG.search(text):
                raise ValueError(
                    f'source {key} "{text}" names nothing; write for example "P4", "memory", '
                    '"local contract 2026"'
                )
        if isinstance(self.source, dict) and (missing := self.unsourced()):
            raise ValueError(f"no source for {', '.join(missing)}; add them to `source`")
        return self

    def unsourced(self) -> list[str]:
        """Given fields that hold numbers and that `source` does not name."""
        named = set() if isinstance(self.source, str) else set(self.source)
        if isinstance(self.source, str) and self.source:
            return []
        return [
            name
            for name in sorted(self.model_fields_set - {"source"} - named)
            if holds_number(getattr(self, name))
        ]


def holds_number(value: Any) -> bool:
    """Whether a number stands in the value itself, not below a table with its own source."""
    if isinstance(value, bool | Sourced):
        return False
    if isinstance(value, int | float):
        return True
    if isinstance(value, Rule):
        return any(holds_number(part) for _, part in value)
    if isinstance(value, dict):
        return any(holds_number(part) for part in value.values())
    return isinstance(value, list | tuple) and any(holds_number(part) for part in value)
