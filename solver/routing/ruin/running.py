"""A running search: compiled loops with a problem, a plan in hand and a share of the budget."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Route, Serve, Solution, Use, served_tasks
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    AVAILABLE,
    CLASS,
    END,
    FIRST,
    PER_S,
    PROFILE,
    SERVABLE,
    START,
    TASK,
    WINDOWS,
    Tables,
)
from solver.routing.base.reasons import hopeless, with_reasons
from solver.routing.base.tables import build_tables
from solver.routing.bound.fleet import is_crowded
from solver.routing.ruin.loop import NUM_FEW, SHORT_TRIPS, Tuning, search, tuning_for
from solver.routing.ruin.overload import allow_overload, rise_of, tolerate
from solver.routing.ruin.state import (
    BEST_COST,
    BEST_REQUIRED,
    KIND,
    MODE,
    SLACK,
    STARTED,
    SUCC,
    State,
    empty_state,
)
from solver.stop import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Visit
    from solver.stop import Stop

log = logging.getLogger(__name__)

NO_PLAN = np.zeros((0, 2), dtype=np.int32)

CHUNK_WORK = 400_000
"""Two looks at the clock lie so many iterations times tasks apart at most (chosen)."""

FIRST_CHUNK = 64
"""The first chunk has so many iterations (chosen: few, for the speed is not known yet)."""
NUM_CHUNKS = 100
"""The budget is looked at so many times in all, at least (chosen)."""
CHUNKS_PER_COOLING = 20
"""The budget is looked at so many times during a cooling, at least (chosen: the heat follows what
is used)."""

COOLING_WORK = 40
"""A cooling has so many iterations per square of the number of tasks: a longer budget is spent on
several coolings, as one alone may end in a valley it cannot leave (chosen)."""

COOLING_WORK_OF_FEW = 15
"""A cooling of a problem of few tasks has so many iterations per square of their number
(chosen)."""

FEW_COOLINGS = 2
"""A problem of few tasks is cooled so many times in a stage, at least (chosen)."""

STAGE = 3
"""A stage takes the search so many times as far as all before it (chosen: most people who ask for
more seconds ask for about so many times)."""

STAGE_WORK = 40
"""The first stage has so many iterations per task, at least (chosen: less cools too fast)."""

MOST_STAGES = 7
"""There are so many stages at most (chosen: the first is a thousandth of the budget)."""

FIRST_SLACK = 10.0
"""Where facilities are, better modes and facilities are taken to save so many median legs at first
(chosen: more than they do)."""

SAMPLE = 20_000
"""So many pairs and triples of places are looked at to learn about all (chosen: the median of so
many is known within a percent or so of the rank)."""

KNOWN_FROM = 0.005
"""After this share of a budget its number of iterations can be told (chosen)."""

Report = Callable[[float, int, tuple[int, int]], None]
"""Hears of the share of the budget used, the iterations, and the best (required absent, cost)."""


class Search:
    """One running search over one problem: its tables, its state, and how far it is."""

    def __init__(
        self,
        problem: RoutingProblem,
        tuning: Tuning | None,
        seed: int,
        initial: Solution | None,
        middle: float | None = None,
    ) -> None:
        """Ready to go on from `initial`; temperatures are shares of the median leg.

        A part is given that of the whole as `middle`; what its routes serve is known to be lawful.
        Its trips are never too full, as the next cut would part them.
        """
        self.problem = problem
        self.tuning = tuning or SHORT_TRIPS
        self.tab = build_tables(problem)
        served = served_tasks(initial.routes) if initial and middle is not None else set()
        self.lost = hopeless(problem, self.tab, served)
        self.tab.tasks[list(self.lost), SERVABLE] = 0
        self.state: State = empty_state(self.tab, seed)
        self.iterations = 0
        self.adopt(encode(self.tab, initial) if initial else NO_PLAN)
        self.tuning = tuning or tuning_for(self.tab, self.state, is_crowded(problem))
        if middle is None:
            middle = median_leg(self.tab)
            if self.tuning.overload > 0:
                allow_overload(self.tab, self.state, middle)
        self.state.num[SLACK] = slack(self.tab, middle)
        self.first_heat = max(self.tuning.first_heat * middle, 1e-9)
        self.last_heat = max(self.tuning.last_heat * middle, 1e-10)

    def adopt(self, plan: NDArray[np.int32]) -> None:
        """Go on from `plan`, rows of (route slot, mode id); tasks missing in it are inserted."""
        self.state.num[STARTED] = 0
        search(self.tab, self.state, self.tuning, plan, 0, 1.0, 1.0, 0.0)

    def advance(self, iterations: int, cooled: float, step: float) -> None:
        """Search on; of a cooling the share `cooled` is done before and about `step` more after."""
        fall = self.last_heat / self.first_heat
        heat, cooling = self.first_heat * fall**cooled, fall ** (step / iterations)
        tune = self.tuning
        tolerate(self.tab, self.state, tune.overload, cooled)
        rise = rise_of(step / iterations)
        search(self.tab, self.state, tune, NO_PLAN, iterations, heat, cooling, rise)
        self.iterations += iterations

    @property
    def best(self) -> tuple[int, int]:
        """Required tasks the best plan leaves out, and its cost."""
        num = self.state.num
        return int(num[BEST_REQUIRED]) + len(self.lost), int(num[BEST_COST])

    @property
    def lacks(self) -> bool:
        """Whether the best plan leaves out required tasks that some vehicle could do alone."""
        return bool(self.state.num[BEST_REQUIRED] > 0)

    def plan(self) -> NDArray[np.int32]:
        """The best plan, rows of (route slot, mode id)."""
        return self._walk(self.state.best)

    def current_plan(self) -> NDArray[np.int32]:
        """The plan the search of a part stands at, rows of (route slot, mode id)."""
        return self._walk(self.state.node[:, [SUCC, MODE]])

    def _walk(self, links: NDArray[np.int32]) -> NDArray[np.int32]:
        """Rows (route slot, mode id) of a plan given as successor and mode of every node."""
        rows = []
        for slot in range(len(self.state.route)):
            depot = self.tab.num_tasks + slot
            node = int(links[depot, 0])
            while node != depot:
                rows.append((slot, int(links[node, 1])))
                node = int(links[node, 0])
        return np.array(rows, dtype=np.int32).reshape(len(rows), 2)

    def solution(self, plan: NDArray[np.int32]) -> Solution:
        """A plan as routes, with reasons for what is missing."""
        routes = decode(self.tab, self.state, plan)
        return with_reasons(self.problem, self.tab, routes, self.lost)


class Coolings:
    """How often a search cools from its first to its last temperature within a budget."""

    def __init__(self, num_tasks: int) -> None:
        few = num_tasks <= NUM_FEW
        self.whole = (COOLING_WORK_OF_FEW if few else COOLING_WORK) * num_tasks**2
        self.least = FEW_COOLINGS if few else 1
        self.count, self.known = self.least, False

    def place(self, used: float, iterations: int) -> float:
        """Share done of the cooling in hand, when the share `used` of the budget is."""
        if not self.known and used >= KNOWN_FROM:
            self.known = True
            self.count = max(self.least, round(iterations / used / self.whole))
        return self.count * used % 1.0


def stage_ends(stop: Stop, num_tasks: int) -> list[float]:
    """Shares of the budget that end a stage: thirds of thirds for few tasks, else one stage.

    So a search begins as one of a third of its budget does, and is not dearer than that. Where many
    tasks are, one cooling as long as may be is worth more.
    """
    if num_tasks > NUM_FEW:
        return [1.0]
    least = max(stop.used(STAGE_WORK * num_tasks), STAGE ** (1 - MOST_STAGES))
    count = max(math.floor(math.log(1 / least, STAGE) + 1e-9), 0)
    return [STAGE**-number for number in range(count, -1, -1)]


def run_alone(search_run: Search, stop: Stop, report: Report) -> NDArray[np.int32]:
    """Search in stages until the budget is used or someone presses Ctrl-C; the best plan."""
    begin = 0.0
    try:
        for end in stage_ends(stop, search_run.tab.num_tasks):
            run_stage(search_run, share(stop, begin, end, search_run.iterations), stop, report)
            begin = end
    except KeyboardInterrupt:
        log.warning("stopped by hand; keeping the best plan so far")
    return search_run.plan()


def run_stage(search_run: Search, own: Stop, whole: Stop, report: Report) -> None:
    """Search in chunks until a stage's `own` budget is used; `report` hears of the `whole`."""
    num_tasks, done = search_run.tab.num_tasks, search_run.iterations
    longest = max(CHUNK_WORK // max(num_tasks, 1), FIRST_CHUNK)
    coolings = Coolings(num_tasks)
    chunk = FIRST_CHUNK
    used, step = own.used(0), 0.0
    while used < 1.0 and num_tasks > len(search_run.lost):
        cooled = coolings.place(used, search_run.iterations - done)
        search_run.advance(chunk, cooled, coolings.count * step)
        before, used = used, own.used(search_run.iterations - done)
        wanted = 1 / max(NUM_CHUNKS, CHUNKS_PER_COOLING * coolings.count)
        chunk, step = next_chunk(chunk, used - before, min(1.0 - used, wanted))
        if chunk > longest:
            chunk, step = longest, step * longest / chunk
        report(whole.used(search_run.iterations), search_run.iterations, search_run.best)


def next_chunk(chunk: int, step: float, wanted: float) -> tuple[int, float]:
    """Iterations that use about `wanted` of the budget, when `chunk` used `step`; and that share.

    Grows at most fourfold, so that one odd measurement does no harm.
    """
    if step <= 0.0:
        return 2 * chunk, 0.0
    size = max(min(round(chunk * wanted / step), 4 * chunk), 1)
    return size, step * size / chunk


def median_leg(tab: Tables) -> float:
    """Median leg cost between the modes of tasks, from a fixed sample."""
    num = tab.num_modes
    if num < 2:
        return 1.0
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, num, size=(2, SAMPLE))
    at = tab.visit[pairs[0], AT_ROW], tab.visit[pairs[1], AT_COL]
    legs = tab.leg[0][at].astype(np.int64)
    if tab.level >= WINDOWS:  # wages are not felt there as long as a wait is left
        law = tab.kinds[tab.kinds[:, CLASS] == 0][0]
        legs = np.where(legs < tab.far, legs - law[PER_S] * tab.time[law[PROFILE]][at], legs)
    legs = legs[(legs < tab.far) & (tab.visit[pairs[0], TASK] != tab.visit[pairs[1], TASK])]
    return float(np.median(legs)) if len(legs) else 1.0


