"""The judge of cyclic work: a lawful lap, one lap at a time, and no street left for too long."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.solution import Serve, Solution, StepKind, Violation
from solver.judge.routes import check

if TYPE_CHECKING:
    from collections.abc import Iterator

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
