"""Several searches of one problem in worker processes, with exchange of the best plan.

Exchange points lie at fixed iterations, so an iteration budget gives the same plan every time.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.routing.ruin.running import (
    CHUNKS_PER_COOLING,
    FIRST_CHUNK,
    NO_PLAN,
    Coolings,
    Report,
    Search,
    next_chunk,
)
from solver.workers import Crew, Start

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.routing.ruin.loop import Tuning
    from solver.stop import Stop
    from solver.workers import Line

log = logging.getLogger(__name__)

EXCHANGES = 16
"""The workers compare their plans about so many times (chosen)."""

LOOKS = 8
"""Between two exchanges the budget is looked at so many times (chosen)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answers: (required absent, cost) of its best plan, and the plan."""

    best: tuple[int, int]
    plan: NDArray[np.int32]


def _work(
    line: Line, problem: RoutingProblem, tuning: Tuning, seed: int, initial: Solution | None
) -> None:
    """Search what is asked for: plan to adopt, iterations, shares of a cooling."""
    run = Search(problem, tuning, seed, initial)
    while True:
        plan, iterations, cooled, step = line.end.recv()
        if len(plan):
            run.adopt(plan)
        run.advance(iterations, cooled, step)
        line.end.send(Answer(run.best, run.plan()))


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
    So it does where trips may be too full, as it stands far from its best plan that keeps all laws.
    """
    coolings = Coolings(run.tab.num_tasks)
    best, plan = run.best, run.plan()
    seeds = [seed * 1_009 + number for number in range(workers)]
    searches = [(run.problem, run.tuning, own, initial) for own in seeds]
    piece = FIRST_CHUNK
    used, step, iterations, round_number = stop.used(0), 0.0, 0, 0
    orders = [NO_PLAN] * workers
    try:
        with Crew(_work, searches, Start.SPAWN) as crew:
            while used < 1.0 and run.tab.num_tasks > len(run.lost):
                cooled = coolings.place(used, iterations)
                for worker, order in zip(crew.workers, orders, strict=True):
                    worker.send((order, piece, cooled, coolings.count * step))
                answers: list[Answer] = [worker.hear() for worker in crew.workers]
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
                if round_number % LOOKS == 0 and last and not run.tuning.overload:
                    worst = max(range(workers), key=lambda number: answers[number].best)
                    orders[worst] = plan
                report(used, iterations, best)
    except KeyboardInterrupt:
        log.warning("stopped by hand; keeping the best plan so far · 已停止，保留目前最好的方案")
    return plan
