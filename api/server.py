"""The server of a data folder put together: interface, pages, jobs and the office's ledger."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.serve.answers import internal_error, ledger_error, request_error
from api.serve.gate import Doors, Gate
from api.serve.jobs import Jobs, Runner
from api.serve.library import Library
from api.serve.office import Office, office_of
from api.serve.pages import (
    assets,
    atlas,
    data,
    duty,
    entry,
    hand,
    month,
    people,
    planner,
    staff,
    start,
    stations,
)
from api.serve.pages.frame import page_or_error
from api.serve.rules import SCHEMES, V1, Door, needs
from api.serve.v1 import atlas as v1_atlas
from api.serve.v1 import data as v1_data
from api.serve.v1 import hand as v1_hand
from api.serve.v1 import jobs as v1_jobs
from api.serve.v1 import library as v1_library
from api.serve.v1 import month as v1_month
from api.serve.v1 import people as v1_people
from api.serve.v1 import rosters as v1_rosters
from api.serve.v1 import stations as v1_stations
from api.serve.v1 import studies as v1_studies
from api.serve.v1 import today as v1_today
from api.serve.v1 import versions as v1_versions
from models.account import Need
from models.errors import HuanweiError
from models.plan import SCHEMA_VERSION
from scenarios.ledger.store import open_ledger
from scenarios.office.orders import Orders

EVERYBODY = Doors()
router = APIRouter(route_class=Door)
ROUTERS = (
    v1_library.router, v1_jobs.router, v1_people.router, v1_data.router, v1_today.router,
    v1_atlas.router, v1_rosters.router, v1_stations.router, v1_month.router,
    v1_studies.router, v1_hand.router, v1_versions.router, entry.router, start.router,
    data.router, atlas.router, staff.router, stations.router, month.router, planner.router,
    duty.router, people.router, hand.router, assets.router,
)  # fmt: skip


def create_app(
    root: Path,
    runner: Runner,
    doors: Doors = EVERYBODY,
    *,
    ledger: str | None = None,
    jobs: int = 1,
) -> FastAPI:
    """The application over the data folder `root`; `runner` makes the plans of jobs.

    `ledger` is the URL of the office's ledger (`open_ledger`), `jobs` how many plans are made at
    once.
    """
    root = Path(root).resolve()
    stack = ExitStack()
    opened = stack.enter_context(open_ledger(root, ledger))
    office = Office(Library(root), Jobs(root, runner, Orders(opened), jobs), opened, doors)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await asyncio.to_thread(office.jobs.close)
        stack.close()

    app = FastAPI(
        title="huanwei", version="1", openapi_url=None, docs_url=None, redoc_url=None,
        lifespan=lifespan,
    )  # fmt: skip
    app.state.office = office
    app.state.routes = every_route()  # the application hides them, and 405 tells their methods
    for own in (router, *ROUTERS):
        app.include_router(own)
    app.state.contract = _contract(app)
    app.add_middleware(Gate, doors=doors)
    app.exception_handler(HTTPException)(page_or_error)
    app.exception_handler(RequestValidationError)(request_error)
    app.exception_handler(HuanweiError)(ledger_error)
    app.exception_handler(Exception)(internal_error)
    return app


def every_route() -> list[Door]:
    """All addresses of the server with their needs."""
    found = [route for own in (router, *ROUTERS) for route in own.routes]
    return [route for route in found if isinstance(route, Door)]


def _contract(app: FastAPI) -> dict[str, Any]:
    """The interface as OpenAPI, with the ways to say who one is."""
    about = "Plans of a district's day; docs/api.md tells it in words."
    contract = get_openapi(title="huanwei", version="1", description=about, routes=app.routes)
    contract.setdefault("components", {})["securitySchemes"] = SCHEMES
    _require_discriminators(contract, contract["components"].get("schemas", {}))
    return contract


def _require_discriminators(part: Any, schemas: dict[str, Any]) -> None:
    """Have the contract say that the word by which shapes are told apart is never left out."""
    if isinstance(part, list):
        for one in part:
            _require_discriminators(one, schemas)
    if not isinstance(part, dict):
        return
    for one in part.values():
        _require_discriminators(one, schemas)
    if isinstance(told := part.get("discriminator"), dict) and "mapping" in told:
        for reference in told["mapping"].values():
            shape = schemas[reference.rpartition("/")[2]]
            wanted = {*shape.get("required", []), told["propertyName"]}
            shape["required"] = sorted(wanted)


@router.get(f"{V1}/openapi.json", include_in_schema=False)
@needs(Need.OPEN)
def get_contract(request: Request) -> JSONResponse:
    """The contract of this interface, for machines."""
    return JSONResponse(request.app.state.contract)


@router.get("/healthz", responses={503: {"description": "Orders cannot be kept or made."}})
@needs(Need.OPEN)
def health(request: Request, response: Response) -> dict[str, bool]:
    """Whether the server can take orders."""
    ok = office_of(request).jobs.is_well()
    response.status_code = 200 if ok else 503
    return {"ok": ok}


@router.get("/version")
@needs(Need.OPEN)
def get_version() -> dict[str, str]:
    """Version of the program and of the plan documents it writes."""
    return {"version": version("huanwei"), "plan_schema": SCHEMA_VERSION}
