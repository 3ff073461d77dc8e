"""A plan document read back: its routes as a solution with times, and what the judges say of it.

The document is judged, not the engine's own objects: what a dispatcher edits and what a planner
prints is what the laws are held against.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from models.day import DrivenDay
from models.ids import RouteId, TruckShift
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
from solver.judge.drives import Leg, check_drives
from solver.judge.locks import check_locks
from solver.judge.reasons import check_reasons
from solver.judge.routes import check
from solver.judge.rows import check_rows
from solver.judge.streets import RoadJudge, check_side

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from datetime import date

    from models.day import DrivenPart, DrivenRoute
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


@dataclass(eq=False)
class Seen:
    """What was found in a day that is judged again and again, with few changes in between.

    By the identity of what was looked at, which is kept with it: the words of a route, the routes
    of a part by these names. What is the same object has the same violations. It belongs to one
    day: the same words mean something else on another.
    """

    roads: RoadJudge | None = None
    steps: dict[int, tuple[PlanRoute, RouteRead | str]] = field(default_factory=dict)
    days: list[DrivenDay] = field(default_factory=list)
    again: dict[tuple[Hashable, ...], tuple[DrivenRoute, PlanRoute]] = field(default_factory=dict)
    streets: dict[int, tuple[PlanRoute, tuple[Violation, ...]]] = field(default_factory=dict)
    parts: dict[int, tuple[DrivenPart, list[str], list[Violation]]] = field(default_factory=dict)

    def road_judge(self, ground: Ground) -> RoadJudge:
        """The judge of the day's streets."""
        if self.roads is None:
            self.roads = RoadJudge(ground.network, frozenset(ground.closures))
        return self.roads

    def read(self, route: PlanRoute, day: Day, on: date) -> RouteRead | str:
        """The steps of a route, or what nobody knows of it (`_read_route`)."""
        known = self.steps.get(id(route))
        if known is None:
            known = self.steps[id(route)] = route, _read_route(route, day, on)
        return known[1]

    def day(self, made: DrivenDay) -> DrivenDay:
        """The day, of the very parts that were looked at before where they are the same."""
        known = self.days[0].driven if self.days else ()
        parts = tuple(
            next((old for old in known[own.number : own.number + 1] if old == own), own)
            for own in made.driven
        )
        if known and all(one is other for one, other in zip(parts, known, strict=True)):
            return self.days[0]
        made = DrivenDay(parts)
        self.days = self.days or [made]
        return made

    def words(
        self, key: tuple[Hashable, ...], one: DrivenRoute, write: Callable[[], PlanRoute]
    ) -> PlanRoute:
        """A route written down again, unless it was with the same visits, times and words."""
        whole = (one.id, id(one.route), id(one.schedule), *key)
        if whole not in self.again:
            self.again[whole] = one, write()
        return self.again[whole][1]

    def part(self, own: DrivenPart, names: list[str]) -> list[Violation]:
        """What is wrong with the routes of a part, called by these names."""
        known = self.parts.get(id(own))
        if known is None or known[1] != names:
            found = check(own.part.problem, own.solution, own.schedules, names)
            found += check_reasons(own.part.problem, own.solution)
            known = self.parts[id(own)] = own, names, found
        return known[2]

    def route(self, one: DrivenRoute, written: PlanRoute, judge: RoadJudge) -> Sequence[Violation]:
        """What is wrong with the streets of a route."""
        known = self.streets.get(id(written))
        if known is None:
            told = _check_streets(judge, one, written)
            known = written, tuple(replace(each, route=written.id) for each in told)
            self.streets[id(written)] = known
        return known[1]


class RouteRead(NamedTuple):
    """A route of the document in terms of its part, and names in it that the part lacks."""

    route: Route
    schedule: Schedule
    unknown: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Replay:
    """A plan's routes by part, with the times it states; `strange` is what no part knows.

    `written` are the document's words of each route.
    """

    plan: Plan
    day: DrivenDay
    written: Mapping[RouteId, PlanRoute]
    strange: tuple[Violation, ...]


