"""The judge: recomputes everything from the problem and lists every broken law.

It shares no code with the engines, trusts no number they wrote down, and never stops at the first
violation. `docs/violations.md` explains every code. Streets and turns are judged in
`solver/judge/streets.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.problem import DimensionKind
from models.solution import Serve, StepKind, Violation
from models.units import UNREACHABLE, clock
from solver.judge.between import check_bays, check_spacings, visit_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.problem import Facility, Mode, RoutingProblem, VehicleType
    from models.solution import Route, Schedule, Solution, Visit

LOAD_CODES = {
    DimensionKind.WASTE: "LOAD",
    DimensionKind.WATER: "WATER",
    DimensionKind.ENERGY: "ENERGY",
}


def check(
    problem: RoutingProblem,
    solution: Solution,
    schedules: Sequence[Schedule] | None,
    names: Sequence[str] | None = None,
) -> list[Violation]:
    """All violations of a solution; of its times too when `schedules` (one per route) are given.

    `names` are those of the routes, as people call them. A solution with unknown indices is judged
    no further: nothing can be looked up in it.
    """
    unknown = list(check_indices(problem, solution))
    if unknown:
        return unknown
    found = [
        *check_service(problem, solution),
        *check_fleet(problem, solution),
        *check_facility_totals(problem, solution),
    ]
    called = names or [route_name(problem, solution, n) for n in range(len(solution.routes))]
    for where, route in zip(called, solution.routes, strict=True):
        own = [
            *check_vehicle(problem, route, where),
            *check_loads(problem, route, where),
            *check_reach(problem, route, where),
        ]
        found += [replace(one, route=where) for one in own]
    if schedules is None:
        return found
    if len(schedules) != len(solution.routes):
        found.append(Violation(code="TIME", where="plan", detail="not one schedule per route"))
        return found
    for where, route, schedule in zip(called, solution.routes, schedules, strict=True):
        own = [
            *check_shape(route, schedule, where),
            *check_gaps(schedule, where),
            *check_times(problem, route, schedule, where),
            *check_windows(problem, route, schedule, where),
            *check_shift(problem, route, schedule, where),
            *check_rest(problem, route, schedule, where),
            *check_meal(problem, route, schedule, where),
        ]
        found += [replace(one, route=where) for one in own]
    found += check_bays(problem, solution, schedules)
    found += check_spacings(problem, solution, schedules)
    return found


def route_name(problem: RoutingProblem, solution: Solution, number: int) -> str:
    """Where a violation happened, as a person would say it."""
    return f"route {number} ({problem.vehicle_types[solution.routes[number].vehicle_type].id})"


def check_indices(problem: RoutingProblem, solution: Solution) -> Iterator[Violation]:
    """Every task, mode, facility and vehicle type named exists."""
    for number, route in enumerate(solution.routes):
        if not 0 <= route.vehicle_type < len(problem.vehicle_types):
            yield Violation(code="UNKNOWN", where=f"route {number}", detail="vehicle type")
        for visit in route.visits:
            if isinstance(visit, Serve):
                known = 0 <= visit.task < len(problem.tasks) and (
                    0 <= visit.mode < len(problem.tasks[visit.task].modes)
                )
            else:
                known = 0 <= visit.facility < len(problem.facilities)
            if not known:
                yield Violation(code="UNKNOWN", where=f"route {number}", detail=str(visit))
    for task in solution.unserved:
        if not 0 <= task < len(problem.tasks):
            yield Violation(code="UNKNOWN", where=f"unserved task {task}")


def check_service(problem: RoutingProblem, solution: Solution) -> Iterator[Violation]:
    """Served once or unserved with a reason; nothing vanishes, nothing is done twice."""
    times = Counter(
        visit.task
        for route in solution.routes
        for visit in route.visits
        if isinstance(visit, Serve)
    )
    for number, task in enumerate(problem.tasks):
        if times[number] == 0 and number not in solution.unserved:
            yield Violation(code="UNSERVED_NO_REASON", where=f"task {task.id}", task=task.id)
        if times[number] > 1:
            yield Violation(
                code="SERVED_TWICE",
                where=f"task {task.id}",
                excess=times[number] - 1,
                task=task.id,
            )
        if times[number] and number in solution.unserved:
            yield Violation(
                code="SERVED_TWICE",
                where=f"task {task.id}",
                detail="also listed as unserved",
                task=task.id,
            )


def check_fleet(problem: RoutingProblem, solution: Solution) -> Iterator[Violation]:
    """No more vehicles out than there are."""
    used = Counter(route.vehicle_type for route in solution.routes)
    for number, kind in enumerate(problem.vehicle_types):
        if (over := used[number] - kind.num_available) > 0:
            yield Violation(code="FLEET", where=kind.id, excess=over)


def check_vehicle(problem: RoutingProblem, route: Route, where: str) -> Iterator[Violation]:
    """The vehicle type may do each task in this mode and use each facility."""
    for number, visit in enumerate(route.visits):
        place = _place(problem, visit)
        if place.vehicle_types and route.vehicle_type not in place.vehicle_types:
            yield Violation(
                code="WRONG_VEHICLE", where=where, detail=_name(problem, visit), visit=number
            )


def check_loads(problem: RoutingProblem, route: Route, where: str) -> Iterator[Violation]:
    """Sum demands between resets, per dimension; waste vehicles come home empty."""
    kind = problem.vehicle_types[route.vehicle_type]
    for dim, dimension in enumerate(problem.dimensions):
        load = kind.initial_load[dim] if kind.initial_load else 0
        over = 0
        for visit in route.visits:
            if isinstance(visit, Serve):
                load += problem.tasks[visit.task].demand[dim]
                over = max(over, load - kind.capacity[dim])
            elif dim in problem.facilities[visit.facility].resets:
                load = 0
        if over:
            yield Violation(
                code=LOAD_CODES[dimension.kind], where=where, excess=over, detail=dimension.name
            )
        if dimension.end_empty and load:
            yield Violation(code="NOT_EMPTY", where=where, excess=load, detail=dimension.name)


def check_facility_totals(problem: RoutingProblem, solution: Solution) -> Iterator[Violation]:
    """No facility takes more in a day than its capacity."""
    taken: dict[tuple[int, int], int] = defaultdict(int)
    for route in solution.routes:
        kind = problem.vehicle_types[route.vehicle_type]
        load = list(kind.initial_load or (0,) * len(problem.dimensions))
        for visit in route.visits:
            if isinstance(visit, Serve):
                load = [a + b for a, b in zip(load, problem.tasks[visit.task].demand, strict=True)]
                continue
            for dim in problem.facilities[visit.facility].resets:
                taken[visit.facility, dim] += load[dim]
                load[dim] = 0
    for (number, dim), amount in sorted(taken.items()):
        facility = problem.facilities[number]
        limit = facility.daily_capacity[dim] if facility.daily_capacity else amount
        if amount > limit:
            yield Violation(
                code="FACILITY_CAPACITY",
                where=facility.id,
                excess=amount - limit,
                detail=problem.dimensions[dim].name,
                site=facility.id,
            )


def check_reach(problem: RoutingProblem, route: Route, where: str) -> Iterator[Violation]:
    """Every leg has a legal way."""
    for number, (duration, _) in enumerate(_legs(problem, route)):
        if duration >= UNREACHABLE:
            yield Violation(code="NO_WAY", where=where, detail=f"leg {number}", visit=number)


def check_shape(route: Route, schedule: Schedule, where: str) -> Iterator[Violation]:
    """Starts, ends, and does exactly the route's visits in the route's order."""
    steps = schedule.steps
    if not steps or steps[0].kind != StepKind.START or steps[-1].kind != StepKind.END:
        yield Violation(code="TIME", where=where, detail="does not start and end at a depot")
    done = [
        (step.kind, step.visit)
        for step in steps
        if step.kind in {StepKind.SERVE, StepKind.FACILITY}
    ]
    planned = [
        (StepKind.SERVE if isinstance(visit, Serve) else StepKind.FACILITY, number)
        for number, visit in enumerate(route.visits)
    ]
    if done != planned:
        yield Violation(code="TIME", where=where, detail="steps differ from the route's visits")


def check_gaps(schedule: Schedule, where: str) -> Iterator[Violation]:
    """Each step begins where the one before ends."""
    for before, after in zip(schedule.steps, schedule.steps[1:], strict=False):
        if after.begin != before.end:
            yield Violation(
                code="GAP", where=f"{where} at {clock(before.end)}", excess=after.begin - before.end
            )


def check_times(
    problem: RoutingProblem, route: Route, schedule: Schedule, where: str
) -> Iterator[Violation]:
    """Drives take the matrix's time, services their own; nothing runs backwards."""
    driven = [0] * (len(route.visits) + 1)
    for step in schedule.steps:
        length = step.end - step.begin
        if length < 0:
            yield Violation(
                code="TIME", where=where, excess=-length, detail=f"{step.kind} backwards"
            )
        elif step.kind == StepKind.DRIVE and 0 <= step.visit < len(driven):
            driven[step.visit] += length
        elif step.kind in {StepKind.SERVE, StepKind.FACILITY} and 0 <= step.visit < len(
            route.visits
        ):
            needed = _place(problem, route.visits[step.visit]).duration
            if length != needed:
                yield Violation(
                    code="TIME",
                    where=f"{where} {_name(problem, route.visits[step.visit])}",
                    excess=abs(length - needed),
                    detail=f"takes {length} s, needs {needed} s",
                    visit=step.visit,
                )
    for number, (duration, _) in enumerate(_legs(problem, route)):
        if driven[number] != duration and duration < UNREACHABLE:
            yield Violation(
                code="TIME",
                where=f"{where} leg {number}",
                excess=abs(driven[number] - duration),
                detail=f"drives {driven[number]} s, needs {duration} s",
                visit=number,
            )


