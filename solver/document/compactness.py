"""Whether the routes of an operation lie beside each other, and whether their duties are even."""

from __future__ import annotations

from collections import defaultdict
from math import cos, radians
from statistics import pstdev
from typing import TYPE_CHECKING, NamedTuple

import shapely

from models.network import EARTH_RADIUS_M
from models.solution import Serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.day import DrivenDay, DrivenRoute

Figures = dict[str, float]


class Area(NamedTuple):
    """The places a route serves [m east and north], and their convex hull."""

    places: shapely.MultiPoint
    hull: shapely.Geometry


def compactness(day: DrivenDay) -> dict[str, dict[str, Figures]]:
    """Figures of every operation with routes; nothing where there are none.

    Of the areas of all routes `area_overlap_share` also lies in that of another route of the same
    shift, `tasks_in_other_areas_share` of the tasks do. `duty_h` is the mean time out of a route,
    `duty_spread_h` its standard deviation.
    """
    by_operation: defaultdict[str, list[DrivenRoute]] = defaultdict(list)
    for one in day:
        if any(isinstance(visit, Serve) for visit in one.route.visits):
            by_operation[one.part.operation].append(one)
    table = {name: _figures(routes) for name, routes in by_operation.items()}
    return {"compactness": table} if table else {}


def _figures(routes: Sequence[DrivenRoute]) -> Figures:
    """On one plane, true at the first place of the first route."""
    by_shift: defaultdict[str, list[Area]] = defaultdict(list)
    refs = [[one.part.refs[v.task] for v in one.route.visits if isinstance(v, Serve)]
            for one in routes]  # fmt: skip
    north = radians(1) * EARTH_RADIUS_M
    east = north * cos(radians(refs[0][0].lat))
    for one, served in zip(routes, refs, strict=True):
        places = shapely.MultiPoint([(ref.lon * east, ref.lat * north) for ref in served])
        by_shift[one.crew.shift].append(Area(places, places.convex_hull))
    area = overlap = 0.0
    tasks = inside = 0
    for areas in by_shift.values():
        for number, own in enumerate(areas):
            others = shapely.union_all([one.hull for n, one in enumerate(areas) if n != number])
            area += own.hull.area
            overlap += own.hull.intersection(others).area
            tasks += len(own.places.geoms)
            inside += int(shapely.contains(others, list(own.places.geoms)).sum())
    hours = [(one.schedule.end - one.schedule.begin) / 3_600 for one in routes]
    return {
        "area_overlap_share": round(overlap / area, 3) if area else 0.0,
        "tasks_in_other_areas_share": round(inside / tasks, 3),
        "duty_h": round(sum(hours) / len(hours), 2),
        "duty_spread_h": round(pstdev(hours), 2),
    }
