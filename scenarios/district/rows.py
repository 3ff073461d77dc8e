"""Rows of the tables at the door: units in the names, limits of sense, inside units after it.

Columns, aliases and units of headings: `headers.toml`. An empty cell is an absent field.
"""

from __future__ import annotations

from copy import copy
from datetime import date as Date
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.district import (
    Closure,
    Driver,
    Order,
    Point,
    Site,
    SiteKind,
    Stream,
    StreetRule,
    Vehicle,
)
from models.units import DAY, MFEN_PER_CNY
from scenarios.district import cells

MANY_WORDS = 4_096
"""Spellings remembered of each kind of cell: a million rows repeat a few words."""
_windows = lru_cache(MANY_WORDS)(cells.windows)
_yes_no = lru_cache(MANY_WORDS)(cells.yes_no)
_number = lru_cache(MANY_WORDS)(cells.number)
_identifier = lru_cache(MANY_WORDS)(cells.identifier)
_word = lru_cache(MANY_WORDS)(cells.word)

Text = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, BeforeValidator(cells.identifier), Field(min_length=1, max_length=80)]
Ids = Annotated[tuple[str, ...], BeforeValidator(cells.entries)]
Plate = Annotated[str, BeforeValidator(cells.plate)]
Number = Annotated[float, BeforeValidator(_number)]
FreeWord = Annotated[str, BeforeValidator(_identifier), Field(min_length=1, max_length=80)]
Degrees = Annotated[float, BeforeValidator(cells.coordinate)]
Whole = Annotated[int, BeforeValidator(cells.whole)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Hours = Annotated[tuple[tuple[int, int], ...], BeforeValidator(_windows)]
OneWindow = Annotated[tuple[int, int], BeforeValidator(cells.one_window)]
Day = Annotated[Date, BeforeValidator(cells.day)]
WayId = Annotated[int, BeforeValidator(cells.way_id), Field(ge=1, le=10**11)]
Kind = Annotated[SiteKind, BeforeValidator(partial(_word, kind="kind"))]
OneStream = Annotated[Stream, BeforeValidator(cells.stream)]
Streams = Annotated[frozenset[Stream], BeforeValidator(cells.streams)]
VehicleType = Annotated[
    str,
    BeforeValidator(lambda text: cells.code(text, "vehicle_type")),
    Field(min_length=1, max_length=80),
]
Operation = Annotated[str, BeforeValidator(cells.operation)]
Operations = Annotated[
    tuple[str, ...], BeforeValidator(lambda text: cells.codes(text, "operation"))
]
Licence = Annotated[str, BeforeValidator(partial(_word, kind="licence"))]
Status = Annotated[str, BeforeValidator(partial(_word, kind="status"))]
CleaningClass = Annotated[
    Literal["I", "II", "III", "IV"],
    BeforeValidator(partial(_word, kind="cleaning_class")),
]


def _more_than_zero(switch: str) -> BeforeValidator:
    """A capacity of 0 gets a message of its own: what to do instead."""

    def refuse_zero(text: object) -> object:
        value = cells.number(text)
        if value == 0:
            raise PydanticCustomError("E319", "capacity 0", {"switch": switch})
        return value

    return BeforeValidator(refuse_zero)


SiteCapacity = Annotated[float, _more_than_zero("status = closed"), Field(gt=0)]
VehicleCapacity = Annotated[float, _more_than_zero("available = no"), Field(gt=0)]


STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RowIn:
    """A row; unknown columns never reach it. A million of them fit the memory."""

    note: Text = ""

    def altered(self, **changes: object) -> Self:
        """The row with other values, which are valid already."""
        made = copy(self)
        for name, value in changes.items():
            object.__setattr__(made, name, value)
        return made


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FacilityIn(RowIn):
    """A row of `facilities`."""

    id: Id
    name: Text = ""
    kind: Kind
    lon: Degrees
    lat: Degrees
    hours: Hours | None = None
    streams: Streams = frozenset()
    spare_for: Streams = frozenset()
    service_min: Annotated[Number, Field(ge=0, le=240)] = 10
    bays: Annotated[int, BeforeValidator(cells.whole), Field(ge=1, le=100)] | None = None
    access_min: Annotated[Number, Field(ge=0, le=600)] = 0
    access_km: Annotated[Number, Field(ge=0, le=500)] = 0
    design_t: Annotated[SiteCapacity, Field(le=20_000)] | None = None
    press_t_h: Annotated[SiteCapacity, Field(le=1_000)] | None = None
    storage_t: Annotated[SiteCapacity, Field(le=20_000)] | None = None
    box_t: Annotated[SiteCapacity, Field(le=60)] | None = None
    boxes: Annotated[Whole, Field(ge=0, le=1_000)] = 0
    daily_quota_t: Annotated[SiteCapacity, Field(le=20_000)] | None = None
    gate_fee_cny_t: Annotated[Number, Field(ge=0, le=5_000)] = 0
    clear_daily: YesNo = False
    technology: Text = ""
    status: Status = "open"
    land_m2: Annotated[Number, Field(ge=0, le=10_000_000)] = 0

    @model_validator(mode="after")
    def _station_has_hours(self) -> FacilityIn:
        if self.kind is SiteKind.STATION and self.hours is None:
            raise PydanticCustomError("E320", "no hours", {"column": "hours"})
        return self

    def to_domain(self, *, lon: float, lat: float) -> Site:
        """The site at (lon, lat) in WGS-84."""
        return Site(
            id=self.id,
            name=self.name or self.id,
            kind=self.kind,
            lon=lon,
            lat=lat,
            windows=self.hours or ((0, DAY),),
            streams=self.streams,
            spare_for=self.spare_for,
            service_s=round(60 * self.service_min),
            bays=self.bays or 0,
            access_s=round(60 * self.access_min),
            access_m=round(1000 * self.access_km),
            design_kg=_kg(self.design_t),
            press_kg_h=_kg(self.press_t_h),
            storage_kg=_kg(self.storage_t),
            box_kg=_kg(self.box_t),
            boxes=self.boxes,
            daily_quota_kg=_kg(self.daily_quota_t),
            gate_fee=round(MFEN_PER_CNY * self.gate_fee_cny_t),
            clear_daily=self.clear_daily,
            technology=self.technology,
            status=self.status,
            land_m2=round(self.land_m2),
            note=self.note,
        )


def _kg(tonnes: float | None) -> int:
    return round(1000 * (tonnes or 0))


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class VehicleIn(RowIn):
    """A row of `vehicles`; the last block replaces values of the type catalogue."""

    id: Id
    plate: Plate = ""
    type: VehicleType
    depot: Id
    shifts: Annotated[Ids, Field(min_length=1)]
    operations: Operations = ()
    available: YesNo = True
    waste_kg: Annotated[VehicleCapacity, Field(le=60_000)] | None = None
    water_l: Annotated[VehicleCapacity, Field(le=60_000)] | None = None
    width_m: Annotated[Number, Field(gt=0, le=4)] | None = None
    height_m: Annotated[Number, Field(gt=0, le=5)] | None = None
    weight_t: Annotated[Number, Field(gt=0, le=60)] | None = None
    work_speed_kmh: Annotated[Number, Field(gt=0, le=40)] | None = None
    drive_speed_kmh: Annotated[Number, Field(gt=0, le=100)] | None = None
    l_per_min: Annotated[Number, Field(gt=0, le=2_000)] | None = None
    crew: Annotated[int, BeforeValidator(cells.whole), Field(ge=1, le=20)] | None = None

    def to_domain(self) -> Vehicle:
        """The vehicle; only the overrides that were given."""
        given = {name: getattr(self, name) for name in OVERRIDES}
        return Vehicle(
            id=self.id,
            type=self.type,
            depot=self.depot,
            shifts=self.shifts,
            operations=self.operations,
            plate=self.plate,
            available=self.available,
            overrides={name: float(value) for name, value in given.items() if value is not None},
        )


OVERRIDES = (
    "waste_kg", "water_l", "width_m", "height_m", "weight_t", "work_speed_kmh",
    "drive_speed_kmh", "l_per_min", "crew",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PointIn(RowIn):
    """A row of `points`."""

    id: Id
    name: Text = ""
    kind: FreeWord = "point"
    stream: OneStream
    lon: Degrees
    lat: Degrees
    demand_kg: Annotated[Number, Field(ge=0, le=100_000)]
    service_min: Annotated[Number, Field(ge=0, le=240)] | None = None
    hours: Hours = ()
    own_side: YesNo = False
    capacity_kg: Annotated[Number, Field(ge=0, le=100_000)] = 0

    def to_domain(self, *, lon: float, lat: float) -> Point:
        """The point at (lon, lat) in WGS-84; service_s 0 where the profile's formula holds."""
        return Point(
            id=self.id,
            name=self.name or self.id,
            kind=self.kind,
            stream=self.stream,
            lon=self.lon if lon == self.lon else lon,  # one number in memory where it is the same
            lat=self.lat if lat == self.lat else lat,
            demand_kg=round(self.demand_kg),
            service_s=round(60 * (self.service_min or 0)),
            windows=self.hours,
            own_side=self.own_side,
            capacity_kg=round(self.capacity_kg),
        )


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CrewIn(RowIn):
    """A row of `crews`: a driver, or without a licence a helper."""

    id: Id
    name: Text
    licence: Licence = ""
    home_depot: Id = ""
    skills: Ids = ()
    shifts: Ids = ()
    available: YesNo = True
    hours_month_h: Annotated[Number, Field(ge=0, le=400)] = 0
    overtime_month_h: Annotated[Number, Field(ge=0, le=200)] = 0
    last_end: Annotated[int, BeforeValidator(cells.last_end)] = -DAY
    nights_run: Annotated[Whole, Field(ge=0, le=31)] = 0
    days_run: Annotated[Whole, Field(ge=0, le=366)] = 0

    def to_domain(self) -> Driver:
        """The driver."""
        return Driver(
            id=self.id,
            name=self.name,
            licence=self.licence,
            home_depot=self.home_depot,
            skills=frozenset(self.skills),
            shifts=self.shifts,
            available=self.available,
            hours_month_s=round(3600 * self.hours_month_h),
            overtime_month_s=round(3600 * self.overtime_month_h),
            last_end=self.last_end,
            nights_run=self.nights_run,
            days_run=self.days_run,
        )


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class StreetIn(RowIn):
    """A row of `streets`: what is known better than the map says."""

    way_id: WayId | None = None
    name: Text | None = None
    buffer_m: Annotated[Number, Field(ge=0, le=5_000)] = 0
    cleaning_class: CleaningClass | None = None
    width_m: Annotated[Number, Field(gt=0, le=100)] | None = None
    lanes: Annotated[int, BeforeValidator(cells.whole), Field(ge=1, le=16)] | None = None
    core: YesNo | None = None
    operator: Text | None = None
    exclude: Operations = ()
    include: Operations = ()

    @model_validator(mode="after")
    def _names_a_street(self) -> StreetIn:
        if self.way_id is None and self.name is None:
            raise _no_street()
        return self

    def to_domain(self) -> StreetRule:
        """The override."""
        return StreetRule(
            way_id=self.way_id,
            name=self.name,
            buffer_m=round(self.buffer_m),
            cleaning_class=self.cleaning_class,
            width_m=self.width_m,
            lanes=self.lanes,
            core=self.core,
            operator=self.operator,
            exclude=frozenset(self.exclude),
            include=frozenset(self.include),
        )


def _no_street(place_en: str = "", place_zh: str = "") -> PydanticCustomError:
    words = {"column": "way_id", "place_en": place_en, "place_zh": place_zh}
    return PydanticCustomError("E317", "no street", words)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SpanIn(RowIn):
    """A row with its first and last day, both included."""

    begin: Day
    end: Day

    @model_validator(mode="before")
    @classmethod
    def _years_together(cls, row: Any, info: ValidationInfo) -> Any:
        if "begin" not in row or "end" not in row:
            return row
        begin, end = cells.day_span(row["begin"], row["end"], (info.context or {})["day"])
        return row | {"begin": begin, "end": end}

    @model_validator(mode="after")
    def _begins_first(self) -> Self:
        if self.end < self.begin:
            words = {"column": "end", "begin": str(self.begin), "end": str(self.end)}
            raise PydanticCustomError("E310", "ends first", words)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ClosureIn(SpanIn):
    """A row of `closures`: a street closed from one date to another."""

    way_id: WayId | None = None
    name: Text | None = None
    reason: Text = ""

    @model_validator(mode="after")
    def _names_a_street(self) -> ClosureIn:
        if self.way_id is None and self.name is None:
            raise _no_street()
        return self

    def to_domain(self) -> Closure:
        """The closure."""
        return Closure(
            way_id=self.way_id,
            name=self.name,
            begin=self.begin,
            end=self.end,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OrderIn(RowIn):
    """A row of `orders`: work of the day on a street or at a place."""

    id: Id
    operation: Operation
    window: OneWindow
    way_id: WayId | None = None
    name: Text | None = None
    lon: Degrees | None = None
    lat: Degrees | None = None
    demand_kg: Annotated[Number, Field(ge=0, le=100_000)] = 0
    service_min: Annotated[Number, Field(ge=0, le=480)] = 10
    begin: Day | None = None
    end: Day | None = None

    def holds_on(self, day: Date) -> bool:
        """Whether it is work of the day: from `begin` to `end`, days included; empty: no limit."""
        return (self.begin or day) <= day <= (self.end or day)

    @model_validator(mode="after")
    def _begins_first(self) -> OrderIn:
        if self.begin is not None and self.end is not None and self.end < self.begin:
            words = {"column": "end", "begin": str(self.begin), "end": str(self.end)}
            raise PydanticCustomError("E310", "ends first", words)
        return self

    @model_validator(mode="after")
    def _has_a_place(self) -> OrderIn:
        if (self.lon is None) != (self.lat is None):
            column = "lon" if self.lon is None else "lat"
            raise PydanticCustomError("E318", "half a place", {"column": column})
        if self.way_id is None and self.name is None and self.lon is None:
            raise _no_street(", or lon and lat", ",或经纬度")
        return self

    def to_domain(self, *, lon: float | None, lat: float | None) -> Order:
        """The order, its place in WGS-84 if it has one."""
        return Order(
            id=self.id,
            operation=self.operation,
            window=self.window,
            way_id=self.way_id,
            name=self.name,
            lon=lon,
            lat=lat,
            demand_kg=round(self.demand_kg),
            service_s=round(60 * self.service_min),
        )
