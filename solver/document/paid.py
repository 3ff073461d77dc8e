"""Which route or tour pays for the day of its vehicle, and what each route costs then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.solution import Solution
from solver.cost import cost, days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from models.day import DrivenDay
    from models.ids import DutyId, RouteId
    from models.station import HaulTour


def day_payers(
    day: DrivenDay, vehicles: Mapping[RouteId, str], tours: Iterable[HaulTour]
) -> frozenset[DutyId]:
    """The routes and tours with which each vehicle first leaves this day.

    `vehicles` names the vehicle of each route.
    """
    leaving: list[tuple[str, int, str, DutyId]] = [
        (vehicles[one.id], one.schedule.begin, str(one.id), one.id) for one in day
    ]
    leaving += [(one.truck.vehicle, one.begin, str(one.truck), one.truck) for one in tours]
    first: dict[str, DutyId] = {}
    for vehicle, _, _, duty in sorted(leaving, key=lambda each: each[:3]):
        first.setdefault(vehicle, duty)
    return frozenset(first.values())


def route_costs(day: DrivenDay, payers: Collection[DutyId]) -> dict[RouteId, int]:
    """Cost of each route, with the day of its vehicle where it is one of the `payers` [mfen]."""
    found = {}
    for one in day:
        problem = one.part.problem
        whole = cost(problem, Solution((one.route,)), (one.schedule,)).money
        paid = 0 if one.id in payers else days(problem, [one.route])
        found[one.id] = whole - paid
    return found
