"""Who lives near a place: people from a file, the map or the waste, schools and hospitals.

The source of the population is always kept with the numbers, for evidence must say what it rests
on. Exposure is sum pop(b) exp(-d / decay) up to 500 m (domain brief 5.9), the decay by the profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from models.district import Stream
from models.location import FAR_AWAY_M, SCHOOL_SOFT_M
from models.network import local_xy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from models.district import Point
    from models.network import RoadNetwork
    from models.trade.rules import ExposureRules
    from solver.roads.surroundings import Area, Surroundings

BANDS_M = (100, 200, 300, 500)
"""People are counted within these distances [m], which name the figures `people_100m` and so on
(chosen)."""
GRID_M = 50.0
"""People of an area stand so many metres apart (chosen: finer than any band)."""
_HOMES = frozenset({
    "apartments", "residential", "house", "detached", "terrace", "dormitory",
    "semidetached_house", "bungalow", "farm", "hut",
})  # fmt: skip
_LOW = frozenset({"house", "detached", "terrace", "semidetached_house", "bungalow", "farm", "hut"})


class PopulationSource(StrEnum):
    """Where the number of people comes from."""

    FILE = "file"
    BUILDINGS = "buildings"
    LANDUSE = "landuse"
    DEMAND = "demand"


@dataclass(frozen=True, eq=False, slots=True)
class People:
    """Persons at places of a local plane: `xy` [m] (n, 2), `persons` (n,), and their source."""

    xy: NDArray[np.float64]
    persons: NDArray[np.float64]
    source: PopulationSource


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who is near one place: persons within `BANDS_M`, weighted persons, sensitive places.

    `home_m` and `sensitive_m` are to the next outline; `FAR_AWAY_M` where the map shows none.
    """

    within: tuple[int, ...]
    weighted: int
    sensitive: int
    """Schools, kindergartens and hospitals within 300 m."""
    names: tuple[str, ...]
    home_m: int
    sensitive_m: int

    @property
    def opposition_percent(self) -> int:
        """A heuristic 0 to 100: 1 - exp(-(weighted persons / 400 + sensitive places / 2))."""
        return protest_percent(self.weighted, self.sensitive)


def protest_percent(weighted: float, sensitive: int = 0) -> int:
    """Risk of protest 0 to 100 where so many weighted persons and sensitive places are near."""
    return round(100 * (1 - float(np.exp(-(weighted / 400 + sensitive / 2)))))


