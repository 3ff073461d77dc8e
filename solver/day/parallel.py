"""Solve the day's independent parts side by side in worker processes.

Workers are forked, so that matrices are shared and not copied; each worker solves its jobs one
after the other and reports through its pipe. A job is a small part, or a piece of a large one
(`pieces.py`); pieces are cut anew in every pass. A stop is a wish that every engine looks at.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import as_completed
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from models.day import Budget, PartProgress, Progress
from models.solution import Solution
from solver.day.pieces import LARGE, Large, clocked, hurried, passes
from solver.routing.door import get_engine, prepare
from solver.routing.search.parts import Answer, attached, detached, small_matrix, solve_part
from solver.stop import after, at_most, either, when
from solver.workers import WISH_S, Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from models.problem import RoutingProblem
    from solver.routing.search.parts import Order
    from solver.stop import Flag
    from solver.workers import Line

    Told = Callable[[PartProgress], None]


class Job(NamedTuple):
    """A part to solve, or, with an order, a piece of it."""

    part: int
    problem: RoutingProblem
    budget: Budget
    initial: Solution | None = None
    order: Order | None = None

    @property
    def weight(self) -> int:
        """Shares of seconds grow with it: the number of tasks, and one for what they share."""
        return 1 + len(self.order.share.tasks if self.order else self.problem.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Who works at the jobs and who hears of it.

    Jobs go to worker processes, or to `pool`, an executor of other machines; it gives a job whose
    worker died to another one. `workers` lanes share a clock either way.
    """

    engine: str
    seed: int
    workers: int
    pool: Executor | None = None
    progress: Told | None = None
    stopped: Callable[[], bool] | None = None

    def results(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Solution | Answer]]:
        """Numbers of jobs and what was found for them, as it comes."""
        if self.pool is not None:
            yield from self._far_away(self.pool, jobs)
            return
        lanes = _lanes([job.weight for job in jobs], self.workers)
        orders = [([(n, jobs[n]) for n in lane], self.engine, self.seed) for lane in lanes]
        with Crew(_work, orders) as crew:
            at_work, missing = list(crew.workers), len(jobs)
            while missing:
                if self.stopped is not None and self.stopped():
                    crew.halt.set()
                for worker in crew.ready(WISH_S, at_work):
                    news = worker.hear()
                    if news is None:
                        at_work.remove(worker)
                        continue
                    number, message = news
                    if not isinstance(message, Progress):
                        missing -= 1
                        yield number, message
                    elif self.progress is not None:
                        self.progress(PartProgress(jobs[number].part, message))

    def _far_away(
        self, pool: Executor, jobs: Sequence[Job]
    ) -> Iterator[tuple[int, Solution | Answer]]:
        """The same from an executor; whoever wants to stop waits for the jobs in work."""
        futures = {
            pool.submit(_travelled, _packed(job), self.engine, self.seed): number
            for number, job in enumerate(jobs)
        }
        for future in as_completed(futures):
            number = futures[future]
            answer, order = future.result(), jobs[number].order
            own = attached(order, answer) if order and isinstance(answer, Answer) else answer
            yield number, own


def _packed(job: Job) -> Job:
    """The job with no more of the roads than it needs."""
    if job.order is None:
        return job._replace(problem=small_matrix(job.problem))
    problem, order = detached(job.problem, job.order)
    return job._replace(problem=problem, order=order)


def _travelled(job: Job, engine: str, seed: int) -> Solution | Answer:
    """The job done where it arrives; nobody hears of its progress."""
    return _done(job, engine, seed, Event(), lambda progress: None)


