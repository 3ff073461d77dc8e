"""The least change of the day that would make a broken law lawful, beside the violation.

What a law is missing is its excess; where the day has a number that gives way by so much, that is
the way out: a longer shift, a site open longer, more tonnes there, one bay or vehicle more.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from models.plan import Relaxation

if TYPE_CHECKING:
    from models.district import District
    from models.plan import Plan, PlanRoute, PlanViolation

ROUND_MIN = 5
"""Minutes are told in steps of so many (chosen: nobody changes a shift by 3 minutes)."""
BY_ROUTE = {"SHIFT": "shift", "OVERTIME": "shift", "LOAD": "payload", "WATER": "tank"}
"""Laws of a vehicle, and what of it gives way."""
BY_SITE = {"STATION_OVER": "quota", "PLANT_QUOTA": "quota", "BAY_OVERLAP": "bays"}
"""Laws of a site, and what of it gives way."""


def amends(one: PlanViolation, plan: Plan, district: District) -> Relaxation | None:
    """What would make the violation lawful; None: nothing that the day could give."""
    route = next((own for own in plan.routes if own.id == one.route), None)
    if one.code in BY_ROUTE and route is not None:
        return _of_vehicle(one, route)
    site = next((own for own in district.sites if own.id == one.where.split(" ")[0]), None)
    if one.code in BY_SITE and site is not None:
        kind = BY_SITE[one.code]
        return Relaxation.model_validate(
            {"kind": kind, "id": site.id, "amount": one.excess, "serves": 0}
        )
    return None


def _of_vehicle(one: PlanViolation, route: PlanRoute) -> Relaxation:
    kind = BY_ROUTE[one.code]
    amount = one.excess
    if kind == "shift":
        amount = ROUND_MIN * ceil(one.excess / (60 * ROUND_MIN))
    elif kind == "payload":
        amount = max(trip.load_kg for trip in route.trips)
    elif kind == "tank":
        amount = max(trip.water_l for trip in route.trips)
    return Relaxation.model_validate(
        {"kind": kind, "id": route.vehicle_type, "shift": route.shift, "amount": amount,
         "serves": 0}
    )  # fmt: skip
