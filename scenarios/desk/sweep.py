"""Many jobs through one door: local processes or a Dask cluster.

Every result is written to a journal when it arrives: a killed worker, or a killed sweep, loses
nothing that was done. A job whose worker died is given to another one.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError
from solver.workers import Crew, Start, WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from solver.workers import Line, Worker

JOURNAL = "results.jsonl"
"""Names the plans of a study that are done, so that one that was cut off goes on from there."""
MAX_TRIES = 3
"""Counts how often a job may kill its worker before the sweep gives up: twice may be bad luck of a
crowded machine."""
LOOK_S = 1.0
"""Seconds between two looks at workers that are all at work; nothing else waits meanwhile."""
Result = dict[str, Any]


@contextmanager
def cluster(scheduler: str) -> Iterator[Executor]:
    """The cluster whose scheduler listens at tcp://HOST:PORT.

    Raises `HuanweiError` when the `cluster` extra is missing or nobody answers.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra that most bureaus do not install
    except ImportError:
        raise HuanweiError(
            "a scheduler needs the cluster extra: pip install 'huanwei[cluster]'.",
            zh="使用调度器需安装 cluster 组件：pip install 'huanwei[cluster]'。",
        ) from None
    connect: Any = Client
    try:
        client = connect(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise HuanweiError(
            f"{scheduler}: no scheduler answers ({error}).",
            zh=f"{scheduler}：调度器没有应答。",
        ) from None
    with client, client.get_executor(pure=False) as pool:
        yield pool


def run_sweep(
    work: Callable[[Any], Result],
    jobs: Mapping[str, Any],
    journal: Path,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    news: Callable[[str, int, int], None] | None = None,
) -> dict[str, Result]:
    """`work(job)` of each job by name; results already in the journal are not made again.

    `work` must be a module-level function, jobs must pickle, results must be JSON. A job that
    raises ends the sweep with its error; the journal keeps what was done.
    """
    found = read_journal(journal)
    _mend(journal)
    waiting = {name: job for name, job in jobs.items() if name not in found}
    results = (
        _on_cluster(scheduler, work, waiting)
        if scheduler is not None
        else _side_by_side(work, waiting, workers)
    )
    for name, result in results:
        found[name] = result
        _append(journal, name, result)
        if news is not None:
            news(name, len(found), len(jobs))
    return {name: found[name] for name in jobs}


def _on_cluster(
    scheduler: str, work: Callable[[Any], Result], jobs: Mapping[str, Any]
) -> Iterator[tuple[str, Result]]:
    """Results as they come; the cluster itself tries again where a worker died."""
    if not jobs:
        return
    with cluster(scheduler) as pool:
        futures = {pool.submit(work, job): name for name, job in jobs.items()}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _side_by_side(
    work: Callable[[Any], Result], jobs: Mapping[str, Any], workers: int
) -> Iterator[tuple[str, Result]]:
    """Results as they come, the next job to whoever is free; a dead worker is replaced."""
    waiting, died = deque(jobs), Counter[str]()
    busy: dict[Worker, str] = {}
    with Crew(_serve, [(work,)] * min(workers, len(jobs)), Start.SPAWN) as crew:
        while waiting or busy:
            for worker in crew.workers:
                if waiting and worker not in busy:
                    busy[worker] = waiting.popleft()
                    worker.send(jobs[busy[worker]])
            for worker in crew.ready(LOOK_S, list(busy)):
                name = busy.pop(worker)
                try:
                    result = worker.hear()
                except WorkerDied:
                    died[name] += 1
                    if died[name] == MAX_TRIES:
                        raise HuanweiError(_tired(name)) from None
                    crew.replace(worker)
                    waiting.appendleft(name)
                else:
                    yield name, result


def _tired(name: str) -> str:
    return (
        f"{name}: its worker died {MAX_TRIES} times, perhaps out of memory. "
        "Try again with fewer workers; what was done is kept."
    )


def _serve(line: Line, work: Callable[[Any], Result]) -> None:
    """Do the jobs that are given."""
    while True:
        line.end.send(work(line.end.recv()))


def read_journal(journal: Path) -> dict[str, Result]:
    """Results by job name; a last line cut off by a crash is left out."""
    if not journal.is_file():
        return {}
    found = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        found[entry["job"]] = entry["result"]
    return found


def _mend(journal: Path) -> None:
    """End a line that a crash cut off, so that the next result begins its own."""
    if journal.is_file() and not journal.read_bytes().endswith(b"\n"):
        with journal.open("a", encoding="utf-8") as file:
            file.write("\n")


def _append(journal: Path, name: str, result: Result) -> None:
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"job": name, "result": result}, ensure_ascii=False) + "\n")
