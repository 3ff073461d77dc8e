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
    check_scenarios,
    document,
    evidence,
    job_name,
    named,
    request_of,
)
from scenarios.desk.day import load_folder
from solver.day.plan import plan_day
from solver.edits.apply import apply_scenario
from solver.roads.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.edits import Scenario
    from scenarios.desk.compare import Job, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Onwards:
    """All plans of one seed, from the plan of today; a scenario of None is today as it is."""

    today: Job
    scenarios: tuple[Scenario | None, ...]


def plan_onwards(job: Onwards) -> dict[str, Any]:
    """Today planned, then today and each scenario from there; figures in the scenarios' order."""
    today = job.today
    loaded = load_folder(Path(today.folder), today.day)
    cache = Cache.from_environment()
    request = request_of(today)
    first = plan_day(loaded.district, loaded.network, loaded.rules, request, cache=cache).plan
    onwards = replace(request, before=first)
    found = []
    for scenario in job.scenarios:
        district = loaded.district
        if scenario is not None:
            district = apply_scenario(district, scenario, today.day)
        made = plan_day(district, loaded.network, loaded.rules, onwards, cache=cache)
        found.append(evidence(loaded, district, made.plan, made.ground.network))
    return {"scenarios": found}


def compare_onwards(series: Series, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """The document of a comparison, as `compare_folder` makes it, seeds paired by their plan.

    Raises `InputErrors` of all scenarios before anything is planned.
    """
    loaded = load_folder(series.folder, series.day)
    check_scenarios(loaded, scenarios, series.day)
    names = named(scenarios)
    marks = [series.mark(one) for one in names.values()]
    jobs = {
        name: Onwards(today=series.job(None, seed), scenarios=tuple(names.values()))
        for name, seed in onwards_names(marks, series.seeds).items()
    }
    found = series.sweep(plan_onwards, jobs)
    grouped = {
        name: [result["scenarios"][number] for result in found.values()]
        for number, name in enumerate(names)
    }
    return document(loaded.district, series, scenarios, grouped)


def onwards_names(marks: Sequence[str], seeds: Sequence[int]) -> dict[str, int]:
    """The names in the journal of each seed's plans, by the marks of today and all scenarios."""
    mark = hashlib.sha256(" ".join(marks).encode()).hexdigest()[:12]
    return {job_name("onwards", seed, mark): seed for seed in seeds}


def truck_figures(real: Mapping[str, Any], number: int, keys: Sequence[str]) -> dict[str, Any]:
    """These figures of scenario `number` (from 1) of a comparison, beside its base."""
    base, other = real["scenarios"][0], real["scenarios"][number]
    return {
        "seeds": real["seeds"],
        "violations": [base["violations"], other["violations"]],
        "figures": {key: other["figures"][key] for key in keys},
    }


def plans_asked(real: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How the plans of a comparison were made; None: there are none."""
    return None if real is None else {**real["asked"], "seeds": real["seeds"]}
