"""Haul: which truck takes which load from which station to which plant, and when.

Haul trucks solve the same problem as everything that drives. Waste of one stream at one station is
cut into loads; a load is a task whose window opens when the press has it ready and closes when the
station would overflow; plants are the tips, their quotas daily capacities. Loads of one yard are
alike, so windows in their order say exactly that the stock stays between nothing and the storage.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from models.day import HaulBudget
from solver.haul.bound import bound_haul
from solver.haul.cost import costed
from solver.haul.crew import Errand
from solver.haul.docks import beside
from solver.haul.search import Brake, best_tours
from solver.haul.yards import total_kg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.district import Stream, Window
    from models.station import HaulPlan, HaulProblem, HaulTour, Plant
    from solver.haul.bound import Bound

    Stopped = Callable[[], bool]

NEXT_SEED = 10_000
"""Seeds of two workers lie so far apart that their trials share none (chosen)."""


def plan_haul(
    problem: HaulProblem,
    budget: HaulBudget | None = None,
    *,
    known: Sequence[HaulTour] = (),
    stopped: Stopped | None = None,
) -> HaulPlan:
    """The cheapest haul timetable found, its cost and a proven lower bound.

    Waste that cannot leave in time is the shortfall; it counts at `SHORT_PER_KG`, and waste that
    may stay overnight at `LEFT_PER_KG`, in the cost and in the bound. Deterministic while the
    iterations end before the seconds do. The search begins from the tours `known` of a like
    problem, where there are any. Once `stopped`, the best so far.
    """
    budget = budget or HaulBudget()
    if budget.workers > 1:
        return _side_by_side(problem, budget, known, stopped)
    tours = _all_tours(problem, budget, known, stopped)
    if not budget.slot_s:
        return costed(problem, tours)
    bound = bound_haul(problem, budget.slot_s, seconds=budget.bound_s, tours=tours, stopped=stopped)
    return costed(problem, tours, bound)


def _side_by_side(
    problem: HaulProblem,
    budget: HaulBudget,
    known: Sequence[HaulTour],
    stopped: Stopped | None,
) -> HaulPlan:
    """One search a worker with seeds of their own, and the bound; the cheapest tours count."""
    with ExitStack() as stack:
        searches = [
            stack.enter_context(Errand(partial(_all_tours, problem, _of_lane(budget, lane), known)))
            for lane in range(budget.workers)
        ]
        bounding = (
            stack.enter_context(Errand(partial(_bound, problem, budget))) if budget.slot_s else None
        )
        plans = [costed(problem, search.result(stopped)) for search in searches]
        best = min(plans, key=lambda plan: plan.cost)
        if bounding is None:
            return best
        return costed(problem, best.tours, bounding.result(stopped))


def _of_lane(budget: HaulBudget, lane: int) -> HaulBudget:
    return replace(budget, seed=budget.seed + lane * NEXT_SEED)


def _bound(problem: HaulProblem, budget: HaulBudget, stopped: Stopped) -> Bound:
    """The bound beside searches under way: no seconds but theirs brake it."""
    seconds = budget.seconds + budget.bound_s
    return bound_haul(problem, budget.slot_s, seconds=seconds, stopped=stopped)


def _all_tours(
    problem: HaulProblem,
    budget: HaulBudget,
    known: Sequence[HaulTour],
    stopped: Stopped | None,
) -> list[HaulTour]:
    """Tours for all streams, the one with most waste first."""
    tours: list[HaulTour] = []
    amounts: dict[Stream, int] = defaultdict(int)
    for yard in problem.yards:
        amounts[yard.stream] += total_kg(yard)
    for stream in sorted(amounts, key=lambda stream: (-amounts[stream], stream)):
        used = {tour.truck for tour in tours}
        out = {truck.day for truck in problem.trucks if truck.id in used}
        own = replace(
            problem,
            yards=tuple(beside(yard, tours) for yard in problem.yards if yard.stream == stream),
            plants=_left_of(problem.plants, stream, tours),
            trucks=tuple(
                replace(truck, day_cost=0) if truck.day in out else truck
                for truck in problem.trucks
                if truck.id not in used and (not truck.streams or stream in truck.streams)
            ),
        )
        tours += best_tours(own, budget, Brake(budget.seconds, stopped), _possible(own, known))
    return tours


def _possible(problem: HaulProblem, known: Sequence[HaulTour]) -> list[HaulTour]:
    """What trucks, yards and plants of the problem can repeat of known tours."""
    trucks = {truck.id for truck in problem.trucks}
    yards = {(yard.station, yard.stream) for yard in problem.yards}
    plants = {plant.id for plant in problem.plants}
    found = []
    for tour in known:
        runs = tuple(
            run for run in tour.runs if (run.station, run.stream) in yards and run.plant in plants
        )
        if runs and tour.truck in trucks:
            found.append(replace(tour, runs=runs))
    return found


def _left_of(
    plants: Sequence[Plant], stream: Stream, tours: Sequence[HaulTour]
) -> tuple[Plant, ...]:
    """Plants that take the stream, with the quota and the bays that earlier tours leave."""
    left = []
    for plant in plants:
        if plant.streams and stream not in plant.streams:
            continue
        runs = [run for tour in tours for run in tour.runs if run.plant == plant.id]
        taken = sum(run.kg for run in runs)
        quota = None if plant.quota_kg is None else max(0, plant.quota_kg - taken)
        free = _beside(plant, [(run.tip_begin, run.tip_end) for run in runs])
        if free.windows:
            left.append(replace(free, quota_kg=quota))
    return tuple(left)


def _beside(plant: Plant, stays: Sequence[Window]) -> Plant:
    """The plant with as many bays less as the stays [s] take at once; if all, between them."""
    level = most = 0
    for _, change in sorted(change for begin, end in stays for change in ((begin, 1), (end, -1))):
        level += change
        most = max(most, level)
    if not plant.bays or plant.bays > most:
        return replace(plant, bays=max(0, plant.bays - most))
    windows = plant.windows
    for begin, end in stays:
        windows = tuple(
            (low, high)
            for early, late in windows
            for low, high in ((early, min(late, begin - plant.tip_s)), (max(early, end), late))
            if low <= high
        )
    return replace(plant, windows=windows)
