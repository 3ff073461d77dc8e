"""Cadence: rotas, weekdays, hours of passes and hours in which work is banned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import Cadence, Pass
from solver.trade.cadence import Slot, banned_hours, due, slots
from tests.tasks.town import DAY, HOUR, standard


@given(st.integers(1, 14), st.integers(1, 10**10))
def test_a_rota_meets_every_street_once_in_its_round(days, way):
    cadence = Cadence(source="memory", passes=(Pass(windows=["04:00-07:00"]),), every_days=days)
    met = sum(due(cadence, str(way), DAY + timedelta(n)) for n in range(days))
    assert met == 1


def test_weekdays_limit_a_cadence():
    cadence = Cadence(source="memory", passes=(Pass(windows=["04:00-07:00"]),), weekdays=(1,))
    days = [DAY + timedelta(n) for n in range(7)]
    assert [one.isoweekday() for one in days if due(cadence, "7", one)] == [1]


hours = st.tuples(st.integers(0, 40 * HOUR), st.integers(60, 9 * HOUR)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@given(st.lists(hours, min_size=1, max_size=3), st.lists(hours, max_size=3), st.integers(1, 7200))
def test_no_service_touches_banned_hours(windows, bans, duration):
    one = Pass(windows=tuple(windows), rule="finish")
    for slot in slots(one.windows, bans, finish=one.rule == "finish"):
        begins = slot.begins(duration)
        if begins is None:
            continue
        for begin in begins:
            assert any(early <= begin and begin + duration <= late for early, late in windows)
            for early, late in bans:
                for shift in (-86_400, 0, 86_400):
                    assert begin + duration <= early + shift or begin >= late + shift


@pytest.mark.parametrize(
    ("operation", "level", "hours"),
    [("sweep", "I", [(7, 9), (17, 19)]), ("sweep", "III", []), ("sidewalk_wash", "I", [])],
)
def test_bans_hold_for_their_operations_and_classes(operation, level, hours):
    """The morning and evening peak, on classes I and II."""
    found = banned_hours(standard(), operation, level)
    assert found == [(early * HOUR, late * HOUR) for early, late in hours]


def test_a_ban_cuts_the_hours_of_a_pass_every_day():
    """22:00 to 32:00 with a ban from 07:00 to 09:00: done by 31:00, the next morning."""
    found = slots([(22 * HOUR, 32 * HOUR)], [(7 * HOUR, 9 * HOUR)], finish=False)
    assert found == (Slot(22 * HOUR, 31 * HOUR, finish=True),)
