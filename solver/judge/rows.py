"""The judge of what people read: a person's row in the roster says what the crews say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from models.plan import Plan, PlanRoute, PlanTour


def check_rows(plan: Plan) -> Iterator[Violation]:
    """Each person's work and hours cover the routes and tours that name the person, no others."""
    work: dict[str, dict[str, tuple[datetime, datetime]]] = defaultdict(dict)
    crewed: list[PlanRoute | PlanTour] = [*plan.routes, *plan.tours]
    for one in crewed:
        for person in one.crew:
            work[person][one.id] = (one.depart, one.return_)
    rows = {row.driver: row for row in plan.roster}
    for person in sorted({*work, *rows}):
        own, row = work.get(person, {}), rows.get(person)
        told = set(row.work) if row else set()
        if odd := sorted(told ^ set(own)):
            yield Violation(
                code="ROSTER", where=person, excess=len(odd), detail=f"crew or row: {odd[0]}"
            )
        elif row and own:
            early = (row.begin - min(begin for begin, _ in own.values())).total_seconds()
            late = (max(end for _, end in own.values()) - row.end).total_seconds()
            if (over := round(max(early, late))) > 0:
                yield Violation(code="ROSTER", where=person, excess=over, detail="hours")
    drivers = {tour.id: tour.crew[0] if tour.crew else "" for tour in plan.tours}
    for run in plan.haul:
        if run.driver != drivers.get(run.tour, run.driver):
            yield Violation(code="ROSTER", where=run.id, detail=f"driver {run.driver}")
