"""A district's folder on its map: rows at their places, what holds for streets, what is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import HuanweiError
from scenarios.desk.folder.grid import TableAt, grid_of, tables_of
from scenarios.desk.folder.rows import crs_of, datum_texts, layout_of
from scenarios.district.on_roads import NEAR_M, OFF_MAP_M, closed_arcs
from scenarios.district.places import PLACED_TABLES
from scenarios.district.read import read_tables
from scenarios.district.roads import find_network
from scenarios.district.settings import read_settings
from scenarios.district.words.headings import columns_of, required_columns
from scenarios.district.words.messages import Findings
from solver.roads.snap import Reach, choose_roads
from solver.tasks.overrides import classify

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from models.network import RoadNetwork
    from scenarios.desk.folder.rows import Spot
    from scenarios.district.reading import Reading

ON_MAP = ("facilities", "points", "orders", "streets", "closures", "zones")
"""Tables that a map shows and changes."""
MOST_ROWS = 20_000
"""Rows of a table that a map shows; with more a browser is slow. All are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """A row as its file has it, its place in WGS-84 if it has one, outlines if it is an area."""

    row: int
    cells: list[str]
    at: Spot | None
    rings: tuple[tuple[Spot, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTable:
    """A table on the map.

    `columns` are the known names of its columns by position ("" where none is known), `missing`
    those the format has besides; `crs` is the datum of its places. A table without a file has an
    empty `file` and can be begun.
    """

    place: TableAt
    crs: str
    headings: list[str]
    columns: list[str]
    required: tuple[str, ...]
    rows: list[MapRow]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetState:
    """What holds on the day for every piece of road, in the order of `pieces`.

    `classes` are codes (0: not cleaned, 1 to 4: I to IV), `closed` tells what may not be driven.
    """

    classes: NDArray[np.uint8]
    closed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The street a place is taken to stand at, its distance [m], and the spot there in WGS-84.

    `verdict` is `near`, `far` (it may be a slip) or `off` (no road belongs to it). `x` and `y` are
    the place as the table writes it, in the datum `crs`.
    """

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


def roads_of(folder: Path, day: date) -> RoadNetwork:
    """The roads of a district; raises `HuanweiError` where they cannot be read."""
    findings = Findings()
    settings = read_settings(folder, day, findings)
    network = find_network(folder, settings, findings) if settings is not None else None
    if network is None:
        told = next(iter(findings.errors()), None)
        raise HuanweiError(
            told.text("en") if told else "The district has no roads.",
            zh=told.text("zh") if told else "该辖区还没有道路。",
        )
    return network


def pieces(network: RoadNetwork) -> NDArray[np.intp]:
    """One arc of every piece of road, both directions being one."""
    single = (network.reverse < 0) | (network.reverse > np.arange(network.num_arcs))
    return np.flatnonzero(single)


def map_tables(folder: Path, day: date) -> list[MapTable]:
    """The tables that the map shows, those that are not there yet among them."""
    there = {one.table: one for one in tables_of(folder)}
    reading = read_tables(folder, day, [name for name in ON_MAP if name in there])
    return [
        _shown(folder, day, reading, there[name]) if name in there else _absent(folder, day, name)
        for name in ON_MAP
    ]


def street_state(network: RoadNetwork, folder: Path, day: date) -> StreetState:
    """Cleaning class and closure of every piece of road, as far as the tables can be read."""
    reading = read_tables(folder, day, ["streets", "closures"])
    which = pieces(network)
    classes = np.zeros(len(which), np.uint8)
    if reading.rules is not None:
        rules = [row.to_domain() for _, row in reading.rows["streets"]]
        classes = classify(network, reading.rules, rules)[0].classes[which]
    return StreetState(classes=classes, closed=closed_arcs(reading, network)[which])


def near(network: RoadNetwork, folder: Path, day: date, table: str, at: Spot) -> Near:
    """What a place in WGS-84 is near, and how the table would write it."""
    crs = crs_of(folder, day, table)
    lon, lat = np.array([at[0]]), np.array([at[1]])
    usable = np.ones(network.num_arcs, np.bool_)
    chosen = choose_roads(network, lon, lat, usable, Reach())
    arc, metres = int(chosen.arc[0]), float(chosen.distance[0])
    foot = _along(network, arc, float(chosen.along[0]))
    x, y = datum_texts(at, crs)
    verdict = "near" if metres <= NEAR_M else "far" if metres <= OFF_MAP_M else "off"
    return Near(
        way=int(network.way[arc]), street=network.street(arc), highway=network.road_class(arc),
        distance_m=round(metres), lon=foot[0], lat=foot[1], verdict=verdict, x=x, y=y, crs=crs,
    )  # fmt: skip


def _along(network: RoadNetwork, arc: int, share: float) -> Spot:
    """The spot of an arc where `share` of it lies behind."""
    xy = network.to_xy(*network.points(arc).T)
    steps = np.hypot(*np.diff(xy, axis=0).T)
    reach = np.concatenate([[0.0], np.cumsum(steps)])
    where = share * reach[-1]
    spot = np.array([[np.interp(where, reach, xy[:, 0]), np.interp(where, reach, xy[:, 1])]])
    lon, lat = network.to_lonlat(spot)[0].tolist()
    return lon, lat


def _shown(folder: Path, day: date, reading: Reading, place: TableAt) -> MapTable:
    grid = grid_of(folder, day, place.table, skip=0, most=MOST_ROWS)
    layout = layout_of(folder, day, place.table)
    columns = [""] * len(layout.heads)
    for column, at in layout.places.items():
        columns[at] = column
    if layout.pair is not None:
        columns[layout.pair[0]] = layout.pair[1]
    spots: dict[int, Spot] = {}
    if place.table in PLACED_TABLES:
        found = reading.places[place.table]
        lonlat = zip(found.lon.tolist(), found.lat.tolist(), strict=True)
        spots = dict(zip(found.numbers.tolist(), lonlat, strict=True))
    areas: dict[int, tuple[tuple[Spot, ...], ...]] = {}
    if place.table == "zones":
        numbers = [number for number, _ in reading.rows["zones"]]
        rings = [zone.rings for zone in reading.zones()]
        areas = dict(zip(numbers, rings, strict=True))
    rows = [
        MapRow(row=number, cells=cells, at=spots.get(number), rings=areas.get(number, ()))
        for number, cells in grid.rows
        if number > layout.header and not cells[0].startswith("#")
    ]
    return MapTable(
        place=place, crs=crs_of(folder, day, place.table), headings=layout.heads, columns=columns,
        required=required_columns(place.table), rows=rows, total=grid.total,
    )  # fmt: skip


def _absent(folder: Path, day: date, table: str) -> MapTable:
    """A table that nobody has begun, with all columns of the format."""
    columns = list(columns_of(table))
    return MapTable(
        place=TableAt(table=table, file="", sheet="", changeable=True),
        crs=crs_of(folder, day, table), headings=columns, columns=columns,
        required=required_columns(table), rows=[], total=0,
    )  # fmt: skip
