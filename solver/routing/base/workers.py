"""Worker processes at the other end of pipes."""

from __future__ import annotations

import multiprocessing
import signal
from typing import TYPE_CHECKING, Any, Self

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import TracebackType


class Workers:
    """A process for each tuple of arguments; a context manager that ends them.

    Each runs `work(end, *arguments)`, a loop of `end.recv()` and `end.send()` that goes on until
    the other end, one of `ends`, is closed. Ctrl-C is for this process alone.
    """

    def __init__(self, work: Callable[..., None], arguments: Iterable[tuple[Any, ...]]) -> None:
        context = multiprocessing.get_context("spawn")
        self.ends: list[Connection] = []
        self.processes: list[BaseProcess] = []
        for own in arguments:
            here, there = context.Pipe()
            process = context.Process(target=_live, args=(work, there, *own), daemon=True)
            process.start()
            there.close()
            self.ends.append(here)
            self.processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end in self.ends:
            end.close()
        for process in self.processes:
            process.join(timeout=0.2)
            if process.is_alive():
                process.terminate()
                process.join()


def hear(end: Connection) -> Any:
    """Wait for a worker's answer. Raises `HuanweiError` where it died."""
    try:
        return end.recv()
    except EOFError as error:
        raise HuanweiError("a worker process of the routing engine died") from error


def _live(work: Callable[..., None], end: Connection, *arguments: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work(end, *arguments)
    except (EOFError, BrokenPipeError):
        return