def check_windows(
    problem: RoutingProblem, route: Route, schedule: Schedule, where: str
) -> Iterator[Violation]:
    """Service begins inside the mode's window, a facility visit inside one of its windows."""
    for step in visit_steps(route, schedule):
        visit = route.visits[step.visit]
        if isinstance(visit, Serve):
            mode = problem.tasks[visit.task].modes[visit.mode]
            windows: tuple[tuple[int, int], ...] = ((mode.tw_early, mode.tw_late),)
            code = "TASK_WINDOW"
        else:
            windows, code = problem.facilities[visit.facility].windows, "FACILITY_WINDOW"
        late = min(max(early - step.begin, step.begin - late, 0) for early, late in windows)
        if late:
            yield Violation(
                code=code,
                where=f"{where} {_name(problem, visit)}",
                excess=late,
                detail=f"begins {clock(step.begin)}",
                visit=step.visit,
            )


def check_shift(
    problem: RoutingProblem, route: Route, schedule: Schedule, where: str
) -> Iterator[Violation]:
    """Out no earlier, back no later than the shift; no longer than hours and overtime allow."""
    if not schedule.steps:
        return
    kind = problem.vehicle_types[route.vehicle_type]
    early, late = kind.tw_early - schedule.begin, schedule.end - kind.tw_late
    if max(early, late) > 0:
        yield Violation(code="SHIFT", where=where, excess=max(early, late))
    over = schedule.end - schedule.begin - kind.max_duration - kind.max_overtime
    if over > 0:
        yield Violation(code="OVERTIME", where=where, excess=over)


