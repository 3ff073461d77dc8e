"""`huanwei init` and `huanwei check`: begin a district folder, find all that is wrong in one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.answers import answer, check_facts
from api.options import (
    AsJson,
    Day,
    Folder,
    Language,
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


class DemoSize(StrEnum):
    """Sizes of the made-up town, `default` the reference district."""

    TINY = "tiny"
    SMALL = "small"
    DEFAULT = "default"
    LARGE = "large"


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


def init(
    folder: Folder,
    demo: Annotated[bool, typer.Option("--demo", help="示例辖区 · the demo bureau")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="示例含全部品类与作业 · demo with every stream")
    ] = False,
    size: Annotated[
        DemoSize, typer.Option("--size", help="示例城区大小 · size of the demo's town")
    ] = DemoSize.DEFAULT,
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
