"""A made-up district of the haul: stations in town, plants far out, trucks of two sizes.

Sizes and costs are those of the standard rule profile (DOMAIN 4.5, 4.7, 4.10); ten stations, 720 t
a day and four plants are the reference district's. Everything follows from the seed.
"""

from __future__ import annotations

import random
from math import hypot

from models.district import Stream
from models.ids import TruckShift
from models.station import HaulProblem, HaulTruck, Plant, Yard
from models.units import HOUR, MFEN_PER_CNY

TOWN_M = 12_000
"""Side of the square the stations lie in."""
PLANTS = (
    ("near", 15_000, 260),
    ("middle", 28_000, 240),
    ("far", 45_000, 200),
    ("away", 80_000, 120),
)
"""Name, distance from the town's centre [m] and quota [t a day]."""
DAY_T = 720
PRESS_KG_H, STORAGE_KG = 14_000, 45_000
GATE_CNY_T, DRIVER_CNY_H = 60, 45
SHIFTS = ((4.25, 11.75), (12.25, 19.75))
"""Hours on the road of a shift: 04:00-12:00 and 12:00-20:00 less the checks before and after."""
KINDS = (("hook", 14_000, 125, 3.75), ("semi", 25_000, 190, 4.65))
"""Name, load [kg], CNY a shift, CNY per km: hook-lift and semi-trailer."""
CIRCUITY = 1.3


def haul_town(*, trucks: int, stations: int = 10, semi: bool = False, seed: int = 1) -> HaulProblem:
    """A day of the haul with `trucks` trucks; with `semi`, every fourth of them a semi-trailer."""
    rng = random.Random(seed)
    places = {"depot": (0.0, 0.0), "depot2": (TOWN_M / 3, -TOWN_M / 3)}
    for number in range(stations):
        places[f"s{number}"] = (
            rng.uniform(-TOWN_M / 2, TOWN_M / 2),
            rng.uniform(-TOWN_M / 2, TOWN_M / 2),
        )
    for number, (name, metres, _) in enumerate(PLANTS):
        side = (-1) ** (number // 2)
        places[name] = (metres * side, 0.0) if number % 2 else (0.0, metres * side)
    shares = [rng.uniform(0.6, 1.4) for _ in range(stations)]
    return HaulProblem(
        yards=tuple(
            Yard(
                station=f"s{number}",
                stream=Stream.RESIDUAL,
                inflow=_tippings(rng, round(1_000 * DAY_T * share / sum(shares))),
                press_kg_h=PRESS_KG_H,
                storage_kg=STORAGE_KG,
                must_clear=True,
            )
            for number, share in enumerate(shares)
        ),
        plants=tuple(
            Plant(
                id=name,
                quota_kg=1_000 * quota,
                windows=((6 * HOUR, 20 * HOUR),),
                bays=4,
                gate_fee=GATE_CNY_T * MFEN_PER_CNY,
            )
            for name, _, quota in PLANTS
        ),
        trucks=tuple(_truck(number, semi=semi) for number in range(trucks)),
        travel={
            (frm, to): _way(places[frm], places[to]) for frm in places for to in places if frm != to
        },
    )


def _tippings(rng: random.Random, total_kg: int) -> tuple[tuple[int, int], ...]:
    """Collection trucks tip 4 t to 6 t at a time, two thirds before noon, from 04:30 to 16:00."""
    tippings = []
    left = total_kg
    while left > 0:
        kg = min(left, rng.randrange(4_000, 6_000, 10))
        early, late = (4.5, 10.5) if rng.random() < 2 / 3 else (12.0, 16.0)
        tippings.append((round(rng.uniform(early, late) * HOUR), kg))
        left -= kg
    return tuple(sorted(tippings))


def _truck(number: int, *, semi: bool) -> HaulTruck:
    name, payload, fixed_cny, cny_km = KINDS[semi and number % 4 == 3]
    begin, end = SHIFTS[number // 4 % 2]
    return HaulTruck(
        id=TruckShift(f"{name}{number}", ""),
        depot=("depot", "depot2")[number // 8 % 2],
        payload_kg=payload,
        begin=round(begin * HOUR),
        end=round(end * HOUR),
        fixed_cost=fixed_cny * MFEN_PER_CNY,
        cost_per_m=round(cny_km * MFEN_PER_CNY / 1_000),
        cost_per_s=round(DRIVER_CNY_H * MFEN_PER_CNY / HOUR),
    )


def _way(frm: tuple[float, float], to: tuple[float, float]) -> tuple[int, int]:
    """Seconds and metres: 30 km/h within ten kilometres, 55 km/h beyond."""
    metres = CIRCUITY * hypot(frm[0] - to[0], frm[1] - to[1])
    near = min(metres, 10_000.0)
    return round(near * 3.6 / 30 + (metres - near) * 3.6 / 55), round(metres)
