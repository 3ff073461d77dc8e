"""What the full demo has beside sweeping, washing, residual and kitchen waste: further streams.

Recyclables (boxes, points - station - sorting centre), hazardous waste (boxes - store),
construction and renovation waste (estate yards, appointments - hubs - disposal), villages, litter
boxes, toilets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.demo.points import SHOP_WEIGHTS, WEIGHTS, draw_places, split_kg
from scenarios.demo.sites import DAY_AND_NIGHT, QUIET, STATION_HOURS, beside, gateways, spread
from scenarios.demo.sites import streets_of as streets

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from scenarios.demo.names import Names
    from scenarios.demo.survey import Survey
    from scenarios.demo.tables import Cell, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Stops of one kind: `count` of them in the reference district, `least` in any.

    Each holds `mean_kg` on average on a day it is visited; `title` is what follows its estate's or
    street's name.
    """

    prefix: str
    kind: str
    stream: str
    title: str
    count: int
    least: int
    mean_kg: int
    hours: str
    weights: Mapping[str, float]
    outskirts: bool = False
    """Whether they lie in the outer half of the district."""


STOPS = (
    Stops(prefix="RB", kind="recycle_box", stream="recyclable", title="智能回收箱", count=605,
          least=8, mean_kg=110, hours="06:30-20:00", weights=WEIGHTS),
    Stops(prefix="RP", kind="recycle_point", stream="recyclable", title="回收点", count=40,
          least=2, mean_kg=150, hours="08:00-18:00", weights=SHOP_WEIGHTS),
    Stops(prefix="HB", kind="hazard_box", stream="hazardous", title="有害垃圾箱", count=300,
          least=28, mean_kg=20, hours="08:30-17:00", weights=WEIGHTS),
    Stops(prefix="CY", kind="estate_yard", stream="construction", title="建筑垃圾临时堆放点",
          count=111, least=6, mean_kg=1_800, hours="08:00-18:00", weights=WEIGHTS),
    Stops(prefix="VR", kind="village", stream="residual", title="村收集点", count=60, least=4,
          mean_kg=350, hours="05:00-11:30", weights=WEIGHTS, outskirts=True),
    Stops(prefix="VK", kind="village", stream="kitchen", title="村厨余点", count=60, least=4,
          mean_kg=90, hours="05:00-11:30", weights=WEIGHTS, outskirts=True),
    Stops(prefix="LB", kind="litter_box", stream="residual", title="果皮箱", count=1_200, least=30,
          mean_kg=16, hours="", weights=SHOP_WEIGHTS),
    Stops(prefix="SH", kind="shop", stream="residual", title="沿街商铺", count=1_250, least=40,
          mean_kg=12, hours="", weights=SHOP_WEIGHTS),
    Stops(prefix="GC", kind="toilet", stream="sewage", title="公厕", count=90, least=5,
          mean_kg=1_500, hours="", weights=SHOP_WEIGHTS),
)  # fmt: skip
"""Counts and amounts of the reference district: boxes C24 (605; 100-132 kg a box and day), yards as
many as sorting rooms (C01), the others from memory. Without hours those of the operation hold."""
CANTEENS = (
    Stops(prefix="KC", kind="canteen", stream="kitchen", title="食堂", count=148, least=2,
          mean_kg=150, hours="09:00-11:30;13:30-17:00", weights=SHOP_WEIGHTS),
)  # fmt: skip
"""With the restaurants they are 948 producers of kitchen waste in the reference district (C06)."""
SITES = {"recyclable": 2, "construction": 3}
"""Stations of a stream in the reference district (C19, D01)."""
SITE_NAMES = {"recyclable": "可回收物中转站", "construction": "建筑垃圾集中转运点"}
BOX_T = {"recyclable": 6, "construction": 14}
"""What a haul box holds [t] (memory: recyclables are light)."""
ROOMY_SHARE = 1.5
"""A station of these streams is designed for so many times its share of the day (chosen)."""
SINKS = (
    # id, name, stream, km, km/h, CNY/t
    ("P6", "区再生资源分拣中心", "recyclable", 6.0, 45, 10.0),
    ("P7", "建筑垃圾资源化利用厂", "construction", 18.0, 45, 45.0),
)
KITCHEN_SPARE = "P1"
"""The incinerator that takes kitchen waste on days when its own plant cannot (C29)."""
NO_CONTRACT, ENDED = 0.1, 0.05
"""Shares of producers without a contract, and with one that has ended: 805 of 948 hold one (C06,
C21)."""
TOWNS = ("东桥镇", "西庄镇", "北塘镇", "南闸镇")
"""Towns east, west, north and south of the middle."""
BIN_KG = 100
"""A bin of 120 l of kitchen waste holds so many kilograms (P37)."""
MUCK_DISPOSALS = (
    ("XN1", "东郊消纳场", "渣土:600;泥浆:150", 1),
    ("XN2", "北郊土方银行", "渣土:400", 3),
)
"""Disposal sites of muck: id, name, limits [t/d] and the gateway each lies at (chosen; B13)."""
MUCK_PERMITS = (
    ("XN1", "渣土", 136, "22:00-06:00+1", "no"),
    ("XN1", "泥浆", 85, "22:00-06:00+1", "no"),
    ("XN2", "渣土", 102, "22:00-06:00+1", "no"),
    ("XN1", "渣土", 119, "09:00-16:00", "yes"),
    ("XN2", "渣土", 68, "09:00-11:00;22:00-02:00+1", "yes"),
    ("XN2", "渣土", 51, "23:00-05:00+1", "no"),
)
"""Permits of muck trucks: disposal site, material, tonnes a day, hours, active safety (chosen)."""
APPOINTMENTS = (
    # id, operation, window, kg, minutes, note
    ("A1", "collect_construction", "09:00-12:00", 900, 15, "业主预约:装修垃圾"),
    ("A2", "collect_construction", "14:00-17:30", 1_400, 20, "业主预约:装修垃圾"),
    ("A3", "collect_hazardous", "09:00-16:30", 25, 10, "单位预约:废灯管、废电池"),
    ("A4", "empty_toilet", "09:00-16:30", 1_500, 20, "公厕化粪池将满"),
)  # fmt: skip
PATCH_T = 60
"""Tonnes of a dump patch that the satellite map shows, cleared in 20 days (D05; chosen)."""


