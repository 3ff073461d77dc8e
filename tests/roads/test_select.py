from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.errors import NetworkError
from solver.roads.select import arcs_named, arcs_near, arcs_of_way
from tests.roads.towns import STREET, town

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from models.network import RoadNetwork


@pytest.fixture
def network(tmp_path: Path) -> RoadNetwork:
    """江海路 runs east; 近路 30 m north of it, 远路 300 m; 横路 leaves it for 300 m."""
    nodes = [(0.0, 0.0), (200.0, 0.0), (0.0, 30.0), (200.0, 30.0), (0.0, 300.0), (200.0, 300.0)]
    names = [{"name": "江海路", "name:en": "Jianghai Road", "ref": "S335"}, {"name": "近路"},
             {"name": "远路"}, {"name": "横路"}]  # fmt: skip
    ends = [[1, 2], [3, 4], [5, 6], [1, 5]]
    return town(tmp_path, nodes, [(e, {**STREET, **n}) for e, n in zip(ends, names, strict=True)])


def ways(network: RoadNetwork, arcs: np.ndarray) -> set[int]:
    return set(network.way[arcs].tolist())


@pytest.mark.parametrize("name", ["江海路", " 江海路 ", "jianghai  road", "Ｓ３３５"])
def test_streets_by_name_alias_and_width_of_letters(network: RoadNetwork, name: str):
    assert arcs_named(network, name).tolist() == [0, 1]


def test_unknown_names_and_ways_are_empty(network: RoadNetwork):
    assert len(arcs_named(network, "")) == len(arcs_named(network, "无此路")) == 0
    assert arcs_of_way(network, 103).tolist() == [4, 5]
    assert len(arcs_of_way(network, 9)) == 0


def test_streets_near_a_road_lie_mostly_in_its_buffer(network: RoadNetwork):
    assert ways(network, arcs_near(network, "江海路", 50)) == {101, 102}
    assert ways(network, arcs_near(network, "江海路", 160)) == {101, 102, 104}
    with pytest.raises(NetworkError, match="Similar: 江海路"):
        arcs_near(network, "江河路", 50)
