"""What the map says of the tables: places off it, wrong datums, streets it lacks, wide vehicles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from scenarios.district.places import PLACED_TABLES
from scenarios.district.settings import FILE
from scenarios.district.words.messages import Where, suggest
from solver.roads.connectivity import cut_off_streets
from solver.roads.crs import to_wgs84
from solver.roads.graph import Verdict, drivable
from solver.tasks.overrides import select, widen
from solver.tasks.zones import zones_at
from solver.trade.vehicles import road_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from scenarios.district.reading import Reading

NEAR_M = 50
"""A place farther than this from a road snaps doubtfully."""
FAR_SHARE = 0.30
"""Share of far places from which the datum is in doubt."""
OFF_MAP_M = 1_000
BATCH = 50_000
"""Places that are geometries at a time: a million would take 200 MB."""
SAMPLE = 2_000
"""Places that are tried in every datum; more do not tell it better."""
FEWEST = 6
"""Fewer places say nothing of a datum."""
WORST = 5
"""Streets named in a warning; more would not be read."""
DATUMS = ("wgs84", "gcj02", "bd09")


class Distances(NamedTuple):
    """Distances of places to the nearest street [m]."""

    metres: NDArray[np.float64]

    @property
    def median(self) -> float:
        """Median distance [m]."""
        return float(np.median(self.metres))

    @property
    def far_share(self) -> float:
        """Share of places that lie far from every street."""
        return float(np.mean(self.metres > NEAR_M))


class Streets:
    """The streets of a network as lines in its local plane, for nearest-distance questions."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        xy = network.to_xy(network.point_lon, network.point_lat)
        owner = np.repeat(np.arange(network.num_arcs), np.diff(network.point_start))
        self.tree = shapely.STRtree(shapely.linestrings(xy, indices=owner))

    def distances(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Distances:
        """Distances of places in WGS-84 to the nearest street."""
        found = np.full(len(lon), np.inf)
        for begin in range(0, len(lon), BATCH):
            part = slice(begin, begin + BATCH)
            points = shapely.points(self.network.to_xy(lon[part], lat[part]))
            pairs, metres = self.tree.query_nearest(points, all_matches=False, return_distance=True)
            found[begin + pairs[0]] = metres
        return Distances(found)

    def box(self) -> str:
        """West, south, east and north of the network, as a person would write them."""
        lon, lat = self.network.lon, self.network.lat
        return f"{lon.min():.4f}, {lat.min():.4f}, {lon.max():.4f}, {lat.max():.4f}"


def check_on_roads(reading: Reading, network: RoadNetwork) -> None:
    """Add findings about tables that do not fit the road network."""
    streets = Streets(network)
    for name in PLACED_TABLES:
        _check_places(reading, name, streets)
    for name in ("streets", "closures", "orders"):
        _check_streets(reading, name, network)
    _check_zones(reading, network)
    _check_whole(reading, network)
    if reading.rules is not None:
        _check_vehicles(reading, reading.rules, network)


def _check_places(reading: Reading, name: str, streets: Streets) -> None:
    """Places near streets; if many are not, the datum that fits, else the places off the map."""
    places, settings = reading.places[name], reading.settings
    if not len(places) or settings is None:
        return
    table, crs = reading.tables[name], settings.crs_of(name)
    found = streets.distances(places.lon, places.lat)
    doubtful = found.far_share > FAR_SHARE
    if doubtful and len(places) >= FEWEST and crs in DATUMS and not table.projected:
        some = np.linspace(0, len(places) - 1, min(len(places), SAMPLE)).astype(int)
        trials = {
            datum: streets.distances(*to_wgs84(places.x[some], places.y[some], datum))
            for datum in DATUMS
        }
        datum = min(trials, key=lambda datum: trials[datum].median)
        best = trials[datum]
        if best.median < found.median / 2 and best.far_share < found.far_share / 2:
            words = {"share": round(100 * found.far_share), "crs": crs, "better": datum}
            words |= {"before": round(found.median), "after": round(best.median), "stem": name}
            reading.findings.add("E506", Where(table.file), **words)
            return
    box = streets.box()
    for at in np.flatnonzero(found.metres > OFF_MAP_M).tolist():
        where = Where(
            table.file, int(places.numbers[at]), f"{table.heading('lon')}, {table.heading('lat')}"
        )
        words = {"lon": f"{places.lon[at]:.5f}", "lat": f"{places.lat[at]:.5f}", "box": box}
        words["distance"] = f"{found.metres[at] / 1000:.1f}"
        given = f"{places.x[at]:.10g}, {places.y[at]:.10g}"
        reading.findings.add("E505", where, given, **words)
    if doubtful:
        worst = [str(places.numbers[at]) for at in np.argsort(-found.metres)[:3]]
        words = {"share": round(100 * found.far_share), "worst": ", ".join(worst)}
        reading.findings.add("W501", Where(table.file), **words)


def _check_streets(reading: Reading, name: str, network: RoadNetwork) -> None:
    """Rows that name streets name some of the map."""
    if name not in reading.tables:
        return
    ways = set(network.way.tolist())
    known = {text for text in network.names if text}
    known |= {alias for aliases in network.aliases for alias in aliases}
    table = reading.tables[name]
    for number, row in reading.rows[name]:
        if row.way_id is not None and row.way_id not in ways:
            where = table.where(number, "way_id")
            reading.findings.add("W502", where, row.way_id, what="way id", **suggest("", []))
        by_place = name == "orders" and row.lon is not None
        if row.way_id is None and row.name and not by_place and row.name not in known:
            where = table.where(number, "name")
            reading.findings.add("W502", where, row.name, what="name", **suggest(row.name, known))


def _check_zones(reading: Reading, network: RoadNetwork) -> None:
    """Every zone holds some junction of the map."""
    if reading.settings is None:
        return
    crs = reading.settings.crs_of("zones")
    for (number, row), zone in zip(reading.rows["zones"], reading.zones(), strict=True):
        if (zones_at([zone], network.lon, network.lat) < 0).all():
            where = reading.tables["zones"].where(number, "area")
            reading.findings.add("W544", where, row.id, id=row.id, crs=crs)


def _check_whole(reading: Reading, network: RoadNetwork) -> None:
    """Streets that no vehicle can drive to and back from, by name."""
    lost = cut_off_streets(network)
    if not lost:
        return
    named = ", ".join(f"{name} {metres} m" for name, metres in lost[:WORST])
    words = {"count": len(lost), "km": f"{sum(metres for _, metres in lost) / 1000:.1f}"}
    more = ", ..." if len(lost) > WORST else ""
    reading.findings.add("W503", Where(FILE, 0, "roads"), streets=named + more, **words)


def _check_vehicles(reading: Reading, rules: RuleProfile, network: RoadNetwork) -> None:
    """Every vehicle may drive some road, of the widths the district states, on the plan's day."""
    network = widen(network, [row.to_domain() for _, row in reading.rows["streets"]])
    shut = closed_arcs(reading, network)
    verdicts: dict[str, str] = {}
    for number, vehicle in reading.rows["vehicles"]:
        if vehicle.type not in rules.vehicles:
            continue
        profile = road_profile(vehicle.to_domain(), rules)
        if profile.name not in verdicts:
            fine = drivable(network, profile) == Verdict.FINE
            code = "" if (fine & ~shut).any() else "E414" if fine.any() else "E412"
            verdicts[profile.name] = code
        code = verdicts[profile.name]
        if code == "E412" or (code and vehicle.available):
            sizes = {key: getattr(vehicle, key) for key in ("width_m", "height_m", "weight_t")}
            changes = {key: value for key, value in sizes.items() if value is not None}
            column = next(
                (key for key in changes if key in reading.tables["vehicles"].headings), "type"
            )
            words = {
                "width": f"{profile.width_m:g}", "height": f"{profile.height_m:g}",
                "weight": f"{profile.weight_t:g}",
                "widest": f"{network.width_dm.max() / 10:g}",
            }  # fmt: skip
            value = changes.get(column, vehicle.type)
            where = reading.tables["vehicles"].where(number, column)
            reading.findings.add(code, where, value, **words)


def closed_arcs(reading: Reading, network: RoadNetwork) -> NDArray[np.bool_]:
    """Arcs closed to all on the plan's day (m,)."""
    shut = np.zeros(network.num_arcs, np.bool_)
    for _, row in reading.rows["closures"]:
        if row.begin <= reading.day <= row.end:
            shut |= select(network, way_id=row.way_id, name=row.name)
    return shut
