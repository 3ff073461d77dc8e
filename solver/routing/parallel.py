"""Several searches of one problem in worker processes, with exchange of the best plan.

Exchange points lie at fixed iterations, so an iteration budget gives the same plan every time.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from solver.routing.running import (
    CHUNKS_PER_COOLING,
    FIRST_CHUNK,
    NO_PLAN,
    Coolings,
    Report,
    Search,
    next_chunk,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.routing.ruin import Tuning
    from solver.stop import Stop

log = logging.getLogger(__name__)

EXCHANGES = 16
"""How often, about, the workers compare their plans."""

LOOKS = 8
"""Looks at the budget between two exchanges."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answers: (required absent, cost) of its best plan, and the plan."""

    best: tuple[int, int]
    plan: NDArray[np.int32]


class Crew:
    """Worker processes, each with a search of its own; a context manager that ends them."""

    def __init__(
        self,
        problem: RoutingProblem,
        tuning: Tuning,
        seeds: list[int],
        initial: Solution | None,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self.ends: list[Connection] = []
        self.processes: list[BaseProcess] = []
        for seed in seeds:
            here, there = context.Pipe()
            process = context.Process(
                target=_work, args=(there, problem, tuning, seed, initial), daemon=True
            )
            process.start()
            there.close()
            self.ends.append(here)
            self.processes.append(process)

    def __enter__(self) -> Crew:
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

    def tell(self, number: int, order: tuple[NDArray[np.int32], int, float, float]) -> None:
        """Give a worker its next piece: plan to adopt, iterations, shares of a cooling."""
        self.ends[number].send(order)

    def hear(self, number: int) -> Answer:
        """Wait for a worker's answer."""
        try:
            answer: Answer = self.ends[number].recv()
        except EOFError as error:
            raise HuanweiError("a worker process of the routing engine died") from error
        return answer


def _work(
    end: Connection, problem: RoutingProblem, tuning: Tuning, seed: int, initial: Solution | None
) -> None:
    """Life of a worker: search what is asked for until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = Search(problem, tuning, seed, initial)
    try:
        while True:
            plan, iterations, cooled, step = end.recv()
            if len(plan):
                run.adopt(plan)
            run.advance(iterations, cooled, step)
            end.send(Answer(run.best, run.plan()))
    except (EOFError, BrokenPipeError):
        return


def run_together(
    run: Search,
    *,
    workers: int,
    stop: Stop,
    seed: int,
    initial: Solution | None,
    report: Report,
) -> NDArray[np.int32]:
    """Search with `workers` processes until the budget is used; the best plan.

    `run` holds the first plan; iterations are counted per worker. During the last cooling the
    worker with the worst plan now and then goes on from the best; before, each looks elsewhere.
    """
    coolings = Coolings(run.tab.num_tasks)
    best, plan = run.best, run.plan()
    seeds = [seed * 1_009 + number for number in range(workers)]
    piece = FIRST_CHUNK
    used, step, iterations, round_number = stop.used(0), 0.0, 0, 0
    orders = [NO_PLAN] * workers
    try:
        with Crew(run.problem, run.tuning, seeds, initial) as crew:
            while used < 1.0 and run.tab.num_tasks > len(run.lost):
                cooled = coolings.place(used, iterations)
                for number in range(workers):
                    crew.tell(number, (orders[number], piece, cooled, coolings.count * step))
                answers = [crew.hear(number) for number in range(workers)]
                iterations += piece
                first = min(answers, key=lambda answer: answer.best)
                if first.best < best:
                    best, plan = first.best, first.plan
                before, used = used, stop.used(iterations)
                looks = max(EXCHANGES * LOOKS, CHUNKS_PER_COOLING * coolings.count)
                wanted = min(1.0 - used, 1 / looks)
                piece, step = next_chunk(piece, used - before, wanted)
                round_number += 1
                orders = [NO_PLAN] * workers
                last = used * coolings.count >= coolings.count - 1
                if round_number % LOOKS == 0 and last:
                    worst = max(range(workers), key=lambda number: answers[number].best)
                    orders[worst] = plan
                report(used, iterations, best)
    except KeyboardInterrupt:
        log.warning("stopped by hand; keeping the best plan so far")
    return plan
