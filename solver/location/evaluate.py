"""A fixed choice of sites under any demand and with any plant out: a linear program.

Always has an answer: waste above capacities or quotas is counted and priced, not refused. Arrays
and SciPy, not a modelling layer: screening asks this question hundreds of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from models.errors import HuanweiError
from models.location import UNREACHABLE_COST

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from models.location import RelocationProblem

OVER_MFEN = 50_000
"""A kilogram above a station's capacity costs so many mfen (memory: 500 CNY/t for overtime and
detours)."""
STUCK_MFEN = 500_000
"""A kilogram no plant or station can take costs so many mfen (chosen: ten times one above
capacity)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One day: collection, haul and running cost [mfen], and what does not fit [kg]."""

    collection: int
    haul: int
    running: int
    overload_kg: int
    stuck_kg: int
    hauled: tuple[tuple[int, int, int], ...] = ()
    """(site, plant, kg)."""

    @property
    def total(self) -> int:
        """Cost of the day, without the prices of what does not fit."""
        return self.collection + self.haul + self.running

    @property
    def left_kg(self) -> int:
        """Waste without a place: above the stations' capacity, or without a plant."""
        return self.overload_kg + self.stuck_kg

    @property
    def fits(self) -> bool:
        """Whether all waste has its place (to the kilogram)."""
        return self.left_kg == 0


class _Columns(NamedTuple):
    """First column of each block: zone to site, unplaced, above capacity, site to plant, stuck."""

    flow: int
    unplaced: int
    over: int
    haul: int
    stuck: int
    end: int


def evaluate(
    problem: RelocationProblem,
    open_sites: Collection[int],
    *,
    growth_percent: int = 100,
    out: int | None = None,
    peak: bool = True,
    fill_percent: int = 100,
    limited: bool = True,
) -> Evaluation:
    """The cheapest day with these sites, `growth_percent` of today's demand, without plant `out`.

    `peak` leaves room for the peak factor, without it stations fill to `fill_percent` of their
    design; `limited` off sends every zone to the site cheapest to
    collect to, whatever it holds, as routes do that know no capacities.
    """
    sites = np.array(sorted(open_sites), np.int64)
    zones, count, plants = len(problem.zones), len(sites), len(problem.plants)
    kg = np.array([zone.demand_kg for zone in problem.zones]) * growth_percent / 100
    start = np.cumsum([0, zones * count, zones, count, count * plants, count])
    columns = _Columns(*start.tolist())
    costs, upper = _costs(problem, sites, columns, out=out, limited=limited)
    rooms = [
        problem.usable_kg(s) if peak else problem.sites[s].capacity_kg * fill_percent // 100
        for s in sites.tolist()
    ]
    quotas = [0 if p == out else plant.quota_kg for p, plant in enumerate(problem.plants)]
    found = linprog(
        costs,
        A_ub=_limits(columns, zones, count, plants),
        b_ub=np.array([*rooms, *quotas], float),
        A_eq=_balances(columns, zones, count, plants),
        b_eq=np.concatenate([kg, np.zeros(count if plants else 0)]),
        bounds=np.column_stack([np.zeros(columns.end), upper]),
        method="highs",
    )
    if found.status != 0:
        raise HuanweiError(
            "the sites cannot be evaluated; look for quotas below 0.",
            zh="无法评价这些站点；请检查是否有小于 0 的配额。",
        )
    spent = found.x * costs
    away = found.x[columns.haul : columns.stuck].reshape(count, plants)
    unplaced = found.x[columns.unplaced : columns.over].sum() + found.x[columns.stuck :].sum()
    return Evaluation(
        collection=round(float(spent[: columns.unplaced].sum())),
        haul=round(float(spent[columns.haul : columns.stuck].sum())),
        running=sum(problem.sites[s].day_cost for s in open_sites),
        overload_kg=int(found.x[columns.over : columns.haul].sum() + 0.5),
        stuck_kg=int(unplaced + 0.5),
        hauled=tuple(
            (int(sites[s]), int(p), round(float(away[s, p]))) for s, p in np.argwhere(away > 0.5)
        ),
    )


def _costs(
    problem: RelocationProblem,
    sites: NDArray[np.int64],
    columns: _Columns,
    *,
    out: int | None,
    limited: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mfen per kilogram and upper limit of each column; a forbidden pair is limited to 0."""
    base = np.maximum(1, np.array([zone.demand_kg for zone in problem.zones]))[:, None]
    collect = problem.collect_cost[:, sites]
    fees = np.array([plant.gate_fee for plant in problem.plants], np.int64)
    haul = problem.haul_cost[sites] + fees
    costs = np.zeros(columns.end)
    upper = np.full(columns.end, np.inf)
    costs[: columns.unplaced] = (np.where(collect < UNREACHABLE_COST, collect, 0) / base).ravel()
    near = collect < UNREACHABLE_COST
    if not limited:
        near &= np.arange(len(sites)) == collect.argmin(axis=1)[:, None]
    upper[: columns.unplaced] = np.where(near, np.inf, 0).ravel()
    costs[columns.unplaced : columns.over] = STUCK_MFEN
    costs[columns.over : columns.haul] = OVER_MFEN if limited else 0
    costs[columns.haul : columns.stuck] = (np.where(haul < UNREACHABLE_COST, haul, 0) / 1e3).ravel()
    closed = (haul >= UNREACHABLE_COST) | (np.arange(haul.shape[1]) == out)
    upper[columns.haul : columns.stuck] = np.where(closed, 0, np.inf).ravel()
    costs[columns.stuck :] = STUCK_MFEN
    return costs, upper


def _limits(columns: _Columns, zones: int, count: int, plants: int) -> csr_matrix:
    """Rows: each site's inflow less what is above its capacity; each plant's intake."""
    rows, cols, values = [], [], []
    for s in range(count):
        for z in range(zones):
            rows.append(s)
            cols.append(columns.flow + z * count + s)
            values.append(1.0)
        rows.append(s)
        cols.append(columns.over + s)
        values.append(-1.0)
        for p in range(plants):
            rows.append(count + p)
            cols.append(columns.haul + s * plants + p)
            values.append(1.0)
    return csr_matrix((values, (rows, cols)), shape=(count + plants, columns.end))


def _balances(columns: _Columns, zones: int, count: int, plants: int) -> csr_matrix:
    """Rows: a zone's waste goes somewhere; what a site takes leaves it."""
    rows, cols, values = [], [], []
    for z in range(zones):
        rows += [z] * (count + 1)
        cols += [columns.flow + z * count + s for s in range(count)] + [columns.unplaced + z]
        values += [1.0] * (count + 1)
    if plants:
        for s in range(count):
            row = zones + s
            rows += [row] * (zones + plants + 1)
            cols += [columns.flow + z * count + s for z in range(zones)]
            cols += [columns.haul + s * plants + p for p in range(plants)] + [columns.stuck + s]
            values += [-1.0] * zones + [1.0] * (plants + 1)
    height = zones + (count if plants else 0)
    return csr_matrix((values, (rows, cols)), shape=(height, columns.end))