@dataclass(frozen=True, eq=False, slots=True)
class Neighbourhood:
    """Homes and sensitive places in the plane about `origin`, ready for questions."""

    origin: tuple[float, float]
    people: People
    homes: shapely.STRtree
    sensitive: shapely.STRtree
    sensitive_names: tuple[str, ...]
    rules: ExposureRules

    def xy(self, lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.float64]:
        """Places in the plane [m], shape (n, 2)."""
        return local_xy(np.asarray(lon, float), np.asarray(lat, float), self.origin)

    def around(self, lon: float, lat: float, *, radius_m: float = 0.0) -> Exposure:
        """Who is near a station at (lon, lat) whose lot reaches `radius_m` around it."""
        here = self.xy([lon], [lat])[0]
        away = np.hypot(*(self.people.xy - here).T) if len(self.people.xy) else np.zeros(0)
        near = away <= BANDS_M[-1]
        spot = shapely.Point(*here)
        close = self.sensitive.query(spot, predicate="dwithin", distance=SCHOOL_SOFT_M + radius_m)
        return Exposure(
            within=tuple(round(float(self.people.persons[away <= m].sum())) for m in BANDS_M),
            weighted=round(
                float((self.people.persons[near] * np.exp(-away[near] / self.rules.decay_m)).sum())
            ),
            sensitive=len(close),
            names=tuple(sorted(self.sensitive_names[k] for k in close.tolist())),
            home_m=_free(self.homes, spot, radius_m),
            sensitive_m=_free(self.sensitive, spot, radius_m),
        )

    def weighted(
        self, xy: NDArray[np.float64], decay_m: float, reach_m: float
    ) -> NDArray[np.float64]:
        """Persons near each place (n,), weighted exp(-d / `decay_m`) up to `reach_m` [m]."""
        if not len(self.people.xy):
            return np.zeros(len(xy))
        tree = cKDTree(self.people.xy)
        found = np.zeros(len(xy))
        for k, members in enumerate(tree.query_ball_point(xy, reach_m)):
            away = np.hypot(*(self.people.xy[members] - xy[k]).T)
            found[k] = float((self.people.persons[members] * np.exp(-away / decay_m)).sum())
        return found

    def beside(self, network: RoadNetwork) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Arcs that pass homes, and those that pass schools or hospitals (m,): by their middles."""
        lon, lat = middles(network)
        return (
            self.beside_homes(lon, lat, self.rules.beside_homes_m),
            self.beside_sensitive(lon, lat, self.rules.beside_schools_m),
        )

    def beside_homes(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], metres: float
    ) -> NDArray[np.bool_]:
        """Whether each place (n,) is within `metres` of a home."""
        return self._beside(self.homes, lon, lat, metres)

    def beside_sensitive(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], metres: float
    ) -> NDArray[np.bool_]:
        """Whether each place (n,) is within `metres` of a school, kindergarten or hospital."""
        return self._beside(self.sensitive, lon, lat, metres)

    def _beside(
        self,
        tree: shapely.STRtree,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        metres: float,
    ) -> NDArray[np.bool_]:
        found = np.zeros(len(lon), bool)
        spots = shapely.points(local_xy(lon, lat, self.origin))
        found[tree.query(spots, predicate="dwithin", distance=metres)[0]] = True
        return found


def neighbourhood(
    surroundings: Surroundings,
    points: Iterable[Point],
    origin: tuple[float, float],
    rules: ExposureRules,
    census: Sequence[tuple[float, float, float]] | None = None,
) -> Neighbourhood:
    """The neighbourhood of a district; `census` rows are (lon, lat, persons) of a file."""
    homes = _homes(surroundings)
    sensitive = [(outline(a, origin), _label(a.tags)) for a in surroundings.amenities]
    for spot in surroundings.amenity_spots:
        at = local_xy(np.array([spot.lon]), np.array([spot.lat]), origin)[0]
        sensitive.append((shapely.Point(*at), _label(spot.tags)))
    return Neighbourhood(
        origin=origin,
        people=find_people(surroundings, homes, points, origin, rules=rules, census=census),
        homes=shapely.STRtree([outline(area, origin) for area in homes]),
        sensitive=shapely.STRtree([shape for shape, _ in sensitive]),
        sensitive_names=tuple(name for _, name in sensitive),
        rules=rules,
    )


def find_people(
    surroundings: Surroundings,
    homes: Sequence[Area],
    points: Iterable[Point],
    origin: tuple[float, float],
    *,
    rules: ExposureRules,
    census: Sequence[tuple[float, float, float]] | None,
) -> People:
    """The best source there is: a file, residential buildings, residential land, the waste."""
    if census is not None:
        rows = np.array(census, float).reshape(-1, 3)
        return People(local_xy(rows[:, 0], rows[:, 1], origin), rows[:, 2], PopulationSource.FILE)
    if homes:
        shapes = [outline(area, origin) for area in homes]
        middles = np.array([(s.centroid.x, s.centroid.y) for s in shapes])
        floors = np.array([s.area * _levels(a) for s, a in zip(shapes, homes, strict=True)])
        return People(middles, floors / rules.floor_m2, PopulationSource.BUILDINGS)
    land = [a for a in surroundings.land if a.tags["landuse"] == "residential"]
    if land:
        grids = [grid(outline(area, origin), GRID_M) for area in land]
        shares = [np.full(len(g), outline(a, origin).area * rules.people_km2 / 1e6 / max(1, len(g)))
                  for g, a in zip(grids, land, strict=True)]  # fmt: skip
        return People(np.concatenate(grids), np.concatenate(shares), PopulationSource.LANDUSE)
    stops = [one for one in points if one.stream == Stream.RESIDUAL]
    lon, lat = np.array([p.lon for p in stops]), np.array([p.lat for p in stops])
    persons = np.array([p.demand_kg / rules.kg_person_day for p in stops])
    return People(local_xy(lon, lat, origin), persons, PopulationSource.DEMAND)


def middles(network: RoadNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places half-way along each arc: lon and lat [degrees] (m,)."""
    xy = network.to_xy(network.point_lon, network.point_lat)
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    half = (run[network.point_start[:-1]] + run[network.point_start[1:] - 1]) / 2
    return np.interp(half, run, network.point_lon), np.interp(half, run, network.point_lat)


def grid(shape: shapely.Polygon, step_m: float) -> NDArray[np.float64]:
    """Places `step_m` apart inside a shape, shape (n, 2); at least one."""
    west, south, east, north = shape.bounds
    xs = np.arange(west + step_m / 2, east, step_m)
    ys = np.arange(south + step_m / 2, north, step_m)
    table = np.array([(x, y) for x in xs for y in ys]).reshape(-1, 2)
    inside = table[shapely.contains_xy(shape, table[:, 0], table[:, 1])]
    if len(inside):
        return np.asarray(inside)
    middle = shape.representative_point()
    return np.array([[middle.x, middle.y]])


def outline(area: Area, origin: tuple[float, float]) -> shapely.Polygon:
    """The area in the plane about `origin`, mended where its ring crosses itself."""
    ring = np.array(area.ring)
    shape = shapely.Polygon(local_xy(ring[:, 0], ring[:, 1], origin))
    return shape if shape.is_valid else shapely.convex_hull(shape)


def _homes(surroundings: Surroundings) -> list[Area]:
    """Buildings tagged as homes; a plain `yes` counts where the map tags no home at all."""
    tagged = [area for area in surroundings.buildings if area.tags["building"] in _HOMES]
    return tagged or [area for area in surroundings.buildings if area.tags["building"] == "yes"]


def _levels(area: Area) -> float:
    """Storeys as tagged, else 2 for houses and 6 for flats (memory)."""
    text = area.tags.get("building:levels", "")
    try:
        return min(60.0, max(1.0, float(text)))
    except ValueError:
        return 2.0 if area.tags["building"] in _LOW else 6.0


def _label(tags: Mapping[str, str]) -> str:
    return tags.get("name") or tags.get("amenity", "")


def _free(tree: shapely.STRtree, spot: shapely.Point, radius_m: float) -> int:
    """Metres between the lot and the next outline; 0 when they touch."""
    if not len(tree.geometries):
        return FAR_AWAY_M
    nearest = tree.geometries[tree.nearest(spot)]
    return max(0, int(shapely.distance(spot, nearest) - radius_m))
