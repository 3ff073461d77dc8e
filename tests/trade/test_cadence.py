"""Cadence: rotas, weekdays, hours of passes and hours in which work is banned."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.trade.sourced import Cadence, Pass, Rhythm
from solver.trade.cadence import (
    Slot,
    banned_hours,
    daily_share,
    falls_on,
    gaps,
    rhythms,
    shares,
    slots,
)
from tests.tasks.town import DAY, HOUR, standard


def cadence(**more):
    return Cadence(source="memory", passes=(Pass(windows=["04:00-07:00"]),), **more)


def visits(rhythm, days):
    """Days from DAY, a Sunday, on which the rhythm falls."""
    return [n for n in range(days) if falls_on(rhythm, DAY + timedelta(n))]


@given(st.integers(1, 14), st.integers(0, 10**4))
def test_each_day_of_a_round_belongs_to_one_rhythm(every, later):
    allowed = rhythms(cadence(every_days=every))
    day = DAY + timedelta(later)
    assert len(allowed) == every
    assert sum(falls_on(one, day) for one in allowed) == 1


@pytest.mark.parametrize(
    ("more", "sets"),
    [
        ({}, [(0,)]),
        ({"weekdays": (1, 3)}, [(0, 2)]),
        ({"every_days": 7, "weekdays": (5, 2)}, [(1,), (4,)]),
        ({"every_days": 3}, [(0,), (1,), (2,)]),
        ({"times_week": 2, "weekdays": (1, 2, 4, 5)}, [(0, 3), (0, 4), (1, 4)]),
        (
            {"times_week": 2, "weekdays": (1, 2, 3), "greatest_gap_days": 6},
            [(0, 1), (0, 2), (1, 2)],
        ),
        ({"times_week": 2, "weekdays": (1, 2, 3), "least_gap_days": 2}, [(0, 2)]),
        ({"patterns": ((1, 4), (2, 5))}, [(0, 3), (1, 4)]),
        ({"times_month": 14}, [tuple(range(1, 29, 2)), tuple(range(2, 29, 2))]),
    ],
)
def test_the_rhythms_that_a_cadence_allows(more, sets):
    """Weekdays count from Monday, 0; days of the month from 1."""
    assert [one.days for one in rhythms(cadence(**more))] == sets


def test_three_times_a_week_is_as_even_as_a_week_allows():
    found = rhythms(cadence(times_week=3))
    assert len(found) == 7
    assert all(sorted(gaps(one)) == [2, 2, 3] for one in found)


def test_a_week_begins_on_monday_and_a_month_on_the_first():
    assert DAY.isoweekday() == 7
    assert visits(Rhythm(7, (0,)), 15) == [1, 8]
    assert visits(Rhythm(0, (1,)), 20) == [9]  # 1 December is nine days after 22 November


@given(st.integers(1, 13), st.integers(0, 3000))
def test_a_rhythm_keeps_its_gaps_for_ever(every, later):
    for one in rhythms(cadence(every_days=every)):
        met = visits(one, 3 * every)
        assert [b - a for a, b in pairwise(met)] == [every] * (len(met) - 1)
        assert falls_on(one, DAY + timedelta(later)) == falls_on(
            one, DAY + timedelta(later + every)
        )


@pytest.mark.parametrize(
    "more",
    [
        {"every_days": 3},
        {"times_week": 2},
        {"times_week": 5},
        {"times_week": 2, "weekdays": (1, 2, 4, 5)},
        {"patterns": ((1, 4), (2, 5), (3, 6))},
    ],
)
def test_shares_make_the_days_of_a_round_even(more):
    allowed = rhythms(cadence(**more))
    load = Counter()
    for one, share in zip(allowed, shares(allowed), strict=True):
        load.update(dict.fromkeys(one.days, share))
    assert max(load.values()) <= 1.03 * min(load.values())


@pytest.mark.parametrize(
    ("more", "visits_a_day"),
    [({}, 1), ({"every_days": 3}, 1 / 3), ({"times_week": 2}, 2 / 7), ({"times_month": 1}, 0.033)],
)
def test_the_share_of_a_day(more, visits_a_day):
    assert daily_share(cadence(**more)) == pytest.approx(visits_a_day, abs=0.001)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"every_days": 2, "times_week": 3}, "not several"),
        ({"every_days": 2, "weekdays": (1,)}, "patterns"),
        ({"times_week": 3, "weekdays": (1, 2)}, "only 2 weekdays"),
        ({"times_week": 2, "weekdays": (1, 2), "least_gap_days": 2}, "widen the gaps"),
        ({"least_gap_days": 2}, "go with times_week"),
        ({"patterns": ((),)}, "at least one weekday"),
        ({"weekdays": (8,)}, "less than or equal to 7"),
    ],
)
def test_a_cadence_that_no_calendar_can_keep_is_refused(more, words):
    with pytest.raises(ValidationError, match=words):
        cadence(**more)


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
