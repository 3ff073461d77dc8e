"""Versions of a district's folder: every change is a row, every file it ever had is kept.

Files are kept by their content below `.huanwei/blobs` of the folder, so that the folder alone holds
its whole past. What was changed outside of the desk is noted as that before anything else happens.
Changes of one office come one after the other, whoever makes them (`Ledger.writing`); a process
that dies in between leaves whole files, and the next change notes what it finds.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from models.errors import HuanweiError, in_both, said
from models.units import CHINA
from scenarios.ledger.office import folder_revisions
from scenarios.tables.files import COMPANIONS, READ
from solver.roads.graphs import GRAPH_SUFFIX
from solver.roads.osm import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from scenarios.ledger.store import Ledger

BLOBS = (".huanwei", "blobs")
"""Names the folders in which contents are kept; hidden, so that nobody takes them for inputs."""
TAKEN = (*READ, *COMPANIONS, *SUFFIXES, GRAPH_SUFFIX, ".toml")
"""Ends of the names of files that a district may hold."""
PLAIN = re.compile(r"[\w（(][^/\\\x00-\x1f\x7f:*?\"<>|]{0,119}")
"""Matches names that are a file's on every system, and no way to elsewhere."""
_OUTSIDE, _FOUND, _RESTORED = "outside", "found", "restored"


class StaleError(HuanweiError):
    """The folder is not as it was when somebody began to change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A state of a folder: who made it by `what`, and its files with their SHA-256."""

    id: int
    at: datetime
    who: str
    what: str
    about: str
    files: dict[str, str]


