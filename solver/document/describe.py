"""The plan document written from a day's objects: routes, stations, haul, people, figures.

One writer for two readers: the planner's day becomes a document here, and a document read back
becomes a document again here, so that the judge can hold the one against the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from models.day import Note
from models.plan import Plan, PlanUnserved
from models.record import PlanText
from models.solution import Reason
from models.units import CHINA, clock
from solver.advice.closed import closed_first
from solver.document.compactness import compactness, steadiness
from solver.document.figures import kpis
from solver.document.haul import haul_document, tour_name
from solver.document.paid import day_payers, route_costs
from solver.document.routes import RouteWriter, route_name, write_route
from solver.document.station_figures import day_kpis
from solver.document.stations_and_people import (
    alarm_notes,
    duties_document,
    stations_document,
)
from solver.document.street_figures import street_work
from solver.stations.load import alarms, station_loads
from solver.tasks.rates import mechanised_rate, water_cadence_rate, water_sweep_rate
from solver.trade.profile import titles
from solver.trade.vehicles import energy, fleet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
    from datetime import date

    from models.day import DrivenDay, DrivenRoute, Halves, Haul, Request
    from models.district import District
    from models.ids import DutyId, RouteId
    from models.part import TaskRef
    from models.plan import PlanDuty, PlanHaul, PlanRoute, PlanTour, Relaxation
    from models.shift import Duty, LabourRules, Roster, RosterProblem
    from models.trade.rules import RuleProfile
    from solver.haul.hauler import Hauler
    from solver.stations.load import Alarm
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground

    Words = Callable[[tuple[Hashable, ...], DrivenRoute, Callable[[], PlanRoute]], PlanRoute]

ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0), https://www.openstreetmap.org/copyright"


@dataclass(frozen=True, eq=False, kw_only=True)
class Staff:
    """Duties of routes and haul tours, who does them, and their names in the document."""

    labour: LabourRules
    duties: tuple[Duty, ...]
    names: Mapping[DutyId, str]
    problem: RosterProblem
    roster: Roster

    @cached_property
    def crews(self) -> dict[str, tuple[str, ...]]:
        """Crews by the document's names of routes and tours."""
        return {self.names[duty]: crew for duty, crew in self.roster.crews.items()}

    def crew(self, one: DrivenRoute) -> tuple[str, ...]:
        """Who drives a route and helps on it; nobody where it is unstaffed."""
        return self.crews.get(route_name(one.part, *one.id), ())

    def rows(self, district: District, day: date) -> list[PlanDuty]:
        """Everybody's work as the document tells it."""
        return duties_document(
            district, self.labour, day, duties=self.duties, roster=self.roster, names=self.names
        )


def duty_names(day: DrivenDay, haul: Haul | None) -> dict[DutyId, str]:
    """What the document calls each route and each tour of the haul, by its duty."""
    names: dict[DutyId, str] = {one.id: route_name(one.part, *one.id) for one in day}
    if haul is not None:
        names |= {tour.truck: tour_name(number) for number, tour in enumerate(haul[1].tours)}
    return names


def describe(
    hauler: Hauler,
    ground: Ground,
    request: Request,
    *,
    day: Day,
    halves: Halves,
    staff: Staff,
    vehicles: Mapping[RouteId, str],
    least: Mapping[tuple[int, int], Relaxation],
    words: Words | None = None,
) -> Plan:
    """The document of a timed and staffed day, not judged yet: `violations` is empty.

    `vehicles` names the vehicle of each route; `least` says what would serve the tasks
    left out, by part and task. `words` remembers how routes were written before.
    """
    district, rules, timed, haul = hauler.district, hauler.rules, halves.timed, halves.haul
    payers = day_payers(timed, vehicles, haul[1].tours if haul else ())
    paid = route_costs(timed, payers)
    pen = Pen(district, rules, request, day, words)
    routes = [pen.write(one, vehicles[one.id], staff.crew(one), paid[one.id]) for one in timed]
    tours, runs = _haul(rules, request, haul, staff, payers)
    unserved = [*left_out(district, timed, least), *_never_a_task(day)]
    planned = [name for name in rules.operations if request.only is None or name in request.only]
    figures = _figures(
        hauler,
        ground,
        halves,
        routes=routes,
        unserved=unserved,
        tours=tours,
        cadence_rate=_cadence_rate(hauler, ground, timed, day, planned),
        paid=sum(paid.values()),
    )
    figures |= steadiness(routes, tours, request.homes, rules.costs)
    figures |= {"unstaffed_routes": len(staff.roster.unstaffed)} | _on_duty(district)
    loads = station_loads(district, rules.stations, timed, haul[1] if haul else None)
    full = alarms(loads, rules.kpis.station_alarm)
    figures["station_alarm_ratio"] = {one.site: one.load_percent / 100 for one in full}
    return Plan(
        **_heading(district, request),
        operations=sorted(planned),
        titles=titles(rules),
        kpis=figures,
        notes=_notes(hauler, day, halves, figures, full),
        routes=routes,
        stations=stations_document(district, request.day, loads, full),
        haul=runs,
        tours=tours,
        roster=staff.rows(district, request.day),
        unserved=unserved,
        violations=[],
    )


