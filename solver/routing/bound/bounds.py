"""Lower bounds that cost little: a plan can say "at most x % above the optimum".

Services are summed in their cheapest mode. Deadheads are bounded in two ways:

* *Assignment.* Every task is left once and entered once, and so are as many depots and facilities
  as there must be routes and trips at least. Any plan's legs are such an assignment, so the
  cheapest one costs no more. An optional task may be assigned to itself for its prize. Where all
  tasks are edges on symmetric roads, both ends of each edge are matched to other ends instead
  (Golden and Wong 1981 for CARP, with halves allowed so that an assignment solves it).
* *Rings* (see rings.py): deadheads that must pass each distance from depots and facilities.

Where vehicles or hours have a price, a program over hours and loads (see fleet_program.py) bounds
all together, legs by prices of places (see places.py): the program says how many visits and routes
there may be, an assignment what legs cost with so many, and so on a few times, each time with a cut
more (Benders 1962).

A leg's cost is what it climbs, up or down, and a rest. So rings bound the climbs and an assignment
of the rests bounds those, and both add up. Rings are weighed, for where an assignment passes them
often enough by itself they only take from it. O(tasks cubed); a few seconds at MOST_TASKS.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from models.units import MAX_TIME
from solver.cost import days_dealt
from solver.routing.bound.ends import NEVER, Ends, flipped
from solver.routing.bound.fleet import cheapest_fleet, fewest_routes_and_trips, longest_duty
from solver.routing.bound.fleet_program import fleet_program
from solver.routing.bound.needless import needless_legs
from solver.routing.bound.places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from solver.routing.bound.rings import Rings

    Costs = NDArray[np.float64]

MOST_TASKS = 3_000
"""Beyond so many tasks only services and fixed costs are counted (chosen: they take a few
seconds)."""

MOST_MODES = 4_000
"""Beyond so many modes rings are left out and ends are not matched (chosen: the matching is
cubic)."""

STEPS = (1.0, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125)
"""The weights of rings change by these steps, one after the other (chosen)."""
FEW_MODES = 1_000
"""Up to so many modes all steps are taken, beyond it only the first (chosen)."""

ROUNDS = 8
"""So often places get prices, and the program answers with routes and visits (chosen: bounds of the
demo rise by less than 0.1 % after)."""

ROUNDS_WITH_CUTS = 3
"""In the last of them sets of tasks have a price too (chosen: these take twice as long)."""

FEW_TASKS = 1_000
"""Beyond so many tasks there are `FEW_ROUNDS` (chosen: an assignment takes a second)."""

FEW_ROUNDS = 3
"""Rounds of prices where tasks are many (chosen: some seconds in all)."""

MANY_TASKS = 2_000
"""Beyond so many tasks there is one round (chosen: an assignment takes three seconds)."""

STEP = 0.3
"""The guess of what a plan does goes so far to each answer of the program (chosen)."""

LONG_DUTY_S = MAX_TIME // 2
"""A duty of so many seconds binds nothing (chosen: half of `MAX_TIME`)."""


def lower_bound(problem: RoutingProblem) -> int | None:
    """A cost that no plan serving all required tasks can go below, in the problem's unit.

    None without a vehicle.
    """
    if not problem.vehicle_types:
        return None
    if not problem.tasks:
        return 0
    routes, trips = fewest_routes_and_trips(problem)
    services = _services(problem)
    prizes = np.array([NEVER if t.prize is None else t.prize for t in problem.tasks])
    deadheads = NEVER
    if len(problem.tasks) <= MOST_TASKS:
        together = _with_fleet(problem, routes)
        if together is not None:
            return int(np.ceil(together - 1e-6))
        routes, _ = routes_by_the_clock(problem, routes, trips)
        trips = max(routes, trips)
    problem = days_dealt(problem)
    if len(problem.tasks) <= MOST_TASKS:
        # what skipping a task costs beside its service, which is counted for all
        deadheads = _deadheads(Ends(problem), routes, trips, prizes - services)
    fixed = cheapest_fleet(problem, routes)
    if deadheads >= NEVER / 2:  # too large, or no plan serves all
        return fixed + int(np.minimum(services, prizes).sum())
    # the small step back forgives floating point in sums of whole numbers
    return fixed + int(services.sum()) + int(np.ceil(deadheads - 1e-6))


def _with_fleet(problem: RoutingProblem, routes: int) -> float | None:
    """The program over hours, loads and legs; None where neither vehicle nor hour is paid."""
    if any(task.prize is not None for task in problem.tasks):
        return None
    if not any(
        kind.fixed_cost or kind.day_cost or kind.cost_per_s for kind in problem.vehicle_types
    ):
        return None
    program = fleet_program(problem)
    if program is None:
        return None
    sketch = program.sketch()
    if sketch is None:
        return None
    needless = needless_legs(problem)
    seconds, money = (_places(one, needless) for one in (_timed(problem), problem))
    guess = money.dealt(sketch)
    worth = seconds.worth(guess, trees=0)
    if worth is not None:
        program.drive(worth)
        program.drive_between(worth.capped(int(np.ceil(guess.routes.sum()))))
    program.go_out(routes)
    best = program.optimum()
    guess = money.dealt(program.sketch() or sketch)
    rounds = _rounds(len(problem.tasks))
    for number in range(int(rounds > 1), rounds + 1):
        places = money if number else money.merged()  # no facility is cheaper than another there
        worth = places.worth(guess, trees=int(number > rounds - ROUNDS_WITH_CUTS))
        if worth is None:
            continue
        program.cost_of_legs(worth)
        least = program.optimum()
        if least is None:
            break
        best = least
        if number:
            guess = guess.towards(program.guess(), STEP)
    return best


def _rounds(tasks: int) -> int:
    if tasks <= FEW_TASKS:
        return ROUNDS
    return FEW_ROUNDS if tasks <= MANY_TASKS else 1


def _places(problem: RoutingProblem, needless: frozenset[tuple[int, int]]) -> Places:
    ends = Ends(problem)
    ends.fixed = 0  # vehicles are paid for in the program
    return Places(ends, needless)


def _timed(problem: RoutingProblem) -> RoutingProblem:
    """The problem where only seconds cost."""
    return replace(
        problem,
        vehicle_types=tuple(
            replace(kind, cost_per_m=0, cost_per_s=1, fixed_cost=0)
            for kind in problem.vehicle_types
        ),
        facilities=tuple(replace(facility, visit_cost=0) for facility in problem.facilities),
    )


def _deadheads(ends: Ends, routes: int, trips: int, skips: Costs) -> float:
    """The best of all bounds on deadheads, visits to facilities included."""
    best = _assigned(ends, routes, trips, skips)
    if len(ends.task) > MOST_MODES or (skips < NEVER / 2).any():
        return best
    edges = ends.edge_rings()
    if edges is not None:
        return max(best, _matched_in_rings(ends, edges, routes, trips))
    for rings, back in zip(ends.rings(), (False, True), strict=False):
        every = np.ones(len(rings.driven))
        low, high = rings.climbs(rings.low, every), rings.climbs(rings.high, every)
        tilted = ends.tilted(low, high, back=back)
        best = max(best, rings.bound(every) + _assigned(tilted, routes, trips, skips))
    return best


def _matched_in_rings(ends: Ends, rings: Rings, routes: int, trips: int) -> float:
    """The best found sum of weighed rings and a matching of the rests of legs."""
    weights = np.zeros(len(rings.driven))
    best = 0.0
    for step in (*STEPS[: len(STEPS) if len(ends.task) <= FEW_MODES else 1], 0.0):
        rest, passed = _matched(ends, rings, weights, routes, trips)
        best = max(best, rings.bound(weights) + rest)
        weights = np.clip(weights + step * np.sign(rings.driven - passed), 0.0, 1.0)
    return best


def routes_by_the_clock(problem: RoutingProblem, routes: int, trips: int) -> tuple[int, float]:
    """At least `routes`, and as many as all work and the least driving between need hours.

    Also the least seconds of driving alone (0: not looked at).
    """
    duty = longest_duty(problem)
    work = sum(min(m.duration for m in task.modes) for task in problem.tasks if task.prize is None)
    if routes == 0 or duty >= LONG_DUTY_S:
        return routes, 0.0
    clocked = _timed(problem)
    skips = np.array([NEVER if task.prize is None else 0.0 for task in problem.tasks])
    driven, busy = (
        _assigned(Ends(clocked, visits=counted), routes, trips, skips) for counted in (False, True)
    )
    if busy >= NEVER / 2:
        return routes, 0.0
    return max(routes, int(np.ceil((work + busy) / duty - 1e-9))), driven


def _services(problem: RoutingProblem) -> Costs:
    """Cost of each task's service in its cheapest mode and vehicle."""
    return np.array(
        [
            min(
                mode.cost + kind.cost_per_m * mode.distance + kind.cost_per_s * mode.duration
                for mode in task.modes
                for kind in problem.vehicle_types
            )
            for task in problem.tasks
        ],
        dtype=np.float64,
    )


