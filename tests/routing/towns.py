"""Small random problems with any mix of laws, and brute force over tiny ones."""

from itertools import permutations, product

import numpy as np

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Meal,
    Mode,
    RoutingProblem,
    Spacing,
    Task,
    VehicleType,
)
from models.solution import Route, Serve, Solution
from models.units import UNREACHABLE
from solver.cost import cost
from solver.routing.base.schedule import schedule

DAY_END = 40_000


def matrix(rng: np.random.Generator, places: int) -> DenseMatrix:
    """Metric legs between random points: minutes by the grid, some detours by direction."""
    points = rng.integers(0, 30, size=(places, 2))
    grid = np.abs(points[:, None, :] - points[None, :, :]).sum(axis=2)
    durations = (grid * 60 + rng.integers(0, 30, size=(places, 1))).astype(np.int32)
    return DenseMatrix(durations, (durations * 8).astype(np.int32))


def random_problem(seed: int, *, tasks: int = 9, laws: bool = True) -> RoutingProblem:
    """A town of a few tasks; each law is there or not by the toss of a coin."""
    rng = np.random.default_rng(seed)

    def coin() -> bool:
        return laws and bool(rng.random() < 0.5)

    num_facilities = int(rng.integers(1, 4)) if coin() else 0
    num_dims = int(rng.integers(1, 3)) if num_facilities or coin() else 1
    num_kinds = 1 + coin()
    places = tasks * 2 + num_facilities + num_kinds
    timed, breaks, prizes, typed = coin(), coin(), coin(), coin()
    kinds = (DimensionKind.WASTE, DimensionKind.WATER)
    legs = matrix(rng, places)
    if coin():
        legs.duration[3, :4] = UNREACHABLE
    return RoutingProblem(
        tasks=tuple(
            Task(
                id=f"task {n}",
                modes=tuple(
                    _mode(rng, n, side, timed=timed, typed=typed, num_kinds=num_kinds)
                    for side in range(2)
                ),
                demand=tuple(int(q) for q in rng.integers(0, 5, size=num_dims)),
                prize=int(rng.integers(0, 40_000)) if prizes and rng.random() < 0.5 else None,
            )
            for n in range(tasks)
        ),
        facilities=tuple(
            _facility(rng, n, 2 * tasks + n, num_dims, timed) for n in range(num_facilities)
        ),
        vehicle_types=tuple(
            _vehicle(rng, n, places - 1 - n, num_dims, timed=timed, breaks=breaks)
            for n in range(num_kinds)
        ),
        matrices=(legs,),
        dimensions=tuple(
            Dimension(
                name=kinds[d], kind=kinds[d], end_empty=d == 0 and num_facilities > 0 and coin()
            )
            for d in range(num_dims)
        ),
        spacings=(Spacing(first=0, second=1, min_gap=3_000),) if timed and coin() else (),
    )


def _mode(rng, task, side, *, timed, typed, num_kinds) -> Mode:
    early = int(rng.integers(0, 20_000)) if timed else 0
    only = typed and rng.random() < 0.3
    return Mode(
        enter=2 * task + side,
        leave=2 * task + side,
        duration=int(rng.integers(60, 900)),
        distance=int(rng.integers(0, 500)),
        cost=int(rng.integers(0, 50)),
        tw_early=early,
        tw_late=early + int(rng.integers(600, 15_000)) if timed else DAY_END,
        vehicle_types=frozenset({int(rng.integers(num_kinds))}) if only else frozenset(),
    )


def _facility(rng, number, place, num_dims, timed) -> Facility:
    resets = {int(d) for d in range(num_dims) if rng.random() < 0.6} or {0}
    windows = ((0, 12_000), (16_000, DAY_END)) if timed and rng.random() < 0.5 else ((0, DAY_END),)
    return Facility(
        id=f"facility {number}",
        enter=place,
        leave=place,
        resets=frozenset(resets),
        duration=int(rng.integers(100, 900)),
        windows=windows,
        visit_cost=int(rng.integers(0, 100)),
        bays=int(rng.integers(0, 2)),
        daily_capacity=(int(rng.integers(4, 20)),) * num_dims if rng.random() < 0.3 else (),
    )


def _vehicle(rng, number, place, num_dims, *, timed, breaks) -> VehicleType:
    return VehicleType(
        id=f"type {number}",
        capacity=tuple(int(q) for q in rng.integers(4, 12, size=num_dims)),
        start=place,
        end=place,
        num_available=int(rng.integers(1, 6)),
        tw_early=int(rng.integers(0, 3_000)) if timed else 0,
        tw_late=DAY_END,
        max_duration=int(rng.integers(6_000, 30_000)) if rng.random() < 0.5 else DAY_END,
        max_overtime=1_800,
        max_work=5_000 if breaks else 0,
        meal=Meal(duration=1_800, tw_early=8_000, tw_late=12_000) if breaks else None,
        fixed_cost=int(rng.integers(0, 5_000)),
        cost_per_m=1,
        cost_per_s=int(rng.integers(0, 4)),
        cost_per_overtime_s=5,
    )


def cheapest(problem: RoutingProblem) -> int:
    """Cost of the best plan that serves everything, by trying all of them."""
    count = len(problem.tasks)
    capacity = problem.vehicle_types[0].capacity
    best = None
    for order in permutations(range(count)):
        for cuts in product((False, True), repeat=count - 1):
            groups = [[order[0]]]
            for task, cut in zip(order[1:], cuts, strict=True):
                if cut:
                    groups.append([])
                groups[-1].append(task)
            if len(groups) > problem.vehicle_types[0].num_available:
                continue
            loads = [sum(problem.tasks[t].demand[0] for t in group) for group in groups]
            if max(loads) > capacity[0] or groups != sorted(groups):
                continue
            total = sum(_cheapest_route(problem, tuple(group)) for group in groups)
            best = total if best is None else min(best, total)
    assert best is not None
    return best


def _cheapest_route(problem: RoutingProblem, group: tuple[int, ...]) -> int:
    def price(modes: tuple[int, ...]) -> int:
        route = Route(0, tuple(Serve(t, m) for t, m in zip(group, modes, strict=True)))
        return cost(problem, Solution((route,)), [schedule(problem, route)]).total

    return min(price(modes) for modes in product(range(2), repeat=len(group)))
