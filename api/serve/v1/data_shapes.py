"""Shapes of the data of a district on the wire: tables, cells, problems, versions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.serve.answers import Problem
from api.serve.v1.shapes import example


class NewDistrict(BaseModel):
    """A district to begin; its tables and roads are uploaded then."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"id": "chashan", "name": "茶山街道", "crs": "gcj02"}]},
    )

    id: str = Field(pattern=r"^\w[\w-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    crs: str = Field(default="wgs84", pattern=r"^(wgs84|gcj02|bd09|epsg:[0-9]{4,6})$")


class Setting(BaseModel):
    """A setting of a district: one text of its district.toml."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"key": "crs", "value": "gcj02"}]}
    )

    key: str = Field(max_length=20)
    value: str = Field(max_length=200)


class CheckOut(BaseModel):
    """What a check found: `issues` must be mended before a plan can be made."""

    model_config = example(
        date="2026-03-02", fine=False,
        issues=[{"code": "E401", "file": "points.xlsx", "row": 7, "column": "日产量", "value": "x",
                 "message_en": "not a number", "message_zh": "不是数字"}],
        warnings=[], figures={"vehicles": 12},
    )  # fmt: skip

    date: str
    fine: bool
    issues: list[Problem]
    warnings: list[Problem]
    figures: dict[str, float]


class TableOut(BaseModel):
    """Where a table lies; `changeable` tells whether its cells can be corrected here."""

    model_config = example(table="vehicles", file="台账.xlsx", sheet="车辆", changeable=True)

    table: str
    file: str
    sheet: str
    changeable: bool


class GridRow(BaseModel):
    """A row as a spreadsheet numbers it."""

    row: int
    cells: list[str]


class GridOut(BaseModel):
    """Rows of a table; `base` is the SHA-256 of the file, to be sent back with changes."""

    model_config = example(
        table="vehicles", file="vehicles.csv", sheet="", changeable=True, base="9f86d081...",
        header=1, headings=["id", "type"], rows=[{"row": 1, "cells": ["id", "type"]}], total=13,
    )  # fmt: skip

    table: str
    file: str
    sheet: str
    changeable: bool
    base: str
    header: int
    headings: list[str]
    rows: list[GridRow]
    total: int


class CellIn(BaseModel):
    """A cell: its row as a spreadsheet shows it, its column from 0, and its new text."""

    model_config = ConfigDict(extra="forbid")

    row: int = Field(ge=1, le=1_048_576)
    column: int = Field(ge=0, lt=16_384)
    value: str = Field(max_length=2_000)


class GridEdits(BaseModel):
    """Changes of a table, made on the file whose SHA-256 is `base`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{
            "base": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "cells": [{"row": 7, "column": 4, "value": "120"}], "removed": [9], "added": [],
        }]},
    )  # fmt: skip

    base: str = Field(pattern=r"^[0-9a-f]{64}$")
    cells: list[CellIn] = Field(default_factory=list, max_length=5_000)
    removed: list[Annotated[int, Field(ge=1, le=1_048_576)]] = Field(
        default_factory=list, max_length=5_000
    )
    added: list[Annotated[list[str], Field(max_length=200)]] = Field(
        default_factory=list, max_length=1_000
    )


class RevisionOut(BaseModel):
    """A version of a district's folder: who made it, by what, and its files with their SHA-256."""

    model_config = example(
        id=12, at="2026-03-01T20:03:05+08:00", who="wang", what="uploaded", about="台账.xlsx",
        files={"district.toml": "5d41402a...", "台账.xlsx": "9f86d081..."},
    )  # fmt: skip

    id: int
    at: str
    who: str
    what: str
    about: str
    files: dict[str, str]
