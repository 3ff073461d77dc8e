"""Random problems small enough to be enumerated, with every law that enumeration knows.

Seconds and metres are small numbers, so that every departure can be tried.
"""

from dataclasses import replace

import numpy as np

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from models.units import UNREACHABLE

TICK, MINUTE = 10_000, 60
DAY = 90
FAR = 10**6


def tiny_day(
    seed: int, *, tasks: int = 4, turns: bool = False, timed: bool = False, simple: bool = False
) -> RoutingProblem:
    """A few tasks, none to three facilities, one or two vehicle types of one or two vehicles.

    `turns`: places are arcs of a road graph with turn costs and bans. `timed`: windows and two
    shifts. `simple`: facilities reset all loads, take any amount and are always open; every task
    has some of every load, vehicles begin empty.
    """
    rng = np.random.default_rng(seed)

    def coin(chance: float = 0.5) -> bool:
        return bool(rng.random() < chance)

    def pick() -> tuple[tuple[int, int], ...]:
        return ways[int(rng.integers(len(ways)))]

    num_dims = int(rng.integers(1, 3))
    num_facilities = int(rng.integers(0, 4))
    num_kinds = int(rng.integers(1, 3))
    ways, legs, inside = _turning(rng) if turns else _plain(rng)
    end_empty = [num_facilities > 0 and coin(0.6) for _ in range(num_dims)]
    resets = [_resets(rng, num_dims, whole=simple) for _ in range(num_facilities)]
    optional = coin()
    return RoutingProblem(
        name=f"tiny day {seed}",
        tasks=tuple(
            _task(
                rng,
                n,
                pick(),
                rng.integers(int(simple), 5, size=num_dims),
                num_kinds,
                timed=timed,
                optional=optional and coin(),
            )
            for n in range(tasks)
        ),
        facilities=tuple(
            _facility(
                rng,
                n,
                pick()[0][0],
                inside=inside,
                resets=resets[n],
                num_dims=num_dims,
                timed=timed,
                simple=simple,
            )
            for n in range(num_facilities)
        ),
        vehicle_types=tuple(
            _vehicle(rng, n, pick()[0], pick()[0], num_dims, timed=timed, held=not simple)
            for n in range(num_kinds)
        ),
        matrices=(legs,),
        dimensions=_dimensions(end_empty, resets),
    )


Roads = tuple[list[tuple[tuple[int, int], ...]], DenseMatrix, "np.ndarray"]
"""Streets as (column, row) per direction, legs, and (seconds, metres) across each place."""


def _resets(rng: np.random.Generator, num_dims: int, *, whole: bool) -> frozenset[int]:
    """Loads that a facility takes: all, or one of them."""
    if whole or rng.random() < 0.5:
        return frozenset(range(num_dims))
    return frozenset({int(rng.integers(num_dims))})


def _dimensions(end_empty: list[bool], resets: list[frozenset[int]]) -> tuple[Dimension, ...]:
    """Loads that must be gone at the end, where some facility takes them."""
    may_empty = frozenset[int]().union(*resets)
    return tuple(
        Dimension(
            name=f"load {d}",
            kind=(DimensionKind.WASTE, DimensionKind.WATER)[d],
            end_empty=empty and d in may_empty,
        )
        for d, empty in enumerate(end_empty)
    )


def _plain(rng: np.random.Generator) -> Roads:
    """Streets between six places, each one way or both."""
    size = 6
    ways = []
    for _ in range(7):
        one, other = (int(n) for n in rng.choice(size, 2, replace=False))
        ways.append(((one, other), (other, one)) if rng.random() < 0.6 else ((one, other),))
    legs = [rng.integers(1, 10, size=(size, size)) for _ in range(2)]
    for each in legs:
        np.fill_diagonal(each, 0)
        for via in range(size):
            np.minimum(each, each[:, via, None] + each[via], out=each)
    return ways, DenseMatrix(*(each.astype(np.int32) for each in legs)), np.zeros((2, size), int)


def _turning(rng: np.random.Generator) -> Roads:
    """Arcs as places of a graph of five nodes; U-turns are dear or banned, some turns are too."""
    nodes, pairs = 5, [(n, (n + 1) % 5) for n in range(5)]
    pairs += [tuple(int(n) for n in rng.choice(nodes, 2, replace=False)) for _ in range(2)]
    arcs, ways = [], []
    for tail, head in pairs:
        first = len(arcs)
        arcs.append((tail, head))
        if rng.random() < 0.6:
            arcs.append((head, tail))
            ways.append(((first, first), (first + 1, first + 1)))
        else:
            ways.append(((first, first),))
    found, lengths = [], []
    turn_cost = rng.integers(0, 4, size=(len(arcs), len(arcs)))
    banned = rng.random((len(arcs), len(arcs))) < 0.1
    for _ in range(2):
        length = rng.integers(1, 6, size=len(arcs))
        lengths.append(length)
        legs = np.full((len(arcs), len(arcs)), FAR)
        for a, (tail, head) in enumerate(arcs):
            for b, (start, end) in enumerate(arcs):
                u_turn = (start, end) == (head, tail)
                if head == start and not banned[a, b] and not (u_turn and (a + b) % 3 == 0):
                    legs[a, b] = turn_cost[a, b] + 6 * u_turn
        for via in range(len(arcs)):
            np.minimum(legs, legs[:, via, None] + length[via] + legs[via], out=legs)
        found.append(np.where(legs >= FAR, UNREACHABLE, legs).astype(np.int32))
    return ways, DenseMatrix(*found), np.array(lengths)


