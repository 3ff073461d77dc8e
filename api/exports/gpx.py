"""One GPX file per route, for navigation devices: a timed track per trip, stops as waypoints."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment, GPXWaypoint

from api.exports.geometry import reach
from api.words.i18n import title, word
from scenarios.tables.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.exports.geometry import Ground
    from models.plan import Plan, PlanRoute, PlanStep, PlanTrip

WAYPOINT_KINDS = frozenset({"start", "tip", "refill", "charge", "break", "end"})


def route_gpx(plan: Plan, route: PlanRoute, ground: Ground, language: str) -> bytes:
    """GPX 1.1 of one route, times in UTC as the format asks."""
    gpx = GPX()
    gpx.creator = "huanwei"
    gpx.name = f"{plan.district} {plan.date} {route.id}"
    gpx.description = plan.attribution
    gpx.time = plan.created.astimezone(UTC)
    gpx.waypoints.extend(_waypoints(route, ground, language))
    what = title(plan.titles, "operation", route.operation, language)
    track = GPXTrack(name=f"{route.vehicle} {what}")
    for trip in route.trips:
        if points := list(_points(trip, ground)):
            track.segments.append(GPXTrackSegment(points))
    gpx.tracks.append(track)
    return clean(gpx.to_xml(prettyprint=False)).encode()


def _points(trip: PlanTrip, ground: Ground) -> Iterator[GPXTrackPoint]:
    last = None
    for step in trip.steps:
        line = ground.thin_step(step)
        if len(line) < 2:
            continue
        begin, span = step.arrive.astimezone(UTC), step.depart - step.arrive
        for (lon, lat), share in zip(line, reach(line).tolist(), strict=True):
            if (lon, lat) != last:
                yield GPXTrackPoint(lat, lon, time=begin + span * share)
            last = (lon, lat)


def _waypoints(route: PlanRoute, ground: Ground, language: str) -> Iterator[GPXWaypoint]:
    for trip in route.trips:
        for step in trip.steps:
            if step.kind in WAYPOINT_KINDS or _is_stop(step):
                for lon, lat in ground.step(step)[-1:]:
                    yield GPXWaypoint(
                        lat, lon, time=step.arrive.astimezone(UTC),
                        name=step.name or step.facility or step.task or "",
                        symbol=word("kind", step.kind, language),
                    )  # fmt: skip


def _is_stop(step: PlanStep) -> bool:
    return step.kind == "serve" and not step.streets
