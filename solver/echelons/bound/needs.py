"""What sets of a network's nodes ask for at least: routes that enter, trips for their loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from solver.echelons.groups import rooms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.echelons.network import EchelonNetwork

UNIT_S = 1e-6
"""A street of no seconds counts so many in a sparse table, where 0 means no way [s] (chosen: all of
them together stay below a second)."""
NODES = 2_000
"""The fewest trips are searched for in so many nodes of a tree at most (chosen: a second)."""


@dataclass(frozen=True, eq=False)
class Needs:
    """A network in arrays, and what sets of its nodes ask for whichever streams ride together."""

    network: EchelonNetwork

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Tail and head of every street, shape (streets, 2)."""
        return np.array([(s.tail, s.head) for s in self.network.streets], dtype=np.int64)

    @cached_property
    def size(self) -> int:
        """Nodes, from 0."""
        return 1 + int(self.ends.max())

    @cached_property
    def sites(self) -> NDArray[np.int64]:
        """Node of every sorting site."""
        return np.array([site.node for site in self.network.sites], dtype=np.int64)

    @cached_property
    def seconds(self) -> NDArray[np.float64]:
        """Seconds of every street."""
        return np.array([s.seconds for s in self.network.streets], dtype=np.float64)

    @cached_property
    def litres(self) -> NDArray[np.int64]:
        """Litres of each stream on every street, shape (streets, streams)."""
        return np.array([s.litres for s in self.network.streets], dtype=np.int64)

    @cached_property
    def passes(self) -> NDArray[np.int64]:
        """Times each street is driven at least: a truck takes a stream a chamber."""
        chambers = max(len(truck.chambers) for truck in self.network.trucks)
        streams = np.count_nonzero(self.litres, axis=1)
        return np.array(-(-streams // chambers), dtype=np.int64)

    @cached_property
    def room(self) -> NDArray[np.int64]:
        """Litres of each stream that the roomiest truck takes when it takes nothing else."""
        streams = range(len(self.network.streams))
        trucks = self.network.trucks
        return np.array([max(t.press[s] * sum(t.chambers) for t in trucks) for s in streams])

    @cached_property
    def press(self) -> NDArray[np.float64]:
        """Litres of each stream that some truck presses into a litre of chamber."""
        streams = range(len(self.network.streams))
        return np.array([max(t.press[s] for t in self.network.trucks) for s in streams], float)

    @cached_property
    def chambers_l(self) -> int:
        """Litres of all chambers of the roomiest truck."""
        return max(sum(truck.chambers) for truck in self.network.trucks)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """What share of a truck each street's litres fill at least, (streets, streams + 1).

        Each stream alone in the roomiest truck; in the last column all, pressed as best they can.
        """
        pressed = (self.litres / self.press).sum(axis=1) / self.chambers_l
        return np.column_stack([self.litres / self.room, pressed])

    @cached_property
    def far_s(self) -> NDArray[np.float64]:
        """Seconds from the depot to every node."""
        order = np.argsort(-self.seconds, kind="stable")  # of parallel streets the fastest is last
        tails, heads = self.ends[order].T
        fastest = dict(zip(zip(tails.tolist(), heads.tolist(), strict=True), order, strict=True))
        kept = np.array(list(fastest.values()), dtype=np.int64)
        values = np.maximum(self.seconds[kept], UNIT_S)
        shape = (self.size, self.size)
        table = coo_array((values, (self.ends[kept, 0], self.ends[kept, 1])), shape=shape)
        ways = dijkstra(csr_array(table), directed=False, indices=self.network.depot)
        return np.asarray(ways, dtype=np.float64)

    def routes(self, inside: NDArray[np.bool_]) -> int:
        """Routes that must enter a set without the depot, by its streams and its hours."""
        touched = inside[self.ends].any(axis=1)
        routes = int(self.passes[touched].max(initial=0))
        within = inside[self.ends].all(axis=1)
        work = float((self.passes * self.seconds)[within].sum())
        left = self.network.shift_s - 2 * float(self.far_s[inside].min(initial=inf)) + 1
        return max(routes, ceil(work / left - 1e-9)) if work and left > 0 else routes

    def trips(self, inside: NDArray[np.bool_]) -> int:
        """Trips that must take the loads of a set, by what trucks hold."""
        touched = inside[self.ends].any(axis=1)
        return ceil(float(self.shares[touched].sum(axis=0).max(initial=0.0)) - 1e-9)


def fewest_trips(network: EchelonNetwork) -> int:
    """Trips that hold all litres at least, every one of a truck with its chambers dealt somehow."""
    total = np.array([street.litres for street in network.streets], dtype=np.int64).sum(axis=0)
    streams = range(len(network.streams))
    dealt: set[tuple[int, ...]] = set()
    for truck in network.trucks:
        for chambers in product(streams, repeat=len(truck.chambers)):
            room = rooms(truck, chambers)
            dealt.add(tuple(room.get(s, 0) for s in streams))
    table = np.array(sorted(dealt), dtype=np.float64).T
    found = milp(
        np.ones(table.shape[1]),
        integrality=np.ones(table.shape[1]),
        constraints=LinearConstraint(table, total, np.inf),
        options={"node_limit": NODES},
    )
    return ceil(float(found.mip_dual_bound) - 1e-6)
