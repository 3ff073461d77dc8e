"""The turn graph of one profile: who may drive what, how long it takes, what falls off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from models.errors import NetworkError
from models.network import (
    CLASSES,
    Access,
    NodeFlag,
    Profile,
    RoadNetwork,
    Turn,
    UTurns,
    Who,
)
from solver.roads.turns import Turns, list_turns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

METRES_BITS = 24
"""A key is `duration_ms << METRES_BITS | metres`: shortest among the fastest, in one addition
(chosen: it holds 16,000 km and 149 h without losing a bit in a float64, so that SciPy can be the
oracle)."""
NO_KEY = np.int64(1) << 60
"""Stands for "no way" in keys (chosen: two of them still add up in 64 bits)."""
_MINOR = frozenset({"residential", "living_street", "service", "road", "track", "pedestrian",
                    "footway", "cycleway"})  # fmt: skip
MINOR_FACTOR = 0.5
"""Turns among minor roads cost this share of those among others: hardly anybody to wait for
(chosen)."""


class Verdict(IntEnum):
    """Why an arc cannot be driven by a profile."""

    FINE = 0
    ACCESS = 1
    WIDTH = 2
    HEIGHT = 3
    WEIGHT = 4
    CLOSED = 5
    CUT_OFF = 6
    """Drivable, but no legal way there and back."""
    LENGTH = 7


class LostStreet(NamedTuple):
    """Arcs of one street lost for one reason; unnamed ones go by their class, as `(service)`."""

    name: str
    verdict: Verdict
    arcs: int
    length_m: int


@dataclass(frozen=True, slots=True, eq=False)
class TurnGraph:
    """Turns of `turns` with keys for one profile.

    `key[e]` is the cost of turn e with the traversal of the arc it leads to, `NO_KEY` where
    forbidden; `arc_key[a]` the traversal of arc a alone. `verdict[a]` is a `Verdict`.
    """

    network: RoadNetwork
    profile: Profile
    turns: Turns
    key: NDArray[np.int64]
    arc_key: NDArray[np.int64]
    verdict: NDArray[np.uint8]

    @property
    def core(self) -> NDArray[np.bool_]:
        """Arcs from each of which each other can be reached (m,)."""
        return np.asarray(self.verdict == Verdict.FINE)

    def turn_key(self) -> NDArray[np.int64]:
        """Cost of each turn without the arc after it; `NO_KEY` where forbidden."""
        without = self.key - self.arc_key[self.turns.state_arc[self.turns.to]]
        return np.where(self.key >= NO_KEY, NO_KEY, without)


def build_turn_graph(
    network: RoadNetwork,
    profile: Profile,
    closures: Iterable[int] = (),
    *,
    turns: Turns | None = None,
) -> TurnGraph:
    """Turn graph of `profile`; `closures` are arcs closed to everybody.

    Pass the `turns` of an earlier graph of the same network to re-weight without a rebuild.
    Raises `NetworkError` when the profile can drive nothing.
    """
    turns = list_turns(network) if turns is None else turns
    verdict = drivable(network, profile)
    closed = np.array(sorted(set(closures)), np.int64)
    verdict[closed] = Verdict.CLOSED
    arc_key = _arc_keys(network, profile)
    key = _turn_ms(network, profile, turns) << METRES_BITS
    key += arc_key[turns.state_arc[turns.to]]
    key[~allowed_turns(network, profile, turns, verdict)] = NO_KEY
    _mark_cut_off(turns, key, verdict)
    if not (verdict == Verdict.FINE).any():
        raise NetworkError(
            f"profile {profile.name} can drive no road of this network ({profile.width_m} m wide, "
            f"{profile.height_m} m high, {profile.weight_t} t). Look at its size and permissions.",
            zh=f"车型 {profile.name} 在此路网上没有可走的道路（宽 {profile.width_m} 米、高 "
            f"{profile.height_m} 米、{profile.weight_t} 吨）。请检查其尺寸与通行许可。",
        )
    return TurnGraph(network, profile, turns, key, arc_key, verdict)


def drivable(network: RoadNetwork, profile: Profile) -> NDArray[np.uint8]:
    """`Verdict` of each arc for the size and rights of `profile` (m,); limits of 0 bind nobody."""
    verdict = np.zeros(network.num_arcs, np.uint8)
    for code, limit, need in (
        (Verdict.WEIGHT, network.max_weight_kg, 1000 * profile.weight_t),
        (Verdict.HEIGHT, network.max_height_cm, 100 * profile.height_m),
        (Verdict.WIDTH, network.max_width_cm, 100 * profile.width_m),
        (Verdict.WIDTH, network.width_dm, 10 * (profile.width_m + profile.clearance_m)),
        (Verdict.LENGTH, network.max_length_cm, 100 * profile.length_m),
    ):
        verdict[(limit > 0) & (limit < need - 1e-6)] = code
    codes = network.hgv if profile.hgv else network.access
    opened = {Access.YES, Access.DESTINATION}
    opened |= {Access.PRIVATE} if profile.private else set()
    opened |= {Access.FOOT} if profile.foot else set()
    verdict[~np.isin(codes, [int(code) for code in opened])] = Verdict.ACCESS
    return verdict


def lost_streets(graph: TurnGraph) -> list[LostStreet]:
    """Streets of which arcs fell off, longest first."""
    network = graph.network
    found: dict[tuple[str, int], list[int]] = {}
    for arc in np.flatnonzero(graph.verdict).tolist():
        name = network.street(arc) or f"({network.road_class(arc)})"
        found.setdefault((name, int(graph.verdict[arc])), []).append(arc)
    lost = [
        LostStreet(name, Verdict(code), len(arcs), int(network.length_m[arcs].sum()))
        for (name, code), arcs in found.items()
    ]
    return sorted(lost, key=lambda street: (-street.length_m, street.name, street.verdict))


def speeds_kmh(network: RoadNetwork, profile: Profile) -> NDArray[np.float64]:
    """Driving speed of `profile` on each arc [km/h] (m,)."""
    factor = np.array([profile.speed_factors.get(name, 1.0) for name in CLASSES])
    return np.asarray(
        np.minimum(network.speed_kmh * factor[network.highway], profile.max_speed_kmh)
    )


def _arc_keys(network: RoadNetwork, profile: Profile) -> NDArray[np.int64]:
    """Traversal of each arc with its signals."""
    seconds = 3.6 * network.length_m / speeds_kmh(network, profile)
    seconds += profile.turn_costs.signal * network.signals
    millis = np.rint(1000 * seconds).astype(np.int64)
    return np.asarray((millis << METRES_BITS) + network.length_m)


def _turn_ms(network: RoadNetwork, profile: Profile, turns: Turns) -> NDArray[np.int64]:
    """Loss of time of each turn [ms]; a bend without a choice costs nothing."""
    costs = profile.turn_costs
    table = np.array([costs.straight, costs.right, costs.left, costs.u_turn])
    minor = np.isin(network.highway, [i for i, name in enumerate(CLASSES) if name in _MINOR])
    both = minor[turns.state_arc[turns.frm]] & minor[turns.state_arc[turns.to]]
    u_turn = turns.kind == Turn.U_TURN
    seconds = table[turns.kind] * np.where(both & ~u_turn, MINOR_FACTOR, 1.0)
    seconds[~turns.choice & ~u_turn] = 0.0
    return np.asarray(np.rint(1000 * seconds), np.int64)


def allowed_turns(
    network: RoadNetwork, profile: Profile, turns: Turns, verdict: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Turns `profile` may drive: both arcs drivable, no ban, no barrier, U-turns by policy."""
    frm, to = turns.state_arc[turns.frm], turns.state_arc[turns.to]
    bans = 1 << Who.ALL | 1 << Who.WALL | (1 << Who.HGV if profile.hgv else 1 << Who.NOT_HGV)
    bans |= 0 if profile.private else 1 << Who.GATE
    legal = (verdict[frm] == 0) & (verdict[to] == 0) & (turns.banned & bans == 0)
    flags = network.node_flags[network.head[frm]]
    walls = NodeFlag.BLOCKED if profile.private else NodeFlag.BLOCKED | NodeFlag.PRIVATE_GATE
    walls |= NodeFlag.NO_HGV if profile.hgv else NodeFlag(0)
    back = turns.kind == Turn.U_TURN
    onward = legal & ~back & (flags & int(walls) == 0)
    dead_end = np.bincount(turns.frm, onward, turns.num_states)[turns.frm] == 0
    room = np.zeros(len(frm), np.bool_)
    if profile.u_turns == UTurns.JUNCTIONS:
        level = ~(network.bridge | network.tunnel)
        room = turns.choice & (flags & int(NodeFlag.SPLIT) == 0) & level[frm]
    return np.asarray(onward | (legal & back & (dead_end | room)))


def _mark_cut_off(turns: Turns, key: NDArray[np.int64], verdict: NDArray[np.uint8]) -> None:
    """Mark drivable arcs outside the largest strongly connected part, counted in arcs."""
    fine = verdict == Verdict.FINE
    verdict[fine & ~largest_part(turns, key < NO_KEY, fine)] = Verdict.CUT_OFF


def largest_part(
    turns: Turns, used: NDArray[np.bool_], drivable: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Arcs (m,) of the largest strongly connected part of the turns `used`, counted in arcs."""
    edges = (np.ones(used.sum(), np.int8), (turns.frm[used], turns.to[used]))
    matrix = sparse.csr_matrix(edges, shape=(turns.num_states, turns.num_states))
    _, part = connected_components(matrix, connection="strong")
    sizes = np.bincount(part[: len(drivable)][drivable], minlength=1)
    inside = np.zeros(len(drivable), np.bool_)
    inside[turns.state_arc[part == sizes.argmax()]] = True
    return inside
