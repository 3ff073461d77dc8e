"""The parts of a district's day, searched alone: cost, vehicles out, iterations a CPU-second.

python -m benchmarks.day_parts FOLDER --date 2026-05-12 --cpu-s 5,20 --seeds 1,2,3
"""

from __future__ import annotations

import argparse
import logging
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from models.day import Budget, Request
from models.units import cny
from scenarios.desk.day import load_folder
from solver.day.layout import ready_day
from solver.judge.routes import check
from solver.routing.search.engine import RuinEngine, warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.problem import RoutingProblem
    from solver.routing.base.engine import Outcome

log = logging.getLogger(__name__)


class CpuSeconds:
    """A budget in CPU seconds of this process: other work on the machine does not shorten it."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.begin = seconds, time.process_time()

    def used(self, iterations: int) -> float:
        """Share of the budget used."""
        del iterations
        return (time.process_time() - self.begin) / self.seconds


def day_problems(
    folder: Path, day: date, only: frozenset[str] | None
) -> Iterator[tuple[str, RoutingProblem]]:
    """Names and routing problems of a day's parts."""
    loaded = load_folder(folder, day)
    request = Request(day=day, budget=Budget(iterations=1), only=only)
    ready = ready_day(loaded.district, loaded.network, loaded.rules, request)
    for number, part in enumerate(ready.day.parts):
        yield f"{number} {part.operation}", part.problem


def row(name: str, problem: RoutingProblem, outcomes: list[Outcome], seconds: float) -> str:
    """A line of the table: means over the seeds, laws broken in all."""
    count = len(outcomes)
    costs = [float(cny(one.cost.money)) for one in outcomes]
    out = sum(len(one.solution.routes) for one in outcomes) / count
    left = sum(len(one.solution.unserved) for one in outcomes) / count
    speed = sum(one.iterations for one in outcomes) / count / seconds
    laws = sum(len(check(problem, one.solution, one.schedules)) for one in outcomes)
    return (
        f"| {name} | {len(problem.tasks)} | {seconds:g} | {sum(costs) / count:,.0f} "
        f"| {min(costs):,.0f}-{max(costs):,.0f} | {out:.1f} | {left:.1f} | {speed:,.0f} | {laws} |"
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
    log.info("| part | tasks | CPU-s | CNY | from-to | out | unserved | iterations/CPU-s | laws |")
    log.info("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    only = frozenset(options.only.split(",")) if options.only else None
    for name, problem in day_problems(options.folder, options.date, only):
        for seconds in map(float, options.cpu_s.split(",")):
            outcomes = [
                RuinEngine().solve(problem, stop=CpuSeconds(seconds), seed=int(seed))
                for seed in options.seeds.split(",")
            ]
            log.info(row(name, problem, outcomes, seconds))


if __name__ == "__main__":
    main()
