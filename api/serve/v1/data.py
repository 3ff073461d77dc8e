"""The tables of districts: uploaded, checked, corrected cell by cell, and every version kept."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.serve.answers import ApiError, refusals, refusing
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.scope import Scope, beyond, scope_in
from api.serve.v1.data_shapes import (
    CheckOut,
    GridEdits,
    GridOut,
    NewDistrict,
    RevisionOut,
    Setting,
    TableOut,
)
from api.serve.v1.dates import IsoDate
from api.serve.v1.found import district_folder
from api.serve.v1.shapes import District
from api.serve.visitors import visitor_in
from models.account import Need
from models.units import CHINA
from scenarios.desk.folder.grid import Grid, corrected
from scenarios.desk.settings import begin_district, with_setting
from scenarios.district.settings import FILE
from scenarios.office.revisions import Revision, Revisions, refuse_odd_name
from scenarios.tables.rewrite import Edits

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["data"])
look_up = refusals(404)
changes = refusals(400, 404, 409, 413, 422)
DISTRICT = "/districts/{district}"
DRAFT = ".huanwei-"
"""Begins the name of a folder in which a change is made ready."""
LEFT_S = 86_400
"""Seconds after which nobody is at work in it any more; a huge upload takes some minutes."""
MOST_ROWS = 500
"""Rows of one answer; a page shows a hundred."""
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Day = Annotated[IsoDate | None, Query(alias="date", description="The day; today if left out")]


@router.post(
    "/districts",
    status_code=201,
    responses=refusals(400, 409, 413, 422),
    response_model=District,
)
@needs(Need.EDIT)
def begin(request: Request, new: NewDistrict) -> dict[str, Any]:
    """Begin a district with settings alone."""
    office = office_of(request)
    if scope_in(request) != Scope():
        raise beyond()
    folder = office.library.root / new.id
    with refusing():
        begin_district(folder, new.name, new.crs)
    office.acts.note(visitor_in(request).name, "district_begun", new.id)
    return office.library.district_document(new.id, folder)


@router.put(f"{DISTRICT}/settings", responses=changes, response_model=RevisionOut)
@needs(Need.EDIT)
def change_setting(request: Request, district: str, setting: Setting) -> dict[str, Any]:
    """Change one setting, such as the datum (`crs`) of the tables."""
    folder = district_folder(request, district)
    with refusing(), draft_file(folder) as draft:
        old = (folder / FILE).read_text(encoding="utf-8")
        draft.write_text(with_setting(old, setting.key, setting.value), encoding="utf-8")
        made = revisions(request, district).put(visitor_in(request).name, "set", FILE, draft)
    note(request, "table_changed", district, file=FILE, setting=setting.key)
    return revision_told(made)


@router.put(
    f"{DISTRICT}/files/{{name}}", responses=changes, response_model=RevisionOut,
    openapi_extra=UPLOAD,
)  # fmt: skip
@needs(Need.EDIT)
async def upload(request: Request, district: str, name: str) -> dict[str, Any]:
    """Upload a file of tables, roads or settings; what was there stays a version."""
    with refusing():
        refuse_odd_name(name)
    folder = await run_in_threadpool(district_folder, request, district)
    with draft_file(folder) as draft:
        try:
            with draft.open("wb") as file:
                async for chunk in request.stream():
                    await run_in_threadpool(file.write, chunk)
        except ClientDisconnect:  # the page was left, or the line cut: what was there stays
            raise ApiError(400, "bad_request", f"{name} did not come to its end.",
                           f"{name} 没有传完。") from None  # fmt: skip
        with refusing():
            who = visitor_in(request).name
            put = revisions(request, district).put
            made = await run_in_threadpool(put, who, "uploaded", name, draft)
    await run_in_threadpool(note, request, "table_uploaded", district, file=name)
    return revision_told(made)


@router.delete(f"{DISTRICT}/files/{{name}}", responses=changes, response_model=RevisionOut)
@needs(Need.EDIT)
def remove(request: Request, district: str, name: str) -> dict[str, Any]:
    """Take a file out of the folder; it stays in the versions before."""
    district_folder(request, district)
    with refusing():
        if name == FILE:
            raise ApiError(409, "not_possible", f"{FILE} makes the folder a district.",
                           f"没有 {FILE} 就不是辖区文件夹。")  # fmt: skip
        made = revisions(request, district).remove(visitor_in(request).name, name)
    note(request, "table_removed", district, file=name)
    return revision_told(made)


@router.get(
    f"{DISTRICT}/check", responses=look_up | refusals(422), response_model=CheckOut
)  # fmt: skip
@needs(Need.LOOK)
def check(request: Request, district: str, day: Day = None) -> dict[str, Any]:
    """Everything wrong with a district for a day, with cell, value and a way out."""
    folder = district_folder(request, district)
    return office_of(request).checks.check(folder, day_or_today(day))


@router.get(f"{DISTRICT}/tables", responses=look_up, response_model=list[TableOut])
@needs(Need.LOOK)
def list_tables(request: Request, district: str) -> list[dict[str, Any]]:
    """The tables of a district and the files they lie in."""
    folder = district_folder(request, district)
    return [asdict(one) for one in office_of(request).tables.of(folder)]


@router.get(
    f"{DISTRICT}/tables/{{table}}",
    responses=look_up | refusals(409, 422),
    response_model=GridOut,
)
@needs(Need.LOOK)
def get_table(
    request: Request,
    district: str,
    table: str,
    skip: Annotated[int, Query(ge=0, le=1_048_576)] = 0,
    most: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
) -> dict[str, Any]:
    """Rows of a table as a spreadsheet shows them."""
    folder = district_folder(request, district)
    _expect_table(request, folder, table)
    with refusing():
        grid = office_of(request).tables.grid(
            folder, day_or_today(None), table, skip=skip, most=most
        )
    base = revisions(request, district).digest(grid.place.file)
    return grid_told(grid, base)


@router.patch(f"{DISTRICT}/tables/{{table}}", responses=changes, response_model=RevisionOut)
@needs(Need.EDIT)
def correct(request: Request, district: str, table: str, wish: GridEdits) -> dict[str, Any]:
    """Change cells, take out rows, add rows; refused where somebody else was quicker."""
    folder = district_folder(request, district)
    _expect_table(request, folder, table)
    edits = Edits(
        cells=[(one.row, one.column, one.value) for one in wish.cells],
        removed=wish.removed, added=wish.added,
    )  # fmt: skip
    with refusing(), draft_file(folder) as draft:
        name, content = corrected(folder, day_or_today(None), table, edits)
        draft.write_bytes(content)
        kept = revisions(request, district)
        made = kept.put(visitor_in(request).name, "corrected", name, draft, base=wish.base)
    note(request, "table_changed", district, file=name, cells=len(wish.cells))
    return revision_told(made)


@router.get(f"{DISTRICT}/revisions", responses=look_up, response_model=list[RevisionOut])
@needs(Need.LOOK)
def list_revisions(request: Request, district: str) -> list[dict[str, Any]]:
    """Versions of a district's folder, newest first; none before the first change here."""
    district_folder(request, district)
    return [revision_told(one) for one in revisions(request, district).all()]


