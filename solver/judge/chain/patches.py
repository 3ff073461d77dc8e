"""The judge of dump patches: what falls on a day is cleared by its plan, so deadlines hold.

Shares and kilograms are reckoned again from the rows and from the steps of the plans.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from models.plan import Plan
    from models.trade.patch import Patch


def check_patches(
    plans: Mapping[date, Plan], patches: Sequence[Patch], owner: Mapping[date, Mapping[str, str]]
) -> list[Violation]:
    """All violations; `owner` maps, for each day, every task that may clear a patch to its id."""
    cleared = {day: _cleared(plan, owner.get(day, {})) for day, plan in plans.items()}
    return [one for patch in patches for one in _check(patch, cleared)]


def _check(patch: Patch, cleared: Mapping[date, Counter[str]]) -> Iterator[Violation]:
    """Days, shares and kilograms as they are; after the last known day nothing is behind."""
    days = [day for day in sorted(cleared) if patch.begin <= day <= patch.end]
    if [one.day for one in patch.days] != days:
        detail = f"{len(patch.days)} days, right {len(days)}"
        yield Violation(code="CLAIM", where=patch.id, detail=detail)
    for one in patch.days:
        right = (_share(patch, one.day), cleared.get(one.day, Counter())[patch.id])
        if (one.share_kg, one.cleared_kg) != right:
            told = (one.share_kg, one.cleared_kg)
            detail = f"{told}, right {right}"
            excess = abs(told[1] - right[1])
            yield Violation(
                code="CLAIM", where=f"{patch.id} {one.day}", excess=excess, detail=detail
            )
    due = sum(_share(patch, day) for day in days)
    behind = due - sum(cleared[day][patch.id] for day in days)
    if behind > 0:
        where = f"{patch.id} {days[-1]}"
        yield Violation(code="PATCH_LEFT", where=where, excess=behind, detail=f"kg, {patch.end}")


def _share(patch: Patch, day: date) -> int:
    """What falls on a day: equal whole kilograms, the rest dealt so that the sum is the whole."""
    if not patch.begin <= day <= patch.end:
        return 0
    count, before = (patch.end - patch.begin).days + 1, (day - patch.begin).days
    return patch.kg * (before + 1) // count - patch.kg * before // count


def _cleared(plan: Plan, owner: Mapping[str, str]) -> Counter[str]:
    """Kilograms of each patch that trucks of a plan take on board."""
    found: Counter[str] = Counter()
    for route in plan.routes:
        load = 0
        for step in (step for trip in route.trips for step in trip.steps):
            patch = owner.get(step.task or "")
            if step.kind == "serve" and patch is not None:
                found[patch] += max(0, step.load_kg - load)
            if step.kind in {"serve", "tip"}:
                load = step.load_kg
    return found
