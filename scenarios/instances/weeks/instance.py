"""What a benchmark file of several days becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.horizon.periodic import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.horizon.periodic import PeriodicProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicInstance:
    """A periodic problem with what is needed to compare it with the literature.

    `cost / scale` is the published unit; `places` and `notes` are those of `Instance`.
    """

    problem: PeriodicProblem
    family: str
    scale: int = 1
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def published(self, cost: int) -> float:
        """A cost in the unit the literature reports."""
        return cost / self.scale


def every(*patterns: Iterable[int]) -> tuple[Pattern, ...]:
    """Patterns of these days."""
    return tuple(Pattern(days=tuple(days)) for days in patterns)
