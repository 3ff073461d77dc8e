"""A district folder becomes a plan folder: for the command line and for the server's jobs."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from api.exports.folder import Telling, plan_files, write_side_by_side
from api.exports.planner.week import horizon_json, week_files
from api.exports.whole import (
    Draft,
    PlanFolderError,
    StoppedEarlyError,
    drafted,
    refuse_stranger,
    restore,
)
from models.day import Budget, Note
from models.units import cny
from scenarios.desk.asked import asked_of
from scenarios.desk.calendar import HORIZON
from scenarios.desk.day import INPUTS, load_folder, pack_day, pack_inputs, plan_loaded
from scenarios.desk.homes import with_homes
from scenarios.desk.horizon.quota_line import driven_by, quota_lines
from scenarios.desk.horizon.week import decide_week, week_document, with_out
from scenarios.desk.whatif import earlier_plan, locks_of, what_if
from solver.day.plan import News, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from models.horizon.week import HorizonDocument, WeekDay, WeekDocument
    from models.plan import Plan
    from scenarios.desk.horizon.quota_line import Driven, QuotaLine

DEFAULT_SECONDS = 60.0


def budget(seconds: float | None, iterations: int | None) -> Budget:
    """Seconds or iterations as asked for; a minute when nothing is."""
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    return Budget(seconds=None if iterations else seconds, iterations=iterations)


class Written(NamedTuple):
    """A plan, the folder it was written to, and what it brings the quotas of the year."""

    plan: Plan
    out: Path
    quotas: tuple[QuotaLine, ...] = ()


class WrittenWeek(NamedTuple):
    """A week as told, as it was decided, and what its plans bring the quotas of the year."""

    document: WeekDocument
    told: HorizonDocument
    quotas: tuple[QuotaLine, ...]


@contextmanager
def _cycles_left_alone() -> Iterator[None]:
    """Within, nobody looks for objects that hold each other.

    Tasks, routes and steps do not; a city has millions, and looking at them again and again takes a
    quarter of its start-up and a fifth of its files.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@_cycles_left_alone()
def write_day(
    folder: Path,
    request: Request,
    out: Path,
    *,
    language: str,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    publish: Callable[[Draft], Path] = Draft.publish,
) -> Written:
    """Plan a day of `folder` and write the plan folder `out`, whole or not at all.

    `publish` gives the finished draft its name. A folder that cannot be written is known before the
    search. Raises `StoppedEarlyError` where `stopped` came before the search, so that no unsearched
    plan takes the place of another.
    """
    out = out.resolve()
    restore(out)
    refuse_stranger(out)
    loaded = load_folder(folder, request.day)
    watch = _Watch(out, news, stopped)
    with drafted(out) as draft:
        inputs = pack_day(folder, request.day, loaded)
        request = with_homes(folder, request, loaded.rules.costs)
        loaded, made = plan_loaded(loaded, request, news=watch, stopped=stopped)
        watch(News("write"))
        district, network = loaded.district, made.ground.network
        quotas = quota_lines(folder, [driven_by(made.plan)])
        telling = Telling.of(made.plan, network, district, language, quotas=quotas)
        write_side_by_side(draft, telling, request.workers)
        draft.write([(INPUTS, inputs)])
        return Written(made.plan, publish(draft), quotas)


def write_week(
    folder: Path,
    request: Request,
    days: int,
    out: Path,
    *,
    language: str,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> WrittenWeek:
    """Decide `days` from the request's on, plan each, and write the week's folder `out`.

    Whole or not at all. Raises `InputErrors` with everything wrong in the folder, and
    `StoppedEarlyError` where `stopped` came before the last day: days without a search are no week.
    """
    out = out.resolve()
    restore(out)
    refuse_strange_week(out)
    week = decide_week(folder, request, days)
    told = week.told
    told_days: list[WeekDay] = []
    driven: list[Driven] = []
    watch = _Watch(out, news, stopped)
    with drafted(out) as draft:
        for loaded, made in week.plans(request, news=watch, stopped=stopped):
            day = made.plan.date.isoformat()
            watch(News("week", len(told_days) / days, title=Note(day, day)))
            told_days.append(week.told_day(made))
            told = with_out(told, made.plan)
            driven.append(driven_by(made.plan))
            if stopped is not None and stopped() and len(told_days) < days:
                raise StoppedEarlyError(out)
            inside = told_days[-1].plan
            files = plan_files(made.plan, made.ground.network, loaded.district, language)
            draft.write((f"{inside}/{name}", content) for name, content in files)
        horizon = horizon_json(told)
        weeks = {request.day.isoformat(): horizon}
        draft.write([(HORIZON, horizon)])
        draft.write(
            (f"{one.plan}/{INPUTS}", pack_inputs(folder, weeks, asked=asked_of(own.district)))
            for one, own in zip(told_days, week.loaded, strict=True)
        )
        document = week_document(told, told_days, language)
        written = WrittenWeek(document, told, quota_lines(folder, driven))
        draft.write(week_files(document, told, written.quotas, language))
        draft.publish()
    return written


def refuse_strange_week(out: Path) -> None:
    """Raise `PlanFolderError` unless `out` is free, empty, or an older week."""
    if out.is_dir() and ((out / HORIZON).is_file() or not any(out.iterdir())):
        return
    if out.exists():
        raise PlanFolderError("E852" if out.is_dir() else "E853", out, "week")


class _Watch:
    """Passes news on, and ends the work where it is to stop before the search began."""

    def __init__(
        self,
        out: Path,
        news: Callable[[News], None] | None,
        stopped: Callable[[], bool] | None,
    ) -> None:
        self.out, self.news, self.stopped = out, news, stopped
        self.searched = False

    def __call__(self, one: News) -> None:
        if one.search is not None and one.search.progress.phase != "compile":
            self.searched = True
        if not self.searched and self.stopped is not None and self.stopped():
            raise StoppedEarlyError(self.out)
        if self.news is not None:
            self.news(one)


def plan_runner(
    settings: dict[str, Any],
    folder: Path,
    out: Path,
    *,
    tell: Callable[[Mapping[str, Any]], None],
    stopped: Callable[[], bool],
) -> Path:
    """Plan the day in `settings` (a `PlanOrder` as JSON), write its folder, and say which it is.

    What lies in `out` already stays; the plan then takes the next free name.
    `settings["before"]` is the way from the district's folder to the plan to begin from.
    """
    day = date.fromisoformat(settings["date"])
    change = what_if(settings["without"], settings["demand_factor"], settings["quota_t"])
    before = folder / settings["before"] if settings["before"] else None
    earlier = earlier_plan(folder, day, change, against=before)
    request = Request(
        day=day,
        budget=budget(settings["seconds"], settings["iterations"]),
        seed=settings["seed"],
        engine=settings["engine"],
        workers=settings["workers"],
        only=frozenset(settings["only"]) if settings["only"] else None,
        what_if=change,
        before=earlier,
        keep=settings["keep"] is not None,
        locks=locks_of(earlier, day),
    )
    return write_day(
        folder,
        request,
        out,
        language=settings["language"],
        news=lambda one: tell(message(one)),
        stopped=stopped,
        publish=Draft.publish_beside,
    ).out


def message(news: News) -> dict[str, Any]:
    """News of the planner as a job's progress event."""
    out: dict[str, Any] = {"stage": news.stage, "share": round(news.share, 3)}
    if news.detail:
        out["detail"] = news.detail
    if news.search is not None and news.search.progress.cost is not None:
        out["cost_cny"] = cny(news.search.progress.cost)
        out["unserved"] = news.search.progress.required_unserved
    return out
