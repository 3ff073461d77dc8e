"""Vehicles and drivers of the demo bureau, as many as the work of the day needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.district import ShiftPattern
from models.units import HOUR
from scenarios.demo.points import point_work
from scenarios.demo.sizing import street_work, vehicles_needed
from scenarios.demo.streets import cleaning_classes

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from models.trade.rules import RuleProfile
    from scenarios.demo.names import Names
    from scenarios.demo.sizing import Work
    from scenarios.demo.survey import Survey
    from scenarios.demo.tables import Cell, Tables

SHIFTS = (
    ShiftPattern(id="early", begin=4 * HOUR, end=12 * HOUR, meal=(7 * HOUR, 9 * HOUR)),
    ShiftPattern(id="mid", begin=12 * HOUR, end=20 * HOUR, meal=(16 * HOUR, 18 * HOUR)),
    ShiftPattern(id="late", begin=14 * HOUR, end=22 * HOUR, meal=(17 * HOUR, 19 * HOUR)),
    ShiftPattern(id="night", begin=20 * HOUR, end=28 * HOUR, meal=(23 * HOUR, 25 * HOUR)),
)
LAST_END = {"early": "12:00", "mid": "20:00", "late": "22:00", "night": "04:00"}
"""End of the shift before, the day before: everybody has rested 11 h."""
RESERVE_SHARE = 0.15
HAUL_T = 14.0
"""A load (domain brief 4.5: 14 t a trip)."""
IN_TOWN_H = 0.25
"""From a station to the map's edge."""
AT_ENDS_H = 0.7
"""Swap of boxes at the station, weighing, queue and tip at the plant."""
LATE_HAUL = (0, 1, 3)
"""Of every five haul trucks, those that clear the stations at night: a third of the day's waste is
tipped in the last two hours of the collection, and all of it leaves the same day. The others are
out over the change of shifts, when most is tipped."""
HAUL_DAY_H = 13.5
"""Hours on the road of a truck in two shifts."""
SPARE_EACH = 10
"""One haul truck in so many is a spare, at least one (chosen: the demo's eleven have one; with one
among thirty, a day of Jinan at 3.5 districts left 130 t that no truck came for in time)."""
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Vehicles of one operation: which types in which shares, in which shifts."""

    operation: str
    shifts: tuple[str, ...]
    mix: Mapping[str, float]
    dead_share: float
    """Share of the time between tasks spent driving without work."""


FLEETS = (
    Fleet(operation="sweep", shifts=("early", "mid"), dead_share=0.26,
          mix={"sw_l": 0.62, "ws_l": 0.2, "ws_e": 0.1, "sw_s": 0.08}),
    Fleet(operation="flush", shifts=("night",), dead_share=0.15,
          mix={"fl_16": 0.85, "fl_10": 0.15}),
    Fleet(operation="fog", shifts=("early", "mid"), dead_share=0.22, mix={"fog": 1.0}),
    Fleet(operation="sidewalk_wash", shifts=("night",), dead_share=0.08, mix={"lp": 1.0}),
    Fleet(operation="collect_residual", shifts=("early", "mid"), dead_share=0.06,
          mix={"cp_18": 0.56, "cp_12": 0.36, "cp_8": 0.08}),
    Fleet(operation="collect_kitchen", shifts=("early", "mid", "night"), dead_share=0.08,
          mix={"kw_8": 0.6, "kw_5": 0.4}),
)  # fmt: skip
MORE_FLEETS = (
    Fleet(operation="collect_recyclable", shifts=("early", "mid"), dead_share=0.1,
          mix={"rc_4": 0.6, "rc_2": 0.4}),
    Fleet(operation="collect_hazardous", shifts=("early", "mid"), dead_share=0.3,
          mix={"hz_1": 1.0}),
    Fleet(operation="collect_construction", shifts=("early", "mid"), dead_share=0.2,
          mix={"cw_8": 0.7, "cw_3": 0.3}),
    Fleet(operation="collect_rural", shifts=("early", "mid"), dead_share=0.3, mix={"rv_4": 1.0}),
    Fleet(operation="collect_litter", shifts=("early", "mid"), dead_share=0.2, mix={"lb_1": 1.0}),
    Fleet(operation="collect_bell", shifts=("late",), dead_share=0.2, mix={"bl_2": 1.0}),
    Fleet(operation="clean_toilet", shifts=("early", "mid"), dead_share=0.2, mix={"tv_1": 1.0}),
    Fleet(operation="empty_toilet", shifts=("early", "mid"), dead_share=0.3, mix={"sx_5": 1.0}),
    Fleet(operation="disinfect", shifts=("early", "mid"), dead_share=0.2, mix={"ds_1": 1.0}),
    Fleet(operation="wash_point", shifts=("early", "mid"), dead_share=0.2, mix={"hp": 1.0}),
    Fleet(operation="slow_lane_wash", shifts=("night",), dead_share=0.2, mix={"hp": 1.0}),
    Fleet(operation="alley_wash", shifts=("early", "mid"), dead_share=0.3, mix={"yh": 1.0}),
    Fleet(operation="sidewalk_wash_small", shifts=("early", "mid"), dead_share=0.3,
          mix={"yh": 1.0}),
    Fleet(operation="sprinkle", shifts=("early", "mid"), dead_share=0.2, mix={"fl_16": 1.0}),
)  # fmt: skip
"""What the full demo has beside; shares of driving from memory."""


def lay_staff(
    survey: Survey,
    tables: Tables,
    rules: RuleProfile,
    names: Names,
    rng: random.Random,
    *,
    fleets: Sequence[Fleet] = FLEETS,
) -> dict[str, int]:
    """Vehicles, then drivers for every vehicle and shift; returns the vehicles by operation."""
    ground = cleaning_classes(survey, tables, rules)
    counts: dict[str, int] = {}
    rota = _Rota(tables, rng)
    for fleet in fleets:
        works = _works(fleet, survey, tables, rules, ground)
        patterns = [pattern for pattern in SHIFTS if pattern.id in fleet.shifts]
        by_day, by_night = _reached(works, patterns)
        count = vehicles_needed(by_day, patterns, dead_share=fleet.dead_share)
        again = vehicles_needed(by_night, SHIFTS[-1:], dead_share=fleet.dead_share)
        again = again if any(work.hours for work in by_night) else 0
        counts[fleet.operation] = count
        for k, kind in enumerate(_kinds(fleet.mix, count)):
            shifts = (*fleet.shifts, "night") if k < again else fleet.shifts
            rota.add_vehicle(kind, shifts, fleet.operation)
    streams = dict.fromkeys(
        str(row["streams"]) for row in tables.rows["facilities"] if row["kind"] == "station"
    )
    haul = sum(_haul_trucks(tables, stream) for stream in streams)
    counts["haul"] = haul
    for k, kind in enumerate(_kinds({"hl_15": 0.75, "semi_25": 0.25}, haul)):
        rota.add_vehicle(kind, ("mid", "night") if k % 5 in LATE_HAUL else ("early", "late"), "")
    rota.add_drivers(rules, names)
    return counts


def _works(
    fleet: Fleet,
    survey: Survey,
    tables: Tables,
    rules: RuleProfile,
    ground: tuple[list[str], NDArray[np.bool_]],
) -> list[Work]:
    """Work of the fleet's operation on a heavy day."""
    points = rules.operations[fleet.operation].points
    if points is None:
        classes, core = ground
        return street_work(survey.network, classes, rules, fleet.operation, fleet.mix, core=core)
    payload = sum(share * rules.vehicles[kind].waste_kg for kind, share in fleet.mix.items())
    return point_work(tables, points, payload)


