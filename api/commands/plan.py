"""Commands of a dispatcher: plan a day, run the demo."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from api.commands.answers import answer, plan_facts, quota_facts
from api.commands.options import (
    Against,
    AsJson,
    Day,
    DemandFactor,
    EngineName,
    Folder,
    Keep,
    Language,
    Only,
    Quota,
    Size,
    Tongue,
    Verbose,
    Without,
    day_of,
    errors_end_with_2,
    operations_of,
    wide_console,
)
from api.commands.progress import progress_lines
from api.words.i18n import word
from models.errors import HuanweiError
from solver.workers import LEFT_TO_THE_PARENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from api.runner import Written
    from models.day import News, Request

DEMO_DAY = date(2026, 5, 12)
Seconds = Annotated[
    float | None, typer.Option("--time", min=0.1, help="搜索秒数 · seconds of search")
]
Workers = Annotated[int, typer.Option(min=1, help="进程数 · worker processes")]
Scheduler = Annotated[
    str | None, typer.Option(help="Dask 调度器 · Dask scheduler, tcp://HOST:PORT")
]


Begin = Annotated[
    datetime | None,
    typer.Option(
        "--from", formats=["%Y-%m-%d"], help="多日计划的第一天 · first of several days (YYYY-MM-DD)"
    ),
]
Days = Annotated[
    int | None,
    typer.Option(min=1, help="连续天数,默认 7 · days in a row, planned together (default 7)"),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("plan")(plan)
    app.command("demo")(demo)
    app.command("warm-up", hidden=True)(warm)


def plan(
    folder: Folder,
    day: Day = None,
    begin: Begin = None,
    days: Days = None,
    out: Annotated[
        Path | None, typer.Option(help="计划文件夹 · plan folder (default DIR/plans/DATE)")
    ] = None,
    seconds: Seconds = None,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="迭代次数(可重现)· iterations (reproducible)")
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 · seed")] = 1,
    engine: Annotated[EngineName, typer.Option(help="求解引擎 · engine")] = EngineName.RUIN,
    only: Only = None,
    workers: Workers = 2,
    scheduler: Scheduler = None,
    without: Without = None,
    demand_factor: DemandFactor = 1.0,
    quota: Quota = None,
    against: Against = None,
    keep: Keep = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """制定一日或一周计划并写出文件夹 · Plan a day, or a week with --from, and write its folder."""
    from api.runner import budget  # noqa: PLC0415  (the engines take seconds to load)
    from models.day import Request  # noqa: PLC0415
    from scenarios.desk import whatif  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        change = whatif.what_if(without or (), demand_factor, whatif.quotas_of(quota or ()))
        week = begin is not None or days is not None
        if week and (day or against or keep or change):
            raise _of_one_day()
        first = day_of(begin or day)
        before = (
            None if week else whatif.earlier_plan(folder, first, change, against=against, keep=keep)
        )
        request = Request(
            day=first,
            budget=budget(seconds, iterations),
            seed=seed,
            engine=engine.value,
            workers=workers,
            scheduler=scheduler,
            only=operations_of(only),
            what_if=change,
            before=before,
            keep=keep is not None,
            locks=whatif.locks_of(before, first),
        )
    if week:
        plan_week(folder, request, days or 7, out, language, as_json=as_json)
        return
    target = out or folder / "plans" / whatif.plan_name(request.day, change)
    made = make_plan(folder, request, target, language, as_json=as_json)
    show_plan("plan", made, language, as_json=as_json)


def _of_one_day() -> HuanweiError:
    return HuanweiError(
        "--from and --days plan days in a row; they go without --date, --without, "
        "--demand-factor, --quota, --against and --keep.",
        zh="--from 与 --days 制定连续多日的计划，不能与 --date、--without、"
        "--demand-factor、--quota、--against、--keep 同用。",
    )


def plan_week(
    folder: Path, request: Request, days: int, out: Path | None, language: Tongue, *, as_json: bool
) -> None:
    """Decide days in a row, plan each, write the week's folder and print its figures."""
    from api.exports.planner.week import print_week  # noqa: PLC0415
    from api.runner import write_week  # noqa: PLC0415

    target = out or folder / "weeks" / request.day.isoformat()
    with (
        errors_end_with_2(language, as_json=as_json),
        interruptible() as halt,
        progress_lines(language) as tell,
    ):
        made = write_week(
            folder,
            request,
            days,
            target,
            language=language,
            news=halt.hearing(tell),
            stopped=halt.is_set,
        )
    if as_json:
        told = made.document.model_dump(mode="json")
        answer("plan", folder=str(target), week=told, quotas=quota_facts(made.quotas))
    else:
        print_week(
            made.document, made.told, language, target, quotas=made.quotas, console=wide_console()
        )


