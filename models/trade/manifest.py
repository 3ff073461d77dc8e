"""Manifests (联单): one load of one stream, from where it came to where it was tipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Leg = Literal["collect", "haul"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What one place gave: `thing` is a point, an order, a street, or the station of a haul."""

    thing: str
    task: str
    name: str
    kg: int
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A load: who took how much of what from where to where, and when.

    `work` is the route or the haul run of the plan, `trip` the number of its trip from 1 (a haul
    run has one). Times are those of leaving the first place and of tipping.
    """

    id: str
    leg: Leg
    stream: str
    work: str
    trip: int
    vehicle: str
    crew: tuple[str, ...]
    origins: tuple[Origin, ...]
    to: str
    kg: int
    begin: datetime
    tipped: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town of the rural chain on a day: its places, what they gave, and where it went.

    `due` places have waste today, `served` of them are collected; `kg` by stream and in all.
    `cleared_kg` reached a plant, or another last sink, on the day.
    """

    name: str
    places: int
    due: int
    served: int
    due_kg: int
    kg: int
    streams: tuple[tuple[str, int], ...]
    trips: int
    vehicles: tuple[str, ...]
    stations: tuple[str, ...]
    cleared_kg: int

    @property
    def coverage(self) -> float:
        """Places collected of those that are due; 1 where none is."""
        return self.served / self.due if self.due else 1.0
