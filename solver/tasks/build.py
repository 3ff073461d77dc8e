"""From a district on its ground to the routing problems of a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.district import Stream
from models.part import Part, TaskRef
from models.problem import (
    Dimension,
    DimensionKind,
    Meal,
    RoutingProblem,
    Spacing,
    Task,
    VehicleType,
)
from models.problem import Mode as ProblemMode
from models.solution import Reason
from models.units import MAX_TIME, MFEN_PER_CNY
from solver.roads.cache import Cache
from solver.roads.graph import Verdict
from solver.tasks.day import Day, Left, Note
from solver.tasks.fleet import Group, assign
from solver.tasks.modes import Crewed, Draft, components, crew, drafts, road_profile
from solver.tasks.points import point_jobs, stop_order
from solver.tasks.roads import Places, Roads
from solver.tasks.sites import facilities, far_plants, refills, stand, takes
from solver.tasks.streets import order_jobs, street_jobs
from solver.tasks.weather import stopped_by

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.district import District, Site
    from models.rules import Operation, RuleProfile
    from solver.tasks.ground import Ground
    from solver.tasks.jobs import Job

WASTE, WATER = "waste_kg", "water_l"


class Scene(NamedTuple):
    """What all parts of a day share."""

    district: District
    ground: Ground
    rules: RuleProfile
    roads: Roads
    station_capacity: Mapping[str, int]


class Drafted(NamedTuple):
    """A job with its modes, by vehicle type of the whole operation."""

    job: Job
    modes: list[Draft]

    @property
    def types(self) -> frozenset[int]:
        """Vehicle types that can do it in some mode."""
        return frozenset[int]().union(*(draft.types for draft in self.modes))


def build_parts(
    district: District,
    ground: Ground,
    rules: RuleProfile,
    day: date,
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str, float], None] | None = None,
    station_capacity: Mapping[str, int] | None = None,
    cache: Cache | None = None,
) -> Day:
    """All work of `day` as routing problems, and what none of them can hold, with the reason.

    `only` names the operations to plan (None: all of the profile). `station_capacity` limits what
    a site takes in a day [kg]. `progress` hears the operation and the share done. `cache` keeps
    what roads need long for between runs (None: nothing is kept).
    """
    names = [name for name in rules.operations if only is None or name in only]
    notes = list(ground.notes)
    left: list[Left] = []
    jobs: dict[str, list[Job]] = {}
    roads = Roads(ground.network, frozenset(ground.closures), cache or Cache(None))
    scene = Scene(district, ground, rules, roads, station_capacity or {})
    alike = _open_to_the_same(scene, names)
    for name in names:
        jobs[name] = []
        for job in _operation_jobs(scene, name, day, alike):
            cause = _weather(district, ground, rules, job)
            if cause:
                left.append(_left(job, Reason.WEATHER, cause))
            else:
                jobs[name].append(job)
    notes += _unknown_orders(district, rules)
    groups, odd = assign(district, rules, jobs)
    parts: list[Part] = []
    for number, name in enumerate(names):
        if progress is not None:
            progress(name, number / len(names))
        crews, idle = _crews(scene, [one for one in groups if one.operation == name])
        notes += idle
        notes += _unusable_sites(scene, name, crews)
        drafted, lost = _draft(jobs[name], crews, ground)
        left += lost
        waste_kg = sum(one.job.kg for one in drafted)
        far = far_plants(district.sites, rules.operations[name], waste_kg, scene.station_capacity)
        notes += _haul_only(name, far)
        sites = [site for site in district.sites if site.id not in far]
        parts += [_part(scene, name, members, crews, sites) for members in _split(drafted, crews)]
    return Day(
        parts=tuple(parts),
        left=tuple(left),
        notes=(*notes, *odd),
        groups=tuple(groups),
        routers=roads.routers,
    )


def _open_to_the_same(scene: Scene, operations: Sequence[str]) -> NDArray[np.int64]:
    """One number per set of the fleet's road profiles that may drive an arc (m,)."""
    kinds = {kind for name in operations for kind in scene.rules.operations[name].vehicle_types}
    found = np.zeros(scene.ground.network.num_arcs, np.int64)
    profiles = {
        profile.name: profile
        for vehicle in scene.district.vehicles
        if vehicle.type in kinds and vehicle.available
        for profile in [road_profile(scene.rules, vehicle.type, vehicle.overrides)]
    }
    for profile in profiles.values():
        found = 2 * found + (scene.roads.router(profile).graph.verdict == Verdict.FINE)
    return found


