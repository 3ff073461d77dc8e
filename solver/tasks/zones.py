"""Zones of a district: which one a task lies in, and who answers for it there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.district import Zone
    from models.part import TaskRef
    from solver.tasks.day import Day


def zoned(day: Day, zones: Sequence[Zone]) -> Day:
    """The day with the zone of every task; its operator stands where the streets name nobody."""
    if not zones:
        return day
    parts = tuple(replace(part, refs=_zoned(part.refs, zones)) for part in day.parts)
    refs = _zoned([one.ref for one in day.left], zones)
    left = tuple(replace(one, ref=ref) for one, ref in zip(day.left, refs, strict=True))
    return replace(day, parts=parts, left=left)


def zones_at(
    zones: Sequence[Zone], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Number of the zone of each place, -1 for none; where two overlap, the earlier one."""
    found = np.full(len(lon), -1, np.int64)
    for number, zone in reversed(list(enumerate(zones))):
        area = shapely.multipolygons([shapely.Polygon(ring) for ring in zone.rings])
        shapely.prepare(area)
        found[shapely.intersects_xy(area, lon, lat)] = number
    return found


def _zoned(refs: Sequence[TaskRef], zones: Sequence[Zone]) -> tuple[TaskRef, ...]:
    lon = np.array([ref.lon for ref in refs], np.float64)
    lat = np.array([ref.lat for ref in refs], np.float64)
    return tuple(
        ref
        if number < 0
        else replace(ref, zone=zones[number].name, operator=ref.operator or zones[number].operator)
        for ref, number in zip(refs, zones_at(zones, lon, lat).tolist(), strict=True)
    )
