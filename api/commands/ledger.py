"""Commands of the ledger: tables in and out, plans recorded as driven, what it holds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.answers import answer, issues
from api.commands.options import (
    Address,
    AsJson,
    Folder,
    Language,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
    wide_console,
)
from api.words.i18n import word
from api.words.year import sentences
from models.units import clock

if TYPE_CHECKING:
    from models.year.calendar import YearCalendar
    from scenarios.ledger.driven import Recorded
    from scenarios.ledger.intake import Intake
    from scenarios.ledger.outtake import Overview

MAX_WARNINGS = 20
LEVEL_COLUMNS = ("point", "name", "operation", "read", "expected", "due")
ledger = typer.Typer(
    no_args_is_help=True,
    help="台账：实际发生了什么 · The ledger: what happened, in SQLite or PostgreSQL",
)
Here = Annotated[Path, typer.Argument(help="辖区文件夹(缺省当前)· district folder")]
Begin = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="第一天 · first day (YYYY-MM-DD)"),
]
End = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="最后一天 · last day (YYYY-MM-DD)"),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    ledger.command("import")(import_table)
    ledger.command("record")(record)
    ledger.command("export")(export)
    ledger.command("show")(show)
    ledger.command("what")(what)
    ledger.command("levels")(levels)
    app.add_typer(ledger, name="ledger")


def import_table(
    file: Annotated[Path, typer.Argument(help="表格文件 · table: CSV, XLSX, ...")],
    folder: Here = Path(),
    table: Annotated[
        str,
        typer.Option(help="trips, weighings, weather, absences, levels:表名不明时 · which table"),
    ] = "",
    correct: Annotated[
        bool, typer.Option("--correct", help="以文件为准,追加更正 · the file is right: correct")
    ] = False,
    person: Annotated[str, typer.Option(help="操作人 · who does it (default: your login)")] = "",
    address: Address = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """导入出车、称重、天气、缺勤、满溢表 · Import trips, weighings, weather, absences, levels."""
    from scenarios.ledger.intake import import_file  # noqa: PLC0415
    from scenarios.ledger.store import open_ledger  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), open_ledger(folder, address) as opened:
        done = import_file(
            opened, file, folder, day_of(None), table=table, correct=correct, person=person
        )
    if as_json:
        tables = {name: _counts(one) for name, one in done.written.items()}
        answer("ledger import", tables=tables, repeated=done.repeated, replaced=done.replaced,
               warnings=issues(done.warnings))  # fmt: skip
    else:
        _tell_import(done, language)


def record(
    folder: Folder,
    plan: Annotated[str, typer.Option("--plan", help="计划名称,如 2026-05-12 · name of the plan")],
    person: Annotated[str, typer.Option(help="操作人 · who does it (default: your login)")] = "",
    address: Address = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """把计划的趟次登记为已完成 · Count the trips of a plan as driven; reports replace them."""
    from scenarios.desk.year.plan import YearOrder, standing  # noqa: PLC0415
    from scenarios.ledger.driven import record_plan  # noqa: PLC0415
    from scenarios.ledger.store import open_ledger  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), open_ledger(folder, address) as opened:
        done = record_plan(opened, folder / "plans" / plan, person=person)
        year = standing(folder, YearOrder(year=done.day.year, today=done.day, ledger=address))
    if as_json:
        answer("ledger record", trips=done.trips, reported=done.reported, replaced=done.replaced,
               **_counts(done.written))  # fmt: skip
        return
    _tell_record(done, language)
    if year is not None:
        _tell_standing(year, language)


def export(
    folder: Here = Path(),
    out: Annotated[
        Path | None, typer.Option(help="输出文件 · file (default DIR/ledger.xlsx)")
    ] = None,
    begin: Begin = None,
    end: End = None,
    address: Address = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """导出有效记录为工作簿,可再导入 · Export what holds as a workbook that can be imported."""
    from api.exports.ledger import ledger_workbook  # noqa: PLC0415
    from api.exports.whole import write_file  # noqa: PLC0415
    from scenarios.ledger.outtake import export_tables  # noqa: PLC0415
    from scenarios.ledger.store import open_ledger  # noqa: PLC0415

    target = out or folder / "ledger.xlsx"
    with errors_end_with_2(language, as_json=as_json), open_ledger(folder, address) as opened:
        tables = export_tables(opened, _day(begin), _day(end))
        write_file(target, ledger_workbook(tables, language))
    rows = {name: len(found) for name, found in tables.items()}
    if as_json:
        answer("ledger export", file=str(target), rows=rows)
        return
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for name, count in rows.items():
        console.print(f"{word('ledger', name, language)}: {count:,}")
    console.print(str(target))


def show(
    folder: Here = Path(),
    address: Address = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """台账里有什么 · What the ledger holds, and the latest imports."""
    from scenarios.ledger.outtake import overview  # noqa: PLC0415
    from scenarios.ledger.store import open_ledger  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), open_ledger(folder, address) as opened:
        found = overview(opened)
    if as_json:
        answer("ledger show", **asdict(found))
    else:
        _tell_overview(found, language)


def what(as_json: AsJson = False, verbose: Verbose = False, language: Language = Tongue.ZH) -> None:
    """各表有哪些列 · The tables an import takes and their columns."""
    from scenarios.district.words.headings import columns_of, required_columns  # noqa: PLC0415
    from scenarios.ledger.outtake import heading  # noqa: PLC0415
    from scenarios.ledger.rows import MODELS  # noqa: PLC0415

    found = {
        name: {
            column: {"heading": heading(name, column, "zh"), "required": column in needed}
            for column in columns_of(name)
        }
        for name in MODELS
        for needed in [required_columns(name)]
    }
    if as_json:
        answer("ledger what", tables=found)
        return
    console = wide_console()
    for name, columns in found.items():
        # A row a column: a dozen headings side by side fit no terminal.
        title = f"{word('ledger', name, language)} ({name})"
        table = Table(title=title, title_justify="left", show_header=False)
        for column in columns:
            star = "*" if columns[column]["required"] else ""
            table.add_row(heading(name, column, language), column, star)
        console.print(table)
    console.print(word("ledger", "required", language))


def levels(
    folder: Here = Path(),
    date_: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="哪天 · day (today)")
    ] = None,
    address: Address = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """各箱当日的满溢度与最迟清空日 · How full boxes are that morning, and when each is due."""
    from scenarios.desk.horizon.levels import told_levels  # noqa: PLC0415

    day = day_of(date_)
    with errors_end_with_2(language, as_json=as_json):
        found = told_levels(folder, day, address)
    if as_json:
        boxes = [asdict(one) | {"level": one.level.model_dump(mode="json")} for one in found]
        answer("ledger levels", date=day.isoformat(), boxes=boxes)
        return
    console = wide_console()
    if not found:
        console.print(word("ledger", "no_levels", language).format(date=day))
        return
    table = Table(*(word("ledger", f"level_{name}", language) for name in LEVEL_COLUMNS))
    for one in found:
        level = one.level
        table.add_row(
            one.point, one.name, one.operation,
            f"{level.read} {clock(level.read_s)} {level.full_pm / 10:.0f} %",
            f"{level.begin_kg} kg {100 * level.begin_kg / one.capacity_kg:.0f} %",
            str(level.due),
        )  # fmt: skip
    console.print(table)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _counts(written: object) -> dict[str, int]:
    return {name: getattr(written, name) for name in ("new", "same", "corrected")}


def _tell_import(done: Intake, language: str) -> None:
    console = Console(markup=False, highlight=False)
    for name, one in done.written.items():
        line = word("ledger", "imported", language).format(
            table=word("ledger", name, language), **_counts(one)
        )
        console.print(line)
    for key in ("repeated", "replaced"):
        if count := getattr(done, key):
            console.print(word("ledger", key, language).format(count=count))
    for issue in done.warnings[:MAX_WARNINGS]:
        console.print(issue.text(language), style="yellow", soft_wrap=True)


def _tell_record(done: Recorded, language: str) -> None:
    console = Console(markup=False, highlight=False)
    console.print(
        word("ledger", "recorded", language).format(trips=done.trips, **_counts(done.written))
    )
    for key in ("reported", "replaced"):
        if count := getattr(done, key):
            console.print(word("ledger", key, language).format(count=count))


def _tell_standing(year: YearCalendar, language: str) -> None:
    """How far every quota of the year is."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for quota in year.quotas:
        _, stands, *_ = sentences(quota, year, language)
        console.print(f"{quota.title.text(language)} {stands}")


def _tell_overview(found: Overview, language: str) -> None:
    console = wide_console()
    console.print(found.address, markup=False, highlight=False)
    table = Table(box=None, pad_edge=False)
    for key in ("table", "holding", "rows", "first", "last"):
        table.add_column(word("ledger", key, language))
    for one in found.tables:
        days = (str(one.first or "–"), str(one.last or "–"))
        name = word("ledger", one.table, language)
        table.add_row(name, f"{one.holding:,}", f"{one.rows:,}", *days)
    console.print(table)
    for batch in found.batches:
        kind = word("ledger", batch.kind, language)
        line = f"{batch.made_at:%Y-%m-%d %H:%M} {kind} {batch.source} {batch.person}"
        console.print(line, markup=False, highlight=False)
