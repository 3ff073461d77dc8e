"""Whether routes lie beside each other, duties are even, and vehicles and drivers at home."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import cos, radians
from statistics import pstdev
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.network import EARTH_RADIUS_M
from models.solution import Serve
from solver.tasks.part import square_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.day import DrivenDay, DrivenRoute
    from models.network import RoadNetwork
    from models.plan import PlanHome, PlanRoute, PlanTour
    from models.trade.rules import Costs

Figures = dict[str, float]

HOME_M = 1_000.0
"""Homes are made of squares of this side [m] where the profile has no squares (chosen: a few
blocks)."""


class Area(NamedTuple):
    """The places a route serves [m east and north], and their convex hull."""

    places: shapely.MultiPoint
    hull: shapely.Geometry


def compactness(
    day: DrivenDay, written: Sequence[PlanRoute], network: RoadNetwork
) -> dict[str, dict[str, Figures]]:
    """Figures of every operation with routes; nothing where there are none.

    `written` are the routes in the day's order with the arcs they drive. Of the areas of all routes
    `area_overlap_share` also lies in that of another route of the same shift,
    `tasks_in_other_areas_share` of the tasks do. `duty_h` is the mean time out of a route,
    `duty_spread_h` its standard deviation. With them stand three measures that Lee, Han and Kim
    (2026) tell of routes, here of those of each shift and by formulas of our own: `arc_overlap`
    (AOI), the further routes on an arc that one drives, in the mean; `hull_overlap` (NHO), what
    pairs of hulls share, by the area of all hulls; `pieces_per_route` (CCI), connected pieces of
    the streets that a route serves.
    """
    by_operation: defaultdict[str, list[tuple[DrivenRoute, PlanRoute]]] = defaultdict(list)
    for one, told in zip(day, written, strict=True):
        if any(isinstance(visit, Serve) for visit in one.route.visits):
            by_operation[one.part.operation].append((one, told))
    table = {}
    for name, pairs in by_operation.items():
        table[name] = _figures([one for one, _ in pairs])
        table[name] |= _along_streets([told for _, told in pairs], network)
    return {"compactness": table} if table else {}


def home_side_m(costs: Costs) -> float:
    """Side of the squares that homes are made of [m]."""
    return costs.area_m or HOME_M


def work_squares(route: PlanRoute, side_m: float) -> Counter[tuple[int, int]]:
    """Tasks that a route serves, by the squares of the town where they end."""
    return Counter(
        square_of(*step.to, side_m)
        for trip in route.trips
        for step in trip.steps
        if step.kind == "serve" and step.to is not None
    )


def steadiness(
    routes: Sequence[PlanRoute],
    tours: Sequence[PlanTour],
    homes: Sequence[PlanHome],
    costs: Costs,
) -> Figures:
    """How steady the day is against those before; nothing where none is known.

    `home_share` of the tasks in squares where somebody of their operation worked is served by a
    vehicle that did, whatever the shift; `home_drivers_share` of the crews of vehicles that were
    out has a driver who drove the vehicle then.
    """
    known: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    own: defaultdict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    drivers: defaultdict[str, set[str]] = defaultdict(set)
    for home in homes:
        squares = {(east, north) for east, north, _ in home.squares}
        known[home.operation] |= squares
        own[home.vehicle, home.operation] |= squares
        drivers[home.vehicle] |= set(home.drivers)
    all_tasks = at_home = 0
    for route in routes:
        for square, count in work_squares(route, home_side_m(costs)).items():
            all_tasks += count * (square in known[route.operation])
            at_home += count * (square in own[route.vehicle, route.operation])
    out = [(one.vehicle, one.crew) for one in routes] + [(one.vehicle, one.crew) for one in tours]
    crews = [(vehicle, crew[0]) for vehicle, crew in out if crew]
    crews = [(vehicle, driver) for vehicle, driver in crews if drivers[vehicle]]
    figures: Figures = {}
    if all_tasks:
        figures["home_share"] = round(at_home / all_tasks, 4)
    if crews:
        same = sum(driver in drivers[vehicle] for vehicle, driver in crews)
        figures["home_drivers_share"] = round(same / len(crews), 4)
    return figures


def _along_streets(routes: Sequence[PlanRoute], network: RoadNetwork) -> Figures:
    """AOI of all arcs driven, CCI of those served; no CCI where work stands still."""
    driven: Counter[tuple[str, int]] = Counter()
    pieces = []
    for route in routes:
        steps = [step for trip in route.trips for step in trip.steps]
        arcs = {arc for step in steps for piece in step.streets for arc in piece.arcs}
        driven.update((route.shift, arc) for arc in arcs)
        served = {
            arc
            for step in steps
            if step.kind == "serve"
            for piece in step.streets
            for arc in piece.arcs
        }
        if served:
            pieces.append(_pieces(sorted(served), network))
    found = {"arc_overlap": round(driven.total() / len(driven) - 1, 3)} if driven else {}
    if pieces:
        found["pieces_per_route"] = round(sum(pieces) / len(pieces), 2)
    return found


def _pieces(arcs: Sequence[int], network: RoadNetwork) -> int:
    """Connected pieces that arcs make, whichever way they are driven."""
    ends = np.concatenate([network.tail[arcs], network.head[arcs]])
    nodes, number = np.unique(ends, return_inverse=True)
    pairs = number.reshape(2, -1)
    ones = np.ones(len(arcs), dtype=np.int8)
    count, _ = connected_components(coo_array((ones, tuple(pairs)), shape=(len(nodes),) * 2))
    return int(count)


def _beside(hulls: NDArray[np.object_]) -> list[tuple[int, int]]:
    """Pairs of hulls that touch: of a city's hundreds most lie far apart."""
    pairs = shapely.STRtree(hulls).query(hulls, "intersects").T.tolist()
    return sorted((first, second) for first, second in pairs if first < second)


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
    area = overlap = shared = 0.0
    tasks = inside = 0
    for areas in by_shift.values():
        hulls = np.array([one.hull for one in areas])
        beside = _beside(hulls)
        shared += sum(float(shapely.intersection(hulls[n], hulls[m]).area) for n, m in beside)
        near = defaultdict(list)
        for first, second in beside:
            near[first].append(second)
            near[second].append(first)
        for number, own in enumerate(areas):
            others = shapely.union_all(hulls[near[number]])
            area += own.hull.area
            overlap += own.hull.intersection(others).area
            tasks += len(own.places.geoms)
            inside += int(shapely.contains(others, list(own.places.geoms)).sum())
    hours = [(one.schedule.end - one.schedule.begin) / 3_600 for one in routes]
    return {
        "area_overlap_share": round(overlap / area, 3) if area else 0.0,
        "hull_overlap": round(shared / area, 3) if area else 0.0,
        "tasks_in_other_areas_share": round(inside / tasks, 3),
        "duty_h": round(sum(hours) / len(hours), 2),
        "duty_spread_h": round(pstdev(hours), 2),
    }