def _heading(district: District, request: Request) -> dict[str, Any]:
    """Whose plan it is, of which day, and what it was asked for: fields of `Plan`."""
    return {
        "district": district.name,
        "district_id": district.id,
        "date": request.day,
        "seed": request.seed,
        "engine": request.engine,
        "created": datetime.now(CHINA).replace(microsecond=0),
        "attribution": ATTRIBUTION,
        "language": district.language,
        "only": None if request.only is None else sorted(request.only),
        "what_if": request.what_if,
        "locks": request.locks,
        "homes": request.homes,
    }


def _on_duty(district: District) -> dict[str, int]:
    """What the bureau has this day, whatever of it the plan uses: a what-if shows here at once."""
    return {
        "vehicles_available": sum(vehicle.available for vehicle in district.vehicles),
        "people_available": len(district.drivers),
        "sites_open": sum(site.is_open for site in district.sites),
    }


def _notes(
    hauler: Hauler,
    day: Day,
    halves: Halves,
    figures: Mapping[str, Any],
    full: Sequence[Alarm],
) -> list[PlanText]:
    """What a reader has to know: the day's notes, waste that nobody hauls, stations too full."""
    notes = list(day.notes)
    if halves.haul is None and figures.get("station_taken_t"):
        notes.append(
            Note(
                "没有可用的转运车或处理厂，转运站的垃圾未安排转运",
                "no haul truck on duty or no plant: the waste at the stations is not hauled",
            )
        )
    notes += alarm_notes(hauler.district, full)
    return [_both(note) for note in notes]


def _haul(
    rules: RuleProfile,
    request: Request,
    haul: Haul | None,
    staff: Staff,
    payers: Collection[DutyId],
) -> tuple[list[PlanTour], list[PlanHaul]]:
    if haul is None:
        return [], []
    return haul_document(rules, request.day, *haul, crews=staff.crews, payers=payers)


def _cadence_rate(
    hauler: Hauler, ground: Ground, timed: DrivenDay, day: Day, planned: Sequence[str]
) -> float:
    """Share of the water work kept within its cadence, of the operations planned and manned."""
    manned = {name for truck in fleet(hauler.district, hauler.rules) for name in truck.operations}
    washing = [name for name in planned if name in manned]
    never = [(one.operation, one.ref) for one in day.left]
    return water_cadence_rate(ground, hauler.rules, timed, washing, never).share


def _figures(
    hauler: Hauler,
    ground: Ground,
    halves: Halves,
    *,
    routes: Sequence[PlanRoute],
    unserved: Sequence[PlanUnserved],
    tours: Sequence[PlanTour],
    cadence_rate: float,
    paid: int,
) -> dict[str, Any]:
    """Key figures, with the shares of widths and speeds that the map does not say."""
    rules, day = hauler.rules, halves.timed
    figures = kpis(
        day,
        routes=routes,
        unserved=unserved,
        paid=paid,
        mechanised_rate=mechanised_rate(ground, rules, day).share,
        water_rate=water_sweep_rate(ground, rules, day).share,
        cadence_rate=cadence_rate,
    )
    figures |= street_work(day, rules.classes.crumb_m)
    figures |= compactness(day, routes, ground.network)
    figures["width_guessed_share"] = round(float(ground.network.width_guessed.mean()), 4)
    figures["speed_guessed_share"] = round(float(ground.network.speed_guessed.mean()), 4)
    return figures | day_kpis(hauler.district, halves, tours=tours, figures=figures)


