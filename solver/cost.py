"""The one objective. Engines may precompute it, nobody may define another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.problem import Bundle, RoutingProblem
    from models.solution import Route, Schedule, Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Parts of the objective [mfen; in benchmarks the instance's unit].

    `required_unserved` counts tasks that had to be served; plans compare by `key`.
    """

    fixed: int
    distance: int
    duration: int
    overtime: int
    service: int
    facility: int
    unserved: int
    required_unserved: int
    apart: int = 0
    """What is taken apart or begun anew of the problem's bundles, and what routes are shorter than
    they should be: preferences, no money."""

    @property
    def total(self) -> int:
        """Sum of all parts, prizes lost and preferences included: what a search makes small."""
        return self.money + self.unserved + self.apart

    @property
    def money(self) -> int:
        """Sum of the parts that are paid."""
        return (
            self.fixed
            + self.distance
            + self.duration
            + self.overtime
            + self.service
            + self.facility
        )

    @property
    def key(self) -> tuple[int, int]:
        """Smaller is better: first everything required is served, then money."""
        return self.required_unserved, self.total


@dataclass(frozen=True, slots=True)
class Lengths:
    """What a route drives: m in service, m without, and s of driving without service."""

    service_m: int
    deadhead_m: int
    deadhead_s: int


def legs(problem: RoutingProblem, route: Route) -> tuple[list[int], list[int]]:
    """Rows left and columns entered by a route's legs, depot to depot; len(visits) + 1 each."""
    kind = problem.vehicle_types[route.vehicle_type]
    rows, cols = [kind.start], []
    for visit in route.visits:
        place = (
            problem.tasks[visit.task].modes[visit.mode]
            if isinstance(visit, Serve)
            else problem.facilities[visit.facility]
        )
        cols.append(place.enter)
        rows.append(place.leave)
    cols.append(kind.end)
    return rows, cols


def apart(problem: RoutingProblem, route: Route) -> int:
    """Prices of the bundles a route serves tasks of, and of its beginnings on them [mfen]."""
    served: set[Bundle] = set()
    running, price = None, 0
    for visit in route.visits:
        begun = problem.runs[visit.task] if isinstance(visit, Serve) else None
        if begun is not None and begun != running:
            price += begun.per_run
        running = begun
        if isinstance(visit, Serve):
            served.update(problem.tasks[visit.task].bundles)
    return price + sum(one.per_route for one in served)


def days(problem: RoutingProblem, routes: Sequence[Route]) -> int:
    """Prices of the days of vehicles that go out, where types share them [mfen].

    Of vehicles alike the same ones go out in every shift: as many as in the shift with the most.
    """
    prices = {kind.day: kind.day_cost for kind in problem.vehicle_types}
    paid = {kind.day: kind.day_paid for kind in problem.vehicle_types}
    most = days_out(problem, routes)
    return sum(prices[day] * max(count - paid[day], 0) for day, count in most.items())


def days_out(problem: RoutingProblem, routes: Iterable[Route]) -> dict[str, int]:
    """How many vehicles of each day that types share go out at all."""
    out = Counter(route.vehicle_type for route in routes)
    most: dict[str, int] = {}
    for number, kind in enumerate(problem.vehicle_types):
        if kind.day:
            most[kind.day] = max(out[number], most.get(kind.day, 0))
    return most


def days_twice(done: Iterable[tuple[RoutingProblem, Solution]]) -> int:
    """What several problems of one day count for days of the same vehicles beyond the true price.

    A vehicle that goes out for two of them pays for its day once [mfen].
    """
    counted, prices, most = 0, dict[str, int](), dict[str, int]()
    for problem, solution in done:
        prices |= {kind.day: kind.day_cost for kind in problem.vehicle_types if kind.day}
        counted += days(problem, solution.routes)
        for day, count in days_out(problem, solution.routes).items():
            most[day] = max(count, most.get(day, 0))
    return counted - sum(prices[day] * count for day, count in most.items())


