"""A toy problem that touches every law, to compile the loops and to try an engine."""

from __future__ import annotations

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


def toy_problem() -> RoutingProblem:
    """Six bins along a street, a depot at one end and a tip at the other; two trips are needed."""
    places = np.arange(8)
    legs = (np.abs(places[:, None] - places[None, :]) * 100).astype(np.int32)
    return RoutingProblem(
        tasks=tuple(
            Task(id=f"bin {n}", modes=(Mode(enter=n, leave=n, duration=60),), demand=(1,))
            for n in range(1, 7)
        ),
        facilities=(Facility(id="tip", enter=7, leave=7, resets=frozenset({0}), duration=300),),
        vehicle_types=(
            VehicleType(id="truck", capacity=(4,), start=0, end=0, num_available=2, tw_late=20_000),
        ),
        dimensions=(Dimension(name="waste", kind=DimensionKind.WASTE, end_empty=True),),
        matrices=(DenseMatrix(legs, legs),),
    )
