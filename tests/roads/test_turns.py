"""Restrictions, barriers, U-turns, sizes: what a profile may drive."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.errors import NetworkError
from models.network import NodeFlag, Profile, RoadNetwork, Turn, TurnCosts, UTurns
from solver.roads.graph import NO_KEY, TurnGraph, Verdict, build_turn_graph, lost_streets
from solver.roads.osm import read_osm
from solver.roads.paths import UNREACHABLE, Router, matrix, unpack
from tests.roads.towns import STREET, Rule, arc, cross, town

if TYPE_CHECKING:
    from pathlib import Path

TRUCK = Profile()
NORTH, EAST, SOUTH, WEST = 2, 3, 4, 5


def allowed(graph: TurnGraph, frm: int, to: int) -> bool:
    """May a vehicle that drove arc `frm` go on with arc `to`?"""
    turns = graph.turns
    row = np.flatnonzero((turns.frm == frm) & (turns.state_arc[turns.to] == to))
    return bool((graph.key[row] < NO_KEY).any())


def exits(network: RoadNetwork, graph: TurnGraph, frm: int) -> set[int]:
    """Ends of cross town one may reach after coming from `frm`."""
    into = arc(network, frm, 1)
    ends = {NORTH, EAST, SOUTH, WEST}
    return {end for end in ends if allowed(graph, into, arc(network, 1, end))}


def rule(frm: int, to: int, **tags: str) -> Rule:
    """Ways of cross town are 101 (north), 102 (east), 103 (south), 104 (west)."""
    members = [("from", "way", 99 + frm), ("via", "node", 1), ("to", "way", 99 + to)]
    return members, {k.replace("__", ":"): v for k, v in tags.items()}


@pytest.mark.parametrize(
    ("tags", "truck", "car"),
    [
        ({"restriction": "no_left_turn"}, {NORTH, EAST}, {NORTH, EAST}),
        ({"restriction": "only_straight_on"}, {WEST}, {WEST}),
        ({"restriction__hgv": "no_left_turn"}, {NORTH, EAST}, {NORTH, EAST, WEST}),
        (
            {"restriction": "no_left_turn", "except": "hgv"},
            {NORTH, EAST, WEST},
            {NORTH, EAST},
        ),
        ({"restriction": "no_left_turn", "except": "psv;bicycle"}, {NORTH, EAST}, {NORTH, EAST}),
        (
            {"restriction": "no_left_turn", "except": "motor_vehicle"},
            {NORTH, EAST, WEST},
            {NORTH, EAST, WEST},
        ),
        ({"restriction__bicycle": "no_left_turn"}, {NORTH, EAST, WEST}, {NORTH, EAST, WEST}),
        (
            {"restriction__conditional": "no_left_turn @ (07:00-09:00)"},
            {NORTH, EAST},
            {NORTH, EAST},
        ),
    ],
)
def test_restriction_binds_whom_it_names(
    tmp_path: Path, tags: dict[str, str], truck: set[int], car: set[int]
):
    """A rule from the south to the west; U-turns at the cross are never allowed here."""
    network = cross(tmp_path, [rule(SOUTH, WEST, **tags)])
    if "only" in tags.get("restriction", ""):
        truck = car = {WEST}
    assert exits(network, build_turn_graph(network, TRUCK), SOUTH) == truck
    assert exits(network, build_turn_graph(network, Profile(hgv=False)), SOUTH) == car
    everything = exits(network, build_turn_graph(network, TRUCK), NORTH)
    assert everything == {EAST, SOUTH, WEST}


def test_no_u_turn_binds_even_at_a_dead_end(tmp_path: Path):
    members = [("from", "way", 101), ("via", "node", 2), ("to", "way", 101)]
    network = cross(tmp_path, [(members, {"restriction": "no_u_turn"})])
    graph = build_turn_graph(network, TRUCK)
    assert not allowed(graph, arc(network, 1, NORTH), arc(network, NORTH, 1))
    assert graph.verdict[arc(network, 1, NORTH)] == Verdict.CUT_OFF


def test_via_way_bans_the_sequence_only(tmp_path: Path):
    """H town: from 1 over the bar 3-4 to 6 is banned; from 2 it is not."""
    nodes = [(0.0, 100.0), (0.0, -100.0), (0.0, 0.0), (50.0, 0.0), (50.0, 100.0), (50.0, -100.0)]
    ways = [
        ([1, 3], STREET),
        ([2, 3], STREET),
        ([3, 4], STREET),
        ([4, 5], STREET),
        ([4, 6], STREET),
    ]
    members = [("from", "way", 101), ("via", "way", 103), ("to", "way", 105)]
    network = town(tmp_path, nodes, ways, [(members, {"restriction": "no_right_turn"})])
    router = Router.of(build_turn_graph(network, TRUCK))
    goal = arc(network, 4, 6)
    direct = [arc(network, 3, 4), goal]
    assert unpack(router, arc(network, 2, 3), goal, True) == direct
    detour = unpack(router, arc(network, 1, 3), goal, True)
    assert detour[:2] != direct
    assert detour[-1] == goal
    assert unpack(router, arc(network, 1, 3), arc(network, 4, 5), True) == [
        arc(network, 3, 4),
        arc(network, 4, 5),
    ]


def test_turns_are_named_by_angle_and_cost_on_the_right_side(tmp_path: Path):
    network = cross(tmp_path, highway="primary")
    graph = build_turn_graph(
        network, Profile(turn_costs=TurnCosts(straight=1, right=2, left=30, u_turn=60))
    )
    into = arc(network, SOUTH, 1)
    rows = {int(graph.turns.to[i]): i for i in np.flatnonzero(graph.turns.frm == into)}
    kinds = {end: graph.turns.kind[rows[arc(network, 1, end)]] for end in (2, 3, 4, 5)}
    assert kinds == {2: Turn.STRAIGHT, 3: Turn.RIGHT, 4: Turn.U_TURN, 5: Turn.LEFT}
    cost = graph.turn_key() >> 24
    assert [int(cost[rows[arc(network, 1, end)]]) for end in (2, 3, 5)] == [1000, 2000, 30_000]


@pytest.mark.parametrize(
    ("policy", "at_cross"),
    [(UTurns.DEAD_ENDS, False), (UTurns.JUNCTIONS, True), (UTurns.NONE, False)],
)
def test_u_turns_by_policy_and_always_at_dead_ends(tmp_path: Path, policy: UTurns, at_cross: bool):
    network = cross(tmp_path)
    graph = build_turn_graph(network, Profile(u_turns=policy))
    assert allowed(graph, arc(network, SOUTH, 1), arc(network, 1, SOUTH)) == at_cross
    assert allowed(graph, arc(network, 1, NORTH), arc(network, NORTH, 1))
    assert graph.core.all()


def test_bollard_is_a_dead_end_from_both_sides(tmp_path: Path):
    nodes = [(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]
    network = town(tmp_path, nodes, [([1, 2, 3], STREET)], node_tags={2: {"barrier": "bollard"}})
    graph = build_turn_graph(network, TRUCK)
    into = arc(network, 1, 2)
    assert allowed(graph, into, arc(network, 2, 1))
    assert not allowed(graph, into, arc(network, 2, 3))


@pytest.mark.parametrize(
    ("tags", "verdict"),
    [
        ({"maxweight": "10"}, Verdict.WEIGHT),
        ({"maxheight": "2.8 m"}, Verdict.HEIGHT),
        ({"maxwidth": "2.3"}, Verdict.WIDTH),
        ({"width": "2.8"}, Verdict.WIDTH),
        ({"hgv": "no"}, Verdict.ACCESS),
        ({"access": "private"}, Verdict.ACCESS),
        ({"highway": "pedestrian"}, Verdict.ACCESS),
        ({"maxweight": "16"}, Verdict.FINE),
    ],
)
def test_size_and_access_limits(tmp_path: Path, tags: dict[str, str], verdict: Verdict):
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], {**STREET, "name": "窄巷", **tags})]
    network = town(tmp_path, nodes, ways)
    graph = build_turn_graph(network, TRUCK)
    assert graph.verdict[arc(network, 3, 4)] == verdict
    lost = lost_streets(graph)
    if verdict == Verdict.FINE:
        assert lost == []
    else:
        assert lost == [("窄巷", verdict, 2, 200)]


def test_small_machines_with_permission_drive_where_trucks_must_not(tmp_path: Path):
    network = cross(tmp_path, highway="pedestrian")
    with pytest.raises(NetworkError, match="can drive no road"):
        build_turn_graph(network, TRUCK)
    assert build_turn_graph(network, Profile(width_m=1.4, hgv=False, foot=True)).core.all()


def test_closure_reweights_the_same_turns(tmp_path: Path):
    """Square town: closing one side sends the truck around, and back again when it opens."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([4, 1], STREET)]
    network = town(tmp_path, nodes, ways)
    router = Router.of(build_turn_graph(network, TRUCK))
    frm, to = arc(network, 4, 1), arc(network, 2, 3)
    closed = [arc(network, 1, 2), arc(network, 2, 1)]
    shut = build_turn_graph(network, TRUCK, closed, turns=router.graph.turns)
    detour = Router.of(shut, router.hierarchy.order)
    assert matrix(router, [frm], [to], True).distance[0, 0] == 200
    # Node 1 became a dead end: back to 4, over 3 to 2, turn around there, and drive 2-3.
    assert matrix(detour, [frm], [to], True).distance[0, 0] == 400
    assert shut.verdict[closed].tolist() == [Verdict.CLOSED, Verdict.CLOSED]
    assert matrix(detour, [frm], [closed[0]], True).duration[0, 0] == UNREACHABLE


