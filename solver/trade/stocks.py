"""Stocks that fill: how long a box may wait so that it hardly ever overflows.

What comes in a day is about normal around the day's mean, with a standard deviation in proportion
to it, and days are independent; what is known of the level has an uncertainty of its own.
"""

from __future__ import annotations

from datetime import timedelta
from math import erfc, sqrt
from typing import TYPE_CHECKING, NamedTuple

from models.units import DAY

if TYPE_CHECKING:
    from datetime import date

    from models.trade.work import Stock

WEEK = 7
"""A week has so many days (by definition)."""
MOST_DAYS = 60
"""No box is left for more days than this (chosen: two months, by then somebody looks at it)."""


def days_it_may_wait(
    stock: Stock,
    *,
    capacity_kg: float,
    day_kg: float,
    level_kg: float = 0.0,
    level_sd_kg: float = 0.0,
    weekday: int = 1,
) -> int:
    """Whole days from now until it must be emptied at the latest; 0: today, before more comes in.

    After so many days the chance of having overflowed is still at most `stock.risk`; a day later it
    would be above. `weekday` is today's (1 = Monday), `day_kg` the mean of a day.
    """
    mean, variance = level_kg, level_sd_kg**2
    for days in range(MOST_DAYS):
        today = day_kg * stock.weekdays[(weekday - 1 + days) % WEEK]
        mean, variance = mean + today, variance + (stock.sd_share * today) ** 2
        if overflow_chance(capacity_kg, mean, variance) > stock.risk:
            return days
    return MOST_DAYS


def days_between(stock: Stock, *, capacity_kg: float, day_kg: float) -> int:
    """Days between two emptyings of a box whose level nobody measures; at least 1.

    Safe on whichever weekday the days begin.
    """
    waits = [
        days_it_may_wait(stock, capacity_kg=capacity_kg, day_kg=day_kg, weekday=weekday)
        for weekday in range(1, WEEK + 1)
    ]
    return max(1, min(waits))


def overflow_chance(capacity_kg: float, mean_kg: float, variance_kg2: float) -> float:
    """Chance that a normal level is above the capacity."""
    if variance_kg2 <= 0:
        return float(mean_kg > capacity_kg)
    return erfc((capacity_kg - mean_kg) / sqrt(2 * variance_kg2)) / 2


class Known(NamedTuple):
    """What is known of a box at the beginning of a day: mean and standard deviation [kg]."""

    level_kg: float
    sd_kg: float


def level_on(
    stock: Stock, *, read_kg: float, read: date, read_s: int, day_kg: float, on: date
) -> Known:
    """The level at the beginning of day `on`, from a reading `read_s` seconds into day `read`.

    What comes in between is expected by weekday; its noise is the uncertainty.
    """
    mean, variance = read_kg, 0.0
    left = 1 - read_s / DAY
    for number in range((on - read).days):
        weekday = (read + timedelta(number)).isoweekday()
        today = day_kg * stock.weekdays[weekday - 1] * left
        mean, variance = mean + today, variance + (stock.sd_share * today) ** 2
        left = 1.0
    return Known(mean, sqrt(variance))


def due_by(stock: Stock, known: Known, *, capacity_kg: float, day_kg: float, on: date) -> date:
    """The last day on whose beginning it may still be emptied so that it hardly ever overflows."""
    days = days_it_may_wait(
        stock,
        capacity_kg=capacity_kg,
        day_kg=day_kg,
        level_kg=known.level_kg,
        level_sd_kg=known.sd_kg,
        weekday=on.isoweekday(),
    )
    return on + timedelta(days)
