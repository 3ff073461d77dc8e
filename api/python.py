"""The Python door, which `import huanwei` opens: folders and days in, plans and verdicts out."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api.runner import budget, write_day
from models.day import Request
from models.errors import HuanweiError
from models.units import CHINA
from scenarios import demo, district
from scenarios.desk.day import load_folder, plan_loaded
from scenarios.desk.homes import with_homes
from scenarios.desk.judge import judge_folder
from scenarios.desk.year.plan import YearOrder
from scenarios.desk.year.plan import plan_year as year_of_folder
from solver.routing.door import get_engine
from solver.stop import after, at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from models.day import News
    from models.district import District
    from models.plan import Plan
    from models.problem import RoutingProblem
    from models.year.calendar import YearCalendar
    from scenarios.demo.town import TownSize
    from scenarios.desk.judge import Judgement
    from scenarios.district import Report
    from solver.routing.base.engine import Outcome


def read_district(folder: Path | str, day: date | str | None = None) -> District:
    """The district of a folder on `day` ("2026-05-12"; today in China if none), roads not read.

    Raises `InputErrors` with everything that is wrong, at once.
    """
    return district.read_district(Path(folder), day_of(day))


def check_district(folder: Path | str, day: date | str | None = None) -> Report:
    """Everything wrong with a folder, its roads too, and what it holds; raises nothing for it."""
    return district.check_district(Path(folder), day_of(day))


def write_demo(folder: Path | str, *, size: TownSize = "default", seed: int = 1) -> Path:
    """Write the made-up demo district to a new folder and return it.

    `size` is "tiny" (a few blocks, for trying things), "default" (a district) or "large". Raises
    `HuanweiError` for a folder in use.
    """
    path = Path(folder)
    demo.write_demo(path, size=size, seed=seed)
    return path


def plan_year(
    folder: Path | str,
    year: int | None = None,
    *,
    today: date | str | None = None,
    ledger: str | None = None,
) -> YearCalendar:
    """Lay the year's quotas of a folder on its days, as known on `today`, and return the calendar.

    `year` is that of `today` if none; `ledger` the URL of a database (None: the setting
    `HUANWEI_LEDGER`, or the folder's file). Raises `InputErrors` for tables that are wrong.
    """
    now = day_of(today)
    return year_of_folder(Path(folder), YearOrder(year=year or now.year, today=now, ledger=ledger))


def plan_day(
    folder: Path | str,
    day: date | str | None = None,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    engine: str = "ruin",
    workers: int = 2,
    only: Iterable[str] | None = None,
    out: Path | str | None = None,
    language: str = "zh",
    news: Callable[[News], None] | None = None,
) -> Plan:
    """Plan a day of the district in `folder`, judge it, and return the plan document.

    `seconds` of search or `iterations` (reproducible); a minute when neither is given. `only` names
    operations (None: all). With `out` the plan folder is written there too, whole or not at all, in
    `language` ("zh" or "en"). `news` hears what the planner is doing. Where worker processes are
    spawned (Windows, macOS), a script that asks for more than one of the `workers` needs the usual
    `if __name__ == "__main__":`. Raises `InputErrors` for a folder that is wrong.
    """
    request = Request(
        day=day_of(day),
        budget=budget(seconds, iterations),
        seed=seed,
        engine=engine,
        workers=workers,
        only=frozenset(only) if only is not None else None,
    )
    if out is not None:
        return write_day(Path(folder), request, Path(out), language=language, news=news).plan
    loaded = load_folder(Path(folder), request.day)
    request = with_homes(Path(folder), request, loaded.rules.costs)
    _, made = plan_loaded(loaded, request, news=news)
    return made.plan


def judge(folder: Path | str) -> Judgement:
    """Judge the `plan.json` of a plan folder, edited or not: as written, and with new times.

    Nothing is written. Raises `InputErrors` for a document that breaks the schema.
    """
    return judge_folder(Path(folder))


def solve(
    problem: RoutingProblem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    engine: str = "ruin",
    workers: int = 1,
) -> Outcome:
    """Search for a good solution of one routing problem, such as `read_instance(path).problem`.

    `seconds` or `iterations` must be given, not both. The outcome holds the solution, the times of
    its routes and its cost. Raises `HuanweiError` for laws the engine cannot keep.
    """
    if (seconds is None) == (iterations is None):
        raise HuanweiError(
            "give seconds or iterations of search, one of the two.",
            zh="搜索秒数与迭代次数请给且只给一个。",
        )
    player = get_engine(engine, workers=workers)
    if lacking := player.lacks(problem):
        listed = ", ".join(lacking)
        raise HuanweiError(
            f"engine {engine} cannot keep {listed}. Try another engine.",
            zh=f"引擎 {engine} 不支持 {listed}，请换一个引擎。",
        )
    stop = at_most(iterations) if iterations is not None else after(float(seconds or 0.0))
    return player.solve(problem, stop=stop, seed=seed)


def day_of(day: date | str | None) -> date:
    """A day as a date; today in China where none is given."""
    if day is None:
        return datetime.now(CHINA).date()
    if isinstance(day, str):
        try:
            return date.fromisoformat(day)
        except ValueError:
            raise HuanweiError(
                f"{day!r} is no day. Write it as 2026-05-12.",
                zh=f"{day!r} 不是日期，请写成 2026-05-12。",
            ) from None
    return day
