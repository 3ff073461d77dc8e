"""Where tasks fit best into a route whose order stays, and where it then has to tip or refill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Route, Serve, Use
from models.units import UNREACHABLE
from solver.cost import legs
from solver.loads import keeps_loads, needed_visits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.problem import RoutingProblem
    from models.solution import Visit

    Money = NDArray[np.float64]

NO_WAY = 1e15
"""Stands for the price of a leg that nobody can drive: above any sum of others [mfen] (chosen)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Tasks in their best modes before visit number `index`, and what the way over them costs."""

    cost: float
    index: int
    block: tuple[Serve, ...]


def places(
    problem: RoutingProblem, kind: int, visits: Sequence[Visit], tasks: Sequence[int]
) -> list[Place]:
    """Every place of the tasks in a route, together and in their order, the cheapest first.

    A dynamic program over the modes of the tasks; those of the other visits stay.
    """
    options = [_open_modes(problem, kind, task) for task in tasks]
    inside, back = _inside(problem, kind, tasks, options)
    rows, cols = (np.array(ends) for ends in legs(problem, Route(kind, tuple(visits))))
    first = np.array([problem.tasks[tasks[0]].modes[mode].enter for mode in options[0]])
    last = np.array([problem.tasks[tasks[-1]].modes[mode].leave for mode in options[-1]])
    there, away = _money(problem, kind, rows, first), _money(problem, kind, last, cols)
    whole = (there[:, :, None] + inside[None, :, :]) + away.T[:, None, :]
    best = whole.reshape(len(rows), -1).argmin(axis=1)
    before = _along(problem, kind, rows, cols)
    cheapest = whole.reshape(len(rows), -1)[np.arange(len(rows)), best] - before
    found = []
    for index in np.argsort(cheapest, kind="stable").tolist():
        begin, end = divmod(int(best[index]), len(options[-1]))
        block = _traced(tasks, options, back, begin, end)
        found.append(Place(float(cheapest[index]), index, block))
    return found


def _open_modes(problem: RoutingProblem, kind: int, task: int) -> list[int]:
    """Modes that the vehicle type may use; all where it may use none: the judge tells of that."""
    modes = problem.tasks[task].modes
    own = [number for number, mode in enumerate(modes) if problem.can_serve(kind, mode)]
    return own or list(range(len(modes)))


def _inside(
    problem: RoutingProblem, kind: int, tasks: Sequence[int], options: Sequence[Sequence[int]]
) -> tuple[Money, list[NDArray[np.int64]]]:
    """Money of the tasks from each first to each last mode, and the way back through the modes."""
    price = [
        np.array([float(problem.tasks[task].modes[mode].cost) for mode in own])
        for task, own in zip(tasks, options, strict=True)
    ]
    inside = np.where(np.eye(len(options[0]), dtype=bool), price[0], np.inf)
    back: list[NDArray[np.int64]] = []
    for number in range(1, len(tasks)):
        before, here = problem.tasks[tasks[number - 1]].modes, problem.tasks[tasks[number]].modes
        rows = np.array([before[mode].leave for mode in options[number - 1]])
        cols = np.array([here[mode].enter for mode in options[number]])
        over = inside[:, :, None] + _money(problem, kind, rows, cols)[None, :, :]
        back.append(over.argmin(axis=1))
        inside = over.min(axis=1) + price[number]
    return inside, back


def _traced(
    tasks: Sequence[int],
    options: Sequence[Sequence[int]],
    back: Sequence[NDArray[np.int64]],
    begin: int,
    end: int,
) -> tuple[Serve, ...]:
    chosen = [end]
    for step in reversed(back):
        chosen.append(int(step[begin, chosen[-1]]))
    chosen.reverse()
    return tuple(
        Serve(task, own[mode]) for task, own, mode in zip(tasks, options, chosen, strict=True)
    )


def _money(
    problem: RoutingProblem, kind: int, rows: NDArray[np.int64], cols: NDArray[np.int64]
) -> Money:
    """Money of driving from rows to columns, shape (rows, columns)."""
    matrix = problem.matrices[problem.vehicle_types[kind].profile]
    return _priced(problem, kind, matrix.block(rows, cols))


def _along(
    problem: RoutingProblem, kind: int, rows: NDArray[np.int64], cols: NDArray[np.int64]
) -> Money:
    """Money of the legs of a route as it is, from rows[i] to cols[i]."""
    matrix = problem.matrices[problem.vehicle_types[kind].profile]
    return _priced(problem, kind, matrix.pairs(rows, cols))


def _priced(
    problem: RoutingProblem, kind: int, ways: tuple[NDArray[np.int32], NDArray[np.int32]]
) -> Money:
    """Money of ways of (seconds, metres) for a vehicle type."""
    law, (seconds, metres) = problem.vehicle_types[kind], ways
    money: Money = law.cost_per_m * metres.astype(float)
    money += max(law.cost_per_s, 1) * seconds.astype(float)
    money[seconds >= UNREACHABLE] = NO_WAY
    return money


def mended(problem: RoutingProblem, kind: int, visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """The visits with a tip or a refill wherever a load would not fit, without idle ones.

    Tasks keep their order. A task too large for an empty vehicle gets no visit: none helps it.
    """
    kept = [visits[number] for number in needed_visits(problem, kind, visits)]
    found = list(_with_visits(problem, kind, kept))
    if len(found) > len(kept):
        found = _pruned(problem, kind, found)
    return tuple(found)


def _with_visits(problem: RoutingProblem, kind: int, visits: Sequence[Visit]) -> Iterator[Visit]:
    law = problem.vehicle_types[kind]
    load = list(law.initial_load or (0,) * len(problem.dimensions))
    rows, cols = legs(problem, Route(kind, tuple(visits)))
    row = law.start

    def facility(needed: set[int], col: int) -> Iterator[Use]:
        nonlocal row
        number = _nearest(problem, kind, needed, row, col)
        if number is not None:
            for dim in problem.facilities[number].resets:
                load[dim] = 0
            row = problem.facilities[number].leave
            yield Use(number)

    for number, visit in enumerate(visits):
        if isinstance(visit, Serve):
            demand = problem.tasks[visit.task].demand
            full = {
                dim
                for dim, more in enumerate(demand)
                if load[dim] and more <= law.capacity[dim] < load[dim] + more
            }
            if full:
                yield from facility(full, cols[number])
            load = [have + more for have, more in zip(load, demand, strict=True)]
        else:
            for dim in problem.facilities[visit.facility].resets:
                load[dim] = 0
        yield visit
        row = rows[number + 1]
    due = {dim for dim, one in enumerate(problem.dimensions) if one.end_empty and load[dim]}
    if due:
        yield from facility(due, law.end)


def _nearest(
    problem: RoutingProblem, kind: int, needed: set[int], row: int, col: int
) -> int | None:
    """The facility that resets most of the needed dimensions with the shortest way over it."""
    able = [
        number
        for number, one in enumerate(problem.facilities)
        if one.resets & needed and (not one.vehicle_types or kind in one.vehicle_types)
    ]
    if not able:
        return None
    there = _money(
        problem, kind, np.array([row]), np.array([problem.facilities[n].enter for n in able])
    )
    on = _money(
        problem, kind, np.array([problem.facilities[n].leave for n in able]), np.array([col])
    )
    ranks = [
        (-len(problem.facilities[n].resets & needed), float(there[0, k] + on[k, 0]), n)
        for k, n in enumerate(able)
    ]
    return min(ranks)[2]


def _pruned(problem: RoutingProblem, kind: int, visits: list[Visit]) -> list[Visit]:
    """The visits without facilities that another visit has made needless, the last ones first."""
    for number in reversed([n for n, visit in enumerate(visits) if isinstance(visit, Use)]):
        without = visits[:number] + visits[number + 1 :]
        if keeps_loads(problem, Route(kind, tuple(without))):
            visits = without
    return visits
