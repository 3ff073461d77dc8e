"""A plan document read back: its routes as a solution with times, and what the judges say of it.

The document is judged, not the engine's own objects: what a dispatcher edits and what a planner
prints is what the laws are held against.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.day import DrivenDay
from models.ids import RouteId
from models.plan import PlanViolation
from models.solution import (
    Reason,
    Route,
    Schedule,
    Serve,
    Solution,
    Step,
    StepKind,
    Use,
    Violation,
)
from models.units import seconds
from solver.cost import legs
from solver.judge.day import check_day
from solver.judge.routes import check
from solver.judge.rows import check_rows
from solver.judge.streets import RoadJudge, check_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from models.day import DrivenRoute
    from models.district import District
    from models.network import Profile
    from models.part import Part
    from models.plan import Plan, PlanRoute, PlanStep
    from models.shift import Roster, RosterProblem
    from models.solution import Visit
    from models.station import HaulPlan, HaulProblem
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground

FACILITY_STEPS = {"tip", "refill", "charge"}
KINDS = {
    "start": StepKind.START,
    "drive": StepKind.DRIVE,
    "wait": StepKind.WAIT,
    "serve": StepKind.SERVE,
    "tip": StepKind.FACILITY,
    "refill": StepKind.FACILITY,
    "charge": StepKind.FACILITY,
    "break": StepKind.BREAK,
    "end": StepKind.END,
}


@dataclass(frozen=True, eq=False)
class Replay:
    """A plan's routes by part, with the times it states; `strange` is what no part knows.

    `written` are the document's words of each route.
    """

    plan: Plan
    day: DrivenDay
    written: Mapping[RouteId, PlanRoute]
    strange: tuple[Violation, ...]


def replay(plan: Plan, day: Day) -> Replay:
    """Routes and times of the document, in terms of the day's routing problems."""
    strange: list[Violation] = []
    routes: list[list[Route]] = [[] for _ in day.parts]
    times: list[list[Schedule]] = [[] for _ in day.parts]
    written: dict[RouteId, PlanRoute] = {}
    for route in plan.routes:
        if not 0 <= route.part < len(day.parts):
            strange.append(Violation(code="UNKNOWN", where=route.id, detail="part"))
            continue
        part = day.parts[route.part]
        kind = next(
            (
                number
                for number, crew in enumerate(part.crews)
                if route.vehicle in crew.vehicles and crew.shift == route.shift
            ),
            None,
        )
        if kind is None:
            detail = f"no vehicle {route.vehicle} in shift {route.shift}"
            strange.append(Violation(code="UNKNOWN", where=route.id, detail=detail))
            continue
        visits, unknown = _visits(route, part)
        strange += [Violation(code="UNKNOWN", where=route.id, detail=name) for name in unknown]
        written[RouteId(route.part, len(routes[route.part]))] = route
        routes[route.part].append(Route(kind, tuple(visits)))
        times[route.part].append(_schedule(route, plan.date, len(visits)))
    reasons = {unserved.task: Reason(unserved.reason) for unserved in plan.unserved}
    solutions = (
        Solution(tuple(own), _left_out(part, reasons))
        for part, own in zip(day.parts, routes, strict=True)
    )
    return Replay(
        plan=plan,
        day=DrivenDay.of(day.parts, solutions, times),
        written=written,
        strange=tuple(strange),
    )


def judge(
    story: Replay,
    district: District,
    ground: Ground,
    *,
    haul: tuple[HaulProblem, HaulPlan] | None = None,
    roster: tuple[RosterProblem, Roster] | None = None,
) -> list[Violation]:
    """Everything wrong with the plan as written: routes, times, streets, stations, haul, people."""
    found = [*story.strange, *_check_vehicles(story), *check_rows(story.plan)]
    road_judge = RoadJudge(ground.network, frozenset(ground.closures))
    for own in story.day.driven:
        found += check(own.part.problem, own.solution, own.schedules)
        for one in own:
            found += _check_streets(road_judge, one, story.written[one.id])
    found += check_day(district, story.day, haul=haul, roster=roster)
    return list(dict.fromkeys(found))


