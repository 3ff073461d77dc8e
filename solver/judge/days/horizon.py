"""The judge of several days: patterns allowed, each visit on its day, and every day's own laws.

Recomputes from the periodic problem which task is due on which day, and hands each day to the
judge of routes with that day's vehicles and demands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.horizon.periodic import NO_PATTERN
from models.solution import Serve, Violation
from solver.judge.routes import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.horizon.periodic import PeriodicPlan, PeriodicProblem
    from models.solution import Route, Schedule


def check_horizon(
    problem: PeriodicProblem,
    plan: PeriodicPlan,
    schedules: Sequence[Sequence[Schedule]] | None = None,
) -> list[Violation]:
    """All violations of a periodic plan; of its times too when schedules (per day) are given.

    A plan that names unknown patterns or has another number of days is judged no further.
    """
    unknown = list(check_patterns(problem, plan))
    if unknown:
        return unknown
    found = [*check_choice(problem, plan), *check_work(problem, plan)]
    for day in range(problem.num_days):
        times: Sequence[Schedule] | None = None if schedules is None else ()
        if schedules is not None and day < len(schedules):
            times = schedules[day]
        found += check_days(problem, plan, day)
        found += [
            replace(
                one,
                where=f"day {day}: {one.where}",
                route=f"day {day}: {one.route}" if one.route else "",
            )
            for one in check_routes(problem, plan, day, times)
        ]
    return found


def check_routes(
    problem: PeriodicProblem, plan: PeriodicPlan, day: int, schedules: Sequence[Schedule] | None
) -> list[Violation]:
    """A day's own laws, with its vehicles and demands; visits that are not due left aside."""
    work = problem.on_day(day, plan.chosen)
    solution = plan.days[day]
    own = work.local(solution)
    routes = tuple(
        replace(
            route,
            visits=tuple(v for v in route.visits if not isinstance(v, Serve) or v.task >= 0),
        )
        for route in own.routes
    )
    unserved = {task: why for task, why in own.unserved.items() if task >= 0}
    timed = schedules if _all_due(solution.routes, set(work.tasks)) else None
    return check(work.problem, replace(own, routes=routes, unserved=unserved), timed)


def check_patterns(problem: PeriodicProblem, plan: PeriodicPlan) -> Iterator[Violation]:
    """One known pattern for each task, one solution for each day."""
    if len(plan.days) != problem.num_days or len(plan.chosen) != len(problem.patterns):
        yield Violation(code="UNKNOWN", where="plan", detail="number of days or of patterns")
        return
    for task, choice in enumerate(plan.chosen):
        if choice != NO_PATTERN and not 0 <= choice < len(problem.patterns[task]):
            name = problem.every_day.tasks[task].id
            yield Violation(code="PATTERN", where=f"task {name}", task=name, detail=str(choice))


def check_choice(problem: PeriodicProblem, plan: PeriodicPlan) -> Iterator[Violation]:
    """A task without a pattern is unserved with a reason, and only such a one."""
    for number, choice in enumerate(plan.chosen):
        name = problem.every_day.tasks[number].id
        if choice == NO_PATTERN and number not in plan.unserved:
            yield Violation(code="UNSERVED_NO_REASON", where=f"task {name}", task=name)
        if choice != NO_PATTERN and number in plan.unserved:
            yield Violation(
                code="PATTERN", where=f"task {name}", task=name, detail="also listed as unserved"
            )


def check_days(problem: PeriodicProblem, plan: PeriodicPlan, day: int) -> Iterator[Violation]:
    """Nothing is visited, or excused, on a day its pattern does not name."""
    solution = plan.days[day]
    met = [v.task for route in solution.routes for v in route.visits if isinstance(v, Serve)]
    for number in [*met, *solution.unserved]:
        if not 0 <= number < len(plan.chosen):
            yield Violation(code="UNKNOWN", where=f"day {day}: task {number}")
            continue
        choice = plan.chosen[number]
        if choice == NO_PATTERN or day not in problem.patterns[number][choice].days:
            name = problem.every_day.tasks[number].id
            yield Violation(code="OFF_DAY", where=f"day {day}: task {name}", task=name)


def check_work(problem: PeriodicProblem, plan: PeriodicPlan) -> Iterator[Violation]:
    """No day has more seconds of service than its limit."""
    for day, most in enumerate(problem.most_work_s):
        work = problem.on_day(day, plan.chosen)
        tasks = dict(zip(work.tasks, work.problem.tasks, strict=True))
        done = sum(
            tasks[visit.task].modes[visit.mode].duration
            for route in plan.days[day].routes
            for visit in route.visits
            if isinstance(visit, Serve)
            and visit.task in tasks
            and 0 <= visit.mode < len(tasks[visit.task].modes)
        )
        if done > most:
            yield Violation(code="DAY_WORK", where=f"day {day}", excess=done - most)


def _all_due(routes: Sequence[Route], due: set[int]) -> bool:
    """Whether every visit of the routes is one of the day, so that their times can be told."""
    visits = [visit for route in routes for visit in route.visits]
    return all(not isinstance(visit, Serve) or visit.task in due for visit in visits)
