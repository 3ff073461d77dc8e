"""From a district on its ground to the routing problems of a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.day import Note
from models.solution import Reason
from solver.roads.cache import Cache
from solver.roads.graph import Verdict
from solver.tasks.day import Day, Left
from solver.tasks.fleet import Group, assign
from solver.tasks.modes import Crewed, components, crew, drafts
from solver.tasks.nobody import absent, nobodys_work
from solver.tasks.obstacles import Obstacles, closed, too_far
from solver.tasks.part import Drafted, Scene, build_part, passes, stream_of, task_ref
from solver.tasks.points import point_jobs, stop_order
from solver.tasks.roads import Roads
from solver.tasks.rota import with_extra_pass
from solver.tasks.sites import stand
from solver.tasks.streets import all_passes, order_jobs, street_jobs
from solver.trade.cadence import banned_hours
from solver.trade.headway import extra_pass
from solver.trade.hours import gate
from solver.trade.season import rules_in_season
from solver.trade.sites import far_plants, refills
from solver.trade.streams import takes
from solver.trade.vehicles import driving_hours, fleet
from solver.trade.weather import stopped_by

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.district import District, Window
    from models.ids import TaskId
    from models.part import Part
    from models.trade.rules import RuleProfile
    from models.trade.work import Operation
    from solver.tasks.ground import Ground
    from solver.tasks.jobs import Job
    from solver.tasks.rota import Unit


def build_parts(
    district: District,
    ground: Ground,
    rules: RuleProfile,
    day: date,
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str, float], None] | None = None,
    cache: Cache | None = None,
) -> Day:
    """All work of `day` as routing problems, and what none of them can hold, with the reason.

    `only` names the operations to plan (None: all of the profile). `progress` hears the operation
    and the share done. `cache` keeps what roads need long for between runs (None: nothing).
    """
    rules = rules_in_season(rules, day)
    names = [name for name in rules.operations if only is None or name in only]
    notes = [*ground.notes, *absent(district, day)]
    left: list[Left] = []
    jobs: dict[str, list[Job]] = {}
    roads = Roads(ground.network, frozenset(ground.closures), cache or Cache(None))
    scene = Scene(district, ground, rules, roads)
    alike = _open_to_the_same(scene, names)
    for name in names:
        jobs[name] = []
        for job in _operation_jobs(scene, name, day, alike):
            cause = _weather(district, ground, rules, job)
            if cause is None:
                jobs[name].append(job)
            elif not job.optional:
                left.append(_left(scene, job, Reason.WEATHER, cause))
    if only is None:
        left += nobodys_work(district, rules)
    notes += _beyond(rules, jobs)
    dealt = assign(district, rules, jobs)
    parts: list[Part] = []
    for number, name in enumerate(names):
        if progress is not None:
            progress(name, number / len(names))
        crews, idle = _crews(scene, [one for one in dealt.groups if one.operation == name])
        notes += idle
        notes += _unusable_sites(scene, name, crews)
        drafted, lost = _draft(scene, jobs[name], crews)
        left += lost
        waste_kg = sum(one.job.kg for one in drafted)
        far = far_plants(district.sites, rules.operations[name], waste_kg, rules.stations)
        notes += _haul_only(rules.operations[name], far) if drafted else ()
        sites = [site for site in district.sites if site.id not in far]
        parts += [
            build_part(scene, name, members, crews, sites) for members in _split(drafted, crews)
        ]
    return Day(
        parts=tuple(parts),
        left=tuple(left),
        notes=(*notes, *dealt.notes),
        groups=dealt.groups,
        haul=dealt.haul,
        routers=roads.routers,
    )


def _open_to_the_same(scene: Scene, operations: Sequence[str]) -> NDArray[np.int64]:
    """One number per set of the fleet's road profiles that may drive an arc (m,)."""
    found = np.zeros(scene.ground.network.num_arcs, np.int64)
    profiles = {
        truck.profile.name: truck.profile
        for truck in fleet(scene.district, scene.rules)
        if not set(operations).isdisjoint(truck.operations)
    }
    for profile in profiles.values():
        found = 2 * found + (scene.roads.router(profile).graph.verdict == Verdict.FINE)
    return found


