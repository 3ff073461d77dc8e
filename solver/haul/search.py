"""The search for one stream's haul: ways to fill boxes, each a routing problem.

First some usual ways from nothing; then small changes of the best, from its tours. In between the
tours' loads and plants are set right for their times (`haul_refill.py`), which no routing sees.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from models.solution import Reason, Route, Serve, Solution, Use
from solver.haul.bound import classes
from solver.haul.cost import costed
from solver.haul.loads import changed, has_many, loads_of, usual_boxes
from solver.haul.refill import Fill, refilled
from solver.haul.routing import haul_routing, tours_of
from solver.haul.yards import total_kg
from solver.routing.ruin.loop import DAY_PLANS
from solver.routing.search.engine import RuinEngine
from solver.routing.search.line import Berth
from solver.routing.search.queue import first_come
from solver.stop import after, at_most, either, when

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.day import HaulBudget
    from models.problem import RoutingProblem, Task
    from models.station import HaulProblem, HaulTour, HaulTruck
    from solver.haul.loads import Boxes
    from solver.haul.yards import Load
    from solver.stop import Stop

WARM = DAY_PLANS._replace(first_heat=0.05)
"""A search from known tours begins at a twentieth of the heat: it betters their order (chosen)."""
Routes = Sequence[tuple[int, Sequence[tuple[int | None, int, int]]]]
"""Class of trucks, and loads (None: no more) with their plants and when they docked [s], of each
route."""
FRESH_SHARE = 0.4
"""After this share of the seconds no more tours are made from nothing (chosen)."""
LONGER = 8
"""The cheapest ways are searched again from nothing for so many times the iterations (chosen)."""
LONG_RUNS = 2
"""So many of the cheapest ways are searched longer (chosen)."""
MORE_TRIALS = 12
"""Where loads are many and some are left, the best is changed so often until none is, even where
nothing else is asked (measured on Jinan at 3.5 districts: ways from nothing left 125 to 155 t of
2,116, and twelve changes of the best of them 74 to 79 t)."""
MANY_TIMES = 4
"""Many loads are searched for so many times the iterations (measured on a city of 458 loads: after
1,000 iterations 23 found no place, after 2,000 15, after 8,000 6)."""
REFILL = 3
"""One of so many trials sets loads and plants right, the others change boxes (chosen)."""


class Search(NamedTuple):
    """One run of the engine."""

    engine: RuinEngine
    stop: Stop
    seed: int


class Brake:
    """Seconds that start with the search: compiling the engine takes no time from them.

    They end searches without cooling them: a search under way keeps its own pace.
    """

    def __init__(self, seconds: float, stopped: Callable[[], bool] | None = None) -> None:
        self.seconds, self.stopped = seconds, stopped
        self.clock: Stop | None = None

    def share(self) -> float:
        """Share of the seconds used since the first look; 1 once stopped."""
        self.clock = self.clock or after(self.seconds)
        if self.stopped is not None and self.stopped():
            return 1.0
        return self.clock.used(0)

    def used(self, iterations: int) -> float:
        """The share that a search of many loads cools by: its end is that of new ways."""
        del iterations
        return self.share() / FRESH_SHARE

    def is_set(self) -> bool:
        """Whether the seconds are over, or somebody wants to stop."""
        return self.share() >= 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Trial:
    """Tours of one stream: their cost, whether waste is left, the loads and routes behind them."""

    cost: int
    left: bool
    tours: tuple[HaulTour, ...]
    boxes: Boxes
    loads: tuple[Load, ...]
    solution: Solution


def best_tours(
    problem: HaulProblem, budget: HaulBudget, brake: Brake, known: Sequence[HaulTour] = ()
) -> tuple[HaulTour, ...]:
    """The cheapest tours found for a problem of one stream; none where nothing can be hauled.

    `known`: tours of a like problem, to begin from.
    """
    if not problem.plants or not problem.trucks or not any(map(total_kg, problem.yards)):
        return ()
    found: list[Trial] = []
    if known:
        boxes, routes = _loaded(problem, known, _fitted(problem, known))
        stop = either(at_most(budget.iterations), when(brake))
        search = Search(RuinEngine(tuning=WARM), stop, budget.seed)
        found.append(_solve(problem, boxes, search, routes))
    enough = found and not budget.trials and not (budget.anew and found[0].left)
    usual = usual_boxes(problem)
    for number, boxes in enumerate(() if enough else usual):
        if found and (brake.share() > FRESH_SHARE or (not budget.trials and not found[-1].left)):
            break  # without trials it is asked whether all can be hauled, and one way is enough
        found.append(_fresh(problem, boxes, budget.iterations, brake, budget.seed + number))
    found.sort(key=lambda trial: trial.cost)
    best = found[0]
    longer = LONGER * budget.iterations
    ways = [trial.boxes for trial in found if trial.left == best.left]
    for number in range(LONG_RUNS if budget.trials else 0):
        if brake.share() > FRESH_SHARE:
            break
        boxes = ways[number % len(ways)]
        best = _cheaper(best, _fresh(problem, boxes, longer, brake, budget.seed + 100 + number))
    if best.left and not budget.trials and budget.anew and has_many(usual):
        budget = replace(budget, trials=MORE_TRIALS, anew=False)
    return _bettered(problem, best, budget, brake).tours


def _bettered(problem: HaulProblem, best: Trial, budget: HaulBudget, brake: Brake) -> Trial:
    """Small changes of the best, kept where it becomes no dearer.

    Without `budget.anew` it is asked only whether all can be hauled.
    """
    rng = random.Random(budget.seed)
    stop = either(at_most(budget.iterations), when(brake))
    engine = RuinEngine(tuning=WARM)
    for number in range(budget.trials):
        if brake.is_set() or not (best.left or budget.anew):
            break
        if number % REFILL:
            boxes, routes = _changed(
                problem, best, changed(problem, best.boxes, rng, more=best.left)
            )
        else:
            boxes, routes = _loaded(problem, best.tours, refilled(problem, best.tours))
        search = Search(engine, stop, budget.seed + 1_000 + number)
        best = _cheaper(best, _solve(problem, boxes, search, routes))
    return best


def _fresh(problem: HaulProblem, boxes: Boxes, iterations: int, brake: Brake, seed: int) -> Trial:
    """Tours from nothing; many loads take more iterations, cooled to where the seconds end."""
    stop = either(at_most(iterations), when(brake))
    if has_many([boxes]):
        stop = either(at_most(MANY_TIMES * iterations), brake)
    return _solve(problem, boxes, Search(RuinEngine(), stop, seed))


def _cheaper(best: Trial, found: Trial) -> Trial:
    """The newer of two as cheap: it leads elsewhere."""
    return found if found.cost <= best.cost else best


def _changed(problem: HaulProblem, best: Trial, boxes: Boxes) -> tuple[Boxes, Routes]:
    """Other boxes on the same routes, load by load."""
    number = {(load.yard, load.number): n for n, load in enumerate(loads_of(problem, boxes))}
    routes = []
    for route, tour in zip(best.solution.routes, best.tours, strict=True):
        loads = [best.loads[visit.task] for visit in route.visits if isinstance(visit, Serve)]
        plants = [visit.facility for visit in route.visits if isinstance(visit, Use)]
        places = [number.get((load.yard, load.number)) for load in loads]
        docked = [run.swap_begin for run in tour.runs]
        routes.append((route.vehicle_type, list(zip(places, plants, docked, strict=True))))
    return boxes, routes


def _loaded(
    problem: HaulProblem, tours: Sequence[HaulTour], fills: Sequence[Sequence[Fill]]
) -> tuple[Boxes, Routes]:
    """Boxes and routes of tours whose runs carry `fills`, without runs of yards that are gone."""
    yards = {(yard.station, yard.stream): n for n, yard in enumerate(problem.yards)}
    docked: list[list[tuple[int, int, int, int]]] = [[] for _ in problem.yards]
    for number, tour in enumerate(tours):
        for place, (run, fill) in enumerate(zip(tour.runs, fills[number], strict=True)):
            if fill.kg and (run.station, run.stream) in yards:
                yard = yards[run.station, run.stream]
                docked[yard].append((run.swap_begin, number, place, fill.kg))
    largest = max(truck.payload_kg for truck in problem.trucks)
    boxes = tuple(tuple(kg for *_, kg in sorted(own)) or (largest,) for own in docked)
    index = {(load.yard, load.number): n for n, load in enumerate(loads_of(problem, boxes))}
    loads = {
        (tour, place): index.get((yard, order))
        for yard, own in enumerate(docked)
        for order, (_, tour, place, _) in enumerate(sorted(own))
    }
    fleet = {truck.id: n for n, group in enumerate(classes(problem)) for truck in group}
    routes = [
        (
            fleet[tour.truck],
            [
                (loads.get((number, place)), fill.plant, tour.runs[place].swap_begin)
                for place, fill in enumerate(fills[number])
            ],
        )
        for number, tour in enumerate(tours)
    ]
    return boxes, routes


def _fitted(problem: HaulProblem, tours: Sequence[HaulTour]) -> list[list[Fill]]:
    """What the runs of known tours carry of the problem's waste, and where to.

    Runs of a yard share what there is more than they carried by the room they have, and what there
    is less by what they carried.
    """
    plants = {plant.id: n for n, plant in enumerate(problem.plants)}
    payload = {truck.id: truck.payload_kg for truck in problem.trucks}
    fills = [[Fill(run.kg, plants[run.plant]) for run in tour.runs] for tour in tours]
    for yard in problem.yards:
        own = [
            (number, place)
            for number, tour in enumerate(tours)
            for place, run in enumerate(tour.runs)
            if (run.station, run.stream) == (yard.station, yard.stream)
        ]
        carried = [fills[number][place].kg for number, place in own]
        room = [payload[tours[number].truck] - fills[number][place].kg for number, place in own]
        more = min(total_kg(yard) - sum(carried), sum(room))
        weights = room if more > 0 else carried
        until = [more * share // max(1, sum(weights)) for share in accumulate(weights, initial=0)]
        for (number, place), (before, then) in zip(own, pairwise(until), strict=True):
            kept = fills[number][place]
            fills[number][place] = kept._replace(kg=max(0, kept.kg + then - before))
    return fills


def _solve(problem: HaulProblem, boxes: Boxes, search: Search, routes: Routes = ()) -> Trial:
    """Search with these boxes, from `routes` where there are any."""
    loads = tuple(loads_of(problem, boxes))
    routing, groups = haul_routing(problem, loads)
    trucks = [group[0] for group in groups]
    initial = _initial(loads, trucks, routing, routes) if routes else None
    outcome = search.engine.solve(routing, stop=search.stop, seed=search.seed, initial=initial)
    berths = [Berth(plant.id, plant.bays) for plant in problem.plants]
    presses = [Berth(yard.station, min(yard.bays, 1)) for yard in problem.yards]
    docks = [presses[load.yard] for load in loads]
    queued = first_come([routing], [outcome.solution], [berths], [docks]).timed[0]
    tours = tours_of(problem, loads, groups, *queued)
    plan = costed(problem, tours)
    return Trial(
        cost=plan.cost,
        left=bool(plan.shortfall_kg or plan.left_kg),
        tours=tuple(tours),
        boxes=boxes,
        loads=loads,
        solution=queued.solution,
    )


def _initial(
    loads: Sequence[Load], trucks: Sequence[HaulTruck], routing: RoutingProblem, routes: Routes
) -> Solution:
    """Routes as a solution, without loads that are no more or too heavy for their truck."""
    kept = []
    for fleet, runs in routes:
        visits: list[Serve | Use] = []
        for load, plant, docked in runs:
            if load is not None and loads[load].kg <= trucks[fleet].payload_kg:
                visits += [Serve(load, _mode_at(routing.tasks[load], docked)), Use(plant)]
        if visits:
            kept.append(Route(fleet, tuple(visits)))
    served = {visit.task for route in kept for visit in route.visits if isinstance(visit, Serve)}
    absent = [load for load in range(len(loads)) if load not in served]
    return Solution(tuple(kept), dict.fromkeys(absent, Reason.NO_TIME))


def _mode_at(task: Task, docked: int) -> int:
    """The first mode of a load that is not over when it docked [s]; the last if all are."""
    modes = task.modes
    open_ = (number for number, mode in enumerate(modes) if mode.tw_late >= docked)
    return next(open_, len(modes) - 1)
