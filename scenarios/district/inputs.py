"""The files a plan of a district folder is made from, and no other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scenarios.district.grids import find_tables
from scenarios.district.roads import road_file
from scenarios.district.settings import FILE, read_settings
from scenarios.district.words.messages import Findings
from scenarios.tables.files import COMPANIONS, leads_out
from solver.trade.profile import profile_files

if TYPE_CHECKING:
    from pathlib import Path

_ANY_DAY = date(2000, 1, 1)
"""Which files are read does not depend on the day."""


def input_files(folder: Path) -> list[Path]:
    """Files below `folder` that a plan is made from: settings, roads, tables, own rule profile.

    Sorted by name. Of links that lead out of the folder only that of the roads is followed: a
    large map may lie elsewhere, and was read as a map.
    """
    settings = read_settings(folder, _ANY_DAY, Findings())
    found, roads = {folder / FILE}, None
    for source in find_tables(folder, Findings()).sources.values():
        found.add(source.path)
        if source.path.suffix.lower() == ".shp":
            found |= {source.path.with_suffix(suffix) for suffix in COMPANIONS}
    if settings is not None:
        roads = folder / road_file(settings.roads)
        found |= set(profile_files(settings.profile, folder))
    inside = {path for path in found if not leads_out(path)} | ({roads} if roads else set())
    return sorted(path for path in inside if path.is_file() and _below(path, folder))


def _below(path: Path, folder: Path) -> bool:
    """Whether the name stays in the folder, whatever a link behind it says."""
    return path.is_relative_to(folder) and ".." not in path.relative_to(folder).parts
