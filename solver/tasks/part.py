"""One routing problem of the day, with its way back to the streets."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import cos, radians
from typing import TYPE_CHECKING, NamedTuple

from models.district import Stream
from models.ids import Headway
from models.network import EARTH_RADIUS_M
from models.part import Crew, Part, TaskRef
from models.problem import (
    Bundle,
    Dimension,
    DimensionKind,
    RoutingProblem,
    Spacing,
    Task,
    VehicleType,
)
from models.problem import Mode as ProblemMode
from models.units import MFEN_PER_CNY
from solver.loads import dealt, waste_by_dim
from solver.tasks.roads import Places
from solver.tasks.sites import facilities, stand
from solver.trade.vehicles import meal, normal_s, rates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.district import District, Site
    from models.network import Profile
    from models.problem import Facility
    from models.trade.rules import Costs, RuleProfile
    from models.trade.work import Operation
    from solver.tasks.ground import Ground
    from solver.tasks.jobs import Job
    from solver.tasks.modes import Crewed, Draft
    from solver.tasks.roads import Roads

WASTE, WATER = "waste_kg", "water_l"

EXTRA_PRIZE = 10_000 * MFEN_PER_CNY
"""A pass beyond the cadence that is left out counts so much [mfen]: more than a vehicle's day, so
that any free one does it, and less than the least work that is due (chosen)."""


class Scene(NamedTuple):
    """What all parts of a day share."""

    district: District
    ground: Ground
    rules: RuleProfile
    roads: Roads


class Drafted(NamedTuple):
    """A job with its modes, by vehicle type of the whole operation."""

    job: Job
    modes: list[Draft]

    @property
    def types(self) -> frozenset[int]:
        """Vehicle types that can do it in some mode."""
        return frozenset[int]().union(*(draft.types for draft in self.modes))


def passes(drafted: Sequence[Drafted]) -> Iterator[tuple[Drafted, Drafted]]:
    """Passes of one kerb that need a gap: each with the one before it."""
    known = {(one.job.kerb, one.job.pass_number): one for one in drafted}
    for one in drafted:
        before = known.get((one.job.kerb, one.job.pass_number - 1))
        if one.job.min_gap_s and before is not None:
            yield before, one


def build_part(
    scene: Scene,
    operation: str,
    members: Sequence[Drafted],
    all_crews: Mapping[int, Crewed],
    sites: Sequence[Site],
) -> Part:
    """The work `members` with the vehicle types that can do some of it, tipping at `sites`.

    `all_crews` are the vehicle types of the whole operation, by the numbers the modes name them.
    """
    kinds = sorted(frozenset[int]().union(*(one.types for one in members)))
    crews = {kind: all_crews[kind] for kind in kinds}
    profiles = list({one.profile.name: one.profile for one in crews.values()}.values())
    places = Places()
    problem = _problem(
        scene, operation, members, crews, profiles=profiles, sites=sites, places=places
    )
    row_arcs, col_arcs, col_to_end = places.columns()
    rule = scene.rules.operations[operation]
    return Part(
        operation=operation,
        problem=problem,
        profiles=tuple(profiles),
        row_arcs=row_arcs,
        col_arcs=col_arcs,
        col_to_end=col_to_end,
        refs=tuple(
            replace(task_ref(one.job, one.modes), stream=stream_of(scene, rule, one.job))
            for one in members
        ),
        crews=tuple(_crew(one) for one in crews.values()),
        sites=tuple(one.id for one in problem.facilities),
    )


def _crew(one: Crewed) -> Crew:
    group = one.group
    return Crew(
        vehicles=group.vehicles,
        shift=group.shift.id,
        catalogue=group.truck.type,
        depot=group.truck.depot,
        people=group.truck.crew,
        licence=group.truck.licence,
        water_factor=one.water_factor,
    )


def _problem(
    scene: Scene,
    operation: str,
    members: Sequence[Drafted],
    crews: Mapping[int, Crewed],
    *,
    profiles: Sequence[Profile],
    sites: Sequence[Site],
    places: Places,
) -> RoutingProblem:
    """The routing problem; `places` learns its rows and columns in the order they are named."""
    rule = scene.rules.operations[operation]
    dims = list(_dimensions(rule, members))
    stands = {site: stand(place, crews.values()) for site, place in scene.ground.sites.items()}
    types = [
        _vehicle_type(
            scene.rules,
            one,
            dims,
            start=places.leave(stands[one.group.truck.depot]),
            end=places.enter(stands[one.group.truck.depot], to_end=True),
            profile=profiles.index(one.profile),
        )
        for one in crews.values()
    ]
    local = {kind: number for number, kind in enumerate(crews)}
    costs = scene.rules.costs
    tasks = [
        _task(
            one,
            local,
            _demand(one.job, stream_of(scene, rule, one.job), dims),
            places=places,
            belongs=bundles(costs, one.job),
        )
        for one in members
    ]
    stops = facilities(sites, rule, dims, list(crews.values()), stands=stands, places=places)
    row_arcs, col_arcs, col_to_end = places.columns()
    shifts = dict.fromkeys(one.group.shift.id for one in crews.values())
    return RoutingProblem(
        name=f"{operation} {'+'.join(shifts)}",
        tasks=tuple(tasks),
        vehicle_types=tuple(_unique(types)),
        matrices=tuple(
            scene.roads.matrix(profile, row_arcs, col_arcs, col_to_end) for profile in profiles
        ),
        dimensions=tuple(dims),
        facilities=tuple(_limited(sites, stops, waste_by_dim(dims, tasks))),
        spacings=tuple(_spacings(members)),
    )


def _limited(
    sites: Sequence[Site], stops: Sequence[Facility], waste: Sequence[int | None]
) -> Iterator[Facility]:
    """Facilities that take no more in a day than their quota; the balance limits stations.

    `waste` is the day's waste by dimension [kg], None where a dimension is no waste.
    """
    limits = {site.id: site.daily_quota_kg for site in sites if site.daily_quota_kg}
    for one in stops:
        limit = limits.get(one.id)
        yield replace(one, daily_capacity=() if limit is None else dealt(limit, waste, one.resets))


def _spacings(members: Sequence[Drafted]) -> Iterator[Spacing]:
    """The gaps between passes of one kerb."""
    number = {(one.job.kerb, one.job.pass_number): i for i, one in enumerate(members)}
    for first, second in passes(members):
        yield Spacing(
            first=number[first.job.kerb, first.job.pass_number],
            second=number[second.job.kerb, second.job.pass_number],
            min_gap=second.job.min_gap_s,
        )


def _dimensions(rule: Operation, members: Sequence[Drafted]) -> Iterator[Dimension]:
    """Loads of an operation's vehicles: waste, one for each of several streams, and water."""
    if rule.tip_kinds or any(one.job.kg for one in members):
        for stream in rule.carried or ("",):
            name = f"{WASTE} {stream}" if len(rule.carried) > 1 else WASTE
            yield Dimension(
                name=name, kind=DimensionKind.WASTE, end_empty=bool(rule.tip_kinds), stream=stream
            )
    if rule.refill_kinds or any(one.job.litres for one in members):
        yield Dimension(name=WATER, kind=DimensionKind.WATER)


