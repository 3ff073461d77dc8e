"""Lower bounds from cuts, whichever streams ride together.

How often each street is driven by all routes together is counted in one program (`program.py`):
services and deadheads at once, for both take the same seconds. Sets of nodes are asked for what
they need as a relaxed answer breaks it: its parts that hang together, the least cuts between depot
and nodes, and the sets whose loads outweigh their cut most (after the aggregated cuts of Belenguer
and Benavent 1998).
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from solver.echelons.bound.needs import Needs
from solver.echelons.bound.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.echelons.network import EchelonNetwork

ROUNDS = 60
"""So many times at most sets are looked for that a relaxed answer breaks (chosen)."""
MOST_WHOLE = 300
"""Up to so many streets the program is solved in whole numbers at the end (chosen: seconds)."""
LEAST_GAIN = 0.0002
"""Sets are looked for while a round raises the bound by such a share, at least (chosen)."""
RINGS = 40
"""Sets to begin with lie beyond so many distances from the depot (chosen)."""
MOST_FLOWS = 200
"""So many least cuts to single nodes are looked for in a round (chosen: a millisecond each)."""
UNIT = 1_000
"""A pass of a street is so many whole units of a flow (chosen)."""
WIDE = 10_000_000
"""What flows at a sorting site, where any load may be tipped (chosen: above all flows)."""
HEAVIER = (1.0, 2.0, 4.0)
"""Loads are weighed so many times when heavy sets are looked for: the whole trips that a set asks
for are more than its share of them (chosen)."""


def cut_bound(network: EchelonNetwork) -> int:
    """Seconds of both echelons that every plan drives at least; seconds to minutes of work."""
    needs = Needs(network)
    program = Program(needs)
    every = np.ones(len(network.streets), dtype=bool)
    far = needs.far_s[np.isfinite(needs.far_s)]
    for level in np.unique(np.quantile(far, np.linspace(0.0, 0.98, RINGS))):
        for inside in _parts(needs, needs.far_s > level, every):
            program.add(inside)
    before = 0.0
    for _ in range(ROUNDS):
        cost, answer = program.relaxed()
        added = sum(program.add(inside, answer) for inside in _broken(needs, answer))
        gained = cost > before * (1 + LEAST_GAIN)
        before = max(before, cost)
        if not added or not gained:
            break
    bound = ceil(before - 1e-6)
    return max(bound, program.whole()) if len(network.streets) <= MOST_WHOLE else bound


def _broken(needs: Needs, answer: NDArray[np.float64]) -> Iterator[NDArray[np.bool_]]:
    """Sets whose laws an answer may break."""
    times = answer[: len(needs.ends)]
    outside = np.ones(needs.size, dtype=bool)
    outside[needs.network.depot] = False
    yield from _parts(needs, outside, times > 1e-6)
    yield from _parts(needs, outside, times > needs.passes + 1e-6)
    table = _flows(needs, times)
    yield from _least_cuts(needs, times, table)
    for share in needs.shares.T:
        for weight in HEAVIER:
            yield from _heavy(needs, table, weight * share)


def _parts(
    needs: Needs, inside: NDArray[np.bool_], driven: NDArray[np.bool_]
) -> Iterator[NDArray[np.bool_]]:
    """The parts of a set, without the depot, that hang together over driven streets."""
    kept = needs.ends[driven & inside[needs.ends].all(axis=1)]
    shape = (needs.size, needs.size)
    table = coo_array((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=shape)
    label = connected_components(table, directed=False)[1]
    for one in np.unique(label[inside]):
        part = (label == one) & inside
        if not part[needs.network.depot]:
            yield part


def _flows(needs: Needs, times: NDArray[np.float64]) -> csr_array:
    """Passes of streets as whole capacities, either way."""
    tails, heads = needs.ends[needs.ends[:, 0] != needs.ends[:, 1]].T
    passed = np.rint(UNIT * times[needs.ends[:, 0] != needs.ends[:, 1]]).astype(np.int32)
    rows, cols = np.concatenate([tails, heads]), np.concatenate([heads, tails])
    shape = (needs.size, needs.size)
    return coo_array((np.concatenate([passed, passed]), (rows, cols)), shape=shape).tocsr()


def _least_cuts(
    needs: Needs, times: NDArray[np.float64], table: csr_array
) -> Iterator[NDArray[np.bool_]]:
    """The least cut between the depot and each node that must be met, those met least first."""
    depot = needs.network.depot
    met = np.zeros(needs.size)
    np.add.at(met, needs.ends, times[:, None])
    wanted = np.zeros(needs.size, dtype=bool)
    wanted[needs.ends[needs.passes > 0]] = True
    wanted[needs.sites] = True
    wanted[depot] = False
    nodes = np.flatnonzero(wanted)
    for node in nodes[np.argsort(met[nodes], kind="stable")][:MOST_FLOWS].tolist():
        flow = maximum_flow(table, depot, node)
        if flow.flow_value < 2 * UNIT * max(1, int(needs.passes.max())):
            yield ~_reached(table, flow.flow, depot)


def _heavy(
    needs: Needs, table: csr_array, share: NDArray[np.float64]
) -> Iterator[NDArray[np.bool_]]:
    """The parts of the set whose shares of trucks outweigh its cut most.

    Every node draws what its streets ask for to a sink, and a least cut parts depot and sink.
    """
    source, sink = needs.network.depot, needs.size
    drawn = np.zeros(needs.size)
    np.add.at(drawn, needs.ends, share[:, None])
    wide = table.tocoo()
    nodes = np.arange(needs.size)
    rows = np.concatenate([wide.row, nodes, np.full(len(needs.sites), source)])
    cols = np.concatenate([wide.col, np.full(needs.size, sink), needs.sites])
    drawn = np.minimum(np.rint(UNIT * drawn), WIDE)
    values = np.concatenate([wide.data, drawn, np.full(len(needs.sites), WIDE)])
    whole = coo_array((values.astype(np.int32), (rows, cols)), shape=(sink + 1, sink + 1)).tocsr()
    flow = maximum_flow(whole, source, sink)
    inside = ~_reached(whole, flow.flow, source)[: needs.size]
    yield from _parts(needs, inside, np.ones(len(needs.ends), dtype=bool))


def _reached(table: csr_array, flow: csr_array, source: int) -> NDArray[np.bool_]:
    """Nodes that more could flow to."""
    rest = (table - flow).tocsr()
    rest.data = np.maximum(rest.data, 0)
    rest.eliminate_zeros()
    reached = np.zeros(table.shape[0], dtype=bool)
    reached[breadth_first_order(rest, source, return_predecessors=False)] = True
    return reached
