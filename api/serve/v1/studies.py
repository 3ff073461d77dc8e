"""Studies of a planner: ordered as jobs, listed, and read."""

import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from api.serve.answers import ApiError, refusals
from api.serve.jobs import QueueFullError
from api.serve.library import has_odd_name, plan_files
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.v1.data import DISTRICT, changes, look_up
from api.serve.v1.dates import IsoDate
from api.serve.v1.found import district_folder, study_folder
from api.serve.v1.hand import refusal
from api.serve.v1.library import ANY_FILE, answer_file
from api.serve.v1.shapes import JobOut, example
from api.serve.visitors import visitor_in
from models.account import Need
from models.errors import InputErrors
from models.units import CHINA
from scenarios.desk.calendar import PLANS, WEEKS
from scenarios.edits.read import scenarios_of
from scenarios.office.orders import MOST_WAITING

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["studies"])
Kind = Literal["relocate", "merge", "site", "compare", "week", "year"]
ROOMS = {"week": WEEKS, "year": "years"}
"""Folders of a district that hold studies; the others lie beside the plans."""


class StudyOrder(BaseModel):
    """What to study: `iterations` of each real plan, `check` whether alternatives are planned.

    `kind` is for `site`, `days` for `week`, `scenarios` (TOML, docs/scenarios.md) for `compare`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"study": "site", "kind": "toilet", "date": "2026-05-12"}]},
    )

    study: Kind
    date: IsoDate
    kind: Literal["room", "toilet", "water", "depot", "charger"] = "room"
    days: int = Field(default=7, ge=1, le=31)
    scenarios: list[Annotated[str, Field(max_length=100_000)]] = Field(default=[], max_length=8)
    check: bool = True
    iterations: int = Field(default=500, ge=1, le=100_000)
    seeds: int = Field(default=2, ge=1, le=10)
    seed: int = Field(default=1, ge=0, lt=2**31)
    workers: int = Field(default=2, ge=1, le=64)
    language: str = Field(default="zh", pattern="^(zh|en)$")


class StudyOut(BaseModel):
    """A study that is there: what it is, when it was made, its files."""

    model_config = example(
        id="tianning~plans~site-toilet-2026-05-12", study="site", made="2026-05-11T16:20:05+08:00",
        files=["site.csv", "site.en.html", "site.json", "site.zh.html"],
    )  # fmt: skip

    id: str
    study: str
    made: str
    files: list[str]


@router.get(f"{DISTRICT}/studies", responses=look_up, response_model=list[StudyOut])
@needs(Need.LOOK)
def list_studies(request: Request, district: str) -> list[dict[str, Any]]:
    """Studies, weeks and years of a district, the newest first."""
    inside = district_folder(request, district)
    found = [
        _told(key, study, folder)
        for key, (study, folder) in office_of(request).library.studies().items()
        if inside in folder.parents
    ]
    return sorted(found, key=lambda one: str(one["made"]), reverse=True)


def _told(key: str, study: str, folder: Path) -> dict[str, Any]:
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."]
    made = max(path.stat().st_mtime for path in files)
    moment = datetime.datetime.fromtimestamp(made, CHINA).isoformat(timespec="seconds")
    return {"id": key, "study": study, "made": moment, "files": [path.name for path in files]}


@router.post(
    f"{DISTRICT}/studies", status_code=202, responses=changes | refusals(429, 503),
    response_model=JobOut,
)  # fmt: skip
@needs(Need.PLAN)
def order_study(
    request: Request, response: Response, district: str, order: StudyOrder
) -> dict[str, Any]:
    """Queue a study of a district; it is a job like a plan's, and stops without a trace."""
    office, who = office_of(request), visitor_in(request).name
    folder = district_folder(request, district)
    if has_odd_name(folder):
        raise ApiError(409, "unreadable", "Rename the district's folder: it is not UTF-8.",
                       "请给辖区文件夹改名：名称不是 UTF-8 编码。")  # fmt: skip
    if order.study == "compare":
        _expect_scenarios(order.scenarios)
    settings = order.model_dump(mode="json") | {"district": district, "by": who, "seconds": None}
    try:
        job = office.jobs.submit(
            settings, folder=folder, name=_name(order), fixed=False,
            room=ROOMS.get(order.study, PLANS),
        )  # fmt: skip
    except QueueFullError:
        raise ApiError(429, "queue_full", f"{MOST_WAITING} orders wait already; try again later.",
                       f"已有 {MOST_WAITING} 个任务在排队，请稍后再试。") from None  # fmt: skip
    office.acts.note(who, "study_ordered", job.plan, job=str(job.id))
    response.headers["Location"] = f"{V1}/jobs/{job.id}"
    return job.document()


def _expect_scenarios(texts: list[str]) -> None:
    """Raise `ApiError` for scenarios with mistakes, or none at all."""
    if not any(text.strip() for text in texts):
        raise ApiError(409, "not_possible", "A comparison needs at least one scenario.",
                       "比较至少需要一个情景。")  # fmt: skip
    try:
        scenarios_of(texts)
    except InputErrors as error:
        told = refusal(error)
        told.status_code = 409  # no schema of a request knows what a scenario may say
        raise told from None


def _name(order: StudyOrder) -> str:
    """The folder's name as the command line has it."""
    match order.study:
        case "week":
            return order.date.isoformat()
        case "year":
            return str(order.date.year)
        case "site":
            return f"site-{order.kind}-{order.date.isoformat()}"
        case "relocate":
            return f"relocation-{order.date.isoformat()}"
    return f"{order.study}-{order.date.isoformat()}"


@router.get(
    "/studies/{study}/files/{name:path}",
    response_class=FileResponse,
    responses=look_up | ANY_FILE,
)
@needs(Need.LOOK)
def get_study_file(request: Request, study: str, name: str) -> Response:
    """One file of a study."""
    return study_file(request, study, name)


def study_file(request: Request, study: str, name: str) -> Response:
    """A file of a study; raises `ApiError`."""
    path = plan_files(study_folder(request, study)).get(name)
    if path is None:
        raise ApiError(404, "no_file", f"Study {study} has no file {name}.",
                       f"研究 {study} 没有文件 {name}。")  # fmt: skip
    return answer_file(request, path)
