"""Muck trucks: their rules, the permits of a day, and the ways approved for them.

A permit lets one truck carry muck from a construction site to a disposal site, in its hours. Inside
units: s, m, kg.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from models.trade.sourced import Sourced, Window
from models.units import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from models.network import Profile

Hours = tuple[tuple[int, int], ...]
Bools = NDArray[np.bool_]


class MuckRules(Sourced):
    """What muck trucks are, when they may drive, and what passing homes and schools is worth."""

    profile: str
    """Road profile of a loaded truck."""
    empty_t: float = Field(gt=0, le=60)
    """Its weight on the way back."""
    payload_t: float = Field(gt=0, le=60)
    handling_min: float = Field(ge=0, le=240)
    """Loading and tipping of one trip."""
    night: Window
    """Hours open to every truck; a kilometre past homes has its price in them."""
    day: Window
    """Further hours, open only to trucks with active safety; schools have their price then."""
    homes_s_km: float = Field(ge=0, le=36_000)
    """Seconds of longer drive that one kilometre less past homes by night is worth."""
    schools_s_km: float = Field(ge=0, le=36_000)
    """Seconds of longer drive that one kilometre less past schools by day is worth."""
    road_m: float = Field(gt=0, le=5_000)
    """A site farther from every road that its truck may drive has no way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A row of `permits`, in WGS-84; `begin` None: it holds already."""

    id: str
    company: str
    plate: str
    site: str
    lon: float
    lat: float
    disposal: str
    material: str
    kg: int
    """A day."""
    hours: Hours
    active_safety: bool
    begin: date | None
    end: date

    def holds_on(self, day: date) -> bool:
        """Whether the permit is valid on `day`, first and last day included."""
        return (self.begin is None or self.begin <= day) and day <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """A row of `disposals`: where muck is tipped; `limits` are kilograms a day by material."""

    id: str
    name: str
    lon: float
    lat: float
    limits: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MuckWay:
    """A way of a permit: `loaded` to the disposal site or empty back, by `night` or by day.

    `arcs` are driven after the arc at which the way begins; `exposed_m` are metres past homes by
    night, past schools by day. `fastest_*` are the same of the fastest lawful way.
    """

    loaded: bool
    night: bool
    arcs: tuple[int, ...]
    duration_s: int
    distance_m: int
    exposed_m: int
    fastest_s: int
    fastest_m: int
    fastest_exposed_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MuckWork:
    """What a permit is approved for: trips and hours [s] of the day, its sites' arcs, its ways."""

    permit: str
    trips: int
    hours: tuple[tuple[int, int], ...]
    site_arc: int
    disposal_arc: int
    ways: tuple[MuckWay, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MuckDay:
    """Permits, disposal sites, roads and rules of a day; arrays over arcs (m,)."""

    day: date
    permits: tuple[Permit, ...]
    disposals: tuple[Disposal, ...]
    rules: MuckRules
    loaded: Profile
    empty: Profile
    closures: frozenset[int]
    homes: Bools
    schools: Bools


def minutes_of(hours: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Minutes after midnight [0, 1440) that windows [s] of daily hours cover."""
    return frozenset(
        minute % (DAY // MINUTE)
        for begin, end in hours
        for minute in range(begin // MINUTE, -(-end // MINUTE))
    )
