"""The haul of one stream as a routing problem: loads are tasks, plants are tips; and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from models.solution import Serve, StepKind
from models.station import HaulRun, HaulTour
from models.units import MAX_TIME, NO_LIMIT, UNREACHABLE
from solver.haul.bound import classes
from solver.haul.docks import docks
from solver.haul.yards import LEFT_PER_KG, SHORT_PER_KG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.solution import Route, Schedule, Solution
    from models.station import HaulProblem, HaulTruck, Plant, Yard
    from solver.haul.yards import Load


def haul_routing(
    problem: HaulProblem, loads: Sequence[Load]
) -> tuple[RoutingProblem, list[list[HaulTruck]]]:
    """The routing problem of one stream's loads, and the trucks of each vehicle type.

    Dimension 0 is the waste, dimension 1 the one box a truck can carry.
    """
    groups = classes(problem)
    names = sorted(
        {truck.depot for truck in problem.trucks}
        | {yard.station for yard in problem.yards}
        | {plant.id for plant in problem.plants}
    )
    places = {name: number for number, name in enumerate(names)}
    profiles = list(dict.fromkeys(group[0].profile for group in groups))
    routing = RoutingProblem(
        name="haul",
        tasks=tuple(_task(problem.yards[load.yard], load, places) for load in loads),
        facilities=tuple(_facility(plant, places[plant.id], loads) for plant in problem.plants),
        vehicle_types=tuple(
            replace(_vehicle_type(problem, group, places), profile=profiles.index(group[0].profile))
            for group in groups
        ),
        dimensions=(
            Dimension(name="waste_kg", kind=DimensionKind.WASTE, end_empty=True),
            Dimension(name="boxes", kind=DimensionKind.WASTE, end_empty=True),
        ),
        matrices=tuple(_matrix(problem.ways(profile), names) for profile in profiles),
    )
    return routing, groups


def _task(yard: Yard, load: Load, places: dict[str, int]) -> Task:
    """A load is worth its kilograms; even late, when it costs its overflow, it is worth hauling."""
    place = places[yard.station]
    modes = []
    for early, late, cost in load.windows:
        for opens, closes in docks(yard):
            begin, end = max(early, opens), min(late, closes)
            if begin <= end:
                modes.append(
                    Mode(
                        enter=place,
                        leave=place,
                        duration=yard.swap_s,
                        cost=cost,
                        tw_early=begin,
                        tw_late=end,
                    )
                )
    if not modes:
        modes = [Mode(enter=place, leave=place, tw_early=MAX_TIME, tw_late=MAX_TIME)]
    per_kg = LEFT_PER_KG + (SHORT_PER_KG if yard.must_clear else 0)
    return Task(
        id=f"{yard.station}/{load.number}",
        modes=tuple(modes),
        demand=(load.kg, 1),
        prize=per_kg * load.kg,
    )


def _facility(plant: Plant, place: int, loads: Sequence[Load]) -> Facility:
    usual = max(load.kg for load in loads)
    quota = () if plant.quota_kg is None else (plant.quota_kg, NO_LIMIT)
    return Facility(
        id=plant.id,
        enter=place,
        leave=place,
        resets=frozenset({0, 1}),
        duration=plant.tip_s,
        windows=plant.windows,
        visit_cost=plant.gate_fee * usual // 1_000,
        bays=plant.bays,
        daily_capacity=quota,
    )


def _vehicle_type(
    problem: HaulProblem, trucks: Sequence[HaulTruck], places: dict[str, int]
) -> VehicleType:
    truck = trucks[0]
    shifts = sum(one.day == truck.day for one in problem.trucks) if truck.day else 0
    return VehicleType(
        id=str(truck.id),
        capacity=(truck.payload_kg, 1),
        start=places[truck.depot],
        end=places[truck.depot],
        num_available=len(trucks),
        tw_early=truck.begin,
        tw_late=truck.end,
        max_duration=truck.max_duration,
        max_overtime=truck.max_overtime,
        max_work=problem.max_work_s,
        rest_duration=problem.pause_s,
        meal=truck.meal,
        fixed_cost=truck.fixed_cost + (truck.day_cost if shifts == 1 else 0),
        day=truck.day if shifts > 1 else "",
        day_cost=truck.day_cost,
        cost_per_m=truck.cost_per_m,
        cost_per_s=truck.cost_per_s,
        paid_s=truck.paid_s,
        cost_per_overtime_s=truck.cost_per_overtime_s,
    )


def _matrix(ways: Mapping[tuple[str, str], tuple[int, int]], names: Sequence[str]) -> DenseMatrix:
    size = len(names)
    duration = np.full((size, size), UNREACHABLE, dtype=np.int32)
    distance = np.full((size, size), UNREACHABLE, dtype=np.int32)
    for row, frm in enumerate(names):
        for col, to in enumerate(names):
            if row == col:
                duration[row, col] = distance[row, col] = 0
            elif (frm, to) in ways:
                duration[row, col], distance[row, col] = ways[frm, to]
    return DenseMatrix(duration, distance)


def tours_of(
    problem: HaulProblem,
    loads: Sequence[Load],
    groups: Sequence[Sequence[HaulTruck]],
    solution: Solution,
    schedules: Sequence[Schedule],
) -> list[HaulTour]:
    """The routes as tours, each with a truck of its class; `groups` are those of `haul_routing`."""
    free = [list(group) for group in groups]
    return [
        _tour(problem, loads, free[route.vehicle_type].pop(0), route, schedule)
        for route, schedule in zip(solution.routes, schedules, strict=True)
    ]


def _tour(
    problem: HaulProblem, loads: Sequence[Load], truck: HaulTruck, route: Route, times: Schedule
) -> HaulTour:
    runs: list[HaulRun] = []
    pauses = []
    shortest = min(problem.pause_s, truck.meal.duration if truck.meal else problem.pause_s)
    docked: tuple[Load, int, int] | None = None
    for step in times.steps:
        if step.kind in {StepKind.BREAK, StepKind.WAIT}:
            if step.end - step.begin >= shortest:
                pauses.append((step.begin, step.end))
            continue
        if step.kind not in {StepKind.SERVE, StepKind.FACILITY}:
            continue
        visit = route.visits[step.visit]
        if isinstance(visit, Serve):
            docked = loads[visit.task], step.begin, step.end
        elif docked is not None:
            load, begin, end = docked
            yard = problem.yards[load.yard]
            runs.append(
                HaulRun(
                    truck=truck.id,
                    station=yard.station,
                    plant=problem.plants[visit.facility].id,
                    stream=yard.stream,
                    kg=load.kg,
                    swap_begin=begin,
                    swap_end=end,
                    tip_begin=step.begin,
                    tip_end=step.end,
                )
            )
            docked = None
    return HaulTour(
        truck=truck.id, begin=times.begin, end=times.end, runs=tuple(runs), pauses=tuple(pauses)
    )
