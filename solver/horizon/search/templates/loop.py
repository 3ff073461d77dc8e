"""One order of customers for all days: slack induction by string removals over a template.

Each route of the template is a driver; a day drives it without those who are not visited that day,
so that everybody sees the same driver, in the same order, every day (the idea of templates is that
of Groër, Golden and Wasil 2009; the search is Christiaens and Vanden Berghe 2020). An insertion
costs what it adds on all days; how far times differ has a price that learns.
"""

# ruff: noqa: PLR0917 -- compiled functions take their arguments by position

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002

from models.units import BOUNDLESS
from solver.horizon.search.kept import loop
from solver.routing.base.chance import draw
from solver.routing.base.compiled import NJIT

MEAN_REMOVED = 8.0
"""So many customers are taken out on average (as in SISR, Christiaens and Vanden Berghe 2020)."""
LONGEST_STRING = 10.0
"""A string holds so many customers at most (as in SISR, Christiaens and Vanden Berghe 2020)."""
BLINK = 0.01
"""An insertion passes a place by with this chance (as in SISR, 2020)."""
RISE = 1.02
"""The price of differing times grows by this factor where they differ too much (chosen)."""
FALL = 0.99
"""And falls by this one where they do not (chosen)."""

SEES_TIMES = 0.2
"""Insertions of this share of iterations see what differing times cost, others drive short (chosen:
none, a fifth and all of them come out within 1 % on three files with three seeds)."""
LEAST_PRICE = 1e-2
"""A second of too much difference costs so many seconds of driving at least (chosen)."""
MOST_PRICE = 1e3
"""And so many at most (chosen)."""


class Days(NamedTuple):
    """The problem: legs (n + 1, n + 1) with the depot last; who needs what when (n, days)."""

    leg: NDArray[np.int64]
    need: NDArray[np.bool_]
    amount: NDArray[np.int64]
    service: NDArray[np.int64]
    near: NDArray[np.int64]
    capacity: int
    duration: int
    spread: int


class Template(NamedTuple):
    """A template in hand: routes (r, n), their lengths, load, time and way by day, randomness."""

    order: NDArray[np.int64]
    size: NDArray[np.int64]
    load: NDArray[np.int64]
    time: NDArray[np.int64]
    way: NDArray[np.int64]
    rng: NDArray[np.uint64]


@NJIT
def measure(wk: Days, tp: Template, route: int) -> None:
    """Load, time and way of a route on every day."""
    depot = wk.leg.shape[0] - 1
    for day in range(wk.need.shape[1]):
        at = depot
        load = way = service = 0
        for p in range(tp.size[route]):
            customer = tp.order[route, p]
            if wk.need[customer, day]:
                way += wk.leg[at, customer]
                load += wk.amount[customer, day]
                service += wk.service[customer, day]
                at = customer
        way += wk.leg[at, depot]
        tp.load[route, day] = load
        tp.way[route, day] = way
        tp.time[route, day] = way + service


@NJIT
def spread_excess(wk: Days, tp: Template) -> int:
    """By how much times differ more than they may, over all customers; 0 where any time will do."""
    if wk.spread < 0:
        return 0
    depot = wk.leg.shape[0] - 1
    count = wk.need.shape[0]
    first = np.full(count, BOUNDLESS)
    last = np.full(count, -1)
    for route in range(tp.order.shape[0]):
        for day in range(wk.need.shape[1]):
            at = depot
            clock = 0
            for p in range(tp.size[route]):
                customer = tp.order[route, p]
                if wk.need[customer, day]:
                    clock += wk.leg[at, customer]
                    first[customer] = min(first[customer], clock)
                    last[customer] = max(last[customer], clock)
                    clock += wk.service[customer, day]
                    at = customer
    total = 0
    for customer in range(count):
        total += max(0, last[customer] - first[customer] - wk.spread)
    return total


