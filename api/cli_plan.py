"""Commands of a dispatcher: plan a day, run the demo."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.options import (
    Against,
    Day,
    DemandFactor,
    Folder,
    Keep,
    Language,
    Only,
    Quota,
    Tongue,
    Without,
    day_of,
    errors_end_with_2,
    operations_of,
)
from api.words.i18n import word
from models.units import cny
from solver.workers import LEFT_TO_THE_PARENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from models.day import News, Request

DEMO_DAY = date(2026, 5, 12)
Seconds = Annotated[
    float | None, typer.Option("--time", min=0.1, help="搜索秒数 · seconds of search")
]
Workers = Annotated[int, typer.Option(min=1, help="进程数 · worker processes")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("plan")(plan)
    app.command("demo")(demo)
    app.command("warm-up", hidden=True)(warm)


def plan(
    folder: Folder,
    day: Day = None,
    out: Annotated[
        Path | None, typer.Option(help="计划文件夹 · plan folder (default DIR/plans/DATE)")
    ] = None,
    seconds: Seconds = None,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="迭代次数(可重现)· iterations (reproducible)")
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    engine: Annotated[str, typer.Option(help="ruin | ortools")] = "ruin",
    only: Only = None,
    workers: Workers = 2,
    without: Without = None,
    demand_factor: DemandFactor = 1.0,
    quota: Quota = None,
    against: Against = None,
    keep: Keep = None,
    language: Language = Tongue.ZH,
) -> None:
    """制定日计划并写出计划文件夹 · Plan a day and write the plan folder."""
    from api.runner import budget  # noqa: PLC0415  (the engines take seconds to load)
    from models.day import Request  # noqa: PLC0415
    from scenarios.desk.whatif import (  # noqa: PLC0415
        earlier_plan,
        plan_name,
        quotas_of,
        what_if,
    )

    with errors_end_with_2(language):
        change = what_if(without or (), demand_factor, quotas_of(quota or ()))
        request = Request(
            day=day_of(day),
            budget=budget(seconds, iterations),
            seed=seed,
            engine=engine,
            workers=workers,
            only=operations_of(only),
            what_if=change,
            before=earlier_plan(folder, day_of(day), change, against=against, keep=keep),
            keep=keep is not None,
        )
    target = out or folder / "plans" / plan_name(request.day, change)
    run_plan(folder, request, target, language)


def demo(
    folder: Annotated[Path, typer.Argument(help="新文件夹 · new folder")] = Path("demo"),
    seconds: Seconds = None,
    workers: Workers = 2,
    language: Language = Tongue.ZH,
) -> None:
    """生成示例辖区并制定计划 · Lay out the demo bureau and plan its day."""
    from api.runner import budget  # noqa: PLC0415
    from models.day import Request  # noqa: PLC0415
    from scenarios.demo import write_demo  # noqa: PLC0415

    with errors_end_with_2(language):
        if not (folder / "district.toml").is_file():
            write_demo(folder)
    request = Request(day=DEMO_DAY, budget=budget(seconds, None), workers=workers)
    run_plan(folder, request, folder / "plans" / request.day.isoformat(), language)


def warm() -> None:
    """Compile the engines once, so that no plan has to wait for it."""
    from models.day import HaulBudget  # noqa: PLC0415
    from scenarios.demo.haul_town import haul_town  # noqa: PLC0415
    from solver.haul.bound import bound_haul  # noqa: PLC0415
    from solver.roads.toy import warm_up_roads  # noqa: PLC0415
    from solver.routing.search.engine import warm_up  # noqa: PLC0415

    Console(stderr=True).print(word("ui", "compiling", "zh"), word("ui", "compiling", "en"))
    warm_up()
    warm_up_roads()
    bound_haul(haul_town(trucks=1, stations=1), HaulBudget().slot_s)


def run_plan(folder: Path, request: Request, out: Path, language: Tongue) -> Path:
    """Plan, write, and print the figures; the folder that was written.

    Ctrl-C ends the search with the best plan so far; a plan that was there before then stays, and
    the new one takes the next free name.
    """
    from api.report import print_kpis  # noqa: PLC0415
    from api.runner import write_day  # noqa: PLC0415

    with errors_end_with_2(language):
        with interruptible() as halt, progress_lines(language) as tell:
            made = write_day(
                folder, request, out, language=language, news=tell, stopped=halt.is_set,
                publish=lambda draft: draft.publish_beside() if halt.is_set() else draft.publish(),
            )  # fmt: skip
        written = out if made.out.name == out.resolve().name else out.with_name(made.out.name)
        print_kpis(made.plan, language, written)
    return written


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C, TERM and HUP set; a second one ends the program as usual."""
    halt = threading.Event()
    wishes = [getattr(signal, name) for name in LEFT_TO_THE_PARENT if hasattr(signal, name)]
    before: dict[int, Any] = {}

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        halt.set()
        give_back()

    before.update({number: signal.signal(number, stop) for number in wishes})
    try:
        yield halt
    finally:
        give_back()


@contextmanager
def progress_lines(language: str) -> Iterator[ProgressLines]:
    """A line per stage and, while searching, one per part: share, cost, unserved."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[news]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bars:
        yield ProgressLines(bars, language)


class ProgressLines:
    """Shows the planner's news."""

    def __init__(self, bars: Progress, language: str) -> None:
        """Draw on `bars`."""
        self.bars = bars
        self.language = language
        self.lines: dict[str, TaskID] = {}
        self.stage = ""

    def __call__(self, news: News) -> None:
        """Draw one piece of news."""
        if news.stage != self.stage:
            self._finish(self.stage)
            self.stage = news.stage
        key = news.stage if news.search is None else f"{news.stage} {news.search.part}"
        label = word("stage", news.stage, self.language)
        if news.detail:
            label += " · " + word("operation", news.detail, self.language)
        if key not in self.lines:
            self.lines[key] = self.bars.add_task(label, total=1.0, news="")
        text = ""
        if news.search is not None:
            progress = news.search.progress
            if progress.phase == "compile":
                text = word("ui", "compiling", self.language)
            elif progress.cost is not None:
                unserved = word("ui", "unserved_tab", self.language)
                text = f"{cny(progress.cost):,.0f} CNY · {unserved} {progress.required_unserved}"
        self.bars.update(
            self.lines[key], completed=min(news.share, 1.0), description=label, news=text
        )

    def _finish(self, stage: str) -> None:
        for key, line in self.lines.items():
            if key.split()[0] == stage:
                self.bars.update(line, completed=1.0)
