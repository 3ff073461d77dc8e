"""The judge of reasons: why a task is left out, as far as the problem alone can prove or deny it.

A task that no vehicle on duty may do, that none can carry, or that none can reach and leave again
has that reason and no other; and no other task has it. Which of the reasons of a search a task has
that fits alone, only the search can tell.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Reason, Violation
from models.units import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.problem import Mode, RoutingProblem
    from models.solution import Solution

PROVEN = (Reason.NO_VEHICLE_TYPE, Reason.TOO_LARGE, Reason.UNREACHABLE)
"""Reasons that hold whatever the routes are, from the first hurdle to the last."""


def check_reasons(problem: RoutingProblem, solution: Solution) -> Iterator[Violation]:
    """Every reason that the problem denies, and every proven reason that is told otherwise."""
    for task, told in sorted(solution.unserved.items()):
        if not 0 <= task < len(problem.tasks) or told == Reason.STOPPED:
            continue  # a search stopped at once has not looked at the task
        if told == Reason.NOT_WORTH and problem.tasks[task].prize is not None:
            continue  # what is optional needs no better reason
        right = proven_reason(problem, task)
        if told == Reason.UNREACHABLE and right is None and _tangled(problem, task):
            continue
        false = told != right if right else told in PROVEN
        if told == Reason.NOT_WORTH:
            false = True
        if false:
            name = problem.tasks[task].id
            detail = f"{told}, right {right}" if right else f"{told} is not so"
            yield Violation(code="REASON", where=f"task {name}", detail=detail, task=name)


def proven_reason(problem: RoutingProblem, task: int) -> Reason | None:
    """The last hurdle that one of the task's ways reaches; None: some way takes all three."""
    reached = 0
    own = problem.tasks[task]
    for number, mode in product(range(len(problem.vehicle_types)), own.modes):
        kind = problem.vehicle_types[number]
        if not kind.num_available or (mode.vehicle_types and number not in mode.vehicle_types):
            continue
        reached = max(reached, 1)
        if any(a > b for a, b in zip(own.demand, kind.capacity, strict=True)):
            continue
        reached = 2
        if _there_and_back(problem, task, number, mode):
            return None
    return PROVEN[reached]


def _there_and_back(problem: RoutingProblem, task: int, number: int, mode: Mode) -> bool:
    """Whether a way leads there and home, over a tip where the waste has to go somewhere."""
    kind = problem.vehicle_types[number]
    if not _way(problem, number, kind.start, mode.enter):
        return False
    due = _due(problem, task)
    if not due:
        return _way(problem, number, mode.leave, kind.end)
    return any(
        _way(problem, number, mode.leave, tip.enter) and _way(problem, number, tip.leave, kind.end)
        for tip in problem.facilities
        if tip.resets & due and (not tip.vehicle_types or number in tip.vehicle_types)
    )


def _due(problem: RoutingProblem, task: int) -> set[int]:
    """Dimensions of the task's load that a vehicle must not come home with."""
    demand = problem.tasks[task].demand
    return {dim for dim, one in enumerate(problem.dimensions) if one.end_empty and demand[dim]}


def _tangled(problem: RoutingProblem, task: int) -> bool:
    """Whether tips must follow each other, or come first: then reach is only denied, not proven."""
    return len(_due(problem, task)) > 1 or any(one.initial_load for one in problem.vehicle_types)


def _way(problem: RoutingProblem, number: int, row: int, col: int) -> bool:
    matrix = problem.matrices[problem.vehicle_types[number].profile]
    return int(matrix.pairs(np.array([row]), np.array([col]))[0][0]) < UNREACHABLE