def _operation_jobs(
    scene: Scene, operation: str, day: date, alike: NDArray[np.int64]
) -> Iterator[Job]:
    """Jobs of an operation that are due: streets, points, orders."""
    district, ground, rules = scene.district, scene.ground, scene.rules
    yield from street_jobs(rules, operation, ground, day, alike)
    yield from point_jobs(rules, operation, ground, district.points, day)
    for order in district.orders:
        if order.operation != operation:
            continue
        if order.id in ground.orders:
            yield stop_order(rules, operation, ground, order)
        elif rules.operations[operation].street is not None:
            yield from order_jobs(rules, operation, ground, order, alike)


def _unknown_orders(district: District, rules: RuleProfile) -> Iterator[Note]:
    """Orders that no operation of the profile can take."""
    for order in district.orders:
        rule = rules.operations.get(order.operation)
        if rule is None or (order.lon is None and rule.street is None):
            yield Note(
                f"任务单 {order.id}:作业 {order.operation} 不存在,或不能在道路上进行",
                f"order {order.id}: no operation {order.operation}, or not one along a street",
            )


def _weather(district: District, ground: Ground, rules: RuleProfile, job: Job) -> str:
    """What in the weather stops the job."""
    bridge = any(bool(ground.network.bridge[arc]) for arcs in job.options for arc in arcs)
    return stopped_by(rules, job.operation, district.weather, bridge=bridge)


def _crews(scene: Scene, groups: Sequence[Group]) -> tuple[dict[int, Crewed], list[Note]]:
    """Vehicle types of an operation that can leave their depot, and notes on the others."""
    crews: dict[int, Crewed] = {}
    notes: list[Note] = []
    for number, group in enumerate(groups):
        profile = road_profile(scene.rules, group.catalogue, group.overrides)
        one = crew(scene.rules, group, profile, scene.roads.router(profile).graph.verdict)
        if one.drives((stand(scene.ground.sites[group.depot], [one]),)):
            crews[number] = one
            continue
        vehicles = ", ".join(group.vehicles)
        notes.append(Note(
            f"车辆 {vehicles} 无法驶离停车场 {group.depot}:道路太窄或限行",
            f"vehicles {vehicles} cannot leave depot {group.depot}: its road is too narrow, "
            "limited or cut off",
        ))  # fmt: skip
    return crews, notes


def _unusable_sites(scene: Scene, operation: str, crews: Mapping[int, Crewed]) -> Iterator[Note]:
    """Tips and water points that no vehicle of the operation can reach."""
    rule = scene.rules.operations[operation]
    for site in scene.district.sites:
        if not (takes(site, rule) or refills(site, rule)):
            continue
        arc = stand(scene.ground.sites[site.id], crews.values())
        if crews and not any(one.drives((arc,)) for one in crews.values()):
            yield Note(
                f"{operation}:没有车辆能到达 {site.id} {site.name}",
                f"{operation}: no vehicle can reach {site.id} {site.name}",
            )


def _haul_only(operation: str, far: frozenset[str]) -> Iterator[Note]:
    """Plants too far off to drive to with what was collected."""
    if far:
        plants = ", ".join(sorted(far))
        yield Note(
            f"{operation}:{plants} 路远,垃圾经转运站转运,收运车不直送",
            f"{operation}: waste for {plants}, far off, goes by way of stations",
        )


def _draft(
    jobs: Sequence[Job], crews: Mapping[int, Crewed], ground: Ground
) -> tuple[list[Drafted], list[Left]]:
    """Jobs with modes, and jobs without."""
    found: list[Drafted] = []
    left: list[Left] = []
    for job in jobs:
        modes, reason, detail = drafts(job, crews, ground.closures)
        if modes:
            found.append(Drafted(job, modes))
        else:
            left.append(_left(job, reason, detail))
    return found, left


def _split(drafted: Sequence[Drafted], crews: Mapping[int, Crewed]) -> list[list[Drafted]]:
    """Tasks and vehicle types that can meet, directly or by a gap between passes, stay together."""
    groups = [one.types for one in drafted]
    groups += [
        first.types | second.types
        for first, second in _passes(drafted)
        if not _apart(first, second)
    ]
    home = components(groups)
    parts: dict[int, list[Drafted]] = {}
    for one in drafted:
        parts.setdefault(home[min(one.types)], []).append(one)
    return [parts[key] for key in sorted(parts, key=lambda kind: crews[kind].hours)]


