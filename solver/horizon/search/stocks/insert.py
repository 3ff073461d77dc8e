"""The cheapest visits of a customer: one on its day, or all of them by a dynamic program; compiled.

A day's visit costs the cheapest place of the day, with what is above the vehicle's capacity priced
(the idea of Vidal, Zhao and others 2024).
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from models.units import BOUNDLESS
from solver.horizon.search.stocks.rounds import link
from solver.routing.base.chance import draw
from solver.routing.base.compiled import NJIT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.horizon.search.stocks.rounds import Rounds, Scratch, Stores

BLINK = 0.02
"""An insertion passes a place by with this chance (as in SISR, Christiaens and Vanden Berghe 2020).
"""


class Shyness(NamedTuple):
    """Days a customer is not offered: each with the chance `doubt`, and `day` (-1: none)."""

    doubt: float
    day: int


@NJIT
def list_places(
    st: Stores,
    pl: Rounds,
    one: int,
    day: int,
    detour: NDArray[np.int64],
    place: NDArray[np.int64],
) -> None:
    """The cheapest detour of a customer in each row of a day, and before which position."""
    home = st.legs.shape[0] - 1
    empty = False
    for k in range(st.vehicles):
        row = day * st.vehicles + k
        detour[k] = BOUNDLESS
        if pl.size[row] == 0:
            if not empty:
                detour[k] = st.legs[home, one] + st.legs[one, home]
                place[k] = 0
            empty = True
            continue
        for p in range(pl.size[row] + 1):
            if draw(pl.rng) < BLINK:
                continue
            before = home if p == 0 else pl.order[row, p - 1]
            after = home if p == pl.size[row] else pl.order[row, p]
            more = st.legs[before, one] + st.legs[one, after] - st.legs[before, after]
            if more < detour[k]:
                detour[k], place[k] = more, p


@NJIT
def put_visit(
    st: Stores,
    pl: Rounds,
    one: int,
    day: int,
    price: float,
    detour: NDArray[np.int64],
    place: NDArray[np.int64],
) -> bool:
    """Put a visit back with the units written, where it is cheapest; False: nowhere."""
    list_places(st, pl, one, day, detour, place)
    best, found = float(BOUNDLESS), -1
    for k in range(st.vehicles):
        if detour[k] >= BOUNDLESS:
            continue
        load = pl.load[day * st.vehicles + k]
        more = max(load + pl.units[one, day] - st.capacity, 0) - max(load - st.capacity, 0)
        if detour[k] + price * more < best:
            best, found = detour[k] + price * more, k
    if found < 0:
        return False
    link(pl, one, day, day * st.vehicles + found, place[found])
    return True


@NJIT
def nights_of_supply(st: Stores, pl: Rounds, supply: NDArray[np.int64]) -> None:
    """What the supplier has left each night (days,)."""
    left = st.supply
    for day in range(st.days):
        left += st.daily - pl.brought[day]
        supply[day] = left


@NJIT
def price_visits(
    st: Stores, pl: Rounds, one: int, over_price: float, shy: Shyness, sc: Scratch
) -> None:
    """The price of bringing a customer so much on each day, in the vehicle cheapest for it.

    Days are passed over as `shy` says: the cheapest one is ever the hole just made.
    """
    for day in range(st.days):
        list_places(st, pl, one, day, sc.detour[day], sc.place[day])
        if day == shy.day or draw(pl.rng) < shy.doubt:
            sc.visit[day, :] = math.inf  # BOUNDLESS less what another day saves would be a price
            continue
        saved = st.supplier_holding * (st.days - day)
        for units in range(1, st.most[one] - st.least[one] + 1):
            best, found = float(BOUNDLESS), -1
            for k in range(st.vehicles):
                if sc.detour[day, k] >= BOUNDLESS:
                    continue
                load = pl.load[day * st.vehicles + k]
                more = max(load + units - st.capacity, 0) - max(load - st.capacity, 0)
                cost = sc.detour[day, k] + over_price * more
                if cost < best:
                    best, found = cost, k
            sc.visit[day, units] = best - saved * units if found >= 0 else math.inf
            sc.which[day, units] = found


@NJIT
def fill_day(st: Stores, one: int, day: int, lack_price: float, sc: Scratch) -> None:
    """From the costs of the stocks left the night before a day to those left the night after.

    A stock left tells what has been brought so far, so that what the supplier lacks is known.
    """
    least, use = st.least[one], st.use[one]
    top = st.most[one] - use  # the highest stock a day with a visit ends with
    highest = max(top, st.start[one])
    brought = use * (day + 1) - st.start[one]  # so far, less the stock left
    for left in range(least, highest + 1):
        lack = max(left + brought - max(sc.supply[day], 0), 0)
        sc.night[left] = st.holding[one] * left + lack_price * lack
    for stock in range(highest + 1):
        held = sc.value[day, stock]
        if held >= BOUNDLESS:
            continue
        for left in range(max(stock - use, least), max(top, stock - use) + 1):
            units = left + use - stock
            if units and left > top:
                break
            cost = held + sc.night[left] + (sc.visit[day, units] if units else 0.0)
            if cost < sc.value[day + 1, left]:
                sc.value[day + 1, left] = cost
                sc.back[day + 1, left] = stock


@NJIT
def put_customer(
    st: Stores, pl: Rounds, one: int, prices: NDArray[np.float64], shy: Shyness, sc: Scratch
) -> bool:
    """Give a customer the cheapest visits of all days; False: its stock cannot be kept.

    `prices` are those of a unit above a capacity and of one the supplier lacks.
    """
    highest = max(st.most[one] - st.use[one], st.start[one])
    nights_of_supply(st, pl, sc.supply)
    price_visits(st, pl, one, prices[0], shy, sc)
    sc.value[: st.days + 1, : highest + 1] = BOUNDLESS
    sc.value[0, st.start[one]] = 0.0
    for day in range(st.days):
        fill_day(st, one, day, prices[1], sc)
    best, end = float(BOUNDLESS), -1
    for stock in range(highest + 1):
        if sc.value[st.days, stock] < best:
            best, end = sc.value[st.days, stock], stock
    if end < 0:
        return False
    for day in range(st.days - 1, -1, -1):
        before = sc.back[day + 1, end]
        units = end + st.use[one] - before
        pl.units[one, day] = units
        pl.brought[day] += units
        if units > 0:
            k = sc.which[day, units]
            link(pl, one, day, day * st.vehicles + k, sc.place[day, k])
        end = before
    return True
