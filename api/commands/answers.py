"""Answers for programs: `--json` prints one document on the standard output, nothing else.

docs/command_line.md tells the keys of each command; keys are added, never renamed or taken away.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError, InputErrors, Issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from models.plan import Plan, PlanRoute, PlanViolation
    from scenarios.desk.change import Effect
    from scenarios.desk.horizon.quota_line import QuotaLine
    from scenarios.desk.judge import Judgement
    from scenarios.district import Report

SHAPE = 1
"""Raised when a key changes its meaning."""


def answer(command: str, **facts: Any) -> None:
    """Print the answer of a command: its name, the number of the shape, and `facts`."""
    document = {"huanwei": SHAPE, "command": command, **facts}
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")
    sys.stdout.flush()


def answer_error(error: HuanweiError) -> None:
    """Print what is wrong, in both languages where it is known in both."""
    if isinstance(error, InputErrors):
        answer("error", errors=issues(error.issues))
    else:
        answer("error", errors=[_plain(error)])


def _plain(error: HuanweiError) -> dict[str, str]:
    """An error without a code, in both languages."""
    return {"code": "", "message_zh": error.text("zh"), "message_en": str(error)}


def issues(found: Iterable[Issue]) -> list[dict[str, Any]]:
    """Findings about tables: code, file, row, column, value, message and hint in two languages."""
    return [asdict(issue) for issue in found]


def violations(found: Sequence[PlanViolation]) -> list[dict[str, Any]]:
    """Violations as a plan document writes them."""
    return [one.model_dump(mode="json") for one in found]


def check_facts(report: Report) -> dict[str, Any]:
    """What `check` found."""
    return {
        "fine": report.fine,
        "issues": issues(report.issues),
        "warnings": issues(report.warnings),
        "figures": dict(report.figures),
    }


def plan_facts(plan: Plan, folder: Path, lines: Sequence[QuotaLine] = ()) -> dict[str, Any]:
    """A plan without its routes: what a person is shown of it, and where the rest lies.

    `lines` are the quotas of the year that it works for.
    """
    kept = {"district", "date", "seed", "engine", "kpis", "violations", "notes", "difference"}
    shown = plan.model_dump(mode="json", by_alias=True, include=kept)
    return {
        "folder": str(folder),
        **shown,
        "unserved": len(plan.unserved),
        "quotas": quota_facts(lines),
    }


def quota_facts(lines: Sequence[QuotaLine]) -> list[dict[str, Any]]:
    """What the plan of a day or of days in a row brings each quota of the year, in trips."""
    return [
        {
            "title": one.title.model_dump(mode="json"),
            "definition": one.definition.model_dump(mode="json"),
            "year": one.year,
            "days": one.days,
            "asked": one.asked,
            "done": one.done,
            "owed": one.owed,
            "planned": one.planned,
            "trips": one.trips,
            "short": one.short,
        }
        for one in lines
    ]


def judge_facts(found: Judgement, folder: Path) -> dict[str, Any]:
    """Both verdicts, and the figures before and after new times."""
    return {
        "folder": str(folder),
        "as_written": violations(found.as_written),
        "retimed": violations(found.retimed.violations),
        "kpis_before": found.kpis_before,
        "kpis": found.retimed.kpis,
    }


def change_facts(
    found: Effect, broken: Sequence[PlanViolation], folder: Path | None
) -> dict[str, Any]:
    """What changes by hand did: money, metres, seconds, routes, laws; None: nothing was written."""
    return {
        "folder": None if folder is None else str(folder),
        "cost_cny": found.cost_cny,
        "distance_m": found.distance_m,
        "duration_s": found.duration_s,
        "unserved": found.unserved,
        "routes": [
            {"vehicle": one.truck.vehicle, "shift": one.truck.shift,
             "before": _times(one.before), "after": _times(one.after)}
            for one in found.changed
        ],
        "violations": violations(broken),
        "appeared": [
            one.model_dump(mode="json")
            | {"least": None if least is None else least.model_dump(mode="json")}
            for one, least in found.appeared
        ],
        "solved": violations(found.solved),
    }  # fmt: skip


def _times(route: PlanRoute | None) -> dict[str, Any] | None:
    """When a route is out, what it carries and costs; None: there is none."""
    if route is None:
        return None
    shown = route.model_dump(
        mode="json",
        by_alias=True,
        include={"id", "depart", "return_", "distance_m", "duration_s", "overtime_s", "cost_cny"},
    )
    return shown | {"loads_kg": [trip.load_kg for trip in route.trips]}
