"""Searches and bound of the haul side by side in worker processes."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Generic, TypeVar

from models.errors import HuanweiError
from solver.workers import worker_context

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Event

T = TypeVar("T")
LOOK_S = 0.2
"""Between two looks whether somebody wants to stop."""


class Errand(Generic[T]):
    """`work(stopped)` under way in a process of its own."""

    def __init__(self, work: Callable[[Callable[[], bool]], T]) -> None:
        context = worker_context()
        self.halt = context.Event()
        self.ear, mouth = context.Pipe(duplex=False)
        self.process = context.Process(target=_run, args=(work, self.halt, mouth), daemon=True)
        self.process.start()
        mouth.close()

    def result(self, stopped: Callable[[], bool] | None) -> T:
        """What the work gives; it is told once `stopped`. Raises `HuanweiError` if it died."""
        try:
            while not self.ear.poll(LOOK_S):
                if stopped is not None and stopped():
                    self.halt.set()
            found: T = self.ear.recv()
        except EOFError:
            raise HuanweiError(
                "a worker process of the haul ended early, perhaps out of memory. "
                "Try again with --workers 1."
            ) from None
        self.process.join()
        return found

    def give_up(self) -> None:
        """End the work; nothing happens where it is done."""
        self.process.kill()
        self.process.join()


def _run(work: Callable[[Callable[[], bool]], T], halt: Event, mouth: Connection) -> None:
    """Do the work; the parent decides about Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    mouth.send(work(halt.is_set))
    mouth.close()
