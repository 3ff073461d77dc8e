"""Networks as graphs of NetworkX and OSMnx, in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from models.errors import NetworkError
from models.network import NodeFlag, Profile, Who
from solver.roads.graph import build_turn_graph
from solver.roads.graphs import from_networkx, read_graphml, read_roads, to_networkx, write_graphml
from solver.roads.paths import Router, matrix
from solver.roads.surroundings import read_surroundings
from tests.roads.test_paths import grid_towns
from tests.roads.towns import STREET, degrees, town

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork

COLUMNS = (
    "length_m", "highway", "way", "width_dm", "width_guessed", "lanes", "lanes_guessed",
    "speed_kmh", "speed_guessed", "oneway", "bridge", "tunnel", "max_weight_kg", "max_height_cm",
    "max_width_cm", "max_length_cm", "access", "hgv", "signals",
)  # fmt: skip


def rows(network: RoadNetwork) -> list[tuple[object, ...]]:
    """What is known of each arc, in an order that arcs in another order share."""
    found = []
    for arc in range(network.num_arcs):
        ends = network.node_osm[network.tail[arc]], network.node_osm[network.head[arc]]
        line = tuple(map(tuple, network.points(arc).round(7).tolist()))
        facts = tuple(getattr(network, name)[arc].item() for name in COLUMNS)
        others = network.aliases[network.name[arc]]
        found.append((*map(int, ends), line, network.street(arc), others, facts))
    return sorted(found)


def bans(network: RoadNetwork) -> set[tuple[object, ...]]:
    """Turn bans by the OSM nodes along their arcs."""
    found = set()
    for *arcs, who in [*network.banned_turns.tolist(), *network.banned_paths]:
        nodes = [int(network.node_osm[network.tail[arc]]) for arc in arcs]
        found.add((*nodes, int(network.node_osm[network.head[arcs[-1]]]), int(who)))
    return found


def same(one: RoadNetwork, other: RoadNetwork) -> bool:
    return rows(one) == rows(other) and bans(one) == bans(other)


def tagged_town(folder: Path) -> RoadNetwork:
    """A bend, a one-way, a bridge with limits, a private lane, a gate, signals, a ban, a loop."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (150.0, 40.0), (200.0, 0.0), (300.0, 0.0), (100.0, 90.0),
             (130.0, 120.0), (70.0, 120.0)]  # fmt: skip
    named = {**STREET, "name": "江海路", "ref": "S1", "name:en": "Jianghai Road", "lanes": "3"}
    limits = {"maxweight": "10", "maxheight": "2.8", "maxwidth": "2.3", "maxspeed": "37",
              "bridge": "yes", "width": "6.5"}  # fmt: skip
    ways = [
        ([1, 2], named),
        ([2, 3, 4], {**STREET, "oneway": "yes", "hgv": "no"}),
        ([4, 5], {"highway": "tertiary", **limits}),
        ([2, 6], {"highway": "service", "access": "private"}),
        ([6, 7, 8, 6], {"highway": "service"}),
        ([4, 2], {**STREET, "motor_vehicle": "destination"}),
    ]
    ban = [("from", "way", 101), ("via", "node", 2), ("to", "way", 102)]
    marks = {2: {"highway": "traffic_signals"}, 3: {"highway": "traffic_signals"},
             5: {"barrier": "bollard"}, 6: {"barrier": "gate", "access": "private"}}  # fmt: skip
    rules = [(ban, {"restriction": "no_left_turn"})]
    return town(folder, nodes, ways, rules, marks)


def test_a_network_comes_back_from_its_graph(tmp_path: Path):
    network = tagged_town(tmp_path)
    back = from_networkx(to_networkx(network))
    assert same(network, back)
    assert (1, 2, 4, Who.ALL) in bans(back)
    assert {who for *_, who in bans(back)} == {Who.ALL, Who.GATE}, "the gate closes the yard"
    flags = dict(zip(back.node_osm.tolist(), back.node_flags.tolist(), strict=True))
    assert flags[2] == NodeFlag.SIGNAL
    assert flags[5] == NodeFlag.BLOCKED


def test_a_network_comes_back_from_its_file(tmp_path: Path):
    network = tagged_town(tmp_path)
    path = write_graphml(network, tmp_path / "roads.graphml")
    assert same(network, read_graphml(path))
    assert same(network, read_roads(path))
    assert read_surroundings(path).buildings == ()