def _demand(job: Job, stream: Stream, dims: Sequence[Dimension]) -> tuple[int, ...]:
    """What a job adds to each load: its waste to the chamber of its stream alone."""
    waste = [number for number, dim in enumerate(dims) if dim.kind == DimensionKind.WASTE]
    own = [number for number in waste if dims[number].stream == stream] or waste[:1]
    amounts = {DimensionKind.WASTE: job.kg, DimensionKind.WATER: job.litres}
    return tuple(
        amounts[dim.kind] if number in own or number not in waste else 0
        for number, dim in enumerate(dims)
    )


def bundles(costs: Costs, job: Job) -> tuple[Bundle, ...]:
    """What a job belongs to: its street, and its section where it is one lane; a stop its area."""
    if job.kind != "street":
        return area_of(costs, job)
    street = Bundle(
        id=job.name or f"way {job.object_id}",
        per_route=round(costs.street_vehicle_cny * MFEN_PER_CNY),
        per_run=round(costs.street_begin_cny * MFEN_PER_CNY),
    )
    section = Bundle(
        id=str(job.id._replace(lane=0)),
        per_route=round(costs.section_vehicle_cny * MFEN_PER_CNY) if job.id.lane else 0,
    )
    return tuple(one for one in (street, section) if one.per_route or one.per_run)


