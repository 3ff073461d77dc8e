"""Vehicles: their effective numbers, hours and price, and who may do what.

A row's own number counts, else the catalogue's; nobody else sees the two apart. The price of a
vehicle has one meaning for routes, haul and the choice of sites.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from models.district import Vehicle
from models.problem import Meal
from models.truck import Truck
from models.units import MFEN_PER_CNY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.district import District, ShiftPattern, Window
    from models.network import Profile
    from models.trade.rules import Costs, Labour, RuleProfile, VehicleSpec
    from models.trade.work import StreetWork

HAUL = "haul"
"""The operation between stations and plants; it has no table in a rule profile."""
SIZES = {
    "width_m": "width_m", "height_m": "height_m", "weight_t": "weight_t",
    "drive_speed_kmh": "max_speed_kmh",
}  # fmt: skip
"""Columns of a vehicle's row that change its road profile, and the profile's field for each."""


class Rates(NamedTuple):
    """What a vehicle costs [mfen]: a metre, a second, what overtime adds, a shift, a day out."""

    per_m: int
    per_s: int
    per_overtime_s: int
    per_shift: int
    per_day: int
    """Once for all shifts of the day."""


class Energy(NamedTuple):
    """Energy of some driving and work, with what it costs and emits."""

    diesel_l: float
    electricity_kwh: float
    co2_kg: float
    cny: float


def fleet(district: District, rules: RuleProfile) -> tuple[Truck, ...]:
    """The available vehicles whose types the profile knows, in the district's order."""
    return tuple(
        truck_of(vehicle, rules, district.shifts)
        for vehicle in district.vehicles
        if vehicle.available and vehicle.type in rules.vehicles
    )


