"""A plan cut into compact pieces, and put together again from what was found for them.

A cut divides whole routes, with tasks in no route beside the routes near them; vehicles at home and
what facilities may still take are dealt out, so that pieces can be searched side by side.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import identity, kron

from models.solution import Reason, Solution
from models.units import MAX_TIME, NO_LIMIT, UNREACHABLE
from solver.cost import days
from solver.loads import left_behind
from solver.routing.bound.fleet import fewest_routes_and_trips
from solver.routing.search.burden import Burden
from solver.routing.search.parts import Order, Share, alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Route
    from solver.routing.search.parts import Answer

    Places = NDArray[np.float64]
    Floats = NDArray[np.float64]

PART_MODES = 3_000
"""A part has so many modes at most, but for a route that has more (chosen)."""

FEWEST_ROUTES = 6
"""A part has about so many routes, at least; where routes are long, parts grow up to twice their
size (chosen)."""

LANDMARKS = 24
"""Nearness of places is told by the ways to so many landmarks (chosen)."""

SAMPLE_ROWS = 64
"""So many rows are drawn to learn about the legs of a matrix (chosen)."""

LACKING = frozenset({Reason.NO_TIME, Reason.NO_CAPACITY, Reason.NO_VEHICLE_TYPE})
"""Reasons that say a part had too few vehicles: one of another part may do the task."""

WAITING = LACKING | {Reason.STOPPED, Reason.QUEUE}
"""Reasons of tasks that may still find a place."""

MOST_RELEASED = 8
"""Of a group's routes one in so many is taken apart at once, at most (chosen: the others have to
take up its tasks)."""

NO_ROOM_S = 1e6
"""A load without room counts as so long a way [s] (chosen: longer than any)."""

JITTER = 0.2
"""A cut lies off its even place by this share of a part at most (chosen)."""


class Patchwork:
    """The plan of the whole while its parts are searched, and the best plan so far."""

    def __init__(
        self, whole: RoutingProblem, initial: Solution | None, rng: np.random.Generator
    ) -> None:
        self.whole, self.rng = whole, rng
        self.places = landmarks(whole)
        self.middle = median_leg_of(whole)
        self.modes = np.array([len(task.modes) for task in whole.tasks])
        self.burden = Burden.of(whole, self.places)
        self.routes = [
            (route, alone(whole, route)) for route in (initial.routes if initial else ())
        ]
        known = initial.unserved if initial else {}
        served = {task for route, _ in self.routes for task in route.tasks}
        self.unserved = {
            task: known.get(task, Reason.STOPPED)
            for task in range(len(whole.tasks))
            if task not in served
        }
        self.released_at = len(whole.tasks) + 1
        """Required tasks that the best plan left out when routes were last taken apart."""
        self.keep_best()

    def waiting(self, tasks: Iterable[int], reasons: frozenset[Reason] = WAITING) -> list[int]:
        """Those of the tasks that are required and in no route for one of the reasons."""
        return [
            task
            for task in tasks
            if self.whole.tasks[task].prize is None and self.unserved.get(task) in reasons
        ]

    def release(self) -> None:
        """Take the routes with the least work apart where tasks lack vehicles and none is at home.

        As many of a group of vehicles as these tasks ask for; the next cut deals them out. Where
        that served no more tasks the last time, the best plan is gone on from instead.
        """
        tasks = self.waiting(self.unserved, LACKING)
        if not tasks:
            return
        if self.best_value[0] >= self.released_at:
            self.routes, self.unserved = list(self.best_routes), dict(self.best.unserved)
            return
        self.released_at = self.best_value[0]
        kinds, wanted = self.whole.vehicle_types, self.burden.wanted(tasks)
        out = Counter(route.vehicle_type for route, _ in self.routes)
        for group, count in zip(self.burden.groups, wanted.tolist(), strict=True):
            home = sum(kinds[number].num_available - out[number] for number in group)
            own = [pair for pair in self.routes if pair[0].vehicle_type in group]
            fewest = sorted(own, key=lambda pair: self.burden.busy_s(pair[0].tasks))
            gone = fewest[: max(min(math.ceil(count) - home, len(own) // MOST_RELEASED), 0)]
            for route, _ in gone:
                self.unserved |= dict.fromkeys(route.tasks, Reason.STOPPED)
            ids = {id(route) for route, _ in gone}
            self.routes = [pair for pair in self.routes if id(pair[0]) not in ids]

    @property
    def value(self) -> tuple[int, int]:
        """Required tasks left out, and the cost."""
        prizes = [self.whole.tasks[task].prize for task in self.unserved]
        lost = sum(prize for prize in prizes if prize is not None)
        lost += days(self.whole, [route for route, _ in self.routes])
        return sum(prize is None for prize in prizes), sum(c for _, c in self.routes) + lost

    def keep_best(self) -> None:
        """Remember the plan in hand as the best."""
        self.best_value = self.value
        self.best_routes = list(self.routes)
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
        pieces = [route.tasks for route, _ in self.routes]
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

        Shares go by what the required tasks that wait for a vehicle ask for, where there are any.
        """
        kinds = self.whole.vehicle_types
        required = [self.waiting(part.absent) for part in parts]
        wanted = required if any(required) else [part.tasks for part in parts]
        weights = np.array([self.burden.wanted(own) for own in wanted])
        own = np.zeros((len(parts), len(kinds)), dtype=np.int64)
        for number, part in enumerate(parts):
            for route in part.routes:
                own[number, route.vehicle_type] += 1
        spare = np.array([min(kind.num_available, len(self.whole.tasks)) for kind in kinds])
        spare = np.maximum(spare - own.sum(axis=0), 0)
        if len(kinds) == 1:
            own[:, 0] += self._shared_out(int(spare[0]), weights[:, 0])
        else:
            own += self._dealt(parts, spare, weights)
        return [tuple(row) for row in own.tolist()]

    def _dealt(
        self, parts: Sequence[Share], spare: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Vehicles at home for each part, shape (parts, types): even by weight, depots nearby.

        `weights` are of shape (parts, groups of types). Types of one shift follow each other, so
        that no part has all its vehicles in the morning.
        """
        kinds = self.whole.vehicle_types
        dealt = np.zeros((len(parts), len(kinds)), dtype=np.int64)
        middles = np.array([self.places[part.tasks].mean(axis=0) for part in parts])
        depots = self.places[len(self.modes) + len(self.whole.facilities) :]
        debt = self.rng.random(len(parts)) * 1e-3
        for group, own in zip(self.burden.groups, weights.T, strict=True):
            vehicles = np.repeat(group, spare[list(group)])
            debt += len(vehicles) * own / own.sum()
            slots = np.zeros(len(vehicles), dtype=np.int64)
            for at in range(len(vehicles)):
                slots[at] = debt.argmax()
                debt[slots[at]] -= 1
            far = np.abs(depots[vehicles][:, None] - middles[slots][None]).max(axis=2)
            rows, cols = linear_sum_assignment(far)
            np.add.at(dealt, (slots[cols], vehicles[rows]), 1)
        return dealt

    def _rooms(self, parts: Sequence[Share]) -> list[tuple[tuple[int, ...], ...]]:
        """Daily capacities for each part: what its routes take, and more of what is near.

        First as little way as may be asks for (`dealt_near`), so that small facilities are not in
        crumbs all over the town; what they have left then goes to whoever is near.
        """
        facilities = self.whole.facilities
        taken = np.zeros((len(parts), len(facilities), len(self.whole.dimensions)), dtype=np.int64)
        if not any(facility.daily_capacity for facility in facilities):
            return [((),) * len(facilities) for _ in parts]
        for number, part in enumerate(parts):
            for route in part.routes:
                add_loads(self.whole, route, taken[number])
        for dim in range(len(self.whole.dimensions)):
            self._deal_rooms(parts, taken[:, :, dim], dim)
        return [
            tuple(
                tuple(row) if facility.daily_capacity else ()
                for facility, row in zip(facilities, rows, strict=True)
            )
            for rows in taken.tolist()
        ]

    def _deal_rooms(self, parts: Sequence[Share], taken: NDArray[np.int64], dim: int) -> None:
        """Add what facilities have left in a dimension to `taken`, shape (parts, facilities)."""
        facilities = self.whole.facilities
        able = [number for number, one in enumerate(facilities) if dim in one.resets]
        if not able:
            return
        sizes = np.array(
            [sum(self.whole.tasks[task].demand[dim] for task in part.tasks) for part in parts],
            dtype=float,
        )
        middles = np.array([self.places[part.tasks].mean(axis=0) for part in parts])
        far = np.array([_apart(middles, self.places[len(self.modes) + number]) for number in able])
        stay = np.array([facilities[number].duration for number in able], dtype=float)
        limits = [
            (*facilities[number].daily_capacity, *[NO_LIMIT] * (dim + 1))[dim] for number in able
        ]
        spare = np.array([
            math.inf if limit >= NO_LIMIT else max(limit - int(taken[:, number].sum()), 0)
            for number, limit in zip(able, limits, strict=True)
        ])  # fmt: skip
        wanted = np.maximum(sizes - taken.sum(axis=1), 0.0)
        flows = dealt_near(spare, wanted, 2 * far + stay[:, None])
        for number, room, flow, away in zip(able, spare.tolist(), flows, far, strict=True):
            if math.isinf(room):
                taken[:, number] = NO_LIMIT
                continue
            taken[:, number] += np.floor(flow).astype(np.int64)
            near = (sizes + 1) / np.square(away + far.mean() / 10 + 1)
            taken[:, number] += self._shared_out(int(room - np.floor(flow).sum()), near)

    def _shared_out(self, count: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Whole shares of `count` by weight, shape of `weights`; chance decides who rounds up."""
        edges = np.cumsum(weights) / weights.sum() * count
        edges[-1] = count
        return np.diff(np.floor(edges + self.rng.random()), prepend=0).astype(np.int64)


def dealt_near(spare: Floats, wanted: Floats, seconds: Floats) -> Floats:
    """What each part gets of what facilities have `spare`, by the least way; shape of `seconds`.

    `seconds` (F, P) is the way of a load from a part to a facility and back, its stay there
    included. What nobody has room for is left out. An optimum at a corner of the program splits
    hardly any facility: it has no more flows than facilities and parts.
    """
    room = np.append(np.where(np.isfinite(spare), spare, wanted.sum()), wanted.sum())
    ways = np.vstack([seconds, np.full(len(wanted), NO_ROOM_S)])
    count, num_parts = ways.shape
    flows = linprog(
        ways.ravel(),
        A_ub=kron(identity(count), np.ones((1, num_parts))),
        b_ub=room,
        A_eq=kron(np.ones((1, count)), identity(num_parts)),
        b_eq=wanted,
        method="highs-ds",
    ).x.reshape(ways.shape)
    return np.maximum(np.asarray(flows[:-1], dtype=np.float64), 0.0)


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
    """Durations from a few far-apart tasks: coordinates of tasks, facilities and end depots.

    Shape (tasks + facilities + vehicle types, LANDMARKS).
    """
    rows = np.array([task.modes[0].leave for task in problem.tasks])
    cols = np.array(
        [task.modes[0].enter for task in problem.tasks]
        + [facility.enter for facility in problem.facilities]
        + [kind.end for kind in problem.vehicle_types]
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
