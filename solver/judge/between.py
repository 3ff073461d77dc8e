"""The judge of what lies between the routes of one problem: bays and gaps between passes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.solution import Serve, StepKind, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.problem import RoutingProblem
    from models.solution import Route, Schedule, Solution, Step


def check_bays(
    problem: RoutingProblem, solution: Solution, schedules: Sequence[Schedule]
) -> Iterator[Violation]:
    """Never more vehicles at a facility than it has bays; visits may touch."""
    events: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for route, schedule in zip(solution.routes, schedules, strict=True):
        for step in visit_steps(route, schedule):
            visit = route.visits[step.visit]
            if not isinstance(visit, Serve):
                events[visit.facility] += [(step.begin, 1), (step.end, -1)]
    for number, changes in sorted(events.items()):
        facility = problem.facilities[number]
        if facility.bays and (over := _peak(changes) - facility.bays) > 0:
            yield Violation(code="BAY_OVERLAP", where=facility.id, excess=over, site=facility.id)


def check_spacings(
    problem: RoutingProblem, solution: Solution, schedules: Sequence[Schedule]
) -> Iterator[Violation]:
    """Two passes of one street keep their gap, counted from beginning to beginning."""
    begin = {
        visit.task: step.begin
        for route, schedule in zip(solution.routes, schedules, strict=True)
        for step in visit_steps(route, schedule)
        if isinstance(visit := route.visits[step.visit], Serve)
    }
    for spacing in problem.spacings:
        if spacing.first not in begin or spacing.second not in begin:
            continue
        short = spacing.min_gap - (begin[spacing.second] - begin[spacing.first])
        if short > 0:
            tasks = problem.tasks
            yield Violation(
                code="SPACING",
                where=f"{tasks[spacing.first].id}, {tasks[spacing.second].id}",
                excess=short,
                task=tasks[spacing.second].id,
            )


def _peak(changes: list[tuple[int, int]]) -> int:
    """Most at once; at one moment departures come before arrivals."""
    level = most = 0
    for _, change in sorted(changes):
        level += change
        most = max(most, level)
    return most


def visit_steps(route: Route, schedule: Schedule) -> Iterator[Step]:
    """Steps of a schedule that do one of the route's visits."""
    for step in schedule.steps:
        if step.kind in {StepKind.SERVE, StepKind.FACILITY} and 0 <= step.visit < len(route.visits):
            yield step
