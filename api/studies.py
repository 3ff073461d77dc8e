"""Studies of a planner made whole in a folder: what the command line and a server's jobs call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from api.exports.planner.files import json_text, write_files, write_report
from api.exports.planner.merge import merge_page
from api.exports.planner.pages import compare_page, relocation_page
from api.exports.planner.site import site_page
from api.exports.whole import StoppedEarlyError, refuse_unwritable
from api.exports.year import write_year
from api.runner import message, plan_runner, write_week
from api.words.i18n import LANGUAGES
from models.day import Budget
from scenarios.desk.compare import Series, compare_folder
from scenarios.desk.day import load_folder
from scenarios.desk.siting import merge, merge_document, site_document
from scenarios.desk.siting.onwards import compare_onwards
from scenarios.desk.siting.relocate import prepare, solve_study
from scenarios.desk.siting.relocation_document import ONLY, recheck, relocation_document
from scenarios.desk.siting.site import siting
from scenarios.desk.sweep import JOURNAL
from scenarios.desk.year.plan import YearOrder, plan_year
from scenarios.edits.read import scenarios_of
from solver.day.plan import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from models.edits import Scenario
    from models.trade.siting import Kind

SECONDS = 20.0
"""Bounds the exact solves of a study that a browser asks for [s]."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A study to be made of the district in `folder` on a `day`, written to `target`.

    `iterations` are those of each real plan; `news` hears of each plan that is done (name, done,
    of how many), `stage` of each part of an exact solve (name, share).
    """

    folder: Path
    day: date
    target: Path
    iterations: int
    news: Callable[[str, int, int], None]
    stage: Callable[[str, float], None]
    workers: int = 2
    scheduler: str | None = None

    @property
    def budget(self) -> Budget:
        """Of each real plan."""
        return Budget(iterations=self.iterations)

    def series(self, seeds: int, only: frozenset[str] | None) -> Series:
        """Its real plans, with the first `seeds` seeds."""
        return Series(
            folder=self.folder,
            day=self.day,
            budget=self.budget,
            journal=self.target / JOURNAL,
            seeds=range(1, seeds + 1),
            only=only,
            workers=self.workers,
            scheduler=self.scheduler,
            news=self.news,
        )


def relocation(work: Work, *, seconds: float, places: int, check: bool) -> dict[str, Any]:
    """New places for troubled stations; with `check` each alternative is planned for real."""
    ready = prepare(work.folder, work.day)
    refuse_unwritable(work.target)
    result = solve_study(ready, seconds=seconds, places=places, news=work.stage)
    real: dict[str, dict[str, Any]] = {}
    if check:
        real = recheck(ready, result, work.series(1, ONLY))
    document = relocation_document(ready, result, real, work.day, work.budget)
    pages = {name: relocation_page(document, ready.loaded.network, name) for name in LANGUAGES}
    write_report(work.target, "relocation", document, pages)
    return document


def comparison(
    work: Work, scenarios: Sequence[Scenario], *, seeds: int, only: frozenset[str] | None
) -> dict[str, Any]:
    """The district as it is and once per scenario, with the same seeds."""
    refuse_unwritable(work.target)
    document = compare_folder(work.series(seeds, only), scenarios)
    network = load_folder(work.folder, work.day).network
    pages = {name: compare_page(document, network, name) for name in LANGUAGES}
    write_report(work.target, "compare", document, pages)
    return document


def merging(work: Work, found: merge.Study, *, check: bool, seeds: int) -> dict[str, Any]:
    """Write which points merge; with `check` every alternative is planned for real."""
    scenarios = {one.kind: merge.scenario_of(found, one) for one in found.alternatives}
    real = None
    if check and scenarios[merge.ASKED].edits:
        days = [merge.at_once(one) for one in scenarios.values()]
        real = compare_onwards(work.series(seeds, frozenset({found.order.operation})), days)
    document = merge_document.document(found, work.day, real)
    files = {"merge.csv": merge_document.points_csv(found, found.alternatives[0])}
    for number, (kind, scenario) in enumerate(scenarios.items()):
        if scenario.edits:
            name = f"merge-{kind}.toml" if number else "merge.toml"
            files[name] = merge_document.scenario_toml(scenario)
    for one in LANGUAGES:
        files[f"merge.{one}.html"] = merge_page(document, found.network, one)
    write_files(work.target, files | {"merge.json": json_text(document)})
    return document


def sites(
    work: Work, kind: Kind, *, seconds: float, may_close: bool, check: bool, seeds: int,
    only: frozenset[str] | None,
) -> dict[str, Any]:  # fmt: skip
    """Where rooms, toilets, water points, depots or chargers should stand.

    With `check` all choices are planned for real, the operations of the kind or `only` these. Rows
    and edits that are written are those of the cheapest.
    """
    refuse_unwritable(work.target)
    study = siting(work.folder, work.day, kind, seconds=seconds, may_close=may_close)
    scenarios = [site_document.scenario_of(study, one) for one in study.choices]
    real = None
    if check and kind in site_document.PLANNED and any(one.edits for one in scenarios):
        operations = only or frozenset(study.operations)
        real = compare_onwards(work.series(seeds, operations), scenarios)
    document = site_document.document(study, work.day, real)
    rows = list(site_document.sites(study, study.choices[0]))
    files = {"site.csv": site_document.sites_csv(rows)}
    if study.rules.walk_m is None:
        if scenarios[0].edits:
            files["site.toml"] = site_document.scenario_toml(scenarios[0])
    elif points := site_document.points_csv(study, rows):
        files["site-points.csv"] = points
    network = study.loaded.network
    files |= {f"site.{one}.html": site_page(document, network, one) for one in LANGUAGES}
    write_files(work.target, files | {"site.json": json_text(document)})
    return document


# ---- jobs of a server ---------------------------------------------------------------------------
def order_runner(
    settings: dict[str, Any],
    folder: Path,
    out: Path,
    *,
    tell: Callable[[Mapping[str, Any]], None],
    stopped: Callable[[], bool],
) -> Path:
    """Make what was ordered, a plan or a study; where it lies."""
    run = study_runner if "study" in settings else plan_runner
    return run(settings, folder, out, tell=tell, stopped=stopped)


def study_runner(
    settings: dict[str, Any],
    folder: Path,
    out: Path,
    *,
    tell: Callable[[Mapping[str, Any]], None],
    stopped: Callable[[], bool],
) -> Path:
    """Make the study in `settings` (a `StudyOrder` as JSON) in `out`, and say where it lies.

    Raises `StoppedEarlyError` where it was stopped: half a study is none.
    """

    def stage(name: str, share: float) -> None:
        if stopped():
            raise StoppedEarlyError(out)
        tell({"stage": "study", "share": round(share, 3), "detail": name})

    def news(name: str, done: int, total: int) -> None:
        stage(name.partition(" #")[0], done / total)

    stage("", 0.0)
    work = Work(
        folder=folder, day=date.fromisoformat(settings["date"]), target=out,
        iterations=settings["iterations"], workers=settings["workers"], news=news, stage=stage,
    )  # fmt: skip
    check, seeds = settings["check"], settings["seeds"]
    match settings["study"]:
        case "relocate":
            relocation(work, seconds=SECONDS, places=8, check=check)
        case "merge":
            found = merge.merging(folder, work.day, seconds=SECONDS)
            merging(work, found, check=check, seeds=seeds)
        case "site":
            sites(
                work, settings["kind"], seconds=SECONDS, may_close=False, check=check, seeds=seeds,
                only=None,
            )  # fmt: skip
        case "compare":
            comparison(work, scenarios_of(settings["scenarios"]), seeds=seeds, only=None)
        case "week":
            _week(work, settings, tell, stopped)
        case "year":
            order = YearOrder(year=work.day.year, today=work.day)
            write_year(plan_year(folder, order), out, settings["language"])
    return out


def _week(
    work: Work,
    settings: dict[str, Any],
    tell: Callable[[Mapping[str, Any]], None],
    stopped: Callable[[], bool],
) -> None:
    request = Request(day=work.day, budget=work.budget, seed=settings["seed"], workers=work.workers)
    write_week(
        work.folder, request, settings["days"], work.target, language=settings["language"],
        news=lambda one: tell(message(one)), stopped=stopped,
    )  # fmt: skip