def slack(tab: Tables, middle: float) -> int:
    """What an unfinished plan may cost above the most that is accepted, from a fixed sample.

    So much another mode saves, but for one in a hundred, and visits that are cheaper than the way
    they stand for: none where legs are shortest and no street is served cheaper than driven. Where
    facilities are it is learned in the search (`learn_slack`), from much on.
    """
    if tab.num_modes == 0:
        return 0
    if tab.num_facilities > 0:
        return round(FIRST_SLACK * middle)
    rng = np.random.default_rng(0)
    visit = tab.visit[: tab.num_modes]
    modes = rng.integers(tab.num_modes, size=SAMPLE)
    first, end = tab.tasks[visit[modes, TASK], FIRST], tab.tasks[visit[modes, TASK] + 1, FIRST]
    others = first + rng.integers(2**31, size=SAMPLE) % (end - first)
    most = 0
    for kind, law in enumerate(tab.kinds):
        u = np.append(visit[:, AT_ROW], law[START])[rng.integers(tab.num_modes + 1, size=SAMPLE)]
        v = np.append(visit[:, AT_COL], law[END])[rng.integers(tab.num_modes + 1, size=SAMPLE)]
        direct = tab.leg[law[CLASS]][u, v]
        over, over_others = (_over(tab, kind, u, chosen, v) for chosen in (modes, others))
        able = over < tab.far
        if able.any():
            saved = int(np.quantile((over - over_others)[able], 0.99))
            most = max(most, saved + max(int((direct - over)[able].max()), 0))
    return most


def _over(
    tab: Tables, kind: int, u: NDArray[np.int64], modes: NDArray[np.int64], v: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Costs of legs and visits from places `u` to `v` over `modes` with a type."""
    leg = tab.leg[tab.kinds[kind, CLASS]]
    legs = leg[u, tab.visit[modes, AT_COL]].astype(np.int64) + leg[tab.visit[modes, AT_ROW], v]
    return legs + tab.visit_cost[kind, modes]


def decode(tab: Tables, state: State, plan: NDArray[np.int32]) -> list[Route]:
    """Routes of a plan, rows of (route slot, mode id)."""
    visits: dict[int, list[Visit]] = {}
    for slot, mode in plan.tolist():
        task = int(tab.visit[mode, TASK])
        visits.setdefault(slot, []).append(
            Serve(task, mode - int(tab.tasks[task, FIRST]))
            if task >= 0
            else Use(mode - tab.num_modes)
        )
    return [Route(int(state.route[slot, KIND]), tuple(done)) for slot, done in visits.items()]


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
