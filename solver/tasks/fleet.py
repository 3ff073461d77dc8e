"""Who does what in which shift: vehicles shared between operations, alike ones grouped.

A vehicle that may do several operations is given to one of them per shift: vehicle-shifts with the
fewest choices first, each to the operation of which the largest share of work in its hours has
nobody yet. Work is counted in vehicle seconds: service, and a round trip per tank and hopper.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.day import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.district import District, ShiftPattern, Vehicle, Window
    from models.rules import RuleProfile, VehicleSpec
    from solver.tasks.jobs import Job, Slot

MIN_OVERLAP_S = 1_800
"""A shift takes part in work only if it covers this much, or half, of its hours."""
ROUND_TRIP_S = 1_800
"""Guess of the way to a water point or tip and back with the stay there, for sharing only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Equal vehicles in one shift at one operation; they become one vehicle type."""

    operation: str
    catalogue: str
    spec: VehicleSpec
    depot: str
    shift: ShiftPattern
    vehicles: tuple[str, ...]
    overrides: Mapping[str, float]
    overtime_s: int

    def number(self, key: str, default: float) -> float:
        """A number of the vehicle rows, else the catalogue's."""
        return self.overrides.get(key, default)

    @property
    def crew(self) -> int:
        """People on board, driver included."""
        return round(self.number("crew", self.spec.crew))


def assign(
    district: District, rules: RuleProfile, jobs: Mapping[str, list[Job]]
) -> tuple[list[Group], list[Note]]:
    """Groups of vehicles on duty per operation, and what was odd about the fleet."""
    work = {name: _workload(rules, name, found) for name, found in jobs.items() if found}
    duties, notes = _duties(district, rules, work)
    left = {name: dict(loads) for name, loads in work.items()}
    members: dict[tuple[object, ...], list[Vehicle]] = defaultdict(list)
    for vehicle, shift, choices in duties:
        if not choices:
            continue
        hours = _hours(rules, shift)
        name = max(choices, key=lambda op: _open_share(work[op], left[op], hours))
        _take(left[name], hours)
        overtime = _overtime_s(district, rules, vehicle, shift)
        extras = tuple(sorted(vehicle.overrides.items()))
        key = (name, vehicle.type, vehicle.depot, shift.id, extras, overtime)
        members[key].append(vehicle)
    shifts = {shift.id: shift for shift in district.shifts}
    groups = [
        Group(
            operation=str(key[0]),
            catalogue=alike[0].type,
            spec=rules.vehicles[alike[0].type],
            depot=alike[0].depot,
            shift=shifts[str(key[3])],
            vehicles=tuple(vehicle.id for vehicle in alike),
            overrides=dict(alike[0].overrides),
            overtime_s=_overtime_s(district, rules, alike[0], shifts[str(key[3])]),
        )
        for key, alike in members.items()
    ]
    return sorted(groups, key=lambda one: (one.operation, one.shift.begin, one.vehicles)), notes


def _duties(
    district: District, rules: RuleProfile, work: Mapping[str, Mapping[tuple[Slot, ...], float]]
) -> tuple[list[tuple[Vehicle, ShiftPattern, list[str]]], list[Note]]:
    """Every vehicle-shift with the operations it may do, fewest choices first."""
    shifts = {shift.id: shift for shift in district.shifts}
    found: list[tuple[Vehicle, ShiftPattern, list[str]]] = []
    notes: list[Note] = []
    for vehicle in district.vehicles:
        if not vehicle.available:
            continue
        if vehicle.type not in rules.vehicles:
            notes.append(Note(
                f"车辆 {vehicle.id} 的车型 {vehicle.type} 不在规则文件中,未参加计划",
                f"vehicle {vehicle.id}: type {vehicle.type} is not in the rule profile; left out",
            ))  # fmt: skip
            continue
        able = [
            name
            for name in work
            if vehicle.type in rules.operations[name].vehicle_types
            and (not vehicle.operations or name in vehicle.operations)
        ]
        busy = False
        for shift_id in vehicle.shifts:
            hours = _hours(rules, shifts[shift_id])
            choices = [name for name in able if any(_overlap(slots, hours) for slots in work[name])]
            busy |= bool(choices)
            found.append((vehicle, shifts[shift_id], choices))
        if not busy and not _hauls(vehicle, rules):
            notes.append(Note(
                f"车辆 {vehicle.id}({vehicle.type})当日无适合的作业",
                f"vehicle {vehicle.id} ({vehicle.type}) has no work of its kind in its shifts",
            ))  # fmt: skip
    return sorted(found, key=lambda duty: (len(duty[2]), duty[0].id, duty[1].id)), notes


