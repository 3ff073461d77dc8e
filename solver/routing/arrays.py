"""A routing problem as flat arrays for compiled loops.

Mode ids: the modes of all tasks in order (`first[t]` to `first[t + 1]`), then one id per facility.
Places are renumbered to the rows and columns in use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.units import DAY, MAX_TIME, UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.problem import Facility, Mode, RoutingProblem

FREE, LENGTH, WINDOWS, SIMULATED = 0, 1, 2, 3
"""How much of the clock an insertion has to look at (`Tables.level`)."""

NUM_NEAR = 128
"""Nearest tasks listed per task: the reach of a ruin."""

NUM_NEAR_FACILITIES = 4


class Tables(NamedTuple):
    """What never changes in a search. K types, M modes, F facilities, n tasks, D dimensions."""

    num_tasks: int
    num_modes: int
    num_facilities: int
    num_dims: int
    level: int
    limited: int  # 1: some facility has a daily capacity
    far: int  # leg cost that stands for "no way"
    max_modes: int
    leg: NDArray[np.int32]  # (classes, rows, cols) cost of a leg [mfen]
    time: NDArray[np.int32]  # (profiles, rows, cols) duration of a leg [s]
    first: NDArray[np.int32]  # (n + 1,) first mode id of a task
    task: NDArray[np.int32]  # (M + F,) task of a mode id, -1 for facilities
    row: NDArray[np.int32]  # (M + F,)
    col: NDArray[np.int32]  # (M + F,)
    duration: NDArray[np.int64]  # (M + F,) [s]
    early: NDArray[np.int64]  # (M + F,) hull of the windows of a facility
    late: NDArray[np.int64]  # (M + F,)
    visit_cost: NDArray[np.int64]  # (K, M + F) [mfen]
    allowed: NDArray[np.uint8]  # (K, M + F)
    demand: NDArray[np.int64]  # (n, D)
    prize: NDArray[np.int64]  # (n,) -1: required
    remote: NDArray[np.int64]  # (n,) cheapest leg from a start: far or close tasks
    near: NDArray[np.int32]  # (n, NUM_NEAR) nearest tasks, nearest first
    resets: NDArray[np.uint8]  # (F, D)
    window_first: NDArray[np.int32]  # (F + 1,)
    window_early: NDArray[np.int64]
    window_late: NDArray[np.int64]
    daily: NDArray[np.int64]  # (F, D), -1: no limit
    tips_after: NDArray[np.int32]  # (M + F, D, near) facilities that reset d, by leg from the mode
    tips_before: NDArray[np.int32]  # (M + F, D, near) the same, by leg to the mode
    end_empty: NDArray[np.uint8]  # (D,)
    leg_class: NDArray[np.int32]  # (K,)
    profile: NDArray[np.int32]  # (K,)
    start: NDArray[np.int32]  # (K,) row
    end: NDArray[np.int32]  # (K,) column
    available: NDArray[np.int32]  # (K,) routes of the type the search may open
    capacity: NDArray[np.int64]  # (K, D)
    initial: NDArray[np.int64]  # (K, D)
    shift: NDArray[np.int64]  # (K, SHIFT columns)


SHIFT_EARLY, SHIFT_LATE, MAX_OUT, REGULAR, PER_S, PER_OVERTIME, FIXED = range(7)
MAX_WORK, REST, MEAL, MEAL_EARLY, MEAL_LATE, NUM_SHIFT_COLUMNS = range(7, 13)


def build_tables(problem: RoutingProblem) -> Tables:
    """All tables of a problem; dense legs between the places in use, int32 where they fit."""
    return _with_neighbours(_tables(problem, matrices=True))


@lru_cache(maxsize=4)
def clock_tables(problem: RoutingProblem) -> Tables:
    """The tables without any matrix: enough for the clock."""
    return _tables(problem, matrices=False)


def _tables(problem: RoutingProblem, *, matrices: bool) -> Tables:
    modes = [mode for task in problem.tasks for mode in task.modes]
    places: list[Mode | Facility] = [*modes, *problem.facilities]
    kinds = problem.vehicle_types
    rows, row_of = _compact([p.leave for p in places], [k.start for k in kinds])
    cols, col_of = _compact([p.enter for p in places], [k.end for k in kinds])
    num_places = len(places)
    shift = _shift_table(problem)
    early, late = _windows(problem, places)
    level = _level(problem, shift, early, late)
    if not matrices:
        rows, cols = rows[:0], cols[:0]
    leg, leg_class, far = _legs(problem, rows, cols, wages=level <= LENGTH)
    first = np.cumsum([0] + [len(task.modes) for task in problem.tasks])
    return Tables(
        num_tasks=len(problem.tasks),
        num_modes=len(modes),
        num_facilities=len(problem.facilities),
        num_dims=len(problem.dimensions),
        level=level,
        limited=int(any(f.daily_capacity for f in problem.facilities)),
        far=far,
        max_modes=int(np.diff(first).max(initial=1)),
        leg=leg,
        time=_times(problem, rows, cols, level),
        first=first.astype(np.int32),
        task=np.array(
            [n for n, task in enumerate(problem.tasks) for _ in task.modes]
            + [-1] * len(problem.facilities),
            dtype=np.int32,
        ),
        row=row_of[:num_places],
        col=col_of[:num_places],
        duration=np.array([p.duration for p in places], dtype=np.int64),
        early=early,
        late=late,
        visit_cost=_visit_costs(problem, places, level),
        allowed=_allowed(problem, places, early, late),
        demand=_matrix([task.demand for task in problem.tasks], len(problem.dimensions)),
        prize=np.array(
            [-1 if task.prize is None else task.prize for task in problem.tasks], dtype=np.int64
        ),
        remote=np.zeros(len(problem.tasks), dtype=np.int64),
        near=np.zeros((len(problem.tasks), 0), dtype=np.int32),
        **_facility_tables(problem),
        tips_after=np.zeros((0, 0, 0), dtype=np.int32),
        tips_before=np.zeros((0, 0, 0), dtype=np.int32),
        end_empty=np.array([d.end_empty for d in problem.dimensions], dtype=np.uint8),
        leg_class=leg_class,
        profile=np.array([k.profile for k in kinds], dtype=np.int32),
        start=row_of[num_places:],
        end=col_of[num_places:],
        available=np.array(
            [min(k.num_available, len(problem.tasks)) for k in kinds], dtype=np.int32
        ),
        capacity=_matrix([k.capacity for k in kinds], len(problem.dimensions)),
        initial=_matrix(
            [k.initial_load or (0,) * len(problem.dimensions) for k in kinds],
            len(problem.dimensions),
        ),
        shift=shift,
    )


def _matrix(rows: list[tuple[int, ...]], width: int) -> NDArray[np.int64]:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _compact(places: list[int], depots: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Places in use, and the new number of each entry of `places` and `depots`."""
    used, number = np.unique(np.array(places + depots, dtype=np.int64), return_inverse=True)
    return used, number.astype(np.int32)


