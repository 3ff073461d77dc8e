"""Other people's solvers on our problems, judged by our judge; never part of a plan."""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from models.day import Progress
from models.errors import HuanweiError
from models.problem import DimensionKind
from models.units import UNREACHABLE
from solver.routing.base.outcome import timed_outcome
from solver.routing.base.reasons import hopeless, with_reasons
from solver.routing.base.tables import build_tables
from solver.routing.door import ENGINES, get_engine
from solver.routing.ortools.stops import NO_LEG, Legs, Stops

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.problem import Facility, RoutingProblem, VehicleType
    from models.solution import Solution
    from solver.routing.base.engine import Engine, Outcome
    from solver.stop import Stop

ALL_ENGINES = (*ENGINES, "pyvrp")
MOST_STOPS = 8_000
FORBIDDEN_LEGS = 30
"""How many of the longest legs a leg costs that must not be driven."""


def get_any_engine(name: str, *, workers: int = 1) -> Engine:
    """One of our engines or a peer, by name."""
    if name == "pyvrp":
        if importlib.util.find_spec("pyvrp") is None:
            raise HuanweiError("PyVRP is not installed; install the extra: huanwei[bench]")
        return PyVrpEngine()
    if name not in ENGINES:
        raise HuanweiError(f"unknown engine {name!r}; there are {', '.join(ALL_ENGINES)}")
    return get_engine(name, workers=workers)


class PyVrpEngine:
    """PyVRP: one client per mode in mutually exclusive groups, facilities as reload depots.

    Costs of legs stand in one distance matrix per vehicle type, so that visit and mode costs
    count; legs home of vehicles that must come home empty lead over the cheapest tip.
    """

    name = "pyvrp"

    def lacks(self, problem: RoutingProblem) -> list[str]:
        """Laws that PyVRP has no words for."""
        kinds = problem.vehicle_types
        resettable = [facility.resets for facility in problem.facilities]
        held = {dim for resets in resettable for dim in resets}
        found = {
            "meals": any(kind.meal for kind in kinds),
            "rest after driving": any(kind.max_work for kind in kinds),
            "spacing of passes": bool(problem.spacings),
            "bays": any(facility.bays for facility in problem.facilities),
            "a facility's daily capacity": any(f.daily_capacity for f in problem.facilities),
            "facilities that reset only some loads": any(
                resets != set(range(len(problem.dimensions))) for resets in resettable
            ),
            "initial loads": any(any(kind.initial_load) for kind in kinds),
            "several opening windows": any(len(f.windows) > 1 for f in problem.facilities),
            "opening hours of the last tip": Stops(problem).closes_early
            and any(dimension.end_empty for dimension in problem.dimensions),
            "coming home empty over several tips": Stops(problem).empties_in_turn,
            "energy": any(
                dimension.kind == DimensionKind.ENERGY and number in held
                for number, dimension in enumerate(problem.dimensions)
            ),
            "so many modes": sum(len(task.modes) for task in problem.tasks) > MOST_STOPS,
        }
        return [law for law, missing in found.items() if missing]

    def solve(
        self,
        problem: RoutingProblem,
        *,
        stop: Stop,
        seed: int = 1,
        initial: Solution | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Best solution PyVRP finds with its default parameters; `initial` is not used."""
        import pyvrp  # noqa: PLC0415

        del initial
        begin = time.monotonic()
        stops = Stops(problem)
        legs = [stops.legs(kind) for kind in range(len(problem.vehicle_types))]
        watch = _Watch(stop, begin, progress, spare=_prizes_of_spare_modes(problem))
        result = pyvrp.solve(
            _data(pyvrp, stops, legs), stop=watch, seed=seed, collect_stats=False, display=False
        )
        tab = build_tables(problem)
        routes = stops.routes(
            (route.vehicle_type(), _visited(pyvrp, stops, route), legs[route.vehicle_type()])
            for route in result.best.routes()
        )
        solution = with_reasons(problem, tab, routes, hopeless(problem, tab))
        return timed_outcome(problem, solution, iterations=result.num_iterations, trace=watch.trace)


def _prizes_of_spare_modes(problem: RoutingProblem) -> int:
    """What PyVRP counts too much: it misses the prize of every client that it does not visit."""
    return sum((len(task.modes) - 1) * (task.prize or 0) for task in problem.tasks)


class _Watch:
    """Our stop as PyVRP's, and the trace of its best costs, `spare` less than it says."""

    def __init__(
        self, stop: Stop, begin: float, progress: Callable[[Progress], None] | None, *, spare: int
    ) -> None:
        self.stop, self.begin, self.progress, self.spare = stop, begin, progress, spare
        self.iterations = -1
        self.trace: list[tuple[float, int]] = []

    def __call__(self, best_cost: float) -> bool:
        self.iterations += 1
        best_cost -= self.spare
        better = best_cost < NO_LEG and (not self.trace or best_cost < self.trace[-1][1])
        if better:
            self.trace.append((round(time.monotonic() - self.begin, 3), int(best_cost)))
        used = self.stop.used(self.iterations)
        if self.progress is not None and (better or self.iterations % 1_000 == 0):
            self.progress(
                Progress(
                    phase="search",
                    used=min(used, 1.0),
                    seconds=time.monotonic() - self.begin,
                    iterations=self.iterations,
                    cost=self.trace[-1][1] if self.trace else None,
                )
            )
        return used >= 1.0


def _data(pyvrp: Any, stops: Stops, legs: list[Legs]) -> Any:
    """Clients are modes; depots are facilities, then start and end of each vehicle type."""
    problem = stops.problem
    clients = []
    groups = [
        pyvrp.ClientGroup([], required=True) if len(task.modes) > 1 else None
        for task in problem.tasks
    ]
    numbers = {
        task: number
        for number, task in enumerate(t for t, group in enumerate(groups) if group is not None)
    }
    for location, visit in enumerate(stops.modes):
        task = problem.tasks[visit.task]
        mode = task.modes[visit.mode]
        grouped = visit.task in numbers
        load = {"pickup": list(task.demand)} if task.demand else {}
        clients.append(
            pyvrp.Client(
                location=location,
                service_duration=mode.duration,
                tw_early=mode.tw_early,
                tw_late=mode.tw_late,
                prize=task.prize or 0,
                required=task.prize is None and not grouped,
                group=numbers.get(visit.task),
                **load,
            )
        )
    members: list[list[int]] = [[] for _ in numbers]
    for location, visit in enumerate(stops.modes):
        if visit.task in numbers:
            members[numbers[visit.task]].append(location)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(stops.num_stops)],
        clients=clients,
        depots=[
            *(_facility_depot(pyvrp, stops, k, f) for k, f in enumerate(problem.facilities)),
            *(
                pyvrp.Depot(location=stops.first_depot + number)
                for number in range(2 * len(problem.vehicle_types))
            ),
        ],
        vehicle_types=[
            _vehicle(pyvrp, stops, k, kind) for k, kind in enumerate(problem.vehicle_types)
        ],
        distance_matrices=[_prepared(each.money) for each in legs],
        duration_matrices=[_prepared(each.drive) for each in legs],
        groups=[
            pyvrp.ClientGroup(clients, required=problem.tasks[task].prize is None)
            for task, clients in zip(numbers, members, strict=True)
        ],
    )