def solve_parts(
    problems: Sequence[RoutingProblem],
    workshop: Workshop,
    budget: Budget,
    initial: Sequence[Solution] | None = None,
) -> list[Solution]:
    """Solve each problem with its share of the budget; solutions in the problems' order.

    `seconds` is the wall time of the whole call; shares grow with the number of tasks. Iterations
    are each part's own, so that plans do not depend on the number of workers. `initial` gives each
    search a solution to go on from.
    """
    if not problems:
        return []
    prepare(workshop.engine)  # workers are forked from what is loaded here
    num_tasks = sum(len(problem.tasks) for problem in problems)
    large = {
        number: Large(
            problem,
            initial[number] if initial else None,
            workshop.seed,
            passes(problem, budget, workshop.workers),
            hurried=hurried(num_tasks, budget, workshop.workers),
        )
        for number, problem in enumerate(problems)
        if len(problem.tasks) > LARGE and workshop.engine == "ruin"
    }
    found: dict[int, Solution] = {}
    begin = time.monotonic()
    for number in range(max((one.num_passes for one in large.values()), default=1)):
        jobs = [
            Job(part, problems[part], budget, initial[part] if initial else None)
            for part in range(len(problems))
            if number == 0 and part not in large
        ]
        for part, one in large.items():
            if number < one.num_passes:
                orders = one.orders(number, budget)
                jobs += [Job(part, one.problem, budget, order=order) for order in orders]
        jobs = _timed(jobs, _of_pass(problems, large, budget, number), workshop.workers)
        for job, answer in _one_pass(workshop, jobs, large, number):
            if isinstance(answer, Solution):
                found[job.part] = answer
            elif job.order is not None:
                large[job.part].patchwork.put_back(job.order, answer)
        for part, one in large.items():  # pieces are told as they come, what they make together now
            if workshop.progress is not None and number < one.num_passes:
                news = one.progress(time.monotonic() - begin, (number + 1) / one.num_passes)
                workshop.progress(PartProgress(part, news))
        if workshop.stopped is not None and workshop.stopped():
            break
    found |= {part: one.solution() for part, one in large.items()}
    return [found[part] for part in range(len(problems))]


def _one_pass(
    workshop: Workshop, jobs: Sequence[Job], large: dict[int, Large], number: int
) -> list[tuple[Job, Solution | Answer]]:
    """All jobs of a pass with what was found, in the jobs' order whoever came first."""
    begin = time.monotonic()
    pieces = Counter(job.part for job in jobs)
    answered: Counter[int] = Counter()
    results: dict[int, Solution | Answer] = {}
    for at, answer in workshop.results(jobs):
        results[at] = answer
        part = jobs[at].part
        answered[part] += 1
        if workshop.progress is not None and part in large:
            one = large[part]
            used = (number + answered[part] / pieces[part]) / one.num_passes
            news = one.progress(time.monotonic() - begin, used)
            workshop.progress(PartProgress(part, news))
    return [(job, results[at]) for at, job in enumerate(jobs)]


def _of_pass(
    problems: Sequence[RoutingProblem], large: dict[int, Large], budget: Budget, number: int
) -> Budget:
    """The budget of one pass: seconds by the tasks in it, and each part's own iterations."""
    if budget.seconds is None:
        return budget
    total = sum(len(problem.tasks) for problem in problems)
    small = sum(len(one.tasks) for part, one in enumerate(problems) if part not in large)
    own = small if number == 0 else 0.0
    own += sum(len(one.problem.tasks) * one.share(number) for one in large.values())
    return Budget(seconds=budget.seconds * own / max(total, 1))


def _timed(jobs: Sequence[Job], budget: Budget, workers: int) -> list[Job]:
    """The jobs with their seconds: those of their lane, by weight."""
    if budget.seconds is None:
        return list(jobs)
    timed = list(jobs)
    for lane in _lanes([job.weight for job in jobs], workers):
        total = sum(jobs[number].weight for number in lane)
        for number in lane:
            job = jobs[number]
            seconds = budget.seconds * job.weight / total
            order = job.order and clocked(job.order, seconds)
            timed[number] = job._replace(budget=Budget(seconds=seconds), order=order)
    return timed


def _work(line: Line, jobs: Sequence[tuple[int, Job]], engine: str, seed: int) -> None:
    """Do jobs one after the other, and say None when all are done."""
    for number, job in jobs:

        def report(progress: Progress, number: int = number) -> None:
            line.end.send((number, progress))

        line.end.send((number, _done(job, engine, seed, line.halt, report)))
    line.end.send(None)


def _done(
    job: Job, engine: str, seed: int, halt: Flag, report: Callable[[Progress], None]
) -> Solution | Answer:
    if job.order is not None:
        return solve_part(job.problem, None, job.order, halt.is_set)
    budget = job.budget
    limit = (
        at_most(budget.iterations)
        if budget.iterations is not None
        else after(budget.seconds or 0.0)
    )
    outcome = get_engine(engine).solve(
        job.problem,
        stop=either(limit, when(halt)),
        seed=seed,
        initial=job.initial,
        progress=report,
    )
    return outcome.solution


def _lanes(sizes: Sequence[int], workers: int) -> list[list[int]]:
    """Deal jobs to at most `workers` lanes, largest first, each to the emptiest lane."""
    lanes: list[list[int]] = [[] for _ in range(max(1, min(workers, len(sizes))))]
    for job in sorted(range(len(sizes)), key=lambda job: (-sizes[job], job)):
        min(lanes, key=lambda lane: sum(sizes[other] for other in lane)).append(job)
    return lanes
