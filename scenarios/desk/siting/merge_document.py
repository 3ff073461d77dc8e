"""`merge.json`, its tables and edits: points merged, ways on foot, phases, and real truck days."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from models.units import cny
from scenarios.desk.siting.merge import ROOM, ROOMS, today
from scenarios.desk.siting.onwards import plans_asked, truck_figures
from solver.location.merging import merging_solution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from models.edits import Scenario
    from models.location import MergingProblem
    from scenarios.desk.siting.merge import Merging, Study

TRUCK_FIGURES = (
    "duty_h", "service_km", "deadhead_km", "haul_km", "total_cny", "unserved", "routes",
)  # fmt: skip
"""Figures of the comparison that say what merging is worth to the trucks."""


def figures(study: Study, found: Merging) -> dict[str, float]:
    """Counts, walks of a household to its point [m] before and after, money a day, bound, gap.

    Money at the prices that were asked for, of rooms at theirs; `gap_percent` of the alternative's
    own problem.
    """
    problem, solution = study.problem, found.solution
    priced = merging_solution(found.problem if found.kind == ROOMS else problem, solution.target)
    kept = set(solution.target)
    before = walks_m(problem, range(len(problem.points)))
    after = walks_m(problem, solution.target)
    grown = {q for p, q in enumerate(solution.target) if p != q}
    risks = [problem.points[q].opposition_percent for q in grown]
    return {
        "points": len(problem.points),
        "stays": solution.stays,
        "stops_saved": len(problem.points) - solution.stays,
        "rooms": sum(found.kind == ROOMS or study.points[q].kind == ROOM for q in kept),
        "households": sum(problem.households),
        "homes": len(problem.households),
        "homes_outside": study.homes.outside,
        "points_without_homes": study.homes.bare,
        **{f"walk_{name}_before_m": value for name, value in before.items()},
        **{f"walk_{name}_after_m": value for name, value in after.items()},
        "limit_m": found.problem.limit_m,
        "person_t": round(solution.person_kg / 1_000, 1),
        "points_opposed": sum(risk > 50 for risk in risks),
        "opposition_max_percent": max(risks, default=0),
        "cost_cny_day": cny(priced.cost),
        "today_cny_day": cny(today(study).cost),
        "bound_cny_day": cny(solution.bound),
        "gap_percent": round(100 * solution.gap, 3),
    }


def walks_m(problem: MergingProblem, target: Sequence[int]) -> dict[str, float]:
    """Mean, 95th percentile and farthest of the households' ways [m]."""
    metres = np.array([problem.walks[h, target[p]] for h, p in enumerate(problem.home_point)])
    counts = np.array(problem.households)
    order = np.argsort(metres, kind="stable")
    ranks = np.cumsum(counts[order])
    p95 = metres[order][np.searchsorted(ranks, 0.95 * ranks[-1])]
    return {
        "mean": round(float((metres * counts).sum() / ranks[-1]), 1),
        "p95": float(p95),
        "max": float(metres.max()),
    }


def rows(study: Study, found: Merging) -> Iterator[dict[str, Any]]:
    """Every point: its rank among the groups, where its waste goes, how far its homes walk."""
    ranks = {q: number for number, (q, _) in enumerate(found.groups, start=1)}
    added = found.added_m
    problem, points = study.problem, study.points
    homes: defaultdict[int, list[int]] = defaultdict(list)
    for home, p in enumerate(problem.home_point):
        homes[p].append(home)
    for p, q in enumerate(found.solution.target):
        mine = homes[p]
        count = sum(problem.households[home] for home in mine)
        here, there = ([problem.walks[home, goal] for home in mine] for goal in (p, q))
        yield {
            "rank": ranks.get(q, 0),
            "point": points[p].id,
            "name": points[p].name,
            "stays": p == q,
            "goes_to": points[q].id,
            "kg_day": problem.points[p].demand_kg,
            "households": count,
            "added_m": round(added[p] / max(1, count), 1),
            "farthest_before_m": max(here),
            "farthest_after_m": max(there),
            "opposition_percent": problem.points[q].opposition_percent if p != q else 0,
            "phase": found.phases[p],
            "lon": points[p].lon,
            "lat": points[p].lat,
        }


