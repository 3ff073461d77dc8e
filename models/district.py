"""A district as its bureau knows it: sites, vehicles, people, points, streets, orders.

Everything here is already in inside units and WGS-84; `scenarios/district` reads it from a folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import core_schema

from models.errors import ProblemError
from models.units import DAY, clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from pydantic_core import CoreSchema

Window = tuple[int, int]


class SiteKind(StrEnum):
    """What a site is for."""

    DEPOT = "depot"
    WATER = "water"
    TIP = "tip"  # takes sweepings or waste, not a transfer station
    STATION = "station"  # transfer station
    PLANT = "plant"  # incinerator, kitchen-waste plant, landfill
    CHARGER = "charger"


class Stream(str):
    """A kind of waste that is never mixed with another, by its code word in the rule profile.

    Any table `[streams.NAME]` of a profile is one; those below are the ones the code names itself.
    """

    __slots__ = ()
    RESIDUAL: ClassVar[Stream]
    KITCHEN: ClassVar[Stream]
    RECYCLABLE: ClassVar[Stream]
    HAZARDOUS: ClassVar[Stream]
    CONSTRUCTION: ClassVar[Stream]
    SWEEPINGS: ClassVar[Stream]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """How tables and documents hold one: as its code word."""
        return core_schema.no_info_after_validator_function(_stream, core_schema.str_schema())


@lru_cache(256)
def _stream(word: str) -> Stream:
    """The stream of this name; a million points share the few there are."""
    return Stream(word)


Stream.RESIDUAL, Stream.KITCHEN = Stream("residual"), Stream("kitchen")
Stream.RECYCLABLE, Stream.HAZARDOUS = Stream("recyclable"), Stream("hazardous")
Stream.CONSTRUCTION, Stream.SWEEPINGS = Stream("construction"), Stream("sweepings")

USUAL_STREAMS = {
    SiteKind.TIP: frozenset({Stream.SWEEPINGS}),
    SiteKind.STATION: frozenset({Stream.RESIDUAL}),
    SiteKind.PLANT: frozenset({Stream.RESIDUAL}),
}
"""What a site takes whose row names no stream; a rule profile's streams may add to it
(docs/district_folder.md)."""
OPEN = frozenset({"", "open"})
"""Status of a site that may be used today; "" stands for an empty cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A depot, water point, tip, transfer station, plant or charger.

    `service_s` is the time a vehicle stands there (weigh, tip, refill). A site beyond the road
    extract is reached through its (lon, lat) gateway on the map and `access_s`, `access_m` more,
    each way. 0 means "no limit" for bays, design_kg, press_kg_h, storage_kg and daily_quota_kg.
    """

    id: str
    name: str
    kind: SiteKind
    lon: float
    lat: float
    windows: tuple[Window, ...] = ((0, DAY),)
    streams: frozenset[Stream] = frozenset()
    spare_for: frozenset[Stream] = frozenset()
    """Streams it takes only on days when their own sinks cannot hold them."""
    service_s: int = 600
    bays: int = 0
    access_s: int = 0
    access_m: int = 0
    design_kg: int = 0
    press_kg_h: int = 0
    storage_kg: int = 0
    box_kg: int = 0
    boxes: int = 0
    daily_quota_kg: int = 0
    gate_fee: int = 0
    """Mfen per tonne."""
    clear_daily: bool = False
    technology: str = ""
    status: str = "open"
    land_m2: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        for early, late in self.windows:
            if early >= late:
                raise ProblemError(
                    f"{self.id}: opens at {clock(early)}, closes at {clock(late)}. "
                    "Maybe it crosses midnight: add 24 h to the closing time.",
                    zh=f"{self.id}：{clock(early)} 开放、{clock(late)} 关闭。若跨零点，"
                    f"请把关闭时间加 24 小时。",
                )
            if late - early > DAY:
                raise ProblemError(
                    f"{self.id}: opens at {clock(early)}, closes at {clock(late)}, more than a day "
                    "later. Hours come round every day: around the clock is 00:00 to 24:00.",
                    zh=f"{self.id}：{clock(early)} 开放、{clock(late)} 关闭，超过一天。"
                    f"开放时间每天重复，全天写作 00:00 至 24:00。",
                )

    @property
    def accepts(self) -> frozenset[Stream]:
        """Streams it takes: those its row names, else the usual ones of its kind."""
        return self.streams or USUAL_STREAMS.get(self.kind, frozenset())

    @property
    def is_open(self) -> bool:
        """Whether it may be used: neither planned nor closing nor closed."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPattern:
    """A named shift [begin, end] in s; the meal begins in its window (None: no meal)."""

    id: str
    begin: int
    end: int
    meal: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One vehicle. Numbers the row leaves out come from the rule profile's type catalogue.

    `overrides` holds columns of the row that replace catalogue values, in inside units
    (waste_kg, water_l, width_m, work_speed_kmh, ...).
    """

    id: str
    type: str
    depot: str
    shifts: tuple[str, ...]
    operations: tuple[str, ...] = ()
    """Empty: all operations of its type."""
    plate: str = ""
    available: bool = True
    overrides: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A stop: a sorting room, bin group, restaurant, village point."""

    id: str
    name: str
    lon: float
    lat: float
    stream: Stream
    demand_kg: int
    service_s: int
    kind: str = "point"
    windows: tuple[Window, ...] = ()
    """Empty: the operation's windows hold."""
    own_side: bool = False
    """Serve it only from the kerb it stands at."""
    capacity_kg: int = 0
    """What it holds; 0: not known, it is emptied by the operation's cadence."""
    town: str = ""
    """The town it belongs to in the rural chain (group - village - town - district), if any."""
    supervisor: str = ""
    """Who watches a sorting room in its hours, if that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One person who drives, with the history the labour rules ask for."""

    id: str
    name: str
    licence: str
    home_depot: str = ""
    skills: frozenset[str] = frozenset()
    shifts: tuple[str, ...] = ()
    """Shift patterns the person works; empty: all."""
    available: bool = True
    hours_month_s: int = 0
    overtime_month_s: int = 0
    last_end: int = -DAY
    """End of the last shift, seconds relative to midnight of the plan's date."""
    nights_run: int = 0
    days_run: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetRule:
    """An override of streets, chosen by OSM way id, by name, or within `buffer_m` of a named road.

    Only the fields that are not None replace what the map says.
    """

    way_id: int | None = None
    name: str | None = None
    buffer_m: int = 0
    cleaning_class: str | None = None
    width_m: float | None = None
    lanes: int | None = None
    core: bool | None = None
    operator: str | None = None
    exclude: frozenset[str] = frozenset()
    """Operations that do not serve these streets."""
    include: frozenset[str] = frozenset()
    """Operations that serve them whatever their class."""
    level: str | None = None
    """A level of service of the rule profile, which replaces the class's cadence."""
    begin: date | None = None
    end: date | None = None
    """First and last day on which the row holds; None: no such day."""

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.begin or day) <= day <= (self.end or day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A street closed to all, from `begin` to `end` (dates inclusive)."""

    way_id: int | None = None
    name: str | None = None
    begin: date
    end: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """An area with who answers for it: corners of its outlines in WGS-84 (lon, lat) [degrees]."""

    id: str
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    operator: str = ""
    town: str = ""
    grid: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A work order of the day: an operation on a street or at a place, inside a window."""

    id: str
    operation: str
    window: Window
    way_id: int | None = None
    name: str | None = None
    lon: float | None = None
    lat: float | None = None
    demand_kg: int = 0
    service_s: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Forecast of the plan's day; None: not given, no rule applies."""

    temperature_c: float | None = None
    rain_mm: float | None = None
    wind_grade: int | None = None
    snow: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Calendar:
    """Which work was promised on which days, from `begin` to `end` (dates inclusive).

    `visits` names work by the text of its id without lane and pass; work it does not name follows
    the rota.
    """

    begin: date
    end: date
    visits: Mapping[str, frozenset[date]]
    away: frozenset[tuple[str, str, date, date]] = frozenset()
    """Who is away: "vehicle" or "driver", the id, first and last day."""
    out: frozenset[tuple[str, str, date, datetime]] = frozenset()
    """Who was out: "vehicle" or "driver", the id, the day of the plan, and when they were back."""
    asked_m: Mapping[str, int] = field(default_factory=dict)
    """Metres of street work that the year's quotas ask of the day, by operation."""

    def present(self, kind: str, name: str, day: date) -> bool:
        """Whether a vehicle or driver is there on a day."""
        return not any(
            (one, who) == (kind, name) and begin <= day <= end for one, who, begin, end in self.away
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class District:
    """All a day plan needs besides the road network and the rule profile."""

    id: str
    name: str
    folder: Path
    roads: str
    """A file below the folder, or "place:NAME", or "bbox:W,S,E,N"."""
    profile: str
    """A shipped rule profile's name, or a file below the folder."""
    sites: tuple[Site, ...]
    vehicles: tuple[Vehicle, ...]
    shifts: tuple[ShiftPattern, ...]
    points: tuple[Point, ...] = ()
    drivers: tuple[Driver, ...] = ()
    streets: tuple[StreetRule, ...] = ()
    closures: tuple[Closure, ...] = ()
    orders: tuple[Order, ...] = ()
    zones: tuple[Zone, ...] = ()
    """Where two overlap, the earlier one counts."""
    weather: Weather = Weather()
    costs: Mapping[str, Any]
    """Overrides of the rule profile's costs, same keys."""
    language: str = "zh"
    calendar: Calendar | None = None
    """What a week's plan promised for the day; None: the rota alone says what is due."""

    def site(self, site_id: str) -> Site:
        """Find the site of this id."""
        return next(site for site in self.sites if site.id == site_id)
