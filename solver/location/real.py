"""What a real day plan says about sites: its collection cost with the haul its loads need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.location import (
    UNREACHABLE_COST,
    CandidateSite,
    DemandZone,
    LocationPlant,
    Period,
    RelocationProblem,
)
from models.units import CHINA, MFEN_PER_CNY
from solver.document.figures import tipped_kg
from solver.location.build import (
    haul_cost,
    haul_fleet,
    mean_payload_kg,
    plants_of,
    road_tables,
    stations_of,
)
from solver.location.evaluate import evaluate
from solver.trade.holiday import rules_on
from solver.trade.labour import is_night
from solver.trade.vehicles import energy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from models.district import District, Site, Window
    from models.network import RoadNetwork
    from models.plan import Plan
    from models.trade.rules import RuleProfile
    from solver.location.build import Roads
    from solver.location.exposure import Neighbourhood


@dataclass(frozen=True, slots=True, kw_only=True)
class Haulage:
    """The haul of a day: cost [mfen], driving [m], trips, waste that stays or has no plant [kg]."""

    cost: int
    distance_m: int
    trips: int
    stuck_kg: int
    co2_kg: float
    planned: bool = True
    """From the plan's timetable; off: the cheapest transport, where no haul trucks are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """Metres and trips past homes at night, and past schools and hospitals."""

    night_m: int
    school_m: int
    night_trips: int
    school_trips: int


def haulage(plan: Plan, district: District, network: RoadNetwork, rules: RuleProfile) -> Haulage:
    """The haul of the plan's timetable; without haul trucks, the cheapest transport there is.

    What routes tip at plants themselves pays the gate fee.
    """
    taken = tipped_kg(plan)
    direct = sum(p.gate_fee * taken.get(p.id, 0) // 1_000 for p in plants_of(district))
    if not plan.tours:
        rules = rules_on(rules, plan.date)
        return cheapest_haulage(district, network, rules, taken, plan.date)
    return Haulage(
        cost=round(sum(tour.cost_cny for tour in plan.tours) * MFEN_PER_CNY) + direct,
        distance_m=sum(tour.distance_m for tour in plan.tours),
        trips=len(plan.haul),
        co2_kg=sum(tour.co2_kg for tour in plan.tours),
        stuck_kg=int(plan.kpis["overflow_kg"] + plan.kpis["staying_kg"]),
    )


def cheapest_haulage(
    district: District,
    network: RoadNetwork,
    rules: RuleProfile,
    taken_kg: Mapping[str, int],
    day: date,
) -> Haulage:
    """Haul what each station took to the plants within their quotas: a transport problem.

    What routes tipped at plants themselves counts against the quotas and pays the gate fee.
    """
    stations = [s for s in stations_of(district) if taken_kg.get(s.id)]
    plants = plants_of(district)
    direct = sum(p.gate_fee * taken_kg.get(p.id, 0) // 1_000 for p in plants)
    if not stations or not plants:
        stuck = sum(taken_kg[s.id] for s in stations)
        return Haulage(
            cost=direct, distance_m=0, trips=0, stuck_kg=stuck, co2_kg=0.0, planned=False
        )
    problem, roads = _transport(
        district, network, rules, day, stations=stations, plants=plants, taken_kg=taken_kg
    )
    cheapest = evaluate(problem, range(len(stations)), limited=False)
    trucks = haul_fleet(district, rules)
    payload = mean_payload_kg(trucks)
    trips = [(s, p, -(-kg // round(payload))) for s, p, kg in cheapest.hauled]
    distance_m = sum(n * int(roads.haul_m[s, p]) for s, p, n in trips)
    return Haulage(
        cost=cheapest.haul + direct,
        distance_m=distance_m,
        trips=sum(n for _, _, n in trips),
        co2_kg=sum(
            energy(rules.costs, truck, distance_m=distance_m, service_s=0).co2_kg
            for truck in trucks
        )
        / len(trucks),
        stuck_kg=cheapest.stuck_kg,
        planned=False,
    )


def _transport(
    district: District,
    network: RoadNetwork,
    rules: RuleProfile,
    day: date,
    *,
    stations: Sequence[Site],
    plants: Sequence[Site],
    taken_kg: Mapping[str, int],
) -> tuple[RelocationProblem, Roads]:
    """What each station took as a demand of its own, which only the haul can move."""
    sites = [
        CandidateSite(
            id=s.id, name=s.name, place=s.id, lon=s.lon, lat=s.lat, existing=True,
            capacity_kg=max(1, taken_kg[s.id]),
        )
        for s in stations
    ]  # fmt: skip
    zones = [DemandZone(id=s.id, lon=s.lon, lat=s.lat, demand_kg=taken_kg[s.id]) for s in stations]
    roads = road_tables(district, network, rules, [], sites)
    own = np.where(np.eye(len(sites), dtype=bool), 0, UNREACHABLE_COST).astype(np.int64)
    problem = RelocationProblem(
        zones=tuple(zones),
        sites=tuple(sites),
        plants=tuple(
            LocationPlant(
                id=p.id,
                gate_fee=p.gate_fee,
                quota_kg=max(0, (p.daily_quota_kg or 10**9) - taken_kg.get(p.id, 0)),
            )
            for p in plants
        ),
        periods=(Period(begin=day),),
        collect_cost=own,
        drive_s=np.zeros_like(own),
        haul_cost=haul_cost(district, rules, roads, plants),
    )
    return problem, roads


def passing(plan: Plan, network: RoadNetwork, near: Neighbourhood, dark_hours: Window) -> Passing:
    """What drives past homes in the dark hours, and past schools and hospitals at any hour.

    A street counts when its middle is as near to a home, or a school or hospital, as the profile
    says; a trip counts once however many such streets it drives.
    """
    homes, schools = near.beside(network)
    night_m = school_m = night_trips = school_trips = 0
    for trip in (trip for route in plan.routes for trip in route.trips):
        night = school = 0
        for step in trip.steps:
            moment = step.arrive.astimezone(CHINA)
            clock_s = 3_600 * moment.hour + 60 * moment.minute + moment.second
            dark = is_night(dark_hours, clock_s)
            for arc in (arc for piece in step.streets for arc in piece.arcs):
                night += int(network.length_m[arc]) if dark and homes[arc] else 0
                school += int(network.length_m[arc]) if schools[arc] else 0
        night_m, school_m = night_m + night, school_m + school
        night_trips, school_trips = night_trips + (night > 0), school_trips + (school > 0)
    return Passing(
        night_m=night_m, school_m=school_m, night_trips=night_trips, school_trips=school_trips
    )


def station_figures(district: District, near: Neighbourhood) -> dict[str, float]:
    """People and schools near all stations: within bands, weighted, sensitive places."""
    around = [near.around(s.lon, s.lat) for s in stations_of(district)]
    figures: dict[str, float] = {
        f"people_{metres}m": float(sum(one.within[k] for one in around))
        for k, metres in enumerate((100, 200, 300, 500))
    }
    figures["people_weighted"] = float(sum(one.weighted for one in around))
    figures["sensitive_300m"] = float(sum(one.sensitive for one in around))
    return figures
