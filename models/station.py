"""The second half of the day: what stations take, and the trucks that empty them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.errors import ProblemError
from models.units import MAX_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.district import Stream, Window
    from models.ids import TruckShift
    from models.problem import Meal


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One vehicle's load tipped at a site: arrives, begins after its wait, ends [s]."""

    site: str
    stream: Stream
    kg: int
    arrive: int
    begin: int
    end: int
    part: int
    route: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterHour:
    """A quarter-hour from `begin` [s]: arrivals, kg tipped, most vehicles waiting, stock left."""

    begin: int
    arrivals: int
    kg: int
    queue: int
    stock_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StationLoad:
    """What a station takes this day.

    `peak_percent` compares the busiest quarter-hour with an even spread of the design tonnage over
    the open hours; `storage_kg` is what it can hold (0: no limit known).
    """

    site: str
    design_kg: int
    taken_kg: int
    storage_kg: int
    peak_percent: int
    max_stock_kg: int
    mean_wait_s: int
    max_wait_s: int
    series: tuple[QuarterHour, ...]

    @property
    def load_percent(self) -> int:
        """Taken over design, per cent; 0 where no design tonnage is known."""
        return round(100 * self.taken_kg / self.design_kg) if self.design_kg else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulTruck:
    """A haul truck out at most from `begin` to `end` s in one shift, from its depot. Costs in mfen.

    It is out `max_duration` s before overtime begins, and at most `max_overtime` s longer; the
    crew counts the driver. Trucks of one `day` (unless "") are one vehicle in several shifts, and
    its tours cost `day_cost` once.
    """

    id: TruckShift
    depot: str
    payload_kg: int
    begin: int
    end: int
    streams: frozenset[Stream] = frozenset()
    """Empty: any stream."""
    fixed_cost: int = 0
    day: str = ""
    day_cost: int = 0
    day_share: int = 0
    """What of `day_cost` each shift bears at least, for bounds: nothing where other work pays."""
    cost_per_m: int = 1
    cost_per_s: int = 0
    paid_s: int = 0
    """Seconds that a tour's crew is paid for at least."""
    cost_per_overtime_s: int = 0
    """On top of `cost_per_s`."""
    max_duration: int = MAX_TIME
    max_overtime: int = 0
    licence: str = ""
    type: str = ""
    """Vehicle type of the rule profile."""
    crew: int = 1
    profile: str = ""
    """Road profile: decides where and how fast it drives."""
    meal: Meal | None = None
    """Due where the tour is out from before its window opens until after it closes."""

    def __post_init__(self) -> None:
        if self.payload_kg <= 0 or self.end <= self.begin:
            raise ProblemError(
                f"haul truck {self.id}: payload {self.payload_kg} kg, from {self.begin} s to "
                f"{self.end} s. Give a payload above 0 and a shift that ends after it begins.",
                zh=f"转运车 {self.id}：载重 {self.payload_kg} 公斤，"
                f"从第 {self.begin} 秒到第 {self.end} 秒。载重应大于 0，班次结束应晚于开始。",
            )

    def overtime_s(self, begin: int, end: int) -> int:
        """Overtime of a tour from `begin` to `end` [s]."""
        return max(0, end - begin - self.max_duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """A stock of one stream at one station: what comes in, what it may hold.

    `inflow` are (s, kg) tippings in time order; `press_kg_h` limits how fast waste is ready to
    leave (0: at once); `storage_kg` 0 means no limit. `must_clear`: nothing stays overnight. A swap
    takes one of the station's `bays` (0: none), which others have `taken` in these spans [s].
    """

    station: str
    stream: Stream
    inflow: tuple[tuple[int, int], ...]
    press_kg_h: int = 0
    storage_kg: int = 0
    swap_s: int = 480
    windows: tuple[Window, ...] = ((0, MAX_TIME),)
    must_clear: bool = False
    initial_kg: int = 0
    bays: int = 0
    taken: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Where haul runs tip; `quota_kg` a day over all streams (None: no limit)."""

    id: str
    streams: frozenset[Stream] = frozenset()
    """Empty: any stream."""
    quota_kg: int | None = None
    tip_s: int = 1_500
    windows: tuple[Window, ...] = ((0, MAX_TIME),)
    bays: int = 0
    gate_fee: int = 0
    """Mfen per tonne."""


@dataclass(frozen=True, eq=False, kw_only=True)
class HaulProblem:
    """Empty the yards into the plants: yards x plants x trucks over one day.

    `travel[a, b]` is (s, m) between sites by id, each direction its own, of ways so short that no
    detour over a third site is shorter; `by_profile` has such ways for the trucks of a road
    profile, who then have no others: a pair that is not there cannot be driven. `max_work_s` of
    elapsed time without a pause of `pause_s` (0: no such law).
    """

    yards: tuple[Yard, ...]
    plants: tuple[Plant, ...]
    trucks: tuple[HaulTruck, ...]
    travel: Mapping[tuple[str, str], tuple[int, int]]
    max_work_s: int = 14_400
    pause_s: int = 1_200
    by_profile: Mapping[str, Mapping[tuple[str, str], tuple[int, int]]] = field(
        default_factory=dict
    )

    def ways(self, profile: str) -> Mapping[tuple[str, str], tuple[int, int]]:
        """(s, m) by pair of sites for trucks of a road profile."""
        return self.by_profile.get(profile, self.travel)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulRun:
    """One load from a station to a plant.

    The truck docks at `swap_begin`, leaves the station at `swap_end`, stands at the plant from
    `tip_begin` to `tip_end`; `kg` of one stream.
    """

    truck: TruckShift
    station: str
    plant: str
    stream: Stream
    kg: int
    swap_begin: int
    swap_end: int
    tip_begin: int
    tip_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulTour:
    """All runs of one truck in time order, out of its depot at `begin`, back at `end` [s].

    `pauses` are (begin, end) rests between or during runs' idle times.
    """

    truck: TruckShift
    begin: int
    end: int
    runs: tuple[HaulRun, ...]
    pauses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class HaulPlan:
    """The haul timetable, its cost [mfen], a proven lower bound, and what cannot leave.

    `left_kg[station, stream]` stays at the station at the end of the day; `shortfall_kg` is the
    part of it that should not (overflow, or a station that must be cleared), `bound_kg` the
    proven least shortfall.
    """

    tours: tuple[HaulTour, ...]
    cost: int
    bound: int
    shortfall_kg: int = 0
    bound_kg: int = 0
    left_kg: Mapping[tuple[str, Stream], int] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """(cost - bound) / bound; 0 where nothing is to be hauled."""
        return (self.cost - self.bound) / self.bound if self.bound else 0.0
