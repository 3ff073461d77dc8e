"""The map of a plan as a place of work, and two plans side by side."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from api.exports.difference import moves_words, what_if_words
from api.exports.folder import file_names
from api.exports.geometry import Ground
from api.exports.mapdata import page_data
from api.exports.page import script_json
from api.serve.answers import ApiError
from api.serve.gate import POLICY
from api.serve.office import office_of
from api.serve.packed import Packed
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.scope import Vehicles
from api.serve.v1.found import own_vehicles, part_of_plan, plan_folder
from api.serve.v1.hand import draft_of, refusal
from api.serve.visitors import visitor_in
from api.words.i18n import kpi_label, kpi_text, kpi_unit, section, word, words
from models.account import Need
from models.errors import InputErrors
from models.plan import Plan
from scenarios.desk.judge import PLAN_FILE, read_plan
from scenarios.office.publishing import PlanState
from solver.document.difference import figures, moves
from solver.document.earlier import steps_of

MOST_MOVES = 500
"""Tasks that moved are listed up to this number (chosen: nobody reads more; all are counted)."""
router = APIRouter(route_class=Door, include_in_schema=False)
BEGIN, END = b'<script type="application/json" id="content">', b"</script>"
"""Enclose what the exported map draws: the desk draws the same."""
LAID = 'document.getElementById("content").textContent'
"""Names where the scripts of the map look for what they draw."""


@router.get("/desk/{plan}")
@needs(Need.LOOK)
def show_desk(request: Request, plan: str) -> Response:
    """The map of a plan; who may plan can change it."""
    folder, office = part_of_plan(request, plan), office_of(request)
    visitor, own = visitor_in(request), own_vehicles(request, folder)
    _drawn(request, plan, own)  # a plan that cannot be shown is told on a page
    known = office.library.plan_document(plan, folder)
    told = {
        "plan": plan,
        "language": language_of(request),
        "form": visitor.form,
        "may": visitor.may(Need.PLAN),
        "may_publish": visitor.may(Need.PUBLISH),
        "changed": office.drafts.is_changed(plan),
        "state": office.publishing.states().get(plan, PlanState.DRAFT),
        "whole": own.ids is None,
        "operations": words()["operation"],
        "open_failed": words()["ui"]["open_failed"],
        "hand": words()["hand"],
        "stage": words()["stage"],
    }
    return page(
        request, "hand", 200, title=f"{known['district']} {known['date'] or ''}", plan=quote(plan),
        framed="frame" in request.query_params, told=Markup(script_json(told)),
    )  # fmt: skip


@router.get("/desk/{plan}/drawn.js")
@needs(Need.LOOK)
def get_drawn(request: Request, plan: str) -> Response:
    """What the map of a plan draws, laid where its scripts look for it.

    Of its own, so that a browser keeps it while the plan stays as it is.
    """
    own = own_vehicles(request, part_of_plan(request, plan))
    return _drawn(request, plan, own).answer(request, {"Cache-Control": "private, no-cache"})


def _drawn(request: Request, plan: str, own: Vehicles) -> Packed:
    """The script that lays out the map of whom these vehicles are; made anew with the plan."""
    folder, packs = part_of_plan(request, plan), office_of(request).packs
    stat = (folder / PLAN_FILE).stat()
    key = ("drawn", plan, stat.st_mtime_ns, stat.st_size, own.ids)
    packed = packs.get(key)
    if packed is None:
        content = _content(request, plan)
        if own.ids is not None:
            content |= _own_part(content, own)
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        script = f"{LAID} = {json.dumps(text, ensure_ascii=False)};\n"
        script_bytes = script.encode("utf-8", "replace")  # half a sign, in an odd plan
        packed = packs.keep(key, Packed(script_bytes, "text/javascript"))
    return packed


def _content(request: Request, plan: str) -> dict[str, Any]:
    """What the map of a plan draws; one of an older version is made anew."""
    content = map_content(part_of_plan(request, plan))
    if content is None or "locks" not in content:
        try:
            content = _made_content(request, plan)
        except ApiError:
            if content is None:
                raise
            content |= {"locks": []}  # a plan that does not fit its day can still be looked at
    return content | {"files": f"/plans/{quote(plan)}/", "later": True}


def _own_part(content: dict[str, Any], own: Vehicles) -> dict[str, Any]:
    """Of a map what is drawn for whom some vehicles are; work left out is open to everybody."""
    routes = [
        route | {"number": number}
        for number, route in enumerate(
            route for route in content["routes"] if route["vehicle"] in own
        )
    ]
    ids = {route["id"] for route in routes}
    return {
        "routes": routes, "haul": [], "tours": [], "kpis": [], "quotas": [], "difference": None,
        "roster": [duty for duty in content["roster"] if ids.issuperset(duty[2])],
        "violations": [one for one in content["violations"] if one["vehicle"] in own],
    }  # fmt: skip


def map_content(folder: Path) -> dict[str, Any] | None:
    """What the plan's own map draws; None: it has none that can be read."""
    try:
        text = (folder / "map.html").read_bytes()
    except OSError:
        return None
    begin = text.find(BEGIN)
    end = text.find(END, begin)
    if begin < 0 or end < 0:
        return None
    try:
        found = json.loads(text[begin + len(BEGIN) : end])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _made_content(request: Request, plan: str) -> dict[str, Any]:
    with draft_of(request, plan) as draft:
        base, district = draft.session.base, draft.session.now.ready.district
        ground = Ground(draft.session.network)
        ground.prepare(base)
        names = file_names(
            [*(one.id for one in base.routes), *(f"driver-{one.driver}" for one in base.roster)]
        )
        return page_data(base, ground, district, names, base.language) | {"tiles": ""}


