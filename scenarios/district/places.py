"""Coordinates of a table's rows: of sense, in China, and in WGS-84."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydantic_core import PydanticCustomError

from scenarios.district.cells import coordinate
from scenarios.district.messages import Where
from solver.roads.crs import to_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.district.messages import Findings
    from scenarios.district.sheets import Row, Table

PLACED_TABLES = ("facilities", "points", "orders")
CHINA_LON = (73.0, 135.5)
CHINA_LAT = (3.0, 54.0)


class Place(NamedTuple):
    """Where a row lies in WGS-84 [degrees], and the numbers as given in the table's datum."""

    lon: float
    lat: float
    given_x: float
    given_y: float


def places(table: Table, crs: str, findings: Findings) -> dict[int, Place]:
    """Place of every row (by row number) that has a sensible one, rows with other faults too.

    Numbers that are no coordinates give findings; cells that are no numbers are left to the rows.
    """
    degrees = not crs.startswith("epsg:")
    pairs = {
        row.number: pair
        for row in table.rows
        for pair in _pair(row)
        if not degrees or _sensible(table, row.number, pair, crs, findings)
    }
    given = np.array(list(pairs.values())).reshape(-1, 2)
    lon, lat = to_wgs84(given[:, 0], given[:, 1], crs)
    found = {
        at: Place(x, y, *pair)
        for (at, pair), x, y in zip(pairs.items(), lon.tolist(), lat.tolist(), strict=True)
    }
    if degrees:
        return found
    return {at: p for at, p in found.items() if _sensible(table, at, p[:2], crs, findings)}


def _pair(row: Row) -> Iterator[tuple[float, float]]:
    """The row's two numbers, if it has them."""
    try:
        x, y = (coordinate(row.cells.get(column) or None) for column in ("lon", "lat"))
    except PydanticCustomError:
        return
    if isinstance(x, float) and isinstance(y, float):
        yield x, y


def _sensible(
    table: Table, row: int, pair: tuple[float, float], crs: str, findings: Findings
) -> bool:
    """Whether (lon, lat) can be a place in China; findings if not."""
    lon, lat = pair
    words = {"lon": f"{lon:.10g}", "lat": f"{lat:.10g}", "crs": crs}
    headings = table.heading("lon"), table.heading("lat")
    if _inside(lat, CHINA_LON) and _inside(lon, CHINA_LAT):
        where = Where(table.file, row, ", ".join(headings))
        findings.add("E313", where, f"{lon:.10g}, {lat:.10g}", **words)
        return False
    for value, limit, column in ((lon, 180, "lon"), (lat, 90, "lat")):
        if not abs(value) <= limit:
            limits = f"-{limit} … {limit}"
            findings.add("E312", table.where(row, column), f"{value:.10g}", limit=limits)
            return False
    if not (_inside(lon, CHINA_LON) and _inside(lat, CHINA_LAT)):
        column, value = ("lat", lat) if _inside(lon, CHINA_LON) else ("lon", lon)
        findings.add("E314", table.where(row, column), f"{value:.10g}", **words)
        return False
    return True


def _inside(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
