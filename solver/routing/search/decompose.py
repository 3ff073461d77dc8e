"""Problems past some ten thousand places: compact parts, cut anew again and again.

A round cuts the plan in hand into compact groups of whole routes, with tasks in no route beside
the routes near them, and searches each group as a problem of its own (see parts.py), side by side
in worker processes. The next round cuts along other lines. All parts of a round share one stretch
of the annealing schedule, so that many short searches of parts behave as one long search of the
whole; the first round knows no routes and builds them.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Reason, Route, Solution
from models.units import MAX_TIME, UNREACHABLE
from solver.cost import cost
from solver.loads import left_behind
from solver.routing.base.gaps import space_windows
from solver.routing.base.reasons import alone, with_reasons
from solver.routing.base.schedule import schedule
from solver.routing.base.tables import clock_tables
from solver.routing.bound.fleet import fewest_routes_and_trips, is_crowded
from solver.routing.search.part_crew import PartCrew
from solver.routing.search.parts import Answer, Order, Share, tasks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from solver.routing.ruin.loop import Tuning
    from solver.routing.ruin.running import Report
    from solver.stop import Stop

    Places = NDArray[np.float64]

log = logging.getLogger(__name__)

HUGE = 10_000
"""A problem of more places is solved in parts (chosen)."""

PART_MODES = 3_000
"""A part has so many modes at most, but for a route that has more (chosen)."""

PARALLEL_MODES = 1_000
"""From so many modes per worker, workers share a problem out instead of each searching all of it
(chosen)."""

FEWEST_ROUTES = 6
"""A part has about so many routes, at least; where routes are long, parts grow up to twice their
size (chosen)."""

LANDMARKS = 24
"""Nearness of places is told by the ways to so many landmarks (chosen)."""
SAMPLE_ROWS = 64
"""So many rows are drawn to learn about the legs of a matrix (chosen)."""
JITTER = 0.2
"""A cut lies off its even place by this share of a part at most (chosen)."""

FIRST_ROUND = 20
"""The first round has so many iterations per task, where the budget has so many (chosen)."""

ROUNDS = 48
"""The plan is cut anew about so many times within the budget (chosen)."""

LEAST_EFFORT = 40
"""Later rounds have so many iterations per task, at least (chosen: tables of parts must not cost
more than search)."""


def is_huge(problem: RoutingProblem) -> bool:
    """Whether a dense matrix of the whole is out of the question."""
    modes = [mode for task in problem.tasks for mode in task.modes]
    return max(len({mode.leave for mode in modes}), len({mode.enter for mode in modes})) > HUGE


def divides(problem: RoutingProblem, workers: int) -> bool:
    """Whether worker processes do better side by side on parts than each on the whole.

    Not where vehicles are crowded: trips of parts are never too full.
    """
    modes = sum(len(task.modes) for task in problem.tasks)
    routes, _ = fewest_routes_and_trips(problem)
    return (
        workers > 1
        and modes >= PARALLEL_MODES * workers
        and routes >= FEWEST_ROUTES * workers
        and not is_crowded(problem)
        and not any(facility.daily_capacity for facility in problem.facilities)
    )


def solve_in_parts(
    problem: RoutingProblem,
    tuning: Tuning | None,
    *,
    workers: int,
    stop: Stop,
    seed: int,
    initial: Solution | None,
    report: Report,
) -> Solution:
    """Best plan of a huge problem found in rounds of parts until the budget ends.

    The same number of workers, seed and iterations give the same plan.
    """
    whole = with_spaced_windows(problem)
    state = Patchwork(whole, initial, np.random.default_rng(seed))
    effort = FIRST_ROUND * len(whole.tasks)
    effort = max(int(effort / max(stop.used(effort), 1.0)), 1)
    used, step, iterations = 0.0, 0.0, 0
    try:
        with PartCrew(whole, tuning, workers) as crew:
            while used < 1.0:
                orders = state.orders(workers, effort, used, step)
                done = iterations

                def over(done: int = done) -> bool:
                    return stop.used(done) >= 1.0

                for number, answer in crew.answers(orders, over):
                    state.put_back(orders[number], answer)
                    iterations += orders[number].iterations
                    report(stop.used(done), iterations, state.best_value)
                before, used = used, stop.used(iterations)
                pace = max(used - before, 1e-9) / effort
                effort = max(int(1 / ROUNDS / pace), LEAST_EFFORT * len(whole.tasks))
                effort = max(min(effort, int((1.0 - used) / pace)), 1)
                step = pace * effort
    except KeyboardInterrupt:
        log.warning("stopped by hand; keeping the best plan so far")
        return state.best
    return _with_reasons_of_the_whole(whole, state.best)


def _with_reasons_of_the_whole(whole: RoutingProblem, found: Solution) -> Solution:
    """The plan with reasons that do not depend on what a part had of vehicles and facilities."""
    tab = clock_tables(whole)
    reasons = {task: alone(whole, tab, task) for task in found.unserved}
    lost = {task: reason for task, reason in reasons.items() if reason is not None}
    return with_reasons(whole, tab, found.routes, lost)


def with_spaced_windows(problem: RoutingProblem) -> RoutingProblem:
    """The problem with its spacings written into windows, so that parts may forget them."""
    if not problem.spacings:
        return problem
    windows = space_windows(problem)
    tasks = list(problem.tasks)
    for number, (early, late) in windows.items():
        modes = [
            replace(mode, tw_early=max(mode.tw_early, early), tw_late=min(mode.tw_late, late))
            for mode in tasks[number].modes
            if max(mode.tw_early, early) <= min(mode.tw_late, late)
        ]
        if modes:
            tasks[number] = replace(tasks[number], modes=tuple(modes))
    return replace(problem, tasks=tuple(tasks), spacings=())


class Patchwork:
    """The plan of the whole while its parts are searched, and the best plan so far."""

    def __init__(
        self, whole: RoutingProblem, initial: Solution | None, rng: np.random.Generator
    ) -> None:
        self.whole, self.rng = whole, rng
        self.places = landmarks(whole)
        self.middle = median_leg_of(whole)
        self.modes = np.array([len(task.modes) for task in whole.tasks])
        self.routes = [
            (route, _cost(whole, route)) for route in (initial.routes if initial else ())
        ]
        self.unserved = dict.fromkeys(range(len(whole.tasks)), Reason.STOPPED)
        for route, _ in self.routes:
            for task in tasks_of(route):
                del self.unserved[task]
        self.keep_best()

    @property
    def value(self) -> tuple[int, int]:
        """Required tasks left out, and the cost."""
        prizes = [self.whole.tasks[task].prize for task in self.unserved]
        lost = sum(prize for prize in prizes if prize is not None)
        return sum(prize is None for prize in prizes), sum(c for _, c in self.routes) + lost

    def keep_best(self) -> None:
        """Remember the plan in hand as the best."""
        self.best_value = self.value
        routes = tuple(route for route, _ in self.routes)
        self.best = Solution(routes, dict(sorted(self.unserved.items())))

    def put_back(self, order: Order, answer: Answer) -> None:
        """Replace a part's routes by those found for it; vehicles and rooms were shared out."""
        gone = {id(route) for route in order.share.routes}
        self.routes = [(route, price) for route, price in self.routes if id(route) not in gone]
        self.routes += zip(answer.routes, answer.costs, strict=True)
        for task in order.share.absent:
            del self.unserved[task]
        self.unserved |= answer.unserved
        if self.value < self.best_value:
            self.keep_best()

    def orders(self, workers: int, effort: int, used: float, step: float) -> list[Order]:
        """The plan cut anew: parts with their shares of `effort` iterations, largest first."""
        pieces = [tasks_of(route) for route, _ in self.routes]
        pieces += [[task] for task in sorted(self.unserved)]
        parts = [
            Share(
                tuple(self.routes[n][0] for n in group if n < len(self.routes)),
                tuple(pieces[n][0] for n in group if n >= len(self.routes)),
            )
            for group in self._cut(pieces, workers)
        ]
        shares = zip(parts, self._vehicles(parts), self._rooms(parts), strict=True)
        orders = [
            Order(
                share=part,
                vehicles=fleet,
                rooms=room,
                iterations=max(effort * len(part.tasks) // len(self.whole.tasks), 1),
                used=used,
                step=step,
                middle=self.middle,
                seed=int(self.rng.integers(2**31)),
            )
            for part, fleet, room in shares
            if any(fleet)  # else nobody could serve them here; the next cut lies elsewhere
        ]
        return sorted(orders, key=lambda order: -order.iterations)

    def _cut(self, pieces: Sequence[list[int]], workers: int) -> list[list[int]]:
        """Compact groups of pieces of about equal numbers of modes, several for each worker.

        Each cut divides what is nearer to a random piece from what is nearer to the piece
        farthest from that.
        """
        weights = np.array([self.modes[piece].sum() for piece in pieces])
        middles = np.array([self.places[piece].mean(axis=0) for piece in pieces])
        modes = int(weights.sum())
        wanted = -(-modes // (PART_MODES * workers)) * workers
        routes = len(self.routes) or fewest_routes_and_trips(self.whole)[0]
        wanted = max(min(wanted, routes // FEWEST_ROUTES), -(-modes // (2 * PART_MODES)), 1)
        ready: list[list[int]] = []
        pending = [(np.arange(len(pieces)), wanted)]
        while pending:
            group, parts = pending.pop()
            if parts == 1 or len(group) < parts:
                ready.append(group.tolist())
                continue
            first = int(self.rng.integers(-(-parts // 3), 2 * parts // 3 + 1))
            aim = (first + JITTER * self.rng.uniform(-1, 1)) / parts
            here = middles[group]
            one = here[self.rng.integers(len(group))]
            other = here[_apart(here, one).argmax()]
            order = group[np.argsort(_apart(here, one) - _apart(here, other), kind="stable")]
            heavy = np.cumsum(weights[order])
            cut = int(np.searchsorted(heavy, aim * heavy[-1], side="right"))
            cut = min(max(cut, first), len(order) - (parts - first))
            pending += [(order[:cut], first), (order[cut:], parts - first)]
        return ready

    def _vehicles(self, parts: Sequence[Share]) -> list[tuple[int, ...]]:
        """Vehicles of each type for each part: those of its routes, and a share of those at home.

        Shares go by the required tasks that wait for a vehicle, where there are any.
        """
        kinds = self.whole.vehicle_types
        waiting = [
            sum(self.whole.tasks[task].prize is None for task in part.absent) for part in parts
        ]
        weights = waiting if any(waiting) else [len(part.tasks) for part in parts]
        own = np.zeros((len(parts), len(kinds)), dtype=np.int64)
        for number, part in enumerate(parts):
            for route in part.routes:
                own[number, route.vehicle_type] += 1
        for number, kind in enumerate(kinds):
            spare = min(kind.num_available, len(self.whole.tasks)) - int(own[:, number].sum())
            own[:, number] += self._shared_out(max(spare, 0), np.array(weights, dtype=float))
        return [tuple(row) for row in own.tolist()]

    def _rooms(self, parts: Sequence[Share]) -> list[tuple[tuple[int, ...], ...]]:
        """Daily capacities for each part: what its routes take, and more of what is near."""
        facilities = self.whole.facilities
        taken = np.zeros((len(parts), len(facilities), len(self.whole.dimensions)), dtype=np.int64)
        if not any(facility.daily_capacity for facility in facilities):
            return [((),) * len(facilities) for _ in parts]
        for number, part in enumerate(parts):
            for route in part.routes:
                add_loads(self.whole, route, taken[number])
        sizes = np.array([len(part.tasks) for part in parts], dtype=float)
        middles = np.array([self.places[part.tasks].mean(axis=0) for part in parts])
        for number, facility in enumerate(facilities):
            far = np.abs(middles - self.places[len(self.modes) + number]).sum(axis=1)
            weights = sizes / np.square(far + far.mean() / 10 + 1)
            for dim, limit in enumerate(facility.daily_capacity):
                spare = limit - int(taken[:, number, dim].sum())
                taken[:, number, dim] += self._shared_out(max(spare, 0), weights)
        return [
            tuple(
                tuple(row) if facility.daily_capacity else ()
                for facility, row in zip(facilities, rows, strict=True)
            )
            for rows in taken.tolist()
        ]

    def _shared_out(self, count: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Whole shares of `count` by weight, shape of `weights`; chance decides who rounds up."""
        edges = np.cumsum(weights) / weights.sum() * count
        edges[-1] = count
        return np.diff(np.floor(edges + self.rng.random()), prepend=0).astype(np.int64)


def _cost(problem: RoutingProblem, route: Route) -> int:
    return cost(problem, Solution((route,)), [schedule(problem, route)]).total


def median_leg_of(problem: RoutingProblem) -> float:
    """Median cost of legs between tasks for the first vehicle type, from a sample of rows."""
    modes = [mode for task in problem.tasks for mode in task.modes]
    rng = np.random.default_rng(0)
    rows = np.array([mode.leave for mode in modes])[rng.integers(len(modes), size=SAMPLE_ROWS)]
    cols = np.array([mode.enter for mode in modes])
    kind = problem.vehicle_types[0]
    seconds, metres = problem.matrices[kind.profile].block(rows, cols)
    legs = kind.cost_per_m * metres.astype(np.float64) + kind.cost_per_s * seconds
    legs = legs[seconds < UNREACHABLE]
    return float(np.median(legs)) if legs.size else 1.0


def _apart(places: Places, place: Places) -> NDArray[np.float64]:
    """How far places are from one: no more than the way between them, and mostly hardly less."""
    return np.asarray(np.abs(places - place).max(axis=1))


def landmarks(problem: RoutingProblem) -> Places:
    """Durations from a few far-apart tasks: coordinates of tasks and facilities.

    Shape (tasks + facilities, LANDMARKS).
    """
    rows = np.array([task.modes[0].leave for task in problem.tasks])
    cols = np.array(
        [task.modes[0].enter for task in problem.tasks] + [f.enter for f in problem.facilities]
    )
    matrix = problem.matrices[0]
    chosen = 0
    table = np.zeros((len(cols), LANDMARKS))
    nearest = np.full(len(rows), float(UNREACHABLE))
    for number in range(LANDMARKS):
        durations, distances = matrix.block(rows[chosen : chosen + 1], cols)
        legs = durations[0] if durations[0].max(initial=0) else distances[0]
        table[:, number] = np.minimum(legs, MAX_TIME // 1_000)
        nearest = np.minimum(nearest, table[: len(rows), number])
        chosen = int(nearest.argmax())
    return table


def add_loads(problem: RoutingProblem, route: Route, taken: NDArray[np.int64]) -> None:
    """Add what a route leaves at facilities to `taken`, shape (F, D)."""
    for _, facility, dim, amount in left_behind(problem, route):
        taken[facility, dim] += amount
