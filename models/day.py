"""The day as a noun: what a planner is asked for, what it tells, and the day it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from models.errors import ProblemError
from models.ids import RouteId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from models.edits import Edit, Lock
    from models.part import Crew, Part
    from models.plan import Plan, PlanHome
    from models.solution import Route, Schedule, Solution
    from models.station import HaulPlan, HaulProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """News from a running search.

    `phase` is "compile" (once per installation, `seconds` is the expected length), "build" or
    "search"; `used` the share of the budget used; `seconds` since the start.
    """

    phase: str
    used: float
    seconds: float
    iterations: int = 0
    cost: int | None = None
    required_unserved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to search: wall seconds for people, iterations for tests; exactly one is given."""

    seconds: float | None = None
    iterations: int | None = None


@dataclass(frozen=True, slots=True)
class PartProgress:
    """News of one part's search."""

    part: int
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulBudget:
    """How long to search: iterations of the engine per stream and trial, seconds as a brake.

    A trial is one way to fill the waste into boxes: some usual ways from nothing, the best of
    them again for longer, then `trials` changes of the best (0: neither).
    `slot_s` is the grid of the lower bound (0: no bound is computed, it is 0 then), which takes at
    most `bound_s`. Each of `workers` searches with a seed of its own; the best of them counts.
    """

    iterations: int = 3_000
    trials: int = 30
    anew: bool = True
    seconds: float = 55.0
    slot_s: int = 1_800
    bound_s: float = 22.0
    seed: int = 1
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to plan and how hard to try; `only` names operations (None: all).

    `what_if` are edits of the district as its folder tells it. The search begins from the plan
    `before` if there is one; with `keep`, a task costs a surcharge when its vehicle changes.
    """

    day: date
    budget: Budget
    seed: int = 1
    engine: str = "ruin"
    workers: int = 2
    only: frozenset[str] | None = None
    what_if: tuple[Edit, ...] = ()
    before: Plan | None = None
    keep: bool = False
    locks: tuple[Lock, ...] = ()
    """What of `before` stays as it is, as a law of the search."""
    homes: tuple[PlanHome, ...] = ()
    """Where vehicles worked on the days before, and with whom: they should again."""
    haul: HaulBudget | None = None
    """How hard to try at the haul timetable; None: as hard as for a day that is driven."""
    scheduler: str | None = None
    """Where a Dask cluster listens that searches the parts; None: processes of this machine do."""


@dataclass(frozen=True, slots=True)
class News:
    """What the planner is doing: a stage, its share done, and news of one part's search."""

    stage: str
    share: float = 0.0
    detail: str = ""
    """The operation it is about."""
    search: PartProgress | None = None
    title: Note | None = None
    """What people call that operation."""


class Lost(NamedTuple):
    """A task given up to the queue at a site ("": a wait made a second pass follow too soon).

    `wait` is how long the vehicle would have waited there [s].
    """

    part: int
    task: int
    site: str
    wait: int


@dataclass(frozen=True, slots=True)
class DrivenRoute:
    """One route of a day: whose it is, what it visits, and when."""

    part: Part
    id: RouteId
    route: Route
    schedule: Schedule

    @property
    def crew(self) -> Crew:
        """Whose vehicles drive it."""
        return self.part.crews[self.route.vehicle_type]


@dataclass(frozen=True, slots=True)
class DrivenPart:
    """Part number `number` of a day with its solution and one schedule per route."""

    number: int
    part: Part
    solution: Solution
    schedules: tuple[Schedule, ...]

    def __post_init__(self) -> None:
        if len(self.schedules) != len(self.solution.routes):
            raise ProblemError(
                f"part {self.number}: {len(self.solution.routes)} routes, "
                f"but times for {len(self.schedules)}",
                zh=f"作业块 {self.number}：有 {len(self.solution.routes)} 条路线，"
                f"却有 {len(self.schedules)} 份时刻",
            )

    def __iter__(self) -> Iterator[DrivenRoute]:
        """Its routes in their order."""
        timed = zip(self.solution.routes, self.schedules, strict=True)
        for index, (route, schedule) in enumerate(timed):
            yield DrivenRoute(self.part, RouteId(self.number, index), route, schedule)


@dataclass(frozen=True, slots=True)
class DrivenDay:
    """All parts of a day, their vehicles on the roads together; what had to change for it.

    `driven[n]` is part number n. `moved` counts visits sent to another facility, `dropped` are the
    tasks given up to queues.
    """

    driven: tuple[DrivenPart, ...]
    moved: int = 0
    dropped: tuple[Lost, ...] = ()

    @classmethod
    def of(
        cls,
        parts: Iterable[Part],
        solutions: Iterable[Solution],
        schedules: Iterable[Sequence[Schedule]],
        *,
        moved: int = 0,
        dropped: tuple[Lost, ...] = (),
    ) -> DrivenDay:
        """The day of parts with one solution each and one schedule per route."""
        rows = zip(parts, solutions, schedules, strict=True)
        driven = (DrivenPart(number, part, own, tuple(times)) for number, (part, own, times)
                  in enumerate(rows))  # fmt: skip
        return cls(tuple(driven), moved, dropped)

    def __iter__(self) -> Iterator[DrivenRoute]:
        """All routes, part after part."""
        return (route for own in self.driven for route in own)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The routing problems."""
        return tuple(own.part for own in self.driven)

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """One solution per part."""
        return tuple(own.solution for own in self.driven)

    def on(self, parts: Iterable[Part], solutions: Iterable[Solution] | None = None) -> DrivenDay:
        """The same day, its times unchanged, told in other parts.

        `solutions` says its routes in their terms (None: as they are).
        """
        schedules = [own.schedules for own in self.driven]
        return DrivenDay.of(
            parts, solutions or self.solutions, schedules, moved=self.moved, dropped=self.dropped
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """`capacity[part, site]` in kg for every station of each part, and what is proven.

    Quotas of plants and tips are kept too, and divided where several parts tip there.
    `shortfall_kg` is the waste no station can take; `price[site]` the seconds of travel that one
    more kilogram of capacity there would save per kilogram (0 where the station is not full).
    """

    capacity: Mapping[tuple[int, str], int]
    shortfall_kg: int
    price: Mapping[str, float]


Haul = tuple["HaulProblem", "HaulPlan"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Halves:
    """A whole day: timed routes and the haul after them (None: the district hauls nothing).

    `unbalanced` are the figures of the day before stations were balanced (None: no station has a
    limit), `balanced` what is proven about them.
    """

    timed: DrivenDay
    haul: Haul | None
    unbalanced: Mapping[str, Any] | None = None
    balanced: Balance | None = None


class Note(NamedTuple):
    """Something a planner should know, in both languages."""

    zh: str
    en: str


NO_NOTE = Note("", "")
"""Where there is nothing to add."""
