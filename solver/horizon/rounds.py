"""Cyclic work with a headway: the shortest lap, and the fewest vehicles one after another on it.

Where every street is to be served again within a headway, it is enough that vehicles drive one lap
through all of them, evenly apart: k vehicles on a lap of length L come by every L / k. Any other
way to share the streets needs laps that are no shorter in sum.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from models.errors import HuanweiError
from models.horizon.rounds import Rounds
from models.units import MAX_TIME
from solver.routing.door import get_engine

if TYPE_CHECKING:
    from models.problem import Facility, RoutingProblem, Task, VehicleType
    from solver.stop import Stop


def rounds_on(
    problem: RoutingProblem,
    kind: int,
    *,
    hours: tuple[int, int],
    headway_s: int,
    slack_s: int,
    stop: Stop,
    seed: int = 1,
) -> Rounds:
    """Rounds of vehicles of type `kind` over all tasks of `problem` within `hours`, every headway.

    `slack_s` is how much later than the headway a service may come. Windows of tasks are not looked
    at: they are served all through the hours. Raises `HuanweiError` where one vehicle, however
    slow, cannot drive through all tasks.
    """
    lap = lap_problem(problem, kind, hours)
    outcome = get_engine("ruin").solve(lap, stop=stop, seed=seed)
    if outcome.solution.unserved or len(outcome.solution.routes) != 1:
        left = [lap.tasks[task].id for task in outcome.solution.unserved]
        raise HuanweiError(
            f"no lap of one vehicle serves all tasks; left out: {', '.join(left[:5])}.",
            zh=f"一辆车无法绕行完成全部任务；未完成：{'、'.join(left[:5])}。",
        )
    (route,), (schedule,) = outcome.solution.routes, outcome.schedules
    begin = schedule.begin
    steps = tuple(
        replace(one, begin=one.begin - begin, end=one.end - begin) for one in schedule.steps
    )
    schedule = replace(schedule, steps=steps)
    truck = lap.vehicle_types[0]
    turn = lap.facilities[0].duration + (truck.rest_duration if truck.max_work else 0)
    whole = schedule.end + turn
    vehicles = ceil(whole / headway_s)
    opens, closes = hours
    starts = []
    for number in range(vehicles):
        first = opens - whole * number // vehicles
        starts.append(tuple(range(first, closes, whole)))
    return Rounds(
        problem=lap,
        lap=route,
        schedule=schedule,
        turn_s=turn,
        starts=tuple(starts),
        opens=opens,
        closes=closes,
        greatest_gap_s=headway_s + slack_s,
    )


def lap_problem(problem: RoutingProblem, kind: int, hours: tuple[int, int]) -> RoutingProblem:
    """One lap as a problem: one vehicle from the facility nearest to all tasks back to it.

    Its first facility is that one. Raises `HuanweiError` where no facility is open all the hours.
    """
    opens, closes = hours
    facilities = [
        replace(one, vehicle_types=frozenset(), windows=((0, MAX_TIME),), daily_capacity=())
        for one in problem.facilities
        if (not one.vehicle_types or kind in one.vehicle_types)
        and any(early <= opens and closes <= late for early, late in one.windows)
    ]
    if not facilities:
        raise HuanweiError(
            "no water point or tip of these vehicles is open all through the hours of the rounds.",
            zh="作业时段内没有全程开放的加水点或卸点可供这类车辆使用。",
        )
    tasks = tuple(_all_day(task, problem, kind) for task in problem.tasks)
    truck = problem.vehicle_types[kind]
    columns = np.array([mode.enter for task in tasks for mode in task.modes])
    rows = np.array([one.leave for one in facilities])
    away = problem.matrices[truck.profile].block(rows, columns)[0].astype(np.int64).sum(axis=1)
    base = facilities[int(np.argmin(away))]
    facilities = [base, *(one for one in facilities if one is not base)]
    return replace(
        problem,
        tasks=tasks,
        vehicle_types=(_endless(truck, base),),
        facilities=tuple(facilities),
        spacings=(),
    )


def _all_day(task: Task, problem: RoutingProblem, kind: int) -> Task:
    """The task at any time, in the modes of one vehicle type."""
    modes = tuple(
        replace(mode, tw_early=0, tw_late=MAX_TIME, vehicle_types=frozenset())
        for mode in task.modes
        if problem.can_serve(kind, mode)
    )
    if not modes:
        raise HuanweiError(
            f"{task.id}: vehicles of this type cannot serve it.", zh=f"{task.id}：该车型无法作业。"
        )
    return replace(task, modes=modes, bundles=())


def _endless(truck: VehicleType, base: Facility) -> VehicleType:
    """One vehicle without a shift, from the facility back to it."""
    return replace(
        truck,
        start=base.leave,
        end=base.enter,
        num_available=1,
        tw_early=0,
        tw_late=MAX_TIME,
        max_duration=MAX_TIME,
        max_overtime=0,
        meal=None,
        fixed_cost=0,
        initial_load=(),
    )