def _hauls(vehicle: Vehicle, rules: RuleProfile) -> bool:
    """Whether it works between stations and plants (solver/stations), not on the streets."""
    types = {name for rule in rules.operations.values() for name in rule.vehicle_types}
    return "haul" in vehicle.operations or vehicle.type not in types


def _workload(
    rules: RuleProfile, operation: str, jobs: Iterable[Job]
) -> dict[tuple[Slot, ...], float]:
    """Vehicle seconds an operation needs, by the hours it may be done in."""
    rule = rules.operations[operation]
    specs = [rules.vehicles[name] for name in rule.vehicle_types]
    hopper = max(spec.waste_kg for spec in specs) or 1
    tank = max(spec.water_l for spec in specs) or 1
    found: dict[tuple[Slot, ...], float] = defaultdict(float)
    for job in jobs:
        seconds = job.service_s
        if seconds is None and rule.street is not None:
            seconds = round(3.6 * job.length_m / rule.street.work_speed_kmh)
        trips = job.kg / hopper * bool(rule.tip_kinds) + job.litres / tank * bool(rule.refill_kinds)
        found[job.slots] += (seconds or 0) + trips * ROUND_TRIP_S
    return dict(found)


def _hours(rules: RuleProfile, shift: ShiftPattern) -> Window:
    """Hours of a shift between check-out and hand-over [s]."""
    labour = rules.labour
    return (
        shift.begin + round(60 * labour.pre_trip_min),
        shift.end - round(60 * labour.post_trip_min),
    )


def _overlap(slots: Sequence[Slot], hours: Window) -> int:
    """Seconds of the hours that lie in the slots; 0 when too few to come for."""
    shared = sum(max(0, min(slot.late, hours[1]) - max(slot.early, hours[0])) for slot in slots)
    whole = sum(slot.late - slot.early for slot in slots)
    return shared if shared >= min(MIN_OVERLAP_S, whole / 2) else 0


def _open_share(
    work: Mapping[tuple[Slot, ...], float], left: Mapping[tuple[Slot, ...], float], hours: Window
) -> float:
    """Share of an operation's work in these hours that nobody has yet; below 0 when overmanned."""
    near = [slots for slots in work if _overlap(slots, hours)]
    total = sum(work[slots] for slots in near)
    return sum(left[slots] for slots in near) / total if total else -1e9


def _take(left: dict[tuple[Slot, ...], float], hours: Window) -> None:
    """Man an operation with one vehicle for these hours."""
    near = {slots: _overlap(slots, hours) for slots in left}
    weight = {slots: max(left[slots], 1.0) for slots, shared in near.items() if shared}
    total = sum(weight.values())
    for slots, part in weight.items():
        left[slots] -= near[slots] * part / total


def _overtime_s(
    district: District, rules: RuleProfile, vehicle: Vehicle, shift: ShiftPattern
) -> int:
    """Overtime that does not run into the vehicle's next shift [s]."""
    begins = [other.begin for other in district.shifts if other.id in vehicle.shifts]
    gaps = [begin - shift.end for begin in begins if begin > shift.begin]
    return max(0, min([round(3600 * rules.labour.overtime_day_h), *gaps]))
