"""The days of a year: their weather, as seen or as usual, and who is there to work."""

from __future__ import annotations

import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from models.district import Weather
from models.history.events import WeatherDay
from solver.trade.vehicles import operations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.district import Vehicle
    from models.history.events import Absence
    from models.year.quota import MonthNormals, Quota, YearFacts

TRUSTED_DAYS = 7
"""So many days from today on no weather is assumed (chosen: as far as a forecast tells): nobody
shall leave a vehicle at home tomorrow because Mays are rainy."""
RAIN_UM = 5_000
"""A usual rainy day brings so much rain [um] (chosen: any rule of rain counts it as rain)."""
WIND_GRADE = 6
"""A usual windy day blows with this grade (chosen: any rule of wind counts it as windy)."""
Origin = Literal["", "seen", "forecast", "normals"]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day and its weather, with the origin of what is told of it."""

    date: date
    origin: Origin
    weather: WeatherDay


def days_of(year: int) -> list[date]:
    """All days of the year."""
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]


def calendar_days(
    year: int, today: date, told: Iterable[WeatherDay], normals: Sequence[MonthNormals]
) -> list[CalendarDay]:
    """Every day of the year: as the ledger tells it, else as usual; of the next week nothing.

    What a day of the past could have brought decides only since when an alarm holds.
    """
    known = {one.day: one for one in told}
    usual = usual_weather(year, normals)
    trusted = {today + timedelta(n) for n in range(TRUSTED_DAYS)}
    found: list[CalendarDay] = []
    for day in days_of(year):
        if (one := known.get(day)) is not None:
            found.append(CalendarDay(day, "forecast" if one.forecast else "seen", one))
        elif day not in trusted and day in usual:
            found.append(CalendarDay(day, "normals", usual[day]))
        else:
            found.append(CalendarDay(day, "", WeatherDay(day=day)))
    return found


def usual_weather(year: int, normals: Sequence[MonthNormals]) -> dict[date, WeatherDay]:
    """A year that has in each month as many days of each weather as is usual, at made-up dates.

    The same year and normals give the same days. Lowest temperatures are spread evenly over the
    swing of the month; snow falls in the coldest nights, and polluted days are dry as far as there
    are enough of them.
    """
    found: dict[date, WeatherDay] = {}
    for usual in normals:
        count = monthrange(year, usual.month)[1]
        rng = random.Random(year * 100 + usual.month)
        nights, rains, winds = (rng.sample(range(count), count) for _ in range(3))
        rainy, windy = set(rains[: usual.rain_days]), set(winds[: usual.wind_days])
        snowy = set(nights[: usual.snow_days])  # the first of them are the coldest
        dry_first = sorted(rng.sample(range(count), count), key=lambda n: n in rainy)
        polluted = set(dry_first[: usual.alert_days])
        for rank, n in enumerate(nights):
            day = date(year, usual.month, n + 1)
            found[day] = WeatherDay(
                day=day,
                low_dc=usual.low_dc + usual.swing_dc * (2 * rank + 1 - count) // count,
                rain_um=RAIN_UM if n in rainy else 0,
                wind_grade=WIND_GRADE if n in windy else None,
                snow=n in snowy,
                alert=n in polluted,
            )
    return found


def forecast(told: WeatherDay) -> Weather:
    """The weather as the rules of operations read it."""
    return Weather(
        temperature_c=None if told.low_dc is None else told.low_dc / 10,
        rain_mm=None if told.rain_um is None else told.rain_um / 1_000,
        wind_grade=told.wind_grade,
        snow=told.snow,
    )


def present(vehicles: Sequence[Vehicle], absences: Sequence[Absence], day: date) -> list[Vehicle]:
    """Vehicles in use that are not away on the day."""
    away = _away(absences, "vehicle", day)
    return [one for one in vehicles if one.available and one.id not in away]


def drivers_on(facts: YearFacts, day: date) -> int:
    """Drivers that are not away on the day."""
    away = _away(facts.absences, "driver", day)
    return sum(one.licence != "" and one.available and one.id not in away for one in facts.drivers)


def capacity(quota: Quota, facts: YearFacts, day: date, able: frozenset[str]) -> tuple[int, int]:
    """Trips that vehicles and drivers of the day can make for the quota, and the vehicles there.

    `able` are the ids of the vehicles whose trips count for it (`able_vehicles`).

    A vehicle makes its most trips a day, or one a shift. Drivers rest so many days a week; where
    the others are fewer than all vehicles have shifts, every operation gets its share of them, in
    whole trips that add up to it over the days. A bureau that lists no people has enough.
    """
    there = present(facts.vehicles, facts.absences, day)
    mine = [one for one in there if one.id in able]
    trips = sum(quota.per_vehicle or len(one.shifts) for one in mine)
    at_work = drivers_on(facts, day) * (7 - facts.rules.labour.rest_days_week)
    seats = 7 * sum(len(one.shifts) for one in there)
    if facts.drivers and at_work < seats:
        n, share = day.toordinal(), trips * at_work
        trips = share * (n + 1) // seats - share * n // seats
    return trips, len(mine)


def able_vehicles(quota: Quota, facts: YearFacts) -> frozenset[str]:
    """Ids of the vehicles whose trips can count for the quota."""
    return frozenset(
        one.id
        for one in facts.vehicles
        if quota.vehicle_type in {"", one.type}
        and quota.operation in operations_of(one, facts.rules, waste_kg=0)
    )


def _away(absences: Sequence[Absence], kind: str, day: date) -> set[str]:
    return {one.what for one in absences if one.kind == kind and one.begin <= day <= one.end}