def replay(plan: Plan, day: Day, seen: Seen | None = None) -> Replay:
    """Routes and times of the document, in terms of the day's routing problems.

    What no part knows - a part, a vehicle, a task, a mode, a facility - is told as strange and left
    out, so that every solution read back is one of its problem: judges can look everything up.
    `seen` remembers the routes of documents of this day.
    """
    seen = seen or Seen()
    strange: list[Violation] = []
    routes: list[list[Route]] = [[] for _ in day.parts]
    times: list[list[Schedule]] = [[] for _ in day.parts]
    written: dict[RouteId, PlanRoute] = {}
    names: set[str] = set()
    for route in plan.routes:
        told = seen.read(route, day, plan.date)
        if route.id in names:
            told = "a second route of this name"
        names.add(route.id)
        if isinstance(told, str):
            strange.append(_unknown(route, told))
            continue
        strange += [_unknown(route, name) for name in told.unknown]
        written[RouteId(route.part, len(routes[route.part]))] = route
        routes[route.part].append(told.route)
        times[route.part].append(told.schedule)
    reasons = {unserved.task: unserved.reason for unserved in plan.unserved}
    solutions = (
        Solution(tuple(own), _left_out(part, own, reasons))
        for part, own in zip(day.parts, routes, strict=True)
    )
    return Replay(
        plan=plan,
        day=seen.day(DrivenDay.of(day.parts, solutions, times)),
        written=written,
        strange=tuple(strange),
    )


def _read_route(route: PlanRoute, day: Day, on: date) -> RouteRead | str:
    """The route as its part knows it, or what is wrong with the whole of it."""
    if not 0 <= route.part < len(day.parts):
        return f"part {route.part}"
    if not any(trip.steps for trip in route.trips):
        return "no steps"
    kind = _kind(route, day.parts[route.part])
    if kind is None:
        return f"no vehicle {route.vehicle} in shift {route.shift}"
    visits, schedule, unknown = _read_steps(route, day.parts[route.part], on)
    if schedule.end < schedule.begin:
        return "ends before it begins"
    return RouteRead(Route(kind, tuple(visits)), schedule, tuple(unknown))


def _unknown(route: PlanRoute, what: str) -> Violation:
    return Violation(code="UNKNOWN", where=route.id, detail=what, route=route.id)


def _kind(route: PlanRoute, part: Part) -> int | None:
    """Vehicle type of the route's vehicle in its shift; None: the part has no such vehicle."""
    return next(
        (
            number
            for number, crew in enumerate(part.crews)
            if route.vehicle in crew.vehicles and crew.shift == route.shift
        ),
        None,
    )


def judge(
    story: Replay,
    district: District,
    ground: Ground,
    *,
    haul: tuple[HaulProblem, HaulPlan] | None = None,
    roster: tuple[RosterProblem, Roster] | None = None,
    haulers: Mapping[TruckShift, Profile] | None = None,
    seen: Seen | None = None,
    swap_takes_bay: bool = True,
) -> list[Violation]:
    """Everything wrong with the plan as written: routes, times, streets, stations, haul, people.

    `haulers` are the road profiles of the trucks dealt to the haul. `seen` is what was found before
    (None: nothing), and remembers what is found now.
    """
    found = [*story.strange, *_check_vehicles(story)]
    found += [*check_rows(story.plan), *check_locks(story.plan)]
    seen = seen or Seen()
    road_judge = seen.road_judge(ground)
    for own in story.day.driven:
        found += seen.part(own, [story.written[one.id].id for one in own])
        for one in own:
            found += seen.route(one, story.written[one.id], road_judge)
    found += check_day(district, story.day, haul=haul, roster=roster, swap_takes_bay=swap_takes_bay)
    found += _check_gates(road_judge, ground, story.plan, haulers or {})
    return list(dict.fromkeys(found))


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
                both, excess = f"{first}, {second}", end - begin
                yield Violation(code="VEHICLE_TWICE", where=vehicle, excess=excess, detail=both)


def _check_gates(
    road_judge: RoadJudge, ground: Ground, plan: Plan, haulers: Mapping[TruckShift, Profile]
) -> Iterator[Violation]:
    """A haul truck may stand on a kerb of each site it goes to; what forbids it is named."""
    sites = {tour.id: {tour.depot} for tour in plan.tours}
    for run in plan.haul:
        sites.setdefault(run.tour, set()).update((run.station, run.plant))
    for tour in plan.tours:
        profile = haulers.get(TruckShift(tour.vehicle, tour.shift))
        if profile is None:
            continue
        for site in sorted(sites[tour.id] & ground.sites.keys()):
            place = ground.sites[site]
            kerbs = [arc for arc in (place.right, place.left) if arc >= 0]
            codes = [list(road_judge.obstacles(profile, arc)) for arc in kerbs]
            if all(codes):
                for code in dict.fromkeys(codes[0] if codes else ["NO_WAY"]):
                    yield Violation(
                        code=code, where=tour.id, detail=f"to {site}", route=tour.id, site=site
                    )


