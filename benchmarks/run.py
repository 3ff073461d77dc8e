"""Run engines on instances, each run in a process of its own, judged by the one judge."""

from __future__ import annotations

import logging
import os
import platform
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.budget import Budget, cpu_seconds
from benchmarks.instances import best_known
from benchmarks.memory import PeakMemory
from benchmarks.peers import get_any_engine
from benchmarks.record import LACKS, Record, append, read_records
from benchmarks.solutions import save_inventory, save_solution, save_week
from benchmarks.target import Target
from models.errors import HuanweiError
from scenarios.instances import read_instance
from scenarios.instances.weeks.convrp import is_consistent, read_convrp
from scenarios.instances.weeks.irp import is_inventory, read_irp
from scenarios.instances.weeks.read import is_periodic, read_periodic
from solver.horizon.consistent import solve_consistent
from solver.horizon.engine import solve
from solver.horizon.inventory import solve_inventory
from solver.horizon.search.running import Search
from solver.judge.days.consistency import check_consistent
from solver.judge.days.horizon import check_horizon
from solver.judge.days.inventory import check_inventory, inventory_cost
from solver.judge.routes import check
from solver.routing.bound.bounds import lower_bound
from solver.stop import at_most, either, when
from solver.workers import Crew, Start, WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.instances import BestKnown
    from models.solution import Violation
    from scenarios.instances import Instance
    from solver.routing.base.engine import Engine, Outcome
    from solver.workers import Line

log = logging.getLogger(__name__)

PATIENCE_S = 900
"""Reading, building and judging may take this long beyond the budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run to make."""

    path: Path
    engine: str
    seed: int
    budget: Budget
    workers: int = 1
    best: Path | None = None
    solutions: Path | None = None
    """Folder for plans better than the best known; None: not kept."""

    stop_at_best: bool = False
    """End at the best known value even where it is not proved optimal."""

    @property
    def key(self) -> tuple[str, str, str, int, str, int, bool]:
        """As `Record.key`."""
        return (
            self.path.parent.name,
            self.path.stem,
            self.engine,
            self.seed,
            self.budget.text,
            self.workers,
            self.stop_at_best,
        )


def run_all(
    jobs: Sequence[Job],
    out: Path,
    *,
    parallel: int = 1,
    report: Callable[[Record], None] | None = None,
) -> list[Record]:
    """Make the runs that `out` does not hold yet, and failed ones again, appending each as it ends.

    Ctrl-C keeps what is done. Returns the new records.
    """
    before = read_records(out) if out.exists() else []
    done = {record.key for record in before if not record.error or record.lacking}
    waiting = [job for job in jobs if job.key not in done]
    found = []
    with ThreadPoolExecutor(parallel) as pool:
        pending = {pool.submit(run_apart, job) for job in waiting}
        try:
            while pending:
                ended, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in ended:
                    record = future.result()
                    append(out, record)
                    found.append(record)
                    if report is not None:
                        report(record)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            log.warning("stopped by hand; %s keeps %d runs", out, len(found))
    return found


def run_apart(job: Job) -> Record:
    """Make one run in a fresh process; a crash or a hang becomes a record with `error`."""
    limit = PATIENCE_S + 3 * (job.budget.seconds or PATIENCE_S)
    message: Record | str = f"no answer within {limit:.0f} s"
    with Crew(_child, [(job,)], Start.SPAWN) as crew:
        if crew.ready(limit):
            try:
                message = crew.workers[0].hear()
            except WorkerDied as error:
                message = f"the process ended with code {error.code}"
            except (HuanweiError, OSError, MemoryError) as error:
                message = f"{type(error).__name__}: {error}"
    return message if isinstance(message, Record) else replace(_empty(job), error=message)


def _child(line: Line, job: Job) -> None:
    line.end.send(run(job))


