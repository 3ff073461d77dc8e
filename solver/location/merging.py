"""Bin merging (撤桶并点): which collection points stay and which go to a neighbour, exactly.

Capacitated p-median with a price of points instead of a number of them; points that cannot reach
each other are solved apart, which changes no optimum and lets the bounds add up.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt.python import mathopt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from models.location import MergingSolution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.location import MergingProblem


def reachable(problem: MergingProblem) -> dict[tuple[int, int], int]:
    """Pairs (point, point that could take it) and the metres its households would walk in all.

    Every home of the first reaches the second within what it may walk, and nobody beside the
    second keeps it from getting more; a point takes itself.
    """
    homes: defaultdict[int, list[int]] = defaultdict(list)
    for home, p in enumerate(problem.home_point):
        homes[p].append(home)
    near: defaultdict[int, set[int]] = defaultdict(set)
    for home, q in problem.walks:
        near[home].add(q)
    found: dict[tuple[int, int], int] = {}
    for p, point in enumerate(problem.points):
        shared = set.intersection(*(near[home] for home in homes[p])) if homes[p] else set()
        for q in sorted({*shared, p}):
            metres = {home: problem.walks[home, q] for home in homes[p]}
            if any(way > problem.allowed_m(home) for home, way in metres.items()):
                continue
            if p != q and problem.opposed(q):
                continue
            if point.group == problem.points[q].group:
                found[p, q] = sum(problem.households[home] * way for home, way in metres.items())
    return found


def merging_solution(
    problem: MergingProblem, target: Sequence[int], bound: int | None = None
) -> MergingSolution:
    """The solution that sends each point to its `target`; `bound` None: as good as it gets."""
    metres = sum(
        count * problem.walks[home, target[point]]
        for home, (point, count) in enumerate(
            zip(problem.home_point, problem.households, strict=True)
        )
    )
    stays = len(set(target))
    person_kg = sum(moved_person_kg(problem, p, q) for p, q in enumerate(target))
    cost = stays * problem.point_cost + metres * problem.metre_cost
    cost += person_kg * problem.person_kg_cost
    return MergingSolution(
        target=tuple(target),
        stays=stays,
        household_m=metres,
        person_kg=person_kg,
        cost=cost,
        bound=cost if bound is None else min(cost, bound),
    )


def moved_person_kg(problem: MergingProblem, p: int, q: int) -> int:
    """Kilograms beside persons' homes that come when the waste of p goes to q."""
    return 0 if p == q else problem.points[p].demand_kg * problem.points[q].people


def solve_merging(
    problem: MergingProblem, *, seconds: float = 60.0, threads: int = 1
) -> MergingSolution:
    """The cheapest merging found in `seconds`, with its proven bound; at worst today's points."""
    pairs = reachable(problem)
    count = len(problem.points)
    links = np.array([*pairs], np.int64).reshape(-1, 2)
    graph = csr_matrix((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    parts: defaultdict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for (p, q), metres in pairs.items():
        parts[int(label[p])][p, q] = metres
    target = list(range(count))
    bound, left = 0.0, len(pairs)
    for part in parts.values():
        share = seconds * len(part) / max(1, left)
        chosen, least, spent = _solve(problem, part, seconds=share, threads=threads)
        target = [chosen.get(p, q) for p, q in enumerate(target)]
        bound += least
        seconds, left = max(0.0, seconds - spent), left - len(part)
    return merging_solution(problem, target, round(bound))


def _solve(
    problem: MergingProblem, pairs: Mapping[tuple[int, int], int], *, seconds: float, threads: int
) -> tuple[dict[int, int], float, float]:
    """Targets of one component, its bound [mfen], seconds spent."""
    model = mathopt.Model()
    points = sorted({p for p, _ in pairs})
    stay = {p: model.add_binary_variable() for p in points}
    goes = {pair: stay[pair[0]] if pair[0] == pair[1] else model.add_binary_variable()
            for pair in pairs}  # fmt: skip
    for p in points:
        model.add_linear_constraint(
            mathopt.fast_sum(x for (a, _), x in goes.items() if a == p) == 1
        )
        load = mathopt.fast_sum(
            problem.points[a].demand_kg * x for (a, b), x in goes.items() if b == p
        )
        model.add_linear_constraint(load <= problem.points[p].usable_kg * stay[p])
    for (p, q), x in goes.items():
        if p != q:
            model.add_linear_constraint(x <= stay[q])
    walking = mathopt.fast_sum(
        (problem.metre_cost * metres + problem.person_kg_cost * moved_person_kg(problem, *pair))
        * goes[pair]
        for pair, metres in pairs.items()
    )
    model.minimize(walking + problem.point_cost * mathopt.fast_sum(stay.values()))
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), threads=threads, relative_gap_tolerance=1e-6
    )
    result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=parameters)
    spent = result.solve_time().total_seconds()
    least = max(0.0, result.dual_bound()) if np.isfinite(result.dual_bound()) else 0.0
    if not result.has_primal_feasible_solution():
        return {}, least, spent
    values = result.variable_values()
    return {p: q for (p, q), x in goes.items() if values[x] > 0.5}, least, spent