@settings(max_examples=15, deadline=None)
@given(grid_towns())
def test_any_town_comes_back_with_its_matrix(network: RoadNetwork):
    back = from_networkx(to_networkx(network))
    assert same(network, back)
    durations = []
    for one in (network, back):
        try:
            router = Router.of(build_turn_graph(one, Profile()))
        except NetworkError:
            return
        order = sorted(range(one.num_arcs), key=lambda a: (one.way[a], one.tail[a] > one.head[a]))
        keyed = sorted(order, key=lambda a: (one.node_osm[one.tail[a]], one.node_osm[one.head[a]]))
        durations.append(matrix(router, keyed, keyed, True).duration)
    np.testing.assert_array_equal(*durations)


def test_osmnx_works_with_our_graphs_and_we_with_its(tmp_path: Path):
    osmnx = pytest.importorskip("osmnx")
    network = tagged_town(tmp_path)
    graph = to_networkx(network)
    assert len(osmnx.convert.graph_to_gdfs(graph, nodes=False)) == network.num_arcs
    osmnx.io.save_graphml(graph, tmp_path / "theirs.graphml")
    assert same(network, read_graphml(tmp_path / "theirs.graphml"))
    again = osmnx.io.load_graphml(tmp_path / "theirs.graphml")
    assert same(network, from_networkx(again))
    projected = from_networkx(osmnx.projection.project_graph(graph))
    assert np.abs(np.sort(projected.length_m) - np.sort(network.length_m)).max() <= 1
    np.testing.assert_allclose(np.sort(projected.lon), np.sort(network.lon), atol=1e-6)


def theirs() -> nx.MultiDiGraph:
    """As OSMnx simplifies: two ways joined into one edge, their tags as lists."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, place in enumerate([(0.0, 0.0), (200.0, 0.0)], start=1):
        x, y = degrees(*place)
        graph.add_node(node, x=x, y=y, street_count=1)
    line = shapely.LineString([degrees(0, 0), degrees(100, 50), degrees(200, 0)])
    tags = {"osmid": [11, 12], "highway": ["tertiary", "residential"], "name": ["东路", "西路"],
            "lanes": ["4", "2"], "oneway": False}  # fmt: skip
    graph.add_edge(1, 2, **tags, reversed=False, geometry=line)
    graph.add_edge(2, 1, **tags, reversed=True, geometry=line.reverse())
    return graph


@pytest.mark.parametrize("as_file", [False, True])
def test_the_first_of_several_tags_counts(tmp_path: Path, as_file: bool):
    graph = theirs()
    if as_file:
        osmnx = pytest.importorskip("osmnx")
        osmnx.io.save_graphml(graph, tmp_path / "g.graphml")
        network = read_graphml(tmp_path / "g.graphml")
    else:
        network = from_networkx(graph)
    assert network.num_arcs == 2
    assert network.reverse.tolist() == [1, 0]
    assert network.way.tolist() == [11, 11]
    assert (network.street(0), network.road_class(0), network.lanes[0]) == ("东路", "tertiary", 4)
    assert network.length_m.tolist() == [224, 224]  # 2 x (100^2 + 50^2)^0.5


def test_an_edge_without_its_partner_is_one_way():
    graph = theirs()
    graph.remove_edge(2, 1)
    network = from_networkx(graph)
    assert network.oneway.tolist() == [True]
    assert network.reverse.tolist() == [-1]


def test_names_as_nodes_get_ids_of_our_own():
    network = from_networkx(nx.relabel_nodes(theirs(), {1: "a", 2: "b"}))
    assert (network.node_osm < 0).all()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda g: g.to_undirected(), "no directions"),
        (lambda g: nx.MultiDiGraph(), "no drivable road"),
        (lambda g: nx.MultiDiGraph(g.edges()), "has no place"),
        (lambda g: g.graph.update(crs="moon") or g, "unknown"),
        (lambda g: g.nodes[1].update(x=12_000.0) or g, "off the globe"),
        (lambda g: g.edges[1, 2, 0].update(geometry="LINE") or g, "no line"),
        (lambda g: nx.set_edge_attributes(g, "footway", "highway") or g, "no drivable road"),
    ],
)
def test_graphs_that_are_no_roads_are_refused_with_a_way_out(spoil, message: str):
    with pytest.raises(NetworkError, match=message):
        from_networkx(spoil(theirs()))


@pytest.mark.parametrize("text", ["", "<graphml", "<html></html>", "<graphml></graphml>"])
def test_files_that_are_no_graphs_are_named(tmp_path: Path, text: str):
    path = tmp_path / "bad.graphml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NetworkError, match=r"bad\.graphml"):
        read_roads(path)
