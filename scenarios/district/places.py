"""Coordinates of a table's rows: of sense, in China, and in WGS-84."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import NetworkError
from scenarios.district.messages import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scenarios.district.messages import Findings
    from scenarios.district.sheets import Table

PLACED_TABLES = ("facilities", "points", "orders")
CHINA_LON = (73.0, 135.5)
CHINA_LAT = (3.0, 54.0)
LonLat = tuple[float, float]


def places(
    table: Table, rows: Sequence[tuple[int, Any]], crs: str, findings: Findings
) -> Mapping[int, LonLat]:
    """Place in WGS-84 of every row (by row number) that has a sensible one."""
    given = [(number, row) for number, row in rows if row.lon is not None]
    if not given:
        return {}
    lon = np.array([row.lon for _, row in given])
    lat = np.array([row.lat for _, row in given])
    degrees = not crs.startswith("epsg:")
    usable = [
        not degrees
        or _sensible(table, number, lon=row.lon, lat=row.lat, crs=crs, findings=findings)
        for number, row in given
    ]
    lon, lat = lon[usable], lat[usable]
    numbers = [number for (number, _), fine in zip(given, usable, strict=True) if fine]
    try:
        lon, lat = convert(lon, lat, crs)
    except NetworkError:
        findings.add("E110", Where("district.toml", 0, f"tables.{table.name}.crs"), crs)
        return {}
    found: dict[int, LonLat] = {}
    for number, x, y in zip(numbers, lon.tolist(), lat.tolist(), strict=True):
        if degrees or _sensible(table, number, lon=x, lat=y, crs=crs, findings=findings):
            found[number] = (x, y)
    return found


def _sensible(
    table: Table, number: int, *, lon: float, lat: float, crs: str, findings: Findings
) -> bool:
    """Whether (lon, lat) can be a place in China; findings if not."""
    x_heading, y_heading = table.heading("lon"), table.heading("lat")
    pair = {"lon": f"{lon:g}", "lat": f"{lat:g}", "crs": crs}
    if _inside(lat, CHINA_LON) and _inside(lon, CHINA_LAT):
        where = Where(table.file, number, f"{x_heading}, {y_heading}")
        findings.add("E313", where, f"{lon:g}, {lat:g}", **pair)
        return False
    for value, limit, heading in ((lon, 180, x_heading), (lat, 90, y_heading)):
        if not abs(value) <= limit:
            where = Where(table.file, number, heading)
            findings.add("E312", where, f"{value:g}", limit=f"-{limit} … {limit}")
            return False
    if not (_inside(lon, CHINA_LON) and _inside(lat, CHINA_LAT)):
        column, value = (y_heading, lat) if _inside(lon, CHINA_LON) else (x_heading, lon)
        findings.add("E314", Where(table.file, number, column), f"{value:g}", **pair)
        return False
    return True


def _inside(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]


def convert(lon: Any, lat: Any, crs: str) -> tuple[Any, Any]:
    """The same places in WGS-84 [degrees]. Raises `NetworkError` on an unknown EPSG code."""
    if crs == "wgs84":
        return lon, lat
    converted: tuple[Any, Any] = importlib.import_module("solver.roads.crs").to_wgs84(lon, lat, crs)
    return converted
