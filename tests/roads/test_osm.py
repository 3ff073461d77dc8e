from __future__ import annotations

import bz2
import gzip
from typing import TYPE_CHECKING

import numpy as np
import osmium
import pytest

from models.errors import NetworkError
from models.network import Access, NodeFlag
from solver.roads.osm import guess_report, read_osm
from solver.roads.reading.map_notes import MapNotes
from solver.roads.reading.tags import WayFacts, way_facts
from tests.roads.towns import STREET, arc, cross, degrees, town, write_town

if TYPE_CHECKING:
    from pathlib import Path


def facts_of(tags: dict[str, str]) -> WayFacts:
    """Facts along a way of these tags."""
    along, _ = way_facts(tags, MapNotes(), "way 1")
    assert along is not None
    return along


LINE = [(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]


def test_way_becomes_two_arcs_and_keeps_its_bend(tmp_path: Path):
    network = town(tmp_path, [(0.0, 0.0), (30.0, 40.0), (60.0, 0.0)], [([1, 2, 3], STREET)])
    assert network.num_nodes == 2
    assert network.length_m.tolist() == [100, 100]
    assert network.reverse.tolist() == [1, 0]
    np.testing.assert_allclose(network.points(0), network.points(1)[::-1])
    np.testing.assert_allclose(network.points(0)[1], degrees(30, 40), atol=1e-6)


@pytest.mark.parametrize(
    ("tags", "ends"),
    [
        ({"oneway": "yes"}, [(1, 3)]),
        ({"oneway": "-1"}, [(3, 1)]),
        ({"junction": "roundabout"}, [(1, 3)]),
        ({"highway": "motorway"}, [(1, 3)]),
        ({"highway": "motorway", "oneway": "no"}, [(1, 3), (3, 1)]),
    ],
)
def test_one_way_streets_have_one_arc(tmp_path: Path, tags: dict[str, str], ends: list[tuple]):
    network = town(tmp_path, LINE, [([1, 2, 3], {**STREET, **tags})])
    found = zip(network.node_osm[network.tail], network.node_osm[network.head], strict=True)
    assert list(found) == ends


def test_loops_and_parallel_streets_are_kept(tmp_path: Path):
    nodes = [(0.0, 0.0), (100.0, 0.0), (50.0, 40.0), (0.0, 50.0), (-50.0, 50.0)]
    ways = [([1, 2], STREET), ([1, 3, 2], STREET), ([1, 4, 5, 1], STREET)]
    network = town(tmp_path, nodes, ways)
    assert network.num_nodes == 2
    assert network.num_arcs == 6
    assert (network.tail == network.head).sum() == 2


def test_barrier_cuts_a_way_and_blocks_it(tmp_path: Path):
    network = town(tmp_path, LINE, [([1, 2, 3], STREET)], node_tags={2: {"barrier": "bollard"}})
    assert network.num_arcs == 4
    assert network.node_flags[network.head[arc(network, 1, 2)]] == NodeFlag.BLOCKED


def test_signals_count_once_for_a_cluster_and_by_direction(tmp_path: Path):
    nodes = [(0.0, 0.0), (100.0, 0.0), (120.0, 0.0), (300.0, 0.0)]
    signal = {"highway": "traffic_signals"}
    network = town(
        tmp_path,
        nodes,
        [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET)],
        node_tags={2: signal, 3: signal},
    )
    assert [int(network.signals[arc(network, *ends)]) for ends in ((1, 2), (2, 3), (3, 4))] == [
        1,
        0,
        0,
    ]
    ahead = {**signal, "traffic_signals:direction": "forward"}
    network = town(tmp_path, LINE, [([1, 2, 3], STREET)], node_tags={2: ahead})
    assert network.signals.tolist() == [1, 0]


def test_nodes_may_follow_ways_and_come_twice(tmp_path: Path):
    """As Overpass writes `out body; >; out skel;`."""
    path = write_town(tmp_path / "a.osm", LINE, [([1, 2, 3], STREET)])
    text = path.read_text()
    nodes = [line for line in text.replace("><", ">\n<").splitlines() if line.startswith("<node")]
    text = text.replace("><", ">\n<")
    for line in nodes:
        text = text.replace(line, "")
    skeleton = "\n".join(nodes)
    path.write_text(text.replace("</osm>", f"{skeleton}\n{skeleton}</osm>"))
    assert read_osm(path).length_m.tolist() == [100, 100]


