"""Base and scenarios planned with the same seeds and budgets, and what really differs.

A difference smaller than what the seeds alone make is called noise.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from scipy.special import stdtrit

from models.day import HaulBudget
from models.errors import InputErrors
from models.units import clock, cny
from scenarios.desk.day import load_folder, pack_day
from scenarios.desk.sweep import run_sweep
from scenarios.district.roads import download_name
from scenarios.edits.places import check_on_map
from solver.day.plan import Request, plan_day
from solver.document.figures import tipped_kg
from solver.document.packed import packed
from solver.edits.apply import apply_scenario
from solver.location.exposure import neighbourhood
from solver.location.real import haulage, passing, station_figures
from solver.roads.cache import Cache
from solver.roads.surroundings import read_surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from models.day import Budget
    from models.district import District
    from models.edits import Scenario
    from models.errors import Issue
    from models.network import RoadNetwork
    from models.plan import Plan
    from scenarios.desk.day import Loaded
    from solver.location.real import Haulage, Passing

BASE = "base"
HAUL = HaulBudget(iterations=1_000, seconds=600.0, slot_s=0)
"""Haul of a scenario: enough to compare; the bound of a day that is driven is not needed."""
Figures = dict[str, float]
UNITS = {
    "service_km": "km", "deadhead_km": "km", "haul_km": "km", "duty_h": "h", "overtime_h": "h",
    "waiting_h": "h", "cost_cny": "CNY", "haul_cny": "CNY", "total_cny": "CNY",
    "cny_per_t": "CNY/t", "collected_t": "t", "co2_kg": "kg", "overload_t": "t",
    "max_wait_min": "min", "max_load_percent": "%", "unserved": "", "routes": "",
    "haul_trips": "", "stuck_t": "t", "night_homes_trips": "",
    "night_homes_km": "km", "school_trips": "", "school_km": "km",
    "people_100m": "", "people_200m": "", "people_300m": "", "people_500m": "",
    "people_weighted": "", "sensitive_300m": "", "complaint_stations": "",
}  # fmt: skip
"""Figures of a comparison and their units, in the order of the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One plan of one scenario with one seed."""

    folder: str
    scenario: Scenario | None
    day: date
    seed: int
    budget: Budget
    only: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Real plans of one study: all of the district in `folder` on a `day`, with the same budget.

    `only` are the operations planned (None: all). Results are kept in `journal` as they come;
    `scheduler` is that of a cluster (None: `workers` here), `news` hears (name, done, of how many).
    """

    folder: Path
    day: date
    budget: Budget
    journal: Path
    seeds: Sequence[int] = (1, 2, 3)
    only: frozenset[str] | None = None
    workers: int = 2
    scheduler: str | None = None
    news: Callable[[str, int, int], None] | None = None

    def job(self, scenario: Scenario | None, seed: int) -> Job:
        """The plan of a scenario (None: the district as it is)."""
        return Job(
            folder=str(self.folder.resolve()),
            scenario=scenario,
            day=self.day,
            seed=seed,
            budget=self.budget,
            only=self.only,
        )

    def mark(self, scenario: Scenario | None) -> str:
        """A mark of all a plan is made from but the seed: a journal must not serve old input."""
        edits = scenario.edits if scenario else ()
        text = f"with plans {self.day} {self.budget} {sorted(self.only or ())} {edits}"
        return hashlib.sha256(pack_day(self.folder, self.day) + text.encode()).hexdigest()[:12]

    def sweep(
        self, work: Callable[[Any], dict[str, Any]], jobs: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """`work(job)` of each job by name, as `run_sweep` does it."""
        return run_sweep(
            work, jobs, self.journal, workers=self.workers, scheduler=self.scheduler, news=self.news
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure in the base and a scenario: means over the seeds, and their paired difference.

    `spread` is half the 95 % confidence interval of the difference (Student, paired seeds);
    `noise`: None where one seed says nothing about spread.
    """

    base: float
    value: float
    delta: float
    spread: float
    noise: bool | None


def plan_job(job: Job) -> dict[str, Any]:
    """Plan one scenario with one seed: figures of the day, loads of the stations, the plan."""
    loaded = load_folder(Path(job.folder), job.day)
    district = loaded.district
    if job.scenario is not None:
        district = apply_scenario(district, job.scenario, job.day)
    cache = Cache.from_environment()
    made = plan_day(district, loaded.network, loaded.rules, request_of(job), cache=cache)
    return evidence(loaded, district, made.plan, made.ground.network)


def request_of(job: Job) -> Request:
    """The order of one plan of a sweep, whose workers are the sweep's."""
    return Request(
        day=job.day, budget=job.budget, seed=job.seed, workers=1, only=job.only, haul=HAUL
    )


def evidence(
    loaded: Loaded, district: District, plan: Plan, network: RoadNetwork
) -> dict[str, Any]:
    """What `told` says of a plan, and the plan itself: whoever doubts can judge it."""
    return told(loaded, district, plan, network) | {"plan": packed(plan)}


def told(loaded: Loaded, district: District, plan: Plan, network: RoadNetwork) -> dict[str, Any]:
    """Figures of a planned day of a district that differs from the loaded one by edits.

    `network` is that of the day, in whose arcs the plan tells its ways.
    """
    near = neighbourhood(
        read_surroundings(roads_file(loaded.district)),
        district.points,
        loaded.network.origin,
        loaded.rules.exposure,
    )
    haul = haulage(plan, district, loaded.network, loaded.rules)
    past = passing(plan, network, near, loaded.rules.labour.night)
    found = plan_figures(plan, haul, past) | station_figures(district, near)
    found["complaint_stations"] = float(sum("信访" in site.note for site in district.sites))
    return {
        "figures": {key: round(value, 3) for key, value in found.items()},
        "haul_planned": haul.planned,
        "stations": {s.id: [s.taken_t, s.design_t, s.max_wait_s] for s in plan.stations},
        "sites": [
            [site.id, site.name, site.kind.value, site.lon, site.lat] for site in district.sites
        ],
        "population": near.people.source.value,
        "violations": len(plan.violations),
    }


def plan_figures(plan: Plan, haul: Haulage, past: Passing) -> Figures:
    """Figures of the day's routes and haul."""
    found: Figures = {
        key: float(plan.kpis[key])
        for key in ("service_km", "deadhead_km", "duty_h", "overtime_h", "waiting_h", "cost_cny",
                    "unserved", "routes")
    }  # fmt: skip
    found |= {
        "haul_km": haul.distance_m / 1_000,
        "haul_trips": float(haul.trips),
        "haul_cny": cny(haul.cost),
        "stuck_t": haul.stuck_kg / 1_000,
        "total_cny": float(plan.kpis["cost_cny"]) + cny(haul.cost),
        "collected_t": sum(tipped_kg(plan).values()) / 1_000,
        "co2_kg": float(plan.kpis["co2_kg"]) + haul.co2_kg,
        "overload_t": sum(max(0.0, s.taken_t - s.design_t) for s in plan.stations if s.design_t),
        "max_wait_min": max((s.max_wait_s for s in plan.stations), default=0) / 60,
        "max_load_percent": 100 * max((s.load_ratio for s in plan.stations), default=0.0),
        "night_homes_trips": float(past.night_trips),
        "night_homes_km": past.night_m / 1_000,
        "school_trips": float(past.school_trips),
        "school_km": past.school_m / 1_000,
    }
    found["cny_per_t"] = found["total_cny"] / max(1.0, found["collected_t"])
    return found


def full_day_cny(figures: Figures, demand_t: float) -> float:
    """Money of a day on which all waste is collected and hauled.

    What a plan left behind costs as much a tonne as what it moved: leaving waste is no gain.
    """
    collected = max(1.0, figures["collected_t"])
    hauled = max(1.0, collected - figures["stuck_t"])
    return demand_t * (figures["cost_cny"] / collected + figures["haul_cny"] / hauled)


def roads_file(district: District) -> Path:
    """The OSM file of a district, downloaded or its own."""
    roads = district.roads
    named = roads.startswith(("place:", "bbox:"))
    return district.folder / (download_name(roads) if named else roads)


def compare_folder(series: Series, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """The document of a comparison: every scenario with every seed, and the differences.

    All scenarios are checked before anything is planned; raises `InputErrors` of all of them.
    """
    loaded = load_folder(series.folder, series.day)
    check_scenarios(loaded, scenarios, series.day)
    jobs = {
        job_name(name, seed, series.mark(one)): series.job(one, seed)
        for name, one in named(scenarios).items()
        for seed in series.seeds
    }
    found = series.sweep(plan_job, jobs)
    grouped = {
        name: [result for key, result in found.items() if key.startswith(f"{name} #")]
        for name in named(scenarios)
    }
    return document(loaded.district, series, scenarios, grouped)


def job_name(name: str, seed: int, mark: str) -> str:
    """The name of a plan in the journal."""
    return f"{name} #{seed} {mark}"


def check_scenarios(loaded: Loaded, scenarios: Sequence[Scenario], day: date) -> None:
    """Raise `InputErrors` with all that does not fit the district or its map."""
    issues: list[Issue] = []
    for scenario in scenarios:
        try:
            apply_scenario(loaded.district, scenario, day)
        except InputErrors as errors:
            issues += errors.issues
        issues += check_on_map(scenario, loaded.network)
    if issues:
        raise InputErrors(issues)


def named(scenarios: Sequence[Scenario]) -> dict[str, Scenario | None]:
    """The base and the scenarios by the names of a report."""
    return {BASE: None} | {f"{k}. {one.name}": one for k, one in enumerate(scenarios, start=1)}


def edits_of(scenario: Scenario) -> list[dict[str, Any]]:
    """The edits as their file has them, keys that are absent left out, hours by the clock."""
    found = [edit.model_dump(mode="json", exclude_none=True) for edit in scenario.edits]
    for edit in found:
        if "hours" in edit:
            edit["hours"] = [f"{clock(early)}-{clock(late)}" for early, late in edit["hours"]]
    return found


def document(
    district: District,
    series: Series,
    scenarios: Sequence[Scenario],
    grouped: Mapping[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """What `compare.json` holds; `grouped` has a result a seed by the names of `named`."""
    base = grouped[BASE]
    return {
        "schema_version": "1.1",
        "district": district.name,
        "date": series.day.isoformat(),
        "seeds": list(series.seeds),
        "population_source": base[0]["population"],
        "haul_planned": all(one["haul_planned"] for rows in grouped.values() for one in rows),
        "units": UNITS,
        "scenarios": [
            {
                "name": name,
                "violations": max(one["violations"] for one in results),
                "stations": results[0]["stations"],
                "sites": results[0]["sites"],
                "figures": {
                    key: vars_of(difference([b["figures"] for b in base],
                                            [r["figures"] for r in results], key))
                    for key in UNITS
                },
            }
            for name, results in grouped.items()
        ],
        "edits": {name: edits_of(one) for name, one in named(scenarios).items() if one is not None},
        "asked": {
            "iterations": series.budget.iterations,
            "only": None if series.only is None else sorted(series.only),
        },
    }  # fmt: skip


def difference(base: Sequence[Figures], other: Sequence[Figures], key: str) -> Difference:
    """A figure over paired seeds."""
    deltas = [b[key] - a[key] for a, b in zip(base, other, strict=True)]
    count = len(deltas)
    spread = 0.0
    if count > 1:
        spread = float(stdtrit(count - 1, 0.975)) * stdev(deltas) / count**0.5
    delta = mean(deltas)
    return Difference(
        base=round(mean(one[key] for one in base), 3),
        value=round(mean(one[key] for one in other), 3),
        delta=round(delta, 3),
        spread=round(spread, 3),
        noise=None if count < 2 else abs(delta) <= spread,
    )


def vars_of(one: Difference) -> dict[str, Any]:
    """The difference as a JSON object."""
    return {name: getattr(one, name) for name in Difference.__slots__}