def _task(rng, number, ways, demand, num_kinds, *, timed, optional) -> Task:
    modes = []
    for enter, leave in ways:
        early = int(rng.integers(0, 40)) if timed and rng.random() < 0.7 else 0
        only = num_kinds > 1 and rng.random() < 0.15
        modes.append(
            Mode(
                enter=enter,
                leave=leave,
                duration=int(rng.integers(0, 6)),
                distance=int(rng.integers(0, 6)),
                cost=int(rng.integers(0, 4)),
                tw_early=early,
                tw_late=min(early + int(rng.integers(3, 50)), DAY) if timed else DAY,
                vehicle_types=frozenset({int(rng.integers(num_kinds))}) if only else frozenset(),
            )
        )
    return Task(
        id=f"task {number}",
        modes=tuple(modes),
        demand=tuple(demand.tolist()),
        prize=int(rng.integers(0, 40)) if optional else None,
    )


def _facility(rng, number, place, *, inside, resets, num_dims, timed, simple) -> Facility:
    """Where one drives in and out again: passing through is no shorter than driving by."""
    windows = ((0, DAY),)
    if timed and not simple and rng.random() < 0.4:
        early = int(rng.integers(0, 30))
        windows = ((early, early + int(rng.integers(10, 50))),)
    capacity: tuple[int, ...] = ()
    if not simple and rng.random() < 0.3:
        capacity = tuple(int(q) for q in rng.integers(3, 10, size=num_dims))
    return Facility(
        id=f"facility {number}",
        enter=place,
        leave=place,
        resets=resets,
        duration=int(inside[0, place] + rng.integers(0, 5)),
        distance=int(inside[1, place] + rng.integers(0, 4)),
        windows=windows,
        visit_cost=int(rng.integers(0, 12)),
        daily_capacity=capacity,
    )


def _vehicle(rng, number, start, end, num_dims, *, timed, held) -> VehicleType:
    early = int(rng.integers(0, 20)) if timed else 0
    late = min(early + int(rng.integers(30, 70)), DAY) if timed else DAY
    capacity = tuple(int(q) for q in rng.integers(3, 9, size=num_dims))
    loads: tuple[int, ...] = ()
    if held and rng.random() < 0.2:
        loads = tuple(int(rng.integers(0, q)) for q in capacity)
    return VehicleType(
        id=f"type {number}",
        capacity=capacity,
        start=start[1],
        end=end[0],
        num_available=int(rng.integers(1, 3)),
        tw_early=early,
        tw_late=late,
        max_duration=int(rng.integers(15, 60)) if rng.random() < 0.5 else DAY,
        max_overtime=int(rng.integers(0, 15)),
        fixed_cost=int(rng.integers(0, 15)),
        cost_per_m=int(rng.integers(1, 3)),
        cost_per_s=int(rng.integers(0, 3)),
        cost_per_overtime_s=int(rng.integers(0, 4)),
        initial_load=loads,
    )


def in_long(problem: RoutingProblem) -> RoutingProblem:
    """The same day with every second, metre and price TICK times as long.

    Engines seek the latest departure to a minute: here that is nothing, so their plans cost TICK
    times the tiny day's to rounding. A minute of overtime is free for the same reason.
    """
    legs = problem.matrices[0]
    far = legs.duration >= UNREACHABLE
    long = [
        np.where(far, UNREACHABLE, each.astype(np.int64) * TICK).astype(np.int32)
        for each in (legs.duration, legs.distance)
    ]
    return replace(
        problem,
        matrices=(DenseMatrix(*long),),
        tasks=tuple(
            replace(
                task,
                prize=None if task.prize is None else task.prize * TICK,
                modes=tuple(
                    _times(mode, "duration", "distance", "cost", "tw_early", "tw_late")
                    for mode in task.modes
                ),
            )
            for task in problem.tasks
        ),
        facilities=tuple(
            replace(
                _times(facility, "duration", "distance", "visit_cost"),
                windows=tuple((early * TICK, late * TICK) for early, late in facility.windows),
            )
            for facility in problem.facilities
        ),
        vehicle_types=tuple(
            replace(
                _times(kind, "tw_early", "tw_late", "max_duration", "fixed_cost"),
                max_overtime=kind.max_overtime * TICK + MINUTE,
            )
            for kind in problem.vehicle_types
        ),
    )


def _times(noun, *names):
    return replace(noun, **{name: getattr(noun, name) * TICK for name in names})
