"""Roads of districts kept at hand while nothing of their files changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.serve.latest import Latest
from scenarios.desk.folder.atlas import roads_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from models.network import RoadNetwork

KEPT = 4
"""Road networks kept at hand, some 60 MB each for a large city."""
ROADS = (".osm", ".gz", ".bz2", ".pbf", ".graphml", ".toml")
"""Ends of the files that decide which roads a district has."""


class Grounds:
    """Road networks by district folder. Safe for threads."""

    def __init__(self) -> None:
        self._known: Latest[RoadNetwork] = Latest(KEPT)

    def roads(self, folder: Path, day: date) -> RoadNetwork:
        """The roads of a district; raises `HuanweiError` where they cannot be read."""
        files = [path for path in sorted(folder.iterdir()) if path.name.endswith(ROADS)]
        stats = [(path.name, path.stat()) for path in files]
        key = tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
        return self._known.of(folder, key, lambda: roads_of(folder, day))
