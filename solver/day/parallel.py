"""Solve the day's independent parts side by side in worker processes.

Workers are forked, so that matrices are shared and not copied; each worker solves its parts one
after the other and reports through its pipe. A stop is a wish that every engine looks at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.day import Budget, PartProgress, Progress
from solver.routing.base.engine import Outcome
from solver.routing.door import get_engine, prepare
from solver.stop import after, at_most, either, when
from solver.workers import WISH_S, Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.workers import Line


class Job(NamedTuple):
    """One part to solve."""

    part: int
    problem: RoutingProblem
    budget: Budget
    initial: Solution | None


def solve_parts(
    problems: Sequence[RoutingProblem],
    *,
    engine: str,
    budget: Budget,
    seed: int,
    workers: int,
    initial: Sequence[Solution] | None = None,
    progress: Callable[[PartProgress], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> list[Outcome]:
    """Solve each problem with its share of the budget; outcomes in the problems' order.

    `seconds` is the wall time of the whole call; shares grow with the number of tasks. Iterations
    are each part's own, so that plans do not depend on the number of workers. `initial` gives each
    search a solution to go on from.
    """
    if not problems:
        return []
    lanes = _lanes([len(problem.tasks) for problem in problems], workers)
    shares = _shares(problems, lanes, budget)
    prepare(
        engine,
        lambda one: progress(PartProgress(0, one)) if progress is not None else None,
    )
    orders = [
        (
            [
                Job(part, problems[part], shares[part], initial[part] if initial else None)
                for part in lane
            ],
            engine,
            seed,
        )
        for lane in lanes
    ]
    with Crew(_work, orders) as crew:
        found = _gather(crew, expected=len(problems), progress=progress, stopped=stopped)
    return [found[part] for part in range(len(problems))]


def _gather(
    crew: Crew,
    *,
    expected: int,
    progress: Callable[[PartProgress], None] | None,
    stopped: Callable[[], bool] | None,
) -> dict[int, Outcome]:
    """Collect outcomes until all are there; pass progress on, and the wish to stop."""
    found: dict[int, Outcome] = {}
    at_work = list(crew.workers)
    while len(found) < expected:
        if stopped is not None and stopped():
            crew.halt.set()
        for worker in crew.ready(WISH_S, at_work):
            news = worker.hear()
            if news is None:
                at_work.remove(worker)
                continue
            part, message = news
            if isinstance(message, Outcome):
                found[part] = message
            elif progress is not None:
                progress(PartProgress(part, message))
    return found


def _work(line: Line, jobs: Sequence[Job], engine: str, seed: int) -> None:
    """Solve jobs one after the other, and say None when all are done."""
    for job in jobs:
        budget = job.budget

        def report(progress: Progress, part: int = job.part) -> None:
            line.end.send((part, progress))

        limit = (
            at_most(budget.iterations)
            if budget.iterations is not None
            else after(budget.seconds or 0.0)
        )
        outcome = get_engine(engine).solve(
            job.problem,
            stop=either(limit, when(line.halt)),
            seed=seed,
            initial=job.initial,
            progress=report,
        )
        line.end.send((job.part, outcome))
    line.end.send(None)


def _lanes(sizes: Sequence[int], workers: int) -> list[list[int]]:
    """Deal parts to at most `workers` lanes, largest first, each to the emptiest lane."""
    lanes: list[list[int]] = [[] for _ in range(max(1, min(workers, len(sizes))))]
    for part in sorted(range(len(sizes)), key=lambda part: (-sizes[part], part)):
        min(lanes, key=lambda lane: sum(sizes[other] for other in lane)).append(part)
    return lanes


def _shares(
    problems: Sequence[RoutingProblem], lanes: Sequence[Sequence[int]], budget: Budget
) -> dict[int, Budget]:
    """Each part's budget: its lane's seconds by number of tasks, or all of the iterations."""
    shares = {}
    for lane in lanes:
        total = sum(len(problems[part].tasks) + 1 for part in lane)
        for part in lane:
            shares[part] = (
                budget
                if budget.seconds is None
                else Budget(seconds=budget.seconds * (len(problems[part].tasks) + 1) / total)
            )
    return shares
