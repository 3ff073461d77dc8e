"""Our own engine behind the door: budgets, progress and plans around the compiled search."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Route, Serve, Solution, Use
from solver.cost import cost
from solver.routing.arrays import (
    AT_COL,
    AT_ROW,
    AVAILABLE,
    FIRST,
    SERVABLE,
    TASK,
    Tables,
    build_tables,
)
from solver.routing.compiled import is_compiled
from solver.routing.engine import Outcome, Progress
from solver.routing.queue import schedule_solution
from solver.routing.reasons import hopeless, with_reasons
from solver.routing.ruin import Tuning, search
from solver.routing.state import BEST_COST, BEST_REQUIRED, KIND, State, empty_state
from solver.stop import at_most

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Reason, Visit
    from solver.stop import Stop

log = logging.getLogger(__name__)

COMPILE_S = 60
"""What the first run on a machine spends compiling, about [s]."""

CHUNK_WORK = 400_000
"""Iterations times tasks between two looks at the clock."""


class RuinEngine:
    """Ruin and recreate over modes; keeps every law of the problem."""

    name = "ruin"

    def __init__(self, *, workers: int = 1, tuning: Tuning | None = None) -> None:
        self.workers = workers
        self.tuning = tuning or Tuning()

    def lacks(self, problem: RoutingProblem) -> list[str]:
        """Nothing: all laws of a routing problem live in the one insertion test."""
        del problem
        return []

    def solve(
        self,
        problem: RoutingProblem,
        *,
        stop: Stop,
        seed: int = 1,
        initial: Solution | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Best solution within the budget; Ctrl-C ends it early with the best so far."""
        begin = time.monotonic()
        announce_compilation(progress)
        tab = build_tables(problem)
        lost = hopeless(problem, tab)
        run = Search(tab, self.tuning, seed, lost, begin)
        run.start(initial)
        run.go(stop, progress)
        solution, schedules = schedule_solution(problem, run.solution(problem, lost))
        return Outcome(
            solution=solution,
            schedules=schedules,
            cost=cost(problem, solution, schedules),
            iterations=run.iterations,
            trace=tuple(run.trace),
        )


def announce_compilation(progress: Callable[[Progress], None] | None) -> None:
    """Say once that the compiler will be at work, where nothing is cached yet."""
    if is_compiled("search"):
        return
    log.warning("compiling the routing engine, once, about %d s", COMPILE_S)
    if progress:
        progress(Progress(phase="compile", used=0.0, seconds=float(COMPILE_S)))


class Search:
    """One running search: tables, state, and how far it is."""

    def __init__(
        self, tab: Tables, tuning: Tuning, seed: int, lost: dict[int, Reason], begin: float
    ) -> None:
        self.tab, self.tuning, self.lost, self.begin = tab, tuning, lost, begin
        self.state: State = empty_state(tab, seed)
        self.iterations = 0
        self.trace: list[tuple[float, int]] = []
        middle = median_leg(tab)
        self.first_heat = max(tuning.first_heat * middle, 1e-9)
        self.last_heat = max(tuning.last_heat * middle, 1e-10)

    def start(self, initial: Solution | None) -> None:
        """Build the first plan, on `initial` where it is given."""
        self.tab.tasks[list(self.lost), SERVABLE] = 0
        plan = encode(self.tab, initial) if initial else np.zeros((0, 2), dtype=np.int32)
        search(self.tab, self.state, self.tuning, plan, 0, 1.0, 1.0)
        self._note()

    def go(self, stop: Stop, progress: Callable[[Progress], None] | None) -> None:
        """Search in chunks until the budget is used or someone presses Ctrl-C."""
        nothing = np.zeros((0, 2), dtype=np.int32)
        chunk = max(CHUNK_WORK // max(self.tab.num_tasks, 1), 64)
        used = stop.used(self.iterations)
        step = 0.0
        try:
            while used < 1.0 and self.tab.num_tasks > len(self.lost):
                heat = self.first_heat * (self.last_heat / self.first_heat) ** used
                cooling = (self.last_heat / self.first_heat) ** (step / chunk)
                search(self.tab, self.state, self.tuning, nothing, chunk, heat, cooling)
                self.iterations += chunk
                before, used = used, stop.used(self.iterations)
                step = used - before
                self._note()
                if progress:
                    progress(self._progress(used))
        except KeyboardInterrupt:
            log.warning("stopped by hand; keeping the best plan so far")

    def _note(self) -> None:
        best = int(self.state.num[BEST_COST])
        if not self.trace or best != self.trace[-1][1]:
            self.trace.append((round(time.monotonic() - self.begin, 3), best))

    def _progress(self, used: float) -> Progress:
        return Progress(
            phase="search",
            used=min(used, 1.0),
            seconds=time.monotonic() - self.begin,
            iterations=self.iterations,
            cost=int(self.state.num[BEST_COST]),
            required_unserved=int(self.state.num[BEST_REQUIRED]) + len(self.lost),
        )

    def solution(self, problem: RoutingProblem, lost: dict[int, Reason]) -> Solution:
        """The best plan, and why what is missing is missing."""
        routes = decode(self.tab, self.state)
        return with_reasons(problem, self.tab, routes, lost)


def median_leg(tab: Tables) -> float:
    """Median leg cost between the modes of tasks, from a fixed sample."""
    num = tab.num_modes
    if num < 2:
        return 1.0
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, num, size=(2, 20_000))
    legs = tab.leg[0][tab.visit[pairs[0], AT_ROW], tab.visit[pairs[1], AT_COL]]
    legs = legs[(legs < tab.far) & (tab.visit[pairs[0], TASK] != tab.visit[pairs[1], TASK])]
    return float(np.median(legs)) if len(legs) else 1.0


def decode(tab: Tables, state: State) -> list[Route]:
    """Routes of the best plan."""
    routes = []
    for slot in range(len(state.route)):
        depot = tab.num_tasks + slot
        node = int(state.best[depot, 0])
        visits: list[Visit] = []
        while node != depot:
            mode = int(state.best[node, 1])
            task = int(tab.visit[mode, TASK])
            visits.append(
                Serve(task, mode - int(tab.tasks[task, FIRST]))
                if task >= 0
                else Use(mode - tab.num_modes)
            )
            node = int(state.best[node, 0])
        if visits:
            routes.append(Route(int(state.route[slot, KIND]), tuple(visits)))
    return routes


def encode(tab: Tables, solution: Solution) -> NDArray[np.int32]:
    """Rows (route slot, mode id) of a plan; routes beyond the fleet are left out."""
    count = tab.kinds[:, AVAILABLE]
    first = np.concatenate([[0], np.cumsum(count)])
    used = [0] * len(count)
    rows = []
    for route in solution.routes:
        kind = route.vehicle_type
        if used[kind] == count[kind]:
            continue
        for visit in route.visits:
            mode = (
                tab.tasks[visit.task, FIRST] + visit.mode
                if isinstance(visit, Serve)
                else tab.num_modes + visit.facility
            )
            rows.append((first[kind] + used[kind], mode))
        used[kind] += 1
    return np.array(rows, dtype=np.int32).reshape(len(rows), 2)


def warm_up() -> None:
    """Compile everything on a toy problem, so that the first plan does not wait."""
    from solver.routing.toy import toy_problem  # noqa: PLC0415

    for windows in (False, True):
        RuinEngine().solve(toy_problem(windows=windows), stop=at_most(10))
