"""Levels of service above the classes: a row of `streets` names them, from a day to a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.district import StreetRule
from tests.tasks.town import DAY, bureau, grid, passes, plan_day, rules_of, vehicle

TRUCK = vehicle("S1", "sw_s", "early", "mid")
ONCE = passes("04:00-18:00")
TWICE = {
    "source": "memory",
    "passes": [{"windows": ["04:00-07:00"]}, {"windows": ["12:00-16:00"]}],
}


def served(tmp_path, *rows, day=DAY, classes=None, **levels):
    """Passes of each way on a day."""
    street = {"classes": classes or {"IV": ONCE}, "levels": levels, "join_m": 0}
    _, made = plan_day(
        grid(tmp_path),
        bureau(TRUCK, streets=rows),
        rules_of(sweep={"street": street}),
        day=day,
        only=frozenset({"sweep"}),
    )
    found = {}
    for part in made.parts:
        for ref in part.refs:
            way = int(ref.object_id)
            found.setdefault(way, set()).add(ref.pass_number)
    return {way: len(numbers) for way, numbers in sorted(found.items())}


def test_a_premium_street_has_more_passes_than_its_class(tmp_path):
    row = StreetRule(name="street 2", level="premium")
    assert served(tmp_path, row, premium=TWICE) == {1: 1, 2: 2, 3: 1, 4: 1, 5: 1, 6: 1}


def test_a_street_whose_class_is_not_served_is_by_its_level(tmp_path):
    row = StreetRule(way_id=5, level="market")
    assert served(tmp_path, row, classes={"I": ONCE}, market=ONCE) == {5: 1}


def test_a_level_another_operation_knows_changes_nothing_here(tmp_path):
    row = StreetRule(way_id=5, level="market")
    assert set(served(tmp_path, row).values()) == {1}


@pytest.mark.parametrize(("day", "times"), [(-1, 1), (0, 2), (3, 2), (4, 1)])
def test_a_race_is_a_level_from_a_day_to_a_day(tmp_path, day, times):
    row = StreetRule(way_id=1, level="race", begin=DAY, end=DAY + timedelta(3))
    found = served(tmp_path, row, day=DAY + timedelta(day), race=TWICE)
    assert found[1] == times
    assert found[2] == 1


def test_a_street_has_days_of_its_own(tmp_path):
    """Street 4 on Tuesdays and Fridays alone; DAY is a Sunday."""
    row = StreetRule(way_id=4, level="twice")
    own = passes("04:00-18:00", patterns=[[2, 5]])
    days = [
        number + 1
        for number in range(7)
        if 4 in served(tmp_path, row, day=DAY + timedelta(number + 1), twice=own)
    ]
    assert days == [2, 5]
