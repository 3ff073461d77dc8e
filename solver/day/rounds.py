"""Search in rounds, so that what no single routing problem sees comes back into the routes.

One problem does not see the vehicles of another at the same bays, nor that a station is full, nor
that no haul truck comes in time. The first round knows none of it: it is the unbalanced plan. Each
later one keeps the stations' capacities, counts on the waits seen, and sends less to a station
whose stock the haul could not take away.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.day import Budget, PartProgress, Progress
from models.district import SiteKind
from models.horizon.periodic import without
from models.solution import Reason, Route, Solution, StepKind, Use
from solver.cost import cost, days_out, days_twice
from solver.day.parallel import Workshop, solve_parts
from solver.day.pieces import FIRST_S
from solver.routing.door import prepare
from solver.stations.balance import balance, with_capacities, without_designs
from solver.stations.deliveries import deliveries
from solver.stations.load import over_design, taken_by_site
from solver.stations.queue import schedule_day
from solver.stations.repoint import repoint
from solver.stations.rescue import rescue
from solver.stop import Pace, never
from solver.tasks.part import EXTRA_PRIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from concurrent.futures import Executor

    from models.day import Balance, DrivenDay
    from models.district import District
    from models.horizon.periodic import DayWork
    from models.part import Part
    from models.problem import RoutingProblem
    from solver.haul.stuck import Stuck

SHARES = (0.4, 0.3, 0.3)
"""Each round gets this share of the budget (chosen)."""
ROUTED = 0.7
"""The rounds end when so much of a plan's seconds is used, queues and drafts of the haul between
them included (chosen: the rest is for the haul, the crews and the document)."""
SHORTEST = 0.02
"""A round of less than this share of the seconds is left out (chosen: it would better nothing)."""
QUEUED_S = 0.0006
"""Queues at the bays are reckoned with so many seconds a task before any was seen, and a rescue of
what they cost (measured on a city of 32,000 tasks: 5 s, and ten for each time it is tried)."""
LONGEST_ALLOWANCE_S = 2_400
"""A site is allowed to keep a vehicle waiting for so many seconds in the tables at most (chosen: 40
minutes)."""
LOST_S = 300
"""A site whose queue cost tasks is given so many seconds more of allowance (chosen)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Searched:
    """The day found, the day without balancing, the proof.

    There is no unbalanced day where no station has a limit, or no second for it.

    Both days are one where the limits never bound. The parts of the day found hold the stations'
    limits.
    """

    timed: DrivenDay
    unbalanced: DrivenDay | None
    balanced: Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How to search: engine, budget of all rounds, seed, workers; who hears and who stops it.

    `pace` are the seconds of the whole plan, where the budget is a clock.
    """

    engine: str
    budget: Budget
    seed: int
    workers: int
    pace: Pace = field(default_factory=Pace)
    progress: Callable[[PartProgress], None] | None = None
    stopped: Callable[[], bool] | None = None
    pool: Executor | None = None
    """Other machines that search the parts; None: processes of this one."""
    pinned: Callable[[int, Solution], Solution] | None = None
    """Puts locked routes of a part back into what was found."""

    def held(self, number: int, solution: Solution) -> Solution:
        """What was found for part `number`, its locked routes as they were."""
        return solution if self.pinned is None else self.pinned(number, solution)

    def make_ready(self) -> None:
        """Load the engine, and compile it where that was never done, before the clock starts."""
        tell = self.progress
        prepare(self.engine, lambda one: tell(PartProgress(0, one)) if tell is not None else None)
        if tell is not None:  # from here on a search is under way
            tell(PartProgress(0, Progress(phase="build", used=0.0, seconds=0.0)))

    def solve(
        self,
        number: int,
        problems: Sequence[RoutingProblem],
        initial: Sequence[Solution] | None,
        between_s: float,
        *,
        alone: bool,
    ) -> list[Solution]:
        """Round `number` over all problems; `between_s` seconds go by after every round.

        A round that is to stay `alone` may use all seconds of the rounds. The first plans what is
        due: passes beyond the cadence come into the plan that serves all of that.
        """
        workshop = Workshop(
            engine=self.engine,
            seed=self.seed + number,
            workers=self.workers,
            pool=self.pool,
            progress=self.progress,
            stopped=self.stopped,
        )
        budget = self._budget(number, between_s, alone=alone)
        extras = [extra_passes(problem) for problem in problems]
        if number > 0 or not any(extras):
            return solve_parts(problems, workshop, budget, initial)
        works = list(map(without, problems, extras))
        known = initial and list(map(_due_alone, works, initial))
        found = solve_parts([work.problem for work in works], workshop, budget, known)
        return list(map(_with_extras, works, extras, found))

    def _budget(self, number: int, between_s: float, *, alone: bool) -> Budget:
        """What round `number` may use: its share of what is left to the rounds."""
        if self.budget.iterations is not None:
            return Budget(iterations=max(1, round(self.budget.iterations * SHARES[number])))
        share = 1.0 if alone else SHARES[number] / sum(SHARES[number:])
        left = self.pace.left(ROUTED) - between_s * (1 if alone else len(SHARES) - number)
        return Budget(seconds=max(left * share, SHORTEST * self.pace.seconds))

    def late(self, between_s: float) -> bool:
        """Whether another round would come too late to better anything."""
        return self.pace.left(ROUTED) - between_s < SHORTEST * self.pace.seconds

    def past(self) -> bool:
        """Whether the seconds of the rounds are over."""
        return self.pace.left(ROUTED) <= 0

    def scarce(self, parts: Sequence[Part]) -> bool:
        """Whether the first round is the only one, as a first plan takes longer than its share."""
        least = FIRST_S * _num_tasks(parts) / self.workers
        return least > SHARES[0] * self.pace.left(ROUTED)

    @property
    def over(self) -> bool:
        """Whether somebody wants the plan now."""
        return self.stopped is not None and self.stopped()


def search_in_rounds(
    district: District,
    parts: Sequence[Part],
    effort: Effort,
    stuck: Callable[[DrivenDay], Stuck],
    initial: Sequence[Solution] | None = None,
) -> Searched:
    """The best day found: least waste stuck at a station, most tasks served, then cheapest.

    `stuck` says what the haul cannot take away. Deterministic under an iteration budget. Once
    stopped, the round under way ends, and one that balances follows where it was the first.
    From `initial`, routes of an earlier plan, all rounds balance.
    """
    proof = balanced = balance(district, parts)
    unlimited = with_capacities(parts, without_designs(district, proof))
    rival = Rival(district, unlimited, proof)
    allowance: Mapping[str, int] = {}
    limits: Mapping[str, int] = {}
    best: tuple[tuple[int, ...], DrivenDay] | None = None
    scarce = initial is None and effort.scarce(parts)
    solutions, between_s = initial, QUEUED_S * _num_tasks(parts) if scarce else 0.0
    for number in range(len(SHARES)):
        plain = number == 0 and initial is None and bool(rival.using) and not scarce
        own = unlimited if plain else with_capacities(parts, balanced)
        if solutions:
            solutions = list(map(repoint, own, solutions))
        found = effort.solve(
            number,
            _told((*own, *rival.parts), allowance, solutions),
            solutions and [*solutions, *rival.solutions],
            between_s,
            alone=scarce and number == 0,
        )
        effort.pace.passed(f"search of round {number + 1}")
        begin = time.monotonic()
        found = list(map(effort.held, [*range(len(parts)), *rival.beside], found))
        queued = schedule_day(district, own, list(map(repoint, own, found)))
        timed = rescue(district, queued, effort.past)
        effort.pace.passed(f"queues of round {number + 1}")
        rival.hear(timed, found[len(parts) :], plain=plain, late=effort.past)
        held = stuck(timed)
        if not plain or not rival.parts:
            key = day_key(timed, held)
            best = min((key, timed), best or (key, timed), key=lambda pair: pair[0])
        if best and (effort.over or effort.late(between_s)):
            break
        solutions = timed.solutions
        allowance = _allowance(queued, allowance)
        if not plain:
            lowered = held.lowered(limits, taken_by_site(deliveries(district, timed)))
            tighter = balanced if lowered == limits else balance(district, parts, lowered)
            if tighter.shortfall_kg <= proof.shortfall_kg:
                balanced, limits = tighter, lowered
        between_s = time.monotonic() - begin
    assert best is not None
    return Searched(
        timed=best[1].on(with_capacities(parts, proof)),
        unbalanced=rival.timed if rival.parts else rival.timed and best[1],
        balanced=proof,
    )


class Rival:
    """The day without balanced stations: searched on beside the balanced one, for the comparison.

    Quotas of plants are law for it too: its parts hold their shares of those they share.

    Only parts that tip at stations with a limit differ, so only these are searched twice, and
    nothing is where the first round kept all limits.
    """

    def __init__(self, district: District, parts: Sequence[Part], proof: Balance) -> None:
        self.district, self.whole = district, tuple(parts)
        stations = {site.id for site in district.sites if site.kind == SiteKind.STATION}
        self.using = sorted({number for number, site in proof.capacity if site in stations})
        self.timed: DrivenDay | None = None
        self.parts: tuple[Part, ...] = ()
        self.solutions: tuple[Solution, ...] = ()

    @property
    def beside(self) -> Sequence[int]:
        """Numbers of the parts searched twice from now on."""
        return self.using if self.parts else ()

    def hear(
        self,
        timed: DrivenDay,
        found: Sequence[Solution],
        *,
        plain: bool,
        late: Callable[[], bool] = never,
    ) -> None:
        """Take up the first, `plain` day, or the solutions of its parts searched on."""
        if plain:
            self.timed = timed
            tipped = deliveries(self.district, timed)
            if not over_design(self.district, taken_by_site(tipped)):
                return
            self.parts = tuple(self.whole[number] for number in self.using)
        elif self.parts:
            mixed = list(timed.solutions)
            for number, solution in zip(self.using, found, strict=True):
                mixed[number] = solution
            queued = schedule_day(self.district, self.whole, mixed)
            self.timed = rescue(self.district, queued, late)
        if self.timed:
            self.solutions = tuple(self.timed.solutions[number] for number in self.using)


def extra_passes(problem: RoutingProblem) -> set[int]:
    """Tasks of a problem that are beyond the cadence."""
    return {number for number, task in enumerate(problem.tasks) if task.prize == EXTRA_PRIZE}


def _due_alone(work: DayWork, solution: Solution) -> Solution:
    """A solution of the whole as one of what is due; routes of nothing else stay at home."""
    own = work.local(solution)
    kept = [
        Route(one.vehicle_type, tuple(v for v in one.visits if isinstance(v, Use) or v.task >= 0))
        for one in own.routes
    ]
    unserved = {task: why for task, why in own.unserved.items() if task >= 0}
    return Solution(tuple(one for one in kept if one.tasks), unserved)


def _with_extras(work: DayWork, extras: Collection[int], solution: Solution) -> Solution:
    """A solution of what is due as one of the whole, without the extra passes."""
    found = work.whole(solution)
    left_out = dict.fromkeys(sorted(extras), Reason.NOT_WORTH)
    return replace(found, unserved={**found.unserved, **left_out})


def day_key(day: DrivenDay, held: Stuck) -> tuple[int, ...]:
    """Overflow, required tasks left out, waste that stays overnight, money: smaller is better.

    Nothing can be tipped on a full floor, so overflow weighs more than a task left for tomorrow.
    """
    costs = [cost(own.part.problem, own.solution, own.schedules) for own in day.driven]
    left_out = sum(one.required_unserved for one in costs)
    money = sum(one.total for one in costs)
    money -= days_twice((own.part.problem, own.solution) for own in day.driven)
    return held.overflow_kg, left_out, held.staying_kg, money


def _num_tasks(parts: Sequence[Part]) -> int:
    return sum(len(part.problem.tasks) for part in parts)


def _told(
    parts: Sequence[Part], allowance: Mapping[str, int], known: Sequence[Solution] | None
) -> list[RoutingProblem]:
    """The parts' problems, each told of vehicles that go out anyway for what is `known` of others.

    Rivals come after the parts and know of nothing: they are searched for a comparison.
    """
    out = [
        days_out(part.problem, solution.routes)
        for part, solution in zip(parts, known or (), strict=False)
    ]
    told = []
    for number, part in enumerate(parts):
        paid: dict[str, int] = {}
        for other, days in enumerate(out if number < len(out) else ()):
            for day, count in days.items() if other != number else ():
                paid[day] = max(count, paid.get(day, 0))
        told.append(_with_allowance(part, allowance, paid))
    return told


def _with_allowance(
    part: Part, allowance: Mapping[str, int], paid: Mapping[str, int]
) -> RoutingProblem:
    """The part's problem with longer visits; bays are settled over all parts afterwards.

    `paid`: vehicles of a day that go out for other parts.
    """
    return replace(
        part.problem,
        vehicle_types=tuple(
            replace(kind, day_paid=paid.get(kind.day, 0)) for kind in part.problem.vehicle_types
        ),
        facilities=tuple(
            replace(facility, bays=0, duration=facility.duration + allowance.get(site, 0))
            for facility, site in zip(part.problem.facilities, part.sites, strict=True)
        ),
    )


def _allowance(day: DrivenDay, before: Mapping[str, int]) -> dict[str, int]:
    """Seconds to count on at each site: the mean of the longer half of the waits there.

    Not less than half of what was counted on before, which may be why nobody waits now.
    """
    waits: dict[str, list[int]] = defaultdict(list)
    for one in day:
        idle = 0
        for step in one.schedule.steps:
            if step.kind == StepKind.FACILITY:
                visit = one.route.visits[step.visit]
                assert isinstance(visit, Use)
                waits[one.part.sites[visit.facility]].append(idle)
            idle = step.end - step.begin if step.kind == StepKind.WAIT else 0
    lost_at = {lost.site for lost in day.dropped}
    found = dict(before)
    for site, own in waits.items():
        longer = sorted(own)[len(own) // 2 :]
        seen = round(sum(longer) / len(longer))
        counted = before.get(site, 0)
        wanted = max(seen, counted + LOST_S if site in lost_at else counted // 2)
        found[site] = min(wanted, LONGEST_ALLOWANCE_S)
    return found
