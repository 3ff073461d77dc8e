"""The judge of bin merging: where each point's waste goes, against points, homes and ways on foot.

Walks, loads, counts and cost are added up anew; nothing the model said is trusted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.location import MergingProblem, MergingSolution


def check_merging(problem: MergingProblem, solution: MergingSolution) -> list[Violation]:
    """All violations of a merging of points."""
    count = len(problem.points)
    if len(solution.target) != count or not all(0 <= q < count for q in solution.target):
        return [Violation(code="UNKNOWN", where="points", detail="a point goes nowhere known")]
    return [
        *check_targets(problem, solution),
        *check_walks(problem, solution),
        *check_loads(problem, solution),
        *check_counts(problem, solution),
    ]


def check_targets(problem: MergingProblem, solution: MergingSolution) -> Iterator[Violation]:
    """Waste goes to points that stay, of the same stream, kind, hours and side."""
    for p, q in enumerate(solution.target):
        where = f"{problem.points[p].id} to {problem.points[q].id}"
        if solution.target[q] != q:
            yield Violation(code="POINT_CLOSED", where=where, excess=problem.points[p].demand_kg)
        if problem.points[p].group != problem.points[q].group:
            yield Violation(code="POINT_MIXED", where=where, detail=problem.points[q].group)
        percent = problem.points[q].opposition_percent
        if p != q and (over := percent - problem.max_opposition_percent) > 0:
            yield Violation(code="POINT_OPPOSED", where=where, excess=over, detail="%")


def check_walks(problem: MergingProblem, solution: MergingSolution) -> Iterator[Violation]:
    """No home walks farther than the limit, nor farther than today where that is more already."""
    worst: Counter[int] = Counter()
    for home, p in enumerate(problem.home_point):
        today = problem.walks[home, p]
        most = max(problem.limit_m, today)
        metres = problem.walks.get((home, solution.target[p]), most + 1)
        worst[p] = max(worst[p], metres - most)
    for p, over in sorted(worst.items()):
        if over > 0:
            where = f"{problem.points[p].id} to {problem.points[solution.target[p]].id}"
            yield Violation(code="WALK", where=where, excess=over, detail="m")


def check_loads(problem: MergingProblem, solution: MergingSolution) -> Iterator[Violation]:
    """A point that takes others' waste holds all of it; one that is too full today gets no more."""
    loads: Counter[int] = Counter()
    for p, q in enumerate(solution.target):
        loads[q] += problem.points[p].demand_kg
    for q, kg in sorted(loads.items()):
        most = max(problem.points[q].capacity_kg, problem.points[q].demand_kg)
        if kg > most:
            where = problem.points[q].id
            yield Violation(code="POINT_CAPACITY", where=where, excess=kg - most, detail="kg/d")


def check_counts(problem: MergingProblem, solution: MergingSolution) -> Iterator[Violation]:
    """Points that stay, metres walked and cost are what they add up to; no bound above the cost."""
    stays = len(set(solution.target))
    metres = sum(
        problem.households[home] * problem.walks.get((home, solution.target[p]), 0)
        for home, p in enumerate(problem.home_point)
    )
    person_kg = sum(
        problem.points[p].demand_kg * problem.points[q].people
        for p, q in enumerate(solution.target)
        if p != q
    )
    cost = stays * problem.point_cost + metres * problem.metre_cost
    cost += person_kg * problem.person_kg_cost
    for name, told, found in (
        ("stays", solution.stays, stays),
        ("household_m", solution.household_m, metres),
        ("person_kg", solution.person_kg, person_kg),
        ("cost", solution.cost, cost),
    ):
        if told != found:
            detail = f"{told} for {found}"
            yield Violation(code="CLAIM", where=name, excess=abs(told - found), detail=detail)
    if solution.bound > cost:
        yield Violation(code="CLAIM", where="bound", excess=solution.bound - cost)


def check_phases(
    problem: MergingProblem, solution: MergingSolution, phases: Sequence[int]
) -> list[Violation]:
    """Every date's points are lawful, and after the last phase all is as the solution says.

    `phases[p]` counts from 1 for a point that goes elsewhere, 0 for one that stays.
    """
    found: list[Violation] = []
    for p, (q, phase) in enumerate(zip(solution.target, phases, strict=True)):
        if (p != q) != (phase > 0):
            where = problem.points[p].id
            found.append(Violation(code="DATE", where=where, detail=f"phase {phase}"))
    for last in range(1, max(phases, default=0)):
        target = tuple(
            q if phase <= last else p
            for p, (q, phase) in enumerate(zip(solution.target, phases, strict=True))
        )
        state = replace(solution, target=target)
        found += [
            replace(one, where=f"{one.where}, phase {last}")
            for check in (check_targets, check_walks, check_loads)
            for one in check(problem, state)
        ]
    return found
