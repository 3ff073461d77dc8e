"""Lower bounds for networks in two echelons: no plan of any kind can drive less.

A route with k streams aboard is shared among them in k equal parts. So each stream, alone, pays at
least what collecting it costs with trucks that carry k streams, give k - 1 chambers away and charge
a k-th of each second; the streams' bounds add up.
"""

from __future__ import annotations

from dataclasses import replace
from math import lcm
from typing import TYPE_CHECKING

from solver.echelons.plan import group_problem
from solver.routing.bound.bounds import lower_bound

if TYPE_CHECKING:
    from models.echelons.network import ChamberTruck, EchelonNetwork
    from models.problem import RoutingProblem
    from solver.echelons.groups import Group


def any_riding_bound(network: EchelonNetwork) -> int:
    """Seconds that every plan drives at least, whichever streams ride together on each route."""
    most = min(max(len(truck.chambers) for truck in network.trucks), len(network.streams))
    parts = lcm(*range(1, most + 1))
    shared = 0
    for stream in range(len(network.streams)):
        part = group_problem(network, (stream,))
        one = part.problem.vehicle_types[0]
        kinds = [
            replace(one, capacity=(roomiest(truck, stream, k),), cost_per_m=parts // k)
            for truck in network.trucks
            for k in range(1, min(len(truck.chambers), most) + 1)
        ]
        alone = replace(_without_haul(part.problem), vehicle_types=tuple(kinds))
        shared += lower_bound(alone) or 0
    return -(-shared // parts) + haul_bound(network)


def roomiest(truck: ChamberTruck, stream: int, aboard: int) -> int:
    """Litres of a stream that a truck takes at most with so many streams aboard."""
    chambers = sorted(truck.chambers, reverse=True)
    return truck.press[stream] * sum(chambers[: len(chambers) - aboard + 1])


def grouped_bound(network: EchelonNetwork, groups: tuple[Group, ...]) -> int:
    """Seconds that every plan drives at least in which these groups of streams ride together."""
    problems = [_without_haul(group_problem(network, group).problem) for group in groups]
    return sum(lower_bound(problem) or 0 for problem in problems) + haul_bound(network)


def haul_bound(network: EchelonNetwork) -> int:
    """Seconds of the fewest loads of each stream from its nearest site."""
    total = [
        sum(street.litres[s] for street in network.streets) for s in range(len(network.streams))
    ]
    return sum(
        -(-litres // network.load_l[s]) * min(site.haul_s[s] for site in network.sites)
        for s, litres in enumerate(total)
    )


def _without_haul(problem: RoutingProblem) -> RoutingProblem:
    sites = tuple(replace(site, visit_cost=0) for site in problem.facilities)
    return replace(problem, facilities=sites)
