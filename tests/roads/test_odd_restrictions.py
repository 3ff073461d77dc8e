"""Turn restrictions with members missing, mixed or unknown ban rather than allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import osmium
import pytest

from models.network import Profile
from solver.roads.graph import build_turn_graph
from solver.roads.osm import read_osm
from tests.roads.test_turns import EAST, NORTH, SOUTH, WEST, exits
from tests.roads.towns import STREET, arc, cross, town

if TYPE_CHECKING:
    from pathlib import Path

N, E, S, W = 101, 102, 103, 104
"""Ways of cross town: each leads from the middle, node 1, to one end."""
Members = list[tuple[str, str, int]]
LEFT = {"restriction": "no_left_turn"}


@pytest.mark.parametrize(
    ("members", "tags", "banned"),
    [
        # without a via, the node where the ways meet
        ([("from", "way", S), ("to", "way", W)], LEFT, {(SOUTH, WEST)}),
        # the angle says what the missing member is
        ([("from", "way", S), ("via", "node", 1)], LEFT, {(SOUTH, WEST)}),
        ([("via", "node", 1), ("to", "way", W)], LEFT, {(SOUTH, WEST)}),
        ([("via", "node", 1)], {"restriction": "no_straight_on"},
         {(NORTH, SOUTH), (SOUTH, NORTH), (EAST, WEST), (WEST, EAST)}),
        ([("from", "way", S), ("via", "node", 1)], {"restriction": "no_exit"},
         {(SOUTH, WEST), (SOUTH, NORTH), (SOUTH, EAST)}),
        # each member alone
        ([("from", "way", S), ("from", "way", E), ("via", "node", 1), ("to", "way", W)],
         {"restriction": "no_entry"}, {(SOUTH, WEST), (EAST, WEST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W), ("to", "way", N)],
         {"restriction": "no_exit"}, {(SOUTH, WEST), (SOUTH, NORTH)}),
        ([("from", "way", S), ("via", "node", 1), ("via", "node", 99), ("to", "way", W),
          ("to", "way", 999)], LEFT, {(SOUTH, WEST)}),
        ([("from", "way", S), ("via", "node", 1), ("via", "way", 999), ("to", "way", W)], LEFT,
         {(SOUTH, WEST)}),
        ([(" From", "way", S), ("VIA", "node", 1), ("to", "way", W), ("sign", "node", 3)], LEFT,
         {(SOUTH, WEST)}),
        # words
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)], {"restriction": "left"},
         {(SOUTH, WEST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)], {}, {(SOUTH, WEST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)],
         {"restriction": "NO_LEFT_TURN "}, {(SOUTH, WEST)}),
        ([("from", "way", S), ("via", "node", 1)], {"restriction": "only_straight_on"},
         {(SOUTH, WEST), (SOUTH, EAST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", N)],
         {"restriction": "only_straight_on"}, {(SOUTH, WEST), (SOUTH, EAST)}),
        # what leads off the map: nothing else may be turned into, or nothing is lost
        ([("from", "way", S), ("via", "node", 1), ("to", "way", 999)],
         {"restriction": "only_straight_on"}, {(SOUTH, WEST), (SOUTH, NORTH), (SOUTH, EAST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", 999)], LEFT, set()),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", 999), ("to", "way", W)],
         {"restriction": "only_left_turn"}, {(SOUTH, NORTH), (SOUTH, EAST)}),
        # many members
        ([("from", "way", S), ("from", "way", E), ("via", "node", 1), ("to", "way", W)],
         {"restriction": "only_left_turn"},
         {(SOUTH, NORTH), (SOUTH, EAST), (EAST, NORTH), (EAST, SOUTH)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", S)],
         {"restriction": "only_u_turn"}, {(SOUTH, WEST), (SOUTH, NORTH), (SOUTH, EAST)}),
        # whom
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)],
         {"type": "restriction:hgv", "restriction": "no_left_turn"}, {(SOUTH, WEST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)],
         {"type": "restriction:bus", "restriction": "no_left_turn"}, set()),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)],
         {"restriction": "no_u_turn", "restriction:hgv": "no_left_turn"}, {(SOUTH, WEST)}),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)],
         {"restriction:conditional": "no_left_turn @ (07:00-09:00; PH off)"}, {(SOUTH, WEST)}),
    ],
    ids=range(24),
)  # fmt: skip
def test_what_can_be_understood_binds(
    tmp_path: Path, members: Members, tags: dict[str, str], banned: set[tuple[int, int]]
):
    network = cross(tmp_path, [(members, tags)])
    graph = build_turn_graph(network, Profile())
    ends = {NORTH, EAST, SOUTH, WEST}
    free = {(frm, to) for frm in ends for to in exits(network, graph, frm)}
    assert {(f, t) for f in ends for t in ends if f != t} - free == banned


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W)], 0),
        ([("from", "way", S), ("via", "node", 1)], 1),
        ([("from", "way", S), ("to", "way", W)], 1),
        ([("from", "way", S), ("via", "node", 1), ("to", "way", W), ("", "way", N)], 1),
    ],
)
def test_malformed_ones_are_counted(tmp_path: Path, members: Members, told: int):
    notes = dict(cross(tmp_path, [(members, LEFT)]).notes)
    assert notes.get("restrictions_malformed", 0) == told
    assert notes["restrictions_applied"] == 1


ALWAYS = {
    "type of a condition": {"type": "restriction:conditional",
                            "restriction:conditional": "no_left_turn @ (07:00-09:00)"},
    "condition in the plain key": {"restriction": "no_left_turn @ (07:00-09:00)"},
    "unknown mode": {"restriction:truck": "no_left_turn"},
    "unknown mode and hours": {"restriction:lorry:conditional": "no_left_turn @ (Mo-Fr)"},
    "weight": {"restriction:conditional": "no_left_turn @ (weight>7.5)"},
    "words of China": {"restriction": "禁止左转"},
    "blanks": {"restriction": "no left turn"},
    "days": {"restriction": "no_left_turn", "day_on": "Monday", "hour_on": "07:00"},
    "exempt are others": {"restriction": "no_left_turn", "except": "psv|bus"},
    "exempt at some hours": {"restriction": "no_left_turn", "except:conditional": "hgv @ (22:00)"},
}  # fmt: skip


@pytest.mark.parametrize("name", ALWAYS)
def test_a_ban_in_any_words_binds_a_truck(tmp_path: Path, name: str):
    members = [("from", "way", S), ("via", "node", 1), ("to", "way", W)]
    network = cross(tmp_path, [(members, ALWAYS[name])])
    assert WEST not in exits(network, build_turn_graph(network, Profile()), SOUTH)


@pytest.mark.parametrize(
    "key", ["bus", "trailer", "caravan", "hov", "note", "source", "bus:conditional"]
)
def test_a_ban_of_others_binds_no_truck(tmp_path: Path, key: str):
    members = [("from", "way", S), ("via", "node", 1), ("to", "way", W)]
    network = cross(tmp_path, [(members, {f"restriction:{key}": "no_left_turn"})])
    assert WEST in exits(network, build_turn_graph(network, Profile()), SOUTH)


def test_a_via_node_off_the_ways_means_the_node_where_they_meet(tmp_path: Path):
    members = [("from", "way", S), ("via", "node", 4), ("to", "way", W)]
    network = cross(tmp_path, [(members, LEFT)])
    assert WEST not in exits(network, build_turn_graph(network, Profile()), SOUTH)
    assert dict(network.notes)["restrictions_malformed"] == 1


def test_via_ways_that_make_no_path_bind_as_far_as_they_do(tmp_path: Path):
    """Of the via ways 102 (2 to 3) and 103 (3 to 4) only the first lies between from and to."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (200.0, 100.0)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([3, 5], STREET)]
    rule = [("from", "way", 101), ("via", "way", 103), ("via", "way", 102), ("to", "way", 104)]
    network = town(tmp_path, nodes, ways, [(rule, LEFT)])
    (path,) = network.banned_paths
    assert [int(network.node_osm[network.head[a]]) for a in path[:-1]] == [2, 3, 5]


