"""The judge of hours: who stands where, and whether it is open then.

Hours are those of the district, come round every day and are worked out here anew; no window of a
routing or haul problem is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.solution import Serve, StepKind, Violation
from models.units import DAY, clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.day import DrivenDay, DrivenRoute
    from models.district import District, Site, Window
    from models.station import HaulPlan, HaulProblem


def check_hours(
    district: District, day: DrivenDay, haul: tuple[HaulProblem, HaulPlan] | None = None
) -> list[Violation]:
    """Every stay outside the hours of a site, depot or point."""
    sites = {site.id: site for site in district.sites}
    points = {point.id: point.windows for point in district.points}
    found: list[Violation] = []
    for one in day:
        where = f"part {one.id.part} route {one.id.route}"
        found += check_depot(
            sites, one.part.crews[one.route.vehicle_type].depot, where,
            one.schedule.begin, one.schedule.end,
        )  # fmt: skip
        found += check_visits(sites, points, one, where)
    if haul:
        trucks = {truck.id: truck for truck in haul[0].trucks}
        for tour in haul[1].tours:
            if tour.truck not in trucks:
                continue
            where = f"haul {tour.truck}"
            found += check_depot(sites, trucks[tour.truck].depot, where, tour.begin, tour.end)
            for run in tour.runs:
                found += check_stay(sites, run.station, where, run.swap_begin, run.swap_end)
                found += check_stay(sites, run.plant, where, run.tip_begin, run.tip_end)
    return found


def check_visits(
    sites: dict[str, Site], points: dict[str, tuple[Window, ...]], one: DrivenRoute, where: str
) -> Iterator[Violation]:
    """Stays at facilities from the gate on, and services at points with hours of their own."""
    for step in one.schedule.steps:
        if step.kind not in {StepKind.SERVE, StepKind.FACILITY}:
            continue
        visit = one.route.visits[step.visit]
        if isinstance(visit, Serve):
            ref = one.part.refs[visit.task]
            hours = points.get(ref.object_id, ()) if ref.kind == "point" and ref.row_hours else ()
            if hours and (late := outside(hours, step.begin, step.begin)):
                yield Violation(
                    code="TASK_WINDOW", where=f"{where} {one.part.problem.tasks[visit.task].id}",
                    excess=late, detail=f"begins {clock(step.begin)}",
                )  # fmt: skip
            continue
        site = one.part.sites[visit.facility]
        way = sites[site].access_s if site in sites else 0
        yield from check_stay(sites, site, where, step.begin + way, step.end - way)


def check_depot(
    sites: dict[str, Site], depot: str, where: str, leave: int, back: int
) -> Iterator[Violation]:
    """The depot's gate is open when a vehicle leaves and when it comes back."""
    for moment in (leave, back):
        yield from check_stay(sites, depot, where, moment, moment)


def check_stay(
    sites: dict[str, Site], name: str, where: str, begin: int, end: int
) -> Iterator[Violation]:
    """A site is in use and open all through a stay; what no district knows is judged elsewhere."""
    site = sites.get(name)
    if site is None:
        return
    if not site.is_open:
        yield Violation(code="GATE_CLOSED", where=f"{name} at {clock(begin)}", detail=where)
    elif late := outside(site.windows, begin, end):
        yield Violation(
            code="GATE_CLOSED", where=f"{name} at {clock(begin)}", excess=late, detail=where
        )


def outside(windows: Sequence[Window], begin: int, end: int) -> int:
    """Seconds from `begin` to the nearest opening, or else of the stay after closing; 0: open."""
    days = range(begin // DAY - 2, end // DAY + 2)
    opened = sorted((a + day * DAY, b + day * DAY) for a, b in windows for day in days)
    until = max((late for early, late in opened if early <= begin <= late), default=None)
    if until is None:
        return min((max(early - begin, begin - late) for early, late in opened), default=DAY)
    for early, late in opened:
        if early <= until:  # the next opening begins where this one ends
            until = max(until, late)
    return max(0, end - until)
