"""What compact areas and even duties cost: the same day searched at several prices for them.

python -m benchmarks.horizon.compact FOLDER --date 2026-05-12 --area-cny 0,20 --uneven-cny 0,10
"""

from __future__ import annotations

import argparse
import logging
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.day_parts import CpuSeconds
from models.day import Budget, DrivenDay, Request
from models.units import cny
from scenarios.desk.day import load_folder
from solver.day.layout import ready_day
from solver.document.compactness import compactness
from solver.document.describe import Pen
from solver.judge.routes import check
from solver.routing.search.engine import RuinEngine, warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.day.layout import ReadyDay
    from solver.routing.base.engine import Outcome

log = logging.getLogger(__name__)

HEAD = ("operation", "area", "uneven", "CNY", "out", "unserved", "AOI", "NHO", "CCI",
        "in other areas", "duty h", "spread h", "laws")  # fmt: skip
"""Columns; prices are CNY a vehicle and square, and CNY an hour that a duty lacks."""
KEYS = ("arc_overlap", "hull_overlap", "pieces_per_route", "tasks_in_other_areas_share", "duty_h",
        "duty_spread_h")  # fmt: skip
"""The figures of a plan behind these columns, in their order."""


class Prices(NamedTuple):
    """What is asked for; `area_m` and `even_h` say of what."""

    area_m: float
    area_vehicle_cny: float
    even_h: float
    uneven_cny_h: float


def ready_with(folder: Path, day: date, prices: Prices, only: frozenset[str] | None) -> ReadyDay:
    """The day laid out with these prices."""
    loaded = load_folder(folder, day)
    rules = loaded.rules.with_costs(prices._asdict())
    request = Request(day=day, budget=Budget(iterations=1), only=only)
    return ready_day(loaded.district, loaded.network, rules, request)


def rows(
    ready: ReadyDay, request: Request, prices: Prices, cpu_s: float, seed: int
) -> Iterator[str]:
    """A line of the table for each operation."""
    parts = ready.day.parts
    outcomes = [
        RuinEngine().solve(part.problem, stop=CpuSeconds(cpu_s), seed=seed) for part in parts
    ]
    day = DrivenDay.of(parts, [o.solution for o in outcomes], [o.schedules for o in outcomes])
    pen = Pen(ready.district, ready.hauler.rules, request, ready.day)
    written = [pen.write(one, "", (), 0) for one in day]
    told = compactness(day, written, ready.ground.network).get("compactness", {})
    for operation, figures in told.items():
        own: list[Outcome] = [
            o for o, part in zip(outcomes, parts, strict=True) if part.operation == operation
        ]
        problems = [part.problem for part in parts if part.operation == operation]
        laws = sum(
            len(check(problem, o.solution, o.schedules))
            for problem, o in zip(problems, own, strict=True)
        )
        money = float(cny(sum(o.cost.money for o in own)))
        cells = (
            operation, f"{prices.area_vehicle_cny:g}", f"{prices.uneven_cny_h:g}", f"{money:,.0f}",
            sum(len(o.solution.routes) for o in own), sum(len(o.solution.unserved) for o in own),
            *(figures.get(key, "-") for key in KEYS), laws,
        )  # fmt: skip
        yield f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Print a table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--date", type=date.fromisoformat, required=True)
    parser.add_argument("--cpu-s", type=float, default=5, help="CPU seconds of each part")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area-m", type=float, default=1_000, help="side of a square")
    parser.add_argument("--area-cny", default="0,20", help="a vehicle in a square, several prices")
    parser.add_argument("--even-h", type=float, default=5, help="hours of an even duty")
    parser.add_argument("--uneven-cny", default="0", help="an hour that a duty lacks, likewise")
    parser.add_argument("--only", default="", help="operations, with commas between")
    options = parser.parse_args()
    only = frozenset(options.only.split(",")) if options.only else None
    warm_up()
    log.info("| %s |", " | ".join(HEAD))
    log.info("|%s", " --- |" * len(HEAD))
    for area, uneven in product(options.area_cny.split(","), options.uneven_cny.split(",")):
        prices = Prices(options.area_m, float(area), options.even_h, float(uneven))
        ready = ready_with(options.folder, options.date, prices, only)
        request = Request(day=options.date, budget=Budget(iterations=1), only=only)
        for row in rows(ready, request, prices, options.cpu_s, options.seed):
            log.info(row)


if __name__ == "__main__":
    main()