def _check_streets(
    road_judge: RoadJudge, one: DrivenRoute, written: PlanRoute
) -> Iterator[Violation]:
    """Streets as written: legal one after the other, each drive to where the next step stands."""
    part, route = one.part, one.route
    profile: Profile = part.profiles[part.problem.vehicle_types[route.vehicle_type].profile]
    start = int(part.row_arcs[legs(part.problem, route)[0][0]])
    arcs = [start]
    for step in _steps(written):
        driven = _arcs(step)
        arcs += driven
        task = part.task_numbers.get(step.task or "")
        if step.kind == "serve" and task is not None:
            ref = part.refs[task]
            served = driven if ref.kind == "street" else arcs[-1:]
            yield from check_side(ref, served, written.id)
    yield from road_judge.check_drive(profile, arcs, written.id)
    told = list(_legs(written, part))
    yield from check_drives(road_judge.network, part, route, told, written.id)


def _legs(written: PlanRoute, part: Part) -> Iterator[Leg]:
    """What the document tells of each leg; steps that no part knows belong to the next visit."""
    known = _Known.of(part)
    driven: list[int] = []
    took = 0
    for step in _steps(written):
        if known.visit(step) is not None:
            yield Leg(tuple(driven), took, tuple(_arcs(step)))
            driven, took = [], 0
            continue
        driven += _arcs(step)
        if step.kind == "drive":
            took += round((step.depart - step.arrive).total_seconds())
    yield Leg(tuple(driven), took, ())


def _arcs(step: PlanStep) -> list[int]:
    return [arc for piece in step.streets for arc in piece.arcs]


@dataclass(frozen=True, slots=True)
class _Known:
    """Tasks and sites of a part by the document's names."""

    part: Part
    tasks: Mapping[str, int]
    sites: Mapping[str, int]

    @classmethod
    def of(cls, part: Part) -> _Known:
        return cls(part, part.task_numbers, {site: n for n, site in enumerate(part.sites)})

    def visit(self, step: PlanStep) -> Visit | None:
        """The visit a step tells of; None: it is none, or one the part does not know."""
        if step.kind == "serve":
            task = self.tasks.get(step.task or "")
            modes = 0 if task is None else len(self.part.problem.tasks[task].modes)
            if task is None or step.mode is None or not 0 <= step.mode < modes:
                return None
            return Serve(task, step.mode)
        facility = self.sites.get(step.facility or "") if step.kind in FACILITY_STEPS else None
        return None if facility is None else Use(facility)


def _read_steps(route: PlanRoute, part: Part, day: date) -> tuple[list[Visit], Schedule, list[str]]:
    """Visits in the document's order, times as written, and names the part does not know.

    A drive belongs to the next visit; a step that is no visit of the part is a wait.
    """
    known = _Known.of(part)
    visits: list[Visit] = []
    steps: list[Step] = []
    unknown: list[str] = []
    for step in _steps(route):
        kind, number = KINDS[step.kind], -1
        if kind in {StepKind.SERVE, StepKind.FACILITY}:
            visit = known.visit(step)
            if visit is None:
                what = f"task {step.task} mode {step.mode}"
                unknown.append(what if step.kind == "serve" else f"facility {step.facility}")
                kind = StepKind.WAIT
            else:
                number = len(visits)
                visits.append(visit)
        elif kind == StepKind.DRIVE:
            number = len(visits)
        begin, end = seconds(day, step.arrive), seconds(day, step.depart)
        steps.append(Step(kind=kind, begin=begin, end=end, visit=number))
    return visits, Schedule(tuple(steps)), unknown


def _steps(route: PlanRoute) -> Iterator[PlanStep]:
    return (step for trip in route.trips for step in trip.steps)


def _left_out(part: Part, routes: list[Route], reasons: dict[str, Reason]) -> dict[int, Reason]:
    """What the document says is left out, and what is optional and in no route."""
    served = {task for route in routes for task in route.tasks}
    return {
        number: reasons.get(task.id, Reason.NOT_WORTH)
        for number, task in enumerate(part.problem.tasks)
        if task.id in reasons or (task.prize is not None and number not in served)
    }
