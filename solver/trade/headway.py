"""Headway: passes through the day so that no place is left longer than a cadence allows.

All places of one cadence are dealt to the turns of a round (`solver/tasks/rota.py` says who has
which), so that a vehicle goes from turn to turn and comes by again when the round is over.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from models.units import HOUR, MINUTE
from solver.trade.cadence import Slot, slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.district import Window
    from models.trade.sourced import Cadence, Pass

TURNS = 4
"""A round of cyclic work is dealt to so many turns, one after the other (chosen: each then has a
fifth of the greatest gap to be done in, and a round takes the other four)."""


class DayPass(NamedTuple):
    """Hours of a pass of the day; seconds after the pass before began, at least and at most.

    0 is no limit: of the first pass, and of the first after hours in which no work may be done.
    """

    slots: tuple[Slot, ...]
    least_s: int = 0
    most_s: int = 0


def day_passes(
    cadence: Cadence, bans: Sequence[Window], *, turn: int = 0, own: Sequence[Window] = ()
) -> list[DayPass]:
    """All passes of a day that is due; `own` hours of a place replace those of the cadence.

    With a headway they are as many as each span of allowed hours needs for a place of this `turn`.
    """
    if cadence.headway_min:
        (one,) = cadence.passes
        open_hours = slots(own or one.windows, bans, finish=one.rule == "finish")
        greatest = MINUTE * (cadence.headway_min + cadence.late_min)
        return [found for span in open_hours for found in _through(span, greatest, turn)]
    least = round(HOUR * cadence.min_gap_h)
    return [
        DayPass(
            slots(own or one.windows, bans, finish=one.rule == "finish"),
            least_s=least if number else 0,
        )
        for number, one in enumerate(cadence.passes)
    ]


EXTRA_GAP_H = 2
"""A pass beyond the cadence comes so many hours after the hours of the one before at least, where
the cadence names no gap (chosen: what was swept or wetted an hour ago gains nothing)."""


def extra_pass(
    cadence: Cadence, hours: Iterable[Pass], bans: Sequence[Window], *, again: bool
) -> DayPass:
    """One more pass than the cadence asks, in any of the `hours` of the work.

    `again`: the day has passes of the cadence. It comes so long after the hours of the last of them
    that no time of that one binds it, nor the other way round. Without slots there is none.
    """
    least = round(HOUR * max(cadence.min_gap_h, EXTRA_GAP_H))
    last = day_passes(cadence, bans)[-1].slots if again else ()
    opens = max((one.late + least for one in last), default=0)
    found = {
        slot._replace(early=max(slot.early, opens))
        for one in hours
        for slot in slots(one.windows, bans, finish=one.rule == "finish")
        if slot.late > opens
    }
    widest = sorted(found, key=lambda one: (one.early, -one.late))
    kept = [one for n, one in enumerate(widest) if all(one.late > w.late for w in widest[:n])]
    return DayPass(tuple(kept))


def _through(span: Slot, greatest: int, turn: int) -> Iterator[DayPass]:
    """Passes of one span of hours: any times in their windows are at most `greatest` s apart.

    So are the opening and the first pass, and the last and the close.
    """
    rest = span.late - span.early - greatest
    if rest <= 0:
        yield DayPass((span,))
        return
    longest = greatest * TURNS // (TURNS + 1)
    period = ceil(rest / ceil(rest / longest))
    first = span.early + period * turn // TURNS
    count = 1 + max(ceil((span.late - greatest - first) / period), 0)
    for number in range(count):
        early = first + number * period
        late = min(early + greatest - period, span.late)
        done = span.finish and number == count - 1
        yield DayPass((Slot(early, late, finish=done),), most_s=greatest if number else 0)
