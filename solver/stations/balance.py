"""Balance: which station may take how much from which part, and how much nobody can take.

A transport problem before the routing: waste of the tasks to the stations their vehicles reach, by
travel time, within the design tonnages. Its capacities go into the routing problems, where the
engine keeps them; its shortfall is proven, for no routing can place more than a transport plan.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt.python import mathopt

from models.day import Balance
from models.district import SiteKind
from models.units import UNREACHABLE
from solver.loads import dealt, waste_by_dim
from solver.trade.sites import limit_kg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from models.district import District
    from models.part import Part
    from models.problem import RoutingProblem

UNPLACED_S = 1_000_000
"""A kilogram left over counts as so many seconds: more than any way (chosen)."""


def balance(
    district: District, parts: Sequence[Part], limits: Mapping[str, int] | None = None
) -> Balance:
    """Capacities that fit the design tonnages of the stations.

    `limits` replaces design tonnages by site id (0: closed); a site without any has no limit.
    A station used by several parts is shared in proportion to what the transport plan sends.
    """
    stations = {site.id for site in district.sites if site.kind == SiteKind.STATION}
    limit = {site.id: kg for site in district.sites if (kg := limit_kg(site))} | dict(limits or {})
    lp = mathopt.Model()
    sent: dict[tuple[int, str], list[mathopt.Variable]] = defaultdict(list)
    costs: list[mathopt.LinearTypes] = []
    over: list[mathopt.Variable] = []
    for number, part in enumerate(parts):
        for kg, ways in _sources(part):
            unplaced = lp.add_variable(lb=0)
            over.append(unplaced)
            costs.append(UNPLACED_S * unplaced)
            flows = []
            for site, seconds in ways.items():
                flow = lp.add_variable(lb=0)
                costs.append(seconds * flow)
                sent[number, site].append(flow)
                flows.append(flow)
            lp.add_linear_constraint(mathopt.fast_sum([*flows, unplaced]) == kg)
    rows = {}
    for site, kg in limit.items():
        own = [flow for (_, where), flows in sent.items() if where == site for flow in flows]
        if own:
            rows[site] = lp.add_linear_constraint(mathopt.fast_sum(own) <= kg)
    lp.minimize(mathopt.fast_sum(costs))
    result = mathopt.solve(lp, mathopt.SolverType.GLOP)
    values, duals = result.variable_values(), result.dual_values()
    amount = {key: sum(values[flow] for flow in flows) for key, flows in sent.items()}
    return Balance(
        capacity=_shares(amount, limit, stations),
        shortfall_kg=int(sum(values[flow] for flow in over) + 1e-6),
        price={site: max(0.0, -duals[row]) for site, row in rows.items()},
    )


def _shares(
    amount: Mapping[tuple[int, str], float], limit: Mapping[str, int], stations: Collection[str]
) -> dict[tuple[int, str], int]:
    """Each part's share of a site's limit, rounded so that the shares add up to no more.

    The quota of a plant or tip that one part alone uses stands in its problem already.
    """
    users: dict[str, list[int]] = defaultdict(list)
    for part, site in sorted(amount):
        users[site].append(part)
    shares = {}
    for site, parts in users.items():
        if site not in limit or (site not in stations and len(parts) == 1):
            continue
        total = sum(amount[part, site] for part in parts)
        for part in parts:
            share = amount[part, site] / total if total > 0 else 1 / len(parts)
            shares[part, site] = int(limit[site] * share)
    return shares


def _sources(part: Part) -> list[tuple[int, dict[str, int]]]:
    """Waste of the part by the stations in reach, tasks with equal ways taken together.

    Ways are rounded to half minutes: a thousand stops become a few hundred sources.
    """
    problem = part.problem
    tips = [n for n, f in enumerate(problem.facilities) if f.resets & problem.waste]
    tasks = [task for task in range(len(problem.tasks)) if problem.waste_kg(task)]
    if not tips or not tasks:
        return []
    ways = _ways(problem, tasks, tips)
    sources: dict[tuple[tuple[str, int], ...], int] = defaultdict(int)
    for row, task in zip(ways.tolist(), tasks, strict=True):
        key: dict[str, int] = {}
        chambers = {dim for dim in problem.waste if problem.tasks[task].demand[dim]}
        for tip, seconds in zip(tips, row, strict=True):
            site = part.sites[tip]
            if seconds < UNREACHABLE and chambers <= problem.facilities[tip].resets:
                key[site] = min(key.get(site, UNREACHABLE), round(seconds / 30) * 30)
        sources[tuple(sorted(key.items()))] += problem.waste_kg(task)
    return [(kg, dict(key)) for key, kg in sources.items()]


def _ways(problem: RoutingProblem, tasks: Sequence[int], tips: Sequence[int]) -> NDArray[np.int64]:
    """Shortest drive from each task to each tip over all profiles [s], shape (tasks, tips)."""
    rows = np.array([problem.tasks[task].modes[0].leave for task in tasks])
    cols = np.array([problem.facilities[tip].enter for tip in tips])
    inside = np.array([problem.facilities[tip].duration for tip in tips])
    best = np.full((len(tasks), len(tips)), UNREACHABLE, dtype=np.int64)
    for matrix in problem.matrices:
        durations = matrix.block(rows, cols)[0].astype(np.int64)
        best = np.minimum(best, np.where(durations < UNREACHABLE, durations + inside, UNREACHABLE))
    return best


def with_capacities(parts: Sequence[Part], balanced: Balance) -> tuple[Part, ...]:
    """The parts with the balance's capacities in their facilities."""
    return tuple(
        replace(part, problem=_limited(part, number, balanced)) for number, part in enumerate(parts)
    )


def _limited(part: Part, number: int, balanced: Balance) -> RoutingProblem:
    problem = part.problem
    waste = waste_by_dim(problem.dimensions, problem.tasks)
    facilities = []
    for index, facility in enumerate(problem.facilities):
        kg = balanced.capacity.get((number, part.sites[index]))
        if kg is not None and facility.resets & problem.waste:
            daily = dealt(kg, waste, facility.resets)
            facilities.append(replace(facility, daily_capacity=daily))
        else:
            facilities.append(facility)
    return replace(problem, facilities=tuple(facilities))
