"""Plans several days at once: patterns and routes by one search, then each day by its own engine.

`solve` is the door. Where a day has laws the search of the week does not know (windows, meals,
rests, daily capacities, several kinds of facilities), or where no plan of the week keeps them all,
the engine of the day goes on from the week's routes with the day's tasks fixed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.day import Progress
from models.horizon.periodic import NO_PATTERN, Pattern, PeriodicPlan, PeriodicProblem
from models.solution import Reason
from models.units import MAX_TIME
from solver.cost import cost
from solver.horizon.search.running import Search
from solver.routing.base.schedule import schedule_all
from solver.routing.ruin.toy import toy_problem
from solver.routing.search.engine import RuinEngine
from solver.stop import share

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.problem import RoutingProblem
    from models.solution import Schedule, Solution
    from solver.horizon.search.ruin import Tuning
    from solver.stop import Stop

SHARE_OF_WEEK = 0.6
"""This share of a budget goes to patterns, the rest to the days, where days need it (chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicOutcome:
    """A periodic plan, timed and costed.

    `cost` compares plans: required visits left out (and tasks without pattern), then money
    [mfen; in benchmarks the instance's unit] of all days and patterns.
    """

    plan: PeriodicPlan
    schedules: tuple[tuple[Schedule, ...], ...]
    cost: tuple[int, int]
    iterations: int
    trace: tuple[tuple[float, int], ...] = ()


def solve(
    problem: PeriodicProblem,
    *,
    stop: Stop,
    seed: int = 1,
    initial: PeriodicPlan | None = None,
    tuning: Tuning | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> PeriodicOutcome:
    """The best periodic plan within the budget; the judge of the horizon accepts it.

    Same problem, seed and number of iterations: same plan. `initial` is gone on from, as far as it
    fits. Ctrl-C ends the search early with the best so far.
    """
    by_day = needs_its_engine(problem.every_day)
    run = Search(problem, seed=seed, tuning=tuning, initial=initial)
    begin = time.monotonic()
    trace: list[tuple[float, int]] = []

    def note(used: float, iterations: int, best: tuple[int, int]) -> None:
        seconds = time.monotonic() - begin
        if not trace or trace[-1][1] != best[1]:
            trace.append((round(seconds, 3), best[1]))
        if progress:
            progress(
                Progress(
                    phase="search",
                    used=min(used, 1.0),
                    seconds=seconds,
                    iterations=iterations,
                    cost=best[1] if run.lawful else None,
                    required_unserved=best[0],
                )
            )

    run.run(share(stop, 0.0, SHARE_OF_WEEK if by_day else 1.0), note)
    plan = with_reasons(problem, run.result())
    if by_day or not run.lawful:
        plan = day_by_day(problem, plan, stop=stop, seed=seed, done=run.iterations)
    return priced(problem, plan, iterations=run.iterations, trace=tuple(trace))


def warm_up() -> None:
    """Compile the search of several days on a toy problem, so that no budget pays for it."""
    toy = toy_problem()
    fleet = tuple(kind.num_available for kind in toy.vehicle_types)
    everyday = ((Pattern(days=(0,)),),) * len(toy.tasks)
    Search(PeriodicProblem(every_day=toy, patterns=everyday, fleets=(fleet,)), seed=1)


def with_reasons(problem: PeriodicProblem, plan: PeriodicPlan) -> PeriodicPlan:
    """The plan with the reason why each task without a pattern has none."""
    return replace(plan, unserved={task: _reason(problem, task) for task in plan.unserved})


def _reason(problem: PeriodicProblem, task: int) -> Reason:
    """No vehicle on a day of every pattern, a prize too low for the way, or no time left."""
    modes = problem.every_day.tasks[task].modes
    able = {
        day
        for day, fleet in enumerate(problem.fleets)
        for kind, count in enumerate(fleet)
        if count and any(problem.every_day.can_serve(kind, mode) for mode in modes)
    }
    if not any(able.issuperset(pattern.days) for pattern in problem.patterns[task]):
        return Reason.NO_VEHICLE_TYPE
    if problem.every_day.tasks[task].prize is not None:
        return Reason.NOT_WORTH
    return Reason.NO_TIME


def priced(
    problem: PeriodicProblem,
    plan: PeriodicPlan,
    *,
    iterations: int = 0,
    trace: tuple[tuple[float, int], ...] = (),
) -> PeriodicOutcome:
    """A plan with the times its laws give it, and what it costs."""
    schedules = []
    total = sum(
        problem.patterns[task][choice].cost
        for task, choice in enumerate(plan.chosen)
        if choice != NO_PATTERN
    )
    lost = 0
    for task in plan.unserved:
        prize = problem.every_day.tasks[task].prize
        visits = min(len(choice.days) for choice in problem.patterns[task])
        lost += prize is None
        total += (prize or 0) * visits
    for day, solution in enumerate(plan.days):
        work = problem.on_day(day, plan.chosen)
        own = work.local(solution)
        times = schedule_all(work.problem, own.routes)
        schedules.append(times)
        paid = cost(work.problem, own, times)
        lost += paid.required_unserved
        total += paid.total
    return PeriodicOutcome(
        plan=plan,
        schedules=tuple(schedules),
        cost=(lost, total),
        iterations=iterations,
        trace=trace,
    )


def day_by_day(
    problem: PeriodicProblem, plan: PeriodicPlan, *, stop: Stop, seed: int, done: int
) -> PeriodicPlan:
    """Every day searched again by the engine of a day, its tasks fixed, from the routes it has."""
    days: list[Solution] = []
    engine = RuinEngine()
    for day, solution in enumerate(plan.days):
        work = problem.on_day(day, plan.chosen)
        low = min(stop.used(done), 1.0)
        part = share(stop, low, low + (1.0 - low) / (problem.num_days - day), done)
        outcome = engine.solve(work.problem, stop=part, seed=seed, initial=work.local(solution))
        done += outcome.iterations
        days.append(work.whole(outcome.solution))
    return PeriodicPlan(plan.chosen, tuple(days), plan.unserved)


def needs_its_engine(problem: RoutingProblem) -> bool:
    """Whether a problem has laws that the search of the week does not know."""
    modes = [mode for task in problem.tasks for mode in task.modes]
    resets = {facility.resets for facility in problem.facilities}
    return (
        any(mode.tw_early > 0 or mode.tw_late < MAX_TIME for mode in modes)
        or any(kind.meal or kind.max_work or kind.initial_load for kind in problem.vehicle_types)
        or any(kind.cost_per_overtime_s for kind in problem.vehicle_types)
        or any(f.windows != ((0, MAX_TIME),) or f.daily_capacity for f in problem.facilities)
        or bool(problem.spacings)
        or len(resets) > 1
        or (bool(resets) and resets != {frozenset(range(len(problem.dimensions)))})
    )
