"""Which collection points to merge (撤桶并点): the study of a folder, judged, and as edits."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.edits import MergePoints, Scenario
from models.errors import HuanweiError
from models.units import cny
from scenarios.desk.compare import roads_file
from scenarios.desk.day import load_folder
from solver.judge.merging import check_merging
from solver.location.exposure import neighbourhood
from solver.location.homes import merge_points, merging_problem
from solver.location.merging import solve_merging
from solver.location.walking import ON_FOOT
from solver.roads.graphs import read_roads
from solver.roads.surroundings import read_surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.district import Point
    from models.location import MergingProblem, MergingSolution
    from models.solution import Violation
    from solver.location.homes import Homes

OPERATION = "collect_residual"
TRUCK_FIGURES = (
    "duty_h", "service_km", "deadhead_km", "haul_km", "total_cny", "unserved", "routes",
)  # fmt: skip
"""Figures of the comparison that say what merging is worth to the trucks."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Merging:
    """Points, the problem made of them, its solution, what the judge says, whence the people."""

    district: str
    points: tuple[Point, ...]
    homes: Homes
    solution: MergingSolution
    violations: tuple[Violation, ...]
    population: str

    @property
    def problem(self) -> MergingProblem:
        """What was solved."""
        return self.homes.problem

    @property
    def groups(self) -> list[tuple[int, list[int]]]:
        """Points that stay with those that go there; first what costs a household least steps.

        That is the order in which a bureau may do it: metres added for each stop saved.
        """
        gone: defaultdict[int, list[int]] = defaultdict(list)
        for p, q in enumerate(self.solution.target):
            if p != q:
                gone[q].append(p)
        added = self.added_m
        return sorted(
            gone.items(), key=lambda pair: (sum(added[p] for p in pair[1]) / len(pair[1]), pair[0])
        )

    @property
    def added_m(self) -> dict[int, int]:
        """Metres households of each point walk more."""
        added: defaultdict[int, int] = defaultdict(int)
        for home, p in enumerate(self.problem.home_point):
            walks = self.problem.walks
            more = walks[home, self.solution.target[p]] - walks[home, p]
            added[p] += self.problem.households[home] * more
        return added


def merging(
    folder: Path,
    day: date,
    *,
    operation: str = OPERATION,
    walk_m: int | None = None,
    point_kg: int | None = None,
    seconds: float = 60.0,
) -> Merging:
    """Which points of an operation to merge; `walk_m`, `point_kg` replace the rule profile's.

    Raises `InputErrors` for a folder with faults, `HuanweiError` where there is nothing to merge.
    """
    loaded = load_folder(folder, day)
    if operation not in loaded.rules.operations:
        known = ", ".join(loaded.rules.operations)
        raise HuanweiError(
            f"{operation}: no such operation. The rule profile has {known}.",
            zh=f"{operation}：没有这项作业。规则文件中有 {known}。",
        )
    points = merge_points(loaded.district, loaded.rules, operation)
    if len(points) < 2:
        raise HuanweiError(
            f"{folder}: {operation} collects from {len(points)} points with waste; merging takes "
            "two. Fill points.csv, or name another operation with --operation.",
            zh=f"{folder}：{operation} 有垃圾量的收运点只有 {len(points)} 个，至少需要两个。"
            "请补充 points.csv，或用 --operation 指定其他作业。",
        )
    path = roads_file(loaded.district)
    network = read_roads(path, classes=ON_FOOT)
    near = neighbourhood(read_surroundings(path), points, network.origin, loaded.rules.exposure)
    homes = merging_problem(
        points, near.people, network, loaded.rules, walk_m=walk_m, point_kg=point_kg
    )
    solution = solve_merging(homes.problem, seconds=seconds)
    return Merging(
        district=loaded.district.name,
        points=tuple(points),
        homes=homes,
        solution=solution,
        violations=tuple(check_merging(homes.problem, solution)),
        population=near.people.source.value,
    )


def figures(found: Merging) -> dict[str, float]:
    """Counts, walks of a household to its point [m] before and after, money a day, bound, gap."""
    problem, solution = found.problem, found.solution
    before = walks_m(problem, range(len(problem.points)))
    after = walks_m(problem, solution.target)
    return {
        "points": len(problem.points),
        "stays": solution.stays,
        "stops_saved": len(problem.points) - solution.stays,
        "households": sum(problem.households),
        "homes": len(problem.households),
        "homes_outside": found.homes.outside,
        "points_without_homes": found.homes.bare,
        **{f"walk_{name}_before_m": value for name, value in before.items()},
        **{f"walk_{name}_after_m": value for name, value in after.items()},
        "limit_m": problem.limit_m,
        "cost_cny_day": cny(solution.cost),
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


def scenario_of(found: Merging) -> Scenario:
    """The merging as edits; each group's first point is the one that stays."""
    ids = [one.id for one in found.points]
    edits = tuple(
        MergePoints(do="merge_points", points=(ids[q], *(ids[p] for p in gone)))
        for q, gone in found.groups
    )
    return Scenario(name="撤桶并点", edits=edits)


def rows(found: Merging) -> Iterator[dict[str, Any]]:
    """Every point: its rank among the groups, where its waste goes, how far its homes walk."""
    ranks = {q: number for number, (q, _) in enumerate(found.groups, start=1)}
    problem = found.problem
    homes: defaultdict[int, list[int]] = defaultdict(list)
    for home, p in enumerate(problem.home_point):
        homes[p].append(home)
    for p, q in enumerate(found.solution.target):
        mine = homes[p]
        count = sum(problem.households[home] for home in mine)
        here, there = ([problem.walks[home, goal] for home in mine] for goal in (p, q))
        yield {
            "rank": ranks.get(q, 0),
            "point": found.points[p].id,
            "name": found.points[p].name,
            "stays": p == q,
            "goes_to": found.points[q].id,
            "kg_day": problem.points[p].demand_kg,
            "households": count,
            "added_m": round(found.added_m[p] / max(1, count), 1),
            "farthest_before_m": max(here),
            "farthest_after_m": max(there),
        }


def document(found: Merging, day: date, real: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `merge.json` holds; `real` is the document of the comparison, if it was made."""
    truck = None
    if real is not None:
        base, merged = real["scenarios"]
        truck = {
            "seeds": real["seeds"],
            "violations": [base["violations"], merged["violations"]],
            "figures": {key: merged["figures"][key] for key in TRUCK_FIGURES},
        }
    return {
        "schema_version": "1.0",
        "district": found.district,
        "date": day.isoformat(),
        "population_source": found.population,
        "figures": figures(found),
        "violations": [asdict(one) for one in found.violations],
        "points": list(rows(found)),
        "trucks": truck,
    }


def points_csv(found: Merging) -> str:
    """`merge.csv`: one row a point."""
    buffer = io.StringIO()
    table = list(rows(found))
    writer = csv.DictWriter(buffer, list(table[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row | {"stays": "yes" if row["stays"] else "no"} for row in table)
    return "\ufeff" + buffer.getvalue()


def scenario_toml(scenario: Scenario) -> str:
    """The edits as a file `huanwei compare` reads."""
    lines = [f"name = {json.dumps(scenario.name, ensure_ascii=False)}"]
    for edit in scenario.edits:
        points = json.dumps(edit.model_dump()["points"], ensure_ascii=False)
        lines += ["", "[[edits]]", 'do = "merge_points"', f"points = {points}"]
    return "\n".join(lines) + "\n"
