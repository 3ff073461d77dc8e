"""OR-Tools' search under our budget: its limit, its progress, its trace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from models.day import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.stop import Stop


ASKED_PER_ITERATION = 2_000
"""The library may ask so many times per iteration for the limit (chosen: it asks at every step; a
search that accepts nothing must end too)."""

LOOKS = 100
"""One of so many questions looks at our budget (chosen: the library asks 200,000 times a
second)."""


class Watch:
    """Our stop as OR-Tools' search limit, and the trace of its best costs."""

    def __init__(self, stop: Stop, progress: Callable[[Progress], None] | None) -> None:
        self.stop, self.progress = stop, progress
        self.begin = time.monotonic()
        self.accepted = self.asked = 0
        self.trace: list[tuple[float, int]] = []

    @property
    def iterations(self) -> int:
        """Solutions accepted, and one more per ASKED_PER_ITERATION questions in between."""
        return self.accepted + self.asked // ASKED_PER_ITERATION

    def reached(self) -> bool:
        """Whether the budget is used up; a first solution may take twice as long."""
        self.asked += 1
        if self.asked % LOOKS:
            return False
        return self.stop.used(self.iterations) >= (1.0 if self.accepted else 2.0)

    def accept(self, value: int, dear: int) -> None:
        """Count an accepted solution of this value; from `dear` on it leaves required tasks out."""
        self.accepted += 1
        better = value < dear and (not self.trace or value < self.trace[-1][1])
        if better:
            self.trace.append((round(time.monotonic() - self.begin, 3), value))
        if self.progress is not None and (better or self.accepted % 100 == 1):
            self.progress(
                Progress(
                    phase="search",
                    used=min(self.stop.used(self.iterations), 1.0),
                    seconds=time.monotonic() - self.begin,
                    iterations=self.iterations,
                    cost=self.trace[-1][1] if self.trace else None,
                )
            )
