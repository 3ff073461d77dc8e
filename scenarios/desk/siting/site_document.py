"""`site.json`, its table, and the chosen sites as rows or edits a bureau can use."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from models.edits import Close, Edit, Garage, Open, Scenario
from models.location import FAR_AWAY_M
from models.units import clock, cny
from scenarios.desk.siting.onwards import plans_asked, truck_figures
from solver.location.cost import location_cost
from solver.location.needs import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from models.district import Vehicle
    from models.location import RelocationSolution
    from scenarios.desk.siting.site import Choice, SiteStudy

AMOUNTS = {"room": "t", "toilet": "uses", "water": "m3", "depot": "vehicles", "charger": "kWh"}
"""What amounts of a kind are counted in."""
PLANNED = frozenset({"water", "depot"})
"""Kinds that a day's plan drives to; vehicles are charged between shifts, which no plan tells."""
TRUCK_FIGURES = ("duty_h", "deadhead_km", "total_cny", "unserved", "routes")
"""Figures of real plans that say what sites are worth to the vehicles that drive to them."""


def document(study: SiteStudy, day: date, real: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What `site.json` holds; amounts in `unit` a day, ways in metres on foot or minutes driven.

    `real` is the comparison of the alternatives' plans, in their order, if it was made.
    """
    reached = [study.zones[k] for k in study.reached]
    needed = sum(zone.demand_kg for zone in study.zones)
    return {
        "schema_version": "1.2",
        "district": study.loaded.district.name,
        "date": day.isoformat(),
        "attribution": "© OpenStreetMap contributors (ODbL 1.0)",
        "asked": {"may_close": study.may_close, "plans": plans_asked(real)},
        "kind": study.kind,
        "unit": AMOUNTS[study.kind],
        "on_foot": study.rules.walk_m is not None,
        "limit": study.rules.walk_m if study.rules.walk_m is not None else study.rules.drive_min,
        "hours": [f"{clock(early)}-{clock(late)}" for early, late in study.rules.hours],
        "streams": list(study.rules.streams),
        "population_source": study.population,
        "needed": _amount(study, needed),
        "out_of_reach": _amount(study, needed - sum(zone.demand_kg for zone in reached)),
        "zones": len(study.zones),
        "zones_out_of_reach": len(study.zones) - len(reached),
        "places": len({site.place for site in study.problem.sites if not site.existing}),
        "places_refused": len({
            site.place for site in study.problem.sites
            if not site.existing and (site.short_of_homes_m or site.short_of_schools_m)
        }),
        "today": today(study),
        "impossible": list(study.impossible),
        "operations": list(study.operations),
        "alternatives": ranked([
            _alternative(study, one, real, number)
            for number, one in enumerate(study.choices, start=1)
        ]),
        "needs": [
            {"lon": round(zone.lon, 6), "lat": round(zone.lat, 6),
             "amount": _amount(study, zone.demand_kg), "reached": k in set(study.reached)}
            for k, zone in enumerate(study.zones)
        ],
    }  # fmt: skip


def today(study: SiteStudy) -> dict[str, Any]:
    """What today's sites reach: the share of the need with one within the limit, and its ways."""
    held = [s for s, site in enumerate(study.problem.sites) if site.existing]
    needed = sum(zone.demand_kg for zone in study.zones)
    near = study.problem.allowed()[:, held]
    covered = near.any(axis=1) if held else np.zeros(len(study.problem.zones), bool)
    ways = [
        (int(study.problem.drive_s[z, held][near[z]].min()), study.problem.zones[z].demand_kg)
        for z in np.flatnonzero(covered).tolist()
    ]
    return {
        "sites": len(held),
        "covered_share": round(sum(kg for _, kg in ways) / max(1, needed), 4),
        "cost_cny_day": cny(sum(study.problem.sites[s].day_cost for s in held)),
        **_ways(study, ways),
    }


def _alternative(
    study: SiteStudy, one: Choice, real: Mapping[str, Any] | None, number: int
) -> dict[str, Any]:
    """An alternative at the prices that were asked for; the gap is its own problem's.

    `real_cny_day` are its sites' money and that of its real plans.
    """
    solution, problem = one.solution, study.problem
    told = location_cost(problem, solution.open_sites, solution.assigned, solution.hauled)
    ways = [(int(problem.drive_s[z, s]), kg) for (z, s), kg in solution.assigned[0].items() if kg]
    needed = sum(zone.demand_kg for zone in study.zones)
    rows = list(sites(study, one))
    fresh = [row for row in rows if row["state"] == "new"]
    trucks = None if real is None else truck_figures(real, number, TRUCK_FIGURES)
    driven = trucks["figures"]["total_cny"]["value"] if trucks else None
    return {
        "kind": one.kind,
        "open": sum(row["state"] != "closed" for row in rows),
        "new": len(fresh),
        "closed": sum(row["state"] == "closed" for row in rows),
        "covered_share": round(sum(kg for _, kg in ways) / max(1, needed), 4),
        "cost_cny_day": cny(told.total),
        "sites_cny_day": cny(told.running),
        "ways_cny_day": cny(told.collection),
        "bound_cny_day": cny(solution.bound) if one.problem is problem else None,
        "gap_percent": round(100 * solution.gap, 3),
        **_ways(study, ways),
        "people": sum(row["people"] for row in rows if row["state"] != "closed"),
        "opposition_max_percent": max((row["opposition_percent"] for row in fresh), default=0),
        "violations": [asdict(broken) for broken in one.violations],
        "trucks": trucks,
        "real_cny_day": None if driven is None else round(cny(told.running) + driven, 2),
        "sites": rows,
        "decided": decided(solution),
    }


def decided(solution: RelocationSolution) -> dict[str, Any]:
    """The search's decisions, of which all else follows, by numbers of zones, sites and plants.

    For each period the sites that are open, [zone, site, amount] and [site, plant, kg]; `bound` is
    the search's own proof, in mfen over all weighted days.
    """
    return {
        "open": [sorted(chosen) for chosen in solution.open_sites],
        "assigned": [_flows(flows) for flows in solution.assigned],
        "hauled": [_flows(flows) for flows in solution.hauled],
        "bound": solution.bound,
    }


def _flows(flows: Mapping[tuple[int, int], int]) -> list[list[int]]:
    return [[*pair, kg] for pair, kg in sorted(flows.items()) if kg]


def sites(study: SiteStudy, one: Choice) -> Iterator[dict[str, Any]]:
    """Every site that is open or closes: where, how full, whom it stands beside."""
    taken: dict[int, int] = {}
    for (_, s), kg in one.solution.assigned[0].items():
        taken[s] = taken.get(s, 0) + kg
    chosen = one.solution.open_sites[0]
    for s, site in enumerate(study.problem.sites):
        if s not in chosen and not site.existing:
            continue
        yield {
            "site": site.id,
            "name": site.name,
            "state": "closed" if s not in chosen else "existing" if site.existing else "new",
            "lon": site.lon,
            "lat": site.lat,
            "capacity": _amount(study, site.capacity_kg),
            "load": _amount(study, taken.get(s, 0)),
            "load_percent": round(100 * taken.get(s, 0) / site.capacity_kg, 1),
            "day_cny": cny(site.day_cost),
            "people": site.exposure,
            "opposition_percent": site.opposition_percent,
            "home_m": None if site.home_m >= FAR_AWAY_M else site.home_m,
            "school_m": None if site.sensitive_m >= FAR_AWAY_M else site.sensitive_m,
        }


def _ways(study: SiteStudy, ways: Sequence[tuple[int, int]]) -> dict[str, float]:
    """Mean, 95th percentile and farthest way, weighted by what goes it: metres, or minutes."""
    if not ways:
        return {"way_mean": 0.0, "way_p95": 0.0, "way_max": 0.0}
    ordered = np.array(sorted(ways))
    ranks = np.cumsum(ordered[:, 1])
    scale = 1 if study.rules.walk_m is not None else 60
    p95 = ordered[np.searchsorted(ranks, 0.95 * ranks[-1]), 0]
    mean = float((ordered[:, 0] * ordered[:, 1]).sum() / ranks[-1])
    return {
        "way_mean": round(mean / scale, 1),
        "way_p95": round(float(p95) / scale, 1),
        "way_max": round(float(ordered[-1, 0]) / scale, 1),
    }


def ranked(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lawful alternatives first, by the sum of their places in cost, mean way and people beside.

    The cost is that of real plans where there are any.
    """
    scores = np.zeros(len(told))
    real = all(one["real_cny_day"] is not None for one in told)
    for key in ("real_cny_day" if real else "cost_cny_day", "way_mean", "people"):
        column = [one[key] for one in told]
        low, high = min(column), max(column)
        scores += [(value - low) / (high - low) if high > low else 0.0 for value in column]
    order = sorted(
        range(len(told)), key=lambda k: (bool(told[k]["violations"]), float(scores[k]), k)
    )
    return [{"rank": place, **told[k]} for place, k in enumerate(order, start=1)]


def sites_csv(rows: Iterable[dict[str, Any]]) -> str:
    """`site.csv`: the sites of the cheapest alternative."""
    return _csv(list(rows))


def points_csv(study: SiteStudy, rows: Iterable[dict[str, Any]]) -> str:
    """New rooms or toilets as rows of `points.csv`: a room has one for each stream it takes."""
    hours = ";".join(f"{clock(a)}-{clock(b)}" for a, b in study.rules.hours)
    shares = dict(zip(study.rules.streams, study.rules.shares, strict=True)) or {"sewage": 1.0}
    made = []
    for row in rows:
        if row["state"] != "new":
            continue
        for stream, share in shares.items():
            made.append({
                "id": f"{row['site'].replace('/', '-')}-{stream}" if len(shares) > 1
                else row["site"].replace("/", "-"),
                "name": row["name"], "kind": study.kind, "stream": stream, "lon": row["lon"],
                "lat": row["lat"], "hours": hours,
                "demand_kg": round(1_000 * row["load"] * share) if study.rules.streams else "",
                "capacity_kg": round(1_000 * row["capacity"] * share)
                if study.rules.streams else "",
            })  # fmt: skip
    return _csv(made) if made else ""


def scenario_of(study: SiteStudy, one: Choice) -> Scenario:
    """New and closed sites as edits, for kinds that are facilities: like one that stands.

    Vehicles are dealt to the depots before one closes.
    """
    held = [site for site in study.loaded.district.sites if site.kind.value == study.kind]
    rows = list(sites(study, one))
    edits: list[Edit] = [
        Open(
            do="open",
            site=row["site"].replace("/", "-"),
            like=held[0].id,
            lon=row["lon"],
            lat=row["lat"],
            name=row["name"],
        )
        for row in rows
        if row["state"] == "new" and held
    ]
    if study.kind == "depot":
        edits += _garages(study, rows)
    edits += [Close(do="close", site=row["site"]) for row in rows if row["state"] == "closed"]
    return Scenario(name=f"{study.kind} {one.kind}", edits=tuple(edits))


def _garages(study: SiteStudy, rows: Sequence[dict[str, Any]]) -> list[Edit]:
    """Vehicles of each type dealt to the depots in the shares of the work near them.

    As many as can be stay where they are.
    """
    loads = {row["site"].replace("/", "-"): row["load"] for row in rows if row["state"] != "closed"}
    whole = sum(loads.values()) or 1.0
    if not loads:
        return []
    goes: defaultdict[str, list[str]] = defaultdict(list)
    types: defaultdict[str, list[Vehicle]] = defaultdict(list)
    for vehicle in study.loaded.district.vehicles:
        types[vehicle.type].append(vehicle)
    owed = dict.fromkeys(loads, 0.0)
    for alike in types.values():
        for depot, load in loads.items():
            owed[depot] += len(alike) * load / whole
        seats = dict.fromkeys(loads, 0)
        for _ in alike:
            depot = max(owed, key=lambda one: (owed[one], one))
            seats[depot] += 1
            owed[depot] -= 1
        moving = []
        for vehicle in alike:
            if seats.get(vehicle.depot, 0):
                seats[vehicle.depot] -= 1
            else:
                moving.append(vehicle)
        empty = [depot for depot, count in seats.items() for _ in range(count)]
        for vehicle, depot in zip(moving, empty, strict=True):
            goes[depot].append(vehicle.id)
    return [
        Garage(do="garage", vehicles=tuple(names), depot=depot) for depot, names in goes.items()
    ]


def scenario_toml(scenario: Scenario) -> str:
    """The edits as a file `huanwei compare` reads."""
    lines = [f"name = {json.dumps(scenario.name, ensure_ascii=False)}"]
    for edit in scenario.edits:
        lines += ["", "[[edits]]"]
        for key, value in edit.model_dump(exclude_none=True).items():
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _csv(table: Sequence[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(table[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(table)
    return "\ufeff" + buffer.getvalue()


def _amount(study: SiteStudy, whole: int) -> float:
    return round(whole / UNITS[study.kind], 2)
