"""What a year asks for, and all that its calendar is reckoned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.day import Note
    from models.district import Driver, Vehicle
    from models.history.events import Absence, TripDone, WeatherDay
    from models.trade.rules import RuleProfile

WHOLE = 1_000
"""A weight of 1 is so many thousandths (by definition)."""
Counts = Literal["route", "trip", "km"]
"""What counts as a trip: a vehicle out in a shift, a trip to tip or refill, so many kilometres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At least `trips` in `year` by the operation, or by vehicles of one type that do it.

    `per_m` are the metres of work of one trip where kilometres count. A vehicle makes at most
    `per_vehicle` trips a day (0: one a shift). Kept back, and used in need only, are
    `reserve_percent` of what a day can do, for alerts, and the last `buffer_days` of the year, for
    weather that was worse than usual. Weights of months (January first), of days with an alert, of
    weekends and of statutory holidays are in thousandths; a day's weights are multiplied, and 0
    means no work.
    """

    year: int
    operation: str
    vehicle_type: str = ""
    trips: int
    counts: Counts = "trip"
    per_m: int = 0
    per_vehicle: int = 0
    reserve_percent: int = 0
    buffer_days: int = 0
    months: tuple[int, ...] = (WHOLE,) * 12
    alert_weight: int = WHOLE
    weekend_weight: int = WHOLE
    holiday_weight: int = WHOLE
    extra: bool = False
    """Whether a day's plan gives streets more passes than their cadence asks, for its trips."""

    def __post_init__(self) -> None:
        if len(self.months) != 12 or min(self.months) < 0:
            raise ProblemError(
                f"{self.operation} {self.year}: twelve weights of months, from 0",
                zh=f"{self.operation} {self.year}：应有十二个月份权重，不小于 0",
            )
        if (self.counts == "km") != (self.per_m > 0):
            raise ProblemError(
                f"{self.operation} {self.year}: kilometres of a trip where kilometres count, and "
                "only there",
                zh=f"{self.operation} {self.year}：只有按公里计的任务才填每趟公里数",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthNormals:
    """The usual weather of a month, and where these numbers are from.

    The night's lowest temperature lies around `low_dc`, at most `swing_dc` away [0.1 C].
    """

    month: int
    low_dc: int
    swing_dc: int = 50
    rain_days: int = 0
    snow_days: int = 0
    wind_days: int = 0
    alert_days: int = 0
    source: str


@dataclass(frozen=True, eq=False, kw_only=True)
class YearFacts:
    """All that a calendar of `year` is reckoned from, as it is known on `today`."""

    year: int
    today: date
    quotas: tuple[Quota, ...]
    normals: tuple[MonthNormals, ...]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    rules: RuleProfile
    holidays: Mapping[date, Note]
    """Statutory holidays of the year, and what they are called."""
    trips: tuple[TripDone, ...]
    weather: tuple[WeatherDay, ...]
    absences: tuple[Absence, ...]
