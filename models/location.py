"""Where stations stand: zones, sites, plants, periods, and a choice of sites over time.

A site is an existing station or a candidate. Money in mfen, waste in kg a day, exposure in
weighted persons. Problem class: multi-period capacitated facility location with a second stage.
Sorting rooms, toilets, water points, depots and chargers are sited by the same problem, without
plants: its kilograms are then the unit of what they hold, its seconds the metres of a way on foot.
Bin merging (撤桶并点) is the small sister of it: which collection points stay, and for whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import ProblemError
from models.units import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

FAR_AWAY_M = 1_000_000
"""Distance to homes, schools or hospitals where the map shows none."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """A class of transfer stations by design tonnage, with its distance to the next building.

    CJJ/T 47-2016, as quoted in the domain brief 4.7.
    """

    name: str
    from_kg: int
    building_m: int
    land_m2: int
    """Least land."""


SIZE_CLASSES: tuple[SizeClass, ...] = (
    SizeClass("large I", 1_000_000, 30, 15_000),
    SizeClass("large II", 450_000, 20, 10_000),
    SizeClass("medium III", 150_000, 15, 4_000),
    SizeClass("small IV", 50_000, 10, 1_000),
    SizeClass("small V", 0, 8, 500),
)
SCHOOL_M = 100
"""Hard distance to schools, kindergartens and hospitals (default exclusion, domain brief 4.7)."""
SCHOOL_SOFT_M = 300


def size_class(capacity_kg: int) -> SizeClass:
    """The class of a station of this design tonnage [kg/d]."""
    return next(one for one in SIZE_CLASSES if capacity_kg >= one.from_kg)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandZone:
    """Stops that lie together: `demand_kg` a day on average."""

    id: str
    lon: float
    lat: float
    demand_kg: int

    def __post_init__(self) -> None:
        if self.demand_kg < 0:
            raise ProblemError(
                f"zone {self.id}: demand {self.demand_kg} kg. Give 0 or more.",
                zh=f"片区 {self.id}：需求 {self.demand_kg} 公斤，应不小于 0。",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSite:
    """A place where a station stands or could stand, in one size.

    Sites of one `place` exclude each other (the same lot in several sizes). `day_cost` [mfen/d]
    while it is open; `opening_cost`, `closing_cost` [mfen] once. `home_m`, `sensitive_m`:
    free distance to the next home and the next school, kindergarten or hospital.
    """

    id: str
    name: str
    place: str
    lon: float
    lat: float
    capacity_kg: int
    existing: bool = False
    may_close: bool = True
    """Existing sites only: whether the study may give it up."""
    open_from: int = 1
    """First period a new site can work in."""
    day_cost: int = 0
    opening_cost: int = 0
    closing_cost: int = 0
    exposure: int = 0
    opposition_percent: int = 0
    home_m: int = FAR_AWAY_M
    sensitive_m: int = FAR_AWAY_M
    keeps_m: tuple[int, int] | None = None
    """Least metres to homes and to schools; None: those of a transfer station of its size."""

    def __post_init__(self) -> None:
        if self.capacity_kg <= 0:
            raise ProblemError(
                f"site {self.id}: capacity {self.capacity_kg} kg/d. Give more than 0.",
                zh=f"站点 {self.id}：能力 {self.capacity_kg} 公斤/日，应大于 0。",
            )
        if not 0 <= self.opposition_percent <= 100:
            raise ProblemError(
                f"site {self.id}: opposition {self.opposition_percent} %. Give 0 to 100.",
                zh=f"站点 {self.id}：反对率 {self.opposition_percent}%，应为 0 至 100。",
            )

    @property
    def short_of_homes_m(self) -> int:
        """Metres missing to the distance its kind keeps from homes; 0: none."""
        keeps = size_class(self.capacity_kg).building_m if self.keeps_m is None else self.keeps_m[0]
        return max(0, keeps - self.home_m)

    @property
    def short_of_schools_m(self) -> int:
        """Metres missing to the hard distance from schools and hospitals; 0: none."""
        keeps = SCHOOL_M if self.keeps_m is None else self.keeps_m[1]
        return max(0, keeps - self.sensitive_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationPlant:
    """Where stations send waste; `quota_kg` a day, `gate_fee` mfen per tonne."""

    id: str
    quota_kg: int
    gate_fee: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `begin` until the next period: `weight` days of it count in cost and exposure.

    `growth_percent` scales all demand, 100 is today's. Period 0 is today: nothing is decided.
    """

    begin: date
    weight: int = 1
    growth_percent: int = 100


