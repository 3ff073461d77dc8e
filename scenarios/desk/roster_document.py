"""A roster as the document tells it: duties, hours and pay, standby, violations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from models.plan import PlanRoute, PlanViolation
from models.roster import RosterDay, RosterDocument, RosterDuty, RosterPerson, RosterStandby
from models.units import CHINA, DAY, HOUR
from solver.judge.people import check_roster
from solver.shifts.fit import is_helper
from solver.shifts.report import Strain, strains
from solver.shifts.standby import standby_crews
from solver.trade.vehicles import HAUL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.district import District, Driver
    from models.ids import DutyId
    from models.plan import Plan, PlanTour
    from models.shift import Duty, Roster, RosterProblem
    from models.trade.rules import Costs


@dataclass(frozen=True, eq=False)
class RosteredDay:
    """A day of the roster, its plan, its forecast, and the statutory holiday it is ("": none)."""

    index: int
    date: date
    plan: Plan
    temperature_c: float | None
    holiday: str = ""


def roster_document(
    district: District,
    problem: RosterProblem,
    roster: Roster,
    costs: Costs,
    *,
    days: Sequence[RosteredDay],
    work: Mapping[DutyId, tuple[Duty, RosteredDay, PlanRoute | PlanTour]],
    kept: Mapping[DutyId, tuple[str, ...]],
    standby: int,
) -> RosterDocument:
    """The roster with everybody's hours and pay, who may be called, and what the judge finds.

    `work` names each duty's day and the route or tour it staffs; `kept` are the crews it was to
    keep to; `standby` people are called per day and shift.
    """
    called = standby_crews(problem, roster, district.shifts, days=len(days), each=standby)
    people = [
        _person(problem, driver, strain, costs, sum(driver.id in crew for crew in called.values()))
        for driver, strain in zip(problem.drivers, strains(problem, roster), strict=True)
    ]
    return RosterDocument(
        district=district.name,
        district_id=district.id,
        begin=days[0].date,
        created=datetime.now(CHINA).replace(microsecond=0),
        days=[
            RosterDay(
                date=day.date,
                plan=day.plan.date,
                temperature_c=day.temperature_c,
                holiday=day.holiday,
            )
            for day in days
        ],
        duties=list(_written(roster, work)),
        people=people,
        standby=[
            RosterStandby(date=days[day].date, shift=shift, people=list(crew))
            for (day, shift), crew in called.items()
        ],
        pay_cny=round(sum(person.pay_cny for person in people), 2),
        premium_cny=round(sum(person.premium_cny for person in people), 2),
        empty_seats=sum(one.missing for one in roster.unstaffed),
        least_empty_seats=roster.bound,
        changed=sum(len(set(crew) - set(kept.get(name, ()))) for name, crew in roster.crews.items())
        if kept
        else None,
        violations=[
            PlanViolation(code=one.code, where=one.where, excess=one.excess, detail=one.detail)
            for one in check_roster(problem, roster)
        ],
    )


def _written(
    roster: Roster, work: Mapping[DutyId, tuple[Duty, RosteredDay, PlanRoute | PlanTour]]
) -> Iterator[RosterDuty]:
    """Every duty with its crew, and what keeps people out of its empty seats."""
    empty = {one.duty: one for one in roster.unstaffed}
    for name, (duty, day, job) in work.items():
        midnight = datetime.combine(day.date, datetime.min.time(), CHINA)
        short = empty.get(name)
        way_out = short.relaxation if short else None
        yield RosterDuty(
            id=str(name),
            date=day.date,
            route=job.id,
            vehicle=job.vehicle,
            operation=job.operation if isinstance(job, PlanRoute) else HAUL,
            shift=job.shift,
            depot=job.depot,
            licence=job.licence,
            begin=midnight + timedelta(seconds=duty.begin - day.index * DAY),
            end=midnight + timedelta(seconds=duty.end - day.index * DAY),
            crew=list(roster.crews.get(name, ())),
            missing=short.missing if short else 0,
            blocked={rule.value: count for rule, count in short.rules.items()} if short else {},
            relaxation=" ".join(way_out) if way_out else "",
        )


def _person(
    problem: RosterProblem, driver: Driver, strain: Strain, costs: Costs, standbys: int
) -> RosterPerson:
    cny_h = costs.helper_cny_h if is_helper(driver) else costs.driver_cny_h
    full_h = strain.paid.full_s(problem.rules) / HOUR
    return RosterPerson(
        id=driver.id,
        name=driver.name,
        licence=driver.licence,
        hours_h=round(strain.worked_s / HOUR, 2),
        overtime_h=round(strain.overtime_s / HOUR, 2),
        month_overtime_h=round(strain.month_overtime_s / HOUR, 2),
        rest_day_h=round(strain.paid.rest_day_s / HOUR, 2),
        holiday_h=round(strain.paid.holiday_s / HOUR, 2),
        pay_cny=round(cny_h * full_h, 2),
        premium_cny=round(cny_h * (full_h - strain.worked_s / HOUR), 2),
        days=strain.days,
        nights=strain.nights,
        weekend_days=strain.weekend_days,
        standbys=standbys,
        longest_run=strain.longest_run,
        longest_nights=strain.longest_nights,
        least_rest_h=None if strain.least_rest_s is None else round(strain.least_rest_s / HOUR, 2),
        alerts=[rule.value for rule in strain.alerts],
    )
