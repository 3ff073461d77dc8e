"""Districts and plans of the data folder."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.serve.answers import or_known, refusals
from api.serve.library import plan_files
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.scope import scope_in
from api.serve.v1.found import is_own_file, part_of_plan, plan_file
from api.serve.v1.shapes import District, PlanFile, PlanSummary
from models.account import Need
from scenarios.office.publishing import PlanState

SANDBOX = "sandbox allow-scripts allow-popups allow-modals allow-downloads"
KINDS = {".json": "application/json", ".geojson": "application/geo+json",
         ".gpx": "application/gpx+xml", ".html": "text/html", ".svg": "image/svg+xml"}  # fmt: skip
"""Kinds of files that are texts: they are sent compressed to whoever takes it."""
router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["library"])
look_up = refusals(404)


@router.get("/districts", response_model=list[District])
@needs(Need.LOOK)
def list_districts(request: Request) -> list[dict[str, Any]]:
    """Districts of the data folder."""
    return districts_told(request)


def districts_told(request: Request) -> list[dict[str, Any]]:
    """The districts the visitor sees, as the interface tells them."""
    library, scope = office_of(request).library, scope_in(request)
    return [
        library.district_document(key, path)
        for key, path in library.districts().items()
        if scope.sees(key)
    ]


@router.get("/plans", response_model=list[PlanSummary])
@needs(Need.LOOK)
def list_plans(request: Request) -> list[dict[str, Any]]:
    """Plans of the data folder: id, district, date, key figures, counts."""
    return plans_told(request)


def plans_told(request: Request) -> list[dict[str, Any]]:
    """The plans the visitor sees, as the interface tells them, each with its state."""
    office, scope = office_of(request), scope_in(request)
    states = office.publishing.states()
    return [
        office.library.plan_document(key, path) | {"state": states.get(key, PlanState.DRAFT)}
        for key, path in office.library.plans().items()
        if not scope.districts or scope.sees(office.library.district_above(path))
    ]


def _whole(media_type: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "object"}}}
    return look_up | {200: {"description": "The file", "content": content}}


@router.get("/plans/{plan}", response_class=FileResponse, responses=_whole("application/json"))
@needs(Need.LOOK)
def get_plan(request: Request, plan: str) -> Response:
    """The plan document (docs/plan_format.md)."""
    return answer_file(request, plan_file(request, plan, "plan.json"))


@router.get(
    "/plans/{plan}/geojson",
    response_class=FileResponse,
    responses=_whole("application/geo+json"),
)
@needs(Need.LOOK)
def get_geojson(request: Request, plan: str) -> Response:
    """The plan's routes, facilities and unserved tasks as GeoJSON."""
    return answer_file(request, plan_file(request, plan, "routes.geojson"))


@router.get("/plans/{plan}/files", responses=look_up, response_model=list[PlanFile])
@needs(Need.LOOK)
def list_files(request: Request, plan: str) -> list[dict[str, Any]]:
    """Files of the plan: name and size [bytes]."""
    folder = part_of_plan(request, plan)
    return [
        {"name": name, "size": path.stat().st_size}
        for name, path in plan_files(folder).items()
        if is_own_file(request, folder, name)
    ]


ANY_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file",
          "content": {"*/*": {"schema": {}}}}
}  # fmt: skip


@router.get(
    "/plans/{plan}/files/{name:path}", response_class=FileResponse, responses=look_up | ANY_FILE
)
@needs(Need.LOOK)
def get_file(request: Request, plan: str, name: str) -> Response:
    """One file of the plan."""
    return answer_file(request, plan_file(request, plan, name))


def answer_file(request: Request, path: Path) -> Response:
    """A file of a plan; a page of it may show itself, not use this server."""
    headers = {"Content-Security-Policy": SANDBOX} if path.suffix in {".html", ".svg"} else {}
    headers |= {"Cache-Control": "private, no-cache"}
    kind = KINDS.get(path.suffix)
    if kind is not None and "range" not in request.headers:
        packed = office_of(request).packs.file(path, kind)
        if packed is not None:
            return packed.answer(request, headers)
    return or_known(
        request, FileResponse(path, media_type=kind, headers=headers, stat_result=path.stat())
    )
