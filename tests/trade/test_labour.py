"""Labour rules: what the profile says, in seconds."""

from __future__ import annotations

import pytest

from solver.trade.labour import is_night, labour_rules
from tests.tasks.town import HOUR, standard


@pytest.mark.parametrize(
    ("clock_h", "night"), [(21.99, False), (22, True), (23.5, True), (0, True), (5.99, True),
                           (6, False), (12, False)],
)  # fmt: skip
def test_the_night_goes_on_past_midnight(clock_h, night):
    """22:00 to 06:00 as shipped: the hours in which passing homes counts, too."""
    assert is_night(standard().labour.night, round(clock_h * HOUR)) == night


@pytest.mark.parametrize(("clock_h", "night"), [(0, False), (1, True), (4, False), (23, False)])
def test_a_night_may_begin_after_midnight(clock_h, night):
    assert is_night((HOUR, 4 * HOUR), clock_h * HOUR) == night


def test_hours_and_minutes_become_seconds():
    rules = labour_rules(standard().labour)
    assert (rules.normal_day_s, rules.min_rest_s, rules.pre_trip_s) == (28_800, 39_600, 900)
    assert rules.covers("A2", "B2")
    assert not rules.covers("C1", "B2")