def _assigned(ends: Ends, routes: int, trips: int, skips: Costs) -> float:
    """Cheapest assignment of what is left to what is entered; modes may differ at either end."""
    between = ends.per_task()
    np.fill_diagonal(between, skips)
    depots = ends.depots
    start, home, trip_start, trip_end = (
        np.minimum.reduceat(costs, ends.first)
        for costs in (depots.start, depots.home, depots.trip_start, depots.trip_end)
    )
    total, _ = _cheapest(
        between,
        start=[start] * routes + [trip_start] * (trips - routes),
        end=[home] * routes + [trip_end] * (trips - routes),
    )
    return total


def _matched(
    ends: Ends, rings: Rings, weights: Costs, routes: int, trips: int
) -> tuple[float, Costs]:
    """Half the cheapest assignment of edge ends to edge ends, depots and facilities.

    Legs cost what they do not climb through the weighed rings. Also how often it passes each.
    """
    count = len(ends.task)
    pair = np.arange(count) ^ 1
    counted = rings.climbs(rings.high, weights)
    direct = flipped(ends.direct(0, count)) - np.abs(counted[:, None] - counted)
    depots = ends.depots
    start, home = depots.start[pair] - counted, depots.home - counted
    trip_start, trip_end = depots.trip_start[pair] - counted, depots.trip_end - counted
    over = home[:, None] + start + ends.fixed
    if ends.problem.facilities:
        over = np.minimum(over, trip_end[:, None] + trip_start)
    between = np.minimum(direct, over)
    between[np.arange(count), np.arange(count)] = between[np.arange(count), pair] = NEVER
    stands = [
        *([start] * routes + [trip_start] * (trips - routes)),
        *([home] * routes + [trip_end] * (trips - routes)),
    ]
    total, met = _cheapest(between, start=stands, end=stands)
    one, other = met[:, (met < count).all(axis=0)]
    stops = (over < direct)[one, other]
    alone = met.min(axis=0)[(met >= count).any(axis=0)]
    down = np.r_[one[stops], other[stops], alone]  # all the way to a depot or facility
    one, other = rings.high[one[~stops]], rings.high[other[~stops]]
    passed = rings.passed(np.minimum(one, other), np.maximum(one, other))
    passed = passed + rings.passed(np.zeros(len(down)), rings.high[down])
    return total / 2, passed / 2


def _cheapest(
    between: Costs, *, start: Sequence[Costs], end: Sequence[Costs]
) -> tuple[float, NDArray[np.int64]]:
    """Cost of the cheapest assignment, and its rows and columns, shape (2, n).

    Starts (rows) and ends (columns) never meet.
    """
    size, extra = len(between), len(start)
    costs = np.full((size + extra, size + extra), NEVER)
    costs[:size, :size] = between
    if extra:
        costs[size:, :size] = np.array(start)
        costs[:size, size:] = np.array(end).T
    met = np.array(linear_sum_assignment(costs), dtype=np.int64)
    return float(costs[met[0], met[1]].sum()), met