def check_rest(
    problem: RoutingProblem, route: Route, schedule: Schedule, where: str
) -> Iterator[Violation]:
    """No more than `max_work` at a stretch; a break or a wait of `rest_duration` ends a stretch.

    What is shorter than any pause the law knows is a wait and no break.
    """
    kind = problem.vehicle_types[route.vehicle_type]
    pauses = [kind.rest_duration] if kind.max_work else []
    shortest = min([*pauses, *([kind.meal.duration] if kind.meal else [])], default=0)
    for step in schedule.steps:
        if step.kind == StepKind.BREAK and step.end - step.begin < shortest:
            at = f"{where} at {clock(step.begin)}"
            yield Violation(code="REST", where=at, excess=shortest - (step.end - step.begin))
    if not kind.max_work or not schedule.steps:
        return
    since = schedule.begin
    for step in schedule.steps:
        rests = step.kind in {StepKind.BREAK, StepKind.WAIT, StepKind.END}
        if rests and (step.kind == StepKind.END or step.end - step.begin >= kind.rest_duration):
            if step.begin - since > kind.max_work:
                yield Violation(
                    code="REST",
                    where=f"{where} at {clock(step.begin)}",
                    excess=step.begin - since - kind.max_work,
                )
            since = step.end


def check_meal(
    problem: RoutingProblem, route: Route, schedule: Schedule, where: str
) -> Iterator[Violation]:
    """A meal begins in its window where the route is out over the whole window."""
    kind = problem.vehicle_types[route.vehicle_type]
    meal = kind.meal
    if meal is None or not schedule.steps:
        return
    if schedule.begin > meal.tw_early or schedule.end <= meal.tw_late:
        return
    taken = any(
        step.kind == StepKind.BREAK
        and meal.tw_early <= step.begin <= meal.tw_late
        and step.end - step.begin >= meal.duration
        for step in schedule.steps
    )
    if not taken:
        yield Violation(code="MEAL", where=where, excess=meal.duration)


def _place(problem: RoutingProblem, visit: Visit) -> Mode | Facility:
    if isinstance(visit, Serve):
        return problem.tasks[visit.task].modes[visit.mode]
    return problem.facilities[visit.facility]


def _name(problem: RoutingProblem, visit: Visit) -> str:
    if isinstance(visit, Serve):
        return problem.tasks[visit.task].id
    return problem.facilities[visit.facility].id


def _legs(problem: RoutingProblem, route: Route) -> Iterator[tuple[int, int]]:
    """Duration and distance of each leg, depot to depot."""
    kind: VehicleType = problem.vehicle_types[route.vehicle_type]
    places = [_place(problem, visit) for visit in route.visits]
    rows = np.array([kind.start, *(place.leave for place in places)])
    cols = np.array([*(place.enter for place in places), kind.end])
    durations, distances = problem.matrices[kind.profile].pairs(rows, cols)
    return zip(durations.tolist(), distances.tolist(), strict=True)
