"""One harness for all worker processes: pipes, a wish to stop, death told, and no orphans.

A worker leaves Ctrl-C, TERM and HUP to the process that began it, and ends when that one is gone,
however it went: Linux kills the worker, elsewhere a thread of the worker watches. Messages go
through pipes and not through queues, whose feeder threads would keep a worker alive. Where a
process may not have children, as in the daemon workers of a Dask cluster, workers are threads.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.sharedctypes import RawValue
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.process import BaseProcess
    from types import TracebackType

PARTING_S = 0.2
"""A worker that was let go has so many seconds to end by itself before it is killed (chosen:
workers look at their pipes and at the wish to stop several times a second)."""

LOOK_S = 0.5
"""Two looks of a worker whether its parent is still the same lie so many seconds apart (chosen: a
quarter of the two seconds after which nobody may be left)."""

WISH_S = 0.2
"""Two looks whether somebody wants to stop lie so many seconds apart while workers search (chosen:
below what a person notices)."""

PR_SET_PDEATHSIG = 1
"""Names the signal Linux sends when the parent ends (as in prctl(2), linux/prctl.h)."""

LEFT_TO_THE_PARENT = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that a terminal or a service manager sends to whole groups; names, as Windows lacks
one."""


class Start(StrEnum):
    """How a worker begins."""

    FORK = "fork"
    """Shares memory with its parent, so that matrices and compiled code are not copied; where
    there is no fork it is spawned."""
    SPAWN = "spawn"
    """Begins as a fresh interpreter, for parents that run threads of their own."""


class WorkerDied(HuanweiError):
    """A worker ended without its answer; `code` is its exit code, negative for a signal."""

    def __init__(self, code: int | None) -> None:
        super().__init__(
            f"a worker process ended with code {code}, perhaps out of memory. "
            "Try again with --workers 1."
        )
        self.code = code


class Halt:
    """A wish to stop that processes share.

    Without a lock: a worker that is killed while it looks must not block the others.
    """

    def __init__(self) -> None:
        self._flag = RawValue(ctypes.c_bool, False)

    def set(self) -> None:
        """Wish that all stop."""
        self._flag.value = True

    def is_set(self) -> bool:
        """Whether to stop now."""
        return bool(self._flag.value)


class Line(NamedTuple):
    """What a worker holds: its end of the pipe, and the wish to stop."""

    end: Connection
    halt: Halt


@dataclass(frozen=True, eq=False, slots=True)
class Worker:
    """The parent's side of a worker; without a process it is a thread."""

    end: Connection
    process: BaseProcess | None

    def send(self, message: object) -> None:
        """Give the worker an order. Raises `WorkerDied` where nobody is there to take it."""
        try:
            self.end.send(message)
        except (BrokenPipeError, ConnectionResetError):
            raise self._death() from None

    def hear(self) -> Any:
        """Wait for the next message; raises what the worker raised, `WorkerDied` if it is gone."""
        try:
            wait(self.signs())
            if not self.end.poll():  # it died without a word
                raise self._death()
            message = self.end.recv()
        except (EOFError, OSError):  # the pipe closed, perhaps in the middle of a message
            raise self._death() from None
        if isinstance(message, _Raised):
            raise message.error
        return message

    def signs(self) -> list[Any]:
        """What to wait for: its pipe, and its death, as a sibling may hold a dead one's pipe."""
        return [self.end] if self.process is None else [self.end, self.process.sentinel]

    def _death(self) -> WorkerDied:
        if self.process is None:
            return WorkerDied(None)
        self.process.join(PARTING_S)
        return WorkerDied(self.process.exitcode)

    def end_by(self, moment: float) -> None:
        """Kill the worker unless it ends by `moment` of the clock. A thread ends by itself."""
        if self.process is None:
            return
        self.process.join(max(0.0, moment - time.monotonic()))
        self.process.kill()
        self.process.join()


