"""Rows of the ledger's tables at the door; columns and their names: `headers.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass as plain
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.history.events import Absence, FillLevel, TripDone, WeatherDay, Weighing
from models.units import DAY
from scenarios.district.rows.columns import (
    STRICT,
    Day,
    Id,
    Number,
    Operation,
    Percent,
    RowIn,
    Text,
    VehicleType,
    Whole,
    YesNo,
)
from scenarios.district.rows.work import SpanIn
from scenarios.district.words import cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.history.events import Event

_DATED = re.compile(r"(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)[ T]*(\d{1,2}[:：]\d{2}.*)")


def _moment(text: object) -> object:
    """A clock time as seconds after midnight, or a date with one as (date, seconds)."""
    if not isinstance(text, str):
        return text
    match = _DATED.fullmatch(cells.narrow(text))
    if match is None:
        return (None, cells.moment(text))
    digits = [int(part) for part in re.findall(r"\d+", match[1])]
    try:
        return (date(*digits), cells.moment(match[2]))
    except ValueError:
        raise PydanticCustomError("E309", "no such date") from None


Moment = Annotated[tuple[date | None, int], BeforeValidator(_moment)]
Absent = Annotated[
    Literal["vehicle", "driver", "site"],
    BeforeValidator(lambda text: cells.word(text, "absent")),
]
Amount = Annotated[Number, Field(ge=0, le=1_000_000)]


def _seconds(moment: tuple[date | None, int] | None, day: date) -> int | None:
    """Seconds after midnight of `day`."""
    if moment is None:
        return None
    own, seconds = moment
    return seconds if own is None else seconds + (own - day).days * DAY


@plain(frozen=True, slots=True)
class Book:
    """What the district says of the things that rows name: ids by id, plate and name."""

    vehicles: Mapping[str, str]
    types: Mapping[str, str]
    """Type by id of a vehicle."""
    sites: Mapping[str, str]
    drivers: Mapping[str, str]
    points: Mapping[str, str] = field(default_factory=dict)


class Told(Protocol):
    """A row that becomes an event."""

    void: bool

    def to_domain(self, book: Book) -> Event:
        """The event in inside units; names of the district become its ids."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TripIn(RowIn):
    """A row of `trips`."""

    number: Id = ""
    day: Day
    operation: Operation = ""
    vehicle: Id
    begin: Moment | None = None
    end: Moment | None = None
    trips: Annotated[Whole, Field(ge=1, le=1_000)] = 1
    work_km: Amount = 0
    load_kg: Amount = 0
    water_l: Amount = 0
    route: Text = ""
    vehicle_type: VehicleType = ""
    plan: Text = ""
    valid: YesNo = True
    void: YesNo = False

    @model_validator(mode="after")
    def _ends_last(self) -> TripIn:
        begin, end = _seconds(self.begin, self.day), _seconds(self.end, self.day)
        if begin is not None and end is not None and end <= begin:
            raise PydanticCustomError(
                "E307", "ends first", {"column": "end", **cells.span_words(begin, end)}
            )
        return self

    def to_domain(self, book: Book) -> TripDone:
        """The trip; `operation` may still be empty."""
        vehicle = book.vehicles.get(known(self.vehicle), self.vehicle)
        return TripDone(
            day=self.day, operation=self.operation, vehicle=vehicle,
            vehicle_type=self.vehicle_type or book.types.get(vehicle, ""), number=self.number,
            begin_s=_seconds(self.begin, self.day), end_s=_seconds(self.end, self.day),
            trips=self.trips, work_m=round(1_000 * self.work_km), load_kg=round(self.load_kg),
            water_l=round(self.water_l), route=self.route, plan=self.plan, valid=self.valid,
            note=self.note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WeighingIn(RowIn):
    """A row of `weighings`: the net weight, or gross and tare."""

    number: Id = ""
    day: Day
    at: Moment | None = None
    site: Id
    vehicle: Id
    stream: Text = ""
    gross_kg: Amount | None = None
    tare_kg: Amount | None = None
    net_kg: Amount | None = None
    void: YesNo = False

    @model_validator(mode="after")
    def _adds_up(self) -> WeighingIn:
        both = self.gross_kg is not None and self.tare_kg is not None
        if self.net_kg is None and not both:
            raise PydanticCustomError("E525", "no weight", {"column": "net_kg"})
        if both and self.net_kg is not None and abs(self._difference() - self.net_kg) > 1:
            words = {"column": "net_kg", "reckoned": f"{self._difference():g}"}
            raise PydanticCustomError("E526", "does not add up", words)
        if both and self._difference() < 0:
            words = {"column": "tare_kg", "reckoned": f"{self._difference():g}"}
            raise PydanticCustomError("E526", "does not add up", words)
        return self

    def _difference(self) -> float:
        return (self.gross_kg or 0) - (self.tare_kg or 0)

    def to_domain(self, book: Book) -> Weighing:
        """The weighing."""
        net = self._difference() if self.net_kg is None else self.net_kg
        return Weighing(
            day=self.day, site=book.sites.get(known(self.site), self.site),
            vehicle=book.vehicles.get(known(self.vehicle), self.vehicle), net_kg=round(net),
            number=self.number, at_s=_seconds(self.at, self.day),
            stream=cells.word_aliases("stream").get(cells.folded(self.stream), self.stream),
            gross_kg=_whole(self.gross_kg), tare_kg=_whole(self.tare_kg), note=self.note,
        )  # fmt: skip


def _whole(value: float | None, factor: int = 1) -> int | None:
    return None if value is None else round(factor * value)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WeatherIn(RowIn):
    """A row of `weather`."""

    day: Day
    low_c: Annotated[Number, Field(ge=-60, le=60)] | None = None
    rain_mm: Annotated[Number, Field(ge=0, le=2_000)] | None = None
    wind_grade: Annotated[Whole, Field(ge=0, le=17)] | None = None
    snow: YesNo = False
    pm25: Annotated[Number, Field(ge=0, le=2_000)] | None = None
    alert: YesNo = False
    forecast: YesNo = False
    void: YesNo = False

    def to_domain(self, book: Book) -> WeatherDay:
        """The weather."""
        return WeatherDay(
            day=self.day, low_dc=_whole(self.low_c, 10), rain_um=_whole(self.rain_mm, 1_000),
            wind_grade=self.wind_grade, snow=self.snow, pm25=_whole(self.pm25), alert=self.alert,
            forecast=self.forecast, note=self.note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AbsenceIn(SpanIn):
    """A row of `absences`."""

    kind: Absent
    what: Id
    reason: Text = ""
    void: YesNo = False

    def to_domain(self, book: Book) -> Absence:
        """The absence."""
        things = {"vehicle": book.vehicles, "driver": book.drivers, "site": book.sites}[self.kind]
        return Absence(
            kind=self.kind, what=things.get(known(self.what), self.what), begin=self.begin,
            end=self.end, reason=self.reason, note=self.note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LevelIn(RowIn):
    """A row of `levels`: how full a box was, in percent of its capacity."""

    day: Day
    at: Moment | None = None
    point: Id
    full_percent: Annotated[Percent, Field(ge=0, le=300)]
    void: YesNo = False

    def to_domain(self, book: Book) -> FillLevel:
        """The reading."""
        return FillLevel(
            day=self.day, at_s=_seconds(self.at, self.day),
            point=book.points.get(known(self.point), self.point),
            full_pm=round(10 * self.full_percent), note=self.note,
        )  # fmt: skip


def known(text: str) -> str:
    """A name as names of the district are looked up: a plate without dots and blanks."""
    return str(cells.plate(text))


MODELS: Mapping[str, type[Any]] = {
    "trips": TripIn, "weighings": WeighingIn, "weather": WeatherIn, "absences": AbsenceIn,
    "levels": LevelIn,
}  # fmt: skip
"""Tables that `huanwei ledger import` takes."""
