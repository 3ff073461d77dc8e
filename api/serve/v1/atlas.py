"""A district on its map: its roads, rows at their places, and changes of rows by their columns."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.exports.mapdata import encode
from api.serve.answers import ApiError, refusals, refusing
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.v1.atlas_shapes import AtlasOut, Lat, Lon, NearOut, RoadsOut, RowWishes, UndoIn
from api.serve.v1.data import (
    DISTRICT,
    Day,
    changes,
    day_or_today,
    look_up,
    note,
    revision_told,
    revisions,
)
from api.serve.v1.data_shapes import RevisionOut
from api.serve.v1.found import district_folder
from api.serve.visitors import visitor_in
from models.account import Need
from models.errors import HuanweiError
from scenarios.desk.folder.atlas import MapTable, map_tables, near, pieces, street_state
from scenarios.desk.folder.rows import ConflictError, GoneRow, NewRow, SetRow, Wishes
from scenarios.desk.folder.write import write_wishes
from scenarios.district.words.headings import TABLES
from scenarios.office.revisions import StaleError

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["map"])


@router.get(f"{DISTRICT}/roads", responses=look_up | refusals(409), response_model=RoadsOut)
@needs(Need.LOOK)
def get_roads(request: Request, district: str) -> dict[str, Any]:
    """The roads of a district, for a map."""
    folder = district_folder(request, district)
    with refusing():
        network = office_of(request).grounds.roads(folder, day_or_today(None))
    shown = [
        {"way": int(network.way[arc]), "name": int(network.name[arc]),
         "highway": network.road_class(arc),
         "line": encode([(lon, lat) for lon, lat in network.points(arc).tolist()])}
        for arc in pieces(network).tolist()
    ]  # fmt: skip
    return {"names": list(network.names), "pieces": shown}


@router.get(f"{DISTRICT}/map", responses=look_up | refusals(409), response_model=AtlasOut)
@needs(Need.LOOK)
def get_map(request: Request, district: str, day: Day = None) -> dict[str, Any]:
    """Rows at their places, and what holds for the streets on a day."""
    folder, day = district_folder(request, district), day_or_today(day)
    kept = revisions(request, district).all()
    with refusing():
        tables = [_told(one) for one in map_tables(folder, day)]
    classes, closed = "", []
    try:
        network = office_of(request).grounds.roads(folder, day)
    except HuanweiError:
        pass  # the tables can still be looked at; the check tells what is wrong with the roads
    else:
        state = street_state(network, folder, day)
        classes = "".join(map(str, state.classes.tolist()))
        closed = state.closed.nonzero()[0].tolist()
    return {"date": day.isoformat(), "latest": kept[0].id if kept else 0, "tables": tables,
            "classes": classes, "closed": closed}  # fmt: skip


@router.get(f"{DISTRICT}/near", responses=look_up | refusals(409), response_model=NearOut)
@needs(Need.LOOK)
def get_near(
    request: Request,
    district: str,
    lon: Annotated[Lon, Query()],
    lat: Annotated[Lat, Query()],
    table: Annotated[str, Query(max_length=40)] = "points",
) -> dict[str, Any]:
    """The street a place in WGS-84 stands at, and how a table writes the place."""
    folder, day = district_folder(request, district), day_or_today(None)
    _expect_known(table)
    with refusing():
        network = office_of(request).grounds.roads(folder, day)
        return asdict(near(network, folder, day, table, (lon, lat)))


@router.patch(
    f"{DISTRICT}/tables/{{table}}/rows", responses=changes, response_model=RevisionOut
)  # fmt: skip
@needs(Need.EDIT)
def change_rows(request: Request, district: str, table: str, wish: RowWishes) -> dict[str, Any]:
    """Set, add and take out rows; what somebody else changed meanwhile is never overwritten."""
    folder = district_folder(request, district)
    _expect_known(table)
    wishes = Wishes(
        table=table,
        put=[SetRow(**one.model_dump()) for one in wish.put],
        added=[NewRow(**one.model_dump()) for one in wish.added],
        gone=[GoneRow(row=one.row, seen=one.seen) for one in wish.gone],
    )
    kept, who = revisions(request, district), visitor_in(request).name
    with refusing():
        try:
            made = write_wishes(kept, who, folder, day_or_today(None), wishes)
        except (ConflictError, StaleError) as error:
            raise _meanwhile(error) from None
    counts = {"set": len(wish.put), "added": len(wish.added), "removed": len(wish.gone)}
    told = {key: count for key, count in counts.items() if count}
    note(request, "table_changed", district, file=made.about, **told)
    return revision_told(made)


@router.post(f"{DISTRICT}/undo", responses=changes, response_model=RevisionOut)
@needs(Need.EDIT)
def undo(request: Request, district: str, wish: UndoIn) -> dict[str, Any]:
    """Lay the folder as it was before its latest change, or before the one undone last."""
    district_folder(request, district)
    with refusing():
        try:
            made = revisions(request, district).undo(visitor_in(request).name, wish.latest)
        except StaleError as error:
            raise _meanwhile(error) from None
    note(request, "table_restored", district, revision=int(made.about))
    return revision_told(made)


def _told(one: MapTable) -> dict[str, Any]:
    place = {"table": one.place.table, "file": one.place.file, "changeable": one.place.changeable}
    facts = {"crs": one.crs, "headings": one.headings, "columns": one.columns}
    rows = [
        {"row": row.row, "cells": row.cells, "at": row.at, "rings": row.rings} for row in one.rows
    ]
    return place | facts | {"required": list(one.required), "rows": rows, "total": one.total}


def _expect_known(table: str) -> None:
    if table not in TABLES:
        raise ApiError(404, "no_table", f"There is no table {table}.", f"没有表 {table}。")


def _meanwhile(error: HuanweiError) -> ApiError:
    return ApiError(409, "changed_meanwhile", error.text("en"), error.text("zh"))
