"""Stations, tips and plants of a day: as planned, as weighed, against their limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.serve.answers import refusals, refusing
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.v1.data import DISTRICT, Day, day_or_today, look_up
from api.serve.v1.found import district_folder
from api.serve.v1.shapes import example
from models.account import Need
from models.plan import Plan
from scenarios.desk.weighed import site_days
from scenarios.ledger.store import FILE, Ledger, open_ledger

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["sites"])


class SiteDayOut(BaseModel):
    """A site on a day, in tonnes.

    `limit_t` is its design or quota (0: none), `planned_t` null where the day has no plan, `peak_t`
    the most that lies there as planned against `storage_t`; `hours` are [hour, planned, weighed]
    added up.
    """

    model_config = example(
        id="S1", name="城北转运站", kind="station", limit_t=120.0, planned_t=96.4, weighed_t=91.2,
        weighings=17, peak_t=24.0, storage_t=40.0, hours=[[6, 8.0, 7.4], [7, 21.5, 19.8]],
    )  # fmt: skip

    id: str
    name: str
    kind: str
    limit_t: float
    planned_t: float | None
    weighed_t: float
    weighings: int
    peak_t: float
    storage_t: float
    hours: list[tuple[int, float, float]]


class StationsOut(BaseModel):
    """Sites of a day, and the plan they are compared with ("": none)."""

    date: str
    plan: str
    sites: list[SiteDayOut]


@router.get(f"{DISTRICT}/stations", responses=look_up | refusals(409), response_model=StationsOut)
@needs(Need.LOOK)
def get_stations(request: Request, district: str, day: Day = None) -> dict[str, Any]:
    """What the day's plan brings each site and what the ledger's tickets say came."""
    folder, day = district_folder(request, district), day_or_today(day)
    with refusing(), tickets_of(request, folder) as ledger:
        name, plan = _plan_of(request, district, day)
        sites = [asdict(one) for one in site_days(folder, day, plan, ledger)]
    return {"date": day.isoformat(), "plan": name, "sites": sites}


@contextmanager
def tickets_of(request: Request, folder: Path) -> Iterator[Ledger]:
    """The ledger with a district's weighings: its own, or the office's."""
    if (folder / FILE).is_file():
        with open_ledger(folder) as own:
            yield own
    else:
        yield office_of(request).ledger


def _plan_of(request: Request, district: str, day: date) -> tuple[str, Plan | None]:
    """The published plan of a day, else the one that was made last; its id and itself."""
    office = office_of(request)
    published = set(office.publishing.published(day))
    found = []
    for key, folder in office.library.plans().items():
        told = office.library.plan_document(key, folder)
        if key.startswith(f"{district}~") and told["date"] == day.isoformat():
            found.append((key in published, str(told["created"]), key, folder))
    if not found:
        return "", None
    _, _, key, folder = max(found)
    return key, office.shelf.plan(folder)
