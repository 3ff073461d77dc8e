import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.district import ShiftPattern
from scenarios.demo.points import LARGEST_KG, STEP_KG, split_kg
from scenarios.demo.sites import _designs, nearest, spread
from scenarios.demo.sizing import Work, duty_hours, rate_kmh, vehicles_needed
from scenarios.demo.staff import _kinds
from solver.trade.profile import load_profile

HOUR = 3_600
EARLY = ShiftPattern(id="early", begin=4 * HOUR, end=12 * HOUR)
MORNING = (4 * HOUR, 7 * HOUR)


def test_a_shift_gives_its_windows_less_the_way_out_and_home():
    """04:25 to 07:00, breaks later; all day 04:25 to 11:15 less a tenth for breaks."""
    assert duty_hours([MORNING], [EARLY]) == pytest.approx(155 / 60)
    assert duty_hours([(0, 24 * HOUR)], [EARLY]) == pytest.approx(0.9 * 410 / 60)
    assert duty_hours([(13 * HOUR, 14 * HOUR)], [EARLY]) == 0


def test_overlapping_windows_count_once():
    assert duty_hours([MORNING, (5 * HOUR, 7 * HOUR)], [EARLY]) == duty_hours([MORNING], [EARLY])


def test_the_fleet_has_hours_for_every_set_of_work():
    """5 h need two vehicles of 2.58 h; 4 h and 4 h in nested windows need four."""
    assert vehicles_needed([Work(windows=(MORNING,), hours=5)], [EARLY], dead_share=0) == 2
    nested = [Work(windows=(MORNING,), hours=4), Work(windows=((5 * HOUR, 7 * HOUR),), hours=4)]
    assert vehicles_needed(nested, [EARLY], dead_share=0) == 4
    assert vehicles_needed([], [EARLY], dead_share=0.2) == 1


def test_driving_without_work_asks_for_more_vehicles():
    work = [Work(windows=(MORNING,), hours=5)]
    assert vehicles_needed(work, [EARLY], dead_share=0.5) == 4


def test_a_tank_slows_a_flusher_down():
    """1 L/m2 on 3.5 m is 3,500 L/km: 0.1 h of work and 3.5 / 15 of 25 min at the hydrant."""
    rules = load_profile("standard")
    street = rules.operations["flush"].street
    expected = 1 / (0.1 + 3.5 / 15 * 25 / 60)
    assert rate_kmh(rules.vehicles["fl_16"], street) == pytest.approx(expected)


@given(st.integers(4, 200), st.integers(10, 200), st.integers(0, 9))
def test_demands_sum_to_the_tonnage(count, mean_units, seed):
    total = count * mean_units * STEP_KG
    demands = split_kg(total, count, random.Random(seed), spread=0.6)
    assert sum(demands) == total
    assert all(STEP_KG <= kg <= LARGEST_KG and kg % STEP_KG == 0 for kg in demands)


@given(st.integers(1, 40))
def test_a_mix_of_types_has_the_wanted_number(count):
    kinds = _kinds({"cp_18": 0.56, "cp_12": 0.36, "cp_8": 0.08}, count)
    assert len(kinds) == count


def test_k_means_parts_two_villages():
    xy = np.array([[0.0, 0], [0, 2], [100, 0], [100, 2]])
    found = spread(xy, np.array([1.0, 1, 1, 3]), 2)
    assert sorted(found.weight.tolist()) == [2, 4]
    assert sorted(found.centres[:, 1].tolist()) == [1.0, 1.5]
    assert len(set(nearest(xy, found.centres).tolist())) == 2


def test_designs_hold_the_day_though_one_station_is_short():
    design = _designs(np.array([100.0, 20.0, 20.0]), [0], 140.0)
    assert design[0] == 60
    assert sum(design) >= 1.12 * 140