def run(job: Job) -> Record:
    """Make one run here: read, warm up, solve within the budget, judge.

    Wall and CPU seconds count `Engine.solve` whole, building of tables included; compilation is
    done before on a few tasks of the same problem. A run ends before its budget once it holds a
    plan at the proved optimum (or at the best known value, where the job says so). Raises what
    reading and solving raise.
    """
    text = job.path.read_text(encoding="utf-8", errors="replace")
    if is_consistent(text):
        return run_consistent(job)
    if is_periodic(text):
        return run_week(job)
    if is_inventory(text):
        return run_inventory(job)
    instance = read_instance(job.path)
    record = _empty(job, instance.family, len(instance.problem.tasks))
    engine = get_any_engine(job.engine, workers=job.workers)
    lacks = engine.lacks(instance.problem)
    if lacks:
        return replace(record, error=LACKS + "; ".join(lacks))
    _warm_up(engine, instance, job.seed)
    best = best_known(job.path, instance.family, job.best)
    target = Target(instance, best, unproven=job.stop_at_best)
    with PeakMemory() as memory:
        begin, cpu = time.monotonic(), cpu_seconds()
        outcome = engine.solve(
            instance.problem,
            stop=either(job.budget.stop(), when(target)),
            seed=job.seed,
            progress=target.hear,
        )
        wall, cpu = time.monotonic() - begin, cpu_seconds() - cpu
    record = judged(job, instance, outcome, record, best)
    return replace(
        record,
        stopped_at_target=target.is_set(),
        wall_s=round(wall, 2),
        cpu_s=round(cpu, 2),
        peak_mb=memory.peak_mb,
        iterations_per_s=round(outcome.iterations / max(wall, 1e-6), 1),
    )


def judged(
    job: Job, instance: Instance, outcome: Outcome, record: Record, best: BestKnown | None
) -> Record:
    """The record with cost, gap and verdict; a plan better than the best known is kept."""
    violations = check(instance.problem, outcome.solution, outcome.schedules)
    found = instance.published(outcome.cost.total)
    complete = not outcome.cost.required_unserved
    record = replace(
        record,
        cost=found if complete else None,
        routes=len(outcome.solution.routes),
        unserved=len(outcome.solution.unserved),
        iterations=outcome.iterations,
        trace=tuple((s, instance.published(cost)) for s, cost in outcome.trace),
    )
    bound = lower_bound(instance.problem)
    if bound is not None:
        record = replace(record, bound=instance.published(bound))

    def save(compared: Record, known: BestKnown, folder: Path) -> None:
        save_solution(folder, job.path, instance, outcome, best=known, record=compared)

    return _compared(job, record, violations, best, save)


def run_week(job: Job) -> Record:
    """As `run`, for a file of several days: patterns and routes by the engine of the horizon.

    One process; other engines lack such problems. Wall and CPU seconds count `solve` whole.
    """
    instance = read_periodic(job.path)
    problem = instance.problem
    record = _empty(job, instance.family, len(problem.patterns))
    if job.engine != "ruin" or job.workers != 1:
        return replace(record, error=LACKS + "several days at once, but by ruin with one worker")
    best = best_known(job.path, instance.family, job.best)
    target = Target(instance, best, unproven=job.stop_at_best)
    Search(problem, seed=job.seed)  # compiles what is not on disk yet
    with PeakMemory() as memory:
        begin, cpu = time.monotonic(), cpu_seconds()
        outcome = solve(
            problem,
            stop=either(job.budget.stop(), when(target)),
            seed=job.seed,
            progress=target.hear,
        )
        wall, cpu = time.monotonic() - begin, cpu_seconds() - cpu
    left_out, paid = outcome.cost
    record = replace(
        record,
        cost=None if left_out else instance.published(paid),
        routes=sum(len(day.routes) for day in outcome.plan.days),
        unserved=left_out,
        iterations=outcome.iterations,
        trace=tuple((s, instance.published(cost)) for s, cost in outcome.trace),
        stopped_at_target=target.is_set(),
        wall_s=round(wall, 2),
        cpu_s=round(cpu, 2),
        peak_mb=memory.peak_mb,
        iterations_per_s=round(outcome.iterations / max(wall, 1e-6), 1),
    )
    violations = check_horizon(problem, outcome.plan, outcome.schedules)

    def save(compared: Record, known: BestKnown, folder: Path) -> None:
        save_week(folder, job.path, instance, outcome, best=known, record=compared)

    return _compared(job, record, violations, best, save)


