"""A month of a district: quotas done and owed, each day's plan and how far it was driven."""

import datetime
from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.serve.answers import refusals, refusing
from api.serve.office import Office, office_of
from api.serve.rules import V1, Door, needs
from api.serve.v1.data import DISTRICT, look_up
from api.serve.v1.found import district_folder
from api.serve.v1.shapes import example
from api.serve.v1.stations import tickets_of
from models.account import Need
from models.units import CHINA
from scenarios.desk.horizon.month import Month, MonthDay, QuotaMonth
from scenarios.office.publishing import PlanState

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["month"])
MonthName = Annotated[
    str | None,
    Query(pattern=r"^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$", description="2026-05"),
]


class QuotaMonthOut(BaseModel):
    """A quota, in trips: of the year, and of the month as planned on 1 January, done and planned.

    `short` is what the rest of the year cannot bring; `arrears` below 0: ahead.
    """

    model_config = example(
        operation="flush", title=["道路冲洗", "Flushing"], trips=12_000, done=4_120, owed=7_880,
        arrears=35, begun_month=1_020, done_month=410, planned_month=615, short=0,
    )  # fmt: skip

    operation: str
    title: tuple[str, str]
    trips: int
    done: int
    owed: int
    arrears: int
    begun_month: int
    done_month: int
    planned_month: int
    short: int


class DayPlanOut(BaseModel):
    """The plan of a day: the published one, else the latest; `done` and `cannot` as reported."""

    id: str
    state: str
    tasks: int
    served: int
    violations: int
    done: int
    cannot: int


class MonthDayOut(BaseModel):
    """A day: its plan, trips of each quota (planned, done), and what the ledger and tables hold."""

    model_config = example(
        date="2026-05-12", plan=None, quotas=[[33, 0]], trips=0, work_km=0.0, weighed_t=0.0,
        away=1, orders=["O1"],
    )  # fmt: skip

    date: str
    plan: DayPlanOut | None
    quotas: list[tuple[int, int]]
    trips: int
    work_km: float
    weighed_t: float
    away: int
    orders: list[str]


class MonthOut(BaseModel):
    """A month: 2026-05, its quotas and its days in order."""

    month: str
    quotas: list[QuotaMonthOut]
    days: list[MonthDayOut]


@router.get(f"{DISTRICT}/month", responses=look_up | refusals(409), response_model=MonthOut)
@needs(Need.LOOK)
def get_month(request: Request, district: str, month: MonthName = None) -> dict[str, Any]:
    """What a month's quotas ask, what is done and owed, and the plans of its days."""
    found = found_month(request, district, month)
    plans = plans_by_day(office_of(request), district, found)
    return {
        "month": f"{found.first:%Y-%m}",
        "quotas": [_quota(one) for one in found.quotas],
        "days": [_day(one, plans.get(one.day)) for one in found.days],
    }


def found_month(request: Request, district: str, month: str | None) -> Month:
    """The month of that name, today's if none; raises `ApiError`."""
    folder, today = district_folder(request, district), datetime.datetime.now(CHINA).date()
    first = datetime.date.fromisoformat(f"{month or f'{today:%Y-%m}'}-01")
    with refusing(), tickets_of(request, folder) as ledger:
        return office_of(request).months.of(folder, first, today, ledger)


def plans_by_day(office: Office, district: str, month: Month) -> dict[datetime.date, DayPlanOut]:
    """The plan of each day that has one: the published one, else the one that was made last."""
    states, days = office.publishing.states(), {one.day.isoformat(): one.day for one in month.days}
    best: dict[datetime.date, tuple[bool, str, str, dict[str, Any]]] = {}
    for key, folder in office.library.plans().items():
        if not key.startswith(f"{district}~"):
            continue
        told = office.library.plan_document(key, folder)
        if (day := days.get(told["date"])) is not None:
            is_published = states.get(key) == PlanState.PUBLISHED
            found = (is_published, str(told["created"]), key, told)
            best[day] = max(best.get(day, found), found, key=lambda one: one[:3])
    return {
        day: _plan(office, key, states.get(key, PlanState.DRAFT), told)
        for day, (_, _, key, told) in best.items()
    }


def _plan(office: Office, key: str, state: PlanState, told: dict[str, Any]) -> DayPlanOut:
    latest = (
        {(one["work"], one["step"]): one["state"] for one in office.duties.reports(key)}
        if state == PlanState.PUBLISHED
        else {}
    )
    said = Counter(latest.values())
    kpis = told["kpis"] or {}
    return DayPlanOut(
        id=key, state=state, tasks=_count(kpis.get("tasks")), served=_count(kpis.get("served")),
        violations=told["violations"] or 0, done=said["done"], cannot=said["cannot"],
    )  # fmt: skip


def _count(value: object) -> int:
    """A figure of a plan that somebody may have edited."""
    return int(value) if isinstance(value, int | float) else 0


def _quota(one: QuotaMonth) -> dict[str, Any]:
    return {name: getattr(one, name) for name in QuotaMonthOut.model_fields}


def _day(one: MonthDay, plan: DayPlanOut | None) -> dict[str, Any]:
    return {
        "date": one.day.isoformat(),
        "plan": plan,
        "quotas": [(quota.planned, quota.done) for quota in one.quotas],
        "trips": one.trips,
        "work_km": round(one.work_m / 1_000, 1),
        "weighed_t": round(one.weighed_kg / 1_000, 1),
        "away": one.away,
        "orders": list(one.orders),
    }
