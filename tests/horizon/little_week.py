"""A town on a line one can add up by hand: a depot at 0, stops at 1, 2, 3 ..., days from 0."""

import numpy as np

from models.horizon.periodic import Pattern, PeriodicProblem
from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)


def line(
    *patterns: tuple[tuple[int, ...], ...],
    days: int = 2,
    vehicles: int = 1,
    capacity: int = 10,
    demand: int = 1,
    prize: int | None = None,
    **vehicle,
) -> PeriodicProblem:
    """Stop k + 1 km from the depot for each tuple of patterns (tuples of days); 1 m = 1 s = 1."""
    spots = np.arange(len(patterns) + 1)
    legs = np.abs(spots[:, None] - spots[None, :]).astype(np.int32)
    tasks = tuple(
        Task(
            id=f"stop {k + 1}",
            modes=(Mode(enter=k + 1, leave=k + 1),),
            demand=(demand,),
            prize=prize,
        )
        for k in range(len(patterns))
    )
    truck = VehicleType(
        id="truck", capacity=(capacity,), start=0, end=0, num_available=vehicles, **vehicle
    )
    return PeriodicProblem(
        every_day=RoutingProblem(
            tasks=tasks,
            vehicle_types=(truck,),
            matrices=(DenseMatrix(legs, legs),),
            dimensions=(Dimension(name="goods", kind=DimensionKind.WATER),),
        ),
        patterns=tuple(tuple(Pattern(days=days) for days in allowed) for allowed in patterns),
        fleets=((vehicles,),) * days,
    )
