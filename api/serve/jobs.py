"""Plan jobs of the server: so many at a time, each in a process of its own, with news and a stop.

A job's process may start workers; it is told to stop and then finishes the best plan so far. A
process that dies takes nothing with it: plan folders are written whole, and beside what is there.
"""

from __future__ import annotations

import logging
import os
import platform
import secrets
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from api.exports.whole import StoppedEarlyError, versions
from api.serve.answers import plain_error
from api.serve.library import id_of
from models.errors import HuanweiError, InputErrors, file_error
from scenarios.desk.calendar import PLANS
from scenarios.office.orders import SIGN_S, Job, JobState, Orders, Place
from solver.workers import Crew, Start, WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from solver.workers import Line

log = logging.getLogger(__name__)

NEWS_EVERY_S = 0.3
"""Seconds between two progress events of one stage: what a person can follow."""
LOOK_S = 0.2
"""Seconds between two looks for news, a new order or a wish to stop."""
CLOSING_S = 20.0
"""Seconds a job has to finish its best plan when the server closes; seen: 2 to 8."""

BEHIND = 10
"""Lowers the priority of a plan's processes [nice]: a search takes the time that readers leave."""

OURS: set[str] = set()
"""Names of the servers this process has begun."""
INTERRUPTED = {
    "code": "interrupted",
    "message_en": "The server ended while it made this plan. Order it again.",
    "message_zh": "服务器在制定该计划时中断，请重新下单。",
}


class Runner(Protocol):
    """Makes one plan: reads the district in `folder` and writes the plan folder `out`.

    Must be a top-level function (it is sent to another process). `settings` is the order's JSON.
    `tell` takes news ("stage", "share", "cost_cny", ...); once `stopped()` is true the best plan
    so far is finished. Returns the folder that was written. Raises `HuanweiError` for what a user
    can mend.
    """

    def __call__(
        self, settings: dict[str, Any], folder: Path, out: Path, *,
        tell: Callable[[Mapping[str, Any]], None], stopped: Callable[[], bool],
    ) -> Path:  # fmt: skip
        """Make the plan."""
        ...


class QueueFullError(HuanweiError):
    """Too many orders wait."""


class NameTakenError(HuanweiError):
    """A plan of the name that was asked for is there, or is being made."""


