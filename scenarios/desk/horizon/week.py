"""Days in a row of a district folder: decided together, each planned on its own, told together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from models.district import Calendar
from models.errors import HuanweiError
from models.horizon.week import (
    HorizonDocument,
    Stopped,
    WeekDay,
    WeekDocument,
    WeekFigures,
    WeekLevel,
    WeekWork,
)
from models.record import PlanText
from models.units import CHINA
from scenarios.desk.asked import asked_of, with_asked
from scenarios.desk.away import absences
from scenarios.desk.calendar import (
    PLANS,
    WEEKS,
    away_of,
    calendar,
    last_services,
    out_of,
    planned_until,
    read_record,
    those_there,
)
from scenarios.desk.day import load_everybody, plan_loaded
from scenarios.desk.horizon.away import NOBODY, idle
from scenarios.desk.horizon.levels import levels_of, readings
from solver.edits.whatif import all_places
from solver.horizon.deal import choices, deal
from solver.horizon.engine import warm_up
from solver.horizon.week import missed, visits, week_units, whole_day
from solver.roads.cache import Cache
from solver.stop import after, at_most
from solver.tasks.ground import lay
from solver.trade.cadence import falls_on, greatest_gap, weekdays
from solver.trade.profile import refuse_strange_work, titles
from solver.trade.season import rules_in_season
from solver.trade.weather import stopped_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.day import Budget, Request
    from models.district import District
    from models.history.events import FillLevel
    from models.horizon.week import Away
    from models.plan import Plan
    from models.trade.rules import RuleProfile
    from scenarios.desk.day import Loaded
    from solver.day.plan import DayPlan, News
    from solver.stop import Stop
    from solver.tasks.ground import Ground
    from solver.tasks.rota import Unit

WEEK_FILE = "week.json"
MOST_DAYS = 31
"""So many days are planned at once at most (chosen: a month)."""
ALL_WEEK = 7
SHARE_OF_DEAL = 0.08
"""This share of the seconds of all days goes to the choice of days (chosen: the rest drives)."""


class Known(NamedTuple):
    """What the days before and the ledger say of a week.

    Days of earlier services by unit, the latest fill levels by point, who is away, and the last day
    before it that an earlier week covers: what is after that day went by the rota (None: no more is
    known than `last`).
    """

    last: Mapping[str, date]
    read: Mapping[str, FillLevel]
    away: Sequence[Away]
    until: date | None = None

    def last_of(self, units: Iterable[Unit], begin: date) -> dict[str, date]:
        """The last service of each unit before `begin`, where one is known."""
        found = dict(self.last)
        pause = 0 if self.until is None else (begin - self.until).days - 1
        days = [begin - timedelta(n) for n in range(1, pause + 1)]
        for unit in units:
            by_rota = next((day for day in days if falls_on(unit.rhythm, day)), None)
            if by_rota is not None:
                found[str(unit.id)] = by_rota
        return found


@dataclass(frozen=True, eq=False)
class Week:
    """Days in a row: their inputs, the work that does not come daily, and what was decided."""

    loaded: tuple[Loaded, ...]
    units: tuple[Unit, ...]
    ground: Ground
    told: HorizonDocument

    @property
    def days(self) -> list[date]:
        """The days, one after the other."""
        return [self.told.begin + timedelta(n) for n in range(self.told.days)]

    def plans(
        self,
        request: Request,
        *,
        news: Callable[[News], None] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[Loaded, DayPlan]]:
        """The plan of each day by what was decided, one after the other.

        What the days before have out is still out, and rests when it comes home.
        """
        told, budget = self.told, request.budget
        if budget.seconds is not None and self.units:
            budget = replace(budget, seconds=budget.seconds * (1 - SHARE_OF_DEAL))
        for day, loaded in zip(self.days, self.loaded, strict=True):
            promised = with_asked(calendar(told), asked_of(loaded.district), day)
            district = those_there(replace(loaded.district, calendar=promised), day)
            own = replace(loaded, district=district)
            own, made = plan_loaded(
                own, replace(request, day=day, budget=budget), news=news, stopped=stopped
            )
            told = with_out(told, made.plan)
            yield own, made

    def told_day(self, made: DayPlan) -> WeekDay:
        """A day's plan as the week tells it."""
        return week_day(made.plan, missed(self.units, made.day, made.halves.timed))


