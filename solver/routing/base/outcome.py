"""What an engine hands back: its solution timed and costed, or the better plan it began from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cost import cost
from solver.routing.base.engine import Outcome
from solver.routing.base.schedule import schedule_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.problem import RoutingProblem
    from models.solution import Solution


def timed_outcome(
    problem: RoutingProblem,
    solution: Solution,
    *,
    iterations: int,
    trace: Iterable[tuple[float, int]],
) -> Outcome:
    """A solution with the times and the cost that the laws give it."""
    schedules = schedule_all(problem, solution.routes)
    return Outcome(
        solution=solution,
        schedules=schedules,
        cost=cost(problem, solution, schedules),
        iterations=iterations,
        trace=tuple(trace),
    )


def better_of(problem: RoutingProblem, found: Outcome, initial: Solution | None) -> Outcome:
    """What was found, or the plan it began from where that is better."""
    if initial is None:
        return found
    before = timed_outcome(problem, initial, iterations=found.iterations, trace=found.trace)
    return found if found.cost.key <= before.cost.key else before
