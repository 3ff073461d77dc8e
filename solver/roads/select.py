"""Arcs by what a planner calls them: way id, street name, or nearness to a named road."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import shapely

from models.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.network import RoadNetwork

NEAR_SHARE = 0.5
"""An arc is near a road when at least this share of it lies in the buffer (chosen)."""


def arcs_of_way(network: RoadNetwork, way: int) -> NDArray[np.int32]:
    """Arcs of an OSM way, both directions; empty when the way is not in the network."""
    return np.flatnonzero(network.way == way).astype(np.int32)


def arcs_named(network: RoadNetwork, name: str) -> NDArray[np.int32]:
    """Arcs of the streets whose name or alias is `name`; width and case of letters are ignored."""
    wanted = _plain(name)
    if not wanted:
        return np.zeros(0, np.int32)
    known = zip(network.names, network.aliases, strict=True)
    hits = [i for i, (n, others) in enumerate(known) if wanted in map(_plain, (n, *others))]
    return np.flatnonzero(np.isin(network.name, hits)).astype(np.int32)


def arcs_near(network: RoadNetwork, name: str, within_m: float) -> NDArray[np.int32]:
    """Arcs within `within_m` of the road `name`, itself included.

    Raises `NetworkError` when no street has that name; the message offers similar ones.
    """
    own = arcs_named(network, name)
    if not len(own):
        similar = [n for n in network.names if n and set(_plain(name)) & set(_plain(n))]
        ranked = sorted(similar, key=lambda n: -len(set(_plain(name)) & set(_plain(n))))
        raise NetworkError(
            f"no street is called {name!r}. "
            + (f"Similar: {', '.join(ranked[:5])}." if ranked else "The map has no such name."),
            zh=f"没有叫 {name!r} 的道路。"
            + (f"相近的有：{'、'.join(ranked[:5])}。" if ranked else "地图中没有这个名称。"),
        )
    return arcs_around(network, own, within_m)


def arcs_around(network: RoadNetwork, own: NDArray[np.int32], within_m: float) -> NDArray[np.int32]:
    """Arcs of which `NEAR_SHARE` lies within `within_m` of the arcs `own`, these included."""
    lines = _lines(network)
    area = shapely.union_all(lines[own]).buffer(within_m)
    found = shapely.STRtree(lines).query(area, predicate="intersects")
    inside = shapely.length(shapely.intersection(lines[found], area))
    near = found[inside >= NEAR_SHARE * shapely.length(lines[found])]
    return np.unique(np.append(near, own)).astype(np.int32)


def _lines(network: RoadNetwork) -> NDArray[np.object_]:
    """Lines of all arcs in the local plane."""
    xy = network.to_xy(network.point_lon, network.point_lat)
    index = np.repeat(np.arange(network.num_arcs), np.diff(network.point_start))
    return np.asarray(shapely.linestrings(xy, indices=index))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
