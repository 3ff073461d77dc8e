"""Laws of the trade as data: what is done how often, when, with what, at what cost.

A rule profile is read from TOML (`solver/trade/profile.py`). Numbers carry their unit in their
name and stay as people write them; `solver/tasks` turns them into inside units. Every table with
a number in it names where the number comes from: see `Sourced`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from models.district import SiteKind, Stream
from models.network import Profile as NetworkProfile
from models.network import UTurns
from models.trade.muck import MuckRules
from models.trade.siting import Kind, SitingRules
from models.trade.sourced import Rule, Sourced, Window
from models.trade.work import CleaningClass, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

Price = Annotated[float, Field(ge=0, le=100_000)]
"""Money or CO2 per unit [CNY or kg] counts up to a hundred thousand (chosen: no price of the trade
is as high, and sums of a day stay whole numbers of 64 bits)."""


class StreamRule(Rule):
    """A stream of waste: what people call it, and which kinds of site take it.

    `words` are its spellings in tables. A site of one of the kinds `usual_at` takes it where its
    row names no stream.
    """

    title_zh: str
    title_en: str
    words: tuple[str, ...] = ()
    usual_at: tuple[SiteKind, ...] = ()


class RoadProfile(Sourced):
    """Size of a class of vehicles, which decides what it may drive."""

    width_m: float = Field(gt=0, le=3)
    height_m: float = Field(gt=0, le=5)
    weight_t: float = Field(gt=0, le=60)
    length_m: float = Field(default=12, gt=0, le=25)
    """12 m, the longest a single truck may be (GB 1589-2016), where a profile does not say."""
    hgv: bool = True
    max_speed_kmh: int = Field(gt=0, le=100)
    clearance_m: float = Field(ge=0, le=3)
    u_turns: UTurns = UTurns.DEAD_ENDS
    private: bool = False
    foot: bool = False

    def to_profile(self, name: str, **changes: float) -> NetworkProfile:
        """The network's view of it; `changes` replace fields."""
        fields = self.model_dump(exclude={"source"}) | changes
        return NetworkProfile(name=name, **fields)


class VehicleSpec(Sourced):
    """A vehicle type of the catalogue; fuel for diesel, kWh for electric vehicles."""

    title_zh: str
    title_en: str
    profile: str
    waste_kg: int = Field(default=0, ge=0, le=60_000)
    chambers: dict[Stream, Annotated[int, Field(gt=0, le=60_000)]] = Field(default_factory=dict)
    """Kilograms of each stream where the hopper is divided; empty: one hopper, one stream."""
    water_l: int = Field(default=0, ge=0, le=60_000)
    work_speed_kmh: float | None = Field(default=None, gt=0, le=40)
    """None: the operation's."""
    l_per_min: float | None = Field(default=None, gt=0, le=2_000)
    """Its own use where the operation counts litres per minute."""
    licence: Literal["C1", "B2", "A2", "B1", "A1"]
    crew: int = Field(default=1, ge=1, le=20)
    fixed_cny_day: Price = 0
    maintenance_cny_km: Price = 0
    fuel_l_100km: float = Field(default=0, ge=0, le=200)
    fuel_l_work_h: float = Field(default=0, ge=0, le=200)
    kwh_km: float = Field(default=0, ge=0, le=10)
    kwh_work_h: float = Field(default=0, ge=0, le=500)

    @model_validator(mode="after")
    def _chambers_make_up_the_hopper(self) -> VehicleSpec:
        if self.chambers and sum(self.chambers.values()) != self.waste_kg:
            total = sum(self.chambers.values())
            raise ValueError(
                f"chambers hold {total} kg in all, `waste_kg` is {self.waste_kg}"
                f" · 各厢共装 {total} 公斤，而 `waste_kg` 为 {self.waste_kg}"
            )
        return self


class WeatherRule(Sourced):
    """When an operation stops; a value that the forecast does not give stops nothing."""

    below_c: float | None = None
    """No work under this temperature; on bridges `bridge_margin_c` earlier, they freeze first."""
    bridge_margin_c: float = Field(default=0, ge=0, le=10)
    rain_mm_from: float | None = Field(default=None, ge=0)
    wind_grade_from: int | None = Field(default=None, ge=0, le=17)
    snow: bool = False
    """True: snow stops it."""


