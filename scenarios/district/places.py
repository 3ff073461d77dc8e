"""Coordinates of a table's rows: of sense, in China, and in WGS-84."""

from __future__ import annotations

import contextlib
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic_core import PydanticCustomError

from scenarios.district.words.coordinates import coordinate
from scenarios.district.words.messages import Where
from solver.roads.crs import to_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from scenarios.district.sheets import Row, Table
    from scenarios.district.words.messages import Findings

PLACED_TABLES = ("facilities", "points", "orders", "permits", "disposals")
CHINESE_DATUMS = ("gcj02", "bd09")
CHINA_LON = (73.0, 135.5)
CHINA_LAT = (3.0, 54.0)
Box = tuple[tuple[float, float], tuple[float, float]]
CHINA: Box = (CHINA_LON, CHINA_LAT)
WORLD: Box = ((-180.0, 180.0), (-90.0, 90.0))


@dataclass(frozen=True, eq=False)
class Places:
    """Rows with a sensible place, in order: their numbers, WGS-84 [degrees], and as given.

    `x` and `y` are the numbers of the file in the table's datum.
    """

    numbers: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of rows placed."""
        return len(self.numbers)

    def along(self, rows: Iterable[tuple[int, Any]]) -> Iterator[tuple[Any, float, float] | None]:
        """For every row (its number, itself), in order: the row, lon and lat; None: no place."""
        columns = (array("q", self.numbers), array("d", self.lon), array("d", self.lat))
        spots = zip(*columns, strict=True)
        at, lon, lat = -1, 0.0, 0.0
        for number, row in rows:
            while at < number:
                at, lon, lat = next(spots, (END, 0.0, 0.0))
            yield (row, lon, lat) if at == number else None


END = 1 << 62
"""A row number that no file has."""
NOWHERE = Places(
    np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0), np.empty(0)
)  # fmt: skip


class Spots:
    """Coordinates of a table's rows, gathered while it is read; 24 bytes a row."""

    def __init__(self) -> None:
        self.numbers = array("q")
        self.x, self.y = array("d"), array("d")

    def add(self, number: int, x: object, y: object) -> None:
        """Note the row's two numbers, if it has them."""
        if isinstance(x, float) and isinstance(y, float):
            self.numbers.append(number)
            self.x.append(x)
            self.y.append(y)

    def add_raw(self, row: Row) -> None:
        """Note the place of a row with another fault."""
        with contextlib.suppress(PydanticCustomError):  # told with the row
            cells = row.cells
            self.add(row.number, *(coordinate(cells.get(key) or None) for key in ("lon", "lat")))

    def places(self, table: Table, crs: str, findings: Findings, *, abroad: bool = False) -> Places:
        """The sensible places of the rows; findings about the others.

        Of a district `abroad` they may lie anywhere; the Chinese datums are not defined there.
        """
        box = WORLD if abroad and crs not in CHINESE_DATUMS else CHINA
        numbers = np.array(self.numbers, np.int64)
        x, y = np.array(self.x), np.array(self.y)
        if crs.startswith("epsg:"):
            lon, lat = to_wgs84(x, y, crs)
            fine = _sensible(table, numbers, (lon, lat), box, (crs, findings))
        else:
            fine = _sensible(table, numbers, (x, y), box, (crs, findings))
            x, y, numbers = x[fine], y[fine], numbers[fine]
            lon, lat = to_wgs84(x, y, crs)
            fine = np.ones(len(numbers), np.bool_)
        return Places(numbers[fine], lon[fine], lat[fine], x[fine], y[fine])


def _sensible(
    table: Table,
    numbers: NDArray[np.int64],
    given: tuple[NDArray[np.float64], NDArray[np.float64]],
    box: Box,
    told: tuple[str, Findings],
) -> NDArray[np.bool_]:
    """Which (lon, lat) can be places in the box; findings about the others.

    `told` are the datum, for the words, and where the findings go.
    """
    lon, lat = given
    fine: NDArray[np.bool_] = _inside(lon, box[0]) & _inside(lat, box[1])
    for at in np.flatnonzero(~fine).tolist():
        _tell(table, int(numbers[at]), (float(lon[at]), float(lat[at])), *told)
    return fine


def _tell(table: Table, row: int, pair: tuple[float, float], crs: str, findings: Findings) -> None:
    """The finding about (lon, lat) that is no place in China, or none on earth."""
    lon, lat = pair
    words = {"lon": f"{lon:.10g}", "lat": f"{lat:.10g}", "crs": crs}
    headings = table.heading("lon"), table.heading("lat")
    if _inside(lat, CHINA_LON) and _inside(lon, CHINA_LAT):
        where = Where(table.file, row, ", ".join(headings))
        findings.add("E313", where, f"{lon:.10g}, {lat:.10g}", **words)
        return
    for value, limit, column in ((lon, 180, "lon"), (lat, 90, "lat")):
        if not abs(value) <= limit:
            limits = f"-{limit} … {limit}"
            findings.add("E312", table.where(row, column), f"{value:.10g}", limit=limits)
            return
    column, value = ("lat", lat) if _inside(lon, CHINA_LON) else ("lon", lon)
    findings.add("E314", table.where(row, column), f"{value:.10g}", **words)


def _inside(value: Any, span: tuple[float, float]) -> Any:
    return (span[0] <= value) & (value <= span[1])
