"""`huanwei serve`: districts, plans and plan jobs of a data folder over HTTP.

The contract is docs/api.md. Who may come in is the gate's business.
"""

import asyncio
import datetime
import json
import os
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, StreamingResponse
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from starlette.exceptions import HTTPException

from api.exports.page import script_json, web_text
from api.exports.sheets import templates
from api.serve.answers import (
    ApiError,
    http_error,
    internal_error,
    refusals,
    request_error,
    table_error,
)
from api.serve.gate import HEAD, Doors, Gate
from api.serve.jobs import MOST_WAITING, Jobs, NameTakenError, QueueFullError, Runner
from api.serve.library import Library, has_odd_name, plan_files
from api.serve.table import ENDED, Job, JobTable
from api.words.i18n import words
from models.plan import SCHEMA_VERSION
from scenarios.desk.whatif import plan_name, what_if

POLL_S = 0.2
HEARTBEAT_S = 15.0
SANDBOX = "sandbox allow-scripts allow-popups allow-modals allow-downloads"
INDEX_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
)
router = APIRouter(responses=refusals(401, 403))
look_up = refusals(404)
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
EVERYBODY = Doors()


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


def _not_both(one: str, other: str, kind: str) -> JsonValue:
    """JSON schema: of two fields only one may have a value."""
    fields: dict[str, JsonValue] = {one: {"type": kind}, other: {"type": kind}}
    return {"not": {"required": [one, other], "properties": fields}}


class PlanOrder(BaseModel):
    """What to plan and how hard to try: `seconds` for people, `iterations` for equal plans."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "allOf": [
                _not_both("seconds", "iterations", "number"),
                _not_both("against", "keep", "string"),
            ]
        },
    )

    district: str
    date: datetime.date
    name: str | None = Field(default=None, pattern=r"^\w[\w.-]{0,63}$")
    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    iterations: Annotated[int, Field(gt=0, le=10**9)] | None = None
    seed: int = Field(default=1, ge=0, lt=2**31)
    engine: str = Field(default="ruin", max_length=40)
    only: list[str] | None = None
    workers: int = Field(default=2, ge=1, le=64)
    language: str = Field(default="zh", pattern="^(zh|en)$")
    without: list[str] = Field(default_factory=list)
    demand_factor: float = Field(default=1.0, gt=0, le=20)
    quota_t: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    against: str | None = None
    keep: str | None = None

    @model_validator(mode="after")
    def _one_plan(self) -> "PlanOrder":
        if self.against is not None and self.keep is not None:
            raise ValueError("give against or keep, not both: keep compares too")
        return self

    @model_validator(mode="after")
    def _one_budget(self) -> "PlanOrder":
        if self.seconds is not None and self.iterations is not None:
            raise ValueError("give seconds or iterations, not both")
        return self


def create_app(root: Path, runner: Runner, doors: Doors = EVERYBODY) -> FastAPI:
    """The application over the data folder `root`; `runner` makes the plans of jobs."""
    root = Path(root).resolve()
    jobs = Jobs(root, runner)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await asyncio.to_thread(jobs.close)

    app = FastAPI(title="huanwei", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.library = Library(root)
    app.state.jobs = jobs
    app.state.routes = router.routes  # the router hides them, and 405 tells their methods
    app.include_router(router)
    app.add_middleware(Gate, doors=doors)
    app.exception_handler(HTTPException)(http_error)
    app.exception_handler(RequestValidationError)(request_error)
    app.exception_handler(sqlite3.Error)(table_error)
    app.exception_handler(Exception)(internal_error)
    return app


# ---- reading ---------------------------------------------------------------------------------


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def index() -> HTMLResponse:
    """The page that lists districts and plans and starts jobs."""
    content = {"words": {name: words()[name] for name in ("ui", "kpi", "unit", "difference")}}
    page = templates().get_template("index.html.j2").render(
        styles=Markup(web_text("index.css")), script=Markup(web_text("index.js")),
        content=Markup(script_json(content)),
    )  # fmt: skip
    return HTMLResponse(page, headers={"Content-Security-Policy": INDEX_POLICY})


@router.get("/healthz", responses={503: {"description": "Orders cannot be kept or made."}})
def health(request: Request, response: Response) -> dict[str, bool]:
    """Whether the server can take orders."""
    ok = _jobs(request).is_well()
    response.status_code = 200 if ok else 503
    return {"ok": ok}


@router.get("/version")
def get_version() -> dict[str, str]:
    """Version of the program and of the plan documents it writes."""
    return {"version": version("huanwei"), "plan_schema": SCHEMA_VERSION}


@router.get("/api/districts")
def list_districts(request: Request) -> list[dict[str, Any]]:
    """Districts of the data folder: id, name, language."""
    library = _library(request)
    return [library.district_document(key, path) for key, path in library.districts().items()]


@router.get("/api/plans")
def list_plans(request: Request) -> list[dict[str, Any]]:
    """Plans of the data folder: id, district, date, key figures, counts."""
    library = _library(request)
    return [library.plan_document(key, path) for key, path in library.plans().items()]


@router.get("/api/plans/{plan}", response_class=FileResponse, responses=look_up)
def get_plan(request: Request, plan: str) -> FileResponse:
    """The plan document (docs/plan_format.md)."""
    return _plan_file(request, plan, "plan.json")


@router.get("/api/plans/{plan}/geojson", response_class=FileResponse, responses=look_up)
def get_geojson(request: Request, plan: str) -> FileResponse:
    """The plan's routes, facilities and unserved tasks as GeoJSON."""
    return _plan_file(request, plan, "routes.geojson")