class Ban(Sourced):
    """Hours in which no service may happen on streets of these cleaning classes."""

    windows: tuple[Window, ...]
    classes: tuple[CleaningClass, ...] = ("I", "II", "III", "IV")


class StreetClasses(Sourced):
    """Cleaning class by OSM class, in the core and elsewhere; classes not named are not cleaned."""

    core: dict[str, CleaningClass]
    other: dict[str, CleaningClass]
    sidewalk_m: float = Field(ge=0, le=20)
    """Width of the sidewalk on each side."""
    slow_lane_m: float = Field(default=3.5, ge=0, le=10)
    """Width of the slow lane on each side, where a road has one."""

    def beside_m(self, strip: str) -> float:
        """Width of a strip beside the carriageway [m]; 0: it is the carriageway itself."""
        return {"sidewalk": self.sidewalk_m, "slow_lane": self.slow_lane_m}.get(strip, 0.0)

    crumb_m: float = Field(default=0, ge=0, le=200)
    """A piece of street below this length, such as the inside of a junction, goes with the street
    that runs straight on from it; 0: every piece stands for itself."""


class Heat(Rule):
    """From this temperature, outdoor work of people on foot is limited to so many hours."""

    from_c: float
    max_h: float = Field(ge=0, le=24)
    out_of_window: bool = False
    """No outdoor work inside the heat window either."""


class Labour(Sourced):
    """Labour rules; working times in hours, breaks in minutes."""

    day_h: float = Field(gt=0, le=24)
    week_h: float = Field(gt=0, le=84)
    overtime_day_h: float = Field(ge=0, le=12)
    overtime_special_day_h: float = Field(ge=0, le=12)
    overtime_month_h: float = Field(ge=0, le=200)
    driving_h: float = Field(gt=0, le=12)
    rest_min: float = Field(ge=0, le=120)
    meal_min: float = Field(ge=0, le=180)
    rest_between_h: float = Field(ge=0, le=24)
    rest_days_week: int = Field(ge=0, le=7)
    night: Window
    nights_run: int = Field(ge=1, le=31)
    pre_trip_min: float = Field(ge=0, le=120)
    post_trip_min: float = Field(ge=0, le=120)
    overtime_factor: float = Field(ge=1, le=5)
    rest_day_factor: float = Field(ge=1, le=5)
    holiday_factor: float = Field(ge=1, le=5)
    guaranteed_h: float = Field(default=0, ge=0, le=8)
    """Who is called in is paid for so many hours of a shift at least."""
    holiday_calendar: Literal["CN", ""] = ""
    """Whose statutory holidays count."""
    more_holidays: tuple[date, ...] = ()
    """Statutory holidays beside those of the calendar, for example of a region."""
    heat: tuple[Heat, ...] = ()
    heat_window: Window
    outdoor_operations: tuple[str, ...] = ()
    """Operations whose crew works on foot: heat rules bind them."""
    operation_skills: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Skills the driver needs, by operation; `haul` is one."""
    vehicle_skills: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Skills the driver needs, by vehicle type."""


