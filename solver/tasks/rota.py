"""The rota: which rhythm each street and point has, when no longer plan says so.

Work that comes every few days is dealt to days by where it lies: each rhythm of a cadence has a
sector of the town, so that neighbours fall on the same day and every day has the same work.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.network import local_xy
from solver.tasks.sectors import sectors
from solver.trade.cadence import falls_on, rhythms, shares
from solver.trade.headway import TURNS
from solver.trade.kerbs import strips

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.district import Calendar
    from models.ids import TaskId
    from models.network import RoadNetwork
    from models.trade.sourced import Cadence, Rhythm
    from models.trade.work import StreetWork


ROUND = (0, 1, 3, 2)
"""The turn of each of four sectors, which come as south and north of a half, west to east (chosen:
a ring, so that the last turn lies beside the first)."""


class Unit(NamedTuple):
    """Work that falls on a day as a whole: both kerbs of a stretch of a street, or a point."""

    id: TaskId
    """Of its first kerb, without lane and pass."""
    name: str
    cleaning_class: str
    cadence: Cadence
    rhythm: Rhythm
    work_m: int = 0
    """Metres of one pass of a street."""
    arcs: tuple[int, ...] = ()
    """Of a street, both directions."""
    kg: int = 0
    """To be taken from a point on a visit."""
    turn: int = 0
    """Of cyclic work, which turn of a round it has."""

    def due(self, day: date, calendar: Calendar | None) -> bool:
        """Whether it falls on `day`: as the week's plan promised, else by its rhythm."""
        if calendar is not None and calendar.begin <= day <= calendar.end:
            promised = calendar.visits.get(str(self.id))
            if promised is not None:
                return day in promised
        return falls_on(self.rhythm, day)


def rota(
    cadence: Cadence,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> list[Rhythm]:
    """The rhythm of each place (n,): a sector of the town for each that the cadence allows."""
    allowed = rhythms(cadence)
    if len(allowed) == 1 or not len(lon):
        return [allowed[0]] * len(lon)
    return [allowed[one] for one in _sectors(lon, lat, weights, shares(allowed))]


def turns(
    cadence: Cadence,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> list[int]:
    """The turn of a round of cyclic work at each place (n,): sectors, one beside the next."""
    if not cadence.headway_min or not len(lon):
        return [0] * len(lon)
    return [ROUND[one] for one in _sectors(lon, lat, weights, (1,) * TURNS)]


def _sectors(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    weights: NDArray[np.float64],
    sizes: Sequence[float],
) -> list[int]:
    """The sector of each place (n,), on a plane true at their middle."""
    places = local_xy(lon, lat, (float(lon.mean()), float(lat.mean())))
    return [int(one) for one in sectors(places, weights, sizes)]


LEAST_EXTRA_M = 1_000
"""Less than so many metres of extra passes are not worth going out for (chosen: a street)."""


def with_extra_pass(
    network: RoadNetwork, units: Iterable[Unit], due: Collection[TaskId], open_m: int, day: date
) -> list[Unit]:
    """Street work that gets a pass more than it has on `day`, for `open_m` metres of passes.

    What is not `due` today has waited longest and comes first, then the higher class. Where less
    than a class is needed it is cut into sectors, which take turns from round to round of their
    rhythms. Cyclic work, work by the month, and what keeps a least gap of days, get none.
    """
    ranks: dict[tuple[bool, str], list[Unit]] = {}
    for one in units:
        plain = one.rhythm.length > 0 and not one.cadence.headway_min
        if one.arcs and plain and (one.cadence.least_gap_days or 1) == 1:
            ranks.setdefault((one.id in due, one.cleaning_class), []).append(one)
    found: list[Unit] = []
    for _, alike in sorted(ranks.items()):
        if open_m < LEAST_EXTRA_M:
            break
        whole = sum(one.work_m for one in alike)
        parts = max(ceil(whole / open_m), 1)
        places = network.tail[[one.arcs[0] for one in alike]]
        weights = np.array([one.work_m for one in alike], float)
        where = _sectors(network.lon[places], network.lat[places], weights, (1,) * parts)
        turn = day.toordinal() // max(one.rhythm.length for one in alike) % parts
        found += [one for one, sector in zip(alike, where, strict=True) if sector == turn]
        open_m -= whole
    return found


def pass_m(network: RoadNetwork, work: StreetWork) -> NDArray[np.float64]:
    """Metres of one pass of the operation on each arc (m,).

    A street served in either direction counts half a time on each of its two arcs.
    """
    two_way = network.reverse >= 0
    kinds, kind = np.unique(2 * network.width_dm.astype(np.int64) + two_way, return_inverse=True)
    found = [strips(work, code // 2 / 10, two_way=bool(code % 2)) for code in kinds.tolist()]
    times = np.array([one.passes / (2 if one.either_way else 1) for one in found])
    return np.asarray(network.length_m * times[kind])
