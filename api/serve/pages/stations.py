"""The page of stations: loads of a day as planned and as weighed, against their limits."""

from fastapi import APIRouter, Request, Response

from api.serve.office import office_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.v1.data import Day, day_or_today
from api.serve.v1.found import district_folder
from api.serve.v1.stations import get_stations
from api.words.i18n import section
from models.account import Need

router = APIRouter(route_class=Door, include_in_schema=False)


@router.get("/data/{district}/stations")
@needs(Need.LOOK)
def show_stations(request: Request, district: str, day: Day = None) -> Response:
    """What comes to each site of a district on a day."""
    folder, language = district_folder(request, district), language_of(request)
    told = get_stations(request, district, day_or_today(day))
    return page(
        request, "stations", 200, told=told, w=section("stations", language),
        site=section("site", language),
        district=office_of(request).library.district_document(district, folder),
    )  # fmt: skip
