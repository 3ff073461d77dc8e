"""Commands of who doubts: judge a plan, edited or not, and try to fool the judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.answers import answer, judge_facts, violations
from api.commands.interrupt import INTERRUPTED_CODE
from api.commands.options import AsJson, Language, Tongue, Verbose, errors_end_with_2, wide_console
from api.commands.progress import progress_lines
from api.words.i18n import word
from api.words.violations import amount, finding, law
from models.day import News

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.plan import PlanViolation
    from scenarios.desk.judge import Judgement
    from scenarios.fool.outcome import Caught

MAX_LINES = 40
District = Annotated[
    Path | None,
    typer.Option(help="来源辖区文件夹 · district folder it is said to be made from"),
]
PlanFolder = Annotated[Path, typer.Argument(help="计划文件夹 · plan folder")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("judge")(judge)
    app.command("fool")(fool)


def judge(
    folder: PlanFolder,
    write: Annotated[
        bool, typer.Option("--write", help="按新的时刻重写计划 · write the re-timed plan")
    ] = False,
    district: District = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """裁判一日或一周计划所写的一切 · Judge all a day's or a week's plan says; a day is re-timed.

    Also a year's calendar, muck permits, a roster, manifests and reports of towns, made again from
    their district and plan. Beside a true plan its workbook, routes, tracks and sheets are read.

    Ends with 1 where what stands in the folder breaks a law or claims what is not true.
    """
    from api.exports.folder import write_plan  # noqa: PLC0415
    from api.exports.whole import restore  # noqa: PLC0415
    from api.reread import other_files  # noqa: PLC0415
    from scenarios.desk.court.inputs import other_inputs  # noqa: PLC0415
    from scenarios.desk.court.remade import document_in, judge_document_in  # noqa: PLC0415
    from scenarios.desk.day import INPUTS  # noqa: PLC0415
    from scenarios.desk.horizon.week_judge import is_week, judge_week  # noqa: PLC0415
    from scenarios.desk.judge import PLAN_FILE, judge_folder, read_plan  # noqa: PLC0415
    from solver.document.located import plain  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        restore(folder.resolve())
        if is_week(folder):
            tell(judge_week(folder), folder, language, as_json=as_json)
            return
        if document_in(folder) and not (folder / PLAN_FILE).is_file():
            found_there = judge_document_in(folder, district)
            tell(found_there, folder, language, as_json=as_json)
            return
        found = judge_folder(folder)
        plan = read_plan(folder / PLAN_FILE)
        more = other_inputs(folder, district, plan.date) if district is not None else []
        if not found.as_written and not write:  # else the document is what is wrong
            more += other_files(folder, plan, found.network, found.district)
        found = replace(found, as_written=(*found.as_written, *plain(more)))
        if write:
            write_plan(
                found.retimed,
                found.network,
                found.district,
                folder,
                language=language,
                extra={INPUTS: (folder / INPUTS).read_bytes()},
            )
    if as_json:
        answer("judge", **judge_facts(found, folder))
    else:
        print_judgement(found, language)
    if found.retimed.violations if write else found.as_written:
        raise typer.Exit(1)


def tell(found: Sequence[PlanViolation], folder: Path, language: Tongue, *, as_json: bool) -> None:
    """What is wrong with a document as it is written; ends with 1 where anything is."""
    if as_json:
        answer("judge", folder=str(folder), as_written=violations(found))
    else:
        print_violations("as_written", found, language)
    if found:
        raise typer.Exit(1)


def fool(
    folder: PlanFolder,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    fields: Annotated[
        bool, typer.Option("--fields", help="再逐一篡改每个字段 · forge every field once as well")
    ] = False,
    district: District = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """用各种篡改考验裁判 · Forge the plan in every known way; the judge must notice each.

    Nothing is written. Ends with 1 where a forgery passes; Ctrl-C ends with what was found.
    """
    from scenarios.desk.judge import PLAN_FILE  # noqa: PLC0415
    from scenarios.fool.papers import fool_papers  # noqa: PLC0415
    from scenarios.fool.storm import fool_folder  # noqa: PLC0415

    console = Console()
    with errors_end_with_2(language, as_json=as_json), progress_lines(language) as show:

        def hear(one: Caught, share: float) -> None:
            show(News("fool", share))
            if one.exit_code == 0 and not one.believed and not as_json:
                console.print(f"{word('ui', 'unnoticed', language)}: {one.name}", style="red")

        found = (
            fool_folder(folder, seed, hear, fields=fields)
            if (folder / PLAN_FILE).is_file()
            else fool_papers(folder, seed, hear, district)
        )
    tried = len(found.tried) - len(found.believed)
    noticed = tried - len(found.unnoticed)
    if as_json:
        missed, alike = ([one.name for one in rows] for rows in (found.unnoticed, found.believed))
        answer("fool", tried=tried, noticed=noticed, unnoticed=missed, believed=alike,
               stopped=found.stopped)  # fmt: skip
    else:
        console.print(word("ui", "storm", language).format(noticed=noticed, tried=tried))
        if found.believed:
            names = ", ".join(one.name for one in found.believed)
            console.print(word("ui", "storm_believed", language).format(names=names))
        if found.stopped:
            told = word("ui", "storm_stopped", language)
            console.print(told.format(tried=len(found.caught), total=found.total), style="yellow")
    if found.unnoticed:
        raise typer.Exit(1)
    if found.stopped:
        raise typer.Exit(INTERRUPTED_CODE)


def print_judgement(found: Judgement, language: Tongue) -> None:
    """What is wrong as written, and what remains when the order stays and the times are new."""
    console = wide_console()
    print_violations("as_written", found.as_written, language)
    print_violations("retimed", found.retimed.violations, language)
    before, after = found.kpis_before, found.retimed.kpis
    for key in ("service_km", "deadhead_km", "duty_h", "cost_cny", "unserved"):
        console.print(f"{word('kpi', key, language)}: {before.get(key)} → {after.get(key)}")


def print_violations(title: str, found: Sequence[PlanViolation], language: Tongue) -> None:
    """A table of violations under their title, or a green line where there are none."""
    console, label = wide_console(), word("ui", title, language)
    if not found:
        console.print(f"{label}: {word('ui', 'none_violations', language)}", style="green")
        return
    table = Table(title=f"{label}: {len(found)}", title_justify="left")
    for column in ("code", "where", "excess", "detail"):
        table.add_column(word("ui", column, language))
    for one in found[:MAX_LINES]:
        table.add_row(
            f"{law(one, language)} {one.code}",
            f"{one.where} {one.vehicle}".strip(),
            amount(one, language),
            finding(one.detail, language),
        )
    console.print(table)
