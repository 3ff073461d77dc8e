"""Each law of streets has a test that breaks exactly that law.

A crossing: node 1 in the middle, 2 west, 3 north, 4 east, 5 south, 100 m away each. Way 101 leads
from the west to the middle, 102 on to the north, 103 to the east, 104 to the south.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.network import Profile
from models.part import TaskRef
from solver.judge.streets import RoadJudge, check_side
from tests.roads import towns
from tests.roads.towns import STREET, town

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork

NODES = [(0.0, 0.0), (-100.0, 0.0), (0.0, 100.0), (100.0, 0.0), (0.0, -100.0)]
TRUCK = Profile(name="truck", width_m=2.5, height_m=3.5, weight_t=16.0)


def crossing(
    folder: Path,
    *,
    east: dict[str, str] | None = None,
    rule: str | None = None,
    via: tuple[str, str, int] = ("via", "node", 1),
    middle: dict[str, str] | None = None,
) -> RoadNetwork:
    ways = [
        ([2, 1], STREET),
        ([1, 3], STREET),
        ([1, 4], STREET | (east or {})),
        ([1, 5], STREET),
    ]
    members = [("from", "way", 101), via, ("to", "way", 103)]
    rules = [(members, {"restriction": rule})] if rule else []
    return town(folder, NODES, ways, rules, {1: middle} if middle else {})


def arc(network: RoadNetwork, way: int, *, from_node: int | None = None) -> int:
    """The arc of a way, forward, or the one that leaves `from_node`."""
    for number in range(network.num_arcs):
        tail = int(network.node_osm[network.tail[number]])
        if network.way[number] == way and from_node in {None, tail}:
            return number
    raise AssertionError(f"no arc of way {way}")


def codes(network: RoadNetwork, arcs: list[int], **judge: frozenset[int]) -> set[str]:
    return {one.code for one in RoadJudge(network, **judge).check_drive(TRUCK, arcs, "r")}


def eastward(network: RoadNetwork) -> list[int]:
    """Straight over the crossing, west to east."""
    return [arc(network, 101, from_node=2), arc(network, 103, from_node=1)]


def test_a_legal_drive_has_no_violation(tmp_path):
    network = crossing(tmp_path)
    assert codes(network, eastward(network)) == set()


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"maxweight": "10"}, "WEIGHT"),
        ({"maxheight": "3"}, "HEIGHT"),
        ({"width": "2.6"}, "WIDTH"),
        ({"maxwidth": "2.4"}, "WIDTH"),
        ({"hgv": "no"}, "ACCESS"),
    ],
)
def test_obstacles(tmp_path, tags, code):
    network = crossing(tmp_path, east=tags)
    assert codes(network, eastward(network)) == {code}


def test_a_closed_street(tmp_path):
    network = crossing(tmp_path)
    east = arc(network, 103, from_node=1)
    assert codes(network, eastward(network), closures=frozenset({east})) == {"CLOSED"}


def test_against_a_one_way_street_there_is_no_arc(tmp_path):
    network = crossing(tmp_path, east={"oneway": "yes"})
    assert network.reverse[arc(network, 103)] == -1
    assert codes(network, [network.num_arcs]) == {"ARC_UNKNOWN"}


def test_arcs_that_do_not_meet(tmp_path):
    network = crossing(tmp_path)
    apart = [arc(network, 102, from_node=1), arc(network, 103, from_node=1)]
    assert codes(network, apart) == {"TURN_UNKNOWN"}


def test_a_banned_turn(tmp_path):
    network = crossing(tmp_path, rule="no_straight_on")
    assert codes(network, eastward(network)) == {"TURN_BANNED"}


def test_a_banned_sequence_by_way(tmp_path):
    ways = [
        ([2, 1], STREET),
        ([1, 3], STREET),
        ([3, 4], STREET),
        ([1, 5], STREET),
        ([3, 5], STREET),
    ]
    members = [("from", "way", 101), ("via", "way", 102), ("to", "way", 103)]
    network = town(tmp_path, NODES, ways, [(members, {"restriction": "no_right_turn"})], {})
    drive = [
        arc(network, 101, from_node=2),
        arc(network, 102, from_node=1),
        arc(network, 103, from_node=3),
    ]
    assert codes(network, drive) == {"TURN_BANNED"}
    assert codes(network, drive[1:]) == set()


def test_turning_round_only_at_a_dead_end(tmp_path):
    network = crossing(tmp_path)
    there, back = arc(network, 101, from_node=2), arc(network, 101, from_node=1)
    assert codes(network, [there, back]) == {"U_TURN"}
    assert codes(network, [back, there]) == set()


def test_a_barrier(tmp_path):
    network = crossing(tmp_path, middle={"barrier": "bollard"})
    assert "BARRIER" in codes(network, eastward(network))


def test_the_wrong_kerb():
    ref = TaskRef(
        kind="street",
        name="",
        object_id="101",
        mode_arcs=((3,),),
        allowed_arcs=frozenset({3}),
    )
    assert [one.code for one in check_side(ref, [4], "r")] == ["WRONG_SIDE"]
    assert list(check_side(ref, [3], "r")) == []


@pytest.mark.parametrize("banned", [True, False])
def test_who_may_be_under_a_ban_by_way_turns_back_where_nothing_else_is_left(tmp_path, banned):
    """From 1 or 5 over 2 to 3, where whoever came from 1 may not go on to 4.

    After a stop on the way nobody knows who came from where, so even from 5 one may turn back.
    """
    nodes = [(0.0, 0.0), (90.0, 0.0), (180.0, 0.0), (270.0, 0.0), (90.0, -90.0)]
    ban = [("from", "way", 101), ("via", "way", 102), ("to", "way", 103)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([5, 2], STREET)]
    rules = [(ban, {"restriction": "no_straight_on"})] if banned else []
    network = town(tmp_path, nodes, ways, rules)
    for begin in (1, 5):
        there, back = towns.arc(network, 2, 3), towns.arc(network, 3, 2)
        found = codes(network, [towns.arc(network, begin, 2), there, back])
        assert found == (set() if banned else {"U_TURN"})
