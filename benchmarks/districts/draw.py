"""A district folder drawn by a seed: streets, sites, vehicles, people, points, rules, orders.

Everything is legal input, nothing is likely: hours that hardly meet, gates shut early, shifts that
overlap, trucks of two chambers, boxes that fill, one bay for all, bans of turns, gates, dump
patches of several days, drivers without the skills asked for, zones, permits.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.districts.town import LAT, LON, roads
from scenarios.district.check import check_district
from solver.trade.profile import load_profile

if TYPE_CHECKING:
    from pathlib import Path

    from models.errors import Issue
    from models.trade.rules import RuleProfile

FIRST_DAY, DAYS = date(2026, 1, 1), 360
"""Days are drawn from so many days from the first on (chosen: every season and holiday)."""
SHIFTS = {
    "early": ("04:00", "12:00", "07:00-09:00"),
    "mid": ("12:00", "20:00", "16:00-18:00"),
    "night": ("20:00", "04:00+1", ""),
    "day": ("08:00", "16:00", "11:00-13:00"),
    "late": ("22:00", "06:00+1", "01:00+1-03:00+1"),
    "long": ("06:00", "18:00", "10:30-13:30"),
}
HOURS = ("24h", "05:00-22:00", "06:00-20:00", "22:00-05:00+1", "04:00-12:00", "00:00-05:00",
         "05:00-09:00;15:00-21:00", "20:00-28:00")  # fmt: skip
POINT_HOURS = ("", "", "", "06:30-09:00;18:00-20:30", "09:30-11:30", "22:00-02:00+1", "24h",
               "13:00-13:20")  # fmt: skip
KINDS = {
    "residual": ("room", "bins", "village", "litter_box", "shop", "toilet"),
    "kitchen": ("restaurant", "canteen", "village"),
    "recyclable": ("recycle_box", "recycle_point"),
    "hazardous": ("hazard_box",),
    "construction": ("estate_yard",),
    "sewage": ("toilet",),
}
STATIONS = '[stations]\nsource = "memory"\n'
RULES = (
    "",
    STATIONS + "swap_takes_bay = false\n",
    STATIONS + "swap_min = 30\n",
    '[operations.sweep.seasons.LEAVES]\nsource = "memory"\nbegin = "10-20"\nend = "02-15"\n'
    '[operations.sweep.seasons.LEAVES.classes.II]\nsource = "memory"\n'
    'passes = [{ windows = ["04:00-07:00"], rule = "finish" },'
    ' { windows = ["12:00-16:00"], rule = "finish" }]\nmin_gap_h = 2\n',
    '[operations.sprinkle.street.classes.I]\nsource = "memory"\nmin_gap_h = 3\n',
    '[operations.collect_residual.points.visits]\nsource = "memory"\n'
    'passes = [{ windows = ["04:00-12:00"], rule = "finish" },'
    ' { windows = ["10:00-22:00"], rule = "begin" }]\nmin_gap_h = 4\n',
    '[labour]\nsource = "memory"\ndriving_h = 2\n',
    '[labour]\nsource = "memory"\ndriving_h = 3\nguaranteed_h = 5\n'
    'operation_skills = { sweep = ["扫"], haul = ["高速"] }\n'
    'vehicle_skills = { cp_8 = ["大车"] }\n',
    '[labour]\nsource = "memory"\nday_h = 6\novertime_day_h = 3\nmeal_min = 60\n',
    '[bans.noon]\nsource = "memory"\nwindows = ["11:00-14:00"]\n',
    '[operations.fog.street.classes.IV]\nsource = "memory"\n'
    'passes = [{ windows = ["10:00-15:00"], rule = "begin" }]\n',
)

REPAIRS = 9
"""A drawn district gets what its operations are refused for so many times (chosen: sites need
haulers, these need depots and roads)."""
MISSING = frozenset({"E408", "E409", "E410", "E411", "E412", "E414"})
"""Errors that say what has no vehicle, no place to tip, no water, no road to drive."""


@dataclass
class Drawn:
    """Rows by table, as they are drawn."""

    rng: random.Random
    rules: RuleProfile
    size: int
    step: float
    shifts: list[str]
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    def maybe(self, chance: float) -> bool:
        """Whether something of that chance happens."""
        return self.rng.random() < chance

    def place(self) -> dict[str, object]:
        """A place beside a street."""
        edge = self.step * (self.size - 1)
        along, across = self.rng.uniform(0, edge), self.step * self.rng.randrange(self.size)
        east, north = (along, across) if self.maybe(0.5) else (across, along)
        side = 1e-5 * self.rng.uniform(-8, 8)
        return {"lon": round(LON + east + side, 7), "lat": round(LAT + north + side, 7)}

    def named(self, letter: str) -> str:
        """An id that nothing else has."""
        self.count += 1
        return f"{letter}{self.count}"

    def area(self) -> str:
        """Corners of a rectangle over some of the town."""
        edge = self.step * self.size
        west, east = sorted(self.rng.uniform(-0.1 * edge, edge) for _ in range(2))
        south, north = sorted(self.rng.uniform(-0.1 * edge, edge) for _ in range(2))
        corners = ((west, south), (east, south), (east, north), (west, north))
        return ";".join(f"{LON + x:.6f},{LAT + y:.6f}" for x, y in corners)

    def some(self, least: int = 1) -> str:
        """Some shifts, by semicolons."""
        return ";".join(self.rng.sample(self.shifts, self.rng.randint(least, len(self.shifts))))


def draw(folder: Path, seed: int) -> date:
    """Write the district of a seed into a new folder; the day to plan."""
    rng = random.Random(seed)
    profile = rng.choice(("standard", "standard", "intensive"))
    shifts = rng.sample(sorted(SHIFTS), rng.randint(1, 4))
    rules = load_profile(profile)
    own = Drawn(rng, rules, rng.randint(2, 4), rng.choice((0.0015, 0.003, 0.006)), shifts)
    for lay in (_sites, _vehicles, _points, _crews):
        lay(own)
    day = FIRST_DAY + timedelta(rng.randrange(DAYS))
    for lay_on in (_streets, _orders, _closures, _registers):
        lay_on(own, day)
    folder.mkdir(parents=True)
    drawn = rng.sample(RULES, rng.randint(0, 3))
    once = {one.partition("]")[0]: one for one in drawn}  # a table stands once in a file
    changed = "".join(once.values())
    (folder / "rules.toml").write_text(f'extends = "{profile}"\n{changed}', encoding="utf-8")
    (folder / "roads.osm").write_text(roads(rng, own.size, own.step), encoding="utf-8")
    (folder / "district.toml").write_text(_settings(own, day), encoding="utf-8")
    for _ in range(REPAIRS):
        _write(folder, own)
        missing = [one for one in check_district(folder, day).issues if one.code in MISSING]
        for issue in {(one.code, one.value): one for one in missing}.values():
            _supply(own, issue)
        if not missing:
            break
    return day


def _write(folder: Path, own: Drawn) -> None:
    for name, rows in own.rows.items():
        if rows:
            text = io.StringIO()
            writer = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
            (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


def _supply(own: Drawn, issue: Issue) -> None:
    """What an operation is refused for the lack of: a vehicle, a place to tip, water, a road."""
    code, operation, vehicles = issue.code, issue.value, own.rows["vehicles"]
    if code == "E408":
        own.rng.choice(vehicles)["available"] = "yes"
        return
    if code in {"E412", "E414"}:
        if len(vehicles) > 1:
            del vehicles[issue.row - 2]
        else:
            vehicles[0]["type"] = own.rng.choice(sorted(own.rules.vehicles))
        own.rows["closures"].clear()
        return
    rule = own.rules.operations[operation]
    kinds = sorted(rule.tip_kinds) if code == "E410" else ["water"]
    if code == "E409":
        depots = [row["id"] for row in own.rows["facilities"] if row["kind"] == "depot"]
        own.rows["vehicles"].append({
            "id": own.named("W"), "type": own.rng.choice(sorted(rule.vehicle_types)),
            "depot": own.rng.choice(depots), "shifts": own.some(),
            "operations": operation if rule.optional else "",
        })  # fmt: skip
        return
    streams = sorted({*rule.tip_streams, *(rule.points.streams if rule.points else ())})
    own.rows["facilities"].append({
        "id": own.named("X"), "kind": own.rng.choice(kinds),
        "hours": own.rng.choice(HOURS), "bays": own.rng.choice(("", 1)), **own.place(),
        "streams": ";".join(streams) if code == "E410" else "",
    })  # fmt: skip


def _settings(own: Drawn, day: date) -> str:
    rng = own.rng
    lines = ['name = "乱镇"', 'id = "drawn"', 'roads = "roads.osm"', 'profile = "rules.toml"']
    for name in own.shifts:
        begin, end, meal = SHIFTS[name]
        lines += ["[[shifts]]", f'id = "{name}"', f'begin = "{begin}"', f'end = "{end}"']
        if meal and own.maybe(0.7):
            lines.append(f'meal = "{meal}"')
    if own.maybe(0.4):
        lines += ["[weather]", f"temperature_c = {rng.choice((-6, 2, 15, 36, 38, 41))}"]
        lines += [f"rain_mm = {rng.choice((0, 0, 12))}", f"snow = {str(own.maybe(0.1)).lower()}"]
        lines += [f"wind_grade = {rng.choice((2, 6))}"]
    if own.maybe(0.2):
        date_of = (day + timedelta(rng.randint(0, 2))).isoformat()
        lines += [
            "[[weather_days]]",
            f"date = {date_of}",
            f"temperature_c = {rng.choice((-2, 41))}",
        ]
    return "\n".join([*lines, ""])


def _sites(own: Drawn) -> None:
    rng = own.rng
    for number in range(rng.randint(1, 2)):
        hours = rng.choice(("", "", "24h", "03:00-23:00"))
        own.rows["facilities"].append(
            {"id": f"D{number}", "kind": "depot", "hours": hours, **own.place()}
        )
    kinds = ["water"] * rng.randint(0, 2) + ["tip"] * rng.randint(0, 2)
    kinds += ["station"] * rng.randint(1, 3) + ["plant"] * rng.randint(1, 2)
    for number, kind in enumerate(kinds):
        streams = rng.sample([*KINDS, "sweepings"], rng.randint(1, 3))
        row = {
            "id": f"{kind[0].upper()}{number}", "kind": kind, "hours": rng.choice(HOURS),
            "streams": "" if kind == "water" or own.maybe(0.5) else ";".join(streams),
            "service_min": rng.choice((5, 10, 25)), "bays": rng.choice(("", 1, 1, 2)),
            **own.place(),
        }  # fmt: skip
        if kind == "station":
            row |= {
                "design_t": rng.choice(("", 2, 6, 40)), "press_t_h": rng.choice(("", 2, 9)),
                "storage_t": rng.choice(("", 3, 9)), "clear_daily": rng.choice(("yes", "no")),
                "box_t": rng.choice(("", 5)), "boxes": rng.choice(("", 1, 2)),
            }  # fmt: skip
        if kind == "plant":
            row |= {
                "access_min": rng.choice((0, 10, 45)), "access_km": rng.choice((0, 5, 30)),
                "daily_quota_t": rng.choice(("", 2, 30)),
                "spare_for": rng.choice(("", "", "", "kitchen")),
            }  # fmt: skip
            row["streams"] = rng.choice(("", "residual", "residual;kitchen", row["streams"]))
            if "kitchen" in str(row["streams"]):
                row["spare_for"] = ""
        own.rows["facilities"].append(row)


def _vehicles(own: Drawn) -> None:
    rng = own.rng
    depots = [row["id"] for row in own.rows["facilities"] if row["kind"] == "depot"]
    operations = sorted(own.rules.operations)
    working = {kind for one in own.rules.operations.values() for kind in one.vehicle_types}
    haulers = [kind for kind, one in own.rules.vehicles.items() if one.waste_kg]
    haulers = [kind for kind in sorted(haulers) if kind not in working]
    for number in range(rng.randint(2, 8)):
        operation = rng.choice((*operations, "collect_residual", "collect_residual", "sweep"))
        kind = rng.choice(sorted(own.rules.operations[operation].vehicle_types))
        named = operation if own.rules.operations[operation].optional or own.maybe(0.3) else ""
        if own.maybe(0.25):
            kind, named = rng.choice(haulers), ""
        elif own.rules.vehicles[kind].waste_kg and own.maybe(0.2):
            named = rng.choice(("haul", f"haul;{operation}"))
        row = {
            "id": f"V{number}", "type": kind, "depot": rng.choice(depots), "shifts": own.some(),
            "operations": named, "available": rng.choice(("yes", "yes", "yes", "no")),
            "plate": rng.choice(("", f"苏F{10000 + number}")),
            "unit": rng.choice(("", "东镇", "西镇")),
        }  # fmt: skip
        if own.maybe(0.2):
            row |= {"drive_speed_kmh": rng.choice(("", 25)), "work_speed_kmh": rng.choice(("", 4)),
                    "crew": rng.choice(("", 1, 4)), "l_per_min": rng.choice(("", 60))}  # fmt: skip
        if (
            own.maybe(0.2)
            and own.rules.vehicles[kind].waste_kg
            and not own.rules.vehicles[kind].chambers
        ):
            row["waste_kg"] = rng.choice((800, 2_600, 5_000))
        own.rows["vehicles"].append(row)


def _points(own: Drawn) -> None:
    rng = own.rng
    for number in range(rng.randint(1, 9)):
        stream = rng.choice((*KINDS, "residual", "residual", "kitchen"))
        own.rows["points"].append({
            "id": f"B{number}", "name": f"点{number}", "kind": rng.choice(KINDS[stream]),
            "stream": stream, **own.place(), "demand_kg": rng.choice((0, 20, 150, 900, 2_500)),
            "service_min": rng.choice(("", "", 3, 12)), "hours": rng.choice(POINT_HOURS),
            "own_side": rng.choice(("no", "no", "yes")),
            "capacity_kg": rng.choice(("", "", 100, 400)), "town": rng.choice(("", "东镇")),
            "supervisor": rng.choice(("", "", "王")),
        })  # fmt: skip


def _crews(own: Drawn) -> None:
    rng = own.rng
    for number in range(rng.randint(2, 14)):
        own.rows["crews"].append({
            "id": f"C{number}", "name": f"人{number}",
            "licence": rng.choice(("A2", "B2", "C1", "")),
            "shifts": rng.choice(("", own.some())), "days_run": rng.randint(0, 6),
            "nights_run": rng.choice((0, 0, 4, 5)),
            "skills": rng.choice(("", "扫", "扫;高速;大车")),
            "available": rng.choice(("yes", "yes", "yes", "yes", "no")),
            "overtime_month_h": rng.choice((0, 20, 36)), "hours_month_h": rng.choice((0, 80, 160)),
            "last_end": rng.choice(("", "12:00", "20:00", "04:00+1")),
        })  # fmt: skip


def _streets(own: Drawn, day: date) -> None:
    for _ in range(own.rng.randint(0, 3)):
        own.rows["streets"].append({
            "way_id": own.rng.choice((100, 200)) + own.rng.randrange(own.size),
            "cleaning_class": own.rng.choice(("", "I", "II", "IV")),
            "lanes": own.rng.choice(("", 2, 4)), "core": own.rng.choice(("yes", "no")),
            "include": own.rng.choice(("", "", "flush", "sweep")),
            "exclude": own.rng.choice(("", "", "fog")), "operator": own.rng.choice(("", "甲公司")),
            "level": own.rng.choice(("", "", "premium")), "width_m": own.rng.choice(("", "", 9)),
            "begin": own.rng.choice(("", day.isoformat(), (day + timedelta(1)).isoformat())),
        })  # fmt: skip


def _closures(own: Drawn, day: date) -> None:
    for _ in range(own.rng.choice((0, 0, 1))):
        begin = day + timedelta(own.rng.randint(-3, 2))
        own.rows["closures"].append({
            "way_id": own.rng.choice((100, 200)) + own.rng.randrange(own.size),
            "begin": begin.isoformat(), "end": (begin + timedelta(2)).isoformat(), "reason": "施工",
        })  # fmt: skip


def _orders(own: Drawn, day: date) -> None:
    rng = own.rng
    for number in range(rng.choice((0, 0, 1, 2, 3))):
        window = rng.choice(("05:00-11:00", "13:00-15:00", "22:00-02:00+1"))
        kind = rng.random()
        row: dict[str, object]
        if kind < 0.4:
            way = rng.choice((100, 200)) + rng.randrange(own.size)
            row = {"operation": rng.choice(("flush", "sweep")), "way_id": way}
        elif kind < 0.7:
            row = {"operation": "collect_residual", **own.place(), "demand_kg": 300}
        else:  # a dump patch of several days
            first = day - timedelta(rng.randint(0, 2))
            row = {
                "operation": rng.choice(("collect_residual", "collect_construction")),
                **own.place(), "demand_kg": rng.choice((900, 7_000, 40_000)), "spread": "yes",
                "begin": first.isoformat(),
                "end": (day + timedelta(rng.randint(0, 4))).isoformat(),
            }  # fmt: skip
        own.rows["orders"].append({"id": f"O{number}", "window": window, **row})


def _registers(own: Drawn, day: date) -> None:
    """Zones, contracts, permits of muck trucks with their disposal sites, quotas."""
    rng = own.rng
    for number in range(rng.choice((0, 0, 1, 2))):
        own.rows["zones"].append({
            "id": f"Z{number}", "operator": rng.choice(("", "乙公司")), "area": own.area(),
            "town": rng.choice(("", "西镇")), "owner": rng.choice(("", "李")),
        })  # fmt: skip
    for number, point in enumerate(own.rows["points"][: rng.choice((0, 0, 2))]):
        end = (day + timedelta(rng.randint(-5, 40))).isoformat()
        own.rows["contracts"].append(
            {"id": f"K{number}", "point": point["id"], "end": end, "bins": rng.choice(("", 3))}
        )
    if own.maybe(0.3):
        own.rows["disposals"].append({"id": "M0", **own.place(), "limits": "soil:60;rubble:10"})
        for number in range(rng.randint(1, 3)):
            own.rows["permits"].append({
                "id": f"P{number}", "plate": f"苏F{20000 + number}", **own.place(),
                "disposal": "M0", "material": rng.choice(("soil", "rubble")),
                "tonnes_t": rng.choice((5, 40)), "active_safety": rng.choice(("yes", "no")),
                "hours": rng.choice(("22:00-06:00+1", "09:00-16:00", "06:00-12:00")),
                "end": (day + timedelta(rng.randint(-1, 9))).isoformat(),
            })  # fmt: skip
