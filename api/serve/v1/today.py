"""What a dispatcher hears of the day: who is out, who is back, which order came."""

import datetime
import threading
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.serve.answers import refusals, refusing
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.scope import beyond, scope_in
from api.serve.v1.dates import IsoDate
from api.serve.v1.found import district_folder, part_of_district
from api.serve.v1.shapes import example
from api.serve.visitors import visitor_in
from models.account import Need
from models.units import CHINA
from scenarios.desk.folder.write import write_wishes
from scenarios.desk.today.news import Heard, NewOrder, marked, with_order
from scenarios.office.revisions import Revisions

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["today"])
changes = refusals(400, 404, 409, 413, 422)
DISTRICT = "/districts/{district}"
_ONE_BY_ONE = threading.Lock()
"""Two orders that come at once do not take the same number."""
WINDOW = r"^([01]?\d|2[0-9]|3[0-6]):[0-5]\d-([01]?\d|2[0-9]|3[0-6]):[0-5]\d$"
"""Matches the time of an order; hours beyond 24 are of the next day."""
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Outage(BaseModel):
    """A vehicle (id or plate) or a person (id or name) is out; `available`: is back again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"id": "SW_L-01", "note": "液压故障"}]}
    )

    id: Text = Field(min_length=1)
    available: bool = False
    note: Text = ""


class OrderIn(BaseModel):
    """Work of one day on a street, by its name or OSM way, or at a place in WGS-84 [degrees]."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [
                {"required": ["lon", "lat"],
                 "properties": {"lon": {"type": "number"}, "lat": {"type": "number"}}},
                {"properties": {"lon": {"type": "null"}, "lat": {"type": "null"}}},
            ],
            "examples": [
                {"operation": "sweep", "window": "13:00-15:00", "street": "解放路", "note": "抛洒"}
            ],
        },
    )  # fmt: skip

    operation: Text = Field(min_length=1)
    window: str = Field(pattern=WINDOW)
    date: IsoDate | None = None
    street: Text = ""
    way_id: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    demand_kg: Annotated[float, Field(ge=0, le=100_000)] = 0
    service_min: Annotated[float, Field(ge=0, le=480)] = 10
    note: Text = ""

    @model_validator(mode="after")
    def _whole_place(self) -> "OrderIn":
        if (self.lon is None) != (self.lat is None):
            raise ValueError("give lon and lat, or neither · lon 与 lat 要么都填，要么都不填")
        return self


class NewsOut(BaseModel):
    """Whose row was changed or added, in which file, and the version of the folder with it."""

    model_config = example(id="O3", file="orders.csv", revision=12)

    id: str
    file: str
    revision: int


@router.post(f"{DISTRICT}/outages", responses=changes, response_model=NewsOut)
@needs(Need.PLAN)
def tell_outage(request: Request, district: str, outage: Outage) -> dict[str, Any]:
    """Write into the district's tables that somebody is out, or back; plans made from now know."""
    folder = part_of_district(request, district)
    with _ONE_BY_ONE, refusing():
        heard = marked(folder, _today(), outage.id, available=outage.available)
        if heard.id not in scope_in(request).owns(folder):
            raise beyond()
        what = "somebody_back" if outage.available else "somebody_out"
        return _keep(request, district, heard, what, outage.note)


@router.post(f"{DISTRICT}/orders", status_code=201, responses=changes, response_model=NewsOut)
@needs(Need.PLAN)
def add_order(request: Request, district: str, order: OrderIn) -> dict[str, Any]:
    """Write an order of a day (today if left out) into the district's table of orders."""
    folder = district_folder(request, district)
    wish = NewOrder(**order.model_dump(exclude={"date"}))
    with _ONE_BY_ONE, refusing():
        heard = with_order(folder, order.date or _today(), wish)
        return _keep(request, district, heard, "order_added", order.note)


def _keep(request: Request, district: str, heard: Heard, what: str, note: str) -> dict[str, Any]:
    """A version of the folder with a table changed, and a line in the book of acts."""
    office, who = office_of(request), visitor_in(request).name
    folder = part_of_district(request, district)
    kept = Revisions(office.ledger, district, folder)
    made = write_wishes(kept, who, folder, _today(), heard.wishes)
    office.acts.note(who, what, district, id=heard.id, note=note, file=made.about)
    return {"id": heard.id, "file": made.about, "revision": made.id}


def _today() -> datetime.date:
    return datetime.datetime.now(CHINA).date()
