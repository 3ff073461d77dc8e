"""What the day's work became: routing problems, and what never came into one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.day import NO_NOTE, Note
from models.solution import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.part import Part, TaskRef
    from solver.roads.paths import Router
    from solver.tasks.fleet import Group, OnDuty


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Work due today that no routing problem holds, and why; it counts as unserved."""

    task: str
    operation: str
    ref: TaskRef
    reason: Reason
    detail: Note = NO_NOTE
    kg: int = 0
    litres: int = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Day:
    """All work of a day, and who was dealt to it.

    `haul` are the vehicles that go between stations and plants, by shift; `routers` has one road
    graph per profile name of the parts.
    """

    parts: tuple[Part, ...]
    left: tuple[Left, ...]
    notes: tuple[Note, ...]
    groups: tuple[Group, ...]
    haul: tuple[OnDuty, ...]
    routers: Mapping[str, Router]

    @property
    def busy(self) -> frozenset[str]:
        """Vehicles that work along routes in some shift."""
        return frozenset(vehicle for group in self.groups for vehicle in group.vehicles)

    @property
    def weathered(self) -> tuple[Left, ...]:
        """Work that the weather stopped."""
        return tuple(one for one in self.left if one.reason == Reason.WEATHER)
