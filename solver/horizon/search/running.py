"""A running search: compiled loops over a periodic problem with a share of the budget."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from models.horizon.periodic import NO_PATTERN, PeriodicPlan
from models.solution import Reason, Route, Serve, Solution, Use
from solver.horizon.search.arrays import (
    ABSENT,
    BEST,
    FIRST_MODE,
    FIRST_PATTERN,
    FIRST_VISIT,
    LATE_PRICE,
    OVER_PRICE,
    SERVED,
    SLOT_DAY,
    SLOT_KIND,
    TOTAL,
    VARIANT_DAY,
    WORK_PRICE,
    Ids,
    Weeks,
    empty_plan,
)
from solver.horizon.search.loop import search
from solver.horizon.search.ruin import Tuning
from solver.horizon.search.weeks import build_weeks
from solver.routing.base.arrays import AT_COL, AT_ROW, CLASS, PROFILE

if TYPE_CHECKING:
    from models.horizon.periodic import PeriodicProblem
    from models.solution import Visit
    from solver.stop import Stop

log = logging.getLogger(__name__)

NO_START = np.zeros((0, 6), dtype=np.int32)

FIRST_CHUNK = 64
"""The first chunk has so many iterations (chosen: few, for the speed is not known yet)."""

NUM_CHUNKS = 200
"""The budget is looked at so many times in all, at least (chosen: heat follows it)."""

CHUNKS_PER_COOLING = 20
"""The budget is looked at so many times during a cooling, at least (chosen)."""

COOLING_WORK = 15
"""A cooling has so many iterations per square of the number of visits: a longer budget is spent on
several, as one alone may end in a valley it cannot leave (chosen)."""

MOST_COOLINGS = 4
"""A budget is spent on so many coolings at most (chosen: many short ones end where few long ones do
not, and p02 of Cordeau wants several)."""

HOTTER_AGAIN = 2.0
"""A cooling after the first begins so many times as hot (chosen: at 0.3 median legs half of the
tasks of p02 keep their patterns, at 0.6 as many as chance keeps, 0.28)."""

KNOWN_FROM = 0.005
"""After this share of a budget its number of iterations can be told (chosen)."""

SAMPLE = 20_000
"""So many pairs of tasks are looked at for the median leg (chosen: known within a percent)."""

VEHICLE_LEGS = 10
"""A whole vehicle of overload costs so many median legs at first (chosen; it learns)."""

SLACK = 1.0
"""A plan may cost so many median legs above the most that is accepted, until its modes are chosen
anew (chosen: a street turned round saves less, but for few)."""

LAWFUL_FROM = 0.7
"""From this share of a cooling on the plan in hand is to keep its laws mostly (chosen)."""

SELDOM = 0.2
"""So much slower prices fall then (chosen)."""

Report = Callable[[float, int, tuple[int, int]], None]
"""Hears of the share of the budget used, the iterations, and the best (required left out, cost)."""


class Search:
    """One running search over one periodic problem."""

    def __init__(
        self,
        problem: PeriodicProblem,
        *,
        seed: int,
        tuning: Tuning | None = None,
        initial: PeriodicPlan | None = None,
    ) -> None:
        self.problem = problem
        self.tuning = tuning or Tuning()
        self.weeks = build_weeks(problem)
        self.plan = empty_plan(self.weeks, seed, int(np.diff(self.weeks.task[:, FIRST_MODE]).max()))
        self.iterations = 0
        cost, seconds = median_leg(self.weeks)
        self.middle = max(cost, 1.0)
        self.plan.price[OVER_PRICE] = VEHICLE_LEGS * self.middle
        self.plan.price[LATE_PRICE] = self.plan.price[WORK_PRICE] = self.middle / max(seconds, 1.0)
        several = self.plan.value.shape[1] > 1
        self.slack = self.middle * SLACK if several else 0.0
        if self.weeks.num_facilities:
            self.slack = np.inf
        start = encode(self.weeks, initial) if initial else NO_START
        search(self.weeks, self.plan, self.tuning, start, 0, 1.0, 1.0, 0.0)

    def advance(self, iterations: int, used: float, step: float, *, again: bool = False) -> None:
        """Search on; the share `used` of the cooling is done before and about `step` more after.

        `again`: it is not the first.
        """
        first, last = self.tuning.first_heat, self.tuning.last_heat
        if again:
            first *= HOTTER_AGAIN
        heat = self.middle * first * (last / first) ** used
        cooling = (last / first) ** (step / iterations)
        tune = self.tuning
        if used > LAWFUL_FROM:
            tune = tune._replace(fall=tune.fall * SELDOM)
        search(self.weeks, self.plan, tune, NO_START, iterations, heat, cooling, self.slack)
        self.iterations += iterations

    @property
    def best(self) -> tuple[int, int]:
        """Required tasks the best plan leaves out, and its cost."""
        return int(self.plan.num[BEST + ABSENT]), int(self.plan.num[BEST + TOTAL])

    @property
    def lawful(self) -> bool:
        """Whether the best plan has no overload, no lateness and no day of too much work."""
        return not self.plan.num[BEST + 1 : BEST + 4].any()

    def run(self, stop: Stop, report: Report | None = None) -> None:
        """Search in chunks until the budget is used or someone presses Ctrl-C."""
        chunk, used, step = FIRST_CHUNK, stop.used(0), 0.0
        coolings = 1
        try:
            while used < 1.0:
                again = coolings * used >= 1.0
                self.advance(chunk, coolings * used % 1.0, coolings * step, again=again)
                before, used = used, stop.used(self.iterations)
                gone = used - before
                wanted = min(1.0 - used, 1.0 / max(NUM_CHUNKS, CHUNKS_PER_COOLING * coolings))
                size = round(chunk * wanted / gone) if gone > 0 else 2 * chunk
                size = max(min(size, 4 * chunk), 1)
                chunk, step = size, size * gone / chunk
                if before < KNOWN_FROM <= used:
                    coolings = num_coolings(self.iterations / used, int(self.plan.num[SERVED]))
                if report is not None:
                    report(used, self.iterations, self.best)
        except KeyboardInterrupt:
            log.warning("stopped by hand; keeping the best plan so far")

    def result(self) -> PeriodicPlan:
        """The best plan."""
        return decode(self.weeks, self.plan.best, self.plan.best_pattern)


def num_coolings(iterations: float, visits: int) -> int:
    """On how many coolings a budget of so many iterations is spent."""
    whole = COOLING_WORK * max(visits, 1) ** 2
    return min(max(round(iterations / whole), 1), MOST_COOLINGS)


def median_leg(weeks: Weeks) -> tuple[float, float]:
    """Median cost and seconds of a leg between tasks, from a fixed sample."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, weeks.num_modes, size=(2, SAMPLE))
    rows, cols = weeks.visit[pairs[0], AT_ROW], weeks.visit[pairs[1], AT_COL]
    legs = weeks.leg[weeks.kinds[0, CLASS], rows, cols]
    able = (legs < weeks.far) & (weeks.visit[pairs[0], 0] != weeks.visit[pairs[1], 0])
    cost = float(np.median(legs[able])) if able.any() else 1.0
    if not weeks.timed or not able.any():
        return cost, cost
    seconds = weeks.time[weeks.kinds[0, PROFILE], rows, cols][able]
    return cost, float(np.median(seconds))


