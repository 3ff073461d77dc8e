"""What differs between two plans, from their documents alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.district import SiteKind
from models.plan import PlanDifference, PlanFigure, PlanMove, PlanMoves, PlanSiteChange
from solver.carry import steps_of, task_homes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from models.district import District
    from models.plan import Plan


def difference(
    base: Plan, plan: Plan, before: District, after: District, *, keep: bool
) -> PlanDifference:
    """Figures, sites and assignments of `plan` against `base`, each with its district."""
    return PlanDifference(
        base_date=base.date,
        base_created=base.created,
        base_what_if=base.what_if,
        keep=keep,
        figures=figures(base.kpis, plan.kpis),
        sites=list(_sites(base, plan, before, after)),
        assignment=moves(base, plan),
    )


def figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[PlanFigure]:
    """All key figures that are single numbers, in the order of the later plan."""
    return [
        PlanFigure(key=key, base=_number(before.get(key)), value=_number(after.get(key)))
        for key in dict.fromkeys([*after, *before])
        if _number(before.get(key)) is not None or _number(after.get(key)) is not None
    ]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


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


def _sites(base: Plan, plan: Plan, before: District, after: District) -> Iterable[PlanSiteChange]:
    """Stations and plants of either district."""
    sites = {site.id: site for site in (*before.sites, *after.sites)}
    taken = (_taken_kg(base), _taken_kg(plan))
    limits = [
        {
            site.id: site.design_kg if site.kind == SiteKind.STATION else site.daily_quota_kg
            for site in district.sites
        }
        for district in (before, after)
    ]
    for site in sites.values():
        if site.kind in {SiteKind.STATION, SiteKind.PLANT}:
            base_kg, value_kg = (kg.get(site.id, 0) for kg in taken)
            yield PlanSiteChange(
                id=site.id,
                name=site.name,
                kind="station" if site.kind == SiteKind.STATION else "plant",
                base_t=base_kg / 1_000,
                value_t=value_kg / 1_000,
                base_ratio=_ratio(base_kg, limits[0].get(site.id, 0)),
                value_ratio=_ratio(value_kg, limits[1].get(site.id, 0)),
            )


def _taken_kg(plan: Plan) -> dict[str, int]:
    """What routes tip and haul trucks bring, by site [kg]."""
    found: dict[str, int] = defaultdict(int)
    for route in plan.routes:
        load = 0
        for step in steps_of(route):
            if step.kind == "tip" and step.facility is not None:
                found[step.facility] += load - step.load_kg
            load = step.load_kg
    for run in plan.haul:
        found[run.plant] += round(1_000 * run.tonnes)
    return dict(found)


def _ratio(kg: int, limit_kg: int) -> float | None:
    return round(kg / limit_kg, 4) if limit_kg else None
