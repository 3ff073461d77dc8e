"""Danish counties in two echelons (2E-MC-CARP, 2025; streets of Kiilerich and Wøhlk 2018).

Four files make an instance: streets with litres per stream, sorting sites, plants, trucks. What the
files leave open is settled here and said in docs/benchmark_protocol.md: stream k goes to plant
k modulo the plants; a load to a plant is what the fleet's largest truck of one chamber presses
into it, driven there and back over 1.3 times the straight line at 60 km/h; each truck of the fleet
drives ten routes of eight hours at most in the 14 days of the litres.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from models.echelons.network import ChamberTruck, EchelonNetwork, SortingSite, WasteStreet
from models.errors import InstanceError
from scenarios.instances.instance import Line, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKING_DAYS = 10
SHIFT_S = 8 * 3_600
ROUND_ABOUT = 1.3
HAUL_KMH = 60.0
EARTH_KM = 6_371.0
FLEETS = ("C1", "L1", "M1")
GRAPH = re.compile(r"MC-CARP_(\w+)_graph\.dat")
STREET_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class EchelonCase:
    """The four files of an instance."""

    name: str
    graph: Path
    sites: Path
    plants: Path
    fleet: Path


def echelon_cases(folder: Path) -> Iterator[EchelonCase]:
    """Instances of a folder, small to large: every file of sites with a file of plants and a fleet.

    Sites and plants pair by their numbers, the largest file of plants going with all above it;
    the fleets take turns.
    """
    graphs = sorted(folder.glob("MC-CARP_*_graph.dat"), key=lambda path: path.stat().st_size)
    for graph in graphs:
        match = GRAPH.fullmatch(graph.name)
        if match is None:
            continue
        plants = _numbered(folder, f"{match[1]}_PP")
        for turn, (number, sites) in enumerate(sorted(_numbered(folder, f"{match[1]}_DS").items())):
            fleet = FLEETS[turn % len(FLEETS)]
            if not plants:
                raise InstanceError(
                    f"{graph.name}: no file {match[1]}_PP_n.csv beside it",
                    line=1,
                    zh=f"{graph.name}：旁边没有文件 {match[1]}_PP_n.csv",
                )
            most = min(number, max(plants))
            yield EchelonCase(
                name=f"{match[1]} DS{number} PP{most} {fleet}",
                graph=graph,
                sites=sites,
                plants=plants[most],
                fleet=folder / f"MC-CARP(CS)_{fleet}-1.veh",
            )


def _numbered(folder: Path, stem: str) -> dict[int, Path]:
    return {int(path.stem.rpartition("_")[2]): path for path in folder.glob(f"{stem}_[0-9].csv")}


def read_echelons(case: EchelonCase) -> EchelonNetwork:
    """The network of an instance. Raises `InstanceError` with file and line, `OSError`."""
    texts = [_text(path) for path in (case.graph, case.sites, case.plants, case.fleet)]
    return parse_echelons(case.name, *texts)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def parse_echelons(name: str, graph: str, sites: str, plants: str, fleet: str) -> EchelonNetwork:
    """The network in the texts of its four files. Raises `InstanceError` with the line."""
    streams, depot, streets = _graph(graph)
    trucks = tuple(_trucks(fleet, streams))
    single = [truck for truck in trucks if len(truck.chambers) == 1]
    if not single:
        raise InstanceError(
            "no truck of one chamber, which would haul to plants",
            line=1,
            zh="没有单厢车向处理厂转运",
        )
    hauler = max(single, key=lambda truck: truck.chambers)
    where = [(float(row["latitude"]), float(row["longitude"])) for row in _table(plants)]
    return EchelonNetwork(
        name=name,
        streams=streams,
        streets=streets,
        depot=depot,
        sites=tuple(_sites(sites, where, len(streams))),
        trucks=trucks,
        load_l=tuple(hauler.chambers[0] * press for press in hauler.press),
        shift_s=SHIFT_S,
    )


def _graph(text: str) -> tuple[tuple[str, ...], int, tuple[WasteStreet, ...]]:
    rows = lines(text)
    streams: list[str] = []
    depot: int | None = None
    stated: dict[str, int] = {}
    streets: list[WasteStreet] = []
    begun = False
    for line in rows:
        words = line.words()
        if begun and words[0] == "END":
            break
        if begun:
            streets.append(_street(line, len(streams)))
        elif words[0] == "NumberOfIntervalsForFraction" and len(words) > 1:
            streams.append(words[1])
        elif words[0] in {"NumberEdges:", "NumberOfFractions:", "DepotNodeNumber:"}:
            stated[words[0]] = line.natural(words[-1])
        begun = begun or words[0] == "START"
    else:
        raise (rows[-1] if rows else Line(1, text)).fail("no END: the file may be cut off")
    depot = stated.get("DepotNodeNumber:")
    if depot is None:
        raise rows[0].fail("no DepotNodeNumber")
    if len(streams) != stated.get("NumberOfFractions:") or len(streets) != stated.get(
        "NumberEdges:"
    ):
        raise rows[0].fail(f"{len(streams)} streams and {len(streets)} edges; the header differs")
    return tuple(streams), depot, tuple(streets)


def _street(line: Line, streams: int) -> WasteStreet:
    """Number, id, two nodes, seconds, then litres and bins of each stream; ids may be negative."""
    words = line.words(STREET_COLUMNS + 2 * streams)
    tail, head, seconds, *rest = (line.natural(word) for word in words[2:])
    return WasteStreet(tail, head, seconds, tuple(rest[::2]))


def _sites(text: str, plants: list[tuple[float, float]], streams: int) -> Iterator[SortingSite]:
    for row in _table(text):
        here = (float(row["latitude"]), float(row["longitude"]))
        seconds = [round(2 * 3_600 * ROUND_ABOUT * _km(here, plant) / HAUL_KMH) for plant in plants]
        yield SortingSite(
            id=row["Dumping site"],
            node=int(float(row["Closest node"])),
            approach_s=round(float(row["Closest time"])),
            haul_s=tuple(seconds[stream % len(plants)] for stream in range(streams)),
        )


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Straight kilometres between two places (haversine)."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def _table(text: str) -> list[dict[str, str]]:
    """Rows of a table by the names of its columns; all but the first column are numbers."""
    rows = list(csv.reader(io.StringIO(text)))
    if len(rows) < 2:
        raise InstanceError(
            "a header and a row of the table at least were expected",
            line=1,
            zh="至少应有表头和一行数据",
        )
    found = []
    for number, row in enumerate(rows[1:], start=2):
        line = Line(number, ",".join(row))
        if not row:
            continue
        if len(row) != len(rows[0]):
            raise line.fail(f"{len(rows[0])} columns were expected, {len(row)} found")
        for word in row[1:]:
            line.number_in(word)
        found.append(dict(zip(rows[0], row, strict=True)))
    wanted = {"latitude", "longitude"}
    if missing := wanted - set(rows[0]):
        raise InstanceError(
            f"no column {', '.join(sorted(missing))}",
            line=1,
            zh=f"缺少列 {'、'.join(sorted(missing))}",
        )
    return found


def _trucks(text: str, streams: tuple[str, ...]) -> Iterator[ChamberTruck]:
    """Blocks from `VehicleType:` on, each of lines `name value ..`."""
    rows = lines(text)
    starts = [k for k, line in enumerate(rows) if line.words()[0] == "VehicleType:"]
    if not starts:
        raise (rows[0] if rows else Line(1, text)).fail("no VehicleType")
    for begin, end in pairwise([*starts, len(rows)]):
        told = {line.words()[0]: line for line in rows[begin:end]}
        if missing := {"NumberVehicles", "CompartmentCapacities", *streams} - told.keys():
            raise rows[begin].fail(f"a truck without {', '.join(sorted(missing))}")

        def numbers(name: str, told: dict[str, Line] = told) -> list[int]:
            line = told[name]
            return [line.natural(word) for word in line.words()[1:]]

        yield ChamberTruck(
            id=f"type {rows[begin].words()[-1]}",
            routes=WORKING_DAYS * numbers("NumberVehicles")[0],
            chambers=tuple(numbers("CompartmentCapacities")),
            press=tuple(numbers(stream)[0] for stream in streams),
        )