def _operation_jobs(
    scene: Scene, operation: str, day: date, alike: NDArray[np.int64]
) -> Iterator[Job]:
    """Jobs of an operation that are due: streets, points, orders."""
    district, ground, rules = scene.district, scene.ground, scene.rules

    def due(unit: Unit) -> bool:
        return unit.due(day, district.calendar)

    def extra(units: Sequence[Unit]) -> Sequence[Unit]:
        asked = 0 if district.calendar is None else district.calendar.asked_m.get(operation, 0)
        today = [unit for unit in units if due(unit)]
        open_m = asked - sum(unit.work_m * len(unit.cadence.passes) for unit in today)
        if open_m <= 0:
            return ()
        done = {unit.id for unit in today}
        able = _with_time(rules, operation, units, done)
        return with_extra_pass(ground.network, able, done, open_m, day)

    yield from street_jobs(rules, operation, ground, alike, due, extra=extra)
    yield from point_jobs(rules, operation, ground, district.points, due)
    for order in district.orders:
        if order.operation != operation:
            continue
        if order.id in ground.orders:
            yield stop_order(rules, operation, ground, order)
        elif rules.operations[operation].street is not None:
            yield from order_jobs(rules, operation, ground, order, alike)


def _beyond(rules: RuleProfile, jobs: Mapping[str, Sequence[Job]]) -> Iterator[Note]:
    """What a day is offered beyond the cadence, for the trips that the year asks of it."""
    for name, found in jobs.items():
        km = sum(job.length_m for job in found if job.optional) / 1_000
        if km:
            rule = rules.operations[name]
            yield Note(
                f"{rule.title_zh}：为完成年度趟次另备加作业 {km:.1f} 公里，有空车即做，"
                "不做不算未服务",
                f"{rule.title_en}: for the trips of the year {km:.1f} km of extra passes beyond "
                "the cadence are offered; free vehicles do them, none is owed",
            )


def _with_time(
    rules: RuleProfile, operation: str, units: Sequence[Unit], done: Collection[TaskId]
) -> Iterator[Unit]:
    """Street work whose day has room for another pass, after those that are due."""
    work = rules.operations[operation].street
    hours = list(all_passes(work)) if work is not None else []
    for one in units:
        bans = banned_hours(rules, operation, one.cleaning_class)
        if extra_pass(one.cadence, hours, bans, again=one.id in done).slots:
            yield one


def _weather(district: District, ground: Ground, rules: RuleProfile, job: Job) -> Note | None:
    """What in the weather stops the job."""
    bridge = any(bool(ground.network.bridge[arc]) for arcs in job.options for arc in arcs)
    return stopped_by(rules, job.operation, district.weather, bridge=bridge)


def _crews(scene: Scene, groups: Sequence[Group]) -> tuple[dict[int, Crewed], list[Note]]:
    """Vehicle types of an operation that can leave their depot, and notes on the others."""
    crews: dict[int, Crewed] = {}
    notes: list[Note] = []
    for number, group in enumerate(groups):
        verdict = scene.roads.router(group.truck.profile).graph.verdict
        hours = _hours(scene, group)
        if hours is None:
            notes.append(Note(
                f"停车场 {group.truck.depot} 在班次 {group.shift.id} 内不开门，车辆 "
                f"{'、'.join(group.vehicles)} 无法出车",
                f"depot {group.truck.depot} is shut all through shift {group.shift.id}: vehicles "
                f"{', '.join(group.vehicles)} stay in",
            ))  # fmt: skip
            continue
        one = crew(scene.rules, group, verdict, hours)
        if one.drives((stand(scene.ground.sites[group.truck.depot], [one]),)):
            crews[number] = one
            continue
        notes.append(Note(
            f"车辆 {'、'.join(group.vehicles)} 无法驶离停车场 {group.truck.depot}：道路太窄或限行",
            f"vehicles {', '.join(group.vehicles)} cannot leave depot {group.truck.depot}: "
            "its road is too narrow, limited or cut off",
        ))  # fmt: skip
    return crews, notes


