"""What the map page draws: the plan with its lines as short integer lists.

A line is [lon, lat, then differences], in 1e-5 degrees. Times are seconds after midnight of the
plan's date. Street texts are indices into `streets`; "~tertiary" is an unnamed road of a class.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from api.exports.banner import banner
from api.exports.difference import moves_words, what_if_words
from api.exports.geometry import MAIN_CLASSES, thin
from api.exports.streets import street_name
from api.words.i18n import LANGUAGES, kpi_label, kpi_text, kpi_unit, seconds, way_out, words
from api.words.violations import amount, finding, law
from api.words.year import quota_sentence
from models.district import SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.exports.geometry import Ground, Line
    from models.district import District
    from models.plan import Plan, PlanRoute, PlanStation, PlanStep, PlanTitles, PlanViolation
    from scenarios.desk.horizon.quota_line import QuotaLine

WORD_SECTIONS = ("ui", "operation", "shift", "vehicle_type", "kind", "site", "glyph",
                 "stream", "reason", "unit", "highway", "column", "difference")  # fmt: skip
BASE_TOLERANCE_M = 4.0
LABEL_MIN_M = 90
MAX_STREETS = 5


def page_data(
    plan: Plan, ground: Ground, district: District, names: dict[str, str], language: str,
    *, quotas: Sequence[QuotaLine] = (),
) -> dict[str, Any]:  # fmt: skip
    """Everything map.js needs, JSON-ready; `quotas` are what the plan brings the year."""
    streets: dict[str, int] = {}
    people = {driver.id: driver.name for driver in district.drivers}
    sites = {site.id: site.name for site in district.sites}
    return {
        "district": plan.district, "date": plan.date.isoformat(), "language": language,
        "engine": plan.engine, "seed": plan.seed,
        "created": plan.created.strftime("%Y-%m-%d %H:%M"), "attribution": plan.attribution,
        "words": _words(plan),
        "notes": [[note.text(lang) for lang in LANGUAGES] for note in plan.notes],
        "quotas": [
            [[quota_sentence(one, lang), one.definition.text(lang)] for lang in LANGUAGES]
            for one in quotas
        ],
        "kpis": list(_kpis(plan.kpis, plan.titles)),
        "base": list(_base(ground, streets)),
        "routes": [
            route_data(plan, route, ground, streets, district) | {"file": names[route.id]}
            for route in plan.routes
        ],
        "locks": [lock.model_dump(mode="json") for lock in plan.locks],
        "what_if": [list(what_if_words(plan.what_if, lang)) for lang in LANGUAGES],
        "difference": difference_data(plan),
        "sites": list(_sites(district)),
        "stations": [_station(plan, station) for station in plan.stations],
        "haul": list(_haul(plan, sites, people)),
        "tours": [
            [tour.id, tour.vehicle, seconds(plan.date, tour.depart),
             seconds(plan.date, tour.return_),
             [[seconds(plan.date, pause.begin), seconds(plan.date, pause.end)]
              for pause in tour.pauses]]
            for tour in plan.tours
        ],
        "plants": list(_plants(plan, district)),
        "roster": [
            [d.driver, d.name, d.work, seconds(plan.date, d.begin), seconds(plan.date, d.end),
             d.overtime_s, names[f"driver-{d.driver}"]] for d in plan.roster
        ],
        "unserved": unserved_data(plan, district),
        "violations": [violation_data(one) for one in plan.violations],
        "streets": list(streets),
        "verdict": [banner(plan, lang) for lang in LANGUAGES],
    }  # fmt: skip


def _words(plan: Plan) -> dict[str, dict[str, Any]]:
    """Words of the page by section; titles as the plan's rule profile says."""
    own = plan.titles.model_dump()
    return {name: words()[name] | own.get(name, {}) for name in WORD_SECTIONS}


