"""How often each street is driven in the period, by all routes together, as one linear program."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from models.errors import HuanweiError
from solver.echelons.bound.needs import fewest_trips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.echelons.bound.needs import Needs

SLACK = 0.02
"""A law is broken by so many passes at least (chosen: above what rounded flows lose)."""
NODES = 20
"""The program in whole numbers takes so many nodes of a search tree at most (chosen)."""
SECONDS = 300.0
"""The program in whole numbers takes so many seconds at most (chosen: the nodes end it before, so
that a crowded machine proves as much)."""


class Program:
    """Passes of streets, tips and openings of sites, litres and loads on from there.

    Columns: streets | tips of each site | open sites | litres of each site and stream | loads of
    these | half the passes that meet in each node.
    """

    def __init__(self, needs: Needs) -> None:
        network = needs.network
        self.needs = needs
        self.streets, self.sites = len(network.streets), len(network.sites)
        self.streams = len(network.streams)
        pairs = self.sites * self.streams
        self.tips = self.streets
        self.open = self.tips + self.sites
        self.left = self.open + self.sites
        self.loads = self.left + pairs
        self.halves = self.loads + pairs
        self.columns = self.halves + needs.size
        self.cost = np.zeros(self.columns)
        self.cost[: self.streets] = needs.seconds
        self.cost[self.tips : self.open] = [2 * site.approach_s for site in network.sites]
        self.cost[self.loads : self.halves] = [s for site in network.sites for s in site.haul_s]
        self.low = np.zeros(self.columns)
        self.low[: self.streets] = needs.passes
        self.high = np.full(self.columns, np.inf)
        self.high[self.open : self.left] = 1.0
        self._rows: list[tuple[Sequence[int], Sequence[float], float, float]] = []
        self._known: set[tuple[tuple[int, ...], float]] = set()
        self._balance()
        self._chain()

    def _balance(self) -> None:
        """What comes to a node leaves it: passes of streets that meet there are even."""
        met: list[list[int]] = [[] for _ in range(self.needs.size)]
        for street, (tail, head) in enumerate(self.needs.ends.tolist()):
            if tail != head:
                met[tail].append(street)
                met[head].append(street)
        for node, streets in enumerate(met):
            values = [*([1.0] * len(streets)), -2.0]
            self._rows.append(([*streets, self.halves + node], values, 0.0, 0.0))

    def _chain(self) -> None:
        """All litres are tipped at open sites, in trips that hold them, and hauled in loads."""
        needs, network = self.needs, self.needs.network
        total = needs.litres.sum(axis=0).astype(float)
        for s in range(self.streams):
            left = [self.left + f * self.streams + s for f in range(self.sites)]
            self._rows.append((left, [1.0] * self.sites, total[s], total[s]))
            loads = [column + self.loads - self.left for column in left]
            fewest = float(-(-total[s] // network.load_l[s]))
            self._rows.append((loads, [1.0] * self.sites, fewest, np.inf))
            for f, column in enumerate(left):
                for other, holds in (
                    (loads[f], float(network.load_l[s])),
                    (self.tips + f, float(needs.room[s])),
                    (self.open + f, float(total[s])),
                ):
                    self._rows.append(([column, other], [1.0, -holds], -np.inf, 0.0))
        for f in range(self.sites):
            left = [self.left + f * self.streams + s for s in range(self.streams)]
            values = [*(1.0 / needs.press).tolist(), -float(needs.chambers_l)]
            self._rows.append(([*left, self.tips + f], values, -np.inf, 0.0))
        tips = list(range(self.tips, self.open))
        self._rows.append((tips, [1.0] * len(tips), float(fewest_trips(network)), np.inf))

    def add(self, inside: NDArray[np.bool_], answer: NDArray[np.float64] | None = None) -> int:
        """The laws of a set of nodes without the depot; with an `answer` those it breaks alone.

        Its routes enter and leave it. Each trip for its loads leaves it, or tips at a site within.
        Passes of its cut are even. Also how many laws are new.
        """
        needs = self.needs
        cut = np.flatnonzero(inside[needs.ends[:, 0]] != inside[needs.ends[:, 1]]).tolist()
        within = [f for f in range(self.sites) if inside[needs.sites[f]]]
        tips = [self.tips + f for f in within]
        ones = [1.0] * len(cut)
        passes = int(needs.passes[cut].sum())
        laws: list[tuple[list[int], list[float], float]] = [
            (cut, ones, float(max(2 * needs.routes(inside), passes + passes % 2))),
            ([*cut, *tips], [*ones, *([2.0] * len(tips))], 2.0 * needs.trips(inside)),
            *(([*cut, self.open + f], [*ones, -2.0], 0.0) for f in within),
        ]
        added = 0
        for columns, values, low in laws:
            key = (tuple(columns), low)
            if key in self._known:
                continue
            if answer is not None and answer[columns] @ np.array(values) > low - SLACK:
                continue
            self._known.add(key)
            self._rows.append((columns, values, low, np.inf))
            added += 1
        return added

    def relaxed(self) -> tuple[float, NDArray[np.float64]]:
        """Cost and answer where all columns may be parts of whole numbers."""
        found = milp(self.cost, constraints=self._laws(), bounds=Bounds(self.low, self.high))
        if found.x is None:
            name = self.needs.network.name
            raise HuanweiError(
                f"{name}: no plan can be, {found.message}", zh=f"{name}：不存在可行方案"
            )
        return float(found.fun), np.asarray(found.x, dtype=np.float64)

    def whole(self) -> int:
        """The bound in whole numbers, as far as a search comes."""
        integrality = np.ones(self.columns)
        integrality[self.left : self.loads] = 0
        found = milp(
            self.cost,
            integrality=integrality,
            constraints=self._laws(),
            bounds=Bounds(self.low, self.high),
            options={"node_limit": NODES, "time_limit": SECONDS},
        )
        return 0 if found.mip_dual_bound is None else ceil(float(found.mip_dual_bound) - 1e-6)

    def _laws(self) -> LinearConstraint:
        lengths = [len(columns) for columns, *_ in self._rows]
        rows = np.repeat(np.arange(len(self._rows)), lengths)
        columns = np.concatenate([np.array(one[0], np.int64) for one in self._rows])
        values = np.concatenate([np.array(one[1]) for one in self._rows])
        shape = (len(self._rows), self.columns)
        table = coo_array((values, (rows, columns)), shape=shape).tocsr()
        low, high = ([one[k] for one in self._rows] for k in (2, 3))
        return LinearConstraint(table, low, high)
