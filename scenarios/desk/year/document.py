"""A year's calendar as the document tells it: days, months, weeks, alarms, and the judge's word."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

from models.plan import PlanViolation
from models.record import PlanText
from models.year.calendar import (
    QuotaAlarm,
    QuotaDay,
    QuotaSpan,
    QuotaYear,
    YearCalendar,
    YearDay,
)
from solver.judge.calendar import check_calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from models.day import Note
    from models.trade.rules import RuleProfile
    from models.year.quota import Quota, YearFacts
    from solver.horizon.calendar import CalendarDay
    from solver.horizon.quota import QuotaPlan

DEFINITIONS = {
    "route": ("一辆车出动一个班次计一次", "a vehicle out in one shift"),
    "trip": ("从出车或卸料、加水到下次卸料、加水或收车", "from depot, tip or water to the next"),
    "km": ("每作业 {km:g} 公里计一趟", "every {km:g} km of work"),
}  # fmt: skip
"""What counts as a trip, in words."""
NO_NORMALS = PlanText(
    zh="没有常年天气表（climate），未来各天都按可作业计算",
    en="there is no table of usual weather (climate): every coming day counts as fit for work",
)
NO_DRIVERS = PlanText(
    zh="没有人员表（crews），只按车辆计算能力",
    en="there is no table of people (crews): vehicles alone limit a day",
)


def year_document(
    facts: YearFacts,
    days: Sequence[CalendarDay],
    plans: Sequence[QuotaPlan],
    *,
    district: str,
    district_id: str,
    created: datetime,
) -> YearCalendar:
    """The document, with the violations that the judge finds in it."""
    made = YearCalendar(
        district=district,
        district_id=district_id,
        year=facts.year,
        today=facts.today,
        created=created,
        normals=sorted({one.source for one in facts.normals}),
        notes=[
            *([] if facts.normals else [NO_NORMALS]),
            *([] if facts.drivers else [NO_DRIVERS]),
        ],
        days=[_day(facts, day) for day in days],
        quotas=[_quota(facts, plan, [day.date for day in days]) for plan in plans],
        violations=[],
    )
    found = [
        PlanViolation(code=one.code, where=one.where, excess=one.excess, detail=one.detail)
        for one in check_calendar(made, facts)
    ]
    return made.model_copy(update={"violations": found})


def _day(facts: YearFacts, day: CalendarDay) -> YearDay:
    told = day.weather
    return YearDay(
        date=day.date,
        weekend=day.date.isoweekday() > 5,
        holiday=_text(facts.holidays.get(day.date)),
        weather=day.origin,
        low_c=None if told.low_dc is None else told.low_dc / 10,
        rain_mm=None if told.rain_um is None else told.rain_um / 1_000,
        wind_grade=told.wind_grade,
        snow=told.snow,
        alert=told.alert,
    )


def _quota(facts: YearFacts, plan: QuotaPlan, dates: list[date]) -> QuotaYear:
    quota = plan.quota
    days = [
        QuotaDay(
            planned=planned, done=done, begun=begun, capacity=room.capacity, reserve=room.reserve,
            vehicles=room.vehicles, stopped=_text(room.stopped),
        )
        for planned, done, begun, room in zip(
            plan.planned, plan.done, plan.begun, plan.rooms, strict=True
        )
    ]  # fmt: skip
    ahead = [
        (room.capacity - (done if day == facts.today else 0), room)
        for day, done, room in zip(dates, plan.done, plan.rooms, strict=True)
        if day >= facts.today
    ]
    before = sum(day < facts.today for day in dates)
    alarm = plan.alarm
    return QuotaYear(
        operation=quota.operation,
        vehicle_type=quota.vehicle_type,
        title=title_of(quota, facts.rules),
        trips=quota.trips,
        counts=quota.counts,
        definition=definition(quota),
        done=sum(plan.done),
        owed=plan.owed,
        planned=sum(plan.planned),
        arrears=list(accumulate(plan.begun, initial=0))[before] - sum(plan.done[:before]),
        capacity=sum(max(trips, 0) for trips, _ in ahead),
        reserve=sum(room.reserve for _, room in ahead),
        begin_by=plan.begin_by,
        alarm=None if alarm is None else QuotaAlarm(
            level="late" if alarm.level == "late" else "reserve", since=alarm.since,
            short=alarm.short, days=alarm.days, trips_a_day=alarm.trips_a_day,
            vehicles_a_day=alarm.vehicles_a_day, vehicles=alarm.vehicles,
        ),
        months=_spans(facts.today, dates, days, lambda day: f"{day:%Y-%m}"),
        weeks=_spans(facts.today, dates, days, week_of),
        days=days,
    )  # fmt: skip


def _text(note: Note | None) -> PlanText | None:
    return None if note is None else PlanText(zh=note.zh, en=note.en)


def title_of(quota: Quota, rules: RuleProfile) -> PlanText:
    """What people call the work, and the type of vehicle where the quota names one."""
    work, kind = rules.operations[quota.operation], rules.vehicles.get(quota.vehicle_type)
    if kind is None:
        return PlanText(zh=work.title_zh, en=work.title_en)
    return PlanText(
        zh=f"{work.title_zh}（{kind.title_zh}）", en=f"{work.title_en} ({kind.title_en})"
    )


def definition(quota: Quota) -> PlanText:
    """What counts as a trip of the quota."""
    zh, en = (text.format(km=quota.per_m / 1_000) for text in DEFINITIONS[quota.counts])
    return PlanText(zh=zh, en=en)


def week_of(day: date) -> str:
    """The week of a day, 2026-W19 (ISO 8601: it belongs to the year of its Thursday)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _spans(
    today: date, dates: Sequence[date], days: Sequence[QuotaDay], name: Callable[[date], str]
) -> list[QuotaSpan]:
    """Days added up by the span that `name` gives them, in order."""
    groups: dict[str, list[tuple[date, QuotaDay]]] = defaultdict(list)
    for day, one in zip(dates, days, strict=True):
        groups[name(day)].append((day, one))
    return [
        QuotaSpan(
            span=span,
            planned=sum(one.planned for _, one in group),
            done=sum(one.done for _, one in group),
            begun=sum(one.begun for _, one in group),
            capacity=sum(one.capacity for day, one in group if day >= today),
            days=sum(one.capacity > 0 for day, one in group if day >= today),
        )
        for span, group in groups.items()
    ]