@router.get("/desk/{plan}/compare")
@needs(Need.LOOK)
def compare_plans(
    request: Request, plan: str, other: str = Query(default="", alias="with", max_length=400)
) -> Response:
    """Two plans side by side: figures, who does what, and both maps at the place of a task."""
    language = language_of(request)
    folders = plan_folder(request, plan), plan_folder(request, other) if other else None
    try:
        one = read_plan(folders[0] / PLAN_FILE)
        two = read_plan(folders[1] / PLAN_FILE) if folders[1] else None
    except InputErrors as error:
        raise refusal(error) from None
    library = office_of(request).library
    answer = page(
        request, "compare", 200, plan=plan, second=other, h=section("hand", language),
        plans=[name for name in library.plans() if name != plan],
        asked=[list(what_if_words(each.what_if, language)) if each else [] for each in (one, two)],
        rows=list(_figure_rows(one, two, language)) if two else [],
        counts=list(moves_words(moves(one, two), language)) if two else [],
        moved=moves(one, two).moves[:MOST_MOVES] if two else [],
        lost=moves(one, two).lost[:MOST_MOVES] if two else [],
        names=_names(one) | _names(two) if two else {},
        trucks=_trucks(one, language) | _trucks(two, language) if two else {},
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return answer


def _names(plan: Plan) -> dict[str, str]:
    """What people call the place of a task: the stop or the street."""
    served = {
        step.task: step.name for route in plan.routes for step in steps_of(route) if step.task
    }
    return served | {left.task: left.name for left in plan.unserved}


def _trucks(plan: Plan, language: str) -> dict[str, str]:
    """What people call a vehicle in a shift, by the words of a move."""
    return {
        f"{route.vehicle}/{route.shift}": f"{route.vehicle} {word('shift', route.shift, language)}"
        for route in plan.routes
    }


def _figure_rows(one: Plan, two: Plan, language: str) -> Iterator[tuple[str, str, str, str]]:
    """Key figures that differ: name, in both plans, and the difference with its sign."""
    for each in figures(one.kpis, two.kpis):
        if each.base != each.value:
            unit = kpi_unit(each.key)
            delta = None
            if each.base is not None and each.value is not None:
                delta = round(each.value - each.base, 4)
            sign = "+" if delta is not None and delta > 0 else ""
            yield (
                kpi_label(each.key, language, two.titles),
                kpi_text(each.base, unit, language),
                kpi_text(each.value, unit, language),
                sign + kpi_text(delta, unit, language),
            )
