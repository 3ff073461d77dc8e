"""What the routes tip where and when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.district import Stream
from models.solution import Serve, StepKind
from models.station import Delivery
from solver.loads import left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.day import DrivenDay, DrivenRoute
    from models.district import District, Window
    from models.part import Part
    from models.solution import Route


def deliveries(district: District, day: DrivenDay) -> tuple[Delivery, ...]:
    """Every load of waste tipped, ordered by site and beginning."""
    access = {site.id: site.access_s for site in district.sites}
    found = [delivery for one in day for delivery in _of_route(one, access)]
    return tuple(sorted(found, key=lambda d: (d.site, d.begin, d.part, d.route)))


def bay_stays(district: District, day: DrivenDay) -> dict[str, tuple[Window, ...]]:
    """When the routes stand at the bays of each site [s], whatever they do there."""
    access = {site.id: site.access_s for site in district.sites}
    found: dict[str, list[Window]] = defaultdict(list)
    for one in day:
        for step in one.schedule.steps:
            if step.kind == StepKind.FACILITY:
                site = one.part.sites[_facility(one.route, step.visit)]
                found[site].append((step.begin + access[site], step.end - access[site]))
    return {site: tuple(sorted(own)) for site, own in found.items()}


def tipped_kg(part: Part, route: Route) -> dict[int, int]:
    """Waste tipped [kg] at each facility visit (index into the route's visits) with waste on board.

    A vehicle's load before its first task counts; water and energy do not.
    """
    tipped: dict[int, int] = {}
    for number, _, dim, kg in left_behind(part.problem, route):
        if dim in part.problem.waste:
            tipped[number] = tipped.get(number, 0) + kg
    return tipped


def _of_route(one: DrivenRoute, access: Mapping[str, int]) -> Iterator[Delivery]:
    part, route, schedule = one.part, one.route, one.schedule
    dims = part.problem.dimensions
    tipped: dict[int, list[tuple[str, int]]] = {}
    for number, _, dim, kg in left_behind(part.problem, route):
        if dim in part.problem.waste:
            tipped.setdefault(number, []).append((dims[dim].stream, kg))
    arrive = schedule.begin
    stream = Stream.SWEEPINGS
    for step in schedule.steps:
        if step.kind == StepKind.SERVE:
            visit = route.visits[step.visit]
            if isinstance(visit, Serve):
                stream = part.refs[visit.task].stream
        elif step.kind == StepKind.FACILITY and step.visit in tipped:
            site = part.sites[_facility(route, step.visit)]
            there = access.get(site, 0)
            for chamber, kg in tipped[step.visit]:
                yield Delivery(
                    site=site,
                    stream=Stream(chamber) if chamber else stream,
                    kg=kg,
                    arrive=arrive + there,
                    begin=step.begin + there,
                    end=step.end - there,
                    part=one.id.part,
                    route=one.id.route,
                )
        if step.kind != StepKind.WAIT:
            arrive = step.end


def _facility(route: Route, number: int) -> int:
    visit = route.visits[number]
    if isinstance(visit, Serve):
        raise TypeError(f"visit {number} is no facility")
    return visit.facility
