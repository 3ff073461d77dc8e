from __future__ import annotations

import os
import stat
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.network import Profile
from solver.roads import cache as cache_module
from solver.roads.cache import Cache, digest
from solver.roads.download import Source
from solver.roads.graph import build_turn_graph
from solver.routing.base import compiled
from tests.roads.towns import STREET, cross, write_town

if TYPE_CHECKING:
    from models.network import RoadNetwork


def same(one: RoadNetwork, other: RoadNetwork) -> bool:
    return all(
        np.array_equal(getattr(one, f.name), getattr(other, f.name))
        if isinstance(getattr(one, f.name), np.ndarray)
        else getattr(one, f.name) == getattr(other, f.name)
        for f in fields(one)
    )


def a_town(folder: Path, length: float = 100.0) -> Path:
    rule = [("from", "way", 101), ("via", "way", 102), ("to", "way", 103)]
    nodes = [(0.0, 0.0), (length, 0.0), (200.0, 0.0), (200.0, 90.0)]
    named = {**STREET, "name": "江海路", "ref": "S1"}
    ways = [([1, 2], named), ([2, 3], STREET), ([3, 4], STREET)]
    return write_town(folder / "town.osm", nodes, ways, [(rule, {"restriction": "no_left_turn"})])


def test_second_reading_comes_from_the_cache_and_is_the_same(tmp_path: Path, monkeypatch):
    kept = Cache(tmp_path / "kept")
    first = kept.network(a_town(tmp_path))
    assert first.banned_paths
    monkeypatch.setattr(cache_module, "read_roads", None)
    assert same(kept.network(a_town(tmp_path)), first)


def test_changed_bytes_are_read_again(tmp_path: Path):
    kept = Cache(tmp_path / "kept")
    assert kept.network(a_town(tmp_path)).length_m[0] == 100
    assert kept.network(a_town(tmp_path, length=120.0)).length_m[0] == 120


DAMAGES = {
    "empty": lambda whole: b"",
    "no zip": lambda whole: b"PK\x03\x04 not a zip",
    "cut off": lambda whole: whole[: len(whole) // 2],
    "a byte less": lambda whole: whole[:-1],
    "a byte more": lambda whole: whole + b"x",
    "zeros": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_entries_are_built_again(tmp_path: Path, damage: str, caplog):
    kept = Cache(tmp_path / "kept")
    first = kept.network(a_town(tmp_path))
    (entry,) = (tmp_path / "kept").iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(DAMAGES[damage](whole))
    assert same(kept.network(a_town(tmp_path)), first)
    assert "is damaged" in caplog.text
    assert entry.read_bytes()[:4] == whole[:4]
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".npz"]


@given(where=st.integers(0, 10**6), change=st.integers(1, 255))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_changed_byte_is_believed(where: int, change: int, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    kept = Cache(folder / "kept")
    first = kept.network(a_town(folder))
    (entry,) = (folder / "kept").iterdir()
    whole = bytearray(entry.read_bytes())
    whole[where % len(whole)] ^= change
    entry.write_bytes(whole)
    assert same(kept.network(a_town(folder)), first)


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_shared_folder_serves_several_people(tmp_path: Path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    monkeypatch.setenv("HUANWEI_CACHE", str(shared))
    before = os.umask(0o077)
    try:
        Cache(shared / "roads").network(a_town(tmp_path))
    finally:
        os.umask(before)
    (entry,) = (shared / "roads").iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o666
    assert stat.S_IMODE((shared / "roads").stat().st_mode) == 0o1777
    monkeypatch.delenv("HUANWEI_CACHE")
    Cache(tmp_path / "own").network(a_town(tmp_path))
    assert not stat.S_IMODE((tmp_path / "own").stat().st_mode) & stat.S_IWOTH


def test_drafts_of_long_ago_go(tmp_path: Path):
    kept = Cache(tmp_path / "kept", limit_bytes=1)
    kept.network(a_town(tmp_path))
    old, young = tmp_path / "kept" / "old.part", tmp_path / "kept" / "young.part"
    for part in (old, young):
        part.write_bytes(b"")
    os.utime(old, (0, 0))
    kept.network(a_town(tmp_path, 120.0))
    assert (old.exists(), young.exists()) == (False, True)


def test_router_and_matrix_are_kept_per_costs(tmp_path: Path, monkeypatch):
    kept = Cache(tmp_path / "kept")
    graph = build_turn_graph(cross(tmp_path), Profile())
    router = kept.router(graph)
    arcs = np.arange(8)
    first = kept.matrix(router, arcs, arcs, True)
    slow = build_turn_graph(graph.network, Profile(max_speed_kmh=5), turns=graph.turns)
    monkeypatch.setattr(cache_module, "contract", None)
    second = kept.matrix(kept.router(slow), arcs, arcs, True)
    assert (second.duration >= first.duration).all()
    assert second.duration.sum() > first.duration.sum()
    monkeypatch.setattr(cache_module, "matrix", None)
    again = kept.matrix(kept.router(graph), arcs, arcs, True)
    np.testing.assert_array_equal(again.duration, first.duration)
    np.testing.assert_array_equal(again.distance, first.distance)


def test_an_unwritable_folder_costs_the_entry_not_the_plan(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    assert Cache(tmp_path / "file").network(a_town(tmp_path)).num_arcs == 6
    assert Cache(None).network(a_town(tmp_path)).num_arcs == 6


def test_old_entries_go_first_when_the_folder_is_full(tmp_path: Path):
    kept = Cache(tmp_path / "kept", limit_bytes=1)
    for length in (100.0, 110.0, 120.0):
        kept.network(a_town(tmp_path, length))
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_what_another_process_takes_away_meanwhile_is_no_trouble(tmp_path: Path, caplog):
    (tmp_path / "network-gone.npz").symlink_to(tmp_path / "nowhere")  # listed, but not there
    Cache(tmp_path, limit_bytes=1).network(a_town(tmp_path))
    assert not [one for one in caplog.records if "cannot keep" in one.getMessage()]


def test_one_setting_moves_road_data_downloads_and_compiled_loops(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HUANWEI_CACHE", str(tmp_path))
    assert Cache.from_environment().folder == tmp_path
    assert Source().cache_folder == tmp_path / "overpass"
    assert compiled.cache_folder().parent == tmp_path / "compiled"


def test_without_the_setting_the_system_says_where(monkeypatch):
    monkeypatch.delenv("HUANWEI_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    if sys.platform == "linux":
        assert Cache.from_environment().folder == Path("/somewhere/huanwei")


def test_digest_tells_shapes_types_and_order_apart():
    a = np.arange(4, dtype=np.int32)
    keys = [digest(a), digest(a.reshape(2, 2)), digest(a.astype(np.int64)), digest(a, 1)]
    assert len(set(keys)) == 4


def test_second_run_of_shanghai_takes_under_two_seconds(shared: Path, tmp_path: Path):
    """Network, order and a 1,000 x 1,000 matrix from the cache."""
    kept = Cache(tmp_path)
    path = shared / "osm" / "shanghai_center.osm.pbf"

    def run() -> np.ndarray:
        graph = build_turn_graph(kept.network(path), Profile())
        arcs = np.flatnonzero(graph.core)[:1000]
        return kept.matrix(kept.router(graph), arcs, arcs, True).duration

    first = run()
    start = time.process_time()
    second = run()
    assert time.process_time() - start < 2
    np.testing.assert_array_equal(first, second)
