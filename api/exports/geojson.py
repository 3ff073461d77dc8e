"""routes.geojson: one feature per step that moves or serves, plus facilities and unserved tasks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from api.words.i18n import way_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.exports.geometry import Ground, Line
    from models.district import District
    from models.plan import Plan, PlanRoute

Feature = dict[str, Any]


def routes_geojson(plan: Plan, ground: Ground, district: District, language: str) -> bytes:
    """The plan as an RFC 7946 FeatureCollection, WGS-84, UTF-8; causes are in `language`."""
    sites = {site.id: site.name for site in district.sites}
    features = [*_facilities(district), *_unserved(plan, sites, language)]
    for route in plan.routes:
        features += _steps(route, ground)
    collection = {
        "type": "FeatureCollection",
        "attribution": plan.attribution,
        "district": plan.district_id,
        "date": plan.date.isoformat(),
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def _steps(route: PlanRoute, ground: Ground) -> Iterator[Feature]:
    for trip_number, trip in enumerate(route.trips, start=1):
        for step in trip.steps:
            line = ground.step(step)
            if not line:
                continue
            yield _feature(
                line, layer="step", route=route.id, vehicle=route.vehicle,
                operation=route.operation, trip=trip_number, kind=step.kind, task=step.task,
                facility=step.facility, name=step.name, arrive=step.arrive.isoformat(),
                depart=step.depart.isoformat(), distance_m=step.distance_m,
            )  # fmt: skip


def _facilities(district: District) -> Iterator[Feature]:
    for site in district.sites:
        yield _feature(
            [(round(site.lon, 5), round(site.lat, 5))], layer="facility",
            id=site.id, name=site.name, kind=site.kind.value,
        )  # fmt: skip


def _unserved(plan: Plan, sites: dict[str, str], language: str) -> Iterator[Feature]:
    for task in plan.unserved:
        yield _feature(
            [(round(task.lon, 5), round(task.lat, 5))], layer="unserved", task=task.task,
            operation=task.operation, name=task.name, reason=task.reason,
            relaxation=way_out(task, sites, language, plan.titles),
        )  # fmt: skip


def _feature(line: Line, **properties: object) -> Feature:
    geometry = (
        {"type": "Point", "coordinates": line[0]}
        if len(line) == 1
        else {"type": "LineString", "coordinates": line}
    )
    kept = {key: value for key, value in properties.items() if value not in (None, "")}
    return {"type": "Feature", "properties": kept, "geometry": geometry}