def encode(weeks: Weeks, plan: PeriodicPlan) -> Ids:
    """Rows (slot, task, variant, mode, facility after it, pattern) of a plan.

    A task counts when all its visits are in routes; routes beyond the fleet of a day are left out.
    """
    kinds = len(weeks.kinds)
    variant = _variants_of(weeks, plan)
    rows: list[tuple[int, int, int, int, int, int]] = []
    for day, solution in enumerate(plan.days):
        used = [0] * kinds
        for route in solution.routes:
            at = day * kinds + route.vehicle_type
            slot = int(weeks.first_slot[at]) + used[route.vehicle_type]
            if slot >= weeks.first_slot[at + 1]:
                continue
            used[route.vehicle_type] += 1
            for visit in route.visits:
                if isinstance(visit, Use):
                    if rows and rows[-1][0] == slot:
                        rows[-1] = (*rows[-1][:4], visit.facility, rows[-1][5])
                elif (visit.task, day) in variant:
                    number, pattern = variant[visit.task, day]
                    mode = int(weeks.task[visit.task, FIRST_MODE]) + visit.mode
                    rows.append((slot, visit.task, number, mode, -1, pattern))
    count = np.zeros(weeks.num_tasks, dtype=np.int64)
    for row in rows:
        count[row[1]] += 1
    visits = np.diff(weeks.pattern[:, FIRST_VISIT])
    whole = [row for row in rows if count[row[1]] == visits[row[5]]]
    return np.array(whole, dtype=np.int32).reshape(len(whole), 6)


def _variants_of(weeks: Weeks, plan: PeriodicPlan) -> dict[tuple[int, int], tuple[int, int]]:
    """Variant and pattern by task and day of the patterns a plan chose."""
    found = {}
    for task, choice in enumerate(plan.chosen):
        if choice == NO_PATTERN:
            continue
        pattern = int(weeks.task[task, FIRST_PATTERN]) + choice
        low, high = weeks.pattern[pattern : pattern + 2, FIRST_VISIT]
        for variant in weeks.visits[low:high].tolist():
            found[task, int(weeks.variant[variant, VARIANT_DAY])] = (variant, pattern)
    return found


def decode(weeks: Weeks, best: Ids, patterns: Ids) -> PeriodicPlan:
    """A plan given as successors, modes, facilities and patterns."""
    routes: list[list[Route]] = [[] for _ in range(weeks.num_days)]
    nodes = weeks.num_tasks * weeks.num_days
    for slot in range(len(weeks.slot)):
        node = int(best[nodes + slot, 0])
        visits: list[Visit] = []
        while node < nodes:
            task = node // weeks.num_days
            visits.append(Serve(task, int(best[node, 1] - weeks.task[task, FIRST_MODE])))
            if best[node, 2] >= 0:
                visits.append(Use(int(best[node, 2])))
            node = int(best[node, 0])
        if visits:
            day, kind = int(weeks.slot[slot, SLOT_DAY]), int(weeks.slot[slot, SLOT_KIND])
            routes[day].append(Route(kind, tuple(visits)))
    chosen = tuple(
        NO_PATTERN if pattern < 0 else int(pattern - weeks.task[task, FIRST_PATTERN])
        for task, pattern in enumerate(patterns)
    )
    lost = {task: Reason.NO_TIME for task, choice in enumerate(chosen) if choice == NO_PATTERN}
    return PeriodicPlan(chosen, tuple(Solution(tuple(own)) for own in routes), lost)
