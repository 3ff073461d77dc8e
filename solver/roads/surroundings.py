"""What lies around the roads: buildings, land use, schools and hospitals of an OSM file."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import osmium
import osmium.filter

from models.errors import NetworkError
from solver.roads.graphs import GRAPH_SUFFIX
from solver.roads.osm import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

Ring = tuple[tuple[float, float], ...]
SENSITIVE = frozenset({"school", "kindergarten", "hospital", "clinic", "nursing_home", "college"})
"""`amenity` values that keep a distance from stations."""
_KEYS = ("building", "landuse", "amenity", "man_made", "social_facility")


@dataclass(frozen=True, slots=True)
class Area:
    """A closed outline (lon, lat) with the tags that matter here."""

    ring: Ring
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """An amenity drawn as a single node."""

    lon: float
    lat: float
    tags: Mapping[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Surroundings:
    """Buildings, land use areas and sensitive amenities of a map; empty where it has none."""

    buildings: tuple[Area, ...] = ()
    land: tuple[Area, ...] = ()
    amenities: tuple[Area, ...] = ()
    amenity_spots: tuple[Spot, ...] = ()


def read_surroundings(path: Path | str) -> Surroundings:
    """Buildings, `landuse` and sensitive `amenity` objects of an OSM file; outer rings only.

    A graph (GraphML) holds roads alone, so that its surroundings are empty. Raises `NetworkError`
    that names the file when it is missing or cannot be read.
    """
    path = Path(path)
    if path.is_file() and path.name.lower().endswith(GRAPH_SUFFIX):
        return Surroundings()
    if not path.is_file() or not path.name.lower().endswith(SUFFIXES):
        raise NetworkError(
            f"{path}: not a road file. Accepted: {', '.join(SUFFIXES)}.",
            zh=f"{path}：不是道路文件。可用：{'、'.join(SUFFIXES)}。",
        )
    try:  # only a PBF can be trusted to be in order; out of it, areas would be lost in silence
        if path.name.lower().endswith(".pbf"):
            with suppress(RuntimeError):
                return _read(path)
        with tempfile.TemporaryDirectory() as folder:
            ordered = Path(folder) / "sorted.osm.pbf"
            reader = osmium.MergeInputReader()  # of objects that come twice, the newest counts
            reader.add_file(str(path))
            with osmium.SimpleWriter(str(ordered)) as writer:
                reader.apply(writer, simplify=True)
            return _read(ordered)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise NetworkError(
            f"{path}: cannot be read as OpenStreetMap data ({error}). "
            "Download it again, or check it with `osmium fileinfo -e`.",
            zh=f"{path}：不是可读的 OpenStreetMap 数据。请重新下载，"
            f"或用 `osmium fileinfo -e` 检查。",
        ) from error


def _read(path: Path) -> Surroundings:
    """Buildings, land and amenities of a file in order: nodes, ways, relations, each by id."""
    buildings: list[Area] = []
    land: list[Area] = []
    amenities: list[Area] = []
    spots: list[Spot] = []
    keys = osmium.filter.KeyFilter("building", "landuse", "amenity")
    item: Any
    for item in osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys):
        if item.is_node() and item.tags.get("amenity") in SENSITIVE:
            spots.append(Spot(item.location.lon, item.location.lat, _tags(item)))
        elif item.is_area():
            tags = _tags(item)
            rings = [_ring(ring) for ring in item.outer_rings()]
            for kept, wanted in (
                (buildings, "building" in tags),
                (land, "landuse" in tags),
                (amenities, tags.get("amenity") in SENSITIVE),
            ):
                if wanted:
                    kept.extend(Area(ring, tags) for ring in rings if len(ring) >= 4)
    return Surroundings(tuple(buildings), tuple(land), tuple(amenities), tuple(spots))


def _ring(ring: Any) -> Ring:
    return tuple((node.lon, node.lat) for node in ring if node.location.valid())


def _tags(item: Any) -> dict[str, str]:
    kept = {key: item.tags[key] for key in (*_KEYS, "building:levels", "name") if key in item.tags}
    return dict(kept)
