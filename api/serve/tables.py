"""Tables of districts as grids, the latest remembered while nothing in their folders changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from api.serve.checks import looks
from scenarios.desk.folder.grid import grid_of, tables_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scenarios.desk.folder.grid import Grid, TableAt

KEPT_CELLS = 4_000_000
"""Limits the cells remembered: those of a workbook of 20 MB take a tenth of a gigabyte."""
KEPT_FOLDERS = 40
"""Limits the folders whose tables are remembered: an office has some dozens."""
EVERY_ROW = 10_000_000
"""Rows asked of a table to have it whole: more than a sheet or a text of tables may hold."""
Look = tuple[str, tuple[tuple[str, int, int], ...]]
Key = tuple[Look, str, str]


class Tables:
    """Reads tables one at a time: a workbook of 20 MB takes ten seconds. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[Look, list[TableAt]] = {}
        self._grids: dict[Key, Grid] = {}

    def of(self, folder: Path) -> list[TableAt]:
        """The tables of a folder and the files they lie in."""
        look = str(folder), looks(folder)
        with self._lock:
            if look not in self._places:
                while len(self._places) >= KEPT_FOLDERS:
                    self._places.pop(next(iter(self._places)))
                self._places[look] = tables_of(folder)
            return self._places[look]

    def grid(self, folder: Path, day: date, table: str, *, skip: int, most: int) -> Grid:
        """Up to `most` filled rows of a table after the first `skip`; raises `HuanweiError`."""
        key = (str(folder), looks(folder)), day.isoformat(), table
        with self._lock:
            if key not in self._grids:
                whole = grid_of(folder, day, table, skip=0, most=EVERY_ROW)
                self._make_room(_cells(whole))
                self._grids[key] = whole
            return self._grids[key].part(skip, most)

    def _make_room(self, cells: int) -> None:
        while self._grids and cells + sum(map(_cells, self._grids.values())) > KEPT_CELLS:
            self._grids.pop(next(iter(self._grids)))


def _cells(grid: Grid) -> int:
    return len(grid.rows) * max(1, len(grid.headings))
