"""Sites: open or not, what they hold, and the trade's numbers as a profile says them."""

from __future__ import annotations

import pytest

from models.district import Stream
from models.station import Delivery
from solver.haul.problem import haul_problem, haul_trucks
from solver.trade.sites import far_plants, limit_kg, press_kg_h, refills, storage_kg, swap_s
from tests.tasks.town import HOUR, SITES, bureau, grid, plan_day, point, site, standard, vehicle

RULES = standard().stations
SLOW = RULES.model_copy(update={"press_share": 0.5, "swap_min": 12, "full_share": 0.8})


@pytest.mark.parametrize(
    ("status", "opens"),
    [("", True), ("open", True), ("planned", False), ("closing", False), ("closed", False)],
)
def test_only_open_sites_are_used(status, opens):
    water = site("W", "water", 0, 0, status=status)
    assert water.is_open == opens
    assert refills(water, standard().operations["flush"]) == opens


def test_a_station_holds_its_floor_and_its_boxes():
    full = site("S", "station", 0, 0, storage_kg=4_000, box_kg=9_000, boxes=3)
    assert storage_kg(full) == 31_000
    assert storage_kg(site("S", "station", 0, 0)) == 0


@pytest.mark.parametrize(("rules", "kg_h"), [(RULES, 7_000), (SLOW, 5_000)])
def test_a_press_works_as_much_as_the_profile_says(rules, kg_h):
    assert press_kg_h(site("S", "station", 0, 0, press_kg_h=10_000), rules) == kg_h
    assert press_kg_h(site("S", "station", 0, 0), rules) == 0


def test_a_station_is_limited_by_its_design_any_other_site_by_its_quota():
    numbers = {"design_kg": 7, "daily_quota_kg": 9}
    kinds = ("station", "plant", "tip")
    assert [limit_kg(site("X", kind, 0, 0, **numbers)) for kind in kinds] == [7, 9, 9]


@pytest.mark.parametrize(("rules", "holds"), [(RULES, 900), (SLOW, 800)])
def test_plants_far_off_are_left_to_the_haul_while_stations_hold_the_waste(rules, holds):
    plant = site("P", "plant", 0, 0, access_m=20_000)
    station = site("S", "station", 0, 0, design_kg=1_000)
    collect = standard().operations["collect_residual"]
    assert far_plants([plant, station], collect, holds, rules) == {"P"}
    assert far_plants([plant, station], collect, holds + 1, rules) == frozenset()
    assert far_plants([plant], collect, holds, rules) == frozenset()


def test_haul_swaps_and_presses_as_the_profile_says(tmp_path):
    """A swap of 12 min ends by 22:00; half of 10 t/h is pressed."""
    rules = standard().model_copy(update={"stations": SLOW})
    open_s = ((5 * HOUR, 22 * HOUR),)
    sites = (
        *(one for one in SITES if one.id != "S"),
        site("S", "station", 300, 395, windows=open_s, press_kg_h=10_000),
        site("P", "plant", 395, 405),
    )
    fleet = (vehicle("h", "hl_15", "early"), vehicle("c", "cp_8", "early"))
    town = bureau(*fleet, points=(point("p", 50, 0),), sites=sites)
    _, day = plan_day(grid(tmp_path), town, rules, only=["collect_residual"])
    tipped = Delivery(
        site="S", stream=Stream.RESIDUAL, kg=300, arrive=6 * HOUR, begin=6 * HOUR,
        end=6 * HOUR + 600, part=0, route=0,
    )  # fmt: skip
    made = haul_problem(town, rules, haul_trucks(town, day.haul, rules), [tipped])
    (yard,) = made.yards
    assert (yard.swap_s, yard.press_kg_h) == (swap_s(SLOW), 5_000) == (720, 5_000)
    assert yard.windows[-1][1] == 22 * HOUR - 720
