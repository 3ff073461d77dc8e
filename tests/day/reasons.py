"""Whether a plan's reasons hold: every task left out is given to every vehicle, and judged.

Independent of how tasks are put back by the planner: the changes are those a dispatcher makes by
hand, the verdict is the judge's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.edits import Reassign
from models.errors import InputErrors
from solver.hand.story import HandDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.plan import Plan
    from solver.day.layout import ReadyDay

FOUND_BY_TRIAL = {"no_time", "no_capacity", "queue"}
"""Reasons that say that a task would fit alone, but not into the day."""


def false_reasons(plan: Plan, ready: ReadyDay) -> Iterator[str]:
    """Tasks left out that some vehicle could do lawfully beside its work, and which."""
    day = HandDay.begin(plan, ready)
    known = {(one.code, one.where) for one in day.violations}
    for left in plan.unserved:
        if left.reason not in FOUND_BY_TRIAL:
            continue
        for vehicle, shift in _able(ready, left.task):
            try:
                changed = day.change(Reassign(tasks=(left.task,), vehicle=vehicle, shift=shift))
            except InputErrors:
                continue  # not on duty, or another part of the day has the vehicle
            if {(one.code, one.where) for one in changed.violations} <= known:
                yield f"{left.task} ({left.reason}): {vehicle} could do it in shift {shift}"
                break


def _able(ready: ReadyDay, task: str) -> Iterator[tuple[str, str]]:
    """Vehicles with their shifts of the task's part."""
    for part in ready.day.parts:
        if any(one.id == task for one in part.problem.tasks):
            for crew in part.crews:
                yield from ((vehicle, crew.shift) for vehicle in crew.vehicles)
