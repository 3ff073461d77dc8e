"""A folder is whole or not there, whoever writes beside, and whenever the writer dies."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.exports import whole
from api.exports.whole import PlanFolderError, drafted, restore_all, write_folder

ROOT = Path(__file__).resolve().parents[2]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["exchange", "two steps"])
def system(request, monkeypatch):
    """A system that can exchange two names, and one that cannot."""
    if request.param == "two steps":
        monkeypatch.setattr(whole, "exchange", lambda one, other: False)


@pytest.mark.usefixtures("system")
def test_a_folder_is_made_and_replaced(tmp_path):
    out = tmp_path / "a" / "p"
    write_folder(out, [("one", b"1"), ("sub/two", b"2")])
    assert (names(out), names(tmp_path / "a")) == (["one", "sub"], ["p"])
    write_folder(out, [("three", b"3")])
    assert (names(out), names(tmp_path / "a")) == (["three"], ["p"])


@pytest.mark.usefixtures("system")
def test_four_writers_of_one_folder_leave_one_whole_folder(tmp_path):
    def write(number):
        for _ in range(20):
            write_folder(tmp_path / "p", [(f"{k}", bytes([number])) for k in range(5)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert names(tmp_path) == ["p"]
    assert len({path.read_bytes() for path in (tmp_path / "p").iterdir()}) == 1
    assert names(tmp_path / "p") == ["0", "1", "2", "3", "4"]


def test_what_stands_beside_takes_the_next_free_name(tmp_path):
    for number in (1, 2, 3):
        with drafted(tmp_path / "p") as draft:
            draft.write([("n", b"%d" % number)])
            assert draft.publish_beside().name == ("p" if number == 1 else f"p-{number}")
    assert names(tmp_path) == ["p", "p-2", "p-3"]


def test_nothing_stays_of_what_was_not_published(tmp_path):
    def write_half():
        with drafted(tmp_path / "a" / "b" / "p") as draft:
            draft.write([("x", b"x")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert names(tmp_path) == []


def test_folders_obey_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_folder(tmp_path / "p", [("sub/file", b"")])
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "p", tmp_path / "p/sub")]
    assert modes == [0o750, 0o750]
    assert stat.S_IMODE((tmp_path / "p/sub/file").stat().st_mode) == 0o640


def test_a_place_that_cannot_be_written_is_told_before_any_work(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    worked = []
    with pytest.raises(PlanFolderError, match=r"E851 .*--out"), drafted(tmp_path / "file" / "p"):
        worked.append(1)
    assert not worked


@pytest.fixture
def little_disk(tmp_path):
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    no_root = sys.platform != "linux"
    if no_root or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a little disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_told_before_any_work(little_disk):
    with (
        pytest.raises(PlanFolderError, match="No space left on device"),
        drafted(little_disk / "plans" / "p"),
    ):
        raise AssertionError("worked for nothing")
    assert names(little_disk) == []


DIE = """
import os, sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from api.exports import whole
from api.exports.whole import drafted

whole.exchange = lambda one, other: False
renamed = whole._renamed
def die_before_the_second(path, target):
    if path.name.startswith(".p-draft") and not target.exists():
        os.kill(os.getpid(), 9)
    return renamed(path, target)

with drafted(Path({out!r})) as draft:
    draft.write([("new", b"new")])
    if {where!r} == "draft":
        os.kill(os.getpid(), 9)
    whole._renamed = die_before_the_second
    draft.publish()
"""


@pytest.mark.parametrize("where", ["draft", "between the renames"])
def test_a_writer_that_is_killed_loses_nothing(tmp_path, where):
    write_folder(tmp_path / "p", [("old", b"old")])
    script = DIE.format(root=str(ROOT), out=str(tmp_path / "p"), where=where)
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "p").exists() == (where == "draft")
    restore_all(tmp_path)
    assert names(tmp_path / "p") == ["old"]
    write_folder(tmp_path / "q", [("new", b"")])
    assert names(tmp_path) == ["p", "q"]


def test_the_draft_of_a_living_writer_is_left_alone_and_one_of_long_ago_is_not(tmp_path):
    with drafted(tmp_path / "p") as draft:
        write_folder(tmp_path / "q", [])
        assert draft.folder.is_dir()
        long_ago = time.time() - whole.OLD_S - 60
        os.utime(draft.folder, (long_ago, long_ago))
        write_folder(tmp_path / "q", [])
        assert not draft.folder.exists()
