"""
Line town: five places 100 m and 60 s apart on one road, place 0 is the depot.

Small enough to time by hand: from place i to place j takes 60 x |i - j| s. Tasks t1..t4 stand at
places 1..4, take 300 s and 4 kg and 100 l each; a tip stands at place 2, water at place 3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Meal,
    Mode,
    RoutingProblem,
    Spacing,
    Task,
    VehicleType,
)
from models.solution import Schedule, Serve, Step, StepKind

if TYPE_CHECKING:
    from models.solution import Route

TIP, WATER = 0, 1
SIZE = 5


def line_town(**changes: Any) -> RoutingProblem:
    """The town, with fields of the problem replaced."""
    gaps = np.abs(np.subtract.outer(np.arange(SIZE), np.arange(SIZE))).astype(np.int32)
    problem = RoutingProblem(
        name="line town",
        tasks=tuple(task(place) for place in range(1, SIZE)),
        facilities=(
            Facility(
                id="tip",
                enter=2,
                leave=2,
                resets=frozenset({0}),
                duration=600,
                windows=((0, 40_000),),
                bays=1,
                daily_capacity=(100, 0),
            ),
            Facility(id="water", enter=3, leave=3, resets=frozenset({1}), duration=900),
        ),
        vehicle_types=(sweeper(),),
        dimensions=(
            Dimension(name="waste_kg", kind=DimensionKind.WASTE, end_empty=True),
            Dimension(name="water_l", kind=DimensionKind.WATER),
        ),
        matrices=(DenseMatrix(duration=gaps * 60, distance=gaps * 100),),
        spacings=(Spacing(first=0, second=3, min_gap=600),),
    )
    return replace(problem, **changes)


def task(place: int, **changes: Any) -> Task:
    """Task t<place> with one mode at its place."""
    mode = Mode(enter=place, leave=place, duration=300, distance=50, tw_late=50_000)
    return replace(Task(id=f"t{place}", modes=(mode,), demand=(4, 100)), **changes)


def sweeper(**changes: Any) -> VehicleType:
    """Holds 8 kg and 400 l; out between 0 and 80,000 s, 30,000 s at most."""
    kind = VehicleType(
        id="sweeper",
        capacity=(8, 400),
        start=0,
        end=0,
        num_available=2,
        tw_late=80_000,
        max_duration=28_000,
        max_overtime=2_000,
        max_work=14_400,
        rest_duration=1_200,
        meal=Meal(duration=1_800, tw_early=20_000, tw_late=22_000),
        fixed_cost=10_000,
        cost_per_m=10,
        cost_per_s=1,
        cost_per_overtime_s=2,
    )
    return replace(kind, **changes)


def drive_through(problem: RoutingProblem, route: Route, depart: int = 0) -> Schedule:
    """Time a route without any wait or break: enough for short hand-made routes."""
    kind = problem.vehicle_types[route.vehicle_type]
    now, place = depart, kind.start
    steps = [Step(kind=StepKind.START, begin=now, end=now)]
    for number, visit in enumerate(route.visits):
        serve = isinstance(visit, Serve)
        goal: Any = (
            problem.tasks[visit.task].modes[visit.mode]
            if isinstance(visit, Serve)
            else problem.facilities[visit.facility]
        )
        arrive = now + 60 * abs(place - goal.enter)
        steps.append(Step(kind=StepKind.DRIVE, begin=now, end=arrive, visit=number))
        now, place = arrive + goal.duration, goal.leave
        steps.append(
            Step(
                kind=StepKind.SERVE if serve else StepKind.FACILITY,
                begin=arrive,
                end=now,
                visit=number,
            )
        )
    home = now + 60 * abs(place - kind.end)
    steps.append(Step(kind=StepKind.DRIVE, begin=now, end=home, visit=len(route.visits)))
    steps.append(Step(kind=StepKind.END, begin=home, end=home))
    return Schedule(tuple(steps))


def delayed(schedule: Schedule, *, before: int, by: int, kind: StepKind) -> Schedule:
    """Put a step of `by` seconds before step number `before`, and shift the rest."""
    steps = list(schedule.steps)
    at = steps[before].begin
    later = [replace(step, begin=step.begin + by, end=step.end + by) for step in steps[before:]]
    return Schedule((*steps[:before], Step(kind=kind, begin=at, end=at + by), *later))
