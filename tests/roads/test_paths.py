from __future__ import annotations

import heapq
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import NetworkError
from models.network import Profile, RoadNetwork, Turn, TurnCosts, UTurns
from solver.roads.graph import TurnGraph, build_turn_graph
from solver.roads.hierarchy import contract
from solver.roads.osm import read_osm
from solver.roads.paths import (
    UNREACHABLE,
    Router,
    leg_points,
    leg_steps,
    matrix,
    matrix_dijkstra,
    pairs,
    unpack,
)
from tests.roads.towns import STREET, arc, cross, town

FREE = TurnCosts(straight=0, right=0, left=0, u_turn=0, signal=0)
WALKER = Profile(max_speed_kmh=18, turn_costs=FREE)
"""5 m/s on every street (residential is 25 km/h, capped), turns for nothing."""


def test_durations_and_distances_add_up_by_hand(tmp_path: Path):
    """Cross town, 100 m = 20 s an arm: from the north end of arm 1-2 to the others."""
    network = cross(tmp_path)
    router = Router.of(build_turn_graph(network, WALKER))
    at_north, east_arm = arc(network, 1, 2), arc(network, 1, 3)
    legs = matrix(router, [at_north], [east_arm, east_arm], [False, True])
    assert legs.duration.tolist() == [[20, 40]]
    assert legs.distance.tolist() == [[100, 200]]
    assert legs.duration.dtype == legs.distance.dtype == np.int32


def test_the_order_fills_in_as_little_as_can_be(tmp_path: Path):
    """Cross town: four arcs in, each with four turns out; then the four left are all neighbours."""
    turns = build_turn_graph(cross(tmp_path), WALKER).turns
    order = contract(turns)
    assert sorted(order.rank.tolist()) == list(range(8))
    assert len(order.up) == 4 * 4 + 4 * 3 // 2


def test_turns_and_signals_cost_time_but_no_metres(tmp_path: Path):
    network = cross(tmp_path, highway="primary")
    profile = Profile(max_speed_kmh=18, turn_costs=TurnCosts(left=30, u_turn=60))
    legs = matrix(
        Router.of(build_turn_graph(network, profile)),
        [arc(network, 1, 4)],
        [arc(network, 1, 5)],
        [True],
    )
    assert (legs.duration[0, 0], legs.distance[0, 0]) == (60 + 20 + 30 + 20, 200)


def test_standing_there_is_free_and_starting_there_is_a_round(tmp_path: Path):
    """Triangle town, one-way: the END of my arc is here; its START is two arcs away."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]
    oneway = {**STREET, "oneway": "yes"}
    network = town(tmp_path, nodes, [([1, 2], oneway), ([2, 3], oneway), ([3, 1], oneway)])
    router = Router.of(build_turn_graph(network, WALKER))
    mine = arc(network, 1, 2)
    legs = matrix(router, [mine], [mine, mine], [True, False])
    assert legs.distance.tolist() == [[0, 241]]
    assert unpack(router, mine, mine, True) == []
    assert unpack(router, mine, mine, False) == [arc(network, 2, 3), arc(network, 3, 1)]


def test_no_way_is_said_with_names(tmp_path: Path):
    """A one-way street that leaves town has no way back."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
    ways = [
        ([1, 2], STREET),
        ([2, 3], {**STREET, "oneway": "yes", "name": "出城路"}),
        ([3, 4], {**STREET, "name": "外路"}),
    ]
    network = town(tmp_path, nodes, ways)
    router = Router.of(build_turn_graph(network, WALKER))
    out, back = arc(network, 3, 4), arc(network, 1, 2)
    assert matrix(router, [out], [back], True).duration[0, 0] == UNREACHABLE
    assert matrix(router, [back], [out], True).distance[0, 0] == 200
    with pytest.raises(NetworkError, match="外路"):
        unpack(router, out, back, True)


def test_a_leg_is_told_street_by_street(tmp_path: Path):
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (200.0, 100.0), (0.0, 50.0), (100.0, 90.0)]
    main, side = {**STREET, "name": "江海路"}, {**STREET, "name": "解放路"}
    ways = [([1, 2], main), ([2, 3], main), ([3, 4], side), ([1, 5], side), ([2, 6], side)]
    network = town(tmp_path, nodes, ways)
    graph = build_turn_graph(network, WALKER)
    start, goal = arc(network, 5, 1), arc(network, 3, 4)
    arcs = unpack(graph, start, goal, True)
    steps = leg_steps(graph, arcs, from_arc=start)
    assert [(s.name, s.distance_m, s.duration_s, s.turn) for s in steps] == [
        ("江海路", 200, 40, Turn.LEFT),
        ("解放路", 100, 20, Turn.LEFT),
    ]
    line = leg_points(graph, arcs)
    assert len(line) == 4
    np.testing.assert_allclose(line[0], [network.lon[network.head[start]], 31.0], atol=1e-6)
    with pytest.raises(NetworkError, match="does not begin where"):
        leg_steps(graph, [arcs[0], arcs[-1]])


