"""What differs between two plans, from their documents alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.difference import PlanDifference, PlanFigure, PlanMove, PlanMoves, PlanSiteChange
from models.district import SiteKind
from models.solution import Violation
from solver.document.earlier import task_homes
from solver.document.figures import tipped_kg
from solver.edits.whatif import district_then
from solver.trade.sites import limit_kg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from models.district import District
    from models.plan import Plan


def difference(base: Plan, plan: Plan, district: District, *, keep: bool) -> PlanDifference:
    """Figures, sites and assignments of `plan` against `base`; `district` without any what-if."""
    then = district_then(district, base.what_if, base.date)
    return PlanDifference(
        base_date=base.date,
        base_created=base.created,
        base_what_if=base.what_if,
        keep=keep,
        figures=figures(base.kpis, plan.kpis),
        sites=list(_sites(taken_kg(base), plan, district, then)),
        assignment=moves(base, plan),
    )


def renewed(told: PlanDifference, plan: Plan, district: District) -> PlanDifference:
    """The same difference once `plan` has new times: its figures and sites, against the same base.

    Who does what against the base stays as it was planned: the plan no longer has the base's
    routes. `district` is without any what-if.
    """
    before = {one.key: one.base for one in told.figures}
    base_kg = {one.id: round(1_000 * one.base_t) for one in told.sites}
    then = district_then(district, told.base_what_if, told.base_date)
    return told.model_copy(
        update={
            "figures": figures(before, plan.kpis),
            "sites": list(_sites(base_kg, plan, district, then)),
        }
    )


def check_difference(told: PlanDifference, plan: Plan, district: District) -> Iterator[Violation]:
    """Figures, sites and assignments are the plan's own; of the earlier plan the base is believed.

    `district` is without any what-if.
    """
    before = {one.key: one.base for one in told.figures}
    right = figures(before, plan.kpis)
    yield from _differ("difference figures", told.figures, right)
    yield from _differ("difference sites", told.sites, renewed(told, plan, district).sites)
    work, homes = told.assignment, task_homes(plan)
    left_out = {one.task for one in plan.unserved}
    both = work.kept + work.moved
    numbers = {
        "kept": (work.kept, len(homes) - work.new - len(work.moves)),
        "moved": (work.moved, len(work.moves)),
        "kept_share": (work.kept_share, round(1 - work.moved / max(both, 1), 4)),
        "vehicles_after": (work.vehicles_after, len({home.vehicle for home in homes.values()})),
        "lost": (sorted(work.lost), sorted(set(work.lost) & (left_out - homes.keys()))),
        "moves": (
            [(one.task, one.after) for one in work.moves],
            [(one.task, "/".join(homes.get(one.task, ("-",)))) for one in work.moves],
        ),
    }
    for name, (one, other) in numbers.items():
        yield from _differ(f"difference assignment {name}", one, other)


def _differ(place: str, one: object, other: object) -> Iterator[Violation]:
    if one != other:
        detail = f"written {str(one)[:60]}, right {str(other)[:60]}"
        yield Violation(code="CLAIM", where=place, detail=detail)


def figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[PlanFigure]:
    """All key figures that are single numbers, in the order of the later plan."""
    return [
        PlanFigure(key=key, base=_number(before.get(key)), value=_number(after.get(key)))
        for key in dict.fromkeys([*after, *before])
        if _number(before.get(key)) is not None or _number(after.get(key)) is not None
    ]


def _number(value: object) -> int | float | None:
    return value if isinstance(value, int | float) else None


def moves(base: Plan, plan: Plan) -> PlanMoves:
    """Every task served in either plan is kept, moved, new, gone or lost."""
    old, new = task_homes(base), task_homes(plan)
    left_out = {one.task for one in plan.unserved}
    both = [task for task in old if task in new]
    moved = [task for task in both if old[task] != new[task]]
    lost = [task for task in old if task in left_out and task not in new]
    return PlanMoves(
        kept=len(both) - len(moved),
        moved=len(moved),
        new=len(new) - len(both),
        gone=len(old) - len(both) - len(lost),
        lost=lost,
        kept_share=round(1 - len(moved) / max(len(both), 1), 4),
        vehicles_before=len({home.vehicle for home in old.values()}),
        vehicles_after=len({home.vehicle for home in new.values()}),
        moves=[
            PlanMove(task=task, before="/".join(old[task]), after="/".join(new[task]))
            for task in moved
        ],
    )


def _sites(
    base_kg: Mapping[str, int], plan: Plan, district: District, then: District
) -> Iterator[PlanSiteChange]:
    """Stations and plants of the district and of either plan's edits; `then` is the base's."""
    plan_kg = taken_kg(plan)
    now = district_then(district, plan.what_if, plan.date)
    limits_then, limits = ({s.id: limit_kg(s) for s in one.sites} for one in (then, now))
    named = {site.id: site for one in (district, then, now) for site in one.sites}
    for site in named.values():
        if site.kind in {SiteKind.STATION, SiteKind.PLANT}:
            before, after = base_kg.get(site.id, 0), plan_kg.get(site.id, 0)
            yield PlanSiteChange(
                id=site.id,
                name=site.name,
                kind="station" if site.kind == SiteKind.STATION else "plant",
                base_t=before / 1_000,
                value_t=after / 1_000,
                base_ratio=_ratio(before, limits_then.get(site.id, 0)),
                value_ratio=_ratio(after, limits.get(site.id, 0)),
            )


def taken_kg(plan: Plan) -> dict[str, int]:
    """What routes tip and haul trucks bring, by site [kg]."""
    found = defaultdict(int, tipped_kg(plan))
    for run in plan.haul:
        found[run.plant] += round(1_000 * run.tonnes)
    return dict(found)


def _ratio(kg: int, limit_kg: int) -> float | None:
    return round(kg / limit_kg, 4) if limit_kg else None