def phases(study: Study, found: Merging) -> list[dict[str, Any]]:
    """Each phase: its day, points that go, the households moved, and how all walk after it."""
    problem, told = study.problem, []
    for phase in range(1, max(found.phases, default=0) + 1):
        target = tuple(
            q if 0 < at <= phase else p
            for p, (q, at) in enumerate(zip(found.solution.target, found.phases, strict=True))
        )
        moved = {p for p, at in enumerate(found.phases) if at == phase}
        pairs = zip(problem.home_point, problem.households, strict=True)
        told.append({
            "phase": phase,
            "begin": study.phasing.date_of(phase).isoformat() if study.phasing else None,
            "stops_saved": len(moved),
            "households": sum(count for p, count in pairs if p in moved),
            "takers": sorted({study.points[found.solution.target[p]].id for p in moved}),
            "stays": len(set(target)),
            **{f"walk_{name}_m": value for name, value in walks_m(problem, target).items()},
        })  # fmt: skip
    return told


def document(study: Study, day: date, real: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `merge.json` holds; `real` is the document of the comparison, if it was made."""
    told = [
        {
            "kind": one.kind,
            "figures": figures(study, one),
            "violations": [asdict(broken) for broken in one.violations],
            "trucks": None if real is None else truck_figures(real, number, TRUCK_FIGURES),
            "decided": decided(study, one),
        }
        for number, one in enumerate(study.alternatives, start=1)
    ]
    first = study.alternatives[0]
    return {
        "schema_version": "1.2",
        "district": study.district,
        "date": day.isoformat(),
        "attribution": "© OpenStreetMap contributors (ODbL 1.0)",
        "asked": asked(study) | {"plans": plans_asked(real)},
        "population_source": study.population,
        "figures": told[0]["figures"],
        "violations": told[0]["violations"],
        "trucks": told[0]["trucks"],
        "alternatives": ranked(told),
        "phases": phases(study, first),
        "points": list(rows(study, first)),
    }


def asked(study: Study) -> dict[str, Any]:
    """What the study was asked for; days as their file has them."""
    order = asdict(study.order)
    if study.order.phasing is not None:
        order["phasing"]["begin"] = study.order.phasing.begin.isoformat()
    return order


def decided(study: Study, found: Merging) -> dict[str, Any]:
    """The search's decisions, of which all else follows: who takes whose waste, and its proof.

    `bound` in mfen a day, of the alternative's own problem.
    """
    ids = [one.id for one in study.points]
    return {
        "groups": [[ids[q], *(ids[p] for p in gone)] for q, gone in found.groups],
        "bound": found.solution.bound,
    }


def ranked(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lawful alternatives first, by the mean place in truck hours, walking and opposition.

    Hours are of real plans; without them the stops that are left stand for them.
    """
    keys = [
        [one["trucks"]["figures"]["duty_h"]["value"] if one["trucks"] else one["figures"]["stays"]
         for one in told],
        [one["figures"]["walk_mean_after_m"] for one in told],
        [one["figures"]["person_t"] for one in told],
    ]  # fmt: skip
    scores = np.zeros(len(told))
    for column in keys:
        low, high = min(column), max(column)
        scores += [(value - low) / (high - low) if high > low else 0.0 for value in column]
    order = sorted(
        range(len(told)), key=lambda k: (bool(told[k]["violations"]), float(scores[k]), k)
    )
    return [{"rank": place, **told[k]} for place, k in enumerate(order, start=1)]


def points_csv(study: Study, found: Merging) -> str:
    """`merge.csv`: one row a point."""
    buffer = io.StringIO()
    table = list(rows(study, found))
    writer = csv.DictWriter(buffer, list(table[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row | {"stays": "yes" if row["stays"] else "no"} for row in table)
    return "\ufeff" + buffer.getvalue()


def scenario_toml(scenario: Scenario) -> str:
    """The edits as a file `huanwei compare` reads."""
    lines = [f"name = {json.dumps(scenario.name, ensure_ascii=False)}"]
    for edit in scenario.edits:
        told = edit.model_dump()
        points = json.dumps(told["points"], ensure_ascii=False)
        lines += ["", "[[edits]]", 'do = "merge_points"', f"points = {points}"]
        if told["kind"]:
            lines.append(f"kind = {json.dumps(told['kind'], ensure_ascii=False)}")
        if edit.open_from is not None:
            lines.append(f"open_from = {edit.open_from.isoformat()}")
    return "\n".join(lines) + "\n"
