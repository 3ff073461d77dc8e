"""Gap of the haul timetable to its lower bound, on a made-up district of 720 t a day.

python -m benchmarks.haul --trucks 26,40,60
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from dataclasses import replace

from models.units import cny
from scenarios.haul_town import haul_town
from solver.check_haul import check_haul
from solver.routing.ruin_engine import warm_up
from solver.stations.haul import HaulBudget, plan_haul

log = logging.getLogger(__name__)


def row(trucks: int, *, semi: bool, seed: int, patient: bool) -> str:
    """Plan one day; a line of the table."""
    problem = haul_town(trucks=trucks, semi=semi, seed=seed)
    begin, busy = time.perf_counter(), time.process_time()
    budget = HaulBudget(seed=seed)
    if patient:
        budget = replace(budget, seconds=math.inf, bound_s=math.inf)
    plan = plan_haul(problem, budget)
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    laws = len(check_haul(problem, plan))
    return (
        f"| {trucks} | {wall:.0f} ({cpu:.0f}) | {len(plan.tours)} | {cny(plan.cost):,.0f} "
        f"| {cny(plan.bound):,.0f} | {100 * plan.gap:.2f} % | {plan.shortfall_kg} | {laws} |"
    )


def main() -> None:
    """Print a table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trucks", default="26,40,60")
    parser.add_argument("--semi", action="store_true", help="every fourth a semi-trailer of 25 t")
    parser.add_argument(
        "--patient", action="store_true", help="no brakes: for a busy machine, read CPU-s"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warm_up()
    log.info("| trucks | s (CPU-s) | tours | CNY | bound | gap | shortfall, kg | violations |")
    log.info("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for trucks in options.trucks.split(","):
        log.info(row(int(trucks), semi=options.semi, seed=options.seed, patient=options.patient))


if __name__ == "__main__":
    main()
