"""A week's folder judged: its cadences, its days' plans, and all it claims made again from them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from models.history.events import FillLevel
from models.horizon.week import HORIZON_VERSION, WeekDocument
from models.solution import Violation
from scenarios.desk.calendar import HORIZON, calendar, out_of, read_horizon, read_record
from scenarios.desk.day import unpack_inputs
from scenarios.desk.horizon.week import WEEK_FILE, Known, week_day, week_of
from scenarios.desk.judge import PLAN_FILE, Court, read_plan
from solver.document.located import plain
from solver.document.read import replay
from solver.horizon.week import missed
from solver.judge.week import check_rests, check_week
from solver.trade.labour import labour_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.district import Calendar
    from models.horizon.week import HorizonDocument, WeekDay
    from models.plan import Plan, PlanViolation
    from scenarios.desk.horizon.week import Week


LONG = 60
"""So many characters of a value are told (chosen: it fits a line)."""


def is_week(folder: Path) -> bool:
    """Whether the folder is a week's, not a day plan's."""
    return (folder / HORIZON).is_file()


def judge_week(folder: Path) -> list[PlanViolation]:
    """Everything wrong with a week as it is written; places of a day's plan begin with its date.

    Raises `InputErrors` for documents that break their schema.
    """
    told, week = read_horizon(folder / HORIZON), read_record(folder / WEEK_FILE, WeekDocument)
    with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
        return WeekCourt(folder, Path(scratch)).violations(told, week)


@dataclass(frozen=True, eq=False)
class WeekCourt:
    """The days of a week's folder, laid out once below `scratch` for many documents of it."""

    folder: Path
    scratch: Path
    courts: dict[str, Court] = field(default_factory=dict)
    plans: dict[tuple[str, date], tuple[Plan, tuple[PlanViolation, ...]]] = field(
        default_factory=dict
    )
    weeks: dict[str, Week] = field(default_factory=dict)

    def violations(self, told: HorizonDocument, week: WeekDocument) -> list[PlanViolation]:
        """Everything wrong with the week as these two documents tell it."""
        found = plain([*check_week(told), *_frame(told, week)])
        days = {told.begin + timedelta(n) for n in range(told.days)}
        if found and {one.date for one in week.days} != days:
            return found
        loaded = [self._court(day).inputs_on(day.date) for day in week.days]
        last = {one.unit: one.last for one in told.works if one.last is not None}
        only = None if told.only is None else frozenset(told.only)
        known = Known(last, _read(told), told.away)
        days_of = [day.plan for day in week.days]
        asked = repr((told.begin, days_of, told.only, sorted(last.items()), known))
        if asked not in self.weeks:
            self.weeks[asked] = week_of(loaded, told.begin, only, known)
        again = self.weeks[asked]
        found += plain(list(_works(told, again)))
        promised = calendar(told)
        for day in week.days:
            found += self._day(day, again, promised)
        out = [one for day in week.days for one in out_of(self._judged(day)[0])]
        if told.out != out:
            found += plain([_claim("out", told.out, out)])
        rest_s = labour_rules(loaded[0].rules.labour).min_rest_s
        return found + plain(list(check_rests(out, rest_s)))

    def _court(self, day: WeekDay) -> Court:
        if day.plan not in self.courts:
            inputs = self.scratch / f"day-{len(self.courts)}"
            unpack_inputs(self.folder / day.plan, inputs)
            self.courts[day.plan] = Court(inputs)
        return self.courts[day.plan]

    def _judged(self, day: WeekDay) -> tuple[Plan, tuple[PlanViolation, ...]]:
        """The plan of a day with what its own judge finds."""
        key = day.plan, day.date
        if key not in self.plans:
            plan = read_plan(self.folder / day.plan / PLAN_FILE)
            self.plans[key] = plan, self._court(day).violations(plan)
        return self.plans[key]

    def _day(self, told: WeekDay, week: Week, promised: Calendar) -> list[PlanViolation]:
        """A day's plan by its own judge, its inputs' promise, and the week's figures of it."""
        plan, broken = self._judged(told)
        found = [
            one.model_copy(update={"where": f"{told.date} {one.where}".strip()}) for one in broken
        ]
        claims: list[Violation] = []
        if plan.date != told.date:
            claims.append(_claim(f"{told.plan} date", plan.date, told.date))
            return found + plain(claims)
        court = self._court(told)
        if plan.only != week.told.only:
            claims.append(_claim(f"{told.plan} only", plan.only, week.told.only))
        own = court.inputs_on(told.date).district.calendar
        if own is None or _promises(own) != _promises(promised):
            claims.append(_claim(f"{told.plan} {HORIZON}", "another week", "this week"))
        ready = court.day_of(plan)
        right = week_day(plan, missed(week.units, ready.day, replay(plan, ready.day).day))
        for name in type(told).model_fields:
            one, other = getattr(told, name), getattr(right, name)
            if one != other:
                claims.append(_claim(f"{told.date} {name}", one, other))
        return found + plain(claims)


def _read(told: HorizonDocument) -> dict[str, FillLevel]:
    """The readings a week tells of, by point; what follows from them is made again."""
    return {
        one.thing: FillLevel(
            day=one.level.read,
            point=one.thing,
            full_pm=one.level.full_pm,
            at_s=one.level.read_s,
        )
        for one in told.works
        if one.level is not None
    }


def _promises(one: Calendar) -> tuple[object, ...]:
    return dict(one.visits), one.away, one.out


def _frame(told: HorizonDocument, week: WeekDocument) -> Iterator[Violation]:
    """The two documents speak of the same days."""
    days = [told.begin + timedelta(n) for n in range(told.days)]
    if week.horizon_version != HORIZON_VERSION:
        yield _claim(f"{WEEK_FILE} horizon_version", week.horizon_version, HORIZON_VERSION)
    if week.begin != told.begin or [one.date for one in week.days] != days:
        yield _claim(WEEK_FILE, f"{week.begin} + {len(week.days)}", f"{told.begin} + {told.days}")


def _works(told: HorizonDocument, again: Week) -> Iterator[Violation]:
    """The work of the district made again: none forgotten, none invented, each as it is."""
    written = {one.unit: one for one in told.works}
    right = {one.unit: one for one in again.told.works}
    for unit in dict.fromkeys([*right, *written]):
        one, other = written.get(unit), right.get(unit)
        if one is None or other is None:
            yield _claim(f"works {unit}", one and one.unit, other and other.unit)
            continue
        for name in type(one).model_fields:
            if name not in {"visits", "last"} and getattr(one, name) != getattr(other, name):
                yield _claim(f"works {unit} {name}", getattr(one, name), getattr(other, name))
    if [one for one in written if one in right] != [one for one in right if one in written]:
        yield _claim("works", "another order", "the order of the district")
    for name in ("stopped", "titles", "district", "district_id", "only", "horizon_version"):
        if getattr(told, name) != getattr(again.told, name):
            yield _claim(name, getattr(told, name), getattr(again.told, name))


def _claim(place: str, one: object, other: object) -> Violation:
    short = [
        text if len(text := str(value)) < LONG else f"{text[:LONG]}…" for value in (one, other)
    ]
    return Violation(code="CLAIM", where=place, detail=f"written {short[0]}, right {short[1]}")
