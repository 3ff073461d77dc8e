"""Problems past some ten thousand places: compact parts, cut anew again and again.

A round cuts the plan in hand into compact groups of whole routes, with tasks in no route beside
the routes near them, and searches each group as a problem of its own (see parts.py), side by side
in worker processes. The next round cuts along other lines. All parts of a round share one stretch
of the annealing schedule, so that many short searches of parts behave as one long search of the
whole; the first round knows no routes and builds them.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.routing.base.gaps import space_windows
from solver.routing.base.reasons import alone, out_of_search_time, with_reasons
from solver.routing.base.tables import clock_tables
from solver.routing.bound.fleet import fewest_routes_and_trips, is_crowded
from solver.routing.search import patchwork
from solver.routing.search.part_crew import PartCrew
from solver.routing.search.patchwork import Patchwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.routing.ruin.loop import Tuning
    from solver.routing.ruin.running import Report
    from solver.stop import Stop

    Places = NDArray[np.float64]

log = logging.getLogger(__name__)

HUGE = 10_000
"""A problem of more places is solved in parts (chosen)."""

PARALLEL_MODES = 1_000
"""From so many modes per worker, workers share a problem out instead of each searching all of it
(chosen)."""

FIRST_ROUND = 20
"""The first round has so many iterations per task, where the budget has so many (chosen)."""

ROUNDS = 48
"""The plan is cut anew about so many times within the budget (chosen)."""

LEAST_EFFORT = 40
"""Later rounds have so many iterations per task, at least (chosen: tables of parts must not cost
more than search)."""


def is_huge(problem: RoutingProblem) -> bool:
    """Whether a dense matrix of the whole is out of the question."""
    modes = [mode for task in problem.tasks for mode in task.modes]
    return max(len({mode.leave for mode in modes}), len({mode.enter for mode in modes})) > HUGE


def divides(problem: RoutingProblem, workers: int) -> bool:
    """Whether worker processes do better side by side on parts than each on the whole.

    Not where vehicles are crowded: trips of parts are never too full.
    """
    modes = sum(len(task.modes) for task in problem.tasks)
    routes, _ = fewest_routes_and_trips(problem)
    return (
        workers > 1
        and modes >= PARALLEL_MODES * workers
        and routes >= patchwork.FEWEST_ROUTES * workers
        and not is_crowded(problem)
        and not any(facility.daily_capacity for facility in problem.facilities)
    )


def solve_in_parts(
    problem: RoutingProblem,
    tuning: Tuning | None,
    *,
    workers: int,
    stop: Stop,
    seed: int,
    initial: Solution | None,
    report: Report,
) -> Solution:
    """Best plan of a huge problem found in rounds of parts until the budget ends.

    The same number of workers, seed and iterations give the same plan.
    """
    whole = with_spaced_windows(problem)
    state = Patchwork(whole, initial, np.random.default_rng(seed))
    effort = FIRST_ROUND * len(whole.tasks)
    effort = max(int(effort / max(stop.used(effort), 1.0)), 1)
    used, step, iterations = 0.0, 0.0, 0
    try:
        with PartCrew(whole, tuning, workers) as crew:
            while used < 1.0:
                orders = state.orders(workers, effort, used, step)
                done = iterations

                def over(done: int = done) -> bool:
                    return stop.used(done) >= 1.0

                for number, answer in crew.answers(orders, over):
                    state.put_back(orders[number], answer)
                    iterations += orders[number].iterations
                    report(stop.used(done), iterations, state.best_value)
                before, used = used, stop.used(iterations)
                pace = max(used - before, 1e-9) / effort
                effort = max(int(1 / ROUNDS / pace), LEAST_EFFORT * len(whole.tasks))
                effort = max(min(effort, int((1.0 - used) / pace)), 1)
                step = pace * effort
    except KeyboardInterrupt:
        log.warning("stopped by hand; keeping the best plan so far · 已停止，保留目前最好的方案")
        return state.best
    return with_reasons_of_the_whole(whole, state.best)


def with_reasons_of_the_whole(whole: RoutingProblem, found: Solution) -> Solution:
    """The plan with reasons that do not depend on what a part had of vehicles and facilities."""
    tab = clock_tables(whole)
    reasons = {task: alone(whole, tab, task) for task in found.unserved}
    lost = {task: reason for task, reason in reasons.items() if reason is not None}
    return out_of_search_time(whole, tab, with_reasons(whole, tab, found.routes, lost))


def with_spaced_windows(problem: RoutingProblem) -> RoutingProblem:
    """The problem with its spacings written into windows, so that parts may forget them."""
    if not problem.spacings:
        return problem
    windows = space_windows(problem)
    tasks = list(problem.tasks)
    for number, (early, late) in windows.items():
        modes = [
            replace(mode, tw_early=max(mode.tw_early, early), tw_late=min(mode.tw_late, late))
            for mode in tasks[number].modes
            if max(mode.tw_early, early) <= min(mode.tw_late, late)
        ]
        if modes:
            tasks[number] = replace(tasks[number], modes=tuple(modes))
    return replace(problem, tasks=tuple(tasks), spacings=())
