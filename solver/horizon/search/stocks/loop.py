"""Ruin and recreate over days and amounts: a customer comes back with all its visits at once.

Three of five ruins take customers near each other out of all days; each is put back by a dynamic
program over its stock at the end of each day. The others take visits of one day out and put them
back with the units they had, as in SISR (Christiaens and Vanden Berghe 2020).
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray  # noqa: TC002

from solver.horizon.search.kept import loop
from solver.horizon.search.stocks.insert import Shyness, put_customer, put_visit
from solver.horizon.search.stocks.rounds import (
    Rounds,
    Scratch,
    Stores,
    copy,
    measure,
    unlink,
)
from solver.routing.base.chance import draw
from solver.routing.base.compiled import NJIT

MOST_OUT = 12
"""A ruin takes so many customers, or visits of a day, out at most (chosen)."""
ONE_DAY = 0.4
"""This share of the ruins keeps to one day and to the units brought (chosen)."""
DOUBT = 0.1
"""A customer is not offered a day with this chance (chosen: as patterns of periodic routes)."""
WHOLE = 0.05
"""This share of the ruins takes everybody of one vehicle's round out of all days (chosen: a round
less has no other way to come about where rounds are long)."""
GIVEN_UP = 0.5
"""This share of those are not offered that day again (chosen)."""
NEAR_BY = 0.7
"""The next customer taken out is the nearest one left with this chance, step by step (chosen)."""
RISE = 1.01
"""A price grows by this factor while its law is broken (chosen)."""
FALL = 0.995
"""And falls by this one while it is kept (chosen)."""
LEAST_PRICE = 1.0
"""A unit too much costs at least so much [cost unit of the problem] (chosen)."""
MOST_PRICE = 1e7
"""And at most so much (chosen)."""


@NJIT
def choose_out(st: Stores, pl: Rounds, day: int, out: NDArray[np.int64]) -> int:
    """Customers near a random one, written to `out`; with `day` 0 or more, those visited then."""
    count = st.start.shape[0]
    wanted = 1 + int(draw(pl.rng) * min(MOST_OUT, max(count // 2, 1)))
    seed = int(draw(pl.rng) * count)
    taken = 0
    for k in range(count):
        one = st.near[seed, k]
        if day >= 0 and pl.row[one, day] < 0:
            continue
        if k and draw(pl.rng) > NEAR_BY:
            continue
        out[taken] = one
        taken += 1
        if taken == wanted:
            break
    return taken


@NJIT
def sort_out(st: Stores, pl: Rounds, out: NDArray[np.int64], taken: int) -> None:
    """The order of insertion: at random, the largest use first, the farthest or nearest first."""
    home = st.legs.shape[0] - 1
    kind = draw(pl.rng) * 11.0
    keys = np.empty(taken)
    for k in range(taken):
        if kind < 4.0:
            keys[k] = draw(pl.rng)
        elif kind < 8.0:
            keys[k] = -float(st.use[out[k]])
        elif kind < 10.0:
            keys[k] = -float(st.legs[home, out[k]])
        else:
            keys[k] = float(st.legs[home, out[k]])
    for k in range(1, taken):
        key, one = keys[k], out[k]
        i = k - 1
        while i >= 0 and keys[i] > key:
            keys[i + 1], out[i + 1] = keys[i], out[i]
            i -= 1
        keys[i + 1], out[i + 1] = key, one


@NJIT
def list_round(pl: Rounds, row: int, out: NDArray[np.int64]) -> int:
    """Everybody of a vehicle's round, written to `out`."""
    for p in range(pl.size[row]):
        out[p] = pl.order[row, p]
    return int(pl.size[row])