def truck_of(vehicle: Vehicle, rules: RuleProfile, shifts: Iterable[ShiftPattern]) -> Truck:
    """The vehicle of a row: what the row leaves out is its type's; `shifts` are the district's."""
    spec, own = rules.vehicles[vehicle.type], vehicle.overrides
    patterns = {shift.id: shift for shift in shifts}
    waste_kg = round(own.get("waste_kg", spec.waste_kg))
    return Truck(
        id=vehicle.id,
        type=vehicle.type,
        depot=vehicle.depot,
        shifts=tuple(patterns[name] for name in vehicle.shifts),
        operations=operations_of(vehicle, rules, waste_kg=waste_kg),
        profile=road_profile(vehicle, rules),
        waste_kg=waste_kg,
        chambers=tuple(
            (stream, kg * waste_kg // spec.waste_kg) for stream, kg in spec.chambers.items()
        ),
        water_l=round(own.get("water_l", spec.water_l)),
        work_speed_kmh=own.get("work_speed_kmh", spec.work_speed_kmh),
        l_per_min=own.get("l_per_min", spec.l_per_min),
        crew=round(own.get("crew", spec.crew)),
        licence=spec.licence,
        fixed_cny_day=own.get("fixed_cny_day", spec.fixed_cny_day),
        maintenance_cny_km=spec.maintenance_cny_km,
        fuel_l_100km=spec.fuel_l_100km,
        fuel_l_work_h=spec.fuel_l_work_h,
        kwh_km=spec.kwh_km,
        kwh_work_h=spec.kwh_work_h,
    )


def operations_of(vehicle: Vehicle, rules: RuleProfile, *, waste_kg: int) -> tuple[str, ...]:
    """Operations the vehicle may do: those of its type that its row names, or the usual ones.

    It hauls if its row says so, or if the row names nothing and no operation uses its type; and
    only if it can carry waste.
    """
    own = [name for name, rule in rules.operations.items() if vehicle.type in rule.vehicle_types]
    hauls = HAUL in vehicle.operations or not (vehicle.operations or own)
    return (*_works(vehicle, rules), *([HAUL] if hauls and waste_kg else []))


def _works(vehicle: Vehicle, rules: RuleProfile) -> list[str]:
    """What a row names of its type's operations; of an empty cell all but the optional ones.

    A type that has optional work alone does it.
    """
    own = [name for name, rule in rules.operations.items() if vehicle.type in rule.vehicle_types]
    if vehicle.operations:
        return [name for name in own if name in vehicle.operations]
    return [name for name in own if not rules.operations[name].optional] or own


def practised(rules: RuleProfile, vehicles: Iterable[Vehicle]) -> RuleProfile:
    """The profile as the bureau lives by it: without optional operations that no vehicle does.

    Points that only such work looks after go back to the operations that leave them to it.
    """
    does = {name for vehicle in vehicles for name in _works(vehicle, rules)}
    done = {n: rule for n, rule in rules.operations.items() if not rule.optional or n in does}
    cared = {kind for rule in done.values() if rule.points for kind in rule.points.kinds}
    for name, rule in done.items():
        if rule.points is not None and not cared.issuperset(rule.points.except_kinds):
            left = tuple(kind for kind in rule.points.except_kinds if kind in cared)
            points = rule.points.model_copy(update={"except_kinds": left})
            done[name] = rule.model_copy(update={"points": points})
    return rules.model_copy(update={"operations": done})


def haulers(district: District, rules: RuleProfile) -> tuple[Truck, ...]:
    """The vehicles that may haul, whatever else they may do."""
    return tuple(truck for truck in fleet(district, rules) if HAUL in truck.operations)


def usual(district: District, rules: RuleProfile, operation: str) -> Truck:
    """The first vehicle of the commonest type that may do the operation, for estimates.

    Without any it is one of the first type of the catalogue that could.
    """
    able = [truck for truck in fleet(district, rules) if operation in truck.operations]
    counts = Counter(truck.type for truck in able)
    if counts:
        commonest = counts.most_common(1)[0][0]
        return next(truck for truck in able if truck.type == commonest)
    made = (
        truck_of(Vehicle(id=name, type=name, depot="", shifts=(), overrides={}), rules, ())
        for name in rules.vehicles
    )
    return next(truck for truck in made if operation in truck.operations)


def road_profile(vehicle: Vehicle, rules: RuleProfile) -> Profile:
    """Size and speed on the road; a row's own numbers give a profile of its own."""
    own = {SIZES[key]: value for key, value in vehicle.overrides.items() if key in SIZES}
    if "max_speed_kmh" in own:
        own["max_speed_kmh"] = round(own["max_speed_kmh"])
    base = rules.vehicles[vehicle.type].profile
    name = base + "".join(f" {key}={own[key]:g}" for key in sorted(own))
    return rules.profiles[base].to_profile(name, **own)


# ------------------------------------------------------------------------------------- hours


def driving_hours(labour: Labour, shift: ShiftPattern) -> Window:
    """Hours of a shift between check-out and hand-over [s]."""
    return (
        shift.begin + round(60 * labour.pre_trip_min),
        shift.end - round(60 * labour.post_trip_min),
    )


def meal(labour: Labour, shift: ShiftPattern) -> Meal | None:
    """The meal of a shift, if it has one: of whoever drives, a route or a haul tour."""
    if shift.meal is None or not labour.meal_min:
        return None
    early, late = shift.meal
    return Meal(duration=round(60 * labour.meal_min), tw_early=early, tw_late=late)


def normal_s(labour: Labour, shift: ShiftPattern) -> int:
    """How long a vehicle is out in a shift before overtime begins [s]: a day's hours at most."""
    checks = round(60 * (labour.pre_trip_min + labour.post_trip_min))
    return max(0, min(round(3600 * labour.day_h), shift.end - shift.begin) - checks)


def overtime_s(labour: Labour, truck: Truck, shift: ShiftPattern) -> int:
    """Overtime that does not run into the next shift the vehicle may work after this one [s]."""
    gaps = [other.begin - shift.end for other in truck.shifts if other.begin >= shift.end]
    return max(0, min([round(3600 * labour.overtime_day_h), *gaps]))


def overlap(one: ShiftPattern, other: ShiftPattern) -> bool:
    """Whether no vehicle can work both."""
    return one.begin < other.end and other.begin < one.end


# ------------------------------------------------------------------------------------- money


def work_speed_kmh(spec: Truck | VehicleSpec, street: StreetWork) -> float:
    """Speed at work along streets: the vehicle's own or the operation's, never above its limit."""
    return min(spec.work_speed_kmh or street.work_speed_kmh, street.max_work_speed_kmh)


def rates(truck: Truck, rules: RuleProfile) -> Rates:
    """What the vehicle costs, whatever it does.

    A metre: wear and energy of driving. A second: driver and helpers; overtime adds the profile's
    share of it. The vehicle's price buys its day with `fixed_per = "day"`, with "shift" a shift.
    """
    costs = rules.costs
    per_km = truck.maintenance_cny_km + drive_cny_km(costs, truck)
    per_h = costs.driver_cny_h + costs.helper_cny_h * (truck.crew - 1)
    per_s = round(per_h * MFEN_PER_CNY / 3_600)
    price = round(truck.fixed_cny_day * MFEN_PER_CNY)
    daily = costs.fixed_per == "day"
    return Rates(
        per_m=round(per_km * MFEN_PER_CNY / 1_000),
        per_s=per_s,
        per_overtime_s=round(per_s * (rules.labour.overtime_factor - 1)),
        per_shift=0 if daily else price,
        per_day=price if daily else 0,
    )


def drive_cny_km(costs: Costs, spec: Truck | VehicleSpec) -> float:
    """Energy of a kilometre driven [CNY]."""
    diesel = spec.fuel_l_100km / 100 * costs.diesel_cny_l
    return diesel + spec.kwh_km * costs.electricity_cny_kwh


def work_cny_h(costs: Costs, spec: Truck | VehicleSpec) -> float:
    """Energy of the working gear [CNY/h]."""
    return spec.fuel_l_work_h * costs.diesel_cny_l + spec.kwh_work_h * costs.electricity_cny_kwh


def energy(
    costs: Costs, spec: Truck | VehicleSpec, *, distance_m: float, service_s: float
) -> Energy:
    """Energy of a vehicle for driving and for its working gear."""
    diesel = spec.fuel_l_100km * distance_m / 100_000 + spec.fuel_l_work_h * service_s / 3600
    power = spec.kwh_km * distance_m / 1000 + spec.kwh_work_h * service_s / 3600
    return Energy(
        diesel_l=diesel,
        electricity_kwh=power,
        co2_kg=diesel * costs.diesel_co2_kg_l + power * costs.grid_co2_kg_kwh,
        cny=diesel * costs.diesel_cny_l + power * costs.electricity_cny_kwh,
    )
