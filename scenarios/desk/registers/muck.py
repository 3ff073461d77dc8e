"""The day of muck trucks: permits read, their ways approved and judged."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import HuanweiError
from models.trade.muck import MuckDay, MuckWay, MuckWork, minutes_of
from models.units import clock
from scenarios.desk.compare import roads_file
from scenarios.desk.day import Loaded, load_folder
from scenarios.district.on_roads import closed_arcs
from scenarios.district.read import read_folder
from solver.judge.muck import judge_muck
from solver.location.exposure import neighbourhood
from solver.muck.ways import approve
from solver.roads.cache import Cache
from solver.roads.surroundings import read_surroundings

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from models.network import RoadNetwork
    from models.solution import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class MuckStudy:
    """What is approved on a day, as planned and as judged."""

    loaded: Loaded
    day: MuckDay
    works: tuple[MuckWork, ...]
    violations: list[Violation]


def muck_day(folder: Path, day: date) -> MuckStudy:
    """Approve ways for the permits of a district folder that hold on `day`.

    Raises `InputErrors` with everything wrong in the folder, and `HuanweiError` where it has no
    permits or its rule profile no muck trucks.
    """
    loaded = load_folder(folder, day)
    reading = read_folder(folder, day)
    rules, network = loaded.rules, loaded.network
    permits = tuple(reading.placed("permits"))
    if rules.muck is None or not permits:
        raise HuanweiError(
            f"{folder}: no permits of muck trucks. Fill in permits.csv and disposals.csv; the rule "
            "profile needs a table [muck].",
            zh=f"{folder}：没有渣土车准运证。请填写 permits.csv 与 disposals.csv，"
            "规则文件须有 [muck] 表。",
        )
    near = neighbourhood(
        read_surroundings(roads_file(loaded.district)), loaded.district.points, network.origin,
        rules.exposure,
    )  # fmt: skip
    homes, schools = near.beside(network)
    profile = rules.profiles[rules.muck.profile]
    name = rules.muck.profile
    made = MuckDay(
        day=day,
        permits=permits,
        disposals=tuple(reading.placed("disposals")),
        rules=rules.muck,
        loaded=profile.to_profile(name),
        empty=profile.to_profile(name, weight_t=rules.muck.empty_t),
        closures=frozenset(np.flatnonzero(closed_arcs(reading, network)).tolist()),
        homes=homes,
        schools=schools,
    )
    works = approve(made, network, Cache.from_environment())
    return MuckStudy(
        loaded=loaded, day=made, works=works, violations=judge_muck(made, network, works)
    )


def muck_document(study: MuckStudy) -> dict[str, Any]:
    """What `muck.json` holds: permits with their ways, disposal sites, findings."""
    day, network = study.day, study.loaded.network
    works = {work.permit: work for work in study.works}
    permits = []
    for one in day.permits:
        work = works.get(one.id)
        permits.append({
            "id": one.id, "company": one.company, "plate": one.plate, "site": one.site,
            "lon": one.lon, "lat": one.lat, "disposal": one.disposal, "material": one.material,
            "tonnes_day": one.kg / 1000,
            "hours": ";".join("-".join(map(clock, span)) for span in (work or one).hours),
            "active_safety": one.active_safety, "begin": one.begin and str(one.begin),
            "end": str(one.end), "valid": work is not None,
            "trips": work.trips if work else 0,
            "ways": [_way(way, network) for way in work.ways] if work else [],
        })  # fmt: skip
    return {
        "district": study.loaded.district.name,
        "date": str(day.day),
        "attribution": "© OpenStreetMap contributors (ODbL)",
        "permits": permits,
        "disposals": [
            {"id": site.id, "name": site.name, "lon": site.lon, "lat": site.lat,
             "material": material, "limit_t": limit / 1000,
             "approved_t": sum(one.kg for one in day.permits if one.id in works
                               and (one.disposal, one.material) == (site.id, material)) / 1000}
            for site in day.disposals for material, limit in site.limits
        ],
        "findings": [{key: value for key, value in asdict(one).items()
                      if key in {"code", "where", "excess", "detail"}} for one in study.violations],
        "figures": _figures(study),
    }  # fmt: skip


def _way(way: MuckWay, network: RoadNetwork) -> dict[str, Any]:
    """A way with its streets by name, in order."""
    told = {key: value for key, value in asdict(way).items() if key != "arcs"}
    streets = [
        {"name": name, "metres": sum(int(network.length_m[arc]) for arc in arcs)}
        for name, group in groupby(way.arcs, network.street)
        for arcs in [list(group)]
    ]
    return told | {"arcs": list(way.arcs), "streets": streets}


def _figures(study: MuckStudy) -> dict[str, float]:
    """Sums over the day, each permit's trips by the part of the day its hours begin in."""
    told: dict[str, float] = dict.fromkeys(
        ("permits", "approved", "trips", "truck_km", "truck_h", "exposed_km", "fastest_km",
         "fastest_h", "fastest_exposed_km"), 0
    )  # fmt: skip
    permits = {one.id: one for one in study.day.permits}
    dark = minutes_of((study.day.rules.night,))
    told["permits"], told["approved"] = len(permits), len(study.works)
    for work in study.works:
        night = permits[work.permit].hours[0][0] // 60 % 1440 in dark
        told["trips"] += work.trips
        for way in (way for way in work.ways if way.night == night):
            for key, amount in (
                ("truck_km", way.distance_m / 1000), ("truck_h", way.duration_s / 3600),
                ("exposed_km", way.exposed_m / 1000), ("fastest_km", way.fastest_m / 1000),
                ("fastest_h", way.fastest_s / 3600),
                ("fastest_exposed_km", way.fastest_exposed_m / 1000),
            ):  # fmt: skip
                told[key] += work.trips * amount
    return {key: round(value, 2) for key, value in told.items()}
