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
    Iterations,
    Language,
    Only,
    Scheduler,
    Tongue,
    Verbose,
    Workers,
    day_of,
    errors_end_with_2,
    operations_of,
    wide_console,
)
from api.commands.planner import tell, tell_stage

if TYPE_CHECKING:
    from scenarios.desk.siting.merge import Phasing


class SiteKinds(StrEnum):
    """What may be sited; the same words as the tables `[siting]` of a rule profile."""

    ROOM = "room"
    TOILET = "toilet"
    WATER = "water"
    DEPOT = "depot"
    CHARGER = "charger"


Out = Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")]
Operation = Annotated[str, typer.Option(help="收运作业 · operation whose points are merged")]
WalkM = Annotated[
    int | None,
    typer.Option(min=0, max=2_000, help="居民最远步行米数 · farthest walk of a home, metres"),
]
PointKg = Annotated[
    int | None, typer.Option(min=1, help="每点每日上限公斤 · most a point may get a day, kg")
]
Phases = Annotated[int, typer.Option(min=1, max=50, help="分期数，一期一片 · phases, a zone each")]
Begin = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="第一期日期 · first day of the first phase"),
]
Every = Annotated[int, typer.Option(min=1, max=366, help="两期间隔天数 · days from phase to phase")]
Seconds = Annotated[
    float, typer.Option("--time", min=1, help="精确求解秒数 · seconds of the exact solves")
]
Check = Annotated[
    bool, typer.Option("--check/--no-check", help="实排复核 · plan the days for real")
]
Seeds = Annotated[int, typer.Option(min=1, max=50, help="种子数 · number of seeds")]
Kind = Annotated[
    SiteKinds, typer.Option(help="分类房、公厕、取水点、停车场、充电站 · what to find places for")
]
MayClose = Annotated[
    bool, typer.Option("--may-close", help="现有点位可关停 · existing sites may close")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("merge")(merge)
    app.command("site")(site)


def merge(
    folder: Folder,
    out: Out = None,
    day: Day = None,
    operation: Operation = "collect_residual",
    walk_m: WalkM = None,
    point_kg: PointKg = None,
    phases: Phases = 1,
    begin: Begin = None,
    every: Every = 30,
    seconds: Seconds = 120.0,
    check: Check = True,
    seeds: Seeds = 3,
    iterations: Iterations = 1_000,
    workers: Workers = 2,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """撤桶并点方案 · Which collection points to merge, on foot for homes and by real routes."""
    from api.exports.planner.merge import print_merging  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from api.studies import Work, merging  # noqa: PLC0415
    from scenarios.desk.siting import merge as study  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"merge-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        refuse_unwritable(target)
        phasing: Phasing | None = None
        if phases > 1 or begin is not None:
            first = begin.date() if begin is not None else when
            phasing = study.Phasing(count=phases, begin=first, every_days=every)
        order = study.MergeOrder(
            operation=operation, walk_m=walk_m, point_kg=point_kg, phasing=phasing
        )
        found = study.merging(folder, when, order, seconds=seconds)
        work = Work(
            folder=folder, day=when, target=target, iterations=iterations, workers=workers,
            scheduler=scheduler, news=tell(language), stage=tell_stage(language),
        )  # fmt: skip
        document = merging(work, found, check=check, seeds=seeds)
    if as_json:
        answer("merge", folder=str(target), report=document)
        return
    print_merging(document, language, wide_console())
    Console().print(str(target / f"merge.{language}.html"))


def site(
    folder: Folder,
    kind: Kind,
    out: Out = None,
    day: Day = None,
    seconds: Seconds = 120.0,
    may_close: MayClose = False,
    check: Check = True,
    seeds: Seeds = 3,
    iterations: Iterations = 1_000,
    only: Only = None,
    workers: Workers = 2,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """设施选址 · Where sorting rooms, toilets, water points, depots or chargers should stand."""
    from api.exports.planner.site import print_sites  # noqa: PLC0415
    from api.studies import Work, sites  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"site-{kind.value}-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        work = Work(
            folder=folder, day=when, target=target, iterations=iterations, workers=workers,
            scheduler=scheduler, news=tell(language), stage=tell_stage(language),
        )  # fmt: skip
        document = sites(
            work, kind.value, seconds=seconds, may_close=may_close, check=check, seeds=seeds,
            only=operations_of(only),
        )  # fmt: skip
    if as_json:
        answer("site", folder=str(target), report=document)
        return
    print_sites(document, language, wide_console())
    Console().print(str(target / f"site.{language}.html"))
