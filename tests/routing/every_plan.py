"""The best of all lawful plans of a tiny problem, by plain enumeration; knows nothing of engines.

Laws it knows: modes, loads, resets, initial loads, home empty, windows, shifts, hours, overtime,
vehicle types, fleets, daily capacities, prizes. Not: rests, meals, bays, spacings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from models.solution import Route, Serve, Use
from models.units import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.problem import Facility, RoutingProblem
    from models.solution import Visit

Taken = tuple[tuple[int, ...], ...]
"""What each facility took, by dimension."""

Done = tuple[frozenset[int], Taken]
Priced = tuple[int, tuple[Route, ...]]


@dataclass(frozen=True)
class Label:
    """A route under way: where it leaves from, what it did and holds, what it paid, when it is."""

    served: frozenset[int]
    row: int
    last: int
    """The facility just visited, -1 after a task or the depot."""
    load: tuple[int, ...]
    taken: Taken
    money: int
    now: int
    visits: tuple[Visit, ...]


def best_plan(problem: RoutingProblem) -> tuple[tuple[int, int], tuple[Route, ...]]:
    """(Required tasks left out, cost) of the best plan, and its routes.

    No plan's `Cost.key` is smaller.
    """
    fleet = []
    for kind, vehicle in enumerate(problem.vehicle_types):
        fleet += [cheapest_routes(problem, kind)] * vehicle.num_available
    nothing = tuple((0,) * len(problem.dimensions) for _ in problem.facilities)
    plans: dict[Done, Priced] = {(frozenset(), nothing): (0, ())}
    for routes in fleet:
        longer = dict(plans)
        for ((done, used), (paid, out)), ((served, taken), (money, route)) in product(
            plans.items(), routes.items()
        ):
            both = _sum(used, taken)
            if done & served or not _within(problem, both):
                continue
            _keep_cheaper(longer, (done | served, both), (paid + money, (*out, *route)))
        plans = longer
    return min(
        ((_key(problem, served, money), routes) for (served, _), (money, routes) in plans.items()),
        key=lambda plan: plan[0],
    )


def _keep_cheaper(plans: dict[Done, Priced], key: Done, plan: Priced) -> None:
    if key not in plans or plan[0] < plans[key][0]:
        plans[key] = plan


def cheapest_routes(problem: RoutingProblem, kind: int) -> dict[Done, Priced]:
    """Cost of the cheapest lawful route of a vehicle type for each set of tasks and loads tipped.

    Every departure of the shift is tried; from it a route does everything as early as it can.
    """
    vehicle = problem.vehicle_types[kind]
    best: dict[Done, Priced] = {}
    first, last = vehicle.tw_early, vehicle.tw_late
    for depart in range(first, (last if _opens_late(problem) else first) + 1):
        for label in _routes(problem, kind, depart):
            out = label.now - depart
            overtime = max(out - vehicle.max_duration, 0)
            if overtime > vehicle.max_overtime or label.now > vehicle.tw_late:
                continue
            money = (
                label.money
                + vehicle.fixed_cost
                + vehicle.cost_per_s * out
                + vehicle.cost_per_overtime_s * overtime
            )
            route = Route(kind, label.visits)
            _keep_cheaper(best, (label.served, label.taken), (money, (route,)))
    return best


def _opens_late(problem: RoutingProblem) -> bool:
    """Whether anything opens later than a day begins, so that leaving later can be better."""
    return any(mode.tw_early for task in problem.tasks for mode in task.modes) or any(
        early for facility in problem.facilities for early, _ in facility.windows
    )


@dataclass
class _Fronts:
    """Labels worth going on with: none is both later and dearer than another of its state."""

    kept: dict[object, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, label: Label) -> bool:
        state = label.served, label.row, label.last, label.load, label.taken
        front = self.kept.setdefault(state, [])
        if any(money <= label.money and now <= label.now for money, now in front):
            return False
        front.append((label.money, label.now))
        return True


def _routes(problem: RoutingProblem, kind: int, depart: int) -> Iterator[Label]:
    """Routes that are home again, lawful but for their hours; useless facility visits left out."""
    vehicle = problem.vehicle_types[kind]
    dims = len(problem.dimensions)
    nothing = tuple((0,) * dims for _ in problem.facilities)
    load = vehicle.initial_load or (0,) * dims
    fronts = _Fronts()
    open_labels = [Label(frozenset(), vehicle.start, -1, load, nothing, 0, depart, ())]
    while open_labels:
        label = open_labels.pop()
        if not fronts.add(label):
            continue
        full = any(d.end_empty and q for d, q in zip(problem.dimensions, label.load, strict=True))
        if label.served and not full:
            home = _drive(problem, kind, label, vehicle.end)
            if home is not None:
                yield home
        open_labels += _next_tasks(problem, kind, label)
        open_labels += _next_facilities(problem, kind, label)


def _next_tasks(problem: RoutingProblem, kind: int, label: Label) -> Iterator[Label]:
    vehicle = problem.vehicle_types[kind]
    for number, task in enumerate(problem.tasks):
        load = tuple(a + b for a, b in zip(label.load, task.demand, strict=True))
        full = any(q > most for q, most in zip(load, vehicle.capacity, strict=True))
        if number in label.served or full:
            continue
        for k, mode in enumerate(task.modes):
            if mode.vehicle_types and kind not in mode.vehicle_types:
                continue
            there = _drive(problem, kind, label, mode.enter)
            if there is None or there.now > mode.tw_late:
                continue
            yield Label(
                label.served | {number},
                mode.leave,
                -1,
                load,
                label.taken,
                there.money + mode.cost + vehicle.cost_per_m * mode.distance,
                max(there.now, mode.tw_early) + mode.duration,
                (*label.visits, Serve(number, k)),
            )


def _next_facilities(problem: RoutingProblem, kind: int, label: Label) -> Iterator[Label]:
    vehicle = problem.vehicle_types[kind]
    for number, facility in enumerate(problem.facilities):
        useless = not any(label.load[dim] for dim in facility.resets)
        barred = facility.vehicle_types and kind not in facility.vehicle_types
        there = _drive(problem, kind, label, facility.enter)
        if useless or barred or there is None:
            continue
        begin = _opens(facility, there.now)
        if begin is None:
            continue
        taken = list(map(list, label.taken))
        load = list(label.load)
        for dim in facility.resets:
            taken[number][dim] += load[dim]
            load[dim] = 0
        used = tuple(map(tuple, taken))
        if _within(problem, used):
            yield Label(
                label.served,
                facility.leave,
                number,
                tuple(load),
                used,
                there.money + facility.visit_cost + vehicle.cost_per_m * facility.distance,
                begin + facility.duration,
                (*label.visits, Use(number)),
            )


def _opens(facility: Facility, now: int) -> int | None:
    """The first moment from `now` on at which a visit may begin."""
    return min((max(now, early) for early, late in facility.windows if now <= late), default=None)


def _drive(problem: RoutingProblem, kind: int, label: Label, col: int) -> Label | None:
    vehicle = problem.vehicle_types[kind]
    matrix = problem.matrices[vehicle.profile]
    seconds = int(matrix.duration[label.row, col])
    if seconds >= UNREACHABLE:
        return None
    metres = int(matrix.distance[label.row, col])
    return Label(
        label.served,
        -1,
        -1,
        label.load,
        label.taken,
        label.money + vehicle.cost_per_m * metres,
        label.now + seconds,
        label.visits,
    )


def _sum(one: Taken, other: Taken) -> Taken:
    return tuple(
        tuple(a + b for a, b in zip(row, more, strict=True))
        for row, more in zip(one, other, strict=True)
    )


def _within(problem: RoutingProblem, taken: Taken) -> bool:
    return all(
        not facility.daily_capacity
        or all(row[dim] <= facility.daily_capacity[dim] for dim in facility.resets)
        for facility, row in zip(problem.facilities, taken, strict=True)
    )


def _key(problem: RoutingProblem, served: frozenset[int], money: int) -> tuple[int, int]:
    left = [task.prize for n, task in enumerate(problem.tasks) if n not in served]
    return sum(p is None for p in left), money + sum(p for p in left if p is not None)