def _shift_table(problem: RoutingProblem) -> NDArray[np.int64]:
    table = np.zeros((len(problem.vehicle_types), NUM_SHIFT_COLUMNS), dtype=np.int64)
    for number, kind in enumerate(problem.vehicle_types):
        meal = kind.meal
        table[number] = (
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
        )
    return table


def _windows(
    problem: RoutingProblem, places: list[Mode | Facility]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Windows of all mode ids, narrowed so that spacings hold by construction."""
    num_modes = len(places) - len(problem.facilities)
    hulls = [
        (min(e for e, _ in f.windows), max(late for _, late in f.windows))
        for f in problem.facilities
    ]
    pairs = [(m.tw_early, m.tw_late) for task in problem.tasks for m in task.modes] + hulls
    bounds = np.array(pairs, dtype=np.int64).reshape(len(places), 2)
    if problem.spacings:
        first = np.cumsum([0] + [len(task.modes) for task in problem.tasks])
        for task, (early, late) in space_windows(problem).items():
            ids = slice(int(first[task]), int(first[task + 1]))
            bounds[ids, 0] = np.maximum(bounds[ids, 0], early)
            bounds[ids, 1] = np.minimum(bounds[ids, 1], late)
    assert num_modes >= 0
    return bounds[:, 0].copy(), bounds[:, 1].copy()


def space_windows(problem: RoutingProblem) -> dict[int, tuple[int, int]]:
    """
    Windows [s] for tasks in spacings, cut so that any two times inside them keep the gap.

    A chain of passes shares its common span evenly. An empty window (early > late) means that the
    gap cannot be kept at all.
    """
    kinds = problem.vehicle_types
    begin = min((k.tw_early for k in kinds), default=0)
    close = max((min(k.tw_late, k.tw_early + max(DAY, k.max_duration)) for k in kinds), default=DAY)
    close = min(close, begin + 2 * DAY)
    after: dict[int, list[tuple[int, int]]] = {}
    for spacing in problem.spacings:
        after.setdefault(spacing.first, []).append((spacing.second, spacing.min_gap))

    def passes_left(task: int) -> int:
        return 1 + max((passes_left(second) for second, _ in after.get(task, [])), default=0)

    window = {}
    for task in {t for s in problem.spacings for t in (s.first, s.second)}:
        modes = problem.tasks[task].modes
        window[task] = (
            max(begin, min(m.tw_early for m in modes)),
            min(close, max(m.tw_late for m in modes)),
        )
    for task in sorted(window, key=lambda t: (-passes_left(t), t)):
        for second, gap in after.get(task, []):
            (early1, late1), (early2, late2) = window[task], window[second]
            low, high = max(early1, early2 - gap), min(late1, late2 - gap)
            cut = low + max(high - low, 0) // (1 + passes_left(second))
            if late1 + gap > early2:
                window[task] = (early1, min(late1, max(cut, early2 - gap)))
                window[second] = (max(early2, window[task][1] + gap), late2)
    return window


def _level(
    problem: RoutingProblem,
    shift: NDArray[np.int64],
    early: NDArray[np.int64],
    late: NDArray[np.int64],
) -> int:
    """Cheapest clock that sees every law of time this problem has."""
    if (shift[:, MAX_WORK] > 0).any() or (shift[:, MEAL] > 0).any():
        return SIMULATED
    opens, closes = shift[:, SHIFT_EARLY].min(initial=0), shift[:, SHIFT_LATE].max(initial=0)
    binding = (early > opens).any() or (late < closes).any()
    if binding and any(len(f.windows) > 1 for f in problem.facilities):
        return SIMULATED
    if binding:
        return WINDOWS
    if (shift[:, MAX_OUT] < MAX_TIME).any() or (shift[:, PER_OVERTIME] > 0).any():
        return LENGTH
    return FREE


def _legs(
    problem: RoutingProblem, rows: NDArray[np.int64], cols: NDArray[np.int64], *, wages: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Leg costs per class (profile and rates); wages are in them unless waiting is paid too."""
    rates = [(k.profile, k.cost_per_m, k.cost_per_s if wages else 0) for k in problem.vehicle_types]
    classes = sorted(set(rates))
    blocks = []
    for profile, per_m, per_s in classes:
        duration, distance = problem.matrices[profile].block(rows, cols)
        cost = distance.astype(np.int64) * per_m
        if per_s:
            cost += duration.astype(np.int64) * per_s
        cost[(duration >= UNREACHABLE) | (distance >= UNREACHABLE)] = -1
        blocks.append(cost)
    top = max((int(block.max(initial=0)) for block in blocks), default=0)
    small = top < 2**28
    far = 2**30 if small else 2**60
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
    problem: RoutingProblem, places: list[Mode | Facility], level: int
) -> NDArray[np.int64]:
    """Cost of a visit per type: its own, its metres, and its seconds unless paid by the clock."""
    distance = np.array([p.distance for p in places], dtype=np.int64)
    duration = np.array([p.duration for p in places], dtype=np.int64)
    own = [m.cost for task in problem.tasks for m in task.modes]
    own += [f.visit_cost for f in problem.facilities]
    costs = [
        np.array(own, dtype=np.int64)
        + k.cost_per_m * distance
        + (k.cost_per_s if level <= LENGTH else 0) * duration
        for k in problem.vehicle_types
    ]
    return np.array(costs, dtype=np.int64).reshape(len(problem.vehicle_types), len(places))


