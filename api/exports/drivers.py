"""Printable sheets of people: one page each, what to do when, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from api.exports.sheets import pages, templates
from api.words.i18n import LANGUAGES, clock_text, section, title, word
from models.plan import PlanRoute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from models.district import District, Driver
    from models.plan import Plan, PlanDuty, PlanTour

TIPS = frozenset({"tip", "refill", "charge"})


class Entry(NamedTuple):
    """One printed line; `begin` sorts, all texts are final."""

    begin: datetime
    style: str
    time: str
    action: str
    text: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A route or a haul tour of the person, with the vehicle and the link to its sheet."""

    title: str
    sheet: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverSheet:
    """Everything the template prints about one person."""

    duty: PlanDuty
    begin: str
    end: str
    facts: tuple[tuple[str, str], ...]
    jobs: tuple[Job, ...]


def driver_sheets(
    plan: Plan, district: District, names: dict[str, str], language: str
) -> Iterator[tuple[str, bytes]]:
    """(name below sheets/, page) of every person on duty and of `drivers`, all of them.

    `names` are file names by route id and by `driver-ID`.
    """
    article = templates().get_template("driver.html.j2")
    for lang in LANGUAGES:
        ui = section("ui", lang)
        scribe = Scribe(plan, district, names, lang)
        articles = {
            names[f"driver-{duty.driver}"]: Markup(
                article.render(plan=plan, sheet=scribe.sheet(duty), ui=ui)
            )
            for duty in plan.roster
        }
        yield from pages(plan, articles, ("drivers", "driver_sheet", "all_drivers"), lang, language)


@dataclass(frozen=True, eq=False)
class Scribe:
    """Writes people's sheets of one plan in one language."""

    plan: Plan
    district: District
    names: dict[str, str]
    language: str

    @cached_property
    def people(self) -> dict[str, Driver]:
        """Everybody, by id."""
        return {driver.id: driver for driver in self.district.drivers}

    @cached_property
    def plates(self) -> dict[str, str]:
        """Plates by vehicle."""
        return {vehicle.id: vehicle.plate for vehicle in self.district.vehicles}

    @cached_property
    def sites(self) -> dict[str, str]:
        """Names of sites by id."""
        return {site.id: site.name for site in self.district.sites}

    @cached_property
    def work(self) -> dict[str, PlanRoute | PlanTour]:
        """Routes and haul tours by id."""
        crewed: list[PlanRoute | PlanTour] = [*self.plan.routes, *self.plan.tours]
        return {one.id: one for one in crewed}

    def sheet(self, duty: PlanDuty) -> DriverSheet:
        """The sheet of one person."""
        ui, column = section("ui", self.language), section("column", self.language)
        people = self.people
        person = people.get(duty.driver)
        known = (self.work[one] for one in duty.work if one in self.work)
        work = sorted(known, key=lambda one: one.depart)
        mates = sorted({mate for one in work for mate in one.crew} - {duty.driver})
        facts = (
            (column["id"], duty.driver),
            (column["licence"], person.licence if person else ""),
            (column["depot"], self.site(person.home_depot) if person else ""),
            (column["overtime_h"], f"{duty.overtime_s / 3600:.1f}"),
            (ui["with"], ", ".join(people[m].name if m in people else m for m in mates)),
        )
        return DriverSheet(
            duty=duty,
            begin=clock_text(self.plan.date, duty.begin, self.language),
            end=clock_text(self.plan.date, duty.end, self.language),
            facts=tuple((label, value) for label, value in facts if value),
            jobs=tuple(self.job(one) for one in work),
        )

    def job(self, one: PlanRoute | PlanTour) -> Job:
        """A route or tour under its title, depot to depot."""
        plates = self.plates
        if isinstance(one, PlanRoute):
            what, rows, sheet = one.operation, self.route_rows(one), self.names[one.id]
        else:
            what, rows, sheet = "haul", self.haul_rows(one), ""
        what = title(self.plan.titles, "operation", what, self.language)
        kind = title(self.plan.titles, "vehicle_type", one.vehicle_type, self.language)
        depot = self.site(one.depot)
        return Job(
            title=f"{one.id} · {what} · {kind} {one.vehicle} {plates.get(one.vehicle, '')}".strip(),
            sheet=sheet,
            entries=(
                self.entry("start", (one.depart,), depot),
                *sorted(rows, key=lambda row: row.begin),
                self.entry("end", (one.return_,), depot),
            ),
        )

    def route_rows(self, route: PlanRoute) -> Iterator[Entry]:
        """A line per trip, facility and break; the street-by-street sheet has the rest."""
        for trip in route.trips:
            served = [step for step in trip.steps if step.kind == "serve"]
            if served:
                text = word("ui", "tasks_n", self.language).format(len(served))
                load = f"{trip.load_kg:,} {self.unit('kg')}" if trip.load_kg else ""
                yield self.entry("serve", (served[0].arrive, served[-1].depart), text, load)
            for step in trip.steps:
                if step.kind in TIPS or step.kind == "break":
                    place = self.site(step.facility) if step.facility else ""
                    yield self.entry(step.kind, (step.arrive, step.depart), place)

    def haul_rows(self, tour: PlanTour) -> Iterator[Entry]:
        """Swap and tip of every run, and the pauses."""
        for run in self.plan.haul:
            if run.tour != tour.id:
                continue
            amount = f"{run.tonnes:.1f} {self.unit('t')}"
            stream = title(self.plan.titles, "stream", run.stream, self.language)
            station = f"{self.site(run.station)} ({stream})"
            yield self.entry("swap", (run.depart, run.swap_end), station, amount)
            times = run.arrive_plant, run.leave_plant
            yield self.entry("tip", times, self.site(run.plant), amount)
        for pause in tour.pauses:
            yield self.entry("break", (pause.begin, pause.end))

    def entry(
        self, kind: str, times: tuple[datetime, ...], text: str = "", amount: str = ""
    ) -> Entry:
        """A line at a moment, or from one to another."""
        clocks = [clock_text(self.plan.date, moment, self.language) for moment in times]
        action = word("ui" if kind == "swap" else "kind", kind, self.language)
        style = "facility" if kind in TIPS or kind == "swap" else kind
        return Entry(times[0], style, " – ".join(clocks), action, text, amount)

    def site(self, site: str) -> str:
        """Its name."""
        return self.sites.get(site, site)

    def unit(self, name: str) -> str:
        """A unit's word."""
        return word("unit", name, self.language)
