"""The judge of cyclic work: a lawful lap, one lap at a time, and no street left for too long.

Cyclic work that is part of a day plan is held to the same law, whoever comes by.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from models.solution import Serve, Solution, StepKind, Violation
from solver.judge.routes import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.day import DrivenDay
    from models.horizon.rounds import Rounds


def check_rounds(rounds: Rounds) -> list[Violation]:
    """All violations: of the lap as a route, of laps that overlap, of gaps above the greatest."""
    found = check(rounds.problem, Solution((rounds.lap,)), (rounds.schedule,))
    if found:
        return found
    return [*_laps(rounds), *_gaps(rounds)]


def _laps(rounds: Rounds) -> Iterator[Violation]:
    """A vehicle begins its next lap after the one before, service and rest at the facility."""
    kind = rounds.problem.vehicle_types[rounds.lap.vehicle_type]
    base = [
        one.duration
        for one in rounds.problem.facilities
        if (one.leave, one.enter) == (kind.start, kind.end)
    ]
    least = min(base, default=0) + (kind.rest_duration if kind.max_work else 0)
    for number, starts in enumerate(rounds.starts):
        for one, other in pairwise(starts):
            short = one + rounds.schedule.end + least - other
            if short > 0:
                yield Violation(code="ROUND_OVERLAP", where=f"vehicle {number + 1}", excess=short)


def _gaps(rounds: Rounds) -> Iterator[Violation]:
    """From the opening over all services of a task to the closing, whoever comes by."""
    offsets: dict[int, int] = {}
    for step in rounds.schedule.steps:
        if step.kind == StepKind.SERVE:
            visit = rounds.lap.visits[step.visit]
            assert isinstance(visit, Serve)
            offsets[visit.task] = step.begin
    for task, offset in offsets.items():
        begins = sorted(start + offset for starts in rounds.starts for start in starts)
        inside = [begin for begin in begins if rounds.opens <= begin <= rounds.closes]
        longest = max(b - a for a, b in pairwise([rounds.opens, *inside, rounds.closes]))
        over = longest - rounds.greatest_gap_s
        if over > 0:
            name = rounds.problem.tasks[task].id
            yield Violation(code="ROUND_GAP", where=name, excess=over, task=name)


def check_headways(day: DrivenDay) -> Iterator[Violation]:
    """Two passes of one place, one after the other, begin no further apart than its headway.

    A pass that is not served is told as unserved; opening and close are windows of tasks.
    """
    begins: dict[str, dict[int, tuple[int, int, str]]] = defaultdict(dict)
    for one in day:
        for step in one.schedule.steps:
            if step.kind != StepKind.SERVE:
                continue
            visit = one.route.visits[step.visit]
            assert isinstance(visit, Serve)
            task = one.part.problem.tasks[visit.task]
            if task.headway is not None:
                own = task.headway
                begins[own.place][own.number] = (step.begin, own.most_s, task.id)
    for passes in begins.values():
        for number, (begin, most, task_id) in sorted(passes.items()):
            if not most or number - 1 not in passes:
                continue
            over = begin - passes[number - 1][0] - most
            if over > 0:
                yield Violation(code="ROUND_GAP", where=task_id, excess=over, task=task_id)
