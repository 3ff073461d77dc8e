"""Worker processes that search parts of a problem, the next part to whoever is free."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from solver.routing.search.parts import solve_part
from solver.workers import WISH_S, Crew, Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.problem import RoutingProblem
    from solver.routing.ruin.loop import Tuning
    from solver.routing.search.parts import Answer, Order
    from solver.workers import Line, Worker

log = logging.getLogger(__name__)


class PartCrew(Crew):
    """Searches parts, in processes where there are several; a context manager that ends them."""

    def __init__(self, whole: RoutingProblem, tuning: Tuning | None, workers: int) -> None:
        self.whole, self.tuning = whole, tuning
        super().__init__(_work, [(whole, tuning)] * workers if workers > 1 else [], Start.SPAWN)

    def answers(
        self, orders: Sequence[Order], over: Callable[[], bool]
    ) -> Iterator[tuple[int, Answer]]:
        """Numbers of orders and their answers, as they come.

        Once `over`, parts in work end early, and of those that wait only parts without any route
        are answered: they get a first plan.
        """
        if not self.workers:
            for number, order in enumerate(orders):
                if not (order.share.routes and over()):
                    yield number, solve_part(self.whole, self.tuning, order, over)
            return
        waiting = list(range(len(orders)))[::-1]
        busy: dict[Worker, int] = {}
        while waiting or busy:
            for worker in self.workers:
                if waiting and worker not in busy:
                    busy[worker] = waiting.pop()
                    worker.send(orders[busy[worker]])
            for worker in self.ready(WISH_S, list(busy)):
                yield busy.pop(worker), worker.hear()
            if not self.halt.is_set() and over():
                self.halt.set()
            if self.halt.is_set():
                waiting = [number for number in waiting if not orders[number].share.routes]


def _work(line: Line, whole: RoutingProblem, tuning: Tuning | None) -> None:
    """Search the parts that are given."""
    while True:
        order = line.end.recv()
        line.end.send(solve_part(whole, tuning, order, line.halt.is_set))
