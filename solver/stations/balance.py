"""Balance: which station may take how much from which part, and how much nobody can take.

A transport problem before the routing: waste of the tasks to the stations their vehicles reach, by
travel time, within the design tonnages. Its capacities go into the routing problems, where the
engine keeps them; its shortfall is proven, for no routing can place more than a transport plan.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from ortools.math_opt.python import mathopt

from models.day import Balance
from models.district import SiteKind
from models.units import UNREACHABLE
from solver.loads import dealt, waste_by_dim
from solver.trade.sites import limit_kg

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence

    from numpy.typing import NDArray

    from models.district import District
    from models.part import Part
    from models.problem import RoutingProblem

UNPLACED_S = 1_000_000
"""A kilogram left over counts as so many seconds: more than any way (chosen)."""

NEAREST = 8
"""Each source has so many nearest sites from the beginning (chosen: few need another)."""

MANY = 3_000
"""From so many tasks of a part on, neighbours are one source (chosen: the program of a city would
take ten seconds)."""

ALIKE = 4
"""Neighbours have the same so many nearest sites (chosen)."""

ROUND_S = 30
"""Ways are rounded to so many seconds (chosen: half a minute makes a few hundred sources of a
thousand stops)."""

FAR_ROUND_S = 300
"""Ways of a part with many tasks are rounded to so many seconds (measured: a city of 32,000 tasks
has 2,300 sources then, and 6,700 with two minutes)."""

LEAST_GAIN_S = 1e-3
"""A way is opened if a kilogram would gain so many seconds at least (chosen: less is rounding)."""

_SOURCES: WeakKeyDictionary[RoutingProblem, list[tuple[int, dict[str, int]]]] = WeakKeyDictionary()
"""Waste of parts with its ways, found once and forgotten with their problems: every round spreads
it again, and so do the document and its judge."""


def balance(
    district: District, parts: Sequence[Part], limits: Mapping[str, int] | None = None
) -> Balance:
    """Capacities that fit the design tonnages of the stations.

    `limits` replaces design tonnages by site id (0: closed); a site without any has no limit.
    A station used by several parts is shared in proportion to what the transport plan sends.
    """
    stations = {site.id for site in district.sites if site.kind == SiteKind.STATION}
    limit = {site.id: kg for site in district.sites if (kg := limit_kg(site))} | dict(limits or {})
    program = _Transport(limit)
    for number, part in enumerate(parts):
        if part.problem not in _SOURCES:
            _SOURCES[part.problem] = _sources(part)
        for kg, ways in _SOURCES[part.problem]:
            program.add_source(number, kg, ways)
    return program.solved(stations)


class _Transport:
    """The transport problem; a source is first given its nearest sites, then what gains.

    Columns are added until none has negative reduced costs, so that the optimum is that of all of
    them: a city has thousands of sources and a hundred sites, and most ways are used by nobody.
    """

    def __init__(self, limit: Mapping[str, int]) -> None:
        self.limit = limit
        self.lp = mathopt.Model()
        self.lp.objective.is_maximize = False
        self.rows = {
            site: self.lp.add_linear_constraint(ub=kg, name=site) for site, kg in limit.items()
        }
        self.sources: list[tuple[int, mathopt.LinearConstraint, dict[str, int]]] = []
        self.sent: dict[tuple[int, str], list[mathopt.Variable]] = defaultdict(list)
        self.over: list[mathopt.Variable] = []

    def add_source(self, part: int, kg: int, ways: Mapping[str, int]) -> None:
        """Waste of a part with its ways to sites [s]."""
        row = self.lp.add_linear_constraint(lb=kg, ub=kg)
        unplaced = self.lp.add_variable(lb=0)
        row.set_coefficient(unplaced, 1)
        self.lp.objective.set_linear_coefficient(unplaced, UNPLACED_S)
        self.over.append(unplaced)
        later = dict(sorted(ways.items(), key=lambda way: (way[1], way[0])))
        for site in list(later)[:NEAREST]:
            self._open(part, row, site, later.pop(site))
        self.sources.append((part, row, later))

    def solved(self, stations: Collection[str]) -> Balance:
        """Capacities, shortfall and prices of the optimum."""
        while True:
            result = mathopt.solve(self.lp, mathopt.SolverType.GLOP)
            duals = result.dual_values()
            if not self._gained(duals):
                break
        values = result.variable_values()
        amount = {key: sum(values[flow] for flow in flows) for key, flows in self.sent.items()}
        used = {site for _, site in self.sent}
        return Balance(
            capacity=_shares(amount, self.limit, stations),
            shortfall_kg=int(sum(values[flow] for flow in self.over) + 1e-6),
            price={site: max(0.0, -duals[row]) for site, row in self.rows.items() if site in used},
        )

    def _gained(self, duals: Mapping[mathopt.LinearConstraint, float]) -> int:
        """Open the ways that would better the optimum; how many."""
        price = {site: duals[row] for site, row in self.rows.items()}
        opened = 0
        for part, row, later in self.sources:
            most = duals[row] - LEAST_GAIN_S
            for site in [s for s, way in later.items() if way - price.get(s, 0.0) < most]:
                self._open(part, row, site, later.pop(site))
                opened += 1
        return opened

    def _open(self, part: int, row: mathopt.LinearConstraint, site: str, seconds: int) -> None:
        flow = self.lp.add_variable(lb=0)
        self.lp.objective.set_linear_coefficient(flow, seconds)
        row.set_coefficient(flow, 1)
        if site in self.rows:
            self.rows[site].set_coefficient(flow, 1)
        self.sent[part, site].append(flow)


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

    Where tasks are many, those that reach the same sites and whose nearest ones are as near: what
    nobody can take is proven all the same, for it depends on reach alone.
    """
    problem = part.problem
    tips = [n for n, f in enumerate(problem.facilities) if f.resets & problem.waste]
    tasks = [task for task in range(len(problem.tasks)) if problem.waste_kg(task)]
    if not tips or not tasks:
        return []
    many = len(tasks) > MANY
    step = FAR_ROUND_S if many else ROUND_S
    ways = _ways(problem, tasks, tips)
    sources: dict[tuple[Hashable, ...], int] = defaultdict(int)
    first: dict[tuple[Hashable, ...], dict[str, int]] = {}
    for row, task in zip(ways.tolist(), tasks, strict=True):
        found: dict[str, int] = {}
        chambers = {dim for dim in problem.waste if problem.tasks[task].demand[dim]}
        for tip, seconds in zip(tips, row, strict=True):
            site = part.sites[tip]
            if seconds < UNREACHABLE and chambers <= problem.facilities[tip].resets:
                found[site] = min(found.get(site, UNREACHABLE), round(seconds / step) * step)
        key: tuple[Hashable, ...] = tuple(sorted(found.items()))
        if many:
            near = sorted(found.items(), key=lambda way: (way[1], way[0]))[:ALIKE]
            key = frozenset(found), *near
        first.setdefault(key, found)
        sources[key] += problem.waste_kg(task)
    return [(kg, first[key]) for key, kg in sources.items()]


