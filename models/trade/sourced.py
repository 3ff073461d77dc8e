"""Tables of a rule profile: every number with its source, times and windows on the clock.

And how often work comes: passes of a day, days of a cadence.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations, pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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
        raise ValueError(
            f'"{value}" is not a time; write "04:30", next day "28:30" or "04:30+1"'
            f' · “{value}”不是时刻；请写 "04:30"，次日写 "28:30" 或 "04:30+1"'
        )
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0) * DAY


def parse_window(value: object) -> tuple[int, int]:
    """A window [begin, end] in s from "04:00-07:00". Raises `ValueError` with the way out."""
    if isinstance(value, list | tuple) and len(value) == 2:
        begin, end = parse_clock(value[0]), parse_clock(value[1])
    else:
        parts = re.split(r"[-~–—]", str(value))
        if len(parts) != 2:
            raise ValueError(
                f'"{value}" is not a window; write "04:00-07:00"'
                f' · “{value}”不是时段；请写 "04:00-07:00"'
            )
        begin, end = parse_clock(parts[0]), parse_clock(parts[1])
    if begin >= end:
        raise ValueError(
            f'window "{value}" closes before it opens; over midnight write "22:00-29:00"'
            f' · 时段“{value}”结束早于开始；跨零点请写 "22:00-29:00"'
        )
    if end - begin > DAY:
        raise ValueError(
            f'window "{value}" is longer than a day; write the hours of one day'
            f" · 时段“{value}”超过一天；请写一天之内的时间"
        )
    return begin, end


Window = Annotated[tuple[int, int], BeforeValidator(parse_window)]


def parse_month_day(value: object) -> tuple[int, int]:
    """Month and day of "MM-DD". Raises `ValueError` with the way out."""
    if isinstance(value, tuple | list) and len(value) == 2:
        value = f"{value[0]}-{value[1]}"
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", str(value).strip())
    if match is None:
        raise ValueError(
            f'"{value}" is not a day of a year; write "10-20"'
            f' · “{value}”不是一年中的日子；请写 "10-20"'
        )
    month, day = int(match[1]), int(match[2])
    try:
        date(LEAP_YEAR, month, day)
    except ValueError:
        raise ValueError(
            f'"{value}" is no day of any year; write "10-20" · 没有“{value}”这一天；请写 "10-20"'
        ) from None
    return month, day


LEAP_YEAR = 2024
"""A year that has every day there is (by the calendar)."""
MonthDay = Annotated[tuple[int, int], BeforeValidator(parse_month_day)]


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
                    f' · 来源 {key} “{text}”没有内容；请写 "P4"、"memory"、"本地合同 2026" 等'
                )
        if isinstance(self.source, dict) and (missing := self.unsourced()):
            raise ValueError(
                f"no source for {', '.join(missing)}; add them to `source`"
                f" · {'、'.join(missing)} 没有注明来源；请写入 `source`"
            )
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


LEAST_HEADWAY_MIN = 10
"""Nobody comes by more often than every so many minutes (chosen: a circuit of a few streets)."""
Weekday = Annotated[int, Field(ge=1, le=7)]
"""1 is Monday, 7 is Sunday."""


class Pass(Rule):
    """One pass of the day: inside one of the windows it must begin, or be finished."""

    windows: tuple[Window, ...] = Field(min_length=1)
    rule: Literal["begin", "finish"] = "begin"


class Rhythm(NamedTuple):
    """Days that repeat: `days` of every `length` days, counted from a Monday; or of each month.

    A length of 0 stands for months: `days` are then days of the month (1 to 28).
    """

    length: int
    days: tuple[int, ...]


class Cadence(Sourced):
    """How often: `passes` on each day that is due; which days is chosen among the rhythms allowed.

    One of these says the days: once `every_days` days; `times_week` times a week; `times_month`
    times a month; or `patterns`, sets of weekdays one of which is taken. `weekdays` (1 = Monday)
    limits them. Between two visits lie at least `least_gap_days` and at most `greatest_gap_days`;
    what is not given is as even as the days allow. A pass begins at least `min_gap_h` after the
    one before began. With `headway_min` the hours of the only pass are those in which no place is
    left longer than so many minutes and `late_min` more: it comes as often as that needs.
    """

    passes: tuple[Pass, ...] = Field(min_length=1)
    every_days: int = Field(default=1, ge=1, le=366)
    times_week: int = Field(default=0, ge=0, le=7)
    times_month: int = Field(default=0, ge=0, le=14)
    patterns: tuple[tuple[Weekday, ...], ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    least_gap_days: int | None = Field(default=None, ge=1, le=366)
    greatest_gap_days: int | None = Field(default=None, ge=1, le=366)
    min_gap_h: float = Field(default=0, ge=0, le=24)
    headway_min: int = Field(default=0, ge=0, le=1_440)
    late_min: int = Field(default=0, ge=0, le=240)

    @model_validator(mode="after")
    def _headway_has_one_pass(self) -> Cadence:
        if self.headway_min and (len(self.passes) > 1 or self.min_gap_h):
            raise ValueError(
                "with headway_min give one pass, the hours in which it comes again and again, and "
                "no min_gap_h · 写了 headway_min 时只写一遍（循环作业的时段），不写 min_gap_h"
            )
        if 0 < self.headway_min < LEAST_HEADWAY_MIN:
            raise ValueError(
                f"headway_min {self.headway_min} is below {LEAST_HEADWAY_MIN}; no vehicle comes by "
                f"so often · headway_min {self.headway_min} 小于 {LEAST_HEADWAY_MIN} 分钟，"
                "没有车辆能这样频繁地经过"
            )
        if self.late_min and not self.headway_min:
            raise ValueError("late_min goes with headway_min · late_min 与 headway_min 合用")
        return self

    @model_validator(mode="after")
    def _days_said_once(self) -> Cadence:
        said = [self.every_days > 1, self.times_week > 0, self.times_month > 0, bool(self.patterns)]
        if sum(said) > 1:
            raise ValueError(
                "give one of every_days, times_week, times_month and patterns, not several"
                " · every_days、times_week、times_month 与 patterns 只填一个"
            )
        if self.weekdays and (self.every_days not in {1, 7} or self.times_month or self.patterns):
            raise ValueError(
                "weekdays go with every_days = 7 or times_week; other sets of weekdays are "
                "`patterns`, such as [[1, 4], [2, 5]]"
                " · weekdays 与 every_days = 7 或 times_week 合用；"
                "其他组合请写 `patterns`，如 [[1, 4], [2, 5]]"
            )
        if self.weekdays and self.times_week > len(set(self.weekdays)):
            raise ValueError(
                f"{self.times_week} times a week, but only {len(set(self.weekdays))} weekdays"
                f" · 每周 {self.times_week} 次，却只有 {len(set(self.weekdays))} 个可用的日子"
            )
        if not all(self.patterns):
            raise ValueError("a pattern names at least one weekday · 每个组合至少有一天")
        if (self.least_gap_days or self.greatest_gap_days) and not self._some_set_fits():
            raise ValueError(
                f"no {self.times_week} days of a week lie {self.least_gap_days or 1} to "
                f"{self.greatest_gap_days or 7} days apart; widen the gaps or the weekdays"
                f" · 一周中没有 {self.times_week} 天能相隔 {self.least_gap_days or 1} 至 "
                f"{self.greatest_gap_days or 7} 天；请放宽间隔或可用的日子"
            )
        return self

    def _some_set_fits(self) -> bool:
        """Whether a set of weekdays keeps the gaps; they are for `times_week` alone."""
        if not self.times_week:
            raise ValueError(
                "least_gap_days and greatest_gap_days go with times_week"
                " · least_gap_days 和 greatest_gap_days 与 times_week 合用"
            )
        least, greatest = self.least_gap_days or 1, self.greatest_gap_days or 7
        return any(
            least <= min(gaps) and max(gaps) <= greatest
            for days in combinations(sorted(set(self.weekdays)) or range(1, 8), self.times_week)
            for gaps in [[b - a for a, b in pairwise((*days, days[0] + 7))]]
        )
