"""What a bureau looks for a place for: rooms, toilets, water points, depots, chargers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from models.trade.sourced import Sourced, Window

Kind = Literal["room", "toilet", "water", "depot", "charger"]
KINDS: tuple[Kind, ...] = ("room", "toilet", "water", "depot", "charger")


class SitingRules(Sourced):
    """One kind of site: how far one goes to it, what it holds and costs, whom it must not disturb.

    Amounts are in the kind's unit: t of waste, uses, m3 of water, vehicles, kWh, all a day.
    """

    walk_m: int | None = Field(default=None, gt=0, le=5_000)
    """Farthest way on foot; absent: vehicles drive there."""
    drive_min: float | None = Field(default=None, gt=0, le=240)
    """Farthest drive; absent: people walk there."""
    capacity: float = Field(gt=0, le=1e6)
    """What a site of one module holds a day."""
    modules: tuple[int, ...] = Field(default=(1,), min_length=1)
    """Sizes a new site comes in."""
    site_cny_day: float = Field(ge=0, le=1e6)
    """A site, whatever its size: land, building over its life, power."""
    module_cny_day: float = Field(ge=0, le=1e6)
    """Each module of it: staff, equipment over its life."""
    person_day: float = Field(default=0, ge=0, le=100)
    """What a person needs of it a day, where people walk there."""
    walk_cny_km: float = Field(default=0, ge=0, le=1_000)
    """What a kilometre walked there by a user weighs: a preference, no money."""
    user_day: float = Field(default=1, gt=0, le=1e6)
    """What one user on foot brings or takes at once."""
    trip: float = Field(default=1, gt=0, le=1e6)
    """What a vehicle brings or takes at once, where vehicles drive there."""
    apart_m: int = Field(ge=10, le=5_000)
    """Places looked at lie so far apart."""
    homes_m: int = Field(ge=0, le=1_000)
    """A new site keeps so far from the next home."""
    schools_m: int = Field(ge=0, le=1_000)
    """And from the next school, kindergarten or hospital."""
    oppose_m: float = Field(gt=0, le=1_000)
    """Persons count exp(-d / this) against a site d metres from their home."""
    peak_percent: int = Field(default=100, ge=100, le=300)
    """Capacity to hold against a mean day."""
    hours: tuple[Window, ...] = ()
    """When it is open and somebody supervises it; empty: always."""
    streams: tuple[str, ...] = ()
    """What it takes; empty: no waste."""
    shares: tuple[float, ...] = ()
    """Of each of these streams, of all that is brought."""

    @model_validator(mode="after")
    def _one_way(self) -> SitingRules:
        if (self.walk_m is None) == (self.drive_min is None):
            raise ValueError("give walk_m or drive_min, one of them · walk_m 与 drive_min 只填一个")
        if self.walk_m is not None and not self.person_day:
            raise ValueError(
                "walk_m needs person_day, what a person brings or takes a day"
                " · walk_m 需要 person_day，即每人每日的量"
            )
        if min(self.modules) < 1 or max(self.modules) > 100:
            raise ValueError(
                f"modules {list(self.modules)}: give whole numbers from 1 to 100"
                " · modules 应为 1 至 100 的整数"
            )
        if len(self.shares) != len(self.streams) or min(self.shares, default=0) < 0:
            raise ValueError(
                f"give {len(self.streams)} shares, one for each of the streams"
                f" · 应给出 {len(self.streams)} 个份额，每种垃圾一个"
            )
        if self.streams and abs(sum(self.shares) - 1) > 1e-6:
            raise ValueError(
                f"shares add up to {sum(self.shares):g}; give shares of 1"
                f" · 份额合计为 {sum(self.shares):g}，应为 1"
            )
        return self
