"""What alternatives are worth to the trucks: days planned on from one and the same plan.

Two plans of the same day with other seeds differ by more than most alternatives do. So each seed
plans today once, and from that plan it goes on with the same seed and budget for today as it is
and for every alternative. What a search has left undone is then left undone in all of them, and the
differences say what the alternative is worth.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.desk.compare import (
    HAUL,
    check_scenarios,
    document,
    edits_of,
    key_of,
    named,
    told,
)
from scenarios.desk.day import load_folder
from scenarios.desk.sweep import run_sweep
from solver.day.plan import Request, plan_day
from solver.edits.apply import apply_scenario
from solver.roads.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from models.day import Budget
    from models.edits import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Onwards:
    """All plans of one seed; a scenario of None is today as it is."""

    folder: str
    scenarios: tuple[Scenario | None, ...]
    day: date
    seed: int
    budget: Budget
    only: frozenset[str] | None


def plan_onwards(job: Onwards) -> dict[str, Any]:
    """Today planned, then today and each scenario from there; figures in the scenarios' order."""
    loaded = load_folder(Path(job.folder), job.day)
    cache = Cache.from_environment()
    request = Request(
        day=job.day, budget=job.budget, seed=job.seed, workers=1, only=job.only, haul=HAUL
    )
    first = plan_day(loaded.district, loaded.network, loaded.rules, request, cache=cache).plan
    onwards = replace(request, before=first)
    found = []
    for scenario in job.scenarios:
        district = loaded.district
        if scenario is not None:
            district = apply_scenario(district, scenario, job.day)
        made = plan_day(district, loaded.network, loaded.rules, onwards, cache=cache)
        found.append(told(loaded, district, made))
    return {"scenarios": found}


def compare_onwards(
    folder: Path,
    scenarios: Sequence[Scenario],
    journal: Path,
    *,
    day: date,
    budget: Budget,
    seeds: Sequence[int] = (1, 2, 3),
    only: frozenset[str] | None = None,
    workers: int = 2,
    scheduler: str | None = None,
    news: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """The document of a comparison, as `compare_folder` makes it, seeds paired by their plan.

    Raises `InputErrors` of all scenarios before anything is planned.
    """
    loaded = load_folder(folder, day)
    check_scenarios(loaded, scenarios, day)
    names = named(scenarios)
    marks = [key_of(folder, day, budget, only, one) for one in names.values()]
    mark = hashlib.sha256(" ".join(marks).encode()).hexdigest()[:12]
    jobs = {
        f"onwards #{seed} {mark}": Onwards(
            folder=str(folder.resolve()),
            scenarios=tuple(names.values()),
            day=day,
            seed=seed,
            budget=budget,
            only=only,
        )
        for seed in seeds
    }
    found = run_sweep(plan_onwards, jobs, journal, workers=workers, scheduler=scheduler, news=news)
    grouped = {
        name: [result["scenarios"][number] for result in found.values()]
        for number, name in enumerate(names)
    }
    return document(loaded.district, day, seeds, grouped) | {
        "edits": {name: edits_of(one) for name, one in names.items() if one is not None}
    }


def truck_figures(real: Mapping[str, Any], number: int, keys: Sequence[str]) -> dict[str, Any]:
    """These figures of scenario `number` (from 1) of a comparison, beside its base."""
    base, other = real["scenarios"][0], real["scenarios"][number]
    return {
        "seeds": real["seeds"],
        "violations": [base["violations"], other["violations"]],
        "figures": {key: other["figures"][key] for key in keys},
    }
