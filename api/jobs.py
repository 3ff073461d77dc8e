"""Plan jobs of the server: one at a time, each in a process of its own, with news and a stop.

A job's process may start workers; it is told to stop through an event and then finishes the best
plan so far. A process that dies takes nothing with it: plan folders are written whole.
"""

from __future__ import annotations

import logging
import multiprocessing
import queue
import signal
import threading
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from models.errors import HuanweiError, InputErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.process import BaseProcess
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event
    from pathlib import Path

log = logging.getLogger(__name__)

NEWS_EVERY_S = 0.3
PATIENCE_S = 10.0


class Runner(Protocol):
    """Makes one plan: reads the district in `folder` and writes the plan folder `out`.

    Must be a top-level function (it is sent to another process). `settings` is the order's JSON.
    `tell` takes news ("stage", "share", "cost_cny", ...); once `stopped()` is true the best plan
    so far is finished. Raises `HuanweiError` for what a user can mend.
    """

    def __call__(
        self, settings: dict[str, Any], folder: Path, out: Path, *,
        tell: Callable[[Mapping[str, Any]], None], stopped: Callable[[], bool],
    ) -> None:  # fmt: skip
        """Make the plan."""
        ...


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    FAILED = "failed"


class Line(NamedTuple):
    """What connects a job's process with the server: news one way, the stop the other."""

    news: Queue[dict[str, Any]]
    halt: Event


ENDED = frozenset({JobState.FINISHED, JobState.FAILED})


@dataclass(slots=True, kw_only=True)
class Job:
    """One order for a plan; `events` only grows, and ends with a state of `ENDED`."""

    id: str
    settings: dict[str, Any]
    folder: Path
    out: Path
    plan: str
    state: JobState = JobState.QUEUED
    errors: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    halt: Event

    def document(self) -> dict[str, Any]:
        """The job as the API shows it."""
        return {
            "id": self.id, "state": self.state.value, "plan": self.plan,
            "settings": self.settings, "errors": self.errors,
            "progress": next((e for e in reversed(self.events) if "stage" in e), None),
        }  # fmt: skip


class Jobs:
    """Runs jobs in the order they came, one process at a time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._context = multiprocessing.get_context("spawn")
        self._jobs: dict[str, Job] = {}
        self._waiting: queue.Queue[Job | None] = queue.Queue()
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._thread: threading.Thread | None = None

    def submit(self, settings: dict[str, Any], *, folder: Path, out: Path, plan: str) -> Job:
        """Queue a job; `plan` is the id the finished plan will have."""
        with self._lock:
            job = Job(id=str(next(self._numbers)), settings=settings, folder=folder, out=out,
                      plan=plan, halt=self._context.Event())  # fmt: skip
            self._jobs[job.id] = job
            self._state(job, JobState.QUEUED)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()
        self._waiting.put(job)
        return job

    def get(self, job_id: str) -> Job | None:
        """The job of this id, or None."""
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """All jobs since the server began, newest first."""
        return list(reversed(self._jobs.values()))

    def stop(self, job: Job) -> None:
        """Ask a job to finish with the best plan so far; a waiting one will make its first plan."""
        with self._lock:
            job.halt.set()
            if job.state == JobState.RUNNING:
                self._state(job, JobState.STOPPING)

    def close(self) -> None:
        """Stop all jobs and wait a little for the running one."""
        for job in self.all():
            self.stop(job)
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(timeout=2 * PATIENCE_S)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            self._run(job)

    def _run(self, job: Job) -> None:
        news: Queue[dict[str, Any]] = self._context.Queue()
        process = self._context.Process(
            target=run_in_process, name=f"huanwei-job-{job.id}",
            args=(self._runner, job.settings, job.folder, job.out, Line(news, job.halt)),
        )  # fmt: skip
        process.start()
        with self._lock:
            self._state(job, JobState.RUNNING)
        last = self._listen(job, process, news)
        process.join(timeout=PATIENCE_S)
        if process.is_alive():
            process.terminate()
            process.join()
        with self._lock:
            job.errors = last.get("errors", [])
            self._state(job, JobState.FAILED if job.errors else JobState.FINISHED)

    def _listen(
        self, job: Job, process: BaseProcess, news: Queue[dict[str, Any]]
    ) -> dict[str, Any]:
        """Collect news until the last message, or until the process is gone."""
        shown = 0.0
        stage = ""
        while True:
            try:
                message = news.get(timeout=0.2)
            except queue.Empty:
                if process.is_alive():
                    continue
                code = process.exitcode
                text = f"The planning process ended with code {code} and no plan was written."
                return {"errors": [plain_error("worker_died", text)]}
            if "end" in message:
                return message
            now = time.monotonic()
            if message["stage"] != stage or now - shown >= NEWS_EVERY_S:
                stage, shown = message["stage"], now
                job.events.append(message)

    def _state(self, job: Job, state: JobState) -> None:
        job.state = state
        event: dict[str, Any] = {"state": state.value}
        if state in ENDED:
            event |= {"plan": job.plan, "errors": job.errors}
        job.events.append(event)


def run_in_process(
    runner: Runner, settings: dict[str, Any], folder: Path, out: Path, line: Line
) -> None:
    """The job's process: run, and send the errors, if any, as the last message.

    Ctrl-C reaches every process of the terminal; this one is stopped by its server instead.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    news, halt = line
    begin = time.monotonic()

    def tell(message: Mapping[str, Any]) -> None:
        news.put({"seconds": round(time.monotonic() - begin, 1), **message})

    try:
        runner(settings, folder, out, tell=tell, stopped=halt.is_set)
    except (HuanweiError, OSError) as error:
        news.put({"end": True, "errors": error_list(error)})
    except Exception as error:
        # The last door: whatever went wrong is told to the person who waits, and logged.
        log.exception("plan job failed")
        text = f"{type(error).__name__}: {error}"
        news.put({"end": True, "errors": [plain_error("internal", text)]})
    else:
        news.put({"end": True})


def error_list(error: Exception) -> list[dict[str, Any]]:
    """An error as the `errors` of the API, one entry per problem."""
    if isinstance(error, InputErrors):
        return [asdict(issue) for issue in error.issues]
    code = "not_possible" if isinstance(error, HuanweiError) else "file"
    return [plain_error(code, str(error))]


def plain_error(code: str, message: str) -> dict[str, Any]:
    """One entry of `errors` that has no place in a file."""
    return {"code": code, "message_en": message, "message_zh": message}
