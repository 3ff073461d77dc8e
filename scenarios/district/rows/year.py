"""Rows of a year: its `quotas` and its `climate`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.year.quota import WHOLE, MonthNormals, Quota
from scenarios.district.rows.columns import (
    STRICT,
    Number,
    Operation,
    RowIn,
    Text,
    VehicleType,
    YesNo,
)
from scenarios.district.words import cells

if TYPE_CHECKING:
    from models.trade.rules import RuleProfile

_SEASON = re.compile(r"(\d{1,2})月?(?:-(\d{1,2})月?)?[:=](\d+(?:\.\d+)?)")


def _months(text: object) -> object:
    """Weights of the twelve months of "6-9:1.5; 12-2:0.5"; months not named weigh 1."""
    if not isinstance(text, str):
        return text
    weights = [WHOLE] * 12
    plain = cells.folded(text).translate(str.maketrans("~—–至", "----"))
    for part in filter(None, re.split(r"[;,、]", plain)):
        match = _SEASON.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if match is None or not 1 <= first <= 12 or not 1 <= last <= 12 or float(match[3]) > 10:
            raise PydanticCustomError("E531", "not weights of months")
        for month in range(first, last + 1 + (12 if last < first else 0)):
            weights[(month - 1) % 12] = round(float(match[3]) * WHOLE)
    return tuple(weights)


def _counted(text: object) -> object:
    """A whole number with the word for what it counts behind it: 2026年, 9月, 9600趟."""
    if isinstance(text, str):
        text = re.sub(r"(年度?|月份?|趟次?|车次|天|日)$", "", cells.narrow(text))
    return cells.whole(text)


Counted = Annotated[int, BeforeValidator(_counted)]
Weight = Annotated[Number, Field(ge=0, le=10)]
Days = Annotated[Counted, Field(ge=0, le=31)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class QuotaIn(RowIn):
    """A row of `quotas`."""

    year: Annotated[Counted, Field(ge=1970, le=2200)]
    operation: Operation = ""
    vehicle_type: VehicleType = ""
    trips: Annotated[Counted, Field(ge=1, le=10_000_000)]
    counts: Annotated[
        Literal["route", "trip", "km"],
        BeforeValidator(lambda text: cells.word(text, "counts")),
    ] = "trip"
    per_km: Annotated[Number, Field(gt=0, le=10_000)] | None = None
    per_vehicle: Annotated[Counted, Field(ge=1, le=1_000)] | None = None
    reserve_percent: Annotated[Number, Field(ge=0, le=90)] = 0
    buffer_days: Annotated[Counted, Field(ge=0, le=180)] = 0
    season: Annotated[tuple[int, ...], BeforeValidator(_months)] = (WHOLE,) * 12
    alert_weight: Weight = 1
    weekend_weight: Weight = 1
    holiday_weight: Weight = 1
    extra: YesNo = False

    @model_validator(mode="after")
    def _is_of_something(self) -> QuotaIn:
        if not self.operation and not self.vehicle_type:
            words = {"column": "operation", "expected": "operation / vehicle_type"}
            raise PydanticCustomError("E301", "of nothing", words)
        if self.counts == "km" and self.per_km is None:
            raise PydanticCustomError("E301", "km of what", {"column": "per_km", "expected": "km"})
        return self

    def operations(self, rules: RuleProfile) -> list[str]:
        """The operation named, or those that use the type of vehicle."""
        if self.operation:
            return [self.operation]
        return [
            name for name, one in rules.operations.items() if self.vehicle_type in one.vehicle_types
        ]

    def to_domain(self, rules: RuleProfile) -> Quota:
        """The quota; call it when the operation is known to be one."""
        (operation,) = self.operations(rules)
        return Quota(
            year=self.year, operation=operation, vehicle_type=self.vehicle_type, trips=self.trips,
            counts=self.counts, per_m=round(1_000 * (self.per_km or 0)) * (self.counts == "km"),
            per_vehicle=self.per_vehicle or 0, reserve_percent=round(self.reserve_percent),
            buffer_days=self.buffer_days,
            months=self.season, alert_weight=round(WHOLE * self.alert_weight),
            weekend_weight=round(WHOLE * self.weekend_weight),
            holiday_weight=round(WHOLE * self.holiday_weight), extra=self.extra,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ClimateIn(RowIn):
    """A row of `climate`: the usual weather of a month."""

    month: Annotated[Counted, Field(ge=1, le=12)]
    low_c: Annotated[Number, Field(ge=-60, le=60)]
    swing_c: Annotated[Number, Field(ge=0, le=30)] = 5
    rain_days: Days = 0
    snow_days: Days = 0
    wind_days: Days = 0
    alert_days: Days = 0
    source: Text

    def to_domain(self) -> MonthNormals:
        """The month."""
        return MonthNormals(
            month=self.month, low_dc=round(10 * self.low_c), swing_dc=round(10 * self.swing_c),
            rain_days=self.rain_days, snow_days=self.snow_days, wind_days=self.wind_days,
            alert_days=self.alert_days, source=self.source,
        )  # fmt: skip
