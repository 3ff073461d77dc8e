"""Options and endings that all commands share."""

from __future__ import annotations

import logging
import os
import re
import sys
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.answers import answer_error
from api.commands.interrupt import INTERRUPTED_CODE, unwinding
from models.errors import HuanweiError, InputErrors, file_error
from models.units import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterator


INTERRUPTED = {"zh": "已中断。", "en": "interrupted."}


class Size(StrEnum):
    """Sizes of the made-up town (`scenarios.demo.town`); `default` is the reference district."""

    TINY = "tiny"
    SMALL = "small"
    DEFAULT = "default"
    LARGE = "large"


class Tongue(StrEnum):
    """Languages of the command line."""

    ZH = "zh"
    EN = "en"


Language = Annotated[Tongue, typer.Option("--lang", envvar="HUANWEI_LANG", help="语言 · language")]
Folder = Annotated[Path, typer.Argument(help="辖区文件夹 · district folder")]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="计划日期 · day of the plan (YYYY-MM-DD)"),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without", help="去掉的站、厂、车或人(可重复)· site, vehicle or driver left out"
    ),
]
DemandFactor = Annotated[
    float, typer.Option("--demand-factor", help="收集点垃圾量倍数 · waste of the points, times")
]
Quota = Annotated[
    list[str] | None,
    typer.Option(
        "--quota",
        metavar="PLANT=TONNES",
        help="处理厂当日配额,0 为关闭 · a plant's quota, 0 closes",
    ),
]
Against = Annotated[
    Path | None, typer.Option(help="对比的计划 · earlier plan to begin from and compare with")
]
Keep = Annotated[
    Path | None,
    typer.Option(help="尽量沿用此计划的分工 · earlier plan whose assignment should stay"),
]
Workers = Annotated[int, typer.Option(min=1, help="进程数 · worker processes")]
Scheduler = Annotated[
    str | None, typer.Option(help="Dask 调度器 · Dask scheduler, tcp://HOST:PORT")
]
Iterations = Annotated[
    int, typer.Option(min=1, help="每份计划的迭代次数 · iterations of each plan and part")
]
Only = Annotated[str | None, typer.Option(help="只做这些作业,逗号分隔 · operations, by commas")]

Address = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        envvar="HUANWEI_LEDGER",
        help="台账数据库地址(缺省 DIR/ledger.sqlite)· database: postgresql+psycopg://...",
    ),
]


AsJson = Annotated[bool, typer.Option("--json", help="结果输出为 JSON · print the answer as JSON")]
PIPED_WIDTH = 400
"""Columns of a table that goes into a file or a pipe: there nothing is cut to a screen's width."""


class EngineName(StrEnum):
    """Engines of a day plan (`solver.routing.door.ENGINES`)."""

    RUIN = "ruin"
    ORTOOLS = "ortools"


def _be_verbose(wanted: bool) -> None:
    if wanted:
        form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=form, force=True)


Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        callback=_be_verbose,
        expose_value=False,
        help="在错误输出中记录细节 · log details on the error stream",
    ),
]


def wide_console() -> Console:
    """The standard output; where it is no terminal, wide enough for every table."""
    console = Console()
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        return Console(width=PIPED_WIDTH)
    return console


def day_of(day: datetime | None) -> date:
    """The day asked for; today's date in China if none."""
    return (day or datetime.now(CHINA)).date()


def operations_of(only: str | None) -> frozenset[str] | None:
    """Operations by commas as a set, each by its name or in the product's words; None for all."""
    from scenarios.district.words.cells import code  # noqa: PLC0415  (--help loads no reader)

    names = re.split(r"[,，、;；]", only) if only else []
    return frozenset(str(code(name, "operation")) for name in names if name.strip()) or None


def print_error(error: HuanweiError, language: str) -> None:
    """An error on the error stream; every one of several issues in a line."""
    lines = (
        [issue.text(language) for issue in error.issues]
        if isinstance(error, InputErrors)
        else [error.text(language)]
    )
    for line in lines:
        Console(stderr=True).print(line, style="red", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def errors_end_with_2(language: str, *, as_json: bool = False) -> Iterator[None]:
    """Print an error a user can act on, and end with exit code 2; Ctrl-C ends with a line too.

    With `as_json` the errors are also a document on the standard output.
    """
    try:
        with unwinding():
            yield
    except (HuanweiError, OSError) as error:
        known = error if isinstance(error, HuanweiError) else file_error(error)
        print_error(known, language)
        if as_json:
            answer_error(known)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        print_error(HuanweiError(INTERRUPTED[language]), language)
        raise typer.Exit(INTERRUPTED_CODE) from None
