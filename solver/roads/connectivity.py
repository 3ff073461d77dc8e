"""Which streets fall off the main network: strongly connected parts, by NetworkX."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from models.network import Access, NodeFlag, Who

if TYPE_CHECKING:
    from models.network import RoadNetwork


def cut_off_streets(network: RoadNetwork) -> list[tuple[str, int]]:
    """Streets outside the largest strongly connected part, with their metres, longest first.

    What motor vehicles may drive counts, with one-ways and barriers and without turn bans. A street
    without a name stands by its class in brackets. `solver.roads.graph.lost_streets` says the same
    of one vehicle, with its size and the turns.
    """
    open_to_all = np.isin(network.access, [int(Access.YES), int(Access.DESTINATION)])
    walls = network.node_flags & int(NodeFlag.BLOCKED | NodeFlag.PRIVATE_GATE) > 0
    barred = {
        (arc, other)
        for arc, other, who in network.banned_turns.tolist()
        if who in {Who.WALL, Who.GATE}
    }
    graph = nx.DiGraph()
    arcs = np.flatnonzero(open_to_all)
    graph.add_nodes_from(arcs.tolist())
    leaving = defaultdict(list)
    for arc in arcs.tolist():
        leaving[int(network.tail[arc])].append(arc)
    # Arcs are the places: a barrier's node is then a dead end from either side, not a way through.
    for arc in arcs.tolist():
        head, back = int(network.head[arc]), int(network.reverse[arc])
        onward = [back] if walls[head] else leaving[head]
        graph.add_edges_from(
            (arc, other) for other in onward if other >= 0 and (arc, other) not in barred
        )
    parts = list(nx.strongly_connected_components(graph))
    if len(parts) < 2:
        return []
    main = max(parts, key=lambda part: (len(part), -min(part)))
    metres: Counter[str] = Counter()
    for arc in arcs.tolist():
        if arc not in main:
            name = network.street(arc) or f"({network.road_class(arc)})"
            metres[name] += int(network.length_m[arc])
    return sorted(metres.items(), key=lambda street: (-street[1], street[0]))
