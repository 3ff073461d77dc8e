"""Rooms, toilets, water points, depots, chargers: places to the location problem without plants.

Stations, plants and their haul are `build`'s; here a site holds what a kind is for and somebody
walks or drives to it. On foot a metre counts as a second: `drive_s` of the problem then holds
metres, and the limit of the way is one of metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.district import SiteKind
from models.location import UNREACHABLE_COST, CandidateSite, Period, RelocationProblem
from models.network import CLASSES
from models.units import MFEN_PER_CNY, UNREACHABLE
from solver.location.build import road_tables
from solver.location.candidates import lots_on_map
from solver.location.exposure import middles, protest_percent
from solver.location.needs import UNITS
from solver.location.walking import Footways
from solver.trade.vehicles import rates, usual

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.district import District, Point
    from models.location import DemandZone
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from models.trade.siting import Kind, SitingRules
    from solver.location.exposure import Neighbourhood
    from solver.roads.surroundings import Surroundings

OPPOSE_REACH = 5.0
"""Nobody farther than so many times `oppose_m` counts against a site (chosen: less than 1 in
100)."""
AT_HOME = frozenset({"bins", "point", "room"})
"""Kinds of points that homes bring their waste to (chosen)."""
MOST_PLACES = 400
"""So many places are looked at; where more are `apart_m` apart, every second one goes, then every
second of those (chosen: minutes of solving)."""
STREETS: dict[Kind, tuple[str, ...]] = {
    "toilet": ("primary", "secondary", "tertiary", "residential", "pedestrian"),
    "water": ("secondary", "tertiary", "unclassified", "residential"),
}
"""Along which streets a kind may stand (chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where a site stands, or could; `holds` in the kind's unit where it is known."""

    id: str
    name: str
    lon: float
    lat: float
    existing: bool
    holds: float | None = None


def brought_t(district: District, rules: SitingRules) -> float:
    """Tonnes a day that homes bring to bins and rooms today, of the streams a room takes."""
    return (
        sum(
            point.demand_kg
            for point in district.points
            if point.kind in AT_HOME and point.stream in rules.streams
        )
        / UNITS["room"]
    )


def standing(kind: Kind, district: District, rules: SitingRules) -> list[Spot]:
    """Sites of the kind that a district has: rows of its facilities, or of its points.

    A room's rows of several streams are one place; it holds what they say, and what it gets today.
    """
    if kind in {"room", "toilet"}:
        rows: dict[tuple[float, float], list[Point]] = {}
        for point in district.points:
            if point.kind == kind:
                rows.setdefault((point.lon, point.lat), []).append(point)
        return [
            Spot(
                id=own[0].id,
                name=own[0].name,
                lon=lon,
                lat=lat,
                existing=True,
                holds=_held_t(own, rules) if kind == "room" else None,
            )
            for (lon, lat), own in rows.items()
        ]
    stalls: dict[str, int] = {}
    for vehicle in district.vehicles:
        stalls[vehicle.depot] = stalls.get(vehicle.depot, 0) + 1
    return [
        Spot(
            id=site.id,
            name=site.name,
            lon=site.lon,
            lat=site.lat,
            existing=True,
            holds=max(rules.capacity, rules.peak_percent / 100 * stalls.get(site.id, 0))
            if kind == "depot"
            else rules.capacity * max(1, site.bays),
        )
        for site in district.sites
        if site.kind == SiteKind(kind) and site.is_open
    ]


def _held_t(own: Sequence[Point], rules: SitingRules) -> float:
    """What a room of these rows holds [t]."""
    unit = UNITS["room"]
    told = sum(point.capacity_kg for point in own) / unit
    gets = rules.peak_percent / 100 * sum(point.demand_kg for point in own) / unit
    return max(told or rules.capacity, gets)


def offered(
    kind: Kind,
    district: District,
    network: RoadNetwork,
    surroundings: Surroundings,
    near: Neighbourhood,
) -> list[Spot]:
    """Places where a new site could stand: bins, streets, land, yards, as the kind asks."""
    if kind == "room":
        return [
            Spot(id=f"N-{p.id}", name=p.name, lon=p.lon, lat=p.lat, existing=False)
            for p in district.points
            if p.demand_kg and p.kind in AT_HOME - {"room"}
        ]
    if kind in STREETS:
        return list(_on_streets(network, STREETS[kind]))
    land = [
        Spot(id=lot.id, name=lot.name, lon=lot.lon, lat=lot.lat, existing=False)
        for lot in lots_on_map(surroundings, near)
    ]
    if kind == "charger":
        yards = {SiteKind.DEPOT, SiteKind.STATION, SiteKind.TIP}
        land += [
            Spot(id=f"N-{s.id}", name=s.name, lon=s.lon, lat=s.lat, existing=False)
            for s in district.sites
            if s.kind in yards and s.is_open and not s.access_m
        ]
    return land or list(_on_streets(network, ("tertiary", "unclassified", "service")))


def _on_streets(network: RoadNetwork, classes: Sequence[str]) -> Iterable[Spot]:
    """The middle of each street of these classes, once for both directions."""
    lon, lat = middles(network)
    kept = np.isin(network.highway, [CLASSES.index(name) for name in classes])
    kept &= (network.reverse < 0) | (np.arange(network.num_arcs) < network.reverse)
    for arc in np.flatnonzero(kept).tolist():
        yield Spot(
            id=f"N{arc:05d}",
            name=network.street(arc),
            lon=round(float(lon[arc]), 6),
            lat=round(float(lat[arc]), 6),
            existing=False,
        )


def thinned(
    spots: Sequence[Spot], held: Sequence[Spot], network: RoadNetwork, apart_m: float
) -> list[Spot]:
    """Places `apart_m` from each other and from what stands, at most `MOST_PLACES` of them."""
    taken = _xy(held, network).tolist()
    kept: list[Spot] = []
    for spot, (x, y) in zip(spots, _xy(spots, network).tolist(), strict=True):
        if all((x - a) ** 2 + (y - b) ** 2 >= apart_m**2 for a, b in taken):
            kept.append(spot)
            taken.append((x, y))
    while len(kept) > MOST_PLACES:
        kept = kept[::2]
    return kept


def candidate_sites(
    kind: Kind,
    spots: Sequence[Spot],
    rules: SitingRules,
    near: Neighbourhood,
    network: RoadNetwork,
    *,
    may_close: bool,
) -> list[CandidateSite]:
    """Existing sites as they are, new ones in every size, with who lives near them."""
    unit = UNITS[kind]
    weighted = near.weighted(
        _xy(spots, network), rules.oppose_m, OPPOSE_REACH * rules.oppose_m
    ).tolist()
    found = []
    for spot, persons in zip(spots, weighted, strict=True):
        around = near.around(spot.lon, spot.lat)
        sizes = (1,) if spot.existing else rules.modules
        for size in sizes:
            holds = spot.holds or size * rules.capacity
            modules = max(1, round(holds / rules.capacity))
            found.append(
                CandidateSite(
                    id=spot.id if len(sizes) == 1 else f"{spot.id}/{size}",
                    name=spot.name,
                    place=spot.id,
                    lon=spot.lon,
                    lat=spot.lat,
                    capacity_kg=max(1, round(unit * holds)),
                    existing=spot.existing,
                    may_close=may_close,
                    open_from=0,
                    day_cost=round(
                        MFEN_PER_CNY * (rules.site_cny_day + modules * rules.module_cny_day)
                    ),
                    exposure=round(persons),
                    opposition_percent=0 if spot.existing else protest_percent(persons),
                    home_m=around.home_m,
                    sensitive_m=around.sensitive_m,
                    keeps_m=(rules.homes_m, rules.schools_m),
                )
            )
    return found


def walking_tables(
    zones: Sequence[DemandZone],
    sites: Sequence[CandidateSite],
    rules: SitingRules,
    unit: int,
    footways: RoadNetwork,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Price of each zone's way to each site [mfen/d] and its metres, shape (z, s)."""
    reach = float(rules.walk_m or 0)
    ways = Footways(footways, np.vstack([_xy(zones, footways), _xy(sites, footways)]))
    rows = np.arange(len(zones))
    columns = np.arange(len(sites)) + len(zones)
    metres = np.full((len(zones), len(sites)), UNREACHABLE, np.int64)
    for (z, s), m in ways.walks(rows, columns, reach).items():
        metres[z, s] = m
    users = np.array([zone.demand_kg for zone in zones])[:, None] / unit / rules.user_day
    price = users * metres * (rules.walk_cny_km * MFEN_PER_CNY / 1_000)
    near = metres < UNREACHABLE
    return np.where(near, np.rint(np.where(near, price, 0)), UNREACHABLE_COST).astype(
        np.int64
    ), metres


def driving_tables(
    zones: Sequence[DemandZone],
    sites: Sequence[CandidateSite],
    siting: SitingRules,
    town: tuple[District, RoadNetwork, RuleProfile],
    *,
    unit: int,
    operation: str,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Price of each zone's drives to each site [mfen/d], there and back, and seconds one way."""
    district, network, rules = town
    roads = road_tables(district, network, rules, zones, sites, operation=operation)
    truck = usual(district, rules, operation)
    price = rates(truck, rules)
    per_s = price.per_s + price.per_shift / (3_600 * rules.labour.day_h)
    trips = np.array([zone.demand_kg for zone in zones])[:, None] / unit / siting.trip
    cost = trips * (roads.collect_s * per_s + roads.collect_m * price.per_m)
    lost = roads.collect_s >= UNREACHABLE
    return np.where(lost, UNREACHABLE_COST, np.rint(np.where(lost, 0, cost))).astype(
        np.int64
    ), roads.drive_s.copy()


def siting_problem(
    zones: Sequence[DemandZone],
    sites: Sequence[CandidateSite],
    tables: tuple[NDArray[np.int64], NDArray[np.int64]],
    rules: SitingRules,
    day: date,
) -> tuple[RelocationProblem, list[int]]:
    """The problem of the zones that can reach a lawful place, and which of them those are."""
    cost, way = tables
    limit = rules.walk_m if rules.walk_m is not None else round(60 * (rules.drive_min or 0))
    lawful = np.array([
        one.existing or not (one.short_of_homes_m or one.short_of_schools_m) for one in sites
    ])  # fmt: skip
    near = (way <= limit) & (cost < UNREACHABLE_COST) & lawful
    kept = np.flatnonzero(near.any(axis=1))
    problem = RelocationProblem(
        zones=tuple(zones[k] for k in kept.tolist()),
        sites=tuple(sites),
        plants=(),
        periods=(Period(begin=day),),
        collect_cost=cost[kept],
        drive_s=way[kept],
        haul_cost=np.zeros((len(sites), 0), np.int64),
        peak_percent=rules.peak_percent,
        max_drive_s=limit,
        keep_capacity=False,
        starts_today=False,
    )
    return problem, kept.tolist()


def _xy(
    places: Sequence[Spot] | Sequence[DemandZone] | Sequence[CandidateSite], network: RoadNetwork
) -> NDArray[np.float64]:
    """Places in the network's plane [m], shape (n, 2)."""
    lon, lat = np.array([p.lon for p in places]), np.array([p.lat for p in places])
    return network.to_xy(lon, lat).reshape(-1, 2)
