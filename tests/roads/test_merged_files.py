"""Files as editors, extractors and merging tools write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from solver.roads.osm import read_osm

if TYPE_CHECKING:
    from pathlib import Path

    from models.network import RoadNetwork

NODES = "".join(
    f'<node id="{i}" version="1" lon="{121 + i / 1000}" lat="31.0"/>' for i in range(1, 5)
)


def way(number: int, *refs: int, tags: str = "", attributes: str = 'version="1"') -> str:
    nds = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    road = '<tag k="highway" v="residential"/>'
    return f'<way id="{number}" {attributes}>{nds}{road}{tags}</way>'


ONEWAY = '<tag k="oneway" v="yes"/>'


def read(folder: Path, *parts: str) -> RoadNetwork:
    path = folder / "merged.osm"
    path.write_text(f'<osm version="0.6">{"".join(parts)}</osm>')
    return read_osm(path)


def ends(network: RoadNetwork) -> set[tuple[int, int]]:
    osm = network.node_osm
    pairs = list(zip(osm[network.tail].tolist(), osm[network.head].tolist(), strict=True))
    assert len(pairs) == len(set(pairs)), "an arc comes twice"
    return set(pairs)


BOTH = {(1, 2), (2, 1)}


@pytest.mark.parametrize(
    ("parts", "arcs"),
    [
        ([way(7, 1, 2), way(7, 1, 2)], BOTH),
        ([way(7, 1, 2), way(8, 1, 2)], BOTH),
        ([way(7, 1, 2), way(8, 2, 1)], BOTH),
        ([way(7, 1, 2, 1)], BOTH),
        ([way(7, 1, 2, tags=ONEWAY), way(8, 2, 1, tags=ONEWAY)], BOTH),
        ([way(7, 1, 2, tags=ONEWAY), way(8, 1, 2)], {(1, 2)}),
        ([way(7, 1, 2), way(7, 1, 2, tags=ONEWAY, attributes='version="2"')], {(1, 2)}),
        ([way(7, 1, 2, tags=ONEWAY, attributes='version="2"'), way(7, 1, 2)], {(1, 2)}),
        ([way(7, 1, 2), '<way id="8" version="3" visible="false"/>', way(8, 2, 3)], BOTH),
        ([way(7, 1, 2), way(8, 2, 3), '<way id="8" version="2" visible="false"/>'], BOTH),
        ([way(7, 1, 2), way(8, 2, 3, attributes='action="delete"')], BOTH),
        ([way(7, 1, 2), way(8, 2, 3, attributes="action='delete' version='1'")], BOTH),
        ([way(7, 1, 2), way(8, 2, 3),
          '<way id="8" version="2"><nd ref="2"/><nd ref="3"/><tag k="building" v="yes"/></way>'],
         BOTH),
        ([way(8, 1, 2), way(7, 1, 2), way(3, 1, 2)], BOTH),
    ],
    ids=range(14),
)  # fmt: skip
def test_each_street_once_and_as_its_newest_version_says(
    tmp_path: Path, parts: list[str], arcs: set[tuple[int, int]]
):
    network = read(tmp_path, NODES, *parts)
    assert ends(network) == arcs
    assert (network.reverse >= 0).all() == (arcs == BOTH)
    assert (network.oneway == (network.reverse < 0)).all()


def test_a_way_that_comes_back_over_itself_is_served_once(tmp_path: Path):
    network = read(tmp_path, NODES, way(7, 1, 2, 3, 2, 1))
    assert ends(network) == {(1, 2), (2, 1), (2, 3), (3, 2)}
    assert dict(network.notes) == {"streets_repeated": 2}


def test_streets_that_share_a_stretch_share_its_arcs(tmp_path: Path):
    network = read(tmp_path, NODES, way(7, 1, 2, 3), way(8, 2, 3, 4))
    assert len(ends(network)) == 6


def test_a_doubled_street_keeps_the_stricter_limit_and_the_higher_class(tmp_path: Path):
    heavy = '<tag k="maxweight" v="5"/>'
    main = way(8, 2, 1).replace("residential", "secondary")
    network = read(tmp_path, NODES, way(7, 1, 2, tags=heavy), main)
    assert network.max_weight_kg.tolist() == [5000, 5000]
    assert [network.road_class(arc) for arc in (0, 1)] == ["secondary", "secondary"]
    assert network.way.tolist() == [8, 8]


@pytest.mark.parametrize(
    "again",
    [
        '<node id="2" version="2" lon="121.002" lat="31.001"/>',
        '<node id="2" version="1" lon="121.002" lat="31.0"/>',
        '<node id="2" version="1" lon="121.002" lat="31.0"><tag k="barrier" v="bollard"/></node>',
    ],
)
def test_nodes_come_twice(tmp_path: Path, again: str):
    for parts in ((NODES, again), (again, NODES)):
        network = read(tmp_path, *parts, way(7, 1, 2))
        at = int(np.flatnonzero(network.node_osm == 2)[0])
        assert round(float(network.lat[at]), 3) == (31.001 if "31.001" in again else 31.0)
        assert bool(network.node_flags[at]) == ("bollard" in again)


def test_a_deleted_node_leaves_a_gap(tmp_path: Path):
    gone = '<node id="2" version="2" visible="false"/>'
    network = read(tmp_path, NODES, gone, way(7, 1, 2, 3, 4))
    assert ends(network) == {(3, 4), (4, 3)}
    assert dict(network.notes)["way_nodes_missing"] == 1


def test_what_was_repeated_or_deleted_is_counted_with_an_example(tmp_path: Path):
    network = read(tmp_path, NODES, way(7, 1, 2), way(7, 1, 2), way(8, 2, 3).replace(
        'version="1"', 'version="1" visible="false"'))  # fmt: skip
    assert dict(network.notes) == {"objects_repeated": 1, "objects_deleted": 1}
    assert dict(network.examples) == {"objects_repeated": "way 7", "objects_deleted": "way 8"}


@pytest.mark.parametrize(
    ("value", "read_as", "unknown"),
    [
        ("Residential", "residential", 0),
        (" tertiary ", "tertiary", 0),
        ("residential;service", "service", 0),
        ("tertiary; unclassified", "unclassified", 0),
        ("residental", "", 1),
        ("residential;garbage", "", 1),
        ("construction", "", 0),
        ("proposed", "", 0),
        ("busway", "", 0),
        ("bus_guideway", "", 0),
        ("residential;footway", "", 0),
    ],
)
def test_the_class_of_a_road_in_any_spelling(
    tmp_path: Path, value: str, read_as: str, unknown: int
):
    odd = way(8, 2, 3).replace('v="residential"', f'v="{value}"')
    network = read(tmp_path, NODES, way(7, 1, 2), odd)
    of_it = {network.road_class(arc) for arc in range(network.num_arcs) if network.way[arc] == 8}
    assert of_it == ({read_as} if read_as else set())
    assert dict(network.notes).get("classes_unread", 0) == unknown
    assert dict(network.examples).get("classes_unread", f"way 8 highway={value}").endswith(value)
