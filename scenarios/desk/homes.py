"""Plans of the days before in a district folder, and where vehicles and drivers are at home."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.desk.calendar import PLANS
from scenarios.desk.judge import PLAN_FILE, read_plan
from solver.day.homes import learn_homes

if TYPE_CHECKING:
    from pathlib import Path

    from models.day import Request
    from models.plan import Plan, PlanHome
    from models.trade.rules import Costs

log = logging.getLogger(__name__)

NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d+))?")
"""A plan's folder: its day, and its number where the day has several."""

OLDEST_DAYS = 31
"""Plans older than so many days tell nothing about homes (chosen: crews change by the month)."""


def with_homes(folder: Path, request: Request, costs: Costs) -> Request:
    """The request with the homes of the days before, unless it begins from a plan."""
    if request.before is not None:
        return request
    return replace(request, homes=homes_of(folder, request.day, costs))


def homes_of(folder: Path, day: date, costs: Costs) -> tuple[PlanHome, ...]:
    """Homes as the latest `home_days` planned days before `day` tell them; none: there are none.

    Of several plans of a day the one with the highest number counts, what-ifs never. A plan that
    cannot be read is passed over with a warning.
    """
    found: list[Plan] = []
    for path in _latest(folder, day) if costs.home_days else ():
        if len(found) == costs.home_days:
            break
        try:
            found.append(read_plan(path))
        except HuanweiError as error:
            log.warning("%s: passed over · 略过：%s", path, error)
    return learn_homes(found, costs)


def _latest(folder: Path, day: date) -> list[Path]:
    """Documents of the days before, the latest day first."""
    newest: dict[date, tuple[int, Path]] = {}
    for path in (folder / PLANS).glob(f"*/{PLAN_FILE}"):
        named = NAME.fullmatch(path.parent.name)
        planned = _date(named[1]) if named else None
        if named is None or planned is None or not day - timedelta(OLDEST_DAYS) <= planned < day:
            continue
        mine = int(named[2] or 1), path
        newest[planned] = max(newest.get(planned, mine), mine)
    return [newest[planned][1] for planned in sorted(newest, reverse=True)]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