class Jobs:
    """Runs the orders of a data folder in the order they came, `at_once` processes at a time.

    The number holds for all servers of the folder together.
    """

    def __init__(self, root: Path, runner: Runner, orders: Orders, at_once: int = 1) -> None:
        self.root, self._at_once = root, at_once
        self.orders = orders
        self._runner = runner
        self._server = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(4)}"
        OURS.add(self._server)
        self._closing = threading.Event()
        self._closed_by = 0.0
        self._mark_interrupted()
        self._threads = [
            threading.Thread(target=self._work, name=f"jobs-{number}", daemon=True)
            for number in range(at_once)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, settings: dict[str, Any], *, folder: Path, name: str, fixed: bool, room: str = PLANS
    ) -> Job:
        """Queue an order for the plan `name` of the district in `folder`, laid in its `room`.

        A name that is in use becomes NAME-2, NAME-3 ... or, where it is `fixed`, is refused with
        `NameTakenError`. Raises `QueueFullError` where too many wait.
        """
        wanted = folder / room / name

        def choose(is_ordered: Callable[[str], bool]) -> Place:
            free = (
                out
                for out in versions(wanted)
                if not os.path.lexists(out) and not is_ordered(self._below(out))
            )
            out = next(free)
            if fixed and out != wanted:
                raise NameTakenError
            return self._place(out)

        job = self.orders.add(settings, self._below(folder), choose)
        if job is None:
            raise QueueFullError
        return job

    def _place(self, out: Path) -> Place:
        return Place(out=self._below(out), plan=id_of(self.root, out))

    def _below(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def close(self) -> None:
        """Finish the best plans of the running jobs; what waits waits for the next server."""
        self._closed_by = time.monotonic() + CLOSING_S
        self._closing.set()
        for thread in self._threads:
            thread.join(timeout=2 * CLOSING_S)

    def is_well(self) -> bool:
        """Whether orders can be kept and made."""
        try:
            self.orders.waiting()
        except HuanweiError:
            return False
        return all(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while not self._closing.wait(LOOK_S):
            try:
                self._mark_interrupted()
                while not self._closing.is_set() and self.orders.waiting():
                    job = self.orders.claim(self._server, self._at_once)
                    if job is None:  # others are at work
                        break
                    self._run(job)
            except HuanweiError:  # a full disk; a job at work is taken for interrupted later
                log.exception("the ledger's orders cannot be written")
                self._closing.wait(SIGN_S)

    def _mark_interrupted(self) -> None:
        for server, is_silent in self.orders.servers().items():
            if is_silent or self._is_gone(server):
                self.orders.interrupt(server, INTERRUPTED)

    @staticmethod
    def _is_gone(server: str) -> bool:
        """Whether a server of this machine is gone; of others their silence tells."""
        host, pid, _ = server.rsplit(":", 2)
        if host != platform.node() or os.name != "posix":
            return False
        if int(pid) == os.getpid():  # an earlier life, where containers count from 1 again
            return server not in OURS
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def _run(self, job: Job) -> None:
        folder, out = self.root / job.folder, self.root / job.out
        state, errors = JobState.FAILED, [INTERRUPTED]
        try:
            with Crew(_make, [(self._runner, job.settings, folder, out)], Start.SPAWN) as crew:
                found = self._follow(job.id, crew)
        except StoppedEarlyError:
            if self._closing.is_set():
                state = JobState.INTERRUPTED
            else:
                state, errors = JobState.CANCELLED, []
        except Exception as error:
            # The last door: whatever went wrong is told to the person who waits, and logged.
            errors = error_list(error)
            if errors[0]["code"] == "internal":
                log.exception("plan job failed")
        else:
            if found is None:
                state = JobState.INTERRUPTED
            else:
                state, errors, out = JobState.FINISHED, [], found
        self.orders.end(job.id, state, errors, self._place(out))

    def _follow(self, number: int, crew: Crew) -> Path | None:
        """Note news until the plan's folder comes; None where the server closes before that."""
        (worker,) = crew.workers
        shown, signed, stage = 0.0, 0.0, ""
        while not self._closing.is_set() or time.monotonic() < self._closed_by:
            now = time.monotonic()
            if now - signed >= SIGN_S:
                signed = now
                self.orders.see(number)
            if self._closing.is_set() or self.orders.state(number) == JobState.STOPPING:
                crew.halt.set()
            if not crew.ready(LOOK_S):
                continue
            message = worker.hear()
            if isinstance(message, Path):
                return message
            if message["stage"] != stage or now - shown >= NEWS_EVERY_S:
                stage, shown = message["stage"], now
                self.orders.report(number, message)
        return None


def _make(line: Line, runner: Runner, settings: dict[str, Any], folder: Path, out: Path) -> None:
    """The job's process: make the plan, and say where it is."""
    begin = time.monotonic()
    if hasattr(os, "nice"):
        os.nice(BEHIND)

    def tell(message: Mapping[str, Any]) -> None:
        line.end.send({"seconds": round(time.monotonic() - begin, 1), **message})

    line.end.send(runner(settings, folder, out, tell=tell, stopped=line.halt.is_set))


def error_list(error: Exception) -> list[dict[str, Any]]:
    """An error as the `errors` of the API, one entry per problem."""
    match error:
        case InputErrors():
            return [asdict(issue) for issue in error.issues]
        case WorkerDied():
            return [
                {
                    "code": "worker_died",
                    "message_en": f"The planning process ended with code {error.code}, perhaps out "
                    "of memory; no plan was written. Order it with fewer workers.",
                    "message_zh": f"规划进程异常退出（代码 {error.code}），可能内存不足，"
                    "未写入计划；请减少进程数后重新下单。",
                }
            ]
        case HuanweiError():
            return [plain_error("not_possible", str(error), error.text("zh"))]
        case OSError():
            known = file_error(error)
            return [plain_error("file", str(known), known.zh)]
    return [plain_error("internal", f"{type(error).__name__}: {error}")]
