"""What vehicles, services and visits cost at least: a linear program over hours of work and loads.

Each task is shared out over vehicle classes and its ways to be served; a class of vehicles has the
hours of those that go out, less what rests and meals take, and less again inside a part of the day,
and the loads they hold, once each and once more for every visit to a facility. Vehicles of a day
that several shifts share are paid once, as many as in the shift with the most. What must be emptied
is brought to facilities, no more than their daily capacity. Legs come in by prices of places (see
`places`), in seconds and in money: every task, visit and route takes what its place is worth. Any
plan is a solution of no higher value, so the optimum is a bound; more prices only raise it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt.python import mathopt

from solver.routing.bound.fleet_classes import classes_of, pauses, visits_of, ways_of
from solver.routing.bound.places import Guess

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.problem import Dimension, Facility, RoutingProblem
    from solver.routing.bound.fleet_classes import Class, Visiting, Way
    from solver.routing.bound.places import Worth

MOST_SHARES = 60_000
"""Beyond so many shares of tasks there is no program (chosen: it takes a few seconds)."""

MOST_MOMENTS = 4
"""Work between so many moments of the day when tasks begin or end is looked at (chosen)."""

UNIT = 1e5
"""The program counts money in so many units, so that its numbers lie near 1 (chosen)."""

WHOLE = 1e-6
"""A least number of vehicles is taken for whole when it lies so little above one (chosen)."""

SAFETY = 1 - 1e-6
"""Only this share of the program's value is taken as proven (chosen: its tolerances are about
1e-9)."""


def fleet_program(problem: RoutingProblem) -> FleetProgram | None:
    """The program of a problem whose tasks are all required.

    None: it would be too large, or a task is beyond all vehicles.
    """
    classes = classes_of(problem)
    ways = [[ways_of(problem, task.modes, own) for own in classes] for task in problem.tasks]
    shares = sum(len(one) for each in ways for one in each)
    if shares > MOST_SHARES or any(not any(each) for each in ways):
        return None
    program = FleetProgram(problem, classes)
    program.share_out(ways)
    return program


class FleetProgram:
    """The program in the making: vehicles out, their hours, visits and pauses of every class."""

    def __init__(self, problem: RoutingProblem, classes: list[Class]) -> None:
        self.problem, self.classes, self.model = problem, classes, mathopt.Model()
        self.prices: list[tuple[mathopt.Variable, float]] = []
        kinds = problem.vehicle_types
        self.out = [
            self.model.add_variable(lb=0, ub=sum(kinds[k].num_available for k in own.types))
            for own in classes
        ]
        self.routes = [
            self.model.add_variable(lb=0, ub=kind.num_available) for kind in problem.vehicle_types
        ]
        for own, out in zip(classes, self.out, strict=True):
            self.model.add_linear_constraint(
                mathopt.fast_sum([self.routes[k] for k in own.types]) == out
            )
        self.rows = [self._hours(own, out) for own, out in zip(classes, self.out, strict=True)]
        self.loads = [
            self._loads(_Fleet(own, out, visits_of(problem, own), problem.dimensions))
            for own, out in zip(classes, self.out, strict=True)
        ]
        for row, loads in zip(self.rows, self.loads, strict=True):
            for one, visit in zip(loads.fleet.visits, loads.visits, strict=True):
                self._price(visit, one.money)
                row.set_coefficient(visit, one.seconds)
        self._quotas()
        self.paid = self._days()
        self.books: list[_Book] = []
        self.shares: list[tuple[int, int, Way, mathopt.Variable]] = []
        self.legs = self.model.add_variable(lb=0)

    def _price(self, variable: mathopt.Variable, money: float) -> None:
        self.prices.append((variable, money / UNIT))

    def _hours(self, own: Class, out: mathopt.Variable) -> mathopt.LinearConstraint:
        """What a class works, in a row that comes to 0 at most; who works long pauses too."""
        kind, law = own.kind, pauses(own.kind)
        hours, idle = self.model.add_variable(lb=0), self.model.add_variable(lb=0)
        self.model.add_linear_constraint(hours <= law.longest * out)
        self.model.add_linear_constraint(idle >= law.slope * hours - law.slope * law.free * out)
        self._price(out, kind.fixed_cost)
        self._price(idle, kind.cost_per_s)
        row = self.model.add_linear_constraint(ub=0.0)
        row.set_coefficient(hours, -1.0)
        return row

    def _loads(self, fleet: _Fleet) -> _Loads:
        """Loads of a class over the day; where all tasks load what is tipped, every route tips."""
        loads = _Loads(self.model, fleet, whole=True)
        for dim, law in enumerate(fleet.dims):
            tips = loads.emptying(dim)
            if law.end_empty and tips and all(task.demand[dim] for task in self.problem.tasks):
                self.model.add_linear_constraint(mathopt.fast_sum(tips) >= fleet.out)
        return loads

    def _quotas(self) -> None:
        """What must be emptied is: no facility takes more than its visits bring, nor its quota."""
        sites = self.problem.facilities
        for dim, law in enumerate(self.problem.dimensions):
            if not law.end_empty or not any(dim in one.resets for one in sites):
                continue
            taken = [self.model.add_variable(lb=0, ub=_quota(one, dim)) for one in sites]
            load = sum(task.demand[dim] for task in self.problem.tasks)
            self.model.add_linear_constraint(mathopt.fast_sum(taken) >= load)
            rows = [self.model.add_linear_constraint(ub=0.0) for _ in sites]
            for row, one in zip(rows, taken, strict=True):
                row.set_coefficient(one, 1.0)
            for loads in self.loads:
                room = float(loads.fleet.own.kind.capacity[dim])
                for one, visit in zip(loads.fleet.visits, loads.visits, strict=True):
                    rows[one.site].set_coefficient(visit, -room)

    def _days(self) -> list[mathopt.Variable]:
        """Vehicles of shared days: as many are paid for as are out in the shift with the most."""
        found = []
        for day in dict.fromkeys(own.day for own in self.classes if own.day is not None):
            paid = self.model.add_variable(lb=0)
            self._price(paid, day.cost)
            for own, out in zip(self.classes, self.out, strict=True):
                if own.day == day:
                    shifts = -(-len(own.types) // day.count)
                    free = day.count * day.paid
                    self.model.add_linear_constraint(paid >= out / shifts - free)
            found.append(paid)
        return found

    def share_out(self, ways: Sequence[Sequence[Sequence[Way]]]) -> None:
        """Every task is served once, in shares; a share takes hours, loads and money."""
        self.books = [
            _Book(self.model, self.loads[n], [w for each in ways for w in each[n]])
            for n in range(len(self.classes))
        ]
        for index, (task, each) in enumerate(zip(self.problem.tasks, ways, strict=True)):
            whole = self.model.add_linear_constraint(lb=1.0, ub=1.0)
            for number, own_ways in enumerate(each):
                for way in own_ways:
                    share = self.model.add_variable(lb=0)
                    whole.set_coefficient(share, 1.0)
                    self.shares.append((number, index, way, share))
                    self.rows[number].set_coefficient(share, way.seconds)
                    self.loads[number].enter(share, task.demand)
                    self._price(share, way.money)
                    self.books[number].enter(share, way, task.demand)

    def drive(self, worth: Worth) -> None:
        """Legs take the seconds that their places are worth."""
        driven = [self.model.add_linear_constraint(lb=0.0) for _ in self.classes]
        for number, loads in enumerate(self.loads):
            seconds = self.model.add_variable(lb=0)
            driven[number].set_coefficient(seconds, 1.0)
            self.rows[number].set_coefficient(seconds, 1.0)
            for kind in self.classes[number].types:
                driven[number].set_coefficient(self.routes[kind], -worth.of_routes[kind])
            for one, visit in zip(loads.fleet.visits, loads.visits, strict=True):
                driven[number].set_coefficient(visit, -worth.of_visits[one.site])
        for number, index, _, share in self.shares:
            driven[number].set_coefficient(share, -worth.of_tasks[index])

    def drive_between(self, worth: Worth) -> None:
        """The same inside a part of the day, where nothing takes less than no time."""
        shortest = [min(mode.duration for mode in task.modes) for task in self.problem.tasks]
        stops = [one.duration for one in self.problem.facilities]
        if min([*(shortest + worth.of_tasks), *(stops + worth.of_visits)]) < 0:
            return
        for book in self.books:
            book.drive(worth)
        for number, index, way, share in self.shares:
            self.books[number].work(share, way, way.seconds + worth.of_tasks[index])

    def go_out(self, least_routes: int) -> int:
        """Vehicles go out, and days are paid, in whole numbers: no fewer than without prices.

        Returned is how many routes there are at least, `least_routes` or more.
        """
        self.model.add_linear_constraint(mathopt.fast_sum(self.out) >= least_routes)
        routes = self._in_whole_numbers(self.out)
        self._in_whole_numbers(self.paid)
        return max(routes, least_routes)

    def _in_whole_numbers(self, counted: Sequence[mathopt.Variable]) -> int:
        least = self._least(mathopt.fast_sum(counted)) if counted else None
        if least is None:
            return 0
        whole = ceil(least * SAFETY - WHOLE)
        self.model.add_linear_constraint(mathopt.fast_sum(counted) >= whole)
        return whole

    def cost_of_legs(self, worth: Worth) -> None:
        """Legs cost at least what their places are worth: a cut for each such prices."""
        row = self.model.add_linear_constraint(lb=float(worth.of_tasks.sum()) / UNIT)
        row.set_coefficient(self.legs, 1.0)
        for price, route in zip(worth.of_routes, self.routes, strict=True):
            row.set_coefficient(route, -float(price) / UNIT)
        for loads in self.loads:
            for one, visit in zip(loads.fleet.visits, loads.visits, strict=True):
                row.set_coefficient(visit, -float(worth.of_visits[one.site]) / UNIT)

    def optimum(self) -> float | None:
        """The least cost of vehicles out, services, visits, pauses and legs.

        What is proven of it; None: there is no plan, or no optimum was found.
        """
        money = mathopt.fast_sum(price * variable for variable, price in self.prices)
        least = self._least(money + self.legs)
        return None if least is None else least * UNIT * SAFETY

    def sketch(self) -> Guess | None:
        """What a cheap plan may do while legs have no price: visits and routes count a little."""
        stops = [visit for loads in self.loads for visit in loads.visits]
        money = mathopt.fast_sum(price * variable for variable, price in self.prices)
        small = mathopt.fast_sum([*stops, *self.routes])
        return None if self._least(money + small) is None else self.guess()

    def guess(self) -> Guess:
        """Visits to each facility and routes of each type in the optimum found last."""
        visits = np.zeros(len(self.problem.facilities))
        for loads in self.loads:
            for one, visit in zip(loads.fleet.visits, loads.visits, strict=True):
                visits[one.site] += self.found[visit]
        return Guess(visits, np.array([self.found[one] for one in self.routes]))

    def _least(self, total: mathopt.LinearSum) -> float | None:
        """The least that a sum can be."""
        self.model.minimize(total)
        result = mathopt.solve(self.model, mathopt.SolverType.GLOP)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        self.found = result.variable_values()
        return float(result.objective_value())


def _quota(site: Facility, dim: int) -> float:
    """What a facility takes of a load in a day at most."""
    if dim not in site.resets:
        return 0.0
    return float(site.daily_capacity[dim]) if site.daily_capacity else float("inf")


@dataclass(frozen=True, slots=True)
class _Fleet:
    """A class of vehicles, how many go out, which visits they make, and what they load."""

    own: Class
    out: mathopt.Variable
    visits: Sequence[Visiting]
    dims: Sequence[Dimension]


@dataclass(frozen=True, slots=True)
class _Between:
    """A stretch of time, the row of work in it, and what is carried there."""

    begin: int
    end: int
    row: mathopt.LinearConstraint
    held: _Loads


class _Loads:
    """What a class carries in some stretch of time: what its vehicles hold, once and once a visit.

    Over the `whole` day what must be brought back empty is, so that the first load needs a visit.
    """

    def __init__(self, model: mathopt.Model, fleet: _Fleet, *, whole: bool) -> None:
        self.fleet = fleet
        self.rows = [model.add_linear_constraint(ub=0.0) for _ in fleet.dims]
        self.visits = [model.add_variable(lb=0) for _ in fleet.visits]
        for dim, row in enumerate(self.rows):
            room, tips = -float(fleet.own.kind.capacity[dim]), self.emptying(dim)
            if not (whole and fleet.dims[dim].end_empty and tips):
                row.set_coefficient(fleet.out, room)
            for visit in tips:
                row.set_coefficient(visit, room)

    def emptying(self, dim: int) -> list[mathopt.Variable]:
        """Visits that make room for a load anew."""
        return [
            visit
            for visit, one in zip(self.visits, self.fleet.visits, strict=True)
            if dim in one.resets
        ]

    def enter(self, share: mathopt.Variable, demand: Sequence[int]) -> None:
        """Count a share of a task."""
        for row, amount in zip(self.rows, demand, strict=True):
            if amount:
                row.set_coefficient(share, amount)


class _Book:
    """Work of a class that must lie between two moments, for some pairs of moments.

    Visits between two loads of such work lie there too.
    """

    def __init__(self, model: mathopt.Model, loads: _Loads, ways: Sequence[Way]) -> None:
        self.kind = kind = loads.fleet.own.kind
        self.out, self.visits = loads.fleet.out, loads.fleet.visits
        self.rows: list[_Between] = []
        begins = {kind.tw_early, *_some((way.early, way.seconds) for way in ways)}
        ends = {kind.tw_late, *_some((way.late + way.seconds, way.seconds) for way in ways)}
        for begin, end in product(sorted(begins), sorted(ends)):
            seconds = min(end, kind.tw_late) - max(begin, kind.tw_early)
            if seconds < kind.tw_late - kind.tw_early:
                row = model.add_linear_constraint(ub=0.0)
                row.set_coefficient(loads.fleet.out, -float(max(seconds, 0)))
                held = _Loads(model, loads.fleet, whole=False)
                for one, visit in zip(loads.fleet.visits, held.visits, strict=True):
                    row.set_coefficient(visit, one.seconds)
                self.rows.append(_Between(begin, end, row, held))

    def enter(self, share: mathopt.Variable, way: Way, demand: Sequence[int]) -> None:
        """Count a share of a task where it falls."""
        for one in self.rows:
            if way.early >= one.begin and way.late + way.seconds <= one.end:
                one.row.set_coefficient(share, way.seconds)
                one.held.enter(share, demand)

    def work(self, share: mathopt.Variable, way: Way, seconds: float) -> None:
        """A share of a task takes so long where it falls."""
        for one in self.rows:
            if way.early >= one.begin and way.late + way.seconds <= one.end:
                one.row.set_coefficient(share, seconds)

    def drive(self, worth: Worth) -> None:
        """Legs beside visits lie there too; the first and the last leg of a stretch may not."""
        n = worth.tasks
        slack = max(float(worth.leave[:n].max() + worth.enter[:n].max()), 0.0)
        for one in self.rows:
            seconds = min(one.end, self.kind.tw_late) - max(one.begin, self.kind.tw_early)
            one.row.set_coefficient(self.out, -float(max(seconds, 0)) - slack)
            for visiting, visit in zip(self.visits, one.held.visits, strict=True):
                more = float(worth.of_visits[visiting.site])
                one.row.set_coefficient(visit, visiting.seconds + more)


def _some(work: Iterable[tuple[int, int]]) -> list[int]:
    """Of the moments of work, each with its seconds, those with the most."""
    seconds: Counter[int] = Counter()
    for moment, own in work:
        seconds[moment] += own
    return sorted(sorted(seconds, key=lambda one: (-seconds[one], one))[:MOST_MOMENTS])
