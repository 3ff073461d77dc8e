"""Commands beyond a day's plan: the year's quotas on its days, and rounds that come by all day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.answers import answer
from api.commands.options import (
    Address,
    AsJson,
    Day,
    Folder,
    Language,
    Only,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
    operations_of,
)
from api.words.i18n import word
from api.words.year import GAPS, alarm, sentences
from models.units import clock

if TYPE_CHECKING:
    from models.year.calendar import YearCalendar
    from scenarios.desk.horizon.rounds import Lap

MAX_LINES = 20


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("year")(year)
    app.command("rounds")(rounds)


def year(
    folder: Folder,
    number: Annotated[
        int | None,
        typer.Option("--year", min=1970, max=2200, help="年份 · year (default: today's)"),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option("--today", formats=["%Y-%m-%d"], help="以哪天为今天 · as known on this day"),
    ] = None,
    address: Address = None,
    out: Annotated[
        Path | None, typer.Option(help="输出文件夹 · folder (default DIR/years/YEAR)")
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """把全年任务量排到每一天 · Lay a year's quotas on its days, with what is done and owed."""
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from api.exports.year import refuse_strange_year, write_year  # noqa: PLC0415
    from scenarios.desk.year.plan import YearOrder, plan_year  # noqa: PLC0415

    now = day_of(today)
    asked = number or now.year
    target = out or folder / "years" / str(asked)
    with errors_end_with_2(language, as_json=as_json):
        order = YearOrder(year=asked, today=now, ledger=address)
        refuse_strange_year(target)
        made = plan_year(folder, order)
        refuse_unwritable(target)
        write_year(made, target, language)
    if as_json:
        kept = {"year", "today", "quotas", "notes", "violations"}
        spans = {"__all__": {"days", "weeks"}}
        shown = made.model_dump(mode="json", include=kept, exclude={"quotas": spans})
        answer("year", folder=str(target), **shown)
    else:
        _tell(made, target, language)
    if made.violations:
        raise typer.Exit(1)


def rounds(
    folder: Folder,
    day: Day = None,
    only: Only = None,
    iterations: Annotated[
        int, typer.Option(min=1, help="每圈的迭代次数 · iterations of each lap")
    ] = 5_000,
    streets: Annotated[
        bool, typer.Option("--streets", help="列出道路顺序与时刻 · streets in order, with minutes")
    ] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """制定全天循环作业的圈次与车辆 · Plan laps that come by all day, with the fewest vehicles."""
    from scenarios.desk.horizon.rounds import plan_rounds  # noqa: PLC0415

    asked = day_of(day)
    with errors_end_with_2(language, as_json=as_json):
        laps = plan_rounds(folder, asked, only=operations_of(only), iterations=iterations)
    if as_json:
        answer("rounds", date=asked.isoformat(), laps=[asdict(one) for one in laps])
    else:
        for lap in laps:
            _tell_lap(lap, language, streets=streets)
    if any(lap.violations for lap in laps):
        raise typer.Exit(1)


def _tell_lap(lap: Lap, language: str, *, streets: bool) -> None:
    console = Console(markup=False, highlight=False, soft_wrap=True)
    needed = len(lap.starts)
    text = word("rounds", "lap", language).format(
        title=lap.title_zh if language == "zh" else lap.title_en,
        lap=clock(lap.lap_s),
        service=f"{lap.service_m / 1000:.1f}",
        deadhead=f"{lap.deadhead_m / 1000:.1f}",
        vehicles=needed,
        gap=round(lap.gap_s / 60),
    )
    console.print(text)
    if lap.held < needed:
        short = word("rounds", "short", language)
        console.print(short.format(held=lap.held, missing=needed - lap.held), style="yellow")
    for number, starts in enumerate(lap.starts, start=1):
        times = " ".join(clock(one) for one in starts)
        console.print(f"{word('rounds', 'starts', language).format(number=number)} {times}")
    for name, after in lap.streets if streets else ():
        console.print(f"  +{clock(after)} {name}")
    for one in lap.violations[:MAX_LINES]:
        console.print(f"{one.code} {one.where} {one.detail}", style="red")


def _tell(made: YearCalendar, out: Path, language: str) -> None:
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for quota in made.quotas:
        console.print(GAPS[language].join(sentences(quota, made, language)))
        if text := alarm(quota, language):
            late = quota.alarm is not None and quota.alarm.level == "late"
            console.print(text, style="red" if late else "yellow")
    for note in made.notes:
        console.print(note.text(language))
    for one in made.violations[:MAX_LINES]:
        console.print(f"{one.code} {one.where} {one.detail}", style="red")
    console.print(str(out / f"year.{language}.html"))
