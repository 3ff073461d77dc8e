"""Networks in two echelons: which streams ride together, where they tip, what is proven."""

from dataclasses import replace

import pytest

from models.echelons.network import EMPTY, ChamberTruck, SortingSite
from models.errors import HuanweiError, ProblemError
from solver.echelons.bound.cuts import cut_bound
from solver.echelons.groups import cheapest_partition, dealt, possible_groups
from solver.echelons.plan import choose, plan_network
from solver.echelons.problem import group_problem
from solver.judge.echelons import check_echelons
from solver.routing.door import get_engine
from solver.stop import at_most
from tests.echelons.lane import NETWORK

ENGINE = get_engine("ruin")


def planned(network):
    choices = choose(network, ENGINE)
    return choices, plan_network(network, ENGINE, choices, stop=lambda _: at_most(200))


def test_streams_that_fit_one_truck_ride_together_and_cost_what_the_lane_says():
    choices, plan = planned(NETWORK)
    assert [choice.group for choice in choices] == [(0, 1)]
    assert (plan.collect_s, plan.haul_s) == (70, 500)
    assert check_echelons(NETWORK, plan) == []


@pytest.mark.parametrize("seed", range(1, 5))
def test_no_way_of_riding_goes_below_the_bound_of_any_riding(seed):
    """Prices that favour another partition each time: the bound holds for all of them."""
    trucks = (replace(NETWORK.trucks[0], chambers=(10 * seed, 10)), NETWORK.trucks[1])
    network = replace(NETWORK, trucks=trucks)
    _, plan = planned(network)
    assert cut_bound(network) <= plan.seconds
    assert check_echelons(network, plan) == []


def test_without_a_truck_of_two_chambers_every_stream_rides_alone():
    network = replace(NETWORK, trucks=NETWORK.trucks[1:])
    choices, plan = planned(network)
    assert [choice.group for choice in choices] == [(0,), (1,)]
    assert plan.collect_s == 140
    assert check_echelons(network, plan) == []


def test_a_site_far_from_the_plant_is_passed_by_for_one_that_hauls_cheaply():
    far = SortingSite("far", 1, 0, haul_s=(9_000, 9_000))
    network = replace(NETWORK, sites=(far, *NETWORK.sites))
    choices, plan = planned(network)
    assert {site for choice in choices for site in choice.sites} == {1}
    assert check_echelons(network, plan) == []


def test_groups_share_the_routes_and_one_route_for_two_groups_is_told():
    """Each stream rides alone: two routes are one each, one is too few however it is shared."""
    alone = NETWORK.trucks[1]
    network = replace(NETWORK, trucks=(replace(alone, routes=2),))
    choices, plan = planned(network)
    assert all(choice.seconds > 0 for choice in choices)
    assert len(plan.routes) == 2
    assert check_echelons(network, plan) == []
    with pytest.raises(HuanweiError, match="fit no route"):
        planned(replace(NETWORK, trucks=(replace(alone, routes=1),)))


def test_chambers_smaller_than_the_litres_of_a_street_are_not_dealt():
    small = ChamberTruck("small", routes=1, chambers=(4, 5), press=(3, 1))
    assert dealt(NETWORK, small, (0, 1)) is None
    assert dealt(NETWORK, small, (1,)) == (1, 1)
    network = replace(NETWORK, trucks=(small,))
    with pytest.raises(HuanweiError, match="no truck takes paper"):
        choose(network, ENGINE)


def test_three_streams_need_three_chambers_or_two_rounds():
    network = replace(
        NETWORK,
        streams=("paper", "glass", "metal"),
        streets=tuple(replace(s, litres=(*s.litres, 4)) for s in NETWORK.streets),
        sites=(replace(NETWORK.sites[0], haul_s=(100, 300, 50)),),
        trucks=tuple(replace(t, press=(*t.press, 1), routes=3) for t in NETWORK.trucks),
        load_l=(40, 40, 40),
    )
    assert (0, 1, 2) not in set(possible_groups(network))
    choices, plan = planned(network)
    assert sorted(s for choice in choices for s in choice.group) == [0, 1, 2]
    assert len(choices) == 2
    assert check_echelons(network, plan) == []


def test_a_partition_takes_the_cheapest_groups_and_none_where_a_stream_is_lost():
    costs = {(0,): 5, (1,): 5, (2,): 5, (0, 1): 7, (1, 2): 6, (0, 2): 20}
    assert cheapest_partition(3, costs) == ((0,), (1, 2))
    assert cheapest_partition(3, {(0,): 1, (1,): 1}) is None
    apart = cheapest_partition(3, costs, lambda groups: (1, 2) not in groups)
    assert apart == ((0, 1), (2,))
    assert cheapest_partition(3, costs, lambda groups: False) == ((0,), (1, 2))


def test_two_pairs_that_need_one_kind_of_truck_do_not_ride_both():
    """Four streams, one route of two chambers: one pair rides, however cheap the other pair is."""
    network = replace(
        NETWORK,
        streams=("paper", "glass", "metal", "organic"),
        streets=tuple(replace(s, litres=(*s.litres, 8, 8)) for s in NETWORK.streets),
        sites=(replace(NETWORK.sites[0], haul_s=(100, 300, 50, 50)),),
        trucks=(
            replace(NETWORK.trucks[0], press=(3, 1, 1, 1)),
            replace(NETWORK.trucks[1], press=(3, 1, 1, 1), routes=4),
        ),
        load_l=(40, 40, 40, 40),
    )
    choices, plan = planned(network)
    assert sorted(len(choice.group) for choice in choices) == [1, 1, 2]
    assert check_echelons(network, plan) == []


def test_of_two_trucks_of_one_price_the_one_that_presses_more_goes_first():
    """Engines see no gain in a roomier truck that costs the same: it is offered first, or alone."""
    poor = ChamberTruck("poor", routes=3, chambers=(40,), press=(1, 1))
    firm = ChamberTruck("firm", routes=2, chambers=(40,), press=(3, 1))
    network = replace(NETWORK, trucks=(poor, firm))
    assert [number for number, _ in group_problem(network, (0,)).trucks] == [1, 0]
    many = replace(NETWORK, trucks=(poor, replace(firm, routes=3)))
    assert [number for number, _ in group_problem(many, (0,)).trucks] == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"depot": 7},
        {"load_l": (40,)},
        {"load_l": (0, 40)},
        {"sites": ()},
        {"trucks": ()},
        {"trucks": (ChamberTruck("none", 1, (10,), (0, 0)),)},
    ],
    ids=["depot off", "a stream without sink", "empty load", "no site", "no truck", "no press"],
)
def test_a_network_that_cannot_be_is_refused_at_birth(change):
    with pytest.raises(ProblemError):
        replace(NETWORK, **change)


def test_a_chamber_nobody_fills_is_lawful():
    _, plan = planned(NETWORK)
    route = plan.routes[0]
    assert EMPTY not in route.chambers
