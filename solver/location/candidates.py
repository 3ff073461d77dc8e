"""Places where a station could stand, and why the others could not.

Land from the map (industrial, brownfield, municipal) or from a file; each place is filtered by
land, access road and the hard distances of its size class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from models.location import FAR_AWAY_M, SCHOOL_M, size_class
from models.network import Access, local_lonlat
from solver.location.exposure import grid, outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from models.district import Site
    from models.network import RoadNetwork
    from solver.location.exposure import Exposure, Neighbourhood
    from solver.roads.surroundings import Surroundings

LANDUSES = {"industrial", "brownfield", "depot", "railway", "landfill", "construction", "garages"}
STEP_M = 120.0
"""Places tried on one piece of land lie so many metres apart (chosen)."""
ACCESS_M = 80
"""A lot farther than so many metres from a wide enough road has no access (chosen)."""
ACCESS_WIDTH_DM = 60
"""A haul truck needs a carriageway so many decimetres wide (memory: 6 m)."""
LAND_M2_PER_T = 18.0
"""A small or medium station takes so many square metres per t/d, between the table's ends (domain
brief 4.7)."""
SAME_PLACE_M = 60
"""A lot nearer than so many metres to a station is the same place (chosen)."""


class Refusal(StrEnum):
    """Why a place fell out."""

    LAND = "lot too small"
    ACCESS = "no wide access road"
    HOMES = "too near homes"
    SCHOOLS = "too near a school or hospital"
    SAME = "beside an existing station"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A place that may be offered: `land_m2` of land, None where it is not known.

    `day_cost` and `opening_cost` [mfen] from a file; None: by the cost rules.
    """

    id: str
    name: str
    lon: float
    lat: float
    land_m2: int | None = None
    capacity_kg: int | None = None
    """Fixed by a file; None: any the land allows."""
    open_from: int = 1
    day_cost: int | None = None
    opposition_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A lot that fell out, with the reason and the shortfall in its unit (m2 or m)."""

    lot: Lot
    reason: Refusal
    short: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A lot that stands all filters in a size: its exposure and distances."""

    lot: Lot
    capacity_kg: int
    exposure: Exposure


def lots_on_map(surroundings: Surroundings, near: Neighbourhood) -> list[Lot]:
    """Places on industrial, brownfield and municipal land, `STEP_M` apart."""
    lots: list[Lot] = []
    for number, area in enumerate(surroundings.land):
        kind = area.tags["landuse"]
        if kind not in LANDUSES:
            continue
        shape = outline(area, near.origin)
        places = grid(shape, STEP_M)
        for k, (lon, lat) in enumerate(local_lonlat(places, near.origin).tolist()):
            lots.append(
                Lot(
                    id=f"N{number + 1:03d}-{k + 1:02d}",
                    name=area.tags.get("name") or kind,
                    lon=round(lon, 6),
                    lat=round(lat, 6),
                    land_m2=round(shape.area / len(places)),
                )
            )
    return lots


def land_needed_m2(capacity_kg: int) -> int:
    """Least land of a station of this size: its class's, or so much per tonne."""
    return max(size_class(capacity_kg).land_m2, round(LAND_M2_PER_T * capacity_kg / 1_000))


def screen_lots(
    lots: Iterable[Lot],
    sizes_kg: Sequence[int],
    *,
    near: Neighbourhood,
    network: RoadNetwork,
    existing: Sequence[Site],
) -> tuple[list[Offer], list[Rejected]]:
    """Every lot in every size it can carry, and every lot that carries none with the reason."""
    roads = _access_tree(network)
    stations = cKDTree(
        network.to_xy(np.array([s.lon for s in existing]), np.array([s.lat for s in existing]))
    )
    offers: list[Offer] = []
    rejected: list[Rejected] = []
    for lot in lots:
        xy = network.to_xy(np.array([lot.lon]), np.array([lot.lat]))[0]
        road_m = _road_m(roads, xy)
        station_m = float(stations.query(xy)[0])
        if road_m > ACCESS_M:
            short = round(min(road_m, FAR_AWAY_M) - ACCESS_M)
            rejected.append(Rejected(lot, Refusal.ACCESS, short))
            continue
        if station_m < SAME_PLACE_M:
            rejected.append(Rejected(lot, Refusal.SAME, round(SAME_PLACE_M - station_m)))
            continue
        reasons: list[Rejected] = []
        fits = 0
        for capacity in [lot.capacity_kg] if lot.capacity_kg else sorted(sizes_kg):
            verdict = _verdict(lot, capacity, near)
            if isinstance(verdict, Rejected):
                reasons.append(verdict)
            else:
                offers.append(verdict)
                fits += 1
        if not fits:
            rejected.append(reasons[0])
    return offers, rejected


def _verdict(lot: Lot, capacity_kg: int, near: Neighbourhood) -> Offer | Rejected:
    """Land, homes, schools: the first that fails, or an offer."""
    needed = land_needed_m2(capacity_kg)
    if lot.land_m2 is not None and lot.land_m2 < needed:
        return Rejected(lot, Refusal.LAND, needed - lot.land_m2)
    around = near.around(lot.lon, lot.lat, radius_m=lot_radius_m(needed))
    if (short := size_class(capacity_kg).building_m - around.home_m) > 0:
        return Rejected(lot, Refusal.HOMES, short)
    if (short := SCHOOL_M - around.sensitive_m) > 0:
        return Rejected(lot, Refusal.SCHOOLS, short)
    return Offer(lot, capacity_kg, around)


def lot_radius_m(land_m2: int) -> float:
    """Radius of a round lot of this land."""
    return float(np.sqrt(land_m2 / np.pi))


def _access_tree(network: RoadNetwork) -> shapely.STRtree:
    """Lines of roads that a haul truck can use, in the network's plane."""
    wide = (network.width_dm >= ACCESS_WIDTH_DM) & (network.access <= Access.DESTINATION)
    kept = np.flatnonzero(wide & (network.hgv <= Access.DESTINATION))
    xy = network.to_xy(network.point_lon, network.point_lat)
    start = network.point_start
    return shapely.STRtree(
        [shapely.LineString(xy[start[arc] : start[arc + 1]]) for arc in kept.tolist()]
    )


def _road_m(roads: shapely.STRtree, xy: NDArray[np.float64]) -> float:
    """Distance to the nearest of the roads; infinite where there is none."""
    if not len(roads.geometries):
        return float("inf")
    spot = shapely.Point(*xy)
    return float(shapely.distance(spot, roads.geometries[roads.nearest(spot)]))