def _ways(problem: RoutingProblem, tasks: Sequence[int], tips: Sequence[int]) -> NDArray[np.int64]:
    """Shortest drive from each task to each tip over all profiles [s], shape (tasks, tips).

    Of many tasks by the first profile, and by the others where that has no way: reach is exact.
    """
    rows = np.array([problem.tasks[task].modes[0].leave for task in tasks])
    cols = np.array([problem.facilities[tip].enter for tip in tips])
    inside = np.array([problem.facilities[tip].duration for tip in tips])
    best = np.full((len(tasks), len(tips)), UNREACHABLE, dtype=np.int64)
    open_ = np.arange(len(tasks))
    for matrix in problem.matrices:
        durations = matrix.block(rows[open_], cols)[0].astype(np.int64)
        ways = np.where(durations < UNREACHABLE, durations + inside, UNREACHABLE)
        best[open_] = np.minimum(best[open_], ways)
        if len(tasks) > MANY:
            open_ = np.flatnonzero((best >= UNREACHABLE).any(axis=1))
    return best


def without_designs(district: District, balanced: Balance) -> Balance:
    """The shares of quotas alone: stations take whatever comes."""
    stations = {site.id for site in district.sites if site.kind == SiteKind.STATION}
    kept = {key: kg for key, kg in balanced.capacity.items() if key[1] not in stations}
    return replace(balanced, capacity=kept)


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
    if facilities == list(problem.facilities):
        return problem  # and what was proven of it stays known
    return replace(problem, facilities=tuple(facilities))
