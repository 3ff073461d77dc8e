"""What a routing engine is: the protocol every engine keeps, its news and its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.day import Progress
    from models.problem import RoutingProblem
    from models.solution import Schedule, Solution
    from solver.cost import Cost
    from solver.stop import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A solution, timed and costed; `trace` lists (seconds, cost) of improvements."""

    solution: Solution
    schedules: tuple[Schedule, ...]
    cost: Cost
    iterations: int
    trace: tuple[tuple[float, int], ...] = ()


class Engine(Protocol):
    """Solves routing problems."""

    name: str

    def lacks(self, problem: RoutingProblem) -> list[str]:
        """Laws of the problem this engine cannot keep; empty: none."""
        ...

    def solve(
        self,
        problem: RoutingProblem,
        *,
        stop: Stop,
        seed: int = 1,
        initial: Solution | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Best solution found within the budget; the judge accepts it."""
        ...
