"""What vehicles and services cost at least: a linear program over hours of work.

Each task is shared out over vehicle classes and its ways to be served; a class of vehicles has the
hours of those that go out, less what rests and meals take, and less again inside a part of the day.
Driving is told from outside, in seconds, and may go to any class. Any plan is a solution of no
higher value, so the optimum bounds fixed costs, services and paid pauses together; legs and visits
are bounded elsewhere and add to it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt.python import mathopt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.problem import Mode, RoutingProblem, VehicleType

MOST_SHARES = 60_000
"""Beyond so many shares of tasks there is no program (chosen: it takes a few seconds)."""

MOST_MOMENTS = 12
"""Work before and after so many moments of the day is looked at (chosen)."""

UNIT = 1e5
"""The program counts money in so many units, so that its numbers lie near 1 (chosen)."""

SAFETY = 1 - 1e-6
"""Only this share of the program's value is taken as proven (chosen: its tolerances are about
1e-9)."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """What a vehicle's pauses take: nobody is at work for more than `longest` seconds in all.

    Who is at work for A seconds stands for at least `slope` x (A - `free`) seconds.
    """

    longest: float
    slope: float
    free: float


def pauses(kind: VehicleType) -> Pauses:
    """The least pauses of a vehicle by rests after work and the meal in its window."""
    horizon = min(kind.max_duration + kind.max_overtime, kind.tw_late - kind.tw_early)
    steps: list[tuple[int, int]] = []
    if kind.max_work:
        most = horizon // kind.max_work
        steps += [(n * kind.max_work, n * kind.rest_duration) for n in range(1, most + 1)]
    if kind.meal is not None:
        early, late = kind.meal.tw_early, kind.meal.tw_late
        steps.append((max(kind.tw_late - early, late - kind.tw_early), kind.meal.duration))
    steps = sorted(step for step in steps if step[0] < horizon)
    begins = [0, *(begin for begin, _ in steps)]
    idle = np.maximum.accumulate([0, *(seconds for _, seconds in steps)])
    ends = [*begins[1:], horizon]
    longest = max(min(end, horizon - pause) for end, pause in zip(ends, idle, strict=True))
    slopes = [
        pause / (min(end, longest) - begins[1])
        for end, pause in zip(ends[1:], idle[1:], strict=True)
        if min(end, longest) > begins[1]
    ]
    return Pauses(float(longest), float(min(slopes, default=0.0)), float(min(ends[0], longest)))


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to serve a task with a class: when, how long [s] and for how much."""

    early: int
    late: int
    seconds: int
    money: int


def fleet_bound(problem: RoutingProblem, driven_s: float, least_routes: int) -> float | None:
    """Least cost of vehicles out, services and pauses; None: no program, or no plan serves all.

    `driven_s` are seconds of driving and of visits that no plan does without, `least_routes` the
    vehicles out that no plan does without. All tasks must be required.
    """
    classes = _classes(problem)
    ways = [[_ways(problem, task.modes, own) for own in classes] for task in problem.tasks]
    shares = sum(len(one) for each in ways for one in each)
    if shares > MOST_SHARES or any(not any(each) for each in ways):
        return None
    program = mathopt.Model()
    money = program.objective
    money.is_maximize = False
    out, work = [], []
    for own in classes:
        kind = problem.vehicle_types[own[0]]
        count = program.add_variable(
            lb=0, ub=sum(problem.vehicle_types[k].num_available for k in own)
        )
        hours, idle = program.add_variable(lb=0), program.add_variable(lb=0)
        law = pauses(kind)
        program.add_linear_constraint(hours <= law.longest * count)
        program.add_linear_constraint(idle >= law.slope * hours - law.slope * law.free * count)
        money.set_linear_coefficient(count, kind.fixed_cost / UNIT)
        money.set_linear_coefficient(idle, kind.cost_per_s / UNIT)
        out.append(count)
        work.append(hours)
    program.add_linear_constraint(mathopt.fast_sum(out) >= least_routes)
    driven = [program.add_variable(lb=0) for _ in classes]
    program.add_linear_constraint(mathopt.fast_sum(driven) >= driven_s)
    books = [
        _Book(program, problem.vehicle_types[own[0]], out[n], [w for each in ways for w in each[n]])
        for n, own in enumerate(classes)
    ]
    rows = [program.add_linear_constraint(ub=0.0) for _ in classes]
    for row, hours, extra in zip(rows, work, driven, strict=True):
        row.set_coefficient(hours, -1.0)
        row.set_coefficient(extra, 1.0)
    for each in ways:
        whole = program.add_linear_constraint(lb=1.0, ub=1.0)
        for number, own_ways in enumerate(each):
            for way in own_ways:
                share = program.add_variable(lb=0)
                whole.set_coefficient(share, 1.0)
                rows[number].set_coefficient(share, way.seconds)
                money.set_linear_coefficient(share, way.money / UNIT)
                books[number].enter(share, way)
    result = mathopt.solve(program, mathopt.SolverType.GLOP)
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    return float(result.objective_value()) * UNIT * SAFETY


