"""Builds the flat tables of a routing problem (`arrays.py`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.problem import DenseMatrix
from models.units import BOUNDLESS, FARTHEST, FORBIDDEN, MAX_TIME, UNREACHABLE
from solver.routing.base.arrays import (
    AT_COL,
    AT_ROW,
    CAPACITY,
    CLASS,
    DEMAND,
    DURATION,
    EARLY,
    FIRST,
    FIRST_WINDOW,
    FREE,
    LATE,
    LEAST_PAID,
    LENGTH,
    MAX_OUT,
    MAX_WORK,
    MEAL,
    PER_OVERTIME,
    PER_UNEVEN,
    PRIZE,
    RESETS,
    SAME_DAY,
    SERVABLE,
    SHIFT_EARLY,
    SHIFT_LATE,
    SIMULATED,
    TASK,
    WINDOWS,
    Tables,
)
from solver.routing.base.gaps import space_windows
from solver.routing.base.neighbours import with_neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import Facility, Mode, RoutingProblem


def build_tables(problem: RoutingProblem) -> Tables:
    """All tables of a problem; dense legs between the places in use, int32 where they fit."""
    return with_neighbours(_tables(problem, matrices=True))


@lru_cache(maxsize=4)
def clock_tables(problem: RoutingProblem) -> Tables:
    """The tables without any matrix: enough for the clock."""
    return _tables(problem, matrices=False)


def _tables(problem: RoutingProblem, *, matrices: bool) -> Tables:
    modes = [mode for task in problem.tasks for mode in task.modes]
    places: list[Mode | Facility] = [*modes, *problem.facilities]
    kinds, num_dims = problem.vehicle_types, len(problem.dimensions)
    runs = Runs.of(problem, places)
    rows, row_of = _compact(runs, [p.leave for p in places], [k.start for k in kinds])
    cols, col_of = _compact(runs, [p.enter for p in places], [k.end for k in kinds])
    if matrices:
        along = _along_a_chain(problem)
        rows, row_of = _renumbered(rows, row_of, along)
        cols, col_of = _renumbered(cols, col_of, along)
    table = _kind_table(problem, row_of[len(places) :], col_of[len(places) :])
    visit = _visit_table(problem, places, row_of, col_of)
    level = _level(problem, table, visit)
    if not matrices:
        rows, cols = rows[:0], cols[:0]
    leg, leg_class, far = _legs(problem, runs, rows, cols)
    table[:, CLASS] = leg_class
    time = _times(problem, runs.places(rows), runs.places(cols), level)
    if np.array_equal(time, leg):
        time = leg  # half of what caches have to hold
    first = np.cumsum([0] + [len(task.modes) for task in problem.tasks])
    facility, window = _facility_tables(problem)
    bundle, bundle_cost = _bundle_tables(problem)
    return Tables(
        num_tasks=len(problem.tasks),
        num_modes=len(modes),
        num_facilities=len(problem.facilities),
        num_dims=num_dims,
        level=level,
        limited=int(any(f.daily_capacity for f in problem.facilities)),
        far=far,
        max_modes=int(np.diff(first).max(initial=1)),
        leg=leg,
        leg_to=_turned(leg),
        time=time,
        time_to=_turned(time),
        tasks=_task_table(problem, first),
        near=np.zeros((len(problem.tasks), 0), dtype=np.int32),
        near_leg=np.zeros((len(problem.tasks), 0), dtype=np.int64),
        visit=visit,
        visit_cost=_visit_costs(problem, places, visit),
        facility=facility,
        window=window,
        tips=np.zeros((2, len(places), num_dims, 0), dtype=np.int32),
        kinds=table,
        end_empty=np.array([d.end_empty for d in problem.dimensions], dtype=np.int64),
        bundle=bundle,
        bundle_cost=bundle_cost,
    )


def _turned(legs: NDArray[np.int32]) -> NDArray[np.int32]:
    """Legs transposed; the very same array where both ways are as long, for the caches' sake."""
    same = all(np.array_equal(legs[:, i], legs[:, :, i]) for i in range(legs.shape[1]))
    return legs if same else np.ascontiguousarray(legs.transpose(0, 2, 1))


