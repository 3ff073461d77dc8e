"""Pages of drivers: a duty on the phone behind a signed link, and the sheet of links."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import FileResponse

from api.serve.answers import ApiError, refusing
from api.serve.office import office_of
from api.serve.pages.assets import FOLDER
from api.serve.pages.frame import language_of, page
from api.serve.phone import works_of
from api.serve.rules import Door, needs
from api.serve.v1.versions import duties_of, own_duties, plan_of
from api.serve.visitors import visitor_in
from api.words.i18n import clock_text
from models.account import Need
from models.plan import Plan, PlanDuty
from models.units import CHINA
from scenarios.office.duties import Duty, DutyReport
from scenarios.office.publishing import PlanState

router = APIRouter(route_class=Door, include_in_schema=False)
BEHIND_DAYS = 1
"""Days a published plan stays on the page of a driver: a night duty ends the day after."""
KEY = re.compile(r"[\w-]{8,64}")


class Said(BaseModel):
    """A report as the phone sends it."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=KEY.pattern, min_length=8, max_length=64)
    work: str = Field(max_length=200)
    step: int = Field(ge=0, lt=100_000)
    task: str = Field(default="", max_length=400)
    state: str = Field(pattern="^(done|cannot|open)$")
    said_at: AwareDatetime
    note: str = Field(default="", max_length=400)
    photo: str = Field(default="", max_length=200)


@router.get("/duty/worker.js")
@needs(Need.OPEN)
def get_worker() -> FileResponse:
    """The service worker of the phone page, at the place whose pages it may serve."""
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(FOLDER / "worker.js", media_type="text/javascript", headers=headers)


@router.get("/duty/{word}")
@needs(Need.LINK)
def show_duty(request: Request, word: str) -> Response:
    """What a driver has to do, next thing first; works without a network once it was open."""
    duty, own, plan = _opened(request, word)
    office, language = office_of(request), language_of(request)
    told = {}
    for one in office.duties.reports(duty.plan):
        if one["person"] == duty.driver:
            told[f"{one['work']},{one['step']}"] = one["state"]
    state = office.publishing.states().get(duty.plan, PlanState.DRAFT)
    answer = page(
        request, "duty", plan=plan, duty=own, works=works_of(plan, own, language), told=told,
        begin=clock_text(plan.date, own.begin, language), state=state,
        end=clock_text(plan.date, own.end, language),
    )  # fmt: skip
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return answer


@router.post("/duty/{word}/reports")
@needs(Need.LINK)
def report(
    request: Request, word: str, said: Annotated[list[Said], Field(max_length=500)]
) -> dict[str, int]:
    """Write down what a driver reports; the same report sent twice is one."""
    duty, own, _ = _opened(request, word)
    latest = datetime.now(CHINA) + timedelta(days=1)
    for one in said:
        if one.work not in own.work or one.said_at > latest:
            raise ApiError(422, "invalid_request", f"{one.work} is not of this duty.",
                           f"{one.work} 不属于本次任务。")  # fmt: skip
    new = office_of(request).duties.report(duty, [DutyReport(**one.model_dump()) for one in said])
    return {"new": new}


@router.get("/links/{plan}")
@needs(Need.REPORT)
def show_links(request: Request, plan: str) -> Response:
    """A sheet with a QR code for every driver, and how far each is."""
    document, language = plan_of(request, plan), language_of(request)
    duties: list[dict[str, Any]] = []
    for one, duty in zip(duties_of(request, plan), own_duties(request, plan), strict=True):
        begin, end = (clock_text(document.date, at, language) for at in (duty.begin, duty.end))
        code = Markup(segno.make(one["link"], error="m").svg_inline(scale=3, border=2))
        duties.append(one | {"begin": begin, "end": end, "code": code})
    state = office_of(request).publishing.states().get(plan, PlanState.DRAFT)
    return page(request, "links", plan=document, plan_id=plan, duties=duties, state=state)


@router.get("/mine")
@needs(Need.SELF)
def show_mine(request: Request) -> Response:
    """A driver's own duties in published plans, from yesterday on."""
    office, language = office_of(request), language_of(request)
    account = visitor_in(request).account
    folders = office.library.plans()
    since = datetime.now(CHINA).date() - timedelta(days=BEHIND_DAYS)
    duties: list[dict[str, Any]] = []
    for plan in office.publishing.published(since):
        if plan not in folders:
            continue
        document = office.shelf.plan(folders[plan])
        duties += [
            {
                "date": document.date, "begin": clock_text(document.date, duty.begin, language),
                "end": clock_text(document.date, duty.end, language), "work": duty.work,
                "link": f"/duty/{office.duties.word(plan, duty.driver, duty.end)}",
            }
            for duty in document.roster
            if account is not None and duty.driver == account.scope
        ]  # fmt: skip
    return page(request, "mine", duties=duties)


def _opened(request: Request, word: str) -> tuple[Duty, PlanDuty, Plan]:
    """The duty behind a link, whoever comes by it; raises `ApiError` for a forged or ended one."""
    office = office_of(request)
    duty = office.duties.duty(word)
    folder = office.library.plans().get(duty.plan) if duty is not None else None
    if duty is not None and folder is not None:
        with refusing():
            plan = office.shelf.plan(folder)
        for own in plan.roster:
            if own.driver == duty.driver:
                return duty, own, plan
    raise ApiError(404, "no_duty", "This link has ended, or is none.", "链接已过期或无效。")
