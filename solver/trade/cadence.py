"""Cadence: whether work is due on a day, and in which hours it may be done.

Rhythms that a cadence allows, windows of passes, and hours in which work is banned. Who has which
rhythm is decided by `solver/tasks/rota.py`.
"""

from __future__ import annotations

from itertools import chain, combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from models.trade.sourced import Rhythm
from solver.trade.hours import daily

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from models.district import Window
    from models.trade.rules import RuleProfile
    from models.trade.sourced import Cadence


WEEK = 7
"""A week has so many days (by definition)."""
MONTH = 28
"""Every month has at least so many days; later ones get no monthly work (by the calendar)."""
LONG_MONTH = 31
"""No month has more days (by the calendar)."""
MEAN_MONTH = 30.44
"""A month has so many days on the average of four years (by the calendar)."""
EVEN = 0.01
"""Days of a round that differ by such a share count as even (chosen: less than a street)."""
EVENING_STEPS = 200
"""Shares are corrected so many times at most (chosen: three times what weekday sets need)."""


class Slot(NamedTuple):
    """Hours for a job [s]: it begins in [early, late], or with `finish` is done by `late`."""

    early: int
    late: int
    finish: bool

    def begins(self, duration: int) -> Window | None:
        """When a service of `duration` may begin; None when it does not fit."""
        late = self.late - duration if self.finish else self.late
        return (self.early, late) if late >= self.early else None


def rhythms(cadence: Cadence) -> tuple[Rhythm, ...]:
    """The rhythms a cadence allows, in the order of their first day; one of them is taken."""
    if cadence.patterns:
        return tuple(_week(one) for one in cadence.patterns)
    if cadence.times_month:
        step = MONTH // cadence.times_month
        found = [tuple(range(one, MONTH + 1, step)) for one in range(1, step + 1)]
        return tuple(Rhythm(0, one[: cadence.times_month]) for one in found)
    if cadence.times_week:
        return _weekly(cadence)
    if not cadence.weekdays:
        return tuple(Rhythm(cadence.every_days, (one,)) for one in range(cadence.every_days))
    if cadence.every_days == WEEK:
        return tuple(_week((one,)) for one in sorted(set(cadence.weekdays)))
    return (_week(cadence.weekdays),)


def _weekly(cadence: Cadence) -> tuple[Rhythm, ...]:
    """Sets of so many weekdays whose gaps are allowed; the most even ones where none are given."""
    open_to = sorted(set(cadence.weekdays)) or range(1, WEEK + 1)
    all_sets = [_week(one) for one in combinations(open_to, cadence.times_week)]
    least, greatest = cadence.least_gap_days or 1, cadence.greatest_gap_days or WEEK
    found = [one for one in all_sets if least <= min(gaps(one)) and max(gaps(one)) <= greatest]
    if not (cadence.least_gap_days or cadence.greatest_gap_days):
        uneven = [sorted(gaps(one), reverse=True) for one in found]
        found = [one for one, own in zip(found, uneven, strict=True) if own == min(uneven)]
    return tuple(found)


def _week(weekdays: Iterable[int]) -> Rhythm:
    return Rhythm(WEEK, tuple(sorted({one - 1 for one in weekdays})))


def gaps(rhythm: Rhythm) -> tuple[int, ...]:
    """Days from each visit of a rhythm to the next, round and round; of months, the shortest."""
    length, days = rhythm.length or MONTH, rhythm.days
    return tuple(after - day for day, after in pairwise((*days, days[0] + length)))


def greatest_gap(cadence: Cadence, rhythm: Rhythm) -> int:
    """Days that may lie between two visits at most; once a month may be a long month apart."""
    if cadence.greatest_gap_days is not None:
        return cadence.greatest_gap_days
    return max(gaps(rhythm)) + (LONG_MONTH - MONTH if rhythm.length == 0 else 0)


def weekdays(cadence: Cadence) -> frozenset[int]:
    """Weekdays (1 = Monday) on which its work may come."""
    named = frozenset(cadence.weekdays) | frozenset(chain.from_iterable(cadence.patterns))
    return named or frozenset(range(1, WEEK + 1))


def falls_on(rhythm: Rhythm, day: date) -> bool:
    """Whether a visit of the rhythm falls on `day`; rounds are counted from Monday, 1 Jan. 0001."""
    if rhythm.length == 0:
        return day.day in rhythm.days
    return (day.toordinal() - 1) % rhythm.length in rhythm.days


def daily_share(cadence: Cadence) -> float:
    """Visits a day, on the average of many days."""
    one = rhythms(cadence)[0]
    return len(one.days) / (one.length or MEAN_MONTH)


def shares(rhythms: Sequence[Rhythm]) -> list[float]:
    """How much of the work takes each rhythm, so that all days of a round weigh the same.

    Rhythms of one visit a round, and all sets of the seven weekdays, share equally; what named
    weekdays leave uneven is evened out by multiplicative weights.
    """
    found = [1.0] * len(rhythms)
    days = sorted({day for one in rhythms for day in one.days})
    for _ in range(EVENING_STEPS):
        load = {day: sum(f for f, one in zip(found, rhythms, strict=True) if day in one.days)
                for day in days}  # fmt: skip
        mean = sum(load.values()) / len(days)
        if max(load.values()) <= mean * (1 + EVEN):
            break
        found = [
            share * mean * len(one.days) / sum(load[day] for day in one.days)
            for share, one in zip(found, rhythms, strict=True)
        ]
    return found


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