def _passes(drafted: Sequence[Drafted]) -> Iterator[tuple[Drafted, Drafted]]:
    """Passes of one kerb that need a gap: each with the one before it."""
    known = {(one.job.kerb, one.job.pass_number): one for one in drafted}
    for one in drafted:
        before = known.get((one.job.kerb, one.job.pass_number - 1))
        if one.job.min_gap_s and before is not None:
            yield before, one


def _apart(first: Drafted, second: Drafted) -> bool:
    """Whether windows alone keep the gap."""
    latest = max(draft.window[1] for draft in first.modes)
    earliest = min(draft.window[0] for draft in second.modes)
    return earliest - latest >= second.job.min_gap_s


def _part(
    scene: Scene,
    operation: str,
    members: Sequence[Drafted],
    all_crews: Mapping[int, Crewed],
    sites: Sequence[Site],
) -> Part:
    """One routing problem with its ground; it tips and refills at `sites`."""
    rule = scene.rules.operations[operation]
    kinds = sorted(frozenset[int]().union(*(one.types for one in members)))
    local = {kind: number for number, kind in enumerate(kinds)}
    crews = [all_crews[kind] for kind in kinds]
    profiles = list({one.profile.name: one.profile for one in crews}.values())
    dims = [WASTE] * bool(rule.tip_kinds or any(one.job.kg for one in members))
    dims += [WATER] * bool(rule.refill_kinds or any(one.job.litres for one in members))
    places = Places()
    stands = {site: stand(place, crews) for site, place in scene.ground.sites.items()}
    types = [
        _vehicle_type(
            scene.rules,
            one,
            dims,
            start=places.leave(stands[one.group.depot]),
            end=places.enter(stands[one.group.depot], to_end=True),
            profile=profiles.index(one.profile),
        )
        for one in crews
    ]
    tasks = [_task(one, local, len(kinds), dims, places) for one in members]
    stops = facilities(sites, rule, dims, crews, stands=stands, places=places)
    quotas = {site.id: site.daily_quota_kg for site in scene.district.sites if site.daily_quota_kg}
    limits = quotas | dict(scene.station_capacity)
    stops = [replace(one, daily_capacity=_limits(dims, limits.get(one.id))) for one in stops]
    row_arcs, col_arcs, col_to_end = places.columns()
    number = {(one.job.kerb, one.job.pass_number): i for i, one in enumerate(members)}
    problem = RoutingProblem(
        name=f"{operation} {'+'.join(dict.fromkeys(one.group.shift.id for one in crews))}",
        tasks=tuple(tasks),
        vehicle_types=tuple(_unique(types)),
        matrices=tuple(
            scene.roads.matrix(profile, row_arcs, col_arcs, col_to_end) for profile in profiles
        ),
        dimensions=tuple(_dimension(name, end_empty=bool(rule.tip_kinds)) for name in dims),
        facilities=tuple(stops),
        spacings=tuple(
            Spacing(
                first=number[first.job.kerb, first.job.pass_number],
                second=number[second.job.kerb, second.job.pass_number],
                min_gap=second.job.min_gap_s,
            )
            for first, second in _passes(members)
        ),
    )
    return Part(
        operation=operation,
        problem=problem,
        profiles=tuple(profiles),
        row_arcs=row_arcs,
        col_arcs=col_arcs,
        col_to_end=col_to_end,
        refs=tuple(
            replace(_ref(one.job, one.modes), stream=_stream(scene, rule, one.job))
            for one in members
        ),
        vehicles=tuple(one.group.vehicles for one in crews),
        shifts=tuple(one.group.shift.id for one in crews),
        catalogue=tuple(one.group.catalogue for one in crews),
        sites=tuple(one.id for one in stops),
        crew=tuple(one.group.crew for one in crews),
        licence=tuple(one.group.spec.licence for one in crews),
        depots=tuple(one.group.depot for one in crews),
        water_factor=tuple(one.water_factor for one in crews),
    )


def _dimension(name: str, *, end_empty: bool) -> Dimension:
    if name == WASTE:
        return Dimension(name=name, kind=DimensionKind.WASTE, end_empty=end_empty)
    return Dimension(name=name, kind=DimensionKind.WATER)


def _task(
    one: Drafted, local: Mapping[int, int], num_types: int, dims: Sequence[str], places: Places
) -> Task:
    """A job with places; where all types may use a mode, none is named."""
    job = one.job
    street = job.kind == "street"
    amounts = {WASTE: job.kg, WATER: job.litres}
    return Task(
        id=job.id,
        modes=tuple(
            ProblemMode(
                enter=places.enter(job.options[draft.option][0], to_end=not street),
                leave=places.leave(job.options[draft.option][-1]),
                duration=draft.duration,
                distance=job.length_m,
                cost=draft.cost,
                tw_early=draft.window[0],
                tw_late=draft.window[1],
                vehicle_types=frozenset()
                if len(draft.types) == num_types
                else frozenset(local[kind] for kind in draft.types),
            )
            for draft in one.modes
        ),
        demand=tuple(amounts[name] for name in dims),
    )