@pytest.mark.parametrize("suffix", [".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_all_formats_give_the_same_network(tmp_path: Path, suffix: str):
    plain = write_town(tmp_path / "a.osm", LINE, [([1, 2, 3], {**STREET, "name": "海门路"})])
    other = tmp_path / f"a{suffix}"
    if suffix == ".osm.pbf":
        with osmium.SimpleWriter(str(other)) as writer:
            for item in osmium.FileProcessor(str(plain)):
                writer.add(item)
    else:
        packed = gzip.compress if suffix == ".osm.gz" else bz2.compress
        other.write_bytes(packed(plain.read_bytes()))
    network = read_osm(other)
    assert network.names == ("", "海门路")
    assert network.length_m.tolist() == [100, 100]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    '<osm version="0.6"><way id="1"><tag k="highway" v="service"/>'
    '<tag k="name" v="&b;"/></way></osm>'
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.osm", BOMB.encode()),
        ("page.osm", b"<html>server too busy</html>"),
        ("empty.osm", b""),
        ("empty.osm.pbf", b""),
        ("noise.osm.pbf", bytes(range(256)) * 20),
        ("cut.osm", b'<osm version="0.6"><node id="1" lat="1'),
        ("cut.osm.gz", gzip.compress(b'<osm version="0.6"></osm>', mtime=0)[:-9]),
        ("cut.osm.bz2", bz2.compress(b'<osm version="0.6"></osm>' * 9)[:-9]),
        ("coordinates.osm", b'<osm version="0.6"><node id="1" lat="x" lon="1"/></osm>'),
        ("ids.osm", b'<osm version="0.6"><way id="x"><nd ref="y"/></way></osm>'),
        ("roadless.osm", b'<osm version="0.6"><node id="1" lat="1" lon="1"/></osm>'),
        ("roads.csv", b"a,b"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=name):
        read_osm(path)


def test_missing_file_and_missing_nodes_are_named(tmp_path: Path):
    with pytest.raises(NetworkError, match=r"nowhere\.osm"):
        read_osm(tmp_path / "nowhere.osm")
    path = write_town(tmp_path / "bare.osm", [], [([1, 2, 3], STREET)])
    with pytest.raises(NetworkError, match="no road has coordinates"):
        read_osm(path)


def test_truncated_pbf_is_named(tmp_path: Path, shared: Path):
    path = tmp_path / "short.osm.pbf"
    path.write_bytes((shared / "osm" / "nanjing_xuanwu.osm.pbf").read_bytes()[:60_000])
    with pytest.raises(NetworkError, match=r"short\.osm\.pbf"):
        read_osm(path)


def test_a_missing_node_leaves_a_gap_not_a_jump(tmp_path: Path):
    network = town(tmp_path, [*LINE, (150.0, 0.0)], [([1, 2, 99, 3, 4], STREET)])
    assert network.length_m.tolist() == [50, 50, 50, 50]
    assert dict(network.notes)["way_nodes_missing"] == 1


@pytest.mark.parametrize(
    ("tags", "width_dm", "guessed"),
    [
        ({"highway": "service"}, 40, True),
        ({"highway": "primary", "oneway": "yes"}, 115, True),
        ({"highway": "secondary"}, 140, True),
        ({"highway": "secondary", "lanes": "2"}, 65, True),
        ({"highway": "secondary", "lanes": "2", "width": "9.5 m"}, 95, False),
        ({"highway": "residential", "width": "wide"}, 60, True),
        ({"highway": "residential", "width": "12'6\""}, 38, False),
    ],
)
def test_width_is_tag_before_lanes_before_class(tags: dict[str, str], width_dm: int, guessed: bool):
    facts = facts_of(tags)
    assert (facts.width_dm, facts.width_guessed) == (width_dm, guessed)


@pytest.mark.parametrize(
    ("tags", "access", "hgv"),
    [
        ({}, Access.YES, Access.YES),
        ({"access": "private"}, Access.PRIVATE, Access.PRIVATE),
        ({"access": "no", "motor_vehicle": "destination"}, Access.DESTINATION, Access.DESTINATION),
        ({"motor_vehicle": "no"}, Access.FOOT, Access.FOOT),
        ({"hgv": "no"}, Access.YES, Access.NO),
        ({"hgv": "delivery"}, Access.YES, Access.DESTINATION),
        ({"access": "no"}, Access.NO, Access.NO),
        ({"highway": "pedestrian"}, Access.FOOT, Access.FOOT),
        ({"highway": "pedestrian", "access": "no"}, Access.NO, Access.NO),
        ({"highway": "pedestrian", "vehicle": "yes"}, Access.YES, Access.YES),
    ],
)
def test_access_by_the_most_special_tag(tags: dict[str, str], access: Access, hgv: Access):
    facts = facts_of({**STREET, **tags})
    assert (facts.access, facts.hgv) == (access, hgv)


def test_share_of_guesses_counts_each_road_once(tmp_path: Path):
    nodes = [(0.0, 0.0), (100.0, 0.0), (400.0, 0.0)]
    network = town(
        tmp_path, nodes, [([1, 2], {**STREET, "width": "7", "name": "甲路"}), ([2, 3], STREET)]
    )
    report = guess_report(network)
    assert report.length_km == pytest.approx(0.4)
    assert (report.width, report.name, report.speed) == pytest.approx((0.75, 0.75, 1.0))


def test_names_keep_their_aliases(tmp_path: Path):
    network = cross(tmp_path, name="江海路", alt_name="老海路;海路", ref="S335")
    assert network.street(0) == "江海路"
    assert network.aliases[int(network.name[0])] == ("S335", "海路", "老海路")


@pytest.mark.parametrize(
    ("name", "arcs"),
    [
        ("haimen_sanxing_roads.osm", 356),
        ("nanjing_xuanwu.osm.pbf", 1_020),
        ("shanghai_center.osm.pbf", 10_040),
        ("taipei_arterials.osm.pbf", 5_981),
        ("jinan_city_derived.osm.pbf", 24_413),
    ],
)
def test_real_extracts_are_read_whole(shared: Path, name: str, arcs: int):
    """Each arc lies where its nodes are, and two-way arcs face each other."""
    network = read_osm(shared / "osm" / name)
    assert network.num_arcs == arcs
    first, last = network.point_start[:-1], network.point_start[1:] - 1
    np.testing.assert_array_equal(network.point_lon[first], network.lon[network.tail])
    np.testing.assert_array_equal(network.point_lat[last], network.lat[network.head])
    two_way = np.flatnonzero(network.reverse >= 0)
    back = network.reverse[two_way]
    np.testing.assert_array_equal(network.reverse[back], two_way)
    np.testing.assert_array_equal(network.length_m[back], network.length_m[two_way])
    assert not network.oneway[two_way].any()
