"""`huanwei init` and `huanwei check`: begin a district folder, find all that is wrong in one."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.commands.answers import answer, check_facts
from api.commands.options import (
    AsJson,
    Day,
    Folder,
    Language,
    Size,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
    wide_console,
)  # fmt: skip
from api.words.i18n import word as word_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.errors import Issue
    from scenarios.district import Report


WORDS = {
    "place": ("位置", "Place"),
    "problem": ("问题与办法", "Problem and way out"),
    "value": ("内容", "Value"),
    "errors": ("必须改正", "To be mended"),
    "warnings": ("请留意", "Worth a look"),
    "fine": ("可以制定计划。", "A plan can be made."),
    "not_fine": ("处问题需要改正。", "problem(s) to be mended."),
    "made": ("已写入 {0} 。下一步：huanwei check {0}", "Wrote {0}. Next: huanwei check {0}"),
    "row": ("第 {} 行", "row {}"),
}

FIGURES = {
    "facilities": ("设施 {} 处", "{} facilities"),
    "vehicles": ("车辆 {} 辆", "{} vehicles"),
    "points": ("收运点 {} 个", "{} points"),
    "crews": ("人员 {} 人", "{} people"),
    "streets": ("道路修正 {} 条", "{} street rules"),
    "closures": ("封路 {} 处", "{} closures"),
    "orders": ("工单 {} 张", "{} orders"),
    "quotas": ("年度任务 {} 条", "{} yearly quotas"),
    "climate": ("常年天气 {} 个月", "usual weather of {} months"),
    "contracts": ("收运合同 {} 份", "{} contracts"),
    "permits": ("渣土准运证 {} 份", "{} muck permits"),
    "disposals": ("渣土消纳场 {} 处", "{} disposal sites of muck"),
    "zones": ("片区 {} 个", "{} zones"),
    "demand_t": ("{} {{}} 吨/日", "{} {{}} t/d"),
    "design_t": ("设计能力合计 {} 吨/日", "design capacity {} t/d"),
    "arcs": ("路段 {} 个（单向）", "{} arcs"),
    "arcs_km": ("单向里程 {} 公里", "{} km of arcs"),
    "width_guessed_percent": ("路宽为推定值的占 {}%", "{} % of widths guessed"),
}


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("init")(init)
    app.command("check")(check)
    app.command("contracts")(contracts)
    app.command("patches")(patches)
    app.command("bells")(bells)


def init(
    folder: Folder,
    demo: Annotated[bool, typer.Option("--demo", help="示例辖区 · the demo bureau")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="示例含全部品类与作业 · demo with every stream")
    ] = False,
    size: Annotated[
        Size, typer.Option("--size", help="示例城区大小 · size of the demo's town")
    ] = Size.DEFAULT,
    roads: Annotated[
        Path | None, typer.Option("--roads", help="道路文件 · OpenStreetMap file")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="下载道路的地名 · place to take roads from")
    ] = None,
    scale: Annotated[
        float,
        typer.Option("--scale", help="示例规模(参考区县的倍数) · size of the demo"),
    ] = 1.0,
    country: Annotated[
        str | None, typer.Option("--country", help="境外辖区的国家代码 · country, if not China: DE")
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """新建辖区文件夹(模板或示例)· Begin a district folder: a commented template, or a demo."""
    from scenarios.demo import write_demo  # noqa: PLC0415  (the roads take a second to load)
    from scenarios.district import new_folder, write_template  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        if demo:
            with new_folder(folder) as made:
                write_demo(made, roads=roads, place=place, size=size.value, full=full, scale=scale)
        else:
            write_template(folder, roads=roads, place=place, country=country)
    if as_json:
        answer("init", folder=str(folder))
        return
    Console().print(word("made", language).format(folder), markup=False, highlight=False)


def check(
    folder: Folder,
    day: Day = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """检查辖区文件夹,列出全部问题 · List everything wrong with a district folder."""
    from scenarios.district import check_district  # noqa: PLC0415

    report = check_district(folder, day_of(day))
    if as_json:
        answer("check", **check_facts(report))
    else:
        print_report(report, language, wide_console())
    if not report.fine:
        raise typer.Exit(2)


def contracts(
    folder: Folder,
    day: Day = None,
    stream: Annotated[str, typer.Option(help="品类 · stream of the producers")] = "kitchen",
    kind: Annotated[
        str, typer.Option(help="只算此类点(逗号分隔) · points of these kinds alone")
    ] = "",
    plan: Annotated[
        Path | None, typer.Option(help="日计划文件夹 · plan folder: who is served when")
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """签约单位覆盖情况 · Producers with and without a contract that holds on the day."""
    from scenarios.desk.judge import read_plan  # noqa: PLC0415
    from scenarios.desk.registers.contracts import coverage  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        made = None if plan is None else read_plan(plan / "plan.json")
        found = coverage(folder, day_of(day), stream=stream, kind=kind, plan=made)
    figures = found.figures()
    if as_json:
        rows = [asdict(one) for one in found.producers]
        answer("contracts", stream=stream, date=found.day, figures=figures, producers=rows)
        return
    console = wide_console()
    told = (word_of("registers", f"contracts_{key}", language).format(f"{value:,.10g}")
            for key, value in figures.items() if key != "covered_share")  # fmt: skip
    share = word_of("registers", "contracts_covered_share", language).format(
        f"{100 * found.share:.1f} %"
    )
    console.print(" · ".join([share, *told]), markup=False, highlight=False)
    table = Table(title=word_of("registers", "contracts_title", language), title_justify="left")
    for key in ("point", "company", "contract", "end", "state", "visit"):
        table.add_column(word_of("registers", f"contracts_{key}", language), overflow="fold")
    for one in found.producers:
        if one.state != "valid":
            state = word_of("registers", f"contracts_state_{one.state}", language)
            cells = (f"{one.point} {one.name}", one.company, one.contract,
                     str(one.end or ""), state, one.served)  # fmt: skip
            table.add_row(*(Text(cell) for cell in cells))
    if table.row_count:
        console.print(table)


def patches(
    folder: Folder,
    plan: Annotated[
        list[Path] | None,
        typer.Option(help="日计划或周计划文件夹(可重复) · folders of plans or weeks"),
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """图斑清理进度 · Dump patches by the plans of several days: cleared, left, deadline.

    Exit code 1 where the plans clear less of a patch than fell on their days.
    """
    from scenarios.desk.registers.patches import patch_report  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        found = patch_report(folder, plan or ())
    end = typer.Exit(1 if found.violations else 0)
    if as_json:
        answer(
            "patches",
            days=found.days,
            figures=found.figures(),
            patches=[
                asdict(one) | {"cleared_kg": one.cleared_kg, "behind_kg": one.behind_kg}
                for one in found.patches
            ],
            violations=[asdict(one) for one in found.violations],
        )
        raise end
    console = wide_console()
    told = (
        word_of("registers", f"patches_{key}", language).format(f"{value:,}")
        for key, value in found.figures().items()
    )
    console.print(" · ".join(told), markup=False, highlight=False)
    table = Table(title=word_of("registers", "patches_title", language), title_justify="left")
    for key in ("patch", "end", "whole", "cleared", "behind", "by_day"):
        table.add_column(word_of("registers", f"patches_{key}", language), overflow="fold")
    for one in found.patches:
        days = " ".join(f"{d.day:%m-%d} {d.cleared_kg:,}/{d.share_kg:,}" for d in one.days)
        amounts = (one.kg, one.cleared_kg, one.behind_kg)
        cells = (f"{one.id} {one.name}", str(one.end), *(f"{kg:,}" for kg in amounts), days)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    for law in found.violations:
        text = f"{law.where} {word_of('violation', law.code, language)} {law.excess} {law.detail}"
        console.print(text, style="red", markup=False, highlight=False)
    if found.violations:
        raise end


def bells(
    folder: Folder,
    plan: Annotated[Path, typer.Option(help="日计划文件夹 · plan folder with the rounds")],
    out: Annotated[Path | None, typer.Option(help="时刻表 CSV · table of times, for shops")] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(help="要与时刻表核对的其他日计划(可重复)· plans of other days to judge by it"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="模拟天数 · simulated days")] = 10,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """摇铃收集时刻表 · Timetable of bell collection, held against simulated days.

    Exit code 1 where another day's plan sends another truck or comes at another time.
    """
    from scenarios.desk.judge import read_plan  # noqa: PLC0415
    from scenarios.desk.registers.bells import bells as timetable_of  # noqa: PLC0415
    from scenarios.desk.registers.bells import differences, left_out  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        planned = read_plan(plan / "plan.json")
        made, found = timetable_of(folder, planned, days=days, seed=seed)
        silent = left_out(planned)
        broken = [
            {"plan": str(other), **asdict(one)}
            for other in also or []
            for one in differences(made, read_plan(other / "plan.json"))
        ]
    if out is not None:
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(asdict(found[0])), lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(asdict(one) for one in found)
    facts = {
        "rounds": len(made.rounds),
        "stops": len({(one.route, one.stop) for one in found}),
        "shops": len(found),
        "left_out": len(silent),
        "added_min": round(made.added_s / 60, 1),
        "kept_share": round(made.share, 4),
        "worst_day_share": round(min(made.kept), 4),
        **({"broken": len(broken)} if also else {}),
    }
    if as_json:
        rows = [asdict(one) for one in found]
        answer(
            "bells", days=days, figures=facts, timetable=rows, left_out=silent, violations=broken
        )
        raise typer.Exit(1 if broken else 0)
    _print_bells(facts, silent, broken, language)
    if broken:
        raise typer.Exit(1)


def _print_bells(
    facts: dict[str, float], silent: list[str], broken: list[dict[str, object]], language: str
) -> None:
    told = (word_of("registers", f"bells_{key}", language).format(
        f"{100 * value:.1f} %" if key.endswith("share") else value)
        for key, value in facts.items())  # fmt: skip
    wide_console().print(" · ".join(told), markup=False, highlight=False)
    if silent:
        text = word_of("registers", "bells_silent", language).format("; ".join(silent))
        wide_console().print(text, style="yellow", markup=False, highlight=False)
    for one in broken:
        told_law = word_of("violation", str(one["code"]), language)
        detail = one["detail"] or f"{one['excess']} s"
        wide_console().print(f"{one['plan']}: {one['where']} {told_law} {detail}", markup=False)


def print_report(report: Report, language: str, console: Console) -> None:
    """The report as tables of errors and warnings, and the figures of the folder."""
    for title, issues in (("errors", report.issues), ("warnings", report.warnings)):
        if issues:
            console.print(_table(word(title, language), issues, language))
    if report.figures:
        figures = (figure(key, value, language) for key, value in report.figures.items())
        console.print(" · ".join(figures), markup=False, highlight=False)
    if report.fine:
        console.print(word("fine", language), style="green")
    else:
        console.print(f"{len(report.issues)} {word('not_fine', language)}", style="red")


def _table(title: str, issues: Sequence[Issue], language: str) -> Table:
    columns = [word(key, language) for key in ("place", "value", "problem")]
    table = Table(title=title, title_justify="left", show_lines=True)
    for column in ("", *columns):
        table.add_column(column, overflow="fold")  # nothing is cut off
    for issue in issues:
        row = word("row", language).format(issue.row) if issue.row else ""
        place = " ".join(part for part in (issue.file, row, issue.column) if part)
        zh = language == "zh"
        message, hint = (
            (issue.message_zh, issue.hint_zh) if zh else (issue.message_en, issue.hint_en)
        )
        cells = (issue.code, place, issue.value, f"{message}\n→ {hint}")
        table.add_row(*(Text(cell) for cell in cells))
    return table


def figure(key: str, value: float, language: str) -> str:
    """A figure of the folder in words, such as 车辆 59 辆."""
    stream = key.removeprefix("demand_").removesuffix("_t") if key.startswith("demand_") else ""
    zh, en = FIGURES["demand_t" if stream else key]
    text = zh if language == "zh" else en
    if stream:
        text = text.format(word_of("stream", stream, language))
    return text.format(f"{value:,.10g}")


def word(key: str, language: str) -> str:
    """A word of this command in "zh" or "en"."""
    zh, en = WORDS[key]
    return zh if language == "zh" else en