def verdict(found: Sequence[Violation]) -> list[PlanViolation]:
    """Violations as the document tells them."""
    return [
        PlanViolation(code=one.code, where=one.where, excess=one.excess, detail=one.detail)
        for one in found
    ]


def _check_vehicles(story: Replay) -> Iterator[Violation]:
    """No vehicle is out twice at a time, whatever it does."""
    out: dict[str, list[tuple[int, int, str]]] = {}
    for one in story.day:
        if one.schedule.steps:
            route = story.written[one.id]
            spans = out.setdefault(route.vehicle, [])
            spans.append((one.schedule.begin, one.schedule.end, route.id))
    for tour in story.plan.tours:
        day = story.plan.date
        span = seconds(day, tour.depart), seconds(day, tour.return_), tour.id
        out.setdefault(tour.vehicle, []).append(span)
    for vehicle, spans in sorted(out.items()):
        spans.sort()
        for (_, end, first), (begin, _, second) in itertools.pairwise(spans):
            if begin < end:
                yield Violation(
                    code="VEHICLE_TWICE",
                    where=vehicle,
                    excess=end - begin,
                    detail=f"{first}, {second}",
                )


def _check_streets(
    road_judge: RoadJudge, one: DrivenRoute, written: PlanRoute
) -> Iterator[Violation]:
    """Streets as written: legal one after the other, and the served ones from the right kerb."""
    part, route = one.part, one.route
    profile: Profile = part.profiles[part.problem.vehicle_types[route.vehicle_type].profile]
    start = int(part.row_arcs[legs(part.problem, route)[0][0]])
    arcs = [start]
    refs = {task.id: ref for task, ref in zip(part.problem.tasks, part.refs, strict=True)}
    for trip in written.trips:
        for step in trip.steps:
            driven = [arc for piece in step.streets for arc in piece.arcs]
            arcs += driven
            ref = refs.get(step.task or "")
            if step.kind == "serve" and ref is not None:
                served = driven if ref.kind == "street" else arcs[-1:]
                yield from check_side(ref, served, written.id)
    yield from road_judge.check_drive(profile, arcs, written.id)


def _visits(route: PlanRoute, part: Part) -> tuple[list[Visit], list[str]]:
    """Visits in the document's order, and names that the part does not know."""
    tasks = {task.id: number for number, task in enumerate(part.problem.tasks)}
    sites = {site: number for number, site in enumerate(part.sites)}
    visits: list[Visit] = []
    unknown: list[str] = []
    for step in _steps(route):
        if step.kind == "serve":
            if step.task in tasks:
                visits.append(Serve(tasks[step.task], step.mode or 0))
            else:
                unknown.append(f"task {step.task}")
        elif step.kind in FACILITY_STEPS:
            if step.facility in sites:
                visits.append(Use(sites[step.facility]))
            else:
                unknown.append(f"facility {step.facility}")
    return visits, unknown


def _schedule(route: PlanRoute, day: date, visits: int) -> Schedule:
    """Times as written; a drive belongs to the next visit."""
    steps: list[Step] = []
    visit = 0
    for step in _steps(route):
        kind = KINDS[step.kind]
        own = kind in {StepKind.SERVE, StepKind.FACILITY, StepKind.DRIVE}
        steps.append(
            Step(
                kind=kind,
                begin=seconds(day, step.arrive),
                end=seconds(day, step.depart),
                visit=min(visit, visits) if own else -1,
            )
        )
        visit += kind in {StepKind.SERVE, StepKind.FACILITY}
    return Schedule(tuple(steps))


def _steps(route: PlanRoute) -> Iterator[PlanStep]:
    return (step for trip in route.trips for step in trip.steps)


def _left_out(part: Part, reasons: dict[str, Reason]) -> dict[int, Reason]:
    return {
        number: reasons[task.id]
        for number, task in enumerate(part.problem.tasks)
        if task.id in reasons
    }
