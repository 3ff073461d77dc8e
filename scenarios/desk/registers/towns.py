"""The town report: the rural chain of a planned day, village - town - district, judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.district import SiteKind
from models.errors import HuanweiError
from models.trade.manifest import Town
from scenarios.desk.day import load_folder
from solver.document.consignments import consignments, things_of
from solver.judge.chain.towns import check_towns
from solver.tasks.zones import zones_at

if TYPE_CHECKING:
    from pathlib import Path

    from models.district import District
    from models.plan import Plan
    from models.solution import Violation
    from models.trade.manifest import Manifest
    from scenarios.desk.day import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class TownReport:
    """Towns of a district on a planned day, by name, and what the judge says."""

    loaded: Loaded
    plan: Plan
    towns: tuple[Town, ...]
    trips: int
    """Trips that serve a town, each once."""
    violations: tuple[Violation, ...]


def town_report(folder: Path, plan: Plan) -> TownReport:
    """The towns of the district in `folder` on the day of `plan`.

    Raises `InputErrors` for a folder with faults, `HuanweiError` where no point has a town.
    """
    loaded = load_folder(folder, plan.date)
    town_of = towns_of(loaded.district)
    if not town_of:
        raise HuanweiError(
            f"{folder}: no point has a town. Fill in the column town of points.csv, or that of "
            "the zones they lie in.",
            zh=f"{folder}：没有收运点属于镇街，请在 points.csv 或所在片区（zones.csv）中填写 "
            "town（镇街）列。",
        )
    owner = _owners(loaded, town_of)
    loads = consignments(plan, loaded.district, loaded.rules)
    towns = tuple(_towns(loaded, plan, loads, owner, town_of))
    trips = {
        (route.id, number)
        for route in plan.routes
        for number, trip in enumerate(route.trips, start=1)
        if any(step.kind == "serve" and step.task in owner for step in trip.steps)
    }
    return TownReport(
        loaded=loaded,
        plan=plan,
        towns=towns,
        trips=len(trips),
        violations=tuple(check_towns(plan, towns, owner)),
    )


def towns_of(district: District) -> dict[str, str]:
    """Town of each point that has one: its row's, else that of the zone it lies in."""
    points, zones = district.points, district.zones
    lon, lat = np.array([p.lon for p in points]), np.array([p.lat for p in points])
    within = [zones[n].town if n >= 0 else "" for n in zones_at(zones, lon, lat).tolist()]
    towns = ((p.id, p.town or town) for p, town in zip(points, within, strict=True))
    return {point: town for point, town in towns if town}


def _owners(loaded: Loaded, town_of: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Place and town of each task that takes a town's waste away."""
    return {
        task: (point, town_of[point])
        for operation, rule in loaded.rules.operations.items()
        if rule.carried
        for task, (point, _) in things_of(loaded.district, loaded.rules, operation).items()
        if point in town_of
    }


def _towns(
    loaded: Loaded,
    plan: Plan,
    loads: list[Manifest],
    owner: dict[str, tuple[str, str]],
    town_of: dict[str, str],
) -> list[Town]:
    """Each town's row; what a station sends away is shared over what came to it."""
    kind = {site.id: site.kind for site in loaded.district.sites}
    hauled, came = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in loads:
        if one.leg == "haul":
            hauled[one.origins[0].thing, one.stream] += one.kg
        else:
            came[one.to, one.stream] += one.kg
    left: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for task in plan.unserved:
        if task.task in owner:
            point, town = owner[task.task]
            left[town].append((point, task.kg))
    rows = []
    for name in sorted(set(town_of.values())):
        streams: Counter[str] = Counter()
        trips: set[tuple[str, int]] = set()
        vehicles: set[str] = set()
        stations: set[str] = set()
        served: set[str] = set()
        cleared = 0.0
        for one in loads:
            for origin in one.origins:
                if one.leg == "haul" or town_of.get(origin.thing) != name:
                    continue
                streams[one.stream] += origin.kg
                served.add(origin.thing)
                trips.add((one.work, _trip_of(plan, one.work, origin.task)))
                vehicles.add(one.vehicle)
                share = 1.0
                if kind[one.to] == SiteKind.STATION:
                    stations.add(one.to)
                    key = (one.to, one.stream)
                    share = min(1.0, hauled[key] / max(1, came[key]))
                cleared += origin.kg * share
        rows.append(
            Town(
                name=name,
                places=sum(town == name for town in town_of.values()),
                due=len(served | {point for point, _ in left[name]}),
                served=len(served),
                due_kg=sum(streams.values()) + sum(kg for _, kg in left[name]),
                kg=sum(streams.values()),
                streams=tuple(sorted(streams.items())),
                trips=len(trips),
                vehicles=tuple(sorted(vehicles)),
                stations=tuple(sorted(stations)),
                cleared_kg=round(cleared),
            )
        )
    return rows


def _trip_of(plan: Plan, work: str, task: str) -> int:
    """The trip of a route in which the task is done, from 1."""
    route = next(one for one in plan.routes if one.id == work)
    return next(
        number
        for number, trip in enumerate(route.trips, start=1)
        if any(step.task == task for step in trip.steps)
    )


def towns_document(report: TownReport) -> dict[str, Any]:
    """What `towns.json` holds; tonnes."""
    sites = {site.id: site.name for site in report.loaded.district.sites}
    rows = [
        {
            "town": one.name,
            "places": one.places,
            "due": one.due,
            "served": one.served,
            "coverage": round(one.coverage, 4),
            "due_t": one.due_kg / 1_000,
            "tonnes": one.kg / 1_000,
            "streams": {stream: kg / 1_000 for stream, kg in one.streams},
            "trips": one.trips,
            "vehicles": list(one.vehicles),
            "stations": [f"{name} {sites.get(name, '')}".strip() for name in one.stations],
            "cleared_t": one.cleared_kg / 1_000,
        }
        for one in report.towns
    ]
    return {
        "schema_version": "1.0",
        "district": report.loaded.district.name,
        "date": report.plan.date.isoformat(),
        "figures": {
            "towns": len(rows),
            "places": sum(one.places for one in report.towns),
            "due": sum(one.due for one in report.towns),
            "served": sum(one.served for one in report.towns),
            "tonnes": sum(one.kg for one in report.towns) / 1_000,
            "cleared_t": sum(one.cleared_kg for one in report.towns) / 1_000,
            "trips": report.trips,
        },
        "towns": rows,
        "violations": [
            {"code": v.code, "where": v.where, "excess": v.excess, "detail": v.detail}
            for v in report.violations
        ],
    }
