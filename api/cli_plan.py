"""Commands of a dispatcher: plan a day, judge an edited plan, run the demo."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.exports import write_plan
from api.i18n import word
from api.report import print_kpis
from models.errors import HuanweiError
from models.units import CHINA
from scenarios.day import INPUTS, pack_inputs, plan_folder
from scenarios.demo import write_demo
from solver.parallel import Budget
from solver.plan import Request
from solver.routing import warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from solver.plan import News

DEFAULT_SECONDS = 60.0
Folder = Annotated[Path, typer.Argument(help="辖区文件夹 · district folder")]
Language = Annotated[str, typer.Option("--lang", help="zh | en")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("plan")(plan)
    app.command("demo")(demo)
    app.command("warm-up", hidden=True)(warm)


def plan(
    folder: Folder,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="计划日期,默认今天 · day, default today"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="计划文件夹 · plan folder (default DIR/plans/DATE)")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--time", min=0.1, help="搜索秒数 · seconds of search")
    ] = None,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="迭代次数(可重现)· iterations (reproducible)")
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    engine: Annotated[str, typer.Option(help="ruin | ortools")] = "ruin",
    only: Annotated[
        str | None, typer.Option(help="只做这些作业,逗号分隔 · operations, by commas")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="进程数 · worker processes")] = 2,
    language: Language = "zh",
) -> None:
    """制定日计划并写出计划文件夹 · Plan a day and write the plan folder."""
    when = (day or datetime.now(CHINA)).date()
    request = Request(
        day=when,
        budget=_budget(seconds, iterations),
        seed=seed,
        engine=engine,
        workers=workers,
        only=_names(only),
    )
    run_plan(folder, request, out or folder / "plans" / when.isoformat(), language)


def demo(
    folder: Annotated[Path, typer.Argument(help="新文件夹 · new folder")] = Path("demo"),
    seconds: Annotated[
        float | None, typer.Option("--time", min=0.1, help="搜索秒数 · seconds of search")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="进程数 · worker processes")] = 2,
    language: Language = "zh",
) -> None:
    """生成示例辖区并制定计划 · Lay out the demo bureau and plan its day."""
    if not (folder / "district.toml").is_file():
        write_demo(folder)
    request = Request(day=date(2026, 5, 12), budget=_budget(seconds, None), workers=workers)
    run_plan(folder, request, folder / "plans" / request.day.isoformat(), language)


def warm() -> None:
    """Compile the engines once, so that no plan has to wait for it."""
    Console(stderr=True).print("编译求解引擎(仅一次)· compiling the engines, once …")
    warm_up()


def run_plan(folder: Path, request: Request, out: Path, language: str) -> None:
    """Plan, write, and print the figures; Ctrl-C ends the search with the best plan so far."""
    console = Console()
    with interruptible() as halt, progress_bar(console) as tell:
        loaded, made = plan_folder(folder, request, news=tell, stopped=halt.is_set)
        tell_word(tell, "write")
        write_plan(
            made.plan,
            made.ground.network,
            loaded.district,
            out,
            language=language,
            extra={INPUTS: pack_inputs(folder)},
        )
    print_kpis(made.plan, language, out)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; a second Ctrl-C ends the program as usual."""
    halt = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        halt.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield halt
    finally:
        signal.signal(signal.SIGINT, before)
