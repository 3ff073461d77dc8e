"""Haul: which truck takes which load from which station to which plant, and when.

Haul trucks solve the same problem as everything that drives. Waste of one stream at one station is
cut into loads; a load is a task whose window opens when the press has it ready and closes when the
station would overflow; plants are the tips, their quotas daily capacities. Loads of one yard are
alike, so windows in their order say exactly that the stock stays between nothing and the storage.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
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
from models.station import HaulPlan, HaulRun, HaulTour
from models.units import MAX_TIME, UNREACHABLE
from solver.routing.engine import get_engine
from solver.stations.haul_bound import Bound, bound_haul, classes
from solver.stations.haul_loads import changed, first_boxes, loads_of
from solver.stations.queue import Berth, first_come
from solver.stations.yards import (
    LEFT_PER_KG,
    SHORT_PER_KG,
    overflow_kg,
)
from solver.stop import after, at_most, either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.district import Stream
    from models.solution import Route, Schedule, Solution
    from models.station import HaulProblem, HaulTruck, Plant, Yard
    from solver.stations.haul_loads import Boxes
    from solver.stations.yards import Load
    from solver.stop import Stop

NO_LIMIT = 2_000_000_000
LONGER = 4
"""Iterations of a trial with the same boxes, against one with changed boxes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulBudget:
    """How long to search: iterations of the engine per stream and trial, seconds as a brake.

    A trial is one way to fill the waste into boxes: some usual ways, then `trials` changes of the
    best. `slot_s` is the grid of the lower bound (0: no bound is computed, it is 0 then), which
    takes at most `bound_s`.
    """

    iterations: int = 1_500
    trials: int = 28
    seconds: float = 38.0
    slot_s: int = 1_800
    bound_s: float = 22.0
    seed: int = 1


