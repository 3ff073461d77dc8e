"""Worker processes that search parts of a problem, the next part to whoever is free."""

from __future__ import annotations

import logging
import multiprocessing
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from solver.routing.base.workers import Workers, hear
from solver.routing.search.parts import solve_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Event

    from models.problem import RoutingProblem
    from solver.routing.ruin.loop import Tuning
    from solver.routing.search.parts import Answer, Order

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""How often the budget is looked at while workers search."""


class PartCrew(Workers):
    """Searches parts, in processes where there are several; a context manager that ends them."""

    def __init__(self, whole: RoutingProblem, tuning: Tuning | None, workers: int) -> None:
        self.whole, self.tuning = whole, tuning
        self.halt = multiprocessing.get_context("spawn").Event()
        own = (whole, tuning, self.halt)
        super().__init__(_work, [own] * workers if workers > 1 else [])

    def answers(
        self, orders: Sequence[Order], over: Callable[[], bool]
    ) -> Iterator[tuple[int, Answer]]:
        """Numbers of orders and their answers, as they come.

        Once `over`, parts in work end early, and of those that wait only parts without any route
        are answered: they get a first plan.
        """
        if not self.ends:
            for number, order in enumerate(orders):
                if not (order.share.routes and over()):
                    yield number, solve_part(self.whole, self.tuning, order, over)
            return
        waiting = list(range(len(orders)))[::-1]
        busy: dict[Connection, int] = {}
        while waiting or busy:
            for end in self.ends:
                if waiting and end not in busy:
                    busy[end] = waiting.pop()
                    end.send(orders[busy[end]])
            for ready in wait(list(busy), LOOK_S):
                end = next(each for each in busy if each is ready)
                yield busy.pop(end), hear(end)
            if not self.halt.is_set() and over():
                self.halt.set()
            if self.halt.is_set():
                waiting = [number for number in waiting if not orders[number].share.routes]


def _work(end: Connection, whole: RoutingProblem, tuning: Tuning | None, halt: Event) -> None:
    """Search the parts that are given."""
    while True:
        order = end.recv()
        end.send(solve_part(whole, tuning, order, halt.is_set))
