"""Edits against the map: places beside a road, streets that are there."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from models.edits import CloseStreet, Edit, Merge, MergePoints, Move, Open, SplitPoint
from scenarios.district.on_roads import OFF_MAP_M, Streets
from solver.edits.issues import Spot, issue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.edits import Scenario
    from models.errors import Issue
    from models.network import RoadNetwork


def check_on_map(scenario: Scenario, network: RoadNetwork) -> Iterator[Issue]:
    """Places more than `OFF_MAP_M` from every road (E706), streets the map lacks (E701)."""
    file = scenario.file or scenario.name
    streets = Streets(network)
    for number, edit in enumerate(scenario.edits, start=1):
        places = list(_places(edit))
        if places:
            lon, lat = np.array(places).T
            for place, metres in zip(places, streets.distances(lon, lat).metres, strict=True):
                if metres > OFF_MAP_M:
                    value = f"{place[0]:.5f}, {place[1]:.5f}"
                    yield issue("E706", Spot(file, number, "lon, lat"), value, streets.box())
        if isinstance(edit, CloseStreet):
            yield from _street(edit, network, file, number)


def _places(edit: Edit) -> Iterator[tuple[float, float]]:
    match edit:
        case Open() | Move() | Merge():
            yield edit.lon, edit.lat
        case MergePoints() if edit.lon is not None and edit.lat is not None:
            yield edit.lon, edit.lat
        case SplitPoint():
            yield from edit.places


def _street(edit: CloseStreet, network: RoadNetwork, file: str, number: int) -> Iterator[Issue]:
    names = {text for text in network.names if text}
    names |= {alias for aliases in network.aliases for alias in aliases}
    if edit.name is not None and edit.name not in names:
        near = get_close_matches(edit.name, names, n=3) or sorted(names)[:6]
        yield issue("E701", Spot(file, number, "name"), edit.name, ", ".join(near))
    if edit.way_id is not None and edit.way_id not in network.way:
        some = ", ".join(str(way) for way in network.way[:3].tolist())
        yield issue("E701", Spot(file, number, "way_id"), str(edit.way_id), some)
