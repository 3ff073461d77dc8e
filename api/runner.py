"""The runner of plan jobs: a district folder becomes a plan folder."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from api.exports import write_plan
from models.units import cny
from scenarios.day import INPUTS, pack_inputs, plan_folder
from solver.parallel import Budget
from solver.plan import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from solver.plan import News

DEFAULT_SECONDS = 60.0


def plan_runner(
    settings: dict[str, Any], folder: Path, out: Path, *,
    tell: Callable[[Mapping[str, Any]], None], stopped: Callable[[], bool],
) -> None:  # fmt: skip
    """Plan the day in `settings` (a `PlanOrder` as JSON) and write its folder."""
    only, seconds, iterations = (settings[key] for key in ("only", "seconds", "iterations"))
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    request = Request(
        day=date.fromisoformat(settings["date"]),
        budget=Budget(seconds=seconds, iterations=iterations),
        seed=settings["seed"], engine=settings["engine"], workers=settings["workers"],
        only=frozenset(only) if only else None,
    )  # fmt: skip
    loaded, made = plan_folder(
        folder, request, news=lambda one: tell(message(one)), stopped=stopped
    )
    tell({"stage": "write", "share": 0.0})
    write_plan(
        made.plan, made.ground.network, loaded.district, out,
        language=settings["language"], extra={INPUTS: pack_inputs(folder)},
    )  # fmt: skip


def message(news: News) -> dict[str, Any]:
    """News of the planner as a job's progress event."""
    out: dict[str, Any] = {"stage": news.stage, "share": round(news.share, 3)}
    if news.detail:
        out["detail"] = news.detail
    if news.search is not None and news.search.progress.cost is not None:
        out["cost_cny"] = cny(news.search.progress.cost)
        out["unserved"] = news.search.progress.required_unserved
    return out