def _ref(job: Job, modes: Sequence[Draft]) -> TaskRef:
    """The job on the ground; a stop drives no arcs in service."""
    street = job.kind == "street"
    return TaskRef(
        kind=job.kind,
        name=job.name,
        object_id=job.object_id,
        mode_arcs=tuple(job.options[draft.option] if street else () for draft in modes),
        allowed_arcs=frozenset(arc for arcs in job.options for arc in arcs),
        length_m=job.length_m,
        area_m2=job.area_m2,
        cleaning_class=job.cleaning_class,
        pass_number=job.pass_number,
        lon=job.lon,
        lat=job.lat,
    )


def _stream(scene: Scene, rule: Operation, job: Job) -> Stream:
    """Waste of a point is its stream, of a work order what the operation collects."""
    if job.kind == "street" or rule.points is None:
        return Stream.SWEEPINGS
    own = (point.stream for point in scene.district.points if point.id == job.object_id)
    return next(own, rule.points.streams[0])


def _left(job: Job, reason: Reason, detail: str) -> Left:
    return Left(
        task=job.id, operation=job.operation, ref=_ref(job, ()), reason=reason, detail=detail,
        kg=job.kg, litres=job.litres,
    )  # fmt: skip


def _vehicle_type(
    rules: RuleProfile, one: Crewed, dims: Sequence[str], *, start: int, end: int, profile: int
) -> VehicleType:
    """A group as vehicle type: shift, hours, capacities and money."""
    labour, costs, group, spec = rules.labour, rules.costs, one.group, one.group.spec
    check_s = round(60 * (labour.pre_trip_min + labour.post_trip_min))
    tank = group.number("water_l", spec.water_l) / one.water_factor
    capacity = {WASTE: round(group.number("waste_kg", spec.waste_kg)), WATER: int(tank)}
    hours = min(round(3600 * labour.day_h), group.shift.end - group.shift.begin)
    per_h = costs.driver_cny_h + costs.helper_cny_h * (group.crew - 1)
    per_s = round(per_h * MFEN_PER_CNY / 3600)
    diesel = spec.fuel_l_100km / 100 * costs.diesel_cny_l
    per_km = spec.maintenance_cny_km + diesel + spec.kwh_km * costs.electricity_cny_kwh
    return VehicleType(
        id=f"{group.catalogue}/{group.depot}/{group.shift.id}",
        capacity=tuple(capacity[dim] for dim in dims),
        start=start,
        end=end,
        num_available=len(group.vehicles),
        profile=profile,
        tw_early=one.hours[0],
        tw_late=one.hours[1],
        max_duration=max(0, hours - check_s),
        max_overtime=group.overtime_s,
        max_work=round(3600 * labour.driving_h),
        rest_duration=round(60 * labour.rest_min),
        meal=_meal(rules, group),
        fixed_cost=round(spec.fixed_cny_day * MFEN_PER_CNY),
        cost_per_m=round(per_km * MFEN_PER_CNY / 1000),
        cost_per_s=per_s,
        cost_per_overtime_s=round(per_s * (labour.overtime_factor - 1)),
    )


def _unique(types: Sequence[VehicleType]) -> list[VehicleType]:
    """Types with ids of their own: groups that differ by overrides get a number."""
    seen: Counter[str] = Counter()
    found: list[VehicleType] = []
    for one in types:
        seen[one.id] += 1
        found.append(one if seen[one.id] == 1 else replace(one, id=f"{one.id}/{seen[one.id]}"))
    return found


def _limits(dims: Sequence[str], capacity_kg: int | None) -> tuple[int, ...]:
    """Daily capacity per dimension; empty when there is none."""
    if capacity_kg is None:
        return ()
    return tuple(capacity_kg if name == WASTE else MAX_TIME for name in dims)


def _meal(rules: RuleProfile, group: Group) -> Meal | None:
    """The meal of the shift, if it has one."""
    if group.shift.meal is None or not rules.labour.meal_min:
        return None
    early, late = group.shift.meal
    return Meal(duration=round(60 * rules.labour.meal_min), tw_early=early, tw_late=late)
