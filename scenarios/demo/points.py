"""Collection points of the demo bureau: sorting rooms, bin groups, restaurants."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from models.district import Stream
from models.network import CLASSES
from scenarios.demo.sizing import TIP_S, Work
from solver.trade.streams import collects

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from models.trade.work import PointWork
    from scenarios.demo.names import Names
    from scenarios.demo.survey import Survey
    from scenarios.demo.tables import Cell, Tables

REFERENCE_RESIDUAL_KG = 720_000
REFERENCE_POINTS = 700
REFERENCE_RESTAURANTS = 800
MEAN_RESTAURANT_KG = 72
LARGEST_KG = 3_600
STEP_KG = 10
ROOM_SHARE = 0.16
ROOM_HOURS = "06:30-09:00;18:00-20:30"
BIN_HOURS = "05:30-21:30"
"""No bin lifting near homes at night (domain brief 4.4)."""
LUNCH_HOURS = "09:00-11:30;13:00-17:00"
DINNER_HOURS = "13:00-17:00;20:00-24:00"
WEIGHTS = {"residential": 1.0, "living_street": 1.1, "unclassified": 0.5, "tertiary": 0.6,
           "secondary": 0.3, "road": 0.5, "tertiary_link": 0.0, "primary": 0.1}  # fmt: skip
SHOP_WEIGHTS = {"residential": 0.5, "living_street": 0.2, "unclassified": 0.2, "tertiary": 1.0,
                "secondary": 0.9, "road": 0.3, "primary": 0.4}  # fmt: skip
NEXT_S = {"residual": 70, "kitchen": 60}
"""Mean drive between neighbouring stops of a stream [s]."""
FAR_NEXT_S = 180
"""Mean drive between stops of the other streams, which lie farther apart [s] (memory)."""


def lay_points(survey: Survey, tables: Tables, names: Names, rng: random.Random) -> None:
    """Residual and kitchen-waste points, the tonnage scaled to the town and exact to `STEP_KG`."""
    count = max(6, round(REFERENCE_POINTS * survey.scale))
    total = round(REFERENCE_RESIDUAL_KG * survey.scale / STEP_KG) * STEP_KG
    demands = split_kg(total, count, rng, spread=0.55)
    places = draw_places(survey, WEIGHTS, count, rng)
    for number, (demand, (arc, lon, lat)) in enumerate(zip(demands, places, strict=True), 1):
        room = rng.random() < ROOM_SHARE
        street = survey.network.street(arc) or "小区内道路"
        wide = survey.network.road_class(arc) in {"secondary", "primary"}
        row: dict[str, Cell] = {
            "id": f"R{number:04d}",
            "name": f"{names.draw('estate')}分类房" if room else f"{street}收集点{number}",
            "kind": "room" if room else "bins", "stream": "residual", "lon": lon, "lat": lat,
            "demand_kg": demand, "hours": ROOM_HOURS if room else BIN_HOURS,
            "own_side": "yes" if wide else "no",
        }  # fmt: skip
        tables.add("points", row)
    restaurants = max(4, round(REFERENCE_RESTAURANTS * survey.scale))
    kg = split_kg(restaurants * MEAN_RESTAURANT_KG, restaurants, rng, spread=0.7)
    places = draw_places(survey, SHOP_WEIGHTS, restaurants, rng)
    for number, (demand, (_, lon, lat)) in enumerate(zip(kg, places, strict=True), 1):
        row = {
            "id": f"K{number:04d}", "name": names.draw("shop"), "kind": "restaurant",
            "stream": "kitchen", "lon": lon, "lat": lat, "demand_kg": demand,
            "hours": LUNCH_HOURS if rng.random() < 0.45 else DINNER_HOURS, "own_side": "no",
        }  # fmt: skip
        tables.add("points", row)


def point_work(tables: Tables, work: PointWork, payload_kg: float) -> list[Work]:
    """Work at the points of an operation by its hours: service, drive to the next, share of tips.

    `payload_kg` is that of the mean truck; 0: it takes nothing along. Of points visited every few
    days the day's share counts.
    """
    passes = work.visits.passes
    hours: dict[tuple[tuple[int, int], ...], float] = {}
    for row in tables.rows["points"]:
        if not collects(work, Stream(str(row["stream"])), str(row["kind"])):
            continue
        kg = float(row["demand_kg"]) / len(passes)
        seconds = work.base_s + work.per_bin_s * -(-kg // work.bin_kg)
        seconds += NEXT_S.get(work.streams[0], FAR_NEXT_S)
        seconds += TIP_S * kg / payload_kg if payload_kg else 0
        own = _windows(str(row["hours"])) if work.row_hours and row["hours"] else ()
        for one in passes:
            key = own or one.windows
            hours[key] = hours.get(key, 0.0) + seconds / 3600 / work.visits.every_days
    return [Work(windows=windows, hours=value) for windows, value in hours.items()]


def _windows(text: str) -> tuple[tuple[int, int], ...]:
    """Windows [s] of "06:30-09:00;18:00-20:30"."""

    def seconds(clock: str) -> int:
        hour, minute = clock.split(":")
        return int(hour) * 3600 + int(minute) * 60

    spans = (part.split("-") for part in text.split(";"))
    return tuple((seconds(begin), seconds(end)) for begin, end in spans)


def split_kg(total: int, count: int, rng: random.Random, *, spread: float) -> list[int]:
    """`count` multiples of `STEP_KG` from `STEP_KG` to `LARGEST_KG` that sum to `total` exactly."""
    weights = [min(4.0, rng.lognormvariate(0, spread)) for _ in range(count)]
    units = total // STEP_KG
    largest = LARGEST_KG // STEP_KG
    share = [max(1, min(largest, int(units * w / sum(weights)))) for w in weights]
    order = sorted(range(count), key=lambda k: -weights[k])
    left = units - sum(share)
    while left:
        for k in order:
            step = (left > 0) - (left < 0)
            if left and 1 <= share[k] + step <= largest:
                share[k] += step
                left -= step
    return [STEP_KG * amount for amount in share]


def draw_places(
    survey: Survey,
    weights: Mapping[str, float],
    count: int,
    rng: random.Random,
    *,
    outskirts: bool = False,
) -> list[tuple[int, float, float]]:
    """(arc, lon, lat) of places beside streets a heavy truck can drive, denser in the middle.

    With `outskirts` they lie in the outer half, the farther out the denser.
    """
    arcs = suitable_arcs(survey, weights)
    share = survey.distance_m[arcs] / survey.radius_m
    near = np.where(share > np.median(share), share, 0.0) if outskirts else np.exp(-share / 0.9)
    factor = np.array([weights.get(survey.network.road_class(arc)) or 0.1 for arc in arcs])
    cumulative = list(accumulate((near * factor * survey.network.length_m[arcs]).tolist()))
    places = []
    for _ in range(count):
        arc = int(arcs[min(bisect(cumulative, rng.random() * cumulative[-1]), len(arcs) - 1)])
        aside = survey.network.width_dm[arc] / 20 + 3.0
        if survey.network.reverse[arc] < 0:
            aside = min(aside, 9.0)
        places.append((arc, *survey.point(arc, rng.uniform(0.25, 0.75), aside)))
    return places


def suitable_arcs(survey: Survey, weights: Mapping[str, float]) -> np.ndarray:
    """Arcs where a stop may stand.

    The truck's, no bridge or tunnel, 25 m and more, of these classes; shorter ones or any class
    where the network has nothing better.
    """
    network = survey.network
    level = survey.truck & ~network.bridge & ~network.tunnel
    known = [k for k, name in enumerate(CLASSES) if weights.get(name, 0.0) > 0]
    for shortest in (25, 1):
        found = np.flatnonzero(level & np.isin(network.highway, known)
                               & (network.length_m >= shortest))  # fmt: skip
        if len(found) >= 2:
            return found
    return np.flatnonzero(survey.truck)
