"""Map datums of China: WGS-84 inside, GCJ-02, BD-09 and any EPSG code at the doors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from models.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Pair = tuple[Floats, Floats]

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
    if name == "wgs84" or name in _SHIFTS:
        return name
    if re.fullmatch(r"epsg:\d{4,6}", name):
        try:
            pyproj.CRS.from_user_input(name)
        except CRSError as error:
            raise NetworkError(
                f"crs {crs!r}: no such EPSG code. Look it up on epsg.io.",
                zh=f"坐标系 {crs!r}：没有这个 EPSG 代码，可在 epsg.io 查询。",
            ) from error
        return name
    raise NetworkError(
        f"crs {crs!r} is unknown. Use wgs84, gcj02, bd09 or epsg:NNNN.",
        zh=f"坐标系 {crs!r} 不认识。可用 wgs84、gcj02、bd09 或 epsg:NNNN。",
    )


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """WGS-84 (lon, lat) [degrees] of coordinates in `crs`; for EPSG codes x and y come first.

    GCJ-02 and BD-09 are inverted iteratively, to a millimetre. Outside China those
    datums equal WGS-84 and are returned unchanged.
    """
    return _convert(lon, lat, crs, into_wgs=True)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """Coordinates in `crs` of WGS-84 (lon, lat); inverse of `to_wgs84`."""
    return _convert(lon, lat, crs, into_wgs=False)


def _convert(lon: ArrayLike, lat: ArrayLike, crs: str, *, into_wgs: bool) -> Pair:
    name = crs_name(crs)
    x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    if name == "wgs84":
        return x, y
    if name in _SHIFTS:
        moved = _unshifted(_SHIFTS[name], x, y) if into_wgs else _SHIFTS[name](x, y)
        inside = in_china(x, y)
        return np.where(inside, moved[0], x), np.where(inside, moved[1], y)
    ends = (name, "epsg:4326") if into_wgs else ("epsg:4326", name)
    out = pyproj.Transformer.from_crs(*ends, always_xy=True).transform(x, y)
    return np.asarray(out[0]), np.asarray(out[1])


def in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Whether places lie in the box within which Chinese maps are shifted."""
    west, east, south, north = CHINA_BOX
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


CHINA_BOX = (72.004, 137.8347, 0.8293, 55.8271)
"""West, east, south, north [degrees] bound the shift (as in the code of the map makers themselves,
github.com/googollee/eviltransform; PRCoords names it `sanity_in_china_p`)."""
KRASOVSKY_A = 6_378_245.0
"""The Krasovsky ellipsoid of 1940, in which GCJ-02 turns metres into degrees, has this half axis
[m] (same source as `CHINA_BOX`)."""
KRASOVSKY_E2 = 0.006_693_421_622_965_943_23
"""The Krasovsky ellipsoid of 1940 has this squared eccentricity (same source as `CHINA_BOX`)."""
BAIDU_LON = 0.0065
"""BD-09 adds so many degrees of longitude to GCJ-02 beside its ripples (same source as
`CHINA_BOX`)."""
BAIDU_LAT = 0.0060
"""BD-09 adds so many degrees of latitude to GCJ-02 beside its ripples (same source as
`CHINA_BOX`)."""
ROUNDS = 8
"""Steps of the inverse: each divides the error by some thousands; four reach a tenth of a
millimetre (Cai Jun, geoChina, 2014)."""


def _gcj02(lon: Floats, lat: Floats) -> Pair:
    """GCJ-02 of WGS-84: a smooth deviation in metres, put on in degrees."""
    x, y = lon - 105, lat - 35
    ripple = 2 * np.sin(6 * np.pi * x) + 2 * np.sin(2 * np.pi * x)
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
        + 20 / 3 * (ripple + _waves(y, 2, 4, 16, 32))
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
        + 20 / 3 * (ripple + _waves(x, 2, 4, 15, 30))
    )  # fmt: skip
    phi = np.radians(lat)
    bulge = 1 - KRASOVSKY_E2 * np.sin(phi) ** 2
    degree_lat = np.radians(KRASOVSKY_A * (1 - KRASOVSKY_E2) / bulge**1.5)
    degree_lon = np.radians(KRASOVSKY_A * np.cos(phi) / np.sqrt(bulge))
    return lon + east / degree_lon, lat + north / degree_lat


def _waves(z: Floats, *heights: float) -> Floats:
    """Waves of 2, 6, 24 and 60 degrees' length."""
    lengths = (1, 3, 12, 30)
    waves = [h * np.sin(z / n * np.pi) for h, n in zip(heights, lengths, strict=True)]
    return np.asarray(sum(waves))


def _bd09(lon: Floats, lat: Floats) -> Pair:
    """BD-09 of WGS-84: GCJ-02 turned and stretched by ripples."""
    x, y = _gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.000_02 * np.sin(np.radians(y) * 3000)
    angle = np.arctan2(y, x) + 0.000_003 * np.cos(np.radians(x) * 3000)
    return radius * np.cos(angle) + BAIDU_LON, radius * np.sin(angle) + BAIDU_LAT


def _unshifted(shift: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """The places that `shift` moves to (lon, lat), by fixed-point iteration."""
    x, y = lon, lat
    for _ in range(ROUNDS):
        there = shift(x, y)
        x, y = x - (there[0] - lon), y - (there[1] - lat)
    return x, y


_SHIFTS: dict[str, Callable[[Floats, Floats], Pair]] = {"gcj02": _gcj02, "bd09": _bd09}