def _allowed(
    problem: RoutingProblem,
    places: list[Mode | Facility],
    early: NDArray[np.int64],
    late: NDArray[np.int64],
) -> NDArray[np.uint8]:
    kinds = range(len(problem.vehicle_types))
    open_to = [[not p.vehicle_types or k in p.vehicle_types for p in places] for k in kinds]
    table = np.array(open_to, dtype=np.uint8).reshape(len(kinds), len(places))
    table[:, early > late] = 0
    return table


def _facility_tables(problem: RoutingProblem) -> dict[str, NDArray[np.generic]]:
    num_dims, facilities = len(problem.dimensions), problem.facilities
    windows = [window for f in facilities for window in sorted(f.windows)]
    bounds = np.array(windows, dtype=np.int64).reshape(len(windows), 2)
    resets = [[d in f.resets for d in range(num_dims)] for f in facilities]
    return {
        "resets": np.array(resets, dtype=np.uint8).reshape(len(facilities), num_dims),
        "window_first": np.cumsum([0] + [len(f.windows) for f in facilities]).astype(np.int32),
        "window_early": bounds[:, 0].copy(),
        "window_late": bounds[:, 1].copy(),
        "daily": _matrix([f.daily_capacity or (-1,) * num_dims for f in facilities], num_dims),
    }


