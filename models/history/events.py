"""What happened on a day: trips, weighings, weather, absences, fill levels.

Metres, seconds, kilograms, litres.

Every row has a `key`: two rows of one key tell of the same thing. It is compared as it is and never
taken apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.errors import ProblemError

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class TripDone:
    """Trips one vehicle made: one row a trip, or `trips` of them that were only counted.

    `begin_s` and `end_s` are seconds after midnight of `day`, None where nobody noted them.
    `vehicle_type` is what the vehicle was then, empty where nobody knows. `route` names the outing
    the trip belongs to (a vehicle out in one shift). `plan` names the plan whose trip was taken as
    driven, empty for what was reported. `valid` is false for trips that count for no quota
    (abandoned, or not accepted).
    """

    table: ClassVar[str] = "trips"

    day: date
    operation: str
    vehicle: str
    vehicle_type: str = ""
    number: str = ""
    begin_s: int | None = None
    end_s: int | None = None
    trips: int = 1
    work_m: int = 0
    load_kg: int = 0
    water_l: int = 0
    route: str = ""
    plan: str = ""
    valid: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        if self.trips < 1 or min(self.work_m, self.load_kg, self.water_l) < 0:
            raise ProblemError(
                f"{self.vehicle} {self.day}: a trip counts from 1, amounts from 0",
                zh=f"{self.vehicle} {self.day}：趟次从 1 起，数量不小于 0",
            )

    @property
    def key(self) -> str:
        """The bureau's own number, or who did what when."""
        if self.number:
            return f"no {self.number}"
        moment = "" if self.begin_s is None else str(self.begin_s)
        return f"{self.day} {self.vehicle} {self.operation} {moment}"

    @property
    def told_apart(self) -> bool:
        """Whether another trip of the same vehicle on the same day would have another key."""
        return bool(self.number) or self.begin_s is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A vehicle weighed at a station or plant; `net_kg` is what it left there."""

    table: ClassVar[str] = "weighings"

    day: date
    site: str
    vehicle: str
    net_kg: int
    number: str = ""
    at_s: int | None = None
    stream: str = ""
    gross_kg: int | None = None
    tare_kg: int | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """The number of the ticket at its site, or who was weighed where when."""
        if self.number:
            return f"no {self.site} {self.number}"
        moment = "" if self.at_s is None else str(self.at_s)
        return f"{self.day} {self.site} {self.vehicle} {moment}"

    @property
    def told_apart(self) -> bool:
        """Whether another weighing of the same vehicle on the same day would have another key."""
        return bool(self.number) or self.at_s is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherDay:
    """The weather of a day as it was, or as it is forecast; None where nobody noted it.

    `low_dc` is the lowest temperature in tenths of a degree Celsius, `rain_um` the rain in
    micrometres (1 mm = 1,000), `pm25` the day's mean in ug/m3.
    """

    table: ClassVar[str] = "weather"

    day: date
    low_dc: int | None = None
    rain_um: int | None = None
    wind_grade: int | None = None
    snow: bool = False
    pm25: int | None = None
    alert: bool = False
    forecast: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """The day: a measurement follows a forecast as its correction."""
        return str(self.day)

    @property
    def told_apart(self) -> bool:
        """One weather a day."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A vehicle, person or site away from `begin` to `end`, both days included."""

    table: ClassVar[str] = "absences"

    kind: str
    what: str
    begin: date
    end: date
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ABSENT:
            raise ProblemError(
                f'{self.what}: "{self.kind}" is none of {", ".join(ABSENT)}',
                zh=f"{self.what}：“{self.kind}”不是 {'、'.join(ABSENT)} 之一",
            )
        if self.end < self.begin:
            raise ProblemError(
                f"{self.what}: back on {self.end}, before it left on {self.begin}",
                zh=f"{self.what}：{self.end} 返回，早于 {self.begin} 离开",
            )

    @property
    def key(self) -> str:
        """Who left when: coming back earlier or later is a correction."""
        return f"{self.kind} {self.what} {self.begin}"

    @property
    def told_apart(self) -> bool:
        """Nobody leaves twice on a day."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FillLevel:
    """How full a box was: `full_pm` thousandths of its capacity, `at_s` seconds after midnight.

    `at_s` is None where nobody noted the time. A box may be fuller than full.
    """

    table: ClassVar[str] = "levels"

    day: date
    point: str
    full_pm: int
    at_s: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.full_pm < 0:
            raise ProblemError(
                f"{self.point} {self.day}: a box is never less than empty",
                zh=f"{self.point} {self.day}：满溢程度不能小于 0",
            )

    @property
    def key(self) -> str:
        """Which box was read when."""
        return f"{self.day} {self.point} {'' if self.at_s is None else self.at_s}"

    @property
    def told_apart(self) -> bool:
        """A box is read once at a moment; two readings without time are one."""
        return True


ABSENT = ("vehicle", "driver", "site")
"""What can be away."""
Event = TripDone | Weighing | WeatherDay | Absence | FillLevel
"""What the ledger takes from tables."""
EVENTS: tuple[type[Event], ...] = (TripDone, Weighing, WeatherDay, Absence, FillLevel)
