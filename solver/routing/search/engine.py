"""Our own engine behind the door: budgets, progress and plans around the compiled search."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from models.day import Progress
from solver.cost import cost
from solver.routing.base.compiled import is_compiled
from solver.routing.base.engine import Outcome
from solver.routing.ruin.fewer import closes_vehicles, run_with_fewer
from solver.routing.ruin.running import Search, run_alone
from solver.routing.ruin.toy import toy_problem
from solver.routing.search.decompose import divides, is_huge, solve_in_parts
from solver.routing.search.parallel import run_together
from solver.routing.search.queue import schedule_solution
from solver.stop import at_most

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.routing.ruin.loop import Tuning
    from solver.stop import Stop

log = logging.getLogger(__name__)

COMPILE_S = 100
"""The first run on a machine spends about so many seconds compiling (memory: two cores)."""


class RuinEngine:
    """Ruin and recreate over modes; keeps every law of the problem."""

    name = "ruin"

    def __init__(self, *, workers: int = 1, tuning: Tuning | None = None) -> None:
        self.workers = workers
        self.tuning = tuning

    def lacks(self, problem: RoutingProblem) -> list[str]:
        """Nothing: all laws of a routing problem live in the one insertion test."""
        del problem
        return []

    def solve(
        self,
        problem: RoutingProblem,
        *,
        stop: Stop,
        seed: int = 1,
        initial: Solution | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Best solution within the budget; Ctrl-C ends it early with the best so far."""
        log_book = LogBook(progress)
        announce_compilation(progress)
        if is_huge(problem) or divides(problem, self.workers):
            solution = solve_in_parts(
                problem,
                self.tuning,
                workers=self.workers,
                stop=stop,
                seed=seed,
                initial=initial,
                report=log_book.note,
            )
            return log_book.outcome(problem, solution)
        run = Search(problem, self.tuning, seed, initial)
        log_book.note(0.0, 0, run.best)
        if self.workers > 1:
            plan = run_together(
                run,
                workers=self.workers,
                stop=stop,
                seed=seed,
                initial=initial,
                report=log_book.note,
            )
        elif initial is None and closes_vehicles(run, stop):
            plan = run_with_fewer(run, stop, seed, log_book.note)
        else:
            plan = run_alone(run, stop, log_book.note)
        return log_book.outcome(problem, run.solution(plan))


class LogBook:
    """Progress to the outside, and the trace of improvements."""

    def __init__(self, progress: Callable[[Progress], None] | None) -> None:
        self.progress, self.begin = progress, time.monotonic()
        self.iterations = 0
        self.trace: list[tuple[float, int]] = []

    def note(self, used: float, iterations: int, best: tuple[int, int]) -> None:
        """A chunk is done."""
        self.iterations = iterations
        seconds = time.monotonic() - self.begin
        if not self.trace or best[1] != self.trace[-1][1]:
            self.trace.append((round(seconds, 3), best[1]))
        if self.progress:
            self.progress(
                Progress(
                    phase="search",
                    used=min(used, 1.0),
                    seconds=seconds,
                    iterations=iterations,
                    cost=best[1],
                    required_unserved=best[0],
                )
            )

    def outcome(self, problem: RoutingProblem, solution: Solution) -> Outcome:
        """The end: times, queues at bays, cost."""
        timed, schedules = schedule_solution(problem, solution)
        return Outcome(
            solution=timed,
            schedules=schedules,
            cost=cost(problem, timed, schedules),
            iterations=self.iterations,
            trace=tuple(self.trace),
        )


def announce_compilation(progress: Callable[[Progress], None] | None) -> None:
    """Say once that the compiler will be at work, where nothing is cached yet."""
    if is_compiled("search"):
        return
    if progress:
        progress(Progress(phase="compile", used=0.0, seconds=float(COMPILE_S)))
    else:
        log.warning("compiling the routing engine, once · 正在编译求解引擎，仅此一次")


def warm_up() -> None:
    """Compile everything on a toy problem, so that the first plan does not wait."""
    RuinEngine().solve(toy_problem(), stop=at_most(10))
