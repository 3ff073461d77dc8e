"""The server's data folder: which districts and plans lie in it, and which files a plan has.

Everything a client asks for is looked up in what was found by walking; no path is ever built from
a client's text. What cannot be read is shown as that, with the reason, and hides nothing else.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.exports.whole import is_plan_folder, restore_all
from models.errors import in_both, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_DEPTH = 6
"""Folders below the data folder that are looked into: town, district, weeks, week, plans, plan."""
MAX_TOML_BYTES = 1 << 20
"""Limits what is read for a district's name; seen: 2 to 20 kB."""
DEEP_KEY = re.compile(r"(?:\.\s*[\w-]+\s*){50}")
"""Finds keys with so many dots that reading them takes gigabytes (seen with 20,000)."""
ROOT_ID = "~"
SUMMARY = ("district", "district_id", "date", "seed", "engine", "created", "kpis")
KINDS = {"district": str, "date": str, "kpis": dict, "violations": list, "unserved": list}
"""What a summary needs of a plan document, or leaves out."""
STUDIES = {
    "relocation.json": "relocate", "compare.json": "compare", "merge.json": "merge",
    "site.json": "site", "year.json": "year", "week.json": "week", "muck.json": "muck",
}  # fmt: skip
"""Documents by which the folders of studies are known, and what each is."""
UNREADABLE = {
    "file": ("cannot be read: {}", "无法读取：{}"),
    "content": ("is not what it should be: {}", "内容不正确：{}"),
    "name": ("the folder's name is not UTF-8; rename it", "文件夹名称不是 UTF-8 编码，请改名"),
}


class UnreadableError(Exception):
    """Something of the data folder that cannot be shown; `kind` is a key of `UNREADABLE`."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail

    def document(self) -> dict[str, str]:
        """The reason in both languages."""
        en, zh = UNREADABLE[self.kind]
        code = "unreadable"
        return {
            "code": code,
            "message_en": en.format(in_both(self.detail)[1]),
            "message_zh": zh.format(in_both(self.detail)[0]),
        }


@dataclass
class Library:
    """Districts (folders with a district.toml) and plans below `root`."""

    root: Path
    _summaries: dict[tuple[str, int, int], dict[str, Any]] = field(default_factory=dict)

    def districts(self) -> dict[str, Path]:
        """District folders by id, and folders that nobody can look into."""
        return {
            id_of(self.root, folder): folder
            for folder in walk(self.root)
            if _is_file(folder / "district.toml") or not _is_open(folder)
        }

    def plans(self) -> dict[str, Path]:
        """Plan folders by id."""
        return {
            id_of(self.root, folder): folder
            for folder in walk(self.root)
            if is_plan_folder(folder) or _is_closed_plan(folder)
        }

    def studies(self) -> dict[str, tuple[str, Path]]:
        """What was studied, and its folder, by the folder's id."""
        found: dict[str, tuple[str, Path]] = {}
        for folder in walk(self.root):
            for document, study in STUDIES.items():
                if not is_plan_folder(folder) and _is_file(folder / document):
                    found[id_of(self.root, folder)] = (study, folder)
        return found

    def district_above(self, folder: Path) -> str | None:
        """The id of the district that a plan's folder lies in."""
        known = {path: key for key, path in self.districts().items()}
        return next((known[one] for one in folder.parents if one in known), None)

    def district_document(self, district: str, folder: Path) -> dict[str, Any]:
        """What the list shows of a district; an unreadable one has its name and the `problem`."""
        shown = {"id": district, "name": district.rpartition(ROOT_ID)[2], "language": "zh"}
        try:
            settings = _settings(folder)
        except UnreadableError as error:
            return shown | {"problem": error.document()}
        name, language = settings.get("name", folder.name), settings.get("language", "zh")
        return shown | {"name": str(name), "language": str(language), "problem": None}

    def datum(self, folder: Path) -> str:
        """The datum of a district's tables as its settings say; empty where they cannot be read."""
        try:
            return str(_settings(folder).get("crs", "wgs84")).lower()
        except UnreadableError:
            return ""

    def plan_document(self, plan: str, folder: Path) -> dict[str, Any]:
        """What the list shows of a plan; read again only when the file changed."""
        path = folder / "plan.json"
        try:
            stat = path.stat()
            key = (str(path), stat.st_mtime_ns, stat.st_size)
            if key not in self._summaries:
                self._summaries[key] = _summary(path)
            return {"id": plan, **self._summaries[key], "problem": None}
        except OSError as error:
            problem = UnreadableError("file", said(error))
        except UnreadableError as error:
            problem = error
        blank = dict.fromkeys((*SUMMARY, "violations", "unserved"))
        name = plan.rpartition(ROOT_ID)[2]
        return {"id": plan, **blank, "district": name, "problem": problem.document()}


def id_of(root: Path, folder: Path) -> str:
    """Id of a folder below the root: its relative path, with ~ between its parts."""
    text = ROOT_ID.join(folder.relative_to(root).parts) or ROOT_ID
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def has_odd_name(folder: Path) -> bool:
    """Whether the name of a folder is not UTF-8, so that no document can hold it."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        return True
    return False


def walk(root: Path, depth: int = 0) -> Iterator[Path]:
    """`root` and the folders below it, hidden ones and links left out, `MAX_DEPTH` deep.

    Nothing is looked for inside of plans. What a dying writer set aside is put back first.
    """
    yield root
    if depth == MAX_DEPTH or (depth and is_plan_folder(root)):
        return
    with suppress(OSError):  # `districts` shows a folder that nobody can look into
        restore_all(root)
        for folder in sorted(root.iterdir()):
            if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith("."):
                yield from walk(folder, depth + 1)


def plan_files(folder: Path) -> dict[str, Path]:
    """Files of a plan by name relative to it; links that lead out of it are left out."""
    inside = folder.resolve()
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.resolve().is_relative_to(inside)
    }


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False


def _is_open(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _is_closed_plan(folder: Path) -> bool:
    path = folder / "plan.json"
    return _is_file(path) and not os.access(path, os.R_OK)


def _settings(folder: Path) -> dict[str, Any]:
    """The settings of a district, for its name and language."""
    if has_odd_name(folder):
        raise UnreadableError("name")
    try:
        with (folder / "district.toml").open("rb") as file:
            raw = file.read(MAX_TOML_BYTES)
        text = raw.decode()
        if DEEP_KEY.search(text):
            raise UnreadableError("content", "district.toml")
        return tomllib.loads(text)
    except OSError as error:
        raise UnreadableError("file", said(error)) from None
    except (ValueError, RecursionError) as error:
        raise UnreadableError("content", f"district.toml: {error}"[:200]) from None


def _summary(path: Path) -> dict[str, Any]:
    """Key figures of a plan document."""
    if has_odd_name(path):
        raise UnreadableError("name")
    try:
        whole = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableError("content", f"plan.json: {error}"[:200]) from None
    if not isinstance(whole, dict):
        raise UnreadableError("content", "plan.json")
    for name, kind in KINDS.items():
        if name in whole and not isinstance(whole[name], kind):
            raise UnreadableError("content", f"plan.json: {name}")
    summary = {name: whole.get(name) for name in SUMMARY}
    counts = {name: len(whole.get(name, [])) for name in ("violations", "unserved")}
    try:
        json.dumps(summary, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:  # NaN, or half of a sign: nothing a browser could read
        raise UnreadableError("content", f"plan.json: {error}"[:200]) from None
    return summary | counts
