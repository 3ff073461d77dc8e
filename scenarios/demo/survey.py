"""What the demo bureau sees of a road network: where the town is dense, which streets are its own.

The bureau is never larger than the reference district times the scale asked for: on a large
extract it looks after the densest part, and other operators after the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import NetworkError
from models.network import CLASSES, RoadNetwork
from scenarios.demo.sizing import first_pass_km
from solver.roads.graph import build_turn_graph
from solver.roads.surroundings import read_surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.trade.rules import RuleProfile

SCHOOLS = frozenset({"school", "kindergarten"})
HOMES = frozenset({"apartments", "residential", "house", "dormitory"})
REFERENCE_KM = 520.0
"""Arc-kilometres of streets in care of the reference district (720 t/d, ten stations)."""
MAX_ARCS = 3_900
MAX_FIRST_PASS_KM = 180.0
"""Kerbs to sweep before the morning peak: more would need more sweepers than the bureau has."""
CELL_M = 500.0
CORE_SHARE = 0.34
OUTER_SHARE = 0.8
"""Streets closer to the middle than this share of the radius are core, farther than that outer."""
PLACEABLE = ("secondary", "tertiary", "unclassified", "residential", "living_street", "road")
_GRADED = ("trunk", "primary", "secondary", "tertiary")


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A network as the bureau sees it; arrays over arcs (m,).

    `own` are arcs of the streets in its care, `truck` those the heaviest collection truck can drive
    to and back from, `distance_m` the distance of the middle of each arc from the densest place.
    `xy` are the arcs' middles [m] (m, 2). `scale` is the size against the reference district.
    """

    network: RoadNetwork
    own: NDArray[np.bool_]
    truck: NDArray[np.bool_]
    xy: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    radius_m: float
    scale: float
    core_streets: tuple[str, ...]
    core_ways: tuple[int, ...]
    outer_streets: tuple[str, ...]
    outer_ways: tuple[int, ...]
    schools: NDArray[np.float64]
    homes: NDArray[np.float64]
    """Middles of schools and of dwellings [m] (k, 2); empty where the file has none."""

    def point(self, arc: int, share: float, aside_m: float) -> tuple[float, float]:
        """(lon, lat) beside `arc`, at a share of its length, `aside_m` to the right of its middle.

        Raises nothing; a share of 0 or 1 is an end of the arc.
        """
        xy = self.network.to_xy(*self.network.points(arc).T)
        steps = np.hypot(*np.diff(xy, axis=0).T)
        run = np.concatenate([[0.0], np.cumsum(steps)])
        at = share * run[-1]
        k = min(int(np.searchsorted(run, at, side="right")) - 1, len(steps) - 1)
        along = (xy[k + 1] - xy[k]) / max(float(steps[k]), 1e-9)
        place = xy[k] + along * (at - run[k]) + aside_m * np.array([along[1], -along[0]])
        lon, lat = self.network.to_lonlat(place[None, :])[0]
        return round(float(lon), 6), round(float(lat), 6)


def survey(network: RoadNetwork, path: Path, rules: RuleProfile, largest: float = 1.0) -> Survey:
    """Look at a network read from `path`, for a bureau of at most `largest` reference districts.

    Raises `NetworkError` where no truck finds a street.
    """
    truck = truck_arcs(network, rules, [])
    xy = _middles(network)
    worked = np.isin(network.highway, [k for k, name in enumerate(CLASSES) if _cared_for(name)])
    candidates = truck & worked
    if int(network.length_m[candidates].sum()) < 3_000:
        raise NetworkError(
            f"{path}: fewer than 3 km of streets that a collection truck can drive to and back. "
            "Take a larger extract with its minor roads.",
            zh=f"{path}：收运车可往返的道路不足 3 公里。请换更大、含支路的道路数据。",
        )
    distance_m = np.hypot(*(xy - _densest(xy[candidates], network.length_m[candidates])).T)
    own = _streets_in_care(network, worked, distance_m, largest)
    radius_m = float(np.quantile(distance_m[own], 0.98))
    core, outer = _rings(network, own, distance_m, radius_m)
    schools, homes = _surroundings(path, network)
    scale = min(largest, float(network.length_m[own].sum()) / 1000 / REFERENCE_KM)
    return Survey(
        network, own, truck & own, xy, distance_m, radius_m, scale, *core, *outer, schools, homes
    )  # fmt: skip


def truck_arcs(network: RoadNetwork, rules: RuleProfile, closed: list[int]) -> NDArray[np.bool_]:
    """Arcs that the heaviest collection truck can drive to and back from, some being closed."""
    heavy = rules.profiles["heavy"].to_profile("heavy")
    return np.asarray(build_turn_graph(network, heavy, closures=closed).core)


