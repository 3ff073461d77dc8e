"""Worker processes that search parts of a problem, the next part to whoever is free."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from solver.routing.parts import Answer, solve_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from multiprocessing.synchronize import Event
    from types import TracebackType

    from models.problem import RoutingProblem
    from solver.routing.parts import Order
    from solver.routing.ruin import Tuning

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""How often the budget is looked at while workers search."""


class PartCrew:
    """Searches parts, in processes where there are several; a context manager that ends them."""

    def __init__(self, whole: RoutingProblem, tuning: Tuning | None, workers: int) -> None:
        self.whole, self.tuning = whole, tuning
        self.ends: list[Connection] = []
        self.processes: list[BaseProcess] = []
        if workers == 1:
            return
        context = multiprocessing.get_context("spawn")
        self.halt = context.Event()
        for _ in range(workers):
            here, there = context.Pipe()
            process = context.Process(
                target=_work, args=(there, whole, tuning, self.halt), daemon=True
            )
            process.start()
            there.close()
            self.ends.append(here)
            self.processes.append(process)

    def __enter__(self) -> PartCrew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end in self.ends:
            end.close()
        for process in self.processes:
            process.join(timeout=0.2)
            if process.is_alive():
                process.terminate()
                process.join()

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
                yield busy.pop(end), _hear(end)
            if not self.halt.is_set() and over():
                self.halt.set()
            if self.halt.is_set():
                waiting = [number for number in waiting if not orders[number].share.routes]


def _hear(end: Connection) -> Answer:
    try:
        answer: Answer = end.recv()
    except EOFError as error:
        raise HuanweiError("a worker process of the routing engine died") from error
    return answer


def _work(end: Connection, whole: RoutingProblem, tuning: Tuning | None, halt: Event) -> None:
    """Life of a worker: search the parts it is given until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            order = end.recv()
            end.send(solve_part(whole, tuning, order, halt.is_set))
    except (EOFError, BrokenPipeError):
        return
