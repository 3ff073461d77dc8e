"""Does the screening rank sites as real plans do? Spearman's rank correlation; time; sweeps.

python -m benchmarks.screening DIR --date 2026-05-12 --samples 20 --iterations 6000
python -m benchmarks.screening DIR --date 2026-05-12 --speed
python -m benchmarks.screening DIR --date 2026-05-12 --sweep --iterations 100
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scipy.stats import spearmanr

from models.day import Budget
from models.edits import Close, Demand, Open, Scenario
from models.units import cny
from scenarios.desk.compare import Series, plan_job
from scenarios.desk.day import load_folder
from scenarios.desk.siting.relocate import prepare
from solver.day.plan import Request, plan_day
from solver.document.figures import tipped_kg
from solver.edits.apply import apply_scenario
from solver.location.real import cheapest_haulage
from solver.location.study import mean_day, screen
from solver.roads.cache import Cache
from solver.trade.vehicles import haulers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.location import RelocationProblem
    from scenarios.desk.compare import Job

log = logging.getLogger(__name__)
ONLY = frozenset({"collect_residual"})
MOST_CLOSED = 7


class Money(NamedTuple):
    """Parts of a day [CNY]."""

    collection: float
    haul: float
    sites: float


PARTS: dict[str, Callable[[Money], float]] = {
    "collection": lambda one: one.collection,
    "collection and haul": lambda one: one.collection + one.haul,
    "with the sites' own money": sum,
}
"""What is compared: the screening ranks by the last, its parts are harder to foretell."""
Choice = tuple[tuple[int, ...], frozenset[int]]
"""New sites, and today's stations that close."""


def samples(problem: RelocationProblem, count: int, seed: int) -> list[Choice]:
    """Choices of sites that differ and that a planner could take.

    Sample k closes k mod 8 stations, drawn at random (fewer where there are few), and opens new
    sites on lots drawn at random, at least one, until the open stations hold the peak: a choice
    with a gap of capacity would be no alternative. The estimate plays no part in the drawing.
    """
    rng = random.Random(seed)
    today = [k for k, site in enumerate(problem.sites) if site.existing]
    new = [k for k, site in enumerate(problem.sites) if not site.existing]
    found: list[Choice] = []
    for k in range(count):
        gone = frozenset(rng.sample(today, min(k % (MOST_CLOSED + 1), len(today) - 1)))
        room = sum(problem.sites[s].capacity_kg for s in today if s not in gone)
        fresh: list[int] = []
        for site in rng.sample(new, len(new)):
            if fresh and room >= problem.peak_kg(0):
                break
            if problem.sites[site].place not in {problem.sites[s].place for s in fresh}:
                fresh.append(site)
                room += problem.sites[site].capacity_kg
        found.append((tuple(fresh), gone))
    return found


def estimate(problem: RelocationProblem, choice: Choice) -> Money:
    """The day as the screening sees it."""
    fresh, gone = choice
    today = {k for k, site in enumerate(problem.sites) if site.existing}
    day = mean_day(problem, today - gone | set(fresh))
    return Money(cny(day.collection), cny(day.haul), cny(day.running))


def scenario(problem: RelocationProblem, choice: Choice) -> Scenario:
    """The choice as edits."""
    fresh, gone = choice
    like = problem.sites[min(gone, default=0)].id
    opened = [
        Open(
            do="open", site=f"NEW{k}", like=like, lon=problem.sites[s].lon,
            lat=problem.sites[s].lat, capacity_t=problem.sites[s].capacity_kg / 1_000,
        )
        for k, s in enumerate(fresh, start=1)
    ]  # fmt: skip
    closed = [Close(do="close", site=problem.sites[k].id) for k in sorted(gone)]
    name = f"-{len(closed)} +{','.join(problem.sites[s].id for s in fresh)}"
    return Scenario(name=name, edits=(*opened, *closed))


def replan(job: Job) -> dict[str, Any]:
    """Plan the routes of a scenario for real; money of routes and of the cheapest haul [CNY].

    Without haul trucks, so that no timetable is made: its noise is larger than what sites change.
    """
    loaded = load_folder(Path(job.folder), job.day)
    whole = loaded.district
    if job.scenario is not None:
        whole = apply_scenario(whole, job.scenario, job.day)
    hauls = {truck.id for truck in haulers(whole, loaded.rules)}
    district = replace(whole, vehicles=tuple(one for one in whole.vehicles if one.id not in hauls))
    request = Request(day=job.day, budget=job.budget, seed=job.seed, workers=1, only=job.only)
    cache = Cache.from_environment()
    plan = plan_day(district, loaded.network, loaded.rules, request, cache=cache).plan
    taken = tipped_kg(plan)
    haul = cheapest_haulage(whole, loaded.network, loaded.rules, taken, job.day)
    return {
        "routes_cny": float(plan.kpis["cost_cny"]),
        "haul_cny": cny(haul.cost),
        "collected_t": sum(taken.values()) / 1_000,
        "deadhead_km": float(plan.kpis["deadhead_km"]),
        "routes": float(plan.kpis["routes"]),
        "unserved": float(plan.kpis["unserved"]),
    }