def _task_table(problem: RoutingProblem, first: NDArray[np.int64]) -> NDArray[np.int64]:
    table = np.zeros((len(problem.tasks) + 1, DEMAND + len(problem.dimensions)), dtype=np.int64)
    table[:, FIRST] = first
    table[:, SERVABLE] = 1
    for number, task in enumerate(problem.tasks):
        table[number, PRIZE] = -1 if task.prize is None else task.prize
        table[number, DEMAND:] = task.demand
    return table


class Runs(NamedTuple):
    """Which bundle with a price per run a place belongs to: a place of two bundles becomes two.

    `number` is the bundle's of each task mode and facility, 0: none; `price` that of each number.
    """

    number: NDArray[np.int64]
    price: NDArray[np.int64]

    @classmethod
    def of(cls, problem: RoutingProblem, places: list[Mode | Facility]) -> Runs:
        """Of the modes of all tasks, then the facilities."""
        known = {one: n for n, one in enumerate(dict.fromkeys(filter(None, problem.runs)), 1)}
        number = np.zeros(len(places), dtype=np.int64)
        own = [known.get(run, 0) if run else 0 for run in problem.runs]
        modes = [own[n] for n, task in enumerate(problem.tasks) for _ in task.modes]
        number[: len(modes)] = modes
        return cls(number, np.array([0, *(one.per_run for one in known)], dtype=np.int64))

    def places(self, used: NDArray[np.int64]) -> NDArray[np.int64]:
        """The problem's places of these places in use."""
        return used // len(self.price)

    def begun(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.int64]:
        """What legs between places in use cost as beginnings of a run."""
        frm, to = rows % len(self.price), cols % len(self.price)
        return np.where(frm[:, None] == to[None, :], 0, self.price[to][None, :])


