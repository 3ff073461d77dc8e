"""The judge of the whole day: what couples the routing problems - bays, stations, plants, haul.

It imports nouns only and recomputes loads and times from routes and schedules; people are judged
in `solver/judge/people.py`, single routing problems in `solver/judge/routes.py`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.district import SiteKind, Stream
from models.problem import DimensionKind
from models.solution import Serve, StepKind, Violation
from models.units import clock
from solver.judge.haul import check_haul
from solver.judge.hours import check_hours
from solver.judge.people import check_roster
from solver.judge.rounds import check_headways

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.day import DrivenDay, DrivenRoute
    from models.district import District
    from models.shift import Roster, RosterProblem
    from models.station import HaulPlan, HaulProblem

Tipping = tuple[str, frozenset[Stream], int, int, str]
"""Site, streams on board, kg, end [s], where."""


def check_day(
    district: District,
    day: DrivenDay,
    *,
    haul: tuple[HaulProblem, HaulPlan] | None = None,
    roster: tuple[RosterProblem, Roster] | None = None,
    design_percent: int = 100,
    swap_takes_bay: bool = True,
) -> list[Violation]:
    """All violations between the parts of a day; `swap_takes_bay`: of the station it is done at.

    A station above `design_percent` of its design tonnage is a violation (0: never; then it is
    only an alarm, `solver/stations/load.alarms`).
    """
    swaps = haul[1] if haul and swap_takes_bay else None
    found = [*check_bays(district, day, swaps), *check_hours(district, day, haul)]
    tipped = [tipping for one in day for tipping in _tippings(district, one)]
    found += check_headways(day)
    found += check_streams(district, tipped)
    found += check_design(district, tipped, design_percent)
    found += check_quotas(district, tipped, haul[1] if haul else None)
    if haul:
        found += check_inflow(haul[0], tipped)
        found += check_haul(*haul)
    if roster:
        found += check_roster(*roster)
    return found


def check_bays(
    district: District, day: DrivenDay, swaps: HaulPlan | None = None
) -> Iterator[Violation]:
    """Never more vehicles at a site than it has bays, over all parts; visits may touch.

    With `swaps` the trucks of a haul that change their boxes at stations count too.
    """
    events: dict[str, list[tuple[int, int]]] = defaultdict(list)
    sites = {site.id: site for site in district.sites}
    for one in day:
        for step in one.schedule.steps:
            if step.kind != StepKind.FACILITY:
                continue
            visit = one.route.visits[step.visit]
            if not isinstance(visit, Serve):
                site = one.part.sites[visit.facility]
                way = sites[site].access_s
                events[site] += [(step.begin + way, 1), (step.end - way, -1)]
    for tour in swaps.tours if swaps else ():
        for run in tour.runs:
            if run.station in sites:
                events[run.station] += [(run.swap_begin, 1), (run.swap_end, -1)]
    for site_id, changes in sorted(events.items()):
        bays = sites[site_id].bays
        level = most = when = 0
        for moment, change in sorted(changes):
            level += change
            if level > most:
                most, when = level, moment
        if bays and most > bays:
            yield Violation(
                code="BAY_OVERLAP",
                where=site_id,
                excess=most - bays,
                detail=clock(when),
                site=site_id,
            )


def _tippings(district: District, one: DrivenRoute) -> Iterator[Tipping]:
    """Loads tipped by one route, chamber by chamber, summed from the tasks between resets."""
    part, route, schedule = one.part, one.route, one.schedule
    problem, where = part.problem, str(one.id)
    ends = {step.visit: step.end for step in schedule.steps if step.kind == StepKind.FACILITY}
    waste = {n for n, dim in enumerate(problem.dimensions) if dim.kind == DimensionKind.WASTE}
    first = problem.vehicle_types[route.vehicle_type].initial_load
    on_board = {dim: first[dim] if first else 0 for dim in waste}
    kinds: dict[int, set[Stream]] = {dim: set() for dim in waste}
    access = {site.id: site.access_s for site in district.sites}
    for number, visit in enumerate(route.visits):
        if isinstance(visit, Serve):
            for dim in waste:
                if demand := problem.tasks[visit.task].demand[dim]:
                    on_board[dim] += demand
                    kinds[dim].add(part.refs[visit.task].stream)
            continue
        site = part.sites[visit.facility]
        for dim in sorted(waste & problem.facilities[visit.facility].resets):
            if on_board[dim]:
                mixed = frozenset(kinds[dim])
                yield site, mixed, on_board[dim], ends[number] - access[site], where
            on_board[dim] = 0
            kinds[dim] = set()


def check_streams(district: District, tipped: Sequence[Tipping]) -> Iterator[Violation]:
    """One stream in a chamber at a time, tipped only where it is taken."""
    accepts = {site.id: site.accepts for site in district.sites}
    for site, streams, kg, end, where in tipped:
        if len(streams) > 1:
            yield Violation(
                code="STREAM_MIXED",
                where=f"{where} at {clock(end)}",
                excess=kg,
                detail=" + ".join(sorted(streams)),
                route=where,
                site=site,
            )
        elif not streams <= accepts[site]:
            yield Violation(
                code="STREAM_MIXED",
                where=f"{where} at {clock(end)}",
                excess=kg,
                detail=f"{site} does not take {', '.join(sorted(streams))}",
                route=where,
                site=site,
            )


def check_design(
    district: District, tipped: Sequence[Tipping], percent: int
) -> Iterator[Violation]:
    """No station takes more than its design tonnage."""
    taken: dict[str, int] = defaultdict(int)
    for site, _, kg, _, _ in tipped:
        taken[site] += kg
    for site_ in district.sites:
        limit = site_.design_kg * percent // 100
        over = taken[site_.id] - limit
        if site_.kind == SiteKind.STATION and limit and over > 0:
            yield Violation(code="STATION_OVER", where=site_.id, excess=over, site=site_.id)


def check_quotas(
    district: District, tipped: Sequence[Tipping], haul: HaulPlan | None
) -> Iterator[Violation]:
    """No plant that routes tip at takes more than its quota, from routes and haul together."""
    taken: dict[str, int] = defaultdict(int)
    for site, _, kg, _, _ in tipped:
        taken[site] += kg
    direct = set(taken)
    for tour in haul.tours if haul else ():
        for run in tour.runs:
            taken[run.plant] += run.kg
    for site_ in district.sites:
        over = taken[site_.id] - site_.daily_quota_kg
        if site_.id in direct and site_.daily_quota_kg and over > 0:
            yield Violation(code="PLANT_QUOTA", where=site_.id, excess=over, site=site_.id)


def check_inflow(haul: HaulProblem, tipped: Sequence[Tipping]) -> Iterator[Violation]:
    """The haul timetable was made for what the routes really bring, and when."""
    brought: dict[tuple[str, Stream], list[tuple[int, int]]] = defaultdict(list)
    for site, streams, kg, end, _ in tipped:
        for stream in sorted(streams) or [Stream.SWEEPINGS]:
            brought[site, stream].append((end, kg))
            break
    for yard in haul.yards:
        if sorted(yard.inflow) != sorted(brought[yard.station, yard.stream]):
            kg = sum(kg for _, kg in brought[yard.station, yard.stream])
            yield Violation(
                code="HAUL_INFLOW",
                where=f"{yard.station} {yard.stream}",
                excess=abs(kg - sum(kg for _, kg in yard.inflow)),
                detail="the haul plan was made for other routes",
                site=yard.station,
            )
