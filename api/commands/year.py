"""Command of the head of a bureau: the year's quotas on its days, and what is in danger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.answers import answer
from api.commands.options import (
    Address,
    AsJson,
    Folder,
    Language,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
)
from api.words.year import GAPS, alarm, sentences

if TYPE_CHECKING:
    from models.year.calendar import YearCalendar

MAX_LINES = 20


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("year")(year)


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
    from scenarios.desk.horizon.year import YearOrder, plan_year  # noqa: PLC0415

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
