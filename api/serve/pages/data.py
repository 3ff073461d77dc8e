"""The pages of data: districts begun, tables uploaded, problems mended in place, versions."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.serve.answers import ApiError
from api.serve.office import office_of
from api.serve.pages.entry import form_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.scope import expect_whole
from api.serve.v1.data import begin, revisions
from api.serve.v1.data_shapes import NewDistrict
from api.serve.v1.found import district_folder
from api.serve.v1.library import districts_told
from models.account import Need
from models.units import CHINA
from scenarios.office.revisions import before_last, is_taken

router = APIRouter(route_class=Door, include_in_schema=False)
DATUMS = ("wgs84", "gcj02", "bd09")
"""The datums a page offers; others stand in district.toml."""
SHOWN = 30
"""Versions the page shows: a busy week."""


@router.get("/data")
@needs(Need.LOOK)
def show_districts(request: Request) -> Response:
    """The districts, and a form to begin one."""
    return _districts(request)


@router.post("/data")
@needs(Need.EDIT)
async def begin_district(request: Request) -> Response:
    """Begin a district by the page's form."""
    form = await form_of(request)
    try:
        new = NewDistrict(**{key: form.get(key, "") for key in ("id", "name", "crs")})
        begin(request, new)
    except ApiError as error:
        told = error.errors[0][f"message_{language_of(request)}"]
        return _districts(request, 409, wrong=told, form=form)
    except ValueError:
        return _districts(request, 422, wrong="", form=form)
    return RedirectResponse(f"/data/{new.id}", 303)


@router.get("/data/{district}")
@needs(Need.LOOK)
def show_district(request: Request, district: str) -> Response:
    """Files, problems, tables and versions of a district."""
    folder = district_folder(request, district)
    shown = office_of(request).library.district_document(district, folder)
    versions = revisions(request, district).all()
    kept: list[dict[str, Any]] = [
        asdict(one) | {"at": one.at.strftime("%m-%d %H:%M")} for one in versions[:SHOWN]
    ]
    files = [
        {"name": path.name, "size": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.is_file() and is_taken(path.name)
    ]
    return page(
        request, "data", district=shown, files=files, kept=kept,
        tables=office_of(request).tables.of(folder), undo_to=before_last(versions),
        today=datetime.now(CHINA).date().isoformat(), datums=DATUMS,
        datum=office_of(request).library.datum(folder),
    )  # fmt: skip


def _districts(
    request: Request, status: int = 200, *, wrong: str | None = None,
    form: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    expect_whole(request)
    shown = districts_told(request)
    return page(request, "districts", status, districts=shown, wrong=wrong, form=form or {},
                datums=DATUMS)  # fmt: skip
