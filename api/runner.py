"""A district folder becomes a plan folder: for the command line and for the server's jobs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from api.exports import write_plan
from api.exports.folder import refuse_stranger
from models.day import Budget
from models.units import cny
from scenarios.desk.day import INPUTS, pack_inputs, plan_folder
from scenarios.desk.whatif import earlier_plan, what_if
from solver.day.plan import News, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from models.plan import Plan

DEFAULT_SECONDS = 60.0


def budget(seconds: float | None, iterations: int | None) -> Budget:
    """Seconds or iterations as asked for; a minute when nothing is."""
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    return Budget(seconds=None if iterations else seconds, iterations=iterations)


def write_day(
    folder: Path,
    request: Request,
    out: Path,
    *,
    language: str,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Plan:
    """Plan a day of `folder` and write the plan folder `out`, whole or not at all."""
    refuse_stranger(out)
    loaded, made = plan_folder(folder, request, news=news, stopped=stopped)
    if news is not None:
        news(News("write"))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_plan(
        made.plan,
        made.ground.network,
        loaded.district,
        out,
        language=language,
        extra={INPUTS: pack_inputs(folder)},
    )
    return made.plan


def plan_runner(
    settings: dict[str, Any],
    folder: Path,
    out: Path,
    *,
    tell: Callable[[Mapping[str, Any]], None],
    stopped: Callable[[], bool],
) -> None:
    """Plan the day in `settings` (a `PlanOrder` as JSON) and write its folder.

    `settings["before"]` is the way from the district's folder to the plan to begin from.
    """
    day = date.fromisoformat(settings["date"])
    change = what_if(settings["without"], settings["demand_factor"], settings["quota_t"])
    before = folder / settings["before"] if settings["before"] else None
    request = Request(
        day=day,
        budget=budget(settings["seconds"], settings["iterations"]),
        seed=settings["seed"],
        engine=settings["engine"],
        workers=settings["workers"],
        only=frozenset(settings["only"]) if settings["only"] else None,
        what_if=change,
        before=earlier_plan(folder, day, change, against=before),
        keep=settings["keep"] is not None,
    )
    write_day(
        folder,
        request,
        out,
        language=settings["language"],
        news=lambda one: tell(message(one)),
        stopped=stopped,
    )


def message(news: News) -> dict[str, Any]:
    """News of the planner as a job's progress event."""
    out: dict[str, Any] = {"stage": news.stage, "share": round(news.share, 3)}
    if news.detail:
        out["detail"] = news.detail
    if news.search is not None and news.search.progress.cost is not None:
        out["cost_cny"] = cny(news.search.progress.cost)
        out["unserved"] = news.search.progress.required_unserved
    return out
