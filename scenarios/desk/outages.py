"""The day without each station, plant, vehicle or driver in turn: how bad is it, one line each.

Every run begins from the same earlier plan, with the same seed and iterations; so does the run in
which nothing is left out, against which the others are counted.
"""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.district import SiteKind
from models.edits import Without
from scenarios.desk.day import pack_day, plan_folder
from scenarios.desk.judge import read_plan
from scenarios.desk.sweep import run_sweep
from solver.day.plan import Request
from solver.document.difference import taken_kg

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from models.day import Budget
    from models.district import District
    from models.plan import Plan

NOTHING = "-"
"""Name of the run in which nothing is left out."""
COLUMNS = (
    "id", "name", "plant_t", "shortfall_t", "stuck_t", "extra_km", "extra_cny", "max_load_ratio",
    "over_t", "unserved", "kept_share", "violations", "seconds", "search_s", "cpu_s",
)  # fmt: skip
"""Of the table, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run: what is left out (`NOTHING`: nothing), and the earlier plan's document."""

    folder: str
    before: str
    without: str
    day: date
    budget: Budget
    seed: int
    only: frozenset[str] | None
    keep: bool


def members(district: District, kinds: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """(kind, id, name) of everything of these kinds that is there on the day."""
    for site in district.sites:
        if site.kind in {SiteKind.STATION, SiteKind.PLANT} and site.kind.value in kinds:
            yield site.kind.value, site.id, site.name
    if "vehicle" in kinds:
        for vehicle in district.vehicles:
            if vehicle.available:
                yield "vehicle", vehicle.id, vehicle.plate
    if "driver" in kinds:
        for driver in district.drivers:
            if driver.available:
                yield "driver", driver.id, driver.name


def sweep_without(
    folder: Path,
    district: District,
    kinds: Collection[str],
    before: Path,
    journal: Path,
    *,
    day: date,
    budget: Budget,
    seed: int = 1,
    only: frozenset[str] | None = None,
    keep: bool = False,
    workers: int = 2,
    scheduler: str | None = None,
    news: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """The document of a sweep; `before` is the plan document that every run begins from.

    Runs already in the journal are not made again, as long as folder, plan and budget are the same.
    """
    left_out = [("", NOTHING, ""), *members(district, kinds)]
    base = Job(
        folder=str(folder.resolve()), before=str(before.resolve()), without=NOTHING, day=day,
        budget=budget, seed=seed, only=only, keep=keep,
    )  # fmt: skip
    mark = _mark(folder, before, base)
    jobs = {f"{name} {mark}": replace(base, without=name) for _, name, _ in left_out}
    found = run_sweep(run_job, jobs, journal, workers=workers, scheduler=scheduler, news=news)
    runs = {name: found[f"{name} {mark}"] for _, name, _ in left_out}
    return {
        "schema_version": "1.0",
        "district": district.name,
        "date": day.isoformat(),
        "seed": seed,
        "iterations": budget.iterations,
        "keep": keep,
        "columns": list(COLUMNS),
        "runs": worst_first(
            [
                {"kind": kind, "id": name, "name": title} | _against(runs[NOTHING], runs[name])
                for kind, name, title in left_out
            ]
        ),
    }


def run_job(job: Job) -> dict[str, Any]:
    """Plan one day without something, from the earlier plan; its figures."""
    change = () if job.without == NOTHING else (Without(do="without", ids=(job.without,)),)
    begin, cpu = time.monotonic(), _cpu_s()
    stages: dict[str, float] = {}
    request = Request(
        day=job.day,
        budget=job.budget,
        seed=job.seed,
        workers=1,
        only=job.only,
        what_if=change,
        before=read_plan(Path(job.before)),
        keep=job.keep,
    )
    loaded, made = plan_folder(
        Path(job.folder),
        request,
        news=lambda one: stages.update({one.stage: stages.get(one.stage, time.monotonic())}),
    )
    figures = run_figures(made.plan, loaded.district)
    return figures | {
        "seconds": round(time.monotonic() - begin, 1),
        "search_s": round(stages["haul"] - stages.get("search", stages["haul"]), 1),
        "cpu_s": round(_cpu_s() - cpu, 1),
    }


def run_figures(plan: Plan, district: District) -> dict[str, Any]:
    """What a table needs of one plan: shortfall is proven, stuck is what this plan leaves."""
    figures = plan.kpis
    taken = taken_kg(plan)
    plants = [site.id for site in district.sites if site.kind == SiteKind.PLANT]
    stuck = ("uncollected_kg", "overflow_kg", "staying_kg")
    codes: dict[str, int] = {}
    for one in plan.violations:
        codes[one.code] = codes.get(one.code, 0) + 1
    return {
        "plant_t": round(sum(taken.get(plant, 0) for plant in plants) / 1_000, 1),
        "shortfall_t": round(figures.get("shortfall_kg", 0) / 1_000, 1),
        "stuck_t": round(sum(figures.get(key, 0) for key in stuck) / 1_000, 1),
        "km": figures.get("day_km", figures["service_km"] + figures["deadhead_km"]),
        "cny": figures.get("day_cost_cny", figures["cost_cny"]),
        "max_load_ratio": figures.get("max_station_load_ratio", 0.0),
        "over_t": round(sum(max(0.0, s.taken_t - s.design_t) for s in plan.stations), 1),
        "unserved": figures["unserved"],
        "kept_share": plan.difference.assignment.kept_share if plan.difference else None,
        "violations": len(plan.violations),
        "codes": codes,
    }


def _against(base: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    """A run with what it costs more than the one in which nothing is left out."""
    return run | {
        "extra_km": round(run["km"] - base["km"], 1),
        "extra_cny": round(run["cny"] - base["cny"]),
    }


def worst_first(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The run in which nothing is left out, then the worst loss first.

    Waste that stays comes before work left undone, and that before money: a day that does less is
    cheaper, not better.
    """
    harm = ("stuck_t", "unserved", "extra_cny")
    return [runs[0], *sorted(runs[1:], key=lambda run: [-run[key] for key in harm])]


def _cpu_s() -> float:
    """Seconds of processor time of this process and the workers it has ended."""
    return sum(os.times()[:4])


def _mark(folder: Path, before: Path, job: Job) -> str:
    """A mark of everything a run is made from: a journal must not serve old input."""
    text = f"{job.day} {job.budget} {job.seed} {sorted(job.only or ())} {job.keep}".encode()
    return hashlib.sha256(pack_day(folder, job.day) + before.read_bytes() + text).hexdigest()[:12]
