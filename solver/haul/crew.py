"""Searches and bound of the haul side by side in worker processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from solver.workers import WISH_S, Crew

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.workers import Line

T = TypeVar("T")


class Errand(Crew, Generic[T]):
    """`work(stopped)` under way in a process of its own; a context manager that ends it."""

    def __init__(self, work: Callable[[Callable[[], bool]], T]) -> None:
        super().__init__(_run, [(work,)])

    def result(self, stopped: Callable[[], bool] | None) -> T:
        """What the work gives; it is told once `stopped`. Raises `WorkerDied` if it died."""
        (worker,) = self.workers
        while not self.ready(WISH_S):
            if stopped is not None and stopped():
                self.halt.set()
        found: T = worker.hear()
        return found


def _run(line: Line, work: Callable[[Callable[[], bool]], T]) -> None:
    line.end.send(work(line.halt.is_set))