@NJIT
def has_room(wk: Days, tp: Template, route: int, customer: int) -> bool:
    """Whether a route carries a customer too on all days."""
    for day in range(wk.need.shape[1]):
        full = tp.load[route, day] + wk.amount[customer, day] > wk.capacity
        if full and wk.need[customer, day]:
            return False
    return True


@NJIT
def followers(wk: Days, tp: Template, route: int, after: NDArray[np.int64]) -> None:
    """Who is visited next on each day from each position of a route on, shape (days, n + 1)."""
    depot = wk.leg.shape[0] - 1
    size = tp.size[route]
    for day in range(wk.need.shape[1]):
        following = depot
        after[day, size] = depot
        for p in range(size - 1, -1, -1):
            if wk.need[tp.order[route, p], day]:
                following = tp.order[route, p]
            after[day, p] = following


@NJIT
def added(
    wk: Days,
    tp: Template,
    route: int,
    customer: int,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    clock: NDArray[np.int64],
    price: float,
) -> float:
    """What a customer adds to the ways of all days between two others.

    BOUNDLESS: a day gets too long. Its own times, that differ too much there, have their price too;
    `clock` is when the one before was left, day by day.
    """
    cost = 0
    first, last = BOUNDLESS, -BOUNDLESS
    for day in range(wk.need.shape[1]):
        if wk.need[customer, day]:
            more = (
                wk.leg[before[day], customer]
                + wk.leg[customer, after[day]]
                - wk.leg[before[day], after[day]]
            )
            if tp.time[route, day] + more + wk.service[customer, day] > wk.duration:
                return BOUNDLESS
            cost += more
            at = clock[day] + wk.leg[before[day], customer]
            first, last = min(first, at), max(last, at)
    over = max(0, last - first - wk.spread) if wk.spread >= 0 else 0
    return cost + price * over


@NJIT
def best_place(wk: Days, tp: Template, customer: int, price: float) -> tuple[int, int, float]:
    """Route, position and cost of the cheapest insertion on all its days; cost BOUNDLESS: none."""
    days = wk.need.shape[1]
    best, best_route, best_at = float(BOUNDLESS), -1, -1
    empty_seen = False
    after = np.empty((days, tp.order.shape[1] + 1), dtype=np.int64)
    before = np.empty(days, dtype=np.int64)
    clock = np.empty(days, dtype=np.int64)
    for route in range(tp.order.shape[0]):
        empty = tp.size[route] == 0
        if (empty and empty_seen) or not has_room(wk, tp, route, customer):
            continue
        empty_seen = empty_seen or empty
        followers(wk, tp, route, after)
        before[:] = wk.leg.shape[0] - 1
        clock[:] = 0
        for p in range(tp.size[route] + 1):
            if p:
                passed = tp.order[route, p - 1]
                for day in range(days):
                    if wk.need[passed, day]:
                        clock[day] += wk.leg[before[day], passed] + wk.service[passed, day]
                        before[day] = passed
            if draw(tp.rng) < BLINK:
                continue
            cost = added(wk, tp, route, customer, before, after[:, p], clock, price)
            if cost < best:
                best, best_route, best_at = cost, route, p
    return best_route, best_at, best


@NJIT
def take_out(wk: Days, tp: Template, out: NDArray[np.int64]) -> int:
    """Strings near a random customer taken out of different routes, written to `out`."""
    count = wk.need.shape[0]
    used = 0
    for route in range(tp.size.shape[0]):
        used += tp.size[route] > 0
    longest = min(LONGEST_STRING, count / max(used, 1))
    strings = int(draw(tp.rng) * (4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0) + 1.0)
    seed = int(draw(tp.rng) * count)
    hit = np.zeros(tp.size.shape[0], dtype=np.bool_)
    taken = done = 0
    for k in range(count):
        if done >= strings:
            break
        customer = wk.near[seed, k]
        at_route, at = -1, -1
        for route in range(tp.size.shape[0]):
            for p in range(tp.size[route]):
                if tp.order[route, p] == customer:
                    at_route, at = route, p
        if at_route < 0 or hit[at_route]:
            continue
        size = tp.size[at_route]
        length = int(draw(tp.rng) * min(float(size), longest) + 1.0)
        length = min(length, size)
        lowest, highest = max(0, at - length + 1), min(at, size - length)
        begin = lowest + int(draw(tp.rng) * (highest - lowest + 1))
        for p in range(begin, begin + length):
            out[taken] = tp.order[at_route, p]
            taken += 1
        for p in range(begin + length, size):
            tp.order[at_route, p - length] = tp.order[at_route, p]
        tp.size[at_route] = size - length
        measure(wk, tp, at_route)
        hit[at_route] = True
        done += 1
    return taken


