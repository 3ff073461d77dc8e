"""Rows of what is to be done: `points`, `streets`, `closures` and `orders`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.district import Closure, Order, Point, StreetRule
from scenarios.district.rows.columns import (
    STRICT,
    CleaningClass,
    Day,
    Degrees,
    FreeWord,
    Hours,
    Id,
    Number,
    OneStream,
    OneWindow,
    Operation,
    Operations,
    RowIn,
    Text,
    WayId,
    YesNo,
)
from scenarios.district.words import cells
from solver.trade.patches import share_kg

if TYPE_CHECKING:
    from datetime import date as Date


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
    town: Text = ""
    supervisor: Text = ""

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
            town=self.town,
            supervisor=self.supervisor,
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
    level: Text | None = None
    begin: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _names_a_street(self) -> StreetIn:
        if self.way_id is None and self.name is None:
            raise _no_street()
        if self.begin is not None and self.end is not None and self.end < self.begin:
            words = {"column": "end", "begin": str(self.begin), "end": str(self.end)}
            raise PydanticCustomError("E310", "ends first", words)
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
            level=self.level,
            begin=self.begin,
            end=self.end,
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
    spread: YesNo = False
    """`demand_kg` is cleared from `begin` to `end`, an equal share each day (a dump patch)."""

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
    def _spread_has_days(self) -> OrderIn:
        if self.spread and (self.begin is None or self.end is None or not self.demand_kg):
            lacks = {"begin": self.begin, "end": self.end, "demand_kg": self.demand_kg}
            column = next(name for name, value in lacks.items() if not value)
            raise PydanticCustomError("E323", "spread over no days", {"column": column})
        return self

    def kg_on(self, day: Date) -> int:
        """Kilograms of the day: all of it, or the day's share."""
        if self.spread and self.begin is not None and self.end is not None:
            return share_kg(round(self.demand_kg), self.begin, self.end, day)
        return round(self.demand_kg)

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