class _Brake:
    """A stop whose clock starts with the search: compiling the engine takes no time from it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.clock: Stop | None = None

    def used(self, iterations: int) -> float:
        """Share of the seconds used since the first look."""
        self.clock = self.clock or after(self.seconds)
        return self.clock.used(iterations)


def plan_haul(problem: HaulProblem, budget: HaulBudget | None = None) -> HaulPlan:
    """The cheapest haul timetable found, its cost and a proven lower bound.

    Waste that cannot leave in time is the shortfall; it counts at `SHORT_PER_KG`, and waste that
    may stay overnight at `LEFT_PER_KG`, in the cost and in the bound. Deterministic while the
    iterations end before the seconds do.
    """
    budget = budget or HaulBudget()
    tours: list[HaulTour] = []
    amounts: dict[Stream, int] = defaultdict(int)
    for yard in problem.yards:
        amounts[yard.stream] += yard.initial_kg + sum(kg for _, kg in yard.inflow)
    for stream in sorted(amounts, key=lambda stream: (-amounts[stream], stream)):
        used = {tour.truck for tour in tours}
        own = replace(
            problem,
            yards=tuple(yard for yard in problem.yards if yard.stream == stream),
            plants=_with_quota_left(problem.plants, stream, tours),
            trucks=tuple(
                truck
                for truck in problem.trucks
                if truck.id not in used and (not truck.streams or stream in truck.streams)
            ),
        )
        tours += _best_tours(own, budget)
    bound = Bound(0, 0)
    if budget.slot_s:
        bound = bound_haul(problem, budget.slot_s, seconds=budget.bound_s, tours=tours)
    return _plan(problem, tours, bound)


def haul_cost(problem: HaulProblem, tours: Sequence[HaulTour]) -> int:
    """Money of the tours [mfen]: trucks, metres, hours and gate fees."""
    trucks = {truck.id: truck for truck in problem.trucks}
    fees = {plant.id: plant.gate_fee for plant in problem.plants}
    total = 0
    for tour in tours:
        truck = trucks[tour.truck]
        metres = sum(problem.travel[leg][1] for leg in tour_legs(tour, truck))
        total += truck.fixed_cost + truck.cost_per_m * metres
        total += truck.cost_per_s * (tour.end - tour.begin)
        total += sum(fees[run.plant] * run.kg // 1_000 for run in tour.runs)
    return total


def tour_legs(tour: HaulTour, truck: HaulTruck) -> list[tuple[str, str]]:
    """The drives of a tour, depot to depot, as pairs of sites."""
    stops = [truck.depot]
    for run in tour.runs:
        stops += [run.station, run.plant]
    return list(pairwise([*stops, truck.depot])) if tour.runs else []


def _with_quota_left(
    plants: Sequence[Plant], stream: Stream, tours: Sequence[HaulTour]
) -> tuple[Plant, ...]:
    left = []
    for plant in plants:
        if plant.streams and stream not in plant.streams:
            continue
        taken = sum(run.kg for tour in tours for run in tour.runs if run.plant == plant.id)
        quota = None if plant.quota_kg is None else max(0, plant.quota_kg - taken)
        left.append(replace(plant, quota_kg=quota))
    return tuple(left)


def _best_tours(problem: HaulProblem, budget: HaulBudget) -> list[HaulTour]:
    """Tours for one stream: the cheapest over several ways to fill its waste into boxes.

    The usual ways first; then, in `trials`, small changes of the best and longer searches with the
    same boxes in turn, kept where they are cheaper.
    """
    if not problem.plants or not problem.trucks:
        return []
    rng = random.Random(budget.seed)
    brake = _Brake(budget.seconds)
    best: tuple[int, list[HaulTour], Boxes] | None = None
    ways = first_boxes(problem)
    for trial in range(len(ways) + budget.trials):
        boxes = (
            ways[trial]
            if best is None or trial < len(ways)
            else _next_boxes(problem, best[2], rng, trial)
        )
        loads = list(loads_of(problem, boxes))
        if not loads:
            return []
        again = trial >= len(ways) and trial % 2
        longer = replace(
            budget, iterations=LONGER * budget.iterations if again else budget.iterations
        )
        tours = _solve(problem, loads, longer, brake, budget.seed + trial)
        cost = _plan(problem, tours, Bound(0, 0)).cost
        if best is None or cost < best[0]:
            best = cost, tours, boxes
        if brake.used(0) >= 1:
            break
    return best[1] if best else []


def _next_boxes(problem: HaulProblem, boxes: Boxes, rng: random.Random, trial: int) -> Boxes:
    """The same boxes again in odd trials, changed ones in even ones."""
    return boxes if trial % 2 else changed(problem, boxes, rng)


def _solve(
    problem: HaulProblem, loads: Sequence[Load], budget: HaulBudget, brake: Stop, seed: int
) -> list[HaulTour]:
    routing, groups = haul_routing(problem, loads)
    stop = either(at_most(budget.iterations), brake)
    outcome = get_engine("ruin").solve(routing, stop=stop, seed=seed)
    berths = [Berth(plant.id, plant.bays) for plant in problem.plants]
    day = first_come([routing], [outcome.solution], [berths])
    return _tours(problem, loads, groups, day.solutions[0], day.schedules[0])


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
    routing = RoutingProblem(
        name="haul",
        tasks=tuple(_task(problem.yards[load.yard], load, places) for load in loads),
        facilities=tuple(_facility(plant, places[plant.id], loads) for plant in problem.plants),
        vehicle_types=tuple(_vehicle_type(problem, group, places) for group in groups),
        dimensions=(
            Dimension(name="waste_kg", kind=DimensionKind.WASTE, end_empty=True),
            Dimension(name="boxes", kind=DimensionKind.WASTE, end_empty=True),
        ),
        matrices=(_matrix(problem, names),),
    )
    return routing, groups


def _task(yard: Yard, load: Load, places: dict[str, int]) -> Task:
    place = places[yard.station]
    modes = []
    for early, late, cost in load.windows:
        for opens, closes in yard.windows:
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
    prize = None if yard.must_clear else LEFT_PER_KG * load.kg
    return Task(
        id=f"{yard.station}/{load.number}", modes=tuple(modes), demand=(load.kg, 1), prize=prize
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
    return VehicleType(
        id=truck.id,
        capacity=(truck.payload_kg, 1),
        start=places[truck.depot],
        end=places[truck.depot],
        num_available=len(trucks),
        tw_early=truck.begin,
        tw_late=truck.end,
        max_work=problem.max_work_s,
        rest_duration=problem.pause_s,
        fixed_cost=truck.fixed_cost,
        cost_per_m=truck.cost_per_m,
        cost_per_s=truck.cost_per_s,
    )


def _matrix(problem: HaulProblem, names: Sequence[str]) -> DenseMatrix:
    size = len(names)
    duration = np.full((size, size), UNREACHABLE, dtype=np.int32)
    distance = np.full((size, size), UNREACHABLE, dtype=np.int32)
    for row, frm in enumerate(names):
        for col, to in enumerate(names):
            if row == col:
                duration[row, col] = distance[row, col] = 0
            elif (frm, to) in problem.travel:
                duration[row, col], distance[row, col] = problem.travel[frm, to]
    return DenseMatrix(duration, distance)


def _tours(
    problem: HaulProblem,
    loads: Sequence[Load],
    classes: Sequence[Sequence[HaulTruck]],
    solution: Solution,
    schedules: Sequence[Schedule],
) -> list[HaulTour]:
    free = [list(group) for group in classes]
    return [
        _tour(problem, loads, free[route.vehicle_type].pop(0), route, schedule)
        for route, schedule in zip(solution.routes, schedules, strict=True)
    ]


def _tour(
    problem: HaulProblem, loads: Sequence[Load], truck: HaulTruck, route: Route, times: Schedule
) -> HaulTour:
    runs: list[HaulRun] = []
    pauses = []
    docked: tuple[Load, int, int] | None = None
    for step in times.steps:
        if step.kind in {StepKind.BREAK, StepKind.WAIT}:
            if step.end - step.begin >= problem.pause_s:
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


def _plan(problem: HaulProblem, tours: Sequence[HaulTour], bound: Bound) -> HaulPlan:
    left: dict[tuple[str, Stream], int] = {}
    shortfall = staying = 0
    for yard in problem.yards:
        runs = [
            run
            for tour in tours
            for run in tour.runs
            if (run.station, run.stream) == (yard.station, yard.stream)
        ]
        rest = yard.initial_kg + sum(kg for _, kg in yard.inflow) - sum(run.kg for run in runs)
        if rest > 0:
            left[yard.station, yard.stream] = rest
        short = max(overflow_kg(yard, runs), rest if yard.must_clear else 0)
        shortfall += short
        staying += max(0, rest - short)
    cost = haul_cost(problem, tours) + shortfall * SHORT_PER_KG + staying * LEFT_PER_KG
    return HaulPlan(
        tours=tuple(sorted(tours, key=lambda tour: (tour.begin, tour.truck))),
        cost=cost,
        bound=bound.cost,
        shortfall_kg=shortfall,
        bound_kg=bound.shortfall_kg,
        left_kg=left,
    )