def _compact(
    runs: Runs, places: list[int], depots: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Places in use, each with its run, and the new number of each entry of `places`, `depots`."""
    number = np.concatenate([runs.number, np.zeros(len(depots), dtype=np.int64)])
    keys = np.array(places + depots, dtype=np.int64) * len(runs.price) + number
    used, found = np.unique(keys, return_inverse=True)
    return used, found.astype(np.int32)


def _along_a_chain(problem: RoutingProblem) -> NDArray[np.int64]:
    """Modes in the order of a chain from task to nearest task, the first of each standing for it.

    Where a dense matrix tells ways; else in their own order.
    """
    count = np.array([len(task.modes) for task in problem.tasks], dtype=np.int64)
    ways = problem.matrices[0] if problem.matrices else None
    order = np.arange(len(count))
    if isinstance(ways, DenseMatrix) and len(count):
        leave = np.array([task.modes[0].leave for task in problem.tasks])
        enter = np.array([task.modes[0].enter for task in problem.tasks])
        waiting = np.ones(len(count), dtype=bool)
        at = 0
        for step in range(len(count)):
            order[step], waiting[at] = at, False
            legs = ways.distance[leave[at], enter].astype(np.int64)
            at = int(np.where(waiting, legs, FARTHEST).argmin())
    first = np.cumsum(count) - count
    return np.concatenate([np.arange(first[n], first[n] + count[n]) for n in order] or [order])


def _renumbered(
    used: NDArray[np.int64], found: NDArray[np.int32], along: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Places in use, and the number of each in `found`, in the order the entries `along` come.

    Legs between near tasks then lie near each other in memory: a search looks at little else.
    """
    entries = np.concatenate([along, np.arange(len(along), len(found))])
    _, come = np.unique(found[entries], return_index=True)
    order = np.argsort(come)
    rank = np.empty(len(used), dtype=np.int32)
    rank[order] = np.arange(len(used))
    return used[order], rank[found]


def _bundle_tables(problem: RoutingProblem) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Numbers of each task's bundles with a price per route, and these prices."""
    own = [[one for one in task.bundles if one.per_route] for task in problem.tasks]
    known = {one: n for n, one in enumerate(dict.fromkeys(one for each in own for one in each))}
    table = np.full((len(own), max(map(len, own), default=0)), -1, dtype=np.int32)
    for task, each in enumerate(own):
        table[task, : len(each)] = [known[one] for one in each]
    return table, np.array([one.per_route for one in known], dtype=np.int64)


def _kind_table(
    problem: RoutingProblem, start: NDArray[np.int32], end: NDArray[np.int32]
) -> NDArray[np.int64]:
    num_dims = len(problem.dimensions)
    table = np.zeros((len(problem.vehicle_types), CAPACITY + 2 * num_dims), dtype=np.int64)
    first_of: dict[str, int] = {}
    for number, kind in enumerate(problem.vehicle_types):
        meal = kind.meal
        table[number, :CAPACITY] = (
            kind.tw_early,
            kind.tw_late,
            min(kind.max_duration + kind.max_overtime, kind.tw_late - kind.tw_early),
            kind.max_duration,
            kind.cost_per_s,
            kind.cost_per_overtime_s,
            kind.fixed_cost,
            kind.max_work,
            kind.rest_duration,
            meal.duration if meal else 0,
            meal.tw_early if meal else MAX_TIME,
            meal.tw_late if meal else MAX_TIME,
            0,
            kind.profile,
            start[number],
            end[number],
            min(kind.num_available, len(problem.tasks)),
            number,
            kind.day_cost if kind.day else 0,
            kind.day_paid,
            kind.paid_s if kind.cost_per_s else 0,
            kind.even_s,
            kind.cost_per_uneven_s,
        )
        table[number, CAPACITY:] = (*kind.capacity, *(kind.initial_load or (0,) * num_dims))
        if kind.day:
            table[number, SAME_DAY] = first_of.setdefault(kind.day, number)
    return table


def _visit_table(
    problem: RoutingProblem,
    places: list[Mode | Facility],
    row_of: NDArray[np.int32],
    col_of: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Columns of all mode ids; windows narrowed so that spacings hold by construction."""
    narrow = space_windows(problem) if problem.spacings else {}
    table = np.zeros((len(places), 6), dtype=np.int64)
    owners = [number for number, task in enumerate(problem.tasks) for _ in task.modes]
    table[:, TASK] = owners + [-1] * len(problem.facilities)
    table[:, AT_ROW], table[:, AT_COL] = row_of[: len(places)], col_of[: len(places)]
    table[:, DURATION] = [place.duration for place in places]
    modes = (mode for task in problem.tasks for mode in task.modes)
    for number, (owner, mode) in enumerate(zip(owners, modes, strict=True)):
        early, late = narrow.get(owner, (0, MAX_TIME))
        table[number, EARLY] = max(mode.tw_early, early)
        table[number, LATE] = min(mode.tw_late, late)
    for number, facility in enumerate(problem.facilities, start=len(owners)):
        table[number, EARLY] = min(early for early, _ in facility.windows)
        table[number, LATE] = max(late for _, late in facility.windows)
    return table


def _level(problem: RoutingProblem, kinds: NDArray[np.int64], visit: NDArray[np.int64]) -> int:
    """Cheapest clock that sees every law of time this problem has."""
    if (kinds[:, MAX_WORK] > 0).any() or (kinds[:, MEAL] > 0).any():
        return SIMULATED
    opens, closes = kinds[:, SHIFT_EARLY].min(initial=0), kinds[:, SHIFT_LATE].max(initial=0)
    binding = (visit[:, EARLY] > opens).any() or (visit[:, LATE] < closes).any()
    if binding and any(len(f.windows) > 1 for f in problem.facilities):
        return SIMULATED
    if binding or (kinds[:, [LEAST_PAID, PER_UNEVEN]] > 0).any():
        return WINDOWS
    if (kinds[:, MAX_OUT] < MAX_TIME).any() or (kinds[:, PER_OVERTIME] > 0).any():
        return LENGTH
    return FREE


def _legs(
    problem: RoutingProblem,
    runs: Runs,
    rows: NDArray[np.int64],
    cols: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Leg costs per class (profile and rates), with the wages of driving.

    What the beginning of a run costs lies in the leg to it.
    """
    begun = runs.begun(rows, cols) if len(runs.price) > 1 else 0
    rates = [(k.profile, k.cost_per_m, k.cost_per_s) for k in problem.vehicle_types]
    classes = sorted(set(rates))
    used = runs.places(rows), runs.places(cols)
    of_profile = {one: problem.matrices[one].block(*used) for one in {c[0] for c in classes}}
    blocks = []
    for profile, per_m, per_s in classes:
        duration, distance = of_profile[profile]
        cost = distance.astype(np.int64)
        cost *= per_m
        cost += begun
        if per_s:
            cost += duration.astype(np.int64) * per_s
        cost[(duration >= UNREACHABLE) | (distance >= UNREACHABLE)] = -1
        blocks.append(cost)
    top = max((int(block.max(initial=0)) for block in blocks), default=0)
    small = top < 2**28
    far = 2**30 if small else BOUNDLESS
    for block in blocks:
        block[block < 0] = far
    legs = np.zeros((len(blocks), len(rows), len(cols)), dtype=np.int32 if small else np.int64)
    for number, block in enumerate(blocks):
        legs[number] = block
    return legs, np.array([classes.index(r) for r in rates], dtype=np.int32), far


def _times(
    problem: RoutingProblem, rows: NDArray[np.int64], cols: NDArray[np.int64], level: int
) -> NDArray[np.int32]:
    if level == FREE:
        return np.zeros((1, 1, 1), dtype=np.int32)
    return np.stack([matrix.block(rows, cols)[0] for matrix in problem.matrices])


def _visit_costs(
    problem: RoutingProblem, places: list[Mode | Facility], visit: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Cost of a visit per type: its own, its metres and its seconds."""
    distance = np.array([p.distance for p in places], dtype=np.int64)
    own = [m.cost for task in problem.tasks for m in task.modes]
    own += [f.visit_cost for f in problem.facilities]
    costs = np.zeros((len(problem.vehicle_types), len(places)), dtype=np.int64)
    plain = np.array(own, dtype=np.int64)
    allowed = _allowed(places, len(problem.vehicle_types))
    for number, kind in enumerate(problem.vehicle_types):
        costs[number] = plain + kind.cost_per_m * distance
        costs[number] += kind.cost_per_s * visit[:, DURATION]
    costs[~allowed] = FORBIDDEN
    costs[:, visit[:, EARLY] > visit[:, LATE]] = FORBIDDEN
    return costs


def _allowed(places: list[Mode | Facility], num_kinds: int) -> NDArray[np.bool_]:
    """Which types may come to which place, shape (types, places); most places name the same few."""
    known: dict[frozenset[int], NDArray[np.bool_]] = {}
    for types in {place.vehicle_types for place in places}:
        known[types] = np.array([not types or n in types for n in range(num_kinds)], dtype=bool)
    allowed = np.ones((num_kinds, len(places)), dtype=bool)
    for at, place in enumerate(places):
        if place.vehicle_types:
            allowed[:, at] = known[place.vehicle_types]
    return allowed


def _facility_tables(problem: RoutingProblem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    num_dims, facilities = len(problem.dimensions), problem.facilities
    table = np.zeros((len(facilities) + 1, RESETS + 2 * num_dims), dtype=np.int64)
    table[:, FIRST_WINDOW] = np.cumsum([0] + [len(f.windows) for f in facilities])
    for number, facility in enumerate(facilities):
        resets = (int(dim in facility.resets) for dim in range(num_dims))
        table[number, RESETS:] = (*resets, *(facility.daily_capacity or (-1,) * num_dims))
    windows = [window for f in facilities for window in sorted(f.windows)]
    return table, np.array(windows, dtype=np.int64).reshape(len(windows), 2)
