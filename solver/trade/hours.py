"""Hours: one law for points, sites, haul stations, plants and depots.

Hours come round every day, yesterday's and tomorrow's too: a station open 22:00-05:30+1 is open at
four in the morning, and a plant open 00:00-05:00 is open at one o'clock of tomorrow's night.
Hours of work (passes of a rule profile, orders) belong to one day and do not come round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.units import DAY, MAX_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.district import Window

NEVER = (MAX_TIME, MAX_TIME)
"""The window [s] of a place that is never open as long as a stay takes: no day reaches it."""


def daily(windows: Iterable[Window], begin: int, end: int) -> list[Window]:
    """When what opens in `windows` every day is open, as far as it meets [begin, end] s.

    In order, hours that touch are one; hours are told whole and may reach beyond `begin` and `end`.
    """
    found: list[Window] = []
    around = [
        (early + day * DAY, late + day * DAY)
        for early, late in windows
        for day in range((begin - late) // DAY, (end - early) // DAY + 2)
    ]
    for early, late in sorted(around):
        if found and early <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], late))
        else:
            found.append((early, late))
    return [(early, late) for early, late in found if early <= end and late >= begin]


def stays(
    windows: Iterable[Window], begin: int, end: int, stay: int, *, way: int = 0
) -> tuple[Window, ...]:
    """When a stay of `stay` s may begin in [begin, end] so that it ends by closing time.

    It begins at a gateway `way` s from the place whose hours these are. Moments before 0 do not
    count: the day begins at midnight.
    """
    begins = [
        (max(0, early - way), late - way - stay)
        for early, late in daily(windows, begin, end + way + stay)
    ]
    return tuple(one for one in begins if one[0] <= one[1] and one[0] <= end and one[1] >= begin)


def next_stay(windows: Sequence[Window], after: int, stay: int, *, way: int = 0) -> Window:
    """The first such time that begins later than `after`; `NEVER` where no opening is that long."""
    later = stays(windows, after, after + 2 * DAY, stay, way=way)
    return next((one for one in later if one[0] > after), NEVER)


def beside(
    windows: Sequence[Window], begin: int, end: int, stay: int, *, way: int = 0
) -> tuple[Window, ...]:
    """The openings next to a [begin, end] without any: the last before it, the first after it.

    A plan cannot use them; advice can, for they say how much longer the place should be open.
    """
    before = [one for one in stays(windows, begin - DAY, begin, stay, way=way) if one[1] < begin]
    return (*before[-1:], next_stay(windows, end, stay, way=way))


def gate(windows: Sequence[Window], shift: Window) -> Window | None:
    """The longest stretch of a shift in which a depot's gate is open without a break; None: never.

    Vehicles leave and return inside it: a route cannot be planned around hours in which the gate
    is shut while it is out.
    """
    begin, end = shift
    inside = [(max(early, begin), min(late, end)) for early, late in daily(windows, begin, end)]
    return max(inside, key=lambda one: (one[1] - one[0], -one[0]), default=None)