class _Book:
    """Work of a class that must be done before, or cannot begin before, some moments."""

    def __init__(
        self,
        program: mathopt.Model,
        kind: VehicleType,
        out: mathopt.Variable,
        ways: Sequence[_Way],
    ) -> None:
        self.before = [
            (moment, self._row(program, out, moment - kind.tw_early))
            for moment in _some({way.late + way.seconds for way in ways})
            if moment < kind.tw_late
        ]
        self.after = [
            (moment, self._row(program, out, kind.tw_late - moment))
            for moment in _some({way.early for way in ways})
            if moment > kind.tw_early
        ]

    @staticmethod
    def _row(
        program: mathopt.Model, out: mathopt.Variable, seconds: int
    ) -> mathopt.LinearConstraint:
        row = program.add_linear_constraint(ub=0.0)
        row.set_coefficient(out, -float(max(seconds, 0)))
        return row

    def enter(self, share: mathopt.Variable, way: _Way) -> None:
        """Count a share of a task where it falls."""
        for moment, row in self.before:
            if way.late + way.seconds <= moment:
                row.set_coefficient(share, way.seconds)
        for moment, row in self.after:
            if way.early >= moment:
                row.set_coefficient(share, way.seconds)


def _some(moments: set[int]) -> list[int]:
    """So many of the moments as are looked at, evenly."""
    found = sorted(moments)
    return found[:: max(-(-len(found) // MOST_MOMENTS), 1)]


def _classes(problem: RoutingProblem) -> list[list[int]]:
    """Vehicle types alike in hours, money and what they may serve; depots and loads aside."""
    named = sorted(
        {mode.vehicle_types for task in problem.tasks for mode in task.modes if mode.vehicle_types},
        key=sorted,
    )
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, kind in enumerate(problem.vehicle_types):
        hours = (kind.tw_early, kind.tw_late, kind.max_duration, kind.max_overtime)
        laws = (kind.max_work, kind.rest_duration, kind.meal)
        costs = (kind.fixed_cost, kind.cost_per_m, kind.cost_per_s)
        found[hours, laws, costs, tuple(number in some for some in named)].append(number)
    return list(found.values())


def _ways(problem: RoutingProblem, modes: Sequence[Mode], own: Sequence[int]) -> list[_Way]:
    """The ways of a task for a class, the cheapest of those alike in time."""
    kind = problem.vehicle_types[own[0]]
    best: dict[tuple[int, int, int], int] = {}
    for mode in modes:
        early, late = max(mode.tw_early, kind.tw_early), min(mode.tw_late, kind.tw_late)
        if early > late or not problem.can_serve(own[0], mode):
            continue
        price = mode.cost + kind.cost_per_m * mode.distance + kind.cost_per_s * mode.duration
        key = early, late, mode.duration
        best[key] = min(best.get(key, price), price)
    return [_Way(*key, price) for key, price in sorted(best.items())]
