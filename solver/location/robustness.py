"""How a choice of sites stands growth of demand and outages of a plant or a station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.location.evaluate import evaluate

if TYPE_CHECKING:
    from models.location import RelocationProblem
    from solver.location.evaluate import Evaluation

GROWTH_PERCENT = (100, 110, 120, 130)
"""Sites are tried under these demands, in percent of today's (chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Cases tried: every growth, each with all working, any one plant out, any one station out."""

    cases: int
    fit: int
    """Cases in which all waste has its place."""
    placed_permille: int
    """Mean share of the waste that has its place, over all cases."""
    plant_out_kg: int
    """Most waste without a place at today's demand when one plant is out."""
    station_out_kg: int
    """Likewise when one station is out."""
    worst_cost_percent: int
    """Dearest case that fits, against today's demand with all working."""

    @property
    def percent(self) -> float:
        """Mean share of the waste that has its place."""
        return self.placed_permille / 10


def robustness(problem: RelocationProblem, open_sites: frozenset[int]) -> Robustness:
    """Try the sites in every case; stations may fill to their design, without the peak's reserve.

    One linear program a case.
    """
    plants, demand_kg = range(len(problem.plants)), sum(z.demand_kg for z in problem.zones)
    found: list[tuple[int, Evaluation]] = []
    plant_out = station_out = 0
    for growth in GROWTH_PERCENT:
        calm = evaluate(problem, open_sites, growth_percent=growth, peak=False)
        no_plant = [
            evaluate(problem, open_sites, growth_percent=growth, out=p, peak=False) for p in plants
        ]
        no_station = [
            evaluate(problem, open_sites - {s}, growth_percent=growth, peak=False)
            for s in sorted(open_sites)
            if len(open_sites) > 1
        ]
        found += [(growth, day) for day in (calm, *no_plant, *no_station)]
        if growth == 100:
            base = max(1, calm.total)
            plant_out = max((day.left_kg for day in no_plant), default=0)
            station_out = max((day.left_kg for day in no_station), default=demand_kg)
    total = sum(growth * demand_kg for growth, _ in found) / 100
    left = sum(day.left_kg for _, day in found)
    return Robustness(
        cases=len(found),
        fit=sum(day.fits for _, day in found),
        placed_permille=int(1_000 * (1 - left / max(1.0, total))),
        plant_out_kg=plant_out,
        station_out_kg=station_out,
        worst_cost_percent=max(
            (round(100 * day.total / base) for _, day in found if day.fits), default=0
        ),
    )
