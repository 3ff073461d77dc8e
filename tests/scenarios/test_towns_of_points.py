"""Which town a point belongs to: its row's, else that of the zone it lies in."""

from dataclasses import replace

from models.district import Zone
from scenarios.desk.registers.towns import towns_of
from tests.scenarios.towns import district

BOX = ((120.005, 30.9), (120.5, 30.9), (120.5, 31.1), (120.005, 31.1))


def test_a_row_comes_before_its_zone_and_outside_there_is_no_town():
    """R0 lies west of the zone; R1 and R2 within, and R2 names a town of its own."""
    town = district()
    named = (*town.points[:2], replace(town.points[2], town="own"))
    zone = Zone(id="Z", name="Z", rings=(BOX,), town="zone's")
    assert towns_of(replace(town, points=named, zones=(zone,))) == {"R1": "zone's", "R2": "own"}
    assert towns_of(replace(town, points=named)) == {"R2": "own"}
    nameless = replace(zone, town="")
    assert towns_of(replace(town, points=town.points, zones=(nameless,))) == {}
