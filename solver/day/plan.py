"""The day plan: a district on its roads becomes tasks, routes, haul, duties, a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.day import Halves, News, Note, Request
from solver.advice.least_change import least_relaxations
from solver.advice.one_more_bay import one_more_bay
from solver.day.layout import ready_day
from solver.day.rounds import Effort, search_in_rounds
from solver.day.settle import keep_haul, settle
from solver.day.start import beginning
from solver.document.plan import DayPlan, write_document
from solver.document.station_figures import balance_figures
from solver.stations.balance import with_capacities
from solver.stop import Pace
from solver.trade.profile import refuse_strange_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from models.day import DrivenDay, Haul, PartProgress
    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Relaxation
    from models.trade.rules import RuleProfile
    from solver.day.rounds import Searched
    from solver.day.start import Beginning
    from solver.haul.hauler import Hauler
    from solver.roads.cache import Cache
    from solver.tasks.day import Day

ADVICE_SHARE = 0.05
"""Advice for tasks left out is sought for this share of a plan's seconds, whenever it begins
(chosen: the haul's bound ends so much before the crews)."""

LATER = 0.2
"""The command may take this share of the seconds asked for more, its start-up apart (chosen: what
issue and docs promise)."""

TOLD_S = 0.0004
"""The document takes so many seconds a task (measured on a city of 32,000 tasks)."""

SHARED_S = 0.0014
"""Verdict and files take the workers so many seconds a task together (measured there)."""

LEAST_SHARE = 0.5
"""The search keeps this share of the seconds at least (chosen: a plan of five seconds for a city is
written later than promised)."""

Advice = dict[tuple[int, int], "Relaxation"]
"""By part and task: the change that would serve it."""

__all__ = ["DayPlan", "News", "Request", "plan_day"]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Passes news on, and asks whether to stop."""

    news: Callable[[News], None] | None
    stopped: Callable[[], bool] | None
    rules: RuleProfile
    """For what people call operations."""

    def tell(self, stage: str, share: float = 0.0, operation: str = "") -> None:
        """The planner is at `stage`, with an operation if it is about one."""
        if self.news is not None:
            title = self.title(operation) if operation else None
            self.news(News(stage, share, operation, title=title))

    def title(self, operation: str) -> Note:
        """What people call the operation."""
        one = self.rules.operations[operation]
        return Note(one.title_zh, one.title_en)

    def effort(self, request: Request, day: Day, start: Beginning) -> Effort:
        """How hard to search, with news of the parts; rivals searched behind them are not told."""

        def hear(one: PartProgress) -> None:
            if self.news is not None and one.part < len(day.parts):
                operation = day.parts[one.part].operation
                title = self.title(operation)
                self.news(News("search", one.progress.used, operation, one, title))

        return Effort(
            engine=request.engine,
            budget=request.budget,
            seed=request.seed,
            workers=request.workers,
            progress=hear,
            stopped=self.stopped,
            pinned=start.pinned,
        )


def plan_day(
    district: District,
    network: RoadNetwork,
    rules: RuleProfile,
    request: Request,
    *,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    cache: Cache | None = None,
    pool: Executor | None = None,
) -> DayPlan:
    """Plan one day of a district, changed as the request's what-if says.

    The parts are searched by worker processes, or by `pool`, an executor of a cluster.

    `cache` keeps road data between runs. `stopped` is asked all the time; once it is true, the best
    plan so far is finished and judged. Raises `HuanweiError` where no plan can be made.
    """
    refuse_strange_work(rules, request.only)
    watch = Watcher(news, stopped, rules)
    start_up = Pace()
    watch.tell("roads")
    ready = ready_day(
        district,
        network,
        rules,
        request,
        progress=lambda operation, share: watch.tell("tasks", share, operation),
        stopped=stopped,
        cache=cache,
    )
    district, day = ready.district, ready.day
    start = beginning(day.parts, rules, request)
    effort = replace(watch.effort(request, day, start), pool=pool)
    if day.parts:
        effort.make_ready()
    start_up.passed("start-up")
    num_tasks = sum(len(part.problem.tasks) for part in day.parts)
    # Roads, tasks and compiling are the start-up: the seconds asked for begin here.
    pace = Pace(searched_s(request.budget.seconds, num_tasks, request.workers))
    effort, hauler = replace(effort, pace=pace), replace(ready.hauler, pace=pace)
    found = search_in_rounds(district, start.parts, effort, hauler.stuck, start.initial)
    watch.tell("haul")
    held, haul = _settled(hauler, start, found)
    timed, vehicles = start.restore(held), start.vehicles(held)
    plain = balance_figures(district, found.unbalanced) if found.unbalanced else None
    halves = Halves(timed=timed, haul=haul, unbalanced=plain, balanced=found.balanced)
    watch.tell("document")
    limited = timed.on(with_capacities(day.parts, found.balanced))
    return write_document(
        hauler,
        ready.ground,
        request,
        day=day,
        halves=halves,
        vehicles=vehicles,
        keep=start.crews(held, vehicles, haul[1] if haul else None),
        least=_advice(district, limited, pace),
    )


def searched_s(seconds: float | None, tasks: int, workers: int) -> float:
    """Of the seconds asked for those until the crews are dealt; infinite where no clock decides.

    Less than asked for where writing down so many tasks would end later than promised.
    """
    if seconds is None:
        return math.inf
    whole = seconds * (1 + LATER) - (TOLD_S + SHARED_S / workers) * tasks
    return min(max(whole, LEAST_SHARE * seconds), seconds)


def _settled(hauler: Hauler, start: Beginning, found: Searched) -> tuple[DrivenDay, Haul | None]:
    """The day found with its haul, locked routes as they were."""
    settled, haul = settle(hauler, found.timed)
    held = start.held(hauler.district, settled)
    if held is not settled and haul is not None:
        haul = keep_haul(hauler, held, haul[1])
    hauler.pace.passed("haul")
    return held, haul


def _advice(district: District, day: DrivenDay, pace: Pace) -> Advice:
    """What would serve the tasks left out, as far as its share of the seconds allows to find it."""
    ways = {site.id: site.access_s for site in district.sites}
    own = Pace(pace.seconds * ADVICE_SHARE)

    def late() -> bool:
        return own.left(1.0) <= 0

    found = least_relaxations(day, ways, late) | one_more_bay(district, day, late)
    pace.passed("advice")
    return found
