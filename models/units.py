"""Units inside: whole seconds, metres, kilograms, litres, watt-hours; money in mfen.

1 CNY = 100 fen = 100,000 mfen: a metre of driving costs less than a fen, and sums must stay whole.
Times are seconds after midnight (+08:00) of the plan's date; the next day goes on above 86,400.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

DAY = 86_400
MFEN_PER_CNY = 100_000
MAX_TIME = 1_000_000_000
UNREACHABLE = 1_000_000_000
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