def demo(
    folder: Annotated[Path, typer.Argument(help="新文件夹 · new folder")] = Path("demo"),
    size: Annotated[Size, typer.Option(help="示例大小 · size of the town")] = Size.DEFAULT,
    seconds: Seconds = None,
    workers: Workers = 2,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """生成示例辖区并制定计划 · Lay out the demo bureau and plan its day."""
    from api.runner import budget  # noqa: PLC0415
    from models.day import Request  # noqa: PLC0415
    from scenarios.demo import write_demo  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        if not (folder / "district.toml").is_file():
            write_demo(folder, size=size.value)
    request = Request(day=DEMO_DAY, budget=budget(seconds, None), workers=workers)
    target = folder / "plans" / request.day.isoformat()
    made = make_plan(folder, request, target, language, as_json=as_json)
    show_plan("demo", made, language, as_json=as_json)


def warm() -> None:
    """Compile the engines once, so that no plan has to wait for it."""
    from models.day import HaulBudget  # noqa: PLC0415
    from scenarios.demo.haul_town import haul_town  # noqa: PLC0415
    from solver.haul.bound import bound_haul  # noqa: PLC0415
    from solver.horizon.engine import warm_up as warm_up_weeks  # noqa: PLC0415
    from solver.roads.toy import warm_up_roads  # noqa: PLC0415
    from solver.routing.search.engine import warm_up  # noqa: PLC0415

    Console(stderr=True).print(word("ui", "compiling", "zh"), word("ui", "compiling", "en"))
    warm_up()
    warm_up_weeks()
    warm_up_roads()
    bound_haul(haul_town(trucks=1, stations=1), HaulBudget().slot_s)


def make_plan(
    folder: Path, request: Request, out: Path, language: Tongue, *, as_json: bool = False
) -> Written:
    """Plan and write; the plan, and the folder that was written.

    Ctrl-C ends the search with the best plan so far; a plan that was there before then stays, and
    the new one takes the next free name. Errors are a document too with `as_json`.
    """
    from api.runner import write_day  # noqa: PLC0415

    with (
        errors_end_with_2(language, as_json=as_json),
        interruptible() as halt,
        progress_lines(language) as tell,
    ):
        made = write_day(
            folder, request, out, language=language, news=halt.hearing(tell), stopped=halt.is_set,
            publish=lambda draft: draft.publish_beside() if halt.is_set() else draft.publish(),
        )  # fmt: skip
    written = out if made.out.name == out.resolve().name else out.with_name(made.out.name)
    return made._replace(out=written)


def show_plan(command: str, made: Written, language: Tongue, *, as_json: bool) -> None:
    """Print the figures of a plan and where its files are, for a person or for a program.

    Also what it brings the quotas of the year.
    """
    from api.exports.report import print_kpis  # noqa: PLC0415
    from api.words.year import quota_sentence  # noqa: PLC0415

    if as_json:
        answer(command, **plan_facts(made.plan, made.out, made.quotas))
        return
    console = wide_console()
    print_kpis(made.plan, language, made.out, console=console)
    for one in made.quotas:
        console.print(quota_sentence(one, language), markup=False, highlight=False)


class Halt(threading.Event):
    """The wish to stop, and whether there is anything yet that it leaves to be written."""

    searched = False

    def hearing(self, tell: Callable[[News], None]) -> Callable[[News], None]:
        """The same news for `tell`; a search that has begun is noted."""

        def hear(one: News) -> None:
            if one.search is not None and one.search.progress.phase != "compile":
                self.searched = True
            tell(one)

        return hear


@contextmanager
def interruptible() -> Iterator[Halt]:
    """An event that Ctrl-C, TERM and HUP set; a second one ends the program as usual.

    Before a search has begun - roads are read, the engine is compiled - the first one does: minutes
    of compiling are no reason to run on. HUP stays ignored where it was, by `nohup` for example.
    """
    halt = Halt()
    wishes = [getattr(signal, name) for name in LEFT_TO_THE_PARENT if hasattr(signal, name)]
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is signal.SIG_IGN:
        wishes.remove(hang_up)
    before: dict[int, Any] = {}

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        halt.set()
        give_back()
        if not halt.searched:
            raise KeyboardInterrupt

    before.update({number: signal.signal(number, stop) for number in wishes})
    try:
        yield halt
    finally:
        give_back()
