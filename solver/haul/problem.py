"""The day's haul problem from the district, its rules and what the routes bring."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import product
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from models.district import SiteKind, Stream
from models.ids import TruckShift
from models.shift import Duty
from models.station import HaulProblem, HaulTruck, Plant, Yard
from models.units import DAY, MFEN_PER_CNY
from solver.haul.yards import total_kg
from solver.trade.hours import gate, next_stay, stays
from solver.trade.sites import press_kg_h, storage_kg, swap_bays, swap_s
from solver.trade.vehicles import HAUL, driving_hours, meal, normal_s, overtime_s, rates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from models.district import District, Site, Window
    from models.shift import LabourRules
    from models.station import Delivery, HaulPlan
    from models.trade.rules import RuleProfile, StationRules
    from solver.tasks.fleet import OnDuty

    Travel = Mapping[tuple[str, str], tuple[int, int]]

CIRCUITY = 1.35
"""A road is taken to be so many times the straight line where no road times are given (memory)."""
TOWN_KMH = 35.0
"""A truck is taken to drive so fast [km/h] where no road times are given (memory)."""
EARTH_M = 6_371_000
"""Straight lines lie on a sphere of this radius [m] (by the earth's mean)."""


def haul_trucks(
    district: District, dealt: Sequence[OnDuty], rules: RuleProfile, busy: Collection[str] = ()
) -> tuple[HaulTruck, ...]:
    """The vehicles dealt to the haul, in their order; `busy` are those with other work too.

    Those whose depot is shut all through the shift stay at home.
    """
    shifts = Counter(duty.truck.id for duty in dealt)
    trucks = []
    for duty in dealt:
        truck = _truck(district.site(duty.truck.depot), duty, rules)
        if truck is not None:
            per_day, mixed = rates(duty.truck, rules).per_day, duty.truck.id in busy
            trucks.append(_with_day(truck, per_day, 0 if mixed else shifts[duty.truck.id]))
    return tuple(trucks)


def _with_day(truck: HaulTruck, per_day: int, shifts: int) -> HaulTruck:
    """The truck with the price of its vehicle's day, which `shifts` bear (0: other work too)."""
    if shifts == 1 or not per_day:
        return replace(truck, fixed_cost=truck.fixed_cost + per_day)
    share = per_day // shifts if shifts else 0
    return replace(truck, day=truck.id.vehicle, day_cost=per_day, day_share=share)


def _truck(depot: Site, duty: OnDuty, rules: RuleProfile) -> HaulTruck | None:
    """One vehicle in one shift: hours and price are those of every vehicle."""
    truck, shift = duty
    price = rates(truck, rules)
    begin, end = driving_hours(rules.labour, shift)
    overtime = overtime_s(rules.labour, truck, shift)
    hours = gate(depot.windows, (begin, end + overtime))
    if hours is None or hours[0] == hours[1]:
        return None
    return HaulTruck(
        id=TruckShift(truck.id, shift.id),
        depot=truck.depot,
        payload_kg=truck.waste_kg,
        begin=hours[0],
        end=hours[1],
        fixed_cost=price.per_shift,
        cost_per_m=price.per_m,
        cost_per_s=price.per_s,
        paid_s=round(3_600 * rules.labour.guaranteed_h),
        cost_per_overtime_s=price.per_overtime_s,
        max_duration=normal_s(rules.labour, shift),
        max_overtime=overtime,
        licence=truck.licence,
        type=truck.type,
        crew=truck.crew,
        profile=truck.profile.name,
        meal=meal(rules.labour, shift),
    )


def haul_problem(
    district: District,
    rules: RuleProfile,
    trucks: Sequence[HaulTruck],
    found: Sequence[Delivery],
    travel: Mapping[str, Travel] | None = None,
    *,
    stays: Mapping[str, tuple[Window, ...]] | None = None,
) -> HaulProblem:
    """Yards from the deliveries at transfer stations, plants less what routes tip there directly.

    `stays` are the spans [s] in which routes stand at the bays of each site. `travel` are road
    times (s, m) by road profile and pair of site ids, gateways' access included; None: estimated
    from the straight line, for lack of any road.
    """
    hours = (
        min((truck.begin for truck in trucks), default=0),
        max((truck.end for truck in trucks), default=DAY),
    )
    inflow: dict[tuple[str, Stream], list[tuple[int, int]]] = defaultdict(list)
    direct: dict[str, int] = defaultdict(int)
    for delivery in found:
        inflow[delivery.site, delivery.stream].append((delivery.end, delivery.kg))
        direct[delivery.site] += delivery.kg
    yards = []
    for site in district.sites:
        streams = sorted(stream for where, stream in inflow if where == site.id)
        if site.kind != SiteKind.STATION:
            continue
        total = sum(kg for stream in streams for _, kg in inflow[site.id, stream])
        for stream in streams:
            share = sum(kg for _, kg in inflow[site.id, stream]) / total
            own = inflow[site.id, stream]
            yard = _yard(site, stream, rules.stations, hours=hours, inflow=own, share=share)
            bays = swap_bays(site, rules.stations)
            taken = (stays or {}).get(site.id, ()) if bays else ()
            yards.append(replace(yard, bays=bays, taken=taken))
    plants = tuple(
        _plant(site, rules, hours, direct[site.id])
        for site in district.sites
        if site.kind == SiteKind.PLANT and site.is_open
    )
    return HaulProblem(
        yards=tuple(yards),
        plants=plants,
        trucks=tuple(trucks),
        travel=estimated_travel(district.sites) if travel is None else {},
        by_profile=travel or {},
        max_work_s=round(rules.labour.driving_h * 3_600),
        pause_s=round(rules.labour.rest_min * 60),
    )


def _yard(
    site: Site,
    stream: Stream,
    rules: StationRules,
    *,
    hours: Window,
    inflow: list[tuple[int, int]],
    share: float,
) -> Yard:
    """Storage and press of a station that keeps several streams are split by their tonnage."""
    return Yard(
        station=site.id,
        stream=stream,
        inflow=tuple(sorted(inflow)),
        press_kg_h=int(press_kg_h(site, rules) * share),
        storage_kg=int(storage_kg(site) * share),
        swap_s=swap_s(rules),
        windows=_open(site, hours, swap_s(rules)),
        must_clear=site.clear_daily,
    )


def _open(site: Site, hours: Window, stay: int) -> tuple[Window, ...]:
    """When a stay may begin in the trucks' hours, so that it ends by closing time."""
    found = stays(site.windows, *hours, stay)
    return found or (next_stay(site.windows, hours[1], stay),)


def _plant(site: Site, rules: RuleProfile, hours: Window, direct_kg: int) -> Plant:
    fee = site.gate_fee or round(rules.costs.gate_fee_cny_t * MFEN_PER_CNY)
    return Plant(
        id=site.id,
        streams=site.accepts,
        quota_kg=max(0, site.daily_quota_kg - direct_kg) if site.daily_quota_kg else None,
        tip_s=site.service_s,
        windows=_open(site, hours, site.service_s),
        bays=site.bays,
        gate_fee=fee,
    )


def estimated_travel(sites: Sequence[Site]) -> dict[tuple[str, str], tuple[int, int]]:
    """Times and distances between depots, stations and plants without a road network (s, m).

    Straight line times a detour factor at town speed, and the way beyond a gateway.
    """
    ends = [s for s in sites if s.kind in {SiteKind.DEPOT, SiteKind.STATION, SiteKind.PLANT}]
    travel = {}
    for frm, to in product(ends, ends):
        if frm.id != to.id:
            metres = CIRCUITY * _straight_m(frm, to)
            travel[frm.id, to.id] = (
                round(metres * 3.6 / TOWN_KMH) + frm.access_s + to.access_s,
                round(metres) + frm.access_m + to.access_m,
            )
    return travel


def _straight_m(frm: Site, to: Site) -> float:
    """Great-circle distance [m] (haversine)."""
    lat1, lat2 = radians(frm.lat), radians(to.lat)
    half = (
        sin((lat2 - lat1) / 2) ** 2
        + cos(lat1) * cos(lat2) * sin(radians(to.lon - frm.lon) / 2) ** 2
    )
    return 2 * EARTH_M * asin(sqrt(half))


def haul_duties(problem: HaulProblem, plan: HaulPlan, rules: LabourRules) -> tuple[Duty, ...]:
    """A duty per tour of a truck, named by the truck, with the checks before and after the trip."""
    trucks = {truck.id: truck for truck in problem.trucks}
    return tuple(
        Duty(
            id=tour.truck,
            begin=tour.begin - rules.pre_trip_s,
            end=tour.end + rules.post_trip_s,
            depot=trucks[tour.truck].depot,
            shift=tour.truck.shift,
            licence=trucks[tour.truck].licence,
            crew=trucks[tour.truck].crew,
            skills=rules.skills(HAUL, trucks[tour.truck].type),
            outdoor=HAUL in rules.outdoor_operations,
        )
        for tour in plan.tours
    )


def brought_kg(problem: HaulProblem) -> int:
    """All waste in the yards this day."""
    return sum(total_kg(yard) for yard in problem.yards)
