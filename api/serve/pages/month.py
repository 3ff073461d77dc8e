"""The page of a month: quotas done and owed, each day with its plan, work and orders."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from api.serve.office import office_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.v1.found import district_folder
from api.serve.v1.month import MonthName, found_month, plans_by_day
from api.words.i18n import LANGUAGES, section
from api.words.year import weather, weekday
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)
A_MONTH = timedelta(days=32)
"""Leads from the first of a month into the next one."""


@router.get("/data/{district}/month")
@needs(Need.LOOK)
def show_month(request: Request, district: str, month: MonthName = None) -> Response:
    """A month of a district."""
    folder, language = district_folder(request, district), language_of(request)
    found, office = found_month(request, district, month), office_of(request)
    plans = plans_by_day(office, district, found)
    at = LANGUAGES.index(language)
    return page(
        request, "month", 200, found=found, plans=plans, at=at, w=section("month", language),
        weekdays=[weekday(one.day, language) for one in found.days],
        weathers=[weather(one.told, language) if one.told else "" for one in found.days],
        before=f"{found.first - timedelta(days=1):%Y-%m}", after=f"{found.first + A_MONTH:%Y-%m}",
        district=office.library.district_document(district, folder),
    )  # fmt: skip
