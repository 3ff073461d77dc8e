"""A job: one piece of work of the day, on the ground, before vehicles and matrices come in."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from solver.trade.hours import daily

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from models.district import Window
    from models.ids import TaskId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work of one operation at one kerb or stop, in one pass.

    `options` are the ways to do it: the arcs driven in service for a street, the one arc at whose
    end the vehicle stands for a stop.
    `service_s` is None where it follows from length and speed. A pass begins `min_gap_s` after
    the one before it began. `far_m` is above 0 where no road is in reach: the nearest is so far.
    """

    id: TaskId
    operation: str
    kind: str
    """street or point"""
    name: str
    object_id: str
    options: tuple[tuple[int, ...], ...]
    slots: tuple[Slot, ...]
    length_m: int = 0
    area_m2: int = 0
    cleaning_class: str = ""
    lon: float = 0.0
    lat: float = 0.0
    service_s: int | None = None
    kg: int = 0
    litres: int = 0
    min_gap_s: int = 0
    far_m: int = 0
    operator: str = ""
    """Who cleans the street."""

    @property
    def kerb(self) -> TaskId:
        """The same for all passes of one piece of work."""
        return self.id._replace(pass_number=0)

    @property
    def pass_number(self) -> int:
        """Which pass of the day it is; 1 where there is one only."""
        return self.id.pass_number or 1


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


MAX_JOB_M = 800
"""Longer streets are cut (where the ground has a split node), so that a tank can do a job."""