@dataclass(frozen=True, eq=False)
class Pen:
    """What it takes to write a timed route down."""

    district: District
    rules: RuleProfile
    request: Request
    day: Day
    words: Words | None = None
    """Remembers how routes were written before."""

    @cached_property
    def site_names(self) -> dict[str, str]:
        """What people call each site."""
        return {site.id: site.name for site in self.district.sites}

    def write(self, one: DrivenRoute, vehicle: str, crew: Sequence[str], paid: int) -> PlanRoute:
        """The route as the document tells it, `paid` [mfen] for it."""
        write = partial(self._write, one, vehicle, crew, paid)
        key = vehicle, tuple(crew), paid, self.request.engine
        return write() if self.words is None else self.words(key, one, write)

    def _write(self, one: DrivenRoute, vehicle: str, crew: Sequence[str], paid: int) -> PlanRoute:
        kind = one.part.problem.vehicle_types[one.route.vehicle_type]
        writer = RouteWriter(
            one=one,
            router=self.day.routers[one.part.profiles[kind.profile].name],
            day=self.request.day,
            site_names=self.site_names,
        )
        return write_route(
            writer,
            vehicle=vehicle,
            engine=self.request.engine,
            crew=list(crew),
            paid=paid,
            co2_kg=lambda catalogue, metres, work_s: (
                energy(
                    self.rules.costs,
                    self.rules.vehicles[catalogue],
                    distance_m=metres,
                    service_s=work_s,
                ).co2_kg
            ),
        )


def left_out(
    district: District, day: DrivenDay, least: Mapping[tuple[int, int], Relaxation]
) -> Iterator[PlanUnserved]:
    """Tasks that no route serves, with the hours of the sites that close too early for them."""
    for own in day.driven:
        part = own.part
        late = [t for t, reason in own.solution.unserved.items() if reason == Reason.WINDOW]
        closed = closed_first(part, sorted(late))
        for task, reason in sorted(own.solution.unserved.items()):
            if part.problem.tasks[task].prize is not None:
                continue  # a pass beyond the cadence is owed to nobody
            ref = part.refs[task]
            yield PlanUnserved(
                task=part.problem.tasks[task].id,
                operation=part.operation,
                name=ref.name,
                reason=reason,
                relaxation=_hours(district, closed.get(task, ())),
                least=least.get((own.number, task)),
                operator=ref.operator,
                zone=ref.zone,
                **_waste(ref, part.problem.waste_kg(task)),
                lon=ref.lon,
                lat=ref.lat,
            )


def _hours(district: District, sites: Sequence[str]) -> PlanText:
    """Sites with their hours; empty for none."""
    hours = {
        name: ", ".join(f"{clock(a)}-{clock(b)}" for a, b in district.site(name).windows)
        for name in sites
    }
    return PlanText(
        zh="；".join(f"{name}开放时间 {told}" for name, told in hours.items()),
        en="; ".join(f"hours of {name}: {told}" for name, told in hours.items()),
    )


def _both(note: Note) -> PlanText:
    return PlanText(zh=note.zh, en=note.en)


def _never_a_task(day: Day) -> Iterator[PlanUnserved]:
    """Work that is due but that no routing problem could hold."""
    for one in day.left:
        yield PlanUnserved(
            task=one.task,
            operation=one.operation,
            name=one.ref.name,
            reason=one.reason,
            relaxation=_both(one.detail),
            operator=one.ref.operator,
            zone=one.ref.zone,
            **_waste(one.ref, one.kg),
            lon=one.ref.lon,
            lat=one.ref.lat,
        )


def _waste(ref: TaskRef, kg: int) -> dict[str, Any]:
    """What stays where it is when a task is left out."""
    return {"stream": ref.stream, "kg": kg} if kg else {}
