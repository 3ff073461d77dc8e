"""Many jobs through one door of `concurrent.futures`: local processes or a Dask cluster.

Every result is written to a journal when it arrives: a killed worker, or a killed sweep, loses
nothing that was done. A job whose worker died is given to another one.
"""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

MAX_TRIES = 3
Result = dict[str, Any]


@contextmanager
def executor(workers: int, scheduler: str | None = None) -> Iterator[Executor]:
    """Local processes, or the cluster whose scheduler listens at tcp://HOST:PORT.

    Raises `HuanweiError` when the `cluster` extra is missing or nobody answers.
    """
    if scheduler is None:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
            yield pool
        return
    try:
        from distributed import Client  # noqa: PLC0415 - an extra that most bureaus do not install
    except ImportError:
        raise HuanweiError(
            "a scheduler needs the cluster extra: pip install 'huanwei[cluster]'."
        ) from None
    connect: Any = Client
    try:
        client = connect(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise HuanweiError(f"{scheduler}: no scheduler answers ({error}).") from None
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
    tries = dict.fromkeys(jobs, 0)
    while open_jobs := {name: job for name, job in jobs.items() if name not in found}:
        for name in open_jobs:
            tries[name] += 1
        tired = [name for name in open_jobs if tries[name] > MAX_TRIES]
        if tired:
            raise HuanweiError(
                f"{tired[0]}: its worker died {MAX_TRIES} times, perhaps out of memory. "
                "Try again with fewer workers; what was done is kept."
            )
        try:
            with executor(workers, scheduler) as pool:
                _round(pool, work, open_jobs, found, journal, news=news, total=len(jobs))
        except BrokenProcessPool:
            continue
    return {name: found[name] for name in jobs}


def _round(
    pool: Executor,
    work: Callable[[Any], Result],
    open_jobs: Mapping[str, Any],
    found: dict[str, Result],
    journal: Path,
    *,
    news: Callable[[str, int, int], None] | None,
    total: int,
) -> None:
    """Submit all open jobs, write down each result as it comes."""
    futures: dict[Future[Result], str] = {
        pool.submit(work, job): name for name, job in open_jobs.items()
    }
    for future in as_completed(futures):
        name = futures[future]
        found[name] = future.result()
        _append(journal, name, found[name])
        if news is not None:
            news(name, len(found), total)


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
