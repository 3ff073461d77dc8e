"""The page of people: rosters of weeks, who may do what, duties handed over by hand."""

from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.exports.page import script_json
from api.serve.office import office_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.v1.found import district_folder
from api.serve.v1.rosters import list_rosters
from api.serve.visitors import visitor_in
from api.words.i18n import section
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)


@router.get("/data/{district}/people")
@needs(Need.LOOK)
def show_people(request: Request, district: str) -> Response:
    """Rosters of a district; who may plan can hand duties over."""
    folder, language = district_folder(request, district), language_of(request)
    visitor = visitor_in(request)
    shown = office_of(request).library.district_document(district, folder)
    told: dict[str, Any] = {
        "language": language, "form": visitor.form, "district": district,
        "may": visitor.may(Need.PLAN), "open_failed": section("ui", language)["open_failed"],
        "w": section("people", language), "rules": section("rule", language),
        "laws": section("violation", language), "operation": section("operation", language),
        "shift": section("shift", language),
    }  # fmt: skip
    return page(
        request, "people", 200, district=shown, w=section("people", language),
        rosters=list_rosters(request, district), told=Markup(script_json(told)),
    )  # fmt: skip
