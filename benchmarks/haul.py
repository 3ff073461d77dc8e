"""Gap of the haul timetable to its lower bound, on a made-up district of 720 t a day.

python -m benchmarks.haul --trucks 26,40,60
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import time
from dataclasses import replace

from models.day import HaulBudget
from models.units import cny
from scenarios.demo.haul_town import haul_town
from solver.haul.plan import plan_haul
from solver.judge.haul import check_haul
from solver.routing.search.engine import warm_up

log = logging.getLogger(__name__)


def row(trucks: int, budget: HaulBudget, *, semi: bool, town: int) -> str:
    """Plan one day; a line of the table."""
    problem = haul_town(trucks=trucks, semi=semi, seed=town)
    begin, busy = time.perf_counter(), cpu_s()
    plan = plan_haul(problem, budget)
    wall, cpu = time.perf_counter() - begin, cpu_s() - busy
    laws = len(check_haul(problem, plan))
    return (
        f"| {trucks} | {wall:.0f} ({cpu:.0f}) | {len(plan.tours)} | {cny(plan.cost):,.0f} "
        f"| {cny(plan.bound):,.0f} | {100 * plan.gap:.2f} % | {plan.shortfall_kg} | {laws} |"
    )


def cpu_s() -> float:
    """CPU seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def main() -> None:
    """Print a table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trucks", default="26,40,60")
    parser.add_argument("--semi", action="store_true", help="every fourth a semi-trailer of 25 t")
    parser.add_argument(
        "--patient", action="store_true", help="no brakes: for a busy machine, read CPU-s"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the search")
    parser.add_argument("--town", type=int, default=1, help="seed of the district")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    warm_up()
    log.info("| trucks | s (CPU-s) | tours | CNY | bound | gap | shortfall, kg | violations |")
    log.info("| --- | --- | --- | --- | --- | --- | --- | --- |")
    budget = HaulBudget(seed=options.seed, workers=options.workers)
    if options.patient:
        budget = replace(budget, seconds=math.inf, bound_s=math.inf)
    for trucks in options.trucks.split(","):
        log.info(row(int(trucks), budget, semi=options.semi, town=options.town))


if __name__ == "__main__":
    main()