def _prepared(legs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Zeros on the diagonal, as asked for; what must not be driven is dear but no astronomy.

    PyVRP sets its penalties by mean legs, which entries of NO_LEG would spoil.
    """
    legs = legs.copy()
    driven = legs[legs < UNREACHABLE]
    legs[legs >= UNREACHABLE] = FORBIDDEN_LEGS * (int(driven.max(initial=0)) + 1)
    np.fill_diagonal(legs, 0)
    return legs


def _facility_depot(pyvrp: Any, stops: Stops, number: int, facility: Facility) -> Any:
    early, late = facility.windows[0]
    return pyvrp.Depot(
        location=stops.facility(number),
        tw_early=early,
        tw_late=late,
        service_duration=facility.duration,
    )


def _vehicle(pyvrp: Any, stops: Stops, number: int, kind: VehicleType) -> Any:
    first = len(stops.problem.facilities)
    needed = max(len(stops.problem.tasks), 1)
    return pyvrp.VehicleType(
        num_available=max(min(kind.num_available, needed), 1),
        capacity=list(kind.capacity),
        start_depot=first + 2 * number,
        end_depot=first + 2 * number + 1,
        fixed_cost=kind.fixed_cost,
        tw_early=kind.tw_early,
        tw_late=kind.tw_late,
        shift_duration=kind.max_duration,
        max_overtime=kind.max_overtime,
        unit_distance_cost=1,
        unit_duration_cost=kind.cost_per_s,
        unit_overtime_cost=kind.cost_per_overtime_s,
        profile=number,
        reload_depots=[
            k
            for k, facility in enumerate(stops.problem.facilities)
            if not facility.vehicle_types or number in facility.vehicle_types
        ],
    )


def _visited(pyvrp: Any, stops: Stops, route: Any) -> list[int]:
    """Stops of a PyVRP route without its depots; empty trips left out."""
    found = []
    for activity in route.schedule():
        if activity.is_client():
            found.append(activity.idx)
        elif activity.is_depot() and activity.idx < stops.num_facilities:
            found.append(stops.facility(activity.idx))
    return found