@NJIT
def sort_out(wk: Days, tp: Template, out: NDArray[np.int64], taken: int) -> None:
    """The order of insertion: at random, the most asked for first, or the farthest or nearest."""
    depot = wk.leg.shape[0] - 1
    way = draw(tp.rng) * 11.0
    keys = np.empty(taken)
    for k in range(taken):
        customer = out[k]
        if way < 4.0:
            keys[k] = draw(tp.rng)
        elif way < 8.0:
            keys[k] = -float(wk.amount[customer].sum())
        elif way < 10.0:
            keys[k] = -float(wk.leg[depot, customer])
        else:
            keys[k] = float(wk.leg[depot, customer])
    for k in range(1, taken):
        key, customer = keys[k], out[k]
        i = k - 1
        while i >= 0 and keys[i] > key:
            keys[i + 1], out[i + 1] = keys[i], out[i]
            i -= 1
        keys[i + 1], out[i + 1] = key, customer


@NJIT
def put_back(wk: Days, tp: Template, out: NDArray[np.int64], taken: int, price: float) -> bool:
    """Every customer taken out put to its cheapest place; False where one fits nowhere."""
    for k in range(taken):
        customer = out[k]
        route, at, cost = best_place(wk, tp, customer, price)
        if cost >= BOUNDLESS:
            return False
        for p in range(tp.size[route], at, -1):
            tp.order[route, p] = tp.order[route, p - 1]
        tp.order[route, at] = customer
        tp.size[route] += 1
        measure(wk, tp, route)
    return True


@NJIT
def copy(frm: Template, to: Template) -> None:
    """All of a template but its randomness."""
    for route in range(frm.size.shape[0]):
        size = frm.size[route]
        to.size[route] = size
        to.order[route, :size] = frm.order[route, :size]
        to.load[route] = frm.load[route]
        to.time[route] = frm.time[route]
        to.way[route] = frm.way[route]


@loop
def search(
    wk: Days,
    tp: Template,
    was: Template,
    best: Template,
    num: NDArray[np.float64],
    iterations: int,
    heat: float,
    cooling: float,
) -> None:
    """So many iterations from the template in hand.

    `num` are its way, the best way, the price of a second by which times differ too much, and those
    seconds. The best is only ever one whose times differ no more than they may. An infinite way:
    begin with all customers out.
    """
    count = wk.need.shape[0]
    out = np.empty(count, dtype=np.int64)
    for _ in range(iterations):
        first = math.isinf(num[0])
        copy(tp, was)
        if first:
            taken = count
            for customer in range(count):
                out[customer] = customer
        else:
            taken = take_out(wk, tp, out)
        sort_out(wk, tp, out, taken)
        seen = num[2] if draw(tp.rng) < SEES_TIMES else 0.0
        whole = put_back(wk, tp, out, taken, seen)
        if not whole:
            copy(was, tp)
            continue
        ways = float(tp.way.sum())
        over = spread_excess(wk, tp)
        cost = ways + num[2] * over
        held = num[0] + num[2] * num[3]
        if first or cost < held - heat * math.log(max(draw(tp.rng), 1e-300)):
            num[0] = ways
            num[3] = float(over)
            if over == 0 and ways < num[1]:
                num[1] = ways
                copy(tp, best)
        else:
            copy(was, tp)
        num[2] = min(max(num[2] * (RISE if num[3] else FALL), LEAST_PRICE), MOST_PRICE)
        heat *= cooling
