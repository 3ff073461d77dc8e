"""Fastest legal ways between arcs: the matrix, single legs, and their streets.

A vehicle stands at the END of the arc it leaves (it has just driven it) and goes to the START of
an arc (the turn into it counts, the arc itself is service) or to its END (a stop there).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from models.errors import NetworkError
from models.network import Turn
from models.units import UNREACHABLE
from solver.roads import hierarchy as ch
from solver.roads.graph import METRES_BITS, NO_KEY, TurnGraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_ROWS = 128
"""A worker fills so many rows at a time (chosen)."""


class Legs(NamedTuple):
    """Durations [s] and distances [m] of the fastest ways, int32, shape (from, to).

    `UNREACHABLE` in both where there is no legal way. A distance belongs to the same way as the
    duration: the shortest among the fastest.
    """

    duration: NDArray[np.int32]
    distance: NDArray[np.int32]


class LegStep(NamedTuple):
    """One street of a leg; `turn` is how it is entered, None at the start of a leg."""

    name: str
    distance_m: int
    duration_s: int
    turn: Turn | None
    arcs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Goals:
    """What it means to be at an arc: sets of (state, key added), the least counts.

    Row `2 a` of the CSR is the START of arc a: any state a turn into the arc leaves, with the cost
    of the turn. Row `2 a + 1` is its END: any state of the arc.
    """

    start: NDArray[np.int64]
    state: NDArray[np.int64]
    key: NDArray[np.int64]

    @classmethod
    def of(cls, graph: TurnGraph) -> Goals:
        """Goals of all arcs."""
        turns = graph.turns
        into = np.flatnonzero(graph.key < NO_KEY)
        owner = np.concatenate([2 * turns.state_arc[turns.to[into]], 2 * turns.state_arc + 1])
        state = np.concatenate([turns.frm[into], np.arange(turns.num_states)])
        key = np.concatenate([graph.turn_key()[into], np.zeros(turns.num_states, np.int64)])
        rows = np.argsort(owner, kind="stable")
        start = np.searchsorted(owner[rows], np.arange(2 * graph.network.num_arcs + 1))
        return cls(start, state[rows].astype(np.int64), key[rows])

    def select(
        self, to_arcs: ArrayLike, to_end: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """CSR (start, state, key) of the goals of the given targets."""
        arcs = np.asarray(to_arcs, np.int64)
        wanted = 2 * arcs + np.broadcast_to(np.asarray(to_end, np.bool_), arcs.shape)
        first = self.start[wanted]
        count = self.start[wanted + 1] - first
        start = np.concatenate([[0], np.cumsum(count)])
        rows = np.repeat(first - start[:-1], count) + np.arange(start[-1])
        return start, self.state[rows], self.key[rows]


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """A turn graph with its hierarchy, ready for matrices and legs."""

    graph: TurnGraph
    hierarchy: ch.Hierarchy
    goals: Goals
    ranked: NDArray[np.int32]
    """The state of each rank."""

    @classmethod
    def of(cls, graph: TurnGraph, order: ch.Order | None = None) -> Router:
        """Build, or re-weight a known `order` of the same turns (milliseconds)."""
        order = ch.contract(graph.turns) if order is None else order
        ranked = np.argsort(order.rank).astype(np.int32)
        return cls(graph, ch.customize(graph, order), Goals.of(graph), ranked)


def matrix(
    graph: TurnGraph | Router,
    from_arcs: ArrayLike,
    to_arcs: ArrayLike,
    to_end: ArrayLike,
    *,
    workers: int | None = None,
) -> Legs:
    """Fastest legs from the end of each of `from_arcs` to each of `to_arcs`.

    How the vehicle came to an end is not known, so a leg keeps every ban it may be under
    (`Turns.leave`). `to_end[j]` asks for the END of arc j, traversal included (0 from the arc
    itself: we already stand there), else its START, traversal excluded. One sweep over the
    hierarchy above the targets per row; rows are shared among `workers` threads.
    """
    router = graph if isinstance(graph, Router) else Router.of(graph)
    order = router.hierarchy.order
    sources = router.graph.turns.leave[np.asarray(from_arcs, np.int64)]
    start, goal, extra = router.goals.select(to_arcs, to_end)
    legs = Legs(*(np.empty((len(sources), len(start) - 1), np.int32) for _ in range(2)))
    ranks, goal_ranks = order.rank[sources], order.rank[goal]
    swept = ch.above_goals(order.start, order.up, goal_ranks)

    def fill(first: int) -> None:
        rows = slice(first, first + _ROWS)
        ch.fill_rows(
            order.start, order.up, router.hierarchy.up_key, router.hierarchy.down_key,
            ranks[rows], swept, start, goal_ranks, extra, legs.duration[rows],
            legs.distance[rows], UNREACHABLE,
        )  # fmt: skip

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        list(pool.map(fill, range(0, len(sources), _ROWS)))
    return legs


def pairs(router: Router, from_arcs: ArrayLike, to_arcs: ArrayLike, to_end: ArrayLike) -> Legs:
    """Fastest legs from the end of `from_arcs[i]` to `to_arcs[i]`, shape (n,); as in `matrix`."""
    order = router.hierarchy.order
    sources = order.rank[router.graph.turns.leave[np.asarray(from_arcs, np.int64)]]
    start, goal, extra = router.goals.select(to_arcs, to_end)
    legs = Legs(*(np.empty(len(sources), np.int32) for _ in range(2)))
    ch.fill_pairs(
        order.start, order.up, router.hierarchy.up_key, router.hierarchy.down_key,
        sources, start, order.rank[goal], extra, *legs, UNREACHABLE,
    )  # fmt: skip
    return legs


def matrix_dijkstra(
    graph: TurnGraph, from_arcs: ArrayLike, to_arcs: ArrayLike, to_end: ArrayLike
) -> Legs:
    """As `matrix`, by SciPy's Dijkstra: the plain way, and the oracle of tests."""
    start, goal, extra = Goals.of(graph).select(to_arcs, to_end)
    used = graph.key < NO_KEY
    turns = graph.turns
    weighted = sparse.csr_matrix(
        (graph.key[used].astype(np.float64), (turns.frm[used], turns.to[used])),
        shape=(turns.num_states, turns.num_states),
    )
    keys = dijkstra(weighted, indices=turns.leave[np.asarray(from_arcs, np.int64)])
    keys = np.where(np.isfinite(keys), keys, float(NO_KEY)).astype(np.int64)
    filled = np.append(keys[:, goal] + extra, np.full((len(keys), 1), NO_KEY), axis=1)
    best = np.minimum.reduceat(filled, np.minimum(start[:-1], filled.shape[1] - 1), axis=1)
    best[:, start[:-1] == start[1:]] = NO_KEY
    missing = best >= NO_KEY
    duration = ((best >> METRES_BITS) + 500) // 1000
    distance = best & ((1 << METRES_BITS) - 1)
    return Legs(*(
        np.where(missing, UNREACHABLE, column).astype(np.int32) for column in (duration, distance)
    ))  # fmt: skip


