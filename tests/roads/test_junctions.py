"""Barriers tagged on a junction bind the minor street; the main street stays passable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.network import Profile
from solver.judge.streets import RoadJudge
from solver.roads.graph import NO_KEY, Verdict, build_turn_graph
from tests.roads.towns import arc, town

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork
    from tests.roads.towns import Tags

MAIN = {"highway": "secondary", "name": "大街"}
YARD = {"highway": "service", "name": "院"}
LANE = {"highway": "residential", "name": "巷"}
NODES = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 80.0), (100.0, -80.0)]


def passes(network: RoadNetwork, profile: Profile, frm: int, to: int) -> bool:
    """May it go from node `frm` over node 2 to node `to`? The judge must say the same."""
    graph = build_turn_graph(network, profile)
    first, second = arc(network, frm, 2), arc(network, 2, to)
    turns = graph.turns
    rows = (turns.frm == first) & (turns.state_arc[turns.to] == second)
    found = bool((graph.key[rows] < NO_KEY).any())
    assert (RoadJudge(network).wrong_turn(profile, first, second) == "") == found
    return found


def junction(folder: Path, barrier: Tags, *ways: tuple[list[int], Tags]) -> RoadNetwork:
    return town(folder, NODES, list(ways), node_tags={2: barrier})


@pytest.mark.parametrize(
    "barrier",
    [
        {"barrier": "bollard"},
        {"barrier": "gate", "access": "no"},
        {"barrier": "gate", "access": "private"},
        {"barrier": "lift_gate", "access": "residents"},
        {"barrier": "gate", "hgv": "no"},
    ],
    ids=str,
)
@pytest.mark.parametrize("minor", [YARD, LANE, {**YARD, "access": "private"}], ids=str)
def test_the_main_street_goes_on_and_the_side_street_is_shut(
    tmp_path: Path, barrier: Tags, minor: Tags
):
    network = junction(tmp_path, barrier, ([1, 2, 3], MAIN), ([2, 4], minor))
    truck = Profile(length_m=9)
    assert passes(network, truck, 1, 3)
    assert passes(network, truck, 3, 1)
    assert not passes(network, truck, 1, 4)
    if "access" not in minor:
        assert not passes(network, truck, 4, 3)
    assert dict(network.notes) == {"barriers_on_junctions": 1}
    assert "node 2" in dict(network.examples)["barriers_on_junctions"]


def test_a_private_gate_opens_for_who_has_the_key(tmp_path: Path):
    gate = {"barrier": "gate", "access": "private"}
    network = junction(tmp_path, gate, ([1, 2, 3], MAIN), ([2, 4], YARD))
    assert passes(network, Profile(private=True), 1, 4)
    small = junction(tmp_path, {"barrier": "gate", "hgv": "no"}, ([1, 2, 3], MAIN), ([2, 4], YARD))
    assert passes(small, Profile(hgv=False), 1, 4)


def test_of_equal_streets_the_one_that_goes_through_is_the_main_one(tmp_path: Path):
    nameless = {**LANE, "name": ""}
    block = {"barrier": "block"}
    network = junction(tmp_path, block, ([1, 2], LANE), ([2, 3], LANE), ([2, 4], nameless))
    assert passes(network, Profile(), 1, 3)
    assert not passes(network, Profile(), 1, 4)


def test_where_nobody_can_tell_the_barrier_binds_all(tmp_path: Path):
    cross = {"highway": "residential", "name": "十字街"}
    network = junction(tmp_path, {"barrier": "block"}, ([1, 2, 3], LANE), ([4, 2, 5], cross))
    assert not passes(network, Profile(), 1, 3)
    assert not passes(network, Profile(), 4, 5)


def test_a_low_arch_at_the_mouth_of_a_yard_limits_the_yard(tmp_path: Path):
    arch = {"barrier": "height_restrictor", "maxheight": "2.5"}
    network = junction(tmp_path, arch, ([1, 2, 3], MAIN), ([2, 4], YARD))
    graph = build_turn_graph(network, Profile())
    assert graph.verdict[arc(network, 2, 4)] == Verdict.HEIGHT
    assert graph.verdict[arc(network, 1, 2)] == Verdict.FINE


@pytest.mark.parametrize(
    ("kind", "street", "open_"),
    [
        ("stile", LANE, True),
        ("bollard", MAIN, True),
        ("bollard", LANE, False),
        ("gate", MAIN, True),
        ("wall", LANE, False),
    ],
)
def test_a_barrier_where_a_footpath_begins(tmp_path: Path, kind: str, street: Tags, open_: bool):
    path = {"highway": "footway"}
    network = junction(tmp_path, {"barrier": kind}, ([1, 2, 3], street), ([2, 4], path))
    if kind == "gate":
        assert network.num_arcs == 2  # nothing stands in the way, nothing is cut
        return
    assert passes(network, Profile(), 1, 3) == open_