def unserved_data(plan: Plan, district: District) -> list[list[Any]]:
    """Tasks left out: id, operation, name, reason, the way out in both languages, place."""
    sites = {site.id: site.name for site in district.sites}
    return [
        [u.task, u.operation, u.name, u.reason,
         [way_out(u, sites, lang, plan.titles) for lang in LANGUAGES],
         round(u.lon, 5), round(u.lat, 5)] for u in plan.unserved
    ]  # fmt: skip


def difference_data(plan: Plan) -> dict[str, Any] | None:
    """What differs from the earlier plan, in both languages; None: there was none."""
    told = plan.difference
    if told is None:
        return None
    return {
        "date": told.base_date.isoformat(),
        "figures": [
            {"label": [kpi_label(one.key, lang, plan.titles) for lang in LANGUAGES],
             "base": [kpi_text(one.base, kpi_unit(one.key), lang) for lang in LANGUAGES],
             "value": [kpi_text(one.value, kpi_unit(one.key), lang) for lang in LANGUAGES]}
            for one in told.figures
            if one.base != one.value
        ],
        "moved": [[one.task, one.before, one.after] for one in told.assignment.moves],
        "counts": [list(moves_words(told.assignment, lang)) for lang in LANGUAGES],
    }  # fmt: skip


def violation_data(one: PlanViolation) -> dict[str, Any]:
    """A broken law in both languages, and its place on the map."""
    place = None if one.lat is None or one.lon is None else [round(one.lat, 5), round(one.lon, 5)]
    return {
        "code": one.code, "law": [law(one, lang) for lang in LANGUAGES], "route": one.route,
        "vehicle": one.vehicle, "where": one.where, "place": place,
        "amount": [amount(one, lang) for lang in LANGUAGES],
        "detail": [finding(one.detail, lang) for lang in LANGUAGES],
    }  # fmt: skip


def encode(line: Line) -> list[int]:
    """A line as [lon, lat, dlon, dlat, ...] in 1e-5 degrees."""
    points = np.rint(np.asarray(line) * 1e5).astype(np.int64)
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(number) for number in steps.ravel()]


def _kpis(kpis: dict[str, Any], titles: PlanTitles, unit: str = "") -> Iterator[dict[str, Any]]:
    """A row per figure, a table per group; texts in both languages."""
    for key, value in kpis.items():
        own = kpi_unit(key) or unit
        row: dict[str, Any] = {
            "key": key,
            "label": [kpi_label(key, lang, titles) for lang in LANGUAGES],
        }
        if isinstance(value, dict):
            yield row | {"rows": list(_kpis(value, titles, own))}
        else:
            yield row | {"text": [kpi_text(value, own, lang) for lang in LANGUAGES]}


def _base(ground: Ground, streets: dict[str, int]) -> Iterator[list[Any]]:
    """[main road or not, street to label or -1, line] of every road piece, one direction."""
    network = ground.network
    single = (network.reverse < 0) | (network.reverse > np.arange(network.num_arcs))
    arcs = np.flatnonzero(single).tolist()
    lines = thin([ground.arc(arc) for arc in arcs], BASE_TOLERANCE_M)
    for arc, line in zip(arcs, lines, strict=True):
        name = network.street(arc)
        label = name and int(network.length_m[arc]) >= LABEL_MIN_M
        number = streets.setdefault(name, len(streets)) if label else -1
        main = int(int(network.highway[arc]) in MAIN_CLASSES)
        yield [main, number, encode(line)]


