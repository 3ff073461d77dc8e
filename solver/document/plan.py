"""The whole plan document: staffed, written, and judged as it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.document.describe import Staff, describe, duty_names
from solver.document.verdict import judge_plan, judge_side_by_side
from solver.haul.problem import haul_duties
from solver.shifts.day import assign_drivers, day_budget, route_duties
from solver.trade.labour import labour_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.day import DrivenDay, Halves, Request
    from models.ids import DutyId, RouteId
    from models.plan import Plan, Relaxation
    from solver.haul.hauler import Hauler
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground

STAFFED = 1.0
"""The crews are dealt when so much of a plan's seconds is used (chosen)."""

LEAST_S = 1.0
"""The search for crews has so many seconds at least (chosen: the first roster is made before)."""


@dataclass(frozen=True, eq=False)
class DayPlan:
    """The plan document with everything it was made from."""

    plan: Plan
    ground: Ground
    day: Day
    halves: Halves


def write_document(
    hauler: Hauler,
    ground: Ground,
    request: Request,
    *,
    day: Day,
    halves: Halves,
    vehicles: Mapping[RouteId, str] | None = None,
    keep: Mapping[DutyId, tuple[str, ...]] | None = None,
    least: Mapping[tuple[int, int], Relaxation] | None = None,
) -> DayPlan:
    """Write, staff and judge the plan.

    `vehicles` names the vehicle of each route; without it the vehicles of a type are taken in
    their order. `keep` are crews by duty that should stay where they can.
    `least` says what would serve the tasks left out, by part and task.
    """
    staff = staff_day(hauler, request, halves, keep=keep or {})
    hauler.pace.passed("crews")
    plan = describe(
        hauler,
        ground,
        request,
        day=day,
        halves=halves,
        staff=staff,
        vehicles=vehicles or deal_vehicles(halves.timed),
        least=least or {},
    )
    hauler.pace.passed("document")
    judged = judge_side_by_side if hauler.budget.workers > 1 else judge_plan
    violations = judged(plan, day, hauler, ground)
    hauler.pace.passed("verdict")
    figures = {**plan.kpis, "violations": len(violations)}
    plan = plan.model_copy(update={"violations": violations, "kpis": figures})
    return DayPlan(plan, ground, day, halves)


def staff_day(
    hauler: Hauler,
    request: Request,
    halves: Halves,
    *,
    keep: Mapping[DutyId, tuple[str, ...]],
) -> Staff:
    """Crews for all routes and haul tours, within what is left of the plan's seconds."""
    district, rules = hauler.district, hauler.rules
    budget = day_budget(request)
    budget = replace(budget, seconds=min(budget.seconds, max(hauler.pace.left(STAFFED), LEAST_S)))
    labour, timed, haul = labour_rules(rules.labour), halves.timed, halves.haul
    duties = route_duties(labour, timed)
    if haul is not None:
        duties += haul_duties(*haul, labour)
    problem, roster = assign_drivers(
        district, labour, duties, request.day, keep=keep, budget=budget
    )
    return Staff(
        labour=labour,
        duties=duties,
        names=duty_names(timed, haul),
        problem=problem,
        roster=roster,
    )


def deal_vehicles(day: DrivenDay) -> dict[RouteId, str]:
    """A vehicle for each route: those of its type in their order."""
    dealt = {}
    for own in day.driven:
        waiting = [iter(crew.vehicles) for crew in own.part.crews]
        for one in own:
            dealt[one.id] = next(waiting[one.route.vehicle_type])
    return dealt
