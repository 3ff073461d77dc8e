"""Shapes of a district on its map: roads, rows at their places, wishes about rows."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.serve.v1.shapes import example

Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Spot = tuple[Lon, Lat]
"""Longitude and latitude in WGS-84 [degrees]."""
Text = Annotated[str, Field(max_length=2_000)]
Column = Annotated[str, Field(max_length=40)]
Cells = Annotated[list[Text], Field(max_length=400)]
MOST = 1_000
"""Rows that one wish may name."""


class RoadPiece(BaseModel):
    """A piece of road between two junctions.

    `name` is a position in the list of names, `line` holds longitude and latitude and then steps,
    in 1e-5 degrees of WGS-84.
    """

    way: int
    name: int
    highway: str
    line: list[int]


class RoadsOut(BaseModel):
    """The roads of a district, once for both directions of a piece."""

    model_config = example(
        names=["", "紫荆路"],
        pieces=[{"way": 100284, "name": 1, "highway": "primary",
                 "line": [11998000, 3180000, 12, 240]}],
    )  # fmt: skip

    names: list[str]
    pieces: list[RoadPiece]


class AtlasRow(BaseModel):
    """A row as a spreadsheet numbers it; `at` is its place in WGS-84, or null.

    `rings` are the outlines of an area, in WGS-84.
    """

    row: int
    cells: list[str]
    at: tuple[float, float] | None
    rings: list[list[tuple[float, float]]]


class AtlasTable(BaseModel):
    """A table of the map.

    `columns` are the known names of its columns by position ("" where none is known); a table with
    an empty `file` is begun with its first row; `total` counts all its rows, also those not told.
    """

    table: str
    file: str
    changeable: bool
    crs: str
    headings: list[str]
    columns: list[str]
    required: list[str]
    rows: list[AtlasRow]
    total: int


class AtlasOut(BaseModel):
    """A district on its map on a day.

    `classes` has a digit for every piece of road (0: not cleaned, 1 to 4: I to IV), `closed` the
    positions of pieces that are closed; both are empty where the roads cannot be read. `latest` is
    the number of the folder's latest version, 0 before the first change here.
    """

    model_config = example(
        date="2026-03-02", latest=12, classes="0124", closed=[3],
        tables=[{"table": "points", "file": "points.csv", "changeable": True, "crs": "gcj02",
                 "headings": ["id", "lon", "lat"], "columns": ["id", "lon", "lat"],
                 "required": ["id"], "total": 2, "rows": [
                     {"row": 2, "cells": ["P1", "119.98", "31.8"], "at": [119.975, 31.802],
                      "rings": []}]}],
    )  # fmt: skip

    date: str
    latest: int
    tables: list[AtlasTable]
    classes: str
    closed: list[int]


class NearOut(BaseModel):
    """The street a place stands at: `verdict` is `near`, `far` (a slip?) or `off` (no road).

    `lon` and `lat` are the spot on the street in WGS-84; `x` and `y` the place itself as the table
    writes it, in the datum `crs`.
    """

    model_config = example(
        way=100284, street="紫荆路", highway="primary", distance_m=12, lon=119.98, lat=31.8,
        verdict="near", x="119.9847120", y="31.7980012", crs="gcj02",
    )  # fmt: skip

    way: int
    street: str
    highway: str
    distance_m: int
    lon: float
    lat: float
    verdict: str
    x: str
    y: str
    crs: str


class SetRowIn(BaseModel):
    """A row with other values: its number and cells as seen, texts by column, a place or area."""

    model_config = ConfigDict(extra="forbid")

    row: int = Field(ge=1, le=1_048_576)
    seen: Cells
    values: dict[Column, Text] = Field(default_factory=dict, max_length=60)
    at: Spot | None = None
    ring: list[Spot] = Field(default_factory=list, max_length=MOST)


class NewRowIn(BaseModel):
    """A row to add: texts by column, its place or the corners of its area in WGS-84."""

    model_config = ConfigDict(extra="forbid")

    values: dict[Column, Text] = Field(default_factory=dict, max_length=60)
    at: Spot | None = None
    ring: list[Spot] = Field(default_factory=list, max_length=MOST)


class GoneRowIn(BaseModel):
    """A row to take out: its number and cells as seen."""

    model_config = ConfigDict(extra="forbid")

    row: int = Field(ge=1, le=1_048_576)
    seen: Cells


class RowWishes(BaseModel):
    """What shall become of rows of a table; cells are named by the columns of the format."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{
            "put": [{"row": 2, "seen": ["P1", "119.98", "31.8", "240"],
                     "values": {"demand_kg": "300"}, "at": [119.981, 31.801]}],
            "added": [{"values": {"id": "P9", "stream": "residual", "demand_kg": "120"},
                       "at": [119.982, 31.8]}],
            "gone": [],
        }]},
    )  # fmt: skip

    put: list[SetRowIn] = Field(default_factory=list, max_length=MOST)
    added: list[NewRowIn] = Field(default_factory=list, max_length=MOST)
    gone: list[GoneRowIn] = Field(default_factory=list, max_length=MOST)


class UndoIn(BaseModel):
    """The version a person looks at when taking its change back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"latest": 12}]})

    latest: int = Field(ge=1, le=2**53)