class Crew:
    """A worker for each tuple of arguments; a context manager that ends them.

    Each runs `work(line, *arguments)`. What it raises is raised where its message is heard.
    """

    def __init__(
        self,
        work: Callable[..., None],
        arguments: Iterable[tuple[Any, ...]],
        start: Start = Start.FORK,
    ) -> None:
        self.halt = Halt()
        self.workers: list[Worker] = []
        self._born: dict[Worker, Callable[[], Worker]] = {}
        try:
            for own in arguments:
                self._take_on(partial(_begin, work, self.halt, own, start))
        except BaseException:
            self.dismiss()
            raise

    def ready(self, within_s: float, among: Sequence[Worker] | None = None) -> list[Worker]:
        """Workers that have sent something or died, of those `among`; waits at most `within_s`."""
        asked = self.workers if among is None else among
        seen = wait([sign for worker in asked for sign in worker.signs()], within_s)
        return [worker for worker in asked if any(sign in seen for sign in worker.signs())]

    def replace(self, worker: Worker) -> None:
        """End a worker, and begin another one with the same arguments."""
        worker.end.close()
        worker.end_by(time.monotonic())
        self.workers.remove(worker)
        self._take_on(self._born.pop(worker))

    def _take_on(self, begin: Callable[[], Worker]) -> None:
        worker = begin()
        self.workers.append(worker)
        self._born[worker] = begin

    def dismiss(self) -> None:
        """End all workers; what they were doing is lost."""
        self.halt.set()
        for worker in self.workers:
            worker.end.close()
        parted = time.monotonic() + PARTING_S
        for worker in self.workers:
            worker.end_by(parted)
        self.workers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.dismiss()


@dataclass(frozen=True, slots=True)
class _Raised:
    """The message of a worker that raised."""

    error: Exception


def _begin(
    work: Callable[..., None], halt: Halt, arguments: tuple[Any, ...], start: Start
) -> Worker:
    here, there = multiprocessing.Pipe()
    line = Line(there, halt)
    if multiprocessing.current_process().daemon:  # it may not have children
        threading.Thread(target=_do, args=(work, line, arguments), daemon=True).start()
        return Worker(here, None)
    known = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context(start if start in known else Start.SPAWN)
    process: BaseProcess = context.Process(target=_live, args=(work, line, arguments))
    with _signals_held_back(start):
        process.start()
    there.close()
    return Worker(here, process)


@contextmanager
def _signals_held_back(start: Start) -> Iterator[None]:
    """Within, signals of groups wait, also for a worker until it has its own rules.

    Else Ctrl-C would meet a worker in the middle of loading its modules.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    if start == Start.SPAWN:
        resource_tracker.ensure_running()  # its beginning would let the signals through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _left_to_the_parent())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _left_to_the_parent() -> list[int]:
    return [getattr(signal, name) for name in LEFT_TO_THE_PARENT if hasattr(signal, name)]


def _live(work: Callable[..., None], line: Line, arguments: tuple[Any, ...]) -> None:
    """A worker's life as a process."""
    for number in _left_to_the_parent():
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _left_to_the_parent())
    _end_with_parent()
    _do(work, line, arguments)


def _do(work: Callable[..., None], line: Line, arguments: tuple[Any, ...]) -> None:
    # A closed pipe is the parent's way to say that nothing more is wanted.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError), line.end:
        try:
            work(line, *arguments)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            # Whatever it is, it belongs to the process that waits for an answer.
            error.add_note(traceback.format_exc())
            line.end.send(_Raised(_portable(error)))


def _portable(error: Exception) -> Exception:
    """The error itself if it survives a pipe; else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except (AttributeError, ImportError, LookupError, TypeError, ValueError, pickle.PickleError):
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: BaseProcess) -> None:
    """End this process, in the middle of whatever it does, once the parent is gone."""
    while not wait([parent.sentinel], LOOK_S) and os.getppid() == parent.pid:
        pass
    os._exit(1)
