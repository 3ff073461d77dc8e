from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import prcoords
import pytest

from models.errors import NetworkError
from models.network import NodeFlag, Profile, RoadNetwork, Turn
from solver.roads.crs import crs_name, from_wgs84, to_wgs84
from solver.roads.graph import NO_KEY, build_turn_graph
from solver.roads.osm import read_osm
from solver.roads.paths import Router, matrix
from solver.roads.snap import Snap, split_at_points
from solver.roads.split import split_arcs
from tests.roads.towns import STREET, arc, cross, degrees, town

if TYPE_CHECKING:
    from pathlib import Path


def snap(network: RoadNetwork, *points: tuple[float, float], **kwargs) -> tuple[RoadNetwork, Snap]:
    lon, lat = np.array([degrees(*point) for point in points]).T
    return split_at_points(network, lon, lat, **kwargs)


def street_of_200_m(folder: Path, **tags: str) -> RoadNetwork:
    """From node 1 in the west to node 2 in the east."""
    return town(folder, [(0.0, 0.0), (200.0, 0.0)], [([1, 2], {**STREET, **tags})])


def test_a_stop_is_at_the_end_of_the_arc_whose_right_kerb_faces_it(tmp_path: Path):
    network, found = snap(street_of_200_m(tmp_path), (80.0, -12.0), (150.0, 9.0))
    south, north = found.arc_right.tolist()
    assert network.tail[south] == 0  # eastwards, from node 1
    assert network.length_m[south] == 80
    assert network.length_m[north] == 50  # westwards, from node 2
    assert found.side.tolist() == [1, 1]
    np.testing.assert_allclose(found.distance_m, [12, 9], atol=0.1)
    np.testing.assert_array_equal(network.head[found.arc_left], network.head[found.arc_right])
    assert (found.arc_left != found.arc_right).all()


def test_the_left_of_a_one_way_street_is_told(tmp_path: Path):
    _, found = snap(street_of_200_m(tmp_path, oneway="yes"), (80.0, 12.0))
    assert (found.arc_left.tolist(), found.side.tolist()) == ([-1], [-1])


def test_near_points_share_a_stop_and_none_is_at_the_junction(tmp_path: Path):
    network, found = snap(street_of_200_m(tmp_path), (60.0, 5.0), (64.0, 5.0), (70.0, 5.0), (0, 4))
    assert network.num_nodes == 2 + 3
    assert found.arc_right[0] == found.arc_right[1] != found.arc_right[2]
    assert network.length_m[network.tail == 0].tolist() == [5]
    assert sorted(network.node_osm.tolist()) == [-3, -2, -1, 1, 2]


def test_named_roads_and_open_roads_are_preferred(tmp_path: Path):
    nodes = [(0.0, 0.0), (200.0, 0.0), (0.0, 20.0), (200.0, 20.0)]
    tunnel = {**STREET, "name": "隧道", "tunnel": "yes"}
    network = town(tmp_path, nodes, [([1, 2], tunnel), ([3, 4], {**STREET, "name": "大路"})])
    cut, found = snap(network, (100.0, 4.0))
    assert cut.street(int(found.arc_right[0])) == "大路"
    only = network.way == 101
    cut, found = snap(network, (100.0, 19.0), usable=only)
    assert cut.street(int(found.arc_right[0])) == "隧道"
    with pytest.raises(NetworkError, match="no road can be driven"):
        snap(network, (0.0, 0.0), usable=np.zeros(4, bool))


def test_cuts_keep_metres_geometry_and_bans(tmp_path: Path):
    members = [("from", "way", 103), ("via", "node", 1), ("to", "way", 104)]
    network = cross(tmp_path, [(members, {"restriction": "no_left_turn"})])
    arms = {arc(network, 1, end): [20, 60] for end in (2, 3, 4, 5)}
    cut, first = split_arcs(network, arms)
    assert cut.num_arcs == 3 * network.num_arcs
    assert cut.length_m.sum() == network.length_m.sum()
    assert np.add.reduceat(cut.length_m, first[:-1]).tolist() == network.length_m.tolist()
    ((frm, to, _),) = cut.banned_turns
    assert cut.head[frm] == cut.tail[to]
    assert (cut.way[frm], cut.way[to]) == (103, 104)
    for a in range(cut.num_arcs):
        line, back = cut.points(a), cut.points(int(cut.reverse[a]))
        np.testing.assert_allclose(line, back[::-1])
        np.testing.assert_allclose(line[-1], [cut.lon[cut.head[a]], cut.lat[cut.head[a]]])


@pytest.mark.parametrize("cuts", [{0: [0]}, {0: [200]}, {0: [80, 80]}, {0: [50], 1: [50]}])
def test_impossible_cuts_are_refused(tmp_path: Path, cuts: dict[int, list[int]]):
    with pytest.raises(NetworkError, match="cannot be cut"):
        split_arcs(street_of_200_m(tmp_path), cuts)


