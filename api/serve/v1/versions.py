"""Which plan is driven, the duties of its drivers, and what they report."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from api.serve.answers import ApiError, refusals, refusing
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.v1.found import own_vehicles, part_of_plan, plan_folder
from api.serve.v1.shapes import DutyOut, Publish, ReportOut, VersionOut
from api.serve.visitors import visitor_in
from models.account import Need
from models.plan import Plan, PlanDuty
from scenarios.office.publishing import UnlawfulError, Version, facts_of, refuse_unlawful

router = APIRouter(
    prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["versions"]
)
look_up = refusals(404)
changes = refusals(400, 404, 409, 413, 422)
PLAN = "/plans/{plan}"


@router.post(f"{PLAN}/publish", responses=changes, response_model=VersionOut)
@needs(Need.PUBLISH)
def publish(request: Request, plan: str, wish: Publish) -> dict[str, Any]:
    """Make a plan the one that is driven; the day's published one is superseded."""
    office, who = office_of(request), visitor_in(request).name
    document = plan_of(request, plan)
    try:
        refuse_unlawful(document, even_so=wish.even_so)
    except UnlawfulError as error:
        raise ApiError(409, "has_violations", error.text("en"), error.text("zh")) from None
    facts = facts_of(office.library.root, plan_folder(request, plan), document.date)
    with refusing():
        made = office.publishing.publish(who, plan, note=wish.note, **facts)
    office.acts.note(who, "plan_published", plan, violations=len(document.violations))
    return _told(made)


@router.post(f"{PLAN}/withdraw", responses=changes, response_model=VersionOut)
@needs(Need.PUBLISH)
def withdraw(request: Request, plan: str) -> dict[str, Any]:
    """Undo the publishing of a plan; what it superseded is published again."""
    office, who = office_of(request), visitor_in(request).name
    plan_folder(request, plan)
    with refusing():
        made = office.publishing.withdraw(who, plan)
    office.acts.note(who, "plan_withdrawn", plan)
    return _told(made)


@router.get(f"{PLAN}/versions", responses=look_up, response_model=list[VersionOut])
@needs(Need.LOOK)
def list_versions(request: Request, plan: str) -> list[dict[str, Any]]:
    """Changes of a plan's state, newest first; none for a mere draft."""
    part_of_plan(request, plan)
    return [_told(one) for one in office_of(request).publishing.history(plan)]


@router.get(f"{PLAN}/duties", responses=look_up | refusals(409), response_model=list[DutyOut])
@needs(Need.REPORT)
def list_duties(request: Request, plan: str) -> list[dict[str, Any]]:
    """Duties of a plan, each with the link for the driver's phone and what was reported."""
    return duties_of(request, plan)


@router.get(f"{PLAN}/reports", responses=look_up, response_model=list[ReportOut])
@needs(Need.LOOK)
def list_reports(request: Request, plan: str) -> list[dict[str, Any]]:
    """What drivers said of a plan, oldest first."""
    own = {duty.driver for duty in own_duties(request, plan)}
    moments = ("said_at", "received_at")
    return [
        one | {name: one[name].isoformat(timespec="seconds") for name in moments}
        for one in office_of(request).duties.reports(plan)
        if one["person"] in own
    ]


def duties_of(request: Request, plan: str) -> list[dict[str, Any]]:
    """Duties of a plan as the interface tells them."""
    office = office_of(request)
    states: dict[str, dict[tuple[str, int], str]] = {}
    for one in office.duties.reports(plan):
        states.setdefault(one["person"], {})[one["work"], one["step"]] = one["state"]
    return [
        {
            "driver": duty.driver, "name": duty.name, "work": duty.work,
            "begin": duty.begin.isoformat(), "end": duty.end.isoformat(),
            "link": f"{base_of(request)}/duty/{office.duties.word(plan, duty.driver, duty.end)}",
            "done": [*states.get(duty.driver, {}).values()].count("done"),
            "cannot": [*states.get(duty.driver, {}).values()].count("cannot"),
        }
        for duty in own_duties(request, plan)
    ]  # fmt: skip


def own_duties(request: Request, plan: str) -> list[PlanDuty]:
    """Duties of a plan whose vehicles are all the visitor's."""
    document, own = plan_of(request, plan), own_vehicles(request, part_of_plan(request, plan))
    if own.ids is None:
        return document.roster
    routes = {route.id for route in own.routes(document)}
    return [duty for duty in document.roster if routes.issuperset(duty.work)]


def plan_of(request: Request, plan: str) -> Plan:
    """A plan as a noun; raises `ApiError`."""
    folder = part_of_plan(request, plan)
    with refusing():
        return office_of(request).shelf.plan(folder)


def base_of(request: Request) -> str:
    """The address of this server as the visitor reached it."""
    doors, headers = office_of(request).doors, request.headers
    host = headers.get("host", "")
    if doors.proxied and "x-forwarded-host" in headers:
        host = headers["x-forwarded-host"].split(",")[0].strip()
    secure = doors.is_secure(request.url.scheme, headers)
    return f"{'https' if secure else 'http'}://{host}"


def _told(version: Version) -> dict[str, Any]:
    at = version.at.isoformat(timespec="seconds")
    return asdict(version) | {"at": at, "day": version.day.isoformat()}
