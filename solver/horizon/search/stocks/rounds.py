"""Stores and a plan in hand as arrays: rows of visits, units, what it all costs; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np  # noqa: TC002
from numpy.typing import NDArray  # noqa: TC002

from solver.routing.base.compiled import NJIT


class Stores(NamedTuple):
    """The problem: legs (n + 1, n + 1), the supplier last; columns of customers (n,)."""

    legs: NDArray[np.int64]
    near: NDArray[np.int64]
    start: NDArray[np.int64]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    use: NDArray[np.int64]
    holding: NDArray[np.int64]
    days: int
    vehicles: int
    capacity: int
    supply: int
    daily: int
    supplier_holding: int


class Rounds(NamedTuple):
    """A plan in hand: a row of each vehicle of each day (days * vehicles, n) and who lies in it.

    `units`, `row` (n, days): what is brought and the row, -1 without a visit; `brought` (days,):
    units of all customers.
    """

    order: NDArray[np.int64]
    size: NDArray[np.int64]
    load: NDArray[np.int64]
    units: NDArray[np.int64]
    row: NDArray[np.int64]
    brought: NDArray[np.int64]
    rng: NDArray[np.uint64]


class Scratch(NamedTuple):
    """Of one customer's dynamic program.

    `detour`, `place` (days, vehicles): its cheapest place in each row; `visit`, `which` (days,
    units + 1): the price of bringing so much, and the vehicle; `value`, `back` (days + 1,
    stock + 1): the least cost when a stock is left the night before, and the stock before that;
    `supply` (days,) and `night` (stock + 1,): what the supplier has left, and what a stock left
    costs that night.
    """

    detour: NDArray[np.int64]
    place: NDArray[np.int64]
    visit: NDArray[np.float64]
    which: NDArray[np.int64]
    value: NDArray[np.float64]
    back: NDArray[np.int64]
    supply: NDArray[np.int64]
    night: NDArray[np.float64]


@NJIT
def copy(frm: Rounds, to: Rounds) -> None:
    """All of a plan but its randomness."""
    for row in range(frm.size.shape[0]):
        size = frm.size[row]
        to.size[row] = size
        to.load[row] = frm.load[row]
        for p in range(size):
            to.order[row, p] = frm.order[row, p]
    to.units[:] = frm.units
    to.row[:] = frm.row
    to.brought[:] = frm.brought


@NJIT
def way(st: Stores, pl: Rounds, row: int) -> int:
    """Legs of a row."""
    at = home = st.legs.shape[0] - 1
    total = 0
    for p in range(pl.size[row]):
        total += st.legs[at, pl.order[row, p]]
        at = pl.order[row, p]
    return total + st.legs[at, home]


@NJIT
def measure(st: Stores, pl: Rounds) -> tuple[int, int, int]:
    """Cost of a plan, units above capacities, and units the supplier lacks."""
    total = over = lack = 0
    for row in range(pl.size.shape[0]):
        if pl.size[row]:
            total += way(st, pl, row)
            over += max(pl.load[row] - st.capacity, 0)
    supply = st.supply
    for day in range(st.days):
        supply += st.daily - pl.brought[day]
        total += st.supplier_holding * supply
        lack += max(-supply, 0)
    for one in range(st.start.shape[0]):
        stock = st.start[one]
        for day in range(st.days):
            stock += pl.units[one, day] - st.use[one]
            total += st.holding[one] * stock
    return total, over, lack


@NJIT
def unlink(pl: Rounds, one: int, day: int) -> None:
    """Take a visit out of its row; its units stay written."""
    row = pl.row[one, day]
    at = 0
    while pl.order[row, at] != one:
        at += 1
    for p in range(at + 1, pl.size[row]):
        pl.order[row, p - 1] = pl.order[row, p]
    pl.size[row] -= 1
    pl.load[row] -= pl.units[one, day]
    pl.row[one, day] = -1


@NJIT
def link(pl: Rounds, one: int, day: int, row: int, at: int) -> None:
    """Put a visit into a row before position `at`, with the units written."""
    for p in range(pl.size[row], at, -1):
        pl.order[row, p] = pl.order[row, p - 1]
    pl.order[row, at] = one
    pl.size[row] += 1
    pl.load[row] += pl.units[one, day]
    pl.row[one, day] = row
