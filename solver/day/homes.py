"""Home areas: where vehicles and drivers worked on the days before, so that they do so again.

Streets and points are due on other days than yesterday's, so homes are squares of the town and no
tasks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.plan import PlanHome
from solver.document.compactness import home_side_m, work_squares
from solver.tasks.part import square_of
from solver.trade.vehicles import HAUL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.part import Part
    from models.plan import Plan
    from models.trade.rules import Costs


def learn_homes(plans: Iterable[Plan], costs: Costs) -> tuple[PlanHome, ...]:
    """Homes by vehicle, shift and operation; `plans` begin with the latest."""
    drivers: defaultdict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    squares: defaultdict[tuple[str, str, str], Counter[tuple[int, int]]] = defaultdict(Counter)
    for plan in plans:
        for route in plan.routes:
            key = route.vehicle, route.shift, route.operation
            drivers[key] |= dict.fromkeys(route.crew[:1])
            squares[key] += work_squares(route, home_side_m(costs))
        for tour in plan.tours:
            drivers[tour.vehicle, tour.shift, HAUL] |= dict.fromkeys(tour.crew[:1])
    return tuple(
        PlanHome(
            vehicle=key[0],
            shift=key[1],
            operation=key[2],
            drivers=list(drivers[key]),
            squares=[(*square, count) for square, count in sorted(squares[key].items())],
        )
        for key in sorted(drivers)
    )


def at_home(
    parts: Sequence[Part], homes: Sequence[PlanHome], costs: Costs
) -> dict[str, TruckShift]:
    """Who is at home where each task of the parts lies, by task id; of those who may serve it.

    Tasks in squares where nobody worked are in nobody's.
    """
    found: dict[str, TruckShift] = {}
    for part in parts:
        known: defaultdict[tuple[int, int], dict[TruckShift, int]] = defaultdict(dict)
        for home in homes:
            if home.operation == part.operation:
                truck = TruckShift(home.vehicle, home.shift)
                for east, north, count in home.squares:
                    known[east, north][truck] = count
        kinds = {
            TruckShift(vehicle, crew.shift): kind
            for kind, crew in enumerate(part.crews)
            for vehicle in crew.vehicles
        }
        for task, ref in zip(part.problem.tasks, part.refs, strict=True):
            there = known.get(square_of(ref.lon, ref.lat, home_side_m(costs)), {})
            able = [
                (-count, truck)
                for truck, count in there.items()
                if truck in kinds
                if any(part.problem.can_serve(kinds[truck], mode) for mode in task.modes)
            ]
            if able:
                found[task.id] = min(able)[1]
    return found


def last_drivers(homes: Iterable[PlanHome]) -> Mapping[TruckShift, tuple[str, ...]]:
    """Who drove each vehicle in each shift, whoever did last first."""
    found: dict[TruckShift, tuple[str, ...]] = {}
    for home in homes:
        truck = TruckShift(home.vehicle, home.shift)
        found[truck] = (*found.get(truck, ()), *home.drivers)
    return found
