"""Rows of `zones`: areas of the district, and who answers for them."""

from __future__ import annotations

import re
from typing import Annotated, LiteralString

import shapely
from pydantic import BeforeValidator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError
from shapely.errors import GEOSException

from models.district import Zone
from scenarios.district.rows.columns import STRICT, Id, RowIn, Text
from scenarios.district.words.cells import narrow
from solver.roads.crs import to_wgs84

Corner = tuple[float, float]
Ring = tuple[Corner, ...]
FEWEST = 3
"""Corners of an area."""
MOST_CHARACTERS = 32_000
"""Characters of an area: what a cell of a workbook holds."""
_NUMBER = r"[-+]?\d{1,10}(?:\.\d+)?"
_CORNER = re.compile(rf"\s*({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})\s*")


def area(text: object) -> object:
    """Rings of "x,y;x,y;x,y" or of a POLYGON or MULTIPOLYGON (WKT) without holes."""
    if not isinstance(text, str):
        return text
    plain = narrow(text)
    if len(plain) > MOST_CHARACTERS:
        raise _odd("too long")
    rings = _of_wkt(plain) if plain[:1].isalpha() else (_of_corners(plain),)
    for ring in rings:
        if len(set(ring)) < FEWEST or not shapely.Polygon(ring).is_valid:
            raise _odd("no area")
    return rings


def _of_corners(text: str) -> Ring:
    corners = []
    for part in filter(None, re.split(r"[;；]", text)):
        match = _CORNER.fullmatch(part)
        if match is None:
            raise _odd("no corner")
        corners.append((float(match[1]), float(match[2])))
    if len(corners) < FEWEST:
        raise _odd("too few corners")
    return tuple(corners)


def _of_wkt(text: str) -> tuple[Ring, ...]:
    try:
        shape = shapely.from_wkt(text)
    except (GEOSException, ValueError):
        raise _odd("no WKT") from None
    parts = shapely.get_parts(shape).tolist() if shape is not None else []
    if not parts or any(part.geom_type != "Polygon" or len(part.interiors) for part in parts):
        raise _odd("no polygon")
    return tuple(tuple((x, y) for x, y, *_ in part.exterior.coords[:-1]) for part in parts)


def _odd(why: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("E544", why)


Area = Annotated[tuple[Ring, ...], BeforeValidator(area)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ZoneIn(RowIn):
    """A row of `zones`: an area, and who answers for the work in it."""

    id: Id
    name: Text = ""
    operator: Text = ""
    town: Text = ""
    grid: Text = ""
    owner: Text = ""
    area: Area

    def to_domain(self, crs: str) -> Zone:
        """The zone, its corners in WGS-84; they are in `crs` here."""
        return Zone(
            id=self.id, name=self.name or self.id, operator=self.operator, town=self.town,
            grid=self.grid, owner=self.owner, rings=tuple(_ring(ring, crs) for ring in self.area),
        )  # fmt: skip


def _ring(ring: Ring, crs: str) -> Ring:
    lon, lat = to_wgs84([x for x, _ in ring], [y for _, y in ring], crs)
    return tuple(zip(lon.tolist(), lat.tolist(), strict=True))
