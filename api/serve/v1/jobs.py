"""Orders for plans: given, followed, stopped."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.serve.answers import ApiError, refusals, refusing
from api.serve.gate import HEAD
from api.serve.jobs import NameTakenError, QueueFullError
from api.serve.library import has_odd_name
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.scope import expect_whole, scope_in
from api.serve.v1.found import district_folder, job_of, plan_folder
from api.serve.v1.shapes import JobOut, PlanOrder
from api.serve.visitors import visitor_in
from models.account import Need
from scenarios.desk.whatif import plan_name, what_if
from scenarios.office.orders import ENDED, KEPT, MOST_WAITING, Orders

POLL_S = 0.2
"""Seconds between two looks for events: less than a person notices."""
HEARTBEAT_S = 15.0
"""Seconds of silence after which a stream says that it lives; proxies cut after 60."""
router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["jobs"])
look_up = refusals(404)
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events", "content": {"text/event-stream": {
        "schema": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
        },
        "example": {"id": "0", "event": "state", "data": '{"state": "queued"}'},
    }}}
}  # fmt: skip


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@router.post(
    "/jobs",
    status_code=202,
    responses=refusals(400, 404, 409, 413, 422, 429, 503),
    response_model=JobOut,
)
@needs(Need.PLAN)
def start_job(request: Request, response: Response, order: PlanOrder) -> dict[str, Any]:
    """Queue a plan of a district; follow it at /api/v1/jobs/{job}/events."""
    office, who = office_of(request), visitor_in(request).name
    folder = district_folder(request, order.district)
    if has_odd_name(folder):
        raise ApiError(409, "unreadable", "Rename the district's folder: it is not UTF-8.",
                       "请给辖区文件夹改名：名称不是 UTF-8 编码。")  # fmt: skip
    with refusing():
        change = what_if(order.without, order.demand_factor, order.quota_t)
    earlier = order.against or order.keep
    before = None if earlier is None else plan_folder(request, earlier)
    settings = order.model_dump(mode="json") | {"by": who}
    settings["before"] = None if before is None else os.path.relpath(before, folder)
    name = order.name or plan_name(order.date, change)
    try:
        job = office.jobs.submit(settings, folder=folder, name=name, fixed=bool(order.name))
    except QueueFullError:
        raise ApiError(429, "queue_full", f"{MOST_WAITING} orders wait already; try again later.",
                       f"已有 {MOST_WAITING} 个任务在排队，请稍后再试。") from None  # fmt: skip
    except NameTakenError:
        raise ApiError(409, "name_taken",
                       f"There is a plan {name} already, or one is being made; choose another "
                       "name, or leave the name out to get the next free one.",
                       f"计划 {name} 已存在或正在制定；请换一个名称，或不填名称以自动编号。"
                       ) from None  # fmt: skip
    office.acts.note(who, "plan_ordered", job.plan, job=str(job.id))
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job.document()


@router.get("/jobs", response_model=list[JobOut])
@needs(Need.LOOK)
def list_jobs(request: Request) -> list[dict[str, Any]]:
    """Jobs of the data folder, newest first."""
    return jobs_told(request)


def jobs_told(request: Request, most: int = KEPT) -> list[dict[str, Any]]:
    """The newest jobs of districts the visitor sees, as the interface tells them."""
    office, scope = office_of(request), scope_in(request)
    root = office.library.root
    return [
        job.document()
        for job in office.jobs.orders.latest(most)
        if not scope.districts or scope.sees(office.library.district_above(root / job.out))
    ]


@router.get("/jobs/{job}", responses=look_up, response_model=JobOut)
@needs(Need.LOOK)
def get_job(request: Request, job: str) -> dict[str, Any]:
    """One job: state, settings, last progress, errors, and the id its plan will have."""
    return job_of(request, job).document()


@router.post(
    "/jobs/{job}/stop", status_code=202, responses=refusals(404, 413), response_model=JobOut
)
@needs(Need.PLAN)
def stop_job(request: Request, job: str) -> dict[str, Any]:
    """Cancel a job that waits; ask one that runs to finish now with the best plan so far."""
    office, found = office_of(request), job_of(request, job)
    expect_whole(request)
    office.jobs.orders.ask_to_stop(found.id)
    office.acts.note(visitor_in(request).name, "plan_stopped", found.plan, job=job)
    return job_of(request, job).document()


@router.get("/jobs/{job}/events", response_class=Response, responses=look_up | EVENTS)
@needs(Need.LOOK)
def job_events(request: Request, job: str) -> Response:
    """Server-sent events of a job: `state` and `progress`, from the first or Last-Event-ID on."""
    begin = next_event(request)
    number = job_of(request, job).id
    return event_stream(request, _stream(office_of(request).jobs.orders, number, begin or 0))


def next_event(request: Request) -> int | None:
    """The number of the event after the last one a client has seen, if it says so."""
    last = request.headers.get("last-event-id", "")
    return int(last) + 1 if re.fullmatch(r"[0-9]{1,15}", last) else None


def event_stream(request: Request, events: AsyncIterator[str]) -> Response:
    """Events as they come; the headers alone where only those are asked for."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.scope.get(HEAD):
        return Response(media_type=EventStream.media_type, headers=headers)
    return EventStream(events, headers=headers)


async def _stream(orders: Orders, job: int, number: int) -> AsyncIterator[str]:
    quiet = 0.0
    while True:
        found = orders.get(job)  # before the events, so that none of an ended job is missed
        for at, event in orders.events(job, number):
            kind = "state" if "state" in event else "progress"
            text = json.dumps(event, ensure_ascii=False)
            yield f"id: {at}\nevent: {kind}\ndata: {text}\n\n"
            number, quiet = at + 1, 0.0
        if found is None or found.state in ENDED:
            return
        await asyncio.sleep(POLL_S)
        quiet += POLL_S
        if quiet >= HEARTBEAT_S:
            yield ": still here\n\n"
            quiet = 0.0