def _reached(works: list[Work], patterns: list[ShiftPattern]) -> tuple[list[Work], list[Work]]:
    """Work whose windows open before the last of the shifts is nearly over, and the other."""
    latest = max(pattern.end for pattern in patterns) - HOUR
    day = [work for work in works if any(begin < latest for begin, _ in work.windows)]
    return day, [work for work in works if work not in day]


def _kinds(mix: Mapping[str, float], count: int) -> list[str]:
    """`count` vehicle types in these shares (largest remainders), the most common first."""
    whole = {kind: math.floor(share * count) for kind, share in mix.items()}
    rest = sorted(mix, key=lambda kind: (whole[kind] - mix[kind] * count, -mix[kind]))
    for kind in rest[: count - sum(whole.values())]:
        whole[kind] += 1
    return [kind for kind in mix for _ in range(whole[kind])]


def _haul_trucks(tables: Tables, stream: str) -> int:
    """Haul trucks of a stream: loads to the nearest plants by quota, hours of trips, and spares."""
    left_t = sum(float(row["demand_kg"]) for row in tables.rows["points"]
                 if row["stream"] == stream) / 1000  # fmt: skip
    hours = 0.0
    for plant in tables.rows["facilities"]:
        if plant["kind"] != "plant" or plant["streams"] != stream:
            continue
        taken = min(left_t, float(plant.get("daily_quota_t", left_t)))
        left_t -= taken
        round_trip = 2 * float(plant["access_min"]) / 60 + 2 * IN_TOWN_H + AT_ENDS_H
        hours += math.ceil(taken / HAUL_T) * round_trip
    needed = math.ceil(hours / HAUL_DAY_H)
    return needed + max(1, -(-needed // SPARE_EACH))


class _Rota:
    """Vehicles as they are added, depots in turn, and the drivers they need."""

    def __init__(self, tables: Tables, rng: random.Random) -> None:
        self._tables = tables
        self._rng = rng
        self._depots = [str(row["id"]) for row in tables.rows["facilities"]
                        if row["kind"] == "depot"]  # fmt: skip
        self._number: dict[str, int] = {}

    def add_vehicle(self, kind: str, shifts: tuple[str, ...], operation: str) -> None:
        """One vehicle with a plate of its own."""
        number = self._number[kind] = self._number.get(kind, 0) + 1
        letters = PLATE_LETTERS[self._rng.randrange(len(PLATE_LETTERS))]
        row: dict[str, Cell] = {
            "id": f"{kind.upper()}-{number:02d}",
            "plate": f"苏D{letters}{len(self._tables.rows['vehicles']) + 1:03d}"
            f"{self._rng.randrange(10)}",
            "type": kind, "depot": self._depots[(number - 1) % len(self._depots)],
            "shifts": ";".join(shifts), "operations": operation, "available": "yes",
        }  # fmt: skip
        self._tables.add("vehicles", row)

    def add_drivers(self, rules: RuleProfile, names: Names) -> None:
        """A driver per vehicle and shift with the licence it needs, a reserve, a few who rest."""
        seats: dict[tuple[str, str, str], int] = {}
        for row in self._tables.rows["vehicles"]:
            licence: str = rules.vehicles[str(row["type"])].licence
            for shift in str(row["shifts"]).split(";"):
                key = (str(row["depot"]), shift, licence)
                seats[key] = seats.get(key, 0) + 1
        for (depot, shift, licence), count in sorted(seats.items()):
            spare = math.ceil(RESERVE_SHARE * count)
            for k in range(count + spare):
                self._add_driver(names, depot, shift, licence, reserve=k >= count)
            self._add_driver(names, depot, shift, licence, resting=True)
        for depot in self._depots:
            self._add_driver(names, depot, SHIFTS[0].id, "C1")

    def _add_driver(
        self,
        names: Names,
        depot: str,
        shift: str,
        licence: str,
        *,
        reserve: bool = False,
        resting: bool = False,
    ) -> None:
        rng = self._rng
        row: dict[str, Cell] = {
            "id": f"C{len(self._tables.rows['crews']) + 1:03d}", "name": names.draw("person"),
            "licence": licence, "home_depot": depot, "shifts": shift,
            "available": "no" if resting and rng.random() < 0.4 else "yes",
            "hours_month_h": rng.randrange(40, 121),
            "overtime_month_h": rng.randrange(0, 5 if reserve else 13),
            "last_end": LAST_END[shift],
            "nights_run": rng.randrange(0, 4) if shift == "night" else 0,
            "days_run": 6 if resting else rng.randrange(0, 5),
        }  # fmt: skip
        self._tables.add("crews", row)
