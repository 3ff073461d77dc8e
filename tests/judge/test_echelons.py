"""Every law of networks in two echelons, broken once by hand in a plan that keeps all of them."""

from dataclasses import replace

import pytest

from models.echelons.network import ChamberRoute, EchelonPlan, Pass, PlantHaul, Tip
from solver.judge.echelons import check_echelons
from tests.echelons.lane import NETWORK

ROUTE = ChamberRoute(0, (0, 1), (Pass(0, True, (0,)), Pass(1, True, (0, 1)), Tip(0)))
HAULS = (PlantHaul(0, 0, 60, 2), PlantHaul(0, 1, 8, 1))
PLAN = EchelonPlan(routes=(ROUTE,), hauls=HAULS, collect_s=70, haul_s=500)


def codes(plan, network=NETWORK):
    return sorted({one.code for one in check_echelons(network, plan)})


def routed(*stops, chambers=(0, 1)):
    return replace(PLAN, routes=(replace(ROUTE, stops=stops, chambers=chambers),))


def test_the_plan_added_up_by_hand_keeps_every_law():
    assert codes(PLAN) == []


FALSE = {
    "a street forgotten": (routed(*ROUTE.stops[1:]), {"UNSERVED_NO_REASON"}),
    "a stream forgotten": (
        routed(ROUTE.stops[0], Pass(1, True, (0,)), Tip(0)), {"UNSERVED_NO_REASON"},
    ),
    "a stream taken twice": (routed(Pass(1, True, (1,)), *ROUTE.stops), {"SERVED_TWICE"}),
    "home with a load": (routed(*ROUTE.stops[:2]), {"NOT_EMPTY"}),
    "glass in no chamber": (routed(*ROUTE.stops, chambers=(0, 0)), {"STREAM_MIXED"}),
    "chambers the wrong way": (routed(*ROUTE.stops, chambers=(1, 0)), {"LOAD"}),
    "more routes than trucks": (
        replace(PLAN, routes=(ROUTE, replace(ROUTE, stops=()))), {"FLEET"},
    ),
    "fewer seconds told": (replace(PLAN, collect_s=69), {"CLAIM"}),
    "cheaper hauls told": (replace(PLAN, haul_s=400), {"CLAIM"}),
    "an overfull load": (
        replace(PLAN, hauls=(PlantHaul(0, 0, 60, 1), HAULS[1]), haul_s=400), {"LOAD"},
    ),
    "litres lost at the site": (
        replace(PLAN, hauls=(PlantHaul(0, 0, 59, 2), HAULS[1])), {"HAUL_INFLOW"},
    ),
    "an unknown site": (routed(*ROUTE.stops[:2], Tip(1)), {"UNKNOWN"}),
    "an unknown street": (routed(Pass(2, True, (0,))), {"UNKNOWN"}),
    "an unknown truck": (replace(PLAN, routes=(replace(ROUTE, truck=5),)), {"UNKNOWN"}),
    "a haul from nowhere": (replace(PLAN, hauls=(PlantHaul(3, 0, 60, 2),)), {"UNKNOWN"}),
    "a chamber too many": (routed(*ROUTE.stops, chambers=(0, 1, 1)), {"UNKNOWN"}),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "wanted"), FALSE.values(), ids=FALSE)
def test_a_false_plan_is_found_out(plan, wanted):
    assert wanted <= set(codes(plan))


def test_a_route_longer_than_the_shift_is_found_out():
    assert codes(PLAN, replace(NETWORK, shift_s=69)) == ["SHIFT"]
    assert codes(PLAN, replace(NETWORK, shift_s=70)) == []


def test_driving_a_street_backwards_costs_the_way_round():
    backwards = routed(Pass(0, True, (0,)), Pass(1, False, (0, 1)), Tip(0))
    assert codes(backwards) == ["CLAIM"]
    assert codes(replace(backwards, collect_s=110)) == []
