"""Several days on which every customer sees the same driver at about the same time.

A consistent vehicle routing problem is a periodic problem whose visits are all given, with drivers
who are the same persons every day. Bell collection is one: the same truck at the same minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.horizon.periodic import PeriodicPlan, PeriodicProblem


@dataclass(frozen=True, slots=True)
class ConsistentProblem:
    """A periodic problem of one pattern a task; `spread_s` limits how far times may differ.

    `spread_s` None: at any time. Vehicles leave at the same time every day and never wait.
    """

    week: PeriodicProblem
    spread_s: int | None


@dataclass(frozen=True, slots=True)
class ConsistentPlan:
    """A periodic plan and who drives: `drivers[day][k]` drives route k of the day."""

    plan: PeriodicPlan
    drivers: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Who comes to a customer on a day, and when [s]."""

    driver: str
    time_s: int