def decide_week(folder: Path, request: Request, days: int) -> Week:
    """Which work of the folder falls on which of `days` days from the request's on.

    The rota's choice, made better by a search with a share of the budget of all days. Raises
    `InputErrors` with everything wrong in the folder, `HuanweiError` for too many days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise HuanweiError(
            f"--days {days}: plan between 1 and {MOST_DAYS} days at once.",
            zh=f"--days {days}：一次可制定 1 至 {MOST_DAYS} 天的计划。",
        )
    dates = [request.day + timedelta(n) for n in range(days)]
    loaded = tuple(load_everybody(folder, day) for day in dates)
    known = Known(
        last_services(folder, request.day, missed_before(folder)),
        readings(folder, request.day),
        tuple(absences(folder, dates)),
        planned_until(folder, request.day),
    )
    return dealt(week_of(loaded, request.day, request.only, known), request)


def dealt(week: Week, request: Request) -> Week:
    """The week with better days for its work, as far as the budget finds some.

    Same input, seed and iterations: same days.
    """
    days, first = week.days, week.loaded[0]
    if not week.units or len(days) == 1:
        return week
    stopped: dict[str, set[date]] = {}
    for one in week.told.stopped:
        stopped.setdefault(one.operation, set()).add(one.date)
    rules = rules_in_season(first.rules, week.told.begin)
    parts = whole_day(
        first.district,
        week.ground,
        rules,
        week.units,
        request.day,
        cache=Cache.from_environment(),
    )
    promised = calendar(week.told)
    own = [replace(one.district, calendar=promised) for one in week.loaded]
    there = [
        {truck.id for truck in those_there(district, day).vehicles if truck.available}
        for district, day in zip(own, days, strict=True)
    ]
    fleets = [
        [[len(there_now.intersection(crew.vehicles)) for crew in part.crews] for there_now in there]
        for part in parts
    ]
    warm_up()
    chosen = deal(
        parts,
        choices(
            week.units,
            days,
            last={one.unit: one.last for one in week.told.works if one.last is not None},
            stopped=stopped,
            told=first.district.calendar,
            due={one.unit: one.level.due for one in week.told.works if one.level is not None},
        ),
        days,
        fleets,
        stop=_seconds_of_deal(request.budget, len(days)),
        seed=request.seed,
    )
    works = [one.model_copy(update={"visits": list(chosen[one.unit])}) for one in week.told.works]
    return replace(week, told=week.told.model_copy(update={"works": works}))


def _seconds_of_deal(budget: Budget, days: int) -> Stop:
    """The budget of the choice of days: a share of that of all days, or as many iterations."""
    if budget.seconds is None:
        return at_most((budget.iterations or 0) * days)
    return after(budget.seconds * days * SHARE_OF_DEAL)


def week_of(
    loaded: Sequence[Loaded],
    begin: date,
    only: frozenset[str] | None,
    known: Known,
) -> Week:
    """Decide the days whose inputs these are."""
    first = loaded[0]
    refuse_strange_work(first.rules, only)
    district, rules = first.district, rules_in_season(first.rules, begin)
    ground = lay(all_places(district, district), first.network, rules, begin)
    units = tuple(week_units(district, ground, rules, only))
    days = [begin + timedelta(n) for n in range(len(loaded))]
    last, away = known.last_of(units, begin), list(known.away)
    promised = Calendar(begin=begin, end=days[-1], visits={}, away=away_of(away))
    stopped = [
        one
        for day, own in zip(days, loaded, strict=True)
        for one in _stopped(own.rules, replace(own.district, calendar=promised), day, only)
    ]
    shut = {(one.operation, one.date) for one in stopped}
    levels = levels_of(units, district.points, rules, known.read, begin=begin, last=last)
    works = [
        work_of(
            unit,
            last.get(str(unit.id)),
            visits(
                unit,
                days,
                last=last.get(str(unit.id)),
                stopped={day for day in days if (unit.id.operation, day) in shut},
                due=level.due if level is not None else None,
            ),
            level,
        )
        for unit in units
        for level in [levels.get(str(unit.id))]
    ]
    told = HorizonDocument(
        district=district.name,
        district_id=district.id,
        titles=titles(rules),
        only=None if only is None else sorted(only),
        begin=begin,
        days=len(days),
        away=away,
        stopped=stopped,
        works=works,
    )
    return Week(tuple(loaded), units, ground, told)


def work_of(
    unit: Unit, last: date | None, days: list[date], level: WeekLevel | None = None
) -> WeekWork:
    """A unit as the document tells it."""
    may = weekdays(unit.cadence)
    return WeekWork(
        unit=str(unit.id),
        operation=unit.id.operation,
        thing=unit.id.thing,
        name=unit.name,
        cleaning_class=unit.cleaning_class,
        work_m=unit.work_m,
        allowed=[] if len(may) == ALL_WEEK else sorted(may),
        least_days=unit.cadence.least_gap_days or 1,
        greatest_days=greatest_gap(unit.cadence, unit.rhythm),
        last=last,
        level=level,
        visits=days,
    )


def with_out(told: HorizonDocument, plan: Plan) -> HorizonDocument:
    """The document with those who are out on the day of a plan."""
    return told.model_copy(update={"out": [*told.out, *out_of(plan)]})


def week_document(told: HorizonDocument, days: Iterable[WeekDay], language: str) -> WeekDocument:
    """The document of a week whose days are planned."""
    return WeekDocument(
        begin=told.begin,
        created=datetime.now(CHINA).replace(microsecond=0),
        language=language,
        days=list(days),
    )


def week_day(plan: Plan, units_missed: Iterable[str]) -> WeekDay:
    """A day as the week tells it: its work by operation, and what it could not do."""
    names = sorted(
        {route.operation for route in plan.routes} | {u.operation for u in plan.unserved}
    )
    figures = []
    for name in names:
        routes = [route for route in plan.routes if route.operation == name]
        unserved = sum(one.operation == name for one in plan.unserved)
        steps = [step for route in routes for trip in route.trips for step in trip.steps]
        figures.append(
            WeekFigures(
                operation=name,
                tasks=sum(step.kind == "serve" for step in steps) + unserved,
                unserved=unserved,
                service_km=round(sum(route.service_m for route in routes) / 1000, 1),
                deadhead_km=round(sum(route.deadhead_m for route in routes) / 1000, 1),
                work_h=round(sum(route.duration_s for route in routes) / 3600, 1),
            )
        )
    return WeekDay(
        date=plan.date,
        plan=f"{PLANS}/{plan.date.isoformat()}",
        routes=len(plan.routes),
        unserved=len(plan.unserved),
        cost_cny=plan.kpis["cost_cny"],
        violations=len(plan.violations),
        operations=figures,
        missed=sorted(units_missed),
    )


def missed_before(folder: Path) -> dict[str, set[date]]:
    """Days on which units were promised but not done, by the weeks of the folder."""
    found: dict[str, set[date]] = {}
    for path in sorted((folder / WEEKS).glob(f"*/{WEEK_FILE}")):
        for day in read_record(path, WeekDocument).days:
            for unit in day.missed:
                found.setdefault(unit, set()).add(day.date)
    return found


def _stopped(
    rules: RuleProfile, district: District, day: date, only: frozenset[str] | None
) -> Iterator[Stopped]:
    """Operations that the forecast of a day stops, or whose vehicles are all away on it."""
    unmanned = idle(rules, district, day)
    for name in rules.operations:
        if only is not None and name not in only:
            continue
        cause = stopped_by(rules, name, district.weather)
        if cause is not None:
            yield Stopped(date=day, operation=name, cause=PlanText(zh=cause.zh, en=cause.en))
        elif name in unmanned:
            yield Stopped(date=day, operation=name, cause=NOBODY)
