"""Streets that fall off the main network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from solver.roads.connectivity import cut_off_streets
from tests.roads.towns import STREET, cross, town

if TYPE_CHECKING:
    from pathlib import Path

NODES = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
SIDE = {**STREET, "name": "断头路"}


def test_a_whole_town_loses_nothing(tmp_path: Path):
    assert cut_off_streets(cross(tmp_path)) == []


@pytest.mark.parametrize(
    ("way", "tags", "barrier", "lost"),
    [
        ([3, 4], {"oneway": "yes"}, {}, [("断头路", 100)]),  # in, and never out
        ([4, 3], {"oneway": "yes"}, {}, [("断头路", 100)]),  # out, and never in
        ([3, 4], {}, {3: {"barrier": "bollard"}}, [("断头路", 200)]),
        ([3, 4], {}, {}, []),
        ([3, 4], {"access": "private"}, {}, []),  # not for all: no street of the town
    ],
)
def test_streets_one_cannot_drive_to_and_back_from_are_named(
    tmp_path: Path, way: list[int], tags: dict[str, str], barrier, lost
):
    ways = [([1, 2], STREET), ([2, 3], STREET), (way, {**SIDE, **tags})]
    assert cut_off_streets(town(tmp_path, NODES, ways, None, barrier)) == lost


def test_islands_without_a_name_stand_by_their_class(tmp_path: Path):
    nodes = [*NODES, (0.0, 500.0), (80.0, 500.0)]
    ways = [([1, 2, 3, 4], STREET), ([5, 6], {"highway": "service"})]
    assert cut_off_streets(town(tmp_path, nodes, ways)) == [("(service)", 160)]
