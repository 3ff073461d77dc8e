"""What a plan of sites costs: collection, haul, gate fees, running sites, building and closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.location import RelocationProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationCost:
    """Parts of the cost over all weighted days [mfen]."""

    collection: int
    haul: int
    running: int
    changes: int

    @property
    def total(self) -> int:
        """Sum of all parts."""
        return self.collection + self.haul + self.running + self.changes


def location_cost(
    problem: RelocationProblem,
    open_sites: Sequence[frozenset[int]],
    assigned: Sequence[Mapping[tuple[int, int], int]],
    hauled: Sequence[Mapping[tuple[int, int], int]],
) -> LocationCost:
    """Cost of open sites and flows [kg] per period, each flow rounded to whole mfen."""
    collection = haul = running = changes = 0
    for t, period in enumerate(problem.periods):
        running += period.weight * sum(problem.sites[s].day_cost for s in open_sites[t])
        for (z, s), kg in assigned[t].items():
            base = max(1, problem.zones[z].demand_kg)
            collection += period.weight * _rounded(int(problem.collect_cost[z, s]) * kg, base)
        for (s, p), kg in hauled[t].items():
            price = int(problem.haul_cost[s, p]) + problem.plants[p].gate_fee
            haul += period.weight * _rounded(price * kg, 1_000)
        if t:
            changes += sum(problem.sites[s].opening_cost for s in open_sites[t] - open_sites[t - 1])
            changes += sum(problem.sites[s].closing_cost for s in open_sites[t - 1] - open_sites[t])
    return LocationCost(collection=collection, haul=haul, running=running, changes=changes)


def _rounded(amount: int, by: int) -> int:
    return (2 * amount + by) // (2 * by)
