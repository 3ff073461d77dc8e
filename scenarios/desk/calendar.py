"""Weeks that were decided: their documents in the district folder, and what they promise for a day.

`DIR/weeks/BEGIN/horizon.json` says which work falls on which day; of several that cover a day the
latest begun counts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from models.district import Calendar
from models.errors import InputErrors, Issue, expected, in_both, said
from models.horizon.week import HORIZON_VERSION, HorizonDocument, Out
from models.record import Record
from models.units import CHINA, DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from models.district import District, Driver, Vehicle
    from models.horizon.week import Away
    from models.plan import Plan, PlanRoute, PlanTour

R = TypeVar("R", bound=Record)
WEEKS, HORIZON, PLANS = "weeks", "horizon.json", "plans"
LATEST = 8
"""So many of the latest weeks are looked at (chosen: two months of weeks)."""


def horizon_files(folder: Path) -> list[Path]:
    """Documents of the latest weeks below a district folder, by their names."""
    return sorted((folder / WEEKS).glob(f"*/{HORIZON}"))[-LATEST:]


def calendar_of(folder: Path, day: date) -> Calendar | None:
    """What the weeks of the folder promise for a day; None: no week covers it.

    Raises `InputErrors` for a document that cannot be read.
    """
    covering = [one for one in map(read_horizon, horizon_files(folder)) if day in _days(one)]
    if not covering:
        return None
    return calendar(max(covering, key=lambda one: one.begin))


def calendar(told: HorizonDocument) -> Calendar:
    """The promise of a horizon document."""
    return Calendar(
        begin=told.begin,
        end=_days(told)[-1],
        visits={work.unit: frozenset(work.visits) for work in told.works},
        away=away_of(told.away),
        out=frozenset((one.kind, one.what, one.date, one.end) for one in told.out),
    )


def away_of(away: Iterable[Away]) -> frozenset[tuple[str, str, date, date]]:
    """Who is away, as a calendar knows it."""
    return frozenset((one.kind, one.what, one.begin, one.end) for one in away)


def those_there(district: District, day: date) -> District:
    """The district as the week's plan knows it on the day: who is away, and who is still out.

    A vehicle that comes home after midnight begins no shift before that, and a driver's rest
    counts from the last duty of the week.
    """
    promised = district.calendar
    if promised is None or not (promised.away or promised.out):
        return district
    begins = {shift.id: shift.begin for shift in district.shifts}
    back = _back(promised, day)

    def vehicle(one: Vehicle) -> Vehicle:
        home = back.get(("vehicle", one.id), -DAY)
        shifts = tuple(name for name in one.shifts if begins[name] >= home)
        there = bool(shifts) and promised.present("vehicle", one.id, day)
        return replace(one, available=one.available and there, shifts=shifts or one.shifts)

    def driver(one: Driver) -> Driver:
        there = one.available and promised.present("driver", one.id, day)
        return replace(one, available=there, last_end=back.get(("driver", one.id), one.last_end))

    return replace(
        district,
        vehicles=tuple(vehicle(one) for one in district.vehicles),
        drivers=tuple(driver(one) for one in district.drivers),
    )


def _back(promised: Calendar, day: date) -> dict[tuple[str, str], int]:
    """When who was out on the days before was back last, in seconds from the day's midnight."""
    midnight = datetime.combine(day, time.min, CHINA)
    ends: dict[tuple[str, str], int] = {}
    for kind, what, when, end in promised.out:
        if when < day:
            back = round((end - midnight).total_seconds())
            ends[kind, what] = max(back, ends.get((kind, what), back))
    return ends


def out_of(plan: Plan) -> list[Out]:
    """Who is out when by a day's plan: each route and tour of a vehicle, each person's work."""
    jobs: list[PlanRoute | PlanTour] = [*plan.routes, *plan.tours]
    moved = [
        Out(kind="vehicle", what=one.vehicle, date=plan.date, begin=one.depart, end=one.return_)
        for one in jobs
    ]
    return moved + [
        Out(kind="driver", what=one.driver, date=plan.date, begin=one.begin, end=one.end)
        for one in plan.roster
    ]


def last_services(folder: Path, begin: date, missed: dict[str, set[date]]) -> dict[str, date]:
    """The last day before `begin` on which each unit was done, by the weeks known.

    `missed` are days on which a unit was promised but not done.
    """
    found: dict[str, date] = {}
    for told in map(read_horizon, horizon_files(folder)):
        for work in told.works:
            done = [day for day in work.visits if day not in missed.get(work.unit, ())]
            known = [one for one in (*done, work.last) if one is not None and one < begin]
            if known:
                found[work.unit] = max([*known, *filter(None, [found.get(work.unit)])])
    return found


def planned_until(folder: Path, begin: date) -> date | None:
    """The last day before `begin` that a week of the folder covers; None: none does."""
    days = (day for path in horizon_files(folder) for day in _days(read_horizon(path)))
    return max((day for day in days if day < begin), default=None)


def read_horizon(path: Path) -> HorizonDocument:
    """The document of a file; raises `InputErrors` naming each place that is wrong."""
    return read_record(path, HorizonDocument)


def read_record(path: Path, kind: type[R]) -> R:
    """A document of a week as `kind`; raises `InputErrors` naming each place that is wrong."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputErrors([_issue(path, "", in_both(said(error)), "")]) from None
    except ValidationError as error:
        raise InputErrors([
            _issue(
                path, ".".join(map(str, one["loc"])), expected(one),
                "" if isinstance(one["input"], dict | list) else str(one["input"])[:80],
            )
            for one in error.errors()
        ]) from None  # fmt: skip


def _days(told: HorizonDocument) -> list[date]:
    return [told.begin + timedelta(n) for n in range(told.days)]


def _issue(path: Path, column: str, message: tuple[str, str], value: str) -> Issue:
    zh, en = message
    return Issue(
        code="E611",
        file=f"{path.parent.name}/{path.name}",
        column=column,
        value=value,
        message_en=f"the week does not follow its schema: {en}",
        message_zh=f"周计划文件不符合格式：{zh}",
        hint_en=f"plan the week again, or remove the file (version {HORIZON_VERSION})",
        hint_zh=f"请重新制定周计划，或删除该文件（版本 {HORIZON_VERSION}）",
    )
