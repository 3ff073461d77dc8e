"""Boxes that fill: days simulated with noise, emptied on fixed days and by their filling.

`python -m benchmarks.horizon.fill` empties 605 boxes of 100-132 kg a day for 14 days by each policy
and prints overflows and kilometres. The noise of a day is that of litter-bin sensors
(`python -m benchmarks.horizon.fill --noise collections.csv` measures it in a file of emptyings).
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rich.console import Console

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from models.trade.work import Stock
from solver.cost import lengths
from solver.routing.door import get_engine
from solver.stop import at_most
from solver.tasks.sectors import sectors
from solver.trade.stocks import days_it_may_wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BOXES, TOWN_KM, DAYS = 605, (12.0, 9.0), 14
"""So many boxes in a town of so many km, for so many days (C24; an office's town; issue)."""
DAY_KG = (100.0, 132.0)
"""A box fills by so many kg a day (C24: 60-80 t a day in 605 boxes)."""
CAPACITY_KG = 500.0
"""A box holds so many kg (memory: four bins of 1.1 m3 at 110 kg/m3)."""
NOISE = 0.57
"""Standard deviation of a day's filling over its mean (Edinburgh: median of 268 sensor bins)."""
SENSOR_SD_KG = 25.0
"""A sensor is wrong by so many kg (chosen: 5 % of a box)."""
RISK = 0.1
"""Chance of an overflow between two emptyings that is accepted (chosen)."""
NEAR_M = 250.0
"""A box that would be due tomorrow is emptied today this near to one that is (chosen)."""
ROUND_ABOUT = 1.35
"""Road is so many times longer than the straight line (memory: 1.3-1.4 in towns)."""
TRUCK_KG, TRUCKS, SHIFT_S = 4_000, 30, 12 * 3_600
STOP_S, TIP_S, SPEED_KMH = 270, 900, 25.0


class Boxes(NamedTuple):
    """Places [m] (n, 2), mean filling [kg a day] (n,)."""

    places: NDArray[np.float64]
    day_kg: NDArray[np.float64]


class Morning(NamedTuple):
    """What is known in the morning: the day, believed levels, their deviation [kg] (n,)."""

    day: int
    level: NDArray[np.float64]
    deviation: NDArray[np.float64]


class Outcome(NamedTuple):
    """Emptyings, box-days with an overflow, box-days, kilometres, hours on the road."""

    emptied: int
    overflows: int
    box_days: int
    km: float
    hours: float


def town(seed: int) -> Boxes:
    """Boxes in neighbourhoods of the town."""
    rng = np.random.default_rng(seed)
    size = np.array(TOWN_KM) * 1_000
    centres = rng.uniform(0.08, 0.92, (60, 2)) * size
    places = centres[rng.integers(0, 60, BOXES)] + rng.normal(0, 350, (BOXES, 2))
    return Boxes(np.clip(places, 0, size), rng.uniform(*DAY_KG, BOXES))


def fixed(boxes: Boxes, every: int) -> Callable[[Morning], NDArray[np.bool_]]:
    """Every box every so many days, by sectors of the town."""
    turn = sectors(boxes.places, boxes.day_kg, [1.0] * every)
    return lambda now: np.asarray(turn == now.day % every)


def by_fill(boxes: Boxes, stock: Stock) -> Callable[[Morning], NDArray[np.bool_]]:
    """What could overflow before tomorrow's round, and close by what could the day after."""

    def due(now: Morning) -> NDArray[np.bool_]:
        waits = np.array([
            days_it_may_wait(stock, capacity_kg=CAPACITY_KG, day_kg=day_kg, level_kg=level,
                             level_sd_kg=deviation, weekday=now.day % 7 + 1)
            for day_kg, level, deviation in zip(
                boxes.day_kg.tolist(), now.level.tolist(), now.deviation.tolist(), strict=True)
        ])  # fmt: skip
        must = waits < 1
        if not must.any():
            return must
        apart = boxes.places[:, None] - boxes.places[must][None]
        near = np.sqrt((apart**2).sum(axis=2)).min(axis=1) <= NEAR_M
        return np.asarray(must | ((waits < 2) & near))

    return due


def simulate(
    boxes: Boxes,
    policy: Callable[[Morning], NDArray[np.bool_]],
    *,
    sensors: bool,
    seed: int,
    iterations: int,
) -> Outcome:
    """Days with noise: boxes due are emptied in the morning, then the day fills all boxes.

    The first days run in: overflows, emptyings and kilometres count from the eighth day on.
    """
    rng = np.random.default_rng(seed)
    count, warm = len(boxes.day_kg), 7
    level = rng.uniform(0, 1, count) * boxes.day_kg
    believed, variance = level.copy(), np.zeros(count)
    emptied = overflows = 0
    metres = seconds = 0
    for day in range(warm + DAYS):
        if sensors:
            believed = np.maximum(level + rng.normal(0, SENSOR_SD_KG, count), 0)
            variance = np.full(count, SENSOR_SD_KG**2)
        due = policy(Morning(day, believed, np.sqrt(variance)))
        if day >= warm:
            emptied += int(due.sum())
            more = drive(boxes, np.flatnonzero(due), level, iterations)
            metres, seconds = metres + more[0], seconds + more[1]
        level[due], believed[due], variance[due] = 0, 0, 0
        level += np.maximum(rng.normal(boxes.day_kg, NOISE * boxes.day_kg), 0)
        believed, variance = believed + boxes.day_kg, variance + (NOISE * boxes.day_kg) ** 2
        if day >= warm:
            overflows += int((level > CAPACITY_KG).sum())
        level = np.minimum(level, CAPACITY_KG)
    return Outcome(emptied, overflows, count * DAYS, metres / 1_000, seconds / 3_600)


def drive(
    boxes: Boxes, due: NDArray[np.int64], level: NDArray[np.float64], iterations: int
) -> tuple[int, int]:
    """Metres and seconds of trucks from the middle of the town that empty these boxes."""
    if not len(due):
        return 0, 0
    middle = np.array(TOWN_KM) * 500
    places = np.vstack([middle, boxes.places[due]])
    metres = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) * ROUND_ABOUT
    matrix = DenseMatrix(
        duration=np.rint(metres * 3.6 / SPEED_KMH).astype(np.int32),
        distance=np.rint(metres).astype(np.int32),
    )
    tasks = tuple(
        Task(
            id=str(box),
            modes=(Mode(enter=number, leave=number, duration=STOP_S),),
            demand=(math.ceil(level[box]),),
        )
        for number, box in enumerate(due.tolist(), start=1)
    )
    truck = VehicleType(
        id="rc_4", capacity=(TRUCK_KG,), start=0, end=0, num_available=TRUCKS,
        tw_late=SHIFT_S, fixed_cost=200_000, cost_per_m=1, cost_per_s=1,
    )  # fmt: skip
    centre = Facility(id="centre", enter=0, leave=0, resets=frozenset({0}), duration=TIP_S)
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        matrices=(matrix,),
        dimensions=(Dimension(name="kg", kind=DimensionKind.WASTE, end_empty=True),),
        facilities=(centre,),
    )
    found = get_engine("ruin").solve(problem, stop=at_most(iterations), seed=1)
    if found.solution.unserved:
        raise RuntimeError(f"{len(found.solution.unserved)} boxes are left; add trucks")
    driven = [lengths(problem, route).deadhead_m for route in found.solution.routes]
    return sum(driven), sum(one.end - one.begin for one in found.schedules)


