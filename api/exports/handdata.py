"""What the desk draws of a plan that is changed by hand: what differs, and what a change did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.exports.mapdata import route_data, unserved_data, violation_data
from api.words.i18n import LANGUAGES
from api.words.violations import amended
from models.ids import TruckShift
from models.units import seconds
from scenarios.desk.change import effect

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from api.exports.geometry import Ground
    from models.plan import Plan, PlanRoute
    from scenarios.desk.change import Effect
    from scenarios.desk.session import Session
    from solver.hand.story import HandDay


def state_data(
    plan: str, session: Session, ground: Ground, *, since: HandDay, own: Container[str]
) -> dict[str, Any]:
    """A draft as it is now, of the `own` vehicles.

    Routes are told where their words are others than in `since`.
    """
    now, district = session.now, session.now.ready.district
    streets: dict[str, int] = {}
    known = {id(one) for one in since.plan.routes}
    routes = []
    for one in now.plan.routes:
        if one.vehicle not in own:
            continue
        row: dict[str, Any] = {"key": str(TruckShift(one.vehicle, one.shift)), "id": one.id}
        if id(one) not in known:
            row |= route_data(now.plan, one, ground, streets, district)
        routes.append(row)
    return {
        "plan": plan,
        "changes": [one.model_dump(mode="json") for one in session.changes],
        "done": session.done,
        "routes": routes,
        "streets": list(streets),
        "locks": [lock.model_dump(mode="json") for lock in now.plan.locks],
        "unserved": unserved_data(now.plan, district),
        "violations": [
            violation_data(one) for one in now.violations if not one.vehicle or one.vehicle in own
        ],
        "trucks": [truck for truck in _trucks(session) if truck["vehicle"] in own],
        "effect": None if now is since else effect_data(effect(since, now), now.plan, session, own),
    }


def _trucks(session: Session) -> Iterator[dict[str, Any]]:
    """Every vehicle on duty in each of its shifts, out or not, and the part it works in."""
    plates = {one.id: one.plate for one in session.now.ready.district.vehicles}
    for truck, (part, _) in session.now.book.trucks.items():
        yield {
            "key": str(truck), "vehicle": truck.vehicle, "shift": truck.shift, "part": part,
            "operation": session.now.book.parts[part].operation,
            "plate": plates.get(truck.vehicle, ""),
        }  # fmt: skip


def effect_data(found: Effect, plan: Plan, session: Session, own: Container[str]) -> dict[str, Any]:
    """What a change did, JSON-ready, routes of the `own` vehicles; texts in both languages."""
    names = {site.id: site.name for site in session.district.sites}
    return {
        "cost_cny": found.cost_cny,
        "distance_m": found.distance_m,
        "duration_s": found.duration_s,
        "unserved": found.unserved,
        "routes": [
            {"key": str(one.truck), "before": _sums(plan, one.before),
             "after": _sums(plan, one.after)}
            for one in found.changed
            if one.truck.vehicle in own
        ],
        "appeared": [
            violation_data(one)
            | {"least": [amended(least, names, plan.titles, lang) for lang in LANGUAGES]}
            for one, least in found.appeared
        ],
        "solved": [violation_data(one) for one in found.solved],
    }  # fmt: skip


def _sums(plan: Plan, route: PlanRoute | None) -> dict[str, Any] | None:
    """A route in numbers: times after midnight, loads of its trips, services."""
    if route is None:
        return None
    steps = [step for trip in route.trips for step in trip.steps]
    return {
        "depart": seconds(plan.date, route.depart),
        "end": seconds(plan.date, route.return_),
        "cost": route.cost_cny,
        "distance_m": route.distance_m,
        "loads": [trip.load_kg for trip in route.trips],
        "services": sum(step.kind == "serve" for step in steps),
    }
