"""Whom the vehicles of a district belong to: a town, an operator, as its table says."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from models.units import CHINA
from scenarios.desk.folder.grid import tables_of
from scenarios.desk.today.news import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VEHICLES = "vehicles"


def units_of(folder: Path) -> Mapping[str, str]:
    """The unit of every vehicle that has one, by id; none where the table cannot be read."""
    try:
        path = next(folder / one.file for one in tables_of(folder) if one.table == VEHICLES)
        stat = path.stat()
    except (StopIteration, OSError):
        return {}
    return _read(folder, stat.st_mtime_ns, stat.st_size)


@lru_cache(16)
def _read(folder: Path, _changed_ns: int, _size: int) -> Mapping[str, str]:
    try:
        rows = [row.texts for row in rows_of(folder, datetime.now(CHINA).date(), VEHICLES)]
    except HuanweiError:
        return {}
    return {one["id"]: one["unit"] for one in rows if one.get("id") and one.get("unit")}
