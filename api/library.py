"""The server's data folder: which districts and plans lie in it, and which files a plan has.

Everything a client asks for is looked up in what was found by walking; no path is ever built from
a client's text.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.exports.folder import is_plan_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_DEPTH = 4
ROOT_ID = "~"
SUMMARY = ("district", "district_id", "date", "seed", "engine", "created", "kpis")


@dataclass
class Library:
    """Districts (folders with a district.toml) and plans below `root`."""

    root: Path
    _summaries: dict[tuple[str, int, int], dict[str, Any]] = field(default_factory=dict)

    def districts(self) -> dict[str, Path]:
        """District folders by id."""
        return {
            self.id_of(folder): folder
            for folder in walk(self.root)
            if (folder / "district.toml").is_file()
        }

    def plans(self) -> dict[str, Path]:
        """Plan folders by id."""
        return {self.id_of(folder): folder for folder in walk(self.root) if is_plan_folder(folder)}

    def id_of(self, folder: Path) -> str:
        """Id of a folder below the root: its relative path, with ~ between its parts."""
        return ROOT_ID.join(folder.relative_to(self.root).parts) or ROOT_ID

    def district_document(self, district: str, folder: Path) -> dict[str, Any]:
        """What the list shows of a district; an unreadable district.toml still has its name."""
        try:
            settings = tomllib.loads((folder / "district.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            settings = {}
        return {
            "id": district,
            "name": str(settings.get("name", folder.name)),
            "language": str(settings.get("language", "zh")),
        }

    def plan_document(self, plan: str, folder: Path) -> dict[str, Any]:
        """What the list shows of a plan; read again only when the file changed."""
        path = folder / "plan.json"
        stat = path.stat()
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        if key not in self._summaries:
            try:
                whole = json.loads(path.read_bytes())
                summary = {name: whole.get(name) for name in SUMMARY}
                summary["violations"] = len(whole.get("violations", []))
                summary["unserved"] = len(whole.get("unserved", []))
            except (ValueError, AttributeError):
                summary = {"district": folder.name, "date": "", "violations": None}
            self._summaries[key] = summary
        return {"id": plan, **self._summaries[key]}


def walk(root: Path, depth: int = 0) -> Iterator[Path]:
    """`root` and the folders below it, hidden ones and links left out, `MAX_DEPTH` deep."""
    yield root
    if depth < MAX_DEPTH:
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