@router.post(
    f"{DISTRICT}/revisions/{{revision}}/restore", responses=changes, response_model=RevisionOut
)
@needs(Need.EDIT)
def restore(request: Request, district: str, revision: int) -> dict[str, Any]:
    """Lay the folder as it was in a version; that is a version again, so it can be undone."""
    district_folder(request, district)
    with refusing():
        made = revisions(request, district).restore(visitor_in(request).name, revision)
    note(request, "table_restored", district, revision=revision)
    return revision_told(made)


def revisions(request: Request, district: str) -> Revisions:
    """The versions of a district's folder."""
    return Revisions(office_of(request).ledger, district, district_folder(request, district))


def grid_told(grid: Grid, base: str) -> dict[str, Any]:
    """A grid as the interface tells it."""
    rows = [{"row": number, "cells": cells} for number, cells in grid.rows]
    facts = {"header": grid.header, "headings": grid.headings, "total": grid.total}
    return asdict(grid.place) | facts | {"rows": rows, "base": base}


def _expect_table(request: Request, folder: Path, table: str) -> None:
    if table not in {one.table for one in office_of(request).tables.of(folder)}:
        raise ApiError(404, "no_table", f"The district has no table {table}.",
                       f"辖区没有表 {table}。")  # fmt: skip


def note(request: Request, what: str, district: str, **detail: object) -> None:
    """Write a change of a district into the book of acts."""
    office_of(request).acts.note(visitor_in(request).name, what, district, **detail)


def day_or_today(day: date | None) -> date:
    """The day asked for; today's date in China if none."""
    return day or datetime.now(CHINA).date()


def revision_told(revision: Revision) -> dict[str, Any]:
    """A version as the interface tells it."""
    return asdict(revision) | {"at": revision.at.isoformat(timespec="seconds")}


@contextmanager
def draft_file(folder: Path) -> Iterator[Path]:
    """A hidden file in the folder, gone in the end; with those that a killed server left behind."""
    for left in folder.glob(f"{DRAFT}*"):
        with suppress(OSError):  # somebody else has tidied
            if time.time() - left.stat().st_mtime > LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder) as place:
        yield Path(place) / "draft"
