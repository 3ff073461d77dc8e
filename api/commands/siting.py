"""Commands that say where things stand: points that merge; rooms, toilets, water, depots."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.answers import answer
from api.commands.options import (
    AsJson,
    Day,
    Folder,
    Language,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
    wide_console,
)
from api.commands.planner import (
    JOURNAL,
    Iterations,
    Scheduler,
    Workers,
    json_text,
    tell,
    write_files,
)
from api.words.i18n import LANGUAGES

if TYPE_CHECKING:
    from scenarios.desk.siting.merge import Phasing


class SiteKinds(StrEnum):
    """What may be sited; the same words as the tables `[siting]` of a rule profile."""

    ROOM = "room"
    TOILET = "toilet"
    WATER = "water"
    DEPOT = "depot"
    CHARGER = "charger"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("merge")(merge)
    app.command("site")(site)


def merge(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")] = None,
    day: Day = None,
    operation: Annotated[
        str, typer.Option(help="收运作业 · operation whose points are merged")
    ] = "collect_residual",
    walk_m: Annotated[
        int | None,
        typer.Option(min=0, max=2_000, help="居民最远步行米数 · farthest walk of a home, metres"),
    ] = None,
    point_kg: Annotated[
        int | None, typer.Option(min=1, help="每点每日上限公斤 · most a point may get a day, kg")
    ] = None,
    phases: Annotated[
        int, typer.Option(min=1, max=50, help="分期数，一期一片 · phases, a zone each")
    ] = 1,
    begin: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="第一期日期 · first day of the first phase"),
    ] = None,
    every: Annotated[
        int, typer.Option(min=1, max=366, help="两期间隔天数 · days from phase to phase")
    ] = 30,
    seconds: Annotated[
        float, typer.Option("--time", min=1, help="精确求解秒数 · seconds of the exact solves")
    ] = 120.0,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="实排复核 · plan the days for real")
    ] = True,
    seeds: Annotated[int, typer.Option(min=1, max=50, help="种子数 · number of seeds")] = 2,
    iterations: Iterations = 1_000,
    workers: Workers = 2,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """撤桶并点方案 · Which collection points to merge, on foot for homes and by real routes."""
    from api.exports.planner.merge import merge_page, print_merging  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from models.day import Budget  # noqa: PLC0415
    from scenarios.desk.compare import compare_folder  # noqa: PLC0415
    from scenarios.desk.siting import merge as study  # noqa: PLC0415
    from scenarios.desk.siting import merge_document as told  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"merge-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        refuse_unwritable(target)
        phasing: Phasing | None = None
        if phases > 1 or begin is not None:
            first = begin.date() if begin is not None else when
            phasing = study.Phasing(count=phases, begin=first, every_days=every)
        found = study.merging(
            folder,
            when,
            operation=operation,
            walk_m=walk_m,
            point_kg=point_kg,
            seconds=seconds,
            phasing=phasing,
        )
        scenarios = {one.kind: study.scenario_of(found, one) for one in found.alternatives}
        real = None
        if check and scenarios[study.ASKED].edits:
            real = compare_folder(
                folder,
                [study.at_once(one) for one in scenarios.values()],
                target / JOURNAL,
                day=when,
                budget=Budget(iterations=iterations),
                seeds=range(1, seeds + 1),
                only=frozenset({operation}),
                workers=workers,
                scheduler=scheduler,
                news=tell,
            )
        document = told.document(found, when, real)
        files = {"merge.csv": told.points_csv(found, found.alternatives[0])}
        for kind, scenario in scenarios.items():
            if scenario.edits:
                name = "merge.toml" if kind == study.ASKED else f"merge-{kind}.toml"
                files[name] = told.scenario_toml(scenario)
        for one in LANGUAGES:
            files[f"merge.{one}.html"] = merge_page(document, found.network, one)
        write_files(target, files | {"merge.json": json_text(document)})
    if as_json:
        answer("merge", folder=str(target), report=document)
        return
    print_merging(document, language, wide_console())
    Console().print(str(target / f"merge.{language}.html"))


def site(
    folder: Folder,
    kind: Annotated[
        SiteKinds,
        typer.Option(
            help="分类房、公厕、取水点、停车场、充电站 · what to find places for",
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")] = None,
    day: Day = None,
    seconds: Annotated[
        float, typer.Option("--time", min=1, help="精确求解秒数 · seconds of the exact solves")
    ] = 120.0,
    may_close: Annotated[
        bool, typer.Option("--may-close", help="现有点位可关停 · existing sites may close")
    ] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """设施选址 · Where sorting rooms, toilets, water points, depots or chargers should stand."""
    from api.exports.planner.site import print_sites, site_page  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from scenarios.desk.siting import site_document as told  # noqa: PLC0415
    from scenarios.desk.siting.site import siting  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"site-{kind.value}-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        refuse_unwritable(target)
        study = siting(folder, when, kind.value, seconds=seconds, may_close=may_close)
        document = told.document(study, when)
        rows = list(told.sites(study, study.choices[0]))
        files = {"site.csv": told.sites_csv(rows)}
        if study.rules.walk_m is None:
            scenario = told.scenario_of(study, study.choices[0])
            if scenario.edits:
                files["site.toml"] = told.scenario_toml(scenario)
        elif points := told.points_csv(study, rows):
            files["site-points.csv"] = points
        network = study.loaded.network
        files |= {f"site.{one}.html": site_page(document, network, one) for one in LANGUAGES}
        write_files(target, files | {"site.json": json_text(document)})
    if as_json:
        answer("site", folder=str(target), report=document)
        return
    print_sites(document, language, wide_console())
    Console().print(str(target / f"site.{language}.html"))
