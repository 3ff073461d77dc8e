"""Haul trucks' drives over the 3 x 3 town's roads, counted in blocks of 200 m."""

from __future__ import annotations

import pytest

from solver.haul.travel import haul_travel
from solver.tasks.ground import lay
from tests.tasks.town import DAY, SITES, bureau, grid, plan_day, replace, site, standard, vehicle

PLANT = site("P", "plant", 395, 300)
"""On the west kerb of the east street, beside its northern block."""
TOWN = bureau(vehicle("h", "hl_15", "early"), sites=(*SITES, PLANT))


def driven(folder, town=TOWN, **tags):
    """Ways of the one haul truck where the roads bear the tags."""
    rules = standard()
    _, day = plan_day(grid(folder), TOWN, rules, only=["collect_residual"])
    assert day.haul
    ground = lay(town, grid(folder, **tags), rules, DAY)
    (found,) = haul_travel(town, ground, day.haul).values()
    return found


def test_each_pair_of_depot_station_and_plant_has_a_way_and_other_sites_have_none(tmp_path):
    ends = {"D", "S", "P"}
    assert driven(tmp_path).keys() == {(a, b) for a in ends for b in ends if a != b}


def test_ways_are_the_shortest_from_the_end_of_one_block_to_the_end_of_another(tmp_path):
    """D's kerb goes west to node 1, S's east to node 9: four blocks apart, either way."""
    found = driven(tmp_path)
    assert found["D", "S"][1] == pytest.approx(800, abs=4)
    assert found["S", "D"][1] == pytest.approx(800, abs=4)
    assert all(seconds > 0 for seconds, _ in found.values())


@pytest.mark.parametrize("name", ["D", "S", "P"])
def test_the_way_beyond_a_gateway_is_driven_at_both_ends(tmp_path, name):
    """9 km and 700 s more on each way that begins or ends there, and on no other."""
    near = driven(tmp_path)
    sites = tuple(
        replace(one, access_s=700, access_m=9_000) if one.id == name else one for one in TOWN.sites
    )
    far = driven(tmp_path, replace(TOWN, sites=sites))
    for pair, (seconds, metres) in near.items():
        more = (700, 9_000) if name in pair else (0, 0)
        assert far[pair] == (seconds + more[0], metres + more[1])


@pytest.mark.parametrize("tags", [{"hgv": "no"}, {"maxweight": "3"}, {"access": "no"}])
def test_a_site_on_a_street_no_truck_may_drive_has_no_ways(tmp_path, tags):
    """S stands on way 3."""
    assert driven(tmp_path, w3=tags).keys() == {("D", "P"), ("P", "D")}


def test_without_a_road_for_trucks_there_is_no_way_at_all(tmp_path):
    assert driven(tmp_path, all={"maxweight": "3"}) == {}


def test_nobody_on_duty_asks_for_no_ways(tmp_path):
    assert haul_travel(TOWN, lay(TOWN, grid(tmp_path), standard(), DAY), []) == {}
