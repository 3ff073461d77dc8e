"""Driving without work over days in a row, by the choice of days, the search and the prices.

python -m benchmarks.horizon.deadhead FOLDER --from 2026-05-11 --days 6 --only flush \
    --iterations 20000 --choice 0

`--choice` are the iterations of the choice of days (0: the rota stands), `--iterations` each day's.
Legs are told by what lies at their ends: depot, work, water or tip. `--hash` deals days by a
hash of each stretch instead, to compare with: the same search, prices and cadences.
"""

from __future__ import annotations

import argparse
import logging
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from models.day import Budget, Request
from scenarios.desk.horizon.week import decide_week
from solver.horizon.week import visits
from solver.trade.cadence import rhythms

if TYPE_CHECKING:
    from models.plan import Plan, PlanRoute
    from scenarios.desk.horizon.week import Week
    from solver.tasks.rota import Unit

log = logging.getLogger(__name__)

ENDS = {"start": "depot", "end": "depot", "serve": "work", "refill": "water", "tip": "tip"}
"""Steps between which a vehicle drives; others only pass time."""
KM = 1_000
"""Metres of a kilometre (by definition)."""


def legs(route: PlanRoute) -> Counter[str]:
    """Metres driven without work, by what lies at the ends of the way."""
    found: Counter[str] = Counter()
    last, metres = "depot", 0
    for trip in route.trips:
        for step in trip.steps:
            if step.kind == "drive":
                metres += step.distance_m
            elif step.kind in ENDS:
                if step.kind != "start":
                    found[f"{last} to {ENDS[step.kind]}"] += metres
                last, metres = ENDS[step.kind], 0
    return found


def tell(plans: list[Plan], operation: str) -> None:
    """Log the operation's kilometres over all days, by day and by kind of leg."""
    own = [[route for route in plan.routes if route.operation == operation] for plan in plans]
    work = [sum(route.service_m for route in routes) / KM for routes in own]
    empty = [sum(route.deadhead_m for route in routes) / KM for routes in own]
    hours = [sum(route.duration_s for route in routes) / 3_600 for routes in own]
    total = sum(work)
    log.info("%s: %.3f km per km of work", operation, sum(empty) / total)
    for name, values in (("work km", work), ("empty km", empty), ("hours", hours)):
        log.info("  %-9s%s", name, "".join(f"{value:8.1f}" for value in values))
    sums: Counter[str] = Counter()
    for routes in own:
        for route in routes:
            sums += legs(route)
    for kind, metres in sums.most_common():
        log.info("  %-15s %.3f", kind, metres / KM / total)


def by_hash(week: Week) -> Week:
    """The week with the rhythm of each piece of work drawn by its id, wherever it lies."""
    stopped = {(one.operation, one.date) for one in week.told.stopped}
    dealt = {str(unit.id): _drawn(unit, week, stopped) for unit in week.units}
    works = [one.model_copy(update={"visits": dealt[one.unit]}) for one in week.told.works]
    return replace(week, told=week.told.model_copy(update={"works": works}))


def _drawn(unit: Unit, week: Week, stopped: set[tuple[str, date]]) -> list[date]:
    allowed = rhythms(unit.cadence)
    rhythm = allowed[zlib.crc32(str(unit.id).encode()) % len(allowed)]
    off = {day for day in week.days if (unit.id.operation, day) in stopped}
    return visits(unit._replace(rhythm=rhythm), week.days, last=None, stopped=off)


def main() -> None:
    """Decide the days, plan each, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="begin", type=date.fromisoformat, required=True)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--only", default="flush")
    parser.add_argument("--iterations", type=int, default=5_000)
    parser.add_argument("--choice", type=int, default=0)
    parser.add_argument("--hash", action="store_true")
    told = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    names = frozenset(told.only.split(","))
    request = Request(
        day=told.begin, budget=Budget(iterations=told.iterations), workers=1, only=names
    )
    choice = replace(request, budget=Budget(iterations=told.choice // told.days))
    week = decide_week(told.folder, choice, told.days)
    week = by_hash(week) if told.hash else week
    plans = [made.plan for _, made in week.plans(request)]
    for name in sorted(names):
        tell(plans, name)


if __name__ == "__main__":
    main()
