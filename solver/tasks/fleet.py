"""Who does what in which shift: vehicles shared between operations, alike ones grouped.

A vehicle that may do several operations is given to one of them per shift, haul among them:
vehicle-shifts with the fewest choices first, each to the operation of which the largest share of
work in its hours has nobody yet. Of shifts of one vehicle that overlap, one is worked. Work is
counted in vehicle seconds: service, and a round trip per tank, hopper and haul load.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from models.day import Note
from models.district import SiteKind
from models.units import DAY
from solver.trade.cadence import Slot
from solver.trade.vehicles import (
    HAUL,
    driving_hours,
    fleet,
    haulers,
    overlap,
    overtime_s,
    rates,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.district import District, ShiftPattern, Window
    from models.trade.rules import RuleProfile
    from models.truck import Truck
    from solver.tasks.jobs import Job

    Work = Mapping[str, Mapping[tuple[Slot, ...], float]]

MIN_OVERLAP_S = 1_800
"""A shift takes part in work only if it covers so many seconds, or half, of its hours (chosen: half
an hour)."""
ROUND_TRIP_S = 1_800
"""The way to a water point, tip or plant and back with the stay there takes so many seconds, for
sharing only; the way beyond a plant's gateway comes on top (memory: a guess)."""
ANY_HOUR = (Slot(-86_400, 3 * 86_400, finish=False),)
"""Haul has no hours of its own: stations and plants have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Equal vehicles in one shift at one operation; they become one vehicle type.

    `truck` is the first of them and stands for all. All of them have the same other duties this
    day, `duties` in all.
    """

    operation: str
    truck: Truck
    shift: ShiftPattern
    vehicles: tuple[str, ...]
    overtime_s: int
    duties: int


class OnDuty(NamedTuple):
    """One vehicle with all its numbers, in one shift."""

    truck: Truck
    shift: ShiftPattern


class Dealt(NamedTuple):
    """Who does what: groups of vehicles per operation, vehicles that haul, what was odd."""

    groups: tuple[Group, ...]
    haul: tuple[OnDuty, ...]
    notes: tuple[Note, ...]


def assign(district: District, rules: RuleProfile, jobs: Mapping[str, list[Job]]) -> Dealt:
    """Deal the vehicles on duty to the operations that have jobs, and to the haul."""
    work = {name: _workload(rules, name, found) for name, found in jobs.items() if found}
    work[HAUL] = {ANY_HOUR: _haul_s(district, rules, jobs)}
    trucks = fleet(district, rules)
    dealt = list(_deal(rules, trucks, work))
    members: dict[tuple[object, ...], list[OnDuty]] = defaultdict(list)
    days: dict[str, frozenset[tuple[str, str, int]]] = {
        truck.id: frozenset(
            (name, duty.shift.id, overtime_s(rules.labour, truck, duty.shift))
            for duty, name in dealt
            if duty.truck.id == truck.id
        )
        for truck in trucks
    }
    for duty, name in dealt:
        alike = (duty.truck.numbers, rates(duty.truck, rules), days[duty.truck.id])
        members[name, duty.shift.id, *alike].append(duty)
    order = {truck.id: number for number, truck in enumerate(trucks)}
    hauling = [duty for duty, name in dealt if name == HAUL]
    groups = [
        Group(
            operation=str(key[0]),
            truck=alike[0].truck,
            shift=alike[0].shift,
            vehicles=tuple(duty.truck.id for duty in alike),
            overtime_s=overtime_s(rules.labour, alike[0].truck, alike[0].shift),
            duties=len(days[alike[0].truck.id]),
        )
        for key, alike in members.items()
        if key[0] != HAUL
    ]
    return Dealt(
        groups=tuple(
            sorted(groups, key=lambda one: (one.operation, one.shift.begin, one.vehicles))
        ),
        haul=tuple(sorted(hauling, key=lambda duty: (order[duty.truck.id], duty.shift.begin))),
        notes=tuple(_idle(district, rules, trucks, {duty.truck.id for duty, _ in dealt})),
    )


