"""Gaps between passes: windows that keep them whatever happens, and what a plan's times miss."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from models.solution import Serve, StepKind
from models.units import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.problem import RoutingProblem
    from models.solution import Route, Schedule

Window = tuple[int, int]


class Gap(NamedTuple):
    """Two passes that begin too near to each other, and the seconds that are missing."""

    first: int
    second: int
    short: int


def begins(route: Route, schedule: Schedule) -> dict[int, int]:
    """When each task of a route begins [s]."""
    return {
        visit.task: step.begin
        for step in schedule.steps
        if step.kind == StepKind.SERVE and isinstance(visit := route.visits[step.visit], Serve)
    }


def missing_gaps(problem: RoutingProblem, begin: Mapping[int, int]) -> list[Gap]:
    """Gaps that the passes beginning at `begin` [s] do not keep; tasks not in it are left out."""
    return [
        Gap(spacing.first, spacing.second, short)
        for spacing in problem.spacings
        if spacing.first in begin and spacing.second in begin
        if (short := spacing.min_gap - begin[spacing.second] + begin[spacing.first]) > 0
    ]


@lru_cache(maxsize=8)
def space_windows(problem: RoutingProblem) -> Mapping[int, Window]:
    """Windows [s] for tasks in spacings, cut so that any two times inside them keep the gap.

    A chain of passes shares its common span evenly. An empty window (early > late) means that the
    gap cannot be kept at all.
    """
    kinds = problem.vehicle_types
    begin = min((k.tw_early for k in kinds), default=0)
    close = max((min(k.tw_late, k.tw_early + max(DAY, k.max_duration)) for k in kinds), default=DAY)
    close = min(close, begin + 2 * DAY)
    after: dict[int, list[tuple[int, int]]] = {}
    for spacing in problem.spacings:
        after.setdefault(spacing.first, []).append((spacing.second, spacing.min_gap))

    def passes_left(task: int) -> int:
        return 1 + max((passes_left(second) for second, _ in after.get(task, [])), default=0)

    window = {}
    for task in {t for s in problem.spacings for t in (s.first, s.second)}:
        modes = problem.tasks[task].modes
        window[task] = (
            max(begin, min(m.tw_early for m in modes)),
            min(close, max(m.tw_late for m in modes)),
        )
    for task in sorted(window, key=lambda t: (-passes_left(t), t)):
        for second, gap in after.get(task, []):
            (early1, late1), (early2, late2) = window[task], window[second]
            low, high = max(early1, early2 - gap), min(late1, late2 - gap)
            cut = low + max(high - low, 0) // (1 + passes_left(second))
            if late1 + gap > early2:
                window[task] = (early1, min(late1, max(cut, early2 - gap)))
                window[second] = (max(early2, window[task][1] + gap), late2)
    return window
