"""Commands of who doubts: judge a plan, edited or not, and try to fool the judge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.answers import answer, judge_facts
from api.options import AsJson, Language, Tongue, Verbose, errors_end_with_2, wide_console
from api.words.i18n import word
from api.words.violations import amount, finding, law

if TYPE_CHECKING:
    from scenarios.desk.judge import Judgement
    from scenarios.fool.storm import Caught

MAX_LINES = 40
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
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """裁判 plan.json 所写的一切并重新计时 · Judge all a plan.json says, and re-time it.

    Ends with 1 where what stands in the folder breaks a law or claims what is not true.
    """
    from api.exports.folder import write_plan  # noqa: PLC0415
    from api.exports.whole import restore  # noqa: PLC0415
    from scenarios.desk.day import INPUTS  # noqa: PLC0415
    from scenarios.desk.judge import judge_folder  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        restore(folder.resolve())
        found = judge_folder(folder)
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


def fool(
    folder: PlanFolder,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """用各种篡改考验裁判 · Forge the plan in every known way; the judge must notice each.

    Nothing is written. Ends with 1 where a forgery passes.
    """
    from scenarios.fool.storm import fool_folder  # noqa: PLC0415

    console = Console()

    def tell(one: Caught) -> None:
        if one.exit_code == 0 and not as_json:
            console.print(f"{word('ui', 'unnoticed', language)}: {one.name}", style="red")

    with errors_end_with_2(language, as_json=as_json):
        found = fool_folder(folder, seed, tell)
    tried = [one for one in found if one.exit_code is not None]
    noticed = [one for one in tried if one.exit_code]
    if as_json:
        missed = [one.name for one in tried if not one.exit_code]
        answer("fool", tried=len(tried), noticed=len(noticed), unnoticed=missed)
    else:
        console.print(word("ui", "storm", language).format(noticed=len(noticed), tried=len(tried)))
    if len(noticed) < len(tried):
        raise typer.Exit(1)


def print_judgement(found: Judgement, language: Tongue) -> None:
    """What is wrong as written, and what remains when the order stays and the times are new."""
    console = wide_console()
    for title, violations in (
        ("as_written", found.as_written),
        ("retimed", found.retimed.violations),
    ):
        label = word("ui", title, language)
        if not violations:
            console.print(f"{label}: {word('ui', 'none_violations', language)}", style="green")
            continue
        table = Table(title=f"{label}: {len(violations)}", title_justify="left")
        for column in ("code", "where", "excess", "detail"):
            table.add_column(word("ui", column, language))
        for one in violations[:MAX_LINES]:
            table.add_row(
                f"{law(one, language)} {one.code}",
                f"{one.where} {one.vehicle}".strip(),
                amount(one, language),
                finding(one.detail, language),
            )
        console.print(table)
    before, after = found.kpis_before, found.retimed.kpis
    for key in ("service_km", "deadhead_km", "duty_h", "cost_cny", "unserved"):
        console.print(f"{word('kpi', key, language)}: {before.get(key)} → {after.get(key)}")