@st.composite
def grid_towns(draw: st.DrawFn) -> RoadNetwork:
    """Grid of 3 x 4 junctions with random classes, one-ways, gaps, and bans by node and way."""
    nodes = [(100.0 * x + 3 * y, 90.0 * y) for y in range(3) for x in range(4)]
    pairs = [(4 * y + x + 1, 4 * y + x + 2) for y in range(3) for x in range(3)]
    pairs += [(4 * y + x + 1, 4 * y + x + 5) for y in range(2) for x in range(4)]
    kind = st.sampled_from(["residential", "primary", "service"])
    oneway = st.sampled_from(["no", "no", "yes", "-1"])
    kept = draw(st.lists(st.sampled_from(pairs), min_size=8, unique=True))
    ways = [(list(p), {"highway": draw(kind), "oneway": draw(oneway)}) for p in sorted(kept)]
    rules = []
    for via in draw(st.lists(st.sampled_from(range(len(ways))), max_size=8)):
        here, there = draw(st.permutations(ways[via][0]))
        before = [i for i, (ends, _) in enumerate(ways) if here in ends and i != via]
        after = [i for i, (ends, _) in enumerate(ways) if there in ends and i != via]
        word = {"restriction": draw(st.sampled_from(["no_left_turn", "only_straight_on"]))}
        if not before or not after:
            continue
        frm, to = draw(st.sampled_from(before)), draw(st.sampled_from(after))
        long = draw(st.booleans())
        middle = ("via", "way", 101 + via) if long else ("via", "node", here)
        last = to if long else via
        rules.append(([("from", "way", 101 + frm), middle, ("to", "way", 101 + last)], word))
    with tempfile.TemporaryDirectory() as folder:
        return town(Path(folder), nodes, ways, rules)


def test_a_turn_back_only_a_ban_by_way_leaves_has_its_time(tmp_path: Path):
    """From 1 over 2 to 3, where going on to 4 is banned: 90 m there, 45 s around, 90 m back."""
    nodes = [(0.0, 0.0), (90.0, 0.0), (180.0, 0.0), (270.0, 0.0), (90.0, -90.0)]
    ban = [("from", "way", 101), ("via", "way", 102), ("to", "way", 103)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([5, 2], STREET)]
    network = town(tmp_path, nodes, ways, [(ban, {"restriction": "no_straight_on"})])
    graph = build_turn_graph(network, Profile(max_speed_kmh=18, turn_costs=TurnCosts(signal=0)))
    arcs = [arc(network, 2, 3), arc(network, 3, 2)]
    assert unpack(graph, arc(network, 1, 2), arcs[1], True) == arcs
    there, back = leg_steps(graph, arcs, from_arc=arc(network, 1, 2))
    assert (there.duration_s, back.duration_s, back.turn) == (18, 45 + 18, Turn.U_TURN)


def test_a_stop_on_the_way_of_a_ban_does_not_open_it(tmp_path: Path):
    """Who served 2 to 3 may have come from 1, so 3 to 4 is left to those who come from 5."""
    nodes = [(0.0, 0.0), (90.0, 0.0), (180.0, 0.0), (270.0, 0.0), (90.0, -90.0)]
    ban = [("from", "way", 101), ("via", "way", 102), ("to", "way", 103)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([5, 2], STREET)]
    network = town(tmp_path, nodes, ways, [(ban, {"restriction": "no_straight_on"})])
    graph = build_turn_graph(network, Profile(max_speed_kmh=18, turn_costs=TurnCosts(signal=0)))
    around = [arc(network, *ends) for ends in ((3, 2), (2, 5), (5, 2), (2, 3), (3, 4))]
    assert unpack(graph, arc(network, 2, 3), around[-1], True) == around
    assert unpack(graph, arc(network, 5, 2), around[-1], True) == around[-2:]