def test_impossible_profiles_are_refused():
    with pytest.raises(NetworkError, match="above 0"):
        Profile(width_m=0)
    with pytest.raises(NetworkError, match="unknown road classes"):
        Profile(speed_factors={"autobahn": 1.0})


def test_no_way_in_taipei_drives_a_banned_turn(shared: Path):
    """482 restrictions: each consecutive pair and sequence of 400 random legs is checked."""
    network = read_osm(shared / "osm" / "taipei_arterials.osm.pbf")
    notes = dict(network.notes)
    assert notes["restrictions"] == 482
    assert notes["restrictions"] == (
        notes["restrictions_applied"]
        + notes["restrictions_for_others"]
        + notes["restrictions_without_effect"]
    )
    profile = Profile(u_turns=UTurns.JUNCTIONS)
    router = Router.of(build_turn_graph(network, profile))
    banned = {(a, b) for a, b, _ in network.banned_turns.tolist()}
    sequences = {path[:-1] for path in network.banned_paths}
    rng = np.random.default_rng(7)
    core = np.flatnonzero(router.graph.core)
    # Half of the legs begin right before a banned turn and want what it would give.
    tempted = network.banned_turns[rng.integers(len(banned), size=200)]
    starts = np.append(tempted[:, 0], rng.choice(core, 200))
    goals = np.append(tempted[:, 1], rng.choice(core, 200))
    fine = router.graph.core[starts] & router.graph.core[goals]
    for frm, to in zip(starts[fine].tolist(), goals[fine].tolist(), strict=True):
        way = [frm, *unpack(router, frm, to, True)]
        assert not banned & set(itertools.pairwise(way))
        for k in range(3, 6):
            assert not sequences & {tuple(way[i : i + k]) for i in range(len(way))}
        heads, tails = network.head[way[:-1]], network.tail[way[1:]]
        np.testing.assert_array_equal(heads, tails)
        assert not (network.node_flags[heads] & NodeFlag.BLOCKED).any()
