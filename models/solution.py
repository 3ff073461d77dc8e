"""Answers: which vehicle does what, in which order (Solution), and when (Schedule).

A solution holds no money and no times; a schedule holds the times of one route.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Serve:
    """Do `task` in its mode number `mode`."""

    task: int
    mode: int


@dataclass(frozen=True, slots=True)
class Use:
    """Visit `facility`, with all its resets."""

    facility: int


Visit = Serve | Use


@dataclass(frozen=True, slots=True)
class Route:
    """Visits of one vehicle in one shift, from its start depot to its end depot."""

    vehicle_type: int
    visits: tuple[Visit, ...]

    @property
    def tasks(self) -> list[int]:
        """The tasks it serves, in their order."""
        return [visit.task for visit in self.visits if isinstance(visit, Serve)]


def served_tasks(routes: Iterable[Route]) -> set[int]:
    """Tasks that some of the routes serve."""
    return {task for route in routes for task in route.tasks}


class Reason(StrEnum):
    """Why a task is unserved; docs/reasons.md says what a planner can do about each."""

    TOO_LARGE = "too_large"  # no vehicle can carry it, even empty
    NO_VEHICLE_TYPE = "no_vehicle_type"  # no vehicle that may do it is on duty
    UNREACHABLE = "unreachable"  # no legal way there and back
    WINDOW = "window"  # no vehicle can be there in its window, even alone
    NO_TIME = "no_time"  # fits alone, but no shift has time left
    NO_CAPACITY = "no_capacity"  # facilities or vehicles are full for the day
    NOT_WORTH = "not_worth"  # optional, and dearer than its prize
    WEATHER = "weather"  # the rule profile forbids the operation in this weather
    QUEUE = "queue"  # given up so that vehicles do not overlap at a facility's bays
    NO_OPERATION = "no_operation"  # no operation of the rule profile serves it
    BY_HAND = "by_hand"  # taken out by a person
    STOPPED = "stopped"  # the search was stopped before it was placed


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes and, for every task in none of them, the reason."""

    routes: tuple[Route, ...]
    unserved: Mapping[int, Reason] = field(default_factory=dict)


class StepKind(StrEnum):
    """What a vehicle does in a step."""

    START = "start"
    DRIVE = "drive"
    WAIT = "wait"
    SERVE = "serve"
    FACILITY = "facility"
    BREAK = "break"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One timed step, [begin, end] in s; steps of a route follow each other without gaps.

    `visit` is the index into the route's visits for SERVE and FACILITY, and for a DRIVE the visit
    it leads to (len(visits) for the way home); -1 otherwise.
    """

    kind: StepKind
    begin: int
    end: int
    visit: int = -1


@dataclass(frozen=True, slots=True)
class Schedule:
    """The timed steps of one route, START first and END last."""

    steps: tuple[Step, ...]

    @property
    def begin(self) -> int:
        """Departure [s]."""
        return self.steps[0].begin

    @property
    def end(self) -> int:
        """Return [s]."""
        return self.steps[-1].end


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken law: its code (docs/violations.md), where, and by how much.

    So that a person finds the place: the `route` or haul tour by its name, the number of the
    `visit` of it (len(visits): the way home), an `arc`, a `site`, a `task`; what does not apply is
    empty.
    """

    code: str
    where: str
    excess: int = 0
    detail: str = ""
    route: str = ""
    visit: int = -1
    arc: int = -1
    site: str = ""
    task: str = ""