def _deal(rules: RuleProfile, trucks: Sequence[Truck], work: Work) -> Iterator[tuple[OnDuty, str]]:
    """Every vehicle-shift that has work, with its operation, fewest choices first."""
    choices = {
        (truck.id, shift.id): _choices(truck, driving_hours(rules.labour, shift), work)
        for truck in trucks
        for shift in truck.shifts
    }
    waiting = [OnDuty(truck, shift) for truck in trucks for shift in truck.shifts]
    waiting.sort(
        key=lambda one: (len(choices[one.truck.id, one.shift.id]), one.truck.id, one.shift.id)
    )
    left = {name: dict(loads) for name, loads in work.items()}
    dealt: list[tuple[OnDuty, str]] = []
    idle: list[OnDuty] = []
    while waiting:
        rivals = [
            one
            for one in waiting
            if one.truck.id == waiting[0].truck.id and overlap(one.shift, waiting[0].shift)
        ]
        open_to = [(one, name) for one in rivals for name in choices[one.truck.id, one.shift.id]]
        if not open_to:
            idle.append(waiting.pop(0))
            continue
        best, name = max(
            open_to,
            key=lambda pair: _open_share(
                work[pair[1]], left[pair[1]], driving_hours(rules.labour, pair[0].shift)
            ),
        )
        _take(left[name], driving_hours(rules.labour, best.shift))
        dealt.append((best, name))
        waiting = [
            one
            for one in waiting
            if one.truck.id != best.truck.id or not overlap(one.shift, best.shift)
        ]
    yield from dealt
    yield from _last_resorts(rules, idle, dealt, work)


def _last_resorts(
    rules: RuleProfile, idle: Sequence[OnDuty], dealt: Sequence[tuple[OnDuty, str]], work: Work
) -> Iterator[tuple[OnDuty, str]]:
    """Idle vehicle-shifts for work that nobody meets, however short they are there in its hours."""
    met = [(name, driving_hours(rules.labour, duty.shift)) for duty, name in dealt]
    alone = {
        name: [
            slots
            for slots in loads
            if not any(_shared(slots, hours) for other, hours in met if other == name)
        ]
        for name, loads in work.items()
    }
    taken = [duty for duty, _ in dealt]
    for duty in idle:
        hours = driving_hours(rules.labour, duty.shift)
        free = not any(
            one.truck.id == duty.truck.id and overlap(one.shift, duty.shift) for one in taken
        )
        names = [
            name
            for name in (work if free else ())
            if name in duty.truck.operations and any(_shared(slots, hours) for slots in alone[name])
        ]
        if names:
            taken.append(duty)
            yield duty, names[0]


def _choices(truck: Truck, hours: Window, work: Work) -> list[str]:
    """Operations that the vehicle may do and that have work in these hours."""
    return [
        name
        for name in work
        if name in truck.operations and any(_overlap(slots, hours) for slots in work[name])
    ]


def _idle(
    district: District, rules: RuleProfile, trucks: Sequence[Truck], busy: set[str]
) -> Iterator[Note]:
    """Vehicles on duty that nothing could be given to, and why."""
    known = {truck.id: truck for truck in trucks}
    for vehicle in district.vehicles:
        if not vehicle.available or vehicle.id in busy:
            continue
        if vehicle.type not in rules.vehicles:
            yield Note(
                f"车辆 {vehicle.id} 的车型 {vehicle.type} 不在规则文件中,未参加计划",
                f"vehicle {vehicle.id}: type {vehicle.type} is not in the rule profile; left out",
            )
        elif vehicle.operations and not known[vehicle.id].operations:
            listed = ", ".join(vehicle.operations)
            yield Note(
                f"车辆 {vehicle.id}({vehicle.type})的车型不能从事表中所列作业:{listed};未参加计划",
                f"vehicle {vehicle.id} ({vehicle.type}): its type does none of the operations its "
                f"row names ({listed}); left out",
            )
        else:
            yield Note(
                f"车辆 {vehicle.id}({vehicle.type})当日无适合的作业",
                f"vehicle {vehicle.id} ({vehicle.type}) has no work of its kind in its shifts",
            )


def _haul_s(district: District, rules: RuleProfile, jobs: Mapping[str, list[Job]]) -> float:
    """Vehicle seconds of haul for the waste that may be tipped at stations."""
    kg = sum(
        job.kg
        for name, found in jobs.items()
        if SiteKind.STATION in rules.operations[name].tip_kinds
        for job in found
    )
    plants = [site for site in district.sites if site.kind == SiteKind.PLANT]
    trucks = haulers(district, rules)
    if not plants or not trucks or not any(s.kind == SiteKind.STATION for s in district.sites):
        return 0.0
    payload = sum(truck.waste_kg for truck in trucks) / len(trucks)
    trip = ROUND_TRIP_S + 2 * sum(plant.access_s for plant in plants) / len(plants)
    return kg / payload * trip


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


def _overlap(slots: Sequence[Slot], hours: Window) -> int:
    """Seconds of the hours that lie in the slots; 0 when too few to come for."""
    shared = _shared(slots, hours)
    first_day = [slot for slot in slots if slot.early < slots[0].early + DAY]
    whole = sum(slot.late - slot.early for slot in first_day)
    return shared if shared >= min(MIN_OVERLAP_S, whole / 2) else 0


def _shared(slots: Sequence[Slot], hours: Window) -> int:
    """Seconds of the hours that lie in the slots."""
    return sum(max(0, min(slot.late, hours[1]) - max(slot.early, hours[0])) for slot in slots)


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
