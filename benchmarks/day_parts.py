"""The parts of a district's day, searched alone: cost, vehicles out, whole streets, speed.

python -m benchmarks.day_parts FOLDER --date 2026-05-12 --cpu-s 5,20 --seeds 1,2,3
"""

from __future__ import annotations

import argparse
import logging
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from models.day import Budget, DrivenDay, Request
from models.units import cny
from scenarios.desk.day import load_folder
from solver.cost import days_in_one
from solver.day.layout import ready_day
from solver.document.street_figures import street_work
from solver.judge.routes import check
from solver.routing.bound.bounds import lower_bound
from solver.routing.search.engine import RuinEngine, warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.part import Part
    from solver.routing.base.engine import Outcome

log = logging.getLogger(__name__)

HEAD = ("part", "tasks", "CPU-s", "CNY", "from-to", "above the bound", "out", "unserved",
        "per street", "split", "iterations/CPU-s", "laws")  # fmt: skip
"""Columns; "above the bound": the mean, above what no plan of the part can cost less than, days of
vehicles that several parts share counted in one of them; "per street": vehicles on a named street
in a shift, "split": sections by lanes."""


class CpuSeconds:
    """A budget in CPU seconds of this process: other work on the machine does not shorten it."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.begin = seconds, time.process_time()

    def used(self, iterations: int) -> float:
        """Share of the budget used."""
        del iterations
        return (time.process_time() - self.begin) / self.seconds


def day_parts(folder: Path, day: date, only: frozenset[str] | None) -> Iterator[tuple[str, Part]]:
    """A day's parts with their names."""
    loaded = load_folder(folder, day)
    request = Request(day=day, budget=Budget(iterations=1), only=only)
    ready = ready_day(loaded.district, loaded.network, loaded.rules, request)
    for number, part in enumerate(ready.day.parts):
        yield f"{number} {part.operation}", part


def streets(part: Part, one: Outcome) -> tuple[float, float]:
    """Vehicles per named street and shift, and sections whose lanes are split."""
    day = DrivenDay.of((part,), [one.solution], [one.schedules])
    work = street_work(day, crumb_m=0).get("street_work", {}).get(part.operation, {})
    return work.get("vehicles_per_street", 0.0), work.get("split_sections", 0.0)


def row(name: str, part: Part, outcomes: list[Outcome], seconds: float, bound: int) -> str:
    """A line of the table: means over the seeds, laws broken in all; `bound` in mfen."""
    problem, count = part.problem, len(outcomes)
    shared, split = (
        sum(each) / count for each in zip(*(streets(part, o) for o in outcomes), strict=True)
    )
    costs = [float(cny(one.cost.money)) for one in outcomes]
    out = sum(len(one.solution.routes) for one in outcomes) / count
    left = sum(len(one.solution.unserved) for one in outcomes) / count
    speed = sum(one.iterations for one in outcomes) / count / seconds
    laws = sum(len(check(problem, one.solution, one.schedules)) for one in outcomes)
    return (
        f"| {name} | {len(problem.tasks)} | {seconds:g} | {sum(costs) / count:,.0f} "
        f"| {min(costs):,.0f}-{max(costs):,.0f} | {sum(costs) / count / cny(bound) - 1:.1%} "
        f"| {out:.1f} | {left:.1f} "
        f"| {shared:.2f} | {split:.1f} | {speed:,.0f} | {laws} |"
    )


def main() -> None:
    """Print a table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--date", type=date.fromisoformat, required=True)
    parser.add_argument("--cpu-s", default="5", help="CPU seconds of each search, several: 5,20")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--only", default="", help="operations, with commas between")
    options = parser.parse_args()
    warm_up()
    log.info("| %s |", " | ".join(HEAD))
    log.info("|%s", " --- |" * len(HEAD))
    only = frozenset(options.only.split(",")) if options.only else None
    parts = list(day_parts(options.folder, options.date, only))
    told = days_in_one([part.problem for _, part in parts])
    for (name, part), problem in zip(parts, told, strict=True):
        bound = lower_bound(problem) or 1
        for seconds in map(float, options.cpu_s.split(",")):
            outcomes = [
                RuinEngine().solve(part.problem, stop=CpuSeconds(seconds), seed=int(seed))
                for seed in options.seeds.split(",")
            ]
            log.info(row(name, part, outcomes, seconds, bound))


if __name__ == "__main__":
    main()
