"""What a planner is asked for, and what it tells while it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from models.plan import Plan, PlanWhatIf
    from solver.parallel import Budget, PartProgress
    from solver.stations.haul import HaulBudget


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to plan and how hard to try; `only` names operations (None: all).

    `what_if` is how the district differs from its folder. The search begins from the plan `before`
    if there is one; with `keep`, a task costs a surcharge when its vehicle changes.
    """

    day: date
    budget: Budget
    seed: int = 1
    engine: str = "ruin"
    workers: int = 2
    only: frozenset[str] | None = None
    what_if: PlanWhatIf | None = None
    before: Plan | None = None
    keep: bool = False
    haul: HaulBudget | None = None
    """How hard to try at the haul timetable; None: as hard as for a day that is driven."""


@dataclass(frozen=True, slots=True)
class News:
    """What the planner is doing: a stage, its share done, and news of one part's search."""

    stage: str
    share: float = 0.0
    detail: str = ""
    search: PartProgress | None = None
