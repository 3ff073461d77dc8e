"""Dump patches: equal shares to the deadline that add up, in loads a truck holds."""

from datetime import date, timedelta

import pytest

from models.district import Order
from scenarios.district import read_district
from solver.trade.patches import loads, share_kg
from solver.trade.profile import load_profile
from tests.district.folders import write_good

BEGIN = date(2026, 3, 16)


@pytest.mark.parametrize(("whole", "days"), [(10_000, 3), (7, 4), (3, 5), (100_000, 1)])
def test_shares_add_up_and_all_is_cleared_by_the_deadline(whole, days):
    end = BEGIN + timedelta(days=days - 1)
    shares = [share_kg(whole, BEGIN, end, BEGIN + timedelta(days=k)) for k in range(days)]
    assert sum(shares) == whole
    assert max(shares) - min(shares) <= 1
    outside = (BEGIN - timedelta(days=1), end + timedelta(days=1))
    assert [share_kg(whole, BEGIN, end, day) for day in outside] == [0, 0]


def test_a_share_larger_than_a_truck_comes_in_loads():
    rules = load_profile("standard")
    types = rules.operations["collect_residual"].vehicle_types
    holds = min(rules.vehicles[kind].waste_kg for kind in types)
    order = Order(
        id="T1", operation="collect_residual", window=(0, 3_600), lon=121.0, lat=31.0,
        demand_kg=round(2.5 * holds),
    )  # fmt: skip
    made = list(loads(order, rules))
    assert [one.id for one in made] == ["T1#1", "T1#2", "T1#3"]
    assert sum(one.demand_kg for one in made) == order.demand_kg
    assert max(one.demand_kg for one in made) <= holds
    (small,) = loads(Order(id="T2", operation="collect_residual", window=(0, 3_600), lon=121.0,
                           lat=31.0, demand_kg=100), rules)  # fmt: skip
    assert (small.id, small.demand_kg) == ("T2", 100)


def test_a_folder_gives_each_day_its_share_until_the_deadline(tmp_path):
    folder = write_good(tmp_path / "good")
    (folder / "orders.csv").write_text(
        "id,operation,window,name,lon,lat,demand_kg,begin,end,spread\n"
        "T1,collect_residual,08:00-18:00,图斑,121.083,31.9781,1000,2026-03-19,2026-03-21,yes\n"
        "O1,collect_residual,08:00-18:00,工单,121.083,31.9781,300,,,\n",
        encoding="utf-8",
    )
    found = {
        day: [(one.id, one.demand_kg) for one in read_district(folder, date(2026, 3, day)).orders]
        for day in (18, 19, 20, 21, 22)
    }
    assert found == {
        18: [("O1", 300)],
        19: [("T1", 333), ("O1", 300)],
        20: [("T1", 333), ("O1", 300)],
        21: [("T1", 334), ("O1", 300)],
        22: [("O1", 300)],
    }
