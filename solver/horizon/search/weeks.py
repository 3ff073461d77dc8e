"""Builds the flat arrays of a periodic problem (`arrays.py`) from the tables of routing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.units import FORBIDDEN, MAX_TIME
from solver.horizon.search.arrays import Ids, Ints, Weeks
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    CAPACITY,
    FIRST,
    MAX_OUT,
    PRIZE,
    REMOTE,
    RESETS,
    Tables,
)
from solver.routing.base.tables import build_tables

if TYPE_CHECKING:
    from models.horizon.periodic import Pattern, PeriodicProblem
    from models.problem import Facility, Mode, RoutingProblem, VehicleType

NUM_CLOSE = 4
"""So many facilities near a place are compared for a way over one (chosen)."""

MOST_NEAR_HELD = 300
"""So many nearest tasks are listed per task: a day has only some of them (chosen)."""


def relaxed(problem: PeriodicProblem) -> RoutingProblem:
    """The problem of all tasks without what this search does not know.

    Windows, meals, rests, initial loads and daily capacities are left to the engine of the day;
    pauses are taken off the time a vehicle may be out.
    """
    whole = problem.every_day
    most = [
        max(fleet[kind] for fleet in problem.fleets) for kind in range(len(whole.vehicle_types))
    ]
    return replace(
        whole,
        tasks=tuple(replace(task, modes=tuple(map(_untimed, task.modes))) for task in whole.tasks),
        facilities=tuple(map(_always_open, whole.facilities)),
        vehicle_types=tuple(
            replace(_without_pauses(kind), num_available=count)
            for kind, count in zip(whole.vehicle_types, most, strict=True)
        ),
        spacings=(),
    )


def _untimed(mode: Mode) -> Mode:
    return replace(mode, tw_early=0, tw_late=MAX_TIME)


def _always_open(facility: Facility) -> Facility:
    return replace(facility, windows=((0, MAX_TIME),), daily_capacity=(), bays=0)


def _without_pauses(kind: VehicleType) -> VehicleType:
    """The vehicle with the time its shift leaves for work, pauses taken off."""
    out = min(kind.max_duration + kind.max_overtime, kind.tw_late - kind.tw_early)
    if kind.meal is not None:
        out -= kind.meal.duration
    if kind.max_work:
        out -= kind.rest_duration * max((out - 1) // (kind.max_work + kind.rest_duration), 0)
    return replace(
        kind,
        tw_early=0,
        tw_late=MAX_TIME,
        max_duration=max(out, 0),
        max_overtime=0,
        cost_per_overtime_s=0,
        meal=None,
        max_work=0,
        initial_load=(),
    )


def build_weeks(problem: PeriodicProblem) -> Weeks:
    """All arrays of a periodic problem."""
    tab = build_tables(relaxed(problem))
    reset, facilities = _dims_of_facilities(tab)
    cost = tab.visit_cost.copy()
    shut = np.setdiff1d(np.arange(tab.num_facilities), facilities)
    cost[:, tab.num_modes + shut] = FORBIDDEN
    dims = reset if len(facilities) else list(range(tab.num_dims))
    kinds = np.concatenate(
        [tab.kinds[:, :CAPACITY], tab.kinds[:, [CAPACITY + dim for dim in dims]]], axis=1
    )
    slots, first_slot = _slots(problem)
    timed = int((tab.kinds[:, MAX_OUT] < MAX_TIME).any())
    task, pattern, visits, variant = _patterns(problem, tab, dims)
    return Weeks(
        num_tasks=tab.num_tasks,
        num_days=problem.num_days,
        num_dims=len(dims),
        num_modes=tab.num_modes,
        num_facilities=len(facilities) and tab.num_facilities,
        end_empty=int(len(facilities) > 0 and any(tab.end_empty[dim] for dim in dims)),
        timed=timed,
        far=tab.far,
        leg=tab.leg,
        time=tab.time,
        visit=tab.visit,
        visit_cost=cost,
        kinds=kinds,
        near=_near(tab),
        remote=np.ascontiguousarray(tab.tasks[:-1, REMOTE]),
        close=_close(tab, facilities),
        task=task,
        pattern=pattern,
        visits=visits,
        variant=variant,
        slot=slots,
        first_slot=first_slot,
        most_work=np.array(problem.most_work_s or (MAX_TIME,) * problem.num_days, dtype=np.int64),
    )


def _dims_of_facilities(tab: Tables) -> tuple[list[int], list[int]]:
    """Dimensions that one visit resets together, waste that must be tipped first; who resets them.

    Other dimensions are left to the engine of the day.
    """
    sets = {
        f: frozenset(d for d in range(tab.num_dims) if tab.facility[f, RESETS + d])
        for f in range(tab.num_facilities)
    }
    if not any(sets.values()):
        return [], []
    must = frozenset(d for d in range(tab.num_dims) if tab.end_empty[d])
    wanted = [s for s in sets.values() if s & must] or [s for s in sets.values() if s]
    least = frozenset.intersection(*wanted) or min(wanted, key=lambda s: (len(s), sorted(s)))
    return sorted(least), [f for f, s in sets.items() if least <= s]


def _near(tab: Tables) -> Ids:
    """Nearest tasks; where a list of routing is too short, by all legs between first modes."""
    n = tab.num_tasks
    if tab.near.shape[1] >= n - 1:
        return tab.near
    first = tab.tasks[:-1, FIRST]
    rows, cols = tab.visit[first, AT_ROW], tab.visit[first, AT_COL]
    cheapest = tab.leg.min(axis=0)
    width = min(MOST_NEAR_HELD, n - 1)
    near = np.zeros((n, width), dtype=np.int32)
    for task in range(n):
        legs = np.minimum(cheapest[rows[task], cols], cheapest[rows, cols[task]]).astype(np.int64)
        legs[task] = FORBIDDEN
        chosen = np.argpartition(legs, width - 1)[:width]
        near[task] = chosen[np.argsort(legs[chosen], kind="stable")]
    return near


def _close(tab: Tables, facilities: list[int]) -> Ids:
    """Facilities nearest after every row, cheapest first; -1 fills up."""
    rows = tab.leg.shape[1]
    close = np.full((rows, min(NUM_CLOSE, max(len(facilities), 1))), -1, dtype=np.int32)
    if facilities:
        ids = tab.num_modes + np.array(facilities)
        legs = tab.leg.min(axis=0)[:, tab.visit[ids, AT_COL]] + tab.visit_cost.min(axis=0)[ids]
        order = np.argsort(legs, axis=1, kind="stable")[:, : close.shape[1]]
        close[:] = np.array(facilities, dtype=np.int32)[order]
    return close


def _slots(problem: PeriodicProblem) -> tuple[Ids, Ids]:
    """Day and type of every route slot, and where the slots of a day's type begin."""
    rows = [
        (day, kind)
        for day, fleet in enumerate(problem.fleets)
        for kind, count in enumerate(fleet)
        for _ in range(min(count, len(problem.patterns)))
    ]
    counts = [min(count, len(problem.patterns)) for fleet in problem.fleets for count in fleet]
    slots = np.array(rows, dtype=np.int32).reshape(len(rows), 2)
    return slots, np.cumsum([0, *counts]).astype(np.int32)