def route_data(
    plan: Plan, route: PlanRoute, ground: Ground, streets: dict[str, int], district: District
) -> dict[str, Any]:
    """A route with its lines; street names it needs are added to `streets`."""
    people = {driver.id: driver.name for driver in district.drivers}
    plates = {vehicle.id: vehicle.plate for vehicle in district.vehicles}
    return {
        "id": route.id, "vehicle": route.vehicle, "type": route.vehicle_type,
        "plate": plates.get(route.vehicle, ""),
        "part": route.part, "operation": route.operation,
        "shift": route.shift, "depot": route.depot,
        "crew": [people.get(person, person) for person in route.crew],
        "needed": route.crew_needed,
        "depart": seconds(plan.date, route.depart), "end": seconds(plan.date, route.return_),
        "distance_m": route.distance_m, "service_m": route.service_m,
        "deadhead_m": route.deadhead_m, "duration_s": route.duration_s,
        "overtime_s": route.overtime_s, "cost": route.cost_cny, "co2": route.co2_kg,
        "trips": [
            [_step(plan, step, ground, streets) for step in trip.steps] for trip in route.trips
        ],
    }  # fmt: skip


def _step(plan: Plan, step: PlanStep, ground: Ground, streets: dict[str, int]) -> list[Any]:
    """[kind, arrive, depart, name, street numbers, distance, load, water, line, task]."""
    numbers: list[int] = []
    for piece in step.streets:
        name, highway = street_name(ground.network, piece)
        number = streets.setdefault(name or f"~{highway}", len(streets))
        if not numbers or numbers[-1] != number:
            numbers.append(number)
    if len(numbers) > MAX_STREETS:
        numbers = [*numbers[:2], -1, *numbers[-2:]]
    line = ground.thin_step(step)
    return [
        step.kind, seconds(plan.date, step.arrive), seconds(plan.date, step.depart),
        step.name, numbers, step.distance_m, step.load_kg, step.water_l,
        encode(line) if line else [], step.task or "",
    ]  # fmt: skip


def _sites(district: District) -> Iterator[dict[str, Any]]:
    for site in district.sites:
        yield {
            "id": site.id, "name": site.name, "kind": site.kind.value,
            "lon": round(site.lon, 5), "lat": round(site.lat, 5),
            "windows": [list(window) for window in site.windows],
            "streams": sorted(site.streams),
            "bays": site.bays, "design_t": site.design_kg / 1000, "access_km": site.access_m / 1000,
        }  # fmt: skip


def _station(plan: Plan, station: PlanStation) -> dict[str, Any]:
    return {
        "id": station.id, "name": station.name, "design_t": station.design_t,
        "taken_t": station.taken_t, "load_ratio": station.load_ratio, "alarm": station.alarm,
        "storage_t": station.storage_t, "peak_ratio": station.peak_ratio,
        "mean_wait_s": station.mean_wait_s, "max_wait_s": station.max_wait_s,
        "series": [
            [seconds(plan.date, p.t), p.arrivals, round(p.tonnes, 2), p.queue, round(p.stock_t, 2)]
            for p in station.series
        ],
    }  # fmt: skip


def _haul(plan: Plan, sites: dict[str, str], people: dict[str, str]) -> Iterator[list[Any]]:
    for run in plan.haul:
        yield [
            run.id, run.vehicle, people.get(run.driver, run.driver),
            sites.get(run.station, run.station), sites.get(run.plant, run.plant), run.stream,
            run.tonnes,
            *(seconds(plan.date, moment) for moment in (
                run.depart, run.swap_end, run.arrive_plant, run.leave_plant, run.return_)),
        ]  # fmt: skip


def _plants(plan: Plan, district: District) -> Iterator[list[Any]]:
    """[name, hauled t, tipped there by routes t, quota t or 0] of every plant that takes waste."""
    hauled: dict[str, float] = defaultdict(float)
    direct: dict[str, float] = defaultdict(float)
    for run in plan.haul:
        hauled[run.plant] += run.tonnes
    for route in plan.routes:
        load = 0
        for trip in route.trips:
            for step in trip.steps:
                if step.kind == "tip" and step.facility:
                    direct[step.facility] += (load - step.load_kg) / 1000
                load = step.load_kg
    for site in district.sites:
        if site.kind == SiteKind.PLANT and (hauled[site.id] or direct[site.id]):
            figures = (hauled[site.id], direct[site.id], site.daily_quota_kg / 1000)
            yield [site.name, *(round(figure, 1) for figure in figures)]
