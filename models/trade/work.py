"""Work of a bureau as data: which, where, when, how often, with how much of what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from models.district import SiteKind, Stream
from models.network import CLASSES
from models.trade.sourced import Cadence, MonthDay, Rule, Sourced, Window

CleaningClass = Literal["I", "II", "III", "IV"]


class RoundsRule(Sourced):
    """Work that comes by all day: on streets of `classes`, again within `headway_min`.

    A service may come `late_min` later than that. `hours` are those of every day.
    """

    classes: tuple[CleaningClass, ...] = Field(min_length=1)
    hours: Window
    headway_min: int = Field(ge=5, le=1_440)
    late_min: int = Field(default=0, ge=0, le=240)


class StreetWork(Sourced):
    """Work along streets: which, how often by cleaning class, which kerbs, how much of what.

    `side`: `each_kerb` is one pass along every right-hand kerb (streets narrower than
    `one_pass_below_m` once, in either direction), `one_pass` once in either direction,
    `all_lanes` as many passes as the carriageway's width needs at `working_width_m`. A vehicle
    works at its own speed, else at `work_speed_kmh`, never above `max_work_speed_kmh`.
    Water: `l_per_m2` over `treated_width_m` (default: the width of one pass), or `l_per_min` at
    `work_speed_kmh`. Waste: `kg_per_km` of pass, or `kg_per_m2`.
    """

    roads: tuple[str, ...]
    classes: dict[CleaningClass, Cadence]
    levels: dict[str, Cadence] = Field(default_factory=dict)
    """Cadences of streets that a row of `streets` gives a level, such as premium: they replace that
    of the class, and the street is served even where its class is not."""
    rounds: RoundsRule | None = None
    """Laps that come by all day, planned apart from the day (`huanwei rounds`)."""
    work_speed_kmh: float = Field(gt=0, le=40)
    max_work_speed_kmh: float = Field(default=40, gt=0, le=40)
    side: Literal["each_kerb", "one_pass", "all_lanes"] = "each_kerb"
    one_pass_below_m: float = Field(default=0, ge=0, le=30)
    working_width_m: float = Field(gt=0, le=30)
    treated_width_m: float | None = Field(default=None, gt=0, le=60)
    strip: Literal["carriageway", "sidewalk", "slow_lane"] = "carriageway"
    core_only: bool = False
    """Only streets of the core are served."""
    l_per_m2: float = Field(default=0, ge=0, le=20)
    l_per_min: float = Field(default=0, ge=0, le=2_000)
    kg_per_km: float = Field(default=0, ge=0, le=20_000)
    kg_per_m2: float = Field(default=0, ge=0, le=20)
    join_m: float = Field(default=0, ge=0, le=2_000)
    """Stretches of one way are one job up to this length, over junctions too; 0: from junction
    to junction."""
    private: bool = False
    tunnels: bool = True

    @model_validator(mode="after")
    def _roads_known(self) -> StreetWork:
        if unknown := sorted(set(self.roads) - set(CLASSES)):
            raise ValueError(
                f"unknown road classes {unknown}; known are {', '.join(CLASSES)}"
                f" · 不认识的道路等级 {unknown}"
            )
        if self.l_per_m2 and self.l_per_min:
            raise ValueError(
                "give l_per_m2 or l_per_min, not both · l_per_m2 与 l_per_min 只填一个"
            )
        return self


class Stock(Sourced):
    """How boxes fill that are emptied before they overflow, not on fixed days.

    `sd_share` is the standard deviation of a day's filling as a share of its mean, `risk` the
    chance of an overflow between two emptyings, `weekdays` the share of Monday to Sunday in a mean
    day.
    """

    sd_share: float = Field(ge=0, le=3)
    risk: float = Field(gt=0, lt=0.5)
    weekdays: tuple[float, float, float, float, float, float, float] = (1, 1, 1, 1, 1, 1, 1)


class PointWork(Sourced):
    """Work at points of these streams (and kinds, if any are named).

    A point without a service time of its own takes `base_s` + `per_bin_s` per started `bin_kg`.
    Several passes a day share the point's demand equally.
    """

    streams: tuple[Stream, ...] = Field(min_length=1)
    kinds: tuple[str, ...] = ()
    except_kinds: tuple[str, ...] = ()
    """Kinds that another operation looks after."""
    visits: Cadence
    stock: Stock | None = None
    """Points with a capacity are emptied so often that they hardly ever overflow; None: all points
    by `visits`."""
    base_s: int = Field(ge=0, le=7_200)
    per_bin_s: int = Field(ge=0, le=3_600)
    bin_kg: float = Field(gt=0, le=5_000)
    l_per_stop: float = Field(default=0, ge=0, le=20_000)
    """Water used at a stop, where stops are washed or disinfected."""
    row_hours: bool = True
    """False: hours and service time in a point's row are those of its waste; they do not bind this
    work."""
    own_side_from_m: float | None = Field(default=None, gt=0, le=100)
    """Streets so wide are passed along both kerbs: nobody carries waste across one to the truck."""
    direct_km: float | None = Field(default=None, ge=0, le=200)
    """Plants farther beyond the map get waste by way of stations, as long as those hold it."""

    @model_validator(mode="after")
    def _fills_or_comes_round(self) -> PointWork:
        if self.stock and self.visits.headway_min:
            raise ValueError(
                "points that are emptied by their filling have no headway_min; leave out `stock`"
                " · 按装满情况清运的点位不写 headway_min；请去掉 `stock`"
            )
        return self


class Season(Sourced):
    """Cadences from `begin` to `end` of every year (days included) instead of the usual ones.

    `classes` replaces those of streets it names, `visits` those of points.
    """

    begin: MonthDay
    end: MonthDay
    classes: dict[CleaningClass, Cadence] = Field(default_factory=dict)
    visits: Cadence | None = None


class Operation(Rule):
    """One kind of work: what it does, with which vehicles, where they tip and refill."""

    title_zh: str
    title_en: str
    vehicle_types: tuple[str, ...] = Field(min_length=1)
    street: StreetWork | None = None
    points: PointWork | None = None
    seasons: dict[str, Season] = Field(default_factory=dict)
    tip_kinds: tuple[SiteKind, ...] = ()
    tip_streams: tuple[Stream, ...] = ()
    refill_kinds: tuple[SiteKind, ...] = ()
    weather: tuple[str, ...] = ()
    bans: tuple[str, ...] = ()
    counts_as: Literal["sweep", "wash", "other"] = "other"
    """`sweep` and `wash` count for the mechanised sweeping rate, `wash` for the water rate too."""
    optional: bool = False
    """Done only by vehicles whose row names it, or whose type has optional work alone; a bureau
    without any does not have this work."""

    @model_validator(mode="after")
    def _does_something(self) -> Operation:
        if self.street is None and self.points is None:
            raise ValueError(
                "an operation needs a `street` or a `points` table"
                " · 作业需要 `street` 或 `points` 表"
            )
        if self.tip_kinds and not self.tip_streams:
            raise ValueError(
                "`tip_kinds` needs `tip_streams`: which waste is tipped there?"
                " · `tip_kinds` 需要 `tip_streams`：卸的是哪种垃圾？"
            )
        return self

    @property
    def carried(self) -> tuple[Stream, ...]:
        """Streams its vehicles have on board: those of its points, and what streets give."""
        if not self.tip_kinds:
            return ()
        street = self.street is not None and (self.street.kg_per_km or self.street.kg_per_m2)
        own = self.points.streams if self.points is not None else ()
        return tuple(dict.fromkeys((*own, *([Stream.SWEEPINGS] * bool(street or not own)))))