def days_in_one(problems: Sequence[RoutingProblem]) -> list[RoutingProblem]:
    """The problems of a day, each shared day with its price in one of them alone, free elsewhere.

    No day costs more that way, so bounds of the problems, each reckoned alone, add up to one of
    the day. The problem with the most hours of work has the price.
    """
    hours = [
        sum(min(mode.duration for mode in task.modes) for task in problem.tasks)
        for problem in problems
    ]
    home: dict[str, int] = {}
    for number, problem in enumerate(problems):
        for day in {kind.day for kind in problem.vehicle_types if kind.day}:
            if day not in home or hours[number] > hours[home[day]]:
                home[day] = number
    return [_days_at_home(problem, number, home) for number, problem in enumerate(problems)]


def _days_at_home(problem: RoutingProblem, number: int, home: Mapping[str, int]) -> RoutingProblem:
    if all(home.get(kind.day, number) == number for kind in problem.vehicle_types):
        return problem
    kinds = tuple(
        kind if home.get(kind.day, number) == number else replace(kind, day="", day_cost=0)
        for kind in problem.vehicle_types
    )
    return replace(problem, vehicle_types=kinds)


def days_dealt(problem: RoutingProblem) -> RoutingProblem:
    """The problem with every shared day dealt to its shifts, in the price of a route.

    No plan costs more that way: a vehicle out in k of its n shifts counts k / n of its day.
    """
    shifts = Counter(kind.day for kind in problem.vehicle_types if kind.day)
    if not shifts:
        return problem
    kinds = tuple(
        replace(
            kind,
            fixed_cost=kind.fixed_cost
            + (0 if kind.day_paid else kind.day_cost // shifts[kind.day]),
            day="",
            day_cost=0,
            day_paid=0,
        )
        if kind.day
        else kind
        for kind in problem.vehicle_types
    )
    return replace(problem, vehicle_types=kinds)


def lengths(problem: RoutingProblem, route: Route) -> Lengths:
    """Metres served and driven empty by one route; the drive inside a facility is empty too."""
    rows, cols = legs(problem, route)
    matrix = problem.matrices[problem.vehicle_types[route.vehicle_type].profile]
    durations, distances = matrix.pairs(np.array(rows), np.array(cols))
    service = inside = 0
    for visit in route.visits:
        if isinstance(visit, Serve):
            service += problem.tasks[visit.task].modes[visit.mode].distance
        else:
            inside += problem.facilities[visit.facility].distance
    return Lengths(service, int(distances.sum(dtype=np.int64)) + inside, int(durations.sum()))


def cost(problem: RoutingProblem, solution: Solution, schedules: Sequence[Schedule]) -> Cost:
    """Cost of a timed solution.

    Per route: fixed + cost_per_m x metres + cost_per_s x (return - departure, `paid_s` at least) +
    overtime, plus mode and visit costs; plus the days of vehicles that go out, the prizes of
    optional tasks left unserved, and what bundles and uneven routes count.
    """
    torn = sum(apart(problem, route) for route in solution.routes)
    fixed = days(problem, solution.routes)
    distance = duration = overtime = service = facility = 0
    for route, schedule in zip(solution.routes, schedules, strict=True):
        kind = problem.vehicle_types[route.vehicle_type]
        driven = lengths(problem, route)
        out = schedule.end - schedule.begin
        fixed += kind.fixed_cost
        distance += kind.cost_per_m * (driven.service_m + driven.deadhead_m)
        duration += kind.cost_per_s * max(out, kind.paid_s)
        torn += kind.cost_per_uneven_s * max(kind.even_s - out, 0)
        overtime += kind.cost_per_overtime_s * max(out - kind.max_duration, 0)
        for visit in route.visits:
            if isinstance(visit, Serve):
                service += problem.tasks[visit.task].modes[visit.mode].cost
            else:
                facility += problem.facilities[visit.facility].visit_cost
    prizes = [problem.tasks[task].prize for task in solution.unserved]
    return Cost(
        fixed=fixed,
        distance=distance,
        duration=duration,
        overtime=overtime,
        service=service,
        facility=facility,
        unserved=sum(prize for prize in prizes if prize is not None),
        required_unserved=sum(prize is None for prize in prizes),
        apart=torn,
    )