class Costs(Sourced):
    """Prices and emission factors; a district overrides them by the same keys."""

    driver_cny_h: Price
    helper_cny_h: Price
    diesel_cny_l: Price
    electricity_cny_kwh: Price
    water_cny_m3: Price
    diesel_co2_kg_l: Price
    grid_co2_kg_kwh: Price
    gate_fee_cny_t: Price = 0
    """Used where a plant names none."""
    moved_task_cny: Price = 20
    """What a task costs more when another vehicle than before does it and the plan is to be kept:
    the new driver's search for the place, and the call of the dispatcher."""
    street_vehicle_cny: Price = 0
    """A preference, not paid: what each vehicle that works on a street counts in the search."""
    street_begin_cny: Price = 0
    """Likewise each time a vehicle begins on a street, coming from another."""
    section_vehicle_cny: Price = 0
    """Likewise each vehicle that does lanes of one section."""
    fixed_per: Literal["day", "shift"] = "day"
    """What a vehicle's `fixed_cny_day` buys: its day, paid by the first shift it is out, or each
    shift it is out."""
    area_m: float = Field(default=0, ge=0, le=10_000)
    """Stops lie in squares of this side [m], counted by operation; 0: in none."""
    area_vehicle_cny: float = Field(default=0, ge=0)
    """A preference, not paid: what each vehicle that stops in a square counts in the search."""
    home_days: int = Field(default=0, ge=0, le=31)
    """From the plans of so many days before a day it is learned where vehicles and drivers are at
    home; 0: from none."""
    home_cny: Price = 0
    """A preference, not paid: what a task counts that another vehicle serves than the one at home
    in its square. 0: vehicles alike are still dealt by their homes, and crews too."""
    even_h: float = Field(default=0, ge=0, le=12)
    """A duty should have so many hours out."""
    uneven_cny_h: float = Field(default=0, ge=0)
    """A preference, not paid: what each hour counts that a duty has less."""


class Stops(Sourced):
    """How far a point may lie from the road it is served from.

    A point is served from an open road within `reach_m` that is at most `carry_m` farther than the
    nearest road; otherwise it stands on its own street, and is unreachable if that is shut.
    """

    reach_m: float = Field(default=200, gt=0, le=2_000)
    """Beyond it no road serves a point: its place, or the map, is wrong."""
    carry_m: float = Field(default=40, ge=0, le=500)
    """So far a crew rolls bins to the vehicle rather than leave them."""
    source: str | dict[str, str] = "memory (bins are rolled 15-50 m; a point lies by its road)"


class Kpis(Sourced):
    """Street classes that the indicators look at, and their targets (shares of 1)."""

    main_roads: tuple[str, ...]
    mechanised_target: float = Field(ge=0, le=1)
    alleys: tuple[str, ...]
    slow_lanes: tuple[str, ...] = ()
    """Road classes with a slow lane on each side."""
    water_sweep_target: float = Field(ge=0, le=1)
    station_alarm: float = Field(gt=0, le=2)
    """Of a station's design tonnage: from here on the plan names the station."""


class StationRules(Sourced):
    """How transfer stations work; the alarm of a full one stands in `[kpis]`."""

    press_share: float = Field(gt=0, le=1)
    """Of the nominal press rate: cleaning, jams and changes of boxes take the rest."""
    swap_min: float = Field(ge=0, le=120)
    """Changing a full box for an empty one."""
    swap_takes_bay: bool = True
    """A haul truck that changes its box stands in one of the station's bays."""
    full_share: float = Field(gt=0, le=1)
    """Of a design tonnage that whole loads can fill."""


class ExposureRules(Sourced):
    """Who counts as living near a station, and how people are estimated where no file tells."""

    decay_m: float = Field(gt=0, le=5_000)
    """A person at this distance counts exp(-1), up to 500 m."""
    floor_m2: float = Field(gt=0, le=1_000)
    """Gross floor area per person in residential buildings."""
    people_km2: float = Field(ge=0, le=200_000)
    """On residential land without buildings on the map."""
    kg_person_day: float = Field(gt=0, le=20)
    """Waste of a person a day, where the map shows no homes at all."""
    beside_homes_m: float = Field(ge=0, le=500)
    """A street this close to a home passes homes."""
    beside_schools_m: float = Field(ge=0, le=500)


class MergingRules(Sourced):
    """Merging of collection points (撤桶并点): how far people walk, what a point holds, prices."""

    walk_m: int = Field(ge=0, le=2_000)
    """No home is sent farther on foot than this, unless it walks farther today."""
    point_kg: int = Field(gt=0, le=100_000)
    """What a point may get a day, where its row names no capacity."""
    persons_household: float = Field(gt=0, le=20)
    point_cny_day: float = Field(ge=0, le=10_000)
    """What a point costs that stays: cleaning, guidance, the stop of the truck."""
    walk_cny_km: float = Field(ge=0, le=1_000)
    """What it weighs when a household walks a kilometre a day: a preference, no money."""
    oppose_m: float = Field(gt=0, le=500)
    """Persons count exp(-d / this) against more waste at a point d metres from their home."""
    oppose_cny_t: float = Field(ge=0, le=10)
    """What a tonne a day more beside one person's home weighs: a preference, no money."""


