"""Public facility location instances as relocation problems: one period, nothing today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from models.location import CandidateSite, DemandZone, Period, RelocationProblem

if TYPE_CHECKING:
    from scenarios.instances.cfl import LocationInstance


def location_problem(instance: LocationInstance) -> RelocationProblem:
    """The instance for the relocation model: one period, nothing stands yet.

    Costs are `instance.scale` times the file's; there is no peak factor and no second stage.
    """
    n, m = instance.costs.shape
    return RelocationProblem(
        zones=tuple(
            DemandZone(id=f"c{j + 1}", lon=0.0, lat=0.0, demand_kg=int(instance.demand[j]))
            for j in range(n)
        ),
        sites=tuple(
            CandidateSite(
                id=f"f{i + 1}",
                name=f"f{i + 1}",
                place=f"f{i + 1}",
                lon=0.0,
                lat=0.0,
                capacity_kg=int(instance.capacity[i]),
                existing=False,
                open_from=0,
                day_cost=int(instance.fixed_cost[i]),
            )
            for i in range(m)
        ),
        plants=(),
        periods=(Period(begin=date(2026, 1, 1)),),
        collect_cost=instance.costs.astype(np.int64),
        drive_s=np.zeros((n, m), np.int64),
        haul_cost=np.zeros((m, 0), np.int64),
        peak_percent=100,
        single_source=instance.single_source,
        keep_capacity=False,
        starts_today=False,
    )
