"""Capacitated facility location files: OR-Library, Holmberg, Delmaire.

All hold the same numbers in different orders; which order follows from the layout of the lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from scenarios.instances.instance import Line, lines

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SCALE = 100_000  # OR-Library costs have up to five decimals


@dataclass(frozen=True, eq=False, kw_only=True)
class LocationInstance:
    """m sites, n customers. Costs are `scale` times the file's.

    `costs[j, i]` is the cost of serving all demand of customer j from site i; with
    `single_source` a customer's demand must not be split.
    """

    capacity: NDArray[np.int64]
    """Shape (m,)."""
    fixed_cost: NDArray[np.int64]
    """Shape (m,)."""
    demand: NDArray[np.int64]
    """Shape (n,)."""
    costs: NDArray[np.int64]
    """Shape (n, m)."""
    single_source: bool
    scale: int = SCALE
    notes: tuple[str, ...] = ()

    def published(self, cost: int) -> float:
        """A cost in the unit the literature reports."""
        return cost / self.scale


def parse_cfl(text: str, *, capacity: int | None = None) -> LocationInstance:
    """A facility location problem in any of the three orders.

    `capacity` replaces the word "capacity" in OR-Library's capa, capb and capc. Raises
    `InstanceError` with the line number.
    """
    rows = lines(text)
    if len(rows) < 3:
        raise (rows[-1] if rows else Line(1, "")).fail("the file is cut off")
    first, second = rows[0].integers(2)
    if min(first, second) < 1:
        raise rows[0].fail("numbers of sites and customers above 0 were expected")
    if len(rows[1].words()) != 2:
        return _delmaire(rows, customers=first, sites=second)
    if len(rows) <= first + 1:
        raise rows[-1].fail(f"{first} sites were expected; the file is cut off")
    by_customer = len(rows[first + 1].words()) in {1, first + 1}
    return _by_site(rows, first, second, capacity, by_customer=by_customer)


def _by_site(
    rows: list[Line], sites: int, customers: int, capacity: int | None, *, by_customer: bool
) -> LocationInstance:
    """OR-Library (demand and costs customer by customer, may be split) or Holmberg."""
    limits, fixed = [], []
    for line in rows[1 : sites + 1]:
        word, cost = line.words(2)
        if word == "capacity" and capacity is None:
            raise line.fail("the file leaves the capacity open; say which (8000, ..)")
        limits.append(capacity if word == "capacity" else line.natural(word))
        fixed.append(line.number_in(cost))
    values, notes = _numbers(rows[sites + 1 :], customers * (sites + 1), rows[-1])
    if by_customer:
        table = values.reshape(customers, sites + 1)
        demand, costs = table[:, 0], table[:, 1:]
    else:
        demand, costs = values[:customers], values[customers:].reshape(sites, customers).T
    return LocationInstance(
        capacity=np.array(limits, dtype=np.int64),
        fixed_cost=_scaled(np.array(fixed)),
        demand=np.rint(demand).astype(np.int64),
        costs=_scaled(costs),
        single_source=not by_customer,
        notes=notes,
    )


def _delmaire(rows: list[Line], *, customers: int, sites: int) -> LocationInstance:
    size = customers * sites + customers + 2 * sites
    values, notes = _numbers(rows[1:], size, rows[-1])
    costs, demand, fixed, limits = np.split(
        values, np.cumsum([customers * sites, customers, sites])
    )
    return LocationInstance(
        capacity=np.rint(limits).astype(np.int64),
        fixed_cost=_scaled(fixed),
        demand=np.rint(demand).astype(np.int64),
        costs=_scaled(costs.reshape(customers, sites)),
        single_source=True,
        notes=notes,
    )


def _numbers(
    rows: list[Line], count: int, last: Line
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The first `count` numbers; spare ones at the end are left out, with a note."""
    values = np.array(list(chain.from_iterable(line.numbers() for line in rows)))
    if len(values) < count:
        raise last.fail(f"{count} numbers were expected, {len(values)} found")
    if values[:count].min() < 0:
        raise last.fail("a negative number in the file")
    spare = len(values) - count
    return values[:count], ((f"{spare} spare numbers at the end",) if spare else ())


def _scaled(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(values * SCALE).astype(np.int64)


def read_cfl(path: Path, *, capacity: int | None = None) -> LocationInstance:
    """The instance in a file. Raises `InstanceError`, `OSError` when it cannot be read."""
    return parse_cfl(path.read_text(encoding="utf-8", errors="replace"), capacity=capacity)