def noise(path: Path) -> list[float]:
    """Of each bin with 15 emptyings or more: deviation of a day's filling over its mean."""
    emptied = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["collected_at"])
            emptied[row["bin_id"]].append((moment, float(row["litres"] or 0)))
    found = []
    for visits in emptied.values():
        visits.sort()
        gaps = [
            (litres, (later - earlier).total_seconds() / 86_400)
            for (earlier, _), (later, litres) in pairwise(visits)
        ]
        gaps = [(litres, days) for litres, days in gaps if days >= 0.5 and litres > 0]
        if len(gaps) < 15:
            continue
        rate = sum(litres for litres, _ in gaps) / sum(days for _, days in gaps)
        spread = sum((litres - rate * days) ** 2 / days for litres, days in gaps) / (len(gaps) - 1)
        found.append(math.sqrt(spread) / rate)
    return found


def main() -> None:
    """Simulate and print, or measure the noise of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--noise", type=Path, help="a file of emptyings to measure")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=600)
    asked = parser.parse_args()
    tell = Console(highlight=False).print
    if asked.noise:
        found = noise(asked.noise)
        tell(f"{len(found)} bins, deviation over mean of a day: {statistics.median(found):.2f}")
        return
    boxes = town(asked.seed)
    stock = Stock(source="memory", sd_share=NOISE, risk=RISK)
    policies = {
        "every day": (fixed(boxes, 1), False),
        "every 2 days": (fixed(boxes, 2), False),
        "every 3 days": (fixed(boxes, 3), False),
        "by filling, no sensors": (by_fill(boxes, stock), False),
        "by filling, sensors": (by_fill(boxes, stock), True),
    }
    for name, (policy, sensors) in policies.items():
        one = simulate(boxes, policy, sensors=sensors, seed=asked.seed, iterations=asked.iterations)
        share = one.overflows / one.box_days
        tell(f"{name:24} emptied {one.emptied:5}  overflows {share:6.2%}  {one.km:6,.0f} km"
             f"  {one.hours:6,.0f} h")  # fmt: skip


if __name__ == "__main__":
    main()
