"""A roster of weeks from a district folder: its day plans give the work, its crews the people.

A day with a plan of its own in `DIR/plans/DATE`, or else in one of the latest weeks, has that
plan's routes and haul tours. Any other day repeats a plan: the latest of its weekday, else the
latest of a working day or of a weekend alike, else the latest of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic.dataclasses import dataclass as row

from models.errors import InputErrors, Issue
from models.plan import PlanRoute
from models.roster import RosterDocument, RosterSources
from models.shift import Duty, Roster, RosterProblem
from models.units import CHINA, DAY
from scenarios.desk.calendar import PLANS, horizon_files
from scenarios.desk.judge import read_plan
from scenarios.desk.roster_document import RosteredDay, roster_document
from scenarios.district.read import read_folder, read_rows
from scenarios.district.rows.columns import STRICT, Id
from scenarios.district.rows.work import SpanIn
from scenarios.district.words.messages import Findings, Where, suggest
from solver.shifts.fit import is_helper
from solver.shifts.report import strains
from solver.shifts.roster import Budget, solve_roster
from solver.trade.holiday import holiday_name
from solver.trade.labour import labour_rules
from solver.trade.profile import titles
from solver.trade.vehicles import HAUL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from models.district import District, Driver
    from models.ids import DutyId
    from models.plan import Plan, PlanTitles, PlanTour
    from models.shift import LabourRules
    from models.trade.rules import Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterOrder:
    """What to roster: `days` from `begin`, with what is known about the people.

    `history` and `keep` are earlier `roster.json` files: the days before, and the same days as they
    were rostered once. `leave` is a table (driver, from, to; both days included).
    """

    begin: date
    days: int
    history: Path | None = None
    keep: Path | None = None
    leave: Path | None = None
    standby: int = 1
    budget: Budget = field(default_factory=lambda: Budget(seconds=50.0))


@dataclass(frozen=True, eq=False, kw_only=True)
class RosterDesk:
    """What a roster is made of: the people, the work of the days, the crews to keep to."""

    district: District
    problem: RosterProblem
    costs: Costs
    days: list[RosteredDay]
    work: Mapping[DutyId, tuple[Duty, RosteredDay, PlanRoute | PlanTour]]
    kept: Mapping[DutyId, tuple[str, ...]]
    standby: int
    titles: PlanTitles
    sources: RosterSources

    def document(self, roster: Roster) -> RosterDocument:
        """The roster with its hours and pay, judged."""
        made = roster_document(
            self.district, self.problem, roster, self.costs,
            days=self.days, work=self.work, kept=self.kept, standby=self.standby,
        )  # fmt: skip
        return made.model_copy(update={"titles": self.titles, "sources": self.sources})


def roster_folder(folder: Path, order: RosterOrder) -> tuple[District, RosterDocument]:
    """Read, roster, judge. Raises `InputErrors` with everything that is wrong."""
    desk = read_desk(folder, order)
    roster = solve_roster(desk.problem, budget=order.budget, keep=desk.kept)
    return desk.district, desk.document(roster)


def read_desk(folder: Path, order: RosterOrder) -> RosterDesk:
    """Read what a roster is made of. Raises `InputErrors` with everything that is wrong."""
    reading = read_folder(folder, order.begin)
    district = reading.district()
    if reading.rules is None or reading.settings is None:
        raise InputErrors([_issue("E801", str(folder), "no rule profile", "没有规则档案")])
    issues: list[Issue] = []
    plans = _plans(folder, issues)
    earlier = _read_roster(order.history, issues)
    kept = _read_roster(order.keep, issues)
    leave = _leave(order, district, issues)
    if issues:
        raise InputErrors(issues)
    rules = labour_rules(reading.rules.labour)
    settings = reading.settings
    dated = {entry.date for entry in settings.weather_days}

    def high(day: date) -> float | None:
        """Forecasts without a date are for the first day."""
        known = day in dated or day == order.begin
        return settings.weather_on(day).temperature_c if known else None

    days = [
        RosteredDay(
            n, day, _plan_for(day, plans), high(day), holiday_name(reading.rules.labour, day)
        )
        for n, day in enumerate(order.begin + timedelta(n) for n in range(order.days))
    ]
    work = {duty.id: (duty, day, job) for day in days for duty, job in _duties(rules, day)}
    drivers = district.drivers if earlier is None else _after(rules, district, earlier, order.begin)
    problem = RosterProblem(
        duties=tuple(duty for duty, _, _ in work.values()),
        drivers=drivers,
        rules=rules,
        first_weekday=order.begin.weekday(),
        month_ends=frozenset(
            day.index for day in days if (day.date + timedelta(1)).month != day.date.month
        ),
        leave=leave,
        helpers=any(is_helper(driver) for driver in district.drivers),
        temperatures={
            day.index: day.temperature_c for day in days if day.temperature_c is not None
        },
        holidays=frozenset(day.index for day in days if day.holiday),
    )
    before: dict[DutyId, tuple[str, ...]] = (
        {} if kept is None else {duty.id: tuple(duty.crew) for duty in kept.duties}
    )
    return RosterDesk(
        district=district, problem=problem, costs=reading.rules.costs, days=days, work=work,
        kept=before, standby=order.standby, titles=titles(reading.rules),
        sources=_sources(folder, order),
    )  # fmt: skip


def _sources(folder: Path, order: RosterOrder) -> RosterSources:
    """The files of an order as its document names them."""

    def named(path: Path | None) -> str:
        if path is None:
            return ""
        whole, root = path.resolve(), folder.resolve()
        return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()

    return RosterSources(
        history=named(order.history), keep=named(order.keep), leave=named(order.leave),
        standby=order.standby,
    )  # fmt: skip


def _plans(folder: Path, issues: list[Issue]) -> dict[date, Plan]:
    """All day plans of the folder by their day; the unreadable ones become issues.

    A plan made for the day alone comes before a week's, and a week before one begun earlier.
    """
    plans: dict[date, Plan] = {}
    for path in _plan_files(folder):
        try:
            plan = read_plan(path)
        except InputErrors as error:
            where = path.parent.relative_to(folder).as_posix()
            issues += [replace(one, file=f"{where}/{one.file}") for one in error.issues]
            continue
        if path.parent.name == plan.date.isoformat() or plan.date not in plans:
            plans[plan.date] = plan
    if not plans and not issues:
        issues.append(
            _issue(
                "E801", f"{folder.name}/plans", "there is no day plan", "没有日计划",
                ("plan a day first: huanwei plan DIR --date DATE",
                 "请先制定日计划：huanwei plan DIR --date DATE"),
            )
        )  # fmt: skip
    return plans


def _plan_files(folder: Path) -> Iterator[Path]:
    """Plans of the latest weeks, then those of single days; later ones of a day replace earlier."""
    for place in (*(path.parent for path in horizon_files(folder)), folder):
        yield from sorted((place / PLANS).glob("*/plan.json"))


def _plan_for(day: date, plans: Mapping[date, Plan]) -> Plan:
    """The day's own plan, or the one to repeat."""
    if day in plans:
        return plans[day]
    latest = max(
        plans,
        key=lambda one: (
            one.weekday() == day.weekday(),
            (one.weekday() >= 5) == (day.weekday() >= 5),
            one,
        ),
    )
    return plans[latest]