def unpack(graph: TurnGraph | Router, from_arc: int, to_arc: int, to_end: bool) -> list[int]:
    """Arcs driven from the end of `from_arc` to `to_arc`, which is included only with `to_end`.

    Raises `NetworkError` when there is no legal way.
    """
    router = graph if isinstance(graph, Router) else Router.of(graph)
    (arcs,) = unpack_all(router, [from_arc], [to_arc], [to_end])
    if arcs is None:
        graph = router.graph
        raise NetworkError(
            f"no legal way for {graph.profile.name} from {_place(graph, from_arc)} to "
            f"{_place(graph, to_arc)}. Look at closures, size limits and one-way streets.",
            zh=f"{graph.profile.name} 从 {_place(graph, from_arc)} 到 {_place(graph, to_arc)} "
            "没有合法的路。请检查封路、限行和单行路。",
        )
    return arcs


def unpack_all(
    router: Router, from_arcs: ArrayLike, to_arcs: ArrayLike, to_end: ArrayLike
) -> list[list[int] | None]:
    """`unpack` of many legs at once; None where there is no legal way.

    What the legs share is laid out once: of a city's network that takes longer than a leg.
    """
    graph, keys, order = router.graph, router.hierarchy, router.hierarchy.order
    start, goal, extra = router.goals.select(to_arcs, to_end)
    sources = order.rank[graph.turns.leave[np.asarray(from_arcs, np.int64)]]
    ranks, ends = ch.fill_ways(
        order.start, order.up, keys.up_key, keys.down_key, keys.up_middle, keys.down_middle,
        sources, start, order.rank[goal], extra,
    )  # fmt: skip
    arcs = graph.turns.state_arc[router.ranked[ranks]].tolist()
    bounds = ends.tolist()
    return [arcs[begin + 1 : end] if end > begin else None for begin, end in pairwise(bounds)]


