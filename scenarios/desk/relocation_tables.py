"""Tables a relocation study may bring: candidate sites and where people live."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely
from shapely.errors import GEOSException

from models.errors import InputErrors, Issue
from models.network import local_lonlat, local_xy
from models.units import MFEN_PER_CNY
from scenarios.edits.issues import Spot, issue, unreadable
from scenarios.tables.text import decode
from solver.location.candidates import Lot
from solver.location.exposure import GRID_M, grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Person = tuple[float, float, float]
"""Lon, lat, persons."""


def read_lots(path: Path) -> list[Lot]:
    """Candidate sites from a CSV; raises `InputErrors` with every bad cell.

    Columns id, lon, lat; if known name, land_m2, capacity_t, cost_cny_day, opposition_percent.
    """
    rows = _table(path, ("id", "lon", "lat"))
    lots: list[Lot] = []
    issues: list[Issue] = []
    for number, row in rows:
        cells = _Cells(path.name, number, row, issues)
        lon, lat = cells.number("lon", -180, 180), cells.number("lat", -90, 90)
        land, tonnes = cells.number("land_m2", 1, 1e7), cells.number("capacity_t", 0.1, 20_000)
        cost, risk = (
            cells.number("cost_cny_day", 0, 1e7),
            cells.number("opposition_percent", 0, 100),
        )
        if lon is None or lat is None or not row.get("id"):
            cells.missing([name for name in ("id", "lon", "lat") if not row.get(name)])
            continue
        lots.append(
            Lot(
                id=row["id"],
                name=row.get("name") or row["id"],
                lon=lon,
                lat=lat,
                land_m2=None if land is None else round(land),
                capacity_kg=None if tonnes is None else round(1_000 * tonnes),
                day_cost=None if cost is None else round(MFEN_PER_CNY * cost),
                opposition_percent=None if risk is None else round(risk),
            )
        )
    names = [lot.id for lot in lots]
    issues += [
        issue("E704", Spot(path.name, 0, "id"), name, f"{name}-2")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if issues:
        raise InputErrors(issues)
    return lots


def read_census(path: Path) -> list[Person]:
    """Where people live: a CSV of lon, lat, persons, or GeoJSON points and polygons with `persons`.

    A polygon's people are spread over places `GRID_M` apart. Raises `InputErrors`.
    """
    issues: list[Issue] = []
    rows = _areas(path, issues) if path.suffix.lower().endswith("json") else _places(path, issues)
    found = list(rows)
    if issues:
        raise InputErrors(issues)
    return found


def _places(path: Path, issues: list[Issue]) -> Iterator[Person]:
    for number, row in _table(path, ("lon", "lat", "persons")):
        cells = _Cells(path.name, number, row, issues)
        lon, lat = cells.number("lon", -180, 180), cells.number("lat", -90, 90)
        persons = cells.number("persons", 0, 1e7)
        if lon is None or lat is None or persons is None:
            cells.missing([key for key in ("lon", "lat", "persons") if not row.get(key)])
            continue
        yield lon, lat, persons


def _areas(path: Path, issues: list[Issue]) -> Iterator[Person]:
    """Features of a GeoJSON file; a bad one is noted by its number."""
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputErrors([unreadable(path.name, str(error.strerror))]) from None
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


def _table(path: Path, required: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV by number in the file; raises `InputErrors` when it is no such table."""
    try:
        text = decode(path.read_bytes(), None)
    except OSError as error:
        raise InputErrors([unreadable(path.name, str(error.strerror))]) from None
    reader = csv.DictReader((text or "").splitlines())
    headings = [(name or "").strip() for name in reader.fieldnames or ()]
    if lost := [name for name in required if name not in headings]:
        raise InputErrors([issue("E703", Spot(path.name, 1, n), "", f"column {n}") for n in lost])
    return [
        (number, {(key or "").strip(): (value or "").strip() for key, value in row.items()
                  if isinstance(value, str) or value is None})
        for number, row in enumerate(reader, start=2)
    ]  # fmt: skip


class _Cells(NamedTuple):
    """One row being read."""

    file: str
    row: int
    cells: dict[str, str]
    issues: list[Issue]

    def number(self, column: str, low: float, high: float) -> float | None:
        """The number in a cell, None where it is empty; a bad one is noted."""
        text = self.cells.get(column, "")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        spot = Spot(self.file, self.row, column)
        self.issues.append(issue("E702", spot, text, f"{low:g} .. {high:g}"))
        return None

    def missing(self, columns: Sequence[str]) -> None:
        """Note cells that must be filled."""
        for column in columns:
            self.issues.append(issue("E703", Spot(self.file, self.row, column), "", column))
