"""Rows of what a bureau has: `facilities`, `vehicles` and `crews`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.district import Driver, Site, SiteKind, Vehicle
from models.units import DAY, MFEN_PER_CNY
from scenarios.district.rows.columns import (
    STRICT,
    Degrees,
    Hours,
    Id,
    Ids,
    Kind,
    Licence,
    Number,
    Operations,
    Plate,
    RowIn,
    SiteCapacity,
    Status,
    Streams,
    Text,
    VehicleCapacity,
    VehicleType,
    Whole,
    YesNo,
)
from scenarios.district.words import cells

OVERRIDES = (
    "waste_kg", "water_l", "width_m", "height_m", "weight_t", "work_speed_kmh",
    "drive_speed_kmh", "l_per_min", "crew",
)  # fmt: skip


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
    unit: Text = ""
    """Whose it is, for the desk (`scenarios/desk/today/units.py`); no plan asks for it."""
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