def run_consistent(job: Job) -> Record:
    """As `run`, for days on which everybody sees the same driver at about the same time.

    Known values are weak and of other limits of time: a plan below them is not kept as a new best.
    """
    instance = read_convrp(job.path)
    problem = instance.problem
    record = _empty(job, instance.family, len(problem.week.patterns))
    if job.engine != "ruin" or job.workers != 1:
        return replace(record, error=LACKS + "drivers of several days, but by ruin with one worker")
    solve_consistent(replace(problem, spread_s=None), stop=at_most(1), seed=job.seed)  # compiles
    with PeakMemory() as memory:
        begin, cpu = time.monotonic(), cpu_seconds()
        outcome = solve_consistent(problem, stop=job.budget.stop(), seed=job.seed)
        wall, cpu = time.monotonic() - begin, cpu_seconds() - cpu
    record = replace(
        record,
        cost=instance.published(outcome.cost),
        routes=sum(len(day.routes) for day in outcome.plan.plan.days),
        iterations=outcome.iterations,
        wall_s=round(wall, 2),
        cpu_s=round(cpu, 2),
        peak_mb=memory.peak_mb,
        iterations_per_s=round(outcome.iterations / max(wall, 1e-6), 1),
    )
    violations = check_consistent(problem, outcome.plan, outcome.schedules)
    best = best_known(job.path, instance.family, job.best)
    return _compared(replace(job, solutions=None), record, violations, best, _kept_nowhere)


def run_inventory(job: Job) -> Record:
    """As `run`, for stores that must not run empty; the cost is the judge's own."""
    instance = read_irp(job.path)
    problem = instance.problem
    record = _empty(job, instance.family, len(problem.customers))
    if job.engine != "ruin" or job.workers != 1:
        return replace(record, error=LACKS + "stocks of several days, but by ruin with one worker")
    plenty = sum(one.most for one in problem.customers) * problem.days
    easy = replace(problem, capacity=plenty, supplier=replace(problem.supplier, start=plenty))
    solve_inventory(easy, stop=at_most(1), seed=job.seed)  # compiles
    with PeakMemory() as memory:
        begin, cpu = time.monotonic(), cpu_seconds()
        outcome = solve_inventory(problem, stop=job.budget.stop(), seed=job.seed)
        wall, cpu = time.monotonic() - begin, cpu_seconds() - cpu
    record = replace(
        record,
        cost=instance.published(inventory_cost(problem, outcome.plan)),
        routes=sum(len(day) for day in outcome.plan.days),
        iterations=outcome.iterations,
        wall_s=round(wall, 2),
        cpu_s=round(cpu, 2),
        peak_mb=memory.peak_mb,
        iterations_per_s=round(outcome.iterations / max(wall, 1e-6), 1),
    )
    violations = check_inventory(problem, outcome.plan)
    best = best_known(job.path, instance.family, job.best)

    def save(compared: Record, known: BestKnown, folder: Path) -> None:
        save_inventory(folder, job.path, instance, outcome.plan, best=known, record=compared)

    return _compared(job, record, violations, best, save)


def _kept_nowhere(record: Record, best: BestKnown, folder: Path) -> None:
    """No plan is kept."""


def _compared(
    job: Job,
    record: Record,
    violations: Sequence[Violation],
    best: BestKnown | None,
    save: Callable[[Record, BestKnown, Path], None],
) -> Record:
    """The record with its verdict and gap; a plan better than the best known is saved."""
    record = replace(
        record,
        violations=len(violations),
        violation_codes=tuple(sorted({violation.code for violation in violations})),
    )
    if best is None:
        return record
    record = replace(record, best_known=best.value, proven=best.proven)
    if record.cost is None:
        return record
    if best.beaten_by(record.cost) and not violations and job.solutions is not None:
        save(record, best, job.solutions)
    solved = best.met_by(record.cost) and not violations
    first = next((s for s, reached in record.trace if best.met_by(reached)), record.wall_s)
    return replace(
        record,
        gap=best.gap(record.cost),
        solved=solved,
        time_to_best_s=first if solved else None,
    )


def _warm_up(engine: Engine, instance: Instance, seed: int) -> None:
    """Let compilers run on the same kind of problem, with a handful of tasks."""
    few = replace(instance.problem, tasks=instance.problem.tasks[:3], spacings=())
    engine.solve(few, stop=at_most(2), seed=seed)


def _empty(job: Job, family: str = "", tasks: int = 0) -> Record:
    return Record(
        instance=job.path.stem,
        set=job.path.parent.name,
        family=family,
        engine=job.engine,
        seed=job.seed,
        budget=job.budget.text,
        workers=job.workers,
        stop_at_best=job.stop_at_best,
        tasks=tasks,
        version=version("huanwei"),
        machine=machine(),
        begun=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def machine() -> str:
    """Processor and number of cores, without the computer's name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"