def test_a_loop_can_be_cut(tmp_path: Path):
    """A block of 400 m that begins and ends at node 1, driven both ways."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (-50.0, 0.0)]
    network = town(tmp_path, nodes, [([1, 2, 3, 4, 1], STREET), ([5, 1], STREET)])
    cut, found = snap(network, (50.0, -5.0), (50.0, 105.0))
    assert cut.num_arcs == 2 * 3 + 2
    graph = build_turn_graph(cut, Profile())
    assert graph.core.all()
    legs = matrix(graph, found.arc_right, found.arc_right, True)
    assert legs.distance[0, 1] + legs.distance[1, 0] == 400
    assert (found.side == 1).all()


@pytest.mark.parametrize("name", ["nanjing_xuanwu", "taipei_arterials"])
def test_cutting_changes_no_journey_and_adds_no_u_turn(shared: Path, name: str):
    """200 stops: legs between old arcs stay the same, bans by node and by way included."""
    network = read_osm(shared / "osm" / f"{name}.osm.pbf")
    profile = Profile()
    graph = build_turn_graph(network, profile)
    rng = np.random.default_rng(5)
    core = np.flatnonzero(graph.core)
    middle = rng.choice(core, 200)
    xy = network.to_xy(network.lon[network.head[middle]], network.lat[network.head[middle]])
    lon, lat = network.to_lonlat(xy + rng.normal(0, 25, xy.shape)).T
    cut, found = split_at_points(network, lon, lat, usable=graph.core)
    after = build_turn_graph(cut, profile)
    assert after.core[found.arc_right].all()
    back = (after.turns.kind == Turn.U_TURN) & (after.key < NO_KEY)
    at = cut.head[after.turns.state_arc[after.turns.frm[back]]]
    assert not (cut.node_flags[at] & NodeFlag.SPLIT).any()
    sample = rng.choice(core, 60)
    before = matrix(graph, sample, sample, True)
    now = matrix(Router.of(after), found.first[sample + 1] - 1, found.first[sample + 1] - 1, True)
    np.testing.assert_allclose(now.duration, before.duration, atol=1)
    np.testing.assert_array_equal(now.distance, before.distance)


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_wrong_datum_is_noticed_and_named(shared: Path, crs: str):
    network = read_osm(shared / "osm" / "haimen_sanxing_roads.osm")
    rng = np.random.default_rng(2)
    arcs = rng.choice(network.num_arcs, 60)
    lon, lat = network.lon[network.head[arcs]], network.lat[network.head[arcs]]
    _, right = split_at_points(network, lon, lat)
    assert (right.warning, right.better_crs) == (None, "")
    _, wrong = split_at_points(network, *from_wgs84(lon, lat, crs))
    assert wrong.better_crs == crs
    assert "60 points" in wrong.warning.en
    _, twice = split_at_points(network, *to_wgs84(lon, lat, crs), crs=crs)
    assert twice.better_crs == "wgs84"


def test_far_points_that_no_datum_explains_are_reported(tmp_path: Path):
    _, found = snap(street_of_200_m(tmp_path), (0.0, 5000.0), (100.0, 6000.0))
    assert found.better_crs == ""
    assert "belong to this map" in found.warning.en


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "epsg:32651", "epsg:4490", "wgs84"])
def test_datums_go_there_and_back(crs: str):
    lon, lat = np.array([121.1, 121.5]), np.array([31.9, 31.2])
    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)
    np.testing.assert_allclose(back[0], lon, atol=2e-5)
    np.testing.assert_allclose(back[1], lat, atol=2e-5)


@pytest.mark.parametrize(
    ("crs", "there", "back"),
    [
        ("gcj02", prcoords.wgs_gcj, prcoords.gcj_wgs_bored),
        ("bd09", prcoords.wgs_bd, prcoords.bd_wgs_bored),
    ],
)
def test_datums_are_those_of_another_hand(crs: str, there, back):
    """PRCoords goes point by point; its inverse stops at about a tenth of a metre."""
    lon, lat = np.array([(x, y) for x in (75.5, 105, 116.4, 121.5, 135) for y in (3, 31.2, 53.1)]).T
    points = list(zip(lat.tolist(), lon.tolist(), strict=True))
    for ours, theirs, close in (
        (from_wgs84(lon, lat, crs), there, 1e-12),
        (to_wgs84(lon, lat, crs), back, 2e-6),
    ):
        expected = np.array([theirs(point) for point in points])
        np.testing.assert_allclose(np.column_stack(ours[::-1]), expected, rtol=0, atol=close)


def test_gcj02_moves_shanghai_by_hundreds_of_metres_and_london_not_at_all():
    lon, lat = from_wgs84([121.47], [31.23], "GCJ-02")
    metres = np.hypot((lon - 121.47) * 95_000, (lat - 31.23) * 111_000)
    assert 400 < metres[0] < 600
    assert from_wgs84([-0.1], [51.5], "gcj02")[0].tolist() == [-0.1]


@pytest.mark.parametrize("crs", ["mars", "epsg:999999", "epsg:abc", ""])
def test_unknown_datum_is_refused(crs: str):
    with pytest.raises(NetworkError, match="crs"):
        crs_name(crs)
