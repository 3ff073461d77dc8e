"""Boxes that fill: how long one may wait, by hand and against many random days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.trade.work import Stock
from solver.trade.stocks import days_between, days_it_may_wait, due_by, level_on, overflow_chance


def stock(**more):
    return Stock(source="memory", **{"sd_share": 0.0, "risk": 0.01, **more})


@pytest.mark.parametrize(
    ("level", "days"), [(0, 5), (50, 4), (100, 4), (101, 3), (400, 1), (401, 0), (900, 0)]
)
def test_without_noise_a_box_waits_until_it_is_full(level, days):
    """500 kg at 100 kg a day: five days from empty, one more day only while 400 kg are in it."""
    assert days_it_may_wait(stock(), capacity_kg=500, day_kg=100, level_kg=level) == days


def test_noise_and_an_unsure_level_make_it_earlier():
    sure = stock(sd_share=0.5)
    assert days_it_may_wait(sure, capacity_kg=500, day_kg=100) == 2
    unsure = days_it_may_wait(sure, capacity_kg=500, day_kg=100, level_kg=250, level_sd_kg=90)
    assert (days_it_may_wait(sure, capacity_kg=500, day_kg=100, level_kg=250), unsure) == (1, 0)


def test_three_deviations_above_the_mean_is_one_in_741():
    assert 1 / overflow_chance(130, 100, 10**2) == pytest.approx(740.8, abs=0.1)


def test_a_busy_weekend_shortens_every_round():
    """Saturday and Sunday bring twice as much: three days of 500 kg, not five."""
    busy = stock(weekdays=(0.6, 0.6, 0.6, 0.6, 0.6, 2, 2))
    assert days_between(stock(), capacity_kg=500, day_kg=100) == 5
    assert days_between(busy, capacity_kg=500, day_kg=100) == 3
    assert days_it_may_wait(busy, capacity_kg=500, day_kg=100, weekday=1) == 6


def test_a_box_that_a_day_overfills_is_emptied_daily():
    assert days_between(stock(), capacity_kg=50, day_kg=100) == 1


@given(st.floats(0.1, 0.8), st.sampled_from((0.01, 0.05, 0.2)), st.integers(300, 1500))
def test_longer_risk_or_larger_boxes_never_shorten_the_wait(noise, risk, capacity):
    def wait(**more):
        fields = {"sd_share": noise, "risk": risk, "capacity_kg": capacity, **more}
        own = stock(sd_share=fields["sd_share"], risk=fields["risk"])
        return days_it_may_wait(own, capacity_kg=fields["capacity_kg"], day_kg=100)

    assert wait() <= wait(risk=risk * 2)
    assert wait() <= wait(capacity_kg=capacity + 100)
    assert wait() >= wait(sd_share=noise + 0.2)


def test_the_chance_is_kept_over_many_boxes():
    """10,000 boxes with normal days, emptied when the law says: at most 5 % overflow in a round."""
    rng = np.random.default_rng(1)
    own = stock(sd_share=0.4, risk=0.05)
    days = days_it_may_wait(own, capacity_kg=500, day_kg=100)
    filled = rng.normal(100, 40, (10_000, days)).sum(axis=1)
    more = rng.normal(100, 40, (10_000, days + 1)).sum(axis=1)
    assert (filled > 500).mean() <= 0.055
    assert (more > 500).mean() > 0.05


def test_a_reading_grows_by_what_comes_in_and_so_does_its_doubt():
    """Noon of a Monday, 100 kg: half a Monday of 100, a Tuesday of 200; noise a tenth of each."""
    busy = stock(sd_share=0.1, weekdays=(1, 2, 1, 1, 1, 1, 1))
    monday = date(2026, 5, 11)
    known = level_on(
        busy, read_kg=100, read=monday, read_s=43_200, day_kg=100, on=monday + timedelta(2)
    )
    assert known.level_kg == 350
    assert known.sd_kg == pytest.approx((5**2 + 20**2) ** 0.5)
    same = level_on(busy, read_kg=100, read=monday, read_s=0, day_kg=100, on=monday)
    assert same == (100, 0)
    assert due_by(stock(), same, capacity_kg=300, day_kg=100, on=monday) == monday + timedelta(2)
