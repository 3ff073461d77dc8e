"""Depots, water points, tips, transfer stations and plants of the demo bureau."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.demo.points import suitable_arcs

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    from scenarios.demo.survey import Survey
    from scenarios.demo.tables import Cell, Tables

REFERENCE = {"station": 10, "depot": 3, "water": 12, "water_high": 6, "tip": 4}
OVERLOADED_SHARE = 0.6
"""Design capacity of an overloaded station against the waste nearest to it."""
ROOMY_SHARE = 1.4
TOTAL_SHARE = 1.12
"""Capacity of all stations against the waste of the district: it fits, but not where it falls."""
PRESS_T_H, AVAILABLE = 20.0, 0.7
"""One press, and the share of its rate that counts (domain brief 4.7)."""
BOX_T = 14
STATION_HOURS = "04:00-27:00"
"""Haul trucks dock after the last collection truck has tipped."""
FLOOR_DAYS = BOX_DAYS = 0.25
"""Storage on the floor and in boxes, in days of the design: half a day together (brief 4.7)."""
DAY_AND_NIGHT = "24h"
PLANTS: tuple[tuple[str, str, float, float, float, float, str], ...] = (
    # id, name, km, km/h, share of the waste it takes, CNY/t, hours
    ("P1", "遥湖生活垃圾焚烧厂", 15, 45, 0.34, 62.0, "24h"),
    ("P2", "新港环保热电厂", 28, 50, 0.36, 54.5, "05:00-23:00"),
    ("P3", "金塘生活垃圾焚烧厂", 46, 55, 0.32, 60.0, "06:00-20:00"),
    ("P4", "溧山水泥窑协同处置中心", 78, 58, 0.30, 67.0, "06:00-20:00"),
)
LEAST_BAYS = 4
"""A plant has so many tipping bays at least (memory: small halls)."""
BAY_T = 120
"""A tipping bay is built for so many tonnes a day (chosen: with 250, queues at the gates of a city
cost a tenth of its waste, as trucks come within a few hours)."""
KITCHEN_PLANT_KM = 7.0
KITCHEN_BAYS = 1.0
"""The kitchen-waste plant has so many bays for each reference district (chosen)."""
KITCHEN_UNIT = "餐厨垃圾就地处理站"
ROADSIDE = {"secondary": 1.0, "tertiary": 1.0, "unclassified": 0.8, "residential": 0.6,
            "primary": 0.3, "road": 0.5, "living_street": 0.1}  # fmt: skip
HOMELY = {"residential": 1.0, "living_street": 0.8, "unclassified": 0.3, "tertiary": 0.5}
QUIET = {"unclassified": 1.0, "tertiary": 1.0, "secondary": 1.0, "residential": 0.4}
STATION_NAMES = ("五塘角", "浦新村", "北环", "东郊", "茶亭", "采荷", "雕桥", "红杏", "永宁", "青龙")
DEPOT_NAMES = ("城北", "城南", "城东")


@dataclass(frozen=True, slots=True)
class Spread:
    """Some places that share a cloud of weighted points evenly (k-means); `weight` of each."""

    centres: NDArray[np.float64]
    weight: NDArray[np.float64]


def count_of(kind: str, scale: float) -> int:
    """Sites of a kind at a scale, at least one (depots at least one per 40 % of the reference)."""
    return max(1, round(REFERENCE[kind] * scale))


def numbered(names: tuple[str, ...], k: int) -> str:
    """Name k; from the end of the list on they come again with a number."""
    lap, place = divmod(k, len(names))
    return names[place] if not lap else f"{names[place]}{lap + 1}"


def lay_sites(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """All facilities; needs the points, because stations stand where the waste is."""
    _lay_depots(survey, tables, rng)
    _lay_water(survey, tables, rng)
    _lay_tips(survey, tables, rng)
    _lay_stations(survey, tables, rng)
    _lay_plants(survey, tables)


def spread(xy: NDArray[np.float64], weight: NDArray[np.float64], count: int) -> Spread:
    """k-means of weighted places from a farthest-point start; the same input, the same places."""
    middle = np.average(xy, axis=0, weights=weight)
    chosen = [int(np.argmin(np.hypot(*(xy - middle).T)))]
    gap = np.hypot(*(xy - xy[chosen[0]]).T)
    while len(chosen) < count:
        chosen.append(int(np.argmax(gap * np.sqrt(weight))))
        gap = np.minimum(gap, np.hypot(*(xy - xy[chosen[-1]]).T))
    centres = xy[chosen].astype(np.float64)
    for _ in range(12):
        owner = nearest(xy, centres)
        for k in range(count):
            if (owner == k).any():
                centres[k] = np.average(xy[owner == k], axis=0, weights=weight[owner == k])
    return Spread(centres, np.bincount(nearest(xy, centres), weight, count).astype(np.float64))


def nearest(xy: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Index of the nearest centre of each place."""
    return np.asarray(((xy[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1))


def streets_of(survey: Survey) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles and lengths of the truck's streets in care."""
    arcs = np.flatnonzero(survey.truck)
    return survey.xy[arcs], survey.network.length_m[arcs].astype(float)


def beside(
    survey: Survey, place: NDArray[np.float64], roads: dict[str, float], rng: random.Random
) -> tuple[float, float]:
    """(lon, lat) beside the nearest suitable street of the preferred classes."""
    arcs = suitable_arcs(survey, roads)
    favour = np.array([roads.get(survey.network.road_class(arc)) or 0.1 for arc in arcs])
    away = (np.hypot(*(survey.xy[arcs] - place).T) + 30) / favour
    arc = int(arcs[int(away.argmin())])
    aside = min(9.0, survey.network.width_dm[arc] / 20 + 4.0)
    return survey.point(arc, rng.uniform(0.35, 0.65), aside)


def _lay_depots(survey: Survey, tables: Tables, rng: random.Random) -> None:
    count = count_of("depot", survey.scale)
    centres = spread(*streets_of(survey), count).centres
    outward = survey.xy[survey.own].mean(axis=0)
    for k, centre in enumerate(centres):
        lon, lat = beside(survey, outward + 1.25 * (centre - outward), QUIET, rng)
        tables.add("facilities", {
            "id": f"D{k + 1}", "name": f"{numbered(DEPOT_NAMES, k)}环卫停车场",
            "kind": "depot", "lon": lon, "lat": lat, "hours": DAY_AND_NIGHT, "service_min": 0,
            "land_m2": 6_000,
        })  # fmt: skip


def _lay_water(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """Municipal hydrants take 20 min a tank, high-pressure points 8 min."""
    high = count_of("water_high", survey.scale)
    count = max(2, count_of("water", survey.scale)) + high
    centres = spread(*streets_of(survey), count).centres
    for k, centre in enumerate(centres):
        fast = k % 3 == 0 and k // 3 < high
        lon, lat = beside(survey, centre, ROADSIDE, rng)
        tables.add("facilities", {
            "id": f"W{k + 1:02d}", "name": f"{'高压' if fast else '市政'}取水点{k + 1}",
            "kind": "water", "lon": lon, "lat": lat, "hours": DAY_AND_NIGHT,
            "service_min": 8 if fast else 20, "bays": 2 if fast else 1,
            "note": "再生水" if fast else "市政绿色取水栓",
        })  # fmt: skip


def _lay_tips(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """Tips for sweepings, and a small unit for kitchen waste in each reference district."""
    centres = spread(*streets_of(survey), count_of("tip", survey.scale)).centres
    for k, centre in enumerate(centres):
        lon, lat = beside(survey, centre, QUIET, rng)
        tables.add("facilities", {
            "id": f"T{k + 1}", "name": f"清扫垃圾倾倒点{k + 1}", "kind": "tip", "lon": lon,
            "lat": lat, "hours": DAY_AND_NIGHT, "streams": "sweepings", "service_min": 10,
            "bays": 3,
        })  # fmt: skip
    kitchen = sum(float(row["demand_kg"]) for row in tables.rows["points"]
                  if row["stream"] == "kitchen") / 1000  # fmt: skip
    units = max(1, round(survey.scale))
    for k in range(units):
        lon, lat = beside(survey, centres[k * len(centres) // units] + 400, QUIET, rng)
        tables.add("facilities", {
            "id": f"T{len(centres) + 1 + k}", "name": numbered((KITCHEN_UNIT,), k), "kind": "tip",
            "lon": lon, "lat": lat, "hours": DAY_AND_NIGHT, "streams": "kitchen",
            "service_min": 10, "bays": 2,
            "daily_quota_t": max(6, math.ceil(0.45 * kitchen / units)),
        })  # fmt: skip


def _lay_stations(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """Stations in the middle of the waste; the two with most nearby are too small for it."""
    network = survey.network
    rows = [row for row in tables.rows["points"] if row["stream"] == "residual"]
    kg = np.array([float(row["demand_kg"]) for row in rows])
    lonlat = np.array([[float(row["lon"]), float(row["lat"])] for row in rows])
    xy = network.to_xy(lonlat[:, 0], lonlat[:, 1])
    count = min(count_of("station", survey.scale), len(rows))
    shares = spread(xy, kg, count)
    centres = shares.centres
    overloaded = np.argsort(-shares.weight, kind="stable")[: min(2, count // 2)].tolist()
    homely = _homely(survey, centres, overloaded)
    places = []
    for k, centre in enumerate(centres):
        target, roads = (homely[k], HOMELY) if k in homely else (centre, ROADSIDE)
        places.append(beside(survey, target, roads, rng))
    sites = network.to_xy(*np.array(places).T)
    near_t = np.bincount(nearest(xy, sites), kg, count) / 1000
    design = _designs(near_t, overloaded, float(kg.sum()) / 1000)
    for k, (lon, lat) in enumerate(places):
        presses = max(1, math.ceil(max(near_t[k], design[k]) / 8 / (AVAILABLE * PRESS_T_H)))
        row: dict[str, Cell] = {
            "id": f"S{k + 1:02d}", "name": f"{numbered(STATION_NAMES, k)}垃圾转运站",
            "kind": "station", "lon": lon, "lat": lat, "hours": STATION_HOURS,
            "streams": "residual", "service_min": 10,
            "bays": max(2, math.ceil(near_t[k] / 40)), "design_t": design[k],
            "press_t_h": PRESS_T_H * presses, "storage_t": math.ceil(FLOOR_DAYS * design[k]),
            "box_t": BOX_T, "boxes": max(2, math.ceil(BOX_DAYS * design[k] / BOX_T)),
            "clear_daily": "yes",
            "technology": "垂直压缩" if k % 3 else "水平压缩", "status": "open",
            "land_m2": 900 + 18 * design[k],
        }  # fmt: skip
        notes = ["负荷超过设计能力"] if k in overloaded else []
        notes += ["紧邻住宅小区和小学,信访较多"] if k in homely else []
        tables.add("facilities", row | ({"note": ";".join(notes)} if notes else {}))


def _homely(
    survey: Survey, centres: NDArray[np.float64], overloaded: list[int]
) -> dict[int, NDArray[np.float64]]:
    """Two other stations that stand near homes and a school, and where.

    Without a map of schools: the two in the middle of the town.
    """
    if len(centres) < 3:
        return {}
    found: dict[int, NDArray[np.float64]] = {}
    schools = survey.schools
    for k in np.argsort(np.hypot(*(centres - survey.xy[survey.own].mean(axis=0)).T)).tolist():
        if len(found) == 2:
            break
        if k in overloaded:
            continue
        if not len(schools):
            found[k] = centres[k]
            continue
        away = np.hypot(*(schools - centres[k]).T)
        taken = [tuple(place) for place in found.values()]
        school = schools[int(away.argmin())]
        if away.min() < 900 and tuple(school) not in taken:
            found[k] = school
    return found


def _designs(near_t: NDArray[np.float64], overloaded: list[int], total_t: float) -> list[int]:
    """Design capacities [t/d] in steps of 5 t, together `TOTAL_SHARE` of the waste or more."""
    design = [
        max(10, 5 * math.floor(OVERLOADED_SHARE * tonnes / 5))
        if k in overloaded
        else max(15, 5 * math.ceil(ROOMY_SHARE * tonnes / 5))
        for k, tonnes in enumerate(near_t.tolist())
    ]
    others = [k for k in range(len(design)) if k not in overloaded]
    while sum(design) < TOTAL_SHARE * total_t:
        for k in others:
            design[k] += 5
    return design


def _lay_plants(survey: Survey, tables: Tables) -> None:
    """Far plants behind gateways at the map's edge, one per direction; a kitchen-waste plant."""
    total_t = sum(float(row["demand_kg"]) for row in tables.rows["points"]
                  if row["stream"] == "residual") / 1000  # fmt: skip
    gates = gateways(survey)
    for k, (site, name, km, speed, share, fee, hours) in enumerate(PLANTS):
        lon, lat = gates[k % len(gates)]
        quota_t = max(10, 5 * math.ceil(share * total_t / 5))
        tables.add("facilities", {
            "id": site, "name": name, "kind": "plant", "lon": lon, "lat": lat, "hours": hours,
            "streams": "residual", "service_min": 25,
            "bays": max(LEAST_BAYS, math.ceil(quota_t / BAY_T)),
            "access_min": round(60 * km / speed), "access_km": km,
            "daily_quota_t": quota_t, "gate_fee_cny_t": fee,
        })  # fmt: skip
    lon, lat = gates[-1]
    tables.add("facilities", {
        "id": "P5", "name": "餐厨废弃物资源化利用中心", "kind": "plant", "lon": lon, "lat": lat,
        "hours": DAY_AND_NIGHT, "streams": "kitchen", "service_min": 15,
        "bays": max(LEAST_BAYS, math.ceil(KITCHEN_BAYS * survey.scale)),
        "access_min": round(60 * KITCHEN_PLANT_KM / 45), "access_km": KITCHEN_PLANT_KM,
        "gate_fee_cny_t": 120,
    })  # fmt: skip


def gateways(survey: Survey) -> list[tuple[float, float]]:
    """(lon, lat) on the largest roads farthest out, in four directions of the compass."""
    network = survey.network
    arcs = np.flatnonzero(survey.truck)
    offset = survey.xy[arcs] - survey.xy[survey.own].mean(axis=0)
    rank = {"trunk": 1.3, "primary": 1.25, "secondary": 1.0, "tertiary": 0.8}
    weight = np.array([rank.get(network.road_class(arc), 0.5) for arc in arcs.tolist()])
    gates = []
    for angle in (math.radians(100), math.radians(10), math.radians(190), math.radians(280)):
        out = (offset @ np.array([math.cos(angle), math.sin(angle)])) * weight
        arc = int(arcs[int(out.argmax())])
        gates.append(survey.point(arc, 0.5, 4.0))
    return gates
