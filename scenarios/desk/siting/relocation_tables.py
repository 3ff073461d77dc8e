"""Tables a relocation study may bring: candidate sites and where people live."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import shapely
from pydantic import Field
from pydantic.dataclasses import dataclass
from shapely.errors import GEOSException

from models.errors import InputErrors, Issue, said
from models.network import local_lonlat, local_xy
from models.units import MFEN_PER_CNY
from scenarios.district.read import read_rows
from scenarios.district.rows.columns import STRICT, Degrees, Id, Number, RowIn, Text
from scenarios.district.words.messages import Findings, Where
from solver.edits.issues import Spot, issue, unreadable
from solver.location.candidates import Lot
from solver.location.exposure import GRID_M, grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Person = tuple[float, float, float]
"""Lon, lat, persons."""
_ANY_DAY = date(2000, 1, 1)
"""No column of these tables is a date."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LotIn(RowIn):
    """A row of candidate sites."""

    id: Id
    name: Text = ""
    lon: Annotated[Degrees, Field(ge=-180, le=180)]
    lat: Annotated[Degrees, Field(ge=-90, le=90)]
    land_m2: Annotated[Number, Field(ge=1, le=1e7)] | None = None
    capacity_t: Annotated[Number, Field(ge=0.1, le=20_000)] | None = None
    cost_cny_day: Annotated[Number, Field(ge=0, le=1e7)] | None = None
    opposition_percent: Annotated[Number, Field(ge=0, le=100)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PeopleIn(RowIn):
    """A row of a table of places where people live."""

    name: Text = ""
    lon: Annotated[Degrees, Field(ge=-180, le=180)]
    lat: Annotated[Degrees, Field(ge=-90, le=90)]
    persons: Annotated[Number, Field(ge=0, le=1e7)]


def read_lots(path: Path) -> list[Lot]:
    """Candidate sites from a table of any kind; raises `InputErrors` with every bad cell.

    Columns id, lon, lat; if known name, land_m2, capacity_t, cost_cny_day, opposition_percent.
    """
    findings = Findings()
    rows = read_rows(path, "lots", LotIn, _ANY_DAY, findings)
    first: dict[str, int] = {}
    for number, row in rows:
        if row.id in first:
            where = Where(path.name, number, "id")
            findings.add("E401", where, row.id, what="id", first=first[row.id])
        first.setdefault(row.id, number)
    if findings.issues:
        raise InputErrors(findings.errors())
    return [
        Lot(
            id=row.id,
            name=row.name or row.id,
            lon=row.lon,
            lat=row.lat,
            land_m2=_whole(row.land_m2),
            capacity_kg=_whole(row.capacity_t, 1_000),
            day_cost=_whole(row.cost_cny_day, MFEN_PER_CNY),
            opposition_percent=_whole(row.opposition_percent),
        )
        for _, row in rows
    ]


def _whole(value: float | None, factor: int = 1) -> int | None:
    return None if value is None else round(factor * value)


def read_census(path: Path) -> list[Person]:
    """Where people live: a table of lon, lat, persons, or GeoJSON points and polygons.

    A polygon's people are spread over places `GRID_M` apart. Raises `InputErrors`.
    """
    if not path.suffix.lower().endswith("json"):
        findings = Findings()
        rows = read_rows(path, "people", PeopleIn, _ANY_DAY, findings)
        if findings.issues:
            raise InputErrors(findings.errors())
        return [(row.lon, row.lat, row.persons) for _, row in rows]
    issues: list[Issue] = []
    found = list(_areas(path, issues))
    if issues:
        raise InputErrors(issues)
    return found


def _areas(path: Path, issues: list[Issue]) -> Iterator[Person]:
    """Features of a GeoJSON file; a bad one is noted by its number."""
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputErrors([unreadable(path.name, said(error))]) from None
    except ValueError as error:
        raise InputErrors([unreadable(path.name, str(error))]) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputErrors([issue("E703", Spot(path.name, 0, "features"), "", "FeatureCollection")])
    for number, feature in enumerate(features, start=1):
        one = feature if isinstance(feature, dict) else {}
        persons = (one.get("properties") or {}).get("persons")
        if not isinstance(persons, int | float) or not 0 <= persons <= 1e7:
            spot = Spot(path.name, number, "properties.persons")
            issues.append(issue("E702", spot, str(persons), "0 .. 10000000"))
            continue
        try:
            shape = shapely.from_geojson(json.dumps(one.get("geometry")))
        except GEOSException:
            shape = None
        if shape is None or shape.is_empty or shape.geom_type not in _SHAPES:
            spot = Spot(path.name, number, "geometry")
            issues.append(issue("E702", spot, "", ", ".join(_SHAPES)))
            continue
        yield from _spread(shape, float(persons))


_SHAPES = ("Point", "Polygon", "MultiPolygon")


def _spread(shape: shapely.Geometry, persons: float) -> Iterator[Person]:
    """The people of one shape, at a point or over a polygon in equal shares."""
    middle = shape.centroid
    origin = (float(middle.x), float(middle.y))
    if shape.geom_type == "Point":
        yield (*origin, persons)
        return
    plane = shapely.transform(shape, lambda at: local_xy(at[:, 0], at[:, 1], origin))
    places = local_lonlat(grid(plane, GRID_M), origin)
    for lon, lat in places.tolist():
        yield lon, lat, persons / len(places)
