"""Plans several days with the same drivers at about the same times: one template for all days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import HuanweiError
from models.horizon.consistent import ConsistentPlan
from models.horizon.periodic import PeriodicPlan
from models.solution import Route, Serve, Solution
from models.units import MAX_TIME
from solver.horizon.search.templates.loop import Days, Template, search
from solver.routing.base.schedule import schedule_all

if TYPE_CHECKING:
    from models.horizon.consistent import ConsistentProblem
    from models.solution import Schedule
    from solver.stop import Stop

FIRST_HEAT = 0.1
"""The first temperature as a share of the median leg times the days (chosen)."""
LAST_HEAT = 0.001
"""The last temperature as a share of the median leg times the days (chosen)."""
CHUNK = 200
"""The stop is asked after so many iterations (chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistentOutcome:
    """A plan with its times; `cost` are the seconds of driving and service of all days.

    Times of a customer differ by `spread_s` at most.
    """

    plan: ConsistentPlan
    schedules: tuple[tuple[Schedule, ...], ...]
    cost: int
    spread_s: int
    iterations: int


def solve_consistent(problem: ConsistentProblem, *, stop: Stop, seed: int = 1) -> ConsistentOutcome:
    """The best plan of one template found within the budget; the judge accepts it.

    Same problem, seed and number of iterations: same plan. Only loads, durations, drivers and times
    are laws here: no windows, no facilities. Raises `HuanweiError` where no template keeps them.
    """
    days = _days(problem)
    count = days.need.shape[0]
    hand, was, best = (_empty(count, days.need.shape[1], seed) for _ in range(3))
    num = np.array([math.inf, math.inf, 1.0, 0.0])
    middle = float(np.median(days.leg)) * days.need.shape[1]
    done, used = 0, 0.0
    while used < 1.0:
        heat = middle * FIRST_HEAT * (LAST_HEAT / FIRST_HEAT) ** used
        search(days, hand, was, best, num, CHUNK, heat, 1.0)
        done += CHUNK
        used = stop.used(done)
    if math.isinf(num[1]):
        raise HuanweiError(
            f"{problem.week.every_day.name}: no routes found that keep loads, hours and times; "
            "search longer or let times differ more",
            zh=f"{problem.week.every_day.name}：没有找到同时满足载重、时段和到达时间的路线；请延长搜索，或放宽到达时间的差别",
        )
    return _outcome(problem, days, best, done)


def _days(problem: ConsistentProblem) -> Days:
    week = problem.week
    every_day = week.every_day
    count, days = len(every_day.tasks), week.num_days
    kind = every_day.vehicle_types[0]
    places = np.array([*(task.modes[0].enter for task in every_day.tasks), kind.start])
    leg, _ = every_day.matrices[kind.profile].block(places, places)
    need = np.zeros((count, days), dtype=np.bool_)
    amount = np.zeros((count, days), dtype=np.int64)
    service = np.zeros((count, days), dtype=np.int64)
    for task, (pattern,) in enumerate(week.patterns):
        mode = every_day.tasks[task].modes[0]
        for visit, day in enumerate(pattern.days):
            need[task, day] = True
            amount[task, day] = sum(week.demand(task, pattern, visit))
            extra = pattern.extra_s[visit] if pattern.extra_s else 0
            service[task, day] = mode.duration + extra
    legs = leg.astype(np.int64)
    return Days(
        leg=legs,
        need=need,
        amount=amount,
        service=service,
        near=np.argsort(legs[:-1, :-1], axis=1, kind="stable"),
        capacity=kind.capacity[0],
        duration=min(kind.max_duration, MAX_TIME),
        spread=-1 if problem.spread_s is None else problem.spread_s,
    )


def _empty(count: int, days: int, seed: int) -> Template:
    """A template without customers and a route for each."""
    whole = (count, days)
    return Template(
        order=np.zeros((count, count), dtype=np.int64),
        size=np.zeros(count, dtype=np.int64),
        load=np.zeros(whole, dtype=np.int64),
        time=np.zeros(whole, dtype=np.int64),
        way=np.zeros(whole, dtype=np.int64),
        rng=np.array([(seed * 0x9E3779B97F4A7C15 + 1) % 2**64 or 1], dtype=np.uint64),
    )


def _outcome(
    problem: ConsistentProblem, days: Days, best: Template, iterations: int
) -> ConsistentOutcome:
    """The template driven day by day, timed by the laws of a day."""
    solutions, drivers, schedules = [], [], []
    times: dict[int, list[int]] = {}
    for day in range(days.need.shape[1]):
        routes, who = [], []
        for driver in range(len(best.size)):
            order = best.order[driver, : best.size[driver]].tolist()
            visits = tuple(Serve(task, 0) for task in order if days.need[task, day])
            if visits:
                routes.append(Route(0, visits))
                who.append(driver)
        solution = Solution(tuple(routes))
        work = problem.week.on_day(day, (0,) * days.need.shape[0])
        own = work.local(solution)
        timed = schedule_all(work.problem, own.routes)
        for route, schedule in zip(routes, timed, strict=True):
            for step in schedule.steps:
                visit = route.visits[step.visit] if step.kind == "serve" else None
                if isinstance(visit, Serve):
                    times.setdefault(visit.task, []).append(step.begin)
        solutions.append(solution)
        drivers.append(tuple(who))
        schedules.append(timed)
    plan = PeriodicPlan((0,) * days.need.shape[0], tuple(solutions), {})
    return ConsistentOutcome(
        plan=ConsistentPlan(plan, tuple(drivers)),
        schedules=tuple(schedules),
        cost=int(best.time.sum()),
        spread_s=max(max(each) - min(each) for each in times.values()),
        iterations=iterations,
    )