def _with_neighbours(tables: Tables) -> Tables:
    cheapest = tables.leg.min(axis=0)
    starts = cheapest[tables.start].min(axis=0)[tables.col[: tables.num_modes]]
    remote = np.minimum.reduceat(starts, tables.first[:-1]) if tables.num_tasks else starts
    return tables._replace(
        near=_near_tasks(tables, cheapest),
        remote=remote.astype(np.int64),
        tips_after=_near_facilities(tables, cheapest, leaving=True),
        tips_before=_near_facilities(tables, cheapest, leaving=False),
    )


def _near_tasks(tables: Tables, cheapest: NDArray[np.int32]) -> NDArray[np.int32]:
    """Nearest tasks of every task by the cheaper direction over all modes; itself left out."""
    n, first = tables.num_tasks, tables.first
    width = min(NUM_NEAR, n - 1)
    if width <= 0:
        return np.zeros((n, 0), dtype=np.int32)
    rows, cols = tables.row[: tables.num_modes], tables.col[: tables.num_modes]
    near = np.zeros((n, width), dtype=np.int32)
    for low in range(0, n, 128):
        high = min(low + 128, n)
        ids = slice(int(first[low]), int(first[high]))
        both = np.minimum(
            cheapest[rows[ids, None], cols[None, :]], cheapest[rows[None, :], cols[ids, None]]
        )
        both = np.minimum.reduceat(both, first[low:high] - first[low], axis=0)
        both = np.minimum.reduceat(both, first[:-1], axis=1).astype(np.int64)
        both[np.arange(high - low), np.arange(low, high)] = 2**62
        chosen = np.argpartition(both, width - 1, axis=1)[:, :width]
        order = np.argsort(np.take_along_axis(both, chosen, axis=1), axis=1, kind="stable")
        near[low:high] = np.take_along_axis(chosen, order, axis=1)
    return near


def _near_facilities(
    tables: Tables, cheapest: NDArray[np.int32], *, leaving: bool
) -> NDArray[np.int32]:
    """Facilities that reset each dimension, nearest first; -1 fills up."""
    ids = np.arange(len(tables.row))
    facilities = tables.num_modes + np.arange(tables.num_facilities)
    near = np.full((len(ids), tables.num_dims, NUM_NEAR_FACILITIES), -1, dtype=np.int32)
    for dim in range(tables.num_dims):
        able = facilities[tables.resets[:, dim] > 0]
        if len(able) == 0:
            continue
        if leaving:
            legs = cheapest[tables.row[ids, None], tables.col[None, able]]
        else:
            legs = cheapest[tables.row[None, able], tables.col[ids, None]]
        order = np.argsort(legs, axis=1, kind="stable")[:, :NUM_NEAR_FACILITIES]
        near[:, dim, : order.shape[1]] = able[order] - tables.num_modes
    return near
