"""A part too large for one search: pieces of it, cut anew in every pass, searched and joined.

The pieces are those of `solver/routing/search/patchwork.py`; here they are jobs like the small
parts, so that a lane takes either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.day import Progress
from solver.routing.search.decompose import with_reasons_of_the_whole, with_spaced_windows
from solver.routing.search.patchwork import Patchwork

if TYPE_CHECKING:
    from models.day import Budget
    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.routing.search.parts import Order

LARGE = 3_000
"""A part of more tasks is searched in pieces (chosen: below, one search reaches every task often
enough within a minute)."""

PIECE_S = 6.0
"""A pass gives each piece about so many seconds at least (chosen: tables of a piece take one)."""

PIECE_ITERATIONS = 40
"""A pass gives each task of a piece about so many iterations at least (chosen, as for a clock)."""

MOST_PASSES = 6
"""A round cuts a large part anew so many times at most (chosen)."""

PIECE_TASKS = 600
"""Counts tasks of a usual piece, to tell how many pieces there will be (measured: five modes a
task in sweeping)."""

GUESS = 50
"""A piece that a clock ends is told of so many iterations per task (chosen: never used)."""


FIRST_S = 0.0025
"""A first plan takes a worker so many seconds a task, tables included (measured on a city of 32,000
tasks)."""


MENDED = 0.35
"""Where the seconds are few, this share of them is for the pieces whose first plan leaves tasks out
(chosen)."""


def hurried(num_tasks: int, budget: Budget, workers: int) -> bool:
    """Whether the seconds of a round are too few to search on from a plan of all its tasks."""
    if budget.iterations is not None:
        return False
    return workers * (budget.seconds or 0.0) < 2 * FIRST_S * num_tasks


def passes(problem: RoutingProblem, budget: Budget, workers: int) -> int:
    """How often to cut a large part anew within `budget`, the seconds of a whole round."""
    if budget.iterations is not None:
        fit = budget.iterations / (PIECE_ITERATIONS * len(problem.tasks))
    else:
        seconds = workers * (budget.seconds or 0.0)
        fit = seconds / (PIECE_S * len(problem.tasks) / PIECE_TASKS)
    return max(1, min(int(fit), MOST_PASSES))


class Large:
    """A large part while its pieces are searched, pass by pass."""

    def __init__(
        self,
        problem: RoutingProblem,
        initial: Solution | None,
        seed: int,
        num_passes: int,
        *,
        hurried: bool = False,
    ) -> None:
        self.problem = with_spaced_windows(problem)
        self.patchwork = Patchwork(self.problem, initial, np.random.default_rng(seed))
        self.num_passes, self.hurried = (2 if hurried else num_passes), hurried

    def orders(self, number: int, budget: Budget) -> list[Order]:
        """The plan cut anew for pass `number`; iterations are shared out by tasks.

        Cut as for one worker, so that the plan does not depend on the number of workers. Vehicles
        come to where tasks wait for one; in a hurry each pass cools to its end, and after the first
        only the pieces with such tasks are searched.
        """
        effort = GUESS * len(self.problem.tasks)
        if budget.iterations is not None:
            effort = max(budget.iterations // self.num_passes, 1)
        step = 1.0 / self.num_passes
        self.patchwork.release()
        if not self.hurried:
            return self.patchwork.orders(1, effort, number * step, step)
        orders = self.patchwork.orders(1, effort, 0.0, 1.0)
        return [one for one in orders if not number or self.patchwork.waiting(one.share.absent)]

    def share(self, number: int) -> float:
        """The share of the part's seconds for pass `number`; 0 from the last on."""
        if number >= self.num_passes:
            return 0.0
        if not self.hurried:
            return 1.0 / self.num_passes
        return MENDED if number else 1.0 - MENDED

    def progress(self, seconds: float, used: float) -> Progress:
        """What is known after `seconds`, when the share `used` of the pieces is searched."""
        left_out, money = self.patchwork.best_value
        return Progress(
            phase="search",
            used=used,
            seconds=seconds,
            iterations=0,
            cost=money,
            required_unserved=left_out,
        )

    def solution(self) -> Solution:
        """The best plan of the whole part, with reasons for what is left out."""
        return with_reasons_of_the_whole(self.problem, self.patchwork.best)


def clocked(order: Order, seconds: float) -> Order:
    """The order with seconds instead of iterations."""
    return replace(order, seconds=seconds)