class RuleProfile(Rule):
    """A whole rule profile; names used in it exist in it."""

    name: str
    title_zh: str
    title_en: str
    classes: StreetClasses
    streams: dict[Stream, StreamRule]
    operations: dict[str, Operation]
    vehicles: dict[str, VehicleSpec]
    profiles: dict[str, RoadProfile]
    weather: dict[str, WeatherRule] = Field(default_factory=dict)
    bans: dict[str, Ban] = Field(default_factory=dict)
    stations: StationRules
    exposure: ExposureRules
    merging: MergingRules
    siting: dict[Kind, SitingRules] = Field(default_factory=dict)
    """Kinds of sites that the bureau looks places for."""
    muck: MuckRules | None = None
    """None: the bureau approves no ways of muck trucks."""
    labour: Labour
    costs: Costs
    kpis: Kpis
    stops: Stops = Stops()

    @model_validator(mode="after")
    def _names_exist(self) -> RuleProfile:
        wrong = [
            f'{place}: "{name}" is not in [{table}] ({", ".join(known) or "which is empty"})'
            f" · {place}：“{name}”不在 [{table}] 中（{'、'.join(known) or '表是空的'}）"
            for place, name, table, known in self._references()
            if name not in known
        ]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    @model_validator(mode="after")
    def _streams_have_chambers(self) -> RuleProfile:
        """Two streams never share a hopper: a vehicle needs a chamber for each it collects."""
        wrong = [
            f"operations.{name}: vehicle type {kind} has no chamber for {', '.join(lacking)}; "
            f"give it `chambers`, or an operation to each stream · operations.{name}："
            f"车型 {kind} 没有 {'、'.join(lacking)} 的车厢；请填写 `chambers`，或每种垃圾设一项作业"
            for name, rule in self.operations.items()
            for kind in rule.vehicle_types
            if (held := self.vehicles[kind].chambers) or len(rule.carried) > 1
            if (lacking := [stream for stream in rule.carried if stream not in held])
        ]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    def _references(self) -> list[tuple[str, str, str, list[str]]]:
        """Every name that points to another table: place, name, table, names in the table."""
        found = [
            (f"vehicles.{key}.profile", spec.profile, "profiles", list(self.profiles))
            for key, spec in self.vehicles.items()
        ]
        if self.muck is not None:
            found.append(("muck.profile", self.muck.profile, "profiles", list(self.profiles)))
        operations = [*self.operations, "haul"]
        found += [
            ("labour.operation_skills", name, "operations", operations)
            for name in self.labour.operation_skills
        ]
        found += [
            ("labour.vehicle_skills", name, "vehicles", list(self.vehicles))
            for name in self.labour.vehicle_skills
        ]
        for key, operation in self.operations.items():
            collected = operation.points.streams if operation.points else ()
            for field, names, name, table in (
                ("vehicle_types", operation.vehicle_types, "vehicles", list(self.vehicles)),
                ("weather", operation.weather, "weather", list(self.weather)),
                ("bans", operation.bans, "bans", list(self.bans)),
                ("tip_streams", operation.tip_streams, "streams", list(map(str, self.streams))),
                ("points.streams", collected, "streams", list(map(str, self.streams))),
            ):
                found += [(f"operations.{key}.{field}", one, name, table) for one in names]
        return found

    def with_costs(self, overrides: Mapping[str, float | str]) -> RuleProfile:
        """A copy with some costs replaced; raises `pydantic.ValidationError` on unknown keys."""
        if not overrides:
            return self
        costs = self.costs.model_dump(exclude_unset=True) | dict(overrides)
        if isinstance(costs["source"], dict):
            costs["source"] |= dict.fromkeys(overrides, "local district.toml")
        return self.model_copy(update={"costs": Costs.model_validate(costs)})
