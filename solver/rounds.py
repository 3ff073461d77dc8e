"""Search in rounds, so that what vehicles wait at busy sites comes back into their routes.

One routing problem does not see the vehicles of another at the same bays. After each round all
routes are timed together; the next round counts on the waits seen, as part of the visit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.solution import StepKind, Use
from solver.cost import cost
from solver.parallel import Budget, solve_parts
from solver.stations.queue import TimedDay, schedule_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.district import District
    from models.part import Part
    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.parallel import PartProgress

SHARES = (0.5, 0.25, 0.25)
"""Share of the budget of each round."""
LONGEST_ALLOWANCE_S = 2_400
LOST_S = 300
"""More allowance at the busy sites of a part that lost tasks to a queue."""


def search_in_rounds(
    district: District,
    parts: Sequence[Part],
    *,
    engine: str,
    budget: Budget,
    seed: int,
    workers: int,
    progress: Callable[[PartProgress], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> TimedDay:
    """The best day found: most tasks served first, then cheapest.

    Deterministic under an iteration budget.
    """
    allowance: dict[str, int] = {}
    best: TimedDay | None = None
    solutions: Sequence[Solution] | None = None
    for number, share in enumerate(SHARES):
        outcomes = solve_parts(
            [_with_allowance(part, allowance) for part in parts],
            engine=engine,
            budget=_share(budget, share),
            seed=seed + number,
            workers=workers,
            initial=solutions,
            progress=progress,
            stopped=stopped,
        )
        timed = schedule_day(district, parts, [outcome.solution for outcome in outcomes])
        if best is None or day_key(parts, timed) < day_key(parts, best):
            best = timed
        if stopped is not None and stopped():
            break
        solutions = timed.solutions
        allowance = _allowance(parts, timed, allowance)
    assert best is not None
    return best


def day_key(parts: Sequence[Part], day: TimedDay) -> tuple[int, int]:
    """Required tasks left out, then money: smaller is better."""
    costs = [
        cost(part.problem, solution, times)
        for part, solution, times in zip(parts, day.solutions, day.schedules, strict=True)
    ]
    return sum(one.required_unserved for one in costs), sum(one.total for one in costs)


def _share(budget: Budget, share: float) -> Budget:
    if budget.iterations is not None:
        return Budget(iterations=max(1, round(budget.iterations * share)))
    return Budget(seconds=(budget.seconds or 0.0) * share)


def _with_allowance(part: Part, allowance: Mapping[str, int]) -> RoutingProblem:
    """The part's problem with longer visits; bays are settled over all parts afterwards."""
    return replace(
        part.problem,
        facilities=tuple(
            replace(facility, bays=0, duration=facility.duration + allowance.get(site, 0))
            for facility, site in zip(part.problem.facilities, part.sites, strict=True)
        ),
    )


def _allowance(parts: Sequence[Part], timed: TimedDay, before: Mapping[str, int]) -> dict[str, int]:
    """Seconds to count on at each site: the mean of the longer half of the waits there."""
    waits: dict[str, list[int]] = defaultdict(list)
    lost_at: set[str] = set()
    losers = {part for part, _ in timed.dropped}
    for number, (part, solution, times) in enumerate(
        zip(parts, timed.solutions, timed.schedules, strict=True)
    ):
        for route, schedule in zip(solution.routes, times, strict=True):
            idle = 0
            for step in schedule.steps:
                if step.kind == StepKind.FACILITY:
                    visit = route.visits[step.visit]
                    assert isinstance(visit, Use)
                    waits[part.sites[visit.facility]].append(idle)
                    if number in losers and part.problem.facilities[visit.facility].bays:
                        lost_at.add(part.sites[visit.facility])
                idle = step.end - step.begin if step.kind == StepKind.WAIT else 0
    found = dict(before)
    for site, own in waits.items():
        longer = sorted(own)[len(own) // 2 :]
        seen = round(sum(longer) / len(longer))
        wanted = max(seen, before.get(site, 0) + LOST_S if site in lost_at else 0)
        if wanted:
            found[site] = min(wanted, LONGEST_ALLOWANCE_S)
    return found
