"""Tables of districts as grids, the latest remembered while nothing in their folders changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.serve.latest import Latest, looks
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


class Tables:
    """Tables of folders; a workbook of 20 MB takes ten seconds to read. Safe for threads."""

    def __init__(self) -> None:
        self._places: Latest[list[TableAt]] = Latest(KEPT_FOLDERS)
        self._grids: Latest[Grid] = Latest(KEPT_CELLS, _cells)

    def of(self, folder: Path) -> list[TableAt]:
        """The tables of a folder and the files they lie in."""
        return self._places.of(folder, looks(folder), lambda: tables_of(folder))

    def grid(self, folder: Path, day: date, table: str, *, skip: int, most: int) -> Grid:
        """Up to `most` filled rows of a table after the first `skip`; raises `HuanweiError`."""
        whole = self._grids.of(
            folder,
            (looks(folder), day, table),
            lambda: grid_of(folder, day, table, skip=0, most=EVERY_ROW),
        )
        return whole.part(skip, most)


def _cells(grid: Grid) -> int:
    return (1 + len(grid.rows)) * max(1, len(grid.headings))
