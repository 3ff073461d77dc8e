"""How many vehicles the demo bureau needs: hours of work against hours in the windows of the day.

The arithmetic is Hall's condition: for every set of kinds of work, the vehicles on duty inside the
union of their windows must have the hours for all of it. Rates come from the rule profile; shares
of driving without work are the measured means of plans of the demo (docs/demo.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from models.network import CLASSES, RoadNetwork
from solver.tasks.rota import pass_m
from solver.trade.cadence import banned_hours, daily_share, slots
from solver.trade.kerbs import litres, waste_kg
from solver.trade.vehicles import work_speed_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from models.district import ShiftPattern, Window
    from models.trade.rules import RuleProfile, VehicleSpec
    from models.trade.work import StreetWork

OUT_S = 1_500
"""From the begin of a shift to the first work: check, drive out."""
HOME_S = 2_700
"""From the last work to the end of a shift: last tip, drive home, wash and hand over."""
BREAK_SHARE = 0.1
"""Meal and rests, as a share of the time on duty; they fall into hours without work, if any."""
HEAVY_SIGMAS = 1.0
"""On a heavy day what rain or frost put off comes on top of the day's own share (chosen: as much as
a draw of streets by lot varies, in standard deviations)."""
REFILL_S = 1_500
"""Drive to a water point, fill (8-20 min), drive back."""
TIP_S = 1_500
"""Drive to a tip or station, weigh, tip, drive back."""
MORNING = {"trunk": 1.0, "primary": 1.0, "secondary": 1.0, "tertiary": 1.0, "trunk_link": 1.0,
           "primary_link": 1.0, "secondary_link": 1.0, "tertiary_link": 1.0}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Some hours of work, to be done inside these windows [s]."""

    windows: tuple[Window, ...]
    hours: float


def first_pass_km(network: RoadNetwork) -> NDArray[np.float64]:
    """Kerb to be swept before the morning peak, by arc [km] (m,): one pass of the larger roads."""
    share = np.array([MORNING.get(name, 0.0) for name in CLASSES])
    return np.asarray(network.length_m / 1000 * share[network.highway])


def street_work(
    network: RoadNetwork,
    classes: Sequence[str],
    rules: RuleProfile,
    operation: str,
    mix: Mapping[str, float],
    *,
    core: NDArray[np.bool_] | None = None,
) -> list[Work]:
    """Work of an operation on the streets, by pass; `mix` are shares of vehicle types.

    `classes` is the cleaning class of each arc, "" where the bureau does nothing, `core` whether
    it lies in the core (m,); None: all of it. Of streets that are due every few days, the share of
    a heavy day counts (`HEAVY_SIGMAS`).
    """
    found = rules.operations[operation]
    street = found.street
    if street is None:
        return []
    km_h = sum(share * rate_kmh(rules.vehicles[key], street) for key, share in mix.items())
    km = _service_km(network, street)
    if street.core_only and core is not None:
        km = np.where(core, km, 0.0)
    works = []
    for name, cadence in street.classes.items():
        mine = np.array([given == name for given in classes]) & (km > 0)
        total = _due_km(network.way[mine], km[mine], daily_share(cadence))
        banned = banned_hours(rules, operation, name)
        works += [
            Work(
                windows=tuple(
                    (slot.early, slot.late) for slot in slots(each.windows, banned, finish=True)
                ),
                hours=total / km_h,
            )
            for each in cadence.passes
        ]
    return works


def _due_km(way: NDArray[np.int64], km: NDArray[np.float64], share: float) -> float:
    """Kilometres due on a heavy day, when `share` of them are due on the average."""
    if share >= 1 or not len(km):
        return float(km.sum())
    by_way = np.bincount(np.unique(way, return_inverse=True)[1], km)
    deviation = math.sqrt(float((by_way**2).sum()) * share * (1 - share))
    return min(float(km.sum()), float(km.sum()) * share + HEAVY_SIGMAS * deviation)


def _service_km(network: RoadNetwork, street: StreetWork) -> NDArray[np.float64]:
    """Kilometres of one pass on each arc (m,), 0 on roads the operation does not serve."""
    served = np.isin(network.highway, [CLASSES.index(name) for name in street.roads])
    return np.where(served, pass_m(network, street) / 1000, 0.0)


def rate_kmh(spec: VehicleSpec, street: StreetWork) -> float:
    """Kilometres of service an hour of a vehicle, its refills and tips included."""
    speed = work_speed_kmh(spec, street)
    wide = street.treated_width_m or street.working_width_m
    water = litres(street, 1_000, wide)
    if street.l_per_min:
        water = 60 * (spec.l_per_min or street.l_per_min) / speed
    kg = waste_kg(street, 1_000, wide)
    hours = 1 / speed
    hours += water / spec.water_l * REFILL_S / 3600 if water else 0.0
    hours += kg / spec.waste_kg * TIP_S / 3600 if kg else 0.0
    return 1 / hours


def vehicles_needed(
    works: Iterable[Work], shifts: Sequence[ShiftPattern], *, dead_share: float
) -> int:
    """Fewest vehicles, each on duty in all of `shifts`, that have the hours for all work.

    `dead_share` of the time between tasks goes into driving without work. At least 1.
    """
    merged: dict[tuple[Window, ...], float] = {}
    for work in works:
        merged[work.windows] = merged.get(work.windows, 0.0) + work.hours
    groups = [(windows, hours) for windows, hours in merged.items() if hours > 0]
    need = 1.0
    for size in range(1, len(groups) + 1):
        for chosen in combinations(groups, size):
            supply = duty_hours([w for windows, _ in chosen for w in windows], shifts)
            demand = sum(hours for _, hours in chosen) / (1 - dead_share)
            need = max(need, demand / supply if supply > 0 else 1.0)
    return math.ceil(need - 1e-9)


def duty_hours(windows: Sequence[Window], shifts: Sequence[ShiftPattern]) -> float:
    """Hours one vehicle, on duty in all `shifts`, can work inside the union of `windows`."""
    total = 0.0
    for shift in shifts:
        early, late = shift.begin + OUT_S, shift.end - HOME_S
        covered = 0
        for begin, end in _union(windows):
            covered += max(0, min(end, late) - max(begin, early))
        breaks = BREAK_SHARE * (late - early)
        idle = (late - early) - covered
        total += max(0.0, covered - max(0.0, breaks - idle)) / 3600
    return total


def _union(windows: Sequence[Window]) -> list[Window]:
    merged: list[Window] = []
    for begin, end in sorted(windows):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged
