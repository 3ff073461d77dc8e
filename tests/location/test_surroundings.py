"""Homes, schools and land of a hand-drawn map, and where a station may stand."""

import re
from pathlib import Path

import numpy as np
import pytest

from models.district import Point, Site, SiteKind, Stream
from models.errors import NetworkError
from models.location import FAR_AWAY_M
from scenarios.desk.siting.relocate import read_lots
from solver.location.candidates import Lot, Refusal, lots_on_map, screen_lots
from solver.location.exposure import PopulationSource, neighbourhood
from solver.roads.osm import read_osm
from solver.roads.surroundings import Surroundings, read_surroundings
from solver.trade.profile import load_profile

METRE = 1 / 111_195.0
"""One metre in degrees: the town stands on the equator."""


def square(number: int, x: float, y: float, side: float, **tags: str) -> str:
    """A closed way with its corner at (x, y) m."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    nodes = "".join(
        f'<node id="{10 * number + k}" version="1" lon="{a * METRE}" lat="{b * METRE}"/>'
        for k, (a, b) in enumerate(corners)
    )
    refs = "".join(f'<nd ref="{10 * number + k}"/>' for k in (0, 1, 2, 3, 0))
    words = "".join(f'<tag k="{k.replace("_", ":")}" v="{v}"/>' for k, v in tags.items())
    return nodes + f'@<way id="{number}" version="1">{refs}{words}</way>'


def write_map(path: Path, *squares: str, road: bool = True) -> Path:
    nodes = "".join(text.split("@")[0] for text in squares)
    ways = "".join(text.split("@")[1] for text in squares)
    if road:
        nodes += "".join(
            f'<node id="{9000 + k}" version="1" lon="{x * METRE}" lat="0"/>'
            for k, x in enumerate((-1000, 0, 3000))
        )
        ways += (
            '<way id="900" version="1"><nd ref="9000"/><nd ref="9001"/><nd ref="9002"/>'
            '<tag k="highway" v="secondary"/><tag k="width" v="9"/></way>'
        )
    path.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', "utf-8")
    return path


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A block of flats at x 0, a school at x 1000, works at x 1500 and 2500 (far from the road)."""
    return write_map(
        tmp_path / "town.osm",
        square(1, 0, 10, 40, building="apartments", building_levels="19"),
        square(2, 1000, 10, 30, amenity="school", name="一小"),
        square(3, 1040, 20, 100, landuse="industrial"),
        square(4, 1500, 20, 100, landuse="industrial", name="works"),
        square(5, 2500, 900, 100, landuse="brownfield"),
        square(6, 1700, 10, 20, landuse="industrial"),
    )


RULES = load_profile("standard").exposure
ORIGIN = (0.0, 0.0)


@pytest.mark.parametrize("order", ["ways first", "ids falling", "twice"])
def test_objects_may_come_in_any_order(town: Path, order: str):
    usual = read_surroundings(town)
    items = re.findall(r"<node [^>]*/>|<way .*?</way>", town.read_text("utf-8"))
    nodes = [item for item in items if item.startswith("<node")]
    ways = [item for item in items if item.startswith("<way")]
    changed = {
        "ways first": [*ways, *nodes], "ids falling": [*nodes[::-1], *ways[::-1]],
        "twice": [*items, *items],
    }[order]  # fmt: skip
    town.write_text(f'<osm version="0.6">{"".join(changed)}</osm>', "utf-8")
    found = read_surroundings(town)
    for name in ("buildings", "land", "amenities"):
        assert {one.ring for one in getattr(found, name)} == {
            one.ring for one in getattr(usual, name)
        }
        assert len(getattr(found, name)) == len(getattr(usual, name))


def test_people_from_floors_of_homes(town: Path):
    near = neighbourhood(read_surroundings(town), [], ORIGIN, RULES)
    assert near.people.source is PopulationSource.BUILDINGS
    assert near.people.persons.sum() == pytest.approx(40 * 40 * 19 / 38, rel=0.01)  # 800
    around = near.around(20 * METRE, 130 * METRE)  # 100 m above the middle of the house
    assert around.within == (pytest.approx(800, abs=8),) * 4
    assert around.weighted == pytest.approx(800 * np.exp(-100 / 150), abs=8)
    assert around.home_m == pytest.approx(80, abs=1)
    assert near.around(20 * METRE, 130 * METRE, radius_m=30).home_m == pytest.approx(50, abs=1)


def test_schools_within_300_m_by_name(town: Path):
    near = neighbourhood(read_surroundings(town), [], ORIGIN, RULES)
    around = near.around(1200 * METRE, 20 * METRE)
    assert (around.sensitive, around.names) == (1, ("一小",))
    assert around.sensitive_m == pytest.approx(170, abs=1)
    assert near.around(1400 * METRE, 20 * METRE).sensitive == 0


def test_the_source_of_people_is_always_named(tmp_path: Path):
    stop = Point(id="r", name="", lon=0, lat=0, stream=Stream.RESIDUAL, demand_kg=70, service_s=60)
    empty = neighbourhood(Surroundings(), [stop], ORIGIN, RULES)
    assert (empty.people.source, empty.people.persons.sum()) == (PopulationSource.DEMAND, 70)
    assert empty.around(0, 0).home_m == FAR_AWAY_M
    told = neighbourhood(Surroundings(), [stop], ORIGIN, RULES, [(0.0, 0.0, 12.0)])
    assert (told.people.source, told.around(0, 0).weighted) == (PopulationSource.FILE, 12)
    land = write_map(tmp_path / "land.osm", square(1, 0, 0, 200, landuse="residential"), road=False)
    found = neighbourhood(read_surroundings(land), [stop], ORIGIN, RULES)
    assert found.people.source is PopulationSource.LANDUSE
    assert found.people.persons.sum() == pytest.approx(200 * 200 * 0.02, rel=0.01)


def test_every_lot_that_falls_out_has_a_reason(town: Path):
    network = read_osm(town)
    near = neighbourhood(read_surroundings(town), [], network.origin, RULES)
    lots = lots_on_map(read_surroundings(town), near)
    assert len(lots) == 4
    beside_homes = Lot(id="h", name="h", lon=60 * METRE, lat=30 * METRE)
    beside_station = Lot(id="s", name="s", lon=2010 * METRE, lat=0)
    old = Site(id="S1", name="", kind=SiteKind.STATION, lon=2000 * METRE, lat=0)
    offers, rejected = screen_lots(
        [*lots, beside_homes, beside_station], [50_000], near=near, network=network, existing=[old]
    )
    assert [(o.lot.name, o.capacity_kg) for o in offers] == [("works", 50_000)]
    reasons = {one.lot.id: one.reason for one in rejected}
    assert set(reasons.values()) == set(Refusal)
    assert reasons["h"] is Refusal.HOMES
    assert reasons["s"] is Refusal.SAME
    assert all(one.short > 0 for one in rejected)


def test_candidates_from_a_file_and_all_bad_cells(tmp_path: Path):
    path = tmp_path / "candidates.csv"
    path.write_text("id,lon,lat,capacity_t,cost_cny_day\nN1,120.1,31.2,50,900\n", "utf-8")
    lot = read_lots(path)[0]
    assert (lot.capacity_kg, lot.day_cost, lot.land_m2) == (50_000, 90_000_000, None)
    path.write_text("id,lon,lat\nN1,999,31\nN2,,31\n", "utf-8")
    with pytest.raises(Exception, match="E30") as found:
        read_lots(path)
    spots = {(i.code, i.row, i.column) for i in found.value.issues}  # type: ignore[attr-defined]
    assert spots == {("E303", 2, "lon"), ("E301", 3, "lon")}


def test_no_map_no_surroundings(tmp_path: Path):
    with pytest.raises(NetworkError, match="not a road file"):
        read_surroundings(tmp_path / "none.osm")
    broken = tmp_path / "broken.osm"
    broken.write_text("<osm", "utf-8")
    with pytest.raises(NetworkError, match="cannot be read"):
        read_surroundings(broken)