@NJIT
def choose(st: Stores, pl: Rounds, out: NDArray[np.int64]) -> tuple[int, int, int]:
    """What to take out: how many customers of `out`, the only day (-1: all), the day given up."""
    kind = draw(pl.rng)
    if kind < ONE_DAY:
        day = int(draw(pl.rng) * st.days)
        return choose_out(st, pl, day, out), day, -1
    if kind < ONE_DAY + WHOLE:
        row = int(draw(pl.rng) * pl.size.shape[0])
        given_up = row // st.vehicles if draw(pl.rng) < GIVEN_UP else -1
        return list_round(pl, row, out), -1, given_up
    return choose_out(st, pl, -1, out), -1, -1


@NJIT
def take_out(st: Stores, pl: Rounds, day: int, out: NDArray[np.int64]) -> None:
    """Take customers out of their rows; on one day alone their units stay written."""
    for one in out:
        for other in range(st.days):
            if (day < 0 or other == day) and pl.row[one, other] >= 0:
                unlink(pl, one, other)
                if day < 0:
                    pl.brought[other] -= pl.units[one, other]
                    pl.units[one, other] = 0


@NJIT
def put_back(
    st: Stores,
    pl: Rounds,
    day: int,
    out: NDArray[np.int64],
    shy: Shyness,
    num: NDArray[np.float64],
    sc: Scratch,
) -> bool:
    """Insert the customers of `out` in some order; False where one fits nowhere."""
    sort_out(st, pl, out, out.shape[0])
    for one in out:
        if day >= 0:
            fits = put_visit(st, pl, one, day, num[3], sc.detour[day], sc.place[day])
        else:
            fits = put_customer(st, pl, one, num[3:5], shy, sc)
        if not fits:
            return False
    return True


@NJIT
def accept(
    st: Stores, pl: Rounds, was: Rounds, best: Rounds, num: NDArray[np.float64], heat: float
) -> None:
    """Go on from the plan in hand or back to the one before (simulated annealing)."""
    total, over, lack = measure(st, pl)
    priced = total + num[3] * over + num[4] * lack
    held = num[0] + num[3] * num[1] + num[4] * num[2]
    if not math.isinf(num[0]):
        held -= heat * math.log(max(draw(pl.rng), 1e-300))
        if priced >= held:
            copy(was, pl)
            return
    num[0], num[1], num[2] = float(total), float(over), float(lack)
    if over == 0 and lack == 0 and total < num[5]:
        num[5] = float(total)
        copy(pl, best)


@loop
def search(
    st: Stores,
    pl: Rounds,
    was: Rounds,
    best: Rounds,
    num: NDArray[np.float64],
    iterations: int,
    heat: float,
) -> None:
    """So many iterations from the plan in hand, at one temperature.

    `num`: cost, units above capacities and units lacking of the plan in hand, the two prices, the
    cost of the best lawful plan. An infinite cost: begin with nobody visited.
    """
    count, widest = st.start.shape[0], max(st.most.max(), st.start.max()) + 2
    out = np.arange(count)
    sc = Scratch(
        detour=np.empty((st.days, st.vehicles), dtype=np.int64),
        place=np.empty((st.days, st.vehicles), dtype=np.int64),
        visit=np.empty((st.days, widest)),
        which=np.empty((st.days, widest), dtype=np.int64),
        value=np.empty((st.days + 1, widest)),
        back=np.empty((st.days + 1, widest), dtype=np.int64),
        supply=np.empty(st.days, dtype=np.int64),
        night=np.empty(widest),
    )
    for _ in range(iterations):
        copy(pl, was)
        day, taken, shy = -1, count, Shyness(0.0, -1)
        if not math.isinf(num[0]):
            taken, day, given_up = choose(st, pl, out)
            shy = Shyness(DOUBT, given_up)
            take_out(st, pl, day, out[:taken])
        if put_back(st, pl, day, out[:taken], shy, num, sc):
            accept(st, pl, was, best, num, heat)
        else:
            copy(was, pl)
        num[3] = min(max(num[3] * (RISE if num[1] > 0 else FALL), LEAST_PRICE), MOST_PRICE)
        num[4] = min(max(num[4] * (RISE if num[2] > 0 else FALL), LEAST_PRICE), MOST_PRICE)
