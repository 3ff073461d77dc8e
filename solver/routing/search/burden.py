"""How many vehicles some tasks ask for: what vehicles at home are dealt out to parts by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.units import MAX_TIME, UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.problem import Mode, RoutingProblem, VehicleType

    Floats = NDArray[np.float64]
    Span = tuple[int, int]

SAMPLE_TASKS = 64
"""The leg to the next task is told by so many tasks drawn at random (chosen: its median is known
within a tenth)."""

NEXT_OF = 8
"""The next task is one of the so many nearest (chosen: the others are served by then, or are to
be by others)."""

GRAIN_S = 900
"""Windows are rounded outwards to so many seconds (chosen: a city has some dozens of them then)."""

HARDLY = 1e-6
"""A task asks for this share of a vehicle at least (chosen: parts of tasks that take no time are
dealt vehicles by their number)."""


@dataclass(frozen=True, eq=False, slots=True)
class Burden:
    """Vehicles that tasks ask for, by group of vehicle types that differ by depot alone (G groups).

    `seconds` and `load` (tasks, G) are what falls to a group, `span` (tasks, G) the number of the
    hours there in which it has to be done; `inside[g]` tells which spans lie in which, divided by
    the seconds of the outer one.
    """

    groups: tuple[tuple[int, ...], ...]
    seconds: Floats
    load: Floats
    span: NDArray[np.int64]
    inside: tuple[Floats, ...]

    @classmethod
    def of(cls, problem: RoutingProblem, places: Floats) -> Burden:
        """Of all tasks; `places` are coordinates in seconds of tasks, then facilities."""
        kinds = problem.vehicle_types
        groups = alike_but_for_depots(kinds)
        seconds, load = _work(problem, places)
        shares = np.zeros((len(problem.tasks), len(groups)))
        span = np.zeros((len(problem.tasks), len(groups)), dtype=np.int64)
        inside = []
        for g, group in enumerate(groups):
            count = sum(kinds[number].num_available for number in group)
            own = [_span(task.modes, kinds, group) for task in problem.tasks]
            shares[:, g] = [count * (one is not None) for one in own]
            known = sorted({one for one in own if one is not None}) or [(0, 1)]
            number_of = {one: n for n, one in enumerate(known)}
            span[:, g] = [number_of.get(one, 0) if one else 0 for one in own]
            early, late = np.array(known, dtype=float).T
            nested = (early[:, None] <= early) & (late <= late[:, None])
            there = np.maximum(late - early - _way_out(problem, places, group), 1.0)
            inside.append(nested / there[:, None])
        whole = shares.sum(axis=1, keepdims=True)
        shares = np.where(whole > 0, shares / np.maximum(whole, 1.0), 1 / max(len(groups), 1))
        return cls(groups, seconds[:, None] * shares, load[:, None] * shares, span, tuple(inside))

    def wanted(self, tasks: Sequence[int]) -> Floats:
        """Vehicles of each group that the tasks ask for, shape (G,), above 0 where there are any.

        As many as the fullest hours need: what must be done in them by the vehicles' seconds there.
        """
        found = np.zeros(len(self.groups))
        for g, nested in enumerate(self.inside):
            work = np.bincount(self.span[tasks, g], self.seconds[tasks, g], len(nested))
            found[g] = max(float((nested @ work).max()), float(self.load[tasks, g].sum()))
        return found + HARDLY * len(tasks)

    def busy_s(self, tasks: Sequence[int]) -> float:
        """Seconds that the tasks keep one vehicle busy, the ways to its depot apart."""
        return float(self.seconds[tasks].sum())


def alike_but_for_depots(kinds: Sequence[VehicleType]) -> tuple[tuple[int, ...], ...]:
    """Types in groups that differ by depot alone, shift by shift."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, kind in enumerate(kinds):
        shift = (kind.tw_early, kind.tw_late, kind.max_duration, kind.max_overtime)
        groups.setdefault((*shift, kind.profile, kind.capacity), []).append(number)
    return tuple(tuple(groups[key]) for key in sorted(groups))


def _span(modes: Sequence[Mode], kinds: Sequence[VehicleType], group: Sequence[int]) -> Span | None:
    """The hours of a group's shift in which a task may be done, rounded; None: it may not."""
    first = kinds[group[0]]
    able = [
        (max(mode.tw_early, first.tw_early), min(mode.tw_late + mode.duration, first.tw_late))
        for mode in modes
        if not mode.vehicle_types or not mode.vehicle_types.isdisjoint(group)
    ]
    able = [(early, late) for early, late in able if early < late]
    if not able:
        return None
    early, late = min(early for early, _ in able), max(late for _, late in able)
    return early // GRAIN_S * GRAIN_S, min(-(-late // GRAIN_S) * GRAIN_S, MAX_TIME)


def _way_out(problem: RoutingProblem, places: Floats, group: Sequence[int]) -> float:
    """Seconds between the depots of a group and a task, in the median of the tasks, by landmarks.

    For the vehicle nearest to each task: no other should come.
    """
    num, before = len(problem.tasks), len(problem.tasks) + len(problem.facilities)
    far = [np.abs(places[:num] - places[before + one]).max(axis=1) for one in group]
    return float(np.median(np.min(far, axis=0)))


def _work(problem: RoutingProblem, places: Floats) -> tuple[Floats, Floats]:
    """Seconds of a vehicle that each task takes, and its share of a vehicle's load, shape (tasks,).

    The way to the next task is counted, and the task's share of trips to facilities; loads are
    where no facility takes them.
    """
    num, kinds = len(problem.tasks), problem.vehicle_types
    demand = np.array([task.demand for task in problem.tasks], dtype=float)
    demand = demand.reshape(num, len(problem.dimensions))
    room = np.array([kind.capacity for kind in kinds], dtype=float).mean(axis=0)
    trips = demand / np.maximum(room, 1.0)
    seconds = np.array([min(m.duration for m in task.modes) for task in problem.tasks], dtype=float)
    seconds += _next_leg(problem)
    load = np.zeros(num)
    for dim in range(len(problem.dimensions)):
        able = [n for n, one in enumerate(problem.facilities) if dim in one.resets]
        if not able:
            load = np.maximum(load, trips[:, dim])
            continue
        way = np.full(num, np.inf)
        for number in able:  # by landmarks, which tell no way too long
            far = np.abs(places[:num] - places[num + number]).max(axis=1)
            way = np.minimum(way, 2 * far + problem.facilities[number].duration)
        seconds += trips[:, dim] * way
    return seconds, load


def _next_leg(problem: RoutingProblem) -> float:
    """Mean seconds from a task to the few nearest to it, from a fixed sample."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(problem.tasks), size=min(SAMPLE_TASKS, len(problem.tasks)))
    rows = np.array([problem.tasks[task].modes[0].leave for task in drawn])
    cols = np.array([task.modes[0].enter for task in problem.tasks])
    ways = problem.matrices[0].block(rows, cols)[0].astype(float)
    ways[np.arange(len(drawn)), drawn] = UNREACHABLE
    few = min(NEXT_OF, ways.shape[1])
    nearest = np.partition(ways, few - 1, axis=1)[:, :few]
    nearest = nearest[nearest < UNREACHABLE]
    return float(np.mean(nearest)) if len(nearest) else 0.0
