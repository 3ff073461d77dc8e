"""The simulation of boxes that fill, small enough for a test."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.horizon import fill
from models.trade.work import Stock

STOCK = Stock(source="memory", sd_share=fill.NOISE, risk=fill.RISK)


@pytest.fixture
def boxes(monkeypatch):
    monkeypatch.setattr(fill, "BOXES", 40)
    return fill.town(1)


def run(boxes, policy, *, sensors=False):
    return fill.simulate(boxes, policy, sensors=sensors, seed=1, iterations=5)


def test_fixed_days_empty_each_box_once_a_round(boxes):
    assert run(boxes, fill.fixed(boxes, 2)).emptied == 40 * fill.DAYS / 2


def test_fewer_rounds_drive_less_and_overflow_more(boxes):
    often, seldom = run(boxes, fill.fixed(boxes, 1)), run(boxes, fill.fixed(boxes, 4))
    assert seldom.km < often.km
    assert often.overflows < seldom.overflows


def test_sensors_empty_less_often_and_overflow_hardly_ever(boxes):
    daily, filled = run(boxes, fill.fixed(boxes, 1)), run(
        boxes, fill.by_fill(boxes, STOCK), sensors=True)  # fmt: skip
    assert filled.emptied < 0.6 * daily.emptied
    assert filled.overflows <= 0.02 * filled.box_days


def test_the_noise_of_a_file_is_measured(tmp_path):
    """One bin, every day 10 or 30 litres: deviation 10 of mean 20."""
    rows = [f"1,{10 if day % 2 else 30},2016-06-{day + 1:02d}T08:00:00" for day in range(25)]
    path = tmp_path / "collections.csv"
    path.write_text("bin_id,litres,collected_at\n" + "\n".join(rows), encoding="utf-8")
    (found,) = fill.noise(path)
    assert found == pytest.approx(0.5, abs=0.02)
    assert np.isfinite(found)
