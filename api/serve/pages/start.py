"""The start page: order a plan, follow it, find the plans there are."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from api.serve.office import office_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.scope import scope_in
from api.serve.v1.found import plan_file
from api.serve.v1.jobs import jobs_told
from api.serve.v1.library import answer_file, districts_told, plans_told
from api.words.i18n import kpi_label, kpi_text, kpi_unit
from models.account import Need
from models.units import CHINA

router = APIRouter(route_class=Door, include_in_schema=False)
FIGURES = ("served", "service_km", "deadhead_km", "cost_cny")
"""Key figures of the list of plans."""
SHOWN_JOBS = 8
"""Orders the page shows: those at work and the latest that ended."""


@router.get("/")
@needs(Need.LOOK)
def show_start(request: Request) -> Response:
    """Districts, orders and plans."""
    office = office_of(request)
    language, scope = language_of(request), scope_in(request)
    plans = plans_told(request)
    plans.sort(key=lambda plan: str(plan["created"]), reverse=True)
    return page(
        request, "start", districts=districts_told(request), whole=scope.is_whole,
        plans=[_row(plan, language) for plan in plans],
        jobs=jobs_told(request, SHOWN_JOBS),
        figures=[kpi_label(name, language) for name in FIGURES],
        today=datetime.now(CHINA).date().isoformat(), unguarded=office.is_unguarded(),
    )  # fmt: skip


def _row(plan: dict[str, Any], language: str) -> dict[str, Any]:
    """A plan of the list with its figures as text."""
    kpis = plan["kpis"] or {}
    figures = [kpi_text(kpis.get(name), kpi_unit(name), language) for name in FIGURES]
    return plan | {"figures": figures}


@router.get("/plans/{plan}/{name:path}")
@needs(Need.LOOK)
def open_file(request: Request, plan: str, name: str) -> Response:
    """A file of a plan for a browser, so that links between map and sheets hold."""
    return answer_file(request, plan_file(request, plan, name or "map.html"))