def series_of(options: argparse.Namespace, day: date, journal: Path, workers: int) -> Series:
    """The real plans of one run, each told when it is done."""
    return Series(
        folder=options.folder, day=day, budget=Budget(iterations=options.iterations),
        journal=journal, only=ONLY, workers=workers,
        news=lambda name, done, total: log.info("%d of %d: %s", done, total, name),
    )  # fmt: skip


def correlation(options: argparse.Namespace, day: date) -> None:
    """Plan the routes of every sample for real and compare the orders."""
    problem = prepare(options.folder, day).problem
    chosen = samples(problem, options.samples, options.seed)
    scenarios = [scenario(problem, one) for one in chosen]
    series = series_of(options, day, options.journal, options.workers)
    jobs = {f"{k} {series.mark(one)}": series.job(one, 1) for k, one in enumerate(scenarios)}
    found = series.sweep(replan, jobs)
    guessed = [estimate(problem, one) for one in chosen]
    demand = sum(zone.demand_kg for zone in problem.zones) / 1_000
    real = [
        Money(demand * one["routes_cny"] / one["collected_t"],
              demand * one["haul_cny"] / one["collected_t"], guess.sites)
        for one, guess in zip(found.values(), guessed, strict=True)
    ]  # fmt: skip
    log.info("| scenario | estimate: collection, haul, sites | real: collection, haul | km |")
    log.info("| --- | --- | --- | --- |")
    for one, a, b, plan in zip(scenarios, guessed, real, found.values(), strict=True):
        row = (one.name, *a, b.collection, b.haul, plan["deadhead_km"])
        log.info("| %s | %.0f %.0f %.0f | %.0f %.0f | %.0f |", *row)
    for name, part in PARTS.items():
        x, y = [part(one) for one in guessed], [part(one) for one in real]
        slope, offset, error = fit(x, y)
        words = (name, spearmanr(x, y).statistic, len(real), slope, offset, error)
        log.info("%s: Spearman %.3f over %d; real = %.2f estimate %+.0f, off by %.2f %%", *words)


def fit(guessed: Sequence[float], real: Sequence[float]) -> tuple[float, float, float]:
    """Least squares: slope, offset, mean error in percent of real."""
    mx, my = sum(guessed) / len(guessed), sum(real) / len(real)
    spread = sum((x - mx) ** 2 for x in guessed)
    slope = sum((x - mx) * (y - my) for x, y in zip(guessed, real, strict=True)) / spread
    offset = my - slope * mx
    errors = [abs(slope * x + offset - y) / y for x, y in zip(guessed, real, strict=True)]
    return slope, offset, 100 * sum(errors) / len(errors)


def speed(options: argparse.Namespace, day: date) -> None:
    """Time of screening all candidates of the district."""
    ready = prepare(options.folder, day)
    begin, busy = time.perf_counter(), time.process_time()
    found = screen(ready.problem, ready.troubled)
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    log.info("%d candidates screened in %.1f s (%.1f CPU-s)", len(found), wall, cpu)


def sweep_speed(options: argparse.Namespace, day: date) -> None:
    """40 real plans of the district under growing demand, by one worker and by two."""
    scenarios = [
        Scenario(name=str(k), edits=(Demand(do="demand", factor=1 + k / 400),)) for k in range(40)
    ]
    times = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            series = series_of(options, day, Path(folder) / "r.jsonl", workers)
            jobs = {one.name: series.job(one, 1) for one in scenarios}
            begin, busy = time.perf_counter(), children_s()
            series.sweep(plan_job, jobs)
            times.append(time.perf_counter() - begin)
            log.info("%d: %.1f s (%.1f CPU-s)", workers, times[-1], children_s() - busy)
    log.info("40 plans: %.1f s alone, %.1f s by two, %.2f x", *times, times[0] / times[1])


def children_s() -> float:
    """CPU seconds of all ended children."""
    return sum(os.times()[2:4])


def main() -> None:
    """Measure what is asked for."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--date", default=date.today().isoformat())
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--journal", type=Path, default=Path("screening.jsonl"))
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--sweep", action="store_true")
    options = parser.parse_args()
    day = date.fromisoformat(options.date)
    if options.speed:
        speed(options, day)
    elif options.sweep:
        sweep_speed(options, day)
    else:
        correlation(options, day)


if __name__ == "__main__":
    main()
