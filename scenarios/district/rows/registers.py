"""Rows of registers: `contracts` of producers, `permits` and `disposals` of muck trucks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from scenarios.district.words import cells

if TYPE_CHECKING:
    from datetime import date

import re

from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.trade.muck import Disposal, Permit
from scenarios.district.rows.columns import (
    STRICT,
    Day,
    Degrees,
    Hours,
    Id,
    Number,
    Plate,
    RowIn,
    Text,
    Whole,
    YesNo,
)

_LIMIT = re.compile(r"\s*([^:：=]+)[:：=]\s*(\d+(?:\.\d+)?)\s*[tT吨]?\s*")


def _in_order(begin: date | None, end: date) -> None:
    if begin is not None and end < begin:
        words = {"column": "end", "begin": str(begin), "end": str(end)}
        raise PydanticCustomError("E310", "ends first", words)


def _limits(text: object) -> object:
    """Kilograms a day by material of "soil:800;rubble:300" in tonnes."""
    if not isinstance(text, str):
        return text
    limits: dict[str, int] = {}
    for part in filter(None, re.split(r"[;；]", text)):
        match = _LIMIT.fullmatch(part)
        material = "" if match is None else cells.folded(match[1])
        if match is None or not material or material in limits or float(match[2]) > 1_000_000:
            raise PydanticCustomError("E543", "not limits of materials")
        limits[material] = round(1_000 * float(match[2]))
    return tuple(limits.items())


Material = Annotated[str, BeforeValidator(cells.folded), Field(min_length=1, max_length=80)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ContractIn(RowIn):
    """A row of `contracts`: a producer whose waste is collected under an agreement."""

    id: Id
    point: Id
    company: Text = ""
    begin: Day | None = None
    end: Day
    bins: Annotated[Whole, Field(ge=0, le=1_000)] = 0
    bin_l: Annotated[Number, Field(gt=0, le=5_000)] = 120

    @model_validator(mode="after")
    def _begins_first(self) -> ContractIn:
        _in_order(self.begin, self.end)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PermitIn(RowIn):
    """A row of `permits`: a muck truck's way from a construction site to a disposal site."""

    id: Id
    company: Text = ""
    plate: Plate
    site: Text = ""
    lon: Degrees
    lat: Degrees
    disposal: Id
    material: Material
    tonnes_t: Annotated[Number, Field(gt=0, le=10_000)]
    hours: Annotated[Hours, Field(min_length=1)]
    active_safety: YesNo = False
    begin: Day | None = None
    end: Day

    @model_validator(mode="after")
    def _begins_first(self) -> PermitIn:
        _in_order(self.begin, self.end)
        return self

    def to_domain(self, *, lon: float, lat: float) -> Permit:
        """The permit, its construction site in WGS-84."""
        return Permit(
            id=self.id, company=self.company, plate=self.plate, site=self.site, lon=lon, lat=lat,
            disposal=self.disposal, material=self.material, kg=round(1_000 * self.tonnes_t),
            hours=self.hours, active_safety=self.active_safety, begin=self.begin, end=self.end,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DisposalIn(RowIn):
    """A row of `disposals`: where muck is tipped, and how much of each material a day."""

    id: Id
    name: Text = ""
    lon: Degrees
    lat: Degrees
    limits: Annotated[tuple[tuple[str, int], ...], BeforeValidator(_limits), Field(min_length=1)]

    def to_domain(self, *, lon: float, lat: float) -> Disposal:
        """The disposal site in WGS-84."""
        return Disposal(id=self.id, name=self.name, lon=lon, lat=lat, limits=self.limits)