def _duties(rules: LabourRules, day: RosteredDay) -> Iterator[tuple[Duty, PlanRoute | PlanTour]]:
    """A duty per route and haul tour of the day, with the checks before and after."""
    midnight = datetime.combine(day.plan.date, datetime.min.time(), CHINA)
    jobs: list[PlanRoute | PlanTour] = [*day.plan.routes, *day.plan.tours]
    for job in jobs:
        begin = round((job.depart - midnight).total_seconds()) - rules.pre_trip_s
        end = round((job.return_ - midnight).total_seconds()) + rules.post_trip_s
        operation = job.operation if isinstance(job, PlanRoute) else HAUL
        yield (
            Duty(
                id=f"{day.date.isoformat()}/{job.id}",
                begin=max(begin, 0) + day.index * DAY,
                end=end + day.index * DAY,
                depot=job.depot,
                shift=job.shift,
                licence=job.licence,
                crew=job.crew_needed,
                skills=rules.skills(operation, job.vehicle_type),
                outdoor=operation in rules.outdoor_operations,
            ),
            job,
        )


def _after(
    rules: LabourRules, district: District, earlier: RosterDocument, begin: date
) -> tuple[Driver, ...]:
    """The drivers with the history an earlier roster leaves them.

    Hours and overtime of the month the new roster begins in, days and nights in a row up to the day
    before, the end of the last work.
    """
    midnight = datetime.combine(begin, datetime.min.time(), CHINA)
    work: dict[str, list[Duty]] = {}
    first = earlier.begin
    for duty in earlier.duties:
        if duty.date >= begin:
            continue
        zero = datetime.combine(first, datetime.min.time(), CHINA)
        span = Duty(
            id=duty.id,
            begin=round((duty.begin - zero).total_seconds()),
            end=round((duty.end - zero).total_seconds()),
        )
        for person in duty.crew:
            work.setdefault(person, []).append(span)
    shift = round((midnight - datetime.combine(first, datetime.min.time(), CHINA)).total_seconds())
    month_begin = max(0, (begin.replace(day=1) - first).days)
    found = []
    for driver in district.drivers:
        own = work.get(driver.id, [])
        month = tuple(duty for duty in own if duty.day >= month_begin)
        span_problem = RosterProblem(
            duties=month, drivers=(replace(driver, overtime_month_s=0),), rules=rules,
            first_weekday=first.weekday(),
        )  # fmt: skip
        crews = {duty.id: (driver.id,) for duty in month}
        strain = strains(span_problem, Roster(crews=crews))[0]
        found.append(
            replace(
                driver,
                hours_month_s=strain.worked_s,
                overtime_month_s=strain.overtime_s,
                days_run=_run_before({duty.day for duty in own}, shift // DAY),
                nights_run=_run_before(
                    {duty.day for duty in own if duty.is_night(rules)}, shift // DAY
                ),
                last_end=max((duty.end - shift for duty in own), default=-DAY),
            )
        )
    return tuple(found)


def _run_before(days: set[int], day: int) -> int:
    """Days in a row that end the day before `day`."""
    run = 0
    while day - 1 - run in days:
        run += 1
    return run


@row(frozen=True, slots=True, kw_only=True, config=STRICT)
class LeaveIn(SpanIn):
    """A row of the table of leave: the days a driver is away."""

    driver: Id


def _leave(
    order: RosterOrder, district: District, issues: list[Issue]
) -> dict[str, frozenset[int]]:
    """Days (indices) on which each driver, given by id or name, is away."""
    if order.leave is None:
        return {}
    findings = Findings()
    rows = read_rows(order.leave, "leave", LeaveIn, order.begin, findings)
    named: dict[str, set[str]] = {}
    for driver in district.drivers:
        named.setdefault(driver.name, set()).add(driver.id)
    people = {name: min(ids) for name, ids in named.items() if len(ids) == 1}
    people |= {driver.id: driver.id for driver in district.drivers}
    away: dict[str, set[int]] = {}
    for number, one in rows:
        if one.driver not in people:
            where = Where(order.leave.name, number, "driver")
            findings.add("E803", where, one.driver, **suggest(one.driver, sorted(people)))
        else:
            span = range((one.begin - order.begin).days, (one.end - order.begin).days + 1)
            away.setdefault(people[one.driver], set()).update(span)
    issues += findings.errors()
    return {name: frozenset(days) for name, days in away.items()}


def _read_roster(path: Path | None, issues: list[Issue]) -> RosterDocument | None:
    if path is None:
        return None
    path = path / "roster.json" if path.is_dir() else path
    try:
        return RosterDocument.model_validate_json(path.read_bytes())
    except OSError as error:
        issues.append(_issue("E804", str(path), f"cannot be read: {error.strerror}", "无法读取"))
    except ValidationError as error:
        worst = error.errors()[0]
        place = ".".join(str(part) for part in worst["loc"])
        issues.append(
            _issue("E804", path.name, f"is no roster.json: {place} {worst['msg']}",
                   f"不是排班文件：{place}")
        )  # fmt: skip
    return None


def _issue(
    code: str, file: str, en: str, zh: str, hint: tuple[str, str] = ("", ""), *, row: int = 0
) -> Issue:
    return Issue(
        code=code, file=file, row=row, message_en=en, message_zh=zh,
        hint_en=hint[0], hint_zh=hint[1],
    )  # fmt: skip