@dataclass(slots=True)
class _Street:
    """A street of a leg while it is driven."""

    name: str
    turn: Turn | None
    metres: int = 0
    millis: int = 0
    arcs: list[int] = field(default_factory=list)


def leg_steps(
    graph: TurnGraph, arcs: Sequence[int], *, from_arc: int | None = None
) -> list[LegStep]:
    """Streets of the driven `arcs`, neighbours of one name joined; the turns' times included.

    `from_arc` is the arc driven before, so that the first turn has a name too.
    """
    streets: list[_Street] = []
    # Not the arc but the state is followed: only it knows what a ban on a sequence of arcs leaves,
    # such as a turn back where all else is banned.
    state = None if from_arc is None else int(graph.turns.leave[from_arc])
    for arc in arcs:
        turn = None
        if state is None:
            state, key = arc, graph.arc_key[arc]
        else:
            row = _row(graph, state, arc)
            turn, key = Turn(int(graph.turns.kind[row])), graph.key[row]
            state = int(graph.turns.to[row])
        name = graph.network.street(arc)
        if not streets or streets[-1].name != name or turn == Turn.U_TURN:
            streets.append(_Street(name, turn))
        last = streets[-1]
        last.metres += int(graph.network.length_m[arc])
        last.millis += int(key >> METRES_BITS)
        last.arcs.append(arc)
    return [
        LegStep(one.name, one.metres, round(one.millis / 1000), one.turn, tuple(one.arcs))
        for one in streets
    ]


def leg_millis(graph: TurnGraph, arcs: Sequence[int], *, from_arc: int) -> int:
    """Time of driving `arcs` after `from_arc`, turns included [ms].

    Raises `NetworkError` where two arcs do not meet.
    """
    state, millis = int(graph.turns.leave[from_arc]), 0
    for arc in arcs:
        row = _row(graph, state, arc)
        millis += int(graph.key[row] >> METRES_BITS)
        state = int(graph.turns.to[row])
    return millis


def leg_points(graph: TurnGraph, arcs: Sequence[int]) -> NDArray[np.float64]:
    """Line of the driven `arcs`, shape (k, 2), lon and lat [degrees]; joints once."""
    lines = [graph.network.points(arc) for arc in arcs]
    if not lines:
        return np.zeros((0, 2))
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _row(graph: TurnGraph, state: int, to: int) -> int:
    """Row of the turn from a state to an arc."""
    turns = graph.turns
    for row in range(turns.first[state], turns.first[state + 1]):
        if turns.into[row] == to:
            return row
    frm = int(turns.state_arc[state])
    raise NetworkError(
        f"{_place(graph, to)} does not begin where {_place(graph, frm)} ends.",
        zh=f"{_place(graph, to)} 不是从 {_place(graph, frm)} 的终点开始。",
    )


def _place(graph: TurnGraph, arc: int) -> str:
    network = graph.network
    name = network.street(arc) or f"an unnamed {network.road_class(arc)} road"
    return f"{name} (OSM way {int(network.way[arc])})"
