"""Map datums of China: WGS-84 inside, GCJ-02, BD-09 and any EPSG code at the doors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import prcoords
import pyproj
from pyproj.exceptions import CRSError

from models.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

Convert = Callable[[tuple[float, float], bool], Any]
_TO_WGS: dict[str, Convert] = {"gcj02": prcoords.gcj_wgs_bored, "bd09": prcoords.bd_wgs_bored}
_FROM_WGS: dict[str, Convert] = {"gcj02": prcoords.wgs_gcj, "bd09": prcoords.wgs_bd}
_ALIASES = {
    "wgs-84": "wgs84", "epsg:4326": "wgs84", "gcj-02": "gcj02", "bd-09": "bd09", "bd09ll": "bd09",
    "epsg:4490": "wgs84",
}  # fmt: skip
"""CGCS2000 (EPSG:4490) differs from WGS-84 by centimetres."""


def crs_name(crs: str) -> str:
    """Canonical name: `wgs84`, `gcj02`, `bd09` or `epsg:NNNN`.

    Raises `NetworkError` for anything else.
    """
    name = crs.strip().lower()
    name = _ALIASES.get(name, name)
    if name == "wgs84" or name in _TO_WGS:
        return name
    if re.fullmatch(r"epsg:\d{4,6}", name):
        try:
            pyproj.CRS.from_user_input(name)
        except CRSError as error:
            raise NetworkError(f"crs {crs!r}: no such EPSG code. Look it up on epsg.io.") from error
        return name
    raise NetworkError(f"crs {crs!r} is unknown. Use wgs84, gcj02, bd09 or epsg:NNNN.")


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """WGS-84 (lon, lat) [degrees] of coordinates in `crs`; for EPSG codes x and y come first.

    GCJ-02 and BD-09 are inverted iteratively, to about a metre or better. Outside China those
    datums equal WGS-84 and are returned unchanged.
    """
    return _convert(lon, lat, crs, _TO_WGS, into_wgs=True)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """Coordinates in `crs` of WGS-84 (lon, lat); inverse of `to_wgs84`."""
    return _convert(lon, lat, crs, _FROM_WGS, into_wgs=False)


def _convert(
    lon: ArrayLike, lat: ArrayLike, crs: str, shifts: dict[str, Convert], *, into_wgs: bool
) -> Pair:
    name = crs_name(crs)
    x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    if name == "wgs84":
        return x, y
    if name in shifts:
        moved = [_shift(shifts[name], *pair) for pair in zip(x.tolist(), y.tolist(), strict=True)]
        table = np.array(moved).reshape(-1, 2)
        return table[:, 1], table[:, 0]
    ends = (name, "epsg:4326") if into_wgs else ("epsg:4326", name)
    out = pyproj.Transformer.from_crs(*ends, always_xy=True).transform(x, y)
    return np.asarray(out[0]), np.asarray(out[1])


def _shift(convert: Convert, lon: float, lat: float) -> tuple[float, float]:
    """(lat, lon) moved by one datum shift."""
    if not prcoords.sanity_in_china_p(prcoords.Coords(lat, lon)):
        return lat, lon
    moved = convert((lat, lon), False)
    return moved.lat, moved.lon