def _patterns(
    problem: PeriodicProblem, tab: Tables, dims: list[int]
) -> tuple[Ints, Ints, Ids, Ints]:
    """Tables of tasks, patterns, their visits, and variants."""
    task_rows: list[tuple[int, ...]] = []
    pattern_rows: list[tuple[int, int]] = []
    visits: list[int] = []
    variants: list[tuple[int, ...]] = []
    for number, choices in enumerate(problem.patterns):
        prize, first_mode = int(tab.tasks[number, PRIZE]), int(tab.tasks[number, FIRST])
        least = min(len(choice.days) for choice in choices)
        task_rows.append(
            (prize * least if prize >= 0 else -1, first_mode, len(pattern_rows), len(variants))
        )
        rows = [_variants(problem, number, choice, dims) for choice in choices]
        own = sorted({row for of_choice in rows for row in of_choice})
        for choice, of_choice in zip(choices, rows, strict=True):
            pattern_rows.append((choice.cost, len(visits)))
            visits += [len(variants) + own.index(row) for row in of_choice]
        variants += own
    task_rows.append((-1, tab.num_modes, len(pattern_rows), len(variants)))
    pattern_rows.append((0, len(visits)))
    return (
        np.array(task_rows, dtype=np.int64),
        np.array(pattern_rows, dtype=np.int64),
        np.array(visits, dtype=np.int32),
        np.array(variants, dtype=np.int64).reshape(len(variants), 3 + len(dims)),
    )


def _variants(
    problem: PeriodicProblem, number: int, choice: Pattern, dims: list[int]
) -> list[tuple[int, ...]]:
    """Rows of the variant table, one for each visit of a pattern."""
    service = problem.every_day.tasks[number].modes[0].duration
    rows = []
    for visit, day in enumerate(choice.days):
        extra = choice.extra_s[visit] if choice.extra_s else 0
        demand = problem.demand(number, choice, visit)
        rows.append((day, extra, service + extra, *(demand[dim] for dim in dims)))
    return rows
