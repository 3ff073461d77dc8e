"""Who needs a site, and where: people on foot, or the day's work of vehicles, in square cells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.location import DemandZone
from models.network import local_lonlat
from models.problem import DimensionKind
from models.units import UNREACHABLE
from solver.location.build import square_cells
from solver.trade.vehicles import fleet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.district import District
    from models.network import RoadNetwork
    from models.part import Part
    from models.trade.rules import RuleProfile
    from models.trade.siting import Kind
    from solver.location.exposure import People

UNITS: dict[Kind, int] = {
    "room": 1_000,
    "toilet": 1,
    "water": 1_000,
    "depot": 100,
    "charger": 1_000,
}
"""Whole numbers of the model in one t, use, m3, vehicle, kWh (chosen: no fraction matters)."""
FOOT_STEP_M = 50.0
"""People stand in square cells from so wide on [m] (chosen: a door or two)."""
FOOT_MOST = 400
"""People stand in at most so many cells (chosen: minutes of solving)."""
DRIVE_STEP_M = 150.0
"""Work lies in square cells from so wide on [m] (chosen: a block)."""
BLOCK = 500
"""Ways from so many tasks are looked up at once (chosen: memory)."""
DRIVE_MOST = 150
"""Work lies in at most so many cells (chosen: minutes of road times)."""


class Need(NamedTuple):
    """A place in the plane [m] and what it needs a day, in the kind's unit."""

    x: float
    y: float
    amount: float


def people_zones(
    people: People, person_day: float, unit: int, origin: tuple[float, float]
) -> list[DemandZone]:
    """People in cells, each at its middle of persons."""
    needs = [
        Need(float(x), float(y), float(persons) * person_day)
        for (x, y), persons in zip(people.xy, people.persons, strict=True)
    ]
    return _zones(needs, unit, origin, FOOT_STEP_M, FOOT_MOST)


def work_zones(
    kind: Kind,
    parts: Sequence[Part],
    district: District,
    rules: RuleProfile,
    network: RoadNetwork,
) -> tuple[list[DemandZone], tuple[str, ...]]:
    """The day's work in cells: litres, vehicles or kWh; and its operations, most needed first."""
    tasks = list(_TASKS[kind](parts, district, rules))
    of: Counter[str] = Counter()
    for operation, _, _, amount in tasks:
        of[operation] += round(UNITS[kind] * amount)
    if not +of:
        return [], ()
    xy = network.to_xy(np.array([one[1] for one in tasks]), np.array([one[2] for one in tasks]))
    needs = [
        Need(float(x), float(y), one[3])
        for (x, y), one in zip(xy, tasks, strict=True)
        if one[3] > 0
    ]
    zones = _zones(needs, UNITS[kind], network.origin, DRIVE_STEP_M, DRIVE_MOST)
    return zones, tuple(operation for operation, amount in of.most_common() if amount)


def _water(
    parts: Sequence[Part], district: District, rules: RuleProfile
) -> Iterator[tuple[str, float, float, float]]:
    """Cubic metres of each task."""
    for part in parts:
        dims = part.problem.dimensions
        wet = [k for k, one in enumerate(dims) if one.kind == DimensionKind.WATER]
        for task, ref in zip(part.problem.tasks, part.refs, strict=True):
            yield part.operation, ref.lon, ref.lat, sum(task.demand[k] for k in wet) / 1_000


def _vehicles(
    parts: Sequence[Part], district: District, rules: RuleProfile
) -> Iterator[tuple[str, float, float, float]]:
    """The part's vehicles, shared over its tasks by their service."""
    taken: set[str] = set()
    for part in parts:
        own = {name for crew in part.crews for name in crew.vehicles} - taken
        taken |= own
        service = [1 + min(mode.duration for mode in task.modes) for task in part.problem.tasks]
        for seconds, ref in zip(service, part.refs, strict=True):
            yield part.operation, ref.lon, ref.lat, len(own) * seconds / sum(service)


def _energy(
    parts: Sequence[Part], district: District, rules: RuleProfile
) -> Iterator[tuple[str, float, float, float]]:
    """Kilowatt-hours of each task and of the way to the next, as far as electric vehicles do it."""
    trucks = {truck.id: truck for truck in fleet(district, rules)}
    for part in parts:
        names = sorted({name for crew in part.crews for name in crew.vehicles})
        able = [trucks[name] for name in names if name in trucks]
        if not any(one.kwh_km or one.kwh_work_h for one in able):
            continue
        ways = _next_m(part)
        for task, ref, way in zip(part.problem.tasks, part.refs, ways, strict=True):
            hours = min(mode.duration for mode in task.modes) / 3_600
            metres = min(mode.distance for mode in task.modes) + way
            kwh = sum(one.kwh_work_h * hours + one.kwh_km * metres / 1_000 for one in able)
            yield part.operation, ref.lon, ref.lat, kwh / max(1, len(able))


def _next_m(part: Part) -> list[int]:
    """Metres from each task to the nearest place where other work of the part begins; 0: none."""
    tasks, table = part.problem.tasks, part.problem.matrices[0]
    leave = np.array([task.modes[0].leave for task in tasks], np.int64)
    enter = np.array([task.modes[0].enter for task in tasks], np.int64)
    found: list[int] = []
    for first in range(0, len(tasks), BLOCK):
        ways = table.block(leave[first : first + BLOCK], enter)[1].astype(np.int64)
        ways[ways <= 0] = UNREACHABLE
        nearest = ways.min(axis=1)
        found += np.where(nearest < UNREACHABLE, nearest, 0).tolist()
    return found


_TASKS = {"water": _water, "depot": _vehicles, "charger": _energy}


def _zones(
    needs: Sequence[Need], unit: int, origin: tuple[float, float], step_m: float, most: int
) -> list[DemandZone]:
    """Needs in square cells; what rounding loses in one cell, the next one gets."""
    xy = np.array([(one.x, one.y) for one in needs]).reshape(-1, 2)
    zones: list[DemandZone] = []
    carried = 0.0
    for members in square_cells(xy, step_m, most):
        weights = np.array([needs[k].amount for k in members])
        whole = float(weights.sum()) * unit + carried
        carried = whole - round(whole)
        if round(whole) <= 0:
            continue
        middle: NDArray[np.float64] = np.average(xy[members], axis=0, weights=weights)
        lon, lat = local_lonlat(middle.reshape(1, 2), origin)[0].tolist()
        number = len(zones) + 1
        zones.append(DemandZone(id=f"Z{number:03d}", lon=lon, lat=lat, demand_kg=round(whole)))
    return zones