def _hours(scene: Scene, group: Group) -> Window | None:
    """When vehicles of the group may be out [s]: in the shift, while their depot's gate is open."""
    begin, end = driving_hours(scene.rules.labour, group.shift)
    return gate(scene.district.site(group.truck.depot).windows, (begin, end + group.overtime_s))


def _unusable_sites(scene: Scene, operation: str, crews: Mapping[int, Crewed]) -> Iterator[Note]:
    """Tips and water points that no vehicle of the operation can reach."""
    rule = scene.rules.operations[operation]
    for site in scene.district.sites:
        if not (takes(site, rule) or refills(site, rule)):
            continue
        arc = stand(scene.ground.sites[site.id], crews.values())
        if crews and not any(one.drives((arc,)) for one in crews.values()):
            yield Note(
                f"{rule.title_zh}：没有车辆能到达 {site.id} {site.name}",
                f"{rule.title_en}: no vehicle can reach {site.id} {site.name}",
            )


def _haul_only(rule: Operation, far: frozenset[str]) -> Iterator[Note]:
    """Plants too far off to drive to with what was collected."""
    if far:
        plants = ", ".join(sorted(far))
        yield Note(
            f"{rule.title_zh}：{plants} 路远，垃圾经转运站转运，收运车不直送",
            f"{rule.title_en}: waste for {plants}, far off, goes by way of stations",
        )


def _draft(
    scene: Scene, jobs: Sequence[Job], crews: Mapping[int, Crewed]
) -> tuple[list[Drafted], list[Left]]:
    """Jobs with modes, and jobs without."""
    found: list[Drafted] = []
    left: list[Left] = []
    profiles = {one.profile.name: one.profile for one in crews.values()}
    obstacles = Obstacles([scene.roads.router(one).graph for one in profiles.values()])
    for job in jobs:
        modes, reason, detail = drafts(job, crews)
        if modes:
            found.append(Drafted(job, modes))
        if modes or job.optional:
            continue
        if reason == Reason.UNREACHABLE:
            detail = _obstacle(scene, job, obstacles)
        left.append(_left(scene, job, reason, detail))
    return found, left


def _obstacle(scene: Scene, job: Job, obstacles: Obstacles) -> Note:
    """What keeps even the nimblest vehicle away."""
    if job.far_m:
        return too_far(job.far_m, scene.rules)
    arcs = [arc for option in job.options for arc in option]
    shut = [reason for arc in arcs if (reason := scene.ground.closures.get(arc)) is not None]
    return closed(shut[0]) if shut else obstacles.of(arcs)


def _split(drafted: Sequence[Drafted], crews: Mapping[int, Crewed]) -> list[list[Drafted]]:
    """Tasks and vehicle types that can meet, directly or by a gap between passes, stay together."""
    groups = [one.types for one in drafted]
    groups += [
        first.types | second.types for first, second in passes(drafted) if not _apart(first, second)
    ]
    home = components(groups)
    parts: dict[int, list[Drafted]] = {}
    for one in drafted:
        parts.setdefault(home[min(one.types)], []).append(one)
    return [parts[key] for key in sorted(parts, key=lambda kind: crews[kind].hours)]


def _apart(first: Drafted, second: Drafted) -> bool:
    """Whether windows alone keep the gap."""
    latest = max(draft.window[1] for draft in first.modes)
    earliest = min(draft.window[0] for draft in second.modes)
    return earliest - latest >= second.job.min_gap_s


def _left(scene: Scene, job: Job, reason: Reason, detail: Note) -> Left:
    stream = stream_of(scene, scene.rules.operations[job.operation], job)
    return Left(
        task=str(job.id), operation=job.operation, reason=reason, detail=detail,
        ref=replace(task_ref(job, ()), stream=stream), kg=job.kg, litres=job.litres,
    )  # fmt: skip