@settings(max_examples=30, deadline=None)
@given(grid_towns(), st.sampled_from(UTurns), st.randoms(use_true_random=False))
def test_hierarchy_equals_dijkstra_and_legs_equal_the_matrix(network, policy, random):
    try:
        graph = build_turn_graph(network, Profile(u_turns=policy))
    except NetworkError:
        return
    arcs = np.arange(network.num_arcs)
    ends = np.array([random.random() < 0.5 for _ in arcs])
    router = Router.of(graph)
    fast, slow = matrix(router, arcs, arcs, ends), matrix_dijkstra(graph, arcs, arcs, ends)
    np.testing.assert_array_equal(fast.duration, slow.duration)
    np.testing.assert_array_equal(fast.distance, slow.distance)
    frm, to = random.randrange(len(arcs)), random.randrange(len(arcs))
    some = matrix(router, arcs[[frm]], arcs[[to]], ends[[to]])
    assert (some.duration[0, 0], some.distance[0, 0]) == (
        fast.duration[frm, to], fast.distance[frm, to],
    )  # fmt: skip
    rows, cols = np.indices(fast.duration.shape).reshape(2, -1)
    alone = pairs(router, arcs[rows], arcs[cols], ends[cols])
    np.testing.assert_array_equal(alone.duration, fast.duration.ravel())
    np.testing.assert_array_equal(alone.distance, fast.distance.ravel())
    if fast.duration[frm, to] < UNREACHABLE:
        check_leg(router, fast, frm, to, bool(ends[to]))


START = -1
"""In a history: nothing is known of what was before."""


def seconds_by_hand(network: RoadNetwork, frm: int) -> dict[int, float]:
    """Seconds to the END of each arc, searching whole histories; shares no code with the solver.

    How the vehicle came to the first arc is not known: what any way there bans is banned.
    """
    pairs = {(a, b) for a, b, _ in network.banned_turns.tolist()}
    paths = {tuple(path[:-1]) for path in network.banned_paths}
    came = [path[:k] for path in paths for k in range(1, len(path)) if path[k] == frm]
    leaving = [np.flatnonzero(network.tail == head).tolist() for head in network.head]

    def legal(history: tuple[int, ...], arc: int) -> bool:
        driven = (*history, arc)
        ways = [driven]
        if history[0] == START:
            ways = [(*way, *driven[1:]) for way in ((), *came)]
        ends = {way[k:] for way in ways for k in range(len(way))}
        return driven[-2:] not in pairs and not ends & paths

    best: dict[int, float] = {}
    queue, seen = [(0.0, (START, frm))], set()
    while queue:
        seconds, history = heapq.heappop(queue)
        if history in seen:
            continue
        seen.add(history)
        best.setdefault(history[-1], seconds)
        back = int(network.reverse[history[-1]])
        onward = [a for a in leaving[history[-1]] if a != back and legal(history, a)]
        around = [back] if back >= 0 and not onward and legal(history, back) else []
        for further in onward + around:
            drive = network.length_m[further] * 3.6 / min(int(network.speed_kmh[further]), 18)
            heapq.heappush(queue, (seconds + drive, (*history, further)[-4:]))
    return best


@settings(max_examples=30, deadline=None)
@given(grid_towns(), st.integers(0, 1000))
def test_matrix_equals_a_search_over_whole_histories(network, pick):
    try:
        graph = build_turn_graph(network, WALKER)
    except NetworkError:
        return
    frm = pick % network.num_arcs
    legs = matrix(graph, [frm], np.arange(network.num_arcs), True)
    by_hand = seconds_by_hand(network, frm)
    for to, seconds in enumerate(legs.duration[0].tolist()):
        assert seconds == pytest.approx(by_hand.get(to, UNREACHABLE), abs=1)


def check_leg(router: Router, legs, frm: int, to: int, to_end: bool) -> None:
    """The unpacked arcs are as long, and take as long, as the matrix says."""
    graph: TurnGraph = router.graph
    arcs = unpack(router, frm, to, to_end)
    steps = leg_steps(graph, arcs, from_arc=frm)
    assert sum(step.distance_m for step in steps) == legs.distance[frm, to]
    last_turn = 0 if to_end else 120  # the turn into the service is not driven by these arcs
    seconds = sum(step.duration_s for step in steps)
    assert -1 <= legs.duration[frm, to] - seconds + len(steps) / 2 <= last_turn + len(steps) + 1


def test_core_arcs_reach_each_other_on_a_real_map(shared: Path):
    """Nanjing: nothing in the core is unreachable; 300 rows equal the oracle in both columns."""
    network = read_osm(shared / "osm" / "nanjing_xuanwu.osm.pbf")
    graph = build_turn_graph(network, Profile())
    core = np.flatnonzero(graph.core)
    ends = np.arange(len(core)) % 2 == 0
    legs = matrix(graph, core, core, ends)
    assert legs.duration.max() < UNREACHABLE
    oracle = matrix_dijkstra(graph, core[:300], core, ends)
    np.testing.assert_array_equal(legs.duration[:300], oracle.duration)
    np.testing.assert_array_equal(legs.distance[:300], oracle.distance)
