"""What no plan of a network in two echelons can go below, on networks one can add up by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from models.echelons.network import ChamberTruck, EchelonNetwork, SortingSite, WasteStreet
from solver.echelons.bound.cuts import cut_bound
from solver.echelons.bound.needs import Needs, fewest_trips
from solver.echelons.plan import choose, plan_network
from solver.judge.echelons import check_echelons
from solver.routing.door import get_engine
from solver.stop import at_most
from tests.echelons.lane import NETWORK

ENGINE = get_engine("ruin")


def planned(network: EchelonNetwork):
    choices = choose(network, ENGINE)
    return plan_network(network, ENGINE, choices, stop=lambda _: at_most(100))


def test_on_a_lane_the_bound_is_the_plan():
    """Out and home over both streets 60, into the site and back 10, three loads 500."""
    assert cut_bound(NETWORK) == planned(NETWORK).seconds == 570


def test_a_truck_of_one_chamber_drives_a_street_once_for_each_stream():
    """Paper 70, glass 70 more, the loads 500: no truck can take both at once."""
    network = replace(NETWORK, trucks=NETWORK.trucks[1:])
    assert Needs(network).passes.tolist() == [1, 2]
    assert cut_bound(network) == planned(network).seconds == 640


def test_waste_at_the_end_of_a_bare_road_is_driven_to_and_home_again():
    """The road of 400 s holds nothing, yet it is the only way; a matching of ends sees that too."""
    network = replace(
        NETWORK,
        streets=(WasteStreet(0, 1, 400, (0, 0)), WasteStreet(1, 2, 20, (30, 8))),
    )
    assert cut_bound(network) == planned(network).seconds == 2 * 420 + 10 + 400


def test_two_places_in_the_country_are_both_joined_to_the_depot():
    """Each is a ring of three streets off a bare road: parity is met without the roads."""
    rings = tuple(
        WasteStreet(a, b, 10, (5, 0))
        for k in (1, 4)
        for a, b in ((k, k + 1), (k + 1, k + 2), (k + 2, k))
    )
    roads = (WasteStreet(0, 1, 100, (0, 0)), WasteStreet(0, 4, 100, (0, 0)))
    site = SortingSite("sorting", 0, 0, haul_s=(0, 0))
    network = replace(NETWORK, streets=(*roads, *rings), sites=(site,))
    assert cut_bound(network) == planned(network).seconds == 2 * 200 + 60


def test_loads_that_fill_a_truck_are_driven_home_one_by_one():
    """40 l of glass a place, 40 l a truck: four trips of 200 s and one site at home."""
    streets = tuple(WasteStreet(0, k, 100, (0, 40)) for k in range(1, 5))
    trucks = (ChamberTruck("one", routes=4, chambers=(40,), press=(1, 1)),)
    site = SortingSite("sorting", 0, 7, haul_s=(0, 0))
    network = replace(NETWORK, streets=streets, trucks=trucks, sites=(site,))
    assert fewest_trips(network) == 4
    assert cut_bound(network) == planned(network).seconds == 4 * (200 + 14)


def test_a_set_asks_for_routes_by_the_hours_that_are_left_after_the_way():
    """A shift of 300 s, 100 s out and home each: 250 s of work need three routes."""
    streets = (
        WasteStreet(0, 1, 100, (0, 0)),
        *(WasteStreet(1, k, 50, (1, 0)) for k in range(2, 7)),
    )
    needs = Needs(replace(NETWORK, streets=streets, shift_s=300))
    inside = np.ones(7, dtype=bool)
    inside[0] = False
    assert needs.routes(inside) == 3


def town(seed: int) -> EchelonNetwork:
    """A random network of 9 nodes, three streams, two sites, trucks of one to three chambers."""
    dice = random.Random(seed)
    ways = [(k, dice.randrange(k)) for k in range(1, 9)]
    ways += [(dice.randrange(9), dice.randrange(9)) for _ in range(4)]
    return EchelonNetwork(
        name=f"town {seed}",
        streams=("paper", "glass", "metal"),
        streets=tuple(
            WasteStreet(a, b, dice.randrange(60),
                        tuple(dice.choice((0, 0, dice.randrange(1, 20))) for _ in range(3)))
            for a, b in ways
        ),
        depot=0,
        sites=tuple(
            SortingSite(f"site {k}", dice.randrange(9), dice.randrange(9),
                        haul_s=tuple(dice.randrange(200) for _ in range(3)))
            for k in range(2)
        ),
        trucks=(
            ChamberTruck("one", routes=9, chambers=(30,), press=(2, 1, 1)),
            ChamberTruck("three", routes=dice.randrange(9), chambers=(20, 20, 25), press=(1, 1, 2)),
        ),
        load_l=(50, 40, 30),
        shift_s=dice.choice((900, 5_000)),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_of_a_random_network_goes_below_the_bound(seed):
    network = town(seed)
    plan = planned(network)
    assert check_echelons(network, plan) == []
    assert 0 < cut_bound(network) <= plan.seconds