def lay_more_points(
    survey: Survey,
    tables: Tables,
    names: Names,
    rng: random.Random,
    stops: Sequence[Stops] = STOPS,
) -> None:
    """Stops of the further streams, each set's tonnage split exactly."""
    for one in stops:
        count = max(one.least, round(one.count * survey.scale))
        demands = split_kg(count * one.mean_kg, count, rng, spread=0.4)
        places = draw_places(survey, one.weights, count, rng, outskirts=one.outskirts)
        for number, (kg, (arc, lon, lat)) in enumerate(zip(demands, places, strict=True), 1):
            street = survey.network.street(arc) or "小区内道路"
            where = street if one.weights is SHOP_WEIGHTS else names.draw("estate")
            tables.add("points", {
                "id": f"{one.prefix}{number:03d}", "name": f"{where}{one.title}",
                "kind": one.kind, "stream": one.stream, "lon": lon, "lat": lat,
                "demand_kg": kg, "hours": one.hours, "own_side": "no",
                "town": town_of(survey, lon, lat) if one.outskirts else "",
            })  # fmt: skip


def lay_more_sites(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """Stations, plants and stores of the further streams."""
    for stream in SITES:
        _lay_stations(survey, tables, stream, rng)
    for row in tables.rows["facilities"]:
        if row["id"] == KITCHEN_SPARE:
            row["spare_for"] = "kitchen"
    gates = gateways(survey)
    for number, (site, name, stream, km, speed, fee) in enumerate(SINKS):
        lon, lat = gates[(number + 1) % len(gates)]
        tables.add("facilities", {
            "id": site, "name": name, "kind": "plant", "lon": lon, "lat": lat,
            "hours": DAY_AND_NIGHT, "streams": stream, "service_min": 15, "bays": 3,
            "access_min": round(60 * km / speed), "access_km": km, "gate_fee_cny_t": fee,
        })  # fmt: skip
    lon, lat = beside(survey, survey.xy[survey.own].mean(axis=0), QUIET, rng)
    tables.add("facilities", {
        "id": "H1", "name": "有害垃圾暂存点", "kind": "tip", "lon": lon, "lat": lat,
        "hours": "08:00-18:00", "streams": "hazardous", "service_min": 15, "bays": 1,
    })  # fmt: skip
    lon, lat = beside(survey, survey.xy[survey.own].mean(axis=0) + 600, QUIET, rng)
    tables.add("facilities", {
        "id": "F1", "name": "粪污预处理站", "kind": "tip", "lon": lon, "lat": lat,
        "hours": "06:00-20:00", "streams": "sewage", "service_min": 12, "bays": 2,
    })  # fmt: skip


def _lay_stations(survey: Survey, tables: Tables, stream: str, rng: random.Random) -> None:
    """Stations of one stream, spread over the streets, each with room for its share of the day."""
    count = max(1, round(SITES[stream] * survey.scale))
    total_t = stream_t(tables, stream)
    design = max(5, math.ceil(ROOMY_SHARE * total_t / count))
    for number, centre in enumerate(spread(*streets(survey), count).centres, start=1):
        lon, lat = beside(survey, centre, QUIET, rng)
        row: dict[str, Cell] = {
            "id": f"{stream[0].upper()}S{number}", "name": f"{SITE_NAMES[stream]}{number}",
            "kind": "station", "lon": lon, "lat": lat, "hours": STATION_HOURS, "streams": stream,
            "service_min": 10, "bays": max(2, math.ceil(design / 40)), "design_t": design,
            "storage_t": design, "box_t": BOX_T[stream], "boxes": 3, "clear_daily": "yes",
            "status": "open", "land_m2": 800,
        }  # fmt: skip
        tables.add("facilities", row)


def town_of(survey: Survey, lon: float, lat: float) -> str:
    """The town of a village by where it lies from the middle of the streets."""
    x, y = survey.network.to_xy(np.array([lon]), np.array([lat]))[0] - survey.xy.mean(axis=0)
    if abs(x) > abs(y):
        return TOWNS[0] if x > 0 else TOWNS[1]
    return TOWNS[2] if y > 0 else TOWNS[3]


def stream_t(tables: Tables, stream: str) -> float:
    """Tonnes of all points of a stream, as if each were visited on the day."""
    rows = tables.rows["points"]
    return sum(float(row["demand_kg"]) for row in rows if row["stream"] == stream) / 1000


def lay_contracts(tables: Tables, kind_of_point: str, rng: random.Random) -> None:
    """A contract for most producers of a kind (C06); a few have ended, some have none."""
    first = 1 + 1_000 * (kind_of_point != "restaurant")
    producers = (row for row in tables.rows["points"] if row["kind"] == kind_of_point)
    for number, row in enumerate(producers, start=first):
        kind = rng.random()
        if kind < NO_CONTRACT:
            continue
        year = 2025 if kind < NO_CONTRACT + ENDED else 2027
        tables.add("contracts", {
            "id": f"CY{number:04d}", "point": row["id"], "company": row["name"],
            "begin": f"{year - 2}-01-01", "end": f"{year}-12-31",
            "bins": max(1, round(float(row["demand_kg"]) / BIN_KG)), "bin_l": 120,
        })  # fmt: skip


def lay_appointments(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """Pick-ups that were asked for by telephone."""
    places = draw_places(survey, WEIGHTS, len(APPOINTMENTS), rng)
    for (order, operation, window, kg, minutes, note), (_, lon, lat) in zip(
        APPOINTMENTS, places, strict=True
    ):
        tables.add("orders", {
            "id": order, "operation": operation, "window": window, "lon": lon, "lat": lat,
            "demand_kg": kg, "service_min": minutes, "note": note,
        })  # fmt: skip


def lay_patch(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """A dump patch in the outskirts, to be cleared by its deadline."""
    ((_, lon, lat),) = draw_places(survey, WEIGHTS, 1, rng, outskirts=True)
    kg = round(1_000 * max(6.0, PATCH_T * survey.scale))
    tables.add("orders", {
        "id": "T1", "operation": "collect_construction", "window": "08:00-18:00", "lon": lon,
        "lat": lat, "demand_kg": kg, "service_min": 30, "begin": "2026-05-11",
        "end": "2026-05-30", "spread": "yes", "note": "卫星图斑:限期清理",
    })  # fmt: skip


def name_supervisors(tables: Tables) -> None:
    """Somebody watches every sorting room."""
    rooms = (row for row in tables.rows["points"] if row["kind"] == "room")
    for number, row in enumerate(rooms, start=1):
        row["supervisor"] = f"督导员{number:03d}"


def lay_muck(survey: Survey, tables: Tables, rng: random.Random) -> None:
    """Disposal sites at the gateways of the district, and permits of building sites within it."""
    gates = gateways(survey)
    for site, name, limits, gate in MUCK_DISPOSALS:
        lon, lat = gates[gate]
        row: dict[str, Cell] = {"id": site, "name": name, "lon": lon, "lat": lat, "limits": limits}
        tables.add("disposals", row)
    truck = np.flatnonzero(survey.truck)
    for number, (site, material, tonnes, hours, safe) in enumerate(MUCK_PERMITS, start=1):
        arc = int(rng.choice(truck))
        lon, lat = survey.point(arc, 0.5, 12.0)
        street = survey.network.street(arc) or "示范路"
        tables.add("permits", {
            "id": f"ZT{number:03d}", "company": f"示范渣土运输{1 + number % 3}公司",
            "plate": f"苏F{80_000 + number}", "site": f"{street}{number}号工地", "lon": lon,
            "lat": lat, "disposal": site, "material": material, "tonnes_t": tonnes, "hours": hours,
            "active_safety": safe, "begin": "2026-01-01", "end": "2027-12-31",
        })  # fmt: skip
