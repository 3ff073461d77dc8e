"""Violations in words: the law, its amount with a unit, and what was found, in both languages."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from api.words.i18n import LANGUAGES, title, word, words
from models.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.plan import PlanTitles, PlanViolation, Relaxation

MANY_SECONDS = 120
"""From these on seconds are told as minutes, and as hours."""


def law(one: PlanViolation, language: str) -> str:
    """The broken law in a few words; an unknown code as it is."""
    return word("violation", one.code, language)


def amount(one: PlanViolation, language: str) -> str:
    """By how much, with its unit; "" where a law has no amount."""
    if not one.excess:
        return ""
    value, unit = f"{one.excess:,}", str(one.unit)
    if unit == "s" and abs(one.excess) >= HOUR:
        value, unit = f"{one.excess / HOUR:,.1f}", "h"
    elif unit == "s" and abs(one.excess) >= MANY_SECONDS:
        value, unit = f"{one.excess / 60:,.0f}", "min"
    return f"{value} {word('unit', unit, language)}" if unit else value


def finding(text: str, language: str) -> str:
    """What was found; a sentence that the table of details does not know stays as it is."""
    for pattern, pair in _patterns():
        if found := pattern.fullmatch(text):
            return pair[LANGUAGES.index(language)].format(*found.groups())
    return text


def amended(
    least: Relaxation | None, names: Mapping[str, str], titles: PlanTitles, language: str
) -> str:
    """The least change that would make a broken law lawful; `names` are those of sites."""
    if least is None:
        return ""
    return word("amends", least.kind, language).format(
        what=names.get(least.id) or title(titles, "vehicle_type", least.id, language),
        shift=word("shift", least.shift, language),
        amount=f"{least.amount:,}",
    )


@cache
def _patterns() -> list[tuple[re.Pattern[str], list[str]]]:
    """Sentences of `detail` with their holes, the longest first."""
    table = sorted(words()["detail"].items(), key=lambda row: -len(row[0]))
    return [
        (re.compile(re.escape(text).replace(re.escape("{}"), "(.+?)"), re.DOTALL), pair)
        for text, pair in table
    ]
