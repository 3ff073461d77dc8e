"""Kerbs: how often a street is passed - the tasks of a day and the demo's sizing say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.demo.sizing import rate_kmh, street_work
from solver.trade.kerbs import litres, strips, treated_m, waste_kg
from solver.trade.vehicles import work_speed_kmh
from tests.tasks.town import bureau, grid, passes, plan_day, rules_of, standard, vehicle


def work(**changes: object):
    """The sweeping of streets: kerb by kerb from 7 m on, 3 m wide, unless changed."""
    return standard().operations["sweep"].street.model_copy(update=changes)


@pytest.mark.parametrize(
    ("side", "width", "two_way", "expected"),
    [
        ("each_kerb", 6.9, True, (True, 6.9, 1)),
        ("each_kerb", 7.0, True, (False, 3.5, 1)),
        ("each_kerb", 6.9, False, (False, 6.9, 1)),
        ("one_pass", 30.0, True, (True, 30.0, 1)),
        ("all_lanes", 3.0, True, (True, 3.0, 1)),
        ("all_lanes", 12.1, True, (False, 6.05, 3)),
        ("all_lanes", 12.1, False, (False, 12.1, 5)),
    ],
)
def test_the_side_rule_says_how_often_a_street_is_passed(side, width, two_way, expected):
    assert strips(work(side=side), width, two_way=two_way) == expected


def test_water_and_waste_of_a_pass():
    """1 km at 6 km/h is 10 min: 200 l at 20 l/min; 75 kg a km; by area 3 m are 3,000 m2."""
    assert litres(work(), 1_000, 3) == pytest.approx(200)
    assert waste_kg(work(), 1_000, 3) == pytest.approx(75)
    by_area = work(l_per_min=0, l_per_m2=0.5, kg_per_km=0, kg_per_m2=0.025)
    assert litres(by_area, 1_000, 3) == pytest.approx(1_500)
    assert waste_kg(by_area, 1_000, 3) == pytest.approx(75)


@given(st.sampled_from(["each_kerb", "all_lanes"]), st.floats(2, 40), st.booleans())
def test_passes_together_treat_no_more_than_the_street(side, width, two_way):
    rule = work(side=side)
    either_way, own, times = strips(rule, width, two_way=two_way)
    directions = 1 if either_way or not two_way else 2
    assert directions * times * treated_m(rule, own, times) <= width + 1e-6


@pytest.mark.parametrize("side", ["each_kerb", "one_pass", "all_lanes"])
@pytest.mark.parametrize("width", ["3", "6", "14"])
@pytest.mark.parametrize("oneway", ["no", "yes"])
def test_the_demo_sizes_its_fleet_for_the_kilometres_that_tasks_have(tmp_path, side, width, oneway):
    """Street 1 (400 m) swept once a day; hours times the rate are the kilometres of the tasks."""
    daily = {"IV": passes("08:00-18:00")}
    rules = rules_of(sweep={"street": {"side": side, "classes": daily}})
    network = grid(tmp_path, all={"width": width}, w1={"oneway": oneway})
    _, day = plan_day(network, bureau(vehicle("s", "sw_l", "early", "mid")), rules, only=["sweep"])
    metres = sum(ref.length_m for part in day.parts for ref in part.refs)
    lost = sum(one.ref.length_m for one in day.left)
    classes = np.full(network.num_arcs, "IV").tolist()
    (found,) = street_work(network, classes, rules, "sweep", {"sw_l": 1.0})
    rate = rate_kmh(rules.vehicles["sw_l"], rules.operations["sweep"].street)
    assert found.hours * rate == pytest.approx((metres + lost) / 1_000, rel=0.02)
    assert found.windows == ((8 * 3_600, 18 * 3_600),)


def test_nobody_works_faster_than_the_operation_allows():
    slow, fast = standard().vehicles["sw_s"], standard().vehicles["ws_l"]
    assert work_speed_kmh(slow, work()) == 5
    assert work_speed_kmh(fast, work(max_work_speed_kmh=6.5)) == 6.5
    assert work_speed_kmh(fast.model_copy(update={"work_speed_kmh": None}), work()) == 6
