"""Dump patches (图斑): waste with a deadline, and what the plans of its days clear of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchDay:
    """A day of a patch whose plan is known: the share that fell on it, and what is cleared [kg]."""

    day: date
    share_kg: int
    cleared_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """`kg` to be cleared from `begin` to the deadline `end`, both days included.

    `days` are those whose plans are known, in their order.
    """

    id: str
    name: str
    operation: str
    kg: int
    begin: date
    end: date
    days: tuple[PatchDay, ...]

    @property
    def cleared_kg(self) -> int:
        """What the known plans clear."""
        return sum(one.cleared_kg for one in self.days)

    @property
    def behind_kg(self) -> int:
        """What fell on the known days and is not cleared by them."""
        return max(0, sum(one.share_kg for one in self.days) - self.cleared_kg)