@dataclass(frozen=True, eq=False, kw_only=True)
class RelocationProblem:
    """Which sites are open when, who goes where: z zones, s sites, p plants, t periods.

    `UNREACHABLE` in a table forbids the pair. `max_drive_s` 0 means no limit. Without plants
    there is no second stage.
    """

    zones: tuple[DemandZone, ...]
    sites: tuple[CandidateSite, ...]
    plants: tuple[LocationPlant, ...]
    periods: tuple[Period, ...]
    collect_cost: NDArray[np.int64]
    """Shape (z, s): all of the zone's waste of one day to the site [mfen]."""
    drive_s: NDArray[np.int64]
    """Shape (z, s): drive of a loaded truck [s]."""
    haul_cost: NDArray[np.int64]
    """Shape (s, p): one tonne from the site to the plant, gate fee apart [mfen]."""
    peak_percent: int = 130
    fill_percent: int = 100
    """Of a design tonnage that whole loads can fill on a usual day."""
    max_drive_s: int = 0
    single_source: bool = False
    keep_capacity: bool = True
    """Capacity never falls below today's: what is pulled down is replaced."""
    outages: bool = False
    """N-1: all waste finds a plant when any one plant is out."""
    starts_today: bool = True
    """Period 0 is today's state; off: everything is decided, from period 0 on."""

    def __post_init__(self) -> None:
        """Refuse tables that do not fit and studies without a site or a period."""
        shapes = {
            "collect_cost": (self.collect_cost.shape, (len(self.zones), len(self.sites))),
            "drive_s": (self.drive_s.shape, (len(self.zones), len(self.sites))),
            "haul_cost": (self.haul_cost.shape, (len(self.sites), len(self.plants))),
        }
        odd = [f"{n} is {got}, expected {want}" for n, (got, want) in shapes.items() if got != want]
        if odd:
            raise ProblemError("; ".join(odd) + ".", zh="选址数据的各表大小不一致。")
        if not self.sites or not self.periods:
            raise ProblemError(
                "a location problem needs a site and a period.",
                zh="选址问题至少有一个站点和一个时期。",
            )
        if any(a.begin >= b.begin for a, b in zip(self.periods, self.periods[1:], strict=False)):
            raise ProblemError(
                "periods must follow one another in time.", zh="各时期须按时间先后排列。"
            )
        if self.peak_percent < 100:
            raise ProblemError(
                f"peak factor {self.peak_percent} %. Give 100 or more.",
                zh=f"高峰系数 {self.peak_percent}%，应不小于 100。",
            )
        for table in (self.collect_cost, self.drive_s, self.haul_cost):
            table.flags.writeable = False

    def decided(self, period: int) -> bool:
        """Whether the plan answers for this period; today is as it is."""
        return period > 0 or not self.starts_today

    def demand_kg(self, zone: int, period: int) -> int:
        """Waste of the zone on a day of the period, rounded up."""
        return -(-self.zones[zone].demand_kg * self.periods[period].growth_percent // 100)

    def total_kg(self, period: int) -> int:
        """Waste of all zones on a day of the period."""
        return sum(self.demand_kg(zone, period) for zone in range(len(self.zones)))

    def peak_kg(self, period: int) -> int:
        """Capacity a day of the period asks for: demand times the peak factor, rounded up."""
        return -(-self.total_kg(period) * self.peak_percent // 100)

    def usable_kg(self, site: int) -> int:
        """Mean waste a day that leaves room for the peak."""
        return self.sites[site].capacity_kg * 100 // self.peak_percent

    def allowed(self) -> NDArray[np.bool_]:
        """Pairs of zone and site within reach and the limit of drive time, shape (z, s)."""
        near = (self.collect_cost < UNREACHABLE_COST) & (self.drive_s < UNREACHABLE)
        if self.max_drive_s:
            near &= self.drive_s <= self.max_drive_s
        out: NDArray[np.bool_] = near
        return out


UNREACHABLE_COST = 10**15
"""A cost from here on forbids the pair."""


@dataclass(frozen=True, eq=False, kw_only=True)
class RelocationSolution:
    """Sites open in each period and the flows of one day [kg].

    `open_sites[t]` are indices of sites; `assigned[t][zone, site]` and `hauled[t][site, plant]`
    kilograms. `cost` [mfen over all weighted days] by the one cost function of the model's room;
    `bound` is a proven lower limit of it under the limits the search was given.
    """

    open_sites: tuple[frozenset[int], ...]
    assigned: tuple[Mapping[tuple[int, int], int], ...]
    hauled: tuple[Mapping[tuple[int, int], int], ...]
    cost: int
    bound: int

    @property
    def gap(self) -> float:
        """(cost - bound) / bound; 0 where both are 0."""
        return (self.cost - self.bound) / max(1, abs(self.bound))

    @property
    def proven(self) -> bool:
        """Whether the bound meets the cost (to one part in 100,000)."""
        return self.gap <= 1e-5


def exposure_of(problem: RelocationProblem, open_sites: tuple[frozenset[int], ...]) -> int:
    """Weighted persons times days, over all periods."""
    return sum(
        period.weight * sum(problem.sites[site].exposure for site in sites)
        for period, sites in zip(problem.periods, open_sites, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePoint:
    """A collection point of today: waste [kg/d], what it may hold, whom it may be merged with.

    Points merge within their `group` alone: stream, kind, hours and side of the street.
    """

    id: str
    demand_kg: int
    capacity_kg: int
    group: str
    people: int = 0
    """Weighted persons beside it, who object when it gets more."""
    opposition_percent: int = 0
    """Risk that they stop it, an estimate."""

    def __post_init__(self) -> None:
        if self.demand_kg < 0 or self.capacity_kg < 0:
            raise ProblemError(
                f"point {self.id}: kilograms below 0. Give 0 or more.",
                zh=f"收集点 {self.id}：重量小于 0，应不小于 0。",
            )
        if self.people < 0 or not 0 <= self.opposition_percent <= 100:
            raise ProblemError(
                f"point {self.id}: people below 0, or opposition not 0 to 100 %.",
                zh=f"收集点 {self.id}：人数小于 0，或反对率不在 0 至 100% 之间。",
            )

    @property
    def usable_kg(self) -> int:
        """What it may get: its capacity, or its own waste of today where that is more."""
        return max(self.capacity_kg, self.demand_kg)


@dataclass(frozen=True, eq=False, kw_only=True)
class MergingProblem:
    """Points, the homes that use them, and ways on foot.

    `home_point` and `households` (h,): today's point and the households of each home.
    `walks[home, point]` metres on foot, of all pairs near enough to matter, each home's own point
    among them; a pair that is missing is too far. Prices in mfen a day: a point that stays, a
    household that walks a metre, and a kilogram more beside a person's home.
    """

    points: tuple[MergePoint, ...]
    home_point: tuple[int, ...]
    households: tuple[int, ...]
    walks: Mapping[tuple[int, int], int]
    limit_m: int
    point_cost: int
    metre_cost: int
    person_kg_cost: int = 0
    max_opposition_percent: int = 100
    """A point with more than this gets no more than today."""

    def __post_init__(self) -> None:
        homes = enumerate(self.home_point)
        if lost := [home for home, point in homes if (home, point) not in self.walks]:
            raise ProblemError(
                f"homes {lost[:5]} have no way to their own point.",
                zh=f"住户 {lost[:5]} 没有到自己收集点的路。",
            )

    def allowed_m(self, home: int) -> int:
        """The farthest this home may walk: the limit, or its way of today where that is longer."""
        return max(self.limit_m, self.walks[home, self.home_point[home]])

    def opposed(self, point: int) -> bool:
        """Whether protest keeps the point as it is."""
        return self.points[point].opposition_percent > self.max_opposition_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class MergingSolution:
    """`target[p]` is the point that takes the waste of p; p itself where it stays.

    `stays` points remain, households walk `household_m` metres in all, `person_kg` kilograms more
    stand beside persons' homes; `cost` and its proven lower `bound` in mfen a day.
    """

    target: tuple[int, ...]
    stays: int
    household_m: int
    person_kg: int
    cost: int
    bound: int

    @property
    def gap(self) -> float:
        """(cost - bound) / bound; 0 where both are 0."""
        return (self.cost - self.bound) / max(1, abs(self.bound))
