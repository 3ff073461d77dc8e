"""The judge of consistency: the same driver and about the same time, day after day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.horizon.consistent import Seen
from models.solution import Serve, StepKind, Violation
from solver.judge.between import visit_steps
from solver.judge.days.horizon import check_horizon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.horizon.consistent import ConsistentPlan, ConsistentProblem
    from models.solution import Schedule


def check_consistency(
    days: Sequence[Mapping[str, Seen]], spread_s: int | None
) -> Iterator[Violation]:
    """Who comes to whom and when, day by day: one driver each, times at most `spread_s` apart."""
    drivers: dict[str, set[str]] = defaultdict(set)
    times: dict[str, list[int]] = defaultdict(list)
    for day in days:
        for name, seen in day.items():
            drivers[name].add(seen.driver)
            times[name].append(seen.time_s)
    for name in sorted(drivers):
        if len(drivers[name]) > 1:
            told = ", ".join(sorted(drivers[name]))
            yield Violation(
                code="OTHER_DRIVER", where=name, excess=len(drivers[name]) - 1, detail=told
            )
        apart = max(times[name]) - min(times[name])
        if spread_s is not None and apart > spread_s:
            yield Violation(code="OTHER_TIME", where=name, excess=apart - spread_s)


def check_consistent(
    problem: ConsistentProblem, plan: ConsistentPlan, schedules: Sequence[Sequence[Schedule]]
) -> list[Violation]:
    """All violations of a consistent plan: each day's laws, drivers, times, no waiting."""
    found = check_horizon(problem.week, plan.plan, schedules)
    if any(one.code in {"UNKNOWN", "PATTERN", "OFF_DAY"} for one in found):
        return found
    counts = [len(day.routes) for day in plan.plan.days]
    if [len(drivers) for drivers in plan.drivers] != counts or [*map(len, schedules)] != counts:
        return [*found, Violation(code="UNKNOWN", where="plan", detail="not one driver a route")]
    seen: list[dict[str, Seen]] = []
    for number, (day, drivers) in enumerate(zip(plan.plan.days, plan.drivers, strict=True)):
        if twice := len(drivers) - len(set(drivers)):
            where = f"day {number}"
            found.append(Violation(code="VEHICLE_TWICE", where=where, excess=twice))
        here: dict[str, Seen] = {}
        for route, driver, schedule in zip(day.routes, drivers, schedules[number], strict=True):
            if schedule.begin != 0 or any(step.kind == StepKind.WAIT for step in schedule.steps):
                where = f"day {number} driver {driver}"
                found.append(Violation(code="TIME", where=where, detail="waits or leaves late"))
            for step in visit_steps(route, schedule):
                visit = route.visits[step.visit]
                if isinstance(visit, Serve):
                    name = problem.week.every_day.tasks[visit.task].id
                    here[name] = Seen(str(driver), step.begin)
        seen.append(here)
    return [*found, *check_consistency(seen, problem.spread_s)]