def _cared_for(name: str) -> bool:
    return name not in {"motorway", "motorway_link", "track", "pedestrian", "footway", "cycleway"}


def _middles(network: RoadNetwork) -> NDArray[np.float64]:
    """Mean of the ends of each arc [m] (m, 2)."""
    ends = network.to_xy(network.lon, network.lat)
    return np.asarray((ends[network.tail] + ends[network.head]) / 2)


def _densest(xy: NDArray[np.float64], length_m: NDArray[np.int32]) -> NDArray[np.float64]:
    """Middle of the streets around the cell with the most streets in its 5 x 5 neighbourhood."""
    cell = np.floor((xy - xy.min(axis=0)) / CELL_M).astype(int)
    grid = np.zeros(cell.max(axis=0) + 5)
    for dx in range(5):
        for dy in range(5):
            np.add.at(grid, (cell[:, 0] + dx, cell[:, 1] + dy), length_m)
    best = np.array(np.unravel_index(int(grid.argmax()), grid.shape)) - 2
    near = np.abs(cell - best).max(axis=1) <= 2
    return np.asarray(np.average(xy[near], axis=0, weights=length_m[near]))


def _streets_in_care(
    network: RoadNetwork,
    worked: NDArray[np.bool_],
    distance_m: NDArray[np.float64],
    largest: float,
) -> NDArray[np.bool_]:
    """Whole ways from the middle outwards, until one budget of the bureau is spent.

    Budgets are those of the reference district, `largest` times.
    """
    ways, row = np.unique(network.way, return_inverse=True)
    far = np.bincount(row, distance_m * network.length_m) / np.bincount(row, network.length_m)
    order = np.argsort(far, kind="stable")
    spent = [
        np.cumsum(np.bincount(row, amount * worked, len(ways))[order])
        for amount in (network.length_m / 1000, np.ones(network.num_arcs), first_pass_km(network))
    ]
    budgets = (1.15 * REFERENCE_KM, MAX_ARCS, MAX_FIRST_PASS_KM * 1.3)
    within = np.all(
        [total <= largest * budget for total, budget in zip(spent, budgets, strict=True)], axis=0
    )
    taken = np.zeros(len(ways), np.bool_)
    taken[order] = within
    return np.asarray(worked & taken[row])


def _rings(
    network: RoadNetwork, own: NDArray[np.bool_], distance_m: NDArray[np.float64], radius_m: float
) -> tuple[tuple[tuple[str, ...], tuple[int, ...]], tuple[tuple[str, ...], tuple[int, ...]]]:
    """((names, ways) of core streets, (names, ways) of outer ones) among the larger roads.

    Unnamed roads go by their way id.
    """
    graded = own & np.isin(network.highway, [CLASSES.index(name) for name in _GRADED])
    streets: dict[str | int, list[int]] = {}
    for arc in np.flatnonzero(graded).tolist():
        streets.setdefault(network.street(arc) or int(network.way[arc]), []).append(arc)
    core: list[str | int] = []
    outer: list[str | int] = []
    for street, arcs in streets.items():
        mean = float(np.average(distance_m[arcs], weights=network.length_m[arcs]))
        if mean < CORE_SHARE * radius_m:
            core.append(street)
        elif mean > OUTER_SHARE * radius_m:
            outer.append(street)

    def split(found: list[str | int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        names = sorted(street for street in found if isinstance(street, str))
        return tuple(names), tuple(sorted(way for way in found if isinstance(way, int)))

    return split(core), split(outer)


def _surroundings(
    path: Path, network: RoadNetwork
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles of schools and of homes drawn in the file."""
    around = read_surroundings(path)
    schools = [
        *(_middle(area.ring) for area in around.amenities if area.tags["amenity"] in SCHOOLS),
        *((spot.lon, spot.lat) for spot in around.amenity_spots if spot.tags["amenity"] in SCHOOLS),
    ]
    homes = [_middle(area.ring) for area in around.buildings if area.tags["building"] in HOMES]
    return _plane(network, schools), _plane(network, homes)


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Mean of a ring's corners (lon, lat)."""
    lon, lat = np.mean(ring[:-1], axis=0)
    return float(lon), float(lat)


def _plane(network: RoadNetwork, places: list[tuple[float, float]]) -> NDArray[np.float64]:
    found = np.array(places).reshape(-1, 2)
    return network.to_xy(found[:, 0], found[:, 1])
