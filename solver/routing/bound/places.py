"""What places are worth: prices of tasks, facilities and depots that no leg costs less than.

A leg from x to y costs at least `leave` of x and `enter` of y, so a plan's legs cost at least what
all it visits is worth, whatever the order: every task once, a facility as often as it is visited,
depots once a route. The dearest such prices are the duals of an assignment of what is left to what
is entered, with as many vehicles and visits as a plan is guessed to have; they hold for any number.
Legs that no cheapest plan has bind nothing: into the same place, out of hours, and to visits that
empty nothing.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from solver.routing.bound.cuts import raise_cuts
from solver.routing.bound.ends import NEVER

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from solver.routing.bound.ends import Ends

    Costs = NDArray[np.float64]
    Ids = NDArray[np.int64]

DEAR = 1e9
"""What a place nobody visits is worth [mfen] at most (chosen: 10,000 CNY, more than any leg)."""


TINY = 1e-6
"""So little above a whole number is that number (chosen: above the tolerances of a program)."""


@dataclass(frozen=True, eq=False)
class Worth:
    """Prices of places; a leg costs no less than leaving the one and entering the other.

    Of n tasks, then F facilities, then the depots of K vehicle types: (n + F + K,).
    """

    leave: Costs
    enter: Costs
    tasks: int
    sites: int
    cuts: Costs
    """What each task has of legs that sets of tasks are entered and left by, (n,)."""

    @property
    def both(self) -> Costs:
        """What every place is worth, left and entered, (n + F + K,)."""
        return self.leave + self.enter

    @property
    def of_tasks(self) -> Costs:
        """What legs beside each task cost, (n,)."""
        return self.both[: self.tasks] + self.cuts

    @property
    def of_visits(self) -> Costs:
        """What legs beside a visit to each facility cost, less than nothing maybe; (F,)."""
        return self.both[self.tasks : self.tasks + self.sites]

    @property
    def of_routes(self) -> Costs:
        """What the first and the last leg of a route of each type cost, (K,)."""
        return self.both[self.tasks + self.sites :]

    def capped(self, count: int) -> Worth:
        """The same prices where no task is left or entered for more than so many others are."""
        leave, enter = self.leave.copy(), self.enter.copy()
        for each in (leave[: self.tasks], enter[: self.tasks]):
            np.minimum(each, np.sort(each)[-min(count + 1, len(each))], out=each)
        return Worth(leave, enter, self.tasks, self.sites, np.zeros(self.tasks))


@dataclass(frozen=True, eq=False)
class Guess:
    """What a plan is thought to do: visits to each facility (F,), routes of each type (K,)."""

    visits: Costs
    routes: Costs

    def towards(self, other: Guess, share: float) -> Guess:
        """A guess so far on the way to another."""
        return Guess(
            self.visits + share * (other.visits - self.visits),
            self.routes + share * (other.routes - self.routes),
        )


class Places:
    """Legs between tasks, facilities and the depots of vehicle types, cheapest over the types."""

    def __init__(self, ends: Ends, needless: Collection[tuple[int, int]]) -> None:
        """`ends` are the legs between tasks, over a stop where that is cheaper."""
        problem = ends.problem
        sites, kinds = problem.facilities, problem.vehicle_types
        self.tasks, self.sites = len(problem.tasks), len(sites)
        self.resets = [one.resets for one in sites]
        must = {dim for dim, one in enumerate(problem.dimensions) if one.end_empty}
        self.tips = np.flatnonzero([bool(ends.tipped_home and one & must) for one in self.resets])
        """Facilities over which every route comes home, if all do."""
        n, f = self.tasks, self.tasks + self.sites
        self.legs = np.full((f + len(kinds), f + len(kinds)), NEVER)
        self.legs[:n, :n] = ends.per_task()
        into = np.array([one.enter for one in sites], dtype=np.int64)
        out = np.array([one.leave for one in sites], dtype=np.int64)
        self.legs[:n, n:f] = np.minimum.reduceat(ends.legs(ends.leave, into), ends.first, axis=0)
        self.legs[n:f, :n] = np.minimum.reduceat(ends.legs(out, ends.enter), ends.first, axis=1)
        self.legs[n:f, n:f] = ends.legs(out, into)
        for number, kind in enumerate(kinds):
            own = slice(f + number, f + number + 1)
            start, end = np.array([kind.start]), np.array([kind.end])
            first = ends.legs(start, ends.enter, number)
            self.legs[own, :n] = np.minimum.reduceat(first, ends.first, axis=1)
            self.legs[own, n:f] = ends.legs(start, into, number)
            self.legs[n:f, own] = ends.legs(out, end, number)
            if not ends.tipped_home:
                last = ends.legs(ends.leave, end, number)
                self.legs[:n, own] = np.minimum.reduceat(last, ends.first, axis=0)
        for one, other in needless:
            self.legs[one, other] = NEVER
        np.fill_diagonal(self.legs, NEVER)
        most = [max(kind.capacity[dim] for kind in kinds) for dim in range(len(problem.dimensions))]
        self.trips = [
            np.array([task.demand[dim] for task in problem.tasks]) / capacity
            for dim, capacity in enumerate(most)
            if capacity
        ]
        """What each task takes of a trip, by load; (n,) each."""

    def merged(self) -> Places:
        """Where facilities that empty the same are one place, and all depots: legs the cheapest."""
        n, f = self.tasks, self.tasks + self.sites
        alike = [n + np.flatnonzero([one == resets for one in self.resets]) for resets in
                 dict.fromkeys(self.resets)]  # fmt: skip
        other = copy(self)
        other.legs = self.legs.copy()
        for places in (*alike, np.arange(f, len(self.legs))):
            other.legs[places] = other.legs[places].min(axis=0)
            other.legs[:, places] = other.legs[:, places].min(axis=1)[:, None]
        return other

    def worth(self, guess: Guess, *, trees: int) -> Worth | None:
        """The dearest prices for a plan that does what is guessed.

        `trees`: so often cuts are raised, and what is left is assigned anew. None: no such plan
        can be.
        """
        n, size = self.tasks, len(self.legs)
        visits, routes = self._visits(guess.visits), _whole(guess.routes)
        tips, lacking = self.tips, routes.sum() - visits[self.tips].sum()
        if len(tips) and lacking > 0:
            visits[tips[visits[tips].argmax()]] += lacking
        node = np.r_[np.arange(n), np.repeat(np.arange(n, size), np.r_[visits, routes])]
        rest = self.legs[np.ix_(node, node)]
        leave, enter = (np.full(size, -np.inf) for _ in range(2))
        leave[node] = enter[node] = 0
        cuts, inside, before = np.zeros(n), np.zeros((2, size)), np.zeros(n)
        for left in range(trees, -1, -1):
            one, other = _duals(rest)
            if one is None or other is None:
                return None
            leave[node] += one
            enter[node] += other
            if not left:
                break
            rest -= one[:, None] + other
            for each, own in zip((rest.T, rest), inside, strict=True):
                shares, before = raise_cuts(each, n, self.trips)
                cuts += shares
                own[:n] += before
        for place in np.flatnonzero(np.isinf(leave)):
            enter[place] = min((self.legs[:, place] - leave - inside[0]).min(), DEAR)
            leave[place] = min((self.legs[place] - enter - inside[1]).min(), DEAR)
        return Worth(leave, enter, n, self.sites, cuts)

    def _visits(self, guessed: Costs) -> Ids:
        """Whole visits near those guessed, of each kind as many, rounded up; (F,)."""
        most = min(1.0, self.tasks / max(guessed.sum(), 1.0))
        visits = np.zeros(self.sites, dtype=np.int64)
        for resets in dict.fromkeys(self.resets):
            own = np.array([one == resets for one in self.resets])
            visits[own] = _whole(guessed[own] * most)
        return visits

    def dealt(self, guess: Guess) -> Guess:
        """As many visits of each kind, dealt by how many tasks lie nearest to a facility."""
        n, f = self.tasks, self.tasks + self.sites
        way = self.legs[:n, n:f] + self.legs[n:f, :n].T
        found = np.zeros(self.sites)
        for resets in dict.fromkeys(self.resets):
            own = np.array([one == resets for one in self.resets])
            there = np.flatnonzero(own)[way[:, own].argmin(axis=1)]
            found += np.bincount(there, minlength=self.sites) * (guess.visits[own].sum() / n)
        return replace(guess, visits=found)


def _whole(numbers: Costs) -> Ids:
    """Whole numbers near these, whose sum is the sum of these rounded up."""
    down = np.floor(numbers + TINY).astype(np.int64)
    lacking = int(np.ceil(numbers.sum() - TINY)) - int(down.sum())
    down[np.argsort(down - numbers, kind="stable")[: max(lacking, 0)]] += 1
    return down


def _duals(costs: Costs) -> tuple[Costs, Costs] | tuple[None, None]:
    """Prices of rows and columns whose sum is the cheapest assignment's, none above a cost.

    Of all such prices those in the middle; None where there is no assignment. Costs are whole
    numbers, and so are prices but for a half.
    """
    rows, columns = linear_sum_assignment(costs)
    if not len(rows) or costs[rows, columns].max() >= NEVER / 2:
        return None, None
    row_of = np.empty_like(rows)
    row_of[columns] = rows
    more = costs[row_of]
    met = more.diagonal().copy()
    more -= met[:, None]
    low, high = np.zeros(len(met)), np.zeros(len(met))
    while (low > (below := (more + low[:, None]).min(axis=0))).any():
        low = np.minimum(low, below)
    while (high < (above := (high - more).max(axis=1))).any():
        high = np.maximum(high, above)
    entered = (low + high) / 2
    left = np.empty_like(met)
    left[row_of] = met - entered
    return left, entered
