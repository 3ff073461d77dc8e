"""The laws of stores kept by deliveries, each broken once by hand."""

import pytest

from models.horizon.inventory import Delivery, InventoryPlan
from solver.judge.days.inventory import check_inventory, inventory_cost
from tests.horizon.test_inventory import lane

TRIP = (Delivery(0, 5), Delivery(1, 5))


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        (((), (TRIP,)), []),
        (((), ()), ["STORE", "STORE"]),  # both run empty
        (((), ((TRIP[0],), (TRIP[1],))), ["FLEET"]),
        (((), ((*TRIP, TRIP[0]),)), ["SERVED_TWICE"]),
        (((), ((Delivery(0, 15), Delivery(1, 5)),)), ["STORE"]),  # above what it holds
        (((), ((Delivery(0, 11), Delivery(1, 11)),)), ["LOAD", "STORE", "STORE", "STORE"]),
        ((((Delivery(0, -1),),), (((Delivery(0, 6), Delivery(1, 5))),)), ["STORE", "STORE"]),
        (((), ((Delivery(2, 5),),)), ["UNKNOWN"]),
        (((),), ["UNKNOWN"]),
    ],
)
def test_a_false_plan_is_refused(days, codes):
    assert [one.code for one in check_inventory(lane(), InventoryPlan(days))] == codes


def test_the_judge_adds_up_what_lies_in_store_each_night():
    """8 of driving; the supplier keeps 20 and 10 units at 1 hundredth, the customers nothing."""
    assert inventory_cost(lane(), InventoryPlan(((), (TRIP,)))) == 800 + 20 + 10
