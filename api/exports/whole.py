"""A folder is written whole or not at all, at a place that is known to be good before work begins.

The files go to a hidden draft beside the folder, which then takes its name. Where the system can
exchange two names in one step, there is no moment without a folder of that name; elsewhere the
older one is set aside for a moment, and whoever looks next puts it back if the writer died there.
Drafts of processes that are gone are removed by the next writer.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING

from models.errors import InputErrors, Issue, in_both, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ROOM_BYTES = 8 << 20
"""Holds so much of the disk from before the search until the files are written; a plan folder of a
town's district takes 1 to 30 MB (seen), so that a disk that is all but full is found at once."""

OLD_S = 3 * 86_400
"""Seconds after which a draft is dead whoever made it: three times the longest search."""

TRIES = 100
"""Tries against other writers of the same folder; each try one of them has won."""

TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR})
"""Answers of the system to a rename onto a name that is in use."""

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Name the current folder and the exchange of two names in one step (Linux, renameat2(2))."""

HOST = re.sub(r"[^A-Za-z0-9]", "", platform.node())[:20] or "here"
HIDDEN = re.compile(r"\.(?P<name>.+)-(?P<kind>draft|old)-(?P<host>\w+)-(?P<pid>\d+)-\w+")
PROBLEMS = {
    "E851": (
        "the folder cannot be written: {}",
        "文件夹无法写入：{}",
        "Free some space, or choose with --out a folder where you may write; nothing was written.",
        "请腾出磁盘空间，或用 --out 指定有写入权限的文件夹；未写入任何内容。",
    ),
    "E852": (
        "holds files that are not a {}",
        "其中的文件不属于这类结果（{}）",
        "Choose another folder with --out, or empty this one; nothing was written.",
        "请用 --out 换一个文件夹，或先清空此文件夹；未写入任何内容。",
    ),
    "E853": (
        "is a file, not a folder",
        "是文件，不是文件夹",
        "Choose another name with --out.",
        "请用 --out 换一个名称。",
    ),
    "E854": (
        "{} would be written outside the folder",
        "{} 会写到文件夹之外",
        "Choose names without .. and without a slash at their beginning.",
        "名称不能含 .. ，也不能以斜杠开头。",
    ),
    "E855": (
        "stopped before the search began",
        "搜索开始前已停止",
        "Nothing was written; an earlier plan stays as it is.",
        "未写入任何内容，原有计划保持不变。",
    ),
}


class PlanFolderError(InputErrors):
    """A folder that cannot become, or is not, what is to be written."""

    def __init__(self, code: str, out: Path, detail: str = "") -> None:
        en, zh, hint_en, hint_zh = PROBLEMS[code]
        issue = Issue(
            code=code, file=str(out), message_en=en.format(in_both(detail)[1]),
            message_zh=zh.format(in_both(detail)[0]),
            hint_en=hint_en, hint_zh=hint_zh,
        )  # fmt: skip
        super().__init__([issue])
        self.detail = detail


class StoppedEarlyError(PlanFolderError):
    """The wish to stop came before there was anything to keep."""

    def __init__(self, out: Path) -> None:
        super().__init__("E855", out)


class Draft:
    """A folder on its way to the name `out`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = _hidden(out, "draft")
        self._room = self.folder / ".room"
        try:
            with _told(out):
                self.folder.mkdir()
                self._room.write_bytes(bytes(ROOM_BYTES))
        except BaseException:
            self.remove()
            raise

    def write(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Add files (relative name, content). Raises `PlanFolderError` where that fails."""
        for name, content in files:
            path = (self.folder / name).resolve()
            if not path.is_relative_to(self.folder.resolve()):
                raise PlanFolderError("E854", self.out, name)
            with _told(self.out):
                self._room.unlink(missing_ok=True)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def publish(self) -> Path:
        """Take the name; a folder that had it before is replaced."""
        with _told(self.out):
            self._room.unlink(missing_ok=True)
            for _ in range(TRIES):
                # After an exchange the older folder is the draft, and goes with it.
                if _renamed(self.folder, self.out) or exchange(self.folder, self.out):
                    return self.out
                if self._set_aside():
                    return self.out
            raise OSError(errno.EBUSY, "other programs write it all the time")

    def publish_beside(self) -> Path:
        """Take the name, or if it is in use the next free one: NAME-2, NAME-3 ..."""
        with _told(self.out):
            self._room.unlink(missing_ok=True)
            return next(name for name in versions(self.out) if _renamed(self.folder, name))

    def remove(self) -> None:
        """Remove what is left of the draft."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set_aside(self) -> bool:
        """Take the name in two steps, for systems that know no exchange; whether it worked."""
        aside = _hidden(self.out, "old")
        with suppress(FileNotFoundError):  # somebody else set it aside
            self.out.rename(aside)
            try:
                taken = _renamed(self.folder, self.out)
            except BaseException:
                _renamed(aside, self.out)
                raise
            # Where another writer was faster, theirs is newer than what was set aside.
            shutil.rmtree(aside, ignore_errors=True)
            return taken
        return False


def is_plan_folder(folder: Path) -> bool:
    """Whether `folder` holds a plan.json with a schema version."""
    path = folder / "plan.json"
    try:
        if not path.is_file():  # a pipe of that name would never be read to its end
            return False
        with path.open("rb") as file:
            return b'"schema_version"' in file.read(4096)
    except OSError:
        return False


def refuse_stranger(out: Path) -> None:
    """Raise `PlanFolderError` unless `out` is free, empty, or an older plan."""
    if out.is_dir():
        if is_plan_folder(out) or not any(out.iterdir()):
            return
        raise PlanFolderError("E852", out, "plan")
    if out.exists():
        raise PlanFolderError("E853", out)


@contextmanager
def drafted(out: Path) -> Iterator[Draft]:
    """A draft of `out`; unless it is published nothing stays, not even a folder above it.

    Raises `PlanFolderError` where nothing can be written there.
    """
    restore(out)
    above = [folder for folder in out.parents if not folder.exists()]
    try:
        with _told(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            remove_dead(out.parent)
        draft = Draft(out)
        try:
            yield draft
        finally:
            draft.remove()
    finally:
        with suppress(OSError):  # somebody else may use them by now
            for folder in above:
                folder.rmdir()


def refuse_unwritable(out: Path) -> None:
    """Raise `PlanFolderError` before the work where the folder `out` could not be written."""
    try:
        with drafted(out.resolve() / "draft"):
            pass
    except PlanFolderError as error:
        raise PlanFolderError("E851", out, error.detail) from None


def write_folder(out: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Write `files` (relative name, content) as the folder `out`, or nothing."""
    with drafted(out) as draft:
        draft.write(files)
        return draft.publish()


def write_file(path: Path, content: bytes) -> Path:
    """Write one file, whole or not at all; an older one of the name is replaced."""
    draft = path.with_name(f".{path.name}-draft-{os.getpid()}-{secrets.token_hex(3)}")
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path


def versions(out: Path) -> Iterator[Path]:
    """`out` and the names for what stands beside it: NAME, NAME-2, NAME-3 ..."""
    yield out
    for number in count(2):
        yield out.with_name(f"{out.name}-{number}")


def restore(out: Path) -> None:
    """Put back what a writer set aside before it died, if nothing has taken the name since."""
    if out.exists() or not out.parent.is_dir():
        return
    asides = [path for path, name in _dead(out.parent, "old") if name == out.name]
    if asides:
        _renamed(max(asides, key=_written), out)


def restore_all(parent: Path) -> None:
    """`restore` of every folder in `parent`."""
    for _, name in _dead(parent, "old"):
        restore(parent / name)


def remove_dead(parent: Path) -> None:
    """Remove drafts in `parent` whose writers are gone, and what was replaced long ago."""
    restore_all(parent)
    for kind in ("draft", "old"):
        for path, _ in _dead(parent, kind):
            shutil.rmtree(path, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system or the disk cannot."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    call = getattr(libc, "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(call(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)


def _renamed(path: Path, target: Path) -> bool:
    """Whether `path` took the name; False where it is in use."""
    try:
        path.rename(target)
    except OSError as error:
        if error.errno not in TAKEN:
            raise
        return False
    return True


def _hidden(out: Path, kind: str) -> Path:
    return out.with_name(f".{out.name}-{kind}-{HOST}-{os.getpid()}-{secrets.token_hex(3)}")


def _dead(parent: Path, kind: str) -> list[tuple[Path, str]]:
    """Hidden folders of a kind whose writers are gone, and the names they were made for."""
    found = []
    for path in parent.iterdir():
        parts = HIDDEN.fullmatch(path.name)
        if parts and parts["kind"] == kind and _is_gone(parts["host"], int(parts["pid"]), path):
            found.append((path, parts["name"]))
    return found


def _is_gone(host: str, pid: int, path: Path) -> bool:
    """Whether a writer is gone; of one on another machine only its age tells."""
    if time.time() - _written(path) > OLD_S:
        return True
    if host != HOST or os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _written(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return time.time()


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PlanFolderError("E851", out, said(error)) from None
