"""Cadence: whether work is due on a day, and in which hours it may be done.

A rota by a hash of the object's id, weekdays, windows of passes, and hours in which it is banned.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from solver.trade.hours import daily

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from models.district import Window
    from models.rules import Cadence, RuleProfile


class Slot(NamedTuple):
    """Hours for a job [s]: it begins in [early, late], or with `finish` is done by `late`."""

    early: int
    late: int
    finish: bool

    def begins(self, duration: int) -> Window | None:
        """When a service of `duration` may begin; None when it does not fit."""
        late = self.late - duration if self.finish else self.late
        return (self.early, late) if late >= self.early else None


def due(cadence: Cadence, object_id: str, day: date) -> bool:
    """Whether work of this cadence falls on `day`: a rota by a hash of the object's id."""
    if cadence.weekdays and day.isoweekday() not in cadence.weekdays:
        return False
    turn = zlib.crc32(object_id.encode()) % cadence.every_days
    return turn == day.toordinal() % cadence.every_days


def slots(windows: Iterable[Window], bans: Sequence[Window], *, finish: bool) -> tuple[Slot, ...]:
    """Hours of work without the banned hours of every day; before a ban it must be finished."""
    found: list[Slot] = []
    for opens, late in windows:
        early = opens
        for shut, again in daily(bans, opens, late):
            if again <= early or shut >= late:
                continue
            if shut > early:
                found.append(Slot(early, shut, finish=True))
            early = max(early, again)
        if early < late:
            found.append(Slot(early, late, finish=finish))
    return tuple(found)


def banned_hours(rules: RuleProfile, operation: str, cleaning_class: str) -> list[Window]:
    """Hours in which the operation may not work on streets of this class."""
    return [
        window
        for name in rules.operations[operation].bans
        if cleaning_class in (ban := rules.bans[name]).classes
        for window in ban.windows
    ]
