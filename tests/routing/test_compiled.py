"""Machine code kept on disk: read back, made again when damaged, and never believed unseen."""

from __future__ import annotations

import os

import pytest

from solver.routing.base.compiled import CONFIG, kept


def twice(x):
    return 2 * x


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(CONFIG, "CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def came_from_disk():
    """Compile as a new process would; whether the machine code was kept."""
    compiled = kept(twice, error_model="numpy")
    assert compiled(21) == 42
    return bool(sum(compiled.stats.cache_hits.values()))


DAMAGES = {
    "empty": lambda whole: b"",
    "cut off": lambda whole: whole[: len(whole) // 2],
    "garbage": lambda whole: os.urandom(len(whole)),
    "one bit": lambda whole: whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:],
}


def test_machine_code_is_read_back(folder, caplog):
    assert [came_from_disk() for _ in range(3)] == [False, True, True]
    assert sorted(path.suffix for path in folder.rglob("*.nb?")) == [".nbc", ".nbi"]
    assert not caplog.text


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_made_good_with_a_note(folder, caplog, suffix, damage):
    came_from_disk()
    (path,) = folder.rglob(f"*{suffix}")
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert not came_from_disk()
    assert f"{path} is damaged and is made again" in caplog.text
    assert came_from_disk()


def test_what_another_process_is_writing_is_left_alone(folder):
    came_from_disk()
    (path,) = folder.rglob("*.nbi")
    draft = path.with_name(f"{path.name}.tmp.0123456789abcdef")
    draft.write_bytes(b"half")
    assert came_from_disk()
    assert draft.exists()


def test_a_disk_that_is_full_costs_time_and_no_plan(folder, caplog):
    compiled = kept(twice, error_model="numpy")
    (where,) = folder.iterdir()
    where.rmdir()
    where.write_text("in the way")
    assert compiled(21) == 42
    assert "cannot be" in caplog.text