def area_of(costs: Costs, job: Job) -> tuple[Bundle, ...]:
    """The square of the town that a stop lies in, where vehicles in it count."""
    if not (costs.area_m and costs.area_vehicle_cny):
        return ()
    east, north = square_of(job.lon, job.lat, costs.area_m)
    price = round(costs.area_vehicle_cny * MFEN_PER_CNY)
    return (Bundle(id=f"area {east} {north}", per_route=price),)


def square_of(lon: float, lat: float, side_m: float) -> tuple[int, int]:
    """The square of the town that a place lies in, by its number to the east and to the north."""
    north = radians(1) * EARTH_RADIUS_M
    east = north * cos(radians(int(lat)))  # one for a town, so that squares meet
    return int(lon * east // side_m), int(lat * north // side_m)


def _task(
    one: Drafted,
    local: Mapping[int, int],
    demand: tuple[int, ...],
    *,
    places: Places,
    belongs: tuple[Bundle, ...],
) -> Task:
    """A job with places; where all types may use a mode, none is named."""
    job = one.job
    street = job.kind == "street"
    return Task(
        id=str(job.id),
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
                if len(draft.types) == len(local)
                else frozenset(local[kind] for kind in draft.types),
            )
            for draft in one.modes
        ),
        demand=demand,
        prize=EXTRA_PRIZE if job.optional else None,
        bundles=belongs,
        headway=Headway(str(job.kerb), job.pass_number, job.headway_s)
        if job.headway_s >= 0
        else None,
    )


def task_ref(job: Job, modes: Sequence[Draft]) -> TaskRef:
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
        operator=job.operator,
        row_hours=job.row_hours,
        lon=job.lon,
        lat=job.lat,
    )


def stream_of(scene: Scene, rule: Operation, job: Job) -> Stream:
    """Waste of a point is its stream, of a work order what the operation collects."""
    if job.kind == "street" or rule.points is None:
        return Stream.SWEEPINGS
    own = (point.stream for point in scene.district.points if point.id == job.object_id)
    return next(own, rule.points.streams[0])


def _vehicle_type(
    rules: RuleProfile,
    one: Crewed,
    dims: Sequence[Dimension],
    *,
    start: int,
    end: int,
    profile: int,
) -> VehicleType:
    """A group as vehicle type: shift, hours, capacities and money."""
    labour, group, truck = rules.labour, one.group, one.group.truck
    water_l = int(truck.water_l / one.water_factor)
    chambers = dict(truck.chambers)
    price = rates(truck, rules)
    shared = group.duties > 1 and price.per_day > 0
    return VehicleType(
        id=f"{truck.type}/{truck.depot}/{group.shift.id}",
        capacity=tuple(
            water_l if dim.kind == DimensionKind.WATER else chambers.get(dim.stream, truck.waste_kg)
            for dim in dims
        ),
        start=start,
        end=end,
        num_available=len(group.vehicles),
        profile=profile,
        tw_early=one.hours[0],
        tw_late=one.hours[1],
        max_duration=normal_s(labour, group.shift),
        max_overtime=group.overtime_s,
        max_work=round(3600 * labour.driving_h),
        rest_duration=round(60 * labour.rest_min),
        meal=meal(rules.labour, group.shift),
        fixed_cost=price.per_shift + (0 if shared else price.per_day),
        day=group.vehicles[0] if shared else "",
        day_cost=price.per_day if shared else 0,
        cost_per_m=price.per_m,
        cost_per_s=price.per_s,
        paid_s=round(3600 * labour.guaranteed_h),
        even_s=round(3600 * rules.costs.even_h),
        cost_per_uneven_s=round(rules.costs.uneven_cny_h * MFEN_PER_CNY / 3600),
        cost_per_overtime_s=price.per_overtime_s,
    )


def _unique(types: Sequence[VehicleType]) -> list[VehicleType]:
    """Types with ids of their own: groups that differ by overrides get a number."""
    seen: Counter[str] = Counter()
    found: list[VehicleType] = []
    for one in types:
        seen[one.id] += 1
        found.append(one if seen[one.id] == 1 else replace(one, id=f"{one.id}/{seen[one.id]}"))
    return found
