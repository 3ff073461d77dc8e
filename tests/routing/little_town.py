"""Random little problems that use many laws at once."""

import numpy as np

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Meal,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)

HOUR = 3_600


def random_town(
    seed: int, *, tasks: int = 8, meal: bool = False, closing: bool = False, water: bool = True
) -> RoutingProblem:
    """Points on a 3 km square, driven at 5 m/s; two vehicle types, waste (end empty) and water."""
    rng = np.random.default_rng(seed)
    size = 2 * tasks + 6
    points = rng.integers(0, 3_000, size=(size, 2))
    metres = np.abs(points[:, None] - points[None]).sum(axis=2).astype(np.int32)
    facilities = [
        Facility(
            id="tip",
            enter=0,
            leave=1,
            resets=frozenset({0}),
            duration=300,
            distance=40,
            visit_cost=500,
            windows=((6 * HOUR, 11 * HOUR), (12 * HOUR, 15 * HOUR)) if closing else ((0, 10**9),),
        )
    ]
    if water:
        facilities.append(
            Facility(id="hydrant", enter=2, leave=2, resets=frozenset({1}), duration=200)
        )
    dimensions = [Dimension(name="waste", kind=DimensionKind.WASTE, end_empty=True)]
    if water:
        dimensions.append(Dimension(name="water", kind=DimensionKind.WATER))
    dims = len(dimensions)
    return RoutingProblem(
        name=f"random {seed}",
        tasks=tuple(_task(rng, number, dims) for number in range(tasks)),
        facilities=tuple(facilities),
        vehicle_types=(
            _vehicle("small", (12, 300)[:dims], 3, meal=meal),
            _vehicle("large", (20, 500)[:dims], 4, meal=meal),
        ),
        dimensions=tuple(dimensions),
        matrices=(DenseMatrix(metres // 5, metres),),
    )


def _task(rng: np.random.Generator, number: int, dims: int) -> Task:
    first, second = 6 + 2 * number, 7 + 2 * number
    early = int(rng.integers(7, 10)) * HOUR
    late = early + int(rng.integers(2, 5)) * HOUR
    length = int(rng.integers(100, 600))
    common = {"duration": 2 * length, "distance": length, "tw_early": early, "tw_late": late}
    modes = [Mode(enter=first, leave=second, **common)]
    if rng.random() < 0.6:
        modes.append(Mode(enter=second, leave=first, cost=int(rng.integers(0, 50)), **common))
    if rng.random() < 0.2:
        modes = [Mode(enter=first, leave=second, vehicle_types=frozenset({1}), **common)]
    demand = (int(rng.integers(2, 7)), int(rng.integers(20, 120)))[:dims]
    return Task(
        id=f"t{number}",
        modes=tuple(modes),
        demand=demand,
        prize=1_500 if rng.random() < 0.2 else None,
    )


def _vehicle(name: str, capacity: tuple[int, ...], place: int, *, meal: bool) -> VehicleType:
    return VehicleType(
        id=name,
        capacity=capacity,
        start=place,
        end=place,
        num_available=6,
        tw_early=6 * HOUR,
        tw_late=16 * HOUR,
        max_duration=7 * HOUR,
        max_overtime=HOUR,
        fixed_cost=1_000,
        cost_per_m=1,
        cost_per_s=1,
        cost_per_overtime_s=2,
        meal=Meal(duration=1_800, tw_early=11 * HOUR, tw_late=12 * HOUR) if meal else None,
    )
