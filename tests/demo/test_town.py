from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from models.network import RoadNetwork
from scenarios.demo.town import TownSize, town_text, write_town
from solver.roads.osm import read_osm


def read_town(folder: Path, size: TownSize, seed: int = 1) -> RoadNetwork:
    path = folder / "roads.osm"
    write_town(path, size=size, seed=seed)
    return read_osm(path)


def strong_share(network: RoadNetwork) -> float:
    """Share of nodes in the largest strongly connected part."""
    shape = (network.num_nodes, network.num_nodes)
    matrix = coo_matrix((np.ones(network.num_arcs), (network.tail, network.head)), shape)
    part = connected_components(matrix, connection="strong")[1]
    return float(np.bincount(part).max() / network.num_nodes)


def test_the_same_seed_writes_the_same_bytes():
    assert town_text(seed=3, size="tiny") == town_text(seed=3, size="tiny")
    assert town_text(seed=3, size="tiny") != town_text(seed=4, size="tiny")


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_tiny_town_is_connected_and_has_a_banned_turn_and_a_weak_bridge(tmp_path, seed):
    network = read_town(tmp_path, "tiny", seed)
    assert strong_share(network) > 0.95
    assert len(network.banned_turns) + len(network.banned_paths) > 0
    assert network.bridge.any()


def test_the_default_town_has_the_size_and_the_traits_of_a_district(tmp_path):
    network = read_town(tmp_path, "default")
    assert 3_000 <= network.num_arcs <= 4_000
    assert strong_share(network) > 0.95
    notes = dict(network.notes)
    assert notes["restrictions_applied"] >= 40
    assert notes["restrictions_conditional"] >= 1
    assert len(network.banned_paths) > 0
    assert set(network.max_weight_kg.tolist()) >= {10_000, 15_000}
    assert network.signals.sum() > 50
    classes = Counter(network.road_class(arc) for arc in range(network.num_arcs))
    assert {"primary", "secondary", "tertiary", "residential", "living_street", "service",
            "unclassified"} <= classes.keys()  # fmt: skip


def test_chinese_osm_is_mostly_silent_about_width_and_so_is_the_town(tmp_path):
    network = read_town(tmp_path, "default")
    assert network.width_guessed.mean() > 0.9
    narrow = network.width_dm[~network.width_guessed]
    assert narrow.min() < 30 <= narrow.max()
    unnamed = sum(not network.street(arc) for arc in range(network.num_arcs)) / network.num_arcs
    assert 0.05 < unnamed < 0.5


def test_a_name_is_not_given_to_streets_of_two_classes(tmp_path):
    network = read_town(tmp_path, "default")
    classes: dict[str, set[str]] = {}
    for arc in range(network.num_arcs):
        classes.setdefault(network.street(arc), set()).add(network.road_class(arc))
    del classes[""]
    assert {name: found for name, found in classes.items() if len(found) > 1} == {}


def test_avenues_are_one_way_pairs_that_keep_to_the_right(tmp_path):
    """Of two parallel carriageways the eastern one runs north."""
    network = read_town(tmp_path, "tiny")
    xy = network.to_xy(network.lon, network.lat)
    rows = [a for a in range(network.num_arcs)
            if network.road_class(a) == "primary" and network.oneway[a]
            and network.street(a).endswith("路") and network.length_m[a] > 100]  # fmt: skip
    delta = xy[network.head[rows]] - xy[network.tail[rows]]
    north, east = delta[:, 1] > 0, (xy[network.tail[rows]] + xy[network.head[rows]])[:, 0] / 2
    assert north.any()
    assert east[north].mean() > east[~north].mean()


def test_homes_schools_and_a_market_are_on_the_map():
    text = town_text(size="default")
    assert text.count('k="building" v="apartments"') > 1_000
    assert text.count('v="school"') >= 10
    assert 'v="marketplace"' in text
    assert 'v="hospital"' in text
