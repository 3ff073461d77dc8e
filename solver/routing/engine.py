"""The door every routing engine stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.problem import RoutingProblem
    from models.solution import Schedule, Solution
    from solver.cost import Cost
    from solver.stop import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """News from a running search.

    `phase` is "compile" (once per installation, `seconds` is the expected length), "build" or
    "search"; `used` the share of the budget used; `seconds` since the start.
    """

    phase: str
    used: float
    seconds: float
    iterations: int = 0
    cost: int | None = None
    required_unserved: int = 0


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


ENGINES = ("ruin", "ortools")


def get_engine(name: str, *, workers: int = 1) -> Engine:
    """The engine called `name`; `workers` processes where it can use them."""
    match name:
        case "ruin":
            from solver.routing.ruin_engine import RuinEngine  # noqa: PLC0415

            return RuinEngine(workers=workers)
        case "ortools":
            from solver.routing.ortools import OrToolsEngine  # noqa: PLC0415

            return OrToolsEngine()
        case _:
            raise HuanweiError(f"unknown engine {name!r}; there are {', '.join(ENGINES)}")


def prepare(name: str, progress: Callable[[Progress], None] | None = None) -> None:
    """Load and, the first time, compile the engine here, so that forked workers have it."""
    if name == "ruin":
        from solver.routing.ruin_engine import announce_compilation, warm_up  # noqa: PLC0415

        announce_compilation(progress)
        warm_up()
