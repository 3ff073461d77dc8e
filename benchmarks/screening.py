"""Does the screening rank sites as real plans do? Spearman's rank correlation, and its time.

python -m benchmarks.screening DIR --date 2026-05-12 --samples 20 --iterations 1500
python -m benchmarks.screening DIR --date 2026-05-12 --speed
python -m benchmarks.screening DIR --date 2026-05-12 --sweep
"""

from __future__ import annotations

import argparse
import logging
import random
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scipy.stats import spearmanr

from models.units import cny
from scenarios.compare import Job, key_of, plan_job
from scenarios.edits import Close, Open, Scenario
from scenarios.relocate import prepare
from scenarios.sweep import run_sweep
from solver.location.evaluate import evaluate
from solver.location.study import screen
from solver.parallel import Budget

if TYPE_CHECKING:
    from models.location import RelocationProblem
    from scenarios.relocate import Prepared
    from solver.location.evaluate import Evaluation

log = logging.getLogger(__name__)
ONLY = frozenset({"collect_residual"})


def samples(ready: Prepared, count: int, seed: int) -> list[tuple[int, frozenset[int]]]:
    """Choices of sites: a new site instead of one to five of today's stations, as (new, gone)."""
    rng = random.Random(seed)
    problem = ready.problem
    today = [k for k, site in enumerate(problem.sites) if site.existing]
    new = [k for k, site in enumerate(problem.sites) if not site.existing]
    most = min(5, len(today) - 1)
    return [(rng.choice(new), frozenset(rng.sample(today, 1 + k % most))) for k in range(count)]


def estimate(problem: RelocationProblem, new: int, gone: frozenset[int]) -> float:
    """Collection and haul of a day whose routes know no capacities [CNY], as the real plans."""
    day = evaluated(problem, new, gone)
    return cny(day.collection + day.haul)


def evaluated(problem: RelocationProblem, new: int, gone: frozenset[int]) -> Evaluation:
    """The day of the choice."""
    today = {k for k, site in enumerate(problem.sites) if site.existing}
    return evaluate(problem, today - gone | {new}, limited=False)


def _slope(x: list[float], y: list[float]) -> float:
    """Least squares through the means."""
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum(
        (a - mx) ** 2 for a in x
    )


def scenario(problem: RelocationProblem, new: int, gone: frozenset[int]) -> Scenario:
    """The choice as edits."""
    site, first = problem.sites[new], problem.sites[min(gone)]
    opened = Open(
        do="open", site="NEW", like=first.id, lon=site.lon, lat=site.lat,
        capacity_t=site.capacity_kg / 1_000,
    )  # fmt: skip
    closed = [Close(do="close", site=problem.sites[k].id) for k in sorted(gone)]
    return Scenario(name=site.id, edits=(opened, *closed))


def correlation(options: argparse.Namespace, day: date) -> None:
    """Plan every sample for real and compare the orders."""
    ready = prepare(options.folder, day)
    budget = Budget(iterations=options.iterations)
    chosen = samples(ready, options.samples, options.seed)
    scenarios = [scenario(ready.problem, *one) for one in chosen]
    jobs = {
        f"{k} {key_of(options.folder, day, budget, ONLY, one)}": Job(
            folder=str(options.folder.resolve()), scenario=one, day=day, seed=1, budget=budget,
            only=ONLY,
        )
        for k, one in enumerate(scenarios)
    }  # fmt: skip
    found = run_sweep(
        plan_job, jobs, options.journal, workers=options.workers,
        news=lambda name, done, total: log.info("%d of %d: %s", done, total, name),
    )  # fmt: skip
    guessed = [estimate(ready.problem, *one) for one in chosen]
    demand = sum(zone.demand_kg for zone in ready.problem.zones) / 1_000
    real = [demand * float(one["figures"]["cny_per_t"]) for one in found.values()]
    for one, a, b in zip(scenarios, guessed, real, strict=True):
        log.info("%s: estimate %.0f, real %.0f CNY/day", one.name, a, b)
    slope = _slope(
        [cny(evaluated(ready.problem, *one).collection) for one in chosen],
        [demand * one["figures"]["cost_cny"] / one["figures"]["collected_t"]
         for one in found.values()],
    )  # fmt: skip
    log.info(
        "real collection rises %.2f for each unit estimated: calibration_percent = %.0f",
        slope, slope * ready.settings.calibration_percent,
    )  # fmt: skip
    offset = sum(b - a for a, b in zip(guessed, real, strict=True)) / len(real)
    errors = [abs(a + offset - b) / b for a, b in zip(guessed, real, strict=True)]
    log.info(
        "Spearman %.3f over %d scenarios; mean error after one offset %.2f %% of the real cost",
        spearmanr(guessed, real).statistic, len(real), 100 * sum(errors) / len(errors),
    )  # fmt: skip


def speed(options: argparse.Namespace, day: date) -> None:
    """Time of screening all candidates of the district."""
    ready = prepare(options.folder, day)
    begin, busy = time.perf_counter(), time.process_time()
    found = screen(ready.problem, ready.troubled)
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    log.info("%d candidates screened in %.1f s (%.1f CPU-s)", len(found), wall, cpu)


def sweep_speed(options: argparse.Namespace) -> None:
    """40 jobs of pure computing by one worker and by two."""
    jobs = {str(k): options.work for k in range(40)}
    times = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            run_sweep(compute, jobs, Path(folder) / "r.jsonl", workers=workers)
            times.append(time.perf_counter() - begin)
    log.info("40 jobs: %.1f s alone, %.1f s by two, %.2f x", *times, times[0] / times[1])


def compute(rounds: int) -> dict[str, Any]:
    """A job that keeps one core busy."""
    total = 0
    for k in range(rounds):
        total = (total * 31 + k) % 1_000_003
    return {"total": total}


def main() -> None:
    """Measure what is asked for."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--date", default=date.today().isoformat())
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=int, default=10_000_000)
    parser.add_argument("--journal", type=Path, default=Path("screening.jsonl"))
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--sweep", action="store_true")
    options = parser.parse_args()
    day = date.fromisoformat(options.date)
    if options.speed:
        speed(options, day)
    elif options.sweep:
        sweep_speed(options)
    else:
        correlation(options, day)


if __name__ == "__main__":
    main()
