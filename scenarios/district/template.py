"""A new district folder: commented tables with one example of each thing, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.errors import InputErrors, said
from models.network import Profile
from scenarios.district.check import check_district
from scenarios.district.settings import FILE
from scenarios.district.words.headings import TABLES
from scenarios.district.words.messages import Findings, Where
from solver.roads.graph import build_turn_graph
from solver.roads.graphs import GRAPH_SUFFIX, read_roads
from solver.roads.osm import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.network import RoadNetwork

TEMPLATE = Path(__file__).with_name("blank")
BOM = "\ufeff"
"""Excel takes a CSV without it for GBK."""
_LINE, _CRS = 'roads = "roads.osm"', 'crs = "wgs84"'
_WIDEST = Profile(width_m=2.5, height_m=3.5, weight_t=25)
"""The example places must be within reach of every example vehicle."""


def write_template(
    folder: Path, roads: Path | None = None, place: str | None = None, country: str | None = None
) -> None:
    """Write the template into `folder`, which must be absent or empty.

    `roads` is a road file to copy there; the examples are then laid on its streets. `place` is
    written as the place to take the roads from, `country` as the district's (two letters). Raises
    `InputErrors` for a folder that is not empty or of which no plan could be made, and
    `NetworkError` for roads that cannot be read; nothing is left behind then.
    """
    network = None if roads is None else read_roads(roads)
    with new_folder(folder) as made:
        settings = (TEMPLATE / FILE).read_text(encoding="utf-8")
        if roads is not None:
            name = "roads" + next(
                end for end in (GRAPH_SUFFIX, *SUFFIXES) if roads.name.lower().endswith(end)
            )
            shutil.copyfile(roads, made / name)
            settings = settings.replace(_LINE, f'roads = "{name}"')
        elif place is not None:
            quoted = place.replace("\\", "").replace('"', "")
            settings = settings.replace(_LINE, f'roads = "place:{quoted}"')
        if country is not None:
            settings = settings.replace(_CRS, f'{_CRS}\ncountry = "{country}"')
        (made / FILE).write_text(settings, encoding="utf-8")
        for table in TABLES:
            text = (TEMPLATE / f"{table}.csv").read_text(encoding="utf-8")
            if network is not None:
                text = _moved(text, network)
            (made / f"{table}.csv").write_text(BOM + text, encoding="utf-8", newline="\r\n")
        if network is not None:
            refuse_unplannable(made, network)


def refuse_unplannable(folder: Path, network: RoadNetwork | None = None) -> None:
    """Raise `InputErrors` with what keeps a plan of today from being made of `folder`."""
    report = check_district(folder, date.today(), network)
    if report.issues:
        raise InputErrors(report.issues)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` with the same name, to be filled; moved there if all went well.

    Raises `InputErrors` if `folder` exists and is not an empty folder, or cannot be made.
    """
    findings = Findings()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        findings.add("E112", Where(str(folder)))
        raise InputErrors(findings.issues)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".huanwei-", dir=folder.parent))
    except OSError as error:
        findings.add("E113", Where(str(folder)), detail=said(error))
        raise InputErrors(findings.issues) from None
    try:
        made = stage / folder.resolve().name
        made.mkdir()
        yield made
        if not folder.exists():
            made.rename(folder)
            return
        for path in sorted(made.iterdir()):  # somebody may stand in the empty folder
            path.rename(folder / path.name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _moved(text: str, network: RoadNetwork) -> str:
    """The table with its example places on streets that every vehicle reaches."""
    lines = text.splitlines()
    header = next(line for line in lines if not line.startswith("#")).split(",")
    if "lon" not in header:
        return text
    rows = [at for at, line in enumerate(lines) if not line.startswith("#")][1:]
    at_lon, at_lat = header.index("lon"), header.index("lat")
    for at, (lon, lat) in zip(rows, _street_corners(network, len(rows)), strict=True):
        cells = lines[at].split(",")
        cells[at_lon], cells[at_lat] = f"{lon:.6f}", f"{lat:.6f}"
        lines[at] = ",".join(cells)
    return "\n".join(lines) + "\n"


def _street_corners(network: RoadNetwork, count: int) -> list[tuple[float, float]]:
    """Junctions near the middle of the streets that a large vehicle reaches and leaves."""
    core = build_turn_graph(network, _WIDEST).core
    nodes = np.unique(network.head[core])
    lon, lat = network.lon[nodes], network.lat[nodes]
    xy = network.to_xy(lon, lat)
    near = np.argsort(np.hypot(*(xy - np.median(xy, axis=0)).T), kind="stable")
    chosen = near[np.linspace(0, len(near) // 2, count).astype(int)]
    return [(float(lon[i]), float(lat[i])) for i in chosen]
