"""A district folder drawn by a seed: streets, sites, vehicles, people, points, rules, orders.

Everything is legal input, nothing is likely: hours that hardly meet, gates shut early, shifts that
overlap, trucks of two chambers, boxes that fill, one bay for all.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scenarios.district.check import check_district
from solver.trade.profile import load_profile

if TYPE_CHECKING:
    from pathlib import Path

    from models.trade.rules import RuleProfile

LON, LAT = 121.08, 31.97
"""Where the south-west corner of a drawn town lies (chosen: in the plain by Haimen)."""
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
HIGHWAYS = ("tertiary", "residential", "secondary", "primary", "service", "living_street")
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
)

REPAIRS = 4
"""A drawn district gets what its operations are refused for so many times (chosen: sites need
haulers, these need depots)."""
MISSING = frozenset({"E409", "E410", "E411"})
"""Errors that say which operation has no vehicle, no place to tip, no water."""


@dataclass
class Drawn:
    """Rows by table, as they are drawn."""

    rng: random.Random
    rules: RuleProfile
    size: int
    step: float
    shifts: list[str]
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))

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
    for lay in (_sites, _vehicles, _points, _crews, _streets, _orders):
        lay(own)
    day = FIRST_DAY + timedelta(rng.randrange(DAYS))
    _closures(own, day)
    folder.mkdir(parents=True)
    changed = "".join(rng.sample(RULES, rng.randint(0, 2)))
    if changed.count(STATIONS) > 1:  # a table stands once in a file
        changed = STATIONS + changed.replace(STATIONS, "")
    (folder / "rules.toml").write_text(f'extends = "{profile}"\n{changed}', encoding="utf-8")
    (folder / "roads.osm").write_text(_roads(own), encoding="utf-8")
    (folder / "district.toml").write_text(_settings(own), encoding="utf-8")
    for _ in range(REPAIRS):
        _write(folder, own)
        missing = [one for one in check_district(folder, day).issues if one.code in MISSING]
        for one in dict.fromkeys((one.code, one.value) for one in missing):
            _supply(own, *one)
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


def _supply(own: Drawn, code: str, operation: str) -> None:
    """What an operation is refused for the lack of: a vehicle, a place to tip, water."""
    rule = own.rules.operations[operation]
    kinds = sorted(rule.tip_kinds) if code == "E410" else ["water"]
    if code == "E409":
        depots = [row["id"] for row in own.rows["facilities"] if row["kind"] == "depot"]
        own.rows["vehicles"].append({
            "id": f"V{len(own.rows['vehicles'])}",
            "type": own.rng.choice(sorted(rule.vehicle_types)),
            "depot": own.rng.choice(depots), "shifts": own.some(),
            "operations": operation if rule.optional else "",
        })  # fmt: skip
        return
    streams = sorted({*rule.tip_streams, *(rule.points.streams if rule.points else ())})
    own.rows["facilities"].append({
        "id": f"X{len(own.rows['facilities'])}", "kind": own.rng.choice(kinds),
        "hours": own.rng.choice(HOURS), "bays": own.rng.choice(("", 1)), **own.place(),
        "streams": ";".join(streams) if code == "E410" else "",
    })  # fmt: skip


def _settings(own: Drawn) -> str:
    rng = own.rng
    lines = ['name = "乱镇"', 'id = "drawn"', 'roads = "roads.osm"', 'profile = "rules.toml"']
    for name in own.shifts:
        begin, end, meal = SHIFTS[name]
        lines += ["[[shifts]]", f'id = "{name}"', f'begin = "{begin}"', f'end = "{end}"']
        if meal and own.maybe(0.7):
            lines.append(f'meal = "{meal}"')
    if own.maybe(0.4):
        lines += ["[weather]", f"temperature_c = {rng.choice((-6, 2, 15, 38))}"]
        lines += [f"rain_mm = {rng.choice((0, 0, 12))}", f"snow = {str(own.maybe(0.1)).lower()}"]
    return "\n".join([*lines, ""])


def _roads(own: Drawn) -> str:
    """A grid of ways, some narrow, one-way, heavy-limited, shut to trucks at some hours."""
    rng, size = own.rng, own.size
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for number in range(size * size):
        lon, lat = LON + own.step * (number % size), LAT + own.step * (number // size)
        lines.append(f'<node id="{1 + number}" lon="{lon:.7f}" lat="{lat:.7f}"/>')
    for line in range(size):
        for way, step in ((100 + line, 1), (200 + line, size)):
            first = line * size if step == 1 else line
            tags = {"highway": rng.choice(HIGHWAYS), "name": f"路{way}"}
            more = (
                (0.15, "oneway", "yes"),
                (0.3, "lanes", rng.choice(("1", "2", "4", "6"))),
                (0.3, "width", rng.choice(("3", "6", "15", "28"))),
                (0.05, "maxweight", rng.choice(("3.5", "12"))),
                (0.05, "hgv:conditional", "no @ (07:00-09:00)"),
                (0.1, "bridge", "yes"),
            )
            tags |= {key: value for chance, key, value in more if own.maybe(chance)}
            lines.append(f'<way id="{way}">')
            lines += [f'<nd ref="{1 + first + step * n}"/>' for n in range(size)]
            lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
            lines.append("</way>")
    return "\n".join([*lines, "</osm>"])


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
        own.rows["vehicles"].append({
            "id": f"V{number}", "type": kind, "depot": rng.choice(depots), "shifts": own.some(),
            "operations": named, "available": rng.choice(("yes", "yes", "yes", "no")),
        })  # fmt: skip


def _points(own: Drawn) -> None:
    rng = own.rng
    for number in range(rng.randint(1, 9)):
        stream = rng.choice((*KINDS, "residual", "residual", "kitchen"))
        own.rows["points"].append({
            "id": f"B{number}", "name": f"点{number}", "kind": rng.choice(KINDS[stream]),
            "stream": stream, **own.place(), "demand_kg": rng.choice((0, 20, 150, 900, 2_500)),
            "service_min": rng.choice(("", "", 3, 12)), "hours": rng.choice(POINT_HOURS),
            "own_side": rng.choice(("no", "no", "yes")),
            "capacity_kg": rng.choice(("", "", 100, 400)),
        })  # fmt: skip


def _crews(own: Drawn) -> None:
    rng = own.rng
    for number in range(rng.randint(2, 14)):
        own.rows["crews"].append({
            "id": f"C{number}", "name": f"人{number}",
            "licence": rng.choice(("A2", "B2", "C1", "")),
            "shifts": rng.choice(("", own.some())), "days_run": rng.randint(0, 6),
            "overtime_month_h": rng.choice((0, 20, 36)), "hours_month_h": rng.choice((0, 80, 160)),
            "last_end": rng.choice(("", "12:00", "20:00", "04:00+1")),
        })  # fmt: skip


def _streets(own: Drawn) -> None:
    for _ in range(own.rng.randint(0, 3)):
        own.rows["streets"].append({
            "way_id": own.rng.choice((100, 200)) + own.rng.randrange(own.size),
            "cleaning_class": own.rng.choice(("", "I", "II", "IV")),
            "lanes": own.rng.choice(("", 2, 4)), "core": own.rng.choice(("yes", "no")),
            "include": own.rng.choice(("", "", "flush", "sweep")),
        })  # fmt: skip


def _closures(own: Drawn, day: date) -> None:
    for _ in range(own.rng.choice((0, 0, 1))):
        begin = day + timedelta(own.rng.randint(-3, 2))
        own.rows["closures"].append({
            "way_id": own.rng.choice((100, 200)) + own.rng.randrange(own.size),
            "begin": begin.isoformat(), "end": (begin + timedelta(2)).isoformat(), "reason": "施工",
        })  # fmt: skip


def _orders(own: Drawn) -> None:
    for number in range(own.rng.choice((0, 0, 1, 2))):
        window = own.rng.choice(("05:00-11:00", "13:00-15:00", "22:00-02:00+1"))
        if own.maybe(0.5):
            way = own.rng.choice((100, 200)) + own.rng.randrange(own.size)
            row = {"operation": "flush", "way_id": way}
        else:
            row = {"operation": "collect_residual", **own.place(), "demand_kg": 300}
        own.rows["orders"].append({"id": f"O{number}", "window": window, **row})
