"""The demo bureau as a district folder: over the made-up town, or over any road network.

The same arguments and the same road file give the same bytes.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from models.errors import HuanweiError
from scenarios.demo.full import (
    CANTEENS,
    lay_appointments,
    lay_contracts,
    lay_more_points,
    lay_more_sites,
    lay_muck,
    lay_patch,
    name_supervisors,
)
from scenarios.demo.names import Names
from scenarios.demo.points import lay_points
from scenarios.demo.sites import lay_sites
from scenarios.demo.staff import FLEETS, MORE_FLEETS, SHIFTS, lay_staff
from scenarios.demo.streets import (
    MORE_STREET_WORK,
    STREET_WORK,
    lay_closure,
    lay_orders,
    lay_streets,
)
from scenarios.demo.survey import Survey, survey
from scenarios.demo.tables import Tables
from scenarios.demo.town import TownSize, write_town
from scenarios.demo.year import lay_year
from solver.roads.download import download_place
from solver.roads.graphs import read_roads
from solver.trade.profile import load_profile

PROFILE = "standard"
SMALLEST, LARGEST = 0.05, 30.0
"""Scales of the demo lie between these (chosen: a few streets; 15,600 km of streets, which is more
than any one bureau looks after)."""
SUFFIXES = (".osm.gz", ".osm.bz2", ".osm.pbf", ".osm.xml", ".osm", ".pbf")


def write_demo(
    folder: Path,
    *,
    roads: Path | None = None,
    place: str | None = None,
    seed: int = 1,
    size: TownSize = "default",
    full: bool = False,
    scale: float = 1.0,
) -> None:
    """Write the demo district to `folder`, which must be new or empty.

    `roads` is an OSM file (copied into the folder), `place` a place name that is downloaded;
    without either a town of `size` is made up. `full`: with every stream and service that can be
    planned, not only the usual ones. `scale` is how many reference districts the bureau looks after
    at most; a made-up town grows with it. Written whole or not at all. Raises `HuanweiError` for a
    folder in use or a scale out of range, and `NetworkError` for roads that cannot carry a bureau.
    """
    if not SMALLEST <= scale <= LARGEST:
        raise HuanweiError(
            f"--scale {scale:g}: take a number from {SMALLEST} to {LARGEST}.",
            zh=f"--scale {scale:g}：请取 {SMALLEST} 到 {LARGEST} 之间的数。",
        )
    if roads is not None and place is not None:
        raise HuanweiError(
            "give a road file or a place, not both.", zh="道路文件和地名只能给一个。"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HuanweiError(
            f"{folder}: is not empty. Choose a new folder.",
            zh=f"{folder}：文件夹不为空，请换一个新文件夹。",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / "district"
        made.mkdir()
        file = _lay_roads(made, roads, place, (seed, size, scale))
        name = "示范区" if roads or place else "青塘区"
        _lay_bureau(made, file, name, (seed, scale), full=full)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)


def _lay_roads(
    folder: Path, roads: Path | None, place: str | None, town: tuple[int, TownSize, float]
) -> Path:
    """The road file in the folder; `town` is seed, size and scale of one that is made up."""
    if place is not None:
        return download_place(place, folder / "roads.osm.pbf")
    if roads is None:
        path = folder / "roads.osm"
        seed, size, scale = town
        write_town(path, seed=seed, size=size, scale=scale)
        return path
    if not roads.is_file():
        raise HuanweiError(
            f"{roads}: no such road file. Look at the path.",
            zh=f"{roads}：没有这个道路文件，请检查路径。",
        )
    suffix = next((end for end in SUFFIXES if roads.name.lower().endswith(end)), roads.suffix)
    return Path(shutil.copyfile(roads, folder / f"roads{suffix}"))


def _lay_bureau(
    folder: Path, file: Path, name: str, drawn: tuple[int, float], *, full: bool
) -> None:
    """Tables, settings and a note for the reader; `drawn` by a seed at a scale."""
    seed, scale = drawn
    rng = random.Random(seed)
    extra = random.Random(f"full {seed}")  # what is drawn by it moves nothing else
    names = Names(rng)
    rules = load_profile(PROFILE)
    tables = Tables()
    found = lay_closure(survey(read_roads(file), file, rules, scale), tables, rules)
    lay_points(found, tables, names, rng)
    if full:
        lay_more_points(found, tables, names, rng)
        lay_more_points(found, tables, names, extra, CANTEENS)
        name_supervisors(tables)
    lay_sites(found, tables, rng)
    if full:
        lay_more_sites(found, tables, rng)
    excluded = f"{STREET_WORK};{MORE_STREET_WORK}" if full else STREET_WORK
    lay_streets(found, tables, excluded=excluded)
    fleets = (*FLEETS, *MORE_FLEETS) if full else FLEETS
    counts = lay_staff(found, tables, rules, names, rng, fleets=fleets)
    lay_orders(found, tables, rng)
    lay_year(tables, found.scale)
    if full:
        lay_appointments(found, tables, rng)
        lay_contracts(tables, "restaurant", rng)
        lay_contracts(tables, "canteen", extra)
        lay_patch(found, tables, extra)
        lay_muck(found, tables, random.Random(f"muck {seed}"))
    tables.write(folder)
    (folder / "district.toml").write_text(_settings(name, file.name), "utf-8", newline="\n")
    (folder / "README.txt").write_text(_readme(name, found, tables, counts), "utf-8", newline="\n")


def _settings(name: str, roads: str) -> str:
    """`district.toml`."""
    lines = [
        "# 示范区县环卫作业 / The demo bureau. Units stand in the names of keys and columns.",
        f'name = "{name}"',
        'id = "demo"',
        f'roads = "{roads}"',
        f'profile = "{PROFILE}"',
        'crs = "wgs84"',
        'language = "zh"',
        "",
        "[weather]  # 天气预报 / forecast; a date of its own: [[weather_days]] date = ...",
        "temperature_c = 18",
        "rain_mm = 0",
        "wind_grade = 2",
        "snow = false",
    ]
    for shift in SHIFTS:
        lines += ["", "[[shifts]]", f'id = "{shift.id}"', f'begin = "{_clock(shift.begin)}"',
                  f'end = "{_clock(shift.end)}"']  # fmt: skip
        if shift.meal:
            lines.append(f'meal = "{_clock(shift.meal[0])}-{_clock(shift.meal[1])}"')
    return "\n".join(lines) + "\n"


def _clock(seconds: int) -> str:
    """HH:MM, counted on after midnight (28:00)."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _readme(name: str, found: Survey, tables: Tables, counts: dict[str, int]) -> str:
    """What is in the folder, with its figures."""
    rows = tables.rows
    tonnes = {
        stream: sum(float(r["demand_kg"]) for r in rows["points"] if r["stream"] == stream) / 1000
        for stream in ("residual", "kitchen")
    }
    kilometres = found.network.length_m[found.own].sum() / 1000
    fleet = ", ".join(f"{operation} {count}" for operation, count in counts.items())
    stations = sum(row["kind"] == "station" for row in rows["facilities"])
    return "\n".join([
        f"{name} — 示范环卫区县 / demo district (规模 scale {found.scale:.2f})",
        "",
        f"道路 streets in care: {kilometres:.0f} km (both directions)",
        f"其他垃圾 residual: {tonnes['residual']:.1f} t/d",
        f"餐厨垃圾 kitchen waste: {tonnes['kitchen']:.1f} t/d",
        f"收集点 points: {len(rows['points'])}; 转运站 stations: {stations}",
        f"车辆 vehicles: {len(rows['vehicles'])} ({fleet}); 驾驶员 drivers: {len(rows['crews'])}",
        "",
        "表格为 UTF-8 (BOM) CSV,可用 Excel 修改;说明见 docs/demo.md 与 docs/district_folder.md。",
        "Edit the tables in any spreadsheet, then: huanwei check DIR && huanwei plan DIR --date D",
        "",
        "A bureau, its people and its sites made up by huanwei. Roads of a real extract:",
        "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright",
        "",
    ])  # fmt: skip
