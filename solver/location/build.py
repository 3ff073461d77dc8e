"""A district to a relocation problem: zones, sites, plants, road times, and an estimate of cost.

The estimate of collection: every load drives from its zone to the station and back, in a usual
truck with its crew, `calibration_percent` of it. Haul: full round trips of a usual haul truck.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from models.district import SiteKind, Stream
from models.location import (
    UNREACHABLE_COST,
    CandidateSite,
    DemandZone,
    LocationPlant,
    RelocationProblem,
)
from models.units import MFEN_PER_CNY, UNREACHABLE
from solver.location.candidates import land_needed_m2, lot_radius_m
from solver.roads.cache import Cache
from solver.roads.graph import build_turn_graph
from solver.roads.paths import matrix
from solver.trade.sites import swap_s
from solver.trade.streams import takes_stream
from solver.trade.vehicles import HAUL, haulers, rates, usual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.district import District, Site
    from models.location import Period
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from models.truck import Truck
    from solver.location.candidates import Offer
    from solver.location.exposure import Neighbourhood

OPERATION = "collect_residual"
LOAD_SHARE = 0.9
"""A truck that goes to tip carries this share of its payload in the mean (memory)."""
NO_DESIGN_KG = 10_000_000
"""A station without a design tonnage is taken to hold so many kilograms: what comes (chosen: above
any station's day)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRules:
    """Money of sites (memory; a bureau sets its own): CNY a day per t/d of design tonnage.

    `capital_cny_t`: building one t/d over 20 years; `closing_cny`: clearing one station.
    `calibration_percent`: what real plans of the demo bureau rise by for each unit of the plain
    estimate (fleet and windows included), measured with `benchmarks.screening`.
    """

    running_cny: float = 500.0
    running_cny_t: float = 8.0
    capital_cny_t: float = 34.0
    closing_cny: float = 400_000.0
    calibration_percent: int = 150


@dataclass(frozen=True, eq=False, kw_only=True)
class Roads:
    """Two-way road times [s] and distances [m] between zones, sites and plants.

    `collect_s`, `collect_m` (z, s) there and back, `drive_s` (z, s) one way loaded; `haul_s`,
    `haul_m` (s, p) there and back with the way beyond the map.
    """

    collect_s: NDArray[np.int64]
    collect_m: NDArray[np.int64]
    drive_s: NDArray[np.int64]
    haul_s: NDArray[np.int64]
    haul_m: NDArray[np.int64]


def stations_of(district: District) -> list[Site]:
    """Open transfer stations for residual waste."""
    return _open_for_residual(district, SiteKind.STATION)


def plants_of(district: District) -> list[Site]:
    """Open plants for residual waste."""
    return _open_for_residual(district, SiteKind.PLANT)


def _open_for_residual(district: District, kind: SiteKind) -> list[Site]:
    return [
        site for site in district.sites if site.kind == kind and takes_stream(site, Stream.RESIDUAL)
    ]


def demand_zones(district: District, network: RoadNetwork, most: int = 60) -> list[DemandZone]:
    """Residual stops in square cells, at most `most`, each at its centre of waste."""
    stops = [p for p in district.points if p.stream == Stream.RESIDUAL and p.demand_kg > 0]
    if not stops:
        return []
    xy = network.to_xy(np.array([p.lon for p in stops]), np.array([p.lat for p in stops]))
    zones = []
    for number, members in enumerate(square_cells(xy, 200.0, most)):
        kg = np.array([stops[k].demand_kg for k in members])
        zones.append(
            DemandZone(
                id=f"Z{number + 1:03d}",
                lon=float(np.average([stops[k].lon for k in members], weights=kg)),
                lat=float(np.average([stops[k].lat for k in members], weights=kg)),
                demand_kg=int(kg.sum()),
            )
        )
    return zones


def square_cells(xy: NDArray[np.float64], step_m: float, most: int) -> list[list[int]]:
    """Places (n, 2) by square cells from `step_m` on, as wide as it takes for at most `most`."""
    cells: dict[tuple[int, int], list[int]] = {}
    while len(xy) and (not cells or len(cells) > most):
        found = defaultdict(list)
        for k, (x, y) in enumerate(np.floor(xy / step_m).astype(int).tolist()):
            found[x, y].append(k)
        cells, step_m = dict(found), step_m * 1.2
    return [cells[key] for key in sorted(cells)]


def station_sites(
    district: District, near: Neighbourhood, rules: CostRules, may_close: frozenset[str]
) -> list[CandidateSite]:
    """The stations that stand, with who lives near them."""
    found = []
    for site in stations_of(district):
        capacity = site.design_kg or NO_DESIGN_KG
        land = site.land_m2 or land_needed_m2(min(capacity, 100_000))
        around = near.around(site.lon, site.lat, radius_m=lot_radius_m(land))
        found.append(
            CandidateSite(
                id=site.id,
                name=site.name,
                place=site.id,
                lon=site.lon,
                lat=site.lat,
                capacity_kg=capacity,
                existing=True,
                may_close=site.id in may_close,
                day_cost=_mfen(rules.running_cny + rules.running_cny_t * site.design_kg / 1_000),
                closing_cost=_mfen(rules.closing_cny),
                exposure=around.weighted,
                home_m=around.home_m,
                sensitive_m=around.sensitive_m,
            )
        )
    return found


def offered_sites(offers: Sequence[Offer], rules: CostRules) -> list[CandidateSite]:
    """New sites from the offers; `LOT/50t` where a lot comes in several sizes."""
    sizes = Counter(offer.lot.id for offer in offers)
    found = []
    for offer in offers:
        lot, tonnes = offer.lot, offer.capacity_kg / 1_000
        per_t = rules.running_cny_t + rules.capital_cny_t
        day = _mfen(rules.running_cny + per_t * tonnes) if lot.day_cost is None else lot.day_cost
        risk = lot.opposition_percent
        found.append(
            CandidateSite(
                id=f"{lot.id}/{tonnes:g}t" if sizes[lot.id] > 1 else lot.id,
                name=lot.name,
                place=lot.id,
                lon=lot.lon,
                lat=lot.lat,
                capacity_kg=offer.capacity_kg,
                open_from=lot.open_from,
                day_cost=day,
                exposure=offer.exposure.weighted,
                opposition_percent=offer.exposure.opposition_percent if risk is None else risk,
                home_m=offer.exposure.home_m,
                sensitive_m=offer.exposure.sensitive_m,
            )
        )
    return found


def road_tables(
    district: District,
    network: RoadNetwork,
    rules: RuleProfile,
    zones: Sequence[DemandZone],
    sites: Sequence[CandidateSite],
    *,
    operation: str = OPERATION,
) -> Roads:
    """Road times of the operation's usual truck; each place at the end of the arc nearest to it."""
    plants = plants_of(district)
    graph = build_turn_graph(network, usual(district, rules, operation).profile)
    router = Cache.from_environment().router(graph)
    fine = np.flatnonzero(graph.verdict == 0)
    middle = (network.point_start[:-1] + network.point_start[1:]) // 2
    tree = cKDTree(network.to_xy(network.point_lon[middle[fine]], network.point_lat[middle[fine]]))

    def arcs(
        places: Sequence[DemandZone] | Sequence[CandidateSite] | Sequence[Site],
    ) -> NDArray[np.int64]:
        lon, lat = np.array([p.lon for p in places]), np.array([p.lat for p in places])
        return fine[tree.query(network.to_xy(lon, lat))[1]] if len(places) else fine[:0]

    def legs(frm: NDArray[np.int64], to: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        found = matrix(router, frm, to, np.ones(len(to), bool), workers=1)
        return found.duration.astype(np.int64), found.distance.astype(np.int64)

    zone_arcs, site_arcs, plant_arcs = arcs(zones), arcs(sites), arcs(plants)
    there_s, there_m = legs(zone_arcs, site_arcs)
    back_s, back_m = legs(site_arcs, zone_arcs)
    out_s, out_m = legs(site_arcs, plant_arcs)
    home_s, home_m = legs(plant_arcs, site_arcs)
    beyond_s = np.array([2 * p.access_s for p in plants], np.int64)
    beyond_m = np.array([2 * p.access_m for p in plants], np.int64)
    return Roads(
        collect_s=there_s + back_s.T,
        collect_m=there_m + back_m.T,
        drive_s=there_s,
        haul_s=out_s + home_s.T + beyond_s,
        haul_m=out_m + home_m.T + beyond_m,
    )


def relocation_problem(
    district: District,
    rules: RuleProfile,
    *,
    zones: Sequence[DemandZone],
    sites: Sequence[CandidateSite],
    roads: Roads,
    periods: Sequence[Period],
    costs: CostRules,
    max_drive_s: int = 900,
    peak_percent: int = 130,
    outages: bool = False,
) -> RelocationProblem:
    """The problem; the drive limit gives way to the farthest zone's way to a station today."""
    truck = usual(district, rules, OPERATION)
    kg = np.array([zone.demand_kg for zone in zones], np.int64)[:, None]
    loads = kg / (LOAD_SHARE * truck.waste_kg)
    price = rates(truck, rules)
    per_s = price.per_s + price.per_shift / _day_s(rules)
    collect = loads * (roads.collect_s * per_s + roads.collect_m * price.per_m)
    collect *= costs.calibration_percent / 100
    cut_off = roads.collect_s >= UNREACHABLE
    today = [k for k, site in enumerate(sites) if site.existing]
    farthest = int(roads.drive_s[:, today].min(axis=1).max()) if today and len(zones) else 0
    plants = plants_of(district)
    total = int(kg.sum()) * 2
    return RelocationProblem(
        zones=tuple(zones),
        sites=tuple(sites),
        plants=tuple(
            LocationPlant(id=p.id, quota_kg=p.daily_quota_kg or total, gate_fee=p.gate_fee)
            for p in plants
        ),
        periods=tuple(periods),
        collect_cost=np.where(cut_off, UNREACHABLE_COST, np.rint(collect)).astype(np.int64),
        drive_s=roads.drive_s.copy(),
        haul_cost=haul_cost(district, rules, roads, plants),
        peak_percent=peak_percent,
        fill_percent=round(100 * rules.stations.full_share),
        max_drive_s=max(max_drive_s, farthest),
        outages=outages,
    )


def haul_cost(
    district: District, rules: RuleProfile, roads: Roads, plants: Sequence[Site]
) -> NDArray[np.int64]:
    """One tonne by a full haul truck: round trip, swap and tipping [mfen], shape (s, p)."""
    trucks = haul_fleet(district, rules)
    payload = mean_payload_kg(trucks)
    prices = np.array([rates(truck, rules) for truck in trucks], float).mean(axis=0)
    per_m, per_s = prices[0], prices[1] + prices[3] / _day_s(rules)
    stands = np.array([swap_s(rules.stations) + p.service_s for p in plants])
    cost = ((roads.haul_s + stands) * per_s + roads.haul_m * per_m) * 1_000 / payload
    return np.where(roads.haul_s >= UNREACHABLE, UNREACHABLE_COST, np.rint(cost)).astype(np.int64)


def haul_fleet(district: District, rules: RuleProfile) -> Sequence[Truck]:
    """The district's haul trucks, or a usual one of the catalogue where it has none."""
    return haulers(district, rules) or [usual(district, rules, HAUL)]


def mean_payload_kg(trucks: Sequence[Truck]) -> float:
    """Mean payload of the trucks [kg]."""
    return float(np.mean([truck.waste_kg for truck in trucks]))


def _day_s(rules: RuleProfile) -> float:
    """A shift's normal hours [s], over which its fixed price is spread."""
    return 3_600 * rules.labour.day_h


def _mfen(cny: float) -> int:
    return round(cny * MFEN_PER_CNY)


def narrowed(problem: RelocationProblem, kept: Sequence[int]) -> RelocationProblem:
    """The problem with these sites only."""
    columns = np.array(kept, np.int64)
    return replace(
        problem,
        sites=tuple(problem.sites[k] for k in kept),
        collect_cost=problem.collect_cost[:, columns],
        drive_s=problem.drive_s[:, columns],
        haul_cost=problem.haul_cost[columns],
    )
