"""The judge of drives: each ends where the next step stands, and takes the time of its arcs.

It reads the network's columns and the part's places, and shares nothing with the routing graph: a
leg's time is held between the driving time of its arcs and that with the dearest turn at each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.network import CLASSES
from models.solution import Serve, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.network import Profile, RoadNetwork
    from models.part import Part
    from models.solution import Route


@dataclass(frozen=True, slots=True)
class Leg:
    """What a document tells of the way to one visit (the last: home) and of the visit itself.

    `driven` are the arcs driven without service in `seconds`, `served` the arcs driven in service.
    """

    driven: tuple[int, ...]
    seconds: int
    served: tuple[int, ...]


def check_drives(
    network: RoadNetwork, part: Part, route: Route, legs: Sequence[Leg], where: str
) -> Iterator[Violation]:
    """Every leg of a route; `legs` has one more than the route has visits."""
    problem = part.problem
    kind = problem.vehicle_types[route.vehicle_type]
    profile = part.profiles[kind.profile]
    standing = int(part.row_arcs[kind.start])
    for number, leg in enumerate(legs):
        if any(not 0 <= arc < network.num_arcs for arc in (*leg.driven, *leg.served)):
            return  # ARC_UNKNOWN already: nothing more can be looked up
        column, row, name = kind.end, kind.start, "home"
        arcs: tuple[int, ...] = ()
        if number < len(route.visits):
            visit = route.visits[number]
            if isinstance(visit, Serve):
                task, ref = problem.tasks[visit.task], part.refs[visit.task]
                mode = task.modes[visit.mode]
                column, row, name = mode.enter, mode.leave, task.id
                arcs = ref.mode_arcs[visit.mode] if ref.kind == "street" else ()
            else:
                facility = problem.facilities[visit.facility]
                column, row, name = facility.enter, facility.leave, facility.id
        last = leg.driven[-1] if leg.driven else standing
        goal = int(part.col_arcs[column])
        there = (
            last == goal if part.col_to_end[column] else network.head[last] == network.tail[goal]
        )
        if not there:
            yield Violation(
                code="DRIVE_END",
                where=f"{where} {name}",
                detail=f"ends on arc {last}, not {goal}",
                visit=number,
            )
        elif number < len(route.visits) and leg.served != arcs:
            yield Violation(
                code="SERVED_ARCS",
                where=f"{where} {name}",
                detail=f"{leg.served[:6]}, not {arcs}",
                visit=number,
            )
        least, most = leg_seconds(network, profile, leg.driven)
        if off := max(least - leg.seconds, leg.seconds - most, 0):
            yield Violation(
                code="TIME",
                where=f"{where} {name}",
                excess=off,
                detail=f"drives {leg.seconds} s, its streets take {least} to {most} s",
                visit=number,
            )
        standing = int(part.row_arcs[row])


def leg_seconds(network: RoadNetwork, profile: Profile, arcs: Sequence[int]) -> tuple[int, int]:
    """Least and most whole seconds that driving `arcs` takes: no turn costs, and all dearest.

    The turn into the arc served next belongs to the drive.
    """
    costs = profile.turn_costs
    dearest = max(costs.straight, costs.right, costs.left, costs.u_turn)
    seconds = 0.0
    for arc in arcs:
        factor = profile.speed_factors.get(CLASSES[int(network.highway[arc])], 1.0)
        kmh = min(float(network.speed_kmh[arc]) * factor, float(profile.max_speed_kmh))
        seconds += 3.6 * int(network.length_m[arc]) / kmh + costs.signal * int(network.signals[arc])
    return max(0, int(seconds - 0.5)), int(seconds + dearest * (len(arcs) + 1) + 1.5)
