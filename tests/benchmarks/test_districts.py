"""Random districts: the same by their seed, and such that a plan can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.districts.draw import MISSING, draw
from scenarios.district.check import check_district

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", [3, 14, 159, 2_653])
def test_a_drawn_district_is_no_input_with_mistakes(tmp_path: Path, seed: int):
    day = draw(tmp_path / "one", seed)
    report = check_district(tmp_path / "one", day)
    assert report.issues == (), MISSING


def test_a_district_follows_from_its_seed(tmp_path: Path):
    assert draw(tmp_path / "one", 7) == draw(tmp_path / "two", 7)
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert {"district.toml", "roads.osm", "rules.toml", "points.csv", "vehicles.csv"} <= names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
