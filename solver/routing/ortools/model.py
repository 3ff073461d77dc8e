"""A routing problem told to OR-Tools: nodes, copies of facilities, dimensions, disjunctions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from models.solution import Reason, Serve, Solution
from solver.routing.ortools.stops import NO_LEG, Stops

if TYPE_CHECKING:
    from models.problem import RoutingProblem, VehicleType
    from models.solution import Route, Visit
    from solver.routing.ortools.watch import Watch

    Ints = np.ndarray[Any, np.dtype[np.int64]]

LONGEST_S = 30 * 86_400
"""The library itself is given so many seconds (chosen: a month; ours is asked all the time)."""

SPARE_VEHICLES = 1.3
"""The model holds so many times the vehicles that loads ask for (chosen)."""

SPARE_IN_WINDOWS = 3.0
"""With windows the model holds so many times the vehicles that loads ask for (chosen)."""

SPARE_VISITS = 1.5
"""The model holds so many times the facility visits that loads and hours ask for (chosen)."""


class Model:
    """One routing model: nodes are modes, facility copies, and two depots per vehicle type."""

    def __init__(
        self, problem: RoutingProblem, lost: dict[int, Reason], initial: Solution | None
    ) -> None:
        self.problem, self.lost, self.initial = problem, lost, initial
        self.stops = Stops(problem)
        self.legs = [self.stops.legs(kind) for kind in range(len(problem.vehicle_types))]
        self.kind_of = self._fleet()
        copies = self._copies()
        self.stop_of = [
            *range(self.stops.num_modes),
            *(self.stops.facility(f) for f in range(len(copies)) for _ in range(copies[f])),
            *range(self.stops.first_depot, self.stops.num_stops),
        ]
        first = self.stops.num_modes + sum(copies)
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.stop_of),
            len(self.kind_of),
            [first + 2 * kind for kind in self.kind_of],
            [first + 2 * kind + 1 for kind in self.kind_of],
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.add_costs()
        self.add_loads()
        self.add_hours()
        self.add_tasks()

    def _fleet(self) -> list[int]:
        """Vehicle type of each vehicle; a free fleet is cut to what loads and hours ask for."""
        tasks = self.problem.tasks
        fleet: list[int] = []
        resettable = {d for facility in self.problem.facilities for d in facility.resets}
        work = sum(min(mode.duration for mode in task.modes) for task in tasks)
        share = SPARE_IN_WINDOWS if self.stops.has_windows else SPARE_VEHICLES
        for number, kind in enumerate(self.problem.vehicle_types):
            needed = 1.0
            for dim, capacity in enumerate(kind.capacity):
                if dim not in resettable and capacity:
                    needed = max(needed, sum(task.demand[dim] for task in tasks) / capacity)
            hours = min(kind.max_duration + kind.max_overtime, kind.tw_late - kind.tw_early)
            needed = max(needed, 1.5 * work / max(hours, 1))
            before = self.initial.routes if self.initial else ()
            used = sum(route.vehicle_type == number for route in before)
            spare = max(int(share * needed) + 4, used + 1)
            fleet += [number] * min(kind.num_available, spare, len(tasks))
        return fleet

    def _copies(self) -> list[int]:
        """How often each facility can be passed in one plan."""
        facilities = self.problem.facilities
        if not facilities:
            return []
        trips = 0.0
        for dim in {d for facility in facilities for d in facility.resets}:
            capacity = max(kind.capacity[dim] for kind in self.problem.vehicle_types)
            load = sum(task.demand[dim] for task in self.problem.tasks)
            trips = max(trips, load / max(capacity, 1))
        if self.stops.closes_early and self.stops.must_empty:
            trips += len(self.kind_of)  # every route needs one visit of its own
        share = 1.0 if len(facilities) <= 3 else 3.0 / len(facilities)
        return [int(SPARE_VISITS * trips * share) + 1] * len(facilities)

    def add_costs(self) -> None:
        """Arc costs by vehicle type, fixed costs by vehicle."""
        nodes = np.array(self.stop_of)
        evaluators = [
            self.routing.RegisterTransitMatrix(each.money[nodes[:, None], nodes].tolist())
            for each in self.legs
        ]
        for vehicle, kind in enumerate(self.kind_of):
            self.routing.SetArcCostEvaluatorOfVehicle(evaluators[kind], vehicle)
            self.routing.SetFixedCostOfVehicle(self.problem.vehicle_types[kind].fixed_cost, vehicle)

    def add_loads(self) -> None:
        """One dimension per load; a facility's copy takes off as much as there is."""
        for dim, dimension in enumerate(self.problem.dimensions):
            capacities = [self.problem.vehicle_types[kind].capacity[dim] for kind in self.kind_of]
            top = max(capacities, default=0)
            name = f"load {dim} {dimension.name}"
            gain = [self._gain(node, dim, top) for node in range(len(self.stop_of))]
            self.routing.AddDimensionWithVehicleCapacity(
                self.routing.RegisterUnaryTransitVector(gain), top, capacities, False, name
            )
            loads = self.routing.GetDimensionOrDie(name)
            for node, change in enumerate(gain):
                if change >= 0 and self.stop_of[node] < self.stops.first_depot:
                    loads.SlackVar(self.manager.NodeToIndex(node)).SetValue(0)
            for vehicle, kind in enumerate(self.kind_of):
                held = self.problem.vehicle_types[kind].initial_load
                loads.CumulVar(self.routing.Start(vehicle)).SetValue(held[dim] if held else 0)
                loads.SlackVar(self.routing.Start(vehicle)).SetValue(0)

    def _gain(self, node: int, dim: int, top: int) -> int:
        stop = self.stop_of[node]
        if stop < self.stops.num_modes:
            return int(self.problem.tasks[self.stops.modes[stop].task].demand[dim])
        facility = stop - self.stops.num_modes
        if stop < self.stops.first_depot and dim in self.problem.facilities[facility].resets:
            return -top
        return 0

    def add_hours(self) -> None:
        """Times, windows, shifts and meals, where the problem has any."""
        kinds = self.problem.vehicle_types
        if not self.stops.needs_hours:
            return
        nodes = np.array(self.stop_of)
        service = np.zeros(self.stops.num_stops, dtype=np.int64)
        service[: self.stops.first_depot] = self.stops.service
        evaluators = [
            self.routing.RegisterTransitMatrix(
                np.minimum(each.drive + service[:, None], NO_LEG)[nodes[:, None], nodes].tolist()
            )
            for each in self.legs
        ]
        horizon = max(kind.tw_late for kind in kinds)
        self.routing.AddDimensionWithVehicleTransits(
            [evaluators[kind] for kind in self.kind_of], horizon, horizon, False, "time"
        )
        times = self.routing.GetDimensionOrDie("time")
        for node, stop in enumerate(self.stop_of):
            if stop < self.stops.first_depot:
                self._set_windows(times, node, stop, horizon)
        for vehicle, number in enumerate(self.kind_of):
            self._set_shift(times, vehicle, kinds[number], horizon)

    def _set_windows(self, times: Any, node: int, stop: int, horizon: int) -> None:
        begin = times.CumulVar(self.manager.NodeToIndex(node))
        if stop < self.stops.num_modes:
            visit = self.stops.modes[stop]
            mode = self.problem.tasks[visit.task].modes[visit.mode]
            begin.SetRange(min(mode.tw_early, horizon), min(mode.tw_late, horizon))
            return
        windows = self.problem.facilities[stop - self.stops.num_modes].windows
        begin.SetRange(min(windows[0][0], horizon), min(windows[-1][1], horizon))
        for before, after in pairwise(windows):
            if before[1] + 1 <= after[0] - 1:
                begin.RemoveInterval(before[1] + 1, after[0] - 1)

    def _set_shift(self, times: Any, vehicle: int, kind: VehicleType, horizon: int) -> None:
        start = times.CumulVar(self.routing.Start(vehicle))
        end = times.CumulVar(self.routing.End(vehicle))
        start.SetRange(min(kind.tw_early, horizon), min(kind.tw_late, horizon))
        end.SetRange(min(kind.tw_early, horizon), min(kind.tw_late, horizon))
        span = kind.max_duration + kind.max_overtime
        if span < horizon:
            times.SetSpanUpperBoundForVehicle(span, vehicle)
        if kind.cost_per_s:
            times.SetSpanCostCoefficientForVehicle(kind.cost_per_s, vehicle)
        if kind.cost_per_overtime_s and kind.max_overtime:
            bound = pywrapcp.BoundCost(kind.max_duration, kind.cost_per_overtime_s)
            times.SetSoftSpanUpperBoundForVehicle(bound, vehicle)
        if kind.meal is not None:
            meal = self.routing.solver().FixedDurationIntervalVar(
                kind.meal.tw_early, kind.meal.tw_late, kind.meal.duration, False, f"meal {vehicle}"
            )
            waits = [0] * self.routing.Size()
            for node, stop in enumerate(self.stop_of):
                if stop < self.stops.first_depot:
                    waits[self.manager.NodeToIndex(node)] = int(self.stops.service[stop])
            times.SetBreakIntervalsOfVehicle([meal], vehicle, waits)
        self.routing.AddVariableMinimizedByFinalizer(end)
        self.routing.AddVariableMaximizedByFinalizer(start)

    def add_tasks(self) -> None:
        """Each task in at most one mode; required ones at a price that nothing else reaches."""
        legs = max(int(each.money[each.money < NO_LEG].max(initial=1)) for each in self.legs)
        fixed = max(kind.fixed_cost for kind in self.problem.vehicle_types)
        self.dear = min(2 * (legs + 1) * (len(self.problem.tasks) + 2) + fixed, NO_LEG // 10)
        for task, nodes in enumerate(self.stops.of_task):
            indices = [self.manager.NodeToIndex(node) for node in nodes]
            prize = self.problem.tasks[task].prize
            if task in self.lost:
                for index in indices:
                    self.routing.ActiveVar(index).SetValue(0)
            self.routing.AddDisjunction(indices, self.dear if prize is None else prize)
        for node, stop in enumerate(self.stop_of):
            if self.stops.num_modes <= stop < self.stops.first_depot:
                self.routing.AddDisjunction([self.manager.NodeToIndex(node)], 0)
            if stop < self.stops.first_depot:
                allowed = self.stops.places[stop].vehicle_types
                if allowed:
                    vehicles = [v for v, kind in enumerate(self.kind_of) if kind in allowed]
                    # not SetAllowedVehiclesForIndex, which 9.15's wrapper cannot be given a list
                    self.routing.VehicleVar(self.manager.NodeToIndex(node)).SetValues(
                        [-1, *vehicles]
                    )

    def search(self, watch: Watch) -> list[Route]:
        """Best routes found within the watch's budget; none where no solution was found."""
        routing = self.routing
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        strategies = routing_enums_pb2.FirstSolutionStrategy
        plain = not self.stops.has_windows and not self.stops.num_facilities
        parameters.first_solution_strategy = (
            strategies.SAVINGS if plain else strategies.PARALLEL_CHEAPEST_INSERTION
        )
        parameters.local_search_metaheuristic = (
            routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        )
        parameters.time_limit.seconds = LONGEST_S
        routing.AddSearchMonitor(routing.solver().CustomLimit(watch.reached))
        routing.AddAtSolutionCallback(lambda: watch.accept(routing.CostVar().Max(), self.dear))
        start = self._start()
        if start is None:
            assignment = routing.SolveWithParameters(parameters)
        else:
            routing.CloseModelWithParameters(parameters)
            hint = routing.ReadAssignmentFromRoutes(start, ignore_inactive_indices=True)
            assignment = routing.SolveFromAssignmentWithParameters(hint, parameters)
        return [] if assignment is None else self._routes(assignment)

    def _routes(self, assignment: Any) -> list[Route]:
        found = []
        for vehicle, kind in enumerate(self.kind_of):
            visited = []
            index = assignment.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            while not self.routing.IsEnd(index):
                visited.append(self.stop_of[self.manager.IndexToNode(index)])
                index = assignment.Value(self.routing.NextVar(index))
            found.append((kind, visited, self.legs[kind]))
        return self.stops.routes(found)

    def _start(self) -> list[list[int]] | None:
        """The initial plan as indices per vehicle; tips that legs home lead over are left out."""
        if self.initial is None:
            return None
        stop_of = np.array(self.stop_of)
        free = {
            number: np.flatnonzero(stop_of == self.stops.facility(number)).tolist()
            for number in range(self.stops.num_facilities)
        }
        routes: list[list[int]] = [[] for _ in self.kind_of]
        vehicles = list(range(len(self.kind_of)))
        for route in self.initial.routes:
            vehicle = next((v for v in vehicles if self.kind_of[v] == route.vehicle_type), None)
            if vehicle is None:
                continue
            vehicles.remove(vehicle)
            nodes = [self._node(visit, free) for visit in route.visits]
            leads_home = self.legs[route.vehicle_type].last_tip
            if len(nodes) > 1 and nodes[-1] is not None and nodes[-1] >= self.stops.num_modes:
                before = nodes[-2]
                if before is not None and leads_home[self.stop_of[before]] >= 0:
                    nodes.pop()
            routes[vehicle] = [self.manager.NodeToIndex(node) for node in nodes if node is not None]
        return routes

    def _node(self, visit: Visit, free: dict[int, list[int]]) -> int | None:
        if isinstance(visit, Serve):
            return self.stops.of_task[visit.task][visit.mode]
        return free[visit.facility].pop() if free[visit.facility] else None