@router.get("/api/plans/{plan}/files", responses=look_up)
def list_files(request: Request, plan: str) -> list[dict[str, Any]]:
    """Files of the plan: name and size [bytes]."""
    files = plan_files(_plan_folder(request, plan))
    return [{"name": name, "size": path.stat().st_size} for name, path in files.items()]


@router.get("/api/plans/{plan}/files/{name:path}", response_class=FileResponse, responses=look_up)
def get_file(request: Request, plan: str, name: str) -> FileResponse:
    """One file of the plan."""
    return _plan_file(request, plan, name)


@router.get("/plans/{plan}/{name:path}", include_in_schema=False)
def open_file(request: Request, plan: str, name: str) -> FileResponse:
    """The same file for a browser, so that links between map and sheets hold."""
    return _plan_file(request, plan, name or "map.html")


# ---- jobs ------------------------------------------------------------------------------------


@router.post("/api/jobs", status_code=202, responses=refusals(400, 404, 409, 413, 422, 429, 503))
def start_job(request: Request, response: Response, order: PlanOrder) -> dict[str, Any]:
    """Queue a plan of a district; follow it at /api/jobs/{id}/events."""
    library = _library(request)
    folder = library.districts().get(order.district)
    if folder is None:
        raise ApiError(404, "no_district", f"No district {order.district} in the data folder.",
                       f"数据文件夹中没有区域 {order.district}。")  # fmt: skip
    if has_odd_name(folder):
        raise ApiError(409, "unreadable", "Rename the district's folder: it is not UTF-8.",
                       "请给辖区文件夹改名：名称不是 UTF-8 编码。")  # fmt: skip
    change = what_if(order.without, order.demand_factor, order.quota_t)
    earlier = order.against or order.keep
    before = None if earlier is None else _plan_folder(request, earlier)
    settings = order.model_dump(mode="json")
    settings["before"] = None if before is None else os.path.relpath(before, folder)
    name = order.name or plan_name(order.date, change)
    try:
        job = _jobs(request).submit(settings, folder=folder, name=name, fixed=bool(order.name))
    except QueueFullError:
        raise ApiError(429, "queue_full", f"{MOST_WAITING} orders wait already; try again later.",
                       f"已有 {MOST_WAITING} 个任务在排队，请稍后再试。") from None  # fmt: skip
    except NameTakenError:
        raise ApiError(409, "name_taken",
                       f"There is a plan {name} already, or one is being made; choose another "
                       "name, or leave the name out to get the next free one.",
                       f"计划 {name} 已存在或正在制定；请换一个名称，或不填名称以自动编号。"
                       ) from None  # fmt: skip
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job.document()


@router.get("/api/jobs")
def list_jobs(request: Request) -> list[dict[str, Any]]:
    """Jobs of the data folder, newest first."""
    return [job.document() for job in _table(request).all()]


@router.get("/api/jobs/{job}", responses=look_up)
def get_job(request: Request, job: str) -> dict[str, Any]:
    """One job: state, settings, last progress, errors, and the id its plan will have."""
    return _job(request, job).document()


@router.post("/api/jobs/{job}/stop", status_code=202, responses=refusals(404, 413))
def stop_job(request: Request, job: str) -> dict[str, Any]:
    """Cancel a job that waits; ask one that runs to finish now with the best plan so far."""
    found = _job(request, job)
    _table(request).ask_to_stop(found.id)
    return _job(request, job).document()


@router.get("/api/jobs/{job}/events", response_class=Response, responses=look_up | EVENTS)
def job_events(request: Request, job: str) -> Response:
    """Server-sent events of a job: `state` and `progress`, from the first or Last-Event-ID on."""
    last = request.headers.get("last-event-id", "")
    begin = int(last) + 1 if re.fullmatch(r"[0-9]{1,15}", last) else 0
    number = _job(request, job).id
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.scope.get(HEAD):
        return Response(media_type=EventStream.media_type, headers=headers)
    return EventStream(_stream(_table(request), number, begin), headers=headers)


async def _stream(table: JobTable, job: int, number: int) -> AsyncIterator[str]:
    quiet = 0.0
    while True:
        found = table.get(job)  # before the events, so that none of an ended job is missed
        for at, event in table.events(job, number):
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


# ---- look-ups and errors -----------------------------------------------------------------------


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _table(request: Request) -> JobTable:
    return _jobs(request).table


def _job(request: Request, job_id: str) -> Job:
    known = re.fullmatch(r"[1-9][0-9]{0,17}", job_id)
    job = _table(request).get(int(job_id)) if known else None
    if job is None:
        raise ApiError(404, "no_job", f"No job {job_id}.", f"没有任务 {job_id}。")
    return job


def _plan_folder(request: Request, plan: str) -> Path:
    folder = _library(request).plans().get(plan)
    if folder is None:
        raise ApiError(404, "no_plan", f"No plan {plan} in the data folder.",
                       f"数据文件夹中没有计划 {plan}。")  # fmt: skip
    return folder


def _plan_file(request: Request, plan: str, name: str) -> FileResponse:
    path = plan_files(_plan_folder(request, plan)).get(name)
    if path is None:
        raise ApiError(404, "no_file", f"Plan {plan} has no file {name}.",
                       f"计划 {plan} 没有文件 {name}。")  # fmt: skip
    kinds = {".json": "application/json", ".geojson": "application/geo+json",
             ".gpx": "application/gpx+xml"}  # fmt: skip
    # A page of a plan folder is someone's file: it may show itself, not use this server.
    headers = {"Content-Security-Policy": SANDBOX} if path.suffix in {".html", ".svg"} else None
    return FileResponse(path, media_type=kinds.get(path.suffix), headers=headers)
