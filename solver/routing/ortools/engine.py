"""OR-Tools routing behind the same door: a second opinion, and laws told in another language.

Each mode is a node, the modes of a task a disjunction; each facility has a few copies that a
route may pass; legs home of vehicles that must come home empty lead over the cheapest tip (see
stops.py). Guided local search, after savings where only loads and hours bind, else after a parallel
cheapest insertion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.solution import Reason, Solution
from solver.routing.base.outcome import better_of, timed_outcome
from solver.routing.base.reasons import hopeless, with_reasons
from solver.routing.base.tables import clock_tables
from solver.routing.ortools.model import Model
from solver.routing.ortools.stops import Stops
from solver.routing.ortools.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.day import Progress
    from models.problem import RoutingProblem
    from solver.routing.base.engine import Outcome
    from solver.stop import Stop


MOST_STOPS = 3_000
"""So many stops are handed over at most (chosen: legs are lists of Python numbers; beyond, memory
would run out)."""


def is_too_large(problem: RoutingProblem) -> bool:
    """Whether the library's lists of legs would not fit in memory."""
    return sum(len(task.modes) for task in problem.tasks) > MOST_STOPS


class OrToolsEngine:
    """OR-Tools' routing library; `lacks` says which laws it cannot keep here."""

    name = "ortools"

    def lacks(self, problem: RoutingProblem) -> list[str]:
        """Laws of the problem this model leaves out."""
        kinds = problem.vehicle_types
        found = {
            "rest after driving": any(kind.max_work for kind in kinds),
            "spacing of passes": bool(problem.spacings),
            "bays": any(facility.bays for facility in problem.facilities),
            "a facility's daily capacity": any(f.daily_capacity for f in problem.facilities),
            "coming home empty over several tips": Stops(problem).empties_in_turn,
            "so many modes": is_too_large(problem),
        }
        return [law for law, missing in found.items() if missing]

    def solve(
        self,
        problem: RoutingProblem,
        *,
        stop: Stop,
        seed: int = 1,
        initial: Solution | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Best solution found within the budget, `initial` where nothing better is found.

        The library has no seed: equal iteration budgets give equal plans whatever `seed` is. Its
        search proves nothing, so a task left out that some vehicle could do is `STOPPED`: the
        search had no time to place it. So are all tasks of a problem too large to hand over.
        """
        del seed
        watch = Watch(stop, progress)
        tab = clock_tables(problem)
        lost = hopeless(problem, tab)
        routes = []
        if len(lost) < len(problem.tasks) and not is_too_large(problem):
            routes = Model(problem, lost, initial).search(watch)
        told = with_reasons(problem, tab, routes, lost)
        unproven = {Reason.NO_TIME, Reason.NO_CAPACITY}
        if is_too_large(problem):
            unproven.add(Reason.NOT_WORTH)
        reasons = {
            task: Reason.STOPPED if reason in unproven else reason
            for task, reason in told.unserved.items()
        }
        solution = Solution(told.routes, reasons)
        found = timed_outcome(problem, solution, iterations=watch.iterations, trace=watch.trace)
        return better_of(problem, found, initial)
