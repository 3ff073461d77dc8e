"""Units inside: whole seconds, metres, kilograms, litres, watt-hours; money in mfen.

1 CNY = 100 fen = 100,000 mfen: a metre of driving costs less than a fen, and sums must stay whole.
Times are seconds after midnight (+08:00) of the plan's date; the next day goes on above 86,400.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

MINUTE = 60
"""A minute has so many seconds (by definition)."""
HOUR = 3_600
"""An hour has so many seconds (by definition)."""
DAY = 86_400
"""A day has so many seconds (by definition)."""
QUARTER = 900
"""A quarter of an hour has so many seconds (by definition)."""
MFEN_PER_CNY = 100_000
"""A yuan has so many mfen (by definition: 100 fen of 1,000 mfen each)."""

MAX_TIME = 1_000_000_000
"""Stands for "no end" of a window, shift or capacity [s, kg, l] (chosen: 31 years, below 2**31, so
that two of them still add up in 32 bits)."""
UNREACHABLE = 1_000_000_000
"""Stands for "no legal way" in durations [s] and distances [m] (chosen: above any way on earth, and
two of them still add up in 32 bits)."""
NO_LIMIT = 2_000_000_000
"""Stands for "no daily capacity" of a site [kg, l, boxes] (chosen: above any day's waste, below
2**31)."""
BOUNDLESS = 2**60
"""Stands for "no bound" on the cost of a plan or an insertion [mfen] (chosen: above any sum of
costs, and some of them still add up in 64 bits)."""
FORBIDDEN = 2**61
"""Stands for the cost [mfen] of what must not be (chosen: above `BOUNDLESS`, so that no search
takes it, and three of them still add up in 64 bits)."""
FARTHEST = 2**62
"""Stands for "farther than anything" where the least is sought (chosen: above two `BOUNDLESS`)."""

CHINA = timezone(timedelta(hours=8))


def cny(amount: int) -> float:
    """Mfen as CNY, to the fen."""
    return round(amount / MFEN_PER_CNY, 2)


def clock(seconds: int) -> str:
    """Seconds after midnight as HH:MM, with +1 for the next day."""
    days, rest = divmod(seconds, DAY)
    text = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}"
    return text if days == 0 else f"{text}{days:+d}"


def timestamp(day: date, seconds: int) -> datetime:
    """The moment `seconds` after midnight of `day`, at +08:00."""
    return datetime.combine(day, time(), tzinfo=CHINA) + timedelta(seconds=seconds)


def seconds(day: date, moment: datetime) -> int:
    """Seconds after midnight (+08:00) of `day`; the other way round of `timestamp`."""
    local = moment.astimezone(CHINA)
    days = (local.date() - day).days
    return days * DAY + local.hour * 3_600 + local.minute * 60 + local.second