@pytest.mark.parametrize("named", [103, 105, 106])
def test_a_ban_names_a_way_that_lies_over_another(tmp_path: Path, named: int):
    """Ways 105 and 106 lie over 103, the street to the south; 106 the other way round."""
    nodes = [(0.0, 0.0), (0.0, 100.0), (100.0, 0.0), (0.0, -100.0), (-100.0, 0.0)]
    ways = [([1, end], STREET) for end in (2, 3, 4, 5)] + [([1, 4], STREET), ([4, 1], STREET)]
    rule = [("from", "way", named), ("via", "node", 1), ("to", "way", W)]
    network = town(tmp_path, nodes, ways, [(rule, LEFT)])
    assert WEST not in exits(network, build_turn_graph(network, Profile()), SOUTH)


def test_a_from_way_that_runs_through_is_banned_from_both_ends(tmp_path: Path):
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 90.0)]
    rule = [("from", "way", 101), ("via", "node", 2), ("to", "way", 102)]
    network = town(
        tmp_path, nodes, [([1, 2, 3], STREET), ([2, 4], STREET)], [(rule, LEFT)]
    )  # fmt: skip
    into = arc(network, 2, 4)
    pairs = {(frm, to) for frm, to, _ in network.banned_turns.tolist()}
    assert pairs == {(arc(network, 1, 2), into), (arc(network, 3, 2), into)}
    assert dict(network.notes)["restrictions_malformed"] == 1


def test_taipeis_mixed_relations_bind_at_each_via(shared: Path):
    """Every from-way and to-way of a `no_` rule that meet at a via node are a banned turn."""
    path = shared / "osm" / "taipei_arterials.osm.pbf"
    network = read_osm(path)
    banned = {(f, t) for f, t, _ in network.banned_turns.tolist()}
    node_of = {int(ref): node for node, ref in enumerate(network.node_osm)}
    mixed = 0
    for item in osmium.FileProcessor(str(path), osmium.osm.RELATION):
        word = str(item.tags.get("restriction"))
        if not word.startswith("no_") or word.endswith("u_turn"):
            continue
        members = [(one.role, one.type, one.ref) for one in item.members]
        ways = {role: {ref for r, kind, ref in members if r == role and kind == "w"}
                for role in ("from", "to")}  # fmt: skip
        vias = [ref for role, kind, ref in members if (role, kind) == ("via", "n")]
        for node in (node_of[ref] for ref in vias if ref in node_of):
            into = np.flatnonzero((network.head == node) & np.isin(network.way, list(ways["from"])))
            out = np.flatnonzero((network.tail == node) & np.isin(network.way, list(ways["to"])))
            pairs = {(int(frm), int(to)) for frm in into for to in out}
            assert pairs <= banned, item.id
            mixed += len(vias) > 1 and bool(pairs)
    assert mixed > 5
    assert dict(network.notes)["restrictions_malformed"] == 24
