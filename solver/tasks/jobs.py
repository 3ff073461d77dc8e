"""A job: one piece of work of the day, on the ground, before vehicles and matrices come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.ids import TaskId
    from solver.trade.cadence import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work of one operation at one kerb or stop, in one pass.

    `options` are the ways to do it: the arcs driven in service for a street, the one arc at whose
    end the vehicle stands for a stop.
    `service_s` is None where it follows from length and speed. A pass begins `min_gap_s` after
    the one before it began, and of cyclic work `headway_s` after it at most (-1: no such law; 0:
    the first of its hours). `far_m` is above 0 where no road is in reach: the nearest is so far.
    """

    id: TaskId
    operation: str
    kind: str
    """street or point"""
    name: str
    object_id: str
    options: tuple[tuple[int, ...], ...]
    slots: tuple[Slot, ...]
    length_m: int = 0
    area_m2: int = 0
    cleaning_class: str = ""
    lon: float = 0.0
    lat: float = 0.0
    service_s: int | None = None
    kg: int = 0
    litres: int = 0
    min_gap_s: int = 0
    headway_s: int = -1
    far_m: int = 0
    operator: str = ""
    """Who cleans the street."""
    row_hours: bool = True
    """Whether hours of its point's row bind it."""
    optional: bool = False
    """A pass beyond the cadence: done where a vehicle is free for it."""

    @property
    def kerb(self) -> TaskId:
        """The same for all passes of one piece of work."""
        return self.id._replace(pass_number=0)

    @property
    def pass_number(self) -> int:
        """Which pass of the day it is; 1 where there is one only."""
        return self.id.pass_number or 1


MAX_JOB_M = 800
"""Streets longer than so many metres are cut where the ground has a split node (chosen: a tank can
do a job)."""