class Revisions:
    """The versions of one folder. `district` names it in the ledger."""

    def __init__(self, ledger: Ledger, district: str, folder: Path) -> None:
        self._ledger, self._district, self._folder = ledger, district, folder
        self._blobs = folder.joinpath(*BLOBS)

    def all(self) -> list[Revision]:
        """Every version, newest first."""
        query = select(folder_revisions).where(folder_revisions.c.district == self._district)
        with self._ledger.reading() as base:
            rows = base.execute(query.order_by(folder_revisions.c.id.desc()))
            return [_revision(row) for row in rows]

    def put(
        self, who: str, what: str, name: str, content: Path, *, base: str | None = None
    ) -> Revision:
        """Take `content` over as the file `name`; the file at `content` is gone then.

        `base` is the SHA-256 the change was made on ("": there was no file): raises `StaleError`
        where the file has another content by now, `HuanweiError` where `name` is none for a file
        of a district.
        """
        refuse_odd_name(name)
        with self._ledger.writing() as connection:
            latest = self._noted(connection)
            if base is not None and latest.files.get(name, "") != base:
                raise StaleError(
                    f"{name} was changed by somebody else meanwhile; load it again.",
                    zh=f"{name} 已被他人修改，请重新载入。",
                )
            digest = self._keep(content)
            self._lay(name, digest)
            files = latest.files | {name: digest}
            return self._add(connection, who, what, name, files)

    def remove(self, who: str, name: str) -> Revision:
        """Take a file out of the folder; raises `HuanweiError` where there is none."""
        with self._ledger.writing() as connection:
            files = dict(self._noted(connection).files)
            if files.pop(name, None) is None:
                raise HuanweiError(f"There is no file {name}.", zh=f"没有文件 {name}。")
            (self._folder / name).unlink(missing_ok=True)
            return self._add(connection, who, "removed", name, files)

    def restore(self, who: str, number: int) -> Revision:
        """Lay the folder as it was in a version; raises `HuanweiError` for an unknown one."""
        with self._ledger.writing() as connection:
            now = self._noted(connection)
            wanted = select(folder_revisions).where(
                folder_revisions.c.district == self._district, folder_revisions.c.id == number
            )
            row = connection.execute(wanted).first()
            if row is None:
                raise HuanweiError(f"There is no version {number}.", zh=f"没有版本 {number}。")
            then = _revision(row)
            for name, digest in then.files.items():
                if now.files.get(name) != digest:
                    self._lay(name, digest)
            for name in now.files.keys() - then.files.keys():
                (self._folder / name).unlink(missing_ok=True)
            return self._add(connection, who, _RESTORED, str(number), then.files)

    def undo(self, who: str, latest: int) -> Revision:
        """Lay the folder as it was before its latest change, or before the one undone last.

        `latest` is the version the person looks at: raises `StaleError` where there is a newer
        one, `HuanweiError` where nothing is left to take back.
        """
        known = self.all()
        if known and known[0].id != latest:
            raise StaleError(
                "Somebody else changed the district meanwhile; look at it first.",
                zh="辖区已被他人修改，请先查看。",
            )
        target = before_last(known)
        if not target:
            raise HuanweiError("There is nothing to take back.", zh="没有可撤销的修改。")
        return self.restore(who, target)

    def digests(self) -> dict[str, str]:
        """The files of the folder as they lie there, with their SHA-256."""
        return {
            path.name: _digest(path)
            for path in sorted(self._folder.iterdir())
            if path.is_file() and not path.is_symlink() and is_taken(path.name)
        }

    def digest(self, name: str) -> str:
        """The SHA-256 of a file as it lies there; empty where there is none."""
        path = self._folder / name
        return _digest(path) if path.is_file() else ""

    def _noted(self, connection: Connection) -> Revision:
        """The latest version, once what lies in the folder is one."""
        query = select(folder_revisions).where(folder_revisions.c.district == self._district)
        row = connection.execute(query.order_by(folder_revisions.c.id.desc()).limit(1)).first()
        lies = self.digests()
        if row is not None and row.files == lies:
            return _revision(row)
        for name in lies:
            self._keep(self._folder / name, copy=True)
        return self._add(connection, "", _FOUND if row is None else _OUTSIDE, "", lies)

    def _add(
        self, connection: Connection, who: str, what: str, about: str, files: dict[str, str]
    ) -> Revision:
        facts = {"person": who, "what": what, "about": about, "files": files}
        made = insert(folder_revisions).values(
            district=self._district, made_at=datetime.now(CHINA), **facts
        )
        row = connection.execute(made.returning(*folder_revisions.c)).one()
        return _revision(row)

    def _keep(self, content: Path, *, copy: bool = False) -> str:
        """Keep a content by its digest."""
        digest = _digest(content)
        kept = self._blobs / digest
        if kept.exists():
            if not copy:
                content.unlink()
            return digest
        self._blobs.mkdir(parents=True, exist_ok=True)
        draft = self._blobs / f".{digest}-{secrets.token_hex(4)}"
        if copy:
            shutil.copyfile(content, draft)
        else:
            shutil.move(content, draft)
        _sync(draft)
        draft.replace(kept)
        return digest

    def _lay(self, name: str, digest: str) -> None:
        """Lay a kept content into the folder, whole or not at all."""
        draft = self._folder / f".{digest[:16]}-{secrets.token_hex(4)}"
        try:
            shutil.copyfile(self._blobs / digest, draft)
            _sync(draft)
            draft.replace(self._folder / name)
        except OSError as error:
            draft.unlink(missing_ok=True)
            zh, en = in_both(said(error))
            raise HuanweiError(
                f"{name}: cannot be written ({en}).",
                zh=f"{name}：无法写入（{zh}）。",
            ) from None


def before_last(versions: Sequence[Revision]) -> int:
    """The version before the latest change that holds, of versions newest first; 0: there is none.

    Undone again and again, changes are taken back one after the other, not there and back.
    """
    places = {one.id: at for at, one in enumerate(versions)}
    at = 0
    while at < len(versions) and versions[at].what == _RESTORED:
        at = places[int(versions[at].about)]
    return versions[at + 1].id if at + 1 < len(versions) else 0


def is_taken(name: str) -> bool:
    """Whether a file of this name may belong to a district."""
    return PLAIN.fullmatch(name) is not None and name.lower().endswith(TAKEN)


def refuse_odd_name(name: str) -> None:
    """Raise `HuanweiError` for a name that no file of a district may have."""
    if not is_taken(name):
        kinds = ".xlsx .csv .ods .geojson .osm.pbf .toml"
        raise HuanweiError(
            f"{name}: a file of this name is not read. Tables, roads and settings are ({kinds} "
            "and others).",
            zh=f"{name}：不读取此类文件。可用的是数据表、道路和设置文件（{kinds} 等）。",
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have the disk keep a file before its name is given away."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _revision(row: Row[tuple[object, ...]]) -> Revision:
    return Revision(
        id=row.id, at=row.made_at, who=row.person, what=row.what, about=row.about,
        files=dict(row.files),
    )  # fmt: skip
