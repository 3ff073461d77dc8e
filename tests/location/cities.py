"""Small cities on a line and random ones, for tests of relocation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from models.location import (
    CandidateSite,
    DemandZone,
    LocationPlant,
    Period,
    RelocationProblem,
    RelocationSolution,
)
from solver.location.cost import location_cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DATES = (date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1))


def site(name: str, capacity_kg: int, **facts: Any) -> CandidateSite:
    return CandidateSite(
        id=name, name=name, place=facts.pop("place", name), lon=0.0, lat=0.0,
        capacity_kg=capacity_kg, **facts,
    )  # fmt: skip


def city(sites: Sequence[CandidateSite], **facts: Any) -> RelocationProblem:
    """Two zones of 40 kg; zone k to site j costs 10 |k - j| + 1 and takes as many seconds."""
    demands = facts.pop("demands", (40, 40))
    costs = np.array(
        [[10 * abs(k - j) + 1 for j in range(len(sites))] for k in range(len(demands))]
    )
    plants = facts.pop("plants", ())
    haul = np.array([[100 * (j + 1) for _ in plants] for j in range(len(sites))], np.int64)
    rules: dict[str, Any] = {"peak_percent": 100} | facts
    return RelocationProblem(
        zones=tuple(
            DemandZone(id=f"z{k}", lon=0.0, lat=0.0, demand_kg=kg) for k, kg in enumerate(demands)
        ),
        sites=tuple(sites),
        plants=plants,
        periods=rules.pop("periods", tuple(Period(begin=day) for day in DATES)),
        collect_cost=costs.astype(np.int64),
        drive_s=costs.astype(np.int64),
        haul_cost=haul.reshape(len(sites), len(plants)),
        **rules,
    )


def choice(
    problem: RelocationProblem,
    open_sites: Sequence[set[int]],
    assigned: Sequence[Mapping[tuple[int, int], int]],
    hauled: Sequence[Mapping[tuple[int, int], int]] | None = None,
) -> RelocationSolution:
    """A plan of sites by hand."""
    chosen = tuple(frozenset(sites) for sites in open_sites)
    away = tuple(hauled) if hauled is not None else tuple({} for _ in chosen)
    cost = location_cost(problem, chosen, tuple(assigned), away).total
    return RelocationSolution(
        open_sites=chosen, assigned=tuple(assigned), hauled=away, cost=cost, bound=cost
    )


@st.composite
def cities(draw: st.DrawFn) -> RelocationProblem:
    """Two or three old sites, up to three new ones, two to four zones, one to three periods."""
    whole = st.integers
    old = draw(whole(1, 3))
    new = draw(whole(0, 3))
    sites = [
        site(
            f"s{k}",
            1_000 * draw(whole(20, 90)),
            existing=k < old,
            open_from=draw(whole(1, 2)) if k >= old else 1,
            day_cost=100_000 * draw(whole(0, 50)),
            opening_cost=100_000 * draw(whole(0, 50)),
            closing_cost=100_000 * draw(whole(0, 20)),
            exposure=draw(whole(0, 30)),
            home_m=draw(st.sampled_from([5, 12, 200])),
            sensitive_m=draw(st.sampled_from([60, 300])),
        )
        for k in range(old + new)
    ]
    zones = draw(whole(2, 4))
    numbers = st.lists(whole(1, 60), min_size=zones * len(sites), max_size=zones * len(sites))
    costs = np.array(draw(numbers), np.int64).reshape(zones, len(sites)) * 100_000
    plants = (
        LocationPlant(id="p0", quota_kg=1_000 * draw(whole(40, 200))),
        LocationPlant(id="p1", quota_kg=1_000 * draw(whole(40, 200)), gate_fee=100_000),
    )
    return RelocationProblem(
        zones=tuple(
            DemandZone(id=f"z{k}", lon=0.0, lat=0.0, demand_kg=1_000 * draw(whole(5, 25)))
            for k in range(zones)
        ),
        sites=tuple(sites),
        plants=plants,
        periods=tuple(
            Period(begin=day, weight=draw(whole(1, 5)), growth_percent=100 + 3 * t)
            for t, day in enumerate(DATES[: draw(whole(1, 3))])
        ),
        collect_cost=costs,
        drive_s=costs // 100_000,
        haul_cost=np.array([[10_000 + 1_000 * j, 30_000] for j in range(len(sites))], np.int64),
        peak_percent=draw(st.sampled_from([100, 130])),
        max_drive_s=draw(st.sampled_from([0, 50])),
        single_source=draw(st.booleans()),
        keep_capacity=draw(st.booleans()),
        outages=draw(st.booleans()),
    )
