"""Ways on foot: over every street but motorways, both ways, with footways and paths of the map.

Places are put on the nearest way; the straight step from a door to it counts in metres.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from models.network import CLASSES, Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.network import RoadNetwork

ON_FOOT = frozenset(CLASSES) - {"motorway", "motorway_link"}
"""`highway` values people walk along."""
DOOR_M = 150.0
"""A place farther than this from every way is not reached on foot [m] (chosen)."""
CHUNK = 64
"""So many searches share one table of distances (chosen: tens of megabytes on a large town)."""


class Footways:
    """The walking graph of a network with places put on it, in the order they were given."""

    def __init__(self, network: RoadNetwork, xy: NDArray[np.float64]) -> None:
        """Put places `xy` [m] (n, 2), of the network's plane, on their nearest ways."""
        walkable = (network.access != Access.NO) & np.isin(
            network.highway, [CLASSES.index(name) for name in sorted(ON_FOOT)]
        )
        once = (network.reverse < 0) | (np.arange(network.num_arcs) < network.reverse)
        arcs = np.flatnonzero(walkable & once)
        lines = [shapely.LineString(network.to_xy(*network.points(a).T)) for a in arcs.tolist()]
        self.door_m = np.full(len(xy), np.inf)
        self.node = np.arange(len(xy)) + network.num_nodes
        on: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        if lines and len(xy):
            spots = shapely.points(xy)
            found, step = shapely.STRtree(lines).query_nearest(
                spots, max_distance=DOOR_M, return_distance=True, all_matches=False
            )
            for place, line, metres in zip(*found.tolist(), step.tolist(), strict=True):
                share = lines[line].project(spots[place], normalized=True)
                on[line].append((share, place))
                self.door_m[place] = metres
        edges = [
            edge
            for k, arc in enumerate(arcs.tolist())
            for edge in self._pieces(network, arc, sorted(on.get(k, [])))
        ]
        size = network.num_nodes + len(xy)
        self.graph = _shortest(edges, size)

    def _pieces(
        self, network: RoadNetwork, arc: int, on: list[tuple[float, int]]
    ) -> Iterator[tuple[int, int, float]]:
        """The arc cut at the places on it."""
        length, here, at = float(network.length_m[arc]), int(network.tail[arc]), 0.0
        for share, place in on:
            yield here, int(self.node[place]), (share - at) * length
            here, at = int(self.node[place]), share
        yield here, int(network.head[arc]), (1 - at) * length

    def walks(
        self, places: NDArray[np.int64], goals: NDArray[np.int64], reach_m: float
    ) -> dict[tuple[int, int], int]:
        """Metres from `places` to `goals`, both numbers of places, of pairs within `reach_m`.

        Keys count in the two lists; metres are rounded up.
        """
        found: dict[tuple[int, int], int] = {}
        for first in range(0, len(goals), CHUNK):
            part = goals[first : first + CHUNK]
            table = dijkstra(self.graph, directed=False, indices=self.node[part], limit=reach_m)
            metres = table[:, self.node[places]] + self.door_m[places] + self.door_m[part][:, None]
            for goal, place in np.argwhere(metres <= reach_m).tolist():
                found[place, first + goal] = int(np.ceil(round(metres[goal, place], 3)))
        return found


def _shortest(edges: list[tuple[int, int, float]], size: int) -> csr_matrix:
    """The graph; of several edges between two nodes the shortest, none of length 0."""
    best: dict[tuple[int, int], float] = {}
    for a, b, metres in edges:
        key = (min(a, b), max(a, b))
        best[key] = min(best.get(key, np.inf), max(metres, 1e-6))
    pairs = np.array(list(best), np.int64).reshape(-1, 2)
    return csr_matrix((list(best.values()), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
