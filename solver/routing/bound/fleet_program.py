"""What vehicles, services and visits cost at least: a linear program over hours of work and loads.

Each task is shared out over vehicle classes and its ways to be served; a class of vehicles has the
hours of those that go out, less what rests and meals take, and less again inside a part of the day,
and the loads they hold, once each and once more for every visit to a facility. Vehicles of a day
that several shifts share are paid once, as many as in the shift with the most. Driving is told from
outside, in seconds, and may go to any class. Any plan is a solution of no higher value, so the
optimum bounds fixed costs, services, visits and paid pauses together; legs are bounded elsewhere
and add to it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import TYPE_CHECKING

from ortools.math_opt.python import mathopt

from solver.routing.bound.fleet_classes import classes_of, pauses, visits_of, ways_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.problem import Dimension, RoutingProblem
    from solver.routing.bound.fleet_classes import Class, Visiting, Way

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
        self.rows = [self._hours(own, out) for own, out in zip(classes, self.out, strict=True)]
        self.loads = [
            self._loads(_Fleet(own, out, visits_of(problem, own), problem.dimensions))
            for own, out in zip(classes, self.out, strict=True)
        ]
        for row, loads in zip(self.rows, self.loads, strict=True):
            for one, visit in zip(loads.fleet.visits, loads.visits, strict=True):
                self._price(visit, one.money)
                row.set_coefficient(visit, one.seconds)
        self.paid = self._days()
        self.books: list[_Book] = []

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
        for task, each in zip(self.problem.tasks, ways, strict=True):
            whole = self.model.add_linear_constraint(lb=1.0, ub=1.0)
            for number, own_ways in enumerate(each):
                for way in own_ways:
                    share = self.model.add_variable(lb=0)
                    whole.set_coefficient(share, 1.0)
                    self.rows[number].set_coefficient(share, way.seconds)
                    self.loads[number].enter(share, task.demand)
                    self._price(share, way.money)
                    self.books[number].enter(share, way, task.demand)

    def drive(self, driven_s: float, between_s: float) -> None:
        """Seconds of driving that no plan does without, and those of them between two tasks."""
        driven = [self.model.add_variable(lb=0) for _ in self.classes]
        between = [self.model.add_variable(lb=0) for _ in self.classes]
        self.model.add_linear_constraint(mathopt.fast_sum(driven) >= driven_s)
        self.model.add_linear_constraint(mathopt.fast_sum(between) >= between_s)
        modes = [mode for task in self.problem.tasks for mode in task.modes]
        begin = min(mode.tw_early for mode in modes)
        end = max(mode.tw_late + mode.duration for mode in modes)
        for n, extra in enumerate(driven):
            self.rows[n].set_coefficient(extra, 1.0)
            self.books[n].drive(between[n], begin, end)

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

    def optimum(self, per_route: float) -> float | None:
        """The least cost of vehicles out, services, visits and pauses, and `per_route` for each.

        What is proven of it; None: there is no plan, or no optimum was found.
        """
        money = mathopt.fast_sum(price * variable for variable, price in self.prices)
        least = self._least(money + per_route / UNIT * mathopt.fast_sum(self.out))
        return None if least is None else least * UNIT * SAFETY

    def _least(self, total: mathopt.LinearSum) -> float | None:
        """The least that a sum can be."""
        self.model.minimize(total)
        result = mathopt.solve(self.model, mathopt.SolverType.GLOP)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        return float(result.objective_value())


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
        kind = loads.fleet.own.kind
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

    def drive(self, driven: mathopt.Variable, begin: int, end: int) -> None:
        """Count seconds of driving between two tasks, which all lie between two moments."""
        for one in self.rows:
            if begin >= one.begin and end <= one.end:
                one.row.set_coefficient(driven, 1.0)


def _some(work: Iterable[tuple[int, int]]) -> list[int]:
    """Of the moments of work, each with its seconds, those with the most."""
    seconds: Counter[int] = Counter()
    for moment, own in work:
        seconds[moment] += own
    return sorted(sorted(seconds, key=lambda one: (-seconds[one], one))[:MOST_MOMENTS])
