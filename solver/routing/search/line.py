"""One vehicle under way between bays: its times, the visits that have a bay, where it is stuck."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.solution import StepKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.solution import Route, Schedule, Visit

Window = tuple[int, int]

AT_BAYS = frozenset({StepKind.FACILITY, StepKind.SERVE})
"""Steps that may stand at a bay: of facilities, and of tasks done at a site."""


@dataclass(frozen=True, slots=True)
class Berth:
    """Where a facility's visits queue: the site, its bays (0: no limit), the way in and out [s]."""

    site: str
    bays: int
    access_s: int = 0


@dataclass(eq=False)
class Line:
    """A vehicle under way: `pins` fix the visits that have their bay; `alone` without any wait."""

    part: int
    route: Route
    alone: Schedule
    lawful: bool
    times: Schedule = field(init=False)
    pins: dict[int, Window] = field(default_factory=dict)
    stops: list[tuple[int, int]] = field(default_factory=list)
    stops_of: Schedule | None = None
    """The times that `stops` were read from: days are driven again and again."""

    def __post_init__(self) -> None:
        self.times = self.alone

    def restart(self) -> None:
        """Back to the depot: no waits, no bays taken."""
        self.times = self.alone
        self.pins.clear()

    def next_visit(self, limited: Callable[[int, Visit], bool]) -> tuple[int, int] | None:
        """Arrival and index of the first visit at limited bays that has no bay yet."""
        if self.stops_of is not self.times:
            self.stops, self.stops_of = list(self._stops(limited)), self.times
        return next((stop for stop in self.stops if stop[1] not in self.pins), None)

    def _stops(self, limited: Callable[[int, Visit], bool]) -> Iterator[tuple[int, int]]:
        """Arrival and index of every visit at limited bays."""
        arrive = self.times.begin
        for step in self.times.steps:
            if step.kind in AT_BAYS and limited(self.part, self.route.visits[step.visit]):
                yield arrive, step.visit
            if step.kind != StepKind.WAIT:
                arrive = step.end

    def step_of(self, visit: int) -> Window:
        """Begin and end of a visit."""
        return next(
            (step.begin, step.end)
            for step in self.times.steps
            if step.kind in AT_BAYS and step.visit == visit
        )


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A day in the middle of being driven: when bays are free, who comes next, whose route changed.

    `free` are the moments [s] by site; `coming` is a heap of arrival, line and visit. `changed` is
    None where nobody has left yet.
    """

    free: dict[str, list[int]] = field(default_factory=dict)
    coming: list[tuple[int, int, int]] = field(default_factory=list)
    changed: int | None = None

    def with_changed(self, line: int) -> UnderWay:
        """The same where the route of a line is another one from here on."""
        return UnderWay(self.free, self.coming, line)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A visit whose wait at a site makes its route unlawful: it may begin from `ready` on."""

    line: int
    visit: int
    ready: int
    site: str
    wait: int
