"""Command of a dispatcher: the day without each station, plant, vehicle or driver in turn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.answers import answer
from api.commands.options import (
    Against,
    AsJson,
    Day,
    Folder,
    Iterations,
    Keep,
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
from api.commands.plan import make_plan, show_plan
from api.exports.planner.files import write_report
from api.words.i18n import LANGUAGES, kpi_text, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.day import Request

Each = Annotated[
    str,
    typer.Option(help="逐一去掉 station,plant,vehicle,driver · leave out each of these in turn"),
]
SHARES = frozenset({"max_load_ratio", "kept_share"})


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("whatif")(whatif)


def whatif(
    folder: Folder,
    each: Each = "station,plant",
    out: Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")] = None,
    day: Day = None,
    iterations: Iterations = 300,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    only: Only = None,
    workers: Workers = 2,
    against: Against = None,
    keep: Keep = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """逐一去掉站、厂、车或人,看当天会怎样 · The day without each of them, one line each."""
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from models.day import Budget, Request  # noqa: PLC0415
    from scenarios.desk.day import load_folder  # noqa: PLC0415  (engines take a second to load)
    from scenarios.desk.outages import sweep_without  # noqa: PLC0415
    from scenarios.desk.sweep import JOURNAL  # noqa: PLC0415
    from scenarios.desk.whatif import earlier_path, kinds_of  # noqa: PLC0415

    when = day_of(day)
    operations = operations_of(only)
    target = out or folder / "plans" / f"whatif-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        kinds = kinds_of(each)
        district = load_folder(folder, when).district
        before = earlier_path(folder, when, against=against, keep=keep)
        refuse_unwritable(target)
    if not before.is_file():
        first = Budget(iterations=2_000)
        request = Request(day=when, budget=first, seed=seed, workers=workers, only=operations)
        before = _plan_base(folder, request, language, as_json=as_json)
    with errors_end_with_2(language, as_json=as_json):
        document = sweep_without(
            folder,
            district,
            kinds,
            before,
            target / JOURNAL,
            day=when,
            budget=Budget(iterations=iterations),
            seed=seed,
            only=operations,
            keep=keep is not None,
            workers=workers,
            scheduler=scheduler,
            news=_tell,
        )
        _write(target, document)
    if as_json:
        answer("whatif", folder=str(target), report=document)
        return
    wide_console().print(table(document, language))
    Console().print(str(target / f"whatif.{language}.md"))


def _plan_base(folder: Path, request: Request, language: Tongue, *, as_json: bool) -> Path:
    """Plan the day that the others are compared with; where its document lies."""
    from scenarios.desk.judge import PLAN_FILE  # noqa: PLC0415

    out = folder / "plans" / request.day.isoformat()
    made = make_plan(folder, request, out, language, as_json=as_json)
    if not as_json:
        show_plan("plan", made, language, as_json=False)
    return made.out / PLAN_FILE


def _write(target: Path, document: dict[str, Any]) -> None:
    """The sweep as a document, and its table in both languages."""
    write_report(target, "whatif", document, {})
    for name in LANGUAGES:
        text = markdown(document, name)
        (target / f"whatif.{name}.md").write_text(text, encoding="utf-8", newline="\n")


def markdown(document: dict[str, Any], language: str) -> str:
    """The table of a sweep as Markdown."""
    lines = [
        " | ".join(word("column", column, language) for column in document["columns"]),
        " | ".join("---" for _ in document["columns"]),
        *(" | ".join(row) for row in rows(document, language)),
    ]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def table(document: dict[str, Any], language: str) -> Table:
    """The table of a sweep for the terminal."""
    found = Table(title=f"{document['district']} {document['date']}", title_justify="left")
    for column in document["columns"]:
        left = column in {"id", "name"}
        found.add_column(word("column", column, language), justify="left" if left else "right")
    for row in rows(document, language):
        found.add_row(*row)
    return found


def rows(document: dict[str, Any], language: str) -> Iterator[list[str]]:
    """Cells of each run; violations with their codes."""
    for run in document["runs"]:
        cells = []
        for column in document["columns"]:
            value = run[column]
            if column == "violations":
                codes = ", ".join(f"{code} {count}" for code, count in run["codes"].items())
                cells.append(f"{value} ({codes})" if codes else str(value))
            elif column in {"extra_km", "extra_cny"}:
                cells.append(f"{value:+,}")
            else:
                cells.append(kpi_text(value, "%" if column in SHARES else "", language))
        yield cells


def _tell(job: str, done: int, total: int) -> None:
    name = job.partition(" ")[0]
    Console(stderr=True).print(f"[{done}/{total}] {name}", markup=False, highlight=False)
